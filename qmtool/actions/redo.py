"""`qm release --redo`: releases whose push was rejected are made again on what the others pushed.

The lost attempts are kept under `refs/qm/abandoned/`: nothing that was published is touched,
because a release takes effect when its push is accepted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qmtool.actions.authority import quality_manager
from qmtool.actions.journal import ABANDONED
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, on_branch, place_of_work, upstream_of
from qmtool.actions.publish import Publication, publish
from qmtool.actions.recovery import files_of
from qmtool.actions.release import NotReleased, Release, release_named
from qmtool.actions.release_plan import Order
from qmtool.errors import Refused
from qmtool.model.calendar import parse_day
from qmtool.model.identifier import POLICY
from qmtool.model.text import listing, say
from qmtool.repository import git
from qmtool.repository.decisions import Meaning
from qmtool.repository.git import Entry, RefChange, Repository, Tag
from qmtool.repository.load import load
from qmtool.repository.remote_log import once_held
from qmtool.repository.sources import BlobSource
from qmtool.repository.tag_objects import DECISIONS, RELEASES, TagObject, read_tag

_OF_A_VERSION = ("released", Meaning.CONFIRMED, Meaning.WITHDRAWN, Meaning.REINSTATED)


@dataclass(frozen=True)
class Lost:
    """A tag whose commit the branch of the others does not hold."""

    tag: Tag
    object: TagObject

    @property
    def name(self) -> str:
        """Return the name of the tag, as a person types it."""
        return self.tag.name.removeprefix("refs/tags/")

    @property
    def is_release(self) -> bool:
        """Return whether it is the release of a document, which can be made again as it was."""
        return self.tag.name.startswith(RELEASES) and self.object.payload.get("document") != POLICY

    @property
    def made_its_commit(self) -> bool:
        """Return whether the commit is the work of `qm` alone, and can go with its tag.

        An approval, or the policy, stands on a commit that somebody wrote.
        """
        payload = self.object.payload
        return payload.get("document") != POLICY and payload.get("meaning") in _OF_A_VERSION


@dataclass(frozen=True)
class Abandoned:
    """The attempts that were set aside, and the branch of the others that was taken over."""

    lost: tuple[Lost, ...]
    upstream: str
    left_alone: tuple[str, ...] = ()


def redo(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Iterator[Abandoned | Release | NotReleased]:
    """Set the rejected attempts aside and release the same documents on the newer branch.

    Yield first what was set aside, then what became of each release.
    """

    def make() -> tuple[Abandoned, Publication]:
        place = place_of_work(repo)
        policy = load(repo, BlobSource(repo, place.base, place.base), on=order.on).project.policy
        on_branch(place, policy.release_branch)
        signer = quality_manager(repo, policy, order.on)
        return _plan(repo, place, order, (signer.name, signer.email))

    if dry_run:
        yield make()[0]
        return
    with writing(repo):
        abandoned, done = publish(repo, make)
        yield Abandoned(abandoned.lost, abandoned.upstream, done.left_alone)
        for one in abandoned.lost:
            if one.is_release:
                yield from release_named(
                    repo, [one.object.payload["document"]], _again(order, one), use_cache=use_cache
                )


def _plan(
    repo: Repository, place: Place, order: Order, who: tuple[str, str]
) -> tuple[Abandoned, Publication]:
    """Return what is lost, and the move of the branch to that of the others."""
    upstream = upstream_of(repo, place.branch.removeprefix("refs/heads/"))
    followed = git.resolve_ref(repo, upstream) if upstream else None
    if followed is None or not git.count_commits(repo, place.base, followed):
        raise Refused(
            say(
                "nothing was rejected: the branch is not behind its remote one, as far as this "
                "clone knows. Type git fetch, then try again"
            )
        )
    ahead = git.commits_between(repo, followed, place.base)
    lost = _lost_tags(repo, ahead)
    _refuse_published(repo, upstream, lost)
    _refuse_strangers(place, upstream, ahead, lost)
    _refuse_staged(repo, place.base, followed)
    moment = order.now.strftime("%Y%m%dT%H%M%S")
    aside = [RefChange(f"{ABANDONED}{moment}/{one.name}", one.tag.oid, None) for one in lost]
    gone = [RefChange(one.tag.name, None, one.tag.oid) for one in lost]
    return Abandoned(lost, upstream.removeprefix("refs/remotes/")), Publication(
        branch=place.branch,
        base=place.base,
        changes=(),
        tags=(),
        message=f"redo {len(lost)} rejected releases\n",
        who=who,
        when=order.when,
        commit=followed,
        refs=(*aside, *gone),
    )


def _refuse_published(repo: Repository, upstream: str, lost: Sequence[Lost]) -> None:
    """Raise Refused if the others had one of the *lost* tags' commits: it took effect (I1)."""
    held = once_held(repo, upstream, [one.tag.target for one in lost])
    if held:
        remote, _, branch = upstream.removeprefix("refs/remotes/").partition("/")
        raise Refused(
            say(
                "{remote}/{branch} held {tags} before: its history was rewritten, and qm gives up "
                "no published version. Type: qm verify --remote {remote}, and have the branch put "
                "back",
                remote=remote,
                branch=branch,
                tags=listing(one.name for one in lost if one.tag.target in held),
            )
        )


def _refuse_strangers(
    place: Place, upstream: str, ahead: Sequence[str], lost: Sequence[Lost]
) -> None:
    """Raise Refused if one of the commits *ahead* is not the work of `qm` alone."""
    own = {one.tag.target for one in lost if one.made_its_commit}
    strangers = [one for one in ahead if one not in own]
    if strangers:
        raise Refused(
            say(
                "the commits {commits} are no releases, and qm does not move them; type: git "
                "branch kept {tip}, then git reset --keep {upstream}, and bring them back with "
                "git cherry-pick",
                commits=listing(one[:10] for one in strangers),
                tip=place.base[:10],
                upstream=upstream.removeprefix("refs/remotes/"),
            )
        )


def _lost_tags(repo: Repository, ahead: Sequence[str]) -> tuple[Lost, ...]:
    """Return the tags of `qm` on the commits *ahead*, in the order in which they were made."""
    own = set(ahead)
    tags = [
        tag
        for prefix in (RELEASES, DECISIONS)
        for tag in git.tags_under(repo, prefix)
        if tag.target in own
    ]
    objects = git.read_blobs(repo, [tag.oid for tag in tags])
    lost = [Lost(tag, read_tag(data or b"")) for tag, (_, data) in zip(tags, objects, strict=True)]
    return tuple(sorted(lost, key=lambda one: (ahead.index(one.tag.target), one.tag.name)))


def _refuse_staged(repo: Repository, base: str, followed: str) -> None:
    """Raise Refused if the user has staged a change of a file that the move concerns."""
    paths = [one.path for one in files_of(repo, base, followed)]
    head, index = git.tree_entries_of(repo, base, paths), git.index_entries_of(repo, paths)
    nothing = Entry("", "")
    for path in paths:
        if head.get(path, nothing).oid != index.get(path, nothing).oid:
            raise Refused(
                say(
                    "{path} has changes that are not committed; type: git commit -m … -- {path}",
                    path=path,
                )
            )


def _again(order: Order, one: Lost) -> Order:
    """Return the order of a lost release: its reason, and its effective day if that is to come."""
    payload = one.object.payload
    effective: date | None = parse_day(payload.get("effective", ""))
    is_to_come = effective is not None and effective > order.on
    return Order(order.now, payload.get("reason", ""), effective if is_to_come else None)
