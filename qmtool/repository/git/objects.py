"""Reads and stores objects: files, commits and tags by their ids."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import IO

from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.repository.git.process import GitError, Repository, attempt, reader, run


def is_object_id(text: str) -> bool:
    """Return whether *text* is written like the id of an object."""
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text) is not None


def read_blobs(
    repo: Repository, names: Iterable[str], limit: int | None = None
) -> Iterator[tuple[str, bytes | None]]:
    """Yield each of *names* (object ids, or `<oid>:<path>`) with its bytes.

    The bytes are None where there is no such object, and where it is larger than *limit*.
    """
    turns = _turns(names)
    if not turns:
        return
    with reader(repo) as (questions, answers):
        _ask(questions, turns[0])
        for turn, following in zip(turns, [*turns[1:], []], strict=True):
            if following:
                _ask(questions, following)  # Git looks for these while the caller reads the others
            for name in turn:
                yield name, _contents(answers, name, limit)


def _turns(names: Iterable[str]) -> list[list[str]]:
    """Return *names* in turns so short that two of them fit into a pipe that nobody reads."""
    turns: list[list[str]] = []
    room = 0
    for name in names:
        if room <= 0:
            turns.append([])
            room = 6_000
        turns[-1].append(name)
        room -= len(name) + 10
    return turns


def _ask(questions: IO[bytes], names: Sequence[str], what: str = "contents") -> None:
    asked = "".join(f"{what} {_one_line(name)}\n" for name in names)
    with contextlib.suppress(BrokenPipeError):  # then there is no answer either
        questions.write(os.fsencode(f"{asked}flush\n"))
        questions.flush()


def _one_line(name: str) -> str:
    """Return *name*, or what names nothing if it could be taken for two questions."""
    return "?" if not name or "\n" in name or "\0" in name else name


def _header(answers: IO[bytes], name: str) -> tuple[str, str, int] | None:
    """Return the id, the type and the size of the next object, or None if there is none."""
    line = answers.readline()
    if not line:
        raise missing(name)
    fields = line.decode(errors="replace").split()
    if len(fields) != 3 or not fields[2].isdigit():
        return None
    return fields[0], fields[1], int(fields[2])


def _contents(answers: IO[bytes], name: str, limit: int | None) -> bytes | None:
    """Return the bytes of the next object, called *name*."""
    header = _header(answers, name)
    if header is None:
        return None
    size = header[2]
    if limit is not None and size > limit:
        left = size + 1
        while left > 0:
            left -= len(answers.read(min(left, 1 << 20)) or b" " * left)
        return None
    data = answers.read(size)
    answers.read(1)
    return data


def read_blob(repo: Repository, name: str, limit: int | None = None) -> bytes | None:
    """Return the bytes of the object *name*, or None as `read_blobs` does."""
    with reader(repo) as (questions, answers):
        _ask(questions, [name])
        return _contents(answers, name, limit)


def describe(repo: Repository, name: str) -> tuple[str, str, int] | None:
    """Return the id, the type and the size of the object *name*, or None if none can be read."""
    try:
        with reader(repo) as (questions, answers):
            _ask(questions, [name], "info")
            return _header(answers, name)
    except RepositoryError:
        return None  # Git gave up on a damaged object


def resolve_commit(repo: Repository, revision: str) -> str | None:
    """Return the object id of the commit that *revision* names, or None."""
    found = describe(repo, revision + "^{commit}")
    return found[0] if found else None


def missing(name: str) -> RepositoryError:
    """Return what to say of an object that should be there, and that Git does not give."""
    return RepositoryError(
        say(
            "the object {oid} is missing from this clone, or damaged; type: git fsck, then git "
            "fetch, or clone again without --depth and --filter",
            oid=name,
        )
    )


def has_object(repo: Repository, oid: str) -> bool:
    """Return whether Git finds the object *oid* and can read the head of it."""
    return describe(repo, oid) is not None


def stored_tags(repo: Repository, git_dir: Path, limit: int = 1 << 20) -> dict[str, bytes]:
    """Return the tag objects of the clone at *git_dir*, whether or not a ref names them.

    The clone is read as a folder on disk: nothing is fetched, and none of its refs matter.
    """
    reading = ("--git-dir", str(git_dir), "cat-file")
    form = "--batch-check=%(objecttype) %(objectname) %(objectsize)"
    listed = attempt(repo, *reading, "--batch-all-objects", "--unordered", form)
    if listed.returncode:
        raise GitError("cat-file", listed.stderr.decode(errors="replace"))
    lines = (line.split(" ") for line in listed.stdout.decode().splitlines())
    whole = (fields for fields in lines if len(fields) == 3)  # others are damaged: "<oid> missing"
    oids = [oid for kind, oid, size in whole if kind == "tag" and int(size) <= limit]
    asked = "".join(f"{oid}\n" for oid in oids).encode()
    answer = BytesIO(attempt(repo, *reading, "--batch", data=asked).stdout)
    found = ((oid, _contents(answer, oid, None)) for oid in oids)
    return {oid: data for oid, data in found if data is not None}


def write_blob(repo: Repository, data: bytes) -> str:
    """Store *data* as a blob and return its object id."""
    return run(repo, "hash-object", "-w", "--no-filters", "--stdin", data=data).decode().strip()


def write_commit(
    repo: Repository,
    tree: str,
    parents: Sequence[str],
    message: str,
    who: tuple[str, str],
    when: str,
) -> str:
    """Store a commit of *who* (name, email) dated *when* (`<seconds> <offset>`); return its id."""
    name, email = who
    extra = {
        f"GIT_{role}_{key}": value
        for role in ("AUTHOR", "COMMITTER")
        for key, value in (("NAME", name), ("EMAIL", email), ("DATE", f"@{when}"))
    }
    arguments = [part for parent in parents for part in ("-p", parent)]
    done = run(repo, "commit-tree", tree, *arguments, data=message.encode(), extra=extra)
    return done.decode().strip()


def write_tag(repo: Repository, content: bytes) -> str:
    """Store the tag object *content* and return its id; Git checks its form."""
    return run(repo, "mktag", data=content).decode().strip()


def write_object(repo: Repository, kind: str, content: bytes) -> str:
    """Store *content* as an object of that *kind* and return its id; Git checks its form."""
    found = run(repo, "hash-object", "-t", kind, "-w", "--stdin", data=content)
    return found.decode().strip()
