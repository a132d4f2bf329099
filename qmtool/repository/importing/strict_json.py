"""JSON files read strictly: no key twice, no NaN, limits on size and depth, every fault placed."""

import json
import re
from collections.abc import Iterator
from typing import Any

from qmtool.errors import UsageError
from qmtool.model.text import Text, say
from qmtool.repository.importing.foreign import Part, flaw
from qmtool.repository.yaml_events import Path

MAX_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 64

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_CONSTANTS = ("NaN", "Infinity", "-Infinity")


class _Lenient:
    """Notes whether a text is JSON to a lenient reader only."""

    def __init__(self) -> None:
        self.is_needed = False

    def group(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        """Return the keys of *pairs*, of which none may stand twice."""
        found = dict(pairs)
        self.is_needed = self.is_needed or len(found) < len(pairs)
        return found

    def constant(self, name: str) -> str:
        """Return the *name* of a number that JSON does not have."""
        self.is_needed = True
        return name


def read(data: bytes, shown: str) -> Part:
    """Return the keys of the JSON file *shown* of those bytes, every number as it is written."""
    if len(data) > MAX_BYTES:
        raise flaw(shown, say("the file is larger than {limit} bytes", limit=MAX_BYTES))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise flaw(f"{shown}:{line}", say("the file is not UTF-8")) from error
    lenient = _Lenient()
    try:
        found = json.loads(
            text,
            object_pairs_hook=lenient.group,
            parse_constant=lenient.constant,
            parse_int=str,
            parse_float=str,
        )
    except json.JSONDecodeError as error:
        message = say("the text cannot be read as JSON ({problem})", problem=error.msg)
        raise flaw(f"{shown}:{error.lineno}:{error.colno}", message) from error
    except RecursionError as error:
        raise _explained(text, shown) from error
    if lenient.is_needed:
        raise _explained(text, shown)
    if not isinstance(found, dict):
        raise flaw(f"{shown}:1:1", say("the file is not a group of keys"))
    if _is_deep(found):
        raise _explained(text, shown)
    return Part(found, (), lambda path: _place(text, shown, path))


def _is_deep(value: Any) -> bool:
    """Return whether *value* is nested deeper than any catalog is."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


class _Level:
    """A group of keys, whose *seen* are known, or a list; *key* is where the walk stands in it."""

    __slots__ = ("key", "seen", "wants_key")

    def __init__(self, opening: str) -> None:
        self.seen: set[str] | None = set() if opening == "{" else None
        self.wants_key = opening == "{"
        self.key: str | int = "" if opening == "{" else 0


def _walk(text: str) -> Iterator[tuple[list[_Level], int, str, bool]]:
    """Yield each key, item and value of *text*: where it stands, and whether it is a key again."""
    levels: list[_Level] = []
    for found in _TOKEN.finditer(text):
        piece = found[0]
        level = levels[-1] if levels else None
        if piece in "}]":
            levels.pop()
        elif piece == ",":
            assert level is not None
            level.wants_key = level.seen is not None
            if isinstance(level.key, int):
                level.key += 1
        elif level is not None and level.seen is not None and level.wants_key:
            name = level.key = str(json.loads(piece))
            level.wants_key = False
            yield levels, found.start(), piece, name in level.seen
            level.seen.add(name)
        elif piece != ":":
            yield levels, found.start(), piece, False
            if piece in "{[":
                levels.append(_Level(piece))


def _explained(text: str, shown: str) -> UsageError:
    """Return the error about the first thing in *text* that only a lenient reader takes."""
    for levels, offset, piece, is_again in _walk(text):
        message: Text | None = None
        if is_again:
            message = say("the key {key} stands twice", key=json.loads(piece))
        elif piece in _CONSTANTS:
            message = say("{value} is no JSON", value=piece)
        elif len(levels) > MAX_DEPTH:
            message = say("nested more than {limit} levels deep", limit=MAX_DEPTH)
        if message is not None:
            return flaw(_shown(text, shown, offset), message)
    return flaw(shown, say("nested more than {limit} levels deep", limit=MAX_DEPTH))


def _place(text: str, shown: str, path: Path) -> str:
    """Return the place of *path* in *text*, which was read before."""
    for levels, offset, _, _ in _walk(text):
        if len(levels) == len(path) and all(
            level.key == key for level, key in zip(levels, path, strict=True)
        ):
            return _shown(text, shown, offset)
    return _place(text, shown, path[:-1]) if path else f"{shown}:1:1"


def _shown(text: str, shown: str, offset: int) -> str:
    line = text.count("\n", 0, offset) + 1
    return f"{shown}:{line}:{offset - text.rfind(chr(10), 0, offset)}"
