"""A register from a spreadsheet: new rows become entries, changed ones change them, at once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qmtool.actions.act import as_committed
from qmtool.actions.authority import member, quality_manager
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.log import Wish, new_entry, register_kind
from qmtool.actions.new import random_token
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.record_text import (
    COMMON,
    Author,
    blocks,
    document_of,
    dropped,
    errors_in,
    value_of,
    with_products,
)
from qmtool.errors import UsageError
from qmtool.model.advice import nearest
from qmtool.model.document import Document
from qmtool.model.glossary import folded
from qmtool.model.kind import Kind
from qmtool.model.label import LANGUAGES
from qmtool.model.text import Text, joined, listing, say
from qmtool.model.workflow import is_closed, state_of, written
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository
from qmtool.repository.importing.csv_rows import rows_of_csv
from qmtool.repository.importing.grid import Faults, Grid
from qmtool.repository.importing.workbook import is_workbook, sheets
from qmtool.repository.load import Snapshot
from qmtool.repository.sources import read_file

TAKE_OVER = say("take over entries in a later state")

IMPORTED = "imported"
"""What the history says of an entry that comes from a spreadsheet."""

_DERIVED = ("due",)
"""Columns of an export that say what follows from the others."""


@dataclass(frozen=True)
class TakenOver:
    """What a spreadsheet changed: entries *added* and *changed*, and how many stay the *same*."""

    added: tuple[Document, ...]
    changed: tuple[Document, ...]
    same: int
    commit: str = ""


@dataclass(frozen=True)
class _Row:
    """A row of the spreadsheet: its number, and its values by field."""

    number: int
    values: Mapping[str, Any]


def take_over(
    repo: Repository, name: str, data: bytes, shown: str, last: LastCommit, *, dry_run: bool = False
) -> TakenOver:
    """Write what the spreadsheet *shown* of those bytes holds, as one commit, or raise.

    Raise UsageError with a sentence for each cell that is wrong; then nothing is written.
    """
    tokens: list[str] = []

    def make() -> tuple[TakenOver, Publication]:
        return _plan(repo, name, data, shown, last, tokens)

    if dry_run:
        return make()[0]
    with writing(repo):
        planned, publication = make()
        if not publication.changes:
            return planned
        planned, done = publish(repo, make)
    return TakenOver(planned.added, planned.changed, planned.same, done.commit)


def _plan(
    repo: Repository, name: str, data: bytes, shown: str, last: LastCommit, tokens: list[str]
) -> tuple[TakenOver, Publication]:
    place, snapshot = last.now()
    kind = register_kind(snapshot.project, name)
    grid = _grid(data, shown)
    faults = Faults()
    columns = _columns(grid, kind, faults)
    faults.stop()
    rows = list(_rows(grid, columns, kind, faults))
    faults.stop()
    _refuse_twice(grid, rows, columns, faults)
    signer = member(repo, snapshot.project.policy, last.order.on)
    if any(row.values.get("status", kind.initial) != kind.initial for row in rows):
        quality_manager(repo, snapshot.project.policy, last.order.on, TAKE_OVER)
    author = Author(signer.person.identifier, last.order.on)
    run = _Run(repo, snapshot, kind, author, grid, faults)
    tokens += _tokens(len(rows) - len(tokens))
    for row, token in zip(rows, tokens, strict=False):
        run.take(row, columns, token)
    run.judge()
    faults.stop()
    message = f"register {kind.name}: {len(run.added)} added, {len(run.changed)} changed"
    publication = last.publication(place, run.changes, message)
    return TakenOver(tuple(run.added), tuple(run.changed), run.same), publication


def _tokens(count: int) -> list[str]:
    return [random_token() for _ in range(count)]


def _grid(data: bytes, shown: str) -> Grid:
    """Return the first sheet that holds something."""
    found = sheets(data, shown) if is_workbook(data) else {"": rows_of_csv(data, shown)}
    for name, rows in found.items():
        first = next((n for n, row in enumerate(rows) if any(row)), None)
        if first is not None:
            return Grid(shown, name, rows, header=first)
    raise UsageError(say("{path}: the file holds no rows", path=shown))


def _columns(grid: Grid, kind: Kind, faults: Faults) -> dict[str, int]:
    """Return the column of each field: its header is its name, or what people call it."""
    names = {folded(key): key for key in ("id", "status", *COMMON, *kind.fields)}
    for key in kind.fields:
        for language in LANGUAGES:
            names.setdefault(folded(kind.field_label(key).of(language)), key)
    found: dict[str, int] = {}
    for column, text in enumerate(grid.headers):
        key = names.get(folded(text), "")
        if key and key not in found:
            found[key] = column
        elif text.strip() and text.strip() not in _DERIVED:
            place = grid.place(grid.header, column)
            if key:
                faults.add(place, say("a second column holds {field}", field=key))
            else:
                message = say("the kind {kind} has no field {field}", kind=kind.name, field=text)
                faults.add(place, message, nearest(text, list(names.values())))
    if not faults.found and "title" not in found and "id" not in found:
        message = say("there is no column title, and none id")
        faults.add(grid.place(grid.header), message)
    return found


def _rows(grid: Grid, columns: Mapping[str, int], kind: Kind, faults: Faults) -> Iterator[_Row]:
    """Yield the rows with their values typed; note a fault for each cell that is wrong."""
    for number in grid.below():
        values: dict[str, Any] = {}
        for key, column in columns.items():
            text = grid.text(number, column, faults).strip()
            if not text:
                continue
            try:
                values[key] = text if key in ("id", "status") else value_of(kind, key, text)
            except UsageError as error:
                first, *more = error.sentences
                fix = more[0] if more and isinstance(more[0], Text) else None
                faults.add(grid.place(number, column), _as_text(first), fix)
        if "status" in values and values["status"] not in kind.steps:
            message = say("there is no state {state}", state=values["status"])
            known = say("Known: {names}.", names=listing(kind.steps))
            faults.add(grid.place(number, columns["status"]), message, known)
        yield _Row(number, values)


def _refuse_twice(grid: Grid, rows: list[_Row], columns: Mapping[str, int], faults: Faults) -> None:
    """Note a fault for each id that stands in two rows."""
    seen: set[str] = set()
    for row in rows:
        identifier = row.values.get("id", "")
        if identifier and identifier in seen:
            message = say("the id {id} stands in two rows", id=identifier)
            faults.add(grid.place(row.number, columns["id"]), message)
        seen.add(identifier)
    faults.stop()


class _Run:
    """The rows of a spreadsheet as changes of files."""

    def __init__(
        self,
        repo: Repository,
        snapshot: Snapshot,
        kind: Kind,
        author: Author,
        grid: Grid,
        faults: Faults,
    ) -> None:
        self.repo, self.snapshot, self.kind = repo, snapshot, kind
        self.author, self.grid, self.faults = author, grid, faults
        self.added: list[Document] = []
        self.changed: list[Document] = []
        self.same = 0
        self.changes: list[FileChange] = []
        self.row_of: dict[str, int] = {}

    def take(self, row: _Row, columns: Mapping[str, int], token: str) -> None:
        """Take *row*: a new entry where its id is that of none."""
        document = self.snapshot.project.by_id.get(str(row.values.get("id", "")))
        if document is None:
            self._add(row, columns, token)
        elif document.kind != self.kind.name:
            message = say("{id} is no entry of this register", id=document.name)
            self.faults.add(self.grid.place(row.number, columns["id"]), message)
        else:
            self._change(row, columns, document)

    def _add(self, row: _Row, columns: Mapping[str, int], token: str) -> None:
        values = dict(row.values)
        title = str(values.pop("title", "")).strip()
        state = str(values.pop("status", self.kind.initial))
        if not title:
            place = self.grid.place(row.number, columns.get("title"))
            self.faults.add(place, say("the title is missing"))
            return
        wish = Wish(self.kind.name, title, values, IMPORTED)
        try:
            path, data = new_entry(self.snapshot, self.kind, wish, self.author, token, state)
        except UsageError as error:
            for one in error.sentences:
                self.faults.add(self.grid.place(row.number), _as_text(one))
            return
        self._keep(row, path, None, data, self.added)

    def _change(self, row: _Row, columns: Mapping[str, int], document: Document) -> None:
        kind, values = self.kind, row.values
        state = state_of(document, kind)
        if values.get("status", state) != state:
            message = say(
                "{document} is {state}; a state changes with qm act",
                document=document.name,
                state=state,
            )
            self.faults.add(self.grid.place(row.number, columns["status"]), message)
            return
        fresh = {
            key: values.get(key, "")
            for key in columns
            if key not in ("id", "status", "process")
            and (key in values or key not in ("title", "date"))
            and _text(values.get(key, "")) != written(document, key)
        }
        if values.get("process", self.snapshot.project.process_of(document)) not in (
            "",
            self.snapshot.project.process_of(document),
        ):
            fresh["process"] = values["process"]
        if not fresh:
            self.same += 1
            return
        if is_closed(document, kind):
            message = say("{document} is closed, and stays as it is", document=document.name)
            place = self.grid.place(row.number, columns[next(iter(fresh))])
            self.faults.add(place, message)
            return
        before = git.read_blob(self.repo, self.snapshot.source.entries[document.path].oid) or b""
        on_disk, _fault = read_file(str(self.repo.root), document.path)
        if on_disk is None or as_committed(on_disk, before) != before:
            message = say("{path} has changes that are not committed", path=document.path)
            self.faults.add(self.grid.place(row.number), message)
            return
        fresh = with_products(kind, fresh, document)
        after = front_matter.patch(before, blocks(fresh))
        ended = dropped(
            self.snapshot.project,
            kind,
            document,
            document_of(self.snapshot.project, document.path, after),
        )
        if ended:
            self.faults.add(self.grid.place(row.number), ended)
            return
        self._keep(row, document.path, before, after, self.changed)

    def _keep(
        self, row: _Row, path: str, before: bytes | None, after: bytes, among: list[Document]
    ) -> None:
        among.append(document_of(self.snapshot.project, path, after))
        self.changes.append(FileChange(path, before, after))
        self.row_of[path] = row.number

    def judge(self) -> None:
        """Note a fault for each error that the rules find in what would be written."""
        for path, messages in errors_in(self.snapshot.project, [*self.added, *self.changed]):
            for message in messages:
                self.faults.add(self.grid.place(self.row_of[path]), message)


def _as_text(sentence: object) -> Text:
    return sentence if isinstance(sentence, Text) else joined([sentence])


def _text(value: Any) -> str:
    return written(Document("", values={"value": value}), "value")
