"""What `qm audit report` prints: one audit, what was seen and found, and the answers so far."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qmtool.model.answers import Answer, is_finding
from qmtool.model.audit_report import AuditReport, Seen
from qmtool.model.audits import day_of, performed_on, planned_on
from qmtool.model.text import say
from qmtool.model.workflow import written
from qmtool.reports import sections
from qmtool.reports.audit_words import (
    NOTHING,
    answer_of,
    called,
    conflicts_told,
    dated,
    in_words,
    origin,
    stand_of,
    type_of,
)
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.sections import Item, Section, Sheaf


def page(found: AuditReport, language: Language) -> Sheaf:
    """Return the report as sections."""
    return Sheaf(
        title(found, language),
        language.render(say("Audit report")),
        found.centre,
        list(conflicts_told(found.audit, found.conflicts, language)),
        list(_sections(found, language)),
        origin(found.on, found.at, language),
    )


def title(found: AuditReport, language: Language) -> str:
    """Return what the report is called."""
    values = {"audit": found.audit.identifier, "title": found.audit.title}
    return language.render(say("{audit}: {title}", **values))


def _sections(found: AuditReport, language: Language) -> Iterator[Section]:
    _ = language.render
    yield Section("", [language.pair(*one) for one in _facts(found, language)])
    conclusion = written(found.audit, "conclusion")
    yield Section(_(say("Conclusion")), [conclusion or _(say("It is not written yet."))])
    yield _findings(found, language)
    yield Section(_(say("What was seen")), *_seen(found, language))
    body = sections.written(found.text)
    if body:
        yield Section(_(say("Record of the audit")), body=body)


def _facts(found: AuditReport, language: Language) -> Iterator[tuple[str, str]]:
    audit, _ = found.audit, language.render
    yield _(say("state")), found.state.of(language.code)
    yield _(say("type")), type_of(audit, found.kind, language)
    named = (in_words(title, language) or name for name, title in found.referentials)
    yield _(say("referentials")), ", ".join(named) or NOTHING
    yield _(say("processes")), called(found.processes, found.titles)
    yield _(say("sites")), ", ".join(audit.sites) or written(audit, "scope") or NOTHING
    yield _(say("auditors")), called(audit.auditors, found.people)
    yield _(say("planned for")), dated(planned_on(audit), language)
    yield _(say("performed on")), dated(performed_on(audit), language)
    if found.previous:
        day = dated(day_of(found.previous), language)
        yield _(say("audit before")), f"{found.previous.name} ({day})"


def _findings(found: AuditReport, language: Language) -> Section:
    """Return how many findings there are by grade, and each, the gravest first."""
    _ = language.render
    title = _(say("Findings"))
    if not found.findings:
        return Section(title, [_(say("No finding is recorded."))])
    counts = Counter(in_words(one.label, language) for one in found.findings)
    lines = [", ".join(language.pair(grade, str(count)) for grade, count in counts.items())]
    lines.append(_(say("Not answered yet: {count}.", count=found.still_open)))
    items = [finding_item(one, language) for one in found.findings]
    return Section(title, lines, items=items)


def finding_item(one: Answer, language: Language, more: Sequence[str] = ()) -> Item:
    """Return a finding with its facts and its answer, then *more* about it."""
    head = say(
        "{finding}, {grade}, {requirement}: {state}",
        finding=one.name,
        grade=in_words(one.label, language),
        requirement=one.requirement,
        state=stand_of(one, language),
    )
    lines = (one.says("facts") or one.title).splitlines()
    if one.sites:
        lines.append(language.render(say("sites: {text}", text=", ".join(one.sites))))
    if one.says("evidence_seen"):
        lines.append(language.render(say("evidence seen: {text}", text=one.says("evidence_seen"))))
    if one.says("documents"):
        lines.append(language.render(say("documents: {text}", text=one.says("documents"))))
    lines += [*answer_of(one, language).splitlines(), *more]
    return Item(language.render(head), [line for line in lines if line])


def _seen(found: AuditReport, language: Language) -> tuple[list[str], list[str], list[list[str]]]:
    """Return how much was looked at, and what was said of each requirement."""
    _ = language.render
    if not found.seen:
        hint = say(
            "Nothing is recorded yet; type: qm audit grid {audit} -o grid.xlsx",
            audit=found.audit.identifier,
        )
        return [_(hint)], [], []
    requirements = len({one.name for one in found.seen})
    words = (say("requirement"), say("title"), say("sites"), say("result"), say("finding"))
    rows = [
        [
            one.name,
            in_words(one.title, language) or NOTHING,
            ", ".join(one.sites) or _(say("all")),
            _result(one, language),
            ", ".join(one.findings) or NOTHING,
        ]
        for one in found.seen
    ]
    line = _(say("Requirements that were looked at: {count}.", count=requirements))
    return [line], [_(one) for one in words], rows


def _result(one: Seen, language: Language) -> str:
    if not one.given:
        return language.render(say("nothing to report"))
    return in_words(one.grade.label, language) if one.grade else one.given


def json_report(found: AuditReport, language: Language) -> str:
    """Return the report as JSON, version 1."""
    audit = found.audit
    value: dict[str, Any] = {
        "version": 1,
        "audit": audit.identifier,
        "title": audit.title,
        "on": found.on.isoformat(),
        "at": found.at,
        "state": audit.status,
        "type": audit.values.get("type"),
        "referentials": [name for name, _ in found.referentials],
        "processes": list(found.processes),
        "sites": list(audit.sites),
        "scope": written(audit, "scope") or None,
        "auditors": list(audit.auditors),
        "not_independent": [
            {"auditor": one.auditor, "process": one.process.identifier} for one in found.conflicts
        ],
        "planned_on": written(audit, "planned_on") or None,
        "performed_on": written(audit, "performed_on") or None,
        "conclusion": written(audit, "conclusion") or None,
        "previous": found.previous.name if found.previous else None,
        "seen": [
            {
                "requirement": one.name,
                "sites": list(one.sites),
                "given": one.given or None,
                "strength": bool(one.given) and not is_finding(one.grade, one.given),
                "findings": list(one.findings),
            }
            for one in found.seen
        ],
        "findings": [answer_json(one, language) for one in found.findings],
        "previous_findings": [answer_json(one, language) for one in found.before],
        "next": found.command or None,
        "late": found.is_late,
    }
    return json_page(value)


def answer_json(one: Answer, language: Language) -> dict[str, Any]:
    """Return a finding and its answer as JSON has them."""
    return {
        "finding": one.name,
        "requirement": one.requirement,
        "grade": one.given,
        "blocking": bool(one.grade and one.grade.blocking),
        "sites": list(one.sites),
        "title": one.title or None,
        "state": one.record.status if one.record else None,
        "answered": one.closed is not None,
        "facts": one.says("facts") or None,
        "evidence_seen": one.says("evidence_seen") or None,
        "documents": list(one.record.values.get("documents", ())) if one.record else [],
        "cause": one.says("cause") or None,
        "actions": [
            {
                "id": it.identifier,
                "title": it.title or None,
                "state": it.state.of(language.code) if it.state else None,
                "owner": it.owner or None,
                "due": it.due.isoformat() if it.due else None,
                "done": it.is_done,
                "late": it.is_late,
            }
            for it in one.measures
        ],
        "due": one.due.day.isoformat() if one.due else None,
        "late": one.is_late,
        "owner": one.owner or None,
        "next": one.command or None,
    }


REPORT_FORMATS: Mapping[str, Callable[[AuditReport, Language], str | bytes]] = {
    **sections.formats_of(page, "pdf"),
    "json": json_report,
}
