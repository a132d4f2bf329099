"""The shipped referentials say what the sheets of ../shared/domain say, line by line."""

import re
from typing import Any

import pytest

from tests.referential_files import (
    LANGUAGES,
    SHEETS,
    assessable,
    by_id,
    chapters,
    needs_the_sheets,
    plain,
)
from tests.referential_sheets import (
    NOT_REQUIREMENTS,
    NOT_SCHEMES,
    TABLES,
    Row,
    expected_classes,
    expected_freshness,
    free_text,
    ids_of,
    sheet_rows,
    table_of_facts,
    tables,
)

pytestmark = needs_the_sheets
each_encoded = pytest.mark.parametrize("name", TABLES)

ADDED = {
    "audit-pairs-fr": {"AP"},
    "autorisation-imagerie": {"AUT"},
    "autorisation-mednuc": {"AUT"},
    "cpps": {"CPPS"},
    "csp-radioprotection": {"RP-SYS", "RP-ADM", "RP-PAT", "RP-WRK", "RP-EQP"},
    "dpc": {"DPC"},
    "esr-esperanto": {"ESP"},
    "euratom-2013-59": {"VII"},
    "has-accreditation-equipes": {"ACR"},
    "has-certification-2024": {"1", "2", "3"},
    "has-certification-2025": {"HASI"},
    "iaea-quaadril": {"QD"},
    "iaea-quanum": {"QN"},
    "iso-13485-2016": {
        *("4", "4.1", "4.2", "5", "5.4", "5.5", "5.6", "6", "6.4"),
        *("7", "7.2", "7.3", "7.4", "7.5", "7.5.9", "8", "8.2", "8.3", "8.5"),
    },
    "iso-15189-2012": {"4", "5", "5.3"},
    "labelix": {"LBX-P", "LBX-T"},
    "nf-s99-300": {"S99"},
}
"""What no table names: chapters, and the groups that follow from the numbers of their children."""

REGROUPED = {"csp-radioprotection", "labelix"}
"""Duties by subject, not by number; fields under their axis, not in a table of their own."""

COMPLETED = {
    "asn-2019-dc-0660": {
        *("3.b", "3.c", "3.d", "4.b", "4.c", "6.e", "7.a", "7.b", "7.f", "7.i", "7.j", "8.c"),
        *("8.d", "8.e", "9.a", "9.d", "10.b", "10.c", "10.d", "10.e", "11.a"),
    },
    "audit-pairs-fr": {"AP-08"},
    "autorisation-imagerie": {"AUT-02", "AUT-04", "AUT-06", "AUT-07"},
    "autorisation-mednuc": {"AUT-02", "AUT-04", "AUT-06", "AUT-07"},
    "csp-radioprotection": {
        *("RP-01", "RP-02", "RP-02b", "RP-02c", "RP-03", "RP-04", "RP-04b", "RP-04c", "RP-04d"),
        *("RP-04e", "RP-05", "RP-06", "RP-11", "RP-20b"),
    },
    "dpc": {"DPC-2", "DPC-4"},
    "euratom-2013-59": {"57.1-d", "58-a"},
    "iso-15189-2012": {"4.1.1", "4.1.2", "4.14"},
}
"""Titles that are not word for word the sheet's: a long one is split in a title and what is asked,
an English one is completed from the French, a list of children makes the titles of the children."""

OF_ONE_REGIME = {"AUT-02"}
"""The sheet names the professions of both regimes at once; each keeps its own."""

SPELT_OUT = {
    "cpps": {"CPPS-6"},
    "euratom-2013-59": {"59", "60.3", "61", "63-b"},
    "has-accreditation-equipes": {"ACR-01", "ACR-08"},
    "iso-9001-2015": {"9.3.2"},
}
"""What is asked, where an abbreviation or a reference to another section is written in full."""

NOT_APPLICABLE = {"63-b"}
"""Its note comes from the column of confidence."""

ASK_NOTHING = {"1", "2"}
"""The articles of the ASN decision on its scope and its definitions."""

UNSTATED_CONFIDENCE = {"has-certification-2024": "medium", "iaea-quanum": "medium"}
"""Tables without that column whose sheet is not sure as a whole; the others are of high one."""


def both_sides(name: str) -> list[tuple[Row, Any]]:
    """Return each line of the sheet with the chapter or requirement that encodes it."""
    nodes = by_id(name)
    return [(row, nodes[ids_of(row.id)[0]]) for row in sheet_rows(name)]


def answerable(name: str) -> list[tuple[Row, Any]]:
    """Return both sides of the lines that can be answered."""
    lines = {line["id"] for line in assessable(name)}
    return [(row, node) for row, node in both_sides(name) if node["id"] in lines]


def is_group(row: Row, ids: set[str]) -> bool:
    """Return whether the sheet, whose ids are *ids*, takes *row* for a line that groups others."""
    if row.answered:
        return row.answered == "N"
    if row.asks in {"N", "N (group)"} or row.id in ASK_NOTHING:
        return True
    has_children = any(id.startswith(f"{ids_of(row.id)[0]}.") for id in ids)
    return has_children or row.id.startswith(("LBX-AX", "LBX-D"))


def all_words(node: Any, language: str) -> set[str]:
    """Return the words of everything that *node* says in *language*."""
    said = [node[key][language] for key in ("title", "asks", "note") if key in node]
    return words(" ".join(said))


def in_words(asks: str) -> str:
    """Return what a sheet *asks* without its signs and sources."""
    said = asks.replace("≥", "at least").replace("actions / period", "actions per period")
    return said.replace(" [S3]", "")


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


# --- every id ----------------------------------------------------------------------------------


def test_every_table_of_requirements_is_encoded() -> None:
    found = {
        (path.stem, number)
        for path in SHEETS.glob("*.md")
        if path.stem not in NOT_SCHEMES
        for number in range(len(tables(path.stem)))
    }
    assert found - NOT_REQUIREMENTS == {one for several in TABLES.values() for one in several}


@each_encoded
def test_every_id_of_the_sheet_exists_and_there_is_no_other(name: str) -> None:
    expected = {id for row in sheet_rows(name) for id in ids_of(row.id)}
    assert expected.isdisjoint(ADDED.get(name, set()))
    assert set(by_id(name)) == expected | ADDED.get(name, set())


@pytest.mark.parametrize("name", [name for name in TABLES if name not in REGROUPED])
def test_the_lines_stand_in_the_order_of_the_sheet(name: str) -> None:
    nodes = [node["id"] for one in chapters(name) for node in (one, *one["requirements"])]
    expected = [id for row in sheet_rows(name) for id in ids_of(row.id)]
    if name == "asn-2019-dc-0660":
        expected.sort(key=lambda id: int(id.split(".")[0]))
    assert [id for id in nodes if id not in ADDED.get(name, ())] == expected


@each_encoded
def test_a_line_can_be_answered_unless_it_groups_others(name: str) -> None:
    answers = {line["id"] for line in assessable(name)}
    ids = {id for row in sheet_rows(name) for id in ids_of(row.id)}
    for row, node in both_sides(name):
        assert (node["id"] in answers) != is_group(row, ids), row.id


# --- titles and what is asked ------------------------------------------------------------------


@each_encoded
def test_a_title_is_that_of_the_sheet_where_it_gives_one(name: str) -> None:
    completed = COMPLETED.get(name, set())
    for row, node in both_sides(name):
        for language, text in (("fr", row.fr), ("en", row.en)):
            if text and node["id"] not in completed:
                title = plain(node["title"][language])
                assert title == plain(text)[0].upper() + plain(text)[1:], row.id


@each_encoded
def test_nothing_of_a_title_that_was_split_is_lost(name: str) -> None:
    for row, node in both_sides(name):
        if row.id in COMPLETED.get(name, set()) - OF_ONE_REGIME:
            small = {"↔", "demandeur–réalisateur"}
            assert words(row.fr) - small <= all_words(node, "fr"), row.id


@pytest.mark.parametrize("name", ["autorisation-imagerie", "autorisation-mednuc"])
def test_each_regime_keeps_its_own_professions(name: str) -> None:
    [sheet] = [row for row in sheet_rows(name) if row.id in OF_ONE_REGIME]
    both = {"effectifs", "et", "qualifications", "merm", "physicien", "médical"}
    own = {
        "autorisation-imagerie": {"radiologues"},
        "autorisation-mednuc": {"médecins", "nucléaires", "radiopharmacien"},
    }
    assert all_words(by_id(name)[sheet.id], "fr") == both | own[name]
    assert set.union(*own.values()) <= words(sheet.fr)


def test_a_line_of_2012_is_called_as_in_the_list_of_its_group_or_after_it() -> None:
    nodes = by_id("iso-15189-2012")
    for row in sheet_rows("iso-15189-2012"):
        group, *children = ids_of(row.id)
        listed = re.search(r"general\w*,.*|commitment,.*", row.fr)
        names = listed[0].rstrip(")").replace("generalities", "general") if listed else ""
        titles = [nodes[id]["title"] for id in children]
        if names:
            assert [title["en"].casefold() for title in titles] == names.split(", "), row.id
            continue
        for id, title in zip(children, titles, strict=True):
            assert title == {key: f"{nodes[group]['title'][key]} ({id})" for key in LANGUAGES}


def test_a_completed_title_is_not_the_one_of_the_sheet() -> None:
    for name, ids in COMPLETED.items():
        rows = {ids_of(row.id)[0]: (row, node) for row, node in both_sides(name)}
        for id in ids:
            row, node = rows[id]
            titles = {plain(text) for text in node["title"].values()}
            assert titles != {plain(row.fr), plain(row.en)}, id


@each_encoded
def test_what_is_asked_in_english_is_what_the_sheet_says(name: str) -> None:
    spelt_out = SPELT_OUT.get(name, set())
    for row, node in answerable(name):
        split = not row.asks and row.id in COMPLETED.get(name, set())
        assert ("asks" in node) == bool(row.asks) or split, row.id
        if row.asks and row.id not in spelt_out:
            assert node["asks"]["en"] == in_words(row.asks), row.id


def test_the_articles_of_the_asn_decision_say_what_they_are_about() -> None:
    for chapter in chapters("asn-2019-dc-0660"):
        assert set(chapter["asks"]) == LANGUAGES, chapter["id"]


# --- evidence ----------------------------------------------------------------------------------


@each_encoded
def test_the_evidence_classes_follow_the_encoding_rule(name: str) -> None:
    for row, node in answerable(name):
        written = {key: node[key] for key in ("described_by", "proven_by", "usual")}
        assert written == expected_classes(row), row.id


@each_encoded
def test_a_record_stays_fresh_as_long_as_the_sheet_says(name: str) -> None:
    for row, node in answerable(name):
        assert node["fresh_months"] == expected_freshness(row, name), row.id


@each_encoded
def test_a_note_stands_where_the_sheet_says_more_than_classes_and_months(name: str) -> None:
    compulsory = table_of_facts(name).get("six compulsory documented procedures", "")
    noted = set(re.findall(r"\d(?:\.\d)+", compulsory))
    noted |= {"5.3", "5.4.1"} if "policy and objectives" in compulsory else set()
    for row, node in answerable(name):
        says_more = bool(free_text(row)) or "(" in row.review or row.id in noted | NOT_APPLICABLE
        assert ("note" in node) == says_more, row.id


@each_encoded
def test_the_confidence_of_a_line_is_that_of_its_row(name: str) -> None:
    for row, node in both_sides(name):
        if "requirements" not in node:
            said = row.confidence.split(" ")[0] or UNSTATED_CONFIDENCE.get(name, "high")
            assert node["confidence"] == said, row.id


def test_a_duty_of_the_codes_refers_to_the_articles_of_the_sheet() -> None:
    for row, node in both_sides("csp-radioprotection"):
        cited = re.sub(r" \((?:text|number medium)\)", "", row.reference)
        assert (
            cited.removesuffix("; durée fixée par le guide de chaque profession")
            == (node["reference"])
        ), row.id
