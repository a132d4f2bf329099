"""The named points of a publication at which `qm` dies, and protocols broken on purpose.

Nothing of this is in the program: a child process, before it runs `qm`, puts its own functions
around those of the protocol. Each point is named after the step of `reliability.md` §4.
"""

import os
import shutil
import signal
import stat
import subprocess
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from qmtool.actions import (
    index_lock,
    journal,
    locks,
    next_index,
    publish,
    recovery,
    working_files,
)
from qmtool.repository import git
from qmtool.repository.git import process, trees

Deed = Callable[[], object]
"""What happens at a point: the process dies, or somebody else works in the repository."""


def die() -> None:
    """End this process as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, when: str) -> Callable[[Deed], None]:
    """Return what makes the deed happen *before* or *after* a function does its work."""

    def install(deed: Deed) -> None:
        real = getattr(owner, name)

        def wrapped(*arguments: Any, **options: Any) -> Any:
            if when == "before":
                deed()
            result = real(*arguments, **options)
            if when == "after":
                deed()
            return result

        setattr(owner, name, wrapped)

    return install


def renamed(function: str, target: str, when: str, module: Any) -> Callable[[Deed], None]:
    """Return what makes the deed happen around a call of `os` in *module* that names *target*."""

    def install(deed: Deed) -> None:
        real = getattr(os, function)

        def wrapped(*arguments: Any, **options: Any) -> Any:
            hit = any(str(one).endswith(target) for one in arguments)
            if hit and when == "before":
                deed()
            result = real(*arguments, **options)
            if hit and when == "after":
                deed()
            return result

        module.os = SimpleNamespace(**{**vars(os), function: wrapped})

    return install


def replaced(target: str, when: str) -> Callable[[Deed], None]:
    """Return what makes the deed happen around the rename onto a file called *target*."""

    def install(deed: Deed) -> None:
        real = Path.replace

        def wrapped(self: Path, onto: Path) -> Path:
            hit = Path(onto).name == target
            if hit and when == "before":
                deed()
            result = real(self, onto)
            if hit and when == "after":
                deed()
            return result

        Path.replace = wrapped  # type: ignore[method-assign]

    return install


def half_a_file(deed: Deed) -> None:
    """Let the deed happen when half of a file is written beside the old one."""
    real = working_files._write

    def wrapped(folder: int, name: str, data: bytes, mode: int) -> None:
        real(folder, name, data[: len(data) // 2], mode)
        deed()
        os.unlink(name, dir_fd=folder)
        real(folder, name, data, mode)

    working_files._write = wrapped


def half_a_journal(deed: Deed) -> None:
    """Let the deed happen when half of the journal is written under its temporary name."""
    real = journal.write_file

    def wrapped(path: Path, data: bytes, mode: int = 0o644) -> None:
        half = path.with_name(".qm-half.tmp")
        half.write_bytes(data[: len(data) // 2])
        deed()
        half.unlink()
        real(path, data, mode)

    journal.write_file = wrapped


def some_trees(deed: Deed) -> None:
    """Let the deed happen when the tree of one folder is stored, and those above it are not."""
    real = trees.run

    def wrapped(repo: git.Repository, *arguments: str, **options: Any) -> bytes:
        result = real(repo, *arguments, **options)
        if arguments[0] == "mktree":
            deed()
        return result

    trees.run = wrapped


def synced(target: str) -> Callable[[Deed], None]:
    """Return what makes the deed happen before the folder of a file so called is synced."""

    def install(deed: Deed) -> None:
        for module in (index_lock, journal):
            real = module.sync_folder

            def wrapped(folder: Path, real: Callable[[Path], None] = real) -> None:
                if target == "journal" and folder.name == "qm":
                    deed()
                real(folder)

            module.sync_folder = wrapped

    return install


# --- the step of the refs ----------------------------------------------------------------------


def on_update_ref(change: Callable[[list[str]], tuple[list[str], bool]]) -> Callable[[Deed], None]:
    """Return what runs `git update-ref` as *change* says, which also tells whether to act after."""

    def install(deed: Deed) -> None:
        real = subprocess.run

        def wrapped(command: Sequence[str], *arguments: Any, **options: Any) -> Any:
            if "update-ref" not in command:
                return real(command, *arguments, **options)
            changed, after = change(list(command))
            result = real(changed, *arguments, **options)
            if after:
                deed()
            return result

        process.subprocess = SimpleNamespace(**{**vars(subprocess), "run": wrapped})

    return install


def hooked(phase: str) -> Callable[[Deed], None]:
    """Return what kills Git in a phase of its transaction, and `qm` with it.

    Git runs its `reference-transaction` hook there: the hook kills Git.
    """

    def change(command: list[str]) -> tuple[list[str], bool]:
        hooks = Path(os.environ["QM_CACHE_DIR"], f"hooks-{phase}")
        if not hooks.exists():
            made = hooks.with_name(f"{hooks.name}.{os.getpid()}")
            made.mkdir(parents=True)
            script = made / "reference-transaction"
            script.write_text(f'#!/bin/sh\n[ "$1" = {phase} ] && kill -9 $PPID\nexit 0\n')
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
            try:
                made.rename(hooks)
            except OSError:
                shutil.rmtree(made)
        at = command.index("update-ref")
        return [*command[:at], "-c", f"core.hooksPath={hooks}", *command[at:]], True

    return on_update_ref(change)


def traced(inject: str, and_parent: bool) -> Callable[[Deed], None]:
    """Return what runs Git under `strace`, which makes one system call fail or kills Git in it."""

    def change(command: list[str]) -> tuple[list[str], bool]:
        tracer = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"inject={inject}"]
        return [*tracer, *command], and_parent

    return on_update_ref(change)


def between_the_refs(deed: Deed) -> None:
    """Kill Git, and `qm` with it, when the branch has moved and the tag has not.

    Without `strace`, leave what Git would.
    """
    if shutil.which("strace"):
        traced("rename:signal=KILL:when=2", and_parent=True)(deed)
        return

    def move_refs(repo: git.Repository, changes: Sequence[git.RefChange], **_: Any) -> None:
        branch, *others = changes
        git.run(repo, "update-ref", branch.ref, str(branch.new), str(branch.old))
        for one in others:
            lock = repo.common_dir / f"{one.ref}.lock"
            lock.parent.mkdir(parents=True, exist_ok=True)
            lock.write_text(f"{one.new}\n")
        (repo.git_dir / "HEAD.lock").touch()
        deed()

    git.move_refs = move_refs


def qm_alone(deed: Deed) -> None:
    """Kill `qm` while its Git goes on."""
    del deed

    def change(command: list[str]) -> tuple[list[str], bool]:
        script = 'sleep 0.05; kill -9 $PPID; sleep 0.2; exec "$@"'
        return ["/bin/sh", "-c", script, "sh", *command], False

    on_update_ref(change)(die)


def without_exchange(step: str) -> Callable[[Deed], None]:
    """Return what makes the deed happen where the system cannot exchange two files in one step."""

    def install(deed: Deed) -> None:
        working_files._exchange = lambda *_: False
        if step == "link":
            renamed("link", ".old", "after", working_files)(deed)
        else:
            renamed("rename", ".md", "after", working_files)(deed)

    return install


WF = working_files.WorkingFiles
LOCK = index_lock.IndexLock

POINTS: dict[str, Callable[[Deed], None]] = {
    "01 qm lock taken": around(locks, "_wait_for", "after"),
    "01 recovery done": around(recovery, "recover", "after"),
    "02 marker not linked": renamed("link", "index.lock", "before", index_lock),
    "02 index locked": renamed("link", "index.lock", "after", index_lock),
    "02 moved or not": around(publish, "_has_moved", "after"),
    "04 blob stored": around(git, "write_blob", "after"),
    "05 some trees stored": some_trees,
    "05 tree stored": around(git, "put_in_tree", "after"),
    "06 commit stored": around(git, "write_commit", "after"),
    "07 tag stored": around(git, "write_tag", "after"),
    "08 commit checked": around(publish, "_check_commit", "after"),
    "09 index copied": around(next_index.shutil, "copyfile", "after"),
    "09 entries put in": around(next_index.git, "update_index", "after"),
    "09 next index made": around(publish, "write_next_index", "after"),
    "10 journal half written": half_a_journal,
    "10 journal not renamed": replaced("journal.json", "before"),
    "10 journal not synced": synced("journal"),
    "10 journal written": around(journal.Journal, "write", "after"),
    "10 file half written": half_a_file,
    "10 files written beside": around(WF, "stage", "after"),
    "11 index lock not taken": replaced("index.lock", "before"),
    "11 index lock taken": around(LOCK, "take", "after"),
    "12 before the refs": around(git, "move_refs", "before"),
    "12 refs prepared": hooked("prepared"),
    "12 between the refs": between_the_refs,
    "12 refs committed": hooked("committed"),
    "12 qm alone": qm_alone,
    "12 after the refs": around(git, "move_refs", "after"),
    "12 ref locks removed": around(recovery, "_remove_ref_locks", "after"),
    "13 before the files": around(WF, "place", "before"),
    "13 new file ready": renamed("rename", ".old", "after", working_files),
    "13 files exchanged": around(working_files, "_exchange", "after"),
    "13 backup linked": without_exchange("link"),
    "13 file renamed": without_exchange("rename"),
    "13 files in place": around(WF, "place", "after"),
    "13 files cleaned": around(WF, "clean", "after"),
    "14 before the index": replaced("index", "before"),
    "14 index not synced": replaced("index", "after"),
    "15 before the journal goes": around(journal, "remove", "before"),
    "15 journal gone": around(journal, "remove", "after"),
}
"""Where a publication dies: before, in or after each of its steps."""


class Nth:
    """A deed that happens the n-th time its point is reached."""

    def __init__(self, number: int, deed: Deed = die) -> None:
        self.left, self.deed = number, deed

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.deed()


# --- every call ---------------------------------------------------------------------------------

CALLS = {
    "open": "os",
    "write": "os",
    "fsync": "os",
    "rename": "os",
    "replace": "os",
    "link": "os",
    "unlink": "os",
    "mkdir": "os",
    "rmdir": "os",
    "chmod": "os",
    "fchmod": "os",
    "utime": "os",
    "run": "subprocess",
    "Popen": "subprocess",
    "copyfile": "shutil",
    "mkstemp": "tempfile",
}
"""The calls through which `qm` touches the disk or starts a program."""


def every_call(number: int, what: str, count_in: Path | None = None) -> None:
    """Make the *number*-th of the CALLS of this process fail with *what*: KILL, or an errno."""
    import errno
    import importlib

    seen = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            nonlocal seen
            seen += 1
            if count_in:
                count_in.write_text(str(seen))
            if seen == number and what == "KILL":
                die()
            if seen == number:
                code = getattr(errno, what)
                raise OSError(code, os.strerror(code), "injected")
            return real(*arguments, **options)

        return wrapped

    for name, module_name in CALLS.items():
        module = importlib.import_module(module_name)
        if isinstance(getattr(module, name), type):
            continue  # `Popen` is also used as a type: its instances start in `run` or below
        setattr(module, name, counted(getattr(module, name)))


# --- protocols broken on purpose ------------------------------------------------------------------


def tag_first() -> None:
    """Move the tag before the branch, in two calls, without a journal."""
    no_journal()

    def move_refs(repo: git.Repository, changes: Sequence[git.RefChange], **_: Any) -> None:
        branch, *tags = changes
        for one in (*tags, branch):
            git.run(repo, "update-ref", one.ref, str(one.new))

    git.move_refs = move_refs
    publish.settle = _finish_blindly


def _finish_blindly(repo: git.Repository, left: journal.Journal) -> list[str]:
    return recovery._files_and_index(repo, left)


def no_journal() -> None:
    """Write no journal at all."""
    journal.Journal.write = lambda self, repo: None


def no_index_lock() -> None:
    """Take no lock on the index: make the next one beside, and rename it at the end."""

    class Beside(index_lock.IndexLock):
        def take(self, next_index: Path) -> None:
            next_index.replace(self.path.with_name("unlocked"))

        def become_index(self) -> None:
            self.path.with_name("unlocked").replace(self.path.with_name("index"))

    @contextmanager
    def unlocked(repo: git.Repository) -> Any:
        yield Beside(index_lock.path_of(repo))

    @contextmanager
    def ours(repo: git.Repository, left: journal.Journal) -> Any:
        del left
        yield Beside(index_lock.path_of(repo))

    publish.index_locked = unlocked
    recovery._our_lock = ours


def no_step_14() -> None:
    """Leave the index as it was."""

    def become_index(self: index_lock.IndexLock) -> None:
        self.path.unlink()
        self.is_ours = False

    index_lock.IndexLock.become_index = become_index


def no_recovery() -> None:
    """Settle nothing that an earlier run left."""
    recovery.recover = lambda repo: None


BREAKS: dict[str, Deed] = {
    "tag-first": tag_first,
    "no-index-lock": no_index_lock,
    "no-journal": no_journal,
    "no-step-14": no_step_14,
    "no-recovery": no_recovery,
}
