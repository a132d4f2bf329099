"""Whether the person who signed a tag was allowed to, and is who committed it."""

from collections.abc import Iterator

from qmtool.model.settings import RQ, Person, Policy
from qmtool.model.text import say
from qmtool.model.verification.facts import (
    CONFIRMED,
    OF_A_DRAFT,
    Facts,
    Statement,
    Violation,
    violation,
)
from qmtool.model.verification.form import wrong_word


def judge_people(facts: Facts, one: Statement, policy: Policy) -> Iterator[Violation]:
    """Yield why the signer of *one* was not allowed to, or is not who committed it."""
    signer = policy.person(one.payload["signer"])
    if signer is None or not signer.is_there(one.day):
        yield _unknown(one, one.payload["signer"])
        return
    if _must_be_manager(one) and not signer.holds(RQ, one.day):
        message = say(
            "{tag}: {person} was not a quality manager on {day} by the policy in force",
            tag=one.tag,
            person=signer.identifier,
            day=one.day,
        )
        yield violation("not-quality-manager", one, message)
    if one.person != signer.identifier and policy.person(one.person) is None:
        yield _unknown(one, one.person)
    email = _other_email(facts, one, signer)
    if email is not None:
        message = say(
            "{tag} names {person}, and was committed as {email}",
            tag=one.tag,
            person=signer.identifier,
            email=email or "–",
        )
        yield violation("other-committer", one, message)


def judge_words(one: Statement, policy: Policy) -> Iterator[Violation]:
    """Yield a violation if the name or the role that *one* prints is not that of its signer."""
    signer = policy.person(one.payload["signer"])
    if signer is None:
        return
    if signer.name and one.payload["name"] != signer.name:
        yield wrong_word(one, "name")
    claims = one.payload["role"] == RQ and not _must_be_manager(one)
    if claims and not signer.holds(RQ, one.day):
        yield wrong_word(one, "role")


def _unknown(one: Statement, person: str) -> Violation:
    message = say(
        "{tag}: {person} was none of the people of the policy in force on {day}",
        tag=one.tag,
        person=person or "–",
        day=one.day,
    )
    return violation("unknown-person", one, message)


def _must_be_manager(one: Statement) -> bool:
    """Return whether only a quality manager may sign *one*."""
    if one.meaning in OF_A_DRAFT:
        return bool(one.payload.get("person"))
    return one.meaning != CONFIRMED


def _other_email(facts: Facts, one: Statement, signer: Person) -> str | None:
    """Return the email of the tag or of its commit that is not that of *signer*, or None.

    A commit older than its tag was proposed, merged and finalised: the tag tells who released it.
    """
    wanted = signer.email.casefold()
    if not wanted or one.email.casefold() != wanted:
        return one.email
    made = facts.commits.get(one.commit)
    if made is None or not (one.makes_a_commit or one.is_adopted) or made.moment < one.moment:
        return None
    return None if made.email.casefold() == wanted else made.email
