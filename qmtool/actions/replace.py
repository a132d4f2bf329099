"""Files written whole or not at all (invariant I9)."""

import os
import tempfile
from pathlib import Path

from qmtool.errors import RepositoryError
from qmtool.model.text import say


def replace_file(path: Path, before: bytes | None, after: bytes) -> None:
    """Put *after* at *path*, which must still hold *before* (None: there must be no file)."""
    try:
        current = path.read_bytes() if os.path.lexists(path) else None
        if current != before:
            raise RepositoryError(say("{path} changed meanwhile; try again", path=path))
        write_file(path, after)
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=path, error=error.strerror)
        ) from error


def write_file(path: Path, data: bytes) -> None:
    """Write *data* at *path*: a failure leaves what was there before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".qm-", suffix=".tmp", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o777 & path.stat().st_mode if path.exists() else 0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
