"""`qm list` is the master list: what applies on a day, since when, and who answers for it."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest

from tests.conftest import SETTINGS, Centre, built_once, procedure

FIRST = "processes/welcome/applicables/PR-ACC-001.md"
SECOND = "processes/welcome/applicables/PR-ACC-002.md"


@pytest.fixture
@built_once
def master(welcome: Centre) -> Centre:
    """Return a centre with a version in force and its draft, another version, a draft, a record."""
    welcome.commit(
        {
            "qm.yaml": SETTINGS.replace("adopts:", "sites: [{id: north}, {id: south}]\nadopts:")
            + "organisation: {name: Centre, type: office}\n",
            SECOND: procedure("PR-ACC-002", owner="mia", sites="[south]"),
            "processes/welcome/enregistrements/EN-1.md": (
                "---\nid: EN-1\ntitle: '=cmd|x'\nkind: record\ndate: 2026-01-01\n---\n"
            ),
        }
    )
    assert welcome.qm("release", "--all", "-m", "first").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    welcome.commit({"processes/welcome/applicables/PR-ACC-003.md": procedure("PR-ACC-003")})
    return welcome


def documents(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    """Return what `qm list` lists."""
    shown = centre.qm("list", "--format", "json", *arguments)
    assert shown.code == 0, shown.err
    found: list[dict[str, Any]] = json.loads(shown.out)["documents"]
    return found


def ids(centre: Centre, *arguments: str) -> list[str]:
    """Return the ids that `qm list` lists, in order."""
    return [one["id"] for one in documents(centre, *arguments)]


def test_the_master_list_holds_what_is_in_force_and_nothing_else(master: Centre) -> None:
    assert ids(master) == ["EN-1", "PR-ACC-001", "PR-ACC-002", "PR-ACC-003"]
    first, second = documents(master, "--applicable")
    assert (first["id"], second["id"]) == ("PR-ACC-001", "PR-ACC-002")
    assert (first["in_force"], first["status"]) == ("1.0", "draft")
    assert first["in_force_since"] == first["effective"]
    assert (second["owner"], second["owner_name"]) == ("mia", "Mia Author")
    shown = master.qm("list", "--applicable", "--format", "csv").out
    assert "draft" not in shown  # the version in force is what it tells of


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--owner", "mia"], ["PR-ACC-002"]),
        (["--site", "north"], ["EN-1", "PR-ACC-001", "PR-ACC-003"]),
        (["--category", "record"], ["EN-1"]),
        (["--kind", "procedure", "--state", "draft"], ["PR-ACC-001", "PR-ACC-003"]),
        (["--overdue"], []),
        (["--overdue", "--on", "2999-01-01"], ["PR-ACC-001", "PR-ACC-002"]),
        (["--due-before", "2999-01-01"], ["PR-ACC-001", "PR-ACC-002"]),
        (["--due-before", "2026-01-01"], []),
        (["--sort", "state"], ["PR-ACC-002", "PR-ACC-001", "PR-ACC-003", "EN-1"]),
        (["--sort", "effective"], ["PR-ACC-001", "PR-ACC-002", "EN-1", "PR-ACC-003"]),
        (["--sort", "title"], ["EN-1", "PR-ACC-001", "PR-ACC-002", "PR-ACC-003"]),
    ],
)
def test_the_list_is_filtered_and_sorted(
    master: Centre, arguments: list[str], expected: list[str]
) -> None:
    assert ids(master, *arguments) == expected


RECORD = """\
---
id: {id}
title: {title}
kind: record
date: {date}
devices: [{device}]
posts: [MERM scanner]
---

## Objet

{body}
"""


@pytest.fixture
@built_once
def auditable(welcome: Centre) -> Centre:
    """Return a centre with requests about two scanners, in two months."""
    folder = "processes/welcome/enregistrements"
    rows = (
        ("EN-1", "2026-03-02", "SCANNER-2", "Justification de la demande."),
        ("EN-2", "2026-03-31", "scanner 2", "Demande justifiée, JUSTIFICATION relue."),
        ("EN-3", "2026-04-01", "SCANNER-2", "Justification de la demande."),
        ("EN-4", "2026-03-10", "SCANNER-1", "Justification de la demande."),
        ("EN-5", "2026-03-11", "SCANNER-2", "Identité du patient."),
    )
    site = "sites: [{id: north, devices: [SCANNER-1, SCANNER-2, IRM-1]}]\nadopts:"
    files = {
        f"{folder}/{name}.md": RECORD.format(
            id=name, title=f"Relevé {name}", date=day, device=device, body=body
        )
        for name, day, device, body in rows
    }
    welcome.commit({"qm.yaml": SETTINGS.replace("adopts:", site), **files})
    return welcome


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--device", "scanner-2"], ["EN-1", "EN-2", "EN-3", "EN-5"]),
        (["--device", "Scanner 2", "--period", "2026-03"], ["EN-1", "EN-2", "EN-5"]),
        (["--device", "irm 1"], []),
        (["--post", "merm-scanner", "--period", "2026-04"], ["EN-3"]),
        (["--period", "2026-03-10..2026-03-11"], ["EN-4", "EN-5"]),
        (["--period", "2026-04.."], ["EN-3"]),
        (["--period", "..2026-03-02"], ["EN-1"]),
        (["--period", "2025"], []),
        (["--text", "justif demande", "--device", "scanner-2"], ["EN-1", "EN-2", "EN-3"]),
        (["--text", "identite", "--site", "north"], ["EN-5"]),
        (["--text", "ustification"], []),
    ],
)
def test_device_post_period_and_words_lead_to_the_proofs(
    auditable: Centre, arguments: list[str], expected: list[str]
) -> None:
    assert ids(auditable, "--kind", "record", *arguments) == expected


def test_a_version_is_of_the_period_from_which_it_applies(auditable: Centre) -> None:
    assert auditable.qm("release", "PR-ACC-001", "-m", "first").code == 0
    day = documents(auditable, "--applicable")[0]["in_force_since"]
    assert ids(auditable, "--period", day) == ["PR-ACC-001"]
    assert ids(auditable, "--period", "2000..2001") == []


def test_a_list_of_records_tells_their_days_and_the_data_what_they_are_about(
    auditable: Centre,
) -> None:
    shown = auditable.qm("list", "--kind", "record", "--period", "2026-03").out
    assert "2026-03-31" in shown
    assert "next review" not in shown
    first = documents(auditable, "--kind", "record")[0]
    assert (first["devices"], first["posts"]) == (["SCANNER-2"], ["MERM scanner"])


def test_a_single_name_counts_and_is_told_to_be_a_list(auditable: Centre) -> None:
    auditable.write({FIRST: procedure("PR-ACC-001", devices="IRM-1")})
    assert ids(auditable, "--device", "IRM-1") == ["PR-ACC-001"]
    assert "devices is 'IRM-1', not a list" in auditable.qm("check").out
    auditable.write({FIRST: procedure("PR-ACC-001", devices="[IRM-1]", posts="[MERM]")})
    assert "PR-ACC-001.md" not in auditable.qm("check", "--select", "QM103,QM104").out


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        (["--device", "scaner-2"], "Did you mean SCANNER-2?"),
        (["--post", "MER scanner"], "Did you mean MERM scanner?"),
        (["--process", "wellcome"], "Did you mean welcome?"),
        (["--site", "nort"], "Did you mean north?"),
        (["--kind", "recrod"], "Did you mean record?"),
        (["--period", "march"], "write a month as 2026-03"),
        (["--period", ".."], "write a month as 2026-03"),
        (["--period", "2026-03..2026-01"], "write a month as 2026-03"),
        (["--period", "2026-13"], "write a month as 2026-03"),
    ],
)
def test_what_is_misspelt_is_answered_with_what_is_near(
    auditable: Centre, arguments: list[str], advice: str
) -> None:
    shown = auditable.qm("list", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert advice in shown.err


def test_a_device_that_nothing_names_is_told_how_to_name(welcome: Centre) -> None:
    shown = welcome.qm("list", "--device", "scanner-2")
    assert shown.code == 2
    assert "add devices: [scanner-2] to the front matter" in shown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--kind", "procedur"],
        ["--process", "x"],
        ["--owner", "x"],
        ["--site", "x"],
        ["--category", "x"],
        ["--sort", "x"],
        ["--due-before", "soon"],
    ],
)
def test_an_unknown_word_is_refused_and_not_answered_by_an_empty_list(
    master: Centre, arguments: list[str]
) -> None:
    shown = master.qm("list", *arguments)
    assert shown.code == 2
    assert arguments[1] in shown.err
    assert not shown.out


def test_a_workbook_is_all_text_and_the_same_twice(master: Centre) -> None:
    assert master.qm("list", "-o", "list.xlsx").code == 0
    assert master.qm("list", "-o", "again.xlsx").code == 0
    data = (master.root / "list.xlsx").read_bytes()
    assert data == (master.root / "again.xlsx").read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert sheet is not None
    title, headers, record, *_ = sheet.iter_rows()
    assert str(title[0].value).startswith("Centre: Documents on ")
    assert master.git("rev-parse", "HEAD")[:10] in str(title[0].value)
    assert [one.value for one in headers[:2]] == ["id", "title"]
    assert (record[1].value, record[1].data_type) == ("=cmd|x", "s")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:O6")


def test_each_format_names_owner_process_and_kind(master: Centre) -> None:
    rows = list(csv.DictReader(io.StringIO(master.qm("list", "--format", "csv").out)))
    assert rows[0]["title"] == "'=cmd|x"
    assert (rows[2]["owner"], rows[2]["process"]) == ("Mia Author", "Welcome")
    assert (rows[2]["kind"], rows[2]["category"]) == ("Procedure", "applicable document")
    page = master.qm("list", "--applicable", "--format", "markdown").out
    assert page.startswith("# Centre: Documents in force on ")
    assert "Mia Author" in page


def test_a_file_speaks_the_language_of_the_centre(master: Centre) -> None:
    text = (master.root / "qm.yaml").read_text().replace("language: en", "language: fr")
    master.commit({"qm.yaml": text})
    assert master.qm("list", "-o", "liste.csv").code == 0
    assert (master.root / "liste.csv").read_text().startswith("id,titre,type,processus,")
    assert master.qm("list", "--format", "csv").out.startswith("id,title,kind,process,")


def test_the_list_of_an_earlier_commit_is_what_was_listed_then(master: Centre) -> None:
    before = documents(master, "--at", "HEAD~1")
    assert "PR-ACC-003" not in [one["id"] for one in before]
    assert all(
        one["in_force"] is None for one in documents(master, "--at", "release/PR-ACC-001/1.0~1")
    )


def test_the_next_review_counts_what_was_confirmed_since_the_release(master: Centre) -> None:
    path = master.root / FIRST
    text = path.read_text()
    due = next(line for line in text.split("\n") if line.startswith("next_review"))
    path.write_text(text.replace(due, "next_review: 2901-01-01"))
    shown = {one["id"]: one["next_review"] for one in documents(master)}
    assert shown["PR-ACC-001"] == "2901-01-01"


def test_what_applies_later_is_told_beside_what_is_in_force(master: Centre) -> None:
    assert master.qm("release", "PR-ACC-001", "-m", "x", "--effective", "2999-01-01").code == 0
    line = next(one for one in master.qm("list").out.splitlines() if "PR-ACC-001" in one)
    assert "  1.0  " in line
    assert "  v2.0 to come  " in line
    assert documents(master)[1]["state"] == "scheduled"
    kept = next(one for one in master.qm("list", "--applicable").out.splitlines() if "PR-" in one)
    assert "in force" in kept


@pytest.mark.parametrize(("columns", "has_kind"), [("120", True), ("64", False)])
def test_a_narrow_terminal_goes_without_the_kind(
    master: Centre, monkeypatch: pytest.MonkeyPatch, columns: str, has_kind: bool
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = master.qm("list").out
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert ("  Procedure  " in shown) is has_kind
    assert ("columns not shown: " in shown) is not has_kind


def test_a_title_is_cut_after_the_names_of_people_and_kinds(
    master: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "110")
    title = "Title of twenty-eight signs!"
    path = master.root / FIRST
    path.write_text(path.read_text().replace("title: Title of PR-ACC-001", f"title: {title}"))
    assert title in master.qm("list").out


def test_an_entry_of_a_register_is_listed_with_its_own_state(master: Centre) -> None:
    path = "processes/welcome/enregistrements/action/ACT-1.md"
    head = "---\nid: ACT-1\ntitle: Paint\nkind: action\ndate: 2026-01-01\nstatus: in_progress\n"
    master.commit({path: f"{head}---\n\nText.\n"})
    shown = master.qm("list", "--kind", "action").out
    assert "in progress" in shown
    assert documents(master, "--kind", "action")[0]["state"] == "record"


def test_a_text_without_a_word_is_refused_rather_than_found_everywhere(welcome: Centre) -> None:
    done = welcome.qm("list", "--text", "([")
    assert (done.code, done.out) == (2, "")
    assert "--text ([ holds no word to look for" in done.err
