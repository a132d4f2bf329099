"""How the gap of one referential went over the history of a branch: a point for each period."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from qmtool.model.assessment import Status
from qmtool.model.gap import Gap, may_be_rated
from qmtool.model.referential import Referential
from qmtool.model.text import Text, say

BY_TODAYS_TEXT = say("The past is judged by the referential as it is known now.")


class Every(StrEnum):
    """The periods that a trend has a point for."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True)
class Point:
    """How many requirements had each status on a day, as the source *at* had it.

    *share* is that of the ready ones, None where none may be told.
    """

    on: date
    at: str
    summary: Mapping[Status, int]
    share: float | None


@dataclass(frozen=True)
class Trend:
    """The points of *referential*, oldest first; *organisation* and *notices* are those of now."""

    referential: Referential
    every: Every
    organisation: str
    site: str | None
    notices: tuple[Text, ...]
    points: tuple[Point, ...]

    @property
    def is_rated(self) -> bool:
        """Return whether shares may be told: those of one that may not be rated never are."""
        return any(point.share is not None for point in self.points)


def point(gap: Gap, *, rated: bool) -> Point:
    """Return the point that *gap* makes; its share is told where the trend is *rated*."""
    return Point(gap.on, gap.at, gap.summary, gap.ready_share() if rated else None)


def trend(gaps: list[Gap], every: Every) -> Trend:
    """Return the trend that *gaps*, oldest first and at least one, make."""
    last = gaps[-1]
    rated = may_be_rated(last.referential, last.on)
    return Trend(
        referential=last.referential,
        every=every,
        organisation=last.organisation,
        site=last.site,
        notices=last.notices,
        points=tuple(point(one, rated=rated) for one in gaps),
    )


def ends_of_periods(since: date, until: date, every: Every) -> Iterator[date]:
    """Yield the last day of each period from *since* on, and *until*, which ends the last one."""
    number = _number(since, every)
    while (day := _last_day(number, every)) < until:
        yield day
        number += 1
    yield until


def _number(day: date, every: Every) -> int:
    """Return the number of the week, the month or the quarter of *day*, counted from year 1."""
    if every is Every.WEEK:
        return (day.toordinal() - 1) // 7
    months = day.year * 12 + day.month - 1
    return months if every is Every.MONTH else months // 3


def _last_day(number: int, every: Every) -> date:
    """Return the last day of the period of that *number*; time ends on the last one of all."""
    if every is Every.WEEK:
        return date.fromordinal(min(number * 7 + 7, date.max.toordinal()))
    following = number + 1 if every is Every.MONTH else (number + 1) * 3
    year, month = divmod(following, 12)
    return date.max if year > date.max.year else date(year, month + 1, 1) - timedelta(days=1)
