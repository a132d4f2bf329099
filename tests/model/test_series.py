"""Series: read line by line, judged against a target and against their own variation."""

from datetime import date

import pytest

from qmtool.model.series import Slot, missing, parse_series, parse_slot, slot_of
from qmtool.model.series_state import Goal, Worth, asks_for_action, limits

HEAD = "period,value,comment\n"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_knows_its_days_and_is_written_back_as_it_was(
    text: str, first: date, last: date
) -> None:
    slot = parse_slot(text)
    assert slot is not None
    assert (slot.first, slot.last, str(slot)) == (first, last, text)
    assert slot_of(last, slot.every) == slot
    assert slot.following.first > last


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-00", "2026-Q5", "2026-H3", "26", "2026-3", "9999"]
)
def test_what_names_no_period_is_none(text: str) -> None:
    assert parse_slot(text) is None


def test_values_come_in_order_of_time_whatever_their_order_in_the_file() -> None:
    found = parse_series(f"{HEAD}2026-02,2,\n2026-01,1.5,first\n\n2026-03,,not done\n", "month")
    assert found.faults == ()
    assert [(str(one.slot), one.value) for one in found.values] == [
        *(("2026-01", 1.5), ("2026-02", 2.0), ("2026-03", None))
    ]
    assert [one.line for one in found.values] == [3, 2, 5]
    assert len(found.told) == 2


def test_the_file_of_a_french_spreadsheet_is_read() -> None:
    found = parse_series("\ufeffperiod;value;comment\r\n2026-Q1;92,5;« bien »\r\n", "quarter")
    assert [(one.value, one.comment) for one in found.values] == [(92.5, "« bien »")]


@pytest.mark.parametrize(
    ("lines", "place", "said", "mend"),
    [
        ("2026-1,5,", (2, 1), "2026-1 is no period", "2026-03, 2026-Q1"),
        ("2026-T3,5,", (2, 1), "2026-T3 is no period", "Write it as 2026-Q3"),
        ("2026-Q1,5,", (2, 1), "not the period of this indicator", "Write it as 2026-03"),
        ("2026-01,5 %,", (2, 9), "5 % is no number", "Write the number alone"),
        ("2026-01,inf,", (2, 9), "inf is no number", "Write the number alone"),
        ("2026-01,1,\n2026-01,2,", (3, 1), "2026-01 is there twice", "the other is 2"),
        ("2026-01,1,a,b", (2, 13), "there are 4 columns", "double quotes"),
        ('2026-01,1,"a', (2, 1), "the file is no CSV", "double quotes"),
    ],
)
def test_a_fault_tells_its_place_and_how_to_mend_it(
    lines: str, place: tuple[int, int], said: str, mend: str
) -> None:
    (fault,) = parse_series(f"{HEAD}{lines}", "month").faults
    assert (fault.line, fault.column) == place
    assert said in str(fault.message)
    assert mend in str(fault.fix)


def test_a_file_with_other_columns_has_one_fault_and_no_value() -> None:
    found = parse_series("a,b\n2026-01,1\n")
    assert (len(found.faults), found.values) == (1, ())


def test_a_wrong_line_leaves_the_others_readable() -> None:
    found = parse_series(f"{HEAD}2026-01,x,\n2026-02,2,\n")
    assert (len(found.faults), [one.value for one in found.values]) == (1, [2.0])


def test_periods_that_are_over_and_have_no_value_are_missing() -> None:
    found = parse_series(f"{HEAD}2026-01,1,\n2026-02,,\n2026-04,4,\n").values
    assert [str(one) for one in missing(found, date(2026, 6, 29))] == [
        *("2026-02", "2026-03", "2026-05")
    ]
    assert missing((), date(2026, 6, 29)) == ()


@pytest.mark.parametrize(
    ("goal", "worths"),
    [
        (Goal(95, 90, "higher"), {95: "on_target", 90: "watch", 89.9: "off_target"}),
        (Goal(10, 20, "lower"), {10: "on_target", 20: "watch", 20.1: "off_target"}),
        (
            Goal(95, 2, "within", 105),
            {95: "on_target", 105: "on_target", 93: "watch", 107: "watch", 107.1: "off_target"},
        ),
        (Goal(95, None, "higher"), {95: "on_target", 94: "off_target"}),
    ],
)
def test_a_value_is_worth_what_the_target_and_the_threshold_say(
    goal: Goal, worths: dict[float, str]
) -> None:
    assert {value: goal.worth(value) for value in worths} == worths


def test_what_aims_at_nothing_is_neither_on_nor_off_target() -> None:
    assert Goal().worth(5) is None
    assert Goal(target=5).worth(5) is None


def test_an_action_is_asked_for_when_the_last_two_values_are_off_target() -> None:
    goal = Goal(10, 20, "lower")
    assert asks_for_action([5, 30, 30], goal)
    assert not asks_for_action([30, 30, 15], goal)
    assert not asks_for_action([30], goal)
    assert goal.worth(30) is Worth.OFF_TARGET


def test_the_limits_are_those_of_an_individual_chart() -> None:
    values = [10.0, 12, 11, 13, 9, 11]
    found = limits(values)
    moving = sum((2, 1, 2, 4, 2)) / 5
    assert found is not None
    assert found.mean == pytest.approx(11)
    assert (found.low, found.high) == pytest.approx((11 - 2.66 * moving, 11 + 2.66 * moving))
    assert not found.signals


def test_a_value_far_from_the_others_is_outside_of_the_limits() -> None:
    found = limits([10, 10.5, 10, 10.5, 10, 10.5, 10, 10.5, 10, 10.5, 10, 10.5, 14])
    assert found is not None
    assert found.outside == {12}


def test_eight_values_on_one_side_of_the_mean_are_a_run_and_seven_are_not() -> None:
    def wobbling(count: int) -> list[float]:
        return [20.0 + n % 2 for n in range(count)]

    eight, seven = limits([*wobbling(8), 0, 0]), limits([*wobbling(7), 0, 0])
    assert eight is not None
    assert seven is not None
    assert eight.runs == set(range(8))
    assert not seven.runs


def test_equal_values_have_limits_and_no_signal() -> None:
    found = limits([0.1] * 30)
    assert found is not None
    assert not found.signals


def test_few_values_have_a_mean_only() -> None:
    found = limits([1, 2, 3])
    assert found is not None
    assert (found.mean, found.low) == (2, None)
    assert limits([]) is None


def test_slots_of_a_year_follow_each_other() -> None:
    slot = Slot("quarter", 2025, 4)
    assert slot.following == Slot("quarter", 2026, 1)
