"""Publish changed documents: one commit and its tags, and the files on disk, or nothing at all.

The steps are those of `reliability.md` §4. Objects come first and harm nothing; the branch and the
tags then move in one transaction; the working files and the index follow. Whatever fails, what
was done is undone, and the error goes on to the user.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qmtool.actions.locks import index_locked
from qmtool.errors import QmError, Refused, RepositoryError
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Entry, RefChange, Repository

Blobs = Mapping[str, str]

_FAR_AHEAD = 4_102_444_800
"""1 January 2100, in seconds: later than any file, and within what an index can hold."""


@dataclass(frozen=True)
class FileChange:
    """A file to write: its bytes in the base commit (None: it is new) and after."""

    path: str
    before: bytes | None
    after: bytes
    mode: str = "100644"


@dataclass(frozen=True)
class NewTag:
    """A tag to create; *message* gives its payload once the blobs are known, by path."""

    ref: str
    message: Callable[[Blobs, str], str]


@dataclass(frozen=True)
class Publication:
    """What one commit publishes: on which branch and base, by whom and when."""

    branch: str
    base: str
    changes: Sequence[FileChange]
    tags: Sequence[NewTag]
    message: str
    who: tuple[str, str]
    when: str


@dataclass(frozen=True)
class Published:
    """What was published, and the files that were edited meanwhile and left alone."""

    commit: str
    left_alone: tuple[str, ...]


class BranchMoved(RepositoryError):
    """The branch is no longer where the publication was planned; plan again."""


@dataclass
class _WorkingFiles:
    """The files on disk: written beside, then put in place, with a way back."""

    repo: Repository
    staged: list[tuple[Path, Path, FileChange]] = field(default_factory=list)
    placed: list[tuple[Path, Path | None]] = field(default_factory=list)
    left_alone: list[str] = field(default_factory=list)

    def stage(self, change: FileChange) -> None:
        """Write the new bytes of *change* beside its file, if the file is still the old one."""
        target = self.repo.root / change.path
        if _read(target) == change.after:
            return
        after = self._form_on_disk(target, change)
        if after is None:
            self.left_alone.append(change.path)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".qm-", suffix=".tmp", dir=target.parent)
        beside = Path(name)
        self.staged.append((target, beside, change))
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o777 & target.stat().st_mode if target.exists() else 0o644)

    def _form_on_disk(self, target: Path, change: FileChange) -> bytes | None:
        """Return the new bytes with the line ends of the file on disk; None if it was edited."""
        if change.before is None:
            return change.after if not os.path.lexists(target) else None
        on_disk = _read(target)
        if on_disk == change.before:
            return change.after
        if on_disk == crlf(change.before):
            return crlf(change.after)
        return None

    def place(self) -> None:
        """Put every staged file in place, keeping the old one under another name."""
        for target, beside, change in self.staged:
            if change.before is None:
                self._place_new(target, beside, change)
                continue
            backup = beside.with_suffix(".old")
            os.link(target, backup)
            self.placed.append((target, backup))
            beside.replace(target)
            if _read(backup) not in (change.before, crlf(change.before)):
                backup.replace(target)
                self.placed.pop()
                self.left_alone.append(change.path)

    def _place_new(self, target: Path, beside: Path, change: FileChange) -> None:
        """Put a new file in place, unless one appeared there meanwhile."""
        try:
            os.link(beside, target)
        except FileExistsError:
            self.left_alone.append(change.path)
        else:
            self.placed.append((target, None))

    def undo(self) -> None:
        """Put the old files back."""
        for target, backup in reversed(self.placed):
            if backup is None:
                target.unlink(missing_ok=True)
            elif backup.exists() and not backup.samefile(target):
                backup.replace(target)
        self.placed.clear()

    def clean(self) -> None:
        """Remove what was written beside the files."""
        for _, beside, _ in self.staged:
            for path in (beside, beside.with_suffix(".old")):
                with contextlib.suppress(OSError):  # what is published stays so
                    path.unlink(missing_ok=True)


def crlf(data: bytes) -> bytes:
    """Return *data* with its line feeds written as CRLF."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() and not path.is_symlink() else None
    except OSError:
        return None


def publish(repo: Repository, publication: Publication) -> Published:
    """Carry out *publication*, or leave everything as it was and raise.

    The caller holds the lock of `qm`. Raise BranchMoved if the branch left its base meanwhile.
    """
    files = _WorkingFiles(repo)
    try:
        with index_locked(repo) as lock, _scratch(repo) as scratch:
            _still_at(repo, publication)
            entries, blobs = _write_blobs(repo, publication)
            commit = _write_commit(repo, publication, entries, scratch / "tree")
            refs = [RefChange(publication.branch, commit, publication.base)]
            refs += _write_tags(repo, publication, commit, blobs)
            _check_objects(repo, publication, commit, blobs)
            _next_index(repo, publication, entries, scratch / "index")
            for change in publication.changes:
                files.stage(change)
            with _uninterrupted():
                try:
                    _move(repo, publication, refs)
                    files.place()
                    lock.become(scratch / "index")
                except BaseException:
                    files.undo()
                    _put_back(repo, refs)
                    raise
    except OSError as error:
        raise RepositoryError(
            say(
                "nothing was changed: {path} cannot be written ({error})",
                path=error.filename or repo.root,
                error=error.strerror,
            )
        ) from error
    finally:
        files.clean()
    _sync_folder(repo.git_dir)
    return Published(commit, tuple(files.left_alone))


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait while refs, files and index change: the programs of Git ignore it too."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _reversed(change: RefChange) -> RefChange:
    return RefChange(change.ref, change.old, change.new)


@contextlib.contextmanager
def _scratch(repo: Repository) -> Iterator[Path]:
    """Yield a folder beside the index, so that a file of it can be renamed onto the index."""
    path = Path(tempfile.mkdtemp(prefix="qm-", dir=repo.git_dir))
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):  # what is published stays so
            shutil.rmtree(path)


def _still_at(repo: Repository, publication: Publication) -> None:
    if git.resolve_ref(repo, publication.branch) != publication.base:
        raise BranchMoved(
            say("the branch moved while qm was working; nothing was changed, try again")
        )


def _write_blobs(
    repo: Repository, publication: Publication
) -> tuple[dict[str, Entry | None], dict[str, str]]:
    blobs = {change.path: git.write_blob(repo, change.after) for change in publication.changes}
    entries: dict[str, Entry | None] = {
        change.path: Entry(change.mode, blobs[change.path]) for change in publication.changes
    }
    return entries, blobs


def _write_commit(
    repo: Repository, publication: Publication, entries: Mapping[str, Entry | None], index: Path
) -> str:
    tree = git.write_tree(repo, publication.base, entries, index)
    return git.write_commit(
        repo, tree, [publication.base], publication.message, publication.who, publication.when
    )


def _write_tags(
    repo: Repository, publication: Publication, commit: str, blobs: Blobs
) -> list[RefChange]:
    found = []
    for tag in publication.tags:
        message = tag.message(blobs, commit)
        content = tag_content(tag.ref, commit, publication.who, publication.when, message)
        found.append(RefChange(tag.ref, git.write_tag(repo, content), None))
    return found


def tag_content(ref: str, commit: str, who: tuple[str, str], when: str, message: str) -> str:
    """Return the tag object *ref* of *commit*, of *who* (name, email) at *when*."""
    name, email = who
    return (
        f"object {commit}\ntype commit\ntag {ref.removeprefix('refs/tags/')}\n"
        f"tagger {name} <{email}> {when}\n\n{message}"
    )


def _check_objects(repo: Repository, publication: Publication, commit: str, blobs: Blobs) -> None:
    """Read the objects back: the commit changes exactly the files of the publication."""
    expected = {
        change.path: blobs[change.path]
        for change in publication.changes
        if change.after != change.before
    }
    found = git.changed_blobs(repo, publication.base, commit)
    if found != expected:
        raise RepositoryError(
            say(
                "nothing was changed: the commit would change {found} instead of {expected}",
                found=listing(sorted(found)),
                expected=listing(sorted(expected)),
            )
        )


def _next_index(
    repo: Repository, publication: Publication, entries: Mapping[str, Entry | None], copy: Path
) -> None:
    """Write the user's index with only the published entries replaced.

    A file as recent as the index itself is compared by content when Git writes the index, through
    the filters that the repository configures (`filter.*.clean`): a program would run. The copy
    is therefore dated far ahead while Git works on it, and then as the index was, so that Git goes
    on comparing such files later.
    """
    index = repo.git_dir / "index"
    if not index.exists():
        git.write_tree(repo, publication.base, {}, copy)
        index = copy
    else:
        shutil.copyfile(index, copy)
    dated = index.stat().st_mtime_ns
    os.utime(copy, (_FAR_AHEAD, _FAR_AHEAD))
    git.update_index(repo, entries, copy)
    os.utime(copy, ns=(dated, dated))
    with copy.open("rb") as file:
        os.fsync(file.fileno())


def _move(repo: Repository, publication: Publication, refs: Sequence[RefChange]) -> None:
    """Move the refs; tell a branch that moved and a veto of the site apart."""
    try:
        git.move_refs(repo, refs)
    except git.GitError as error:
        _still_at(repo, publication)
        taken = [ref.ref for ref in refs if ref.old is None and git.resolve_ref(repo, ref.ref)]
        if taken:
            raise Refused(
                say(
                    "nothing was changed: the tag {tag} exists already",
                    tag=taken[0].removeprefix("refs/tags/"),
                )
            ) from error
        words = " / ".join(error.words.strip().splitlines()[:5])
        kind: type[QmError] = Refused if "hook" in error.words else RepositoryError
        raise kind(
            say(
                "nothing was changed: git refused to move the branch and the tag ({words})",
                words=words,
            )
        ) from error


def _put_back(repo: Repository, refs: Sequence[RefChange]) -> None:
    """Undo what was published, in whole or in part."""
    now = git.read_refs(repo, [ref.ref for ref in refs])
    moved = [_reversed(ref) for ref in refs if now.get(ref.ref) == ref.new]
    if moved:
        git.move_refs(repo, moved, hooks=False)


def _sync_folder(folder: Path) -> None:
    """Ask the disk to keep the renames; everything is published whether or not it can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
