"""The words of states, and what `qm status` prints."""

from collections.abc import Mapping, Sequence

from qmtool.model.standing import State
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
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
