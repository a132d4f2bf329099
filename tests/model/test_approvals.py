"""Who counts among those who reviewed and approved, who does not, and what is missing."""

from datetime import date

import pytest

from qmtool.model.approvals import APPROVED, REVIEWED, Case, Given, Judgement, judge, needs
from qmtool.model.settings import Approvals, Person, Policy

DAY = date(2026, 3, 2)
TEXT, OTHER = "sha256:a", "sha256:b"
PEOPLE = (
    Person("rq1", roles=("rq",)),
    Person("rq2", roles=("rq",)),
    Person("mia"),
    Person("leo"),
    Person("ana"),
    Person("old", until=date(2026, 2, 28)),
    Person("new", since=date(2026, 3, 3)),
)


def case(
    review: int = 0,
    approve: int = 0,
    by: tuple[str, ...] = (),
    authors: tuple[str, ...] = (),
) -> Case:
    """Return a text that needs so many reviews and approvals."""
    return Case(Approvals(review, approve, by), TEXT, Policy(PEOPLE), DAY, authors)


def policy_case(approve: int, releaser: str = "", by: tuple[str, ...] = ()) -> Case:
    """Return a policy that needs so many approvals."""
    needed = Approvals(0, approve, by)
    return Case(needed, TEXT, Policy(PEOPLE), DAY, by_managers=True, releaser=releaser)


def approved(person: str, digest: str = TEXT, on: date = DAY) -> Given:
    """Return an approval."""
    return Given(person, APPROVED, digest, on)


def reviewed(person: str, digest: str = TEXT) -> Given:
    """Return a review."""
    return Given(person, REVIEWED, digest, DAY)


def on_paper(person: str, recorded_by: str = "rq1", proof: str = "binder 12") -> Given:
    """Return an approval given on paper."""
    day = date(2026, 2, 20)
    return Given(person, APPROVED, TEXT, day, recorded_by, DAY, "paper", proof)


def reasons(found: Judgement) -> list[str]:
    """Return why approvals do not count."""
    return [str(reason) for _, reason in found.discounted]


def test_nothing_is_missing_where_nothing_is_needed() -> None:
    found = judge(case(), [])
    assert found.is_complete
    assert str(found.missing) == ""
    assert found.people == ()


def test_a_review_and_an_approval_by_two_people_are_enough() -> None:
    found = judge(case(1, 1), [reviewed("leo"), approved("ana")])
    assert found.is_complete
    assert (found.reviewers, found.approvers) == (("leo",), ("ana",))


@pytest.mark.parametrize(
    ("needed", "given", "words"),
    [
        (case(1, 1), [], "a review, an approval"),
        (case(2, 3), [], "2 reviews, 3 approvals"),
        (case(2, 3), [reviewed("leo"), approved("ana")], "a review, 2 approvals"),
        (case(1, 1), [reviewed("leo")], "an approval"),
        (case(0, 2), [approved("leo"), approved("leo")], "an approval"),
        (
            case(1, 1),
            [reviewed("leo"), approved("leo")],
            "one more person (who reviews and approves counts once)",
        ),
        (
            case(2, 2),
            [reviewed("leo"), reviewed("ana"), approved("leo"), approved("ana")],
            "2 more people (who reviews and approves counts once)",
        ),
        (
            case(0, 1, authors=("mia",)),
            [approved("mia")],
            "an approval by someone who is not an author (mia)",
        ),
        (
            case(1, 0, authors=("mia",)),
            [reviewed("mia")],
            "a review by someone who is not an author (mia)",
        ),
    ],
)
def test_what_is_missing_is_said(needed: Case, given: list[Given], words: str) -> None:
    found = judge(needed, given)
    assert not found.is_complete
    assert str(found.missing) == words


def test_an_author_may_approve_with_another_but_never_alone() -> None:
    needed = case(0, 2, authors=("mia", "leo"))
    alone = judge(needed, [approved("mia"), approved("leo")])
    assert not alone.is_complete
    assert "mia" not in alone.people
    assert judge(needed, [approved("mia"), approved("ana")]).is_complete


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (approved("leo", OTHER), "the text has changed since"),
        (approved("nobody"), "nobody is not one of the people of the policy in force"),
        (approved("old"), "old is not in office on 2026-03-02"),
        (approved("new"), "new is not in office on 2026-03-02"),
        (approved("leo", on=date(2026, 3, 3)), "it is dated 2026-03-03, later than today"),
        (on_paper("leo", "mia"), "mia is not a quality manager"),
        (on_paper("leo", "nobody"), "nobody is not a quality manager"),
        (on_paper("leo", proof=""), "it does not say where the proof lies"),
    ],
)
def test_what_does_not_count_is_told_with_the_reason(given: Given, words: str) -> None:
    found = judge(case(0, 1), [given])
    assert found.approvers == ()
    assert [words in one for one in reasons(found)] == [True]


def test_only_those_whom_the_policy_names_may_approve() -> None:
    found = judge(case(0, 1, by=("leo", "ana")), [approved("mia")])
    assert reasons(found) == ["mia is none of those who may (by: leo, ana)"]
    assert found.waits_for[APPROVED] == ("leo", "ana")


def test_a_role_that_ended_later_does_not_take_an_approval_back() -> None:
    found = judge(case(0, 1), [approved("old", on=date(2026, 2, 1))])
    assert found.approvers == ("old",)


def test_a_later_approval_of_the_text_counts_after_one_of_another_text() -> None:
    found = judge(case(0, 1), [approved("leo", OTHER), approved("leo")])
    assert found.is_complete
    assert len(found.discounted) == 1


def test_what_was_given_on_paper_is_declared_once() -> None:
    found = judge(case(0, 1), [on_paper("leo"), on_paper("leo")])
    assert found.approvers == ("leo",)
    assert [tuple(one) for one in found.declared] == [("leo", "2026-02-20", "paper", "binder 12")]


def test_who_can_still_help_is_nobody_who_was_counted() -> None:
    waiting = judge(case(1, 1, authors=("mia",)), [reviewed("leo")]).waits_for
    assert waiting[REVIEWED] == ()
    assert waiting[APPROVED] == ("rq1", "rq2", "ana")
    one_more = judge(case(1, 1), [reviewed("leo"), approved("leo")])
    assert "leo" not in one_more.people
    assert "ana" in one_more.people


def test_where_nobody_else_is_left_who_reviewed_may_approve_and_the_author_review() -> None:
    needed = case(1, 1, by=("mia", "leo"), authors=("mia",))
    given = [reviewed("leo")]
    assert judge(needed, given).waits_for[APPROVED] == ("leo",)
    given.append(approved("leo"))
    assert judge(needed, given).people == ("mia",)
    given.append(reviewed("mia"))
    assert judge(needed, given).is_complete


def test_who_reviewed_may_approve_where_enough_people_reviewed() -> None:
    found = judge(case(1, 1), [reviewed("leo"), reviewed("ana")])
    assert "leo" in found.waits_for[APPROVED]


def test_a_person_of_an_approval_policy_that_nobody_can_meet_is_not_invented() -> None:
    found = judge(case(0, 2, by=("leo",)), [approved("leo")])
    assert not found.is_complete
    assert found.people == ()


def test_the_policy_is_approved_by_its_quality_managers_and_its_releaser_is_one() -> None:
    assert not judge(policy_case(2), [approved("rq1")]).is_complete
    assert judge(policy_case(2, "rq2"), [approved("rq1")]).is_complete
    assert not judge(policy_case(2, "rq1"), [approved("rq1")]).is_complete
    found = judge(policy_case(2, "rq1"), [approved("mia")])
    assert reasons(found) == ["mia is not a quality manager"]
    assert found.people == ("rq2",)


def test_a_releaser_whom_the_policy_does_not_name_is_no_approver_of_it() -> None:
    assert not judge(policy_case(1, "rq1", by=("ana",)), []).is_complete
    assert judge(policy_case(1, "rq1", by=("ana",)), [approved("ana")]).is_complete


def test_what_a_kind_needs_is_said_with_those_who_may() -> None:
    assert str(needs(Approvals(1, 2))) == "a review, 2 approvals"
    assert str(needs(Approvals(0, 1, ("leo", "ana")))) == "an approval, by leo, ana"
