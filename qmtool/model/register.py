"""A register: the records of one kind, which of them are asked for, and what each waits for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from qmtool.model.document import Document
from qmtool.model.glossary import folded
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names, site_names
from qmtool.model.period import Period
from qmtool.model.project import Project
from qmtool.model.text import Text, say
from qmtool.model.workflow import Deadline, deadlines, is_closed, state_of, value, written

COMMON_LABELS: Mapping[str, Text] = {
    "id": say("id"),
    "title": say("title"),
    "date": say("date"),
    "process": say("process"),
    "owner": say("owner"),
    "sites": say("sites"),
    "devices": say("devices"),
    "posts": say("posts"),
    "satisfies": say("requirements"),
    "status": say("state"),
}
"""What people call the keys of every record."""


def question(kind: Kind, key: str) -> Label | Text | str:
    """Return what asks for the field *key* of a record of *kind*."""
    return kind.question(key) if key in kind.fields else COMMON_LABELS.get(key, key)


class Entry(NamedTuple):
    """A record of a register, and the first deadline that it has to meet."""

    document: Document
    process: str
    owner: str
    state: str
    is_closed: bool
    deadline: Deadline | None

    def is_late(self, on: date) -> bool:
        """Return whether its deadline is over on that day."""
        return self.deadline is not None and self.deadline.day < on


@dataclass(frozen=True)
class Wanted:
    """Which entries are asked for; what is empty leaves none out. *where* are values by field."""

    state: str = ""
    process: str = ""
    site: str = ""
    owner: str = ""
    period: Period | None = None
    late: bool = False
    still_open: bool = False
    where: Mapping[str, str] = field(default_factory=dict)

    def keeps(self, one: Entry, on: date) -> bool:
        """Return whether *one* is asked for on the day *on*."""
        document = one.document
        return (
            self.state in ("", one.state)
            and self.process in ("", one.process)
            and self.owner in ("", one.owner)
            and (not self.site or not document.sites or self.site in document.sites)
            and (self.period is None or self.period.holds(document.date))
            and (not self.late or one.is_late(on))
            and not (self.still_open and one.is_closed)
            and all(_is(document, key, wanted) for key, wanted in self.where.items())
        )


def _is(document: Document, key: str, wanted: str) -> bool:
    """Return whether *key* of *document* holds *wanted*, or has it among several."""
    held = value(document, key)
    if isinstance(held, list | tuple):
        return any(folded(str(one)) == folded(wanted) for one in held)
    return folded(written(document, key)) == folded(wanted)


@dataclass(frozen=True)
class Register:
    """The *entries* of a *kind* that were asked for, oldest first, with names for a reader."""

    kind: Kind
    entries: tuple[Entry, ...]
    on: date
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """Return how many entries are late."""
        return sum(one.is_late(self.on) for one in self.entries)

    @property
    def still_open(self) -> int:
        """Return how many entries are not closed."""
        return sum(not one.is_closed for one in self.entries)


def entries(project: Project, kind: Kind) -> Iterator[Entry]:
    """Yield the entries of the register of *kind*, by day then id."""
    found = [one for one in project.documents if one.kind == kind.name]
    for document in sorted(found, key=lambda one: (one.date or date.min, one.name)):
        due = deadlines(document, kind, project)
        yield Entry(
            document,
            project.process_of(document),
            project.owner_of(document),
            state_of(document, kind),
            is_closed(document, kind),
            due[0] if due else None,
        )


def register(project: Project, kind: Kind, wanted: Wanted = Wanted()) -> Register:
    """Return the register of *kind*, with the entries that are *wanted*."""
    settings = project.settings
    return Register(
        kind,
        tuple(one for one in entries(project, kind) if wanted.keeps(one, project.on)),
        project.on,
        project.at,
        settings.organisation,
        names_of(project),
        process_names(project),
        site_names(project),
    )
