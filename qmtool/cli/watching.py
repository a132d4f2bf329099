"""`qm check --watch`: check again whenever a file is saved, until Ctrl-C."""

import gc
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qmtool.cli.check_run import Judgement, Wish, judge, shown
from qmtool.cli.common import emit, language, now, repository, tell
from qmtool.errors import QmError, UsageError
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot

PAUSE = 0.5
_SETTLED = 0.1
"""How long nothing may change before a check: an editor or a `git checkout` writes many files."""

_SHARE = 60
"""A pause is at least so many times as long as the look before it: a large tree costs no more."""

_LIST_EVERY = 20
"""After how many looks the files are listed anew: those of a new folder are not known before."""

_OWN_STATE = ("index", "HEAD", "logs/HEAD")
_SHARED_STATE = ("packed-refs", "refs/heads", "refs/tags")
SHAPES = ("text", "concise")
_CLEAR = "\x1b[2J\x1b[H"

Load = Callable[[Repository], Snapshot]
Sign = tuple[int, ...]


def watch(wish: Wish, load: Load) -> int:
    """Check, and check again after each change; only an interruption ends this."""
    if wish.shape not in SHAPES:
        raise UsageError(
            say("--watch prints {choices}, not {name}", choices=listing(SHAPES), name=wish.shape)
        )
    gc.enable()  # a run of hours, unlike any other
    files = Watched(repository())
    before: Sequence[Diagnostic] | None = None
    while True:
        files.settle()
        before = _check(wish, load, before)
        files.wait()


def _check(
    wish: Wish, load: Load, before: Sequence[Diagnostic] | None
) -> Sequence[Diagnostic] | None:
    """Print what is wrong now, and return it; what it was *before* where that cannot be told."""
    if _can_clear():
        emit(_CLEAR)
    time_of_day = f"{now():%H:%M:%S}"
    try:
        repo = repository()
        found = judge(repo, wish, load(repo))
        report = shown(found, wish)
    except (QmError, OSError) as error:
        emit(f"[{time_of_day}]\n")
        for sentence in error.sentences if isinstance(error, QmError) else [str(error)]:
            tell(f"qm: {language().render(sentence)}")
        tell(say("waiting for a change; Ctrl-C ends this"))
        return before
    emit(f"[{time_of_day}] {_difference(before, found)}\n{report}\n")
    return found.kept


def _difference(before: Sequence[Diagnostic] | None, found: Judgement) -> str:
    """Return how many diagnostics are new and how many are gone since the last check."""
    if before is None:
        return language().render(say("checked; waiting for changes, Ctrl-C ends this"))
    old, new = (Counter(map(_said, some)) for some in (before, found.kept))
    counts = {"new": (new - old).total(), "mended": (old - new).total()}
    return language().render(say("new: {new}, mended: {mended}", **counts))


def _said(one: Diagnostic) -> tuple[str, str, str]:
    """Return what a diagnostic says, on whatever line."""
    return one.code, one.location.path, str(one.message)


def _can_clear() -> bool:
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


@dataclass
class Watched:
    """The files that a check reads, and what the system said of them at the last look."""

    repo: Repository
    paths: Sequence[str] = ()
    folders: Sequence[str] = ()
    last: Sequence[Sign] = ()
    last_of_folders: Sequence[Sign] = ()
    looks: int = 0

    def settle(self) -> None:
        """Return once nothing changed for a moment."""
        while self.is_changed():
            time.sleep(_SETTLED)

    def wait(self) -> None:
        """Return once something changed."""
        spent = 0.0
        while True:
            time.sleep(max(PAUSE, _SHARE * spent))
            began = time.monotonic()
            if self.is_changed():
                return
            spent = time.monotonic() - began

    def is_changed(self) -> bool:
        """Look, and return whether any file is not as it was at the last look.

        Where a folder has changed, and now and then, the files are listed anew.
        """
        self.looks += 1
        of_folders = [*map(_sign, self.folders)]
        if of_folders != self.last_of_folders or not self.looks % _LIST_EVERY:
            self.list()
            self.last_of_folders = [*map(_sign, self.folders)]
        seen = [*map(_sign, self.paths)]
        changed = seen != self.last
        self.last = seen
        return changed

    def list(self) -> None:
        """List the files and their folders; if Git cannot tell them, those known are watched."""
        try:
            found = {*git.index_paths(self.repo), *git.untracked(self.repo)}
        except QmError:
            return
        folders = {""}
        for path in found:
            head = path.rpartition("/")[0]
            while head not in folders:
                folders.add(head)
                head = head.rpartition("/")[0]
        root = os.fspath(self.repo.root)
        self.folders = [f"{root}/{folder}" for folder in sorted(folders)]
        own = [os.fspath(self.repo.git_dir / name) for name in _OWN_STATE]
        shared = [os.fspath(self.repo.common_dir / name) for name in _SHARED_STATE]
        self.paths = [*(f"{root}/{path}" for path in sorted(found)), *own, *shared]


def _sign(path: str) -> Sign:
    """Return what changes when the file at *path* does, empty if there is none."""
    try:
        found = os.lstat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
