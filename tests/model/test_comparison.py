"""Two referentials beside each other."""

from dataclasses import replace
from datetime import date

from qmtool.model.comparison import Change, compare
from qmtool.model.crosswalk import WHOLE, Crosswalk, Kind, Reading, Relation
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement


def referential(name: str, **titles: str) -> Referential:
    nodes = [Requirement("c", Label("c", "c"), assessable=False)]
    nodes += [Requirement(one, Label(title, title), "c") for one, title in titles.items()]
    return Referential(
        name,
        "standard",
        Label("", ""),
        "full",
        date(2026, 1, 1),
        tuple(nodes),
        predecessor="a" if name == "b" else "",
    )


def told(found: object) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (one.change.value, one.before, one.after)
        for one in found.differences  # type: ignore[attr-defined]
        if one.change is not Change.SAME
    ]


def test_without_a_crosswalk_the_ids_decide() -> None:
    found = compare(
        referential("a", r1="x", r2="y", r3="z"), referential("b", r1="x", r2="Y", r4="w"), []
    )
    assert not found.is_mapped
    assert told(found) == [
        ("changed", "r2", ("r2",)),
        ("removed", "r3", ()),
        ("added", "", ("r4",)),
    ]
    assert [one.details for one in found.differences if one.before == "r2"] == [("title",)]
    assert found.summary[Change.SAME] == 2  # the chapter, and r1


def test_with_a_crosswalk_the_relations_decide_and_the_rest_is_new_or_gone() -> None:
    relations = (
        Relation(("r1",), Kind.EQUAL, ("n1",), "high"),
        Relation(("r2",), Kind.DROPPED, (), "high"),
    )
    first = referential("a", r1="x", r2="y", r3="z")
    second = referential("b", n1="x", n2="w")
    found = compare(first, second, [Crosswalk("a", "b", relations)])
    assert found.is_mapped
    assert told(found) == [
        ("mapped", "r1", ("n1",)),
        ("removed", "r2", ()),
        ("removed", "r3", ()),
        ("added", "", ("n2",)),
    ]


def test_a_crosswalk_that_says_what_is_new_is_believed() -> None:
    relations = (Relation(("r1",), Kind.EQUAL, ("n1",), "high"),)
    first, second = referential("a", r1="x"), referential("b", n1="x", n2="w", n3="v")
    found = compare(first, second, [Crosswalk("a", "b", relations, ("n3",))])
    assert told(found)[1:] == [("added", "", ("n3",))]


def test_it_reads_a_crosswalk_from_its_other_end() -> None:
    relations = (Relation(("r1",), Kind.SUPERSET, ("n1",), "high"),)
    first, second = referential("a", r1="x"), referential("b", n1="x")
    found = compare(second, first, [Crosswalk("a", "b", relations)])
    readings = [one.relation.reading for one in found.differences if one.relation]
    assert readings == [Reading.WIDER]


def test_nothing_is_gone_or_new_between_schemes_that_do_not_follow_each_other() -> None:
    first, second = referential("a", r1="x"), referential("other", n1="y")
    crosswalk = Crosswalk("a", "other", (Relation(("r1",), Kind.DROPPED, (), "high"),))
    for crosswalks in ([], [crosswalk]):
        found = told(compare(first, second, crosswalks))
        assert {change for change, *_ in found} == {"unmatched"}
        assert {("r1", ()), ("", ("n1",))} <= {(before, after) for _, before, after in found}


def test_either_of_the_two_may_name_the_other_as_its_successor() -> None:
    old = replace(referential("old", r1="x"), superseded_by="newer")
    newer = referential("newer", n1="x")
    assert told(compare(old, newer, [])) == [("removed", "r1", ()), ("added", "", ("n1",))]
    assert told(compare(newer, old, [])) == [("removed", "n1", ()), ("added", "", ("r1",))]


def test_a_relation_of_the_whole_comes_first() -> None:
    relations = (
        Relation(("r1",), Kind.EQUAL, ("n1",), "high"),
        Relation((WHOLE,), Kind.SUPERSET, (WHOLE,), "high"),
    )
    first, second = referential("a", r1="x"), referential("b", n1="x")
    found = told(compare(first, second, [Crosswalk("a", "b", relations)]))
    assert found == [("mapped", WHOLE, (WHOLE,)), ("mapped", "r1", ("n1",))]
