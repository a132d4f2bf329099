"""A run chart of one indicator as SVG: it needs no other file, and every text in it is escaped.

A point is told apart by its shape as well as by its colour, and every line is named at its end.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import NamedTuple

from qmtool.model.indicators import Indicator
from qmtool.model.series_state import Worth
from qmtool.model.text import say
from qmtool.reports.indicators_words import (
    number,
    period,
    remarks,
    target,
    with_unit,
    worth_word,
)
from qmtool.reports.language import Language
from qmtool.reports.map_shapes import folded
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_WIDTH = 900
_LEFT, _RIGHT = 64, 124
_PLOT = _WIDTH - _LEFT - _RIGHT
_DEEP = 270
_TITLE, _TITLE_SIZE = 22, 78
_NOTE, _NOTE_SIZE = 17, 120
_LABEL_APART = 16
_MAX_LABELS = 9
_TICKS = 5
_FONT = "font-family='Segoe UI, Helvetica Neue, Liberation Sans, Arial, sans-serif'"
_INK, _SOFT, _BRAND = "#17212b", "#55606b", "#0b4a6f"
_COLOURS = {
    Worth.ON_TARGET: "#17794a",
    Worth.WATCH: "#9c5d00",
    Worth.OFF_TARGET: "#b3261e",
    None: _BRAND,
}


class Line(NamedTuple):
    """A line across the chart: at which value, what it is called, and how it looks."""

    value: float
    name: str
    colour: str
    dashes: str


class _Scale(NamedTuple):
    """Where things stand: values from *low* to *high*, *places* periods, below *top*."""

    low: float
    high: float
    places: int
    top: float

    def across(self, place: int) -> float:
        if self.places == 1:
            return _LEFT + _PLOT / 2
        return _LEFT + 14 + (_PLOT - 28) * place / (self.places - 1)

    def down(self, value: float) -> float:
        return self.top + _DEEP * (self.high - value) / (self.high - self.low)


def run_chart(one: Indicator, language: Language, name: str = "") -> str:
    """Return the run chart of *one*.

    In a page, which says the title itself, *name* keeps the ids of several charts apart.
    """
    heading = [] if name else folded(one.document.title or one.document.name, _TITLE_SIZE, 3)
    top = 46 + _TITLE * len(heading)
    lines = list(_lines(one, language))
    told = [] if name else remarks(one, language)
    notes = [line for text in told for line in wrapped(text, _NOTE_SIZE)]
    legend = top + _DEEP + 52
    height = legend + 12 + _NOTE * len(notes)
    scale = _scale(one, lines, top)
    body = [
        *_headings(heading, one, language),
        *_axes(scale, language),
        *_marks(one, scale, language),
        *_levels(lines, scale),
        *_points(one, scale, language),
        *_legend(one, legend, language),
        *_written(notes, legend + 24),
    ]
    name = name or "chart"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"width='{_WIDTH}' height='{height}' role='img' "
        f"aria-labelledby='{name}-title {name}-desc' {_FONT} font-size='13'>\n"
        f"<title id='{name}-title'>{_text(one.document.title or one.document.name)}</title>\n"
        f"<desc id='{name}-desc'>{_text(description(one, language))}</desc>\n"
        f"<rect width='{_WIDTH}' height='{height}' fill='#fff'/>\n"
        + "".join(f"{part}\n" for part in body)
        + "</svg>\n"
    )


def description(one: Indicator, language: Language) -> str:
    """Return the chart in words: its last value, its target, and what it tells."""
    last = one.last
    told = [language.gettext("no value")]
    if last is not None and last.value is not None:
        shown = with_unit(last.value, one.unit, language)
        told = [language.pair(period(last.slot, language), shown)]
    if one.goal.target is not None:
        told.append(language.pair(say("Target"), target(one.goal, one.unit, language)))
    told += [worth_word(one.worth, language), *remarks(one, language)]
    return " · ".join(text for text in told if text)


def _text(text: str) -> str:
    return escape(safe(text))


def _lines(one: Indicator, language: Language) -> Iterator[Line]:
    """Yield the lines that the values are seen against."""
    goal, found, _ = one.goal, one.limits, language.gettext
    if goal.target is not None:
        yield Line(goal.target, _("Target"), "#17794a", "")
    if goal.direction == "within" and goal.highest is not None:
        yield Line(goal.highest, _("Highest target"), "#17794a", "")
    elif goal.alert is not None and goal.alert != goal.target:
        yield Line(goal.alert, _("Alert"), "#b3261e", "2 3")
    if found is not None and len(one.numbers) > 1:
        yield Line(found.mean, _("Mean"), _SOFT, "9 4")
        if found.low is not None and found.high is not None:
            yield Line(found.high, _("Upper limit"), _SOFT, "3 3")
            yield Line(found.low, _("Lower limit"), _SOFT, "3 3")


def _scale(one: Indicator, lines: Sequence[Line], top: float) -> _Scale:
    """Return a scale with round steps that holds every value and every line."""
    every = [*one.numbers, *(line.value for line in lines)] or [0.0]
    low, high = min(every), max(every)
    if low >= 0 and low < high * 0.6:
        low = 0.0  # near enough to zero to show how large the values are
    spread = (high - low) or max(1.0, abs(high) * 0.2)
    step = _step(spread / _TICKS)
    low = math.floor(low / step) * step
    high = math.ceil(high / step) * step
    if low == high:
        low, high = low - step, high + step
    return _Scale(low, high, max(1, len(one.values)), top)


def _step(size: float) -> float:
    """Return a round number that is at least *size*."""
    power = 10.0 ** math.floor(math.log10(size))
    return next(n * power for n in (1, 2, 2.5, 5, 10, 20) if n * power >= size * 0.999)


def _headings(heading: Sequence[str], one: Indicator, language: Language) -> Iterator[str]:
    for n, line in enumerate(heading):
        yield (
            f"<text x='24' y='{28 + _TITLE * n}' font-size='17' font-weight='600' "
            f"fill='{_BRAND}'>{escape(line)}</text>"
        )
    told = [one.document.name]
    if one.last is not None:
        told.append(description_of_last(one, language))
    y = 28 + _TITLE * len(heading) - 3
    yield f"<text x='24' y='{y}' fill='{_SOFT}'>{_text(' · '.join(told))}</text>"


def description_of_last(one: Indicator, language: Language) -> str:
    """Return the last value with its period, its target and where it stands."""
    last = one.last
    if last is None or last.value is None:
        return language.gettext("no value")
    told = language.pair(period(last.slot, language), with_unit(last.value, one.unit, language))
    aimed = target(one.goal, one.unit, language)
    parts = [
        told,
        language.pair(say("Target"), aimed) if aimed else "",
        worth_word(one.worth, language),
    ]
    return " · ".join(part for part in parts if part)


def _axes(scale: _Scale, language: Language) -> Iterator[str]:
    """Yield the numbers at the left, with a faint line for each."""
    step = _step((scale.high - scale.low) / _TICKS * 0.8)
    count = math.floor((scale.high - scale.low) / step + 0.001)
    for n in range(count + 1):
        value = scale.low + n * step
        y = scale.down(value)
        yield (
            f"<line x1='{_LEFT}' x2='{_LEFT + _PLOT}' y1='{y:.1f}' y2='{y:.1f}' "
            f"stroke='{_INK}' stroke-opacity='{1 if n == 0 else 0.12}'/>"
            f"<text x='{_LEFT - 8}' y='{y + 4:.1f}' text-anchor='end' fill='{_SOFT}'>"
            f"{_text(number(value, language))}</text>"
        )


def _marks(one: Indicator, scale: _Scale, language: Language) -> Iterator[str]:
    """Yield the periods below, as many as there is room for, the last one among them."""
    count = len(one.values)
    apart = max(1, math.ceil(count / _MAX_LABELS))
    y = scale.top + _DEEP
    for place, value in enumerate(one.values):
        if (count - 1 - place) % apart:
            continue
        x = scale.across(place)
        yield (
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{y}' y2='{y + 5}' stroke='{_INK}'/>"
            f"<text x='{x:.1f}' y='{y + 20}' text-anchor='middle' font-size='12' "
            f"fill='{_SOFT}'>{_text(period(value.slot, language))}</text>"
        )


def _levels(lines: Sequence[Line], scale: _Scale) -> Iterator[str]:
    """Yield the lines with their names at the right, none on top of another."""
    free = -math.inf
    for line in sorted(lines, key=lambda each: -each.value):
        y = scale.down(line.value)
        free = max(y, free + _LABEL_APART)
        dashes = f" stroke-dasharray='{line.dashes}'" if line.dashes else ""
        end = _LEFT + _PLOT
        yield (
            f"<line x1='{_LEFT}' x2='{end}' y1='{y:.1f}' y2='{y:.1f}' stroke='{line.colour}' "
            f"stroke-width='1.4'{dashes}/>"
            f"<path d='M{end},{y:.1f} L{end + 10},{free:.1f}' stroke='{line.colour}' "
            f"stroke-opacity='.5' fill='none'/>"
            f"<text x='{end + 14}' y='{free + 4:.1f}' font-size='12' fill='{line.colour}'>"
            f"{_text(line.name)}</text>"
        )


def _points(one: Indicator, scale: _Scale, language: Language) -> Iterator[str]:
    """Yield the line from value to value, broken where one is missing, then the values."""
    places = {value.slot: place for place, value in enumerate(one.values)}
    run: list[str] = []
    for value in (*one.values, None):
        if value is not None and value.value is not None:
            run.append(f"{scale.across(places[value.slot]):.1f},{scale.down(value.value):.1f}")
            continue
        if len(run) > 1:
            yield (
                f"<polyline points='{' '.join(run)}' fill='none' stroke='{_BRAND}' "
                "stroke-width='2'/>"
            )
        run = []
    outside = one.limits.outside if one.limits else frozenset()
    for n, value in enumerate(one.told):
        assert value.value is not None
        x, y = scale.across(places[value.slot]), scale.down(value.value)
        worth = one.goal.worth(value.value)
        told = language.pair(
            period(value.slot, language), with_unit(value.value, one.unit, language)
        )
        words = [told, worth_word(worth, language), value.comment]
        name = _text(" · ".join(word for word in words if word))
        ring = _ring(x, y) if n in outside else ""
        yield f"<g>{_shape(worth, x, y)}{ring}<title>{name}</title></g>"


def _shape(worth: Worth | None, x: float, y: float) -> str:
    """Return a point: round on target, a square to watch, a triangle off target."""
    colour = _COLOURS[worth]
    if worth is Worth.OFF_TARGET:
        return f"<path d='M{x:.1f},{y - 6.5:.1f} l6.5,11.5 h-13 z' fill='{colour}' stroke='#fff'/>"
    if worth is Worth.WATCH:
        return (
            f"<rect x='{x - 4.5:.1f}' y='{y - 4.5:.1f}' width='9' height='9' fill='{colour}' "
            "stroke='#fff'/>"
        )
    return f"<circle cx='{x:.1f}' cy='{y:.1f}' r='4.5' fill='{colour}' stroke='#fff'/>"


def _ring(x: float, y: float) -> str:
    return (
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='10' fill='none' stroke='{_INK}' stroke-width='1.4'/>"
    )


def _legend(one: Indicator, y: float, language: Language) -> Iterator[str]:
    """Yield the shapes that occur, with their names."""
    x = float(_LEFT)
    seen = {one.goal.worth(value) for value in one.numbers} - {None}
    for worth in Worth:
        if worth in seen:
            word = worth_word(worth, language)
            yield _shape(worth, x + 6, y - 4)
            yield f"<text x='{x + 18}' y='{y}' font-size='12' fill='{_INK}'>{_text(word)}</text>"
            x += 36 + 6.5 * len(word)
    if one.limits and one.limits.outside:
        word = language.gettext("outside of the limits")
        yield f"<g>{_ring(x + 8, y - 4)}</g>"
        yield f"<text x='{x + 24}' y='{y}' font-size='12' fill='{_INK}'>{_text(word)}</text>"


def _written(notes: Sequence[str], y: float) -> Iterator[str]:
    for n, line in enumerate(notes):
        yield (
            f"<text x='{_LEFT}' y='{y + _NOTE * n}' font-size='12' fill='{_INK}'>"
            f"{_text(line)}</text>"
        )
