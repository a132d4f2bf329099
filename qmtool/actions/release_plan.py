"""What releasing one document would write: decided here, without changing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from qmtool.actions import readiness, stamp
from qmtool.actions.approvals import granted
from qmtool.actions.authority import Signer
from qmtool.actions.authors import hands_of
from qmtool.actions.preflight import Place
from qmtool.errors import Refused
from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.document import Document
from qmtool.model.text import listing, say
from qmtool.model.version import Version
from qmtool.repository import front_matter
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.repository.releases import Releases
from qmtool.rules import engine


@dataclass(frozen=True)
class Order:
    """What the user asked for: the day, the reason, and from when the version applies."""

    now: datetime
    summary: str
    effective: date | None = None

    @property
    def on(self) -> date:
        """Return the day of the release."""
        return self.now.date()

    @property
    def when(self) -> str:
        """Return the moment as Git writes it: seconds and offset."""
        return f"{int(self.now.timestamp())} {self.now:%z}"


@dataclass(frozen=True)
class ReleasePlan:
    """What releasing one document would write."""

    document: Document
    version: Version
    effective: date
    before: bytes
    after: bytes
    signer: Signer
    policy: str
    summary: str

    @property
    def digest(self) -> str:
        """Return the digest of the version."""
        return front_matter.digest(self.after.decode().replace("\r\n", "\n"))


@dataclass
class Base:
    """What every release of a run shares: the last commit, read once."""

    repo: Repository
    place: Place
    snapshot: Snapshot
    diagnostics: Mapping[str, Sequence[Diagnostic]]
    signer: Signer
    policy: str
    order: Order


def plan_release(base: Base, document: Document) -> ReleasePlan:
    """Return what releasing *document* would write, or raise Refused."""
    project = base.snapshot.project
    readiness.refuse_submodule(base.snapshot, document)
    headline = say("{document} has errors and was not released:", document=document.name)
    readiness.refuse_errors(document, base.diagnostics, headline)
    kind = project.kind_of(document)
    assert kind is not None  # an unknown kind is an error
    if not kind.controlled:
        raise Refused(
            say("{document} is a record: records are never released", document=document.name)
        )
    readiness.refuse_published(document)
    version = readiness.next_version(document)
    _tag_is_free(base.snapshot.releases, document, version)
    before = readiness.committed(base.repo, base.snapshot, document.path)
    effective = _effective(base.order, document)
    after = stamp.release(before, _stamp(base, document, version, effective))
    plan = ReleasePlan(
        document, version, effective, before, after, base.signer, base.policy, base.order.summary
    )
    _refuse_unsound(base, plan)
    return plan


def _stamp(base: Base, document: Document, version: Version, effective: date) -> stamp.Stamp:
    """Return what the release writes into *document*; raise Refused without the approvals."""
    project, on = base.snapshot.project, base.order.on
    hands = hands_of(base.repo, base.snapshot, document, base.place.base)
    approvals = granted(base.repo, base.snapshot, document, project.policy, on, hands.authors)
    return stamp.Stamp(
        version=version,
        on=on,
        effective=effective,
        review_months=project.settings.review_months,
        authors=hands.authors,
        reviewers=approvals.reviewers,
        approver=approvals.approvers or (base.signer.person.identifier,),
        declared=approvals.declared,
        summary=base.order.summary,
        attachments=readiness.attachment_sums(base.repo, base.snapshot, document),
    )


def _refuse_unsound(base: Base, plan: ReleasePlan) -> None:
    """Raise Refused if the document would have errors once released: `qm` checks what it writes."""
    project, document = base.snapshot.project, plan.document
    parsed = Parser(project.kinds).parse(plan.after)
    released = build(document.path, parsed, project.settings.markers)
    others = tuple(released if one is document else one for one in project.documents)
    versions = (*project.released.get(document.identifier, ()), str(plan.version))
    then = replace(
        project, documents=others, released={**project.released, document.identifier: versions}
    )
    headline = say("{document} would have errors and was not released:", document=document.name)
    found = engine.run(then).diagnostics
    here = [one for one in found if one.location.path == document.path]
    readiness.refuse_errors(document, {document.path: here}, headline)


def _tag_is_free(releases: Releases, document: Document, version: Version) -> None:
    name = document.identifier
    if (name, str(version)) in releases.tags:
        raise Refused(
            say(
                "the tag release/{document}/{version} exists already",
                document=name,
                version=version,
            )
        )
    tagged = releases.by_document.get(name, ())
    told = tuple(row.version for row in document.releases())
    if tagged != told:
        raise Refused(
            say(
                "the history of {document} says {told}, its tags say {tagged}; type git fetch "
                "--tags, or put the history back",
                document=name,
                told=listing(told) or "–",
                tagged=listing(tagged) or "–",
            )
        )


def _effective(order: Order, document: Document) -> date:
    """Return from when the new version applies: never earlier than the day of its release."""
    effective = order.effective or order.on
    if effective < order.on:
        raise Refused(say("a version cannot apply before the day of its release"))
    rows = document.releases()
    last = parse_day(rows[-1].date) if rows else None
    if last and last > order.on:
        raise Refused(
            say(
                "the date would go back: {document} was last released on {day}; check the clock",
                document=document.name,
                day=last,
            )
        )
    return effective
