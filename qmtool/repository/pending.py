"""The journal of a publication under way: where it stands, and what it is about."""

import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

from qmtool.repository.git import Repository

_LIMIT = 50_000_000


class Damaged(Exception):
    """The journal is not one that `qm` has written, or not of this version."""


def folder_of(repo: Repository) -> Path:
    """Return the folder of `qm` in the Git directory that all work trees share."""
    return repo.common_dir / "qm"


def journal_path(repo: Repository) -> Path:
    """Return where the journal stands while something is being published."""
    return folder_of(repo) / "journal.json"


def read_journal(repo: Repository) -> dict[str, Any] | None:
    """Return what the journal holds, None without one; raise Damaged if it cannot be believed.

    A link, or a file of another user, is not a journal (S44).
    """
    path = journal_path(repo)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno not in (errno.ELOOP, errno.ENXIO, errno.ENOTDIR):
            raise  # the disk fails, and the journal may be a true one
        raise Damaged(error.strerror) from error
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_uid not in (os.geteuid(), 0):
        os.close(descriptor)
        raise Damaged("it is not a file of yours")
    with os.fdopen(descriptor, "rb") as file:
        data = file.read(_LIMIT)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error
    if not isinstance(value, dict):
        raise Damaged("it holds no keys")
    return value


def pending_title(repo: Repository) -> str:
    """Return what was being published when a `qm` stopped, or is at this moment; else nothing."""
    try:
        value = read_journal(repo)
    except Damaged:
        return str(journal_path(repo))
    return str(value.get("title", "")) if value else ""
