"""Workbooks of text: no cell is a formula or a link, and equal content gives equal bytes."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from textwrap import wrap
from typing import Any, NamedTuple

from qmtool.reports.terminal import safe

CREATED = datetime(2000, 1, 1)
"""A workbook carries the moment of its making; a fixed one keeps equal exports equal."""

MAX_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""

_LINE, _MAX_HEIGHT = 15, 409
"""The points that a line of a cell takes, and those that a spreadsheet allows a row."""
_OPEN = {"text_wrap": True, "valign": "top", "bg_color": "#FFF8E1", "border": 4}
"""The look of a cell to fill in: tinted, with a dotted border that is seen in print too."""


class Entry(NamedTuple):
    """What a person fills in below a header: one of the cells that *among* names, or a day.

    *day* is how a day is written. *message* is what a spreadsheet program says of anything else.
    """

    message: str = ""
    among: str = ""
    day: str = ""


class Sheet(NamedTuple):
    """A table under a frozen header with a filter; *lines* of text stand above it.

    *frozen* columns stay in view, *entries* says by header what is filled in by hand, and *notes*
    are rows below the table that no filter hides.
    """

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Mapping[str, int] = {}
    lines: Sequence[str] = ()
    frozen: int = 0
    entries: Mapping[str, Entry] = {}
    notes: Sequence[Sequence[str]] = ()


def workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    """Return a workbook of *sheets*, all text."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    out = io.BytesIO()
    # Strings within the sheets: what openpyxl reads of a common table loses `x005F_`.
    book = Workbook(out, {"constant_memory": True})
    book.set_properties({"title": title, "created": CREATED})
    for sheet in sheets:
        _write(book, sheet)
    book.close()
    return out.getvalue()


def cell(text: str) -> str:
    """Return *text* as a cell can hold it: without control characters, and not too long."""
    shown = "\n".join(safe(line) for line in text.splitlines())
    return shown if len(shown) <= MAX_CELL else f"{shown[: MAX_CELL - 1]}…"


def below(sheet: str, column: int, count: int) -> str:
    """Return how a formula names the *count* cells under a header, in a sheet without lines."""
    letter = chr(ord("A") + column)
    return f"='{sheet}'!${letter}$2:${letter}${count + 1}"


def _write(book: Any, content: Sheet) -> None:
    """Add a sheet of text cells."""
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    plain = book.add_format({"num_format": "@", "bold": True})
    sheet = book.add_worksheet(content.name)
    top = len(content.lines)
    last = top + max(1, len(content.rows))
    sheet.freeze_panes(top + 1, content.frozen)
    for column, header in enumerate(content.headers):
        sheet.set_column(column, column, _width(content, header), text)
    for row, line in enumerate(content.lines):
        sheet.write_string(row, 0, line, plain)
    _write_table(book, sheet, content, text)
    for row, cells in enumerate(content.notes, start=last + 2):
        for column, value in enumerate(cells):
            sheet.write_string(row, column, value, text)
    for column, header in enumerate(content.headers):
        if header in content.entries:
            _restrict(sheet, content.entries[header], (top + 1, column, last, column))
    sheet.autofilter(top, 0, last, len(content.headers) - 1)
    _to_print(sheet, top)


def _width(content: Sheet, header: str) -> int:
    """Return how many characters the column under *header* is wide."""
    return content.widths.get(header, 50 if header.endswith((".fr", ".en")) else 16)


def _height(cells: Sequence[str], widths: Sequence[int]) -> int:
    """Return how high a row is that shows *cells* whole: not every program finds out by itself."""
    lines = (
        sum(len(wrap(line, width)) or 1 for line in value.split("\n"))
        for value, width in zip(cells, widths, strict=True)
    )
    return min(_MAX_HEIGHT, _LINE * max(1, *lines))


def _write_table(book: Any, sheet: Any, content: Sheet, text: Any) -> None:
    """Write the header and the rows, *text* being the look of a cell."""
    bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "valign": "top"})
    to_fill = {
        column: book.add_format({**_OPEN, "num_format": content.entries[header].day or "@"})
        for column, header in enumerate(content.headers)
        if header in content.entries
    }
    top = len(content.lines)
    widths = [_width(content, header) for header in content.headers]
    for row, cells in enumerate([content.headers, *content.rows], start=top):
        if any(cells):
            sheet.set_row(row, _height(cells, widths))
        for column, value in enumerate(cells):
            if value:
                sheet.write_string(row, column, value, bold if row == top else text)
            elif column in to_fill:
                sheet.write_blank(row, column, None, to_fill[column])


def _restrict(sheet: Any, entry: Entry, cells: tuple[int, int, int, int]) -> None:
    """Let a spreadsheet program refuse what is not for the *cells* of an entry."""
    if entry.among:
        rule: dict[str, Any] = {"validate": "list", "source": entry.among}
    elif entry.day:
        rule = {"validate": "date", "criteria": ">=", "value": CREATED}
    else:
        return
    sheet.data_validation(*cells, {**rule, "error_message": entry.message})


def _to_print(sheet: Any, top: int) -> None:
    """Lay *sheet* out for A4: across, its header on every page, no wider than one."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(top)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&R&P / &N")
