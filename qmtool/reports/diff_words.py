"""The words of a paragraph that `qm diff` prints: marked, coloured, or struck and stressed."""

from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from qmtool.model.text_diff import ParagraphChange
from qmtool.model.words import Fate, Piece
from qmtool.reports.table import markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

AROUND = 12
"""How many words that did not change are shown around those that did."""

Painter = Callable[[Piece], str]
"""What shows some words as removed, added or common."""


def marked(piece: Piece) -> str:
    """Return some words with marks for what was removed and added."""
    if piece.fate is Fate.SAME:
        return piece.text
    blank, words = _cut(piece.text)
    return blank + (f"[-{words}-]" if piece.fate is Fate.REMOVED else f"{{+{words}+}}")


def _coloured(piece: Piece) -> str:
    """Return some words in the colours of a terminal: struck in red, underlined in green."""
    if piece.fate is Fate.SAME:
        return piece.text
    blank, words = _cut(piece.text)
    after = piece.text[len(blank) + len(words) :]
    style = "31;9" if piece.fate is Fate.REMOVED else "32;4"
    return f"{blank}\x1b[{style}m{words}\x1b[0m{after}" if words else piece.text


def in_markdown(piece: Piece) -> str:
    """Return some words as Markdown strikes and stresses them."""
    blank, words = _cut(piece.text)
    shown = markdown_text(words)
    if piece.fate is Fate.SAME or not words:
        return blank + shown
    return blank + (f"~~{shown}~~" if piece.fate is Fate.REMOVED else f"**{shown}**")


def _cut(text: str) -> tuple[str, str]:
    """Return the blanks that *text* begins with, and the rest of it."""
    words = text.lstrip()
    return text[: len(text) - len(words)], words.rstrip()


def shown(change: ParagraphChange, paint: Painter) -> str:
    """Return a paragraph on one line."""
    return "".join(map(paint, _flat(change))).strip()


def _flat(change: ParagraphChange) -> Iterator[Piece]:
    """Yield the words of a paragraph for one line; of long stretches without change, the ends."""
    last = len(change.pieces) - 1
    for place, piece in enumerate(change.pieces):
        words = piece.text.split()
        flat = " " * piece.text[:1].isspace() + " ".join(words)
        if piece.fate is Fate.SAME and len(words) > 2 * AROUND + 5:
            head = " ".join(words[:AROUND]) + " " if place else ""
            tail = " " + " ".join(words[-AROUND:]) if place < last else ""
            flat = f"{' ' * bool(place)}{head}…{tail}"
        yield Piece(piece.fate, safe(flat))


def in_colours(change: ParagraphChange) -> Iterator[str]:
    """Yield the lines of a paragraph; they are painted once it is known where each ends."""
    pieces = list(_flat(change))
    fates = [piece.fate for piece in pieces for _ in piece.text]
    words = "".join(piece.text for piece in pieces)
    place = 0
    for line in wrapped(words, page_width() - 2):
        place = words.index(line, place)
        runs = groupby(zip(fates[place:], line, strict=False), key=itemgetter(0))
        painted = (_coloured(Piece(fate, "".join(char for _, char in run))) for fate, run in runs)
        yield "  " + "".join(painted)
        place += len(line)
