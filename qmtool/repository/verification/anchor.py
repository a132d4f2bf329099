"""The anchor: what was verified last, kept in the user's own folder and never in the repository."""

import contextlib
import hashlib
import json
import os
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.text import Text, say
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import DECISIONS, RELEASES
from qmtool.repository.verification.plumbing import is_oid

ENVIRONMENT = "QM_STATE_DIR"
CHECKS = 2
"""The version of what is checked: what an older qm verified is looked at again."""

_FORMAT = 1
_SUFFIX = ".anchor.json"
_LIMIT = 100_000_000
_TAGS = (RELEASES, DECISIONS)


@dataclass(frozen=True)
class Anchor:
    """The branch, its commit and every tag of `qm` when all of them were sound."""

    branch: str
    commit: str
    tags: Mapping[str, str] = field(default_factory=dict)
    policy: str = ""
    checks: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return the anchor as it is written."""
        return {
            "version": _FORMAT,
            "checks": CHECKS,
            "branch": self.branch,
            "commit": self.commit,
            "policy": self.policy,
            "tags": dict(sorted(self.tags.items())),
        }


def state_folder() -> Path:
    """Return the folder of the anchors: `QM_STATE_DIR`, else the platform's."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else Path(platformdirs.user_state_dir("qm"))


def anchor_path(repo: Repository, root: str) -> Path:
    """Return where the anchor of *repo* stands; *root* is its first commit."""
    return state_folder() / f"{_place(repo)}-{root[:16]}{_SUFFIX}"


def anchors_of(repo: Repository) -> list[Path]:
    """Return the anchors of the folder of *repo*, whatever its first commit was."""
    return sorted(state_folder().glob(f"{_place(repo)}-*{_SUFFIX}"))


def other_anchors(repo: Repository, path: Path) -> list[Path]:
    """Return the anchors of the folder of *repo* that are of another first commit than *path*."""
    return [one for one in anchors_of(repo) if one.name != path.name]


def _place(repo: Repository) -> str:
    return hashlib.sha256(os.fsencode(os.path.realpath(repo.common_dir))).hexdigest()[:32]


def read_anchor(path: Path) -> Anchor | None:
    """Return the anchor kept at *path*, None without one; a damaged one is an error, not none.

    A link, or a file of another user, is not an anchor.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _unusable(path, error.strerror or "") from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid():
        os.close(descriptor)
        raise _unusable(path, say("it is not a file of yours"))
    with os.fdopen(descriptor, "rb") as file:
        return _parse(path, file.read(_LIMIT))


def given_anchor(path: Path) -> Anchor:
    """Return the anchor that a user names with `--anchor`."""
    try:
        return _parse(path, path.read_bytes())
    except OSError as error:
        raise UsageError(
            say("{path} cannot be read ({error})", path=path, error=error.strerror)
        ) from error


def _parse(path: Path, data: bytes) -> Anchor:
    try:
        value = json.loads(data)
        texts = [value[key] for key in ("branch", "commit", "policy")]
        tags = value["tags"]
        known = value["version"] == _FORMAT
        is_text = all(isinstance(one, str) for one in texts)
        is_sound = all(ref.startswith(_TAGS) and is_oid(oid) for ref, oid in tags.items())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unusable(path, say("it is not an anchor of qm")) from error
    if not (known and is_text and is_sound):
        raise _unusable(path, say("it is not an anchor of qm"))
    checks = value.get("checks")
    branch, commit, policy = texts
    return Anchor(branch, commit, tags, policy, checks if isinstance(checks, int) else 0)


class Unusable(RepositoryError):
    """An anchor is there, and cannot be believed."""


def _unusable(path: Path, reason: object) -> Unusable:
    return Unusable(
        say(
            "the anchor {path} cannot be used: {reason}. Verify against another one (qm verify "
            "--anchor FILE), then remove it",
            path=path,
            reason=reason,
        )
    )


def write_anchor(path: Path, anchor: Anchor) -> Text | None:
    """Put *anchor* at *path*, whole or not at all, for this user only; return why not, or None."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".anchor-", dir=path.parent)  # of mode 0600
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(anchor.as_data()).encode())
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        return say(
            "the anchor {path} cannot be written ({error}): the next run knows nothing of this one",
            path=path,
            error=error.strerror,
        )
    return None
