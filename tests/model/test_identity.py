"""What tells who a patient is: the key of the number, its forms, and what is let alone."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.identity import (
    MAX_FINDS,
    NATIONAL_NUMBER,
    PATIENT_NUMBER,
    UNSEARCHED,
    Find,
    finds_in,
    key_of,
)
from qmtool.model.staff_health import statements_in

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"

digits = st.integers(0, 999).map("{:03}".format)
departments = st.one_of(st.integers(1, 99).map("{:02}".format), st.sampled_from(["2A", "2B"]))
months = st.sampled_from(["01", "06", "12", "20", "31", "42", "50", "99"])
groups = st.tuples(
    st.sampled_from("123478"),
    st.integers(0, 99).map("{:02}".format),
    months,
    departments,
    digits,
    digits,
)
separators = st.sampled_from(["", " ", ".", "\u00a0", "\u202f"])


def kinds(text: str) -> list[str]:
    return [one.kind for one in finds_in(text.encode())]


@given(groups, separators)
def test_a_number_with_its_key_is_found_however_it_is_written(
    parts: tuple[str, ...], between: str
) -> None:
    number = between.join((*parts, f"{key_of(''.join(parts)):02}"))
    assert finds_in(f"Voir {number}, hier.".encode()) == [Find(1, 6, NATIONAL_NUMBER)]


@given(groups, separators, st.integers(1, 97))
def test_a_number_with_another_key_is_not_one(
    parts: tuple[str, ...], between: str, key: int
) -> None:
    right = key_of("".join(parts))
    found = NATIONAL_NUMBER in kinds(f"Voir {between.join((*parts, f'{key:02}'))}, hier.")
    assert found == (key == right)


@given(groups)
def test_two_digits_that_change_places_are_noticed(parts: tuple[str, ...]) -> None:
    number = "".join(parts)
    for place in range(12):
        swapped = f"{number[:place]}{number[place + 1]}{number[place]}{number[place + 2 :]}"
        if swapped.isdigit() and number.isdigit() and swapped != number:
            assert key_of(swapped) != key_of(number)


def test_the_key_is_that_of_numbers_that_were_published() -> None:
    assert [key_of(one) for one in ("2690549588157", "2550814168025")] == [80, 38]


def test_corsica_counts_as_19_and_18() -> None:
    assert key_of("184122A004089") == key_of("1841219004089")
    assert key_of("184122b004089") == key_of("1841218004089")


@given(st.text(max_size=200))
def test_any_text_can_be_searched(text: str) -> None:
    lines = text.split("\n")
    for one in finds_in(text.encode(errors="replace")):
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


@given(st.lists(st.sampled_from(["IPP 0012345", "texte", "| a | b |", "12345", ""]), max_size=12))
def test_what_stands_around_a_line_changes_nothing_but_its_number(lines: list[str]) -> None:
    found = [one for one in finds_in("\n".join(lines).encode()) if one.kind == PATIENT_NUMBER]
    assert [one.line for one in found] == [
        number for number, line in enumerate(lines, 1) if line.startswith("IPP")
    ]


def test_few_finds_are_told_of_one_text() -> None:
    assert len(finds_in(b"IPP 0012345\n" * (2 * MAX_FINDS))) == MAX_FINDS


def test_a_text_of_numbers_only_says_where_the_search_ends() -> None:
    assert kinds("1234567 " * 100_000) == [UNSEARCHED]


def texts(folder: Path) -> list[Path]:
    endings = (".md", ".yaml", ".j2")
    return [
        Path(top, name)
        for top, _, names in os.walk(folder)
        for name in names
        if name.endswith(endings)
    ]


@pytest.mark.parametrize(
    "folder",
    [
        *(ROOT / name for name in ("examples", "referentials", "templates")),
        *(SHARED / name for name in ("data/gstt-qms", "data/frameworks", "domain", "design")),
    ],
    ids=lambda folder: folder.name,
)
def test_nothing_is_found_where_no_patient_is_spoken_of(folder: Path) -> None:
    if not folder.exists():
        pytest.skip("the shared folder is not here")
    files = texts(folder)
    assert files
    for path in files:
        data = path.read_bytes()
        assert finds_in(data) == [], path
        assert not any(one.titled for one in statements_in(data)), path
