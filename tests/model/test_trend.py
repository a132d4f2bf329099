"""The days that a trend has points for, and what of them may be told."""

from dataclasses import replace
from datetime import date

import pytest

from qmtool.model.gap import Gap, gap
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.settings import Settings
from qmtool.model.trend import Every, ends_of_periods, trend
from tests.model.test_forecast import DEMO, KINDS, procedure


def gap_on(day: date, referential: Referential = DEMO) -> Gap:
    project = Project(
        on=day,
        at="commit",
        settings=Settings(),
        kinds=KINDS,
        documents=(procedure("PR-1", date(2028, 3, 2)),),
        files=frozenset(),
    )
    return gap(project, referential)


@pytest.mark.parametrize(
    ("every", "since", "until", "days"),
    [
        ("month", (2026, 1, 10), (2026, 3, 5), ["2026-01-31", "2026-02-28", "2026-03-05"]),
        ("month", (2026, 1, 31), (2026, 2, 28), ["2026-01-31", "2026-02-28"]),
        ("quarter", (2025, 11, 1), (2026, 4, 1), ["2025-12-31", "2026-03-31", "2026-04-01"]),
        ("week", (2026, 11, 16), (2026, 11, 24), ["2026-11-22", "2026-11-24"]),
        ("month", (2026, 1, 10), (2026, 1, 10), ["2026-01-10"]),
        ("week", (9999, 12, 26), (9999, 12, 31), ["9999-12-26", "9999-12-31"]),
        ("quarter", (9999, 9, 30), (9999, 12, 31), ["9999-09-30", "9999-12-31"]),
    ],
)
def test_a_period_is_told_on_its_last_day_and_the_last_one_on_the_day_itself(
    every: str, since: tuple[int, int, int], until: tuple[int, int, int], days: list[str]
) -> None:
    found = ends_of_periods(date(*since), date(*until), Every(every))
    assert [day.isoformat() for day in found] == days


def test_a_trend_has_the_counts_and_the_share_of_each_day() -> None:
    found = trend([gap_on(date(2026, 3, 1)), gap_on(date(2027, 1, 15))], Every.MONTH)
    assert [point.summary["ready"] for point in found.points] == [0, 1]  # type: ignore[index]
    assert [point.share for point in found.points] == [0, 0.5]
    assert found.is_rated


@pytest.mark.parametrize(
    "values",
    [
        {"completeness": "partial"},
        {"confidence": "low"},
        {"superseded_by": "new"},
        {"verified_on": date(2025, 12, 31)},
    ],
)
def test_one_that_may_not_be_rated_on_the_last_day_has_no_share_on_any(
    values: dict[str, object],
) -> None:
    referential = replace(DEMO, **values)
    days = date(2026, 3, 1), date(2027, 1, 15)
    found = trend([gap_on(day, referential) for day in days], Every.MONTH)
    assert [point.share for point in found.points] == [None, None]
    assert not found.is_rated
