"""Counts, names and dates of the shipped referentials are those of ../shared/domain."""

import re
from calendar import month_name
from collections import Counter

import pytest

from tests.referential_files import (
    SHEETS,
    assessable,
    by_id,
    chapters,
    each_referential,
    needs_the_sheets,
    read,
    requirements,
)
from tests.referential_sheets import (
    TABLES,
    WITHOUT_REQUIREMENT,
    sheet_rows,
    table_of_facts,
    tables,
)

pytestmark = needs_the_sheets

ALSO_DATED = {"csp-radioprotection": {"euratom-2013-59"}, "iso-15189-2022": {"cofrac-sh-ref-12"}}
"""Other sheets that give dates: the transposition of the directive, the answer of the G4."""


def test_the_counts_are_those_that_the_sheets_announce() -> None:
    readme = (SHEETS / "README.md").read_text(encoding="utf-8")
    for sheet, said in counts().items():
        line = next(line for line in readme.splitlines() if line.startswith(f"| [{sheet}.md]"))
        assert said in line.split("|")[3], sheet


def counts() -> dict[str, str]:
    """Return what the README of the sheets must say of each, counted in the referentials."""
    lines = {name: len(requirements(name)) for name in TABLES}
    nodes = {name: lines[name] + len(chapters(name)) for name in TABLES}
    answers = {name: len(assessable(name)) for name in TABLES}
    topics = Counter(re.sub(r"\d+", "", id) for id in by_id("labelix") if id[-1].isdigit())
    audits = ("audit-pairs-fr", "iaea-quanum", "iaea-quaadril", "esr-esperanto")
    imaging = sum(id.startswith("HASI-") for id in by_id("has-certification-2025"))
    return {
        "iso-9001-2015": f"{nodes['iso-9001-2015']} nodes, {answers['iso-9001-2015']} assessable",
        "iso-9001-2008": f"{nodes['iso-9001-2008']} nodes with",
        "iso-15189-2022": (
            f"{nodes['iso-15189-2022']} nodes, {answers['iso-15189-2022']} assessable; "
            f"{len(sheet_rows('iso-15189-2012'))} lines of 2012"
        ),
        "labelix": (
            f"{sum(topics.values())} nodes ({topics['LBX-AX']} axes, {topics['LBX-D']} fields, "
            f"{topics['LBX-P']} readiness steps, {topics['LBX-T']} topics)"
        ),
        "asn-2019-dc-0660": (
            f"{len(chapters('asn-2019-dc-0660'))} articles, {lines['asn-2019-dc-0660']} items; "
            f"{lines['csp-radioprotection']} companion"
        ),
        "euratom-2013-59": (
            f"{lines['euratom-2013-59']} nodes, {answers['euratom-2013-59']} assessable"
        ),
        "has-accreditation-equipes": f"{lines['has-accreditation-equipes']} items",
        "has-certification-etablissements": (
            f"{len(chapters('has-certification-2025')) - 1} chapters + "
            f"{lines['has-certification-2025'] - imaging} objectives; "
            f"{lines['has-certification-2024']} objectives of the 5th cycle; {imaging} imaging"
        ),
        "cpps": f"{lines['cpps']} items",
        "dpc": f"{lines['dpc']} items",
        "afnor-imagerie": f"{lines['nf-s99-300']} topics",
        "audit-par-les-pairs": " + ".join(str(lines[name]) for name in audits) + " items",
        "iso-13485-2016": f"{answers['iso-13485-2016']} clauses",
        "regime-autorisation": f"{lines['autorisation-imagerie']} items",
        "cofrac-sh-ref-12": "none",
    }


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("asn-2019-dc-0660", "{lines} items: {high} high, {medium} medium, {low} low."),
        ("has-accreditation-equipes", "{lines} items: {high} high, {medium} medium."),
    ],
)
def test_the_lines_are_as_sure_as_their_sheet_counts(name: str, said: str) -> None:
    sure = Counter(line["confidence"] for line in requirements(name))
    text = (SHEETS / f"{name}.md").read_text(encoding="utf-8")
    assert said.format(lines=sure.total(), **sure) in text


def test_the_own_ids_are_those_that_the_sheets_announce() -> None:
    readme = (SHEETS / "README.md").read_text(encoding="utf-8")
    announced = next(line for line in readme.splitlines() if line.startswith("**Own ids**"))
    prefixes = set(re.findall(r"\b([A-Z]\w+)-(?=[,)])", announced)) | {"CPPS", "DPC"}
    for name in TABLES:
        for id, node in by_id(name).items():
            own = id.split("-")[0] in prefixes or (name == "asn-2019-dc-0660" and "." in id)
            assert node.get("official", True) != own, id


# --- heads -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "sheet", "language"),
    [
        ("asn-2019-dc-0660", "asn-2019-dc-0660", "fr"),
        ("euratom-2013-59", "euratom-2013-59", "fr"),
        ("euratom-2013-59", "euratom-2013-59", "en"),
        ("iso-15189-2022", "iso-15189-2022", "fr"),
        ("iso-15189-2022", "iso-15189-2022", "en"),
        ("iso-9001-2015", "iso-9001-2015", "fr"),
        ("iso-9001-2015", "iso-9001-2015", "en"),
        ("nf-s99-300", "afnor-imagerie", "fr"),
    ],
)
def test_the_official_name_is_that_of_the_fact_sheet(name: str, sheet: str, language: str) -> None:
    title: str = read(name)["title"][language]
    assert title.endswith(table_of_facts(sheet)[f"official name ({language})"])


@each_referential
def test_a_date_of_a_head_stands_in_the_sheets(name: str) -> None:
    head = read(name)
    sheets = {sheet for sheet, _ in TABLES.get(name, [("cofrac-sh-ref-12", 0)])}
    sheets |= ALSO_DATED.get(name, set()) | {"README"}
    said = "".join((SHEETS / f"{sheet}.md").read_text(encoding="utf-8") for sheet in sheets)
    days = [one["date"] for one in (*head["dates"], *head.get("statements", ())) if "date" in one]
    days += [rule["since"] for rule in head["applicability"] if "since" in rule]
    for day in days:
        assert in_english(str(day)) in said, day


def in_english(day: str) -> str:
    """Return *day*, a month or a year as the sheets write it: 1 July 2019."""
    year, *rest = day.split("-")
    names = [month_name[int(rest[0])]] if rest else []
    return " ".join([str(int(one)) for one in rest[1:]] + names + [year])


def test_the_articles_on_entry_into_force_leave_a_date_and_no_requirement() -> None:
    rows = [row for sheet, number in TABLES["asn-2019-dc-0660"] for row in tables(sheet)[number]]
    [left_out] = [row for row in rows if row.id in WITHOUT_REQUIREMENT]
    assert "low (article numbers)" in left_out.confidence
    assert "1 July 2019" in left_out.asks
    assert "2019-07-01" in {str(one["date"]) for one in read("asn-2019-dc-0660")["dates"]}
