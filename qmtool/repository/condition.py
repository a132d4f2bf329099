"""The facts that `qm doctor` judges, as far as files and Git tell them; nothing is changed."""

from datetime import date, datetime

from qmtool.errors import QmError, Refused
from qmtool.model.condition import Branch, Condition, Identity, Programs, Tags
from qmtool.model.settings import Policy
from qmtool.repository import git, ssh
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.clone_condition import clone, guards, leftovers, remotes
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository
from qmtool.repository.load import load, settings_of
from qmtool.repository.releases import Releases
from qmtool.repository.signatures import signing_key
from qmtool.repository.sources import BlobSource
from qmtool.repository.tag_objects import DECISIONS, RELEASES, read_tag, release_ref


def read_condition(repo: Repository, now: datetime, *, use_cache: bool = True) -> Condition:
    """Return the facts of the clone *repo* at the moment *now*."""
    settings = git.settings(repo)
    policy, broken = _policy(repo, use_cache)
    name = policy.release_branch if policy else "main"
    tip = git.resolve_commit(repo, f"refs/heads/{name}")
    commit = tip or git.resolve_commit(repo, "HEAD")
    tags = Tags()
    if commit and policy:
        try:
            tags = _without_tag(repo, commit, now.date(), use_cache)
        except QmError as error:
            broken += tuple(error.sentences)
    return Condition(
        now=now,
        programs=Programs(git.exact_version(repo.git), git.MINIMUM, ssh.find(repo) is not None),
        identity=_identity(repo, settings, policy, now.date()),
        policy=policy,
        broken=broken,
        branch=_branch(repo, name, tip, settings),
        remotes=remotes(repo, settings),
        clone=clone(repo, settings),
        tags=_tags(repo, commit, tags),
        guards=guards(repo, commit, settings),
        leftovers=leftovers(repo, now),
    )


def _policy(repo: Repository, use_cache: bool) -> tuple[Policy | None, tuple[object, ...]]:
    """Return the policy in force, or the sentences that say why none can be read."""
    head = git.resolve_commit(repo, "HEAD")
    try:
        found = Releases(repo, data=DataFiles(Cache(SHARED, enabled=use_cache))).policy(head)
        if found is None and head is not None:
            settings_of(BlobSource(repo, head, head))  # says why they are not understood
    except QmError as error:
        return None, tuple(error.sentences)
    return (found.policy, ()) if found else (None, ())


def _identity(
    repo: Repository, settings: dict[str, str], policy: Policy | None, on: date
) -> Identity:
    name, email = settings.get("user.name", ""), settings.get("user.email", "")
    person = policy.by_email(email, on) if policy else None
    if policy is None or person is None or not policy.is_signed:
        return Identity(name, email)
    try:
        signing_key(repo, person, on)
    except Refused as error:
        return Identity(name, email, error.sentence)
    except QmError:  # without ssh-keygen, which has a finding of its own
        return Identity(name, email)
    return Identity(name, email)


def _branch(repo: Repository, name: str, tip: str | None, settings: dict[str, str]) -> Branch:
    """Return how the release branch called *name* stands beside the one it follows."""
    suffix = f"/{name}"
    elsewhere = next(
        (
            one.removeprefix("refs/remotes/")
            for one in git.ref_names(repo, "refs/remotes/")
            if one.endswith(suffix)
        ),
        "",
    )
    if tip is None:
        return Branch(exists=False, elsewhere=elsewhere)
    remote = settings.get(f"branch.{name}.remote", "")
    merge = settings.get(f"branch.{name}.merge", "").removeprefix("refs/heads/")
    follows = f"{remote}/{merge}" if remote and merge else ""
    other = git.resolve_commit(repo, f"refs/remotes/{follows}") if follows else None
    if other is None:
        return Branch(elsewhere=elsewhere, follows=follows)
    ahead, behind = git.count_commits(repo, other, tip), git.count_commits(repo, tip, other)
    return Branch(elsewhere=elsewhere, follows=follows, ahead=ahead, behind=behind)


def _without_tag(repo: Repository, commit: str, on: date, use_cache: bool) -> Tags:
    """Return which versions of the histories of the documents of *commit* have no tag here.

    The same tag may be missing for two documents: an id that is taken twice.
    """
    snapshot = load(repo, BlobSource(repo, commit, commit), on=on, use_cache=use_cache)
    known = snapshot.releases.tags
    missing: dict[str, None] = {}
    untagged: dict[str, str] = {}
    for document in snapshot.project.documents:
        keys = [(document.identifier, row.version) for row in document.releases()]
        lost = [release_ref(*key) for key in keys if key not in known]
        is_last = lost == [release_ref(*key) for key in keys[-1:]]
        if lost and is_last and document.status == "released" and document.is_intact():
            untagged[lost[0]] = document.identifier
        else:
            missing |= dict.fromkeys(lost)
    if untagged:  # looking at all objects takes time
        stored = {read_tag(data).name for data in git.stored_tags(repo, repo.git_dir).values()}
        missing |= dict.fromkeys(ref for ref in untagged if _short(ref) in stored)
    unfinished = tuple(name for ref, name in untagged.items() if ref not in missing)
    return Tags(tuple(map(_short, missing)), unfinished=unfinished)


def _tags(repo: Repository, commit: str | None, found: Tags) -> Tags:
    """Return what is odd about the tags of releases and decisions, with what was *found*."""
    tags = [*git.tags_under(repo, RELEASES), *git.tags_under(repo, DECISIONS)]
    known = git.ancestors(repo, commit) if commit and tags else frozenset()
    outside = tuple(_short(tag.name) for tag in tags if tag.target not in known)
    last = git.last_tag(repo, RELEASES, DECISIONS)
    if last is None:
        return found._replace(outside=outside)
    when = datetime.fromtimestamp(last[1]).astimezone()
    return found._replace(outside=outside, last=_short(last[0]), last_at=when)


def _short(ref: str) -> str:
    return ref.removeprefix("refs/tags/")
