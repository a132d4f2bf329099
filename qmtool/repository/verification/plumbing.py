"""Reads of Git for `qm verify`: many objects a process, nothing configured by the repository."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from qmtool.errors import QmError
from qmtool.model.text import say
from qmtool.model.verification.facts import Change
from qmtool.repository import git
from qmtool.repository.git import GitError, Repository

_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Stored(NamedTuple):
    """An object as Git stores it."""

    kind: str
    data: bytes


class Damaged(QmError):
    """An object is there and cannot be read, or is not what its id says."""

    exit_code = 6

    def __init__(self, oid: str, words: str) -> None:
        super().__init__(say("the object {oid} is damaged: {words}", oid=oid, words=words))
        self.oid = oid


def is_oid(text: str) -> bool:
    """Return whether *text* is a whole object id."""
    return _OID.fullmatch(text) is not None


def refs_below(repo: Repository, *prefixes: str) -> dict[str, str]:
    """Return the objects that the refs below *prefixes* name, by full name."""
    found = git.run(repo, "for-each-ref", "--format=%(refname)%00%(objectname)", *prefixes)
    lines = os.fsdecode(found).split("\n")[:-1]
    return {name: oid for name, _, oid in (line.partition("\0") for line in lines)}


def objects(repo: Repository, oids: Iterable[str]) -> dict[str, Stored]:
    """Return those of *oids* that are stored; raise Damaged if one is not what its id says."""
    wanted = list(dict.fromkeys(oids))
    if not wanted:
        return {}
    asked = "".join(f"{oid}\n" for oid in wanted).encode()
    with git.fed(repo, "cat-file", "--batch", "--buffer", data=asked) as printed:
        answer = printed()
    found, place = {}, 0
    for oid in wanted:
        end = answer.index(b"\n", place)
        head = answer[place:end].split(b" ")
        place = end + 1
        if len(head) != 3:
            continue
        size = int(head[2])
        data = answer[place : place + size]
        place += size + 1
        if id_of(repo, head[1], data) != oid:
            raise Damaged(oid, "hash mismatch")
        found[oid] = Stored(head[1].decode(), data)
    return found


def id_of(repo: Repository, kind: bytes, data: bytes) -> str:
    """Return the id of an object of that *kind* and *data*."""
    summed = hashlib.new(repo.object_format, b"%b %d\0" % (kind, len(data)), usedforsecurity=False)
    summed.update(data)
    return summed.hexdigest()


_NO_GRAPH = ("-c", "core.commitGraph=false")
"""The commit-graph is not read: it is a file beside the objects, which nothing proves."""


def history(repo: Repository, tips: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return every commit up to *tips* with its parents, the oldest first."""
    asked = "".join(f"{tip}\n" for tip in dict.fromkeys(tips)).encode()
    arguments = ("rev-list", "--topo-order", "--reverse", "--parents", "--stdin")
    found = git.run(repo, *_NO_GRAPH, *arguments, data=asked).decode()
    return {one: tuple(parents) for one, *parents in map(str.split, found.splitlines())}


Changes = Mapping[str, Mapping[str, Change]]
"""What commits change, by path."""


@contextmanager
def changes(repo: Repository, pairs: Sequence[tuple[str, str]]) -> Iterator[Callable[[], Changes]]:
    """Begin to compare each commit of *pairs* with its parent there, and yield what waits for it.

    The changes of a commit are told by path.
    """
    asked = "".join(f"{commit} {parent}\n" for commit, parent in pairs).encode()
    arguments = ("diff-tree", "--stdin", "-r", "-z", "--raw", "--no-abbrev", "--no-renames")
    with git.fed(repo, *_NO_GRAPH, *arguments, data=asked) as printed:
        yield lambda: _changes(dict.fromkeys(commit for commit, _ in pairs), printed())


def _changes(commits: Iterable[str], data: bytes) -> dict[str, dict[str, Change]]:
    found: dict[str, dict[str, Change]] = {commit: {} for commit in commits}
    fields = iter(os.fsdecode(data).split("\0"))
    commit = ""
    for one in fields:
        if one.startswith(":"):
            _, mode, before, after, _ = one.split(" ")
            path = next(fields)
            found[commit][path] = Change(mode, _present(before), _present(after))
        elif one:
            commit = one
    return found


def _present(oid: str) -> str:
    """Return *oid*, or nothing where Git says so by zeros."""
    return oid if oid.strip("0") else ""


def blobs_at(repo: Repository, wanted: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
    """Return the blob of each (commit, path) that there is."""
    asked = list(dict.fromkeys(wanted))
    if not asked:
        return {}
    data = os.fsencode("".join(f"{commit}:{path}\n" for commit, path in asked))
    form = "--batch-check=%(objecttype) %(objectname)"
    lines = os.fsdecode(git.run(repo, "cat-file", form, data=data)).split("\n")
    answers = (line.split(" ") for line in lines)
    return {
        place: answer[1]
        for place, answer in zip(asked, answers, strict=False)
        if answer[0] == "blob"
    }


class Fsck(NamedTuple):
    """What `git fsck` found: objects that are damaged, and objects that are missing."""

    damaged: tuple[str, ...]
    missing: tuple[str, ...]


_MISSING = re.compile(
    r"(?:missing (?:blob|tree|commit|tag|unknown)|invalid \w+ pointer) ([0-9a-f]+)"
)


def fsck(repo: Repository) -> Fsck:
    """Return what is wrong with the objects; every one is read and compared with its id."""
    done = git.attempt(repo, "fsck", "--strict", "--no-dangling", "--no-progress")
    lines = done.stdout + done.stderr
    words = [line for line in lines.decode(errors="replace").split("\n") if line]
    missing = [found[1] for found in map(_MISSING.search, words) if found]
    damaged = [line for line in words if _is_damage(line)]
    if done.returncode and not missing and not damaged:
        damaged = words[:1]
    return Fsck(tuple(dict.fromkeys(damaged)), tuple(dict.fromkeys(missing)))


_HARMLESS = ("notice:", "warning ", "broken link", "    ", "dangling", "Checking")


def _is_damage(line: str) -> bool:
    """Return whether a *line* of fsck tells of an object that is there and is not sound.

    A log may name objects that are gone: nothing of the record is lost by that.
    """
    is_absence = "missing" in line or _MISSING.search(line) or "reflog entry" in line
    return not is_absence and not line.startswith(_HARMLESS)


def promised(repo: Repository) -> list[str]:
    """Return the objects that a partial clone left on its server."""
    done = git.attempt(repo, "rev-list", "--objects", "--all", "--missing=print")
    lines = done.stdout.decode(errors="replace").split("\n")
    return [line[1:] for line in lines if line.startswith("?")]


def remote_url(repo: Repository, name: str) -> str:
    """Return the address of the remote called *name*, empty if there is none."""
    return git.config(repo, f"remote.{name}.url")


def refs_of_folder(repo: Repository, folder: str, prefixes: Sequence[str]) -> dict[str, str]:
    """Return the refs of the repository at *folder* on this disk, by full name."""
    inner = os.path.join(folder, ".git")  # noqa: PTH118 - compared with the text of an address
    place = inner if os.path.isdir(inner) else folder  # noqa: PTH112
    form = "--format=%(refname)%00%(objectname)"
    done = git.attempt(repo, "--git-dir", place, "for-each-ref", form, *prefixes)
    if done.returncode:
        raise GitError("for-each-ref", done.stderr.decode(errors="replace"))
    lines = os.fsdecode(done.stdout).split("\n")[:-1]
    return {name: oid for name, _, oid in (line.partition("\0") for line in lines)}


_ALLOWED = ("ssh", "https", "file")


def refs_of_server(repo: Repository, url: str, prefixes: Sequence[str]) -> dict[str, str]:
    """Return the refs of the server at *url*: the one command of `qm` that uses the network.

    It runs as if outside of the repository, whose configuration (programs for SSH, credentials,
    other addresses) therefore counts for nothing; only SSH, HTTPS and files are allowed.
    """
    pairs = [(f"protocol.{name}.allow", "always") for name in _ALLOWED]
    extra = {"GIT_DIR": os.devnull, "GIT_CONFIG_COUNT": str(len(pairs))}
    for number, (key, value) in enumerate(pairs):
        extra |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    patterns = [f"{prefix}*" for prefix in prefixes]
    arguments = ["ls-remote", "--refs", "--upload-pack=git-upload-pack", "--", url, *patterns]
    return dict(_listed(git.run(repo, *arguments, extra=extra)))


def _listed(data: bytes) -> Iterator[tuple[str, str]]:
    for line in os.fsdecode(data).split("\n")[:-1]:
        oid, _, name = line.partition("\t")
        yield name, oid
