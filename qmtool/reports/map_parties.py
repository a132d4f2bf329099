"""The map of the interested parties as SVG: the closer a party, the nearer its ring to the centre.

A proximity is told by the ring, by the shape of the marks, by words, and by its colour: strong in
red, medium in green, weak in black and not assessed.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

from qmtool.model.process_map import Party, PartyMap, Proximity
from qmtool.model.text import Text, say
from qmtool.reports.gap_view import said
from qmtool.reports.language import Language
from qmtool.reports.map_shapes import BRAND, INK, LATE, SOFT, WIDTH, folded, picture, plain, words

PROXIMITY_WORDS: Mapping[Proximity, Text] = {
    Proximity.STRONG: say("Strong proximity"),
    Proximity.MEDIUM: say("Medium proximity"),
    Proximity.WEAK: say("Weak proximity: not assessed"),
    Proximity.UNKNOWN: say("Proximity not said yet"),
}
COLOURS: Mapping[Proximity, str] = {
    Proximity.STRONG: "#b3261e",
    Proximity.MEDIUM: "#17793f",
    Proximity.WEAK: "#000",
    Proximity.UNKNOWN: "#55606b",
}
_MARK = 13
"""Half the size of a mark."""

_APART = 34
_FIRST, _NEXT = 112, 66
_OPEN = math.radians(70)
"""The part of each ring that is left free, at the top, for its name."""

_COLUMNS = 3
_LETTERS = 40


def party_picture(found: PartyMap, language: Language, title: str, *, alone: bool = True) -> str:
    """Return the map of the parties, with a key of their names below."""
    rings = [(one, found.of(one)) for one in Proximity if one or found.of(one)]
    radii = _radii([len(parties) for _, parties in rings])
    middle = 62 + radii[-1] + 20
    centre = WIDTH / 2
    body: list[str] = []
    for (proximity, _), radius in reversed([*zip(rings, radii, strict=True)]):
        body += _ring(proximity, centre, middle, radius)
    body += _core(found.centre or said(say("The centre"), language), centre, middle)
    for (proximity, parties), radius in zip(rings, radii, strict=True):
        body += _name(proximity, centre, middle - radius, language)
        for n, one in enumerate(parties):
            x, y = _place(n, len(parties), radius)
            body += _mark(found, one, centre + x, middle + y)
    key, height = _key(found, rings, middle + radii[-1] + 44, language)
    told = _description(rings, language)
    return picture(title, told, height, [*body, *key], alone=alone)


def _radii(counts: Sequence[int]) -> list[float]:
    """Return the radius of each ring, wide enough for the marks on it."""
    radii: list[float] = []
    for count in counts:
        least = radii[-1] + _NEXT if radii else _FIRST
        radii.append(max(least, count * _APART / (2 * math.pi - _OPEN)))
    return radii


def _place(n: int, count: int, radius: float) -> tuple[float, float]:
    """Return where the mark *n* of *count* stands on a ring, the first one at its right."""
    turn = _OPEN / 2 + (2 * math.pi - _OPEN) * (n + 0.5) / count
    return radius * math.sin(turn), -radius * math.cos(turn)


def _ring(proximity: Proximity, x: float, y: float, radius: float) -> Iterator[str]:
    dashes = "" if proximity is Proximity.STRONG else " stroke-dasharray='7 5'"
    yield (
        f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{radius:.1f}' fill='#0b4a6f' fill-opacity='.05' "
        f"stroke='{COLOURS[proximity]}' stroke-opacity='.55'{dashes}/>"
    )


def _core(name: str, x: float, y: float) -> Iterator[str]:
    lines = folded(name, 16, 4)
    yield f"<circle cx='{x:.1f}' cy='{y:.1f}' r='66' fill='{BRAND}'/>"
    look = "fill='#fff' font-weight='600' text-anchor='middle' font-size='13'"
    yield from words(lines, x, y + 5 - (len(lines) - 1) * 8.5, look=look)


def _name(proximity: Proximity, x: float, y: float, language: Language) -> Iterator[str]:
    """Yield the name of a ring, on a white ground, where no mark stands."""
    text = said(PROXIMITY_WORDS[proximity], language).split(":")[0].strip()
    half = len(text) * 3.6 + 6
    yield (
        f"<rect x='{x - half:.1f}' y='{y - 10:.1f}' width='{2 * half:.1f}' height='20' rx='4' "
        "fill='#fff' fill-opacity='.92'/>"
    )
    look = f"fill='{COLOURS[proximity]}' font-weight='600' text-anchor='middle' font-size='12.5'"
    yield from words([text], x, y + 4.5, look=look)


def _mark(found: PartyMap, one: Party, x: float, y: float) -> Iterator[str]:
    """Yield a mark with its number: a square, a disc, or a ring that is empty."""
    colour, size = COLOURS[one.proximity], _MARK
    ink = "#fff"
    if one.proximity is Proximity.STRONG:
        shape = (
            f"<rect x='{x - size:.1f}' y='{y - size:.1f}' width='{2 * size}' height='{2 * size}' "
            f"rx='3' fill='{colour}'/>"
        )
    elif one.proximity is Proximity.MEDIUM:
        shape = f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{size}' fill='{colour}'/>"
    else:
        ink = colour
        shape = (
            f"<circle cx='{x:.1f}' cy='{y:.1f}' r='{size}' fill='#fff' stroke='{colour}' "
            "stroke-width='1.6'/>"
        )
    number = found.numbers[one.document.path]
    yield (
        f"<g>{shape}<text x='{x:.1f}' y='{y + 4.5:.1f}' text-anchor='middle' font-weight='700' "
        f"font-size='12.5' fill='{ink}'>{number}</text>"
        f"<title>{plain(one.document.title)}</title></g>"
    )


def _key(
    found: PartyMap,
    rings: Sequence[tuple[Proximity, Sequence[Party]]],
    top: float,
    language: Language,
) -> tuple[list[str], float]:
    """Return the names of the parties, a column for each ring, and where they end."""
    body: list[str] = []
    wide = (WIDTH - 48) / max(_COLUMNS, len(rings))
    letters = _LETTERS if len(rings) <= _COLUMNS else 29
    ends = [top]
    for column, (proximity, parties) in enumerate(rings):
        x, y = 24 + column * wide, top
        look = f"fill='{COLOURS[proximity]}' font-weight='700' font-size='14'"
        title = said(PROXIMITY_WORDS[proximity], language)
        lines = folded(f"{title} ({len(parties)})", letters - 6, 3)
        body += words(lines, x, y, look=look)
        y += 17 * len(lines) + 8
        for one in parties:
            names = folded(one.document.title or one.document.name, letters, 3)
            number = str(found.numbers[one.document.path])
            body += words([number], x, y, look=f"fill='{COLOURS[proximity]}' font-weight='700'")
            body += words(names, x + 26, y, step=16, look=f"fill='{INK}'")
            y += 16 * len(names)
            below = one.category.of(language.code)
            if one.is_late:
                late = said(say("review is late"), language)
                body += words([f"! {late}"], x + 26, y, look=f"fill='{LATE}' font-size='11.5'")
                y += 15
            if below:
                body += words(
                    folded(below, letters, 1), x + 26, y, look=f"fill='{SOFT}' font-size='11.5'"
                )
                y += 15
            y += 6
        ends.append(y)
    return body, max(ends) + 10


def _description(rings: Sequence[tuple[Proximity, Sequence[Party]]], language: Language) -> str:
    told = []
    for proximity, parties in rings:
        names = ", ".join(one.document.title for one in parties) or "–"
        told.append(
            language.pair(f"{said(PROXIMITY_WORDS[proximity], language)} ({len(parties)})", names)
        )
    return ". ".join(told)
