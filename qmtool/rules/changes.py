"""What a change makes of the documents: those before it, each beside what it has become."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qmtool.model.diagnostic import Diagnostic
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.rules.engine import once_per_project


class Pair(NamedTuple):
    """A document *before* the change, and what it is *now*; None if it is gone."""

    before: Document
    now: Document | None


@once_per_project
def pairs(project: Project) -> tuple[Pair, ...]:
    """Return the documents of the base of *project* with what they have become, by their paths.

    A document is known by its id wherever it stands, and by its path if it has none.
    """
    return tuple(_pairs(project))


def _pairs(project: Project) -> Iterator[Pair]:
    if project.base is None:
        return
    for before in project.base.documents:
        same_place = project.by_path.get(before.path)
        if same_place is not None and same_place.identifier == before.identifier:
            yield Pair(before, same_place)
        else:
            yield Pair(before, project.by_id.get(before.identifier))


def only_new(
    project: Project, found: Sequence[Diagnostic], before: Sequence[Diagnostic]
) -> list[Diagnostic]:
    """Return those of the diagnostics *found* in *project* that were not there *before*.

    Two are the same if they say the same of the same document, on whatever line it now stands, and
    wherever the document was moved.
    """
    moved = {one.path: now.path for one, now in pairs(project) if now is not None}
    known = Counter(_said(one, moved) for one in before)
    new = []
    for one in found:
        said = _said(one, {})
        if known[said]:
            known[said] -= 1
        else:
            new.append(one)
    return new


def _said(one: Diagnostic, moved: Mapping[str, str]) -> tuple[str, str, str]:
    path = one.location.path
    return one.code, moved.get(path, path), str(one.message)
