"""The anchor after a publication (`reliability.md` §4, step 15, and §6).

An anchor tells what `qm verify` found sound, and nothing here verifies. What this process has
published itself, and read back, joins the anchor where all before it is there; where tags came
from elsewhere since, it waits for the next `qm verify`, which looks at all of them. A failure is
silent: the release stands, and without an anchor `qm verify` only has more to do.
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from qmtool.errors import QmError
from qmtool.model.identifier import POLICY
from qmtool.repository import git
from qmtool.repository.git import RefChange, Repository
from qmtool.repository.tag_objects import DECISIONS, RELEASES, release_ref
from qmtool.repository.verification.anchor import (
    CHECKS,
    Anchor,
    anchors_of,
    read_anchor,
    write_anchor,
)
from qmtool.repository.verification.plumbing import refs_below


class Step(NamedTuple):
    """A publication that this process made: the branch, its commit before and after, its tags."""

    branch: str
    base: str
    commit: str
    tags: Mapping[str, str]


_steps: list[Step] = []


def note(branch: str, base: str, commit: str, refs: Sequence[RefChange]) -> None:
    """Remember a publication until the lock of `qm` is given back."""
    made = {one.ref: one.new for one in refs if one.new and one.old is None}
    tags = {ref: oid for ref, oid in made.items() if ref.startswith((RELEASES, DECISIONS))}
    if tags:
        _steps.append(Step(branch, base, commit, tags))


def follow(repo: Repository) -> None:
    """Take what was noted into the anchor, once for all of it; without an anchor, none is made."""
    steps = tuple(_steps)
    _steps.clear()
    if steps:
        with contextlib.suppress(OSError, QmError):
            _follow(repo, steps)


def _follow(repo: Repository, steps: Sequence[Step]) -> None:
    found = _kept(repo, steps[0].branch)
    if found is None:
        return
    path, kept = found
    known = {**kept.tags, **{ref: oid for one in steps for ref, oid in one.tags.items()}}
    if (
        kept.checks == CHECKS
        and git.is_ancestor(repo, kept.commit, steps[0].base)
        and refs_below(repo, RELEASES.rstrip("/"), DECISIONS.rstrip("/")) == known
    ):
        policy = _policy_after(kept, steps)
        write_anchor(path, replace(kept, commit=steps[-1].commit, tags=known, policy=policy))


def _policy_after(kept: Anchor, steps: Sequence[Step]) -> str:
    """Return the commit of the policy in force after *steps*, as `qm verify` will tell it."""
    below = release_ref(POLICY, "")
    released = [one.commit for one in steps if any(ref.startswith(below) for ref in one.tags)]
    return released[-1] if released else kept.policy if kept.tags else steps[0].base


def forget(repo: Repository, base: str, refs: Sequence[RefChange]) -> None:
    """Take the tags that a `--redo` set aside out of the anchor: nobody else ever had them.

    The branch was at *base*; the anchor goes back to where its commits part from the new ones.
    """
    gone = {one.ref: one.old for one in refs if one.new is None}
    if gone:
        with contextlib.suppress(OSError, QmError):
            _forget(repo, base, refs[0], gone)


def _forget(repo: Repository, base: str, branch: RefChange, gone: Mapping[str, str | None]) -> None:
    found = _kept(repo, branch.ref)
    if found is None:
        return
    path, kept = found
    tags = {ref: oid for ref, oid in kept.tags.items() if gone.get(ref) != oid}
    ahead = git.commits_between(repo, branch.new or base, base)
    at = git.resolve_commit(repo, f"{ahead[0]}^") if kept.commit in ahead else kept.commit
    if at and (at, tags) != (kept.commit, kept.tags):
        write_anchor(path, replace(kept, commit=at, tags=tags))


def _kept(repo: Repository, branch: str) -> tuple[Path, Anchor] | None:
    """Return the one anchor of *repo* and its place, if it is that of *branch*."""
    found = anchors_of(repo)
    kept = read_anchor(found[0]) if len(found) == 1 else None
    return (found[0], kept) if kept and f"refs/heads/{kept.branch}" == branch else None
