"""The files of a referential as `qm` writes them: block style, one key a line, ids in quotes."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qmtool.actions.yaml_text import WORDS, flow, scalar
from qmtool.model.calendar import parse_day

Data = Mapping[str, Any]

_IDS = frozenset({"id", "parent", "from", "to"})
_FILES = "chapters"
"""The one list of texts that takes a line for each."""
_DAYS = frozenset({"date", "on", "verified_on", "imported"})
_STEP = "  "
_PLAIN = re.compile(r"(?:[^\W\d_]|«)[^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\U00010000-\U0010ffff]*")
_TAKEN = re.compile(r": | #|:\Z| \Z")
"""What a reader of YAML takes for the end of a plain text, or for a key."""
_LOOSE = re.compile(r"\A\s|\s\Z|[ \t]\n|\t")
"""Blanks that an editor removes from a block without being asked."""


def head_text(head: Data) -> str:
    """Return the text of `referential.yaml`."""
    return _joined(_mapping(head))


def chapter_text(chapter: Data) -> str:
    """Return the text of a chapter file."""
    return _joined(_mapping(chapter, quoted=_IDS))


def crosswalk_text(crosswalk: Data) -> str:
    """Return the text of a crosswalk: one line for each relation, unless it has a note."""
    head = {key: value for key, value in crosswalk.items() if key != "relations"}
    return _joined([*_mapping(head), "relations:", *_relations(crosswalk["relations"])])


def _joined(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _relations(relations: Iterable[Data]) -> Iterator[str]:
    for one in relations:
        if any(isinstance(value, Mapping) for value in one.values()):
            yield from _item(one, _STEP, _IDS)
        else:
            pairs = (f"{key}: {_ends(key, value)}" for key, value in one.items())
            yield f"{_STEP}- {{{', '.join(pairs)}}}"


def _ends(key: str, value: Any) -> str:
    """Return *value* within a line of several; what is not an id is quoted as need be."""
    if key in _IDS:
        return json.dumps(value, ensure_ascii=False)
    return flow(value)


def _mapping(data: Data, indent: str = "", quoted: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield the lines of *data*; the keys *quoted* hold ids that are quoted whatever they are."""
    for key, value in data.items():
        lead = f"{indent}{scalar(key)}:"
        if isinstance(value, Mapping) and value:
            yield lead
            yield from _mapping(value, indent + _STEP, quoted)
        elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
            yield lead
            for one in value:
                yield from _item(one, indent + _STEP, quoted)
        elif key == _FILES and value:
            yield lead
            yield from (f"{indent}{_STEP}- {scalar(one)}" for one in value)
        elif isinstance(value, str) and "\n" in value and not _LOOSE.search(value):
            yield f"{lead} |-"
            for line in value.split("\n"):
                yield f"{indent}{_STEP}{line}" if line else ""
        else:
            yield f"{lead} {_value(value, key, quoted)}"


def _item(data: Data, indent: str, quoted: frozenset[str]) -> Iterator[str]:
    """Yield the lines of *data* as one entry of a list."""
    lines = _mapping(data, indent + _STEP, quoted)
    yield f"{indent}- {next(lines)[len(indent) + len(_STEP) :]}"
    yield from lines


def _value(value: Any, key: str, quoted: frozenset[str]) -> str:
    """Return the *value* of *key* on one line, in quotes unless every reader takes it as it is."""
    if isinstance(value, Mapping):
        return "{}"
    if isinstance(value, list):
        return flow(value)
    if not isinstance(value, str):
        return json.dumps(value)
    is_plain = _PLAIN.fullmatch(value) and not _TAKEN.search(value) and value.lower() not in WORDS
    is_day = key in _DAYS and parse_day(value) is not None
    if key not in quoted and (is_plain or is_day):
        return value
    return json.dumps(value, ensure_ascii=False)
