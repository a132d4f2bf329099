"""Indicators that `qm` counts itself, from the dates of the records and of the documents.

Each function returns the value of a period, from its *first* day to its *last*, or None where
there is nothing to count. What a record was at the end of a period is told by its history: the
rows up to that day, and the dates that it held then.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from statistics import median
from typing import NamedTuple

from qmtool.model.calendar import add_months, parse_day
from qmtool.model.document import Document
from qmtool.model.glossary import folded
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.series import Slot, Value, between, slot_of
from qmtool.model.workflow import deadlines, due_day, is_closed, value, written

MOST = 36
"""How many of the last periods are counted, unless a stretch of days is asked for."""

RECURRENCE_MONTHS = 12
_ALIKE = ("type", "place")
_DUE_DATE = "due_date"
_ANALYSED = ("analysed", "in_analysis", "cause_analysed")
"""The states that mean « analysed », of which a register has one."""


@dataclass(frozen=True)
class Counted:
    """What is counted: the records of *kind*, or every document where it is None."""

    project: Project
    kind: Kind | None

    @cached_property
    def entries(self) -> tuple[Document, ...]:
        """Return the dated records of the register, by day then id."""
        name = self.kind.name if self.kind else ""
        found = [one for one in self.project.documents if one.kind == name and one.date]
        return tuple(sorted(found, key=lambda one: (one.date or date.min, one.name)))

    def dated(self, first: date, last: date) -> Iterator[Document]:
        """Yield the records whose own date is from *first* to *last*."""
        return (one for one in self.entries if one.date and first <= one.date <= last)

    @cached_property
    def closed(self) -> tuple[tuple[Document, date], ...]:
        """Return the records that are closed, with the day."""
        kind = self.kind
        days = [
            (one, _closed_on(one, kind)) for one in self.entries if kind and is_closed(one, kind)
        ]
        return tuple((one, day) for one, day in days if day is not None)

    @cached_property
    def dates(self) -> tuple[str, ...]:
        """Return the fields of the register that hold a date."""
        return self.kind.fields_of("date") if self.kind else ()

    @cached_property
    def due(self) -> dict[tuple[str, int, int], date | None]:
        """Return the days by which records were to be done, as far as they were asked for."""
        return {}

    @cached_property
    def repeats(self) -> Mapping[str, bool]:
        """Return, by their names, whether records are recurrences; without those left out."""
        fields = [name for name in _ALIKE if self.kind and name in self.kind.fields]
        last: dict[tuple[str, ...], date] = {}
        found = {}
        for one in self.entries:
            alike = tuple(folded(written(one, name)).strip() for name in fields)
            if one.date and alike and all(alike):
                before = last.get(alike)
                found[one.name] = before is not None and one.date <= add_months(
                    before, RECURRENCE_MONTHS
                )
                last[alike] = one.date
        return found

    @cached_property
    def lives(self) -> tuple["Life", ...]:
        """Return when each controlled document was in force, and when it was to be reviewed."""
        return tuple(_lives(self.project))


def _closed_on(document: Document, kind: Kind) -> date | None:
    """Return the day on which *document* was closed: by its history, else by its own word."""
    for row in reversed(document.history):
        if row.state in kind.final:
            return parse_day(row.date)
    return _day(value(document, "closed_on"))


def _day(held: object) -> date | None:
    if isinstance(held, date):
        return held
    return parse_day(held) if isinstance(held, str) else None


def entries(found: Counted, first: date, last: date) -> float | None:
    """Return how many records are dated in the period (count)."""
    return float(sum(1 for _ in found.dated(first, last)))


def delay_to_close(found: Counted, first: date, last: date) -> float | None:
    """Return the median delay from the date of a record to its closing (calendar days).

    It is that of the records closed in the period, whenever they were dated. A record that was
    taken up again counts once, when it was closed for good.
    """
    delays = [
        (day - one.date).days for one, day in found.closed if one.date and first <= day <= last
    ]
    return float(median(delays)) if delays else None


def recurrence(found: Counted, first: date, last: date) -> float | None:
    """Return the share of the records of the period that happened before (%).

    A record is a recurrence if another, dated within the 12 months before it (or on the same day,
    with a smaller id), has the same `type` and the same `place`, case and accents ignored; of these
    fields, those that the register has. Records without a value in one of them are left out.
    """
    judged = [
        found.repeats[one.name] for one in found.dated(first, last) if one.name in found.repeats
    ]
    return 100 * sum(judged) / len(judged) if judged else None


def analysed_in_time(found: Counted, first: date, last: date) -> float | None:
    """Return the share of the records of the period that were analysed within their delay (%).

    Analysed is the first state of the register among `analysed`, `in_analysis` and
    `cause_analysed`, with the delay that the register gives it. A record that is not analysed and
    still has time, or that was closed without an analysis, is left out.
    """
    kind = found.kind
    name = next((one for one in _ANALYSED if kind and one in kind.steps), "")
    if kind is None or not name:
        return None
    delays = [due for due in kind.states[name].due if not due.until]
    judged = []
    for one in found.dated(first, last):
        row = next((row for row in one.history if row.state == name), None)
        start = _day(value(one, delays[0].start)) if delays else None
        due = due_day(delays[0], start, one, found.project) if start else None
        reached = parse_day(row.date) if row else None
        if due is None or (reached is None and is_closed(one, kind)):
            continue
        if reached is not None or due < found.project.on:
            judged.append(reached is not None and reached <= due)
    return 100 * sum(judged) / len(judged) if judged else None


def late_actions(found: Counted, first: date, last: date) -> float | None:
    """Return the share of the actions still to be done on the last day that were late (%).

    An action is to be done while the state that its `due_date` sets the day of is not reached; it
    is late once that date is past. In a register without `due_date`, any deadline counts.
    """
    if found.kind is None:
        return None
    over = {one.path for one, day in found.closed if day <= last}
    due = [_due(found, one, last) for one in found.dated(date.min, last) if one.path not in over]
    judged = [day < last for day in due if day is not None]
    return 100 * sum(judged) / len(judged) if judged else None


def _due(found: Counted, document: Document, last: date) -> date | None:
    """Return by when *document* was to be done, as it was on the day *last*; None if it was.

    That changes only with the rows and the dates that it held: it is worked out once for each.
    """
    kind = found.kind
    assert kind is not None
    rows = sum((parse_day(row.date) or date.max) <= last for row in document.history)
    dates = sum((_day(document.values.get(name)) or date.max) <= last for name in found.dates)
    key = document.path, rows, dates
    if key not in found.due:
        known = as_of(document, kind, last)
        days = [
            each.day
            for each in deadlines(known, kind, found.project)
            if each.due.start == _DUE_DATE or _DUE_DATE not in kind.fields
        ]
        found.due[key] = min(days, default=None) if not is_closed(known, kind) else None
    return found.due[key]


def as_of(document: Document, kind: Kind, day: date) -> Document:
    """Return *document* as it was on that *day*, as far as its dates tell.

    A record without history is taken as it is now.
    """
    rows = [row for row in document.history if row.state in kind.steps]
    if not rows:
        return document
    before = tuple(row for row in rows if (parse_day(row.date) or date.max) <= day)
    dates = kind.fields_of("date")
    values = {
        name: held
        for name, held in document.values.items()
        if name not in dates or name == _DUE_DATE or (_day(held) or date.min) <= day
    }
    status = before[-1].state if before else kind.initial
    return replace(document, history=before, status=status, values=values, is_done=False)


class Life(NamedTuple):
    """A document from the day *since* which it was in force, *until* the next thing happened.

    It was to be reviewed by the day *review*.
    """

    since: date
    until: date
    review: date


def _lives(project: Project) -> Iterator[Life]:
    for document in project.documents:
        kind = project.kind_of(document)
        if kind is None or not kind.controlled:
            continue
        events = sorted(_events(document), key=lambda one: one[0])
        ends = [*(day for day, _ in events[1:]), date.max][: len(events)]
        is_there = False
        for (day, is_in_force), following in zip(events, ends, strict=True):
            is_there = is_there if is_in_force is None else is_in_force
            if is_there and day < following:
                review = add_months(day, project.settings.review_months)
                if following == date.max and document.next_review:
                    review = document.next_review
                yield Life(day, following, review)


def _events(document: Document) -> Iterator[tuple[date, bool | None]]:
    """Yield the days of *document* that count: in force, withdrawn, or (None) only reviewed."""
    for row in document.history:
        for text, is_in_force in (
            (row.in_force_from if row.version else "", True),
            (row.reviewed, None),
            (row.withdrawn, False),
            (row.reinstated, True),
        ):
            day = parse_day(text)
            if day is not None:
                yield day, is_in_force


def overdue_reviews(found: Counted, first: date, last: date) -> float | None:
    """Return the share of the documents in force on the last day whose review was overdue (%).

    A document is in force from the day that a version applies until it is withdrawn, and overdue
    from the day after the one it was to be reviewed by.
    """
    there = [one for one in found.lives if one.since <= last < one.until]
    return 100 * sum(one.review < last for one in there) / len(there) if there else None


Compute = Callable[[Counted, date, date], float | None]

COMPUTED: Mapping[str, Compute] = {
    "entries": entries,
    "delay_to_close": delay_to_close,
    "recurrence": recurrence,
    "analysed_in_time": analysed_in_time,
    "late_actions": late_actions,
    "overdue_reviews": overdue_reviews,
}
"""The computed indicators, by the words of the field `computed`."""

OF_DOCUMENTS = ("overdue_reviews",)
"""Those that look at documents, and at no register."""


def computed(name: str, found: Counted, every: str, on: date, since: date | None) -> list[Value]:
    """Return the values called *name*, for the periods that are over on the day *on*.

    They begin with the first record or document, or on the day *since*; where nobody names one,
    only the last periods are counted.
    """
    days = (
        [one.since for one in found.lives]
        if name in OF_DOCUMENTS
        else [one.date for one in found.entries if one.date]
    )
    if not days:
        return []
    begins = max(min(days), since) if since else min(days)
    slots: list[Slot] = list(between(slot_of(begins, every), on)) if begins <= on else []
    return [
        Value(slot, COMPUTED[name](found, slot.first, slot.last))
        for slot in (slots if since else slots[-MOST:])
    ]
