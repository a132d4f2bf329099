"""The files on disk of a publication: written beside, then put in place (`reliability.md` §4, 13).

Every name is derived from the commit, so that a later run finds what a killed one left. Folders
are opened one by one without following a link, and every file is named from its folder.
"""

import contextlib
import errno
import os
import secrets
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qmtool.repository import git
from qmtool.repository.git import Repository

Form = Callable[[bytes], bytes]
"""What turns the bytes of a blob into those of the file on disk: its line ends may differ."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO)
"""What `open` says where there is no plain file; anything else is a failure, to be told."""


@dataclass(frozen=True)
class OnDisk:
    """A file that a commit changes: its blob before (None: it is new) and after (None: it goes)."""

    path: str
    before: str | None
    after: str | None


@dataclass
class WorkingFiles:
    """The files of one commit, and those among them that were edited meanwhile and left alone."""

    repo: Repository
    commit: str
    files: Sequence[OnDisk]
    left_alone: list[str] = field(default_factory=list)
    _blobs: dict[str, bytes] = field(default_factory=dict)

    def stage(self) -> None:
        """Write the new bytes of each file beside it, where the file is still the old one.

        No folder is made for it: giving up would have to know which folders were there.
        """
        for number, one in enumerate(self.files):
            if one.after is None or one.after == one.before:
                continue
            with _folder(self.repo.root, one.path) as (folder, name):
                form = self._form(folder, name, one)
                if form is None or folder is None:
                    continue
                mode = _mode(folder, name)
                _write(folder, self._beside(number, "tmp"), form(self._blob(one.after)), mode)

    def place(self) -> None:
        """Put every file in place, as far as it was not edited; a second call does no harm."""
        self.left_alone.clear()
        for number, one in enumerate(self.files):
            with _folder(self.repo.root, one.path, make=one.before is None) as (folder, name):
                if folder is None:
                    done = one.after is None
                else:
                    done = self._place(folder, name, number, one)
            if not done:
                self.left_alone.append(one.path)

    def clean(self) -> None:
        """Remove what was written beside the files."""
        for number, one in enumerate(self.files):
            with _folder(self.repo.root, one.path) as (folder, _):
                if folder is None:
                    continue
                for side in ("tmp", "old"):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(self._beside(number, side), dir_fd=folder)

    def _place(self, folder: int, name: str, number: int, one: OnDisk) -> bool:
        """Put one file in place; return False if it holds something else than before and after."""
        beside, backup = self._beside(number, "tmp"), self._beside(number, "old")
        self._take_back_an_edit(folder, name, backup, one)
        if self._is(folder, name, one.after):
            return True
        form = self._form(folder, name, one)
        if form is None:
            return False
        if one.after is not None:
            wanted = form(self._blob(one.after))
            if _read(folder, beside) != wanted:  # not staged, or by a run that was killed meanwhile
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(beside, dir_fd=folder)
                _write(folder, beside, wanted, _mode(folder, name))
        if one.before is None:
            if not _link(folder, beside, name):
                return False
        else:
            _replace(folder, name, beside if one.after else None, backup)
            self._take_back_an_edit(folder, name, backup, one)
        _sync(folder)
        return self._is(folder, name, one.after)

    def _take_back_an_edit(self, folder: int, name: str, backup: str, one: OnDisk) -> None:
        """Put back what the user wrote in the very moment in which the file was replaced."""
        kept = _read(folder, backup)
        ours = [oid for oid in (one.before, one.after) if oid]
        if kept is None or one.before is None or any(self._is_form_of(kept, oid) for oid in ours):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(backup, dir_fd=folder)
            return
        os.rename(backup, name, src_dir_fd=folder, dst_dir_fd=folder)

    def _form(self, folder: int | None, name: str, one: OnDisk) -> Form | None:
        """Return how the file on disk writes its line ends; None if it is not the old one."""
        if folder is None:
            return None
        found = _read(folder, name)
        if one.before is None:
            return None if _exists(folder, name) else _as_it_is
        before = self._blob(one.before)
        if found == before:
            return _as_it_is
        return crlf if found is not None and found == crlf(before) else None

    def _is(self, folder: int, name: str, oid: str | None) -> bool:
        """Return whether the file on disk is the blob *oid*, or absent for None."""
        if oid is None:
            return not _exists(folder, name)
        found = _read(folder, name)
        return found is not None and self._is_form_of(found, oid)

    def _is_form_of(self, data: bytes, oid: str) -> bool:
        blob = self._blob(oid)
        return data in (blob, crlf(blob))

    def _blob(self, oid: str) -> bytes:
        if oid not in self._blobs:
            wanted = {one for file in self.files for one in (file.before, file.after) if one}
            found = git.read_blobs(self.repo, sorted(wanted))
            self._blobs.update({name: data or b"" for name, data in found})
        return self._blobs[oid]

    def _beside(self, number: int, side: str) -> str:
        return f".qm-{self.commit[:12]}-{number}.{side}"


def replace_plain(root: Path, path: str, before: bytes, after: bytes) -> bool:
    """Put *after* in the place of *before*, a plain file under *root*; return whether it was that.

    No link is followed, and what an editor writes there until the last moment is kept.
    """
    with _folder(root, path) as (folder, name):
        if folder is None or _read(folder, name) != before:
            return False
        mark = secrets.token_hex(6)
        beside, backup = f".qm-{mark}.tmp", f".qm-{mark}.old"
        try:
            _write(folder, beside, after, _mode(folder, name))
            _replace(folder, name, beside, backup)
            if _read(folder, backup) != before:
                os.rename(backup, name, src_dir_fd=folder, dst_dir_fd=folder)
                return False
            os.unlink(backup, dir_fd=folder)
        finally:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(beside, dir_fd=folder)
        _sync(folder)
    return True


def crlf(data: bytes) -> bytes:
    """Return *data* with its line feeds written as CRLF."""
    return data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _as_it_is(data: bytes) -> bytes:
    return data


@contextlib.contextmanager
def _folder(root: Path, path: str, *, make: bool = False) -> Iterator[tuple[int | None, str]]:
    """Yield the open folder of *path* (None: there is none, or a link leads to it) and the name."""
    *parts, name = path.split("/")
    descriptor: int | None = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in parts:
            assert descriptor is not None
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            above = descriptor
            try:
                descriptor = os.open(part, _FOLDER, dir_fd=above)
            except OSError as error:
                descriptor = None
                if error.errno not in _NO_FILE:
                    raise
            finally:
                os.close(above)
            if descriptor is None:
                break
        yield descriptor, name
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _exists(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _mode(folder: int, name: str) -> int:
    """Return the permissions of a file, those of a new one where there is none."""
    try:
        return stat.S_IMODE(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode) & 0o777
    except FileNotFoundError:
        return 0o644


def _read(folder: int, name: str) -> bytes | None:
    """Return the bytes of a plain file, None for anything else."""
    try:
        descriptor = os.open(name, _FILE, dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _write(folder: int, name: str, data: bytes, mode: int) -> None:
    """Write a new file, and wait until the disk has it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    descriptor = os.open(name, flags, 0o600, dir_fd=folder)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _link(folder: int, name: str, other: str) -> bool:
    """Give a file another name; return False if that name is taken.

    A file system without links gets a copy under the new name.
    """
    try:
        os.link(name, other, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS):
            raise
        _write(folder, other, _read(folder, name) or b"", _mode(folder, name))
    return True


def _replace(folder: int, name: str, beside: str | None, backup: str) -> None:
    """Put *beside* in the place of a file (None: take it away); *backup* is what stood there.

    Whatever an editor puts there until the last moment is in *backup*, where the system can
    exchange two files in one step; elsewhere, what was written there until just before.
    """
    if beside is None:
        os.rename(name, backup, src_dir_fd=folder, dst_dir_fd=folder)
        return
    os.rename(beside, backup, src_dir_fd=folder, dst_dir_fd=folder)
    if _exchange(folder, backup, name):
        return
    os.rename(backup, beside, src_dir_fd=folder, dst_dir_fd=folder)
    _link(folder, name, backup)
    os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)


def _exchange(folder: int, one: str, other: str) -> bool:
    """Exchange two files in one step; return False where the system cannot, or one is missing."""
    import ctypes  # only who publishes needs it

    call, flag = ("renameatx_np", 2) if sys.platform == "darwin" else ("renameat2", 2)
    function = getattr(ctypes.CDLL(None, use_errno=True), call, None)
    if function is None:
        return False
    return bool(function(folder, os.fsencode(one), folder, os.fsencode(other), flag) == 0)


def _sync(folder: int) -> None:
    with contextlib.suppress(OSError):
        os.fsync(folder)
