"""Audits that are records: when they were, what they covered, who audited, which came before."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.findings import AUDIT
from qmtool.model.kind import AUDIT as AUDIT_CLASS
from qmtool.model.kind import Kind, texts
from qmtool.model.project import Project
from qmtool.model.settings import Person, Process
from qmtool.model.text import Text, say
from qmtool.model.workflow import records, state_of, written

PLANNED, REFERENTIALS, PROCESSES, PREVIOUS = (
    *("planned_on", "referentials"),
    *("scope_processes", "previous"),
)
"""The fields of a kind of audits: when, against what, of what, and after which one."""

PERFORMED = "performed_on"
"""The field of a kind of audits for the day on which one took place."""


class Conflict(NamedTuple):
    """An auditor, as the audit names them, who owns an audited *process*."""

    auditor: str
    person: Person
    process: Process


def is_audit(kind: Kind | None) -> bool:
    """Return whether the records of *kind* are audits with a plan."""
    return bool(
        kind
        and kind.steps
        and not kind.controlled
        and AUDIT_CLASS in kind.evidence
        and REFERENTIALS in kind.fields
    )


def audits(project: Project) -> Iterator[tuple[Document, Kind]]:
    """Yield the audits of *project* with their kind."""
    for document, kind in records(project):
        if is_audit(kind):
            yield document, kind


def is_given_up(audit: Document, kind: Kind) -> bool:
    """Return whether *audit* is over and never counted: it was cancelled."""
    state = state_of(audit, kind)
    return state in kind.final and state not in kind.counts


def planned_on(audit: Document) -> date | None:
    """Return the day for which *audit* is planned."""
    return parse_day(written(audit, PLANNED))


def performed_on(audit: Document) -> date | None:
    """Return the day on which *audit* took place."""
    return parse_day(written(audit, PERFORMED))


def day_of(audit: Document) -> date | None:
    """Return when *audit* took place, else when it is planned, else its date."""
    return performed_on(audit) or planned_on(audit) or audit.date


def referentials_of(audit: Document) -> tuple[str, ...]:
    """Return the referentials that *audit* is against, as it names them."""
    named = (*texts(audit.values.get(REFERENTIALS)), *(one.referential for one in audit.assessed))
    return tuple(dict.fromkeys(named))


def processes_of(project: Project, audit: Document) -> tuple[str, ...]:
    """Return the processes that *audit* is about: by their ids, where they are known."""
    return tuple(
        process.identifier if process else named
        for named in texts(audit.values.get(PROCESSES))
        for process in [_process(project, named)]
    )


def _process(project: Project, named: str) -> Process | None:
    """Return the process whose id, code or title is *named*, however it is spelt."""
    wanted = named.strip().casefold()
    for one in project.settings.processes:
        if wanted in (one.identifier.casefold(), one.code.casefold(), one.title.casefold()):
            return one
    return None


def person_called(project: Project, named: str) -> Person | None:
    """Return the person whose id, name or email is *named*, case ignored."""
    wanted = named.strip().casefold()
    for one in (*project.settings.policy.people, *project.policy.people):
        if wanted and wanted in (
            one.identifier.casefold(),
            one.name.casefold(),
            one.email.casefold(),
        ):
            return one
    return None


def not_independent(project: Project, audit: Document) -> Iterator[Conflict]:
    """Yield each auditor of *audit* who owns a process that it is about."""
    for auditor in audit.auditors:
        person = person_called(project, auditor)
        for named in texts(audit.values.get(PROCESSES)) if person else ():
            process = _process(project, named)
            if person and process and process.owner == person.identifier:
                yield Conflict(auditor, person, process)


def previous_audit(project: Project, audit: Document) -> Document | None:
    """Return the audit before *audit*: the one it names, else the last against the same text."""
    named = project.by_id.get(written(audit, PREVIOUS))
    if named is not None:
        return named
    until, wanted = day_of(audit) or date.max, set(referentials_of(audit))
    earlier = [
        (day, one.path, one)
        for one, kind in audits(project)
        if one.path != audit.path and not is_given_up(one, kind)
        if (day := performed_on(one)) is not None and day <= until
        if wanted & set(referentials_of(one))
    ]
    return max(earlier)[2] if earlier else None


def without(project: Project, audit: Document) -> tuple[Document, ...]:
    """Return the documents of *project* but *audit* and its findings: what it was begun with."""
    return tuple(
        one
        for one in project.documents
        if one.path != audit.path and not (audit.identifier and found_by(one, audit))
    )


def found_by(document: Document, audit: Document) -> bool:
    """Return whether *document* is a finding of *audit*."""
    return document.values.get(AUDIT) == audit.identifier and "grade" in document.values


def conflict_told(audit: Document, one: Conflict) -> Text:
    """Return the sentence about an auditor of *audit* who audits what is theirs."""
    return say(
        "{document}: {auditor} owns {process}, and audits it",
        document=audit.name,
        auditor=one.auditor,
        process=one.process.title or one.process.identifier,
    )
