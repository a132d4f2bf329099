"""Whether the dates of a tag agree with each other, and with those before it."""

from collections.abc import Iterator

from qmtool.model.text import say
from qmtool.model.verification.facts import SKEW, Facts, Statement, Violation, violation


def judge_dates(facts: Facts, one: Statement, latest: float) -> Iterator[Violation]:
    """Yield what is wrong with the dates of *one*, made after something dated *latest*.

    The clocks of two machines may differ by some minutes; keys and roles are counted in days.
    """
    assert one.date is not None  # else its form is wrong
    moment = one.date.timestamp()
    if moment < latest - SKEW:
        yield violation(
            "date-goes-back",
            one,
            say(
                "{tag} is dated {day}, earlier than what comes before it", tag=one.tag, day=one.day
            ),
        )
    if moment > facts.now + SKEW:
        yield violation(
            "date-ahead", one, say("{tag} is dated {day}, in the future", tag=one.tag, day=one.day)
        )
    made = facts.commits.get(one.commit)
    is_before_its_commit = made is not None and moment < made.moment - _allowed(one)
    if one.moment != int(moment) or is_before_its_commit:
        yield violation(
            "date-mismatch",
            one,
            say(
                "{tag} is dated {day}, and its tag object or its commit otherwise",
                tag=one.tag,
                day=one.day,
            ),
        )


def _allowed(one: Statement) -> int:
    """Return by how many seconds the commit of *one* may be later: none where `qm` made both."""
    return 0 if one.makes_a_commit or one.is_adopted else SKEW
