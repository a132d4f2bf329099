"""Whether the commit of a decision changes only what such a decision may, and is by who may."""

from collections.abc import Iterable, Iterator

from qmtool.model.settings import RQ
from qmtool.model.text import listing, say
from qmtool.model.verification.authority import Walk
from qmtool.model.verification.documents import plain_rows
from qmtool.model.verification.facts import (
    CONFIRMED,
    OF_A_VERSION,
    Facts,
    Statement,
    Tip,
    Violation,
    violation,
)

_KEPT = ("identifier", "kind", "version", "effective", "digest")
"""What no decision about a version changes."""


def to_judge(facts: Facts, statements: Iterable[Statement]) -> list[Statement]:
    """Return the decisions of *statements* that made a commit and are not trusted."""
    return [
        one
        for one in statements
        if one.meaning in OF_A_VERSION and one.is_decision and one.oid not in facts.trusted
    ]


def blobs_of(facts: Facts, one: Statement) -> tuple[str, str]:
    """Return the blobs of the document before and after the commit of *one*, empty if unknown."""
    changes = facts.changes.get(one.commit, {})
    before = (change.before for change in changes.values() if change.before)
    return next(before, ""), one.payload["blob"]


def judge_decision(facts: Facts, tip: Tip, walk: Walk, one: Statement) -> Iterator[Violation]:
    """Yield what the commit of *one* changes besides, and why its signer may not decide so."""
    before, after = (tip.tagged(blob) for blob in blobs_of(facts, one))
    if before is None or after is None:
        return  # then the commit does not describe the document, which is said already
    is_review = one.meaning == CONFIRMED
    kept = (*_KEPT, "status" if is_review else "next_review")
    changed = [key for key in kept if getattr(before, key) != getattr(after, key)]
    if plain_rows(after.history)[:-1] != plain_rows(before.history):
        changed.append("history")
    if changed:
        message = say(
            "the commit of {tag} also changes {keys} of the document",
            tag=one.tag,
            keys=listing(changed),
        )
        yield violation("keys-changed", one, message)
    policy = walk.policies.get(one.ref)
    signer = policy.person(one.payload["signer"]) if policy else None
    if not is_review or signer is None or signer.holds(RQ, one.day):
        return
    if before.owner and before.owner != signer.identifier:
        message = say(
            "{tag}: {person} neither owned the document nor was a quality manager on {day}",
            tag=one.tag,
            person=signer.identifier,
            day=one.day,
        )
        yield violation("not-quality-manager", one, message)
