"""By when a record must reach its next states: working days, months, cycles and conditions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qmtool.model.calendar import Holidays
from qmtool.model.document import Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Cycle, Referential
from qmtool.model.settings import Settings
from qmtool.model.workflow import deadlines, late
from tests.kinds import shipped_kinds

HOLIDAYS = Holidays(
    ("01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"), (1, 39, 50)
)
ON = date(2026, 11, 21)
LABELIX = Referential(
    *("labelix", "label", Label("L", "L"), "partial", ON, ()), cycle=Cycle(48, 24)
)
ISO = Referential(
    *("iso-9001-2015", "certification", Label("I", "I"), "full", ON, ()), cycle=Cycle(36, 12)
)
LAW = Referential(*("law", "regulation", Label("R", "R"), "full", ON, ()))


def kind(due: object, **fields: str) -> Kind:
    """Return a kind whose second state is *due*, and whose *fields* have these types."""
    return Kind(
        "note",
        Label("n", "n"),
        "record",
        controlled=False,
        evidence=("REC",),
        fields={name: {"type": type_} for name, type_ in fields.items()},
        steps={"open": {"next": ["done"]}, "done": {"next": [], "due": due}},
        counts=("done",),
    )


def days(found: Kind, day: str, *states: str, **values: Any) -> Sequence[date]:
    """Return the deadlines of a record of *day* that went through *states*."""
    document = Document(
        "a.md",
        identifier="N-1",
        kind=found.name,
        date=date.fromisoformat(day),
        status=states[-1] if states else "",
        history=tuple(HistoryRow(9, state=state, date=day) for state in states),
        values=values,
    )
    project = Project(
        on=ON,
        at="worktree",
        settings=Settings(),
        kinds={found.name: found},
        documents=(document,),
        files=frozenset(),
        referentials={one.identifier: one for one in (LABELIX, ISO, LAW)},
        holidays=HOLIDAYS,
    )
    told = [one.day for one in deadlines(document, found, project)]
    assert [one.day for one in late(project)] == [day for day in told if day < ON]
    return told


def shipped(name: str) -> Kind:
    """Return a kind that qm ships."""
    return shipped_kinds()[name]


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        ("2026-11-09", 2, "2026-11-12"),  # Monday; Wednesday 11 November is left out
        ("2026-11-10", 2, "2026-11-13"),
        ("2026-11-11", 2, "2026-11-13"),  # found on the holiday itself
        ("2026-11-13", 2, "2026-11-17"),  # Friday; the weekend is left out
        ("2026-11-14", 2, "2026-11-17"),  # Saturday
        ("2026-04-02", 2, "2026-04-07"),  # Thursday before Easter Monday, 6 April
        ("2026-04-03", 2, "2026-04-08"),
        ("2026-05-13", 2, "2026-05-18"),  # Ascension is Thursday 14 May
        ("2026-05-22", 2, "2026-05-27"),  # Whit Monday, 25 May
        ("2026-12-31", 2, "2027-01-05"),
        ("2026-11-09", 5, "2026-11-17"),
        ("2026-11-14", 0, "2026-11-14"),
    ],
)
def test_working_days_leave_out_weekends_and_holidays(day: str, count: int, last: str) -> None:
    due = {"days": count, "working": True, "from": "date"}
    assert days(kind(due), day) == [date.fromisoformat(last)]


def test_other_days_leave_out_nothing() -> None:
    assert days(kind({"days": 3, "from": "date"}), "2026-11-09") == [date(2026, 11, 12)]


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        ("2026-12-31", 2, "2027-02-28"),
        ("2027-12-31", 2, "2028-02-29"),
        ("2026-11-09", 2, "2027-01-09"),
        ("2026-08-31", 3, "2026-11-30"),
    ],
)
def test_months_end_with_the_month_at_the_latest(day: str, months: int, last: str) -> None:
    assert days(kind({"months": months, "from": "date"}), day) == [date.fromisoformat(last)]


def test_a_delay_starts_where_its_field_says_and_not_before() -> None:
    found = kind({"days": 0, "from": "due_date"}, due_date="date")
    assert days(found, "2026-11-09") == []
    assert days(found, "2026-11-09", due_date="2027-03-01") == [date(2027, 3, 1)]


def test_a_delay_ends_with_the_state() -> None:
    found = kind({"days": 1, "from": "date"})
    assert len(days(found, "2026-11-09", "open")) == 1
    assert days(found, "2026-11-09", "open", "done") == []
    assert len(days(found, "2026-11-09", "open", "done", "open")) == 1


def test_a_delay_with_a_field_of_its_own_ends_with_that_field() -> None:
    found = kind({"days": 1, "from": "date", "until": "told_on"}, told_on="date")
    assert len(days(found, "2026-11-09", "open", "done")) == 1
    assert days(found, "2026-11-09", "open", told_on="2026-11-09") == []


def test_a_delay_under_a_condition_waits_for_it() -> None:
    due = {"days": 1, "from": "date", "when": {"grave": "true", "scale": ["b", "c"]}}
    found = kind(due, grave="boolean", scale="text")
    assert days(found, "2026-11-09", grave=True) == []
    assert days(found, "2026-11-09", grave=False, scale="b") == []
    assert len(days(found, "2026-11-09", grave=True, scale="c")) == 1


@pytest.mark.parametrize(
    ("cycle", "scheme", "last"),
    [
        ("check", "labelix", ["2028-11-09"]),
        ("validity", "labelix", ["2030-11-09"]),
        ("check", "iso-9001-2015", ["2027-11-09"]),
        ("validity", "iso-9001-2015", ["2029-11-09"]),
        ("check", "law", []),
        ("check", "unknown", []),
    ],
)
def test_a_cycle_is_that_of_the_referential(cycle: str, scheme: str, last: list[str]) -> None:
    found = kind({"cycle": cycle, "from": "date"}, referential="referential")
    wanted = [date.fromisoformat(one) for one in last]
    assert days(found, "2026-11-09", referential=scheme) == wanted


# The shipped kinds


def test_a_label_is_audited_on_paper_at_24_months_and_ends_at_48() -> None:
    values = {"type": "label", "referential": "labelix", "issued_on": "2026-11-09"}
    found = days(shipped("certificate"), "2026-06-01", "applied", "labelled", **values)
    assert found == [date(2028, 11, 9), date(2030, 11, 9)]
    found = days(
        *(shipped("certificate"), "2026-06-01", "applied", "labelled", "documentary_audit"),
        **values,
    )
    assert found == [date(2030, 11, 9)]


def test_a_certificate_is_watched_each_year_and_ends_at_36_months() -> None:
    values = {"type": "certificate", "referential": "iso-9001-2015", "issued_on": "2026-11-09"}
    found = days(shipped("certificate"), "2026-06-01", "applied", "decided", **values)
    assert found == [date(2027, 11, 9), date(2029, 11, 9)]
    values["surveillance_1_on"] = "2027-11-02"
    states = ("applied", "decided", "surveillance_1")
    found = days(shipped("certificate"), "2026-06-01", *states, **values)
    assert found == [date(2028, 11, 2), date(2029, 11, 9)]


def test_an_authorisation_title_ends_on_its_own_day() -> None:
    values = {"type": "title", "issued_on": "2026-11-09", "valid_until": "2033-11-08"}
    found = days(shipped("certificate"), "2026-06-01", "applied", "decided", **values)
    assert found == [date(2033, 11, 8)]


def test_a_significant_event_is_notified_in_two_working_days_and_reported_in_two_months() -> None:
    values = {"lost_source": False, "emergency": False}
    found = days(shipped("esr"), "2026-11-09", "detected", **values)
    assert date(2026, 11, 12) in found
    assert date(2027, 1, 9) in found
    emergency = days(shipped("esr"), "2026-11-09", "detected", lost_source=False, emergency=True)
    assert emergency[0] == date(2026, 11, 9)
    assert days(shipped("esr"), "2026-11-09", "detected", "qualified", "not_significant") == []


def test_an_authorisation_that_was_renewed_waits_for_its_next_renewal() -> None:
    states = ("required", "in_training", "evaluated", "granted", "renewed")
    found = days(shipped("authorisation"), "2026-01-05", *states, valid_until="2028-01-05")
    assert found == [date(2028, 1, 5)]


def test_the_next_management_review_is_due_a_year_after_the_last() -> None:
    states = ("planned", "inputs_collected", "held", "minutes_validated", "decisions_followed")
    values = {"planned_on": "2026-01-22", "held_on": "2026-01-22"}
    found = days(shipped("management-review"), "2026-01-05", *states, **values)
    assert found == [date(2027, 1, 22)]


@pytest.mark.parametrize(("grade", "count"), [("major", 2), ("minor", 1), ("observation", 1)])
def test_a_blocking_finding_is_to_be_resolved_in_ninety_days(grade: str, count: int) -> None:
    found = days(shipped("finding"), "2026-11-09", "open", grade=grade)
    assert found == [date(2026, 12, 9), date(2027, 2, 7)][:count]


def test_a_serious_nonconformity_is_notified_the_same_day() -> None:
    states = ("due", "planned", "done", "non_compliant")
    values = {"check_type": "external_qc", "done_on": "2026-11-09", "serious": True}
    assert days(shipped("quality-control"), "2026-11-01", *states, **values) == [date(2026, 11, 9)]
    values["check_type"] = "maintenance"
    assert days(shipped("quality-control"), "2026-11-01", *states, **values) == []


def test_a_record_of_a_kind_without_states_has_no_deadline() -> None:
    plain = Kind("report", Label("r", "r"), "record", controlled=False, evidence=("AUD",))
    assert days(plain, "2026-03-02") == []


FACTS = [
    # workflows.md §3 and §4: what is counted from a detection on Monday 9 November 2026.
    ("event", {"is_esr": True}, "2026-11-12", "guide"),  # two working days, the 11th left out
    ("event", {"is_esr": True}, "2027-01-09", "guide"),  # the report: two months
    ("event", {"is_eigs": True}, "2026-11-09", "law"),  # without delay
    ("event", {"is_eigs": True}, "2027-02-09", "law"),  # its analysis: three months
    ("event", {"vigilance": "device"}, "2026-11-09", "law"),
    ("event", {"vigilance": "drug"}, "2026-11-09", "law"),
    ("event", {"vigilance": "infection"}, "2026-11-09", "law"),
    ("event", {"vigilance": "data"}, "2026-11-12", "law"),  # 72 hours
    # §2: conventions.
    ("complaint", {}, "2026-11-17", "custom"),  # acknowledged: five working days
    ("complaint", {}, "2026-11-24", "custom"),  # analysed: 15 days
    ("complaint", {}, "2026-12-09", "custom"),  # answered: 30 days
    ("complaint", {}, "2027-02-07", "custom"),  # closed: 90 days
    ("watch", {}, "2026-12-09", "custom"),  # assessed: 30 days
]


@pytest.mark.parametrize(("name", "values", "day", "basis"), FACTS)
def test_the_delays_of_a_shipped_kind_are_those_of_the_sheet(
    name: str, values: dict[str, Any], day: str, basis: str
) -> None:
    found = shipped_kinds()[name]
    document = Document(
        *("a.md", "N-1"),
        kind=name,
        date=date(2026, 11, 9),
        status=found.initial,
        values={**values, "date_received": "2026-11-09"},
    )
    project = Project(ON, "worktree", Settings(), {name: found}, (document,), frozenset())
    told = deadlines(document, found, replace(project, holidays=HOLIDAYS))
    assert (date.fromisoformat(day), basis) in {(one.day, one.due.basis) for one in told}
