"""What `qm check` says: problems, diagnostics and the rules that find them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, NamedTuple

from qmtool.model.text import Text

if TYPE_CHECKING:
    from qmtool.model.document import Document, Suppression
    from qmtool.model.project import Project


class Location(NamedTuple):
    """A place in a file: *line* and *column* count from 1."""

    path: str
    line: int = 1
    column: int = 1


class Severity(IntEnum):
    """How much a diagnostic weighs; the order is that of `--fail-on`."""

    INFO = 0
    WARNING = 1
    ERROR = 2

    @property
    def label(self) -> str:
        """Return the word that files and options use."""
        return self.name.lower()


class Mend(Enum):
    """What kind of thing an edit changes."""

    TARGET = "the target of a link"
    COMMENT = "a comment, which is taken out with its line"
    KEY = "the name of a key of the front matter"
    QUOTES = "the value of a key, which gets quotes"
    BOM = "the byte order mark, which is taken out"
    LINE_ENDS = "the ends of all lines, which become those of most"


class Edit(NamedTuple):
    """A safe way to mend a file: at that place stands *old*, and *new* is what was meant.

    Whoever writes looks again: where something else stands there, nothing is changed.
    """

    mend: Mend
    line: int = 1
    column: int = 1
    old: str = ""
    new: str = ""


class Problem(NamedTuple):
    """What a rule saw, where, and how to mend it (the rule's own advice when *fix* is absent).

    There is an *edit* only where nothing has to be decided.
    """

    location: Location
    message: Text
    fix: Text | None = None
    edit: Edit | None = None


class Fault(NamedTuple):
    """A problem that reading a file already found, and the name of the rule that reports it."""

    rule: str
    line: int
    column: int
    message: Text
    fix: Text | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check of the whole project; its *doc* is the page that `qm explain` prints.

    One that needs *every* document says nothing of a project seen from some of them, and one that
    *compares* nothing of a project without its base. *unused* is told, after all the others, which
    marks allowed nothing, each with its document.
    """

    code: str
    name: str
    severity: Severity
    check: "Callable[[Project], Iterator[Problem]]"
    fix: Text
    doc: str
    needs_settings: bool = False
    every: bool = False
    compares: bool = False
    unused: "Callable[[Iterable[tuple[Document, Suppression]]], Iterator[Problem]] | None" = None


class Diagnostic(NamedTuple):
    """A problem with the code and the severity of its rule, ready to be sorted and reported."""

    location: Location
    code: str
    name: str
    severity: Severity
    message: Text
    fix: Text
    edit: Edit | None = None
