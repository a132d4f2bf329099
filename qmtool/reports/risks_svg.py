"""The risk matrices as SVG, before and after the actions: every text in it is escaped.

A level is told by its colour, by its pattern and by the product that stands in each cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from qmtool.model.risk_map import SIZE, Level, Risk, RiskMap, level
from qmtool.model.text import Text, joined, say
from qmtool.reports.gap_view import said
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

LEVEL_WORDS: Mapping[Level, Text] = {
    Level.LOW: say("acceptable"),
    Level.MEDIUM: say("to reduce"),
    Level.HIGH: say("priority"),
}
_WIDTH = 900
_LEFT = 70
_WIDE, _TALL = 158, 90
_HEAD, _FOOT = 92, 66
_LINE = 15
_MOST_NAMED = 4
_NAME_SIZE = 21
_FONT = "font-family='Segoe UI, Helvetica Neue, Liberation Sans, Arial, sans-serif'"
_INK, _SOFT, _BRAND = "#17212b", "#55606b", "#0b4a6f"
_FILLS: Mapping[Level, tuple[str, str]] = {
    Level.LOW: ("#e3f2e8", ""),
    Level.MEDIUM: (
        "#fdf0d5",
        "<path d='M-2,2 l4,-4 M0,12 l12,-12 M10,14 l4,-4' stroke='#ecd09a'/>",
    ),
    Level.HIGH: (
        "#f9dcd9",
        "<path d='M0,12 l12,-12 M-2,2 l4,-4 M10,14 l4,-4 M0,0 l12,12' stroke='#e9b1ac'/>",
    ),
}


def risk_matrices(found: RiskMap, language: Language, title: str, notes: Sequence[str]) -> str:
    """Return the matrix before the actions and the one as it is now, one below the other."""
    top = 44 if title else 8
    each = _HEAD + SIZE * _TALL + _FOOT
    lines = [line for note in notes for line in wrapped(note, 120)]
    height = top + 2 * each + _LINE * len(lines) + (12 if lines else 0)
    name = title or language.gettext("A priori risk map")
    told = " · ".join([*(headline(found, language, now=now) for now in (False, True)), *notes])
    body = [*_patterns()]
    if title:
        body.append(
            f"<text x='24' y='30' font-size='18' font-weight='600' fill='{_BRAND}'>"
            f"{_text(title)}</text>"
        )
    body += [*_matrix(found, language, top, now=False)]
    body += [*_matrix(found, language, top + each, now=True)]
    body += [
        f"<text x='24' y='{top + 2 * each + 8 + _LINE * n}' font-size='12' fill='{_SOFT}'>"
        f"{_text(line)}</text>"
        for n, line in enumerate(lines)
    ]
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDTH} {height}' "
        f"width='{_WIDTH}' height='{height}' role='img' aria-labelledby='risks-title risks-desc' "
        f"{_FONT} font-size='13'>\n"
        f"<title id='risks-title'>{_text(name)}</title>\n"
        f"<desc id='risks-desc'>{_text(told)}</desc>\n"
        f"<rect width='{_WIDTH}' height='{height}' fill='#fff'/>\n"
        + "".join(f"{one}\n" for one in body)
        + "</svg>\n"
    )


def headline(found: RiskMap, language: Language, *, now: bool) -> str:
    """Return what a matrix shows: when, and how many risks weigh how much."""
    counts = joined(
        say("{level}: {count}", level=LEVEL_WORDS[one], count=count)
        for one, count in found.levels(now=now).items()
    )
    if now:
        words = say(
            "After the actions ({count} of {all} assessed again) – {levels}",
            count=found.reassessed,
            all=len(found.risks),
            levels=counts,
        )
    else:
        words = say("Before the actions – {levels}", levels=counts)
    return said(words, language)


def _text(text: str) -> str:
    return escape(safe(text))


def _patterns() -> Iterator[str]:
    yield "<defs>"
    for one, (colour, pattern) in _FILLS.items():
        yield (
            f"<pattern id='level-{one}' width='12' height='12' patternUnits='userSpaceOnUse'>"
            f"<rect width='12' height='12' fill='{colour}'/>{pattern}</pattern>"
        )
    yield "</defs>"


def _matrix(found: RiskMap, language: Language, top: float, *, now: bool) -> Iterator[str]:
    """Yield a matrix: severities from the top down, frequencies from left to right."""
    yield (
        f"<text x='24' y='{top + 28}' font-size='15' font-weight='600' fill='{_INK}'>"
        f"{_text(headline(found, language, now=now))}</text>"
    )
    yield from _legend(top + 42, language)
    start = top + _HEAD - 20
    for row, severity in enumerate(range(SIZE, 0, -1)):
        y = start + row * _TALL
        for frequency in range(1, SIZE + 1):
            x = _LEFT + (frequency - 1) * _WIDE
            yield from _cell(found.cell(severity, frequency, now=now), severity, frequency, x, y)
    yield from _axes(start, language)
    yield (
        f"<text x='{_LEFT}' y='{start + SIZE * _TALL + 58}' font-size='12' fill='{_INK}'>"
        f"{_text(controls(found, language, now=now))}</text>"
    )


def _legend(y: float, language: Language) -> Iterator[str]:
    """Yield the levels, each with its look."""
    x = float(_LEFT)
    for one in Level:
        word = said(LEVEL_WORDS[one], language)
        yield (
            f"<rect x='{x}' y='{y}' width='22' height='16' fill='url(#level-{one})' "
            f"stroke='{_SOFT}' stroke-width='.6'/>"
            f"<text x='{x + 30}' y='{y + 12}' font-size='12' fill='{_INK}'>{_text(word)}</text>"
        )
        x += 60 + 6.5 * len(word)


def _axes(start: float, language: Language) -> Iterator[str]:
    """Yield the numbers and the names at the left and below."""
    middle, below = start + SIZE * _TALL / 2, start + SIZE * _TALL
    severity_word = _text(said(say("Severity"), language))
    frequency_word = _text(said(say("Frequency"), language))
    yield (
        f"<text x='26' y='{middle}' transform='rotate(-90 26 {middle})' text-anchor='middle' "
        f"fill='{_SOFT}'>{severity_word}</text>"
        f"<text x='{_LEFT + SIZE * _WIDE / 2}' y='{below + 37}' text-anchor='middle' "
        f"fill='{_SOFT}'>{frequency_word}</text>"
    )
    for n in range(SIZE):
        yield (
            f"<text x='{_LEFT - 12}' y='{start + (n + 0.5) * _TALL + 5}' text-anchor='end' "
            f"font-size='15' fill='{_INK}'>{SIZE - n}</text>"
            f"<text x='{_LEFT + (n + 0.5) * _WIDE}' y='{below + 18}' text-anchor='middle' "
            f"font-size='15' fill='{_INK}'>{n + 1}</text>"
        )


def controls(found: RiskMap, language: Language, *, now: bool) -> str:
    """Return how many risks have each control level."""
    counts = " · ".join(
        language.pair(n, str(count)) for n, count in enumerate(found.controls(now=now), start=1)
    )
    words = say("Control level (1 full to 5 none) – {counts}", counts=counts)
    return said(words, language)


def _cell(
    risks: Sequence[Risk], severity: int, frequency: int, x: float, y: float
) -> Iterator[str]:
    """Yield a cell: its product in the corner, how many risks it holds, and the first of them."""
    yield (
        f"<rect x='{x}' y='{y}' width='{_WIDE}' height='{_TALL}' stroke='#fff' stroke-width='2' "
        f"fill='url(#level-{level(severity, frequency)})'/>"
        f"<text x='{x + _WIDE - 8}' y='{y + 16}' text-anchor='end' font-size='11' "
        f"fill='{_SOFT}'>{severity * frequency}</text>"
    )
    if not risks:
        return
    names = [one.document.name for one in risks]
    yield f"<g><title>{_text(', '.join(names))}</title>"
    yield (
        f"<text x='{x + 8}' y='{y + 18}' font-size='16' font-weight='700' fill='{_INK}'>"
        f"{len(risks)}</text>"
    )
    shown = names if len(names) <= _MOST_NAMED else names[: _MOST_NAMED - 1]
    for n, name in enumerate(shown):
        short = name if len(name) <= _NAME_SIZE else f"{name[: _NAME_SIZE - 1]}…"
        yield (
            f"<text x='{x + 8}' y='{y + 34 + _LINE * n}' font-size='11.5' fill='{_INK}'>"
            f"{_text(short)}</text>"
        )
    if len(names) > len(shown):
        yield (
            f"<text x='{x + 8}' y='{y + 34 + _LINE * len(shown)}' font-size='11.5' "
            f"fill='{_INK}'>+ {len(names) - len(shown)}</text>"
        )
    yield "</g>"
