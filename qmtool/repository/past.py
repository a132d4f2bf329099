"""The branch as it was: which commit stood on a day, and which one last changed a file."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.calendar import parse_day
from qmtool.model.commit import Commit
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository

_DAYS = ("rev-list", "--first-parent", "--no-commit-header", "--format=%H %cs")
_COMMITS = (
    *("rev-list", "--topo-order", "--no-commit-header"),
    "--format=%H%x00%an%x00%ae%x00%aI%x00%s",
)
_COMPARED = ("diff-tree", "--stdin", "-r", "-c", "--root", "-z", "--no-renames", "--name-only")


@dataclass(frozen=True)
class Branch:
    """The line of commits that leads to *tip*, the object id of a commit.

    What was merged counts from its merge on. A commit has the day its committer saw.
    """

    repo: Repository
    tip: str

    @cached_property
    def days(self) -> tuple[tuple[date, str], ...]:
        """Return the day and the id of each commit, the newest first."""
        listed = git.run(self.repo, *_DAYS, "--end-of-options", self.tip).decode()
        pairs = (line.split(" ") for line in listed.splitlines())
        return tuple((parse_day(day) or date.min, oid) for oid, day in pairs)

    @property
    def began(self) -> date:
        """Return the day of its first commit."""
        return self.days[-1][0]

    def on(self, day: date) -> str | None:
        """Return the last commit on or before that *day*, None before the first."""
        return next((oid for when, oid in self.days if when <= day), None)


def branch_of(repo: Repository, commit: str | None) -> Branch:
    """Return the branch that leads to *commit*, by default to HEAD; it must have a commit."""
    tip = commit or git.resolve_commit(repo, "HEAD")
    if tip is None:
        raise UsageError(say("there is no past to look at: nothing was committed yet"))
    if repo.shallow:
        raise RepositoryError(
            say(
                "this clone holds only the end of the history (a shallow clone): the past cannot "
                "be told. Type: git fetch --unshallow"
            )
        )
    return Branch(repo, tip)


def moment(branch: Branch, written: str) -> tuple[str, date]:
    """Return the commit that *written*, a day or a revision, names, and the day to judge it on.

    For a day, that is the last commit of *branch* on or before it, judged on that day.
    """
    day = parse_day(written)
    if day is None:
        commit = git.resolve_commit(branch.repo, written)
        if commit is None:
            raise UsageError(
                say(
                    "{value} is neither a day, written as 2026-03-02, nor a commit, a branch or a "
                    "tag",
                    value=written,
                )
            )
        return commit, Branch(branch.repo, commit).days[0][0]
    found = branch.on(day)
    if found is None:
        raise UsageError(
            say(
                "nothing was committed on or before {day}: this branch begins on {first}",
                day=day,
                first=branch.began,
            )
        )
    return found, day


def last_commits(
    repo: Repository, since: str, until: str, paths: Collection[str]
) -> Mapping[str, Commit]:
    """Return the last commit up to *until*, and not in *since*, that changed each of *paths*.

    A merge counts only where its result is that of none of its parents.
    """
    if not paths or since == until:
        return {}
    listed = git.run(repo, *_COMMITS, "--end-of-options", f"{since}..{until}")
    lines = listed.decode(errors="replace").split("\n")[:-1]
    commits = dict(line.split("\0", 1) for line in lines)
    asked = "".join(f"{oid}\n" for oid in commits).encode()
    compared = git.run(repo, *_COMPARED, data=asked)
    wanted, found, current = set(paths), dict[str, Commit](), ""
    for field in os.fsdecode(compared).split("\0"):
        if field in commits:
            current = field
        elif field in wanted and field not in found:
            found[field] = _commit(current, commits[current])
    return found


def _commit(oid: str, fields: str) -> Commit:
    author, email, when, subject = fields.split("\0", 3)
    try:
        moment_ = datetime.fromisoformat(when)
    except ValueError:  # a stamp that no calendar has
        moment_ = datetime.fromtimestamp(0, UTC)
    return Commit(oid, author, email, moment_, subject)
