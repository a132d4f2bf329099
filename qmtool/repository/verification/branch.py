"""Which branch is verified: the release branch of the policy, here or as last fetched."""

from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.verification.reading import Branch, Reader

_REMOTE = "origin"


def branch_of(reader: Reader) -> Branch:
    """Return the release branch with its tip; raise RepositoryError if there is no commit."""
    head = git.resolve_commit(reader.repo, "HEAD")
    name = _named(reader, head)
    found = branch_called(reader, name)
    if found is not None:
        return found
    if head is None:
        raise RepositoryError(
            say("the repository has no commit yet; type: git add -A && git commit -m start")
        )
    return Branch(name, head)


def branch_called(reader: Reader, name: str) -> Branch | None:
    """Return the branch called *name*, here or as last fetched, None if there is none."""
    repo = reader.repo
    remote = git.config(repo, f"branch.{name}.remote") or _REMOTE
    local = git.resolve_commit(repo, f"refs/heads/{name}")
    followed = git.resolve_commit(repo, f"refs/remotes/{remote}/{name}")
    tip = local or followed
    if tip is None:
        return None
    return Branch(name, tip, (followed,) if followed and followed != tip else ())


def _named(reader: Reader, head: str | None) -> str:
    """Return the name of the release branch by the last policy released, else by the one here.

    Whether that policy is sound is judged afterwards: if it is not, the one in force decides.
    """
    commits = [one.commit for one in reader.policies]
    found = (reader.policy(commit) for commit in (*commits, head or ""))
    policy = next((one for one in found if one is not None), None)
    return policy.release_branch if policy else "main"
