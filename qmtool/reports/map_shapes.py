"""What the pictures of the maps are made of: escaped texts on several lines, and the frame."""

import textwrap
from collections.abc import Iterable, Iterator
from html import escape

from qmtool.reports.terminal import safe

WIDTH = 1000
_TITLE = 44
"""How far the title reaches down."""

INK, SOFT, BRAND, LATE = "#17212b", "#55606b", "#0b4a6f", "#b3261e"
_FONT = "font-family='Segoe UI, Helvetica Neue, Liberation Sans, Arial, sans-serif'"


def plain(text: str) -> str:
    """Return *text* as a picture shows it."""
    return escape(safe(text))


def folded(text: str, size: int, most: int = 4) -> list[str]:
    """Return *text* on *most* lines of *size* characters, with a … where more is left out."""
    lines = textwrap.wrap(safe(text), size) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: size - 1].rstrip()}…"]
    return lines


def words(
    lines: Iterable[str], x: float, y: float, *, step: float = 17, look: str = f"fill='{INK}'"
) -> Iterator[str]:
    """Yield *lines* of text, each below the other, from *x* and the line of writing *y*."""
    for n, line in enumerate(lines):
        yield f"<text x='{x:.1f}' y='{y + n * step:.1f}' {look}>{escape(line)}</text>"


def picture(
    title: str, description: str, height: float, body: Iterable[str], *, alone: bool = True
) -> str:
    """Return the SVG image of *body*, with a title and a description for who cannot see it.

    One that does not stand *alone* is in a page that says its title, and shows none.
    """
    top = 0 if alone else _TITLE
    heading = (
        f"<text x='24' y='32' font-size='19' font-weight='600' fill='{BRAND}'>{plain(title)}</text>"
    )
    deep = f"{height - top:.0f}"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 {top} {WIDTH} {deep}' "
        f"width='{WIDTH}' height='{deep}' role='img' aria-labelledby='map-title map-desc' "
        f"{_FONT} font-size='13'>\n"
        f"<title id='map-title'>{plain(title)}</title>\n"
        f"<desc id='map-desc'>{plain(description)}</desc>\n"
        f"<rect y='{top}' width='{WIDTH}' height='{deep}' fill='#fff'/>\n"
        + "".join(f"{one}\n" for one in ([heading, *body] if alone else body))
        + "</svg>\n"
    )
