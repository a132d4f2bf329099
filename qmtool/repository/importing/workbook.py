"""XLSX workbooks as rows of texts, within limits and without surprises.

Nothing of a workbook is executed or fetched: no macro, no formula, no link, no XML entity.
"""

import io
import re
import warnings
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zipfile import ZipFile, ZipInfo

from qmtool.errors import UsageError
from qmtool.model.advice import short
from qmtool.model.text import Text, say
from qmtool.repository.importing.grid import Unread
from qmtool.repository.importing.imported import LeftOut
from qmtool.repository.importing.limits import MAX_BYTES, MAX_CELLS, refused, within

MAX_PARTS = 2_000
MAX_UNPACKED = 64 * 1024 * 1024
MAX_RATIO = 200
"""XML seldom packs better than 50 to 1; a bomb does by 1000 to 1."""
RATIO_FROM = 1024 * 1024
MAX_READ = 16 * MAX_UNPACKED
"""What the sheets may make up together: a workbook can name one part as many sheets."""
MAX_SCANNED = 10 * MAX_CELLS
"""Blank cells count here: a row may have thousands, for their colour."""
LAST_ROW = 1 << 20
"""The last row that a spreadsheet program knows."""

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_SHEETS = "xl/worksheets/"
_CONTENT_TYPES = "[Content_Types].xml"
_DECLARED = re.compile(rb"""<\?xml[^>]*?\sencoding=["']([A-Za-z0-9._-]*)""")
_ENCODINGS = (b"", b"utf-8", b"utf-16", b"us-ascii", b"ascii", b"iso-8859-1")
_FORMULA_TAG = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ROW_NUMBER = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br=["']([0-9]+)""")
_CELL_NAME = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Z]+[0-9]+)""")
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_DECIMALS = re.compile(r"0(?:\.(0+))?")


def is_workbook(data: bytes) -> bool:
    """Return whether *data* are a workbook, by their first bytes and not by the file's name."""
    return data.startswith((_ZIP, _OLE))


@lru_cache(maxsize=1)  # who recognises the format asks first, then its reader
def sheets(data: bytes, shown: str) -> dict[str, list[list[str]]]:
    """Return the sheets of the workbook *shown* of those bytes: rows of the texts of their cells.

    A cell without a value is an `Unread`. Raise UsageError where the file is unsound.
    """
    if len(data) > MAX_BYTES:
        raise refused(shown, say("the file is larger than {limit} bytes", limit=MAX_BYTES))
    if data.startswith(_OLE):
        why = say(
            "this is an old or a protected workbook; save it as XLSX without a password, and "
            "import that"
        )
        raise refused(shown, why)
    try:
        has_formulas = _checked(data, shown)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what is not read anyway: styles, extensions
            return _read(data, shown, has_formulas)
    except UsageError:
        raise
    except Exception as error:  # openpyxl raises whatever it stumbles over in a broken part
        problem = short(str(error).partition("\n")[0] or type(error).__name__)
        why = say(
            "the workbook cannot be read ({problem}); open it in a spreadsheet program and save it "
            "again as XLSX",
            problem=problem,
        )
        raise refused(shown, why) from error


def _checked(data: bytes, shown: str) -> bool:
    """Raise UsageError if unpacking is unsafe; return whether a sheet holds formulas."""
    with ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        why = _unsafe(parts)
        if why is not None:
            raise refused(shown, why)
        if _CONTENT_TYPES not in archive.namelist():
            why = say("this is a ZIP file but no XLSX workbook; save the workbook as XLSX")
            raise refused(shown, why)
        has_formulas, named, largest = False, 0, 0
        for part in parts:
            # Never more than the directory announces: zipfile stops there and compares sums.
            content = archive.read(part)
            if b"\0" in content[:4]:  # UTF-16
                content = content.replace(b"\0", b"")
            if _declares(content):
                why = say("the part {name} declares XML entities", name=part.filename)
                raise refused(shown, why)
            if part.filename.lstrip("/").lower().startswith(_SHEETS) and _repeats(content):
                why = say("the part {name} gives a row or a cell twice", name=part.filename)
                raise refused(shown, why)
            has_formulas = has_formulas or bool(_FORMULA_TAG.search(content))
            named += len(_SHEET_TAG.findall(content))
            largest = max(largest, part.file_size)
        if named * largest > MAX_READ:
            raise refused(shown, say("the workbook has too many sheets of this size"))
        return has_formulas


def _unsafe(parts: list[ZipInfo]) -> Text | None:
    """Return why the *parts* of a ZIP file may not be unpacked, None where they may."""
    names = [part.filename for part in parts]
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return say("the workbook is larger than {limit} bytes once unpacked", limit=MAX_UNPACKED)
    for part in parts:
        if part.file_size > max(RATIO_FROM, MAX_RATIO * part.compress_size):
            return say(
                "the part {name} unpacks to {ratio} times its size",
                name=part.filename,
                ratio=part.file_size // max(1, part.compress_size),
            )
        if part.flag_bits & 1:
            return say("the workbook is protected; save it without a password")
        if names.count(part.filename) > 1:
            return say("the workbook holds the part {name} twice", name=part.filename)
    return None


def _declares(content: bytes) -> bool:
    """Return whether a part declares entities, or an encoding in which it could hide that."""
    found = _DECLARED.search(content[:200])
    if found and found[1].lower() not in _ENCODINGS:
        return True
    return b"<!DOCTYPE" in content or b"<!ENTITY" in content


def _repeats(content: bytes) -> bool:
    """Return whether rows come back, or cells: openpyxl drops what comes second."""
    rows = [int(number) for number in _ROW_NUMBER.findall(content)]
    cells = _CELL_NAME.findall(content)
    return any(b <= a for a, b in pairwise(rows)) or len(cells) > len(set(cells))


def _read(data: bytes, shown: str, has_formulas: bool) -> dict[str, list[list[str]]]:
    """Return the sheets of a checked workbook."""
    formulas: Mapping[str, set[tuple[int, int]]] = {}
    if has_formulas:
        formulas = {
            sheet.title: {
                (row, n)
                for row, cells in _cells(sheet, shown)
                for n, cell in enumerate(cells)
                if cell.data_type == "f"
            }
            for sheet in _opened(data, data_only=False).worksheets
        }
    found: dict[str, list[list[str]]] = {}
    size = 0
    for sheet in _opened(data, data_only=True).worksheets:
        if sheet.title in found:
            raise ValueError(f"two sheets are called {sheet.title}")
        rows = found[sheet.title] = []
        without = formulas.get(sheet.title, set())
        for row, cells in _cells(sheet, shown):
            texts = [_text(cell, (row, n) in without) for n, cell in enumerate(cells)]
            while texts and not texts[-1]:
                texts.pop()
            size += len(texts)
            if texts:
                within(shown, row + 1, len(texts), size)
                rows += [[] for _ in range(row - len(rows))]
                rows.append(texts)
    return found


def _opened(data: bytes, *, data_only: bool) -> Any:
    from openpyxl import load_workbook  # type: ignore[import-untyped]

    return load_workbook(io.BytesIO(data), read_only=True, data_only=data_only, keep_links=False)


def _cells(sheet: Any, shown: str) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield the rows of *sheet*, counted from 0, with their cells; its own size may be a lie."""
    sheet.reset_dimensions()
    scanned = 0
    for row, cells in enumerate(sheet.iter_rows()):
        scanned += len(cells)
        if row >= LAST_ROW or scanned > MAX_SCANNED:
            raise refused(shown, say("the file has more than {limit} cells", limit=MAX_CELLS))
        yield row, cells


def _text(cell: Any, is_formula: bool) -> str:
    """Return what *cell* holds as people see it: dates as ISO, numbers as their format writes."""
    value = cell.value
    if value is None:
        return Unread("=") if is_formula else ""
    if cell.data_type == "e":
        return Unread(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
        return text.replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, int | float):
        decimals = _DECIMALS.fullmatch(cell.number_format)
        return f"{value:.{len(decimals[1] or '')}f}" if decimals else format(value, ".15g")
    if isinstance(value, datetime):
        return str(value).removesuffix(" 00:00:00")
    return str(value)


def besides(data: bytes) -> list[LeftOut]:
    """Return what a sound workbook holds besides cells: macros, pictures, comments, diagrams."""
    with ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        comments = sum(
            len(re.findall(rb"<(?:\w+:)?comment\s", archive.read(name)))
            for name in names
            if re.match(r"xl/comments[^/]*\.xml|xl/comments/", name)
        )
    found = (
        (say("macros"), sum(name.endswith("vbaProject.bin") for name in names)),
        (say("pictures"), sum(name.startswith("xl/media/") for name in names)),
        (say("diagrams"), sum(name.startswith("xl/charts/chart") for name in names)),
        (say("comments on cells"), comments),
    )
    return [LeftOut(what, times) for what, times in found if times]
