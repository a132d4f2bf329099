"""What `qm audit follow-up` prints: each finding, its answer, by when, and what is typed next."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from qmtool.model.answers import Answer
from qmtool.model.audit_report import AuditReport
from qmtool.model.text import say
from qmtool.reports import sections
from qmtool.reports.audit_report import answer_json, finding_item
from qmtool.reports.audit_words import conflicts_told, due_of, origin
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.sections import Section, Sheaf
from qmtool.reports.table import csv_table

_COLUMNS = (
    *("audit", "finding", "requirement", "grade", "title", "state", "cause", "actions", "due"),
    *("late", "owner", "next"),
)


def page(found: AuditReport, language: Language) -> Sheaf:
    """Return the follow-up as sections: the findings of the audit before come first."""
    _ = language.render
    values = {"audit": found.audit.identifier, "title": found.audit.title}
    sheaf_sections = []
    if found.previous is not None:
        words = say("Findings of the audit before, {audit}", audit=found.previous.name)
        sheaf_sections.append(_section(_(words), found.before, found, language))
    words = say("Findings of {audit}", audit=found.audit.name)
    sheaf_sections.append(_section(_(words), found.findings, found, language))
    if found.command:
        words = say("The audit itself is: {state}.", state=found.state)
        sheaf_sections.append(
            Section(_(say("Next for the audit")), [_(words), f"  {found.command}"])
        )
    return Sheaf(
        _(say("Follow-up of {audit}: {title}", **values)),
        _(say("Audit follow-up")),
        found.centre,
        list(conflicts_told(found.audit, found.conflicts, language)),
        sheaf_sections,
        origin(found.on, found.at, language),
    )


def _section(
    title: str, found: Sequence[Answer], report: AuditReport, language: Language
) -> Section:
    """Return findings, each with its answer, its delay and what is typed next."""
    _ = language.render
    if not found:
        return Section(title, [_(say("No finding is recorded."))])
    line = say(
        "Findings: {count}; not answered: {open}; late: {late}.",
        count=len(found),
        open=sum(one.closed is None for one in found),
        late=sum(one.is_late for one in found),
    )
    items = [finding_item(one, language, list(_ahead(one, report, language))) for one in found]
    return Section(title, [_(line)], items=items)


def _ahead(one: Answer, report: AuditReport, language: Language) -> Iterator[str]:
    """Yield by when what is to be done about a finding, by whom, and what is typed then."""
    if one.due is not None:
        yield due_of(one, language)
    if one.command and one.owner:
        owner = report.people.get(one.owner, one.owner)
        yield language.render(say("owner: {person}", person=owner))
    if one.command:
        yield language.render(say("type: {command}", command=one.command))


def csv_follow_up(found: AuditReport, language: Language) -> str:
    """Return the findings as CSV, those of the audit before first."""
    del language
    rows = [
        [
            audit,
            one.name,
            one.requirement,
            one.given,
            one.title,
            one.record.status if one.record else "",
            one.says("cause"),
            ", ".join(it.identifier for it in one.measures),
            one.due.day.isoformat() if one.due else "",
            str(one.is_late).lower(),
            one.owner,
            one.command,
        ]
        for audit, several in (
            (found.previous.name if found.previous else "", found.before),
            (found.audit.name, found.findings),
        )
        for one in several
    ]
    return csv_table(_COLUMNS, rows)


def json_follow_up(found: AuditReport, language: Language) -> str:
    """Return the follow-up as JSON, version 1."""
    value = {
        "version": 1,
        "audit": found.audit.identifier,
        "on": found.on.isoformat(),
        "at": found.at,
        "previous": found.previous.name if found.previous else None,
        "previous_findings": [answer_json(one, language) for one in found.before],
        "findings": [answer_json(one, language) for one in found.findings],
        "next": found.command or None,
    }
    return json_page(value)


FOLLOW_UP_FORMATS: Mapping[str, Callable[[AuditReport, Language], str | bytes]] = {
    **sections.formats_of(page),
    "json": json_follow_up,
    "csv": csv_follow_up,
}
