"""The next index: the user's, with only the published entries replaced."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from qmtool.repository import git
from qmtool.repository.git import Entry, Repository

_FAR_AHEAD = 4_102_444_800
"""1 January 2100, in seconds: later than any file, and within what an index can hold."""


def write_next_index(
    repo: Repository, base: str, entries: Mapping[str, Entry | None], copy: Path
) -> None:
    """Write the user's index to *copy* with *entries* put in; without an index, that of *base*.

    A file as recent as the index itself is compared by content when Git writes the index, through
    the filters that the repository configures (`filter.*.clean`): a program would run. The copy
    is therefore dated far ahead while Git works on it, and then as the index was, so that Git goes
    on comparing such files later.
    """
    index = repo.git_dir / "index"
    if not index.exists():
        git.fill_index(repo, base, copy)
        index = copy
    else:
        shutil.copyfile(index, copy)
    dated = index.stat().st_mtime_ns
    os.utime(copy, (_FAR_AHEAD, _FAR_AHEAD))
    git.update_index(repo, entries, copy)
    os.utime(copy, ns=(dated, dated))
    with copy.open("rb") as file:
        os.fsync(file.fileno())
