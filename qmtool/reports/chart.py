"""A chart of stacked areas as SVG: it needs no other file, and every text in it is escaped."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_WIDTH, _HEIGHT = 900, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 210, 56, 46
_PLOT = _WIDTH - _LEFT - _RIGHT
_DEEP = _HEIGHT - _TOP - _BOTTOM
_MAX_LABELS = 8
_TICKS = 5
_ROUND = (10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
_NOTE, _NOTE_SIZE = 16, 140
_FONT = "font-family='Segoe UI, Helvetica Neue, Liberation Sans, Arial, sans-serif'"


class Series(NamedTuple):
    """One area: its name, its colour, the pattern that tells it apart on paper, its values."""

    name: str
    colour: str
    pattern: str
    values: Sequence[int]


class Place(NamedTuple):
    """A point on the axis of time: how far along it is, from 0 to 1, and what it is called."""

    along: float
    label: str


@dataclass(frozen=True)
class Chart:
    """What is drawn: the areas from the bottom up, and the places that their values stand at.

    *notes* are written below, each on as many lines as it takes.
    """

    title: str
    description: str
    places: Sequence[Place]
    series: Sequence[Series]
    notes: Sequence[str] = ()


def stacked_areas(chart: Chart) -> str:
    """Return *chart* as an SVG image, with a title and a description for who cannot see it."""
    top = _round_up(max((sum(one) for one in zip(*_values(chart), strict=True)), default=0))
    notes = [line for one in chart.notes for line in wrapped(one, _NOTE_SIZE)]
    height = _HEIGHT + _NOTE * len(notes)
    body = [*_patterns(chart), *_areas(chart, top), *_axes(chart, top), *_legend(chart)]
    body += [
        f"<text x='{_LEFT}' y='{_HEIGHT + _NOTE * n}' font-size='11' fill='#55606b'>"
        f"{_text(line)}</text>"
        for n, line in enumerate(notes)
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"width='{_WIDTH}' height='{height}' role='img' aria-labelledby='chart-title chart-desc' "
        f"{_FONT} font-size='13'>\n"
        f"<title id='chart-title'>{_text(chart.title)}</title>\n"
        f"<desc id='chart-desc'>{_text(chart.description)}</desc>\n"
        f"<rect width='{_WIDTH}' height='{height}' fill='#fff'/>\n"
        f"<text x='{_LEFT}' y='28' font-size='17' font-weight='600' fill='#0b4a6f'>"
        f"{_text(chart.title)}</text>\n" + "".join(f"{one}\n" for one in body) + "</svg>\n"
    )


def _text(text: str) -> str:
    return escape(safe(text))


def _values(chart: Chart) -> list[Sequence[int]]:
    return [one.values for one in chart.series]


def _round_up(value: int) -> int:
    """Return a round number of `_TICKS` equal steps that is at least *value*."""
    step = max(1, math.ceil(value / _TICKS))
    size = int(10 ** math.floor(math.log10(step)))
    sizes = (n * size // 10 for n in _ROUND if n * size % 10 == 0)
    return next(one for one in sizes if one >= step) * _TICKS


def _patterns(chart: Chart) -> Iterator[str]:
    """Yield the fills: a light colour under a pattern, so that grey paper tells them apart too."""
    yield "<defs>"
    for n, one in enumerate(chart.series):
        yield (
            f"<pattern id='fill-{n}' width='8' height='8' patternUnits='userSpaceOnUse'>"
            f"<rect width='8' height='8' fill='{one.colour}'/>{one.pattern}</pattern>"
        )
    yield "</defs>"


def _areas(chart: Chart, top: int) -> Iterator[str]:
    """Yield the areas, each on what lies below it; where there is one day, they are bars."""
    across = [_LEFT + place.along * _PLOT for place in chart.places]
    below = [0] * len(across)
    if len(across) == 1:
        across, below = [_LEFT, _LEFT + _PLOT], [0, 0]
    for n, one in enumerate(chart.series):
        values = list(one.values) if len(one.values) == len(across) else [*one.values] * 2
        above = [low + value for low, value in zip(below, values, strict=True)]
        if any(values):
            upper = [f"{x:.1f},{_down(y, top):.1f}" for x, y in zip(across, above, strict=True)]
            lower = [f"{x:.1f},{_down(y, top):.1f}" for x, y in zip(across, below, strict=True)]
            points = " ".join([*upper, *reversed(lower)])
            yield (
                f"<polygon points='{points}' fill='url(#fill-{n})' stroke='#fff' "
                f"stroke-width='1.2'><title>{_text(one.name)}</title></polygon>"
            )
        below = above


def _down(value: int, top: int) -> float:
    return _TOP + _DEEP * (1 - value / top)


def _axes(chart: Chart, top: int) -> Iterator[str]:
    """Yield the lines and the numbers at the left, and the days below."""
    for n in range(_TICKS + 1):
        value = top * n // _TICKS
        y = _down(value, top)
        yield (
            f"<line x1='{_LEFT}' x2='{_LEFT + _PLOT}' y1='{y:.1f}' y2='{y:.1f}' "
            f"stroke='#17212b' stroke-opacity='{1 if n == 0 else 0.18}'/>"
            f"<text x='{_LEFT - 8}' y='{y + 4:.1f}' text-anchor='end' fill='#55606b'>{value}</text>"
        )
    for place in _labelled(chart.places):
        x = _LEFT + place.along * _PLOT
        yield (
            f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{_TOP + _DEEP}' y2='{_TOP + _DEEP + 5}' "
            f"stroke='#17212b'/><text x='{x:.1f}' y='{_TOP + _DEEP + 21}' text-anchor='middle' "
            f"fill='#55606b' font-size='12'>{_text(place.label)}</text>"
        )


def _labelled(places: Sequence[Place]) -> Iterator[Place]:
    """Yield the places that get a label: the last one, and others that leave it room."""
    room = 1 / _MAX_LABELS
    last = places[-1].along
    before = -1.0
    for place in places[:-1]:
        if place.along - before >= room and last - place.along >= room:
            before = place.along
            yield place
    yield places[-1]


def _legend(chart: Chart) -> Iterator[str]:
    """Yield the names, in the order of the areas from the top down, with the last values."""
    x = _LEFT + _PLOT + 22
    for row, n in enumerate(reversed(range(len(chart.series)))):
        one, y = chart.series[n], _TOP + 8 + row * 26
        yield (
            f"<rect x='{x}' y='{y - 12}' width='16' height='16' fill='url(#fill-{n})' "
            f"stroke='#55606b' stroke-width='.6'/>"
            f"<text x='{x + 24}' y='{y + 1}' fill='#17212b'>{_text(one.name)}</text>"
            f"<text x='{_WIDTH - 14}' y='{y + 1}' text-anchor='end' font-weight='600' "
            f"fill='#17212b'>{one.values[-1]}</text>"
        )
