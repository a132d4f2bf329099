"""Publish changed documents: one commit and its tags, and the files on disk, or nothing at all.

The steps are those of `reliability.md` §4. Objects come first and harm nothing; once the journal
stands, the branch and the tags move in one transaction, and what happens then, or after a kill,
is decided in one place: `recovery.settle`.
"""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from qmtool.actions import anchoring, index_lock, journal, locks
from qmtool.actions.failure import branch_moved, exists_already, unwritten, why_not
from qmtool.actions.index_lock import IndexLock, index_locked
from qmtool.actions.journal import Journal, make_journal
from qmtool.actions.next_index import write_next_index
from qmtool.actions.recovery import files_of, scratch, settle
from qmtool.actions.working_files import WorkingFiles
from qmtool.errors import Busy, QmError, Refused, RepositoryError
from qmtool.model.text import listing, say
from qmtool.model.verification.facts import SKEW
from qmtool.repository import git
from qmtool.repository.dates import later_tag
from qmtool.repository.git import Entry, RefChange, Repository
from qmtool.repository.signatures import SigningKey, is_good, sign, signed_commit
from qmtool.repository.tag_objects import tag_content

Blobs = Mapping[str, str]
T = TypeVar("T")

ATTEMPTS = 5


@dataclass(frozen=True)
class FileChange:
    """A file to write: its bytes in the base commit (None: it is new) and after (None: it goes)."""

    path: str
    before: bytes | None
    after: bytes | None
    mode: str = "100644"


@dataclass(frozen=True)
class NewTag:
    """A tag to create; *message* gives its payload from the blobs, by path, and the commit."""

    ref: str
    message: Callable[[Blobs, str], str]


@dataclass(frozen=True)
class Publication:
    """What one commit publishes: on which branch and base, by whom and when.

    Without *changes* there is no commit: the tags are those of *base*. A *proposal* is the new
    branch that takes the commit instead; then the files and the index stay as they are. *commit* is
    one that exists already and that the branch goes to; *refs* are further refs to move, and
    *tagged* is the commit of the tags where it is not the one at the tip.
    """

    branch: str
    base: str
    changes: Sequence[FileChange]
    tags: Sequence[NewTag]
    message: str
    who: tuple[str, str]
    when: str
    key: SigningKey | None = None
    proposal: str = ""
    refs: Sequence[RefChange] = ()
    commit: str = ""
    tagged: str = ""

    @property
    def moves_files(self) -> bool:
        """Return whether the index and the files on disk follow."""
        return bool(self.changes or self.commit) and not self.proposal


@dataclass(frozen=True)
class Published:
    """What was published, the files that were edited meanwhile and left alone, and the tags."""

    commit: str
    left_alone: tuple[str, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Built:
    """The objects of a publication: all are stored, and nothing refers to them yet."""

    commit: str
    refs: tuple[RefChange, ...]
    entries: Mapping[str, Entry | None]


def publish(repo: Repository, make: Callable[[], tuple[T, Publication]]) -> tuple[T, Published]:
    """Carry out what *make* plans, or leave everything as it was and raise.

    The caller holds the lock of `qm`. Where the branch or a file moved since *make* looked, it is
    called again, under the lock of the index, so that nothing can move any more; a publication
    that is signed is built before, because a person may have to type a passphrase.
    """
    for _ in range(ATTEMPTS):
        subject, wanted = make()
        _refuse_earlier(repo, wanted)
        built = _build(repo, wanted) if wanted.key else None
        if not wanted.moves_files:
            done = _carry_out(repo, wanted, built or _build(repo, wanted), None)
            return subject, done
        with index_locked(repo) as lock:
            if _has_moved(repo, wanted):
                if built:
                    continue
                subject, wanted = make()
                _refuse_moved(repo, wanted)
            return subject, _carry_out(repo, wanted, built or _build(repo, wanted), lock)
    raise Busy(say("the branch keeps moving; nothing was changed, try again"))


def _carry_out(
    repo: Repository, wanted: Publication, built: _Built, lock: IndexLock | None
) -> Published:
    """Move the refs of *built*, then the files and the index, or nothing."""
    try:
        with scratch(repo) as folder:
            return _move_all(repo, wanted, built, lock, folder)
    except OSError as error:
        raise unwritten(repo, error) from error


def _move_all(
    repo: Repository, wanted: Publication, built: _Built, lock: IndexLock | None, folder: Path
) -> Published:
    there = git.read_refs(repo, [one.ref for one in built.refs if one.old is None])
    if there:  # it may hold the very same object, and would then count as moved by this run
        raise exists_already(next(iter(there)))
    summed = ""
    if lock is not None:
        write_next_index(repo, wanted.base, built.entries, folder / "index")
        summed = index_lock.sha256_of(folder / "index")
    title = wanted.message.partition("\n")[0]
    left = make_journal(repo, title, wanted.base, built.refs, summed, time.time())
    with _uninterrupted():
        _stage(repo, left)
        failure = _move_refs(repo, built, lock, folder / "index")
        left_alone = settle(repo, left, was_stopped=failure is not None)
    if left_alone is None:
        raise why_not(repo, built.refs, failure) from failure
    anchoring.note(wanted.branch, wanted.base, built.commit, built.refs)
    if failure is not None and not isinstance(failure, QmError):
        raise failure  # all is published, and what happened is still not to be hidden
    tags = tuple(tag.ref.removeprefix("refs/tags/") for tag in wanted.tags)
    return Published(built.commit, tuple(left_alone), tags)


def _move_refs(
    repo: Repository, built: _Built, lock: IndexLock | None, next_index: Path
) -> BaseException | None:
    """Move the refs under the next index; return what failed: the refs tell what became of it."""
    try:
        if lock is not None:
            lock.take(next_index)
            lock.is_ours = False  # from here on the journal decides what becomes of it
        git.move_refs(repo, built.refs, keep_open=locks.held())
    except BaseException as error:
        return error
    return None


def _stage(repo: Repository, left: Journal) -> None:
    """Write the journal, then the new files beside the old ones: giving up still costs nothing.

    The journal comes first: without it, nobody would know of the files that a killed run left.
    """
    files = WorkingFiles(repo, left.commit, files_of(repo, left.base, left.commit))
    try:
        left.write(repo)
        if left.index:
            files.clean()
            files.stage()
    except BaseException:
        journal.remove(repo)
        files.clean()
        raise


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait while refs, files and index change."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _has_moved(repo: Repository, wanted: Publication) -> bool:
    """Return whether the branch, or what the index holds of the files, is not as it was planned."""
    return git.resolve_ref(repo, wanted.branch) != wanted.base or bool(_staged(repo, wanted))


def _refuse_earlier(repo: Repository, wanted: Publication) -> None:
    """Raise Refused if the tags would be dated before one that is there (B110)."""
    moment = int(wanted.when.partition(" ")[0]) + SKEW
    later = later_tag(repo, wanted.base, moment) if wanted.tags else None
    if later:
        tag, seconds = later
        raise Refused(
            say(
                "the date would go back: {tag} is dated {moment}; check the clock",
                tag=tag.removeprefix("refs/tags/"),
                moment=datetime.fromtimestamp(seconds).astimezone().isoformat(" ", "minutes"),
            )
        )


def _staged(repo: Repository, wanted: Publication) -> str:
    """Return a file to publish of which the index does not hold what the base holds, or nothing."""
    paths = [one.path for one in wanted.changes]
    if wanted.commit:
        paths = [one.path for one in files_of(repo, wanted.base, wanted.commit)]
    head = git.tree_entries_of(repo, wanted.base, paths)
    index = git.index_entries_of(repo, paths)
    nothing = Entry("", "")
    differ = (path for path in paths if index.get(path, nothing).oid != head.get(path, nothing).oid)
    return next(differ, "")


def _refuse_moved(repo: Repository, wanted: Publication) -> None:
    if git.resolve_ref(repo, wanted.branch) != wanted.base:
        raise branch_moved()
    staged = _staged(repo, wanted)
    if staged:
        raise Refused(
            say(
                "{path} has changes that are not committed; type: git commit -m … -- {path}",
                path=staged,
            )
        )


def _build(repo: Repository, wanted: Publication) -> _Built:
    """Store the blobs, the commit and the tags of *wanted*, and read them back."""
    blobs = {
        one.path: git.write_blob(repo, one.after) for one in wanted.changes if one.after is not None
    }
    entries: dict[str, Entry | None] = {
        one.path: Entry(one.mode, blobs[one.path]) if one.path in blobs else None
        for one in wanted.changes
    }
    commit = wanted.commit or wanted.base
    if wanted.changes:
        commit = _write_commit(repo, wanted, entries)
        _check_commit(repo, wanted, commit, blobs)
    elif wanted.commit:
        trees = git.tree_entries(repo, commit)
        entries = {one.path: trees.get(one.path) for one in files_of(repo, wanted.base, commit)}
    branch = (
        RefChange(wanted.proposal, commit, None)
        if wanted.proposal
        else RefChange(wanted.branch, commit, wanted.base)
    )
    tags = (_write_tag(repo, wanted, tag, blobs, wanted.tagged or commit) for tag in wanted.tags)
    return _Built(commit, (branch, *tags, *wanted.refs), entries)


def _write_commit(
    repo: Repository, wanted: Publication, entries: Mapping[str, Entry | None]
) -> str:
    tree = git.put_in_tree(repo, wanted.base, entries)
    commit = git.write_commit(repo, tree, [wanted.base], wanted.message, wanted.who, wanted.when)
    if wanted.key is None:
        return commit
    raw = git.read_blob(repo, commit) or b""
    return git.write_object(repo, "commit", signed_commit(raw, wanted.key))


def _write_tag(
    repo: Repository, wanted: Publication, tag: NewTag, blobs: Blobs, commit: str
) -> RefChange:
    """Store a tag, signed where the publication is, and return the ref that is to hold it."""
    message = tag.message(blobs, commit)
    content = tag_content(tag.ref, commit, wanted.who, wanted.when, message).encode()
    if wanted.key is not None:
        signature = sign(wanted.key, content)
        if not is_good(repo, content, signature, wanted.key):
            raise RepositoryError(say("nothing was changed: the signature does not verify"))
        content += signature
    oid = git.write_tag(repo, content)
    if git.read_blob(repo, oid) != content:
        raise RepositoryError(say("nothing was changed: git does not give back the tag it stored"))
    return RefChange(tag.ref, oid, None)


def _check_commit(repo: Repository, wanted: Publication, commit: str, blobs: Blobs) -> None:
    """Read the commit back: it changes exactly the files of the publication."""
    expected = {one.path: blobs.get(one.path) for one in wanted.changes if one.after != one.before}
    changed = git.changed_files(repo, wanted.base, commit)
    found = {path: after for path, (_, after) in changed.items()}
    if found != expected:
        raise RepositoryError(
            say(
                "nothing was changed: the commit would change {found} instead of {expected}",
                found=listing(sorted(found)),
                expected=listing(sorted(expected)),
            )
        )
