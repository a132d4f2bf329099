"""Records: what is kept of a parsed document, as plain data for the cache, and as a `Document`.

Reading a record needs neither the YAML nor the Markdown parser: a run in which nothing changed
imports none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Fault
from qmtool.model.document import (
    Attachment,
    Declaration,
    Document,
    HistoryRow,
    OnPaper,
    Statement,
    Suppression,
    Use,
)
from qmtool.model.kind import Kind
from qmtool.model.text import Text

FORMAT = 7
"""The version of what `parse` returns; a change of it empties the cache."""

Parsed = dict[str, Any]
Mark = tuple[Any, ...]


def _pack(text: Text | None) -> Any:
    if text is None:
        return None
    values = [
        (key, ("text", _pack(value)) if isinstance(value, Text) else ("plain", value))
        for key, value in text.values
    ]
    return text.message, values


def _unpack(packed: Any) -> Text | None:
    if packed is None:
        return None
    message, values = packed
    return Text(
        message,
        tuple((key, _unpack(value) if form == "text" else value) for key, (form, value) in values),
    )


def pack_fault(fault: Fault) -> tuple[Any, ...]:
    """Return *fault* as plain data."""
    return (*fault[:3], _pack(fault.message), _pack(fault.fix))


def unpack_fault(packed: tuple[Any, ...]) -> Fault:
    """Return the fault that `pack_fault` gave."""
    rule, line, column, message, fix = packed
    return Fault(rule, line, column, _unpack(message) or Text(""), _unpack(fix))


@cache
def _day(text: str | None) -> Any:
    return parse_day(text) if text else None


def build(
    path: str, parsed: Parsed, kinds: Mapping[str, Kind], markers: Mapping[str, str]
) -> Document:
    """Return the document at *path* whose bytes gave *parsed*."""
    get = parsed.get
    kind = kinds.get(get("kind", ""))
    faults = get("faults", ()) + get("mark_faults", [])
    return Document(
        path=path,
        identifier=get("id", ""),
        title=get("title", ""),
        kind=get("kind", ""),
        process=get("process", ""),
        owner=get("owner", ""),
        sites=tuple(get("sites", ())),
        version=get("version", ""),
        status=get("status", ""),
        date=_day(get("date")),
        effective=_day(get("effective")),
        next_review=_day(get("next_review")),
        history=tuple(_row(row) for row in get("history", ())),
        attachments=tuple(Attachment(*one) for one in get("attachments", ())),
        declarations=_declarations(parsed, kind, markers),
        suppressions=tuple(_suppression(one) for one in suppressions_of(get("marks"))),
        anchors=tuple(get("anchors", ())),
        targets=tuple(get("targets", ())),
        outline=get("outline", b""),
        faults=tuple(map(unpack_fault, faults)),
        health=tuple(_statement(one) for one in get("health", ())),
        wording=tuple(map(Use._make, get("wording", ()))),
        codes=tuple(get("codes", ())),
        answers=get("answers", {}),
        digest=get("digest", ""),
        key_places=get("places", {}),
    )


def _row(row: tuple[Any, ...]) -> HistoryRow:
    *head, authors, approvers, summary, digest, reviewed, by, reviewers = row[:13]
    *tail, declared = row[13:]
    return HistoryRow._make(
        (
            *head,
            tuple(authors),
            tuple(approvers),
            *(summary, digest, reviewed, by),
            tuple(reviewers),
            *tail,
            tuple(map(OnPaper._make, declared)),
        )
    )


def _statement(packed: tuple[Any, ...]) -> Statement:
    line, column, titled, names = packed
    return Statement(line, column, titled, tuple(names))


def _suppression(mark: tuple[Any, ...]) -> Suppression:
    return Suppression._make((*mark[:3], _day(mark[3]), *mark[4:]))


def _declarations(
    parsed: Parsed, kind: Kind | None, markers: Mapping[str, str]
) -> tuple[Declaration, ...]:
    """Return what a document declares: by its front matter, its kind and its marks."""
    found = [
        Declaration(*_halves(written), line, column)
        for written, line, column in parsed.get("satisfies", ())
    ]
    line, column = parsed.get("places", {}).get("kind", (1, 1))
    found += [
        Declaration(*_halves(written), line, column) for written in (kind.satisfies if kind else ())
    ]
    found += declarations_of(parsed.get("marks"), markers)
    return tuple(found)


def _halves(written: str) -> tuple[str, str]:
    """Return the referential and the requirement of `iso-9001-2015:7.5.2`."""
    referential, _, requirement = written.partition(":")
    return referential.strip(), requirement.strip()


def suppressions_of(marks: Sequence[Mark] | None) -> Iterator[tuple[Any, ...]]:
    """Yield the plain fields of each suppression among *marks*."""
    for mark in marks or ():
        if mark[0] == "allow":
            yield mark[1:]


def declarations_of(
    marks: Sequence[Mark] | None, markers: Mapping[str, str]
) -> Iterator[Declaration]:
    """Yield the declarations among *marks*; short marks only where *markers* knows their word."""
    for mark in marks or ():
        if mark[0] == "satisfies":
            _, items, line, column, section = mark
            for item in items:
                referential, _, requirement = item.partition(":")
                yield Declaration(referential.strip(), requirement.strip(), line, column, section)
        elif mark[0] == "short" and mark[1] in markers:
            _, word, items, line, column, section = mark
            for item in items:
                yield Declaration(markers[word], item, line, column, section, marker=True)
