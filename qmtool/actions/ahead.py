"""What Git may look up while `qm` reads a document: who has changed it since its last version."""

import contextlib
from collections.abc import Iterator

from qmtool.model.identifier import flaw, names_file
from qmtool.model.version import Version
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import release_ref


@contextlib.contextmanager
def looking_for_hands(repo: Repository, wanted: str) -> Iterator[None]:
    """Let Git go through the commits since the last version of the document called *wanted*.

    Where its file and its last version are not guessed right, nothing comes of it, and `hands_of`
    asks again.
    """
    head = git.resolve_commit(repo, "HEAD")
    path = _path_of(repo, wanted)
    if head is None or path is None:
        yield
        return
    with git.touches_ahead(repo, path, _last_release(repo, wanted), head):
        yield


def _path_of(repo: Repository, wanted: str) -> str | None:
    """Return the path of the file that seems to be called *wanted*, an id or a path."""
    files = git.index_paths(repo)
    if wanted in files:
        return wanted
    like = (path for path in files if wanted in path)
    named = [path for path in like if names_file(wanted, path.rpartition("/")[2])]
    return named[0] if len(named) == 1 else None


def _last_release(repo: Repository, wanted: str) -> str | None:
    """Return the commit of the last release of the id *wanted*, or None."""
    if flaw(wanted) is not None:
        return None
    start = release_ref(wanted, "")
    versions = {
        version: tag.target
        for tag in git.tags_under(repo, start.rstrip("/"))
        if (version := Version.parse(tag.name.removeprefix(start)))
    }
    return versions[max(versions)] if versions else None
