"""The decisions of a management review, as its minutes hold them: tables with a row for each."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from qmtool.model.glossary import folded

DECISION, OWNER, DUE, OUTPUT, ACTION = "decision", "owner", "due_date", "output", "action"
OUTPUTS = ("a", "b", "c")

_HEADS: Mapping[str, str] = {
    **dict.fromkeys(("decision", "decisions"), DECISION),
    **dict.fromkeys(("owner", "pilote", "responsable"), OWNER),
    **dict.fromkeys(("due date", "due", "echeance", "delai"), DUE),
    **dict.fromkeys(("output", "sortie", "element de sortie"), OUTPUT),
    "action": ACTION,
}
"""What heads a column, case and accents ignored, and what it holds."""

_FENCES = ("```", "~~~")


class Span(NamedTuple):
    """The text of a cell, and where it stands between its bars in its line."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Row:
    """A row of a table of decisions, at a *line* of the file, with its cells by column.

    *output* is the one that a column, else the heading above the table, names.
    """

    line: int
    output: str
    cells: Mapping[str, Span]

    def text(self, column: str) -> str:
        """Return what the row holds in *column*, nothing where there is no such column."""
        cell = self.cells.get(column)
        return cell.text if cell else ""

    @property
    def is_empty(self) -> bool:
        """Return whether nobody wrote anything in it."""
        return not any(one.text for key, one in self.cells.items() if key != OUTPUT)


def decision_rows(lines: Sequence[str]) -> Iterator[Row] | None:
    """Return the rows of the tables of decisions in *lines*, None where there is no such table."""
    tables = list(_tables(lines))
    if not tables:
        return None
    return (row for head, output, first in tables for row in _rows(lines, head, output, first))


def _tables(lines: Sequence[str]) -> Iterator[tuple[list[str], str, int]]:
    """Yield the columns of each table, the output that its heading names, and its first row."""
    output, fence = "", ""
    for number, line in enumerate(lines):
        mark = line.lstrip()[:3]
        if mark in _FENCES:
            fence = "" if mark == fence else fence or mark
        if fence:
            continue
        if line.startswith("#"):
            output = _output_of(line)
        head = [_HEADS.get(folded(one.text), "") for one in cells(line)]
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if DECISION in head and OWNER in head and _is_rule(below):
            yield head, output, number + 2


def _output_of(heading: str) -> str:
    """Return the output that *heading* names: `### 9.3.3-a: …`."""
    _before, found, after = heading.replace("\\", "").partition("9.3.3-")
    return after[:1].lower() if found and after[:1].lower() in OUTPUTS else ""


def _is_rule(line: str) -> bool:
    return "-" in line and not set(line.strip()) - set("|-: ")


def _rows(lines: Sequence[str], head: Sequence[str], output: str, first: int) -> Iterator[Row]:
    for number in range(first, len(lines)):
        found = cells(lines[number])
        if not found:
            return
        named = {key: one for key, one in zip(head, found, strict=False) if key}
        told = named[OUTPUT].text.lower().removeprefix("9.3.3-") if OUTPUT in named else ""
        yield Row(number + 1, told or output, named)


def cells(line: str) -> list[Span]:
    """Return the cells of a *line* of a table, none where it is no such line."""
    if not line.lstrip().startswith("|"):
        return []
    bars = [
        place
        for place, char in enumerate(line)
        if char == "|" and (len(line[:place]) - len(line[:place].rstrip("\\"))) % 2 == 0
    ]
    if line[bars[-1] + 1 :].strip():
        bars.append(len(line))
    return [Span(_plain(line[start + 1 : end]), start + 1, end) for start, end in pairwise(bars)]


def _plain(cell: str) -> str:
    """Return the text of *cell* without the backslashes that keep signs from meaning something."""
    found, is_kept = [], False
    for char in cell.strip():
        if char == "\\" and not is_kept:
            is_kept = True
            continue
        if is_kept and char.isalnum():
            found.append("\\")
        found.append(char)
        is_kept = False
    return " ".join("".join(found).split())


def with_action(line: str, row: Row, identifier: str) -> str:
    """Return *line* with the id of the action that came of its *row*, where it has that column."""
    cell = row.cells.get(ACTION)
    return line if cell is None else f"{line[: cell.start]} {identifier} {line[cell.end :]}"
