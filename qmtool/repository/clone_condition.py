"""What can be seen of a clone without changing it: its form, remotes, hooks, locks and files."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from qmtool.model.condition import Clone, Guards, Leftovers, Lock, Remote
from qmtool.repository import git
from qmtool.repository.cache import cache_folder
from qmtool.repository.git import Repository
from qmtool.repository.pending import pending_title

Settings = Mapping[str, str]

_CI = re.compile(r"\.gitlab-ci\.ya?ml|\.(github|forgejo|gitea)/workflows/[^/]+\.ya?ml")
_OWNERS = ("CODEOWNERS", ".github/CODEOWNERS", ".gitlab/CODEOWNERS", "docs/CODEOWNERS")
_CONFIG = ".pre-commit-config.yaml"
_RUNS_QM = re.compile(rb"\bqm\b.{0,80}\bcheck\b|\bqm[-_]check\b")
_LIMIT = 1 << 20


def clone(repo: Repository, settings: Settings) -> Clone:
    """Return what this clone lacks, or sees otherwise than another one would."""
    info = repo.common_dir / "objects/info/alternates"
    grafts = repo.common_dir / "info/grafts"
    return Clone(
        shallow=repo.shallow,
        partial="extensions.partialclone" in settings
        or any(
            value == "true"
            for key, value in settings.items()
            if key.startswith("remote.") and key.endswith(".promisor")
        ),
        sparse=settings.get("core.sparsecheckout") == "true",
        grafts=_shown(repo, grafts) if _read(grafts).strip() else "",
        replaced=[
            name.removeprefix("refs/replace/") for name in git.ref_names(repo, "refs/replace/")
        ],
        alternates=[
            line
            for line in os.fsdecode(_read(info)).splitlines()
            if line and not line.startswith("#")
        ],
    )


def remotes(repo: Repository, settings: Settings) -> Sequence[Remote]:
    """Return the remotes; of one that is a folder here, what it refuses.

    Their addresses are not kept: they may hold a password.
    """
    found = []
    for key, url in settings.items():
        if key.startswith("remote.") and key.endswith(".url"):
            name = key.removeprefix("remote.").removesuffix(".url")
            found.append(_remote(repo, name, url))
    return found


def _remote(repo: Repository, name: str, url: str) -> Remote:
    folder = _folder(repo, url)
    if folder is None:
        return Remote(name)
    file = folder / "config"
    return Remote(
        name,
        str(folder),
        denies_forced=git.setting_in(repo, file, "receive.denyNonFastForwards"),
        denies_deleted=git.setting_in(repo, file, "receive.denyDeletes"),
        has_hook=any(_is_program(folder / "hooks" / hook) for hook in ("update", "pre-receive")),
    )


def _folder(repo: Repository, url: str) -> Path | None:
    """Return the Git folder that *url* names on this machine, None if it is elsewhere."""
    if "://" in url and not url.startswith("file://"):
        return None
    path = repo.root / url.removeprefix("file://")
    found = (path / ".git", path, Path(f"{path}.git"))
    return next((one for one in found if (one / "objects").is_dir()), None)


def guards(repo: Repository, commit: str | None, settings: Settings) -> Guards:
    """Return what checks commits and pushes, by the hooks and the files of *commit*."""
    files = git.tree_entries(repo, commit) if commit else {}
    names = [path for path in files if _CI.fullmatch(path) or path == _CONFIG]
    blobs = git.read_blobs(repo, [files[path].oid for path in names], _LIMIT)
    texts = {path: data or b"" for path, (_, data) in zip(names, blobs, strict=True)}
    chosen = settings.get("core.hookspath", "")
    hooks = repo.root / Path(chosen).expanduser() if chosen else repo.common_dir / "hooks"
    veto = hooks / "reference-transaction"
    hook = hooks / "pre-commit"
    is_set_up = b"qm" in texts.pop(_CONFIG, b"")
    by_hook = _is_program(hook) and (is_set_up or _RUNS_QM.search(_read(hook)) is not None)
    return Guards(
        hooks_path=chosen,
        vetoes=_shown(repo, veto) if _is_program(veto) else "",
        checks="hook" if by_hook else "config" if is_set_up else "",
        ci=next((path for path, data in texts.items() if _RUNS_QM.search(data)), ""),
        owners=next((path for path in _OWNERS if path in files), ""),
    )


def leftovers(repo: Repository, now: datetime) -> Leftovers:
    """Return what interrupted programs left; a lock is looked at, and never removed."""
    places = [repo.git_dir / "index.lock", repo.git_dir / "HEAD.lock"]
    places += [repo.common_dir / f"{name}.lock" for name in ("packed-refs", "config", "shallow")]
    places += (repo.common_dir / "refs").rglob("*.lock")
    locks = []
    for path in places:
        try:
            changed = path.lstat().st_mtime
        except OSError:
            continue
        locks.append(Lock(_shown(repo, path), now.timestamp() - changed))
    folder = cache_folder()
    return Leftovers(pending_title(repo), locks, "" if _is_writable(folder) else str(folder))


def _is_writable(folder: Path) -> bool:
    """Return whether files can be made in *folder*, or it can be made itself."""
    for one in (folder, *folder.parents):
        if one.exists():
            return one.is_dir() and os.access(one, os.W_OK | os.X_OK)
    return False


def _is_program(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_LIMIT)
    except OSError:
        return b""


def _shown(repo: Repository, path: Path) -> str:
    """Return *path* as one would type it at the top of the work tree."""
    return str(path.relative_to(repo.root)) if path.is_relative_to(repo.root) else str(path)
