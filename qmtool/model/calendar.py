"""Calendar days and months, as `formats.md` counts them."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_day(text: str) -> date | None:
    """Return the day that *text* names as `YYYY-MM-DD`, or None if there is no such day."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def add_months(day: date, months: int) -> date:
    """Return *day* plus *months*, clamped to the end of the month and the ends of the calendar."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_days(day: date, days: int) -> date:
    """Return *day* plus *days*, clamped to the end of the calendar."""
    return day + timedelta(days=min(days, (date.max - day).days))


class Holidays(NamedTuple):
    """The public holidays of a country: *fixed* as `MM-DD`, *easter* as days after Easter."""

    fixed: tuple[str, ...] = ()
    easter: tuple[int, ...] = ()

    def holds(self, day: date) -> bool:
        """Return whether *day* is a public holiday."""
        if day.strftime("%m-%d") in self.fixed:
            return True
        return bool(self.easter) and (day - easter(day.year)).days in self.easter

    def is_working(self, day: date) -> bool:
        """Return whether *day* is neither on a weekend nor a public holiday."""
        return day.isoweekday() < 6 and not self.holds(day)

    def after(self, day: date, working: int) -> date:
        """Return the day that is that many *working* days after *day*, which does not count."""
        while working and day < date.max:
            day += timedelta(days=1)
            working -= self.is_working(day)
        return day

    def between(self, first: date, last: date) -> Iterator[date]:
        """Yield the holidays after *first*, up to *last*, that are on no weekend."""
        for number in range(1, (last - first).days + 1):
            day = first + timedelta(days=number)
            if day.isoweekday() < 6 and self.holds(day):
                yield day


def easter(year: int) -> date:
    """Return Easter Sunday of a Gregorian *year* (the anonymous algorithm of 1876)."""
    golden, century, rest = year % 19, year // 100, year % 100
    shift = (8 * century + 13) // 25
    epact = (19 * golden + century - century // 4 - shift + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
