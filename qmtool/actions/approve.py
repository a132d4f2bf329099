"""`qm approve`: a person reviewed or approved a text; a tag says so, and no file changes."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from qmtool.actions.approvals import (
    IN_REVIEW,
    Asked,
    asked_of,
    asked_of_policy,
    given_for,
    refuse_changed_attachments,
    refuse_released_policy,
)
from qmtool.actions.authority import Signer, member
from qmtool.actions.authors import hands_of
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place
from qmtool.actions.publish import NewTag, Publication, publish
from qmtool.actions.readiness import committed
from qmtool.errors import Refused
from qmtool.model.approvals import REVIEWED, Given, Judgement, judge
from qmtool.model.document import Document, OnPaper
from qmtool.model.identifier import POLICY
from qmtool.model.project import Project
from qmtool.model.settings import RQ
from qmtool.model.text import Text, say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.settings_file import FILE as SETTINGS
from qmtool.repository.tag_objects import Payload, decision_ref


@dataclass(frozen=True)
class Decided:
    """A review or an approval, as it was recorded, and what the text lacks with it."""

    asked: Asked
    given: Given
    judgement: Judgement
    ref: str
    is_signed: bool
    releasers: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Subject:
    """What is decided about: a text of the last commit, and what was given for it so far."""

    place: Place
    snapshot: Snapshot
    asked: Asked
    path: str
    blob: str
    given: list[Given] = field(default_factory=list)


def approve(
    repo: Repository,
    wanted: str,
    last: LastCommit,
    meaning: str,
    paper: OnPaper | None = None,
    *,
    dry_run: bool = False,
) -> Decided:
    """Record that who runs qm, or whoever gave it on *paper*, reviewed or approved a text.

    *wanted* is a document in review, or `POLICY`.
    """

    def make() -> tuple[Decided, Publication]:
        subject = _policy(repo, last) if wanted == POLICY else _document(repo, wanted, last)
        return _plan(repo, subject, last, meaning, paper)

    if dry_run:
        return make()[0]
    with writing(repo):
        return publish(repo, make)[0]


def _document(repo: Repository, wanted: str, last: LastCommit) -> _Subject:
    """Return the document called *wanted*, which must be in review and committed as it is."""
    place, snapshot, document = last.document(wanted)
    _is_in_review(snapshot.project, document)
    committed(repo, snapshot, document.path)
    refuse_changed_attachments(repo, snapshot, document)
    authors = hands_of(repo, snapshot, document, place.base).authors
    asked = asked_of(document, snapshot.project.policy, snapshot.project.on, authors)
    blob = snapshot.source.entries[document.path].oid
    return _Subject(place, snapshot, asked, document.path, blob, given_for(repo, asked))


def _is_in_review(project: Project, document: Document) -> None:
    """Raise Refused unless *document* is in review."""
    if document.status == IN_REVIEW:
        return
    kind = project.kind_of(document)
    name = document.name
    if kind is None or not kind.controlled:
        raise Refused(say("{document} is not a controlled document", document=name))
    if document.status in ("released", "withdrawn"):
        raise Refused(
            say(
                "{document} is not in review (status: {status}); to change it, type: "
                "qm revise {document}",
                document=name,
                status=document.status,
            )
            if document.status == "released"
            else say("{document} is withdrawn", document=name)
        )
    raise Refused(say("{document} is not in review; type: qm submit {document}", document=name))


def _policy(repo: Repository, last: LastCommit) -> _Subject:
    """Return the `qm.yaml` of the last commit, which must not be released already."""
    place, snapshot = last.now()
    committed(repo, snapshot, SETTINGS)
    asked = asked_of_policy(snapshot, snapshot.project.policy, snapshot.project.on)
    refuse_released_policy(repo, snapshot, asked)
    blob = snapshot.source.entries[SETTINGS].oid
    return _Subject(place, snapshot, asked, SETTINGS, blob, given_for(repo, asked))


def _plan(
    repo: Repository, subject: _Subject, last: LastCommit, meaning: str, paper: OnPaper | None
) -> tuple[Decided, Publication]:
    """Return the decision about *subject* and the tag of it, or raise Refused."""
    order, asked = last.order, subject.asked
    policy = subject.snapshot.project.policy
    signer = member(repo, policy, order.on)
    if paper and not signer.person.holds(RQ, order.on):
        raise Refused(
            say(
                "only a quality manager may record what was decided on paper or by mail; you are "
                "{person}. Nothing was changed",
                person=signer.person.identifier,
            )
        )
    given = _given(asked, signer, meaning, order.on, paper)
    _may_give(subject, given)
    moment = order.now
    ref = decision_ref(asked.name, asked.version, meaning, given.person, moment)
    while git.resolve_ref(repo, ref):  # one of this second, of a text that has changed since
        moment += timedelta(seconds=1)
        ref = decision_ref(asked.name, asked.version, meaning, given.person, moment)
    judgement = judge(asked.case, [*subject.given, given])
    payload = _payload(subject, signer, given, last)
    publication = Publication(
        branch=subject.place.branch,
        base=subject.place.base,
        changes=(),
        tags=(NewTag(ref, lambda blobs, commit: payload.write()),),
        message="",
        who=(signer.name, signer.email),
        when=order.when,
        key=signer.key,
    )
    is_signed = signer.key is not None
    releasers = _releasers(subject, given) if asked.name == POLICY else ()
    return Decided(asked, given, judgement, ref, is_signed, releasers), publication


def _given(asked: Asked, signer: Signer, meaning: str, on: date, paper: OnPaper | None) -> Given:
    digest = asked.case.digest
    if paper is None:
        return Given(signer.person.identifier, meaning, digest, on)
    return Given(
        paper.by,
        meaning,
        digest,
        date.fromisoformat(paper.on),
        signer.person.identifier,
        on,
        paper.medium,
        paper.proof,
    )


def _may_give(subject: _Subject, given: Given) -> None:
    """Raise Refused if *given* would not count, or stands there already."""
    asked = subject.asked
    reason = asked.case.refusal(given.person, given.on)
    if reason is not None:
        raise Refused(
            say("{document}: {reason}. Nothing was changed", document=asked.name, reason=reason)
        )
    before = judge(asked.case, subject.given)
    counted = before.reviewers if given.meaning == REVIEWED else before.approvers
    if given.person in counted:
        raise Refused(_twice(asked, given))


def _twice(asked: Asked, given: Given) -> Text:
    values = {"person": given.person, "document": asked.name, "version": asked.version}
    if given.meaning == REVIEWED:
        return say("{person} has reviewed this text of {document} v{version} already", **values)
    return say("{person} has approved this text of {document} v{version} already", **values)


def _payload(subject: _Subject, signer: Signer, given: Given, last: LastCommit) -> Payload:
    asked, person = subject.asked, signer.person
    return Payload(
        format="1",
        document=asked.name,
        version=asked.version,
        origin="decided",
        path=subject.path,
        blob=subject.blob,
        digest=asked.case.digest,
        policy=last.policy_commit(),
        signer=person.identifier,
        name=person.name or signer.name,
        role=RQ if person.holds(RQ, last.order.on) else "member",
        meaning=given.meaning,
        reason=last.order.summary,
        effective=given.on.isoformat(),
        date=last.order.now.isoformat(timespec="seconds"),
        person=given.person if given.medium else "",
        medium=given.medium,
        proof=given.proof,
    )


def _releasers(subject: _Subject, given: Given) -> tuple[str, ...]:
    """Return the quality managers who, counted themselves, may release the policy with *given*."""
    case = subject.asked.case
    return tuple(
        one.identifier
        for one in case.policy.quality_managers(case.on)
        if judge(replace(case, releaser=one.identifier), [*subject.given, given]).is_complete
    )
