"""Files inside of one folder, opened from it on: a link put in the way leads nowhere."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from qmtool.errors import UsageError
from qmtool.model.paths import folder_of
from qmtool.model.text import say

TEMPORARY = ".qm-output.tmp"
"""What a file is called until it is whole; one that a killed run left is replaced."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


class Inside:
    """The files of the folder *path* by name, as in `documents/PR-1.html`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.top = os.open(path, _FOLDER)
        self._last: tuple[str, int] | None = None

    def close(self) -> None:
        """Close what is open."""
        self._leave()
        os.close(self.top)

    def _leave(self) -> None:
        if self._last is not None:
            os.close(self._last[1])
            self._last = None

    def _folder(self, name: str, *, make: bool = False) -> int:
        """Return the open folder of the file *name*; only the last one is kept open."""
        wanted = folder_of(name)
        if not wanted:
            return self.top
        if self._last is None or self._last[0] != wanted:
            self._leave()
            self._last = (wanted, self._open(wanted, make=make))
        return self._last[1]

    def _open(self, wanted: str, *, make: bool) -> int:
        at = os.dup(self.top)
        for part in wanted.split("/"):
            try:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, dir_fd=at)
                inner = os.open(part, _FOLDER, dir_fd=at)
            except NotADirectoryError:
                raise self.strange(wanted) from None  # a file, or a link
            finally:
                os.close(at)
            at = inner
        return at

    def strange(self, name: str) -> UsageError:
        """Return the error about something at *name* that `qm` has not put there."""
        path = self.path / name
        return UsageError(
            say("{path} is not from qm: move it away, or name another folder", path=path)
        )

    def stat(self, name: str) -> os.stat_result | None:
        """Return what there is to know of the file *name*, None if there is none."""
        try:
            folder = self._folder(name)
            found = os.stat(folder_name(name), dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        if not stat.S_ISREG(found.st_mode):
            raise self.strange(name)
        return found

    def read(self, name: str) -> bytes | None:
        """Return the bytes of the file *name*, None if there is none."""
        try:
            handle = os.open(
                folder_name(name), os.O_RDONLY | os.O_NOFOLLOW, dir_fd=self._folder(name)
            )
        except FileNotFoundError:
            return None
        with os.fdopen(handle, "rb") as file:
            return file.read()

    def put(self, name: str, data: bytes, *, lasting: bool = False) -> None:
        """Write the file *name* whole, in place of what it was; *lasting*: wait for the disk."""
        folder = self._folder(name, make=True)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(TEMPORARY, dir_fd=folder)
        with os.fdopen(os.open(TEMPORARY, _NEW, 0o666, dir_fd=folder), "wb") as file:
            file.write(data)
            file.flush()
            if lasting:
                os.fsync(file.fileno())
        os.rename(TEMPORARY, folder_name(name), src_dir_fd=folder, dst_dir_fd=folder)

    def remove(self, name: str) -> None:
        """Remove the file *name*, and its folders if that leaves them empty."""
        os.unlink(folder_name(name), dir_fd=self._folder(name))
        self._leave()
        with contextlib.suppress(OSError):  # as it is where a folder is not empty
            for folder in _above(name):
                os.rmdir(folder, dir_fd=self.top)


def folder_name(name: str) -> str:
    """Return the last part of *name*."""
    return name.rpartition("/")[2]


def _above(name: str) -> Iterator[str]:
    """Yield the folders that hold *name*, the inner ones first."""
    folder = folder_of(name)
    while folder:
        yield folder
        folder = folder_of(folder)
