"""What a requirement becomes: certain where one relation leaves no choice, else a person's word."""

from datetime import date

import pytest

from qmtool.errors import UsageError
from qmtool.model.choice import read_choices
from qmtool.model.crosswalk import Crosswalk, Kind, Relation
from qmtool.model.label import Label
from qmtool.model.migration import Decision, Guide, becoming, between, to_create
from qmtool.model.referential import Referential, Requirement


def referential(name: str, *nodes: str, kind: str = "certification") -> Referential:
    """Return a referential whose *nodes* are `1.2` or, for one that groups others, `1 *`."""
    lines = []
    for node in nodes:
        identifier, _, groups = node.partition(" ")
        parent = identifier.rpartition(".")[0]
        title = Label.read(f"Title of {identifier}")
        lines.append(Requirement(identifier, title, parent, assessable=not groups))
    return Referential(name, kind, Label.read(name), "full", date(2026, 11, 21), tuple(lines))


OLD = referential("old", "1 *", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.6.1", "1.7", "2 *")
NEW = referential("new", "1 *", "1.1", "1.2", "2 *", "2.1", "2.2", "3 *", "3.1", "3.1.1 *")


def relation(source: str, kind: Kind, target: str, confidence: str = "medium") -> Relation:
    """Return a relation whose ends are ids set apart by blanks."""
    return Relation(tuple(source.split()), kind, tuple(target.split()), confidence)


CROSSWALK = Crosswalk(
    "old",
    "new",
    (
        relation("1.1", Kind.EQUAL, "1.1"),
        relation("1.2", Kind.EQUAL, "2"),
        relation("1.3", Kind.SUBSET, "1.2"),
        relation("1.4", Kind.DROPPED, ""),
        relation("1.5", Kind.SUPERSET, "2.1"),
        relation("1.6", Kind.INTERSECTS, "2.1 1"),
        relation("2", Kind.EQUAL, "2.2"),
    ),
    new=("3", "1.2"),
)


def guide(*relations: Relation, new: Referential = NEW, **choices: tuple[str, ...]) -> Guide:
    """Return the guide of a crosswalk, with choices by ids whose dots are written `_`."""
    crosswalk = Crosswalk("old", "new", relations) if relations else CROSSWALK
    chosen = {key.strip("_").replace("_", "."): value for key, value in choices.items()}
    return Guide(crosswalk, OLD, new, chosen)


def candidates(found: Guide, written: str) -> list[str]:
    """Return the ids among which a person chooses what *written* becomes."""
    answer = found.answer(written)
    assert answer is not None
    assert (answer.decision, answer.targets) == (Decision.UNCERTAIN, ())
    return [one.requirement.identifier for one in answer.candidates]


@pytest.mark.parametrize(
    ("written", "targets", "item"),
    [("1.1", ("1.1",), ""), ("1.1c", ("1.1",), "c"), ("1.5", ("2.1",), "")],
)
def test_one_requirement_that_asks_no_more_is_certain(
    written: str, targets: tuple[str, ...], item: str
) -> None:
    answer = guide().answer(written)
    assert answer is not None
    assert (answer.decision, answer.targets, answer.item) == (Decision.CERTAIN, targets, item)


def test_what_surely_asks_less_is_certain_and_needs_high_confidence() -> None:
    answer = guide(relation("1.1", Kind.SUBSET, "1.1", "high").inverse).answer("1.1")
    assert answer is not None
    assert answer.decision is Decision.CERTAIN


@pytest.mark.parametrize(
    ("relations", "why"),
    [
        ([relation("1.1", Kind.SUBSET, "1.1")], None),
        ([relation("1.1", Kind.SUBSET, "1.1").inverse], None),
        ([relation("1.1", Kind.SUPERSET, "1.1", "high").inverse], None),
        ([relation("1.1", Kind.INTERSECTS, "1.1")], None),
        ([relation("1.1", Kind.EQUAL, "1.1", "low")], None),
        ([relation("1.1", Kind.EQUAL, "1.1"), relation("1.1", Kind.EQUAL, "2.1")], None),
        ([relation("1.1", Kind.EQUAL, "1.1 2.1")], None),
        ([relation("1.1 1.2", Kind.EQUAL, "1.1")], "together with other requirements"),
    ],
)
def test_anything_that_leaves_a_choice_is_uncertain(
    relations: list[Relation], why: str | None
) -> None:
    found = guide(*relations)
    assert candidates(found, "1.1")[0] == "1.1"
    answer = found.answer("1.1")
    assert answer is not None
    assert (why in str(answer.why)) if why else answer.why is None


def test_a_group_is_never_certain_and_is_expanded_to_what_can_be_cited() -> None:
    assert candidates(guide(), "1.2") == ["2.1", "2.2"]
    assert candidates(guide(), "1.6") == ["2.1", "1.1", "1.2"]


def test_a_title_that_is_cited_is_uncertain_whatever_follows_it() -> None:
    assert candidates(guide(), "2") == ["2.2"]


def test_nothing_follows_what_is_dropped_or_unrelated() -> None:
    for written in ("1.4", "1.7"):
        assert candidates(guide(), written) == []
        answer = guide().answer(written)
        assert answer is not None
        assert str(answer.why) == "nothing follows it"


def test_a_requirement_without_relation_takes_those_of_the_nearest_above_as_uncertain() -> None:
    found = guide(relation("1", Kind.EQUAL, "3.1"), relation("1.6", Kind.EQUAL, "1.1"))
    assert candidates(found, "1.6.1") == ["1.1"]
    assert candidates(found, "1.7") == ["3.1"]
    answer = found.answer("1.7")
    assert answer is not None
    assert str(answer.why) == "only 1, above it, is in the crosswalk"


def test_a_regulation_is_never_answered_through_a_crosswalk() -> None:
    law = referential("new", "1.1", kind="regulation")
    assert candidates(guide(relation("1.1", Kind.EQUAL, "1.1"), new=law), "1.1") == ["1.1"]


def test_what_the_old_does_not_know_has_no_answer() -> None:
    assert guide().answer("9.9") is None
    assert guide().answer("") is None


def test_a_choice_goes_before_the_crosswalk_and_that_of_a_letter_before_that_of_its_id() -> None:
    found = guide(_1_1=("2.1",), _1_6=("1.1", "1.2"), _1_6b=("3.1",))
    for written, targets in (("1.1", ("2.1",)), ("1.6a", ("1.1", "1.2")), ("1.6b", ("3.1",))):
        answer = found.answer(written)
        assert answer is not None
        assert (answer.decision, answer.targets) == (Decision.CHOSEN, targets)


def test_what_would_stand_twice_in_a_list_goes() -> None:
    found = guide(_1_6=("1.1", "2.1"), _1_7=("1.1",))
    entries = ["other:1", "old:1.6", "old:1.3", " new : 2.1", "old:1.7", "old:9"]
    assert becoming(entries, found) == [
        *[("other:1",), ("new:1.1",), ("old:1.3",), (" new : 2.1",), (), ("old:9",)],
    ]


def test_the_crosswalk_is_found_in_either_direction() -> None:
    assert between([CROSSWALK], "old", "new") is CROSSWALK
    back = between([CROSSWALK], "new", "old")
    assert (back.source, back.relations[2].inverted) == ("new", True)
    direct = Crosswalk("new", "old", ())
    assert between([CROSSWALK, direct], "new", "old") is direct


@pytest.mark.parametrize("pair", [("old", "other"), ("old", "old")])
def test_without_a_crosswalk_the_known_ones_are_named(pair: tuple[str, str]) -> None:
    with pytest.raises(UsageError, match="from old one leads to: new"):
        between([CROSSWALK], *pair)


def test_choices_are_read_with_or_without_their_referential_and_add_up() -> None:
    written = ["1.6=1.1,new:1.2", "old:1.6 = 2.1", "1.6b=1.1", "1.6=1.1"]
    assert read_choices(written, OLD, NEW) == {"1.6": ("1.1", "1.2", "2.1"), "1.6b": ("1.1",)}


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1.1", "write it as OLD=NEW"),
        ("1.1=", "write it as OLD=NEW"),
        ("1.1=2.1,", "write it as OLD=NEW"),
        ("9.9=1.1", "old has no requirement 9.9"),
        ("1.1=2.11", "new has no requirement 2.11. Did you mean 2.1?"),
        ("1.1=2", "only groups requirements. Choose among: 2.1, 2.2"),
        ("1.1=3.1.1", "only groups requirements. Choose among: –"),
    ],
)
def test_a_wrong_choice_is_one_clear_sentence(written: str, words: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_choices([written], OLD, NEW)
    assert words in str(raised.value)


def test_what_is_new_and_neither_declared_nor_excluded_is_to_create() -> None:
    found = guide()
    assert [one.identifier for one in to_create(found, [], [])] == ["3.1", "1.2"]
    assert [one.identifier for one in to_create(found, ["1.2"], [])] == ["3.1"]
    assert [one.identifier for one in to_create(found, [], ["3"])] == ["1.2"]
