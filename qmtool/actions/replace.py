"""Files written whole or not at all (invariant I9)."""

import errno
import os
import tempfile
from pathlib import Path

from qmtool.errors import RepositoryError
from qmtool.model.text import say


def replace_file(path: Path, before: bytes | None, after: bytes, via: Path | None = None) -> None:
    """Put *after* at *path*, which must still hold *before* (None: there must be no file).

    It is written in the folder *via* first, where a run that is killed may leave it.
    """
    try:
        current = path.read_bytes() if os.path.lexists(path) else None
        if current != before:
            raise RepositoryError(say("{path} changed meanwhile; try again", path=path))
        write_file(path, after, via=via)
    except OSError as error:
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=path, error=error.strerror)
        ) from error


def write_file(path: Path, data: bytes, mode: int = 0o644, via: Path | None = None) -> None:
    """Write *data* at *path*, new with that *mode*: a failure leaves what was there before.

    It is written beside *path* first, or in the folder *via* if that is on the same file system.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".qm-", suffix=".tmp", dir=via or path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o777 & path.stat().st_mode if path.exists() else mode)
        beside.replace(path)
    except OSError as error:
        if via is None or error.errno != errno.EXDEV:
            raise
        write_file(path, data, mode)
    finally:
        beside.unlink(missing_ok=True)
