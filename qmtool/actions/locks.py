"""The lock of a writing command: one `qm` at a time, and what another left behind is settled."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator

from qmtool.errors import Busy, RepositoryError
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.pending import folder_of

WAIT_FOR_QM = 60.0

_PAUSE = 0.05
_held: list[int] = []


@contextlib.contextmanager
def writing(repo: Repository) -> Iterator[None]:
    """Hold the lock of `qm` on *repo*, and settle first what an interrupted command left.

    The kernel frees the lock if this process dies, once the Git that it was running has ended too.
    Raise Busy if another `qm` holds it for more than a minute.
    """
    from qmtool.actions import anchoring
    from qmtool.actions.recovery import recover

    too_old = git.too_old(repo.git)
    if too_old:
        raise RepositoryError(too_old)
    folder = folder_of(repo)
    if folder.is_symlink():
        raise RepositoryError(
            say("{path} is not a folder but a link or a file; move it away", path=folder)
        )
    try:
        folder.mkdir(exist_ok=True)
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=folder / "lock", error=error.strerror)
        ) from error
    with os.fdopen(descriptor):
        _wait_for(descriptor)
        _held.append(descriptor)
        try:
            recover(repo)
            yield
        finally:
            _held.remove(descriptor)
            anchoring.follow(repo)


def held() -> tuple[int, ...]:
    """Return the descriptors of the locks that this process holds."""
    return tuple(_held)


def _wait_for(descriptor: int) -> None:
    """Lock *descriptor* once no other process holds it."""
    deadline = time.monotonic() + WAIT_FOR_QM
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise Busy(say("another qm is writing in this repository; try again")) from error
            time.sleep(_PAUSE)
