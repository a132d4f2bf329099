"""What `qm check` says: problems, diagnostics and the rules that find them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from qmtool.model.text import Text

if TYPE_CHECKING:
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


class Problem(NamedTuple):
    """What a rule saw, where, and how to mend it (the rule's own advice when *fix* is absent)."""

    location: Location
    message: Text
    fix: Text | None = None


class Fault(NamedTuple):
    """A problem that reading a file already found, and the name of the rule that reports it."""

    rule: str
    line: int
    column: int
    message: Text
    fix: Text | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A named check of the whole project; its *doc* is the page that `qm explain` prints."""

    code: str
    name: str
    severity: Severity
    check: "Callable[[Project], Iterator[Problem]]"
    fix: Text
    doc: str
    needs_settings: bool = False


class Diagnostic(NamedTuple):
    """A problem with the code and the severity of its rule, ready to be sorted and reported."""

    location: Location
    code: str
    name: str
    severity: Severity
    message: Text
    fix: Text
