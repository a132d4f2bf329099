"""A table of texts, how a person finds each of its cells, and what is wrong with them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qmtool.errors import UsageError
from qmtool.model.text import Text, say

MAX_FAULTS = 20


class Unread(str):
    """What stands in a cell that gives no value: a formula never computed, or an error."""

    __slots__ = ()


class Faults:
    """What is wrong with a file, cell by cell."""

    def __init__(self) -> None:
        self.found: list[Text] = []

    def add(self, place: Text, message: Text, fix: Text | None = None) -> None:
        """Note what is wrong at *place*."""
        if fix is None:
            self.found.append(say("{path}: {message}", path=place, message=message))
        else:
            told = say("{path}: {message}. {fix}", path=place, message=message, fix=fix)
            self.found.append(told)

    def stop(self) -> None:
        """Raise UsageError with every fault, if there is one."""
        more = len(self.found) - MAX_FAULTS
        if more > 0:
            raise UsageError([*self.found[:MAX_FAULTS], say("and {count} more", count=more)])
        if self.found:
            raise UsageError(self.found)


@dataclass(frozen=True)
class Grid:
    """The rows of one *sheet* of a *file*, or of a CSV file, and which of them is the *header*."""

    file: str
    sheet: str
    rows: Sequence[Sequence[str]]
    header: int = 0

    @property
    def headers(self) -> Sequence[str]:
        """Return the cells of the header."""
        return self.rows[self.header]

    def cell(self, row: int, column: int) -> str:
        """Return what stands in a cell, counted from 0; beyond the end of a row, nothing."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def name_of(self, column: int) -> str:
        """Return the header of *column*, its letter where it has none."""
        return self.cell(self.header, column).strip() or letters(column)

    def below(self) -> Iterator[int]:
        """Yield the rows under the header that are not blank."""
        for row in range(self.header + 1, len(self.rows)):
            if any(cell.strip() for cell in self.rows[row]):
                yield row

    def place(self, row: int, column: int | None = None) -> Text:
        """Return where a cell, or else a row, stands, as a person finds it."""
        if self.sheet:
            values = (("file", self.file), ("sheet", self.sheet), ("row", row + 1))
            first = (("column", letters(column or 0)),)
            return Text("{file}, {sheet}!{column}{row}", (*values, *first))
        line = self._lines[row]
        if column is None:
            return Text("{file}:{line}", (("file", self.file), ("line", line)))
        name = self.name_of(column)
        return say("{file}:{line}, column {name}", file=self.file, line=line, name=name)

    @cached_property
    def _lines(self) -> list[int]:
        """Return the line of the file on which each row begins: a cell may hold line breaks."""
        line, found = 1, []
        for row in self.rows:
            found.append(line)
            line += 1 + sum(cell.count("\n") for cell in row)
        return found

    def text(self, row: int, column: int, faults: Faults) -> str:
        """Return the text of a cell; note a fault where it gives none."""
        cell = self.cell(row, column)
        if isinstance(cell, Unread):
            if cell.startswith("="):
                message = say("the formula has no computed value")
            else:
                message = say("the cell holds the error {value}", value=str(cell))
            fix = say("Open the file in a spreadsheet program, mend the cell and save it again.")
            faults.add(self.place(row, column), message, fix)
            return ""
        return cell


def letters(column: int) -> str:
    """Return the letters of a column counted from 0, as spreadsheets name it: A, Z, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
