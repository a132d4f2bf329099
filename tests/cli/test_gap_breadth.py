"""`qm gap` of several referentials, of each site, and of a day to come."""

import json
from datetime import date, timedelta

import openpyxl  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from qmtool.model.calendar import add_months
from tests.cli.test_gap_since import record
from tests.conftest import SETTINGS, Centre, built_once, procedure

SITES = """\
sites:
  - {id: nord, name: Nord, activities: [ct]}
  - {id: sud, name: Sud, activities: [mri]}
"""


@pytest.fixture
@built_once
def sites(centre: Centre) -> Centre:
    """Return a centre of two sites with one record that will be good for some time."""
    path = "processes/welcome/enregistrements/CR-20980105-K7QD.md"
    text = record("CR-20980105-K7QD", "review", "2026-11-01", "9.3.3")
    centre.commit({"qm.yaml": SETTINGS + SITES, path: text})
    return centre


def test_several_referentials_are_summed_up_first_and_then_told_each(sites: Centre) -> None:
    shown = sites.qm("gap", "iso-9001-2015", "asn-2019-dc-0660", "--on", "2026-11-22").out
    table, *_ = shown.split("\n\n")
    assert len(table.splitlines()) == 4
    assert shown.index("Ready share") < shown.index("ISO 9001:2015 on 2026-11-22")
    value = json.loads(sites.qm("gap", "iso-9001-2015", "asn-2019-dc-0660", "--format", "json").out)
    assert value["version"] == 1
    names = [one["referential"] for one in value["gaps"]]
    assert names == ["iso-9001-2015", "asn-2019-dc-0660"]
    pages = sites.qm("gap", "iso-9001-2015", "asn-2019-dc-0660", "--format", "markdown").out
    assert pages.count("\n# ") == 2


def test_each_gap_of_several_is_the_one_that_is_told_alone(sites: Centre) -> None:
    arguments = ("--format", "json", "--on", "2026-11-22")
    both = sites.qm("gap", "iso-9001-2015", "asn-2019-dc-0660", *arguments).out
    alone = sites.qm("gap", "asn-2019-dc-0660", *arguments).out
    assert json.loads(both)["gaps"][1] == json.loads(alone)


def test_a_referential_that_may_not_be_rated_has_no_share_among_others(sites: Centre) -> None:
    shown = sites.qm("gap", "iso-9001-2015", "labelix", "--on", "2026-11-22").out
    lines = shown.split("\n\n")[0].splitlines()
    assert lines[2].endswith(" %")
    assert lines[3].endswith("–")


def test_a_share_under_the_limit_of_any_of_several_fails(sites: Centre) -> None:
    arguments = ("iso-9001-2015", "asn-2019-dc-0660", "--fail-under", "99", "--on", "2026-11-22")
    assert sites.qm("gap", *arguments).code == 1


def test_a_line_for_each_site_and_for_the_legal_entity(sites: Centre) -> None:
    shown = sites.qm("gap", "iso-9001-2015", "--by-site", "--on", "2026-11-22").out
    starts = [line.split("  ")[0] for line in shown.splitlines()[4:7]]
    assert starts == ["nord", "sud", "Legal entity"]
    assert "as ready as its worst applicable site" in shown
    assert "Sites to see" not in shown


def test_the_sampling_plan_says_that_it_is_a_convention(sites: Centre) -> None:
    shown = sites.qm("gap", "iso-9001-2015", "--sampling").out
    assert "Sites to see: 2 of 2:" in shown
    assert "Custom: this plan is a convention of qm" in shown
    assert "IAF MD 1" in shown
    value = json.loads(sites.qm("gap", "iso-9001-2015", "--sampling", "--format", "json").out)
    assert value["sampling"]["basis"] == "custom"
    assert [one["site"] for one in value["sampling"]["sites"]] == ["nord", "sud"]
    page = sites.qm("gap", "iso-9001-2015", "--sampling", "--format", "markdown").out
    assert "1. nord: missing there:" in page


def test_the_sites_are_not_told_of_one_of_them(sites: Centre) -> None:
    shown = sites.qm("gap", "iso-9001-2015", "--by-site", "--site", "nord")
    assert (shown.code, shown.out) == (2, "")
    assert "--site and --by-site exclude each other" in shown.err


def test_a_centre_that_names_no_sites_has_no_plan(welcome: Centre) -> None:
    shown = welcome.qm("gap", "iso-9001-2015", "--sampling")
    assert (shown.code, shown.out) == (2, "")
    assert "qm.yaml names no sites" in shown.err


def test_a_day_to_come_tells_what_will_have_lapsed_and_when_to_start(sites: Centre) -> None:
    today = date.today()
    path = "processes/welcome/enregistrements/RA-20990105-K7QD.md"
    sites.write({path: record("RA-20990105-K7QD", "audit-report", today.isoformat(), "9.2.2")})
    arguments = ("gap", "iso-9001-2015", "--on", "2099-01-01")
    value = json.loads(sites.qm(*arguments, "--format", "json", "--lead", "10").out)
    last = add_months(today, 12)
    found = next(one for one in value["lapses"] if one["document"] == "RA-20990105-K7QD")
    assert found == {
        "requirement": "iso-9001-2015:9.2.2",
        "document": "RA-20990105-K7QD",
        "path": path,
        "version": None,
        "kind": "record",
        "lapses_on": (last + timedelta(days=1)).isoformat(),
        "start_by": (last - timedelta(days=9)).isoformat(),
        "status_now": "ready",
        "status_then": "partial",
    }
    for form in ("text", "markdown", "html"):
        told = sites.qm(*arguments, "--format", form).out.replace("\\", "")
        assert "What will have lapsed by 2099-01-01" in told
        assert "9.2.2 (ready → partial)" in " ".join(told.split())
    assert sites.qm(*arguments, "-o", "gap.xlsx").code == 0
    sheet = openpyxl.load_workbook(sites.root / "gap.xlsx")["Deadlines"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert any("RA-20990105-K7QD" in row for row in rows)


def test_audits_that_grow_old_and_versions_that_are_replaced_are_told_in_every_form(
    sites: Centre,
) -> None:
    today = date.today()
    record_of = "processes/welcome/enregistrements/RA-20990105-K7QD.md"
    head = "id: RA-20990105-K7QD\ntitle: Audit\nkind: audit-report\nauditors: [mia]\n"
    seen = f'date: {today}\nassessed: [{{requirement: "iso-9001-2015:7.5.2"}}]\n'
    path = "processes/welcome/applicables/PR-ACC-001.md"
    text = procedure("PR-ACC-001", satisfies="[iso-9001-2015:7.5.2]")
    sites.commit({path: text, record_of: f"---\n{head}{seen}---\n\nSeen.\n"})
    assert sites.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert sites.qm("revise", "PR-ACC-001").code == 0
    sites.commit({path: (sites.root / path).read_text().replace("7.5.2", "7.5.3.1")})
    effect = (today + timedelta(days=40)).isoformat()
    assert sites.qm("release", "PR-ACC-001", "-m", "second", "--effective", effect).code == 0
    arguments = ("gap", "iso-9001-2015", "--on", add_months(today, 40).isoformat())
    value = json.loads(sites.qm(*arguments, "--format", "json").out)
    found = {one["kind"]: one for one in value["lapses"] if one["requirement"].endswith(":7.5.2")}
    assert (found["replaced"]["document"], found["replaced"]["version"]) == ("PR-ACC-001", "1.0")
    assert (found["replaced"]["lapses_on"], found["replaced"]["status_then"]) == (effect, "open")
    assert (found["audit"]["document"], found["audit"]["path"]) == ("RA-20990105-K7QD", record_of)
    assert date.fromisoformat(found["audit"]["lapses_on"]) > today
    texts = [sites.qm(*arguments, "--format", form).out for form in ("text", "markdown", "html")]
    for name in ("gap.xlsx", "gap.pdf"):
        assert sites.qm(*arguments, "-o", name).code == 0
    sheet = openpyxl.load_workbook(sites.root / "gap.xlsx")["Deadlines"]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    pages = PdfReader(sites.root / "gap.pdf").pages
    for told in (*texts, " ".join(cells), " ".join(page.extract_text() for page in pages)):
        words = " ".join(told.replace("\\", "").split())
        assert "audit too old" in words
        assert "replaced by a later version" in words
        assert "PR-ACC-001 v1.0" in words


def test_a_day_that_has_come_tells_no_forecast(sites: Centre) -> None:
    arguments = ("gap", "iso-9001-2015", "--on", "2026-11-01", "--format", "json")
    assert "lapses" not in json.loads(sites.qm(*arguments).out)


def test_a_chapter_of_several_referentials_is_told_as_text_only(sites: Centre) -> None:
    arguments = ("gap", "iso-9001-2015", "iso-13485-2016", "--chapter", "4", "--format", "json")
    shown = sites.qm(*arguments)
    assert (shown.code, shown.out) == (2, "")
