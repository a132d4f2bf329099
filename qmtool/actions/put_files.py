"""Folders and files of `referentials/` put in place together, or not at all.

They are written beside their places, under a name that no reader takes for a referential, and then
renamed. What a kill leaves there, the next import that writes puts back.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from qmtool.actions.replace import write_file
from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.repository.git import Repository

TOP = "referentials"
CROSSWALKS = f"{TOP}/_crosswalks"

_STAGE = f"{TOP}/_import"

Target = Mapping[str, bytes]
"""The files of a folder by name; a single file has the name ``."""


def refuse_links(repo: Repository) -> None:
    """Raise RepositoryError if the folders to write in are anything but folders."""
    for name in (TOP, CROSSWALKS, _STAGE):
        path = repo.root / name
        if os.path.lexists(path) and (path.is_symlink() or not path.is_dir()):
            raise RepositoryError(
                say("{path} is not a folder but a link or a file; move it away", path=name)
            )


def recover(repo: Repository) -> None:
    """Put back what an interrupted import had moved away, and remove what it had prepared."""
    stage = repo.root / _STAGE
    old = stage / "old"
    try:
        for kept in (*old.glob("*"), *old.glob("_crosswalks/*")):
            target = repo.root / TOP / kept.relative_to(old)
            if not os.path.lexists(target):
                kept.rename(target)
        if stage.exists():
            shutil.rmtree(stage)
    except OSError as error:
        raise _failed(stage, error) from error


def put(repo: Repository, targets: Mapping[str, Target], verify: Callable[[], None]) -> None:
    """Write *targets* by path, in place of what stands there; *verify* may still refuse."""
    stage = repo.root / _STAGE
    missing = [name for name in (TOP, CROSSWALKS) if not (repo.root / name).exists()]
    moved: list[tuple[Path, Path]] = []
    try:
        for path, files in targets.items():
            for name, data in files.items():
                write_file(_within(stage / "new", path) / name, data)
        for path in targets:
            _swap(repo.root, stage, path, moved)
        verify()
    except BaseException as error:
        _undo(moved, stage)
        _discard(repo, missing)
        if isinstance(error, OSError):
            raise _failed(stage, error) from error
        raise
    shutil.rmtree(stage, ignore_errors=True)


def _within(folder: Path, path: str) -> Path:
    return folder / path.removeprefix(f"{TOP}/")


def _swap(root: Path, stage: Path, path: str, moved: list[tuple[Path, Path]]) -> None:
    """Move what was prepared for *path* into its place, and what stands there away."""
    target = root / path
    old, new = (_within(stage / name, path) for name in ("old", "new"))
    steps = [(target, old)] if os.path.lexists(target) else []
    for before, after in (*steps, (new, target)):
        after.parent.mkdir(parents=True, exist_ok=True)
        before.rename(after)
        moved.append((before, after))


def _undo(moved: list[tuple[Path, Path]], stage: Path) -> None:
    try:
        for before, after in reversed(moved):
            after.rename(before)
    except OSError as error:
        raise RepositoryError(
            say(
                "{path} cannot be put back ({error}); what it held is under {stage}, and the next "
                "qm ref import puts it back",
                path=before,
                error=error.strerror,
                stage=stage,
            )
        ) from error


def _discard(repo: Repository, missing: list[str]) -> None:
    """Remove what was prepared, and the folders that were *missing* before."""
    shutil.rmtree(repo.root / _STAGE, ignore_errors=True)
    for name in reversed(missing):
        if (repo.root / name).is_dir() and not any((repo.root / name).iterdir()):
            (repo.root / name).rmdir()


def _failed(path: Path, error: OSError) -> RepositoryError:
    return RepositoryError(
        say(
            "nothing was changed: {path} cannot be written ({error})",
            path=error.filename or path,
            error=error.strerror,
        )
    )
