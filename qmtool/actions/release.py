"""`qm release`: publish a version as one commit and one tag."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qmtool.actions.ahead import looking_for_hands
from qmtool.actions.authority import Signer, quality_manager
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, on_release_branch, place_of_work
from qmtool.actions.publish import FileChange, NewTag, Publication, Published, publish
from qmtool.actions.readiness import find_committed
from qmtool.actions.release_plan import Base, Order, ReleasePlan, plan_release
from qmtool.errors import Busy, QmError, Refused
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.document import Document
from qmtool.model.settings import RQ
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import load, load_near
from qmtool.repository.sources import BlobSource
from qmtool.repository.tag_objects import Payload, release_ref
from qmtool.rules import engine

BASELINE = "baseline"
"""The reason recorded by `qm release --all` when none is given."""


@dataclass(frozen=True)
class Release:
    """A version that was published, or proposed on a *branch* of its own."""

    identifier: str
    version: Version
    effective: date
    earlier: str
    commit: str
    left_alone: tuple[str, ...]
    branch: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotReleased:
    """A document that `--all` left, and the reason."""

    identifier: str
    path: str
    reason: object
    exit_code: int = 1


def release(
    repo: Repository,
    wanted: str,
    order: Order,
    *,
    propose: bool = False,
    dry_run: bool = False,
    use_cache: bool = True,
) -> ReleasePlan | Release:
    """Release the document called *wanted*, or return the plan of it with *dry_run*.

    With *propose*, the commit is made on a new branch, without a tag: for a protected branch.
    """

    def make() -> tuple[ReleasePlan, Publication]:
        with looking_for_hands(repo, wanted):
            base = read_base(repo, order, use_cache, wanted)
            plan = plan_release(base, find_committed(repo, base.snapshot, wanted))
        if propose and git.resolve_ref(repo, f"refs/heads/{proposal_of(plan)}"):
            raise Refused(
                say(
                    "the branch {branch} exists already: have it merged, or remove it with git "
                    "branch -D",
                    branch=proposal_of(plan),
                )
            )
        return plan, _publication(base, plan, propose=propose)

    if dry_run:
        return make()[0]
    with writing(repo):
        plan, done = publish(repo, make)
    return _released(plan, done, proposal_of(plan) if propose else "")


def release_all(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Iterator[ReleasePlan | Release | NotReleased]:
    """Release every draft that may be, one commit each, and yield what became of each.

    The drafts are judged as they stand together in the last commit.
    """
    if dry_run:
        base = read_base(repo, order, use_cache)
        for document in _drafts(base):
            try:
                yield plan_release(base, document)
            except QmError as error:
                yield NotReleased(document.name, document.path, error.sentence)
        return
    with writing(repo):
        run = _Run(repo, order, use_cache)
        for document in _drafts(run.base):
            yield run.attempt(document.path)


def release_named(
    repo: Repository, wanted: Sequence[str], order: Order, *, use_cache: bool = True
) -> Iterator[Release | NotReleased]:
    """Release each document of *wanted*, and yield what became of it; the caller holds the lock."""
    run = _Run(repo, order, use_cache)
    for name in wanted:
        yield run.attempt(name)


def release_each(
    repo: Repository,
    wanted: Sequence[str],
    order: Order,
    *,
    dry_run: bool = False,
    use_cache: bool = True,
) -> Iterator[ReleasePlan | Release | NotReleased]:
    """Release each document of *wanted*, one commit each; a refusal does not stop the rest."""
    if not dry_run:
        with writing(repo):
            yield from release_named(repo, wanted, order, use_cache=use_cache)
        return
    base = read_base(repo, order, use_cache)
    for name in wanted:
        try:
            yield plan_release(base, find_committed(repo, base.snapshot, name))
        except QmError as error:
            yield NotReleased(name, "", error.sentence, error.exit_code)


class _Run:
    """Several releases, one after the other, on a base that is read once."""

    def __init__(self, repo: Repository, order: Order, use_cache: bool) -> None:
        self.repo, self.order, self.use_cache = repo, order, use_cache
        self.base = read_base(repo, order, use_cache)
        self.released: set[str] = set()

    def attempt(self, wanted: str) -> Release | NotReleased:
        """Release the document called *wanted*, or say why not."""
        try:
            return self.release(wanted)
        except Busy:
            raise
        except QmError as error:
            return NotReleased(wanted, wanted, error.sentence, error.exit_code)

    def release(self, wanted: str) -> Release:
        """Release the document called *wanted* on what this run has released before."""

        def make() -> tuple[ReleasePlan, Publication]:
            place = self.base.place
            is_known = git.resolve_ref(self.repo, place.branch) == place.base
            if not is_known or wanted in self.released:  # somebody else committed, or named twice
                self.base = read_base(self.repo, self.order, self.use_cache)
            plan = plan_release(self.base, find_committed(self.repo, self.base.snapshot, wanted))
            return plan, _publication(self.base, plan)

        plan, done = publish(self.repo, make)
        self.released |= {plan.document.identifier, plan.document.path}
        self.base.place = Place(self.base.place.branch, done.commit)
        return _released(plan, done)


def _drafts(base: Base) -> list[Document]:
    """Return the controlled documents that are neither released nor withdrawn."""
    project = base.snapshot.project
    return [
        one
        for one in project.documents
        if one.status not in ("released", "withdrawn")
        and ((kind := project.kind_of(one)) is None or kind.controlled)
    ]


def read_base(repo: Repository, order: Order, use_cache: bool, wanted: str = "") -> Base:
    """Read the last commit and check what every release needs.

    Where one document is *wanted*, only what the rules ask about it is read.
    """
    place = place_of_work(repo)
    source = BlobSource(repo, place.base, place.base)
    snapshot = (
        load_near(repo, source, wanted, on=order.on, use_cache=use_cache)
        if wanted
        else load(repo, source, on=order.on, use_cache=use_cache)
    )
    project = snapshot.project
    if not project.settings.present:
        raise Refused(say("there is no qm.yaml in the last commit; type: qm init, or: qm adopt"))
    on_release_branch(repo, place, project.policy.release_branch)
    signer = quality_manager(repo, project.policy, order.on)
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in engine.run(project).diagnostics:
        by_path.setdefault(diagnostic.location.path, []).append(diagnostic)
    policy = snapshot.releases.policy_commit(place.base) or place.base
    return Base(repo, place, snapshot, by_path, signer, policy, order)


def proposal_of(plan: ReleasePlan) -> str:
    """Return the name of the branch on which a version is proposed."""
    return f"qm/{plan.document.identifier}-{plan.version}"


def _publication(base: Base, plan: ReleasePlan, *, propose: bool = False) -> Publication:
    """Return what *plan* publishes: the branch and the tag move together, or neither does."""
    document = plan.document
    tag = NewTag(
        release_ref(document.identifier, str(plan.version)),
        lambda blobs, _: _payload(plan, base.order, blobs[document.path]).write(),
    )
    title = f"release {document.identifier} {plan.version}: {plan.summary}"
    return Publication(
        branch=base.place.branch,
        base=base.place.base,
        changes=(FileChange(document.path, plan.before, plan.after),),
        tags=() if propose else (tag,),
        message=title + "\n",
        who=(plan.signer.name, plan.signer.email),
        when=base.order.when,
        key=plan.signer.key,
        proposal=f"refs/heads/{proposal_of(plan)}" if propose else "",
    )


def _released(plan: ReleasePlan, done: Published, branch: str = "") -> Release:
    earlier = plan.document.last_release()
    return Release(
        plan.document.identifier,
        plan.version,
        plan.effective,
        earlier.version if earlier else "",
        done.commit,
        done.left_alone,
        branch,
        done.tags,
    )


def _payload(plan: ReleasePlan, order: Order, blob: str) -> Payload:
    return released_payload(
        order,
        plan.signer,
        plan.policy,
        document=plan.document.identifier,
        version=str(plan.version),
        path=plan.document.path,
        blob=blob,
        digest=plan.digest,
        reason=plan.summary,
        effective=plan.effective.isoformat(),
    )


def released_payload(order: Order, signer: Signer, policy: str, **about: str) -> Payload:
    """Return the payload of the tag of a release: *about* is the version, its text and why."""
    return Payload(
        format="1",
        origin="released",
        policy=policy,
        signer=signer.person.identifier,
        name=signer.person.name or signer.name,
        role=RQ,
        meaning="released",
        date=order.now.isoformat(timespec="seconds"),
        **about,
    )
