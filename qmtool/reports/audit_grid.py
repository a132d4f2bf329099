"""The grid of an audit: a workbook, CSV, Markdown or JSON that an auditor fills in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qmtool.model.answers import Answer
from qmtool.model.audit_grid import Grid
from qmtool.model.audit_sample import Line, Part
from qmtool.model.evidence import Evidence, EvidenceState
from qmtool.model.label import Label
from qmtool.model.text import say
from qmtool.reports.audit_grid_words import (
    ASKED,
    HEADS,
    NO,
    TO_FILL,
    WHY_WORDS,
    YES,
    choices,
    chosen,
    filled_in,
    is_scored,
)
from qmtool.reports.audit_words import (
    answer_of,
    called,
    conflicts_told,
    dated,
    in_words,
    origin,
    stand_of,
)
from qmtool.reports.gap_view import state_words, status_words
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.sections import Section, Sheaf, markdown
from qmtool.reports.table import csv_table
from qmtool.reports.workbook import Entry, Sheet, below, cell, workbook

_WIDTHS = {
    **{"audit": 12, "requirement": 22, "title": 26, "asks": 36, "status": 11, "evidence": 24},
    **{"why": 14, "seen": 6, "grade": 16, "score": 8, "site": 10, "facts": 40},
    **{"evidence_seen": 28, "documents": 14},
}
_SHEET = 31
"""Characters that the name of a sheet holds."""


def values(found: Grid, part: Part, line: Line, language: Language) -> dict[str, str]:
    """Return what stands in the row of *line*, by column; nothing in what is to be filled in."""
    requirement = line.found.requirement
    return {
        "audit": found.audit.identifier,
        "requirement": line.found.identifier,
        "title": requirement.title.of(language.code),
        "asks": (requirement.asks if any(requirement.asks) else requirement.title).of(
            language.code
        ),
        "status": status_words(language)[line.found.status][0],
        "evidence": "\n".join(_in_force(line.found.evidence, language)),
        "why": language.render(WHY_WORDS[line.why]),
        **dict.fromkeys(TO_FILL, ""),
    }


def _in_force(evidence: Sequence[Evidence], language: Language) -> Iterator[str]:
    """Yield the documents in force that declare a requirement, those that lapsed with a word."""
    words = state_words(language)
    told = set()
    for one in evidence:
        if one.via != "declared" or one.state is EvidenceState.DRAFT:
            continue
        name = f"{one.document} v{one.version}" if one.version else one.document
        if one.state is not EvidenceState.IN_FORCE:
            name = f"{name} ({words[one.state]})"
        if name not in told:
            told.add(name)
            yield name


def csv_grid(found: Grid, language: Language) -> str:
    """Return the rows to fill in as CSV, by the names of the columns."""
    keys = (*ASKED, *TO_FILL)
    rows = [values(found, part, line, language) for part in found.parts for line in part.lines]
    return csv_table(keys, [[row[key] for key in keys] for row in rows])


def xlsx(found: Grid, language: Language) -> bytes:
    """Return a workbook of text: the findings before, and a sheet for each referential."""
    options = _options(found, language)
    sheets = [
        _first(found, language),
        _before(found, language),
        *(_part(found, part, options, language) for part in found.parts if part.lines),
        _choices(options, language),
    ]
    return workbook(cell(title(found, language))[:255], sheets)


def title(found: Grid, language: Language) -> str:
    """Return what the grid is called."""
    values = {"audit": found.audit.identifier, "title": found.audit.title}
    return language.render(say("Audit grid {audit}: {title}", **values))


def _facts(found: Grid, language: Language) -> list[tuple[str, str]]:
    """Return what is to be known of the audit, by name."""
    audit = found.audit
    _ = language.render
    return [
        (_(say("audit")), f"{audit.identifier} {audit.title}"),
        (_(say("referentials")), ", ".join(one.referential.identifier for one in found.parts)),
        (_(say("processes")), called(found.processes, {})),
        (_(say("sites to see")), ", ".join(found.sites) or "–"),
        (_(say("auditors")), called(audit.auditors, found.people)),
        (_(say("grid made on")), dated(found.on, language)),
    ]


def _first(found: Grid, language: Language) -> Sheet:
    """Return the sheet to be read first: of what, how it was chosen, and how it is filled in."""
    told = [*conflicts_told(found.audit, found.conflicts, language)]
    told += [language.render(one) for one in (*chosen(found), *filled_in(found))]
    rows = [[cell(name), cell(value)] for name, value in _facts(found, language)]
    rows += [["", cell(one)] for one in told]
    rows.append(["", cell(origin(found.on, found.at, language))])
    heads = [language.render(say("grid")), cell(title(found, language))]
    return Sheet(language.render(say("Read first")), heads, rows, {heads[0]: 18, heads[1]: 110})


def _before(found: Grid, language: Language) -> Sheet:
    """Return the findings of the audit before, with their answers."""
    heads, rows = before_table(found.before, language)
    cells = [[cell(one) for one in row] for row in rows]
    if not cells:
        cells = [[_no_finding(found, language), *[""] * (len(heads) - 1)]]
    widths = dict(zip(heads, (22, 26, 20, 40, 16, 60, 24), strict=True))
    return Sheet(language.render(say("Previous findings")), heads, cells, widths)


def _no_finding(found: Grid, language: Language) -> str:
    if found.previous is None:
        return language.render(say("no audit before this one is known"))
    return language.render(say("{audit} left no finding", audit=found.previous.name))


def before_table(before: Sequence[Answer], language: Language) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the findings *before*, with their answers."""
    words = (
        *(say("finding"), say("requirement"), say("grade"), say("facts"), say("state")),
        *(say("answer"), say("sites")),
    )
    rows = [
        [
            one.name,
            one.requirement,
            in_words(one.label, language),
            one.says("facts") or one.title or "–",
            stand_of(one, language),
            answer_of(one, language) or "–",
            ", ".join(one.sites) or "–",
        ]
        for one in before
    ]
    return [language.render(one) for one in words], rows


def _options(found: Grid, language: Language) -> dict[str, list[str]]:
    """Return the choices by the column of their sheet: a column for each list."""
    lists = {"seen": [language.render(YES), language.render(NO)]}
    if found.sites:
        lists["site"] = list(found.sites)
    for part in found.parts:
        scores = [str(one.score) for one in part.referential.grades if one.score is not None]
        named = scores if is_scored(part.referential) else choices(part.referential, language)
        lists[part.referential.identifier] = named
    return lists


def _choices(options: Mapping[str, Sequence[str]], language: Language) -> Sheet:
    deepest = max(map(len, options.values()))
    rows = [
        [cell(named[n]) if n < len(named) else "" for named in options.values()]
        for n in range(deepest)
    ]
    return Sheet(language.render(_CHOICES), [*map(str, options)], rows)


_CHOICES = say("Choices")


def _part(
    found: Grid, part: Part, options: Mapping[str, Sequence[str]], language: Language
) -> Sheet:
    """Return the sheet to fill in for one referential."""
    referential = part.referential
    unused = "grade" if is_scored(referential) else "score"
    keys = [key for key in (*ASKED, *TO_FILL) if key != unused and (key != "site" or found.sites)]
    heads = {key: language.render(HEADS[key]) for key in keys}
    rows = [
        [cell(row[key]) for key in keys]
        for row in (values(found, part, line, language) for line in part.lines)
    ]
    names = list(options)
    lists = {"seen": "seen", "site": "site", "grade": referential.identifier}
    lists["score"] = referential.identifier
    entries = {}
    for key in keys:
        if key in TO_FILL:
            among = lists.get(key, "")
            count = len(options.get(among, ()))
            message = language.render(say("Choose one of the list."))
            sheet = language.render(_CHOICES)
            listed = below(sheet, names.index(among), count) if count else ""
            entries[heads[key]] = Entry(message, listed)
    widths = {heads[key]: _WIDTHS[key] for key in keys}
    return Sheet(
        referential.identifier[:_SHEET], list(heads.values()), rows, widths, (), 2, entries
    )


def page(found: Grid, language: Language) -> Sheaf:
    """Return the grid as sections: the findings before it first."""
    heads, rows = before_table(found.before, language)
    keys = (*ASKED[1:], *(key for key in TO_FILL if key not in ("site", "score")))
    sections = [
        Section("", [language.pair(name, value) for name, value in _facts(found, language)]),
        Section(
            language.render(say("Previous findings")),
            [] if rows else [_no_finding(found, language)],
            heads,
            rows,
        ),
        Section(
            language.render(say("How it was chosen")),
            [language.render(one) for one in chosen(found)],
        ),
    ]
    sections += [
        Section(
            in_words(part.referential.title, language),
            (),
            [language.render(HEADS[key]) for key in keys],
            [
                [row[key] for key in keys]
                for row in (values(found, part, line, language) for line in part.lines)
            ],
        )
        for part in found.parts
        if part.lines
    ]
    return Sheaf(
        title(found, language),
        language.render(say("Audit grid")),
        found.centre,
        list(conflicts_told(found.audit, found.conflicts, language)),
        sections,
        origin(found.on, found.at, language),
    )


def _markdown(found: Grid, language: Language) -> str:
    return markdown(page(found, language), language)


def json_grid(found: Grid, language: Language) -> str:
    """Return the grid as JSON, version 1."""
    value: dict[str, Any] = {
        "version": 1,
        "audit": found.audit.identifier,
        "on": found.on.isoformat(),
        "at": found.at,
        "sites": list(found.sites),
        "chosen": [language.render(one) for one in chosen(found)],
        "previous": found.previous.name if found.previous else None,
        "previous_findings": [
            {
                "finding": one.name,
                "requirement": one.requirement,
                "grade": one.given,
                "state": stand_of(one, language),
                "open": not one.is_over,
                "answer": answer_of(one, language),
            }
            for one in found.before
        ],
        "requirements": [
            {
                "id": line.found.identifier,
                "title": row["title"],
                "asks": row["asks"],
                "status": line.found.status,
                "evidence": row["evidence"].splitlines(),
                "why": line.why,
            }
            for part in found.parts
            for line in part.lines
            for row in [values(found, part, line, language)]
        ],
        "grades": {
            part.referential.identifier: [
                _grade(one.identifier, one.label, one.score) for one in part.referential.grades
            ]
            for part in found.parts
        },
    }
    return json_page(value)


def _grade(identifier: str, label: Label, score: int | None) -> dict[str, Any]:
    return {"id": identifier, "fr": label.fr, "en": label.en, "score": score}


GRID_FORMATS: Mapping[str, Callable[[Grid, Language], str | bytes]] = {
    "xlsx": xlsx,
    "csv": csv_grid,
    "markdown": _markdown,
    "json": json_grid,
}
