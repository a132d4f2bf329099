"""From the rows of a foreign spreadsheet to the chapters of a referential."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from qmtool.model import flat
from qmtool.model.text import Text, say
from qmtool.repository.importing.columns import (
    ASKS,
    CHAPTER,
    DEPTH,
    ID,
    PARENT,
    TITLE,
    Words,
    meaning,
)
from qmtool.repository.importing.foreign import tidy
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.importing.imported import Renamed
from qmtool.repository.importing.outline import Tally, identifier, titled
from qmtool.repository.importing.table_lines import Line, chapter_of, heading, requirement
from qmtool.repository.schema import Flaw, Validator, load_schema

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}")

MAX_ID = 80
MAX_LEVELS = 20


@cache
def _validator() -> Validator:
    schema = load_schema("chapter")
    return Validator({**schema["properties"]["requirements"]["items"], "$defs": schema["$defs"]})


def _flaws(data: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what the schema refuses in *data*: any text and any list of known words will do."""
    scalars = {key: value for key, value in data.items() if not isinstance(value, dict | list)}
    if scalars:
        yield from _validator().flaws({ID: "1", **scalars})


@dataclass
class Table:
    """The rows of one *grid*, whose *columns* fill keys; what is wrong goes to *faults*.

    *known* holds the ids of the referential that the file completes.
    """

    grid: Grid
    columns: Mapping[str, int]
    language: str
    words: Words
    numbers_missing_ids: bool
    faults: Faults
    tally: Tally
    known: frozenset[str]
    renamed: list[Renamed] = field(default_factory=list)

    def chapters(self) -> list[dict[str, Any]]:
        """Return the chapters, or raise UsageError with every fault."""
        lines = list(self._lines())
        by_id = self._identified(lines)
        self._placed(lines, by_id)
        self._number(lines, by_id)
        self._unwound(lines)
        self.faults.stop()
        if not lines:
            place = self.grid.place(self.grid.header)
            self.faults.add(place, say("no requirement stands below the header"))
            self.faults.stop()
        for line in lines:
            if line.above:
                line.above.groups = True
        found = list(self._grouped(lines, by_id))
        self.faults.stop()
        return found

    def _place(self, row: int, key: str) -> Text:
        """Return where the cell of *row* stands that fills *key*, or a part of it."""
        near = (n for one, n in self.columns.items() if one == key or one.startswith(f"{key}."))
        return self.grid.place(row, next(near, self.columns.get(ID, 0)))

    # Rows.

    def _lines(self) -> Iterator[Line]:
        """Yield the rows that say something in a column that counts."""
        chapter = ""
        for row in self.grid.below():
            if self.grid.rows[row] == self.grid.headers:
                self.tally.add(say("repeated header lines"))
                continue
            texts = {key: self.grid.text(row, n, self.faults) for key, n in self.columns.items()}
            cells = {key: tidy(text) for key, text in texts.items()}
            chapter = cells.pop(CHAPTER, "") or chapter
            if any(cells.values()):
                line = self._line(row, cells)
                line.chapter = chapter
                yield line

    def _line(self, row: int, cells: dict[str, str]) -> Line:
        """Return the line that the *cells* of a row make."""
        line = Line(row, cells.pop(ID, ""), {}, parent=cells.pop(PARENT, ""))
        depth = cells.pop(DEPTH, "0") or "0"
        if depth.isascii() and depth.isdigit() and len(depth) < 4:
            line.depth = int(depth)
        else:
            message = say("the depth {value} is not a whole number", value=depth)
            self.faults.add(self._place(row, DEPTH), message)
        for key, cell in cells.items():
            value, fault, fix = meaning(key, cell, self.words)
            if fault is not None:
                self.faults.add(self._place(row, key), fault, fix)
            elif value is not None:
                flat.put(line.data, flat.path_of(key), value)
        for flaw in _flaws(line.data):
            self.faults.add(self._place(row, str(flaw.path[0])), flaw.message, flaw.fix)
        names, texts = line.data.pop(TITLE, {}), line.data.pop(ASKS, {})
        line.asks_only = bool(texts and not names)
        line.completes = identifier(line.written.rstrip(".")) in self.known
        title, asks = titled(names, texts, {})
        if line.completes and not names:
            title, asks = {}, texts
        if title or asks or (line.completes and line.data):
            found = {TITLE: title, ASKS: asks}
            line.data |= {key: value for key, value in found.items() if value}
        else:
            message = say(
                "the line {id} has neither a title nor a text", id=line.written or row + 1
            )
            self.faults.add(self._place(row, TITLE), message)
        return line

    # Ids.

    def _identified(self, lines: Sequence[Line]) -> dict[str, Line]:
        """Give the lines their ids, as written where an id can be so; return them by id."""
        found: dict[str, Line] = {}
        for line in lines:
            place = self._place(line.row, ID)
            if not line.written:
                if not self.numbers_missing_ids:
                    fix = say("Give it one, or write missing_ids: number in a mapping file.")
                    self.faults.add(place, say("the line has no id"), fix)
                continue
            if _DAY.fullmatch(line.written):
                message = say(
                    "the id {id} is a day: a number such as 7.1 became one", id=line.written
                )
                fix = say("Give the column the format Text and write the number again.")
                self.faults.add(place, message, fix)
                continue
            line.identifier = self._cleaned(line, place)
            if line.identifier:
                self._kept(line, found, place)
        return found

    def _cleaned(self, line: Line, place: Text) -> str:
        given = identifier(line.written.rstrip("."))
        if len(given) > MAX_ID:
            message = say("{name} is longer than {limit} characters", name=ID, limit=MAX_ID)
            self.faults.add(place, message)
            return ""
        if not given:
            message = say("the id {id} has no letter and no digit", id=line.written)
            self.faults.add(place, message)
        elif given != line.written:
            self.renamed.append(Renamed(line.written, given))
        return given

    def _kept(self, line: Line, found: dict[str, Line], place: Text) -> None:
        first = found.setdefault(line.identifier, line)
        if first is line:
            return
        where = self._place(first.row, ID)
        if first.written == line.written:
            message = say("the id {id} stands twice (first in {file})", id=line.written, file=where)
        else:
            message = say(
                "{id} and {other} ({place}) both become the id {given}",
                id=line.written,
                other=first.written,
                place=where,
                given=line.identifier,
            )
        self.faults.add(place, message)

    def _number(self, lines: Sequence[Line], by_id: dict[str, Line]) -> None:
        """Give an id of our own to each line that has none, if the mapping asks for that."""
        last: Counter[str] = Counter()
        for line in lines:
            if line.written or not self.numbers_missing_ids:
                continue
            start = f"{heading(line.chapter)[0]}." if line.chapter else ""
            start = f"{line.above.identifier}." if line.above else start
            last[start] += 1
            while (given := f"{start}{last[start]}") in by_id or given in self.known:
                last[start] += 1
            line.identifier = given
            line.data["official"] = False
            by_id[given] = line
            self.renamed.append(Renamed(next(iter(line.data.get(TITLE, {"": ""}).values())), given))

    # What stands under what.

    def _placed(self, lines: Sequence[Line], by_id: Mapping[str, Line]) -> None:
        """Find the line above each: by the column for it, by depth, or by the parts of the id."""
        stack: list[Line] = []
        for line in lines:
            if DEPTH in self.columns:
                while stack and stack[-1].depth >= line.depth:
                    stack.pop()
                line.above = stack[-1] if stack else None
                stack.append(line)
            elif PARENT in self.columns:
                line.above = self._named(line, by_id)
            else:
                cuts = [one.start() for one in re.finditer(r"[.-]", line.identifier)]
                starts = [line.identifier[:cut] for cut in reversed(cuts)]
                line.above = next((by_id[one] for one in starts if one in by_id), None)
                if line.above is None:
                    line.outside = next((one for one in starts if one in self.known), "")

    def _named(self, line: Line, by_id: Mapping[str, Line]) -> Line | None:
        parent = identifier(line.parent.rstrip("."))
        if not line.parent or (line.chapter and parent == heading(line.chapter)[0]):
            return None
        if parent in self.known and parent not in by_id:
            line.outside = parent
        elif parent not in by_id:
            message = say(
                "{id}: the parent {parent} is not known", id=line.written, parent=line.parent
            )
            self.faults.add(self._place(line.row, PARENT), message)
        return by_id.get(parent)

    def _unwound(self, lines: Sequence[Line]) -> None:
        """Note the lines that stand below themselves or too deep, and take them from there."""
        levels: dict[Line, int] = {}
        for line in lines:
            chain: dict[Line, None] = {}
            one: Line | None = line
            while one and one not in levels and one not in chain:
                chain[one] = None
                one = one.above
            if one in chain:
                message = say("{id}: it stands below itself", id=line.identifier)
                self.faults.add(self._place(line.row, PARENT), message)
                line.above = None
            for one in reversed(chain):
                levels[one] = levels[one.above] + 1 if one.above in levels else 1
            if levels[line] > MAX_LEVELS:
                message = say("nested more than {limit} levels deep", limit=MAX_LEVELS)
                self.faults.add(self._place(line.row, ID), message)
                line.above, levels[line] = None, 1

    # Chapters.

    def _grouped(
        self, lines: Sequence[Line], by_id: Mapping[str, Line]
    ) -> Iterator[dict[str, Any]]:
        """Yield the chapters, in the order in which the lines begin them."""
        found: dict[str, dict[str, Any]] = {}
        names: dict[str, str] = {}
        for line in lines:
            top = line.top
            chapter, source = chapter_of(line, top, by_id, self.language)
            if names.setdefault(chapter["id"], source) != source:
                message = say(
                    "the chapters {first} and {second} both become {id}",
                    first=names[chapter["id"]],
                    second=source,
                    id=chapter["id"],
                )
                self.faults.add(self._place(line.row, CHAPTER), message)
            kept = found.setdefault(chapter["id"], chapter)
            if chapter["id"] != line.identifier:
                above = line.above.identifier if line.above else line.outside or chapter["id"]
                kept["requirements"].append(requirement(line, above))
        yield from found.values()
