"""The only module that uses GitPython: the commits of a file, for `history`, `show` and `diff`.

GitPython runs Git itself. It is given the program, the options and the environment of every other
call of `git.py`, from its import on: an inherited `GIT_DIR` or a setting of the repository has no
effect. Its pure-Python object database is deprecated and is not used. Only ids, dates and texts
leave this module, never an object of GitPython (`reliability.md` §2).
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from typing import TYPE_CHECKING

from qmtool.errors import RepositoryError
from qmtool.model.commit import Commit
from qmtool.model.text import say
from qmtool.repository.git import Repository, options_of_a_call

if TYPE_CHECKING:
    import git

_READABLE = "sha1"
"""The object format that GitPython reads; SHA-256 is unknown to it."""


def is_readable(repo: Repository) -> bool:
    """Return whether the commits of *repo* can be read here."""
    return repo.object_format == _READABLE


def commits_of(
    repo: Repository, paths: Sequence[str], until: str, since: str = "", limit: int = 0
) -> list[Commit]:
    """Return the commits up to *until* that changed one of *paths*, the newest first.

    *since* and what is before it are left out; *limit* 0 means all of them. Both are object ids.
    """
    span = f"{since}..{until}" if since else until
    options, environment = options_of_a_call()
    with _replaced(environment | {"GIT_PYTHON_GIT_EXECUTABLE": repo.git}):
        import git  # 100 ms, and it runs `git version`: in this environment only

        problems = (git.exc.GitError, git.exc.ODBError, ValueError, AssertionError, OSError)
        try:
            if repo.git != git.Git.GIT_PYTHON_GIT_EXECUTABLE:
                git.refresh(repo.git)
            with git.Repo(_place(repo), expand_vars=False) as opened:
                opened.git.set_persistent_git_options(**_as_keywords(options))
                found = opened.iter_commits(span, paths=paths, max_count=limit or -1)
                return [_plain(one) for one in found]
        except problems as error:
            words = str(error).strip().split("\n")[-1]
            raise RepositoryError(
                say("the history of {path} cannot be read ({error})", path=paths[0], error=words)
            ) from error


def _place(repo: Repository) -> str:
    """Return where GitPython finds the repository: elsewhere only if the work tree is set apart."""
    return os.fspath(repo.root if (repo.root / ".git").exists() else repo.git_dir)


def _as_keywords(options: Sequence[str]) -> dict[str, bool | list[str]]:
    """Return *options* of Git as GitPython takes them."""
    settings = [value for option, value in pairwise(options) if option == "-c"]
    flags = [option[2:].replace("-", "_") for option in options if option.startswith("--")]
    return {**dict.fromkeys(flags, True), "c": settings}


@contextmanager
def _replaced(environment: Mapping[str, str]) -> Iterator[None]:
    """Let GitPython, which adds to the environment but never takes away, see *environment* only."""
    kept = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


def _plain(commit: "git.Commit") -> Commit:
    message = commit.message if isinstance(commit.message, str) else commit.message.decode()
    return Commit(
        commit.hexsha,
        commit.author.name or "",
        commit.author.email or "",
        _moment(commit.authored_date, -commit.author_tz_offset),
        message.strip().partition("\n")[0],
    )


def _moment(seconds: int, offset: float) -> datetime:
    """Return the moment in the offset of its author; a stamp that none can have, in UTC."""
    try:
        return datetime.fromtimestamp(seconds, timezone(timedelta(seconds=offset)))
    except (ValueError, OverflowError, OSError):
        pass
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)
