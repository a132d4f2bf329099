"""The gap on values alone: every fact, every status, and the words for what is missing."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.assessment import RequirementGap, Status, status_of
from qmtool.model.document import Declaration, Document, HistoryRow
from qmtool.model.evidence import EvidenceState, Fact
from qmtool.model.gap import SELF_ASSESSMENT, Gap, gap
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Applies, Referential, Requirement
from qmtool.model.settings import Exclusion, Person, Policy, Settings, Site

ON = date(2027, 1, 15)
REF = "demo-2026"


def kind(name: str, evidence: Iterable[str], **values: Any) -> Kind:
    return Kind(name, Label(name, name), "applicable", evidence=tuple(evidence), **values)


KINDS = {
    one.name: one
    for one in (
        kind("procedure", ["PRO"], controlled=True),
        kind("policy", ["POL"], controlled=True),
        kind("list", ["REG"], controlled=True),
        kind("record", ["REC"], controlled=False),
        kind("agreement", ["CTR"], controlled=False),
        kind(
            "complaint",
            ["REC"],
            controlled=False,
            steps={"received": {"next": ["closed"]}, "closed": {"next": []}},
            counts=("closed",),
        ),
    )
}


def claim(requirement: str, line: int = 5, **values: Any) -> Declaration:
    return Declaration(values.pop("referential", REF), requirement, line, 1, **values)


def claims(requirements: Iterable[str | Declaration]) -> tuple[Declaration, ...]:
    return tuple(claim(one) if isinstance(one, str) else one for one in requirements)


def controlled(identifier: str, *requirements: str | Declaration, **values: Any) -> Document:
    """Return a document that is in force, unless *values* say otherwise."""
    row = HistoryRow(9, version="2.0", date="2026-03-02", digest="sha256:a")
    defaults: dict[str, Any] = {
        "path": f"processes/qua/{identifier}.md",
        "kind": "procedure",
        "version": "2.0",
        "status": "released",
        "effective": date(2026, 3, 2),
        "next_review": date(2028, 3, 2),
        "history": (row,),
        "digest": "sha256:a",
        "declarations": claims(requirements),
    }
    return Document(identifier=identifier, **{**defaults, **values})


def record(identifier: str, *requirements: str | Declaration, **values: Any) -> Document:
    """Return a record of two weeks ago, unless *values* say otherwise."""
    defaults: dict[str, Any] = {
        "path": f"processes/qua/{identifier}.md",
        "kind": "record",
        "date": date(2027, 1, 1),
        "declarations": claims(requirements),
    }
    return Document(identifier=identifier, **{**defaults, **values})


def requirement(identifier: str = "1.1", parent: str = "1", **values: Any) -> Requirement:
    return Requirement(identifier, Label("titre", "title"), parent, **values)


def referential(*nodes: Requirement, **values: Any) -> Referential:
    chapter = Requirement("1", Label("Chapitre", "Chapter"), assessable=False)
    defaults: dict[str, Any] = {
        "type": "standard",
        "title": Label("Démo — un titre", "Demo — a title"),
        "completeness": "full",
        "verified_on": date(2026, 11, 21),
        "nodes": (chapter, *nodes),
    }
    return Referential(REF, **{**defaults, **values})


def project(*documents: Document, **values: Any) -> Project:
    defaults: dict[str, Any] = {"on": ON, "at": "worktree", "settings": Settings()}
    return Project(kinds=KINDS, documents=documents, files=frozenset(), **{**defaults, **values})


def assess(
    *documents: Document, needs: Requirement | None = None, site: str | None = None, **values: Any
) -> RequirementGap:
    """Return what the gap says of the one requirement *needs*."""
    found = gap(project(*documents, **values), referential(needs or requirement()), site=site)
    (one,) = found.requirements
    return one


def said(one: RequirementGap) -> list[str]:
    return [str(reason) for reason in one.reasons]


BY_PRO = requirement(described_by=("PRO",))
BY_REC = requirement(described_by=("PRO",), proven_by=("REC",), fresh_months=24)


# Described


def test_a_document_in_force_of_a_class_that_is_asked_describes_the_requirement() -> None:
    one = assess(controlled("PR-1", "1.1"), needs=BY_PRO)
    assert (one.described, one.proven, one.verified) == (Fact.YES, Fact.NOT_NEEDED, Fact.NO)
    assert (one.status, one.reasons) == (Status.READY, ())
    assert one.identifier == "demo-2026:1.1"


def test_a_document_of_another_class_is_listed_but_does_not_describe() -> None:
    one = assess(controlled("PO-1", "1.1", kind="policy"), needs=BY_PRO)
    assert one.described is Fact.NO
    assert [(piece.document, piece.state) for piece in one.evidence] == [("PO-1", "in-force")]
    assert said(one) == ["no document of class PRO declares it"]


def test_a_document_of_any_class_describes_where_no_class_is_asked() -> None:
    assert assess(controlled("PO-1", "1.1", kind="policy")).described is Fact.YES


def test_a_requirement_that_nothing_declares_is_open() -> None:
    one = assess(controlled("PR-1"), needs=BY_REC)
    assert (one.described, one.proven, one.status) == (Fact.NO, Fact.NO, Status.OPEN)
    assert one.evidence == ()
    assert said(one) == [
        "no document of class PRO declares it",
        "no record of class REC declares it",
    ]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": "draft"}, "PR-1 is a draft"),
        ({"status": ""}, "PR-1 is a draft"),
        ({"status": "in-review"}, "PR-1 is in review"),
        ({"digest": "sha256:b"}, "PR-1 was changed after its release"),
        ({"history": ()}, "PR-1 was changed after its release"),
        ({"effective": date(2027, 1, 16)}, "PR-1 takes effect on 2027-01-16"),
    ],
)
def test_a_document_that_is_not_in_force_is_a_draft(values: Any, reason: str) -> None:
    one = assess(controlled("PR-1", "1.1", **values))
    assert (one.described, one.status) == (Fact.DRAFT, Status.OPEN)
    assert [piece.state for piece in one.evidence] == [EvidenceState.DRAFT]
    assert said(one) == [reason]


def test_a_document_without_any_day_of_effect_is_a_draft() -> None:
    row = HistoryRow(9, version="2.0", digest="sha256:a")
    one = assess(controlled("PR-1", "1.1", effective=None, history=(row,)))
    assert said(one) == ["PR-1 does not say when it takes effect"]


def test_a_document_is_in_force_from_the_very_day_it_takes_effect() -> None:
    assert assess(controlled("PR-1", "1.1", effective=ON)).described is Fact.YES


def test_a_draft_has_no_version_but_a_release_to_come_has_one() -> None:
    draft = assess(controlled("PR-1", "1.1", status="draft"))
    scheduled = assess(controlled("PR-1", "1.1", effective=date(2027, 2, 1)))
    assert [piece.version for one in (draft, scheduled) for piece in one.evidence] == [None, "2.0"]


@pytest.mark.parametrize(
    ("due", "fact", "state"),
    [
        (date(2027, 1, 15), Fact.YES, EvidenceState.IN_FORCE),
        (date(2027, 1, 14), Fact.LAPSED, EvidenceState.OVERDUE),
        (None, Fact.YES, EvidenceState.IN_FORCE),
    ],
)
def test_a_document_is_overdue_from_the_day_after_its_review_was_due(
    due: date | None, fact: Fact, state: EvidenceState
) -> None:
    one = assess(controlled("PR-1", "1.1", next_review=due))
    assert (one.described, one.evidence[0].state) == (fact, state)


def test_an_overdue_review_is_told_with_its_day() -> None:
    one = assess(controlled("PR-1", "1.1", next_review=date(2027, 1, 2)))
    assert said(one) == ["PR-1: review overdue (it was due on 2027-01-02)"]


@pytest.mark.parametrize(
    ("names", "fact"),
    [
        ("in-force overdue draft", Fact.YES),
        ("overdue draft", Fact.LAPSED),
        ("draft", Fact.DRAFT),
        ("", Fact.NO),
    ],
)
def test_the_best_document_decides_whether_a_requirement_is_described(
    names: str, fact: Fact
) -> None:
    every = {
        "in-force": controlled("PR-1", "1.1"),
        "overdue": controlled("PR-2", "1.1", next_review=date(2026, 1, 1)),
        "draft": controlled("PR-3", "1.1", status="draft"),
    }
    chosen = [every[name] for name in reversed(names.split())]
    assert assess(*chosen).described is fact


@pytest.mark.parametrize(
    "document",
    [
        controlled("PR-1", "1.1", status="withdrawn"),
        controlled("PR-1", "1.1", kind="procedur"),
        record("EN-1", "1.1", kind=""),
    ],
)
def test_what_is_withdrawn_or_of_an_unknown_kind_is_no_evidence(document: Document) -> None:
    one = assess(document)
    assert (one.described, one.evidence) == (Fact.NO, ())


def test_a_document_without_id_counts_under_its_path() -> None:
    one = assess(controlled("", "1.1", path="processes/qua/a.md"))
    assert one.described is Fact.YES
    assert one.evidence[0].document == "processes/qua/a.md"


def test_two_documents_with_the_same_id_both_count() -> None:
    one = assess(
        controlled("PR-1", "1.1", path="a.md", status="draft"),
        controlled("PR-1", "1.1", path="b.md"),
    )
    assert one.described is Fact.YES
    assert [piece.path for piece in one.evidence] == ["a.md", "b.md"]


def test_evidence_is_listed_by_document_then_line_with_its_section() -> None:
    second = controlled("PR-2", claim("1.1", 40, section="Archivage"), claim("1.1", 7))
    one = assess(second, controlled("PR-1", claim("1.1", 90)))
    shown = [(piece.document, piece.line, piece.section) for piece in one.evidence]
    assert shown == [("PR-1", 90, None), ("PR-2", 7, None), ("PR-2", 40, "Archivage")]
    assert {(piece.version, piece.via) for piece in one.evidence} == {("2.0", "declared")}


# What a reference names


def test_a_reference_with_an_item_letter_means_the_requirement_and_keeps_the_letter() -> None:
    one = assess(controlled("PR-1", "1.1b"))
    assert one.described is Fact.YES
    assert one.evidence[0].item == "b"


def test_a_reference_to_a_grouping_node_describes_neither_it_nor_its_children() -> None:
    assert assess(controlled("PR-1", "1", "1a")).evidence == ()


@pytest.mark.parametrize("written", ["1.2", "1.1ab", "1.1B", "", "*"])
def test_a_reference_to_nothing_describes_nothing(written: str) -> None:
    assert assess(controlled("PR-1", written)).evidence == ()


def test_a_reference_to_another_referential_describes_nothing_here() -> None:
    elsewhere = claim("1.1", referential="demo-2015")
    assert assess(controlled("PR-1", elsewhere, "1")).evidence == ()


# Records as proof


@pytest.mark.parametrize(
    ("dated", "months", "on", "fact"),
    [
        (date(2027, 1, 15), 24, date(2027, 1, 15), Fact.YES),
        (date(2025, 1, 15), 24, date(2027, 1, 15), Fact.YES),
        (date(2025, 1, 14), 24, date(2027, 1, 15), Fact.LAPSED),
        (date(2026, 1, 15), None, date(2027, 1, 15), Fact.YES),
        (date(2026, 1, 14), None, date(2027, 1, 15), Fact.LAPSED),
        (date(2026, 8, 31), 6, date(2027, 2, 28), Fact.YES),
        (date(2026, 8, 31), 6, date(2027, 3, 1), Fact.LAPSED),
        (date(2024, 2, 29), 12, date(2025, 2, 28), Fact.YES),
        (date(2024, 2, 29), 12, date(2025, 3, 1), Fact.LAPSED),
        (date(2027, 1, 31), 1, date(2027, 2, 28), Fact.YES),
        (date(2027, 1, 16), 24, date(2027, 1, 15), Fact.DRAFT),
        (None, 24, date(2027, 1, 15), Fact.DRAFT),
    ],
)
def test_a_record_proves_from_its_day_until_its_months_are_over(
    dated: date | None, months: int | None, on: date, fact: Fact
) -> None:
    needs = replace(BY_REC, fresh_months=months)
    one = assess(record("EN-1", "1.1", date=dated), needs=needs, on=on)
    assert one.proven is fact


def test_the_last_of_the_records_that_are_too_old_is_named_with_the_rule() -> None:
    one = assess(
        controlled("PR-1", "1.1"),
        record("EN-9", "1.1", date=date(2023, 5, 4)),
        record("EN-1", "1.1", date=date(2024, 3, 2)),
        needs=BY_REC,
    )
    assert (one.status, one.proven) == (Status.PARTIAL, Fact.LAPSED)
    assert said(one) == ["the last record EN-1 of 2024-03-02 is older than 24 months"]
    states = {piece.document: piece.state for piece in one.evidence}
    assert states == {"EN-1": "overdue", "EN-9": "overdue", "PR-1": "in-force"}


def test_one_month_is_told_in_the_singular() -> None:
    needs = replace(BY_REC, described_by=(), fresh_months=1)
    one = assess(record("EN-1", "1.1", date=date(2026, 12, 1)), needs=needs)
    assert said(one) == ["the last record EN-1 of 2026-12-01 is older than one month"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"date": None}, "EN-1 has no date"),
        ({"date": date(2027, 2, 1)}, "EN-1 is dated 2027-02-01, which is to come"),
        (
            {"kind": "complaint", "status": "received"},
            "EN-1 is not yet in a state that counts",
        ),
        ({"kind": "complaint", "status": ""}, "EN-1 is not yet in a state that counts"),
    ],
)
def test_a_record_that_does_not_count_yet_is_a_draft_of_proof(values: Any, reason: str) -> None:
    one = assess(controlled("PR-1", "1.1"), record("EN-1", "1.1", **values), needs=BY_REC)
    assert (one.proven, one.status) == (Fact.DRAFT, Status.PARTIAL)
    assert one.evidence[0].state is EvidenceState.DRAFT
    assert said(one) == [reason]


def test_a_record_in_a_state_that_counts_proves() -> None:
    closed = record("EN-1", "1.1", kind="complaint", status="closed")
    assert assess(closed, needs=BY_REC).proven is Fact.YES


@pytest.mark.parametrize(
    ("dates", "fact"),
    [
        ([date(2027, 1, 1), date(2020, 1, 1), None], Fact.YES),
        ([date(2020, 1, 1), None], Fact.LAPSED),
        ([None], Fact.DRAFT),
        ([], Fact.NO),
    ],
)
def test_the_best_record_decides_whether_a_requirement_is_proven(
    dates: list[date | None], fact: Fact
) -> None:
    records = [record(f"EN-{n}", "1.1", date=day) for n, day in enumerate(reversed(dates))]
    assert assess(*records, needs=BY_REC).proven is fact


def test_a_record_of_another_class_does_not_prove() -> None:
    one = assess(record("CV-1", "1.1", kind="agreement"), needs=BY_REC)
    assert one.proven is Fact.NO
    assert one.evidence[0].state is EvidenceState.IN_FORCE


def test_a_controlled_document_never_proves_whatever_its_class() -> None:
    needs = requirement(proven_by=("REG",))
    one = assess(controlled("RG-1", "1.1", kind="list"), needs=needs)
    assert (one.described, one.proven) == (Fact.YES, Fact.NO)


# Records as description


def test_a_record_describes_where_any_class_does_even_when_it_proves_no_more() -> None:
    one = assess(record("EN-1", "1.1", date=date(2020, 1, 1)), needs=requirement())
    assert (one.described, one.evidence[0].state) == (Fact.YES, EvidenceState.IN_FORCE)
    both = replace(BY_REC, described_by=())
    one = assess(record("EN-1", "1.1", date=date(2020, 1, 1)), needs=both)
    assert (one.described, one.proven, one.status) == (Fact.YES, Fact.LAPSED, Status.PARTIAL)
    assert one.evidence[0].state is EvidenceState.OVERDUE


def test_a_record_that_does_not_count_yet_describes_as_a_draft_only() -> None:
    coming = record("EN-1", "1.1", date=date(2027, 2, 1))
    received = record("EN-1", "1.1", kind="complaint", status="received")
    assert [assess(one).described for one in (coming, received)] == [Fact.DRAFT, Fact.DRAFT]


def test_a_record_without_states_describes_even_without_a_date() -> None:
    assert assess(record("CV-1", "1.1", kind="agreement", date=None)).described is Fact.YES


# Statuses


@pytest.mark.parametrize(
    ("described", "proven", "status"),
    [
        (Fact.YES, Fact.YES, Status.READY),
        (Fact.YES, Fact.NOT_NEEDED, Status.READY),
        (Fact.YES, Fact.LAPSED, Status.PARTIAL),
        (Fact.YES, Fact.DRAFT, Status.PARTIAL),
        (Fact.YES, Fact.NO, Status.PARTIAL),
        (Fact.LAPSED, Fact.YES, Status.PARTIAL),
        (Fact.DRAFT, Fact.YES, Status.PARTIAL),
        (Fact.NO, Fact.YES, Status.PARTIAL),
        (Fact.LAPSED, Fact.LAPSED, Status.OPEN),
        (Fact.DRAFT, Fact.NO, Status.OPEN),
        (Fact.LAPSED, Fact.NOT_NEEDED, Status.OPEN),
        (Fact.NO, Fact.NOT_NEEDED, Status.OPEN),
        (Fact.NO, Fact.NO, Status.OPEN),
    ],
)
def test_the_needed_facts_make_the_status(described: Fact, proven: Fact, status: Status) -> None:
    assert status_of(described, proven) is status


def test_a_requirement_known_with_little_confidence_is_to_verify_whatever_its_facts() -> None:
    doubtful = replace(BY_PRO, confidence="low")
    empty, full = assess(needs=doubtful), assess(controlled("PR-1", "1.1"), needs=doubtful)
    assert (empty.status, full.status) == (Status.TO_VERIFY, Status.TO_VERIFY)
    assert (empty.described, full.described) == (Fact.NO, Fact.YES)


def test_a_requirement_known_with_medium_confidence_is_judged() -> None:
    assert assess(needs=replace(BY_PRO, confidence="medium")).status is Status.OPEN


def test_an_exclusion_holds_for_all_that_stands_below_it_and_for_nothing_else() -> None:
    settings = Settings(exclusions=(Exclusion(REF, "1.2", "No design here."),))
    nodes = (
        requirement("1.1"),
        requirement("1.2", assessable=False),
        requirement("1.2.1", "1.2", assessable=False),
        requirement("1.2.1.1", "1.2.1"),
        requirement("1.20"),
    )
    found = gap(project(settings=settings), referential(*nodes))
    statuses = {one.requirement.identifier: one.status for one in found.requirements}
    assert statuses == {"1.1": "open", "1.2.1.1": "excluded", "1.20": "open"}


def test_an_exclusion_of_another_referential_or_of_one_item_excludes_nothing() -> None:
    exclusions = (Exclusion("demo-2015", "1.1", "-"), Exclusion(REF, "1.1b", "-"))
    assert assess(settings=Settings(exclusions=exclusions)).status is Status.OPEN


def test_an_exclusion_is_told_with_its_reason_and_the_name_of_who_approved_it() -> None:
    exclusion = Exclusion(REF, "1", "No design here.", "rq1")
    policy = Policy(people=(Person("rq1", "Claire Morvan"),))
    known = assess(settings=Settings(exclusions=(exclusion,)), policy=policy)
    unknown = assess(settings=Settings(exclusions=(exclusion,)))
    alone = assess(settings=Settings(exclusions=(exclusion._replace(approved_by=""),)))
    assert [*said(known), *said(unknown), *said(alone)] == [
        "excluded: No design here (approved by Claire Morvan)",
        "excluded: No design here (approved by rq1)",
        "excluded: No design here",
    ]


def test_the_first_of_not_applicable_excluded_and_to_verify_wins() -> None:
    mri = Site("nord", activities=("mri",))
    exclusion = Exclusion(REF, "1.1", "-")
    needs = requirement(applies=Applies(("ct",)), confidence="low")
    statuses = [
        assess(needs=needs, settings=Settings(sites=sites, exclusions=exclusions)).status
        for sites in ((mri,), ())
        for exclusions in ((exclusion,), ())
    ]
    assert statuses == ["not-applicable", "not-applicable", "excluded", "to-verify"]


# Sites

NORTH, SOUTH = Site("north", activities=("ct",)), Site("south", activities=("mri",))
TWO_SITES = Settings(sites=(NORTH, SOUTH))


def test_a_requirement_applies_where_a_site_does_one_of_its_activities() -> None:
    needs = requirement(applies=Applies(("nm", "ct")))
    everywhere = assess(needs=needs, settings=TWO_SITES)
    north = assess(needs=needs, settings=TWO_SITES, site="north")
    south = assess(needs=needs, settings=TWO_SITES, site="south")
    assert [one.status for one in (everywhere, north, south)] == ["open", "open", "not-applicable"]
    assert said(south) == ["no site does any of: nm, ct"]


@pytest.mark.parametrize(
    ("organisation", "expected"),
    [
        ("office", Status.NOT_APPLICABLE),
        ("establishment", Status.OPEN),
        ("", Status.OPEN),
    ],
)
def test_a_requirement_applies_to_the_organisations_it_names(
    organisation: str, expected: Status
) -> None:
    needs = requirement(applies=Applies(entities=("establishment", "group")))
    one = assess(needs=needs, settings=Settings(organisation_type=organisation))
    assert one.status is expected
    if expected is Status.NOT_APPLICABLE:
        assert [str(reason) for reason in one.reasons] == [
            "it concerns only: health establishment, group"
        ]


def test_a_site_that_lists_its_devices_is_asked_only_what_concerns_them() -> None:
    needs = requirement(applies=Applies(modalities=("ct-scanner",)))
    bare, listed = Site("a"), Site("b", modalities=("mri-scanner",))
    assert assess(needs=needs, settings=Settings(sites=(bare,))).status is Status.OPEN
    one = assess(needs=needs, settings=Settings(sites=(listed,)))
    assert one.status is Status.NOT_APPLICABLE
    assert [str(reason) for reason in one.reasons] == ["no site does any of: ct-scanner"]


def test_the_activities_of_the_referential_hold_for_each_of_its_requirements() -> None:
    asked = referential(requirement(), applies=Applies(("nm",)))
    (one,) = gap(project(settings=TWO_SITES), asked).requirements
    assert one.status is Status.NOT_APPLICABLE


def test_a_requirement_applies_everywhere_without_sites_or_without_listed_activities() -> None:
    needs = requirement(applies=Applies(("nm",)))
    unsaid = Settings(sites=(Site("north"),))
    assert [assess(needs=needs, settings=one).status for one in (Settings(), unsaid)] == [
        Status.OPEN,
        Status.OPEN,
    ]


def test_for_one_site_only_its_own_evidence_and_that_of_all_sites_is_seen() -> None:
    documents = (
        controlled("PR-1", "1.1"),
        controlled("PR-2", "1.1", sites=("north",)),
        controlled("PR-3", "1.1", sites=("south", "north")),
        controlled("PR-4", "1.1", sites=("south",)),
    )
    one = assess(*documents, settings=TWO_SITES, site="north")
    assert [piece.document for piece in one.evidence] == ["PR-1", "PR-2", "PR-3"]
    assert len(assess(*documents, settings=TWO_SITES).evidence) == len(documents)


def test_without_a_site_each_fact_is_that_of_the_worst_applicable_site() -> None:
    one = assess(
        controlled("PR-1", "1.1", sites=("north",)),
        controlled("PR-2", "1.1", sites=("south",), status="draft"),
        record("EN-1", "1.1", sites=("south",)),
        record("EN-2", "1.1", sites=("north",), date=date(2020, 1, 1)),
        needs=BY_REC,
        settings=TWO_SITES,
    )
    assert (one.described, one.proven, one.status) == (Fact.DRAFT, Fact.LAPSED, Status.OPEN)
    assert said(one) == [
        "north: the last record EN-2 of 2020-01-01 is older than 24 months",
        "south: PR-2 is a draft",
    ]


def test_a_site_where_the_requirement_does_not_apply_makes_no_fact_worse() -> None:
    needs = requirement(applies=Applies(("ct",)))
    one = assess(controlled("PR-1", "1.1", sites=("north",)), needs=needs, settings=TWO_SITES)
    assert one.status is Status.READY


def test_what_all_sites_lack_names_none_of_them() -> None:
    one = assess(controlled("PR-1", sites=("north",)), needs=BY_PRO, settings=TWO_SITES)
    assert said(one) == ["no document of class PRO declares it"]


# The version in force behind a draft

FIRST = HistoryRow(9, version="1.0", date="2025-01-10", digest="sha256:1")
IN_FORCE = controlled(
    "PR-1",
    claim("1.1", 6),
    version="1.0",
    effective=date(2025, 1, 10),
    next_review=date(2027, 1, 10),
    history=(FIRST,),
    digest="sha256:1",
)


def draft(*requirements: str | Declaration, **values: Any) -> Document:
    """Return the next draft of PR-1, reviewed meanwhile, unless *values* say otherwise."""
    defaults: dict[str, Any] = {
        "version": "1.0",
        "status": "draft",
        "next_review": date(2028, 6, 1),
        "history": (FIRST, HistoryRow(10, reviewed="2026-06-01", by="rq1")),
        "digest": "sha256:2",
    }
    return controlled("PR-1", *requirements, **{**defaults, **values})


def both(now: Document, then: Document = IN_FORCE) -> Gap:
    present = project(now, earlier={now.path: then})
    return gap(present, referential(requirement("1.1"), requirement("1.2")))


def test_while_a_draft_is_written_the_version_in_force_describes() -> None:
    first, second = both(draft(claim("1.1", 8), claim("1.2", 9))).requirements
    assert [(piece.version, piece.state, piece.line) for piece in first.evidence] == [
        ("1.0", "in-force", 6)
    ]
    assert first.described is Fact.YES
    assert [(piece.version, piece.state, piece.line) for piece in second.evidence] == [
        (None, "draft", 9)
    ]
    assert (second.described, said(second)) == (Fact.DRAFT, ["PR-1 is a draft"])


def test_what_a_draft_no_longer_declares_stays_described_until_its_release() -> None:
    first, _ = both(draft()).requirements
    assert first.described is Fact.YES


def test_a_draft_that_adds_an_item_letter_is_listed_besides() -> None:
    first, _ = both(draft("1.1a")).requirements
    assert [(piece.state, piece.item) for piece in first.evidence] == [
        ("draft", "a"),
        ("in-force", ""),
    ]


def test_a_review_written_in_the_draft_keeps_the_version_in_force_from_being_overdue() -> None:
    assert both(draft()).requirements[0].described is Fact.YES
    unreviewed = draft(next_review=date(2027, 1, 10))
    assert both(unreviewed).requirements[0].described is Fact.LAPSED


def test_a_review_counts_for_the_version_in_force_before_the_next_one_takes_effect() -> None:
    second = HistoryRow(12, version="2.0", date="2027-01-12", digest="sha256:2")
    review = HistoryRow(10, reviewed="2026-06-01", by="rq1")
    coming = {"version": "2.0", "status": "released", "effective": date(2027, 2, 1)}
    reviewed = draft("1.2", history=(FIRST, review, second), **coming)
    unreviewed = draft("1.2", history=(FIRST, second, review), **coming)
    assert both(reviewed).requirements[0].described is Fact.YES
    assert both(unreviewed).requirements[0].described is Fact.LAPSED
    (piece,) = both(reviewed).requirements[1].evidence
    assert (piece.version, piece.state) == ("2.0", "draft")


def test_the_version_in_force_of_a_withdrawn_document_is_no_evidence() -> None:
    assert both(draft("1.1", status="withdrawn")).requirements[0].evidence == ()


# Reasons


def test_of_many_documents_three_are_named_and_the_others_counted() -> None:
    drafts = [controlled(f"PR-{n}", "1.1", status="draft") for n in range(5)]
    assert said(assess(*drafts)) == [
        "PR-0 is a draft",
        "PR-1 is a draft",
        "PR-2 is a draft",
        "and 2 more like these",
    ]


def test_the_classes_that_would_do_are_all_named() -> None:
    needs = requirement(described_by=("PRO", "INS"), proven_by=("REC", "REG"))
    assert said(assess(needs=needs)) == [
        "no document of class PRO / INS declares it",
        "no record of class REC / REG declares it",
    ]


# The whole gap


def test_the_summary_counts_every_status_in_one_order() -> None:
    nodes = (BY_PRO, requirement("1.2"), requirement("1.3", confidence="low"))
    found = gap(project(controlled("PR-1", "1.1")), referential(*nodes))
    assert list(found.summary.items()) == [
        ("ready", 1),
        ("partial", 0),
        ("open", 1),
        ("excluded", 0),
        ("not-applicable", 0),
        ("to-verify", 1),
    ]
    assert found.ready_share() == 1 / 2


def test_every_gap_ends_its_notices_by_saying_what_it_is() -> None:
    assert gap(project(), referential()).notices == (SELF_ASSESSMENT,)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"verified_on": date(2026, 1, 14)}, "compared with its source on 2026-01-14"),
        ({"superseded_by": "demo-2030"}, "replaced by demo-2030"),
        ({"completeness": "partial"}, "Only a part of this referential is known."),
        ({"completeness": "numbering"}, "Only the numbers and titles"),
    ],
)
def test_an_outdated_or_partial_referential_says_so_first_and_has_no_share(
    values: Any, words: str
) -> None:
    found = gap(project(controlled("PR-1", "1.1")), referential(BY_PRO, **values))
    assert words in str(found.notices[0])
    assert found.ready_share() is None


def test_a_referential_is_not_outdated_on_the_last_day_of_its_twelve_months() -> None:
    found = gap(project(), referential(BY_PRO, verified_on=date(2026, 1, 15)))
    assert found.notices == (SELF_ASSESSMENT,)
    assert found.ready_share() == 0


def test_requirements_known_with_little_confidence_are_counted_in_a_notice() -> None:
    doubtful = [requirement(f"1.{n}", confidence="low") for n in range(3)]
    found = gap(project(), referential(*doubtful))
    assert str(found.notices[0]).endswith("never counted as a gap: 3.")
    assert found.ready_share() is None


# Properties

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))
SITES = st.sets(st.sampled_from(["north", "south"])).map(tuple)
IDS = st.integers(1, 30).map(lambda n: f"D-{n}")
DECLARED = st.lists(st.sampled_from(["1.1", "1.2", "1.2b", "1", "9"]), max_size=3).map(claims)
CONTROLLED = st.builds(
    controlled,
    IDS,
    kind=st.sampled_from(["procedure", "policy", "unknown"]),
    status=st.sampled_from(["draft", "in-review", "released", "withdrawn"]),
    effective=DAYS,
    next_review=DAYS,
    digest=st.sampled_from(["sha256:a", "sha256:b"]),
    sites=SITES,
    declarations=DECLARED,
)
RECORDS = st.builds(
    record,
    IDS,
    kind=st.sampled_from(["record", "complaint", "agreement"]),
    status=st.sampled_from(["", "received", "closed"]),
    date=st.none() | DAYS,
    sites=SITES,
    declarations=DECLARED,
)
DOCUMENTS = st.lists(CONTROLLED | RECORDS, max_size=6)
NEEDS = st.builds(
    requirement,
    st.just("1.1"),
    described_by=st.sampled_from([(), ("PRO",), ("POL", "REC")]),
    proven_by=st.sampled_from([(), ("REC",)]),
    fresh_months=st.sampled_from([None, 1, 24]),
    applies=st.sampled_from([Applies(), Applies(("ct",)), Applies(("nm",))]),
    confidence=st.sampled_from(["high", "high", "low"]),
)
SETTINGS = st.builds(
    Settings,
    sites=st.sampled_from([(), (NORTH,), (NORTH, SOUTH)]),
    exclusions=st.sampled_from([(), (Exclusion(REF, "1.1", "-"),)]),
)
FROM_WORST = [Fact.NO, Fact.DRAFT, Fact.LAPSED, Fact.YES]


@given(DOCUMENTS, NEEDS, SETTINGS)
def test_the_status_is_a_function_of_the_facts(
    documents: list[Document], needs: Requirement, settings: Settings
) -> None:
    one = assess(*documents, needs=needs, settings=settings)
    facts = [one.described] + ([one.proven] if needs.proven_by else [])
    if needs.applies.activities == ("nm",) and settings.sites:
        expected = Status.NOT_APPLICABLE
    elif settings.exclusions:
        expected = Status.EXCLUDED
    elif needs.confidence == "low":
        expected = Status.TO_VERIFY
    elif set(facts) == {Fact.YES}:
        expected = Status.READY
    else:
        expected = Status.PARTIAL if Fact.YES in facts else Status.OPEN
    assert one.status is expected
    assert (one.proven is Fact.NOT_NEEDED) is (not needs.proven_by)
    assert (one.reasons == ()) is (expected is Status.READY)


@given(DOCUMENTS, CONTROLLED | RECORDS, NEEDS, SETTINGS)
def test_one_more_document_never_makes_a_fact_worse(
    documents: list[Document], more: Document, needs: Requirement, settings: Settings
) -> None:
    before = assess(*documents, needs=needs, settings=settings)
    after = assess(*documents, more, needs=needs, settings=settings)
    rank = FROM_WORST.index
    assert rank(after.described) >= rank(before.described)
    if needs.proven_by:
        assert rank(after.proven) >= rank(before.proven)


@given(DOCUMENTS, NEEDS, SETTINGS)
def test_the_order_of_the_documents_changes_nothing(
    documents: list[Document], needs: Requirement, settings: Settings
) -> None:
    named = [
        replace(one, identifier=f"{one.identifier}-{n}", path=f"{n}.md")
        for n, one in enumerate(documents)
    ]
    forth = assess(*named, needs=needs, settings=settings)
    back = assess(*reversed(named), needs=needs, settings=settings)
    assert forth == back
