"""What a remote branch has held, as far as the log of this clone tells."""

from collections.abc import Sequence

from qmtool.repository import git
from qmtool.repository.git import Repository


def once_held(repo: Repository, upstream: str, commits: Sequence[str]) -> list[str]:
    """Return those of *commits* that the remote branch *upstream* (a full name) ever held.

    Without a log, those that it holds now.
    """
    path = repo.common_dir / "logs" / upstream
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    logged = {oid.decode() for line in lines for oid in line.split(b" ", 2)[:2] if oid.strip(b"0")}
    seen = [*filter(git.is_object_id, logged), upstream]
    asked = [*commits, *(f"^{oid}" for oid in seen)]
    data = "".join(f"{one}\n" for one in asked).encode()
    never = git.run(repo, "rev-list", "--ignore-missing", "--stdin", data=data).decode().split()
    return [one for one in commits if one not in set(never)]
