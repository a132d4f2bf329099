"""The judgement of a whole history: every check over the facts, and what it amounts to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qmtool.model.settings import Key, Policy
from qmtool.model.text import Text, listing, say
from qmtool.model.verification.approved import judge_approvals, votes, votes_for
from qmtool.model.verification.authority import Walk, judge_signatures
from qmtool.model.verification.decided import blobs_of, judge_decision, to_judge
from qmtool.model.verification.documents import Record, judge_record, records, wanted_blobs
from qmtool.model.verification.facts import (
    WITHDRAWN,
    Facts,
    Statement,
    Tip,
    Violation,
    violation,
)
from qmtool.model.verification.form import judge_form
from qmtool.model.verification.lines import holds, judge_lines
from qmtool.model.verification.places import judge_adoption, judge_place, judge_versions
from qmtool.model.verification.texts import is_late, judge_texts, judge_twins

_SHOWN = 3


@dataclass(frozen=True)
class Judged:
    """What the facts amount to; *policy* is the one in force at the tip, if it can be read."""

    violations: tuple[Violation, ...]
    notes: tuple[Text, ...]
    policy: Policy | None
    policy_commit: str
    is_signed: bool
    signed: int


def judge_history(facts: Facts, tip: Tip, *, full: bool) -> Judged:
    """Return every violation of the history, and who is in charge at its end."""
    found: list[Violation] = []
    for one in facts.statements:
        if one.fault or one.oid not in facts.trusted:
            found += judge_form(one)
    shapeless = {one.tag for one in found}
    formed = [one for one in facts.statements if one.tag not in shapeless]
    found += judge_versions(facts.statements)
    found += judge_adoption(facts, formed)
    for one in formed:
        found += judge_place(facts, one)
    spoilt = _refs(found)
    walk = Walk(facts, [one for one in formed if one.commit in facts.order], spoilt)
    walk.go()
    found += walk.violations
    found += judge_signatures(facts, walk.questions)
    found += judge_lines(facts, walk)
    found += _digests(facts, formed) if full else []
    told = records(facts, tip, {f"refs/tags/{tag}" for tag in shapeless})
    flawed = _refs(found)
    decisions = to_judge(facts, (one for one in formed if one.ref not in flawed))
    blobs = [blob for one in decisions for blob in blobs_of(facts, one)]
    tip.prefetch([*_to_read(tip, walk, told, full=full), *blobs])
    for one in decisions:
        found += judge_decision(facts, tip, walk, one)
    found += _documents(facts, tip, told, full=full)
    found += _approvals(facts, tip, walk, told, _refs(found))
    policy = facts.policy(walk.policy_commit(facts.tip))
    revoked, again = _revoked(walk, policy, formed, _refs(found))
    found += revoked
    signed = [one for one in formed if _is_signed(walk, one)]
    notes = [*again, *_declared(formed, signed), *_late_reviews(tip, told)]
    return Judged(
        tuple(_once(found)),
        tuple(notes),
        policy,
        walk.policy_commit(facts.tip),
        _all_signed(walk, told),
        len(signed),
    )


def _refs(found: Iterable[Violation]) -> set[str]:
    return {f"refs/tags/{one.tag}" for one in found if one.tag}


def _once(found: Iterable[Violation]) -> list[Violation]:
    """Return *found* by code and tag, each said once."""
    return sorted(dict.fromkeys(found), key=lambda one: (one.code, one.tag, one.document))


def _digests(facts: Facts, formed: Iterable[Statement]) -> list[Violation]:
    """Return the releases whose digest is not that of their file."""
    formed = [one for one in formed if not one.is_decision]
    facts.read_digests(one.payload["blob"] for one in formed)
    return [
        violation(
            "digest-mismatch",
            one,
            say("the text that {tag} released does not have the digest it says", tag=one.tag),
        )
        for one in formed
        if facts.digest(one.payload["blob"]) != one.payload["digest"]
    ]


def _to_read(tip: Tip, walk: Walk, told: list[Record], *, full: bool) -> list[str]:
    """Return the blobs of tags that are compared with the documents at the tip."""
    has_approvals = any(policy.approvals for policy in walk.policies.values())
    found = []
    for record in told:
        if full or has_approvals:
            found += [one.payload["blob"] for one in record.releases]
        elif record.document is not None:
            found += wanted_blobs(tip, record, record.document)
    return found


def _documents(facts: Facts, tip: Tip, told: list[Record], *, full: bool) -> list[Violation]:
    known = frozenset(one.ref for one in facts.statements)
    found = [*judge_twins(tip, {one.identifier: one for one in told if one.releases})]
    for record in told:
        found += judge_record(facts, tip, record, known)
        if full:
            found += judge_texts(tip, record)
    return found


def _approvals(
    facts: Facts, tip: Tip, walk: Walk, told: list[Record], spoilt: set[str]
) -> list[Violation]:
    """Return the releases that lack approvals; those with another flaw count nowhere."""
    cast = votes(one for one in facts.statements if one.ref not in spoilt)
    documents = {record.identifier: record.document for record in told}
    made = [
        (one, policy)
        for one in facts.statements
        if (policy := walk.policies.get(one.ref)) and not (one.is_decision or one.is_adopted)
    ]
    made = [(one, policy) for one, policy in made if one.oid not in facts.trusted]
    found = _digests(facts, [one for one, policy in made if policy.approvals])
    for one, policy in made:
        given = [vote for vote in votes_for(one, cast) if holds(facts, walk, vote, policy)]
        found += judge_approvals(tip, one, policy, given, documents.get(one.document))
    return found


def _revoked(
    walk: Walk, policy: Policy | None, formed: Iterable[Statement], spoilt: set[str]
) -> tuple[list[Violation], list[Text]]:
    """Return the tags signed by a key since it was revoked, and a note of those before."""
    listed = [key for one in policy.people for key in one.keys if key.revoked] if policy else []
    keys = {key.text: key for key in sorted(listed, key=_revoked_on, reverse=True)}
    late: list[Violation] = []
    before: dict[str, list[str]] = {}
    for one in formed if keys else ():
        made_under = walk.policies.get(one.ref)
        key = keys.get(walk.facts.key(one))
        if key is None or key.revoked is None or made_under is None or one.ref in spoilt:
            continue
        if one.day >= key.revoked:
            late.append(_since_revoked(one, key))
        else:
            before.setdefault(one.payload["signer"], []).append(one.tag)
    notes = [
        say(
            "a key of {person} is revoked; to be approved again: {tags}",
            person=person,
            tags=listing(tags),
        )
        for person, tags in before.items()
    ]
    return late, notes


def _revoked_on(key: Key) -> date:
    return key.revoked or date.max


def _since_revoked(one: Statement, key: Key) -> Violation:
    return violation(
        "revoked-key",
        one,
        say("{tag} is signed by a key that was revoked on {day}", tag=one.tag, day=key.revoked),
    )


def _is_signed(walk: Walk, one: Statement) -> bool:
    policy = walk.policies.get(one.ref)
    return policy is not None and policy.is_signed


def _all_signed(walk: Walk, told: Iterable[Record]) -> bool:
    """Return whether every version in force, of a document not withdrawn, is signed."""
    last = [
        max(record.releases, key=lambda one: one.number)
        for record in told
        if record.releases and not (record.document and record.document.status == WITHDRAWN)
    ]
    return bool(last) and all(_is_signed(walk, one) for one in last)


def _declared(formed: Iterable[Statement], signed: list[Statement]) -> list[Text]:
    """Return the note of what was decided before there were keys, where others are signed."""
    kept = {one.ref for one in signed}
    declared = [one for one in formed if one.ref not in kept]
    if not signed or not declared:
        return []
    return [
        say(
            "tags from before the policy had keys, where who decided is declared: {n}",
            n=len(declared),
        )
    ]


def _late_reviews(tip: Tip, told: Iterable[Record]) -> list[Text]:
    """Return the note of the reviews due later than their history and `qm.yaml` give.

    It is no violation: the months may have been others when the version was released.
    """
    late = [one.document for one in told if one.document and is_late(one.document, tip)]
    if not late:
        return []
    return [
        say(
            "review dates later than review_months of qm.yaml gives: {n} ({names})",
            n=len(late),
            names=listing([one.identifier for one in late[:_SHOWN]]) + ("…" * (len(late) > _SHOWN)),
        )
    ]
