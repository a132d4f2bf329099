"""What a foreign file gives: the data of a referential or of a crosswalk, and what it leaves."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qmtool.model.text import Text


class LeftOut(NamedTuple):
    """Something of the file that has no place in a referential: what, how often, and examples."""

    what: Text
    times: int
    examples: tuple[str, ...] = ()


class Renamed(NamedTuple):
    """An id of the file that a referential cannot have, and the id it got."""

    before: str
    after: str


@dataclass
class Imported:
    """A referential (*head* and *chapters*, as its files hold them), crosswalks, or both.

    *head* is typed data of `referential.yaml` without `chapters`; each of *chapters* is that of a
    chapter file; each of *crosswalks* that of a crosswalk file.
    """

    head: dict[str, Any] = field(default_factory=dict)
    chapters: list[dict[str, Any]] = field(default_factory=list)
    crosswalks: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    renamed: list[Renamed] = field(default_factory=list)


class Wish(NamedTuple):
    """What the user asks for, in place of what the file says."""

    identifier: str = ""
    title: str = ""
    type: str = ""
    source: str = ""
    licence: str = ""
    language: str = "en"
    """The language of texts whose language the file does not tell."""
    known: frozenset[str] = frozenset()
    """The ids of what the import completes: its lines may stand under these."""
