"""What a centre may open on a day: what is in force, what was before, and never a draft."""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.identifier import flaw
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.settings import Process
from qmtool.model.standing import Standing, State, standing


@dataclass(frozen=True)
class Past:
    """A version that was in force until the day *until*, when *by* replaced it or it ended.

    *by* is a version, empty if the document was withdrawn.
    """

    identifier: str
    row: HistoryRow
    until: date | None
    by: str


@dataclass(frozen=True)
class Entry:
    """A document by its *standing*, its text that is *shown*, and its versions of the *past*.

    *shown* is the version in force, or a record; None if the document was withdrawn.
    """

    standing: Standing
    shown: Document | None
    past: tuple[Past, ...] = ()

    @property
    def identifier(self) -> str:
        """Return the id of the document."""
        return self.standing.document.identifier

    @property
    def told(self) -> Document:
        """Return what may be told of the document: the text in force, or the last there was."""
        return self.shown or self.standing.document

    @property
    def row(self) -> HistoryRow | None:
        """Return the row of the history that tells of the version in force."""
        rows = self.shown.releases() if self.shown else ()
        return next((one for one in rows if one.version == self.standing.in_force), None)


@dataclass(frozen=True)
class Publication:
    """Everything that is published of a commit *at*, as of the day *on*, in the order of the ids.

    *left_out* are documents that would be, and may not: by name. *records* are the kinds that are
    not controlled, *sites* the names of sites, and *referentials* those whose grades are told.
    """

    on: date
    at: str
    centre: str
    entries: tuple[Entry, ...]
    processes: tuple[Process, ...]
    kinds: Mapping[str, Label] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    records: Mapping[str, Kind] = field(default_factory=dict)
    sites: Mapping[str, str] = field(default_factory=dict)
    referentials: Mapping[str, Referential] = field(default_factory=dict)


def entries(project: Project) -> Iterator[Entry]:
    """Yield what may be published of *project*: of two documents with one id, the first."""
    for identifier in sorted(project.by_id):
        if flaw(identifier) is None:
            entry = _entry(project, standing(project, project.by_id[identifier]))
            if entry is not None:
                yield entry


def _entry(project: Project, one: Standing) -> Entry | None:
    """Return what may be published of a document, None if nothing may."""
    document = one.document
    if one.state is State.RECORD:
        return Entry(one, document) if _counts(project, document) else None
    shown = None
    if one.in_force:
        at_hand = one.state in (State.IN_FORCE, State.OVERDUE)
        shown = document if at_hand else project.earlier[document.path]
        one = one if at_hand else _without_draft(project, one, shown)
    past = tuple(_past(project, one))
    return Entry(one, shown, past) if shown or past else None


def _without_draft(project: Project, one: Standing, shown: Document) -> Standing:
    """Return *one* as the text that is *shown* tells it, and not the draft of the next one."""
    kind = project.kind_of(shown)
    return replace(
        one,
        process=project.process_of(shown),
        owner=project.owner_of(shown),
        category=kind.category if kind else one.category,
    )


def _counts(project: Project, record: Document) -> bool:
    """Return whether *record* is one on the day: in a state that counts, and not dated ahead."""
    kind = project.kind_of(record)
    assert kind is not None  # else its state would be unknown
    is_done = not kind.steps or record.status in kind.counts
    return is_done and (record.date is None or record.date <= project.on)


def _past(project: Project, one: Standing) -> Iterator[Past]:
    """Yield the versions that were in force before, the last one first."""
    document = one.document
    begun = [
        (day, row)
        for row in document.releases()
        if (day := parse_day(row.in_force_from)) is not None and day <= project.on
    ]
    ended, by = _end(document), ""
    for day, row in reversed(begun):
        if row.version != one.in_force:
            yield Past(document.identifier, row, ended, by)
        ended, by = day, row.version


def _end(document: Document) -> date | None:
    """Return the day on which *document* was withdrawn, if its history tells."""
    days = [parse_day(row.withdrawn) for row in document.history if row.withdrawn]
    return days[-1] if days and document.status == "withdrawn" else None


def without(found: Iterator[Entry], paths: Set[str]) -> tuple[list[Entry], list[str]]:
    """Return those of *found* whose file is not among *paths*, and the names of the others."""
    kept, left_out = [], []
    for entry in found:
        if entry.standing.document.path in paths:
            left_out.append(entry.identifier)
        else:
            kept.append(entry)
    return kept, left_out
