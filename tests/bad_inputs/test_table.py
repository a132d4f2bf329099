"""The table of bad inputs and attacks names tests that exist, and leaves no row out."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.bad_inputs import cases, table, test_bad_inputs, test_hostile, test_repository_states
from tests.reports import test_check_formats

ROOT = Path(__file__).resolve().parents[2]
ROWS = {**table.INPUTS, **table.SECURITY}
NAMED = {test for some in ROWS.values() for test in some}
HELD = {
    table.DOCUMENT: {one.row for one in cases.CASES},
    table.ACCEPTED: {*cases.ACCEPTED},
    table.ON_DISK: {one[0] for one in test_bad_inputs.ON_DISK},
    table.STATE: {one.name.split(" ")[0] for one in test_repository_states.ROWS},
    table.TEMPLATE: {one.split(" ")[0] for one in test_hostile.TEMPLATES},
    table.COMMAND: {*test_check_formats.HOSTILE},
}
"""The rows of which the tests that stand for many hold a case."""


@cache
def source(file: str) -> str:
    """Return the text of a *file* of tests."""
    return (ROOT / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("test", sorted(NAMED))
def test_each_named_test_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", source(file), re.MULTILINE), test


def test_no_row_is_left_out() -> None:
    assert list(table.INPUTS) == [f"B{number:03}" for number in range(1, 119)]
    assert list(table.SECURITY) == [f"S{number:02}" for number in range(1, 37)]
    assert all(ROWS.values())


@pytest.mark.parametrize("test", HELD)
def test_a_test_that_stands_for_many_rows_holds_a_case_of_each(test: str) -> None:
    also = {"B118", "S08", "S36"}  # they name it besides the test of their own
    rows = {row for row, some in ROWS.items() if test in some} - also
    assert rows
    assert rows <= HELD[test]


def test_what_waits_is_a_row_and_says_for_which_issue() -> None:
    assert {*table.LATER} <= {*table.SECURITY}
    assert all(re.search(r"\(issue \d\)", reason) for reason in table.LATER.values())
