"""Computed indicators: each told by hand on a few records."""

from datetime import date
from typing import Any

import pytest

from qmtool.model.document import Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.series_computed import COMPUTED, Counted, computed
from qmtool.model.settings import Settings

MARCH = date(2026, 3, 1), date(2026, 3, 31)
FIELDS: dict[str, Any] = {
    **{name: {"type": "text"} for name in ("type", "place")},
    **{name: {"type": "date"} for name in ("due_date", "closed_on")},
}


def kind(**steps: Any) -> Kind:
    label = Label("a", "a")
    return Kind("event", label, "record", False, ("REC",), fields=FIELDS, steps=steps)


EVENTS = kind(
    reported={"next": ["analysed", "dropped"]},
    analysed={"next": ["closed"], "due": {"days": 30, "from": "date"}},
    closed={"next": []},
    dropped={"next": []},
)
ACTIONS = kind(
    accepted={"next": ["done"]},
    done={"next": ["effective"], "due": {"days": 0, "from": "due_date"}},
    effective={"next": [], "due": {"months": 6, "from": "date"}},
)
PROCEDURES = Kind("procedure", Label("p", "p"), "applicable", True, ("PRO",))


def entry(name: str, day: str, *rows: tuple[str, str], **values: Any) -> Document:
    history = tuple(HistoryRow(1, state=state, date=on) for state, on in rows)
    status = rows[-1][0] if rows else ""
    return Document(
        f"{name}.md", name, kind="event", date=date.fromisoformat(day), status=status,
        history=history, values=values,
    )  # fmt: skip


def counted(of: Kind, *documents: Document, on: date = date(2026, 11, 22)) -> Counted:
    kinds = {"event": of, "procedure": PROCEDURES}
    return Counted(Project(on, "worktree", Settings(), kinds, documents, frozenset()), of)


def told(name: str, found: Counted) -> float | None:
    return COMPUTED[name](found, *MARCH)


def test_entries_are_counted_by_their_own_date() -> None:
    days = ("2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01")
    found = counted(EVENTS, *(entry(f"E{n}", day) for n, day in enumerate(days)))
    assert told("entries", found) == 2
    assert told("entries", counted(EVENTS)) == 0


def test_the_delay_to_close_is_the_median_of_what_was_closed_in_the_period() -> None:
    found = counted(
        EVENTS,
        entry("A", "2026-03-01", ("closed", "2026-03-11")),
        entry("B", "2026-01-01", ("dropped", "2026-03-02")),
        entry("C", "2026-03-05", ("closed", "2026-03-07"), ("reported", "2026-03-08")),
        entry("D", "2026-03-05", ("closed", "2026-04-07")),
    )
    assert told("delay_to_close", found) == pytest.approx((10 + 60) / 2)
    assert told("delay_to_close", counted(EVENTS)) is None


def test_a_record_taken_over_without_history_is_closed_on_its_own_word() -> None:
    one = Document(
        "A.md", "A", kind="event", date=date(2026, 3, 1), status="closed",
        values={"closed_on": "2026-03-05"},
    )  # fmt: skip
    assert told("delay_to_close", counted(EVENTS, one)) == 4


def test_a_recurrence_has_the_type_and_place_of_one_of_the_twelve_months_before() -> None:
    found = counted(
        EVENTS,
        entry("A", "2025-03-09", type="fall", place="CT1"),
        entry("B", "2026-03-10", type="fall", place="ct1"),  # A is too old
        entry("C", "2026-03-11", type="fall", place="CT1"),  # B
        entry("D", "2026-03-12", type="fall", place="MRI"),
        entry("E", "2026-03-13", type="fall"),  # no place: left out
        entry("F", "2026-03-13", type="fall", place="MRI"),  # D
    )
    assert told("recurrence", found) == pytest.approx(50)


def test_what_still_has_time_is_neither_analysed_in_time_nor_late() -> None:
    on = date(2026, 4, 5)
    found = counted(
        EVENTS,
        entry("A", "2026-03-02", ("analysed", "2026-04-01")),
        entry("B", "2026-03-02", ("analysed", "2026-04-02")),
        entry("C", "2026-03-02", ("reported", "2026-03-02")),
        entry("D", "2026-03-20", ("reported", "2026-03-20")),
        entry("E", "2026-03-02", ("dropped", "2026-03-03")),
        on=on,
    )
    assert told("analysed_in_time", found) == pytest.approx(100 / 3)


def test_actions_are_late_as_they_were_at_the_end_of_the_period() -> None:
    due = date(2026, 3, 15)
    found = counted(
        ACTIONS,
        entry("A", "2026-01-01", ("accepted", "2026-01-01"), due_date=due),
        entry("B", "2026-01-01", ("accepted", "2026-01-01"), ("done", "2026-03-10"), due_date=due),
        entry("C", "2026-01-01", ("accepted", "2026-01-01"), ("done", "2026-04-10"), due_date=due),
        entry("D", "2026-01-01", ("accepted", "2026-01-01"), due_date=date(2026, 3, 31)),
        entry("E", "2026-04-01", ("accepted", "2026-04-01"), due_date=due),
        entry("F", "2026-01-01", ("done", "2026-02-01"), ("effective", "2026-03-31"), due_date=due),
    )
    assert told("late_actions", found) == pytest.approx(200 / 3)


def procedure(name: str, *rows: HistoryRow, next_review: date | None = None) -> Document:
    return Document(f"{name}.md", name, kind="procedure", history=rows, next_review=next_review)


def released(day: str) -> HistoryRow:
    return HistoryRow(1, version="1.0", date=day)


def test_reviews_are_overdue_as_they_were_at_the_end_of_the_period() -> None:
    found = counted(
        EVENTS,
        procedure("A", released("2024-03-30"), next_review=date(2026, 3, 30)),
        procedure("B", released("2024-03-30"), HistoryRow(2, reviewed="2026-02-01")),
        procedure("C", released("2024-03-30"), HistoryRow(2, reviewed="2026-04-20")),
        procedure("D", released("2020-01-01"), HistoryRow(2, withdrawn="2026-03-01")),
        procedure("E", released("2026-04-01")),
        procedure("F"),
    )
    assert told("overdue_reviews", found) == pytest.approx(200 / 3)
    assert told("overdue_reviews", counted(EVENTS)) is None


def test_only_periods_that_are_over_are_counted() -> None:
    found = counted(EVENTS, entry("A", "2026-09-15"), entry("B", "2026-11-02"))
    values = computed("entries", found, "month", date(2026, 11, 22), None)
    assert [(str(one.slot), one.value) for one in values] == [("2026-09", 1), ("2026-10", 0)]
    assert computed("entries", counted(EVENTS), "month", date(2026, 11, 22), None) == []
