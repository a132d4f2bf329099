"""Everything that has a date: what is late first, then what is to come, day by day."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from shlex import quote
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names
from qmtool.model.project import Project
from qmtool.model.referential import VERIFIED_FOR_MONTHS
from qmtool.model.settings import Certificate
from qmtool.model.standing import standing
from qmtool.model.text import Text, say
from qmtool.model.workflow import Deadline, ahead, deadlines, records, state_of, step_towards

LEGAL = ("law", "guide")
"""What a law sets, or the guide of an authority."""

AHEAD_DAYS = 90
"""How many days ahead an agenda looks, unless told otherwise."""


class Nature(StrEnum):
    """Why a day is in the agenda."""

    STEP = "step"
    REVIEW = "document-review"
    CERTIFICATE = "certificate-end"
    SURVEILLANCE = "surveillance"
    DEPARTURE = "departure"
    KEY = "key-end"
    COMPARISON = "comparison"


class Item(NamedTuple):
    """A *day*, and *what* is to be done by then for a *subject*.

    The subject is a document, a referential or a person, by id. *mark* tells the items of a subject
    apart, whatever their days are. *basis* is `law`, `guide`, `custom` or `scheme`, *source* what
    says so, *command* what to type; *path* is that of the document.
    """

    day: date
    nature: Nature
    what: Text | Label
    subject: str
    title: str | Label = ""
    kind: str = ""
    person: str = ""
    process: str = ""
    sites: tuple[str, ...] = ()
    basis: str = "custom"
    source: str = ""
    is_late: bool = False
    command: str = ""
    mark: str = ""
    path: str = ""

    @property
    def is_legal(self) -> bool:
        """Return whether a law or an authority sets the day."""
        return self.basis in LEGAL


class Wanted(NamedTuple):
    """Which items are asked for; what is empty leaves none out."""

    person: str = ""
    process: str = ""
    site: str = ""
    kind: str = ""
    late: bool = False

    def keeps(self, one: Item) -> bool:
        """Return whether *one* is asked for; what names no site concerns all of them."""
        return (
            self.person in ("", one.person)
            and self.process in ("", one.process)
            and (not self.site or not one.sites or self.site in one.sites)
            and self.kind in ("", one.kind, one.nature)
            and (one.is_late or not self.late)
        )


EVERYTHING = Wanted()


@dataclass(frozen=True)
class Agenda:
    """The *items* that were asked for, up to the day *until*, with names for a reader."""

    items: Sequence[Item]
    on: date
    until: date
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Label] = field(default_factory=dict)

    @property
    def late(self) -> int:
        """Return how many items are late."""
        return sum(one.is_late for one in self.items)

    @property
    def legal(self) -> int:
        """Return how many items a law or an authority sets the day of."""
        return sum(one.is_legal for one in self.items)


def agenda(project: Project, until: date, wanted: Wanted = EVERYTHING) -> Agenda:
    """Return what of *project* is late or due up to the day *until*, and *wanted*, by day.

    On one day, what a law sets comes first.
    """
    found = [one for one in items(project, until) if wanted.keeps(one)]
    settings = project.settings
    return Agenda(
        sorted(found, key=lambda one: (one.day, not one.is_legal, one.subject, one.mark)),
        project.on,
        until,
        project.at,
        settings.organisation,
        names_of(project),
        process_names(project),
        {name: kind.label for name, kind in project.kinds.items()},
    )


def items(project: Project, until: date) -> Iterator[Item]:
    """Yield everything of *project* that is late or due up to the day *until*."""
    for found in (_steps, _reviews, _certificates, _people, _comparisons):
        for one in found(project, until):
            if one.day <= until:
                yield one._replace(is_late=one.day < project.on)


def _steps(project: Project, until: date) -> Iterator[Item]:
    """Yield the pending deadlines of records."""
    for document, kind in records(project):
        due = [one for one in deadlines(document, kind, project) if one.day <= until]
        if not due:
            continue
        person, process = project.owner_of(document), project.process_of(document)
        for one in due:
            yield Item(
                one.day,
                Nature.STEP,
                one.duty,
                document.name,
                document.title,
                kind.name,
                person,
                process,
                document.sites,
                one.due.basis,
                one.due.source,
                command=f"qm act {quote(document.name)} {_next(document, kind, one)}",
                mark=_mark(one),
                path=document.path,
            )


def _next(document: Document, kind: Kind, one: Deadline) -> str:
    """Return the state to enter now for *one* to be met."""
    if one.due.until and one.state.name not in {state.name for state in ahead(document, kind)}:
        return f"--set {one.due.until}=…"
    return step_towards(kind, state_of(document, kind), one.state.name)


def _mark(one: Deadline) -> str:
    """Return which deadline *one* is among those of its record."""
    return f"{one.state.name}.{one.state.due.index(one.due)}"


def _reviews(project: Project, until: date) -> Iterator[Item]:
    """Yield the next review of each document that is in force."""
    controlled = {name for name, kind in project.kinds.items() if kind.controlled}
    for document in project.documents:
        if document.kind not in controlled or not (document.version or document.next_review):
            continue
        stand = standing(project, document)
        if stand.in_force and stand.next_review and stand.next_review <= until:
            yield Item(
                stand.next_review,
                Nature.REVIEW,
                say("review of version {version}", version=stand.in_force),
                document.name,
                document.title,
                document.kind,
                stand.owner,
                stand.process,
                document.sites,
                command=f"qm review {quote(document.name)}",
                path=document.path,
            )


def _certificates(project: Project, until: date) -> Iterator[Item]:
    """Yield the end of the last certificate of each referential, and its checks still to come.

    Nothing in `qm.yaml` tells whether a check that is past took place.
    """
    last: dict[str, Certificate] = {}
    for one in project.settings.certificates:
        known = last.get(one.referential)
        if known is None or (known.until or date.max) <= (one.until or date.max):
            last[one.referential] = one
    for name, one in last.items():
        scheme = project.referentials.get(name)
        title = scheme.title if scheme else ""
        if one.until:
            yield Item(
                *(one.until, Nature.CERTIFICATE, say("end of the certificate"), name, title),
                basis="scheme",
                source=one.by,
                command=f"qm gap {quote(name)} --on {one.until}",
            )
        for day in _checks(project, one, until):
            yield Item(
                *(day, Nature.SURVEILLANCE, say("check of the certificate"), name, title),
                basis="scheme",
                source=one.by,
                command=f"qm gap {quote(name)} --on {day}",
                mark=str(day),
            )


def _checks(project: Project, one: Certificate, until: date) -> Iterator[date]:
    """Yield the days of the checks of a certificate from the day of *project* to *until*."""
    scheme = project.referentials.get(one.referential)
    months = scheme.cycle.check_months if scheme else None
    if scheme is None or one.since is None or not months:
        return
    validity = scheme.cycle.validity_months
    end = one.until or (add_months(one.since, validity) if validity else date.max)
    count = 1
    while (day := add_months(one.since, count * months)) < end and day <= until:
        if day >= project.on:
            yield day
        count += 1


def _people(project: Project, until: date) -> Iterator[Item]:
    """Yield when people leave, and when the last key of a person ends."""
    del until
    for person in project.policy.people:
        name, on = person.identifier, project.on
        if person.until and person.until >= on:
            what = say("last day at the centre")
            command = f"qm list --owner {quote(name)}"
            yield Item(
                *(person.until, Nature.DEPARTURE, what, name, person.name, "", name),
                command=command,
            )
        ends = [one.until or date.max for one in person.keys if one.revoked is None]
        if ends and max(ends) < date.max and person.is_there(on):
            what = say("end of the signing key; add the next one to qm.yaml")
            yield Item(max(ends), Nature.KEY, what, name, person.name, "", name)


def _comparisons(project: Project, until: date) -> Iterator[Item]:
    """Yield by when each adopted referential is to be compared with its source again."""
    del until
    for name in dict.fromkeys(project.settings.adopts):
        scheme = project.referentials.get(name)
        if scheme is not None:
            yield Item(
                add_months(scheme.verified_on, VERIFIED_FOR_MONTHS),
                Nature.COMPARISON,
                say("compare with its source again"),
                name,
                scheme.title,
                basis="scheme",
                source=scheme.issuer,
                command=f"qm ref show {quote(name)}",
            )
