"""The rows of a grid of an audit that was filled in, checked cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qmtool.errors import UsageError
from qmtool.model.advice import nearest
from qmtool.model.document import Document, halves
from qmtool.model.glossary import folded
from qmtool.model.label import LANGUAGES
from qmtool.model.project import Project
from qmtool.model.referential import Grade, Meant, Referential
from qmtool.model.text import Text, listing, say
from qmtool.reports.audit_grid_words import (
    HEADS,
    NO,
    STRENGTH,
    STRENGTH_ID,
    TO_FILL,
    YES,
    offers_strength,
)
from qmtool.reports.language import language_of
from qmtool.repository.importing.csv_rows import rows_of_csv
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.importing.workbook import is_workbook, sheets

_SEARCHED = 40
"""How many rows of a sheet may stand before its header."""

_SEPARATOR = re.compile(r"[,;\n]")


class Place(NamedTuple):
    """Where a row stands, to tell what is wrong in it."""

    grid: Grid
    number: int
    columns: Mapping[str, int]

    def of(self, key: str) -> Text:
        """Return where the cell *key* of the row stands, else the row."""
        return self.grid.place(self.number, self.columns.get(key))


@dataclass(frozen=True)
class Row:
    """What an auditor wrote about one requirement, at one *site* or at those of the audit."""

    place: Place
    requirement: str
    title: str
    grade: Grade | None
    is_strength: bool
    site: str
    facts: str
    evidence_seen: str
    documents: tuple[str, ...]

    @property
    def is_finding(self) -> bool:
        """Return whether the row tells one: every grade does that does not mean conformance."""
        return self.grade is not None and not self.grade.conforms

    @property
    def about(self) -> tuple[str, str]:
        """Return the requirement and the site."""
        return self.requirement, self.site


@dataclass(frozen=True)
class Reader:
    """Reads the grid of an *audit* of *project* against *referentials*, noting *faults*."""

    project: Project
    audit: Document
    referentials: Mapping[str, Referential]
    faults: Faults

    def rows(self, data: bytes, shown: str) -> list[Row]:
        """Return the rows of the file *shown* of those bytes in which something is written."""
        grids = list(_grids(data, shown))
        if not grids:
            raise UsageError(
                say(
                    "{path} is no grid of an audit; type: qm audit grid {audit} -o grid.xlsx",
                    path=shown,
                    audit=self.audit.identifier,
                )
            )
        return [row for one in grids for row in self._rows(one)]

    def _rows(self, grid: Grid) -> Iterator[Row]:
        columns = self._columns(grid)
        for number in grid.below():
            place = Place(grid, number, columns)
            cells = {key: self._cell(place, key) for key in ("audit", "requirement", *TO_FILL)}
            self._refuse_other(cells["audit"], grid, place)
            if any(cells[key] for key in TO_FILL) and not self._is_unseen(place, cells):
                row = self._row(place, cells)
                if row is not None:
                    yield row

    def _columns(self, grid: Grid) -> dict[str, int]:
        """Return the column of each head; note a fault for one that a grid does not have."""
        names, found = _names(), dict[str, int]()
        for column, text in enumerate(grid.headers):
            key = names.get(folded(text))
            if key is not None and key not in found:
                found[key] = column
            elif text.strip():
                message = say("a grid has no column {name}", name=text.strip())
                if key is not None:
                    message = say("a second column holds {field}", field=text.strip())
                self.faults.add(grid.place(grid.header, column), message)
        return found

    def _cell(self, place: Place, key: str) -> str:
        column = place.columns.get(key)
        if column is None:
            return ""
        return place.grid.text(place.number, column, self.faults).strip()

    def _refuse_other(self, named: str, grid: Grid, place: Place) -> None:
        """Raise UsageError if the row is of the grid of another audit."""
        if named and named != self.audit.identifier:
            raise UsageError(
                say(
                    "{path}: this is the grid of {other}, not of {audit}",
                    path=place.of("audit"),
                    other=named,
                    audit=self.audit.identifier,
                )
            )

    def _is_unseen(self, place: Place, cells: Mapping[str, str]) -> bool:
        """Return whether the row says that its requirement was not seen, and nothing else."""
        seen = folded(cells["seen"])
        if not seen or seen in _words(YES) | {"x", "vu", "seen"}:
            return False
        if seen not in _words(NO):
            message = say("{value} is neither yes nor no", value=cells["seen"])
            self.faults.add(place.of("seen"), message)
        elif any(cells[key] for key in TO_FILL if key != "seen"):
            message = say("it was not seen, but something is written in the row")
            self.faults.add(place.of("seen"), message)
        return True

    def _row(self, place: Place, cells: Mapping[str, str]) -> Row | None:
        """Return what *cells* say, None where they cite no requirement of the audit."""
        if not cells["audit"]:
            message = say("the audit is missing; write {audit}", audit=self.audit.identifier)
            self.faults.add(place.of("audit"), message)
        referential, identifier = self._requirement(place, cells["requirement"])
        if referential is None:
            return None
        is_strength = offers_strength(referential) and (
            folded(cells["grade"]) in {STRENGTH_ID} | _words(STRENGTH)
        )
        return Row(
            place,
            f"{referential.identifier}:{identifier}",
            referential.by_id[identifier].title.of(self.project.settings.language),
            None if is_strength else self._grade(place, cells, referential),
            is_strength,
            self._site(place, cells["site"]),
            cells["facts"],
            cells["evidence_seen"],
            self._documents(place, cells["documents"]),
        )

    def _requirement(self, place: Place, text: str) -> tuple[Referential | None, str]:
        name, written = halves(text)
        referential = self.referentials.get(name)
        where = place.of("requirement")
        if referential is None:
            message = say("{requirement} is of no referential of this audit", requirement=text)
            known = say("To choose from: {names}.", names=listing(self.referentials))
            self.faults.add(where, message, known)
            return None, ""
        resolved = referential.resolve(written)
        if resolved.meant is not Meant.REQUIREMENT:
            message = say("{requirement} is no requirement", requirement=text)
            names = [one.identifier for one in referential.assessable]
            self.faults.add(where, message, nearest(written, names))
            return None, ""
        return referential, resolved.identifier

    def _grade(
        self, place: Place, cells: Mapping[str, str], referential: Referential
    ) -> Grade | None:
        """Return the grade that the row gives, by its name or by its score."""
        found = []
        for key in ("grade", "score"):
            text = cells[key]
            if not text:
                continue
            given = next((one for one in referential.grades if _is_called(one, key, text)), None)
            if given is None:
                message = say(
                    "{value} is no {key} of {referential}",
                    value=text,
                    key=HEADS[key],
                    referential=referential.identifier,
                )
                named = [
                    one.identifier if key == "grade" else str(one.score)
                    for one in referential.grades
                    if key == "grade" or one.score is not None
                ]
                fix = say("To choose from: {names}.", names=listing(named) or "–")
                self.faults.add(place.of(key), message, fix)
                return None
            found.append(given)
        if len(set(found)) > 1:
            self.faults.add(place.of("score"), say("the grade and the score are not the same"))
        return found[0] if found else None

    def _site(self, place: Place, text: str) -> str:
        known = [one.identifier for one in self.project.settings.sites]
        if text and text not in known:
            message = say("{site} is no site of qm.yaml", site=text)
            fix = nearest(text, known) or say(
                "To choose from: {names}.", names=listing(known) or "–"
            )
            self.faults.add(place.of("site"), message, fix)
        return text

    def _documents(self, place: Place, text: str) -> tuple[str, ...]:
        named = [one.strip() for one in _SEPARATOR.split(text) if one.strip()]
        for one in named:
            if one not in self.project.by_id:
                message = say("no document is called {wanted}", wanted=one)
                fix = nearest(one, self.project.by_id)
                self.faults.add(place.of("documents"), message, fix)
        return tuple(dict.fromkeys(named))


def _is_called(grade: Grade, key: str, text: str) -> bool:
    if key == "score":
        return grade.score is not None and text == str(grade.score)
    return folded(text) in {folded(grade.identifier), *map(folded, grade.label)}


def _grids(data: bytes, shown: str) -> Iterator[Grid]:
    """Yield the sheets that hold a grid, each with its header."""
    found = sheets(data, shown) if is_workbook(data) else {"": rows_of_csv(data, shown)}
    names = _names()
    for name, rows in found.items():
        for number, row in enumerate(rows[:_SEARCHED]):
            keys = {names.get(folded(cell)) for cell in row}
            if {"audit", "requirement", "seen"} <= keys:
                yield Grid(shown, name, rows, header=number)
                break


def _names() -> dict[str, str]:
    """Return the columns of a grid by their heads: their names, or what people call them."""
    names = {folded(key): key for key in HEADS}
    for key, head in HEADS.items():
        for one in _words(head):
            names.setdefault(one, key)
    return names


def _words(text: Text) -> set[str]:
    """Return *text* in every language, however it is spelt."""
    return {folded(language_of(code).render(text)) for code in LANGUAGES}


def by_subject(rows: Sequence[Row]) -> Mapping[tuple[str, str], list[Row]]:
    """Return *rows* by the requirement and the site that they are about, in their order."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        found.setdefault(row.about, []).append(row)
    return found
