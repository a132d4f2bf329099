"""The commits of a branch, oldest first: what Git lists of it never changes, only grows."""

from qmtool.repository import git
from qmtool.repository.cache import Cache
from qmtool.repository.git import GitError, Repository

_LIST = ("rev-list", "--topo-order", "--reverse", "--parents")
_MOVING = 100
"""The last commits of a branch are often replaced by others: so many are not kept."""

_WORTH_KEEPING = 5 * _MOVING
"""So many commits are listed anew before the cache is written again."""


def commits_before(repo: Repository, head: str, cache: Cache | None = None) -> list[str]:
    """Return *head* and every commit before it, each a line with its parents, the oldest first.

    The *cache* may hold the list up to an earlier commit: then Git lists the rest.
    """
    if cache is None or repo.shallow or (repo.common_dir / "info" / "grafts").exists():
        return _listed(repo, head)  # a history that is cut or grafted may be another one tomorrow
    for last, text in cache.history.items():
        newer = _newer(repo, head, last)
        if newer is not None:
            lines = text.splitlines() + newer
            if len(newer) > _WORTH_KEEPING:
                _keep(repo, head, lines, cache)
            return lines
    lines = _listed(repo, head)
    if len(lines) > _WORTH_KEEPING:
        _keep(repo, head, lines, cache)
    return lines


def _keep(repo: Repository, head: str, lines: list[str], cache: Cache) -> None:
    """Keep *lines*, the list of *head*, without the last ones where they are a line of commits."""
    settled, moving = lines[:-_MOVING], lines[-_MOVING:]
    last = settled[-1].partition(" ")[0]
    if _newer(repo, head, last) == moving:
        cache.keep_history(last, "\n".join(settled))
    else:
        cache.keep_history(head, "\n".join(lines))


def _listed(repo: Repository, *commits: str) -> list[str]:
    return git.run(repo, *_LIST, *commits).decode().splitlines()


def _newer(repo: Repository, head: str, last: str) -> list[str] | None:
    """Return the commits from *last* to *head*, or None unless all of them came after *last*.

    Then *last* and all that was before it stand first in the list of *head*, in the same order.
    """
    if head == last:
        return []
    try:
        lines = _listed(repo, head, f"^{last}")
    except GitError:  # Git has dropped that commit
        return None
    known = {last}
    for line in lines:
        commit, *parents = line.split(" ")
        if not parents or not known.issuperset(parents):
            return None
        known.add(commit)
    return lines or None
