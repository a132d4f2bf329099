"""The reviews and approvals that stand in the tags, and what they allow to be released."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from qmtool.actions.readiness import attachment_sums, next_version
from qmtool.errors import Refused
from qmtool.model.approvals import APPROVED, REVIEWED, Case, Given, Judgement, judge, needs
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document, OnPaper
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
from qmtool.model.signing import Flaw
from qmtool.model.text import Text, listing, say
from qmtool.model.version import FIRST_RELEASE, Version
from qmtool.repository import front_matter, git, signatures
from qmtool.repository.decisions import Decision, read_decisions
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.releases import Releases
from qmtool.repository.settings_file import FILE as SETTINGS
from qmtool.repository.tag_objects import moment_of, read_tag

IN_REVIEW = "in-review"
MAX_NAMED = 6
"""How many people are named, of those whom a text waits for."""


class Granted(NamedTuple):
    """Who reviewed and approved a text, and what of it was given on paper."""

    reviewers: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    declared: tuple[OnPaper, ...] = ()


class Asked(NamedTuple):
    """A text that is to be released under a name, as a version."""

    name: str
    version: str
    case: Case


def granted(
    repo: Repository,
    snapshot: Snapshot,
    document: Document,
    policy: Policy,
    on: date,
    authors: Sequence[str],
) -> Granted:
    """Return who reviewed and approved *document*; raise Refused while something is missing."""
    needed = policy.approvals_of(document.kind)
    if document.status != IN_REVIEW:
        if not needed.needed:
            return Granted()
        raise Refused(
            say(
                "{document} needs approvals before its release ({needed}); type: "
                "qm submit {document}",
                document=document.name,
                needed=needs(needed),
            )
        )
    refuse_changed_attachments(repo, snapshot, document)
    asked = asked_of(document, policy, on, authors)
    return _complete(asked, judge(asked.case, given_for(repo, asked)))


def granted_policy(
    repo: Repository, snapshot: Snapshot, policy: Policy, on: date, releaser: str
) -> Granted:
    """Return who reviewed and approved `qm.yaml` besides its *releaser*, or raise Refused.

    *policy* is the one in force before.
    """
    if not policy.approvals_of(POLICY).needed:
        return Granted()
    asked = asked_of_policy(snapshot, policy, on, releaser)
    return _complete(asked, judge(asked.case, given_for(repo, asked)))


def asked_of(document: Document, policy: Policy, on: date, authors: Sequence[str]) -> Asked:
    """Return what *document*, written by *authors*, needs before its next release."""
    needed = policy.approvals_of(document.kind)
    case = Case(needed, document.digest, policy, on, tuple(authors))
    return Asked(document.identifier, str(next_version(document)), case)


def asked_of_policy(snapshot: Snapshot, policy: Policy, on: date, releaser: str = "") -> Asked:
    """Return what the `qm.yaml` of *snapshot* needs before its release."""
    data = next((data for _, data, _ in snapshot.source.read([SETTINGS])), None) or b""
    case = Case(
        policy.approvals_of(POLICY),
        front_matter.digest(data.decode().replace("\r\n", "\n")),
        policy,
        on,
        by_managers=True,
        releaser=releaser,
    )
    return Asked(POLICY, str(next_policy_version(snapshot.releases)), case)


def next_policy_version(releases: Releases) -> Version:
    """Return the version that the policy takes when it is released next."""
    versions = [Version.parse(version) for name, version in releases.tags if name == POLICY]
    return max(one for one in versions if one).next_release() if versions else FIRST_RELEASE


def refuse_released_policy(repo: Repository, snapshot: Snapshot, asked: Asked) -> None:
    """Raise Refused if the last release of the policy has the text of *asked*."""
    major = int(asked.version.partition(".")[0]) - 1
    tag = snapshot.releases.tags.get((POLICY, f"{major}.0"))
    if tag is None:
        return
    released = read_tag(git.read_blob(repo, tag.oid) or b"").payload.get("digest")
    if released == asked.case.digest:
        raise Refused(
            say(
                "the policy of qm.yaml is released already, version {version}",
                version=f"{major}.0",
            )
        )


def refuse_changed_attachments(repo: Repository, snapshot: Snapshot, document: Document) -> None:
    """Raise Refused if a file that *document* introduces is not the one that was submitted."""
    sums = attachment_sums(repo, snapshot, document)
    written = {one.file: one.sha256 for one in document.attachments}
    changed = [file for file, summed in sums.items() if written[file] != summed]
    if changed:
        raise Refused(
            say(
                "{document}: {file} has changed since it was submitted; type: "
                "qm revise {document}, then: qm submit {document}",
                document=document.name,
                file=changed[0],
            )
        )


def _complete(asked: Asked, judgement: Judgement) -> Granted:
    """Return who counts in *judgement*, or raise Refused with what is missing."""
    if judgement.is_complete:
        return Granted(judgement.reviewers, judgement.approvers, judgement.declared)
    raise Refused(
        [
            say(
                "{document} v{version} lacks {missing}; type: qm approve {document}",
                document=asked.name,
                version=asked.version,
                missing=judgement.missing,
            ),
            waits(judgement),
            *discounted(judgement),
        ]
    )


def waits(judgement: Judgement) -> Text:
    """Return whom a text waits for."""
    people = judgement.people
    if not people:
        return say(
            "nobody of the policy in force can give it: name people, or others under approvals, in "
            "qm.yaml, then type: qm release POLICY"
        )
    return say("it waits for: {people}", people=shown_people(judgement))


def shown_people(judgement: Judgement) -> object:
    """Return the names of those whom a text waits for, or how many they are."""
    people = judgement.people
    if len(people) > MAX_NAMED:
        return say("any of {n} people", n=len(people))
    return listing(called(judgement.case.policy, one) for one in people)


def called(policy: Policy, identifier: str) -> str:
    """Return what to call the person of that id: the name and the id."""
    person = policy.person(identifier)
    return f"{person.name} ({identifier})" if person and person.name else identifier


def discounted(judgement: Judgement) -> Iterator[Text]:
    """Yield why reviews and approvals do not count, the last of each person who does not either."""
    counted = {REVIEWED: judgement.reviewers, APPROVED: judgement.approvers}
    last = {(one.given.person, one.given.meaning): one for one in judgement.discounted}
    for (person, meaning), (given, reason) in last.items():
        values: dict[str, object] = {"person": person, "day": given.on, "reason": reason}
        if person in counted[meaning]:
            continue
        if meaning == REVIEWED:
            yield say("the review by {person} of {day} does not count: {reason}", **values)
        else:
            yield say("the approval by {person} of {day} does not count: {reason}", **values)


def given_for(repo: Repository, asked: Asked) -> list[Given]:
    """Return the reviews and approvals that the tags hold for the version of *asked*, by time."""
    found = read_decisions(repo, asked.name, asked.version)
    return [
        _given(repo, asked.case, one)
        for one in found
        if one.payload.get("meaning") in (REVIEWED, APPROVED)
    ]


def _given(repo: Repository, case: Case, decision: Decision) -> Given:
    payload = decision.payload
    moment = moment_of(payload.get("date", ""))
    for_another = bool(payload.get("person") or decision.is_on_paper)
    told = parse_day(payload.get("effective", ""))
    on = told if for_another else moment and moment.date()
    digest = payload.get("digest", "")
    flaw: Text | None = None
    if on is None or moment is None:
        flaw = say("its tag tells no day")
    elif case.policy.is_signed and digest == case.digest:
        flaw = _flaw(repo, case.policy, decision, moment)
    return Given(
        person=decision.person,
        meaning=payload["meaning"],
        digest=digest,
        on=on or date.min,
        recorded_by=payload.get("signer", "") if for_another else "",
        recorded_on=moment.date() if moment else None,
        medium=payload.get("medium", ""),
        proof=payload.get("proof", ""),
        flaw=flaw,
    )


def _flaw(repo: Repository, policy: Policy, decision: Decision, moment: datetime) -> Text | None:
    """Return what is wrong with the signature of *decision*, None if nothing is."""
    signer = decision.payload.get("signer", "")
    tag = decision.object
    found = signatures.flaw(repo, tag.signed, tag.signature, policy, signer, moment)
    if found is None:
        return None
    if found is Flaw.UNSIGNED:
        return say("it is not signed")
    return say("its signature does not hold ({flaw})", flaw=found.value)
