"""Reads how commits follow each other, and which of them changed a file."""

import contextlib
import os
from collections.abc import Iterator
from typing import NamedTuple

from qmtool.repository.git.objects import is_object_id, resolve_commit
from qmtool.repository.git.process import Repository, ahead, attempt, run


def ancestors(repo: Repository, commit: str) -> frozenset[str]:
    """Return the ids of *commit* and of every commit before it."""
    return frozenset(run(repo, "rev-list", commit).decode().split())


def is_ancestor(repo: Repository, commit: str, tip: str) -> bool:
    """Return whether *commit* is *tip* or comes before it."""
    done = attempt(repo, "merge-base", "--is-ancestor", commit, tip)
    return done.returncode == 0


def merge_base(repo: Repository, one: str, two: str) -> str | None:
    """Return a last commit that comes before both, or None if they have no past in common."""
    done = attempt(repo, "merge-base", one, two)
    return done.stdout.decode().split()[0] if done.returncode == 0 else None


def count_commits(repo: Repository, have: str, want: str) -> int:
    """Return how many commits *want* has that *have* has not."""
    return int(run(repo, "rev-list", "--count", f"{have}..{want}"))


def commits_between(repo: Repository, have: str, want: str) -> list[str]:
    """Return the commits that *want* has and *have* has not, the oldest first."""
    return run(repo, "rev-list", "--topo-order", "--reverse", f"{have}..{want}").decode().split()


def commits_of_path(repo: Repository, tip: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield the commits before *tip* that change *path*, with their first parents.

    Those of the main line come first, then those that were merged into it; the newest first.
    """
    for how in ("--first-parent", "--full-history"):
        found = run(repo, "rev-list", how, tip, "--", path).decode()
        for commit in found.split():
            parent = resolve_commit(repo, f"{commit}^1")
            if parent:
                yield commit, parent


class Touch(NamedTuple):
    """A commit that changed a file: by whom, and the blobs before (one a parent) and after."""

    commit: str
    email: str
    before: tuple[str | None, ...]
    after: str | None


def touches_of(repo: Repository, path: str, since: str | None, until: str) -> list[Touch]:
    """Return the commits after *since* that changed the file *path*, the oldest first."""
    listed = run(repo, *_touching(path, since, until))
    lines = listed.decode(errors="replace").split("\n")[:-1]
    emails = dict(line.partition(" ")[::2] for line in lines)
    compared = run(
        repo,
        *("diff-tree", "--stdin", "-r", "-m", "--root", "-z", "--raw"),
        *("--no-abbrev", "--no-renames", "--end-of-options", "--", path),
        data="".join(f"{commit}\n" for commit in emails).encode(),
    )
    before: dict[str, list[str | None]] = {}
    after: dict[str, str | None] = {}
    commit = ""
    for field in os.fsdecode(compared).split("\0"):
        if field.startswith(":"):
            old, new = (oid if oid.strip("0") else None for oid in field.split(" ")[2:4])
            before.setdefault(commit, []).append(old)
            after[commit] = new
        elif is_object_id(field):
            commit = field
    return [
        Touch(one, email, tuple(before[one]), after[one])
        for one, email in emails.items()
        if one in before
    ]


def touches_ahead(
    repo: Repository, path: str, since: str | None, until: str
) -> contextlib.AbstractContextManager[None]:
    """Let Git list what `touches_of` is going to ask for, while the caller does something else."""
    return ahead(repo, *_touching(path, since, until))


def _touching(path: str, since: str | None, until: str) -> tuple[str, ...]:
    span = f"{since}..{until}" if since else until
    return (
        *("rev-list", "--no-commit-header", "--format=%H %ae", "--reverse"),
        *("--end-of-options", span, "--", path),
    )
