"""The lock of the index, held as Git does: no `git add` or `git commit` beside us meanwhile."""

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from qmtool.errors import Busy, RepositoryError
from qmtool.model.text import say
from qmtool.repository.git import Repository

WAIT = 10.0
MARKER = b"qm release lock\n"
BESIDE = "qm-index.tmp"
"""Under this name the marker is written first: a lock without it would be nobody's."""

_PAUSE = 0.02


class IndexLock:
    """Our `index.lock`: it becomes the index, or it is removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_ours = True

    def take(self, next_index: Path) -> None:
        """Put *next_index* in the place of the lock, from where it becomes the index."""
        next_index.replace(self.path)
        sync_folder(self.path.parent)

    def become_index(self) -> None:
        """Rename the lock onto the index: Git sees the next index, and the lock is gone."""
        self.path.replace(self.path.with_name("index"))
        self.is_ours = False  # a lock that stands there from now on is of another program
        sync_folder(self.path.parent)


def path_of(repo: Repository) -> Path:
    """Return where the lock of the index of this work tree stands."""
    return path_in(repo.git_dir)


def path_in(git_dir: Path) -> Path:
    """Return where the lock of the index stands that is in *git_dir*."""
    return git_dir / "index.lock"


@contextlib.contextmanager
def index_locked(repo: Repository) -> Iterator[IndexLock]:
    """Hold `index.lock` and yield it; unless it was left to a journal, it is gone afterwards.

    Raise Busy if another program holds it for ten seconds: it is never removed for it.
    """
    path = path_of(repo)
    deadline = time.monotonic() + WAIT
    while True:
        try:
            _create(path)
            break
        except FileExistsError as error:
            if time.monotonic() > deadline:
                raise Busy(
                    say(
                        "another program holds {path}; try again, or remove the file if no git "
                        "is running",
                        path=path,
                    )
                ) from error
            time.sleep(_PAUSE)
        except OSError as error:
            raise RepositoryError(
                say("{path} cannot be written ({error})", path=path, error=error.strerror)
            ) from error
    lock = IndexLock(path)
    try:
        yield lock
    finally:
        if lock.is_ours:
            with contextlib.suppress(OSError):
                path.unlink()


def _create(path: Path) -> None:
    """Create the lock with the marker in it, at once; raise FileExistsError if there is one."""
    beside = path.with_name(BESIDE)
    beside.unlink(missing_ok=True)  # only who holds the lock of qm comes here
    _write_marker(beside)
    try:
        os.link(beside, path)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        _write_marker(path)  # a file system without links
    finally:
        beside.unlink(missing_ok=True)


def _write_marker(path: Path) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(MARKER)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of the file at *path*, which is no link; empty if there is none.

    A disk that fails raises OSError: it is not the same as no file.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO):
            raise
        return ""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return ""
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_marker(path: Path) -> bool:
    """Return whether the lock at *path* is one that a killed `qm` left before it did anything."""
    return sha256_of(path) == hashlib.sha256(MARKER).hexdigest()


def sync_folder(folder: Path) -> None:
    """Ask the disk to keep the names in *folder*; everything is there whether or not it can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
