"""What `qm list` prints: the documents, or the master list of those in force on a day."""

from collections.abc import Callable, Mapping
from typing import Any

from qmtool.model.master_list import MasterList
from qmtool.model.standing import Standing, State
from qmtool.model.text import Text, say
from qmtool.reports.columns import SHORT_NAME, SHORT_STATE, SHORT_TITLE, Column, fitted
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.listing import STATE_WORDS
from qmtool.reports.table import csv_table, markdown_table, markdown_text
from qmtool.reports.terminal import safe
from qmtool.reports.workbook import Sheet, cell, workbook

_SHORT = 10
"""How many characters of a commit's id are shown."""

_SHOWN = (
    *("id", "title", "kind", "process", "in_force", "effective", "state", "next_review", "owner"),
)
_RECORDS = ("id", "title", "kind", "process", "date", "state", "owner")
"""What a terminal shows of records: none of them is in force or reviewed."""

_SPARE = {"process": 1, "effective": 1, "date": 1, "owner": 1, "kind": 2, "next_review": 3}
"""What a narrow terminal goes without: that of 1 first, from the end."""

HEADERS: Mapping[str, Text] = {
    "id": say("id"),
    "title": say("title"),
    "kind": say("kind"),
    "process": say("process"),
    "category": say("category"),
    "in_force": say("in force"),
    "effective": say("applies from"),
    "date": say("date"),
    "state": say("state"),
    "next_review": say("next review"),
    "owner": say("owner"),
    "sites": say("sites"),
    "devices": say("devices"),
    "posts": say("posts"),
    "file": say("file"),
}

CATEGORY_WORDS: Mapping[str, Text] = {
    "applicable": say("applicable document"),
    "form": say("form"),
    "record": say("record"),
    "archive": say("archive"),
}


def _row(one: Standing, found: MasterList, language: Language) -> dict[str, str]:
    """Return the cells of a document by column."""
    document = one.document
    category = CATEGORY_WORDS.get(one.category)
    kind = found.kinds.get(document.kind)
    return {
        "id": document.name,
        "title": document.title,
        "kind": kind.of(language.code) if kind and any(kind) else document.kind,
        "process": found.processes.get(one.process, one.process),
        "category": language.render(category) if category else one.category,
        "in_force": one.in_force,
        "effective": language.day(one.effective) if one.effective else "",
        "date": language.day(document.date) if document.date else "",
        "state": language.shown(found.step(one) or _state(one, found)),
        "next_review": language.day(one.next_review) if one.next_review else "",
        "owner": found.owner(one),
        "sites": ", ".join(document.sites),
        "devices": ", ".join(document.devices),
        "posts": ", ".join(document.posts),
        "file": document.path,
    }


def _state(one: Standing, found: MasterList) -> Text:
    """Return the state of *one*; where another version is in force, which one is to come."""
    state = found.state(one)
    if state is State.SCHEDULED and one.in_force:
        return say("v{version} to come", version=one.document.version)
    return STATE_WORDS[state]


def head_cells(names: tuple[str, ...], language: Language) -> list[str]:
    """Return the titles of the columns called *names*."""
    return [language.render(HEADERS[name]) for name in names]


def row_cells(found: MasterList, names: tuple[str, ...], language: Language) -> list[list[str]]:
    """Return the cells of each document, by the columns called *names*."""
    cells = (_row(one, found, language) for one in found.standings)
    return [[row[name] for name in names] for row in cells]


def title(found: MasterList) -> Text:
    """Return the title of the list: what it holds, of whom, on which day, from which commit."""
    words = say("Documents in force") if found.is_applicable else say("Documents")
    parts = say("{title} on {day}", title=words, day=found.on)
    if found.centre:
        parts = say("{centre}: {title}", centre=found.centre, title=parts)
    if found.commit:
        parts = say("{title} (commit {commit})", title=parts, commit=found.commit[:_SHORT])
    return parts


def text(found: MasterList, language: Language) -> str:
    """Return the list as an aligned table and a count."""
    count = len(found.standings)
    counted = language.ngettext("{n} document", "{n} documents", count).format(n=count)
    if not count:
        return counted + "\n"
    are_records = all(one.state is State.RECORD for one in found.standings)
    names = _RECORDS if are_records else _SHOWN
    columns = [
        _column(name, head) for name, head in zip(names, head_cells(names, language), strict=True)
    ]
    rows = row_cells(found, names, language)
    told = [n for n in range(len(names)) if n < 2 or any(row[n] for row in rows)]
    table = fitted(
        [columns[n] for n in told], [[row[n] for n in told] for row in rows], 1, language
    )
    return f"{table}{counted}\n"


def _column(name: str, head: str) -> Column:
    """Return how the column called *name* gives way on a narrow terminal."""
    spare = _SPARE.get(name, 0)
    match name:
        case "title":
            return Column(head, SHORT_TITLE)
        case "state":
            return Column(head, SHORT_STATE)
        case "kind" | "process" | "owner":
            return Column(head, SHORT_NAME, spare, first=True)
    return Column(head, spare=spare)


def markdown(found: MasterList, language: Language) -> str:
    """Return a title and the list as a Markdown table."""
    names = tuple(HEADERS)
    table = markdown_table(head_cells(names, language), row_cells(found, names, language))
    return f"# {markdown_text(language.render(title(found)))}\n\n{table}"


def csv_list(found: MasterList, language: Language) -> str:
    """Return the list as CSV, without a title: a program may read it."""
    names = tuple(HEADERS)
    return csv_table(head_cells(names, language), row_cells(found, names, language))


def xlsx(found: MasterList, language: Language) -> bytes:
    """Return a workbook: a title, then the list with a filter."""
    names = tuple(HEADERS)
    headers = head_cells(names, language)
    wide = {"id": 16, "title": 50, "process": 28, "owner": 28, "file": 60}
    widths = {language.render(HEADERS[name]): width for name, width in wide.items()}
    line = cell(language.render(title(found)))
    rows = [list(map(cell, row)) for row in row_cells(found, names, language)]
    return workbook(line[:255], [Sheet("qm", headers, rows, widths, (line,))])


def json_list(found: MasterList, language: Language) -> str:
    """Return the list as JSON, version 1 of `formats.md`; *language* changes nothing in it."""
    del language
    value = {
        "version": 1,
        "on": str(found.on),
        "at": found.at,
        "documents": [_document(one, found) for one in found.standings],
    }
    return json_page(value)


def _document(one: Standing, found: MasterList) -> dict[str, Any]:
    document = one.document
    return {
        "id": document.identifier or None,
        "title": document.title,
        "kind": document.kind,
        "category": one.category or None,
        "process": one.process or None,
        "owner": one.owner or None,
        "owner_name": found.people.get(one.owner),
        "sites": list(document.sites),
        "devices": list(document.devices),
        "posts": list(document.posts),
        "path": safe(document.path),
        "version": document.version or None,
        "in_force": one.in_force or None,
        "in_force_since": str(one.effective) if one.effective else None,
        "state": one.state.value,
        "status": document.status or None,
        "effective": str(document.effective) if document.effective else None,
        "next_review": str(one.next_review) if one.next_review else None,
        "overdue": one.is_overdue(found.on),
        "date": str(document.date) if document.date else None,
    }


LIST_FORMATS: Mapping[str, Callable[[MasterList, Language], str | bytes]] = {
    "text": text,
    "json": json_list,
    "markdown": markdown,
    "csv": csv_list,
    "xlsx": xlsx,
}
