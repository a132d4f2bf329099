"""Tags whose ref is lost: their objects, and whether one is what its name says."""

from datetime import datetime
from pathlib import Path

from qmtool.errors import QmError, RepositoryError
from qmtool.model.settings import RQ, Policy
from qmtool.model.text import Text, say
from qmtool.repository import git
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.decisions import Meaning
from qmtool.repository.git import Repository
from qmtool.repository.releases import Releases
from qmtool.repository.settings_file import FILE, read_settings
from qmtool.repository.signatures import flaw
from qmtool.repository.tag_objects import DECISIONS, RELEASES, TagObject, read_tag

_OF_A_DRAFT = (Meaning.REVIEWED, Meaning.APPROVED)
_ADOPTED = "adopted"


def not_here(identifier: str, version: str) -> Text:
    """Return the sentence that says that the tag of a version is missing, and what to type."""
    return say(
        "the tag release/{document}/{version} is not in this clone; type: git fetch --tags, and "
        "qm doctor if that does not bring it",
        document=identifier,
        version=version,
    )


def stored_under(repo: Repository, ref: str, elsewhere: Path | None = None) -> dict[str, bytes]:
    """Return the tag objects that were written for the name *ref*, by their ids.

    They are looked for among all objects of this clone, or of the one at *elsewhere*.
    """
    git_dir = repo.git_dir if elsewhere is None else _git_dir(elsewhere)
    wanted = f"\ntag {ref.removeprefix('refs/tags/')}\n".encode()
    return {oid: data for oid, data in git.stored_tags(repo, git_dir).items() if wanted in data}


def _git_dir(folder: Path) -> Path:
    """Return the Git folder of the clone at *folder*, which may be bare."""
    for one in (folder / ".git", folder):
        if one.is_file() or (one / "objects").is_dir():
            return one.resolve()
    raise RepositoryError(say("{path} is no clone of a repository", path=folder))


def objection(repo: Repository, ref: str, content: bytes, tip: str) -> Text | None:
    """Return why the tag object *content* is not the tag *ref* of the branch at *tip*, or None."""
    tag = read_tag(content)
    if f"refs/tags/{tag.name}" != ref or tag.type != "commit" or not _says(ref, tag):
        return say("it does not say what its name says")
    if git.resolve_commit(repo, tag.target) != tag.target:
        return say("its commit {commit} is not in this clone", commit=tag.target[:10])
    meaning = tag.payload.get("meaning")
    if meaning not in _OF_A_DRAFT and not git.is_ancestor(repo, tag.target, tip):
        return say("its commit {commit} is not on the release branch", commit=tag.target[:10])
    entry = git.tree_entry(repo, tag.target, tag.payload.get("path") or ".")
    if entry is None or entry.oid != tag.payload.get("blob"):
        return say("it does not describe the file of its commit")
    return _unproved(repo, tag)


def _says(ref: str, tag: TagObject) -> bool:
    """Return whether the payload of *tag* is about what the name *ref* is about."""
    about = f"{tag.payload.get('document')}/{tag.payload.get('version')}"
    if ref.startswith(RELEASES):
        return ref == RELEASES + about
    person = tag.payload.get("person") or tag.payload.get("signer")
    return ref.startswith(f"{DECISIONS}{about}/") and ref.endswith(
        f"-{tag.payload.get('meaning')}-{person}"
    )


def _unproved(repo: Repository, tag: TagObject) -> Text | None:
    """Return why nothing proves who made *tag*, None if it is signed as the policy then asked."""
    signer = tag.payload.get("signer", "")
    try:
        policy = _policy_before(repo, tag)
        moment = datetime.fromisoformat(tag.payload.get("date", ""))
    except (QmError, ValueError):
        return say("the policy of its time, or its date, cannot be read")
    if policy is None or not policy.is_signed:
        return None if policy else say("the policy of its time, or its date, cannot be read")
    person = policy.person(signer)
    if tag.payload.get("role") == RQ and not (person and person.holds(RQ, moment.date())):
        return say("{person} was no quality manager then", person=signer)
    found = flaw(repo, tag.signed, tag.signature, policy, signer, moment)
    if found is None:
        return None
    return say(
        "its signature does not prove that it is of {person} ({flaw})", person=signer, flaw=found
    )


def _policy_before(repo: Repository, tag: TagObject) -> Policy | None:
    """Return the policy that was in force when *tag* was made: never one that its commit brings.

    An adoption is the first of all, and brings the policy itself; what is decided about a draft
    brings no commit.
    """
    data = DataFiles(Cache(SHARED))
    if tag.payload.get("origin") == _ADOPTED:
        settings = git.read_blob(repo, f"{tag.target}:{FILE}") or b""
        return read_settings(settings, data, f"{FILE}@{tag.target[:8]}").policy
    has_commit = tag.payload.get("meaning") not in _OF_A_DRAFT
    found = Releases(repo, data=data).policy(
        git.resolve_commit(repo, f"{tag.target}^1") if has_commit else tag.target
    )
    return found.policy if found else None
