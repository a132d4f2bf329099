"""A decision about a released version: confirmed, withdrawn or reinstated.

Each is one commit of one document, with a row in its history, and one tag that says who decided.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from qmtool.actions import readiness
from qmtool.actions.authority import Signer
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, on_release_branch, place_of_work
from qmtool.actions.publish import FileChange, NewTag, Publication, publish
from qmtool.actions.release_plan import Order
from qmtool.errors import Refused
from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.document import Document, HistoryRow
from qmtool.model.settings import RQ, Policy
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.decisions import Meaning
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot, load
from qmtool.repository.lost_tags import not_here
from qmtool.repository.sources import BlobSource
from qmtool.repository.tag_objects import Payload, decision_ref
from qmtool.rules import ALL_RULES, engine
from qmtool.rules.scope import RELEASED, WITHDRAWN

OWNER = "owner"
"""The role of who confirms a document of their own without being a quality manager."""

_INTEGRITY = (
    *("unreadable-file", "unread-file", "missing-front-matter", "unreadable-front-matter"),
    *("merge-conflict", "duplicate-id", "unknown-kind", "malformed-version"),
    *("status-against-history", "changed-after-release", "reused-id"),
)
"""The rules whose errors make it doubtful which text, version or state would be decided on."""


@dataclass
class Base:
    """What the decisions of a run share: the last commit, read once, and who decides."""

    repo: Repository
    place: Place
    snapshot: Snapshot
    signer: Signer
    policy: str
    order: Order
    diagnostics: Mapping[str, Sequence[Diagnostic]]

    @property
    def is_manager(self) -> bool:
        """Return whether who decides is a quality manager."""
        managers = self.snapshot.project.policy.quality_managers(self.order.on)
        return self.signer.person in managers


@dataclass(frozen=True)
class Plan:
    """What one decision would write: the file at its *path* afterwards, and a tag.

    *due* is the day of the next review, as the file then says.
    """

    document: Document
    release: HistoryRow
    meaning: Meaning
    path: str
    before: bytes
    after: bytes
    reason: str
    due: date | None


@dataclass(frozen=True)
class Decided:
    """A decision that was planned, or published if *commit* is not empty."""

    plan: Plan
    commit: str = ""
    left_alone: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Request:
    """What a command decides, who may, and how each decision is planned.

    With *in_force*, planning also needs the versions in force that are not the files at hand.
    """

    order: Order
    who: Callable[[Repository, Policy, date], Signer]
    plan: Callable[[Base, Document], Plan]
    in_force: bool = False


@contextmanager
def deciding(
    repo: Repository, request: Request, *, dry_run: bool = False, use_cache: bool = True
) -> Iterator[Callable[[str], Decided]]:
    """Give what carries out the decision of *request* on one document: one commit each time.

    What is refused about one document stops no other. With *dry_run*, it is only planned.
    """
    if dry_run:
        run = _Run(repo, request, use_cache)
        yield lambda wanted: Decided(run.plan(wanted))
        return
    with writing(repo):
        yield _Run(repo, request, use_cache).publish


class _Run:
    """Several decisions, one after the other, on a base that is read once."""

    def __init__(self, repo: Repository, request: Request, use_cache: bool) -> None:
        self.repo, self.request, self.use_cache = repo, request, use_cache
        self._read()

    def _read(self) -> None:
        self.base = read_base(self.repo, self.request, self.use_cache)
        self.changed: set[str] = set()

    def plan(self, wanted: str) -> Plan:
        """Return what the decision on the document called *wanted* would write."""
        document = readiness.find_committed(self.repo, self.base.snapshot, wanted)
        if document.path in self.changed:  # the same one twice: what was read is its past
            self._read()
            return self.plan(wanted)
        return self.request.plan(self.base, document)

    def publish(self, wanted: str) -> Decided:
        """Publish the decision on the document called *wanted* on what was published before."""

        def make() -> tuple[Plan, Publication]:
            place = self.base.place
            if git.resolve_ref(self.repo, place.branch) != place.base:  # somebody else committed
                self._read()
            plan = self.plan(wanted)
            return plan, _publication(self.base, plan)

        plan, done = publish(self.repo, make)
        self.base.place = Place(self.base.place.branch, done.commit)
        self.changed.add(plan.document.path)
        return Decided(plan, done.commit, done.left_alone, done.tags)


def read_base(repo: Repository, request: Request, use_cache: bool) -> Base:
    """Read the last commit and check what every decision needs."""
    order = request.order
    place = place_of_work(repo)
    source = BlobSource(repo, place.base, place.base)
    snapshot = load(repo, source, on=order.on, use_cache=use_cache, in_force=request.in_force)
    if not snapshot.project.settings.present:
        raise Refused(say("there is no qm.yaml in the last commit; type: qm init, or: qm adopt"))
    on_release_branch(repo, place, snapshot.project.policy.release_branch)
    signer = request.who(repo, snapshot.project.policy, order.on)
    policy = snapshot.releases.policy_commit(place.base) or place.base
    rules = [rule for rule in ALL_RULES if rule.name in _INTEGRITY]
    found: dict[str, list[Diagnostic]] = {}
    for one in engine.run(snapshot.project, rules).diagnostics:
        found.setdefault(one.location.path, []).append(one)
    return Base(repo, place, snapshot, signer, policy, order, found)


def released_row(base: Base, document: Document) -> HistoryRow:
    """Return the row of the last version of *document*, on which something may be decided.

    Raise Refused if there is none, if it is not known to Git, or if the document is not in order.
    """
    project, name = base.snapshot.project, document.name
    kind = project.kind_of(document)
    if kind is not None and not kind.controlled:
        raise Refused(say("{document} is a record: records are never released", document=name))
    headline = say("{document} has errors and was not changed:", document=name)
    readiness.refuse_errors(document, base.diagnostics, headline)
    last = document.last_release()
    if last is None:
        raise Refused(say("{document} was never released", document=name))
    if document.status in (RELEASED, WITHDRAWN) and not document.is_intact():
        raise Refused(
            say(
                "{document} v{version} has changed since its release",
                document=name,
                version=last.version,
            )
        )
    if (document.identifier, last.version) not in base.snapshot.releases.tags:
        raise Refused(not_here(document.identifier, last.version))
    _refuse_earlier(document, base.order.on)
    return last


def _refuse_earlier(document: Document, on: date) -> None:
    """Raise Refused if the history of *document* goes beyond that day."""
    texts = (
        row.date or row.reviewed or row.withdrawn or row.reinstated for row in document.history
    )
    last = max(filter(None, map(parse_day, texts)), default=on)
    if last > on:
        raise Refused(
            say(
                "the date would go back: the history of {document} goes up to {day}; check the "
                "clock",
                document=document.name,
                day=last,
            )
        )


def changes_of(plan: Plan) -> tuple[FileChange, ...]:
    """Return the changes of the files that *plan* makes: one, or two where the file moves."""
    before = plan.document.path
    if plan.path == before:
        return (FileChange(before, plan.before, plan.after),)
    return FileChange(before, plan.before, None), FileChange(plan.path, None, plan.after)


_VERBS = {
    Meaning.CONFIRMED: "confirm",
    Meaning.WITHDRAWN: "withdraw",
    Meaning.REINSTATED: "reinstate",
}


def _publication(base: Base, plan: Plan) -> Publication:
    name, version = plan.document.identifier, plan.release.version
    person = base.signer.person.identifier
    ref = decision_ref(name, version, plan.meaning, person, base.order.now)
    return Publication(
        branch=base.place.branch,
        base=base.place.base,
        changes=changes_of(plan),
        tags=(NewTag(ref, lambda blobs, _: _payload(base, plan, blobs).write()),),
        message=f"{_VERBS[plan.meaning]} {name} {version}: {plan.reason}\n",
        who=(base.signer.name, base.signer.email),
        when=base.order.when,
        key=base.signer.key,
    )


def _payload(base: Base, plan: Plan, blobs: Mapping[str, str]) -> Payload:
    """Return what the tag of *plan* says; its digest is that of the version decided on."""
    order, signer = base.order, base.signer
    return Payload(
        format="1",
        document=plan.document.identifier,
        version=plan.release.version,
        origin="decided",
        path=plan.path,
        blob=blobs[plan.path],
        digest=plan.release.digest,
        policy=base.policy,
        signer=signer.person.identifier,
        name=signer.person.name or signer.name,
        role=RQ if base.is_manager else OWNER,
        meaning=plan.meaning,
        reason=plan.reason,
        effective=order.on.isoformat(),
        date=order.now.isoformat(timespec="seconds"),
    )
