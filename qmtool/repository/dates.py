"""The dates of a history, against which a clock that is late is found out."""

from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import DECISIONS, RELEASES

_LOOKED_AT = 100
"""Among so many commits, a clock that is late meets one that was not: all tags are many to read."""

_DIGITS = 18
"""A commit made by hand may hold a date of any length: this one lies far ahead."""


def later_tag(repo: Repository, base: str, moment: int) -> tuple[str, int] | None:
    """Return the last tag of `qm` and its date, if that is later than *moment* (in seconds)."""
    form = ("--no-commit-header", "--format=%ct", f"--max-count={_LOOKED_AT}")
    dates = git.run(repo, "rev-list", *form, base).split()
    if not any(len(one) > _DIGITS or int(one) > moment for one in dates):
        return None
    last = git.last_tag(repo, RELEASES, DECISIONS)
    return last if last and last[1] > moment else None
