"""What the reports about audits say alike: what an audit is of, who audits, and where it stands."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from qmtool import __version__
from qmtool.model.answers import Answer
from qmtool.model.audits import Conflict, conflict_told
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.text import Text, say
from qmtool.model.workflow import written
from qmtool.reports.language import Language
from qmtool.reports.standing_words import source

NOTHING = "–"

INDEPENDENCE = say("An auditor is independent of what is audited; choose another one, or say why.")


def origin(on: date, at: str, language: Language) -> str:
    """Return the line that tells what a report was made from."""
    return language.render(
        say(
            "Made by qm {version} on {day} from: {at}",
            version=__version__,
            day=on,
            at=source(at, language),
        )
    )


def dated(day: date | None, language: Language) -> str:
    """Return *day* as people write it, a dash where there is none."""
    return language.day(day) if day else NOTHING


def in_words(value: str | Label, language: Language) -> str:
    """Return a label or a text in *language*, without what follows a dash in a long title."""
    text = value.of(language.code) if isinstance(value, Label) else value
    return text.partition(" — ")[0]


def type_of(audit: Document, kind: Kind, language: Language) -> str:
    """Return what kind of audit it is, as its kind calls it."""
    held = written(audit, "type")
    label = kind.fields.get("type", {}).get("values", {}).get(held, held)
    return Label.read(label).of(language.code) or NOTHING


def called(names: Sequence[str], known: Mapping[str, str]) -> str:
    """Return people or processes by their names, those that nobody knows as written."""
    return ", ".join(known.get(one) or one for one in names) or NOTHING


def conflicts_told(
    audit: Document, conflicts: Sequence[Conflict], language: Language
) -> Iterator[str]:
    """Yield a sentence for each auditor who is not independent, then what to do about it."""
    for one in conflicts:
        yield language.render(conflict_told(audit, one))
    if conflicts:
        yield language.render(INDEPENDENCE)


def stand_of(one: Answer, language: Language) -> str:
    """Return how far a finding is answered."""
    if one.state is not None:
        return one.state.of(language.code)
    if one.closed is not None:
        return language.render(say("closed on {day}", day=one.closed))
    return language.render(say("open"))


def answer_of(one: Answer, language: Language) -> str:
    """Return what was answered to a finding: its cause, its actions, its resolution; by lines."""
    return "\n".join(language.render(line) for line in _answer(one, language))


def _answer(one: Answer, language: Language) -> Iterator[Text]:
    if one.says("cause"):
        yield say("cause: {text}", text=one.says("cause"))
    for action in one.measures:
        values = {
            "action": action.identifier,
            "state": action.state.of(language.code) if action.state else NOTHING,
            "title": action.title or NOTHING,
        }
        if action.due and not action.is_done:
            yield say("{action}: {title} ({state}, by {day})", day=action.due, **values)
        else:
            yield say("{action}: {title} ({state})", **values)
    if one.says("resolved_on"):
        yield say("resolved on {day}", day=_day(one, "resolved_on"))
    proof = ", ".join(filter(None, (one.says("evidence"), one.says("evidence_note"))))
    if proof:
        yield say("proof: {text}", text=proof)
    if one.says("verified_on"):
        yield say(
            "verified on {day} by {person}",
            day=_day(one, "verified_on"),
            person=one.says("verified_by") or NOTHING,
        )


def _day(one: Answer, key: str) -> date | str:
    return parse_day(one.says(key)) or one.says(key)


def due_of(one: Answer, language: Language) -> str:
    """Return by when what is to be done about a finding, with a mark where that is past."""
    if one.due is None:
        return ""
    values = {"duty": language.shown(one.due.duty), "day": one.due.day}
    if one.is_late:
        return language.render(say("{duty}: {day} LATE", **values))
    return language.render(say("{duty}: {day}", **values))
