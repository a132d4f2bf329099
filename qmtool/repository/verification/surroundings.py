"""What stands around the objects of a repository: grafts, replacements, logs, remotes."""

import os
import stat
from collections.abc import Iterator, Mapping, Sequence

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.text import Text, say
from qmtool.model.verification.facts import Violation
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import DECISIONS, RELEASES
from qmtool.repository.verification import plumbing

_LIMIT = 1_000_000
"""How much of a log is read: a tag is made once."""


def grafts(repo: Repository) -> Violation | None:
    """Return the violation of a file that makes Git read other parents than commits have."""
    path = repo.common_dir / "info" / "grafts"
    if not os.path.lexists(path):
        return None
    message = say("cannot verify: {path} makes Git read another history than there is", path=path)
    return Violation("grafts", message)


def notes(repo: Repository) -> Iterator[Text]:
    """Yield what is there and does not count."""
    replaced = plumbing.refs_below(repo, "refs/replace")
    if replaced:
        yield say(
            "objects with a replacement (refs/replace), which is ignored: {n}", n=len(replaced)
        )
    alternates = repo.common_dir / "objects" / "info" / "alternates"
    if alternates.exists():
        yield say("objects are borrowed from another folder ({path})", path=alternates)


def tag_logs(repo: Repository, tags: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield each tag that has a log in this clone, with it."""
    logs = os.fspath(repo.common_dir / "logs")
    for top in (RELEASES, DECISIONS):
        for folder, _, names in os.walk(f"{logs}/{top}"):
            below = folder.removeprefix(f"{logs}/").rstrip("/")
            for ref in (f"{below}/{name}" for name in names):
                if ref in tags:
                    yield ref, _log(f"{logs}/{ref}")


def _log(path: str) -> bytes:
    """Return the content of a log; what is no file of Git, such as a pipe or a link, has none."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return b""
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return b""
    with os.fdopen(descriptor, "rb") as file:
        return file.read(_LIMIT)


def remote_refs(repo: Repository, name: str, prefixes: Sequence[str]) -> dict[str, str]:
    """Return the refs of the remote repository called *name*."""
    url = plumbing.remote_url(repo, name)
    if not url:
        raise UsageError(say("no remote is called {name}; git remote -v lists them", name=name))
    folder = _folder(repo, url)
    if folder:
        exact = [prefix.rstrip("/") for prefix in prefixes]
        return plumbing.refs_of_folder(repo, folder, exact)
    if not url.startswith(("ssh://", "https://")) and not _is_scp(url):
        raise RepositoryError(
            say(
                "the remote {name} is at {url}: qm verify reads from ssh, https and folders only",
                name=name,
                url=url,
            )
        )
    return plumbing.refs_of_server(repo, url, prefixes)


def _folder(repo: Repository, url: str) -> str:
    """Return the folder on this disk that *url* names, or nothing."""
    path = url.removeprefix("file://")
    if "://" in path or path.startswith("-"):
        return ""
    found = repo.root / path
    return os.fspath(found) if found.is_dir() else ""


def _is_scp(url: str) -> bool:
    """Return whether *url* is a host and a path, as SSH writes them: `git@host:folder`."""
    host, colon, path = url.partition(":")
    return (
        bool(colon and path)
        and "/" not in host
        and not host.startswith("-")
        and ":" not in path[:1]
    )
