"""Where a snapshot is read from: the work tree, the index, or a commit."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.diagnostic import Fault
from qmtool.model.text import Text, say
from qmtool.repository import git
from qmtool.repository.cache import Stat
from qmtool.repository.git import Entry, Repository
from qmtool.repository.text import MAX_DOCUMENT, too_large

_SYMLINK, _SUBMODULE, _EXECUTABLE = "120000", "160000", "100755"
_PAGES = frozenset(("templates/_reports", "templates/_dossier"))
"""The folders of the centre's own templates of pages."""


class Source(Protocol):
    """Files by path, and their bytes."""

    repo: Repository
    label: str
    commit: str | None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Return every file by path."""
        ...

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, Fault | None]]:
        """Yield each path with its bytes, or with the fault that keeps it from being read."""
        ...


def kind_fault(entry: Entry) -> Fault | None:
    """Return the fault of a document that Git does not hold as a plain file."""
    if entry.mode == _SYMLINK:
        return _unreadable(
            say("this is a symbolic link: links are not documents"),
            say("Replace the link by the file itself."),
        )
    if entry.mode == _SUBMODULE:
        return _unreadable(
            say("this is a submodule, not a document"), say("Give the submodule another name.")
        )
    if entry.stage != "0":
        return _unreadable(
            say("a merge left two versions of this file"),
            say(
                "Open the file, keep the right lines between <<<<<<< and >>>>>>>, remove these "
                "marks, then git add it; or give the merge up: git merge --abort."
            ),
        )
    return None


def is_submodule(entry: Entry) -> bool:
    """Return whether another repository stands at the place of the file."""
    return entry.mode == _SUBMODULE


def is_executable(entry: Entry) -> bool:
    """Return whether the file is marked as a program."""
    return entry.mode == _EXECUTABLE


def _unreadable(message: Text, fix: Text | None = None) -> Fault:
    return Fault("unreadable-file", 1, 1, message, fix)


@dataclass
class BlobSource:
    """The index, or the tree of a commit: everything is a blob; *known* are its files, if known."""

    repo: Repository
    label: str
    commit: str | None = None
    known: Mapping[str, Entry] | None = None

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Return every file by path."""
        if self.known is not None:
            return self.known
        if self.commit:
            return git.tree_entries(self.repo, self.commit)
        return git.index_entries(self.repo)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, Fault | None]]:
        """Yield each path with its bytes, or with the fault that keeps it from being read."""
        wanted = []
        for path in paths:
            fault = kind_fault(self.entries[path])
            if fault:
                yield path, None, fault
            else:
                wanted.append(path)
        oids = (self.entries[path].oid for path in wanted)
        blobs = git.read_blobs(self.repo, oids, MAX_DOCUMENT)
        for path, (oid, data) in zip(wanted, blobs, strict=True):
            if data is not None:
                yield path, data, None
                continue
            if not git.has_object(self.repo, oid):
                raise git.missing(oid)
            message = say(
                "the object {oid} is larger than {limit} bytes", oid=oid, limit=MAX_DOCUMENT
            )
            yield path, None, _unreadable(message)


@dataclass
class WorkTree:
    """The files on disk that Git tracks, or neither tracks nor ignores."""

    repo: Repository
    label: str = "worktree"
    commit: str | None = None
    _stats: dict[str, Stat] = field(default_factory=dict)

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Return every file by path; the blob id is that of the index, not of the disk."""
        found = dict(git.index_entries(self.repo))
        hidden = [path for path, entry in found.items() if entry.flag in "Ss"]
        if hidden:
            raise RepositoryError(
                say(
                    "a sparse checkout hides {count} files, {path} among them; type: "
                    "git sparse-checkout disable, or add --at HEAD",
                    count=len(hidden),
                    path=hidden[0],
                )
            )
        for path in git.untracked(self.repo):
            found.setdefault(path, Entry("100644", ""))
        for path in self._special(found):
            found.setdefault(path, Entry("", ""))
        linked = _linked_folders(os.fspath(self.repo.root), found)
        if linked:
            found = {
                path: one for path, one in found.items() if path.rpartition("/")[0] not in linked
            }
        return {path: found[path] for path in sorted(found) if self._exists(path)}

    def _special(self, found: Mapping[str, Entry]) -> Iterator[str]:
        """Yield what is named as a document or a page, and Git does not list: pipes, folders."""
        root = os.fspath(self.repo.root)
        for folder in sorted({path.rpartition("/")[0] for path in found} | {""} | _PAGES):
            try:
                with os.scandir(f"{root}/{folder}") as entries:
                    for entry in entries:
                        if entry.name.endswith((".md", ".html.j2")) and not entry.is_file():
                            yield f"{folder}/{entry.name}" if folder else entry.name
            except OSError:
                continue

    def _exists(self, path: str) -> bool:
        """Return whether there is something at *path*, and keep what `lstat` says of it."""
        try:
            found = os.lstat(f"{self._root}/{path}")
        except OSError as error:
            return error.errno not in (errno.ENOENT, errno.ENOTDIR)
        if stat.S_ISREG(found.st_mode) and found.st_size <= MAX_DOCUMENT:
            self._stats[path] = found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
        return True

    @cached_property
    def _root(self) -> str:
        return os.fspath(self.repo.root)

    def stat(self, path: str) -> Stat | None:
        """Return the stat data of a plain file no larger than a document may be, else None."""
        return self._stats.get(path)

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, Fault | None]]:
        """Yield each path with its bytes, or with the fault that keeps it from being read."""
        for path in paths:
            yield path, *read_file(os.fspath(self.repo.root), path, self.entries.get(path))


def _linked_folders(root: str, paths: Iterable[str]) -> frozenset[str]:
    """Return the folders of *paths* that a symbolic link leads to: for Git they hold nothing."""
    folders = {path.rpartition("/")[0] for path in paths}
    linked = set()
    for folder in folders:
        parts = folder.split("/") if folder else []
        heads = ("/".join(parts[: count + 1]) for count in range(len(parts)))
        if any(Path(root, head).is_symlink() for head in heads):
            linked.add(folder)
    return frozenset(linked)


def read_file(
    root: str, path: str, entry: Entry | None = None
) -> tuple[bytes | None, Fault | None]:
    """Return the bytes of the plain file at *path* under *root*, or why it cannot be read.

    Links are not followed, and nothing but a plain file is opened.
    """
    if entry is not None and entry.stage != "0":
        return None, kind_fault(entry)
    try:
        mode = os.lstat(f"{root}/{path}")
        if stat.S_ISLNK(mode.st_mode):
            return None, kind_fault(Entry(_SYMLINK, ""))
        if stat.S_ISDIR(mode.st_mode):
            if entry is not None and entry.mode == _SUBMODULE:
                return None, kind_fault(entry)
            return None, _unreadable(
                say("this is a folder, not a document"), say("Give the folder another name.")
            )
        if not stat.S_ISREG(mode.st_mode):
            return None, _unreadable(
                say("this is a pipe or a device, not a file"), say("Remove it.")
            )
        if mode.st_size > MAX_DOCUMENT:
            return None, _unreadable(*too_large(mode.st_size))
        descriptor = os.open(f"{root}/{path}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(MAX_DOCUMENT + 1), None
    except OSError as error:
        message = say("the file cannot be read ({error})", error=error.strerror)
        return None, Fault(UNREAD, 1, 1, message, say("Check that the file is there and yours."))


UNREAD = "unread-file"
"""The name under which a read error is told apart: the diagnostic also makes the exit code 4."""


def blob_id(data: bytes, object_format: str) -> str:
    """Return the id that Git gives a blob of those bytes."""
    summed = hashlib.new(object_format, usedforsecurity=False)
    summed.update(b"blob %d\0" % len(data))
    summed.update(data)
    return summed.hexdigest()


def open_source(repo: Repository, at: str | None = None, *, staged: bool = False) -> Source:
    """Return the source that the options of a reading command name."""
    if staged and at:
        raise UsageError(say("--staged and --at exclude each other"))
    if staged:
        return BlobSource(repo, "index")
    if at is None:
        return WorkTree(repo)
    commit = git.resolve_commit(repo, at)
    if commit is None and git.resolve_commit(repo, "HEAD") is None:
        raise RepositoryError(
            say("the repository has no commit yet; type: git add -A && git commit -m start")
        )
    if commit is None:
        raise UsageError(
            say("{revision} names no commit; try HEAD, a branch or a tag", revision=at)
        )
    return BlobSource(repo, commit, commit)
