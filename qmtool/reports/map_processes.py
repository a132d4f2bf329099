"""The process map as SVG: management above, operations in the middle, support below."""

from collections.abc import Iterator, Mapping, Sequence

from qmtool.model.process_map import FAMILIES, Box, ProcessMap
from qmtool.model.text import Text, say
from qmtool.reports.gap_view import said
from qmtool.reports.language import Language
from qmtool.reports.map_shapes import BRAND, INK, LATE, SOFT, WIDTH, folded, picture, plain, words

FAMILY_WORDS: Mapping[str, Text] = {
    "management": say("Management processes"),
    "operational": say("Operational processes"),
    "support": say("Support processes"),
    "": say("Processes without a type"),
}
_LOOKS: Mapping[str, tuple[str, str]] = {
    "management": ("#e3edf4", "#0b4a6f"),
    "operational": ("#e3f2e8", "#17603c"),
    "support": ("#f3eee3", "#7a5a14"),
    "": ("#eef1f4", "#55606b"),
}
_EDGE = 70
"""The width of the columns at both sides: what comes in, and what goes out."""

_IN_ROW = 4
_GAP = 14
_INNER = WIDTH - 2 * (24 + _EDGE + 14)
_WIDE = (_INNER - 2 * 14 - (_IN_ROW - 1) * _GAP) / _IN_ROW
_LETTERS, _SMALL = 23, 26
_STEP = 17
_TIP = 12
"""How far the boxes of the operations point to what follows."""


def process_picture(
    found: ProcessMap, language: Language, title: str, *, alone: bool = True
) -> str:
    """Return the map of the processes, with its title where it stands *alone*."""
    y, body, told = 56.0, [], []
    for family in (*FAMILIES, ""):
        boxes = found.of(family)
        if not boxes and not family:
            continue
        part, height = _band(family, boxes, y, language)
        body += part
        y += height + 16
        names = ", ".join(one.title for one in boxes) or "–"
        told.append(language.pair(FAMILY_WORDS[family], names))
    body += _sides(56, y - 16, language)
    return picture(title, ". ".join(told), y + 8, body, alone=alone)


def _band(
    family: str, boxes: Sequence[Box], y: float, language: Language
) -> tuple[list[str], float]:
    """Return the band of a *family* that begins at *y*, and its height."""
    x, (back, ink) = 24 + _EDGE + 14, _LOOKS[family]
    title = said(FAMILY_WORDS[family], language)
    parts = [
        f"<text x='{x + 14}' y='{y + 24:.1f}' font-size='15' font-weight='600' fill='{ink}'>"
        f"{plain(title)}</text>"
    ]
    below = y + 38
    for row in _rows(boxes):
        texts = [_texts(one, language) for one in row]
        tall = max(len(lines) for lines in texts) * _STEP + 20
        for n, (one, lines) in enumerate(zip(row, texts, strict=True)):
            left = x + 14 + n * (_WIDE + _GAP)
            parts += _box(one, lines, (left, below, tall), ink)
        below += tall + 12
    if not boxes:
        parts += words(["–"], x + 14, below + 12)
        below += 24
    height = below - y + 4
    back_ = (
        f"<rect x='{x}' y='{y:.1f}' width='{_INNER}' height='{height:.1f}' rx='8' fill='{back}'/>"
    )
    return [back_, *parts], height


def _rows(boxes: Sequence[Box]) -> Iterator[Sequence[Box]]:
    return (boxes[n : n + _IN_ROW] for n in range(0, len(boxes), _IN_ROW))


def _texts(one: Box, language: Language) -> list[tuple[str, str]]:
    """Return the lines of a box, each with its look."""
    lines = [(one.code, f"font-weight='700' fill='{INK}'")]
    lines += [(line, f"fill='{INK}' font-size='13.5'") for line in folded(one.title, _LETTERS)]
    owner = one.owner or said(say("no owner"), language)
    look = f"fill='{SOFT if one.owner else LATE}' font-size='12'"
    lines += [(line, look) for line in folded(owner, _SMALL, 2)]
    count = said(say("in force: {count}", count=one.in_force), language)
    lines.append((count, f"fill='{INK}' font-size='12'"))
    if one.overdue:
        late = said(say("late reviews: {count}", count=one.overdue), language)
        lines.append((f"! {late}", f"fill='{LATE}' font-size='12' font-weight='700'"))
    return lines


def _box(
    one: Box, lines: Sequence[tuple[str, str]], place: tuple[float, float, float], ink: str
) -> Iterator[str]:
    """Yield a box at its *place*: left, top and height; those of the operations are arrows."""
    x, y, tall = place
    tip = _TIP if one.family == "operational" else 0
    yield (
        f"<path d='M{x:.1f},{y:.1f} h{_WIDE - tip:.1f} l{tip},{tall / 2:.1f} "
        f"l{-tip},{tall / 2:.1f} "
        f"h{tip - _WIDE:.1f} z' fill='#fff' stroke='{ink}' stroke-width='1.3'/>"
    )
    for n, (line, look) in enumerate(lines):
        yield from words([line], x + 10, y + 21 + n * _STEP, look=look)


def _sides(top: float, bottom: float, language: Language) -> Iterator[str]:
    """Yield what comes in at the left and what goes out at the right, as arrows."""
    middle = (top + bottom) / 2
    for x, text in (
        (24, say("Needs and requirements of patients and other parties")),
        (WIDTH - 24 - _EDGE, say("Examinations, reports and satisfaction of the parties")),
    ):
        yield (
            f"<path d='M{x},{top} h{_EDGE - 14} v{middle - top - 26:.1f} l14,26 l-14,26 "
            f"v{bottom - middle - 26:.1f} h{14 - _EDGE} z' fill='#f4f7f9' stroke='{BRAND}'/>"
        )
        size = max(12, int((bottom - top) / 8))
        lines = folded(said(text, language), size, 3)
        for n, line in enumerate(lines):
            across = x + 32 + (n - (len(lines) - 1) / 2) * 18
            yield (
                f"<text x='{across:.1f}' y='{middle:.1f}' text-anchor='middle' fill='{BRAND}' "
                f"transform='rotate(-90 {across:.1f} {middle:.1f})'>{plain(line)}</text>"
            )
