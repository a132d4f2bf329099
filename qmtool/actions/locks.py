"""The locks of a writing command: one `qm` at a time, and no `git add` or `commit` beside it."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

from qmtool.errors import Busy, RepositoryError
from qmtool.model.text import say
from qmtool.repository.git import Repository

WAIT_FOR_QM = 60.0
WAIT_FOR_GIT = 10.0
MARKER = b"qm release lock\n"

_PAUSE = 0.05


@contextlib.contextmanager
def writing(repo: Repository) -> Iterator[None]:
    """Hold the lock of `qm` on *repo*; the kernel frees it if this process dies.

    Raise Busy if another `qm` holds it for more than a minute.
    """
    folder = repo.common_dir / "qm"
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=folder / "lock", error=error.strerror)
        ) from error
    with os.fdopen(descriptor):
        deadline = time.monotonic() + WAIT_FOR_QM
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Busy(
                        say("another qm is writing in this repository; try again")
                    ) from error
                time.sleep(_PAUSE)
        yield


class IndexLock:
    """Our `index.lock`: it becomes the index, or it is removed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.is_ours = True

    def become(self, next_index: Path) -> None:
        """Put *next_index* in place of the index, through the lock as Git does."""
        next_index.replace(self.path)
        self.path.replace(self.path.with_name("index"))
        self.is_ours = False  # a lock that stands there from now on is of another program


@contextlib.contextmanager
def index_locked(repo: Repository) -> Iterator[IndexLock]:
    """Hold `index.lock`, as Git does, and yield it; it is gone afterwards.

    Raise Busy if another program holds it for ten seconds: it is never removed for it.
    """
    path = repo.git_dir / "index.lock"
    deadline = time.monotonic() + WAIT_FOR_GIT
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
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
        with os.fdopen(descriptor, "wb") as file:
            file.write(MARKER)
        yield lock
    finally:
        if lock.is_ours:
            with contextlib.suppress(OSError):
                path.unlink()
