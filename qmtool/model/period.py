"""A stretch of days, as a person names it: a month, a year, or from one day to another."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from qmtool.model.calendar import add_months, parse_day

_YEAR, _MONTH = re.compile(r"[0-9]{4}"), re.compile(r"[0-9]{4}-[0-9]{2}")


class Period(NamedTuple):
    """The days from *first* to *last*, both included."""

    first: date
    last: date

    def holds(self, day: date | None) -> bool:
        """Return whether *day* is one of them."""
        return day is not None and self.first <= day <= self.last


def parse_period(text: str) -> Period | None:
    """Return the period that *text* names, or None if it names none.

    It is a day, a month or a year, or two of them with `..` between; one side may be left open.
    """
    first, dots, last = text.strip().partition("..")
    begins = _days(first) if first else Period(date.min, date.min)
    ends = (_days(last) if last else Period(date.max, date.max)) if dots else begins
    if begins is None or ends is None or not (first or last) or begins.first > ends.last:
        return None
    return Period(begins.first, ends.last)


def _days(text: str) -> Period | None:
    """Return the days of *text*, a year, a month or a day."""
    is_year, is_month = _YEAR.fullmatch(text), _MONTH.fullmatch(text)
    first = parse_day(f"{text}-01-01" if is_year else f"{text}-01" if is_month else text)
    if first is None:
        return None
    if not (is_year or is_month):
        return Period(first, first)
    after = add_months(first, 12 if is_year else 1)
    return Period(first, after - timedelta(days=1) if after < date.max else after)
