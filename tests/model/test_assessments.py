"""What audits say of a requirement: the fact *verified*, blocking findings and scores."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.document import Assessed, Document, HistoryRow
from qmtool.model.evidence import Fact
from qmtool.model.gap import gap
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.referential import Cycle, Grade
from qmtool.model.settings import Person, Policy, Settings, Site
from qmtool.model.why import why
from tests.model.test_gap import KINDS, ON, REF, controlled, project, record, referential
from tests.model.test_gap import requirement as line_of

MAJOR = Grade("major", Label("majeur", "major"), blocking=True)
MINOR = Grade("minor", Label("mineur", "minor"))
LEVELS = tuple(
    Grade(f"level-{n}", Label(str(n), str(n)), score=n, conforms=n > 2) for n in range(5)
)
AUDIT = Kind(
    "audit-report",
    Label("a", "a"),
    "record",
    evidence=("AUD",),
    controlled=False,
    dated=("performed_on",),
)
WRITTEN = controlled(
    "PR-1",
    "1.1",
    history=(HistoryRow(9, version="2.0", date="2026-03-02", digest="sha256:a", authors=("ann",)),),
)


def audit(
    identifier: str = "RA-1", day: date | None = date(2026, 12, 1), **values: Any
) -> Document:
    """Return an audit by bob that saw 1.1, with what *values* say of the line."""
    auditors = values.pop("auditors", ("bob",))
    requirement = values.pop("requirement", "1.1")
    path = f"processes/qua/{identifier}.md"
    line = Assessed(REF, requirement, 7, 5, **values)
    return record(
        identifier, path=path, kind="audit-report", date=day, assessed=(line,), auditors=auditors
    )


def assess(*documents: Document, site: str | None = None, **values: Any) -> RequirementGap:
    """Return what the gap says of 1.1, which one document in force describes."""
    grades = values.pop("grades", (MAJOR, MINOR))
    cycle = values.pop("cycle", Cycle())
    whole = replace(project(WRITTEN, *documents, **values), kinds={**KINDS, "audit-report": AUDIT})
    found = gap(whole, referential(line_of(), grades=grades, cycle=cycle), site=site)
    return found.requirements[0]


def test_nothing_is_verified_without_an_audit() -> None:
    assert assess().verified is Fact.NO
    assert assess(record("REC-1", "1.1")).verified is Fact.NO


def test_a_report_that_only_cites_a_requirement_verifies_nothing() -> None:
    cited = record("RA-2", "1.1", kind="audit-report", auditors=("bob",))
    assert assess(cited).verified is Fact.NO


def test_an_audit_by_somebody_else_verifies_without_changing_the_status() -> None:
    found = assess(audit())
    assert (found.verified, found.status, found.unverified) == (Fact.YES, Status.READY, ())


def test_a_line_about_a_chapter_is_one_about_each_requirement_in_it() -> None:
    assert assess(audit(requirement="1")).verified is Fact.YES


@pytest.mark.parametrize(
    ("changes", "fact", "reason"),
    [
        ({"auditors": ("ann",)}, Fact.NO, "RA-1: ann wrote what was audited"),
        ({"auditors": ()}, Fact.NO, "RA-1 does not say who audited"),
        ({"day": date(2025, 12, 1)}, Fact.LAPSED, "counted until 2026-12-01"),
        ({"day": date(2027, 2, 1)}, Fact.DRAFT, "which is to come"),
        ({"day": None}, Fact.DRAFT, "RA-1 has no date"),
    ],
)
def test_an_audit_that_does_not_verify_says_why(
    changes: dict[str, Any], fact: Fact, reason: str
) -> None:
    found = assess(audit(**changes))
    assert found.verified is fact
    assert any(reason in str(one) for one in found.unverified)


def test_one_auditor_who_wrote_nothing_is_enough() -> None:
    assert assess(audit(auditors=("ann", "bob"))).verified is Fact.YES


def test_an_audit_counts_for_the_cycle_of_the_scheme() -> None:
    old = audit(day=date(2024, 3, 1))
    assert assess(old, cycle=Cycle(validity_months=36)).verified is Fact.YES
    assert assess(old, cycle=Cycle(validity_months=24)).verified is Fact.LAPSED


def test_an_open_blocking_finding_caps_the_status_at_partial() -> None:
    found = assess(audit(grade="major"))
    assert found.status is Status.PARTIAL
    assert [str(one) for one in found.reasons] == ["open finding of RA-1: major"]
    assert assess(audit(grade="minor")).status is Status.READY


def test_a_finding_blocks_no_more_once_it_is_closed_or_was_looked_at_again() -> None:
    assert assess(audit(grade="major", closed=date(2027, 1, 10))).status is Status.READY
    assert assess(audit(grade="major", closed=date(2027, 1, 20))).status is Status.PARTIAL
    again = audit("RA-2", date(2027, 1, 5))
    assert assess(audit(grade="major"), again).status is Status.READY
    assert assess(audit(grade="major", day=date(2027, 1, 9)), again).status is Status.PARTIAL


@pytest.mark.parametrize(
    "later",
    [
        {"auditors": ("ann",)},
        {"auditors": ()},
        {"day": date(2026, 12, 1)},
        {"day": date(2027, 2, 1)},
        {"grade": "major"},
    ],
)
def test_only_a_later_look_by_somebody_else_that_finds_nothing_clears_a_finding(
    later: dict[str, Any],
) -> None:
    again = audit("RA-2", **{"day": date(2027, 1, 5), **later})
    assert assess(audit(grade="major"), again).status is Status.PARTIAL


def test_of_two_lines_of_one_report_the_graver_counts() -> None:
    lines = (Assessed(REF, "1.1", 7, 5, "major"), Assessed(REF, "1.1", 8, 5, "minor"))
    assert assess(replace(audit(), assessed=lines)).status is Status.PARTIAL


@pytest.mark.parametrize("given", [{"grade": "majeur"}, {"score": 3}])
def test_a_grade_that_nobody_knows_blocks(given: dict[str, Any]) -> None:
    found = assess(audit(**given))
    assert found.status is Status.PARTIAL
    assert str(found.blocking[0]).startswith("open finding of RA-1: ")


def test_a_site_that_nobody_knows_may_be_any() -> None:
    settings = Settings(sites=(Site("north"), Site("south")))
    found = audit(grade="major", site="North")
    assert assess(found, settings=settings, site="south").status is Status.PARTIAL


def test_an_author_stays_an_author_however_written() -> None:
    people = (Person("ann", name="Ann Author", email="ann@example.org"),)
    for name in ("ANN", "Ann Author", "ann@example.org"):
        found = assess(audit(auditors=(name,)), policy=Policy(people=people))
        assert found.verified is Fact.NO, name


def test_who_owns_a_text_without_author_cannot_verify_it() -> None:
    owned = controlled("PR-1", "1.1", owner="bob")
    whole = replace(project(owned, audit()), kinds={**KINDS, "audit-report": AUDIT})
    (found,) = gap(whole, referential(line_of(), grades=(MAJOR,))).requirements
    assert found.verified is Fact.NO


@pytest.mark.parametrize("kind", ["procedure", "record"])
def test_only_records_of_the_class_of_audits_tell_of_one(kind: str) -> None:
    assert assess(replace(audit(grade="major"), kind=kind)).verified is Fact.NO


def test_a_finding_that_does_not_count_yet_blocks_nothing() -> None:
    assert assess(audit(grade="major", day=date(2027, 2, 1))).status is Status.READY


def test_a_finding_never_makes_an_open_requirement_partial() -> None:
    whole = replace(project(audit(grade="major")), kinds={**KINDS, "audit-report": AUDIT})
    (found,) = gap(whole, referential(line_of(), grades=(MAJOR,))).requirements
    assert found.status is Status.OPEN


@pytest.mark.parametrize(("score", "status"), [(2, Status.PARTIAL), (3, Status.READY)])
def test_a_score_conforms_from_three_on(score: int, status: Status) -> None:
    found = assess(audit(score=score), grades=LEVELS)
    assert (found.score, found.status) == (score, status)


def test_a_finding_at_one_site_blocks_that_site_and_the_whole_centre() -> None:
    settings = Settings(sites=(Site("north"), Site("south")))
    found = audit(grade="major", site="north")
    assert assess(found, settings=settings, site="south").status is Status.READY
    assert assess(found, settings=settings, site="north").status is Status.PARTIAL
    entity = assess(found, settings=settings)
    assert entity.status is Status.PARTIAL
    assert (entity.verified, assess(found, settings=settings, site="north").verified) == (
        Fact.NO,
        Fact.YES,
    )


def test_the_chain_of_facts_names_what_was_needed_found_and_concluded() -> None:
    whole = replace(project(WRITTEN, audit(grade="major")), kinds={**KINDS, "audit-report": AUDIT})
    found = gap(whole, referential(line_of(proven_by=("REC",)), grades=(MAJOR,)))
    told = [
        (str(step.said), [str(one) for one in step.because]) for step in why(whole, found, "1.1")
    ]
    assert told[0][1] == [
        "needed: any document in force",
        "needed: a record of class REC, of the last 12 months",
    ]
    assert told[1] == (
        f"What documents declare, on {ON}:",
        ["PR-1 v2.0, in force (processes/qua/PR-1.md:5)"],
    )
    assert told[2][0].startswith("It is described")
    assert told[3][0].startswith("It is not proven")
    assert told[4][1] == ["RA-1 of 2026-12-01, by bob: major"]
    assert told[5] == (
        "So it is partial.",
        ["open finding of RA-1: major", "no record of class REC declares it"],
    )


FINDING = Kind(
    "finding",
    Label("constat", "finding"),
    "record",
    False,
    (),
    fields={
        "audit": {"type": "reference"},
        "grade": {"type": "text"},
        "requirement": {"type": "requirement"},
    },
    steps={"open": {"next": ["resolved"]}, "resolved": {"next": []}},
    counts=("resolved",),
)


def with_finding(
    status: str,
    *days: str,
    seen: Document | None = None,
    sites: tuple[str, ...] = (),
    **values: str,
) -> RequirementGap:
    """Return what the gap says of 1.1 with a finding at *sites* made by an audit of bob."""
    about = {"audit": "RA-1", "grade": "major", "requirement": f"{REF}:1.1", **values}
    rows = tuple(
        HistoryRow(9, state=state, date=day)
        for state, day in zip(("open", "resolved"), days, strict=False)
    )
    found = Document(
        "a/CST-1.md",
        "CST-1",
        kind="finding",
        status=status,
        values=about,
        history=rows,
        sites=sites,
    )
    seen = seen or audit(requirement="1.2")
    kinds = {**KINDS, "audit-report": AUDIT, "finding": FINDING}
    whole = replace(project(WRITTEN, seen, found), kinds=kinds)
    return gap(whole, referential(line_of(), grades=(MAJOR, MINOR))).requirements[0]


def test_an_open_finding_that_is_a_record_of_its_own_blocks_and_verifies() -> None:
    one = with_finding("open", "2026-12-01")
    assert (one.verified, one.status) == (Fact.YES, Status.PARTIAL)
    assert [str(text) for text in one.blocking] == ["open finding of CST-1: major"]


def test_a_resolved_finding_blocks_no_more() -> None:
    assert with_finding("resolved", "2026-12-01", "2026-12-20").blocking == ()
    assert with_finding("open", "2026-12-01", grade="minor").blocking == ()


def test_a_finding_that_the_audit_tells_too_counts_once_and_is_closed_with_its_record() -> None:
    seen = audit(grade="major")
    one = with_finding("open", "2026-12-01", seen=seen)
    assert [str(text) for text in one.blocking] == ["open finding of CST-1: major"]
    assert with_finding("resolved", "2026-12-01", "2026-12-20", seen=seen).blocking == ()


def test_a_finding_at_one_site_says_nothing_of_a_line_about_another() -> None:
    done = ("resolved", "2026-12-01", "2026-12-20")
    for seen in (audit(grade="major"), audit(grade="major", site="sud")):
        assert len(with_finding(*done, seen=seen, sites=("nord",)).blocking) == 1
    north = audit(grade="major", site="nord")
    assert with_finding(*done, seen=north, sites=("nord",)).blocking == ()


def test_a_finding_without_its_audit_blocks_and_verifies_nothing() -> None:
    one = with_finding("open", "2026-12-01", audit="RA-9")
    assert one.verified is not Fact.YES
    assert len(one.blocking) == 1


def test_an_audit_counts_from_the_day_on_which_it_took_place() -> None:
    planned = replace(audit(day=date(2025, 6, 1)), values={"performed_on": "2026-12-01"})
    assert assess(planned).verified is Fact.YES
    to_come = replace(audit(), values={"performed_on": "2027-02-01"})
    assert assess(to_come).verified is Fact.DRAFT
