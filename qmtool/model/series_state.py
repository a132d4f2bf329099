"""What a value is worth: against its target, and against the variation of its own series."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise


class Worth(StrEnum):
    """Where a value stands against its target."""

    ON_TARGET = "on_target"
    WATCH = "watch"
    OFF_TARGET = "off_target"


@dataclass(frozen=True)
class Goal:
    """What is aimed at: a *target*, the *alert* value past which it is missed, and the way.

    *direction* is `higher` or `lower` is better, or `within` the range from *target* to *highest*,
    where *alert* is how far outside of it a value may still be.
    """

    target: float | None = None
    alert: float | None = None
    direction: str = ""
    highest: float | None = None

    def worth(self, value: float) -> Worth | None:
        """Return where *value* stands, None where nothing is aimed at."""
        if self.target is None or not self.direction:
            return None
        alert = self.alert
        if self.direction == "within":
            high = self.target if self.highest is None else self.highest
            far = max(self.target - value, value - high)
            reached, kept = far <= 0, alert is not None and far <= alert
        elif self.direction == "lower":
            reached, kept = value <= self.target, alert is not None and value <= alert
        else:
            reached, kept = value >= self.target, alert is not None and value >= alert
        return Worth.ON_TARGET if reached else Worth.WATCH if kept else Worth.OFF_TARGET


TWICE = 2
"""How many values off target, one after the other, ask for an action: a custom of the centres."""


def asks_for_action(values: Sequence[float], goal: Goal) -> bool:
    """Return whether the last two of *values* are off target."""
    last = [goal.worth(one) for one in values[-TWICE:]]
    return last == [Worth.OFF_TARGET] * TWICE


FEWEST = 6
"""With fewer values the limits would move with each new one: only the mean is told."""

RUN = 8
"""How many values on one side of the mean tell that the mean has moved."""

_SCALE = 2.66
"""Three standard deviations, as the mean moving range of pairs tells them: 3 / 1.128."""


@dataclass(frozen=True)
class Limits:
    """The *mean* of a series, and the natural limits of its variation, None with too few values.

    *outside* are the values past a limit, *runs* those of eight or more in a row on one side of
    the mean: both by their places in the series.
    """

    mean: float
    low: float | None = None
    high: float | None = None
    outside: frozenset[int] = frozenset()
    runs: frozenset[int] = frozenset()

    @property
    def signals(self) -> frozenset[int]:
        """Return the places of the values that chance alone does not explain."""
        return self.outside | self.runs


def limits(values: Sequence[float]) -> Limits | None:
    """Return the limits of an individual control chart (XmR) of *values*, None without any.

    The limits are the mean ± 2.66 times the mean moving range, that of each value to the one before
    it: the individual chart of W. A. Shewhart's *Economic Control of Quality of Manufactured
    Product* (1931), as D. J. Wheeler teaches it in *Understanding Variation* (1993). Two signals
    are looked for: a value outside of the limits (his first rule), and eight or more values in a
    row on the same side of the mean (his rule of runs, the fourth of Western Electric, 1956).
    """
    if not values:
        return None
    mean = sum(values) / len(values)
    if len(values) < FEWEST:
        return Limits(mean)
    ranges = [abs(after - before) for before, after in pairwise(values)]
    reach = _SCALE * sum(ranges) / len(ranges)
    low, high = mean - reach, mean + reach
    slack = 1e-9 * max(1.0, abs(mean))  # a value that is the mean is not past it by a rounding
    outside = {n for n, one in enumerate(values) if not low - slack <= one <= high + slack}
    return Limits(mean, low, high, frozenset(outside), _runs(values, mean, slack))


def _runs(values: Sequence[float], mean: float, slack: float) -> frozenset[int]:
    """Return the places of the values in long runs; one on the mean itself ends a run."""
    found: set[int] = set()
    run: list[int] = []
    before = 0
    for place, one in enumerate(values):
        side = 0 if abs(one - mean) <= slack else 1 if one > mean else -1
        run = [*run, place] if side and side == before else [place]
        before = side
        if side and len(run) >= RUN:
            found.update(run)
    return frozenset(found)
