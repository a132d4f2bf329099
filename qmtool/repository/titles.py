"""The titles of requirements, whichever referential of the library they belong to."""

from collections.abc import Iterable

from qmtool.model.label import Label
from qmtool.repository.library import Library


def titles_of(library: Library, requirements: Iterable[str]) -> dict[str, Label]:
    """Return the titles of *requirements*, written `iso-9001-2015:7.5.2`, where they are known."""
    found = {}
    for written in requirements:
        name, _, requirement = written.partition(":")
        if name not in library.referential_ids:
            continue
        referential = library.referential(name)
        node = referential.by_id.get(referential.resolve(requirement).identifier)
        if node:
            found[written] = node.title
    return found
