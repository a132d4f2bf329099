"""Records: what is kept of a parsed document, as plain data for the cache, and as a `Document`.

Reading a record needs neither the YAML nor the Markdown parser: a run in which nothing changed
imports none of them.
"""

import marshal
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Fault
from qmtool.model.document import (
    Assessed,
    Attachment,
    Declaration,
    Document,
    History,
    Statement,
    Suppression,
    Use,
    Values,
)
from qmtool.model.label import Label
from qmtool.model.text import Text

FORMAT = 20
"""The version of what `parse` returns; a change of it empties the cache."""

Packed = tuple[Any, ...]
Parsed = dict[str, Any]
"""Fields of a `Document` by their names, packed as plain data; empty ones are left out."""


_USUAL: Mapping[str, Any] = {
    **dict.fromkeys(("identifier", "title", "kind", "process", "owner", "status", "digest"), ""),
    **{"outline": b"", "anchor_lines": "", "aims": {}, "declarations": ()},
}
"""What nearly every document has: kept without its names, as these are read again each time."""


def pack(parsed: Parsed) -> bytes:
    """Return *parsed* as the cache keeps it."""
    more = dict(parsed)
    usual = [more.pop(name, default) for name, default in _USUAL.items()]
    return marshal.dumps((usual, more))


def unpack(record: Packed) -> Parsed:
    """Return what `pack` was given, from what it dumped, and what is usual even if it is empty."""
    usual, more = record
    parsed = dict(zip(_USUAL, usual, strict=True))
    parsed.update(more)
    return parsed


def _pack(text: Text | None) -> Any:
    if text is None:
        return None
    return text.message, [(key, _pack_value(value)) for key, value in text.values]


def _pack_value(value: object) -> Packed:
    if isinstance(value, Text):
        return "text", _pack(value)
    return ("label", tuple(value)) if isinstance(value, Label) else ("plain", value)


def _unpack(packed: Any) -> Text | None:
    if packed is None:
        return None
    message, values = packed
    return Text(
        message,
        tuple((key, _FORMS[form](value)) for key, (form, value) in values),
    )


_FORMS: Mapping[str, Callable[[Any], object]] = {
    "text": _unpack,
    "label": Label._make,
    "plain": lambda value: value,
}


def pack_fault(fault: Fault) -> Packed:
    """Return *fault* as plain data."""
    return (*fault[:3], _pack(fault.message), _pack(fault.fix))


def unpack_fault(packed: Packed) -> Fault:
    """Return the fault that `pack_fault` gave."""
    rule, line, column, message, fix = packed
    return Fault(rule, line, column, _unpack(message) or Text(""), _unpack(fix))


def build(path: str, parsed: Parsed, markers: Mapping[str, str]) -> Document:
    """Return the document at *path* whose bytes gave *parsed*.

    A short mark counts where *markers* gives its word a referential.
    """
    fields = {"path": path, **parsed}
    for name, unpack in _PACKED.items():
        if name in fields:
            fields[name] = unpack(fields[name])
    short = fields.pop("short", ())
    if short:
        known = (Declaration(markers[word], *rest) for word, *rest in short if word in markers)
        everything = [*fields.get("declarations", ()), *known]
        fields["declarations"] = tuple(sorted(everything, key=_place))
    return Document.of(fields)


def _place(declaration: Declaration) -> tuple[int, int]:
    return declaration.line, declaration.column


@cache
def _day(text: str | None) -> Any:
    return parse_day(text) if text else None


def _suppression(mark: Packed) -> Suppression:
    return Suppression._make((*mark[:3], _day(mark[3]), *mark[4:]))


def _assessed(line: Packed) -> Assessed:
    return Assessed._make((*line[:-1], _day(line[-1])))


def _declarations(lines: Iterable[Packed]) -> tuple[Declaration, ...]:
    # There are tens of thousands: `_make` would take twice the time.
    return tuple([_new(Declaration, line) for line in lines])


def _each(unpack: Callable[[Any], Any]) -> Callable[[Iterable[Packed]], tuple[Any, ...]]:
    return lambda items: tuple(map(unpack, items))


_new = tuple.__new__
_PACKED: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("date", "effective", "next_review"), _day),
    "values": Values,
    "history": History,
    "declarations": _declarations,
    "faults": _each(unpack_fault),
    "attachments": _each(Attachment._make),
    "suppressions": _each(_suppression),
    "assessed": _each(_assessed),
    "health": _each(Statement._make),
    "wording": _each(Use._make),
}
"""How what a record keeps as plain data is read; what is not here is kept as it is."""
