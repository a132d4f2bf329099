"""What `qm audit programme` prints: the audits of a year, and what no audit saw in its cycle."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qmtool.model.audit_programme import Coverage, Programme, Row
from qmtool.model.text import Text, say
from qmtool.reports.audit_words import (
    NOTHING,
    called,
    conflicts_told,
    dated,
    in_words,
    origin,
    type_of,
)
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.sections import Section, Sheaf, formats_of
from qmtool.reports.table import csv_table
from qmtool.reports.workbook import Sheet, cell, workbook

_HEADS = (
    *(say("planned for"), say("performed on"), say("audit"), say("type"), say("processes")),
    *(say("sites"), say("referentials"), say("auditors"), say("findings"), say("state")),
)
_KEYS = (
    *("planned_on", "performed_on", "id", "title", "type", "processes", "sites", "referentials"),
    *("auditors", "findings", "state", "late"),
)


def page(found: Programme, language: Language) -> Sheaf:
    """Return the programme as sections: the audits, then what they cover."""
    _ = language.render
    counted = say(
        "Audits in {year}: {count}; performed: {performed}; late: {late}.",
        count=len(found.rows),
        year=found.year,
        performed=sum(one.performed is not None for one in found.rows),
        late=sum(one.is_late for one in found.rows),
    )
    rows = [_row(one, found, language) for one in found.rows]
    sections = [Section("", [_(counted)], [_(one) for one in _HEADS], rows)]
    for name, covered in (
        (say("By process"), found.processes),
        (say("By site"), found.sites),
        (say("By referential"), found.referentials),
    ):
        if covered:
            heads, lines = _coverage(covered, found, language)
            sections.append(Section(_(name), (), heads, lines))
    return Sheaf(
        title(found, language),
        _(say("Audit programme")),
        found.centre,
        list(_notices(found, language)),
        sections,
        origin(found.on, found.at, language),
    )


def title(found: Programme, language: Language) -> str:
    """Return what the programme is called."""
    said = say("Audit programme {year}", year=found.year)
    if found.centre:
        said = say("{centre}: {title}", centre=found.centre, title=said)
    return language.render(said)


def _notices(found: Programme, language: Language) -> Iterator[str]:
    """Yield what no audit saw within its cycle, and which auditors are not independent."""
    for one in found.due:
        yield language.render(_uncovered(one, language))
    for row in found.rows:
        yield from conflicts_told(row.document, row.conflicts, language)


def _uncovered(one: Coverage, language: Language) -> Text:
    values = {"name": in_words(one.title, language), "months": one.months}
    if one.last is None:
        told = say("{name} was never audited (cycle: {months} months)", **values)
    else:
        told = say(
            "{name} was audited last on {day} (cycle: {months} months)", day=one.last, **values
        )
    if one.next is None:
        return say("{told}; no audit is planned", told=told)
    return say(
        "{told}; {audit} is planned for {day}", told=told, audit=one.next_audit, day=one.next
    )


def _row(one: Row, found: Programme, language: Language) -> list[str]:
    document = one.document
    titles = {it.name: in_words(it.title, language) for it in found.processes}
    state = one.state.of(language.code)
    if one.is_late:
        state = language.render(say("{state} LATE", state=state))
    return [
        dated(one.planned, language),
        dated(one.performed, language),
        f"{document.identifier} {document.title}",
        type_of(document, one.kind, language),
        called(one.processes, titles),
        ", ".join(document.sites) or language.render(say("all")),
        ", ".join(one.referentials) or NOTHING,
        called(document.auditors, found.people),
        str(one.findings),
        state,
    ]


def _coverage(
    covered: Sequence[Coverage], found: Programme, language: Language
) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows that tell when each was audited last, and is next."""
    words = (say("what"), say("last audit"), say("next audit"), say("cycle"), say("in time"))
    rows = [
        [
            in_words(one.title, language),
            f"{dated(one.last, language)} {one.last_audit}".strip(),
            f"{dated(one.next, language)} {one.next_audit}".strip(),
            language.render(say("{count} months", count=one.months)) if one.months else NOTHING,
            _in_time(one, found, language),
        ]
        for one in covered
    ]
    return [language.render(one) for one in words], rows


def _in_time(one: Coverage, found: Programme, language: Language) -> str:
    if one.months is None:
        return NOTHING
    return language.render(say("no") if one.is_due(found.on) else say("yes"))


def _raw(one: Row) -> list[str]:
    """Return the row as data, in the order of `_KEYS`."""
    document = one.document
    return [
        one.planned.isoformat() if one.planned else "",
        one.performed.isoformat() if one.performed else "",
        document.identifier,
        document.title,
        str(document.values.get("type", "")),
        ", ".join(one.processes),
        ", ".join(document.sites),
        ", ".join(one.referentials),
        ", ".join(document.auditors),
        str(one.findings),
        document.status,
        str(one.is_late).lower(),
    ]


def csv_programme(found: Programme, language: Language) -> str:
    """Return the audits as CSV."""
    del language
    return csv_table(_KEYS, [_raw(one) for one in found.rows])


def xlsx(found: Programme, language: Language) -> bytes:
    """Return a workbook: the audits, and a sheet of what they cover."""
    shown = page(found, language)
    sheets = []
    for number, one in enumerate(shown.sections):
        name = one.title or language.render(say("Audits"))
        rows = [[cell(value) for value in row] for row in one.rows]
        lines = [cell(shown.title), *map(cell, shown.notices)] if not number else ()
        widths = dict.fromkeys(one.heads, 12) | {one.heads[0]: 30 if number else 13}
        widths |= dict.fromkeys(one.heads[2:3], 34)
        sheets.append(Sheet(name, one.heads, rows, widths, lines))
    return workbook(cell(shown.title)[:255], sheets)


def json_programme(found: Programme, language: Language) -> str:
    """Return the programme as JSON, version 1; *language* changes nothing in it."""
    del language
    value: dict[str, Any] = {
        "version": 1,
        "year": found.year,
        "on": found.on.isoformat(),
        "at": found.at,
        "audits": [
            {
                "id": one.document.identifier,
                "title": one.document.title,
                "type": one.document.values.get("type"),
                "planned_on": one.planned.isoformat() if one.planned else None,
                "performed_on": one.performed.isoformat() if one.performed else None,
                "processes": list(one.processes),
                "sites": list(one.document.sites),
                "referentials": list(one.referentials),
                "auditors": list(one.document.auditors),
                "not_independent": [
                    {"auditor": it.auditor, "process": it.process.identifier}
                    for it in one.conflicts
                ],
                "findings": one.findings,
                "state": one.document.status,
                "late": one.is_late,
            }
            for one in found.rows
        ],
        **{
            name: [_covered(one, found) for one in covered]
            for name, covered in (
                ("processes", found.processes),
                ("sites", found.sites),
                ("referentials", found.referentials),
            )
        },
    }
    return json_page(value)


def _covered(one: Coverage, found: Programme) -> dict[str, Any]:
    return {
        "id": one.name,
        "cycle_months": one.months,
        "last": one.last.isoformat() if one.last else None,
        "last_audit": one.last_audit or None,
        "next": one.next.isoformat() if one.next else None,
        "next_audit": one.next_audit or None,
        "in_time": None if one.months is None else not one.is_due(found.on),
    }


PROGRAMME_FORMATS: Mapping[str, Callable[[Programme, Language], str | bytes]] = {
    **formats_of(page),
    "json": json_programme,
    "csv": csv_programme,
    "xlsx": xlsx,
}
