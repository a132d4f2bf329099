"""The front matter of a document: where it stands, and byte patches of its keys.

The delimiters are found by a scan of lines, without a regular expression (`reliability.md` §3).
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qmtool.errors import Refused
from qmtool.model.kind import OWNED_KEYS
from qmtool.model.text import Text, say
from qmtool.repository.yaml_events import YamlFault, read_yaml

DELIMITER = "---"
MAX_FRONT_MATTER = 256 * 1024


@dataclass(frozen=True, slots=True)
class Split:
    """A text cut at its front matter; *block* is None when there is none to read.

    *body_line* is the number of the first line of the *body* in the file.
    """

    block: str | None
    body: str
    body_line: int
    rule: str = ""
    fault: YamlFault | None = None


Block = tuple[str, int, int]
"""A top-level key of the front matter, its first line and the line after its last, from 0."""


class UnsafePatch(Refused):
    """A change of the front matter that would not read back as intended; nothing was written."""


_TEMPLATE = "--- / id: PR-XXX-001 / title: … / kind: procedure / ---"


def split(text: str, *, lenient: bool = False) -> Split:
    """Cut *text*, whose lines end with a line feed, at its front matter.

    With *lenient*, a line that was meant to close it does: `--- ` or `...`.
    """
    if not text.startswith(DELIMITER + "\n"):
        return Split(None, text, 1, *_absent(text))
    end = _closing(text)
    if end is not None:
        block = text[4:end]
        body_line = block.count("\n") + 3
        return Split(block, text[end + 4 :], body_line)
    number, line = _almost_closing(text)
    if number and lenient:
        lines = text.split("\n")
        block = "".join(f"{one}\n" for one in lines[1 : number - 1])
        return Split(block, "\n".join(lines[number:]), number + 1)
    if number:
        return Split(
            None,
            text,
            1,
            "unreadable-front-matter",
            YamlFault(
                number,
                1,
                say("the front matter is closed by {line}, not by ---", line=repr(line)),
                say("Write exactly --- on this line, without blanks after it."),
            ),
        )
    return Split(
        None,
        text,
        1,
        "unreadable-front-matter",
        YamlFault(
            1,
            1,
            say("the front matter has no closing ---"),
            say("Write --- on a line of its own after the last key."),
        ),
    )


def _closing(text: str) -> int | None:
    """Return where the closing delimiter begins, or None."""
    start = 4
    while start <= len(text):
        if text.startswith(DELIMITER, start) and (
            text.startswith("\n", start + 3) or start + 3 == len(text)
        ):
            return start
        start = text.find("\n", start) + 1
        if not start:
            return None
    return None


def _almost_closing(text: str) -> tuple[int, str]:
    """Return the number and the text of a line that was meant to close the front matter."""
    for number, line in enumerate(text.split("\n")[1:], start=2):
        if line != DELIMITER and line.strip() in (DELIMITER, "..."):
            return number, line
    return 0, ""


def _absent(text: str) -> tuple[str, YamlFault]:
    """Return the rule and the fault of a *text* that does not begin with front matter."""
    if not text.strip():
        return "missing-front-matter", YamlFault(1, 1, say("the file is empty"), _advice())
    lines = text.split("\n", 30)[:30]
    for index, line in enumerate(lines):
        if line.strip() != DELIMITER:
            continue
        if index == 0:
            return "unreadable-front-matter", YamlFault(
                1,
                1,
                say("the first line is {line}, not ---", line=repr(line)),
                say("Write exactly --- on the first line, without blanks around it."),
            )
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if following.partition(":")[0].strip().isidentifier() and ":" in following:
            return "missing-front-matter", YamlFault(
                index + 1,
                1,
                say("front matter begins on line {line}, not on line 1", line=index + 1),
                say("Move the --- and the keys to the top of the file."),
            )
        break
    return "missing-front-matter", YamlFault(1, 1, say("there is no front matter"), _advice())


def _advice() -> Text:
    return say("Begin the file with: {template}", template=_TEMPLATE)


def digest(text: str, found: Iterable[Block] | None = None) -> str:
    """Return the digest of `formats.md`: SHA-256 without the blocks of the keys `qm` writes.

    Who knows what `blocks` returns gives it as *found*.
    """
    dropped: set[int] = set()
    for key, first, last in blocks(text) if found is None else found:
        if key in OWNED_KEYS:
            dropped.update(range(first, last))
    if dropped:
        # The body is never split: only the lines of the front matter can be left out.
        head = text.split("\n", max(dropped) + 1)
        text = "\n".join(line for number, line in enumerate(head) if number not in dropped)
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def blocks(text: str) -> Iterator[Block]:
    """Yield each top-level key of the front matter with its first line and the line after it.

    Lines count from 0. A block ends before the blank lines and comments that follow its value, so
    that leaving it out or replacing it touches nothing else.
    """
    if not text.startswith(DELIMITER + "\n"):
        return
    end = _closing(text)
    if end is None:
        return
    lines = text[:end].split("\n")[:-1]
    keys = [(key, number) for number, line in enumerate(lines) if number and (key := _key(line))]
    limits = [*(number for _, number in keys[1:]), len(lines)]
    for (key, first), limit in zip(keys, limits, strict=False):
        last = limit
        while last > first + 1 and (not lines[last - 1].strip() or lines[last - 1].startswith("#")):
            last -= 1
        yield key, first, last


def _key(line: str) -> str:
    """Return the top-level key that *line* begins, or the empty text."""
    if line[:1] in ("", " ", "\t", "#", "-", "[", "]", "{", "}", "?"):
        return ""
    quote = line[0] if line[0] in "'\"" else ""
    name, _, rest = line[len(quote) :].partition(quote + ":")
    return name if line != name and (not rest or rest[0] in " \t") else ""


def patch(data: bytes, changes: Mapping[str, str | None]) -> bytes:
    """Return *data* with the top-level keys of *changes* set to those YAML lines, or removed.

    A value of *changes* is the whole block, `key: value` and its further lines, without a final
    line end. Every byte outside the changed blocks is kept, line ends included; a key that was
    absent goes to the end of the front matter, in the order of *changes*. The result is read
    again and compared, as invariant I5 asks.
    """
    text = data.decode()
    crlf = "\r\n" in text
    plain = text.replace("\r\n", "\n")
    raw = text.split("\n")
    found = {key: (first, last) for key, first, last in blocks(plain)}
    end_offset = _closing(plain)
    if end_offset is None:
        raise UnsafePatch(say("there is no front matter to change"))
    closing = plain.count("\n", 0, end_offset)
    eol = "\r" if crlf else ""
    for key, block in sorted(
        changes.items(), key=lambda item: found.get(item[0], (closing, 0))[0], reverse=True
    ):
        new = [] if block is None else [line + eol for line in block.split("\n")]
        if key in found:
            first, last = found[key]
            raw[first:last] = new
    added = [
        line + eol
        for key, block in changes.items()
        if key not in found and block is not None
        for line in block.split("\n")
    ]
    shift = sum(
        (len(block.split("\n")) if block is not None else 0) - (found[key][1] - found[key][0])
        for key, block in changes.items()
        if key in found
    )
    raw[closing + shift : closing + shift] = added
    patched = "\n".join(raw)
    _compare(plain, patched.replace("\r\n", "\n"), changes)
    return patched.encode()


def _compare(before: str, after: str, changes: Mapping[str, str | None]) -> None:
    """Raise UnsafePatch unless *after* differs from *before* by *changes* and nothing else."""
    old, new = split(before), split(after)
    expected = read_yaml(old.block or "").data or {}
    if not isinstance(expected, dict):
        raise UnsafePatch(say("the front matter is not made of keys"))
    for key, block in changes.items():
        expected.pop(key, None)
        if block is not None:
            expected |= read_yaml(block).data
    read = read_yaml(new.block or "")
    if read.faults or read.data != expected or old.body != new.body:
        raise UnsafePatch(
            say(
                "the front matter cannot be changed without changing more than meant; "
                "write one key a line"
            )
        )
