"""What `qm audit crex` prints: events that wait for the choice of the committee."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.undecided import Undecided
from qmtool.reports.audit_words import dated
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    terminal_width,
    text_table,
)

_COLUMNS = ("id", "date", "title", "process", "severity", "criticality", "state")


class Waiting(NamedTuple):
    """The *events* of *project* that wait for the choice."""

    project: Project
    events: list[Undecided]


def _table(found: Waiting, language: Language) -> tuple[list[str], list[list[str]]]:
    words = (
        *(say("criticality"), say("severity"), say("date"), say("event"), say("process")),
        *(say("state"), say("title")),
    )
    rows = [
        [
            str(one.criticality or "?"),
            str(one.severity or "?"),
            dated(one.document.date, language),
            one.document.name,
            one.process,
            one.kind.states[one.state].label.of(language.code),
            one.document.title,
        ]
        for one in found.events
    ]
    return [language.render(one) for one in words], rows


def _counted(found: Waiting, language: Language) -> str:
    if not found.events:
        return language.render(say("No event waits for a choice."))
    words = say(
        "{count} events wait for a choice; for each, type: qm audit crex EVENT "
        'analysed|counted --reason "…"',
        count=len(found.events),
    )
    return language.render(words)


def text(found: Waiting, language: Language) -> str:
    """Return the events as a table, the most critical first, and what is to be typed."""
    heads, rows = _table(found, language)
    shown = text_table(heads, rows, terminal_width(), len(heads) - 1) if rows else ""
    return f"{shown}{_counted(found, language)}\n"


def markdown(found: Waiting, language: Language) -> str:
    """Return the events as a Markdown table under a title."""
    title = say("Events to be chosen from, on {day}", day=found.project.on)
    heads, rows = _table(found, language)
    table = markdown_table(heads, rows) if rows else ""
    told = markdown_text(_counted(found, language))
    return f"# {markdown_text(language.render(title))}\n\n{table}\n{told}\n"


def csv_events(found: Waiting, language: Language) -> str:
    """Return the events as CSV."""
    del language
    rows = [[str(cell) for cell in _values(one).values()] for one in found.events]
    return csv_table(_COLUMNS, rows)


def json_events(found: Waiting, language: Language) -> str:
    """Return the events as JSON, version 1."""
    del language
    value = {
        "version": 1,
        "on": found.project.on.isoformat(),
        "at": found.project.at,
        "events": [{key: one or None for key, one in _values(it).items()} for it in found.events],
    }
    return json_page(value)


def _values(one: Undecided) -> dict[str, str | int]:
    return {
        "id": one.document.identifier,
        "date": one.document.date.isoformat() if one.document.date else "",
        "title": one.document.title,
        "process": one.process,
        "severity": one.severity or "",
        "criticality": one.criticality or "",
        "state": one.state,
    }


UNDECIDED_FORMATS: Mapping[str, Callable[[Waiting, Language], str]] = {
    "text": text,
    "json": json_events,
    "markdown": markdown,
    "csv": csv_events,
}
