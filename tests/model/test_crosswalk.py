"""What a crosswalk may lend, and what it only suggests: the rules stand in one place."""

from datetime import date

import pytest

from qmtool.model.crosswalk import Crosswalk, Kind, Loan, Relation, loan, related_to
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


@pytest.mark.parametrize(
    ("kind", "confidence", "expected"),
    [
        (Kind.EQUAL, "high", Loan.LENT),
        (Kind.EQUAL, "medium", Loan.LENT),
        (Kind.EQUAL, "low", Loan.SUGGESTED),
        (Kind.SUBSET, "high", Loan.LENT),
        (Kind.SUBSET, "medium", Loan.SUGGESTED),
        (Kind.SUBSET, "low", Loan.SUGGESTED),
        (Kind.SUPERSET, "high", Loan.SUGGESTED),
        (Kind.INTERSECTS, "high", Loan.SUGGESTED),
    ],
)
def test_only_the_same_demand_or_surely_a_stronger_one_lends(
    kind: Kind, confidence: str, expected: Loan
) -> None:
    assert gives(kind, confidence) is expected


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


def test_a_crosswalk_reads_the_same_from_both_ends() -> None:
    crosswalk = Crosswalk("a", "b", (Relation(("1",), Kind.SUPERSET, ("2", "3"), "low"),))
    assert crosswalk.seen_from("a") is crosswalk
    seen = crosswalk.seen_from("b")
    assert (seen.source, seen.target) == ("b", "a")
    assert seen.relations == (Relation(("2", "3"), Kind.SUBSET, ("1",), "low"),)
    assert [one.other for one in related_to([crosswalk], "b", "3")] == ["a"]
    assert not list(related_to([crosswalk], "b", "1"))
    assert not list(related_to([crosswalk], "c", "1"))
