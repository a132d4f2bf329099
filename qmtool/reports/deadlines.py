"""Deadlines in words: what is to be done, by when, and who says so."""

from datetime import date

from qmtool.model.project import Project
from qmtool.model.register import question
from qmtool.model.text import Text, joined, listing, say
from qmtool.model.workflow import Deadline
from qmtool.reports.language import Language

_WEEKDAYS = (
    say("Monday"),
    say("Tuesday"),
    say("Wednesday"),
    say("Thursday"),
    say("Friday"),
    say("Saturday"),
    say("Sunday"),
)


def told(deadline: Deadline, project: Project, language: Language) -> Text:
    """Return the sentence of *deadline*; that of a law or of a guide begins with URGENT."""
    values = {
        "duty": language.shown(deadline.duty),
        "day": on_day(deadline.day, language),
        "why": why(deadline, project, language),
    }
    if not deadline.due.is_legal:
        return say("{duty}: by {day} ({why})", **values)
    values |= {
        "document": deadline.document.name,
        "start": on_day(deadline.start, language),
        "duty": _capital(language.shown(deadline.duty)),
    }
    if deadline.day < project.on:
        return say("LATE: {document} of {start}. {duty}: due on {day} ({why})", **values)
    return say("URGENT: {document} of {start}. {duty} by the evening of {day} ({why})", **values)


def _capital(text: str) -> str:
    """Return *text* as a sentence begins."""
    return text[:1].upper() + text[1:]


def on_day(day: date, language: Language) -> Text:
    """Return *day* with its weekday."""
    return Text(
        "{weekday} {day}", (("weekday", _WEEKDAYS[day.weekday()]), ("day", language.day(day)))
    )


def why(deadline: Deadline, project: Project, language: Language) -> Text:
    """Return where the day comes from: the delay, its source, and the holidays it left out."""
    due = deadline.due
    kind = project.kinds[deadline.document.kind]
    is_itself = due.start != "date" and not (due.days or due.months or due.cycle)
    parts = [question(kind, due.start) if is_itself else delay(deadline)]
    if due.source:
        parts.append(due.source)
    elif not due.is_legal and not is_itself:
        parts.append(say("custom of the centre"))
    holidays = project.holidays.between(deadline.start, deadline.day) if due.working else ()
    left_out = listing(language.day(one)[:5] if language.code == "fr" else one for one in holidays)
    if not left_out:
        return joined(parts)
    return say("{parts}; public holiday: {days}", parts=joined(parts), days=left_out)


def delay(deadline: Deadline) -> Text:
    """Return the delay of *deadline* in words."""
    due = deadline.due
    if due.cycle:
        return say("cycle of the referential")
    if due.months:
        return say("{count} months", count=due.months) if due.months > 1 else say("1 month")
    if due.working:
        return say("{count} working days", count=due.days)
    if not due.days:
        return say("the same day")
    return say("{count} days", count=due.days) if due.days > 1 else say("1 day")
