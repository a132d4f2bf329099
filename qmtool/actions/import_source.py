"""The file that `qm ref import` reads, and which of the readers it is for."""

import re
import stat
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.advice import nearest
from qmtool.model.text import Text, listing, say
from qmtool.repository.importing import ciso, ciso_workbook, oscal, spreadsheet
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.workbook import is_workbook, sheets
from qmtool.repository.library import Library

MAX_BYTES = 50 * 1024 * 1024
CISO, OSCAL, SPREADSHEET = FORMATS = ("ciso", "oscal", "spreadsheet")

_LIBRARY = re.compile(rb"^objects[ \t]*:", re.MULTILINE)


class Order(NamedTuple):
    """What the user asks for: a *file*, read as *form* or by what it holds, imported *on* a day."""

    file: Path
    wish: Wish
    on: date
    form: str = ""
    mapping: Path | None = None
    extends: str = ""
    replace: bool = False


def read_bytes(path: Path) -> bytes:
    """Return the bytes of the file at *path*, or raise with a sentence."""
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise UsageError(say("{path} is a folder, not a file", path=path))
        if not stat.S_ISREG(found.st_mode):
            raise UsageError(say("{path} is a pipe or a device, not a file", path=path))
        if found.st_size > MAX_BYTES:
            message = say("the file is larger than {limit} bytes", limit=MAX_BYTES)
            raise UsageError(say("{path}: {message}", path=path, message=message))
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError(say("{path}: there is no such file", path=path)) from error
    except OSError as error:
        message = say("the file cannot be read ({error})", error=error.strerror)
        raise RepositoryError(say("{path}: {message}", path=path, message=message)) from error
    if not data.strip():
        raise UsageError(say("{path}: {message}", path=path, message=say("the file is empty")))
    return data


def read(order: Order, data: bytes, library: Library, language: str) -> Imported:
    """Return what the file of *order*, which holds *data*, gives.

    *language* is that of the files of the centre: a spreadsheet that tells no other is in it.
    """
    shown = str(order.file)
    wish = order.wish
    form, is_book = recognised(order, data)
    if order.mapping is not None and form != SPREADSHEET:
        raise UsageError(say("--mapping is for spreadsheets, and {path} is none", path=shown))
    if form == SPREADSHEET:
        wish = wish._replace(language=wish.language or language)
        return spreadsheet.read(data, shown, wish, _mapping(order.mapping, library))
    wish = wish._replace(language=wish.language or "en")
    if form == OSCAL:
        return oscal.read(data, shown, wish)
    reader = ciso_workbook.read if is_book else ciso.read
    return reader(data, shown, wish, library)


def recognised(order: Order, data: bytes) -> tuple[str, bool]:
    """Return the format of *data*, unless the user names one, and whether it is a workbook."""
    if order.form and order.form not in FORMATS:
        advice = nearest(order.form, list(FORMATS)) or Text("")
        raise UsageError(
            say(
                "the format {name} is none of {choices}. {advice}",
                name=order.form,
                choices=listing(FORMATS),
                advice=advice,
            )
        )
    is_book = is_workbook(data)
    if order.form:
        return order.form, is_book
    if is_book:
        is_library = ciso_workbook.is_library(sheets(data, str(order.file)))
        return (CISO if is_library else SPREADSHEET), True
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    suffix = order.file.suffix.lower()
    if start.startswith((b"{", b"[")) or suffix == ".json":
        return OSCAL, False
    if _LIBRARY.search(data) or suffix in (".yaml", ".yml"):
        return CISO, False
    return SPREADSHEET, False


def _mapping(path: Path | None, library: Library) -> dict[str, Any] | None:
    """Return the typed content of the mapping file at *path*."""
    if path is None:
        return None
    found: dict[str, Any] = library.data.read(read_bytes(path), "import-mapping", str(path))
    return found
