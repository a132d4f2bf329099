"""The words of states, and what `qm status` prints."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from qmtool.model.standing import State
from qmtool.model.text import Text, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

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


class Section(NamedTuple):
    """What waits for someone for one reason: documents, each with what to do or to know."""

    name: str
    title: Text
    rows: Sequence[tuple[str, str]]


def status_text(sections: Sequence[Section], language: Language) -> str:
    """Return what waits for someone: under each title, documents and what to do."""
    parts = []
    for one in sections:
        if not one.rows:
            continue
        parts.append(f"{language.render(one.title)} ({len(one.rows)})")
        for name, words in one.rows:
            line = safe(language.pair(name, words))
            parts += wrapped(line, page_width(), first="  ", rest="    ")
        parts.append("")
    if not parts:
        return language.gettext("Nothing waits for you.") + "\n"
    return "\n".join(parts).rstrip() + "\n"


def status_json(sections: Sequence[Section], language: Language) -> str:
    """Return what waits for someone as JSON, version 1: every section, empty ones as well."""
    del language
    value = {
        "version": 1,
        "sections": [
            {
                "name": one.name,
                "documents": [{"name": safe(name), "note": safe(note)} for name, note in one.rows],
            }
            for one in sections
        ],
    }
    return json_page(value)


STATUS_FORMATS: Mapping[str, Callable[[Sequence[Section], Language], str]] = {
    "text": status_text,
    "json": status_json,
}
