"""Reads branches, tags and other refs, and moves several of them as one."""

import os
import re
from collections.abc import Sequence
from typing import NamedTuple

from qmtool.repository.git.process import GitError, Repository, attempt, call, run


class Tag(NamedTuple):
    """A release tag: its own object id and the commit it names."""

    name: str
    oid: str
    target: str


class RefChange(NamedTuple):
    """A ref to move from *old* (None: it must not exist) to *new* (None: delete it).

    Where both are the same, the ref must only still be there.
    """

    ref: str
    new: str | None
    old: str | None

    @property
    def command(self) -> str:
        """Return the line of `update-ref --stdin -z` that makes the change."""
        if self.new == self.old:
            return f"verify {self.ref}\0{self.old}"
        if self.new is None:
            return f"delete {self.ref}\0{self.old}"
        if self.old is None:
            return f"create {self.ref}\0{self.new}"
        return f"update {self.ref}\0{self.new}\0{self.old}"


def resolve_ref(repo: Repository, ref: str) -> str | None:
    """Return the object id that the full name *ref* holds, or None."""
    done = attempt(repo, "rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def read_refs(repo: Repository, refs: Sequence[str]) -> dict[str, str]:
    """Return the object ids that the full names *refs* hold, without those that do not exist."""
    found = {}
    for start in range(0, len(refs), 200):
        turn = refs[start : start + 200]
        listed = run(repo, "for-each-ref", "--format=%(refname)%00%(objectname)", *turn)
        pairs = (line.split("\0") for line in os.fsdecode(listed).splitlines())
        found.update({name: oid for name, oid in pairs if name in turn})
    return found


def ref_names(repo: Repository, prefix: str) -> list[str]:
    """Return the full names of the refs below *prefix*."""
    found = run(repo, "for-each-ref", "--format=%(refname)", prefix)
    return os.fsdecode(found).split("\n")[:-1]


def tags_under(repo: Repository, prefix: str) -> list[Tag]:
    """Return the tags whose full names begin with *prefix*, a path of whole components."""
    form = "%(refname)%00%(objectname)%00%(*objectname)"
    found = os.fsdecode(run(repo, "for-each-ref", f"--format={form}", prefix))
    return [Tag(*line.split("\0")) for line in found.split("\n") if line]


def peeled_tags(repo: Repository, prefix: str) -> list[Tag]:
    """Return the annotated tags whose full names begin with *prefix*, as `tags_under` does.

    The commits come from the packed refs where Git keeps them: no tag object is read. A tag of a
    tag is told by the commit that it leads to in the end.
    """
    done = attempt(repo, "show-ref", "--tags", "--dereference")
    if done.returncode not in (0, 1):  # 1: there is no tag
        raise GitError("show-ref", done.stderr.decode(errors="replace"))
    return [
        Tag(name, oid, target)
        for oid, name, target in _PEELED.findall(os.fsdecode(done.stdout))
        if name.startswith(prefix)
    ]


_PEELED = re.compile(r"^([0-9a-f]+) (refs/tags/.+)\n([0-9a-f]+) \2\^\{\}$", re.MULTILINE)


def last_tag(repo: Repository, *prefixes: str) -> tuple[str, int] | None:
    """Return the tag below *prefixes* with the latest date, and that date in seconds."""
    form = "--format=%(refname) %(taggerdate:unix)"
    found = run(repo, "for-each-ref", "--sort=-taggerdate", "--count=1", form, *prefixes)
    name, _, seconds = os.fsdecode(found).strip().partition(" ")
    return (name, int(seconds)) if seconds.isdigit() else None


def branch_tips(repo: Repository) -> list[tuple[str, str]]:
    """Return the names of the local branches and their commits."""
    form = "--format=%(refname:lstrip=2)%00%(objectname)"
    lines = os.fsdecode(run(repo, "for-each-ref", form, "refs/heads")).split("\n")[:-1]
    return [(name, oid) for name, _, oid in (line.partition("\0") for line in lines)]


def all_branch_tips(repo: Repository) -> list[str]:
    """Return the commits at the tips of every local and remote branch."""
    found = run(repo, "for-each-ref", "--format=%(objectname)", "refs/heads", "refs/remotes")
    return sorted(set(found.decode().split()))


def move_refs(
    repo: Repository,
    changes: Sequence[RefChange],
    *,
    hooks: bool = True,
    keep_open: Sequence[int] = (),
) -> None:
    """Move all refs of *changes* in that order or none, each from its old value only.

    This is the one call under which the `reference-transaction` hook of the site may run, so that
    it can veto. Git's exit code alone is not trusted: the refs are read back. Git runs in a
    process group of its own, so that Ctrl-C does not reach it, and with the descriptors of
    *keep_open*: a lock on them is held until Git ends, even if this process is killed before.
    """
    lines = ["start", *(change.command for change in changes), "prepare", "commit"]
    data = os.fsencode("".join(line + "\0" for line in lines))
    done = call(
        repo.git,
        repo.root,
        ["update-ref", "--stdin", "-z"],
        data=data,
        hooks=hooks,
        apart=tuple(keep_open),
    )
    now = read_refs(repo, [change.ref for change in changes])
    if b"commit: ok" not in done.stdout or any(
        now.get(change.ref) != change.new for change in changes
    ):
        raise GitError("update-ref", done.stderr.decode(errors="replace"))
