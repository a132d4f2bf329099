"""What to say of a publication that came to nothing: a tag exists, a hook or a disk refused."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from qmtool.errors import Busy, QmError, Refused, RepositoryError
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import RefChange, Repository
from qmtool.repository.pending import journal_path


def why_not(
    repo: Repository, refs: Sequence[RefChange], failure: BaseException | None
) -> BaseException:
    """Return why *refs*, of which the first is the branch, did not move: *failure*, explained."""
    if isinstance(failure, OSError):
        return unwritten(repo, failure)
    if not isinstance(failure, git.GitError):
        return failure or RepositoryError(say("nothing was changed: git did not move the refs"))
    now = git.read_refs(repo, [ref.ref for ref in refs])
    taken = _taken(repo, refs, now)
    if taken:
        return exists_already(taken)
    branch = refs[0]
    if now.get(branch.ref) != branch.old:
        return branch_moved()
    words = " / ".join(failure.words.strip().splitlines()[:5]) or "no message"
    kind: type[QmError] = Refused if "hook" in failure.words else RepositoryError
    return kind(
        say(
            "nothing was changed: git refused to move the branch and the tag ({words})",
            words=words,
        )
    )


def _taken(repo: Repository, refs: Iterable[RefChange], now: Mapping[str, str]) -> str:
    """Return a ref that stands where one was to be made, above it or below it; or nothing."""
    for one in refs:
        if one.old is not None or one.new is None:
            continue
        above = [str(path) for path in PurePosixPath(one.ref).parents if len(path.parts) > 2]
        below = [tag.name for tag in git.tags_under(repo, f"{one.ref}/")]
        taken = [ref for ref in (one.ref, *above) if ref in now or git.resolve_ref(repo, ref)]
        if taken or below:
            return (taken or below)[0]
    return ""


def exists_already(ref: str) -> Refused:
    """Return what to say of a *ref* that is there before it was made."""
    return Refused(
        say(
            "nothing was changed: {ref} exists already",
            ref=ref.removeprefix("refs/tags/").removeprefix("refs/heads/"),
        )
    )


def branch_moved() -> Busy:
    """Return what to say of a branch that somebody else moved meanwhile."""
    return Busy(say("the branch moved while qm was working; nothing was changed, try again"))


def unwritten(repo: Repository, error: OSError) -> RepositoryError:
    """Return what to say of a disk that failed: before the journal stood, nothing was changed."""
    values = {"path": error.filename or repo.root, "error": error.strerror}
    if not journal_path(repo).exists():
        return RepositoryError(
            say("nothing was changed: {path} cannot be written ({error})", **values)
        )
    return RepositoryError(
        say(
            "{path} cannot be written ({error}); the next command that writes finishes or "
            "undoes what was begun",
            **values,
        )
    )
