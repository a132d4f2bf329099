"""What a publication does once its journal stands, and what the next command does if it stopped.

Both go the same way: the refs decide. Where none has moved, the publication is given up and all is
old; where one has, the others follow, then the files and the index, and all is new.
"""

import contextlib
import os
import shutil
import stat
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from qmtool.actions import anchoring, index_lock, journal
from qmtool.actions.index_lock import IndexLock, index_locked
from qmtool.actions.journal import Journal
from qmtool.actions.next_index import write_next_index
from qmtool.actions.working_files import OnDisk, WorkingFiles
from qmtool.errors import RepositoryError
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.pending import Damaged, folder_of, journal_path

SCRATCH = "qm-scratch"
PATIENCE = 1.0
"""How many seconds a lock on a ref may stay before it is taken for one that was left."""

_PAUSE = 0.02


def recover(repo: Repository) -> None:
    """Finish or give up what an interrupted run left; the caller holds the lock of `qm`."""
    try:
        left = journal.load(repo)
    except Damaged as damage:
        raise _set_aside(repo, damage) from damage
    if left is not None:
        settle(_work_tree_of(repo, left), left)
    for one in folder_of(repo).glob(".qm-*.tmp"):
        _remove(one)
    for git_dir in (repo.common_dir, *(repo.common_dir / "worktrees").glob("*")):
        _remove(git_dir / SCRATCH)
        _remove(git_dir / index_lock.BESIDE)
        lock = index_lock.path_in(git_dir)
        if index_lock.is_marker(lock):
            lock.unlink()


def settle(repo: Repository, left: Journal, *, was_stopped: bool = True) -> list[str] | None:
    """Bring a publication to its end: the files that were left alone, or None if it is given up.

    Raise RepositoryError if its refs are neither old nor new: then nothing is guessed. The lock of
    another program matters only if our Git was stopped (*was_stopped*): else all refs have moved.
    """
    foreign = _remove_ref_locks(repo, left)
    now = git.read_refs(repo, [ref.ref for ref in left.refs])
    if not _has_begun(repo, left, now):
        _give_up(repo, left)
        if foreign is not None:
            raise _held_by_another(foreign)
        return None
    if foreign is not None and was_stopped:
        raise _held_by_another(foreign)
    _move_the_rest(repo, left, now)
    _remove_logs(repo, left)
    left_alone = _files_and_index(repo, left) if left.index else []
    anchoring.forget(repo, left.base, left.refs)
    journal.remove(repo)
    return left_alone


def _move_the_rest(repo: Repository, left: Journal, now: Mapping[str, str]) -> None:
    """Move the refs that are still old; raise RepositoryError if one is neither old nor new."""
    odd = [ref.ref for ref in left.refs[1:] if now.get(ref.ref) not in (ref.old, ref.new)]
    if odd:
        raise RepositoryError(
            say(
                "{title} was interrupted, and {refs} no longer stand where it left them; nothing "
                "was changed. Compare with another clone, then remove {path}",
                title=left.title,
                refs=listing(odd),
                path=journal_path(repo),
            )
        )
    waiting = [ref for ref in left.refs if now.get(ref.ref) == ref.old != ref.new]
    if waiting:
        git.move_refs(repo, waiting, hooks=False)


def files_of(repo: Repository, base: str, commit: str) -> list[OnDisk]:
    """Return the files that *commit* changes against *base*."""
    changed = git.changed_files(repo, base, commit)
    return [OnDisk(path, *pair) for path, pair in changed.items()]


def _has_begun(repo: Repository, left: Journal, now: Mapping[str, str]) -> bool:
    """Return whether any ref of the publication has moved to its new value."""
    branch, *others = left.refs
    tip = now.get(branch.ref)
    moves = branch.new and branch.new != branch.old and tip and tip != branch.old
    if moves and (tip == branch.new or git.is_ancestor(repo, str(branch.new), str(tip))):
        return True
    return any(now.get(ref.ref) == ref.new for ref in others if ref.new != ref.old)


def _give_up(repo: Repository, left: Journal) -> None:
    """Leave everything as it was before the publication."""
    if left.index:
        WorkingFiles(repo, left.commit, files_of(repo, left.base, left.commit)).clean()
        lock = index_lock.path_of(repo)
        if index_lock.is_marker(lock) or index_lock.sha256_of(lock) == left.index:
            lock.unlink(missing_ok=True)
    journal.remove(repo)


def _files_and_index(repo: Repository, left: Journal) -> list[str]:
    """Write what the publication changed on disk and in the index; return what was left alone."""
    files = WorkingFiles(repo, left.commit, files_of(repo, left.base, left.commit))
    with _our_lock(repo, left) as lock:
        files.place()
        files.clean()
        if lock is not None:
            lock.become_index()
    return files.left_alone


@contextlib.contextmanager
def _our_lock(repo: Repository, left: Journal) -> Iterator[IndexLock | None]:
    """Yield the lock that holds the next index, made again if it is gone; None if all is done."""
    lock = index_lock.path_of(repo)
    if index_lock.sha256_of(lock) == left.index:
        yield IndexLock(lock)
        return
    if index_lock.is_marker(lock):
        lock.unlink()
    with index_locked(repo) as taken:
        entries = {path: entry for path, (entry, is_old) in _entries(repo, left).items() if is_old}
        if not entries:
            yield None
            return
        with scratch(repo) as folder:
            write_next_index(repo, left.commit, entries, folder / "index")
            taken.take(folder / "index")
            yield taken


def _entries(repo: Repository, left: Journal) -> dict[str, tuple[git.Entry | None, bool]]:
    """Return the entries of the commit by path, and whether the index still has the old ones."""
    index = git.index_entries(repo)
    trees = git.tree_entries(repo, left.commit)
    found = {}
    for one in files_of(repo, left.base, left.commit):
        has = index.get(one.path)
        found[one.path] = (trees.get(one.path), (has.oid if has else None) == one.before)
    return found


@contextlib.contextmanager
def scratch(repo: Repository) -> Iterator[Path]:
    """Yield a folder beside the index, so that a file of it can be renamed onto the index."""
    path = repo.git_dir / SCRATCH
    _remove(path)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        _remove(path)


def _remove(path: Path) -> None:
    """Remove what a run has prepared, and never what a link leads to."""
    with contextlib.suppress(OSError):  # what is published stays so
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
        else:
            shutil.rmtree(path)


def _work_tree_of(repo: Repository, left: Journal) -> Repository:
    """Return the repository as the work tree saw it in which the publication was begun."""
    git_dir = Path(os.path.normpath(repo.common_dir / left.git_dir))
    if git_dir == repo.git_dir:
        return repo
    root = Path(os.path.normpath(repo.common_dir / left.root))
    try:
        found = git.discover(root)
    except (RepositoryError, OSError):
        found = None
    if found is None or found.common_dir != repo.common_dir or found.git_dir != git_dir:
        raise RepositoryError(
            say(
                "{title} was interrupted in another work tree, {root}, which is not there; "
                "put it back, or remove {path} after a look at the refs",
                title=left.title,
                root=root,
                path=journal_path(repo),
            )
        )
    return replace(repo, root=found.root, git_dir=found.git_dir)


def _remove_ref_locks(repo: Repository, left: Journal) -> Path | None:
    """Remove the locks on refs that our Git left when it was killed; return one of another program.

    The lock of `qm` is held until that Git has ended, so a lock of ours belongs to nobody now. A
    Git that is at work gives its locks back soon: those are waited for.
    """
    names = [f"{ref.ref}.lock" for ref in left.refs]
    places = [*(repo.common_dir / name for name in names), repo.git_dir / "HEAD.lock"]
    if any(ref.new is None for ref in left.refs):
        places += [repo.common_dir / name for name in ("packed-refs.lock", "packed-refs.new")]
    deadline = time.monotonic() + PATIENCE
    while any(map(os.path.lexists, places)) and time.monotonic() < deadline:
        time.sleep(_PAUSE)
    standing = [place for place in places if os.path.lexists(place)]
    foreign = [place for place in standing if not _is_ours(place, left)]
    for place in standing:
        if place not in foreign:
            place.unlink(missing_ok=True)
    return next(iter(foreign), None)


def _is_ours(place: Path, left: Journal) -> bool:
    """Return whether the lock at *place* is one that the Git of this publication has left."""
    oids = (oid for ref in left.refs for oid in (ref.new, ref.old) if oid)
    ours = {b"", *(oid.encode() for oid in oids)}
    try:
        found = place.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_mtime < left.time - 2:
            return False
        return place.name == "packed-refs.new" or place.read_bytes().rstrip(b"\n") in ours
    except OSError:
        return False


def _held_by_another(place: Path) -> RepositoryError:
    return RepositoryError(
        say(
            "another program holds {path}; remove the file if no git is running, then try again",
            path=place,
        )
    )


def _remove_logs(repo: Repository, left: Journal) -> None:
    """Remove the logs of refs that are gone, which a Git that was killed did not come to."""
    for ref in left.refs:
        if ref.new is None:
            (repo.common_dir / "logs" / ref.ref).unlink(missing_ok=True)


def _set_aside(repo: Repository, damage: Damaged) -> RepositoryError:
    """Keep a journal that cannot be believed under another name, and return what to say of it."""
    path = journal_path(repo)
    aside = path.with_name(f"journal.damaged-{time.time_ns()}.json")
    with contextlib.suppress(OSError):
        path.rename(aside)
    tips = git.branch_tips(repo)[:20]
    return RepositoryError(
        say(
            "the journal of an interrupted command cannot be believed ({why}); it is kept as "
            "{path}, and nothing was changed. Branches: {refs}. Type qm verify and git status",
            why=str(damage),
            path=aside,
            refs=listing(f"{name} {oid[:12]}" for name, oid in tips),
        )
    )
