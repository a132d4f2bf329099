"""A grid of an audit as an auditor fills it in, with a spreadsheet program or by hand."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import load_workbook  # type: ignore[import-untyped]

Filled = Mapping[str, Mapping[str, str]]
"""What is written in the row of each requirement, by the head of its column."""


def fill(path: Path, filled: Filled) -> None:
    """Write *filled* into the workbook at *path*; each requirement has a row there."""
    book = load_workbook(path)
    left = set(filled)
    for sheet in book.worksheets:
        heads = [cell.value for cell in sheet[1]]
        if "seen" not in heads or "requirement" not in heads:
            continue
        for row in sheet.iter_rows(min_row=2):
            name = row[heads.index("requirement")].value
            for head, value in filled.get(name, {}).items():
                row[heads.index(head)].value = value
            left.discard(name)
    assert not left, left
    book.save(path)


def rows_of(path: Path, name: str) -> list[list[Any]]:
    """Return the values of a sheet of the workbook at *path*."""
    return [[cell.value for cell in row] for row in load_workbook(path)[name].iter_rows()]


def grid_csv(*rows: Mapping[str, str]) -> str:
    """Return a grid as CSV, with a column for each key of the first of *rows*."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
