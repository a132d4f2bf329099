"""`qm act`: a record enters its next state, with what that asks for, as one commit."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from qmtool.actions.authority import Signer, member
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.publish import FileChange, Publication, Published, publish
from qmtool.actions.record_text import (
    Author,
    document_of,
    dropped,
    entering,
    refuse_faulty,
    refuse_future,
    refuse_lacking,
    refuse_unseen,
    state_called,
    states_named,
    typed_values,
    with_defaults,
)
from qmtool.actions.recovery import scratch
from qmtool.actions.replace import replace_file
from qmtool.actions.working_files import crlf
from qmtool.errors import Refused, RepositoryError, UsageError
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.state import State
from qmtool.model.text import Text, listing, say
from qmtool.model.workflow import Deadline, deadlines, may_follow, state_of
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.sources import read_file

T = TypeVar("T")


@dataclass(frozen=True)
class Step:
    """What is asked: the record called *wanted* enters *state*, with values `key=value`."""

    wanted: str
    state: str
    given: Sequence[str] = ()
    comment: str = ""


@dataclass(frozen=True)
class Stepped:
    """A record in its new state, and by when what follows; *commit* is empty in a dry run."""

    document: Document
    kind: Kind
    state: State
    deadlines: Sequence[Deadline]
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def act(repo: Repository, step: Step, last: LastCommit, *, dry_run: bool = False) -> Stepped:
    """Let a record enter a state: one commit of its file, with what was written in it meanwhile."""
    path = last.document(step.wanted)[2].path
    on_disk = read_on_disk(repo, path)

    def make() -> tuple[Stepped, Publication]:
        return _plan(repo, step, last, on_disk)

    if dry_run:
        return make()[0]
    with writing(repo):
        stepped, done = publish_edited(repo, path, on_disk, make)
    last.moved(done.commit, path)
    return replace(stepped, commit=done.commit, left_alone=done.left_alone)


def publish_edited(
    repo: Repository, shown: str, on_disk: bytes, make: Callable[[], tuple[T, Publication]]
) -> tuple[T, Published]:
    """Publish what *make* plans, with what was written meanwhile in the file *shown*, *on_disk*.

    An edited file is stamped first, and put back on a failure. Between the two, a run that is
    killed leaves an edit like any other, to be committed by hand.
    """
    change = next(one for one in make()[1].changes if one.path == shown)
    if on_disk in (change.before, crlf(change.before or b"")):
        return publish(repo, make)
    after, path = change.after or b"", repo.root / shown
    with scratch(repo) as folder:
        replace_file(path, on_disk, after, via=folder)
    try:
        return publish(repo, make)
    except BaseException:
        if not _is_committed(repo, shown, after):
            # What somebody wrote there meanwhile stays, and what failed is told.
            with contextlib.suppress(RepositoryError), scratch(repo) as folder:
                replace_file(path, after, on_disk, via=folder)
        raise


def _is_committed(repo: Repository, path: str, data: bytes) -> bool:
    """Return whether the last commit holds *data* at *path*: a run may fail after it published."""
    tip = git.resolve_commit(repo, "HEAD")
    entry = git.tree_entry(repo, tip, path) if tip else None
    return entry is not None and git.read_blob(repo, entry.oid) == data


def read_on_disk(repo: Repository, path: str) -> bytes:
    """Return the bytes of the file at *path*, as a person may have edited it."""
    data, fault = read_file(str(repo.root), path)
    if data is None:
        raise RepositoryError(
            say("{path}: {message}", path=path, message=fault.message if fault else "")
        )
    return data


def _plan(
    repo: Repository, step: Step, last: LastCommit, on_disk: bytes
) -> tuple[Stepped, Publication]:
    """Return what *step* would write in a record that is *on_disk*, or raise."""
    place, snapshot, committed = last.document(step.wanted)
    project, on = snapshot.project, last.order.on
    kind = project.kind_of(committed)
    if kind is None or not kind.steps:
        raise Refused(
            say("{document} has no states that qm act could change", document=committed.name)
        )
    signer = member(repo, project.policy, on)
    before = git.read_blob(repo, snapshot.source.entries[committed.path].oid) or b""
    data = as_committed(on_disk, before)
    held = document_of(project, committed.path, data)
    state = next_state(held, kind, step, committed)
    _refuse_role(state, signer, project, on)
    author = Author(signer.person.identifier, on)
    refuse_unseen("comment", step.comment)
    values = with_defaults(project, state, typed_values(kind, step.given), held, author)
    after = entering(data, values, state.name, author, step.comment)
    document = document_of(project, committed.path, after)
    refuse_future(kind, values, on)
    refuse_lacking(document, kind, state)
    ended = None if step.comment else dropped(project, kind, held, document)
    if ended:
        raise UsageError(ended)
    refuse_faulty(project, document)
    publication = last.publication(
        place,
        (FileChange(committed.path, before, after),),
        f"{document.identifier}: {state.name}",
    )
    return Stepped(document, kind, state, deadlines(document, kind, project)), publication


def as_committed(on_disk: bytes, before: bytes) -> bytes:
    """Return *on_disk* with the line ends of what was committed *before*."""
    return on_disk if b"\r\n" in before else on_disk.replace(b"\r\n", b"\n")


def refuse_stamped(held: Document, committed: Document) -> None:
    """Raise Refused if somebody wrote in *held* what only qm writes, since it was *committed*."""
    if (held.status, held.history) != (committed.status, committed.history):
        raise Refused(
            say(
                "the status or the history of {path} is not that of the last commit: somebody else "
                "was quicker, it was edited by hand, or qm was killed; put back those lines, which "
                "git diff -- {path} shows, or commit the file",
                path=held.path,
            )
        )


def next_state(held: Document, kind: Kind, step: Step, committed: Document) -> State:
    """Return the state that *step* names, if it may follow where the record is.

    What the last commit says of the state counts, and not what somebody wrote in the file.
    """
    refuse_stamped(held, committed)
    state = kind.states[state_called(kind, step.state)]
    here = state_of(held, kind)
    seen = [row.state for row in held.history] or [here]
    following = kind.states[here].next
    if not may_follow(kind, seen, state.name):
        raise Refused(_closed(held, kind) if not following else _no_way(held, kind, state))
    if not following and not step.comment:
        raise UsageError(
            say(
                "{document} is closed: to take it up again, say why with --comment",
                document=held.name,
            )
        )
    return state


def _closed(held: Document, kind: Kind) -> Text:
    seen = list(dict.fromkeys(row.state for row in held.history[:-1] if row.state in kind.steps))
    return say(
        "{document} is {state}, and closed; it may only be taken up again: {states}",
        document=held.name,
        state=kind.states[state_of(held, kind)].label,
        states=states_named(kind, seen) if seen else "–",
    )


def _no_way(held: Document, kind: Kind, state: State) -> Text:
    here = kind.states[state_of(held, kind)]
    return say(
        "{document} is {here} and cannot become {state}; next: {states}",
        document=held.name,
        here=here.label,
        state=state.label,
        states=states_named(kind, here.next),
    )


def _refuse_role(state: State, signer: Signer, project: Project, on: date) -> None:
    """Raise Refused unless who runs qm holds one of the roles that may enter *state*."""
    person = signer.person
    if not state.roles or any(person.holds(role, on) for role in state.roles):
        return
    able = [
        one.name or one.identifier
        for one in project.policy.people
        if any(one.holds(role, on) for role in state.roles)
    ]
    raise Refused(
        say(
            "only {roles} may say so ({people}); you are {person}. Nothing was changed",
            roles=listing(state.roles),
            people=listing(able) or "–",
            person=person.name or person.identifier,
        )
    )
