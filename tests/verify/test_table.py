"""The table of promises names tests that exist, and leaves no promise out."""

import re
from pathlib import Path

import pytest

from qmtool.model.verification.checks import CHECKS
from tests.verify.table import ATTACKS, INVARIANTS, SECURITY

ROOT = Path(__file__).resolve().parents[2]
NAMED = {
    test for table in (INVARIANTS, ATTACKS, SECURITY) for some in table.values() for test in some
}


@pytest.mark.parametrize("test", sorted(NAMED))
def test_each_named_test_exists(test: str) -> None:
    file, _, name = test.partition("::")
    source = (ROOT / file).read_text()
    assert re.search(rf"^def {name}\(", source, re.MULTILINE), test


def test_no_promise_is_left_out() -> None:
    assert list(INVARIANTS) == [f"I{number}" for number in range(1, 11)]
    assert list(SECURITY) == [f"S{number}" for number in range(37, 46)]
    assert all((*INVARIANTS.values(), *ATTACKS.values(), *SECURITY.values()))


def test_each_check_is_broken_by_a_test() -> None:
    folder = ROOT / "tests/verify"
    tried = "".join(path.read_text() for path in folder.glob("test_attacks_*.py"))
    assert [name for name in CHECKS if f'"{name}"' not in tried and f" {name}" not in tried] == []


def test_codes_and_names_are_given_once() -> None:
    codes = [one.code for one in CHECKS.values()]
    assert len(set(codes)) == len(codes) == len(CHECKS)
    assert all(re.fullmatch("V[0-9]{3}", code) for code in codes)
