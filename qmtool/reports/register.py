"""What `qm register` prints: the entries of a register, or how many each register holds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from qmtool.model.register import Entry, Register
from qmtool.model.text import say
from qmtool.model.workflow import written
from qmtool.reports.columns import SHORT_NAME, SHORT_STATE, SHORT_TITLE, Column, fitted
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.record_values import Names, key_words, value_words
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    terminal_width,
    text_table,
)
from qmtool.reports.terminal import safe
from qmtool.reports.workbook import Sheet, cell, workbook

ALWAYS = ("id", "date", "title", "process", "owner", "sites", "status")
"""The columns of a register that is written to a file, before the fields of its kind."""

_DUE = say("next due")
_MOST = 40
"""How many characters of a value a terminal shows."""


def header(found: Register, key: str, language: Language) -> str:
    """Return the title of the column *key*."""
    return key_words(found.kind, key, language)


def _shown(found: Register, one: Entry, key: str, names: Names, language: Language) -> str:
    """Return what *key* of *one* holds, as a reader understands it."""
    match key:
        case "status":
            return found.kind.states[one.state].label.of(language.code)
        case "process":
            return found.processes.get(one.process, one.process)
        case "owner":
            return found.people.get(one.owner, one.owner)
    return value_words(one.document, found.kind, key, names, language)


def _columns(found: Register) -> list[str]:
    """Return the keys that are shown; where the centre has several sites, theirs as well."""
    keys = list(found.kind.columns)
    are_told = {"sites", *found.kind.fields_of("site")} & {*keys}
    if len(found.sites) > 1 and not are_told and any(one.document.sites for one in found.entries):
        keys.insert(keys.index("title") + 1 if "title" in keys else len(keys), "sites")
    return keys


def _due(one: Entry, found: Register, language: Language) -> str:
    """Return by when what is due, with a mark where that is past."""
    if one.deadline is None:
        return ""
    day = language.day(one.deadline.day)
    return language.render(say("{day} LATE", day=day)) if one.is_late(found.on) else day


def _table(
    found: Register, keys: Sequence[str], language: Language
) -> tuple[list[str], list[list[str]]]:
    heads = [*(header(found, key, language) for key in keys), language.render(_DUE)]
    names = Names(found.people, found.processes, found.sites)
    rows = [
        [*(_shown(found, one, key, names, language) for key in keys), _due(one, found, language)]
        for one in found.entries
    ]
    return heads, rows


def counted(found: Register, language: Language) -> str:
    """Return how many entries there are, how many are open, and how many late."""
    words = say(
        "{count} entries, {open} open, {late} late",
        count=len(found.entries),
        open=found.still_open,
        late=found.late,
    )
    return language.render(words)


def text(found: Register, language: Language) -> str:
    """Return the register as an aligned table and a count."""
    if not found.entries:
        return counted(found, language) + "\n"
    keys = _columns(found)
    heads, rows = _table(found, keys, language)
    columns = [_column(found, key, head) for key, head in zip(keys, heads, strict=False)]
    columns.append(Column(heads[-1]))
    wide = keys.index("title") if "title" in keys else 0
    table = fitted(columns, [[_cut(one) for one in row] for row in rows], wide, language)
    return table + counted(found, language) + "\n"


def _column(found: Register, key: str, head: str) -> Column:
    """Return how the column *key* gives way on a narrow terminal."""
    match key:
        case "id":
            return Column(head)
        case "title":
            return Column(head, SHORT_TITLE)
        case "owner":
            return Column(head, SHORT_NAME, spare=2, first=True)
        case "status":
            return Column(head, SHORT_STATE)
    is_day = key == "date" or key in found.kind.fields_of("date")
    return Column(head, 0 if is_day else SHORT_NAME, spare=1)


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def title(found: Register, language: Language) -> str:
    """Return the title of the register: of what, of whom, on which day."""
    words = say("{kind}: register on {day}", kind=found.kind.label, day=found.on)
    if found.centre:
        words = say("{centre}: {title}", centre=found.centre, title=words)
    return language.render(words)


def markdown(found: Register, language: Language) -> str:
    """Return a title and the register as a Markdown table."""
    heads, rows = _table(found, _columns(found), language)
    return f"# {markdown_text(title(found, language))}\n\n{markdown_table(heads, rows)}"


def _all_keys(found: Register) -> tuple[str, ...]:
    return (*ALWAYS, *found.kind.fields)


def csv_register(found: Register, language: Language) -> str:
    """Return every field as CSV, by their names and as front matter writes them."""
    del language
    keys = _all_keys(found)
    return csv_table(keys, [[_raw(one, key) for key in keys] for one in found.entries])


def xlsx(found: Register, language: Language) -> bytes:
    """Return a workbook of every field: what it says may be changed there and read back."""
    keys = _all_keys(found)
    rows = [[cell(_raw(one, key)) for key in keys] for one in found.entries]
    wide = {"title": 50, "id": 22, **dict.fromkeys(found.kind.fields, 30)}
    labels = [header(found, key, language) for key in keys]
    legend = Sheet(
        language.render(say("fields")),
        [language.render(say("field")), language.render(say("meaning"))],
        [[key, label] for key, label in zip(keys, labels, strict=True)],
        {language.render(say("meaning")): 60},
    )
    sheet = Sheet("qm", keys, rows, wide, frozen=1)
    return workbook(title(found, language)[:255], [sheet, legend])


def _raw(one: Entry, key: str) -> str:
    if key == "status":
        return one.state
    return one.process if key == "process" else written(one.document, key)


def json_register(found: Register, language: Language) -> str:
    """Return the register as JSON; *language* changes nothing in it."""
    del language
    return json_page(
        {
            "version": 1,
            "register": found.kind.name,
            "on": str(found.on),
            "at": found.at,
            "entries": [_value(one, found) for one in found.entries],
            "summary": {
                "entries": len(found.entries),
                "open": found.still_open,
                "late": found.late,
            },
        }
    )


def _value(one: Entry, found: Register) -> dict[str, Any]:
    document = one.document
    return {
        "id": document.identifier,
        "title": document.title,
        "date": str(document.date) if document.date else None,
        "process": one.process or None,
        "owner": one.owner or None,
        "sites": list(document.sites),
        "status": one.state,
        "closed": one.is_closed,
        "path": safe(document.path),
        "fields": dict(document.values),
        "due": str(one.deadline.day) if one.deadline else None,
        "due_state": one.deadline.state.name if one.deadline else None,
        "late": one.is_late(found.on),
        "history": [
            {"state": row.state, "date": row.date, "by": row.by, "comment": row.comment}
            for row in document.history
        ],
    }


REGISTER_FORMATS: Mapping[str, Callable[[Register, Language], str | bytes]] = {
    "text": text,
    "json": json_register,
    "markdown": markdown,
    "csv": csv_register,
    "xlsx": xlsx,
}


def overview(registers: Iterable[Register], language: Language) -> str:
    """Return how many entries each register holds, how many are open and late."""
    heads = [language.render(one) for one in (say("register"), say("name"))]
    heads += [language.render(one) for one in (say("entries"), say("open entries"), say("late"))]
    rows = [
        [
            one.kind.name,
            one.kind.label.of(language.code),
            *map(str, (len(one.entries), one.still_open, one.late)),
        ]
        for one in registers
    ]
    return text_table(heads, rows, terminal_width(), 1)
