"""Bring back a tag whose ref is lost, from its own object: nothing is written or signed anew."""

from dataclasses import dataclass
from pathlib import Path

from qmtool.actions import locks
from qmtool.actions.locks import writing
from qmtool.errors import Refused, RepositoryError, UsageError
from qmtool.model.text import Text, listing, say
from qmtool.repository import git
from qmtool.repository.git import RefChange, Repository
from qmtool.repository.lost_tags import objection, stored_under
from qmtool.repository.releases import Releases
from qmtool.repository.tag_objects import DECISIONS, RELEASES, read_tag


@dataclass(frozen=True)
class Restored:
    """A tag, the commit that it names, and whether its ref stood there before."""

    tag: str
    commit: str
    was_there: bool


def restore_tag(
    repo: Repository, name: str, elsewhere: Path | None = None, *, dry_run: bool = False
) -> Restored:
    """Make the ref of the tag *name* again, from its object here or in the clone at *elsewhere*."""
    ref = f"refs/tags/{name.removeprefix('refs/tags/')}"
    if not ref.startswith((RELEASES, DECISIONS)):
        raise UsageError(say("{tag} is no tag of qm; write it as release/PR-ACC-001/1.0", tag=name))
    if dry_run:
        return _restore(repo, ref, elsewhere, dry_run=True)
    with writing(repo):
        return _restore(repo, ref, elsewhere, dry_run=False)


def _restore(repo: Repository, ref: str, elsewhere: Path | None, *, dry_run: bool) -> Restored:
    tag = ref.removeprefix("refs/tags/")
    standing = git.resolve_ref(repo, ref)
    sound = _sound(repo, ref, elsewhere, standing)
    if standing is not None and standing not in sound:
        raise Refused(
            say(
                "{tag} exists with another object, {oid}: nothing was changed",
                tag=tag,
                oid=standing,
            )
        )
    if standing is None and len(sound) > 1:
        raise Refused(
            say(
                "several objects are sound tags {tag}: {oids}. Compare with another clone (qm "
                "doctor --restore-tag {tag} --from PATH): nothing was changed",
                tag=tag,
                oids=listing(sound),
            )
        )
    oid = standing or next(iter(sound))
    commit = read_tag(sound[oid]).target
    if standing is None and not dry_run:
        if git.write_object(repo, "tag", sound[oid]) != oid:
            raise RepositoryError(say("{oid} is not what its id says: it is damaged", oid=oid))
        git.move_refs(repo, [RefChange(ref, oid, None)], keep_open=locks.held())
    return Restored(tag, commit, standing is not None)


def _sound(
    repo: Repository, ref: str, elsewhere: Path | None, standing: str | None
) -> dict[str, bytes]:
    """Return the objects that are the tag *ref*; raise where there is none and no ref either."""
    tag = ref.removeprefix("refs/tags/")
    stored = stored_under(repo, ref, elsewhere)
    if not stored and standing is None:
        raise RepositoryError(
            say(
                "no object of the tag {tag} is there; look in another clone: qm doctor "
                "--restore-tag {tag} --from PATH",
                tag=tag,
            )
        )
    tip = _tip(repo)
    reasons: dict[str, Text | None] = {
        oid: objection(repo, ref, content, tip) for oid, content in stored.items()
    }
    sound = {oid: content for oid, content in stored.items() if reasons[oid] is None}
    if not sound and standing is None:
        oid, reason = next(iter(reasons.items()))
        raise Refused(
            say(
                "the object {oid} is not the tag {tag}: {reason}. Nothing was changed",
                oid=oid[:10],
                tag=tag,
                reason=reason,
            )
        )
    return sound


def _tip(repo: Repository) -> str:
    """Return the commit at the tip of the release branch."""
    head = git.resolve_commit(repo, "HEAD")
    found = Releases(repo).policy(head)
    name = found.policy.release_branch if found else "main"
    tip = git.resolve_commit(repo, f"refs/heads/{name}")
    if tip is None:
        raise RepositoryError(say("the release branch {branch} is not in this clone", branch=name))
    return tip
