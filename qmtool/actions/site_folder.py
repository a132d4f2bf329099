"""A folder of files that `qm` made for people to open: the published pages, an audit file.

Nothing outside of it is ever touched, and nothing inside that `qm` did not write: a marker file
lists its files, each with the key of what it was made from (`reliability.md` §7).
"""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from qmtool.actions.inside import Inside
from qmtool.actions.making import made
from qmtool.errors import Busy, RepositoryError, UsageError
from qmtool.model.piece import Piece
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository

MARKER = ".qm-output"
FORMAT = 1

_NAME = re.compile(r"[^\x00-\x20\x7f/\\:*?\"<>|.~-][^\x00-\x1f\x7f/\\:*?\"<>|]*(?<![. ])")
"""One part of a name that every file system takes."""


class Known(NamedTuple):
    """What the marker tells of a file: its size, and the key of what it was made from."""

    size: int
    key: str


Told = Callable[[int, int], None]
"""What is told how many files are done, and of how many."""


def nobody(done: int, total: int) -> None:
    """Tell nobody."""


CLAIMED = Known(-1, "")
"""What is told of files while they are being written: they are ours, whatever they hold."""


class Written(NamedTuple):
    """How many files a run wrote, removed, and found as they are to be."""

    written: int
    removed: int
    unchanged: int


def write_folder(folder: Path, files: Mapping[str, bytes], repo: Repository | None) -> Written:
    """Make *folder* hold *files* by name; raise before anything is written if it may not be."""
    pieces = {name: Piece(partial(bytes, data)) for name, data in files.items()}
    return open_folder(folder, repo).write(pieces)


def open_folder(folder: Path, repo: Repository | None) -> "OutputFolder":
    """Return *folder* as it stands: new, empty, or with our marker; else raise UsageError.

    Nothing is written yet.
    """
    path = Path(os.path.abspath(folder))  # noqa: PTH100 - `resolve` would follow links
    with _telling(path):
        return _opened(path, repo)


def _opened(path: Path, repo: Repository | None) -> "OutputFolder":
    _refuse_place(path, repo)
    if not os.path.lexists(path):
        return OutputFolder(path)
    if not path.is_dir():
        raise UsageError(say("{path} is not a folder", path=path))
    if not os.path.lexists(path / MARKER):
        if any(path.iterdir()):
            raise UsageError(
                say(
                    "{path} holds files that are not from qm: name a new folder, or an empty one",
                    path=path,
                )
            )
        return OutputFolder(path)
    _refuse_tracked(path, repo)
    inside = Inside(path)
    try:
        marker, data = inside.stat(MARKER), inside.read(MARKER)
    finally:
        inside.close()
    assert marker is not None  # it was there a moment ago
    return OutputFolder(path, _listed(path / MARKER, data or b""), marker.st_mtime_ns)


@dataclass
class OutputFolder:
    """The folder *path*, the files of ours that it has, and when its marker was written."""

    path: Path
    known: Mapping[str, Known] = field(default_factory=dict)
    since: int = -1

    def write(
        self, pieces: Mapping[str, Piece], *, dry_run: bool = False, told: Told = nobody
    ) -> Written:
        """Make the folder hold *pieces*, and none other of our files; with *dry_run*, only count.

        *told* hears how far it is.

        Each file is replaced whole. A run that is interrupted leaves a marker that knows of all
        the files that it may have written.
        """
        for name in pieces:
            if name == MARKER or not all(map(_NAME.fullmatch, name.split("/"))):
                raise UsageError(say("{path} is not a name for a file that qm writes", path=name))
        with _telling(self.path):
            if dry_run and not self.path.is_dir():
                return Written(len(pieces), 0, 0)
            self.path.mkdir(parents=True, exist_ok=True)
            with _locked(self.path) as inside:
                return self._written(inside, pieces, dry_run, told)

    def _written(
        self, inside: Inside, pieces: Mapping[str, Piece], dry_run: bool, told: Told
    ) -> Written:
        found = {name: inside.stat(name) for name in sorted({*pieces, *self.known})}
        for name in pieces:
            if found[name] is not None and name not in self.known:
                raise inside.strange(name)
        after = {name: self._as_it_is(name, pieces[name], found[name]) for name in sorted(pieces)}
        claimed = dict.fromkeys([*after, *self.known], CLAIMED)
        gone = [name for name in sorted(self.known) if name not in pieces and found[name]]
        changed = 0
        todo = [name for name, known in after.items() if known is CLAIMED]
        for done, (name, data) in enumerate(made(pieces, todo)):
            told(done, len(todo))
            after[name] = Known(len(data), pieces[name].key)
            if found[name] is not None and inside.read(name) == data:
                continue
            if not changed and not dry_run:
                _mark(inside, claimed)
            changed += 1
            if not dry_run:
                inside.put(name, data)
        if not dry_run and (changed or after != self.known):
            for name in gone:
                inside.remove(name)
            _mark(inside, after)
        return Written(changed, len(gone), len(pieces) - changed)

    def _as_it_is(self, name: str, piece: Piece, found: os.stat_result | None) -> Known:
        """Return what is known of the file *name*, `CLAIMED` if it must be made to be sure.

        A file that was touched after the marker was written may hold anything.
        """
        known = self.known.get(name, CLAIMED)
        stands = (
            found is not None
            and piece.key == known.key != ""
            and found.st_size == known.size
            and found.st_mtime_ns <= self.since
        )
        return known if stands else CLAIMED


@contextlib.contextmanager
def _telling(path: Path) -> Iterator[None]:
    """Say what the system refuses about the folder *path*."""
    try:
        yield
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=path, error=error.strerror)
        ) from error


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[Inside]:
    """Yield the inside of the folder *path*, for this run alone where its file system can."""
    inside = Inside(path)
    try:
        try:
            fcntl.flock(inside.top, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(say("another qm is writing {path}; try again", path=path)) from error
        except OSError:
            pass  # a share that knows no locks
        yield inside
    finally:
        inside.close()


# The marker.


def _mark(inside: Inside, files: Mapping[str, Known]) -> None:
    """Write the marker that lists *files*."""
    encode = json.JSONEncoder(
        ensure_ascii=False
    ).encode  # with an indent it takes five times longer
    lines = [f"{encode(name)}: {encode(files[name])}" for name in sorted(files)]
    content = '{{\n"qm-output": {},\n"files": {{\n{}\n}}\n}}\n'.format(FORMAT, ",\n".join(lines))
    inside.put(MARKER, content.encode(), lasting=True)


def _listed(marker: Path, data: bytes) -> Mapping[str, Known]:
    """Return the files that the *marker*, of those *data*, lists."""
    try:
        content: Any = json.loads(data)
        if content["qm-output"] != FORMAT:
            raise ValueError
        files = {name: Known(int(size), str(key)) for name, (size, key) in content["files"].items()}
        if not all(_NAME.fullmatch(part) for name in files for part in name.split("/")):
            raise ValueError
        "".join(files).encode()  # a lone surrogate is no name
    except (
        *(ValueError, TypeError, KeyError, AttributeError),
        *(RecursionError, OverflowError),
    ) as error:
        raise UsageError(
            say("{path} is damaged: remove the folder, or name another one", path=marker)
        ) from error
    return files


# Where nothing is written.


def _refuse_place(path: Path, repo: Repository | None) -> None:
    """Raise UsageError if *path* is a place that holds other things, or lies behind a link."""
    if any(part.casefold() == ".git" for part in path.parts):
        raise UsageError(say("{path} is inside of .git: name another folder", path=path))
    every = [path, *path.parents]
    refuse_links(every)
    refused = [Path(path.anchor), *_home()]
    if repo is not None:
        refused += [repo.root, *repo.root.parents]
        if any(_is_same(part, one) for part in every for one in (repo.git_dir, repo.common_dir)):
            raise UsageError(say("{path} is inside of .git: name another folder", path=path))
    if any(_is_same(path, one) for one in refused):
        raise UsageError(
            say("{path} holds other things: name a folder for the pages alone", path=path)
        )


def refuse_links(every: Iterable[Path]) -> None:
    """Raise UsageError if one of *every* folder is a link: what it leads to may be anything."""
    for part in every:
        if part.is_symlink():
            raise UsageError(
                say(
                    "{path} is a link; name the folder it leads to: {real}",
                    path=part,
                    real=part.resolve(),
                )
            )


def _home() -> list[Path]:
    try:
        return [Path.home()]
    except RuntimeError:  # nobody knows where it is
        return []


def _is_same(one: Path, two: Path) -> bool:
    """Return whether both are the same folder, however it is spelt."""
    try:
        return one.samefile(two)
    except OSError:
        return False


def _refuse_tracked(path: Path, repo: Repository | None) -> None:
    """Raise UsageError if files of *repo* lie in the folder: a marker that was committed lies."""
    if repo is None or not path.is_relative_to(repo.root):
        return
    inside = f"{path.relative_to(repo.root).as_posix()}/"
    if any(one.startswith(inside) for one in git.index_paths(repo)):
        raise UsageError(
            say("{path} holds files of the repository: name another folder", path=path)
        )
