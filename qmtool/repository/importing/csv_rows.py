"""CSV files as rows of texts: the encodings and delimiters that spreadsheet programs write."""

import csv
import io
import re

from qmtool.model.text import Text, say
from qmtool.repository.importing.limits import MAX_BYTES, refused, within

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The beginnings that `reports.table.csv_cell` guards; a test compares both."""

_MULTI_BYTE = re.compile(rb"\xc2[\xa0-\xbf]|[\xc3-\xc5][\x80-\xbf]|\xe2[\x80-\x82][\x80-\xbf]")
"""The UTF-8 of western letters and signs. Other sequences stand in good Windows-1252: « é » ends
with a letter, a no-break space and a guillemet, which are the three bytes of a Chinese letter."""
_OTHER_PAGE = re.compile(
    rb"[A-Za-z][\x81-\x84\x86-\x88\x8a\x8d-\x90\x98\x9d\x9e][A-Za-z]|[\x81\x8d\x8f\x90\x9d]"
)
"""Letters that Windows-1252 does not put inside of words: another code page, as of old Macs."""

_SEPARATOR = re.compile(r"sep=([,;|\t])\r?\n", re.IGNORECASE)
DELIMITERS = ",;\t"


def rows_of_csv(data: bytes, shown: str) -> list[list[str]]:
    """Return the rows of the CSV file *shown* of those bytes; a blank line is an empty row."""
    if len(data) > MAX_BYTES:
        raise refused(shown, say("the file is larger than {limit} bytes", limit=MAX_BYTES))
    text = _decoded(data, shown)
    told = _SEPARATOR.match(text)
    delimiter = told[1] if told else _delimiter(text)
    if told:  # Excel's own line; an empty one keeps the count of lines
        text = "\n" + text[told.end() :]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    line, size = 1, 0
    try:
        for row in reader:
            rows.append([_unguarded(cell) for cell in row])
            line, size = reader.line_num + 1, size + len(row)
            within(shown, len(rows), len(row), size)
    except csv.Error as error:
        raise refused(_line(shown, line), _why_no_csv(str(error))) from error
    return rows


def _line(shown: str, line: int) -> Text:
    return Text("{file}:{line}", (("file", shown), ("line", line)))


def _why_no_csv(problem: str) -> Text:
    if "unexpected end" in problem:
        return say("a quotation mark that opens here is never closed")
    if "field larger" in problem:
        return say("a cell is too long, or its quotation mark is never closed")
    return say("a quotation mark stands inside a cell; double it")


def _delimiter(text: str) -> str:
    """Return what parts the cells of the first line that is not blank."""
    first = next((line for line in io.StringIO(text) if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    return max(DELIMITERS, key=bare.count)


def _unguarded(cell: str) -> str:
    """Return *cell* without the apostrophe that `csv_cell` puts before what looks like a formula.

    That rule depends on what follows the apostrophes only, so that undoing it once is exact.
    """
    if cell.startswith("'") and cell.lstrip(" \"'\ufeff").startswith(_FORMULA):
        cell = cell[1:]
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, shown: str) -> str:
    """Return the text of *data*: UTF-8, UTF-16 with its mark, or plainly Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refused(shown, say("the file is no sound UTF-16")) from error
    else:
        text = _of_bytes(data, shown)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        message = say("the line holds zero bytes; save the file as CSV UTF-8")
        raise refused(_line(shown, line), message)
    return text


def _of_bytes(data: bytes, shown: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = error.start
    other = _OTHER_PAGE.search(data)
    if data.startswith(b"\xef\xbb\xbf") or _MULTI_BYTE.search(data):
        message = say("the file is UTF-8, but this line is not; save the whole file as CSV UTF-8")
    elif other:
        wrong = other.start()
        message = say("the line is neither UTF-8 nor Windows-1252; save the file as CSV UTF-8")
    else:
        return data.decode("cp1252")
    line = data.count(b"\n", 0, wrong) + 1
    raise refused(_line(shown, line), message)
