"""The commits of a document under every name that its file had: moved, archived, brought back."""

from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository, Touch
from qmtool.repository.yaml_events import read_yaml


def touches(repo: Repository, path: str, since: str | None, until: str) -> list[Touch]:
    """Return the commits after *since* that changed the file now at *path*, the oldest first.

    Where a commit moved the file, what stood there *before* is the file of the former name: who
    only moves a text has not written it.
    """
    found: list[Touch] = []
    for one in reversed(git.touches_of(repo, path, since, until)):
        if any(one.before) or one.after is None:
            found.insert(0, one)
            continue
        former = _former(repo, one)
        if former is None:
            return [one, *found]
        name, blob = former
        earlier = touches(repo, name, since, f"{one.commit}~1")
        return [*earlier, one._replace(before=(blob,)), *found]
    return found


def _former(repo: Repository, one: Touch) -> tuple[str, str] | None:
    """Return the path and the blob that the file added by *one* had before, None if it is new."""
    parent = git.resolve_commit(repo, f"{one.commit}~1")
    changed = git.changed_files(repo, parent, one.commit) if parent else {}
    gone = {
        path: before
        for path, (before, after) in changed.items()
        if before and after is None and path.endswith(".md")
    }
    identifiers = {
        oid: _identifier(data or b"")
        for oid, data in git.read_blobs(repo, [*gone.values(), *filter(None, [one.after])])
    }
    wanted = identifiers.get(one.after or "")
    same = [pair for pair in gone.items() if wanted and identifiers[pair[1]] == wanted]
    return same[0] if len(same) == 1 else None


def _identifier(data: bytes) -> str:
    """Return the id of a document, empty if its front matter does not tell one."""
    block = front_matter.split(data.decode(errors="replace").replace("\r\n", "\n")).block
    read = read_yaml(block or "").data
    found = read.get("id") if isinstance(read, dict) else None
    return found if isinstance(found, str) else ""
