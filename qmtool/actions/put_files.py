"""Folders and files of `referentials/` put in place together, or not at all.

They are written in the Git directory, where nothing is committed and nothing is the user's, and
then renamed. A journal says which places are concerned: while it is there, the import is not done,
and the next one that writes puts everything back.
"""

import contextlib
import errno
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from qmtool.actions.replace import write_file
from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.repository.git import Repository

TOP = "referentials"
CROSSWALKS = f"{TOP}/_crosswalks"

_STAGE = ("qm", "qm/import", *(f"qm/import/{one}" for one in ("old", "new")))
_INSIDE = tuple(f"qm/import/{one}/_crosswalks" for one in ("old", "new"))
_PREFIX = ".qm-import-"
_BESIDE = re.compile(re.escape(_PREFIX) + r"[a-z0-9_]+")

Target = Mapping[str, bytes]
"""The files of a folder by name; a single file has the name ``."""


def refuse_links(repo: Repository) -> None:
    """Raise RepositoryError if the folders to write in are anything but folders."""
    for name in (TOP, CROSSWALKS):
        _refuse_link(repo.root / name, name)
    for name in (*_STAGE, *_INSIDE):
        _refuse_link(repo.common_dir / name, os.fspath(repo.common_dir / name))


def recover(repo: Repository) -> None:
    """Put back what an interrupted import had moved away, and remove what it had prepared."""
    refuse_links(repo)
    stage = _Stage(repo)
    if stage.read():
        stage.undo()
    try:
        if stage.folder.exists():
            shutil.rmtree(stage.folder)
    except OSError as error:
        raise _failed(stage.folder, error) from error


def put(repo: Repository, targets: Mapping[str, Target], verify: Callable[[], None]) -> None:
    """Write *targets* by path, in place of what stands there; *verify* may still refuse."""
    refuse_links(repo)
    stage = _Stage(repo)
    try:
        for path, files in targets.items():
            for name, data in files.items():
                write_file(stage.place("new", path) / name, data)
        stage.begin(targets)
        for path in targets:
            stage.swap(path)
        verify()
        stage.end()
    except BaseException as error:
        stage.undo()
        shutil.rmtree(stage.folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise _failed(stage.folder, error) from error
        raise
    shutil.rmtree(stage.folder, ignore_errors=True)


class _Stage:
    """The folder of one import in the Git directory, with its journal.

    `old` holds what stood in the places, `new` what is to stand there. Where both are gone, or
    `old` is there without `new`, the place holds what the import has put.
    """

    def __init__(self, repo: Repository) -> None:
        """Take the folder of *repo*, whose journal is not read yet."""
        self.root = repo.root
        self.common = repo.common_dir
        self.folder = repo.common_dir / "qm" / "import"
        self.journal = self.folder / "journal.json"
        self.worktree = os.path.relpath(repo.git_dir, repo.common_dir)
        self.targets: dict[str, bool] = {}
        """The places by path: whether something stood there before."""
        self.made: list[str] = []
        self.beside = ""

    def place(self, side: str, path: str) -> Path:
        """Return where *path* is kept on a *side*, `old` or `new`."""
        return self.folder / side / path.removeprefix(f"{TOP}/")

    # The journal.

    def begin(self, targets: Mapping[str, Target]) -> None:
        """Record *targets*, on the disk, before anything is moved."""
        for path in targets:
            _refuse_path(self.root, path)
        self.targets = {path: os.path.lexists(self.root / path) for path in targets}
        self.made = [one for one in (TOP, CROSSWALKS) if not (self.root / one).exists()]
        self._write()

    def read(self) -> bool:
        """Read the journal of an interrupted import of this work tree; return if there is one.

        Raise RepositoryError if it is damaged, names a place that no import writes in, or is of
        another work tree that is still there.
        """
        if not os.path.lexists(self.journal):
            return False
        try:
            if not stat.S_ISREG(self.journal.lstat().st_mode):
                raise ValueError
            self._take(json.loads(self.journal.read_bytes()))
        except (OSError, ValueError) as error:
            raise RepositoryError(
                say(
                    "{path} is damaged: put back by hand what is under {stage}, and remove that "
                    "folder",
                    path=self.journal,
                    stage=self.folder,
                )
            ) from error
        return bool(self.targets)

    def _take(self, data: Any) -> None:
        """Take what the journal holds; raise ValueError if no import has written it."""
        if not isinstance(data, dict):
            raise ValueError
        worktree, targets = data.get("worktree"), data.get("targets")
        made, beside = data.get("made"), data.get("beside")
        if not (isinstance(worktree, str) and isinstance(targets, dict) and isinstance(made, list)):
            raise ValueError
        if not isinstance(beside, str) or (beside and not _BESIDE.fullmatch(beside)):
            raise ValueError
        if not all(isinstance(one, bool) for one in targets.values()):
            raise ValueError
        if not all(one in (TOP, CROSSWALKS) for one in made):
            raise ValueError
        if worktree != self.worktree:
            if (self.common / worktree).exists():
                raise RepositoryError(
                    say(
                        "an import in another work tree of this repository was interrupted; "
                        "type qm ref import there first"
                    )
                )
            return  # the work tree was removed, and what it held with it
        for path in targets:
            _refuse_path(self.root, path)
        self.targets, self.made, self.beside = targets, made, beside

    def _write(self) -> None:
        """Write the journal and wait until the disk has it."""
        data = {
            "worktree": self.worktree,
            "targets": self.targets,
            "made": self.made,
            "beside": self.beside,
        }
        write_file(self.journal, json.dumps(data).encode())
        _sync(self.folder)

    def end(self) -> None:
        """Remove the journal: from here on, the places are as they are to be."""
        if self.beside:
            shutil.rmtree(self.root / TOP / self.beside, ignore_errors=True)
        for name in (TOP, CROSSWALKS):
            _sync(self.root / name)
        self.journal.unlink(missing_ok=True)
        self.targets = {}
        with contextlib.suppress(OSError):
            _sync(self.folder)

    # What is moved.

    def swap(self, path: str) -> None:
        """Move what was prepared for *path* into its place, and what stands there away."""
        target, old, new = self.root / path, self.place("old", path), self.place("new", path)
        old.parent.mkdir(parents=True, exist_ok=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        if self.targets[path] and not _renamed(target, old):
            _copy(target, self._folder()).rename(old)
            target.rename(self._sibling() / target.name)
        if not _renamed(new, target):
            copy = _copy(new, self._sibling())
            new.rename(self._folder() / new.name)  # first: without it, the place is ours
            copy.rename(target)

    def undo(self) -> None:
        """Put every place of the journal back to what it was, however far the import had gone."""
        target = self.journal
        try:
            for path, was_there in reversed(self.targets.items()):
                target = self.root / path
                old, new = self.place("old", path), self.place("new", path)
                has_old, has_new = os.path.lexists(old), os.path.lexists(new)
                if os.path.lexists(target) and not has_new and (has_old or not was_there):
                    self._take_away(target, new)
                if has_old and not os.path.lexists(target):
                    target.parent.mkdir(parents=True, exist_ok=True)
                    if not _renamed(old, target):
                        _copy(old, self._sibling()).rename(target)
            self.end()
            for name in reversed(self.made):
                with contextlib.suppress(OSError):
                    (self.root / name).rmdir()  # which fails, as it should, where it is not empty
        except OSError as error:
            raise RepositoryError(
                say(
                    "{path} cannot be put back ({error}); what it held is under {stage}, and the "
                    "next qm ref import puts it back",
                    path=target,
                    error=error.strerror,
                    stage=self.folder,
                )
            ) from error

    def _take_away(self, target: Path, new: Path) -> None:
        """Move what the import has put at *target* back to *new*, or at least out of the way."""
        new.parent.mkdir(parents=True, exist_ok=True)
        if not _renamed(target, new):
            target.rename(self._sibling() / target.name)

    def _folder(self) -> Path:
        """Return a new folder on the file system of the Git directory."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def _sibling(self) -> Path:
        """Return a new folder on the file system of the work tree, which the journal knows of."""
        if not self.beside:
            self.beside = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=self.root / TOP)).name
            self._write()
        beside = self.root / TOP / self.beside
        beside.mkdir(mode=0o700, exist_ok=True)
        _refuse_link(beside, f"{TOP}/{self.beside}")
        return Path(tempfile.mkdtemp(dir=beside))


def _renamed(before: Path, after: Path) -> bool:
    """Rename *before*; return False if *after* is on another file system."""
    try:
        before.rename(after)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        return False
    return True


def _copy(path: Path, folder: Path) -> Path:
    """Copy *path* into *folder*, and wait until the disk has the copy, which is returned."""
    copy = folder / path.name
    if path.is_dir() and not path.is_symlink():
        shutil.copytree(path, copy, symlinks=True)
    else:
        shutil.copy2(path, copy, follow_symlinks=False)
    os.sync()
    return copy


def _sync(folder: Path) -> None:
    """Wait until the disk has the names in *folder*, if it exists."""
    if not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_link(path: Path, shown: str) -> None:
    """Raise RepositoryError if *path* is there and is anything but a folder."""
    try:
        is_folder = stat.S_ISDIR(path.lstat().st_mode)
    except FileNotFoundError:
        return
    except OSError:
        is_folder = False
    if not is_folder:
        raise RepositoryError(
            say("{path} is not a folder but a link or a file; move it away", path=shown)
        )


def _refuse_path(root: Path, path: str) -> None:
    """Raise if an import never writes at *path*, or if a link stands on its way."""
    parts = path.split("/")
    is_known = parts[:-1] in ([TOP], CROSSWALKS.split("/")) and path != CROSSWALKS
    if not is_known or parts[-1] in ("", ".", "..") or "\0" in path:
        raise ValueError(path)
    for depth in range(1, len(parts)):
        above = "/".join(parts[:depth])
        _refuse_link(root / above, above)
    if (root / path).is_symlink():
        raise RepositoryError(
            say("{path} is not a folder but a link or a file; move it away", path=path)
        )


def _failed(path: Path, error: OSError) -> RepositoryError:
    """Return the error that tells which path could not be written."""
    return RepositoryError(
        say(
            "nothing was changed: {path} cannot be written ({error})",
            path=error.filename or path,
            error=error.strerror,
        )
    )
