"""Runs Git, by the rules of `reliability.md` §2: the one module that starts it.

No setting, hook or program that the repository chose has an effect, and nothing reaches a network.
"""

import contextlib
import os
import re
import shutil
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from qmtool.errors import RepositoryError
from qmtool.model.text import say

_PREFIX = (
    "--no-pager",
    "--no-optional-locks",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", "safe.bareRepository=explicit"),
    *("-c", "core.fsync=all"),
    *("-c", "core.logAllRefUpdates=always"),
    *("-c", "gc.auto=0"),
    *("-c", "protocol.allow=never"),
    *("-c", "core.quotePath=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
)
_NO_HOOKS = ("-c", "core.hooksPath=/dev/null")
_KEPT = re.compile(
    r"GIT_(CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|AUTHOR_.*|COMMITTER_.*|CEILING_DIRECTORIES)"
)
_FIXED = {
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class Reader(NamedTuple):
    """A started `git cat-file`, of the process *owner* only: one that forks off must not ask it."""

    process: subprocess.Popen[bytes]
    owner: int

    def end(self) -> None:
        """End Git and close the pipes; in a process that forked off, leave Git alone."""
        if self.owner != os.getpid():
            self.process.returncode = 0
            return
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                assert pipe
                pipe.close()
        self.process.wait()


@dataclass(frozen=True)
class Repository:
    """A work tree, its Git folders, and the program *git* that reads them."""

    root: Path
    git_dir: Path
    common_dir: Path
    object_format: str
    shallow: bool
    git: str
    readers: list[Reader] = field(default_factory=list, compare=False, repr=False)
    """The started `cat-file` processes that wait for a question."""
    answers: dict[tuple[str, ...], bytes] = field(default_factory=dict, compare=False, repr=False)
    """What Git printed for the commands of `run_once`."""
    environment: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    """What every command is told besides: where a push that is not yet accepted is kept."""

    def __post_init__(self) -> None:
        weakref.finalize(self, _end_all, self.readers)


class GitError(RepositoryError):
    """A Git command failed; the sentence quotes it, *words* are all that it said."""

    def __init__(self, command: str, words: str) -> None:
        lines = [line for line in words.strip().splitlines() if line]
        said = " / ".join(lines[:3]) or "no message"
        super().__init__(say("git {command} failed: {words}", command=command, words=said))
        self.words = words


def find_program(name: str, inside: str) -> str | None:
    """Return the absolute path of *name*, never from a relative folder or one below *inside*."""
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        found = shutil.which(name, path=folder) if Path(folder).is_absolute() else None
        if found and not (inside and _is_within(folder, inside)):
            return found
    return None


def _is_within(folder: str, root: str) -> bool:
    real = os.path.realpath(folder)
    return real == root or real.startswith(root.rstrip("/") + "/")


def options_of_a_call() -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the options and the environment of every call, for a library that runs Git itself."""
    return (*_PREFIX, *_NO_HOOKS), _environment()


def _environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("GIT_") or _KEPT.fullmatch(key)
    }
    return kept | _FIXED | dict(extra or {})


def call(
    git: str,
    folder: Path,
    arguments: Sequence[str],
    *,
    data: bytes | None = None,
    extra: Mapping[str, str] | None = None,
    hooks: bool = False,
    apart: tuple[int, ...] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    """Run the program *git* in *folder* and return what it did, whether or not it succeeded.

    With *apart*, it runs in a process group of its own that keeps these descriptors open.
    """
    prefix = _PREFIX if hooks else (*_PREFIX, *_NO_HOOKS)
    try:
        return subprocess.run(
            [git, *prefix, *arguments],
            cwd=folder,
            input=data,
            stdin=subprocess.DEVNULL if data is None else None,
            capture_output=True,
            env=_environment(extra),
            check=False,
            process_group=None if apart is None else 0,
            pass_fds=apart or (),
        )
    except OSError as error:
        raise RepositoryError(say("git cannot be run: {error}", error=error.strerror)) from error


def attempt(
    repo: Repository, *arguments: str, data: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Return what the Git command did, whether or not it succeeded."""
    return call(repo.git, repo.root, arguments, data=data, extra=repo.environment)


def run(
    repo: Repository,
    *arguments: str,
    data: bytes | None = None,
    extra: Mapping[str, str] | None = None,
) -> bytes:
    """Return what the Git command prints, or raise GitError with its own words."""
    started = _started.get((repo.root, arguments))
    printed = started() if started else None
    if printed is not None:
        return printed
    told = {**repo.environment, **(extra or {})}
    done = call(repo.git, repo.root, arguments, data=data, extra=told)
    if done.returncode:
        raise GitError(arguments[0], done.stderr.decode(errors="replace"))
    return done.stdout


def run_once(repo: Repository, *arguments: str) -> bytes:
    """Return what `run` does; Git is asked the first time only."""
    if arguments not in repo.answers:
        repo.answers[arguments] = run(repo, *arguments)
    return repo.answers[arguments]


def start(
    repo: Repository, *arguments: str, given: IO[bytes] | int, output: IO[bytes] | int
) -> subprocess.Popen[bytes]:
    """Start a Git command that reads *given* and prints into *output*; the caller ends it."""
    return subprocess.Popen(
        [repo.git, *_PREFIX, *_NO_HOOKS, *arguments],
        cwd=repo.root,
        stdin=given,
        stdout=output,
        stderr=subprocess.DEVNULL,
        env=_environment(repo.environment),
        process_group=0,  # Ctrl-C is for qm, which may still need the answer
    )


@contextlib.contextmanager
def reader(repo: Repository) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Yield the two ends of a `git cat-file` that answers one question after the other.

    It goes on living with *repo* and is used again, unless its last answers were not read.
    """
    one = _idle(repo) or _new_reader(repo)
    try:
        assert one.process.stdin
        assert one.process.stdout
        yield one.process.stdin, one.process.stdout
    except BaseException:
        one.end()
        raise
    repo.readers.append(one)


def _idle(repo: Repository) -> Reader | None:
    """Return a reader that waits for a question, or None; those that died are ended."""
    while repo.readers:
        one = repo.readers.pop()
        if one.owner == os.getpid() and one.process.poll() is None:
            return one
        one.end()
    return None


def _new_reader(repo: Repository) -> Reader:
    pipe = subprocess.PIPE
    process = start(repo, "cat-file", "--batch-command", "--buffer", given=pipe, output=pipe)
    return Reader(process, os.getpid())


def _end_all(readers: list[Reader]) -> None:
    while readers:
        readers.pop().end()


_started: dict[tuple[Path, tuple[str, ...]], Callable[[], bytes | None]] = {}
"""The commands that `ahead` started, each with what waits for all that it prints."""


@contextlib.contextmanager
def ahead(repo: Repository, *arguments: str) -> Iterator[None]:
    """Start a Git command whose answer cannot change: `run` of the same one then waits for it."""
    key = repo.root, arguments
    with tempfile.TemporaryFile() as output:
        process = start(repo, *arguments, given=subprocess.DEVNULL, output=output)

        def printed() -> bytes | None:
            if process.wait():
                return None  # it will fail again, and say why
            output.seek(0)
            return output.read()

        _started[key] = printed
        try:
            yield
        finally:
            del _started[key]
            process.kill()
            process.wait()


@contextlib.contextmanager
def fed(repo: Repository, *arguments: str, data: bytes) -> Iterator[Callable[[], bytes]]:
    """Start a Git command that reads *data*, and yield what waits for all that it prints."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(data)
        given.seek(0)
        process = start(repo, *arguments, given=given, output=output)

        def printed() -> bytes:
            if process.wait():
                raise GitError(arguments[0], "")
            output.seek(0)
            return output.read()

        try:
            yield printed
        finally:
            process.kill()
            process.wait()
