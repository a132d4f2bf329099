"""What must hold before a writing command changes anything (`reliability.md` §4, P1–P6)."""

from dataclasses import dataclass
from pathlib import Path

from qmtool.actions.working_files import crlf
from qmtool.errors import Refused, RepositoryError
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Entry, Repository
from qmtool.repository.sources import read_file


@dataclass(frozen=True)
class Place:
    """Where a writing command works: the branch, and the commit at its tip."""

    branch: str
    base: str


def place_of_work(repo: Repository) -> Place:
    """Return the branch and commit to build on, or raise if the repository is busy or bare."""
    branch = git.head_branch(repo)
    if branch is None:
        raise RepositoryError(
            say("HEAD is detached: no branch would move; go back to one with git switch")
        )
    base = git.resolve_commit(repo, branch)
    tip = None if base else git.resolve_ref(repo, branch)
    if tip:
        raise git.missing(tip)
    if base is None:
        raise RepositoryError(
            say("the repository has no commit yet; type: git add -A && git commit -m start")
        )
    _refuse_unfinished(repo)
    git.refuse_shallow(repo)
    return Place(branch, base)


def _refuse_unfinished(repo: Repository) -> None:
    """Raise RepositoryError if a merge, or something of the kind, waits for its end."""
    state = git.state_in_progress(repo) or _sequence(repo)
    if state:
        raise RepositoryError(
            say(
                "a git {state} is in progress. To finish it: mend the files that git status "
                "calls unmerged, git add them, then type: git {state} --continue. To give it up: "
                "git {state} --abort",
                state=state,
            )
            if state != "bisect"
            else say("a bisect is in progress; type: git bisect reset")
        )
    unmerged = git.unmerged(repo)
    if unmerged:
        raise RepositoryError(
            say(
                "{path} is not merged: keep the right lines between <<<<<<< and >>>>>>>, remove "
                "these marks, then type: git add {path}",
                path=unmerged[0],
            )
        )


def _sequence(repo: Repository) -> str:
    """Return the name of a cherry-pick or revert of several commits that waits between two."""
    todo = repo.git_dir / "sequencer" / "todo"
    if not todo.exists():
        return ""
    return "revert" if todo.read_bytes().startswith(b"revert") else "cherry-pick"


def on_branch(place: Place, release_branch: str) -> None:
    """Raise unless *place* is the release branch."""
    if place.branch != f"refs/heads/{release_branch}":
        raise RepositoryError(
            say(
                "versions are released on the branch {branch}, not on {here}; "
                "type: git switch {branch}",
                branch=release_branch,
                here=place.branch.removeprefix("refs/heads/"),
            )
        )


def upstream_of(repo: Repository, branch: str) -> str:
    """Return the full name of the remote branch that *branch* follows, empty if it follows none."""
    remote = git.config(repo, f"branch.{branch}.remote")
    merge = git.config(repo, f"branch.{branch}.merge").removeprefix("refs/heads/")
    return f"refs/remotes/{remote}/{merge}" if remote and merge else ""


def on_release_branch(repo: Repository, place: Place, release_branch: str) -> None:
    """Raise unless *place* is the release branch, up to date with its remote."""
    on_branch(place, release_branch)
    upstream = upstream_of(repo, release_branch)
    followed = git.resolve_ref(repo, upstream) if upstream else None
    if not followed or not git.count_commits(repo, place.base, followed):
        return
    ahead = git.count_commits(repo, followed, place.base)
    advice = say("qm release --redo") if ahead else say("git pull --ff-only")
    raise Refused(
        say(
            "the branch {branch} is behind {remote}; type: {advice}",
            branch=release_branch,
            remote=upstream.removeprefix("refs/remotes/"),
            advice=advice,
        )
    )


def is_clean(
    repo: Repository, path: str, head: Entry, index: Entry | None, committed: bytes
) -> bool:
    """Return whether the file on disk and in the index are those of the last commit.

    A file behind a symbolic link is not: Git does not follow one.
    """
    if index is None or index.oid != head.oid or index.stage != "0" or index.flag != "H":
        return False
    folder = (repo.root / path).parent
    if folder.resolve() != repo.root.resolve() / Path(path).parent:
        return False
    on_disk, _ = read_file(str(repo.root), path)
    return on_disk in (committed, crlf(committed))
