"""A run chart of one indicator for a terminal, in signs that every terminal has."""

from collections.abc import Iterator

from qmtool.model.indicators import Indicator
from qmtool.model.series_state import Worth
from qmtool.model.text import Text, say
from qmtool.reports.indicators_words import number, period, worth_word
from qmtool.reports.language import Language

BARS = "▁▂▃▄▅▆▇█"
_ROWS = 12
_POINTS = {Worth.ON_TARGET: "o", Worth.WATCH: "+", Worth.OFF_TARGET: "x", None: "o"}
_MEAN, _TARGET, _LIMIT = "-", "=", "."


def sparkline(one: Indicator, most: int = 12) -> str:
    """Return the last values as a row of bars, from the lowest to the highest of them."""
    shown = one.values[-most:]
    known = [value.value for value in shown if value.value is not None]
    if not known:
        return ""
    low, spread = min(known), max(known) - min(known)
    return "".join(
        " "
        if value.value is None
        else BARS[round((value.value - low) / spread * (len(BARS) - 1)) if spread else 3]
        for value in shown
    )


def chart(one: Indicator, language: Language, width: int) -> Iterator[str]:
    """Yield the lines of the chart: the last values that *width* columns hold."""
    known = one.numbers
    if not known:
        return
    levels = _levels(one)
    every = [*known, *(value for value, _, _ in levels)]
    low, high = min(every), max(every)
    if low == high:
        low, high = low - 1, high + 1
    side = max(len(number(value, language)) for value in (low, high, *(one[0] for one in levels)))
    room = max(1, width - side - 14)
    shown = one.values[-room:]
    apart = max(1, min(6, room // len(shown)))

    def row(value: float) -> int:
        return round((high - value) / (high - low) * (_ROWS - 1))

    grid = [[" "] * (apart * len(shown)) for _ in range(_ROWS)]
    names: dict[int, str] = {}
    labels = {0: number(high, language), _ROWS - 1: number(low, language)}
    for value, sign, name in levels:
        grid[row(value)] = [sign] * len(grid[0])
        names[row(value)] = ", ".join(filter(None, (names.get(row(value)), language.render(name))))
        labels[row(value)] = number(value, language)
    for place, each in enumerate(shown):
        if each.value is not None:
            sign = _POINTS[one.goal.worth(each.value)]
            grid[row(each.value)][place * apart + apart // 2] = sign
    for n, cells in enumerate(grid):
        yield f"{labels.get(n, ''):>{side}} |{''.join(cells)} {names.get(n, '')}".rstrip()
    first, last = period(shown[0].slot, language), period(shown[-1].slot, language)
    axis = f"{first}{last:>{max(len(last) + 1, len(grid[0]) - len(first))}}"
    yield f"{'':>{side}}  {axis if len(shown) > 1 else first}"
    seen = dict.fromkeys(one.goal.worth(value) for value in known)
    told = [f"{_POINTS[worth]} {worth_word(worth, language)}" for worth in Worth if worth in seen]
    if told:
        yield f"{'':>{side}}  {'   '.join(told)}"


def _levels(one: Indicator) -> list[tuple[float, str, Text]]:
    """Return the lines to draw, those on top last: a value, a sign, and how it is named."""
    found, goal = one.limits, one.goal
    levels = []
    if found is not None:
        if found.low is not None and found.high is not None:
            levels += [(found.low, _LIMIT, say("limit")), (found.high, _LIMIT, say("limit"))]
        levels.append((found.mean, _MEAN, say("mean")))
    if goal.target is not None:
        levels.append((goal.target, _TARGET, say("target")))
    return levels
