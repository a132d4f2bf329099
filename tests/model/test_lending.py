"""What a crosswalk lends to the gap: at most what the evidence is worth at both ends."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.crosswalk import Crosswalk, Kind, Relation
from qmtool.model.document import Document
from qmtool.model.gap import gap
from qmtool.model.referential import Applies, Requirement
from qmtool.model.settings import Exclusion, Settings, Site
from tests.model.test_gap import REF, claim, controlled, project, record, referential, requirement

EQUAL = Relation(("1.1",), Kind.EQUAL, ("1.1",), "high")
BOTH = {"described_by": ("PRO",), "proven_by": ("REC",)}
PR, EN = controlled("PR-1", "1.1"), record("EN-1", "1.1")


def lent(
    *documents: Document,
    here: Requirement,
    there: Requirement,
    relation: Relation = EQUAL,
    **values: Any,
) -> RequirementGap:
    """Return the gap of *here*, which a crosswalk relates to *there*, which *documents* cite."""
    lender = referential(there)
    borrower = replace(referential(here), identifier="borrower")
    found = project(
        *documents,
        referentials={REF: lender},
        crosswalks=(Crosswalk("borrower", REF, (relation,)),),
        **values,
    )
    return gap(found, borrower).requirements[0]


def test_what_is_described_and_proven_there_is_lent_and_changes_no_status() -> None:
    needs = requirement(**BOTH, fresh_months=12)
    one = lent(PR, EN, here=needs, there=needs)
    assert (one.status, one.lent) == (Status.OPEN, "proven")
    assert {(piece.document, piece.via) for piece in one.evidence} == {
        ("PR-1", "crosswalk"),
        ("EN-1", "crosswalk"),
    }
    assert "lent: EN-1, PR-1, by way of demo-2026:1.1" in [str(text) for text in one.loans]


@pytest.mark.parametrize(
    ("here", "expected"),
    [
        ({**BOTH, "fresh_months": 12}, "proven"),
        ({**BOTH, "fresh_months": 3}, "described"),  # the record may be too old for this one
        ({"described_by": ("PRO",), "proven_by": ("AUD",)}, "described"),
        ({"described_by": ("POL",), "proven_by": ("REC",)}, "suggested"),
        ({"described_by": (), "proven_by": ("REC",), "fresh_months": 12}, "proven"),
        ({"described_by": ("PRO",), "proven_by": ()}, "described"),
    ],
)
def test_evidence_is_worth_no_more_than_it_would_be_if_it_were_cited_here(
    here: dict[str, Any], expected: str
) -> None:
    one = lent(PR, EN, here=requirement(**here), there=requirement(**BOTH, fresh_months=12))
    assert one.lent == expected


def test_nothing_is_lent_by_what_is_excluded_or_open_or_ready_already() -> None:
    needs = requirement(**BOTH)
    excluded = Settings(exclusions=(Exclusion(REF, "1.1", "-"),))
    assert lent(PR, EN, here=needs, there=needs, settings=excluded).lent is None
    draft = controlled("PR-1", "1.1", status="draft", version="", history=(), effective=None)
    assert lent(draft, here=needs, there=needs).lent is None
    plain = requirement()
    assert lent(here=plain, there=plain).lent is None


def test_of_several_ends_only_those_that_are_answered_are_named() -> None:
    relation = Relation(("1.1",), Kind.EQUAL, ("1.1", "1.2"), "high")
    one = lent(PR, EN, here=requirement(), there=requirement(), relation=relation)
    assert one.lent == "suggested"
    assert "suggested, to be confirmed: EN-1, PR-1, by way of demo-2026:1.1" in [
        str(text) for text in one.loans
    ]


def test_a_copy_that_completes_the_lender_lends_too() -> None:
    needs = requirement(described_by=("PRO",))
    cited = replace(
        PR, declarations=tuple(one._replace(referential="copy") for one in PR.declarations)
    )
    copy = replace(referential(needs), identifier="copy", extends=REF)
    borrower = replace(referential(needs), identifier="borrower")
    found = project(
        cited,
        referentials={"copy": copy},
        crosswalks=(Crosswalk("borrower", REF, (EQUAL,)),),
        on=date(2027, 1, 15),
    )
    assert gap(found, borrower).requirements[0].lent == "described"


def test_a_gap_at_one_site_is_lent_what_applies_there() -> None:
    sites = Settings(sites=(Site("nord"), Site("sud")))
    described = requirement(described_by=("PRO",))
    here = controlled("PR-9", claim("1.1", referential="borrower"), sites=("nord",))
    north, south = (controlled(f"PR-{one}", "1.1", sites=(one,)) for one in ("nord", "sud"))
    found = {"here": described, "there": described, "settings": sites}
    one = lent(here, north, south, **found)
    assert one.lacking == ("sud",)
    assert [str(text) for text in one.loans] == ["lent: PR-sud, by way of demo-2026:1.1"]
    assert lent(here, north, **found).lent is None
    both = lent(north, south, **found)
    assert both.lacking == ()
    assert both.lent == "described"


def test_what_concerns_one_site_is_lent_what_applies_there() -> None:
    sites = Settings(sites=(Site("nord", activities=("ct",)), Site("sud", activities=("xray",))))
    here = replace(requirement(described_by=("PRO",)), applies=Applies(activities=("ct",)))
    there = requirement(described_by=("PRO",))
    south = controlled("PR-sud", "1.1", sites=("sud",))
    north = controlled("PR-nord", "1.1", sites=("nord",))
    assert lent(south, here=here, there=there, settings=sites).lent is None
    one = lent(south, north, here=here, there=there, settings=sites)
    assert [str(text) for text in one.loans] == ["lent: PR-nord, by way of demo-2026:1.1"]
