"""A referential from a spreadsheet: an export of `qm`, or a table that somebody else made."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any, NamedTuple

from qmtool.model import flat
from qmtool.model.advice import nearest, short
from qmtool.model.glossary import folded
from qmtool.model.label import LANGUAGES
from qmtool.model.text import Text, listing, say
from qmtool.repository.importing.columns import ASKS, ID, TITLE, matched, position
from qmtool.repository.importing.csv_rows import rows_of_csv
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.importing.imported import Imported, LeftOut, Wish
from qmtool.repository.importing.limits import refused
from qmtool.repository.importing.outline import Tally, slug
from qmtool.repository.importing.own_table import HEAD_SHEET, SHEET, OwnTable, is_own
from qmtool.repository.importing.requirement_table import Table
from qmtool.repository.importing.workbook import besides, is_workbook, sheets
from qmtool.repository.schema import Validator, load_schema

HEADER_ROWS = 30
"""In how many rows the header is looked for."""

Mapped = Mapping[str, Any]
"""The typed content of a mapping file."""


def read(data: bytes, shown: str, wish: Wish, mapping: Mapped | None) -> Imported:
    """Return the referential that the spreadsheet *shown* of those bytes holds.

    Raise UsageError with a sentence for each cell that is wrong. What came from elsewhere has no
    `verified_on`: who imports it knows the day.
    """
    if wish.language not in LANGUAGES:
        wish = wish._replace(language="en")
    grids, left = _grids(data, shown)
    tally = Tally()
    own = None if mapping else _own(grids)
    if own is not None:
        read_sheets = {own.head.sheet, own.grid.sheet}
        found = _of_export(own, wish, tally)
    else:
        choice = _chosen(grids, mapping or {}, wish.language)
        read_sheets = {choice.grid.sheet}
        found = _of_table(choice, mapping or {}, wish, tally)
    for grid in grids:
        if grid.sheet not in read_sheets:
            rows = sum(1 for row in grid.rows if any(row))
            tally.add(say("rows of the sheet {name}", name=grid.sheet), times=rows)
    found.left_out = [*left, *tally.left_out()]
    return found


def _grids(data: bytes, shown: str) -> tuple[list[Grid], list[LeftOut]]:
    """Return the sheets that hold something, and what the file holds besides sheets."""
    left: list[LeftOut] = []
    if is_workbook(data):
        found = sheets(data, shown)
        left = besides(data)
    else:
        found = {"": rows_of_csv(data, shown)}
    grids = []
    for name, rows in found.items():
        first = next((n for n, row in enumerate(rows) if any(row)), None)
        if first is not None:
            grids.append(Grid(shown, name, rows, header=first))
    if not grids:
        raise refused(shown, say("the file holds no rows"))
    return grids, left


def _count_others(grid: Grid, used: Collection[int], tally: Tally) -> None:
    """Count what stands in the columns of *grid* that are not *used*, and above its header."""
    above = say("lines above the header")
    for cells in grid.rows[: grid.header]:
        texts = [cell for cell in cells if cell.strip()]
        if texts:
            tally.add(above, short(texts[0]))
    for row in grid.below():
        for column, cell in enumerate(grid.rows[row]):
            if column not in used and cell.strip():
                tally.add(say("the column {name}", name=grid.name_of(column)), short(cell.strip()))


def _checked(head: dict[str, Any], place: Callable[[flat.Path], Text], faults: Faults) -> None:
    """Note what the schema of a referential refuses in *head*, as far as it is known."""
    # The chapters come apart, and who imports says on which day it was compared.
    whole = {"verified_on": "2000-01-01", **head, "chapters": []}
    for flaw in Validator(load_schema("referential")).flaws(whole):
        faults.add(place(flaw.path), flaw.message, flaw.fix)


def _wished(head: Mapped, wish: Wish) -> dict[str, Any]:
    """Return *head* with what the user asks for, in the order of the schema."""
    asked = {
        "id": wish.identifier,
        "type": wish.type,
        "title": {wish.language: wish.title} if wish.title else {},
        "source": wish.source,
    }
    joined = {**head, **{key: value for key, value in asked.items() if value}}
    return {key: joined[key] for key in load_schema("referential")["properties"] if key in joined}


# An export of qm.


def _own(grids: Sequence[Grid]) -> OwnTable | None:
    """Return the tables of an export of `qm`, None if this is none."""
    by_name = {grid.sheet: grid for grid in grids}
    grid = by_name.get(SHEET, grids[0])
    head = by_name.get(HEAD_SHEET, grid)
    return OwnTable(grid, head, Faults()) if is_own(head, grid) else None


def _of_export(own: OwnTable, wish: Wish, tally: Tally) -> Imported:
    head = _wished(own.referential(), wish)
    _checked(head, own.place_of, own.faults)
    chapters = own.chapters()
    own.faults.stop()
    for grid in {own.head.sheet: own.head, own.grid.sheet: own.grid}.values():
        _count_others(grid, own.used(grid), tally)
    return Imported(head, chapters)


# The table of somebody else.


class Choice(NamedTuple):
    """The sheet that holds the requirements, with its header, and which column fills which key."""

    grid: Grid
    columns: Mapping[str, int]


def _chosen(grids: Sequence[Grid], mapping: Mapped, language: str) -> Choice:
    """Return the sheet and the header row in which the most columns are recognised.

    Raise UsageError where none tells ids and titles, or not what the *mapping* names.
    """
    rated = []
    for grid in _allowed(grids, mapping):
        for row in _header_rows(grid, mapping):
            cells = grid.rows[row]
            columns = matched(
                cells, mapping.get("columns", {}), mapping.get("ignore", ()), language
            )
            choice = Choice(replace(grid, header=row), columns)
            is_header = not _absent(choice, mapping) and not _lacking(choice, mapping)
            filled = sum(1 for cell in cells if cell.strip())
            rated.append((is_header, len(columns), filled, choice))
    if not rated:
        raise refused(grids[0].file, say("the file holds no rows"))
    *_, choice = max(rated, key=lambda one: one[:3])
    _refuse_header(choice, mapping)
    return choice


def _allowed(grids: Sequence[Grid], mapping: Mapped) -> Sequence[Grid]:
    """Return the sheets that may hold the requirements."""
    name = mapping.get("sheet", "")
    found = [grid for grid in grids if name in ("", grid.sheet)]
    names = [grid.sheet for grid in grids if grid.sheet]
    if not found and not names:
        message = say("a CSV file has no sheets; leave sheet: out of the mapping")
        raise refused(grids[0].file, message)
    if not found:
        advice = nearest(name, names) or say("Known: {known}.", known=listing(names))
        message = say("no sheet is called {name}. {advice}", name=name, advice=advice)
        raise refused(grids[0].file, message)
    return found


def _header_rows(grid: Grid, mapping: Mapped) -> Iterator[int]:
    told = mapping.get("header_row")
    rows = [told - 1] if told else range(HEADER_ROWS)
    for row in rows:
        if row < len(grid.rows) and any(grid.rows[row]):
            yield row


def _absent(choice: Choice, mapping: Mapped) -> list[str]:
    """Return the headers that the *mapping* names and the row does not have."""
    named = [*mapping.get("columns", {}).values(), *mapping.get("ignore", ())]
    return [one for one in named if position(choice.grid.headers, one) is None]


def _lacking(choice: Choice, mapping: Mapped) -> list[str]:
    """Return the columns without which there is no referential."""
    columns = choice.columns
    numbered = ID in columns or mapping.get("missing_ids") == "number"
    named = any(key.partition(".")[0] in (TITLE, ASKS) for key in columns)
    return ([] if numbered else [ID]) + ([] if named else [TITLE])


def _refuse_header(choice: Choice, mapping: Mapped) -> None:
    """Raise UsageError unless the row is the header that the *mapping* and the reader need."""
    grid = choice.grid
    headers = listing(short(one.strip()) for one in grid.headers if one.strip())
    place = grid.place(grid.header)
    absent, lacking = _absent(choice, mapping), _lacking(choice, mapping)
    faults = Faults()
    for name in absent:
        message = say(
            "no column is called {name}; there are: {headers}", name=name, headers=headers
        )
        faults.add(place, message)
    if lacking and not absent:
        message = say(
            "no column is known as {missing}; there are: {headers}",
            missing=listing(lacking),
            headers=headers,
        )
        fix = say("Name it under columns: in a mapping file (qm schema import-mapping).")
        faults.add(place, message, fix)
    faults.stop()


def _of_table(choice: Choice, mapping: Mapped, wish: Wish, tally: Tally) -> Imported:
    grid, columns = choice
    faults = Faults()
    used = set(columns.values())
    ignored = {position(grid.headers, one) for one in mapping.get("ignore", ())}
    for column, header in enumerate(grid.headers):
        first = position(grid.headers, header)
        if folded(header) and first != column and (first in used or column in used):
            message = say("the column {name} stands twice", name=header.strip())
            faults.add(grid.place(grid.header, column), message)
    faults.stop()
    table = Table(
        grid=grid,
        columns=columns,
        language=wish.language,
        known=wish.known,
        words=mapping.get("values", {}),
        numbers_missing_ids=mapping.get("missing_ids") == "number",
        faults=faults,
        tally=tally,
    )
    name = PurePath(grid.file).stem
    defaults = {
        "id": slug(name) or "imported",
        "type": "standard",
        "title": {wish.language: name or grid.file},
        "completeness": "partial",
    }
    head = _wished({**defaults, **mapping.get("head", {})}, wish)
    _checked(head, lambda path: Text("{file}", (("file", grid.file),)), faults)
    chapters = table.chapters()
    _count_others(grid, {*used, *(one for one in ignored if one is not None)}, tally)
    return Imported(head, chapters, renamed=table.renamed)
