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
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:L6")


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
    assert "  1.0       v2.0 to come" in line
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
    assert ("procedure" in shown) is has_kind
