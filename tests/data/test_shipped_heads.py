"""What each shipped referential says of its scheme: who, how long, which grades, for whom."""

import re
from typing import Any, NamedTuple

import pytest

from qmtool.model.referential import ENTITIES
from qmtool.repository.load import shipped_library
from tests.conftest import SETTINGS, Centre
from tests.referential_files import (
    SHEETS,
    SHIPPED,
    each_referential,
    needs_the_sheets,
    read,
    requirements,
)


class Head(NamedTuple):
    """Facts of a scheme: months of its cycle, and its grades, `!` after one that blocks."""

    type: str
    mandatory: bool
    completeness: str
    months: tuple[int | None, int | None, int | None] = (None, None, None)
    grades: str = ""


ISO = "major! minor observation"
LETTER = "priority! other observation"
COFRAC = "critical! non-critical"
HEADS = {
    "asn-2019-dc-0660": Head("regulation", True, "full", grades=LETTER),
    "audit-pairs-fr": Head("audit", False, "partial", (60, None, None)),
    "autorisation-imagerie": Head("regulation", True, "partial", (84, None, None)),
    "autorisation-mednuc": Head("regulation", True, "partial", (84, None, None)),
    "cofrac-sh-ref-12-draft": Head("draft", False, "numbering"),
    "cpps": Head("individual", True, "partial", (72, None, 108), "not-satisfied! satisfied"),
    "csp-radioprotection": Head("regulation", True, "partial", grades=LETTER),
    "dpc": Head("individual", True, "partial", (36, None, None)),
    "esr-esperanto": Head("audit", False, "partial"),
    "euratom-2013-59": Head("context", False, "partial"),
    "has-accreditation-equipes": Head("accreditation", False, "partial", (48, 12, 12)),
    "has-certification-2024": Head("certification", True, "numbering"),
    "has-certification-2025": Head(
        *("certification", True, "partial", (48, None, None)),
        "not-certified! under-conditions certified distinction",
    ),
    "iaea-quaadril": Head("audit", False, "partial"),
    "iaea-quanum": Head(
        *("audit", False, "partial", (None, 12, None)),
        "level-0 level-1 level-2 level-3 level-4",
    ),
    "iso-13485-2016": Head(
        "certification", False, "full", (36, 12, None), "major! minor opportunity"
    ),
    "iso-15189-2012": Head("accreditation", False, "numbering", (60, 12, 48), COFRAC),
    "iso-15189-2022": Head("accreditation", False, "full", (60, 12, 48), COFRAC),
    "iso-9001-2008": Head("certification", False, "numbering", (36, 12, None), ISO),
    "iso-9001-2015": Head("certification", False, "full", (36, 12, None), ISO),
    "labelix": Head("label", False, "partial", (48, 24, None), "major! minor"),
    "nf-s99-300": Head("standard", False, "partial"),
}

REQUIRED = {
    *("id", "type", "mandatory", "title", "issuer", "dates", "completeness", "verified_on"),
    *("superseded_by", "scope", "concerns", "applicability", "copyright", "confidence", "source"),
    "chapters",
}
WITHOUT_UNIT = {"csp-radioprotection", "has-certification-2024"}
"""Duties of several persons; an earlier cycle whose unit no sheet gives."""

VERSIONS = {
    "iso-9001-2008": "iso-9001-2015",
    "iso-15189-2012": "iso-15189-2022",
    "has-certification-2024": "has-certification-2025",
}
OLDER = {
    "iso-9001-2008": "iso-9001-2000",
    "iso-13485-2016": "iso-13485-2003",
    "has-certification-2024": "has-certification-2014",
}
"""Versions that qm knows by name only."""

AT_A_GLANCE = {
    "ISO 9001:2015": "iso-9001-2015",
    "Labelix": "labelix",
    "ISO 15189 (Cofrac)": "iso-15189-2022",
    "ASN 2019-DC-0660": "asn-2019-dc-0660",
    "HAS teams (ACR-F)": "has-accreditation-equipes",
    "HAS establishments": "has-certification-2025",
    "CPPS": "cpps",
    "NF S99-300": "nf-s99-300",
    "Peer audit (France)": "audit-pairs-fr",
    "QUANUM": "iaea-quanum",
}
"""The schemes of the fourth section of the sheets' README."""


def months(name: str) -> tuple[int | None, int | None, int | None]:
    cycle = read(name).get("cycle", {})
    keys = ("validity_months", "check_months", "first_months")
    validity, check, first = (cycle.get(key) for key in keys)
    return validity, check, first


def grades(name: str) -> list[Any]:
    found: list[Any] = read(name).get("grades", [])
    return found


def glance() -> dict[str, list[str]]:
    """Return the rows of the README that gives the schemes at a glance, by id."""
    text = (SHEETS / "README.md").read_text(encoding="utf-8")
    table = text.split("## 4. ")[1].split("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    return {AT_A_GLANCE[title]: cells for title, *cells in rows}


# --- against the sheets ------------------------------------------------------------------------


@needs_the_sheets
def test_the_duty_is_that_of_the_sheets() -> None:
    assert set(glance()) == set(AT_A_GLANCE.values())
    for name, (_, duty, *_) in glance().items():
        assert read(name)["mandatory"] == duty.startswith("**yes**"), name


@needs_the_sheets
def test_the_months_of_a_cycle_are_those_of_the_sheets() -> None:
    for name, (_, _, cycle, check, _) in glance().items():
        validity, between, first = months(name)
        assert {*map(int, re.findall(r"(\d+) m", cycle))} == {validity, first} - {None}, name
        inner = re.search(r"(\d+) m", check)
        yearly = 12 if re.search("yearly|annual", check) else None
        assert between == (int(inner[1]) if inner else yearly), name


@needs_the_sheets
def test_there_are_as_many_grades_as_in_the_sheets() -> None:
    for name, (*_, cell) in glance().items():
        scale = re.fullmatch(r"(\d)–(\d), conform ≥ (\d)", cell)
        if scale:
            low, high, conform = map(int, scale.groups())
            scored = [(one["score"], one["conforms"]) for one in grades(name)]
            assert scored == [(score, score >= conform) for score in range(low, high + 1)]
        else:
            expected = 0 if cell in {"none", "–", "not found"} else cell.count(" / ") + 1
            assert len(grades(name)) == expected, name


# --- on their own ------------------------------------------------------------------------------


@each_referential
def test_a_head_says_all_that_the_gap_and_the_advice_need(name: str) -> None:
    head = read(name)
    assert set(head) >= REQUIRED
    assert ("unit" in head) == (name not in WITHOUT_UNIT)
    assert head["issuer"]
    assert head["dates"]
    assert head["applicability"]
    assert str(head["verified_on"]) >= "2026-11-21"


@each_referential
def test_a_head_states_the_facts_of_its_scheme(name: str) -> None:
    head = read(name)
    marked = [one["id"] + ("!" if one["blocking"] else "") for one in grades(name)]
    found = Head(
        *(head["type"], head["mandatory"], head["completeness"], months(name)),
        " ".join(marked),
    )
    assert found == HEADS[name]


@each_referential
def test_the_dates_of_a_version_are_in_order(name: str) -> None:
    days = [str(one["date"]) for one in read(name)["dates"]]
    assert days == sorted(days)
    assert all(re.fullmatch(r"\d{4}(-\d\d){0,2}", day) for day in days)


@each_referential
def test_a_version_names_the_one_before_and_the_one_after(name: str) -> None:
    head = read(name)
    assert head["superseded_by"] == VERSIONS.get(name)
    before = {new: old for old, new in VERSIONS.items()} | OLDER
    assert head.get("predecessor") == before.get(name)


@each_referential
def test_a_title_begins_with_a_short_name(name: str) -> None:
    for text in read(name)["title"].values():
        assert len(text.partition(" — ")[0]) <= 45, text


@each_referential
def test_only_a_scheme_with_a_scale_gives_points_and_there_no_grade_blocks(name: str) -> None:
    for grade in grades(name):
        assert ("score" in grade) == ("conforms" in grade) == (name == "iaea-quanum")
        assert not (grade["blocking"] and "score" in grade)


@each_referential
def test_a_duty_by_law_is_told_to_someone_unless_it_is_replaced(name: str) -> None:
    levels = [rule["level"] for rule in read(name)["applicability"]]
    if name in VERSIONS:
        assert levels == ["none"]
    elif read(name)["mandatory"]:
        assert levels[0] == "mandatory"
        assert set(levels) <= {"mandatory", "none"}


@each_referential
def test_the_last_rule_is_for_whoever_is_left_and_no_rule_is_out_of_reach(name: str) -> None:
    rules = read(name)["applicability"]
    assert ["when" in rule for rule in rules] == [True] * (len(rules) - 1) + [False]
    conditions = [str(rule.get("when")) for rule in rules]
    assert len(conditions) == len(set(conditions))


@each_referential
def test_a_rule_says_why_and_who_imposes_or_asks(name: str) -> None:
    for rule in read(name)["applicability"]:
        assert "why" in rule
        assert "confidence" in rule
        assert ("by" in rule) == (rule["level"] in {"mandatory", "asked", "recommended"})


@each_referential
def test_a_rule_names_known_activities_entities_and_referentials(name: str) -> None:
    library = shipped_library()
    head = read(name)
    for conditions in [
        head.get("applies", {}),
        *(r.get("when", {}) for r in head["applicability"]),
    ]:
        assert set(conditions.get("activities", ())) <= set(library.activities)
        assert set(conditions.get("modalities", ())) <= set(library.modalities)
        assert set(conditions.get("entities", ())) <= set(ENTITIES)
        assert set(conditions.get("holds", ())) <= set(SHIPPED)


@each_referential
def test_a_statement_is_somebodys_and_says_where_it_was_made(name: str) -> None:
    for one in read(name).get("statements", ()):
        assert {"by", "says", "source"} <= set(one)


def test_a_text_that_is_not_public_has_no_content_of_its_own_here() -> None:
    assert requirements("cofrac-sh-ref-12-draft") == []
    assert not any("asks" in line for line in requirements("labelix") + requirements("nf-s99-300"))


@pytest.mark.parametrize(("name", "shown"), [("labelix", False), ("iso-9001-2015", True)])
def test_no_percentage_can_be_drawn_from_the_public_frame_of_labelix(
    centre: Centre, name: str, shown: bool
) -> None:
    centre.commit({"qm.yaml": SETTINGS})
    gap = centre.qm("gap", name)
    assert gap.code == 0
    assert ("No percentage is shown" not in gap.out) == shown
    assert shown or "%" not in gap.out
