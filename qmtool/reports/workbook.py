"""Workbooks of text: no cell is a formula or a link, and equal content gives equal bytes."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from qmtool.reports.terminal import safe

CREATED = datetime(2000, 1, 1)
"""A workbook carries the moment of its making; a fixed one keeps equal exports equal."""

MAX_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""


class Sheet(NamedTuple):
    """A table under a frozen header with a filter; *lines* of text stand above it."""

    name: str
    headers: Sequence[str]
    rows: Sequence[Sequence[str]]
    widths: Mapping[str, int] = {}
    lines: Sequence[str] = ()


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


def _write(book: Any, content: Sheet) -> None:
    """Add a sheet of text cells."""
    text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    bold = book.add_format({"num_format": "@", "bold": True, "bottom": 1, "valign": "top"})
    plain = book.add_format({"num_format": "@", "bold": True})
    sheet = book.add_worksheet(content.name)
    top = len(content.lines)
    sheet.freeze_panes(top + 1, 0)
    for column, header in enumerate(content.headers):
        wide = 50 if header.endswith((".fr", ".en")) else 16
        sheet.set_column(column, column, content.widths.get(header, wide), text)
    for row, line in enumerate(content.lines):
        sheet.write_string(row, 0, line, plain)
    for row, cells in enumerate([content.headers, *content.rows], start=top):
        for column, value in enumerate(cells):
            if value:
                sheet.write_string(row, column, value, bold if row == top else text)
    last = top + max(1, len(content.rows))
    sheet.autofilter(top, 0, last, len(content.headers) - 1)
