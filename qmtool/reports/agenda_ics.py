"""The agenda as iCalendar (RFC 5545): a calendar leaves the centre, so it tells of nobody."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from icalendar import Alarm, Calendar, Event, vText

from qmtool.model.agenda import Agenda, Item
from qmtool.model.text import say
from qmtool.model.veil import shown
from qmtool.reports.agenda import NATURE_WORDS, basis, title, words
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe

LEGAL_ALARM, ALARM = timedelta(days=-1), timedelta(days=-14)
"""How long before its day an item is recalled: what a law sets leaves no fortnight."""


def calendar(found: Agenda, language: Language) -> bytes:
    """Return *found* as a calendar of whole days.

    Nothing in it comes from the clock or from chance: the stamp is the day of the agenda, and an
    item keeps its UID when its day changes, so that a second import moves it.
    """
    whole = Calendar()
    whole.add("prodid", f"-//qm//agenda//{language.code.upper()}")
    whole.add("version", "2.0")
    whole.add("calscale", "GREGORIAN")
    whole["x-wr-calname"] = vText(safe(language.render(title(found))))
    for one in found.items:
        whole.add_component(_event(one, found, language))
    return bytes(whole.to_ical())


def _event(one: Item, found: Agenda, language: Language) -> Event:
    event = Event()
    event.add("uid", uid(one))
    event.add("dtstamp", datetime.combine(found.on, time(), UTC))
    event.add("dtstart", one.day)
    summary = _summary(one, language)
    event.add("summary", summary)
    event.add("description", "\n".join(map(safe, _description(one, found, language))))
    event.add("categories", [safe(name) for name in _categories(one, found, language)])
    event.add("transp", "TRANSPARENT")  # nobody is busy all day
    if one.is_legal:
        event.add("priority", 1)
    if not one.is_late:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", summary)
        alarm.add("trigger", LEGAL_ALARM if one.is_legal else ALARM)
        event.add_component(alarm)
    return event


def uid(one: Item) -> str:
    """Return what names *one* in every calendar, and tells nothing."""
    name = "\0".join((one.nature, one.subject, one.mark)).encode(errors="surrogateescape")
    return f"{sha256(name).hexdigest()[:32]}@qm"


def _summary(one: Item, language: Language) -> str:
    said = language.pair(shown(one.subject), shown(words(one, language)))
    if one.is_late:
        said = language.render(say("LATE: {what}", what=said))
    elif one.is_legal:
        said = language.render(say("URGENT: {what}", what=said))
    return safe(said)


def _description(one: Item, found: Agenda, language: Language) -> Iterator[str]:
    """Yield who does it, who says so, and what to type then."""
    if one.person:
        yield language.pair(say("person"), found.people.get(one.person, one.person))
    if one.process:
        yield language.pair(say("process"), found.processes.get(one.process, one.process))
    yield language.pair(say("basis"), language.render(basis(one)))
    if one.command and shown(one.subject) == one.subject:
        yield language.pair(say("command"), one.command)


def _categories(one: Item, found: Agenda, language: Language) -> Iterator[str]:
    yield "qm"
    yield language.render(NATURE_WORDS[one.nature])
    if one.kind in found.kinds:
        yield found.kinds[one.kind].of(language.code)
    if one.is_legal:
        yield language.render(say("LEGAL"))
