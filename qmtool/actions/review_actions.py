"""The decisions of a management review become actions: one commit, and nothing twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from qmtool.actions.act import as_committed, publish_edited, read_on_disk, refuse_stamped
from qmtool.actions.authority import member
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.log import Wish, new_entry
from qmtool.actions.new import random_token
from qmtool.actions.publish import FileChange, Publication
from qmtool.actions.record_text import (
    Author,
    blocks,
    document_of,
    errors_in,
    refuse_lacking,
    value_of,
)
from qmtool.errors import Refused, UsageError
from qmtool.model.advice import nearest
from qmtool.model.decisions import (
    ACTION,
    DECISION,
    DUE,
    OUTPUTS,
    OWNER,
    Row,
    decision_rows,
    with_action,
)
from qmtool.model.document import Document
from qmtool.model.glossary import folded
from qmtool.model.kind import texts
from qmtool.model.project import Project
from qmtool.model.review_pack import KIND
from qmtool.model.text import Text, joined, listing, say
from qmtool.model.workflow import is_closed, value, written
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot

_KIND_OF_ACTION = "action"
_TITLE = 90
"""How many characters of a decision make the title of its action."""


@dataclass(frozen=True)
class Decided:
    """A review, the actions *added* for its decisions, and how many were *known* already.

    *commit* is empty where nothing was written.
    """

    review: Document
    added: tuple[Document, ...]
    known: int
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def decide(repo: Repository, wanted: str, last: LastCommit, *, dry_run: bool = False) -> Decided:
    """Log an action for each decision of the review called *wanted*, or raise and write nothing."""
    path = last.document(wanted)[2].path
    on_disk = read_on_disk(repo, path)
    tokens: list[str] = []

    def make() -> tuple[Decided, Publication]:
        return _plan(repo, wanted, last, on_disk, tokens)

    planned, publication = make()
    if dry_run or not publication.changes:
        return planned
    with writing(repo):
        decided, done = publish_edited(repo, path, on_disk, make)
    return replace(decided, commit=done.commit, left_alone=done.left_alone)


def _plan(
    repo: Repository, wanted: str, last: LastCommit, on_disk: bytes, tokens: list[str]
) -> tuple[Decided, Publication]:
    """Return what the decisions in a review that is *on_disk* would write, or raise."""
    place, snapshot, committed = last.document(wanted)
    project, on = snapshot.project, last.order.on
    _refuse_other(project, committed)
    signer = member(repo, project.policy, on)
    before = git.read_blob(repo, snapshot.source.entries[committed.path].oid) or b""
    data = as_committed(on_disk, before)
    held = document_of(project, committed.path, data)
    refuse_stamped(held, committed)
    run = _Run(snapshot, held, data, Author(signer.person.identifier, on))
    run.take(tokens)
    after = run.review_after()
    changes = [] if after == data else [FileChange(committed.path, before, after)]
    changes += [FileChange(one.path, None, text) for one, text in run.added]
    run.judge(document_of(project, committed.path, after))
    message = f"{run.review.identifier}: {len(run.added)} actions"
    publication = last.publication(place, changes, message)
    added = tuple(one for one, _text in run.added)
    return Decided(held, added, run.known), publication


def _refuse_other(project: Project, document: Document) -> None:
    """Raise Refused unless *document* is a review whose decisions may still become actions."""
    if document.kind != KIND:
        raise Refused(say("{document} is no management review", document=document.name))
    if is_closed(document, project.kinds[KIND]):
        raise Refused(say("{document} is closed, and stays as it is", document=document.name))


class _Run:
    """The decisions in the minutes of a review, whose bytes are *data*, as changes of files."""

    def __init__(self, snapshot: Snapshot, review: Document, data: bytes, author: Author) -> None:
        self.snapshot, self.project = snapshot, snapshot.project
        self.review, self.data, self.author = review, data, author
        self.lines = data.decode(errors="surrogateescape").split("\n")
        self.kind = self.project.kinds[_KIND_OF_ACTION]
        self.added: list[tuple[Document, bytes]] = []
        self.known = 0
        self.faults: list[Text] = []
        self.actions: dict[str, Row] = {}
        """The row of each action, by its id."""

    def take(self, tokens: list[str]) -> None:
        """Take every row that holds something; *tokens* make the ids, the same in every run."""
        rows = decision_rows(self.lines)
        if rows is None:
            raise UsageError(
                say(
                    "{path} holds no table of decisions: write one whose columns are Decision, "
                    "Owner and Due date, under a heading that names 9.3.3-a, b or c",
                    path=self.review.path,
                )
            )
        seen: dict[str, int] = {}
        for number, row in enumerate(one for one in rows if not one.is_empty):
            while len(tokens) <= number:
                token = random_token()
                tokens += [] if token in tokens else [token]
            first = seen.setdefault(folded(row.text(DECISION)), row.line)
            if first != row.line:
                self._fault(row, say("the same decision stands on line {line}", line=first))
            else:
                self._take(row, tokens[number])
        if self.faults:
            raise UsageError(self.faults)

    def _take(self, row: Row, token: str) -> None:
        identifier = self._existing(row)
        if identifier:
            self.known += 1
            self.actions[identifier] = row
            return
        values = self._values(row)
        if values is None:
            return
        decision = row.text(DECISION)
        wish = Wish(self.kind.name, _short(decision), values)
        try:
            path, data = new_entry(
                self.snapshot, self.kind, wish, self.author, token, self.kind.initial
            )
            document = document_of(self.project, path, data)
            refuse_lacking(document, self.kind, self.kind.states[self.kind.initial])
        except UsageError as error:
            self._fault(row, *error.sentences)
            return
        self.added.append((document, data))
        self.actions[document.identifier] = row

    def _fault(self, row: Row, *messages: object) -> None:
        self.faults += [
            say("{path}:{line}: {message}", path=self.review.path, line=row.line, message=one)
            for one in messages
        ]

    def _existing(self, row: Row) -> str:
        """Return the id of the action that came of *row* before, if one did."""
        name = row.text(ACTION)
        if name:
            known = self.project.by_id.get(name)
            if known is not None and known.kind == self.kind.name:
                return name
            message = say("no action is called {id}; leave its cell empty", id=name)
            self._fault(row, message)
            return ""
        wanted = folded(row.text(DECISION))
        return next((one for text, one in self._told.items() if text == wanted), "")

    @property
    def _told(self) -> Mapping[str, str]:
        """Return the actions that came of this review, by what they say."""
        return {
            folded(written(one, "description")): one.identifier
            for one in self.project.documents
            if one.kind == self.kind.name and written(one, "source") == self.review.identifier
        }

    def _values(self, row: Row) -> dict[str, Any] | None:
        """Return the fields of the action of *row*, None with a fault for each that is missing."""
        before = len(self.faults)
        if not row.text(DECISION):
            self._fault(row, say("the decision is missing"))
        if row.output not in OUTPUTS:
            self._fault(row, say("which output is it? Write a, b or c, as in 9.3.3-a"))
        owner, due = self._owner(row), self._due(row)
        if len(self.faults) > before:
            return None
        return {
            "origin": "review",
            "source": self.review.identifier,
            "description": row.text(DECISION),
            "type": "improvement",
            "owner": owner,
            "due_date": due,
            **({"sites": list(self.review.sites)} if self.review.sites else {}),
        }

    def _owner(self, row: Row) -> str:
        """Return the id of the person that *row* names by id, name or email."""
        told = row.text(OWNER)
        people = self.project.settings.policy.people
        for one in people:
            if told and folded(told) in map(folded, (one.identifier, one.name, one.email)):
                return one.identifier
        names = [one.identifier for one in people]
        if told:
            advice = nearest(told, names) or say("Known: {names}.", names=listing(names))
            self._fault(row, say("nobody is called {name}. {advice}", name=told, advice=advice))
        else:
            self._fault(row, say("the owner is missing"))
        return ""

    def _due(self, row: Row) -> str:
        told = row.text(DUE)
        if not told:
            self._fault(row, say("the due date is missing"))
            return ""
        try:
            return str(value_of(self.kind, DUE, told))
        except UsageError as error:
            self._fault(row, say("{day}: {message}", day=told, message=joined(error.sentences)))
            return ""

    def review_after(self) -> bytes:
        """Return the review with the ids of its actions, in its tables and in its front matter."""
        lines = list(self.lines)
        for identifier, row in self.actions.items():
            if not row.text(ACTION):
                lines[row.line - 1] = with_action(lines[row.line - 1], row, identifier)
        data = "\n".join(lines).encode(errors="surrogateescape")
        values = dict(self._review_values())
        return front_matter.patch(data, blocks(values)) if values else data

    def _review_values(self) -> Iterator[tuple[str, Any]]:
        """Yield the fields of the review that its decisions change."""
        held = texts(value(self.review, "actions"))
        every = list(dict.fromkeys((*held, *self.actions)))
        if every != list(held):
            yield "actions", every
        for output in OUTPUTS:
            told = written(self.review, f"output_{output}")
            new = [
                row.text(DECISION).rstrip(".")
                for row in self.actions.values()
                if row.output == output and row.text(DECISION).rstrip(".") not in told
            ]
            if new:
                yield f"output_{output}", ". ".join([*([told.rstrip(".")] if told else []), *new])

    def judge(self, review: Document) -> None:
        """Raise Refused, by lines of the minutes, for each error that the rules find."""
        rows = {document.path: self.actions[document.identifier] for document, _ in self.added}
        found = [document for document, _ in self.added]
        for path, messages in errors_in(self.project, [review, *found]):
            if path in rows:
                self._fault(rows[path], *messages)
            else:
                self.faults += [
                    say("{path}: {message}", path=path, message=one) for one in messages
                ]
        if self.faults:
            raise Refused(self.faults)


def _short(decision: str) -> str:
    """Return the title of the action that *decision* asks for."""
    if len(decision) <= _TITLE:
        return decision.rstrip(".")
    return decision[:_TITLE].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
