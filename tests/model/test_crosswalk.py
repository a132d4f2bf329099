"""What a crosswalk may lend, and what it only suggests: the rules stand in one place."""

from dataclasses import replace
from datetime import date

import pytest

from qmtool.model.crosswalk import Crosswalk, Kind, Loan, Reading, Relation, loan, related_to
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement


def referential(name: str, type_: str = "certification", *, official: bool = True) -> Referential:
    return Referential(
        identifier=name,
        type=type_,
        title=Label(name, name),
        completeness="full",
        verified_on=date(2026, 11, 21),
        nodes=(
            Requirement("1", Label("", ""), assessable=False),
            Requirement("1.1", Label("", ""), "1", official=official),
        ),
    )


def gives(kind: Kind, confidence: str = "high", **values: object) -> Loan:
    relation = Relation(("1.1",), kind, ("1.1",), confidence)
    lender, borrower = referential("a"), referential("b")
    return loan(
        values.get("relation", relation),  # type: ignore[arg-type]
        values.get("lender", lender),  # type: ignore[arg-type]
        values.get("borrower", borrower),  # type: ignore[arg-type]
    )


LENT, SUGGESTED = Loan.LENT, Loan.SUGGESTED


@pytest.mark.parametrize(
    ("kind", "confidence", "onward", "back"),
    [
        (Kind.EQUAL, "high", LENT, LENT),
        (Kind.EQUAL, "medium", LENT, LENT),
        (Kind.EQUAL, "low", SUGGESTED, SUGGESTED),
        (Kind.SUPERSET, "high", SUGGESTED, SUGGESTED),
        (Kind.SUPERSET, "medium", SUGGESTED, SUGGESTED),
        (Kind.SUBSET, "high", SUGGESTED, LENT),
        (Kind.SUBSET, "medium", SUGGESTED, SUGGESTED),
        (Kind.SUBSET, "low", SUGGESTED, SUGGESTED),
        (Kind.INTERSECTS, "high", SUGGESTED, SUGGESTED),
    ],
)
def test_the_rules_are_those_of_the_sheet_in_both_directions(
    kind: Kind, confidence: str, onward: Loan, back: Loan
) -> None:
    """*onward*: the first end is answered; *back*: the second is, and the first borrows."""
    written = Relation(("1.1",), kind, ("1.1",), confidence)
    first, second = referential("first"), referential("second")
    assert loan(written.inverse, lender=first, borrower=second) is onward
    assert loan(written, lender=second, borrower=first) is back


@pytest.mark.parametrize(
    ("kind", "from_the_first", "from_the_second"),
    [
        (Kind.EQUAL, Reading.SAME, Reading.SAME),
        (Kind.SUPERSET, Reading.PART, Reading.WIDER),
        (Kind.SUBSET, Reading.ASKS_MORE, Reading.ASKS_LESS),
        (Kind.INTERSECTS, Reading.OVERLAPS, Reading.OVERLAPS),
    ],
)
def test_a_relation_says_what_the_other_end_is(
    kind: Kind, from_the_first: Reading, from_the_second: Reading
) -> None:
    relation = Relation(("a",), kind, ("b",), "high")
    assert relation.reading is from_the_first
    assert relation.inverse.reading is from_the_second
    assert relation.inverse.inverse == relation


def test_a_replaced_version_and_what_is_little_known_only_suggest() -> None:
    assert gives(Kind.EQUAL, lender=replace(referential("a"), superseded_by="b")) is SUGGESTED
    assert gives(Kind.EQUAL, lender=replace(referential("a"), confidence="low")) is SUGGESTED
    chapter, line = referential("a").nodes
    doubtful = replace(referential("a"), nodes=(chapter, replace(line, confidence="low")))
    assert gives(Kind.EQUAL, lender=doubtful) is SUGGESTED
    assert gives(Kind.EQUAL, borrower=doubtful) is SUGGESTED


def test_nothing_is_lent_to_a_regulation_but_a_regulation_lends() -> None:
    assert gives(Kind.EQUAL, borrower=referential("b", "regulation")) is Loan.SUGGESTED
    assert gives(Kind.EQUAL, lender=referential("a", "regulation")) is Loan.LENT


def test_whatever_touches_an_id_of_qm_only_suggests() -> None:
    assert gives(Kind.EQUAL, lender=referential("a", official=False)) is Loan.SUGGESTED
    assert gives(Kind.EQUAL, borrower=referential("b", official=False)) is Loan.SUGGESTED


@pytest.mark.parametrize(
    "relation",
    [
        Relation(("1.1", "1"), Kind.EQUAL, ("1.1",), "high"),
        Relation(("1.1",), Kind.EQUAL, ("1.1", "1"), "high"),
        Relation(("1.1",), Kind.EQUAL, ("*",), "high"),
        Relation(("1.1",), Kind.EQUAL, ("1",), "high"),
        Relation(("1.1",), Kind.EQUAL, ("9.9",), "high"),
        Relation(("1.1",), Kind.DROPPED, (), "high"),
    ],
    ids=["together", "to several", "whole", "group", "unknown", "dropped"],
)
def test_several_together_a_whole_a_group_or_nothing_never_lend(relation: Relation) -> None:
    assert gives(Kind.EQUAL, relation=relation) is Loan.SUGGESTED


def test_a_crosswalk_is_read_from_either_end() -> None:
    crosswalk = Crosswalk("a", "b", (Relation(("1",), Kind.SUPERSET, ("1.1", "3"), "low"),))
    assert crosswalk.seen_from("a") is crosswalk
    seen = crosswalk.seen_from("b")
    assert (seen.source, seen.target) == ("b", "a")
    (relation,) = seen.relations
    assert (relation.source, relation.target) == (("1.1", "3"), ("1",))
    assert relation.reading is Reading.WIDER
    a, b = referential("a"), referential("b")
    assert [one.other for one in related_to([crosswalk], b, "3")] == ["a"]
    assert not list(related_to([crosswalk], b, "1"))
    assert [one.other for one in related_to([crosswalk], a, "1")] == ["b"]
    assert not list(related_to([crosswalk], referential("c"), "1"))


def test_what_completes_a_referential_has_its_relations() -> None:
    crosswalk = Crosswalk("a", "b", (Relation(("1.1",), Kind.EQUAL, ("1.1",), "high"),))
    copy = replace(referential("a-2024"), extends="a")
    assert [one.other for one in related_to([crosswalk], copy, "1.1")] == ["b"]
