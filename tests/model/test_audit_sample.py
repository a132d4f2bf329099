"""Which requirements an audit looks at: what must be seen, and what chance adds."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.audit_sample import Part, Wanted, Why, parts
from qmtool.model.evidence import Fact
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from tests.model.test_gap import REF, referential, requirement

CHAPTERS = {"1": 12, "2": 6, "3": 3}


def scheme() -> Referential:
    """Return a referential with three chapters of different sizes."""
    others = [Requirement(one, Label("", ""), assessable=False) for one in ("2", "3")]
    nodes = [
        requirement(f"{chapter}.{n}", chapter)
        for chapter, count in CHAPTERS.items()
        for n in range(1, count + 1)
    ]
    return referential(*others, *nodes)


def found(identifier: str, **values: object) -> RequirementGap:
    """Return a requirement that was verified and is proven, unless *values* say otherwise."""
    defaults = {
        "identifier": f"{REF}:{identifier}",
        "requirement": requirement(identifier, identifier.split(".", maxsplit=1)[0]),
        "status": Status.READY,
        "described": Fact.YES,
        "proven": Fact.YES,
        "verified": Fact.YES,
        "reasons": (),
        "evidence": (),
    }
    return RequirementGap(**{**defaults, **values})  # type: ignore[arg-type]


def chosen(
    size: int | None,
    *special: RequirementGap,
    seed: str = "AUD-1",
    still_open: frozenset[str] = frozenset(),
) -> Part:
    """Return what is looked at of the referential, in which *special* ones replace the others."""
    by_name = {one.identifier: one for one in special}
    every = [
        by_name.get(f"{REF}:{one.identifier}", found(one.identifier)) for one in scheme().assessable
    ]
    (part,) = parts(seed, [(scheme(), every)], Wanted(size), still_open)
    return part


def names(part: Part) -> list[str]:
    return [line.found.requirement.identifier for line in part.lines]


def test_without_a_size_all_that_applies_is_looked_at() -> None:
    part = chosen(None, found("1.1", status=Status.EXCLUDED), found("1.2", verified=Fact.NO))
    assert len(part.lines) == part.asked == 20
    assert part.aside == 1
    assert part.lines[0].why is Why.NEVER
    assert part.lines[1].why is Why.WANTED


def test_a_sample_is_spread_over_the_chapters_by_their_sizes() -> None:
    part = chosen(7)
    assert Counter(name.split(".")[0] for name in names(part)) == {"1": 4, "2": 2, "3": 1}
    assert {line.why for line in part.lines} == {Why.DRAWN}


def test_the_same_audit_draws_the_same_again_and_another_one_does_not() -> None:
    assert names(chosen(7)) == names(chosen(7))
    assert len({tuple(names(chosen(7, seed=f"AUD-{n}"))) for n in range(10)}) > 5


def test_what_must_be_seen_is_there_whatever_the_size_is() -> None:
    part = chosen(
        2,
        found("1.1", proven=Fact.LAPSED),
        found("2.1", verified=Fact.NO),
        found("2.2", verified=Fact.DRAFT),
        found("3.1"),
        still_open=frozenset({f"{REF}:3.1"}),
    )
    assert {name: line.why for name, line in zip(names(part), part.lines, strict=True)} == {
        "1.1": Why.LAPSED,
        "2.1": Why.NEVER,
        "3.1": Why.OPEN_FINDING,
    }


def test_only_the_wanted_chapters_are_looked_at() -> None:
    every = [found(one.identifier) for one in scheme().assessable]
    wanted = Wanted(None, {REF: ["3"]})
    (part,) = parts("AUD-1", [(scheme(), every)], wanted, ())
    assert names(part) == ["3.1", "3.2", "3.3"]
    (none,) = parts("AUD-1", [(scheme(), every)], Wanted(None, {"other": ["3"]}), ())
    assert names(none) == []


@given(st.integers(0, 40), st.sets(st.sampled_from([f"1.{n}" for n in range(1, 13)])))
def test_a_sample_has_its_size_and_the_order_of_the_text(size: int, lapsed: set[str]) -> None:
    part = chosen(size, *(found(one, proven=Fact.LAPSED) for one in lapsed))
    assert len(part.lines) == min(21, max(size, len(lapsed)))
    assert lapsed <= set(names(part))
    order = [one.identifier for one in scheme().assessable]
    assert names(part) == sorted(names(part), key=order.index)
