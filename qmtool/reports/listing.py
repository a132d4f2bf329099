"""What `qm list` and `qm status` print."""

import json
from collections.abc import Callable, Mapping, Sequence

from qmtool.model.standing import Standing, State
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.table import csv_table, markdown_table, terminal_width, text_table
from qmtool.reports.terminal import safe

STATE_WORDS: Mapping[State, Text] = {
    State.IN_FORCE: say("in force"),
    State.OVERDUE: say("review overdue"),
    State.SCHEDULED: say("not yet in force"),
    State.DRAFT: say("draft"),
    State.IN_REVIEW: say("in review"),
    State.CHANGED: say("changed since release"),
    State.WITHDRAWN: say("withdrawn"),
    State.RECORD: say("record"),
    State.UNKNOWN: say("unknown kind"),
}


_WIDE = 140
"""From this width on, a terminal shows the process and the owner as well."""


_HEADERS = (
    say("id"),
    say("title"),
    say("kind"),
    say("process"),
    say("in force"),
    say("state"),
    say("next review"),
    say("owner"),
)


def _headers(language: Language) -> list[str]:
    return [language.render(word) for word in _HEADERS]


def _rows(standings: Sequence[Standing], language: Language) -> list[list[str]]:
    return [
        [
            one.document.name,
            one.document.title,
            one.document.kind,
            one.process,
            one.in_force,
            language.render(STATE_WORDS[one.state]),
            language.day(one.next_review) if one.next_review else "",
            one.owner,
        ]
        for one in standings
    ]


def text(standings: Sequence[Standing], language: Language) -> str:
    """Return the list as an aligned table and a count."""
    count = len(standings)
    counted = language.ngettext("{n} document", "{n} documents", count).format(n=count)
    if not count:
        return counted + "\n"
    width = terminal_width()
    shown = range(8) if width >= _WIDE else (0, 1, 2, 4, 5, 6)
    headers = [_headers(language)[n] for n in shown]
    rows = [[row[n] for n in shown] for row in _rows(standings, language)]
    return f"{text_table(headers, rows, width, shrink=1)}{counted}\n"


def markdown(standings: Sequence[Standing], language: Language) -> str:
    """Return the list as a Markdown table."""
    return markdown_table(_headers(language), _rows(standings, language))


def csv_list(standings: Sequence[Standing], language: Language) -> str:
    """Return the list as CSV."""
    return csv_table(_headers(language), _rows(standings, language))


def json_list(standings: Sequence[Standing], language: Language) -> str:
    """Return the list as JSON, version 1 of `formats.md`; *language* changes nothing in it."""
    del language
    documents = [
        {
            "id": one.document.identifier or None,
            "title": one.document.title,
            "kind": one.document.kind,
            "process": one.process or None,
            "owner": one.owner or None,
            "path": safe(one.document.path),
            "version": one.document.version or None,
            "in_force": one.in_force or None,
            "state": one.state.value,
            "status": one.document.status or None,
            "effective": str(one.document.effective) if one.document.effective else None,
            "next_review": str(one.next_review) if one.next_review else None,
            "date": str(one.document.date) if one.document.date else None,
        }
        for one in standings
    ]
    value = {"version": 1, "documents": documents}
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


LIST_FORMATS: Mapping[str, Callable[[Sequence[Standing], Language], str]] = {
    "text": text,
    "json": json_list,
    "markdown": markdown,
    "csv": csv_list,
}


def status_text(
    sections: Sequence[tuple[Text, Sequence[tuple[str, str]]]], language: Language
) -> str:
    """Return what waits for someone: under each title, documents and what to do."""
    parts = []
    for title, rows in sections:
        if not rows:
            continue
        parts.append(f"{language.render(title)} ({len(rows)})")
        parts += [f"  {safe(name)}: {safe(words)}" for name, words in rows]
        parts.append("")
    if not parts:
        return language.gettext("Nothing waits for you.") + "\n"
    return "\n".join(parts).rstrip() + "\n"
