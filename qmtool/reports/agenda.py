"""What `qm agenda` prints: what is late, then what comes this week, this month and later."""

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from qmtool.model.agenda import Agenda, Item, Nature
from qmtool.model.calendar import add_days
from qmtool.model.label import Label
from qmtool.model.text import Text, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language, in_both
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    terminal_width,
    width_of,
    wrapped_table,
)
from qmtool.reports.terminal import safe

NATURE_WORDS: Mapping[Nature, Text] = {
    Nature.STEP: say("register"),
    Nature.REVIEW: say("review"),
    Nature.CERTIFICATE: say("certificate"),
    Nature.SURVEILLANCE: say("certificate"),
    Nature.DEPARTURE: say("departure"),
    Nature.KEY: say("signing key"),
    Nature.COMPARISON: say("referential"),
}

BASIS_WORDS: Mapping[str, Text] = {
    "law": say("law"),
    "guide": say("guide of an authority"),
    "custom": say("custom of the centre"),
    "scheme": say("scheme"),
}

_MOST = 22
"""How many characters of a subject the terminal shows: an id, and seldom a path."""

_LEAST = 24
"""How many columns are left for what is to be done, at least."""


class Group(NamedTuple):
    """Some items under a title."""

    title: Text
    items: Sequence[Item]


def groups(found: Agenda) -> Iterator[Group]:
    """Yield the items by when they are due, where there are any; a week ends on Sunday."""
    on = found.on
    week = add_days(on, 7 - on.isoweekday())
    month = on.replace(day=monthrange(on.year, on.month)[1])
    rest = [one for one in found.items if not one.is_late]
    for group in (
        Group(say("Late"), [one for one in found.items if one.is_late]),
        Group(say("This week"), [one for one in rest if one.day <= week]),
        Group(say("This month"), [one for one in rest if week < one.day <= month]),
        Group(say("Later"), [one for one in rest if one.day > max(week, month)]),
    ):
        if group.items:
            yield group


def words(one: Item, language: Language) -> str:
    """Return what is to be done, of what; with its source where a law sets the day."""
    what, title = language.shown(one.what), language.shown(one.title)
    said = language.pair(what, title) if title else what
    return f"{said} ({one.source})" if one.is_legal and one.source else said


def title(found: Agenda) -> Text:
    """Return the title of the agenda: whose, from which day to which."""
    said = say("Agenda from {day} to {until}", day=found.on, until=found.until)
    return say("{centre}: {title}", centre=found.centre, title=said) if found.centre else said


def counted(found: Agenda, language: Language) -> str:
    """Return how many dates there are, and how many are late."""
    count, until = len(found.items), language.day(found.until)
    if not count:
        return language.render(say("Nothing is due up to {until}.", until=until))
    words = language.ngettext(
        "{n} date up to {until}, {late} late", "{n} dates up to {until}, {late} late", count
    )
    return words.format(n=count, until=until, late=found.late)


def text(found: Agenda, language: Language) -> str:
    """Return the agenda as short lines under the four titles, and a count."""
    with_people = len({one.person for one in found.items}) > 1
    rows = {id(one): _row(one, language, with_people) for one in found.items}
    widths = [max((width_of(row[n]) for row in rows.values()), default=0) for n in range(4)]
    shown = [n for n in range(4) if widths[n]]  # no column of nothing but blanks
    room = max(_LEAST, terminal_width() - 4 - sum(widths[n] + 2 for n in shown))
    lines: list[str] = []
    for group in groups(found):
        lines.append(f"{language.render(group.title)} ({len(group.items)})")
        cells = []
        for one in group.items:
            row = rows[id(one)]
            said = safe(words(one, language))
            kept = [row[n] + " " * (widths[n] - width_of(row[n])) for n in shown]
            cells.append([*kept, said if one.is_legal else _cut(said, room)])
        lines += [f"  {line}" for line in wrapped_table(cells, terminal_width() - 2)]
        lines.append("")
    return "\n".join([*lines, counted(found, language)]) + "\n"


def _row(one: Item, language: Language, with_person: bool) -> list[str]:
    """Return the cells before what is to be done: the day, a law, of what, and who."""
    return [
        language.day(one.day),
        language.render(say("LEGAL")) if one.is_legal else "",
        _cut(safe(one.subject), _MOST),
        _cut(safe(one.person), _MOST) if with_person and one.person != one.subject else "",
    ]


def _cut(line: str, size: int) -> str:
    """Return *line* in *size* columns."""
    while width_of(line) > size:
        line = line[:-2].rstrip() + "…"
    return line


_HEADERS: Mapping[str, Text] = {
    "day": say("day"),
    "subject": say("of what"),
    "what": say("to do"),
    "title": say("title"),
    "person": say("person"),
    "process": say("process"),
    "sites": say("sites"),
    "basis": say("basis"),
}


def markdown(found: Agenda, language: Language) -> str:
    """Return a title, then a table under each of the four titles."""
    heads = [language.render(one) for one in _HEADERS.values()]
    parts = [f"# {markdown_text(language.render(title(found)))}", ""]
    for group in groups(found):
        rows = [[_cell(one, key, found, language) for key in _HEADERS] for one in group.items]
        parts += [f"## {language.render(group.title)}", "", markdown_table(heads, rows)]
    return "\n".join([*parts, counted(found, language)]) + "\n"


def _cell(one: Item, key: str, found: Agenda, language: Language) -> str:
    match key:
        case "day":
            return language.day(one.day)
        case "what" | "title":
            return language.shown(getattr(one, key))
        case "person":
            return found.people.get(one.person, one.person)
        case "process":
            return found.processes.get(one.process, one.process)
        case "sites":
            return ", ".join(one.sites)
        case "basis":
            return language.render(basis(one))
    return one.subject


def basis(one: Item) -> Text:
    """Return who sets the day, and what says so."""
    who = BASIS_WORDS[one.basis]
    return say("{basis} ({source})", basis=who, source=one.source) if one.source else who


def csv_agenda(found: Agenda, language: Language) -> str:
    """Return the agenda as CSV, for a program; *language* is that of what is to be done."""
    keys = list(_value(_EMPTY, found))
    rows = []
    for one in found.items:
        said = {"what": language.shown(one.what), "title": language.shown(one.title)}
        value = {**_value(one, found), **said}
        rows.append([_text(value[key]) for key in keys])
    return csv_table(keys, rows)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def json_agenda(found: Agenda, language: Language) -> str:
    """Return the agenda as JSON, version 1; *language* changes nothing in it."""
    del language
    return json_page(
        {
            "version": 1,
            "on": str(found.on),
            "until": str(found.until),
            "at": found.at,
            "items": [_value(one, found) for one in found.items],
            "summary": {"items": len(found.items), "late": found.late, "legal": found.legal},
        }
    )


def _value(one: Item, found: Agenda) -> dict[str, Any]:
    return {
        "day": str(one.day),
        "late": one.is_late,
        "legal": one.is_legal,
        "nature": one.nature.value,
        "what": in_both(one.what),
        "subject": safe(one.subject),
        "title": in_both(one.title) if str(one.title) else None,
        "kind": one.kind or None,
        "person": one.person or None,
        "person_name": found.people.get(one.person),
        "process": one.process or None,
        "sites": list(one.sites),
        "basis": one.basis,
        "source": one.source or None,
        "command": one.command or None,
        "path": safe(one.path) if one.path else None,
    }


_EMPTY = Item(date.min, Nature.STEP, Label("", ""), "")
"""An item of which only the keys are wanted."""


def ics(found: Agenda, language: Language) -> bytes:
    """Return the agenda as iCalendar; only that format needs its library, slow to import."""
    from qmtool.reports.agenda_ics import calendar

    return calendar(found, language)


AGENDA_FORMATS: Mapping[str, Callable[[Agenda, Language], str | bytes]] = {
    "text": text,
    "json": json_agenda,
    "markdown": markdown,
    "ics": ics,
    "csv": csv_agenda,
}
