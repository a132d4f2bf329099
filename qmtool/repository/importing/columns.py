"""What the columns of a spreadsheet are, by their headers, and what stands in their cells."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from qmtool.model import flat
from qmtool.model.advice import nearest
from qmtool.model.glossary import folded
from qmtool.model.label import LANGUAGES
from qmtool.model.referential import ENTITIES
from qmtool.model.text import Text, listing, say
from qmtool.repository.importing.foreign import tidy
from qmtool.repository.library import read_shipped
from qmtool.repository.schema import load_schema

ID, PARENT, CHAPTER, DEPTH = "id", "parent", "chapter", "depth"
TITLE, ASKS = "title", "asks"

_EVIDENCE = ("described_by", "proven_by", "usual")
_MONTHS = re.compile(r"([0-9]{1,4})\s*(?:m|mois|months?)?", re.IGNORECASE)

MAX_HEADER = 200
"""A longer cell is no header."""

Words = Mapping[str, Mapping[str, str]]
"""For a column, what stands in its cells and the value that it means."""


@cache
def shapes() -> Mapping[str, flat.Schema]:
    """Return what a requirement may hold: the schema of each value by its dotted key."""
    schema = load_schema("chapter")
    return dict(flat.leaves(schema["properties"]["requirements"]["items"], schema))


@cache
def known_words() -> Mapping[str, Any]:
    """Return the shipped names of columns and of values."""
    return read_shipped("templates", "_import/columns.yaml")


def position(cells: Sequence[str], header: str) -> int | None:
    """Return which of *cells* is *header*, None if none is."""
    wanted = folded(header)
    for n, cell in enumerate(cells):
        if cell.strip() == header.strip() or (wanted and folded(cell[:MAX_HEADER]) == wanted):
            return n
    return None


def key_of(column: str, language: str) -> str:
    """Return the key that *column* fills: a text that tells no language is in *language*."""
    return f"{column}.{language}" if f"{column}.{language}" in shapes() else column


def matched(
    cells: Sequence[str], wanted: Mapping[str, str], ignored: Sequence[str], language: str
) -> dict[str, int]:
    """Return which of the header *cells* fills which key.

    *wanted* names headers by column and goes before what qm recognises; *ignored* are left alone.
    """
    found = {}
    for column, header in wanted.items():
        n = position(cells, header)
        if n is not None:
            found[key_of(column, language)] = n
    taken = {*found.values(), *(position(cells, header) for header in ignored)}
    seen = _seen(cells)
    for column, names in known_words()["columns"].items():
        for code in (*LANGUAGES, ""):
            key = key_of(column, code or language)
            if key in found or (code and key == column):
                continue
            free = (seen[name, code] for name in names if (name, code) in seen)
            n = next((one for one in free if one not in taken), None)
            if n is not None:
                found[key] = n
                taken.add(n)
    return found


def _seen(cells: Sequence[str]) -> dict[tuple[str, str], int]:
    """Return where each header stands, by its words and by the language that it tells."""
    codes = {
        folded(name): code for code, names in known_words()["languages"].items() for name in names
    }
    seen: dict[tuple[str, str], int] = {}
    for n, cell in enumerate(cells):
        words = folded(cell[:MAX_HEADER])
        start, _, last = words.rpartition(" ")
        seen.setdefault((words, ""), n)
        if last in codes:
            seen.setdefault((start, codes[last]), n)
    return seen


# What stands in the cells.


class Meaning(NamedTuple):
    """The value of a cell, None if it says nothing; or what is wrong with it, and how to mend."""

    value: Any
    fault: Text | None = None
    fix: Text | None = None


def meaning(key: str, cell: str, words: Words) -> Meaning:
    """Return what *cell* means in the column that fills *key*."""
    shape = shapes()[key]
    own = words.get(key) or words.get(key.rpartition(".")[0]) or {}
    text = _replaced(tidy(cell), own)
    types = shape.get("type", ())
    if not text:
        return Meaning(None)
    if "string" in types and "enum" not in shape:
        return Meaning(text)
    if folded(text) in map(folded, known_words()["values"]["nothing"]) or not folded(text):
        return Meaning(None)
    if "array" in types:
        return _listed(key, text, own)
    months = _MONTHS.fullmatch(text) if "integer" in types else None
    if months:
        return Meaning(int(months[1]))
    name = "booleans" if "boolean" in types else key
    usual = known_words()["values"].get(name, {})
    said = {one: value for value, ones in usual.items() for one in ones}
    return Meaning(flat.read(_replaced(text, said), shape))


def _replaced(text: str, words: Mapping[str, str]) -> str:
    """Return what *words* say that *text* means, *text* itself where they say nothing."""
    if text in words:
        return words[text]
    wanted = folded(text)
    return next((value for one, value in words.items() if wanted and wanted == folded(one)), text)


def _listed(key: str, text: str, own: Mapping[str, str]) -> Meaning:
    """Return the words of a vocabulary that a cell lists, by their ids or by their names."""
    known = _vocabulary(key)
    found: list[str] = []
    for piece in _pieces(text, known, own):
        name = known.get(folded(_replaced(piece, own)))
        if name is None:
            ids = list(dict.fromkeys(known.values()))
            fix = nearest(piece, ids) or say("Known: {known}.", known=listing(ids))
            if key in _EVIDENCE:
                return Meaning(None, say("{code} is no evidence class", code=piece), fix)
            short_key = key.rpartition(".")[2]
            fault = say("{name} is none of the known {key}", name=piece, key=short_key)
            return Meaning(None, fault, fix)
        found.append(name)
    return Meaning(list(dict.fromkeys(found)))


def _pieces(text: str, known: Mapping[str, str], own: Mapping[str, str]) -> Iterator[str]:
    """Yield what *text* lists: parts between commas, and their words where a part is no name."""
    for part in re.split(r"[,;/|\n]", text):
        piece = part.strip()
        if folded(_replaced(piece, own)) in known:
            yield piece
        else:
            yield from piece.split()


@cache
def _vocabulary(key: str) -> Mapping[str, str]:
    """Return the ids that the list *key* may hold, by every name they have."""
    name = "evidence" if key in _EVIDENCE else key.rpartition(".")[2]
    if name == "entities":
        return {folded(one): one for one in ENTITIES}
    found: dict[str, str] = {}
    for code, one in read_shipped("templates", f"_vocabulary/{name}.yaml").items():
        for spelling in (code, *one["label"].values()):
            found.setdefault(folded(spelling), code)
    return found
