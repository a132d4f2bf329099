"""The tables that `qm ref export` writes, read again: the same referential, key by key."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from qmtool.model import flat
from qmtool.model.advice import nearest
from qmtool.model.glossary import folded
from qmtool.model.text import Text, say
from qmtool.repository.importing.columns import known_words, position
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.referentials import Sheet, unsound
from qmtool.repository.schema import Validator, load_schema

HEAD, CHAPTER, REQUIREMENT = "referential", "chapter", "requirement"
HEAD_SHEET, SHEET = "referential", "requirements"
ROW, ID, PARENT, KEY, VALUE = "row", "id", "parent", "key", "value"
REQUIREMENTS = "requirements"


class Shape(NamedTuple):
    """The schema of one sort of row, and what checks it."""

    schema: flat.Schema
    validator: Validator


@cache
def _shapes() -> Mapping[str, Shape]:
    """Return the shape of a row that is a chapter, and of one that is a requirement."""
    whole = load_schema("chapter")
    keys = {key: one for key, one in whole["properties"].items() if key != REQUIREMENTS}
    needed = [key for key in whole["required"] if key != REQUIREMENTS]
    schemas = {
        CHAPTER: {**whole, "properties": keys, "required": needed},
        REQUIREMENT: {**whole["properties"][REQUIREMENTS]["items"], "$defs": whole["$defs"]},
    }
    return {kind: Shape(schema, Validator(schema)) for kind, schema in schemas.items()}


def is_own(head: Grid, grid: Grid) -> bool:
    """Return whether two grids, which may be the same, are an export of `qm`."""
    keys = (ROW, ID, VALUE) if head is grid else (KEY, VALUE)
    return _has(head, *keys) and _has(grid, ROW, ID)


def _has(grid: Grid, *keys: str) -> bool:
    return all(position(grid.headers, key) is not None for key in keys)


@dataclass
class OwnTable:
    """The *grid* of chapters and requirements, and that of the *head*, which may be the same."""

    grid: Grid
    head: Grid
    faults: Faults
    head_rows: dict[flat.Path, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        def column(grid: Grid, key: str) -> int:
            found = position(grid.headers, key)
            return 0 if found is None else found

        self.shared = self.head is self.grid
        self.row, self.id = column(self.grid, ROW), column(self.grid, ID)
        self.key = self.id if self.shared else column(self.head, KEY)
        self.value = column(self.head, VALUE)
        self.columns = self._columns()

    def _columns(self) -> dict[str, int]:
        """Return the columns of the chapters and requirements by the key that they hold."""
        found: dict[str, int] = {}
        for n, header in enumerate(self.grid.headers):
            key = header.strip()
            path = flat.path_of(key)
            if any(flat.at(path, one.schema) is not None for one in _shapes().values()):
                if key in found:
                    message = say("the column {name} stands twice", name=key)
                    self.faults.add(self.grid.place(self.grid.header, n), message)
                found[key] = n
        return found

    def used(self, grid: Grid) -> set[int]:
        """Return the columns of *grid* that are read."""
        found = {self.key, self.value} if grid is self.head else set()
        return found | ({self.row, *self.columns.values()} if grid is self.grid else set())

    # The head.

    def referential(self) -> dict[str, Any]:
        """Return the keys of the head; what is wrong is noted."""
        schema = load_schema("referential")
        head: dict[str, Any] = {}
        for row in self._rows_of_head():
            key = self.head.text(row, self.key, self.faults).strip()
            cell = self.head.text(row, self.value, self.faults)
            path = flat.path_of(key)
            shape = flat.at(path, schema)
            if shape is None or key == "chapters":
                fix = nearest(key, schema["properties"])
                message = say("unknown key {key}", key=key)
                self.faults.add(self.head.place(row, self.key), message, fix)
            elif cell and not flat.put(head, path, _read(cell, shape)):
                self.faults.add(self.head.place(row, self.key), self._no_room(key, path))
            self.head_rows.setdefault(path, row)
        return head

    def _no_room(self, key: str, path: flat.Path) -> Text:
        if path in self.head_rows:
            where = self.head.place(self.head_rows[path], self.key)
            return say("the key {key} stands twice (first in {place})", key=key, place=where)
        return say("the key {key} does not follow the ones above it", key=key)

    def _rows_of_head(self) -> Iterator[int]:
        for row in self.head.below():
            if not self.shared or folded(self.grid.cell(row, self.row)) == HEAD:
                yield row

    def place_of(self, path: flat.Path) -> Text:
        """Return where the head says what stands at *path*, or else its header."""
        near = (row for one, row in self.head_rows.items() if one[: len(path)] == path)
        row = next(near, self.head.header) if path else self.head.header
        return self.head.place(row, self.value)

    # The chapters.

    def chapters(self) -> list[dict[str, Any]]:
        """Return the chapters with their requirements; what is wrong is noted."""
        found: list[dict[str, Any]] = []
        rows: dict[str, int] = {}
        for row in self.grid.below():
            written = self.grid.text(row, self.row, self.faults)
            kind = folded(written)
            place = self.grid.place(row, self.row)
            if kind == HEAD and self.shared:
                continue
            if kind not in _shapes():
                message = say("{value} is no sort of row", value=written or "–")
                self.faults.add(place, message, say("Write chapter or requirement."))
                continue
            value = self._value(row, kind)
            self._once(value.get(ID, ""), row, rows)
            if kind == CHAPTER:
                found.append({**value, REQUIREMENTS: []})
            elif found:
                found[-1][REQUIREMENTS].append(value)
            else:
                message = say("the requirement stands before the first chapter")
                self.faults.add(place, message, say("Put the row of its chapter above it."))
        if not self.faults.found:
            for identifier, message in unsound(Sheet({}, tuple(found))):
                place = self.grid.place(rows[identifier], self.columns.get(PARENT, self.id))
                self.faults.add(place, message)
        return found

    def _once(self, identifier: str, row: int, rows: dict[str, int]) -> None:
        """Note the *row* whose id another one has."""
        first = rows.setdefault(identifier, row)
        if identifier and first != row:
            where = self.grid.place(first, self.id)
            message = say("the id {id} stands twice (first in {file})", id=identifier, file=where)
            self.faults.add(self.grid.place(row, self.id), message)

    def _value(self, row: int, kind: str) -> dict[str, Any]:
        """Return the chapter or the requirement of a row; note what its schema refuses."""
        shape = _shapes()[kind]
        value: dict[str, Any] = {}
        for key, column in self.columns.items():
            cell = self.grid.text(row, column, self.faults)
            path = flat.path_of(key)
            leaf = flat.at(path, shape.schema)
            if cell and leaf is None:
                message = say("a chapter has no {key}", key=key)
                self.faults.add(self.grid.place(row, column), message)
            elif cell and leaf is not None:
                flat.put(value, path, _read(cell, leaf))
        for flaw in shape.validator.flaws(value):
            key = ".".join(part for part in flaw.path if isinstance(part, str))
            near = (n for one, n in self.columns.items() if f"{one}.".startswith(f"{key}."))
            place = self.grid.place(row, next(near, self.id) if key else self.id)
            self.faults.add(place, flaw.message, flaw.fix)
        return value


def _read(cell: str, shape: flat.Schema) -> Any:
    """Return the value of *cell*; a spreadsheet program may have made TRUE or VRAI of true."""
    if shape.get("type") == "boolean":
        words = known_words()["values"]["booleans"]
        cell = next((value for value, ones in words.items() if folded(cell) in ones), cell)
    return flat.read(cell, shape)
