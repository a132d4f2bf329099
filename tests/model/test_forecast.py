"""What will have lapsed by a day: which piece, on which day, and when to start."""

from dataclasses import replace
from datetime import date
from typing import Any

from qmtool.model.assessment import Status
from qmtool.model.document import Assessed, Declaration, Document, HistoryRow
from qmtool.model.forecast import Forecast, forecasts
from qmtool.model.gap import gap
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Referential, Requirement
from qmtool.model.settings import Settings, Site

TODAY, THEN = date(2027, 1, 15), date(2027, 7, 1)
NAME = Label("n", "n")
DEMO = Referential(
    "demo",
    "standard",
    NAME,
    "full",
    date(2027, 1, 1),
    (
        Requirement("1", NAME, described_by=("PRO",)),
        Requirement("2", NAME, described_by=("REC",), proven_by=("REC",), fresh_months=6),
    ),
)
KINDS = {
    "procedure": Kind("procedure", NAME, "applicable", True, ("PRO",)),
    "record": Kind("record", NAME, "record", False, ("REC",)),
    "audit-report": Kind("audit-report", NAME, "record", False, ("AUD",)),
}


def procedure(identifier: str, due: date, **values: Any) -> Document:
    row = HistoryRow(9, version="2.0", date="2026-03-02", digest="d")
    return Document(
        identifier=identifier,
        path=f"{identifier}.md",
        kind="procedure",
        version="2.0",
        status="released",
        effective=date(2026, 3, 2),
        next_review=due,
        history=(row,),
        digest="d",
        declarations=(Declaration("demo", "1", 5, 1),),
        **values,
    )


def record(identifier: str, day: date, **values: Any) -> Document:
    return Document(
        identifier=identifier,
        path=f"{identifier}.md",
        kind="record",
        date=day,
        declarations=(Declaration("demo", "2", 5, 1),),
        **values,
    )


def found(*documents: Document, sites: tuple[Site, ...] = (), lead: int = 30) -> list[Forecast]:
    today = Project(
        on=TODAY,
        at="worktree",
        settings=Settings(sites=sites),
        kinds=KINDS,
        documents=documents,
        files=frozenset(),
    )
    return list(forecasts(today, replace(today, on=THEN), DEMO, lead=lead))


def test_a_review_that_falls_due_lapses_the_day_after_and_is_begun_thirty_days_before() -> None:
    one = found(procedure("PR-1", date(2027, 5, 30)))[0]
    assert (one.document, one.version, one.kind) == ("PR-1", "2.0", "review")
    assert (one.lapses_on, one.start_by) == (date(2027, 5, 31), date(2027, 5, 1))
    assert (one.requirement, one.now, one.then) == ("demo:1", Status.READY, Status.OPEN)


def test_the_day_told_is_the_first_on_which_the_gap_says_so() -> None:
    document = procedure("PR-1", date(2027, 3, 3))
    day = found(document)[0].lapses_on
    project = Project(
        on=day,
        at="",
        settings=Settings(),
        kinds=KINDS,
        documents=(document,),
        files=frozenset(),
    )
    assert gap(project, DEMO).requirements[0].status is Status.OPEN
    before = replace(project, on=date.fromordinal(day.toordinal() - 1))
    assert gap(before, DEMO).requirements[0].status is Status.READY


def test_a_review_is_told_even_where_another_document_keeps_the_requirement_ready() -> None:
    documents = procedure("PR-1", date(2027, 5, 30)), procedure("PR-2", date(2028, 5, 30))
    one = found(*documents)[0]
    assert (one.document, one.now, one.then) == ("PR-1", Status.READY, Status.READY)


def test_a_document_that_answers_in_several_sections_is_told_once() -> None:
    twice = (Declaration("demo", "1", 5, 1, "A"), Declaration("demo", "1", 9, 1, "B"))
    document = replace(procedure("PR-1", date(2027, 5, 30)), declarations=twice)
    assert len(found(document)) == 1


def test_the_last_record_to_grow_too_old_is_told_and_the_earlier_ones_are_not() -> None:
    lapses = found(record("EN-1", date(2026, 8, 1)), record("EN-2", date(2026, 11, 10)))
    assert [(one.document, one.lapses_on) for one in lapses] == [("EN-2", date(2027, 5, 11))]
    assert (lapses[0].kind, lapses[0].then) == ("record", Status.PARTIAL)


def test_a_record_is_not_told_where_another_still_proves_on_the_day() -> None:
    assert not found(record("EN-1", date(2026, 8, 1)), record("EN-2", date(2027, 1, 10)))


def test_each_site_has_its_own_last_record() -> None:
    sites = Site("nord"), Site("sud")
    lapses = found(
        record("EN-1", date(2026, 11, 1), sites=("nord",)),
        record("EN-2", date(2026, 12, 1), sites=("sud",)),
        sites=sites,
    )
    assert [one.document for one in lapses] == ["EN-1", "EN-2"]


def test_what_has_lapsed_already_and_what_lapses_later_is_not_told() -> None:
    assert not found(procedure("PR-1", date(2027, 1, 14)), record("EN-1", date(2026, 1, 1)))
    assert not found(procedure("PR-1", THEN))


def test_the_lead_is_chosen_and_never_begins_before_today() -> None:
    assert found(procedure("PR-1", date(2027, 5, 30)), lead=1)[0].start_by == date(2027, 5, 30)
    assert found(procedure("PR-1", date(2027, 1, 20)), lead=60)[0].start_by == TODAY


# Audits, which verify.


def audit(identifier: str, day: date, *auditors: str, **values: Any) -> Document:
    return Document(
        identifier=identifier,
        path=f"{identifier}.md",
        kind="audit-report",
        date=day,
        auditors=auditors or ("bob",),
        assessed=(Assessed("demo", "1", 5, 1),),
        **values,
    )


KEPT = procedure("PR-1", date(2028, 5, 30), owner="ann")


def test_the_last_audit_that_verifies_is_told_when_it_grows_too_old() -> None:
    audits = audit("AU-1", date(2026, 3, 1)), audit("AU-2", date(2026, 4, 10))
    (one,) = found(KEPT, *audits)
    assert (one.document, one.path, one.version) == ("AU-2", "AU-2.md", None)
    assert (one.kind, one.lapses_on) == ("audit", date(2027, 4, 11))
    assert (one.requirement, one.now, one.then) == ("demo:1", Status.READY, Status.READY)


def test_an_audit_is_not_told_where_another_still_verifies_on_the_day() -> None:
    assert not found(KEPT, audit("AU-1", date(2026, 3, 1)), audit("AU-2", date(2026, 7, 1)))


def test_an_audit_that_verifies_nothing_does_not_lapse() -> None:
    by_the_author = audit("AU-2", date(2026, 4, 10), "ann")
    assert not found(KEPT, by_the_author)
    assert [
        one.document for one in found(KEPT, by_the_author, audit("AU-1", date(2026, 3, 1)))
    ] == ["AU-1"]
    assert not found(KEPT, audit("AU-1", date(2025, 3, 1)))


def test_each_site_has_its_own_last_audit() -> None:
    audits = (
        audit("AU-1", date(2026, 3, 1), sites=("nord",)),
        audit("AU-2", date(2026, 4, 1), sites=("sud",)),
        audit("AU-3", date(2026, 8, 1), sites=("est",)),
    )
    lapses = found(KEPT, *audits, sites=(Site("nord"), Site("sud"), Site("est")))
    assert [one.document for one in lapses] == ["AU-1", "AU-2"]


# Versions, which later ones replace.


def test_a_version_that_a_later_one_replaces_is_told_with_what_that_changes() -> None:
    old = procedure("PR-1", date(2028, 5, 30))
    row = HistoryRow(10, version="3.0", date="2027-01-10", effective="2027-03-01", digest="d")
    new = replace(
        old,
        version="3.0",
        effective=date(2027, 3, 1),
        history=(*old.history, row),
        declarations=(),
    )
    today = Project(
        on=TODAY,
        at="",
        settings=Settings(),
        kinds=KINDS,
        documents=(new,),
        files=frozenset(),
        earlier={"PR-1.md": old},
    )
    (one,) = forecasts(today, replace(today, on=THEN, earlier={}), DEMO)
    assert (one.document, one.version, one.kind) == ("PR-1", "2.0", "replaced")
    assert (one.lapses_on, one.start_by) == (date(2027, 3, 1), date(2027, 1, 30))
    assert (one.now, one.then) == (Status.READY, Status.OPEN)
    assert not forecasts(today, replace(today, on=date(2027, 2, 28)), DEMO)
