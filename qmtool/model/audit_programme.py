"""The audit programme of a year, and what no audit saw within its cycle."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from qmtool.model.answers import answers
from qmtool.model.audits import (
    Conflict,
    audits,
    day_of,
    is_given_up,
    not_independent,
    performed_on,
    planned_on,
    processes_of,
    referentials_of,
)
from qmtool.model.calendar import add_months
from qmtool.model.document import Document
from qmtool.model.kind import AUDIT, Kind
from qmtool.model.label import Label
from qmtool.model.people import names_of
from qmtool.model.project import Project
from qmtool.model.referential import UNJUDGED, Referential
from qmtool.model.workflow import deadlines, state_of

DEFAULT_CYCLE_MONTHS = 12
"""Within how many months everything is audited where no scheme says otherwise: a custom."""


class Row(NamedTuple):
    """An audit of the year: *state* is its name in words, *findings* counts what it found."""

    document: Document
    kind: Kind
    state: Label
    planned: date | None
    performed: date | None
    processes: tuple[str, ...]
    referentials: tuple[str, ...]
    findings: int
    is_late: bool
    is_given_up: bool
    conflicts: tuple[Conflict, ...]


class Coverage(NamedTuple):
    """When a process, a site or a referential was audited last, and when it is to be next.

    *months* is its cycle; a site has none.
    """

    name: str
    title: str | Label
    months: int | None
    last: date | None
    last_audit: str
    next: date | None
    next_audit: str

    def is_due(self, on: date) -> bool:
        """Return whether no audit saw it within its cycle, on that day."""
        if self.months is None:
            return False
        return self.last is None or add_months(self.last, self.months) < on


@dataclass(frozen=True)
class Programme:
    """The audits of a *year*, and what is covered of processes, sites and referentials on a day."""

    year: int
    on: date
    rows: Sequence[Row]
    processes: Sequence[Coverage]
    sites: Sequence[Coverage]
    referentials: Sequence[Coverage]
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def due(self) -> Sequence[Coverage]:
        """Return what no audit saw within its cycle."""
        return [one for one in (*self.processes, *self.referentials) if one.is_due(self.on)]


class _Seen(NamedTuple):
    """What an audit saw, or is to see, on a *day*; no site means every one."""

    day: date
    audit: Document
    is_past: bool
    processes: tuple[str, ...]
    referentials: tuple[str, ...]


def programme(project: Project, year: int) -> Programme:
    """Return the audit programme of *year*; of one that is over, as it stood on its last day."""
    on = min(project.on, date(year, 12, 31))
    seen = [*_seen(project, on), *_reports(project, on)]
    settings = project.settings
    return Programme(
        year,
        on,
        sorted(_rows(project, year), key=_order),
        [
            _coverage(
                one.identifier,
                one.title or one.identifier,
                DEFAULT_CYCLE_MONTHS,
                [it for it in seen if one.identifier in it.processes],
            )
            for one in settings.processes
        ],
        [
            _coverage(
                one.identifier,
                one.identifier,
                None,
                [it for it in seen if not it.audit.sites or one.identifier in it.audit.sites],
            )
            for one in settings.sites
        ],
        [
            _coverage(
                one.identifier,
                one.title,
                cycle_months(one),
                [it for it in seen if one.identifier in it.referentials],
            )
            for name in settings.adopts
            if (one := project.referentials.get(name)) is not None and one.type not in UNJUDGED
        ],
        project.at,
        settings.organisation,
        names_of(project),
    )


def cycle_months(referential: Referential) -> int:
    """Return within how many months *referential* is audited again: checks count, then the end."""
    cycle = referential.cycle
    return cycle.check_months or cycle.validity_months or DEFAULT_CYCLE_MONTHS


def _rows(project: Project, year: int) -> Iterator[Row]:
    """Yield the audits that were planned for *year*, or took place in it."""
    for document, kind in audits(project):
        planned, performed = planned_on(document), performed_on(document)
        days = [day for day in (planned, performed) if day]
        if any(day.year == year for day in days or filter(None, [document.date])):
            due = deadlines(document, kind, project)
            yield Row(
                document,
                kind,
                kind.states[state_of(document, kind)].label,
                planned,
                performed,
                processes_of(project, document),
                referentials_of(document),
                len(answers(project, document)),
                bool(due) and due[0].day < project.on,
                is_given_up(document, kind),
                tuple(not_independent(project, document)),
            )


def _order(one: Row) -> tuple[date, str]:
    return day_of(one.document) or date.min, one.document.name


def _seen(project: Project, on: date) -> Iterator[_Seen]:
    """Yield what audits saw until the day *on*, and what they are to see after it."""
    for document, kind in audits(project):
        if is_given_up(document, kind):
            continue
        performed, planned = performed_on(document), planned_on(document)
        is_past = performed is not None and performed <= on
        day = performed or planned
        if day is not None:
            yield _Seen(
                day,
                document,
                is_past,
                processes_of(project, document),
                referentials_of(document),
            )


def _reports(project: Project, on: date) -> Iterator[_Seen]:
    """Yield what reports of audits without a plan saw."""
    planned = {document.path for document, _kind in audits(project)}
    for document in project.documents:
        kind = project.kind_of(document) if document.assessed else None
        if kind is None or document.path in planned or AUDIT not in kind.evidence:
            continue
        if document.date is not None and document.date <= on:
            yield _Seen(document.date, document, True, (), referentials_of(document))


def _coverage(name: str, title: str | Label, months: int | None, seen: Sequence[_Seen]) -> Coverage:
    last = max((one for one in seen if one.is_past), key=_by_day, default=None)
    following = min((one for one in seen if not one.is_past), key=_by_day, default=None)
    return Coverage(
        *(name, title, months),
        *((last.day, last.audit.name) if last else (None, "")),
        *((following.day, following.audit.name) if following else (None, "")),
    )


def _by_day(one: _Seen) -> tuple[date, str]:
    return one.day, one.audit.name
