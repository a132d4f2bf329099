"""Plain tables: aligned text for a terminal, Markdown, and CSV that no spreadsheet executes."""

import csv
import io
import re
import shutil
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

MAX_PAGE = 100
"""Lines of running text that are longer than this are hard to read."""

_GAP = "  "
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

_PLAIN = re.compile("[\u0000-\u02ff\u2010-\u2027\u202f]*")
"""Text of which each character takes one column: Latin letters, and the usual punctuation."""

Row = Sequence[str]


@lru_cache(maxsize=1 << 16)
def width_of(text: str) -> int:
    """Return how many columns of a terminal *text* takes; a table asks several times for each."""
    if text.isascii() or _PLAIN.fullmatch(text):
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )


def terminal_width(default: int = 100) -> int:
    """Return the width of the terminal, or *default* where there is none."""
    return shutil.get_terminal_size((default, 24)).columns


def page_width() -> int:
    """Return the width of text that is read line after line: that of the terminal, 100 at most."""
    return min(terminal_width(), MAX_PAGE)


def text_table(
    headers: Row,
    rows: Sequence[Row],
    width: int,
    shrink: int = -1,
    before: Sequence[tuple[int, int]] = (),
) -> str:
    """Return an aligned table; the column *shrink* gives way where the table is wider than *width*.

    The columns of *before* give way first, each down to the size that stands with it. Every cell is
    made safe for a terminal.
    """
    cells = [[safe(cell) for cell in row] for row in (headers, *rows)]
    widths = [max(width_of(row[n]) for row in cells) for n in range(len(headers))]
    spare = width - sum(widths) - len(_GAP) * (len(widths) - 1)
    for column, least in (*before, *([(shrink, 10)] if shrink >= 0 else [])):
        cut = min(max(0, -spare), max(0, widths[column] - least))
        widths[column] -= cut
        spare += cut
    lines = [
        _GAP.join(_fit(cell, widths[n]) for n, cell in enumerate(row)).rstrip() for row in cells
    ]
    lines.insert(1, _GAP.join("-" * size for size in widths))
    return "\n".join(lines) + "\n"


def fitted_table(headers: Row, rows: Sequence[Row], width: int, shrink: int = -1) -> str:
    """Return a `text_table` whose headers go on below themselves where it is too wide else."""
    plain = text_table(headers, rows, width)
    if width_of(plain.splitlines()[1]) <= width:
        return plain
    heads = []
    for n, header in enumerate(headers):
        words = [*header.split(), *(row[n] for row in rows)]
        heads.append(wrapped(header, max(map(width_of, words), default=1)) or [""])
    depth = max(map(len, heads))
    levels = list(zip(*([""] * (depth - len(head)) + head for head in heads), strict=True))
    lines = text_table(levels[0], [*levels[1:], *rows], width, shrink).splitlines(keepends=True)
    lines.insert(depth, lines.pop(1))
    return "".join(lines)


def wrapped_table(rows: Sequence[Row], width: int, headers: Row = ()) -> list[str]:
    """Return the lines of a table whose cells go on below themselves where it is too wide.

    The last column gives way first, then the widest. Where not even the longest words fit beside
    each other, each row is a list of what stands under its *headers*. Every cell is made safe for
    a terminal.
    """
    cells = [[safe(cell) for cell in row] for row in ((headers, *rows) if headers else rows)]
    if not cells:
        return []
    sizes = _sizes(cells, width)
    if headers and sum(sizes) + len(_GAP) * (len(sizes) - 1) > width:
        return _listed(cells[0], cells[1:], width)
    if headers:
        cells.insert(1, ["-" * size for size in (*sizes[:-1], width_of(cells[0][-1]))])
    lines = []
    for row in cells:
        parts = [wrapped(cell, size) for cell, size in zip(row, sizes, strict=True)]
        for level in range(max(1, *map(len, parts))):
            shown = [part[level] if level < len(part) else "" for part in parts]
            before = [_filled(cell, size) for cell, size in zip(shown, sizes[:-1], strict=False)]
            lines.append("".join([*before, shown[-1]]).rstrip())
    return lines


_BLANKS = re.compile("[ \t\n\v\f\r]+")
"""Where `wrapped` may break a line: not at a no-break space."""

_LEAST = 20
"""How many columns the last cell of a row keeps at least, where it needs as many."""


def _sizes(cells: Sequence[Row], width: int) -> list[int]:
    """Return how wide the columns of *cells* are, as far as they can be within *width*."""
    columns = list(zip(*cells, strict=True))
    sizes = [max(1, *map(width_of, column)) for column in columns]
    words = [
        max(1, *(width_of(word) for cell in column for word in _BLANKS.split(cell)))
        for column in columns
    ]
    spare = width - sum(sizes) - len(_GAP) * (len(sizes) - 1)
    cut = min(max(0, -spare), max(0, sizes[-1] - max(_LEAST, words[-1])))
    sizes[-1] -= cut
    for _ in range(max(0, -spare - cut)):
        widest = max(range(len(sizes)), key=lambda n: sizes[n] if sizes[n] > words[n] else 0)
        if sizes[widest] <= words[widest]:
            break
        sizes[widest] -= 1
    return sizes


def _filled(cell: str, size: int) -> str:
    """Return *cell* filled to *size* columns, and the gap after it; nothing of it is lost."""
    return cell + " " * (size - width_of(cell)) + _GAP


def _listed(headers: Row, rows: Sequence[Row], width: int) -> list[str]:
    """Return the lines of *rows*, each cell below the other, beside its header."""
    size = max(map(width_of, headers))
    lines = []
    for row in rows:
        for header, cell in zip(headers, row, strict=True):
            lines += wrapped(
                cell,
                width,
                first=_filled(header, size),
                rest=" " * (size + len(_GAP)),
            )
        lines.append("")
    return lines[:-1]


def _fit(cell: str, size: int) -> str:
    """Return *cell* cut or filled to *size* columns."""
    while width_of(cell) > size:
        cell = cell[:-2].rstrip() + "…"
    return cell + " " * (size - width_of(cell))


def markdown_table(headers: Row, rows: Sequence[Row]) -> str:
    """Return a Markdown table whose cells cannot break it."""
    lines = ["| " + " | ".join(headers) + " |", "|" + " --- |" * len(headers)]
    lines += ["| " + " | ".join(markdown_text(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def markdown_text(text: str) -> str:
    """Return *text* so that Markdown shows it as it is."""
    shown = safe(text)
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in shown)


def csv_table(headers: Row, rows: Sequence[Row]) -> str:
    """Return CSV; a cell that a spreadsheet would run as a formula is marked as text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows([csv_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def csv_cell(cell: str) -> str:
    """Return *cell* as a spreadsheet must read it: as text."""
    return "'" + cell if cell.lstrip(" \"'\ufeff").startswith(_FORMULA) else cell
