"""Values over time, as a CSV file beside a document holds them: `period,value,comment`."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.diagnostic import Fault
from qmtool.model.text import Text, say

RULE = "unreadable-series"
"""The rule that tells what is wrong with a file of values."""

COLUMNS = ("period", "value", "comment")
MONTHS: Mapping[str, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
"""How many months each period has, by the words of the field `period`."""

_SLOT = re.compile(r"([0-9]{4})(?:-(?:([0-9]{2})|Q([1-4])|H([12])))?")
_FRENCH = re.compile(r"([0-9]{4})[- ]?([TS])([1-4])", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_MAX_FAULTS = 50
_EXAMPLES: Mapping[str, str] = {
    "month": "2026-03",
    "quarter": "2026-Q1",
    "half_year": "2026-H1",
    "year": "2026",
}


class Slot(NamedTuple):
    """A month, a quarter, a half year or a year: which one of the *year*, from 1."""

    every: str
    year: int
    number: int

    def __str__(self) -> str:
        return {
            "month": f"{self.year:04}-{self.number:02}",
            "quarter": f"{self.year:04}-Q{self.number}",
            "half_year": f"{self.year:04}-H{self.number}",
        }.get(self.every, f"{self.year:04}")

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, (self.number - 1) * MONTHS[self.every] + 1, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        return add_months(self.first, MONTHS[self.every]) - timedelta(days=1)

    @property
    def following(self) -> "Slot":
        """Return the one that comes next."""
        return slot_of(self.last + timedelta(days=1), self.every)


def slot_of(day: date, every: str) -> Slot:
    """Return the period of the kind *every* that holds *day*."""
    return Slot(every, day.year, (day.month - 1) // MONTHS[every] + 1)


def parse_slot(text: str) -> Slot | None:
    """Return the period that *text* names: `2026-03`, `2026-Q1`, `2026-H1` or `2026`."""
    found = _SLOT.fullmatch(text)
    if found is None or not 1900 <= int(found[1]) <= 2199:
        return None
    year = int(found[1])
    if found[2]:
        return Slot("month", year, int(found[2])) if 1 <= int(found[2]) <= 12 else None
    if found[3]:
        return Slot("quarter", year, int(found[3]))
    return Slot("half_year", year, int(found[4])) if found[4] else Slot("year", year, 1)


class Value(NamedTuple):
    """What was measured in a period, None if nothing was; and the line that says so."""

    slot: Slot
    value: float | None
    comment: str = ""
    line: int = 0


@dataclass(frozen=True)
class Series:
    """The *values* of a file in order of time, and what keeps the others from being read."""

    values: tuple[Value, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def told(self) -> tuple[Value, ...]:
        """Return the values that are there."""
        return tuple(one for one in self.values if one.value is not None)


def parse_series(text: str, every: str = "") -> Series:
    """Return the series that *text* holds; *every* is the period it was announced with.

    The first line names the columns. A spreadsheet program in French writes semicolons between
    them and a comma in numbers: both are read.
    """
    faults: list[Fault] = []
    values: dict[Slot, Value] = {}
    body = text.removeprefix("\ufeff")
    mark = ";" if ";" in body.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=mark, strict=True)
    try:
        head = next(rows, [])
        if [one.strip().lower() for one in head] != list(COLUMNS):
            return Series((), (_header(head),))
        for row in rows:
            found = _read(row, rows.line_num, every, values) if any(map(str.strip, row)) else None
            if isinstance(found, Fault):
                faults.append(found)
            elif found is not None:
                values[found.slot] = found
            if len(faults) == _MAX_FAULTS:
                break
    except csv.Error as error:
        message = say("the file is no CSV ({error})", error=error)
        fix = say("Put a text that holds a comma or a quote between double quotes.")
        faults.append(Fault(RULE, rows.line_num or 1, 1, message, fix))
    return Series(tuple(sorted(values.values(), key=lambda one: one.slot.first)), tuple(faults))


def _header(head: Sequence[str]) -> Fault:
    message = say("the columns are {columns}", columns=", ".join(head) or "–")
    return Fault(RULE, 1, 1, message, say('Write the first line as "period,value,comment"'))


def _read(
    row: Sequence[str], line: int, every: str, known: Mapping[Slot, Value]
) -> Value | Fault | None:
    """Return the value of a *row*, or what is wrong with it."""

    def fault(column: int, message: Text, fix: Text) -> Fault:
        place = sum(len(one) + 1 for one in row[:column]) + 1
        return Fault(RULE, line, place, message, fix)

    cells = [one.strip() for one in row]
    if len(cells) > len(COLUMNS):
        return fault(
            len(COLUMNS),
            say("there are {count} columns, where 3 are named", count=len(cells)),
            say("Put a text or a number that holds a comma between double quotes."),
        )
    period, number, comment = (*cells, "", "")[:3]
    slot = parse_slot(period)
    if slot is None:
        return fault(0, say("{period} is no period", period=period or "–"), _period(period))
    if every and slot.every != every:
        message = say("{period} is not the period of this indicator", period=period)
        return fault(0, message, say("Write it as {example}.", example=_EXAMPLES[every]))
    if slot in known:
        message = say("{period} is there twice", period=period)
        first = known[slot].line
        return fault(0, message, say("Keep one of the two lines: the other is {n}.", n=first))
    if number and not _NUMBER.fullmatch(number):
        fix = say("Write the number alone (92.5), without unit or blank.")
        return fault(1, say("{value} is no number", value=number), fix)
    return Value(slot, float(number.replace(",", ".")) if number else None, comment, line)


def _period(written: str) -> Text:
    """Return how to write a period, nearest to what was *written*."""
    french = _FRENCH.fullmatch(written)
    if french:
        letter = "Q" if french[2].upper() == "T" else "H"
        if parse_slot(f"{french[1]}-{letter}{french[3]}"):
            return say("Write it as {example}.", example=f"{french[1]}-{letter}{french[3]}")
    return say("Write a period as 2026-03, 2026-Q1, 2026-H1 or 2026.")


def between(first: Slot, until: date) -> Iterator[Slot]:
    """Yield the periods from *first* on that are over on the day *until*."""
    slot = first
    while slot.last <= until:
        yield slot
        slot = slot.following


def missing(values: Sequence[Value], until: date) -> tuple[Slot, ...]:
    """Return the periods without a value, from the first of *values* to the day *until*."""
    if not values:
        return ()
    known = {one.slot for one in values if one.value is not None}
    return tuple(one for one in between(values[0].slot, until) if one not in known)


def numbers(values: Iterable[Value]) -> list[float]:
    """Return what was measured, in order."""
    return [one.value for one in values if one.value is not None]
