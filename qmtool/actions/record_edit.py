"""Fields of a record are written without a change of its state, as one commit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from qmtool.actions.act import as_committed, publish_edited, read_on_disk, refuse_stamped
from qmtool.actions.authority import member
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.publish import FileChange, Publication
from qmtool.actions.record_text import (
    blocks,
    document_of,
    dropped,
    refuse_faulty,
    refuse_future,
    refuse_lacking,
    typed_values,
    with_products,
)
from qmtool.errors import Refused, UsageError
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.text import listing, say
from qmtool.model.workflow import is_closed, lacking, state_of
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository


@dataclass(frozen=True)
class Edit:
    """What is asked: fields of the record called *wanted* get values, *given* as `key=value`."""

    wanted: str
    given: Sequence[str]


@dataclass(frozen=True)
class Edited:
    """A record with its new values; *commit* is empty if it held them already, or in a dry run."""

    document: Document
    kind: Kind
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def edit(repo: Repository, wish: Edit, last: LastCommit, *, dry_run: bool = False) -> Edited:
    """Write fields of a record: one commit of its file, with what was written in it meanwhile."""
    path = last.document(wish.wanted)[2].path
    on_disk = read_on_disk(repo, path)

    def make() -> tuple[Edited, Publication]:
        return _plan(repo, wish, last, on_disk)

    planned, publication = make()
    (change,) = publication.changes
    if dry_run or change.before == change.after:
        return planned
    with writing(repo):
        edited, done = publish_edited(repo, path, on_disk, make)
    last.moved(done.commit, path)
    return replace(edited, commit=done.commit, left_alone=done.left_alone)


def _plan(
    repo: Repository, wish: Edit, last: LastCommit, on_disk: bytes
) -> tuple[Edited, Publication]:
    """Return what *wish* would write in a record that is *on_disk*, or raise."""
    place, snapshot, known = last.document(wish.wanted)
    project = snapshot.project
    kind = project.kind_of(known)
    if kind is None or not kind.steps:
        raise Refused(say("{document} is no entry of a register", document=known.name))
    if is_closed(known, kind):
        raise Refused(
            say(
                "{document} is {state}, and closed: it stays as it is",
                document=known.name,
                state=kind.states[state_of(known, kind)].label,
            )
        )
    member(repo, project.policy, last.order.on)
    before = git.read_blob(repo, snapshot.source.entries[known.path].oid) or b""
    data = as_committed(on_disk, before)
    held = document_of(project, known.path, data)
    refuse_stamped(held, known)
    values = with_products(kind, typed_values(kind, wish.given), held)
    refuse_future(kind, values, last.order.on)
    after = front_matter.patch(data, blocks(values))
    document = document_of(project, known.path, after)
    _refuse_less(held, document, kind)
    ended = dropped(project, kind, held, document)
    if ended:
        raise UsageError(ended)
    refuse_faulty(project, document)
    publication = last.publication(
        place,
        (FileChange(known.path, before, after),),
        f"{document.identifier}: {listing(values)}",
    )
    return Edited(document, kind), publication


def _refuse_less(held: Document, document: Document, kind: Kind) -> None:
    """Raise UsageError if *document* lacks for its state what it *held* before."""
    state = kind.states[state_of(document, kind)]
    if len(lacking(document, state)) > len(lacking(held, state)):
        refuse_lacking(document, kind, state)
