"""What `qm review-pack` prints: the facts under each input of a review, and room for people."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from qmtool.model.label import Label
from qmtool.model.review_facts import Cell, Fact, Linked, Named
from qmtool.model.review_pack import Item, Pack
from qmtool.model.text import Text, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import markdown_table, markdown_text, terminal_width, text_table
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

MOST = 50
"""How many rows of a table a draft shows; JSON holds them all."""

_NOTHING = say("No fact recorded over the period.")
_MOST_OF_CELL = 40

DECISION_HEADS = (say("Decision"), say("Owner"), say("Due date"), say("Action"))
"""The columns of the tables of decisions, which `qm review-pack --actions` reads."""


def title(found: Pack, language: Language) -> str:
    """Return the title of the review that the pack is for."""
    words = say(
        "Management review: {first} to {last}", first=found.period.first, last=found.period.last
    )
    if found.site:
        words = say("{title} ({site})", title=words, site=found.site)
    return language.render(words)


def summary(item: Item, language: Language) -> str:
    """Return the numbers of *item* in a sentence, and where the rest is; or that there is none."""
    if not item.told:
        return language.render(_NOTHING)
    parts = []
    for fact in item.told:
        numbers = " · ".join(_numbers(fact, language))
        if numbers:
            parts.append(f"{_shown(fact.title, language)} ({numbers})")
    words = say("{facts}. See {item} in the text.", facts=", ".join(parts), item=item.name)
    return safe(language.render(words))


def _numbers(fact: Fact, language: Language) -> list[str]:
    return [language.pair(_shown(one.label, language), str(one.number)) for one in fact.counts]


def _shown(held: Cell | object, language: Language) -> str:
    """Return *held*, a cell or a name, for a reader."""
    match held:
        case None:
            return ""
        case Named():
            return _shown(held.label, language)
        case Linked():
            state = f" ({_shown(held.state, language)})" if held.state else ""
            return held.identifier + state
        case Label():
            return held.of(language.code)
        case Text():
            return language.render(held)
        case date():
            return language.day(held)
        case tuple():
            return ", ".join(_shown(one, language) for one in held)
        case float():
            return str(int(held)) if held == int(held) else f"{held:.10g}"
    return str(held)


def _table(fact: Fact, language: Language, most: int) -> tuple[list[str], list[list[str]]]:
    heads = [_shown(one.label, language) for one in fact.columns]
    return heads, [[_shown(cell, language) for cell in row] for row in fact.rows[:most]]


def _about(found: Pack, language: Language) -> str:
    """Return what the facts are of: the period, the day of the states, the site."""
    words = say(
        "Facts from {first} to {last}; states and delays are those of {day}.",
        first=found.period.first,
        last=found.period.last,
        day=found.on,
    )
    return language.render(words)


def body(found: Pack, language: Language) -> str:
    """Return the text of the draft: the facts of each input, and empty tables of decisions."""
    parts = ["", markdown_text(_about(found, language)), ""]
    parts += [f"## {language.render(say('Inputs'))}", ""]
    for item in found.inputs:
        parts += [*_heading(item, language), *_input(item, language)]
    parts += [f"## {language.render(say('Decisions'))}", ""]
    told = say(
        "A row for each decision; then type qm review-pack --actions with the id of this review: "
        "each becomes an action."
    )
    parts += [markdown_text(language.render(told)), ""]
    heads = [language.render(one) for one in DECISION_HEADS]
    for item in found.outputs:
        parts += [*_heading(item, language), markdown_table(heads, [[""] * len(heads)])]
    closing = say("Conclusion of top management: is the system suitable, adequate, effective?")
    parts += [f"## {language.render(say('Conclusion'))}", "", _to_complete(closing, language)]
    return "\n".join(parts)


def _heading(item: Item, language: Language) -> list[str]:
    return [f"### {markdown_text(item.title.of(language.code))}", ""]


def _to_complete(what: Text, language: Language) -> str:
    told = language.pair(say("To be completed"), language.render(what))
    return markdown_text(told) + "\n"


def _input(item: Item, language: Language) -> Iterator[str]:
    if not item.told:
        yield markdown_text(language.render(_NOTHING)) + "\n"
    for fact in item.told:
        heads, rows = _table(fact, language, MOST)
        name = f"**{markdown_text(_shown(fact.title, language))}**"
        numbers = markdown_text(" · ".join(_numbers(fact, language)))
        yield (f"{name} – {numbers}" if numbers else name) + "\n"
        if rows:
            yield markdown_table([markdown_text(one) for one in heads], rows)
        if len(fact.rows) > MOST:
            more = say("… and {count} more, which --format json tells", count=len(fact.rows) - MOST)
            yield markdown_text(language.render(more)) + "\n"
    yield _to_complete(say("what this means, and what is proposed"), language)


def text(found: Pack, language: Language) -> str:
    """Return the facts for a terminal."""
    width = terminal_width()
    lines = [*wrapped(safe(title(found, language)), width)]
    lines += [*wrapped(safe(_about(found, language)), width), ""]
    for item in found.inputs:
        lines += [safe(item.title.of(language.code))]
        if not item.told:
            lines.append(f"  {language.render(_NOTHING)}")
        for fact in item.told:
            numbers = " · ".join(_numbers(fact, language))
            said = language.pair(_shown(fact.title, language), numbers)
            lines += wrapped(safe(said.rstrip()), width, first="  ", rest="    ")
            lines += [f"    {one}" for one in _lines(fact, language, width - 4)]
        lines.append("")
    return "\n".join(lines)


def _lines(fact: Fact, language: Language, width: int) -> list[str]:
    """Return the table of *fact* as lines, none without rows."""
    heads, rows = _table(fact, language, len(fact.rows))
    cut = [
        [one if len(one) <= _MOST_OF_CELL else f"{one[: _MOST_OF_CELL - 1]}…" for one in row]
        for row in rows
    ]
    keys = [one.key for one in fact.columns]
    wide = keys.index("title") if "title" in keys else 0
    return text_table(heads, cut, width, wide).splitlines() if rows else []


def json_(found: Pack, language: Language) -> str:
    """Return every fact as JSON, version 1; names for readers are in *language*."""
    value = {
        "version": 1,
        "from": str(found.period.first),
        "to": str(found.period.last),
        "on": str(found.on),
        "at": found.at,
        "site": found.site or None,
        "inputs": [_item(one, language) for one in found.inputs],
        "outputs": [
            {"item": one.name, "title": one.title.of(language.code)} for one in found.outputs
        ],
    }
    return json_page(value)


def _item(item: Item, language: Language) -> dict[str, Any]:
    return {
        "item": item.name,
        "title": item.title.of(language.code),
        "facts": [
            {
                "subject": fact.key,
                "title": _shown(fact.title, language),
                "counts": {one.key: one.number for one in fact.counts},
                "entries": [
                    {
                        column.key: _plain(cell)
                        for column, cell in zip(fact.columns, row, strict=True)
                    }
                    for row in fact.rows
                ],
            }
            for fact in item.told
        ],
    }


def _plain(held: Cell | object) -> Any:
    """Return *held* as programs read it."""
    match held:
        case Named():
            return {"true": True, "false": False}.get(held.key, held.key)
        case Linked():
            return {"id": held.identifier, "status": held.state.key if held.state else None}
        case date():
            return held.isoformat()
        case tuple():
            return [_plain(one) for one in held]
    return held


PACK_FORMATS: Mapping[str, Callable[[Pack, Language], str]] = {
    "text": text,
    "json": json_,
}
"""The formats that need no more than the pack; as Markdown it is a document (`review_draft`)."""
