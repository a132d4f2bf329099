"""The workbooks in which CISO Assistant libraries are written, read as the library they become.

The sheet `library_meta` tells of the library; every other object has a sheet `*_meta` of keys and
values, and a sheet `*_content` of rows. URNs are made as CISO Assistant's own converter does.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from qmtool.model.text import Text, say
from qmtool.repository.importing import ciso
from qmtool.repository.importing.ciso_texts import tail
from qmtool.repository.importing.foreign import Part, flaw
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.outline import Tally, plain
from qmtool.repository.importing.workbook import besides, sheets
from qmtool.repository.library import Library
from qmtool.repository.yaml_events import Path

LIBRARY = "library_meta"

_META, _CONTENT = "_meta", "_content"
_TRANSLATION = re.compile(r"(\w+)\[(\w+)\]")
_TRANSLATIONS = "translations"
_FRAMEWORKS, _SCALES = "frameworks", "scores"
_PLURALS = {"framework": _FRAMEWORKS, "requirement_mapping_set": "requirement_mapping_sets"}
_FRAMEWORK_COLUMNS = ("assessable", "depth", "ref_id")
_MAPPING_COLUMNS = ("source_node_id", "target_node_id", "relationship")

Keys = dict[str, Any]
"""The keys of an object as its YAML would hold them, translations in a group of their own."""


def is_library(found: Mapping[str, object]) -> bool:
    """Return whether the workbook whose sheets are *found* is a library of CISO Assistant."""
    return LIBRARY in found


def read(data: bytes, shown: str, wish: Wish, library: Library) -> Imported:
    """Return the framework and the mapping sets of a workbook; *library* knows the others."""
    tally = Tally()
    book = _Book(shown, sheets(data, shown))
    if not is_library(book.sheets):
        raise flaw(shown, say("the sheet {name} is missing", name=LIBRARY))
    root = {**book.keys(LIBRARY, ()), "objects": _objects(book)}
    book.faults.stop()
    if root.pop("type", "") != "library":
        raise flaw(f"{shown}, {LIBRARY}", say("{key} is missing", key="type: library"))
    for name in book.sheets:
        if not name.endswith((_META, _CONTENT)):
            tally.add(say("sheets that describe the workbook"), name)
    found = ciso.imported(Part(root, (), book.place), wish, library, tally)
    found.left_out += besides(data)
    return found


class _Book:
    """The sheets of a workbook, and the place of everything that was read of them."""

    def __init__(self, shown: str, found: Mapping[str, list[list[str]]]) -> None:
        self.shown = shown
        self.sheets = found
        self.places: dict[Path, Text] = {}
        self.faults = Faults()

    def place(self, path: Path) -> object:
        """Return the cell of *path*, or of the nearest above it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, self.shown)

    def keys(self, sheet: str, path: Path) -> Keys:
        """Return the keys and values of a `_meta` sheet, as the object at *path*."""
        grid = Grid(self.shown, sheet, self.sheets[sheet], header=-1)
        found: Keys = {}
        for row in grid.below():
            key = grid.cell(row, 0).strip().lower()
            self._put(found, key, grid.text(row, 1, self.faults), path, grid.place(row, 1))
        return found

    def rows(self, sheet: str, path: Path, columns: Sequence[str] = ()) -> list[Keys]:
        """Return the rows of a `_content` sheet, which has *columns*, as the list at *path*."""
        if sheet not in self.sheets:
            raise flaw(self.shown, say("the sheet {name} is missing", name=sheet))
        grid = Grid(self.shown, sheet, self.sheets[sheet] or [[]])
        names = [name.strip().lower() for name in grid.rows[0]]
        for name in names:
            if name and names.count(name) > 1:
                message = say("the column {name} stands twice", name=name)
                raise flaw(grid.place(0, names.index(name)), message)
        missing = [name for name in columns if name not in names]
        if missing:
            raise flaw(grid.place(0, 0), say("the column {name} is missing", name=missing[0]))
        found: list[Keys] = []
        for row in grid.below():
            one: Keys = {}
            inside = (*path, len(found))
            self.places[inside] = grid.place(row, 0)
            for column, name in enumerate(names):
                text = grid.text(row, column, self.faults)
                self._put(one, name, text, inside, grid.place(row, column))
            found.append(one)
        return found

    def _put(self, keys: Keys, name: str, text: str, path: Path, place: Text) -> None:
        """Put *text* under *name* in *keys*: `name[fr]` is a translation."""
        translated = _TRANSLATION.fullmatch(name)
        if translated:
            path = (*path, _TRANSLATIONS, translated[2])
            keys = keys.setdefault(_TRANSLATIONS, {}).setdefault(translated[2], {})
            name = translated[1]
        elif name == _TRANSLATIONS:
            name = f"{name}[]"  # it tells no language: counted as any other unknown key
        if name:
            self.places[(*path, name)] = place
            keys[name] = text.strip()


def _objects(book: _Book) -> Keys:
    """Return the objects of the workbook by kind, as lists."""
    names = [name.removesuffix(_META) for name in book.sheets if name.endswith(_META)]
    names.remove(LIBRARY.removesuffix(_META))
    metas = {name: book.keys(f"{name}{_META}", ("sheets", name)) for name in names}
    kinds = {name: meta.get("type") or name for name, meta in metas.items()}
    scales = {metas[name].get("name", name): name for name in names if kinds[name] == _SCALES}
    used = {scales.get(metas[name].get("scores_definition", "")) for name in names}
    found: Keys = {}
    for name in names:
        kind = kinds[name]
        if kind in _PLURALS:
            kind = _PLURALS[kind]
            path: Path = ("objects", kind, len(found.setdefault(kind, [])))
            read = _framework(book, name, path, scales) if kind == _FRAMEWORKS else None
            found[kind].append(read or _mapping(book, name, path))
        elif kind != _SCALES or name not in used:
            found.setdefault(kind, []).extend(book.rows(f"{name}{_CONTENT}", ("objects", kind)))
    return found


def _framework(book: _Book, name: str, path: Path, scales: Mapping[str, str]) -> Keys:
    """Return the framework of the sheets called *name*, as the object at *path*."""
    found = book.keys(f"{name}{_META}", path)
    found.pop("type", None)
    scale = found.get("scores_definition", "")
    if scale:
        inside = (*path, "scores_definition")
        if scale not in scales:
            raise flaw(book.place(inside), say("no scale is called {name}", name=scale))
        found["scores_definition"] = book.rows(f"{scales[scale]}{_CONTENT}", inside)
    base = found.pop("base_urn", "") or f"urn:x:risk:req_node:{tail(found.get('urn', ''))}"
    path = (*path, "requirement_nodes")
    rows = book.rows(f"{name}{_CONTENT}", path, _FRAMEWORK_COLUMNS)
    _add_urns(book, rows, base, path)
    found["requirement_nodes"] = rows
    return found


def _add_urns(book: _Book, rows: list[Keys], base: str, path: Path) -> None:
    """Give each of *rows* its URN and that of its parent, by their depths."""
    parents: dict[int, str] = {}
    counts: dict[int, int] = {}
    above, urn = 0, ""
    for n, row in enumerate(rows):
        depth = _depth(book, row, (*path, n, "depth"), above)
        if depth == above + 1:
            parents[depth], counts[depth] = urn, 1
        urn = _urn(row, base, parents[depth], counts[depth])
        if not (row.get("urn_id") or row["ref_id"]):
            counts[depth] += 1
        book.places[(*path, n, "urn")] = book.places[(*path, n, "ref_id")]
        book.places[(*path, n, "parent_urn")] = book.places[(*path, n, "depth")]
        row["urn"], row["parent_urn"] = urn, parents[depth]
        row.pop("urn_id", None)
        row["assessable"] = _flag(book, row["assessable"], (*path, n, "assessable"))
        above = depth


def _depth(book: _Book, row: Keys, path: Path, above: int) -> int:
    """Return the depth of *row*, at most one more than that of the row *above*."""
    text = row["depth"]
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= above + 1):
        message = say(
            "the depth {depth} is none of 1 to {limit}", depth=text or "–", limit=above + 1
        )
        raise flaw(book.place(path), message)
    return int(text)


def _flag(book: _Book, text: str, path: Path) -> str:
    """Return what `x` or an empty cell means."""
    if text.lower() not in ("x", ""):
        raise flaw(book.place(path), say("{value} is neither x nor nothing", value=text))
    return "true" if text else "false"


def _urn(row: Keys, base: str, parent: str, count: int) -> str:
    """Return the URN of *row*, the line *count* without a number under *parent*."""
    if row.get("urn_id"):
        return f"{base}:{row['urn_id']}"
    if row["ref_id"]:
        return f"{base}:{_cleaned(row['ref_id'])}"
    if parent:
        return f"{parent}:{count}"
    return f"{base}:{_cleaned(row['name'])}" if row.get("name") else f"{base}:node{count}"


def _cleaned(text: str) -> str:
    """Return *text* as the end of a URN."""
    return re.sub(r"[^a-z0-9_\-.\[\]():]", "_", plain(text).lower().replace(" ", "-"))


def _mapping(book: _Book, name: str, path: Path) -> Keys:
    """Return the mapping set of the sheets called *name*, as the object at *path*."""
    found = book.keys(f"{name}{_META}", path)
    found.pop("type", None)
    path = (*path, "requirement_mappings")
    rows = book.rows(f"{name}{_CONTENT}", path, _MAPPING_COLUMNS)
    for end in ("source", "target"):
        base = found.pop(f"{end}_node_base_urn", "")
        for n, row in enumerate(rows):
            node = row.pop(f"{end}_node_id").lower().replace(" ", "-")
            key = f"{end}_requirement_urn"
            book.places[(*path, n, key)] = book.places[(*path, n, f"{end}_node_id")]
            row[key] = f"{base}:{node}" if node else ""
    found["requirement_mappings"] = rows
    return found
