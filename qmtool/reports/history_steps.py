"""What `qm history` tells of an entry of a register: the states that it entered."""

from collections.abc import Iterator
from typing import Any

from qmtool.model.commit import Commit
from qmtool.model.kind import Kind
from qmtool.model.revision import History
from qmtool.model.text import say
from qmtool.reports.language import Language
from qmtool.reports.record_values import Names, steps
from qmtool.reports.table import page_width, width_of
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_COLUMNS = (say("date"), say("state"), say("person"), say("comment"))
"""The columns of the steps of an entry of a register."""


def step_lines(history: History, kind: Kind, language: Language) -> Iterator[str]:
    """Yield the states that an entry of a register entered, in aligned columns."""
    found = list(steps(history.document, kind, Names(history.names), language))
    size = max((width_of(one.state) for one in found), default=0)
    for one in found:
        filled = one.state + " " * (size - width_of(one.state))
        line = "  ".join(filter(None, (one.day, filled, one.by, one.comment)))
        yield from wrapped(safe(line), page_width(), rest="    ")


def subject_words(one: Commit, history: History, language: Language) -> str:
    """Return the first line of a commit, in words where qm wrote it for an entry of a register."""
    name, kind = history.document.name, history.kind
    if kind is None:
        return one.subject
    if one.subject.startswith(f"log {name}:"):
        return language.render(say("written down"))
    state = kind.states.get(one.subject.removeprefix(f"{name}: "))
    return state.label.of(language.code) if state else one.subject


def step_table(
    history: History, kind: Kind, language: Language
) -> tuple[list[str], list[list[str]]]:
    """Return the heads and the rows of the steps of an entry of a register."""
    found = steps(history.document, kind, Names(history.names), language)
    return [language.render(word) for word in _COLUMNS], list(map(list, found))


def step_values(history: History) -> list[dict[str, Any]]:
    """Return the steps as JSON says them; other documents have none."""
    if history.kind is None:
        return []
    return [
        {"state": row.state, "date": row.date, "by": row.by or None, "comment": row.comment or None}
        for row in history.document.history
    ]
