"""From the bytes of a file to text that is safe to parse, or to the reason why not."""

import re
from dataclasses import dataclass, field
from itertools import islice

from qmtool.model.diagnostic import Fault
from qmtool.model.text import Text, say

MAX_DOCUMENT = 5 * 1024 * 1024
MAX_CONFLICTS = 100
"""How many marks of a merge are told of one file."""

_LFS = b"version https://git-lfs.github.com/spec/"
_UNSAFE = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_CONFLICT = re.compile(r"^(?:<{7} |>{7} )", re.MULTILINE)
_BOMS_OF_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class Decoded:
    """The text of a file, its lines ended by line feeds; None when it cannot be read."""

    text: str | None = None
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self, rule: str, message: Text, fix: Text | None = None, line: int = 1, column: int = 1
    ) -> None:
        """Note a fault."""
        self.faults.append(Fault(rule, line, column, message, fix))


def decode(data: bytes) -> Decoded:
    """Return the text of a document of those bytes, by the limits of `reliability.md` §3."""
    result = Decoded()
    if len(data) > MAX_DOCUMENT:
        result.fault("unreadable-file", *too_large(len(data)))
        return result
    if data.startswith(_LFS):
        result.fault(
            "unreadable-file",
            say("the file is a Git LFS pointer, not its text"),
            say("Type git lfs pull, or keep documents out of Git LFS."),
        )
        return result
    foreign = _foreign(data)
    if foreign is not None:
        fix = say(
            "Give the file its own extension again (.docx, .pdf…) and keep it as an attachment; "
            "copy what it says into a Markdown text, which qm new begins."
        )
        result.fault("unreadable-file", foreign, fix)
        return result
    if _is_utf16(data):
        message = say("the file is in {encoding}", encoding="UTF-16")
        result.fault("unreadable-file", message, _save_as_utf8())
        return result
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _not_utf8(result, data, error)
        return result
    if text.startswith("\ufeff"):
        result.fault(
            "unreadable-file",
            say("the file begins with a byte order mark"),
            say("Save the file as UTF-8 without BOM."),
        )
        text = text[1:]
    _line_ends(result, text)
    text = text.replace("\r\n", "\n")
    if not text.replace("\n", "").isprintable():
        _characters(result, text)
    if "<<<<<<< " in text or ">>>>>>> " in text:
        _conflicts(result, text)
    result.text = text
    return result


def _is_utf16(data: bytes) -> bool:
    """Return whether *data* begin with a mark of UTF-16, or as Latin letters do in it."""
    head = data[:64]
    halves = head[::2], head[1::2]
    return data.startswith(_BOMS_OF_UTF16) or (
        len(head) > 3 and any(not any(half) for half in halves) and any(head)
    )


def _conflicts(result: Decoded, text: str) -> None:
    """Note the first of the lines that a merge left."""
    for found in islice(_CONFLICT.finditer(text), MAX_CONFLICTS):
        result.fault(
            "merge-conflict",
            say("a merge left a conflict mark here"),
            say("Keep the right lines and remove the marks."),
            text.count("\n", 0, found.start()) + 1,
        )


def too_large(size: int) -> tuple[Text, Text]:
    """Return the fault of a document of *size* bytes, over the limit, and how to mend it."""
    return (
        say("the file has {size} bytes; the limit is {limit}", size=size, limit=MAX_DOCUMENT),
        say("Split the document, or keep the large part as an attachment."),
    )


def _save_as_utf8() -> Text:
    return say("Open the file in an editor and save it with the encoding UTF-8.")


def _foreign(data: bytes) -> Text | None:
    """Return what a file of another program is, by how it begins, or None."""
    head = data[:64].lower().lstrip()
    if head.startswith((b"pk\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return say("this is a file of Word or of another office program, not a Markdown text")
    if head.startswith(b"%pdf-"):
        return say("this is a PDF file, not a Markdown text")
    if head.startswith((b"<html", b"<!doctype html")):
        return say("this is a web page (HTML), not a Markdown text")
    return None


def _not_utf8(result: Decoded, data: bytes, error: UnicodeDecodeError) -> None:
    if b"\x00" in data[:8192]:
        result.fault(
            "unreadable-file",
            say("the file is binary, not text"),
            say("Keep it as an attachment, under another extension."),
        )
        return
    line = data.count(b"\n", 0, error.start) + 1
    column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
    result.fault(
        "unreadable-file",
        say(
            "the file is not UTF-8 text: it holds the byte 0x{byte}",
            byte=f"{data[error.start]:02x}",
        ),
        _save_as_utf8(),
        line,
        column,
    )


def _line_ends(result: Decoded, text: str) -> None:
    """Note line ends that are not consistent."""
    returns = text.count("\r")
    if not returns:
        return
    pairs = text.count("\r\n")
    if returns != pairs:
        result.fault(
            "unreadable-file",
            say("a carriage return stands alone"),
            say("Save the file with LF or CRLF line ends."),
            text.count("\n", 0, _lone_return(text)) + 1,
        )
    elif pairs != text.count("\n"):
        result.fault(
            "mixed-line-ends",
            say("{crlf} lines end with CRLF, the others with LF", crlf=pairs),
        )


def _lone_return(text: str) -> int:
    found = re.search(r"\r(?!\n)", text)
    return found.start() if found else 0


def _characters(result: Decoded, text: str) -> None:
    """Note the first of the characters that may not stand in a document."""
    found = _UNSAFE.search(text)
    if found is None:
        return
    start = found.start()
    result.fault(
        "unreadable-file",
        say(
            "the character U+{code} may not stand in a document (byte {offset})",
            code=f"{ord(found[0]):04X}",
            offset=len(text[:start].encode()),
        ),
        say("Remove the character."),
        text.count("\n", 0, start) + 1,
        start - (text.rfind("\n", 0, start) + 1) + 1,
    )
