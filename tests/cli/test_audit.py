"""An audit from its plan to its last answer: programme, grid, findings, report and follow-up."""

import json
from pathlib import Path

import pytest

from tests.audit_grids import fill, grid_csv, rows_of
from tests.conftest import SETTINGS, Centre, Result, built_once, procedure

WHAT = "iso-9001-2015:7.5.3.1"
PLAN = (
    *("--set", "type=internal", "--set", "referentials=iso-9001-2015"),
    *("--set", "scope_processes=welcome", "--set", "scope=All", "--set", "auditors=mia"),
    *("--set", "planned_on=2026-11-20"),
)
FINDING = {
    "grade": "major nonconformity",
    "facts": "An old version hangs at the scanner",
    "evidence seen": "Room 2",
    "documents concerned": "PR-ACC-001",
}


def logged(centre: Centre, title: str = "Documents", *more: str) -> str:
    """Plan an audit, and return its id."""
    done = centre.qm("log", "audit", title, *PLAN, *more)
    assert done.code == 0, done.err
    return done.out.split()[2].rstrip(",")


@pytest.fixture
@built_once
def audited(centre: Centre) -> Centre:
    """Return a centre whose one procedure is in force, with an audit of it that is planned."""
    text = procedure("PR-ACC-001", satisfies=f"[{WHAT}, iso-9001-2015:7.5.2]")
    centre.commit(
        {"qm.yaml": SETTINGS, "processes/welcome/applicables/PR-ACC-001.md": text},
    )
    centre.qm("release", "PR-ACC-001", "--summary", "First version")
    logged(centre)
    return centre


@pytest.fixture
def audit(audited: Centre) -> str:
    """Return the id of the audit that is planned."""
    return identifier(audited, "audit")


def identifier(centre: Centre, kind: str) -> str:
    """Return the id of the only entry of a register."""
    found = json.loads(centre.qm("register", kind, "--format", "json").out)["entries"]
    (one,) = found
    return str(one["id"])


def facts(centre: Centre, requirement: str = WHAT) -> dict[str, str]:
    """Return what the gap says of a requirement."""
    found = json.loads(centre.qm("gap", "iso-9001-2015", "--format", "json").out)
    return next(one for one in found["requirements"] if one["id"] == requirement)


def recorded(centre: Centre, audit: str, *rows: dict[str, str]) -> Result:
    """Record a grid of *rows*, as CSV."""
    whole = [{"audit": audit, "seen": "", **row} for row in rows]
    keys = dict.fromkeys(key for row in whole for key in row)
    path = centre.root.parent / "grid.csv"
    path.write_text(grid_csv(*({key: row.get(key, "") for key in keys} for row in whole)))
    return centre.qm("audit", "record", audit, str(path))


def test_an_audit_is_walked_from_its_plan_to_its_last_answer(
    audited: Centre, audit: str, tmp_path: Path
) -> None:
    assert (facts(audited)["status"], facts(audited)["verified"]) == ("ready", "no")
    grid = tmp_path / "grid.xlsx"
    assert audited.qm("audit", "grid", audit, "-o", str(grid)).code == 0
    fill(grid, {WHAT: FINDING, "iso-9001-2015:7.5.2": {"seen": "yes"}})
    done = audited.qm("audit", "record", audit, str(grid))
    assert done.code == 0, done.err
    assert "lines without a finding: 1; findings: 1" in done.out
    assert audited.git("log", "-1", "--format=%s") == f"audit {audit}: 1 lines, 1 findings\n"
    assert audited.git("status", "--porcelain") == ""
    assert facts(audited)["verified"] == "draft"

    for state in (["prepared"], ["performed"], ["reported", "--set", "conclusion=One major"]):
        assert audited.qm("act", audit, *state).code == 0
    assert (facts(audited)["status"], facts(audited)["verified"]) == ("partial", "yes")
    assert facts(audited, "iso-9001-2015:7.5.2")["verified"] == "yes"
    finding = identifier(audited, "finding")
    assert f"open finding of {finding}" in facts(audited)["reasons"][0]
    assert "QM806" in audited.qm("check").out

    told = audited.qm("audit", "follow-up", audit).out
    assert f"type: qm act {finding} cause_analysed --set cause=…" in told
    audited.qm("act", finding, "cause_analysed", "--set", "cause=Nobody took it away")
    audited.qm(
        *("log", "action", "Take it away", "--set", "origin=audit", "--set", "type=correction"),
        *("--set", "description=Look in every room", "--set", f"source={finding}"),
    )
    action = identifier(audited, "action")
    plan = ("--set", f"actions={action}", "--set", "accepted_by=Lead auditor")
    assert audited.qm("act", finding, "plan_accepted", *plan).code == 0
    assert f"{action}: Take it away (proposed)" in audited.qm("audit", "follow-up", audit).out
    assert facts(audited)["status"] == "partial"
    assert audited.qm("act", finding, "resolved", "--set", "evidence_note=Photo").code == 0
    assert (facts(audited)["status"], facts(audited)["verified"]) == ("ready", "yes")
    report = audited.qm("audit", "report", audit).out
    assert "One major" in report
    assert "Not answered yet: 0." in report
    assert "proof: Photo" in report


def test_the_next_audit_begins_with_the_findings_of_the_one_before(
    audited: Centre, audit: str, tmp_path: Path
) -> None:
    recorded(audited, audit, {"requirement": WHAT, **FINDING})
    for state in (["prepared"], ["performed"]):
        assert audited.qm("act", audit, *state).code == 0
    following = logged(audited, "The year after", "--set", f"previous={audit}")
    finding = identifier(audited, "finding")
    told = audited.qm("audit", "grid", following, "--format", "markdown").out
    assert told.index(finding) < told.index("How it was chosen")
    grid = tmp_path / "grid.xlsx"
    audited.qm("audit", "grid", following, "-o", str(grid))
    before = rows_of(grid, "Previous findings")
    assert before[1][:3] == [finding, WHAT, "major nonconformity"]
    lines = json.loads(audited.qm("audit", "grid", following, "--format", "json").out)
    why = {one["id"]: one["why"] for one in lines["requirements"]}
    assert why[WHAT] == "open-finding"
    follow = json.loads(audited.qm("audit", "follow-up", following, "--format", "json").out)
    assert [one["finding"] for one in follow["previous_findings"]] == [finding]
    assert follow["findings"] == []


def test_the_grid_offers_the_grades_of_the_referential(
    audited: Centre, audit: str, tmp_path: Path
) -> None:
    grid = tmp_path / "grid.xlsx"
    audited.qm("audit", "grid", audit, "--chapter", "7.5.3", "-o", str(grid))
    rows = rows_of(grid, "iso-9001-2015")
    assert [row[1] for row in rows[1:]] == [WHAT, "iso-9001-2015:7.5.3.2"]
    assert rows[1][5] == "PR-ACC-001 v1.0"
    choices = [row[1] for row in rows_of(grid, "Choices")]
    assert choices == [
        *("iso-9001-2015", "major nonconformity", "minor nonconformity", "observation"),
        "strength",
    ]
    again = tmp_path / "again.xlsx"
    audited.qm("audit", "grid", audit, "--chapter", "7.5.3", "-o", str(again))
    assert again.read_bytes() == grid.read_bytes()


def test_a_grid_of_scores_makes_findings_of_what_does_not_conform(centre: Centre) -> None:
    text = SETTINGS.replace("[iso-9001-2015]", "[iaea-quanum]")
    centre.commit({"qm.yaml": text})
    audit = logged(centre, "Self-audit", "--set", "referentials=iaea-quanum")
    names = [
        one["id"]
        for one in json.loads(centre.qm("audit", "grid", audit, "--format", "json").out)[
            "requirements"
        ]
    ][:3]
    done = recorded(
        centre,
        audit,
        {"requirement": names[0], "score": "4"},
        {"requirement": names[1], "score": "1", "facts": "No record", "evidence_seen": "None"},
        {"requirement": names[2], "grade": "level-3", "facts": "All there"},
    )
    assert done.code == 0, done.err
    assert "lines without a finding: 2; findings: 1" in done.out
    seen = json.loads(centre.qm("audit", "report", audit, "--format", "json").out)["seen"]
    assert {one["requirement"]: one["given"] for one in seen} == {
        names[0]: "4",
        names[1]: "level-1",
        names[2]: "3",
    }


def test_the_same_grid_again_changes_nothing(audited: Centre, audit: str) -> None:
    rows = (
        {"requirement": WHAT, **FINDING},
        {"requirement": "iso-9001-2015:4.1", "seen": "yes"},
        {"requirement": "iso-9001-2015:4.2", "grade": "strength", "facts": "A map for *all*"},
        {"requirement": "iso-9001-2015:4.3", "evidence seen": "The manual"},
    )
    assert "without a finding: 3; findings: 1" in recorded(audited, audit, *rows).out
    before = audited.state()
    done = recorded(audited, audit, *rows)
    assert (done.code, audited.state()) == (0, before)
    assert "lines without a finding: 0; findings: 0; there already: 4" in done.out
    text = next((audited.root / "processes/welcome/enregistrements/audit").glob("*.md")).read_text()
    assert "## Strengths" in text
    assert "- iso-9001-2015:4.2: A map for \\*all\\*" in text
    assert "- iso-9001-2015:4.3: evidence seen: The manual" in text
    assert f"requirement: {WHAT}" not in text, "the finding tells of it already"


def test_a_second_finding_about_a_requirement_is_another_one(audited: Centre, audit: str) -> None:
    first = {"requirement": WHAT, **FINDING}
    recorded(audited, audit, first)
    second = {**first, "facts": "Nobody signs the list", "grade": "minor"}
    done = recorded(audited, audit, first, second)
    assert "findings: 1; there already: 1" in done.out


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"facts": "Another story"}, "differs from it"),
        ({"grade": "", "seen": "yes"}, "a row without a grade does not undo it"),
    ],
)
def test_what_was_recorded_is_not_changed_by_a_grid(
    audited: Centre, audit: str, row: dict[str, str], said: str
) -> None:
    recorded(audited, audit, {"requirement": WHAT, **FINDING})
    before = audited.state()
    done = recorded(audited, audit, {"requirement": WHAT, **FINDING, **row})
    assert done.code == 2
    assert said in done.err
    assert audited.state() == before


def test_every_wrong_cell_is_told_and_nothing_is_written(audited: Centre, audit: str) -> None:
    before = audited.state()
    done = recorded(
        audited,
        audit,
        {"requirement": WHAT, "grade": "terrible", "facts": "x", "evidence_seen": "y"},
        {"requirement": "iso-9001-2015:99", "seen": "yes"},
        {"requirement": "iso-9001-2015:7.5", "seen": "yes"},
        {"requirement": "iso-13485-2016:7.5", "seen": "yes"},
        {"requirement": "iso-9001-2015:4.1", "site": "north", "seen": "maybe"},
        {"requirement": "iso-9001-2015:4.2", "site": "north", "seen": "x"},
        {"requirement": "iso-9001-2015:4.3", "documents": "PR-ACC-00"},
        {"requirement": "iso-9001-2015:4.4.1", "seen": "no", "facts": "Something"},
    )
    assert done.code == 2
    for place, said in (
        ("grid.csv:2, column grade", "terrible is no grade of iso-9001-2015"),
        ("grid.csv:3, column requirement", "iso-9001-2015:99 is no requirement"),
        ("grid.csv:4, column requirement", "iso-9001-2015:7.5 is no requirement"),
        ("grid.csv:5, column requirement", "iso-13485-2016:7.5 is of no referential"),
        ("grid.csv:6, column seen", "maybe is neither yes nor no"),
        ("grid.csv:7, column site", "north is no site of qm.yaml"),
        ("grid.csv:8, column documents", "no document is called PR-ACC-00"),
        ("grid.csv:9, column seen", "it was not seen, but something is written in the row"),
    ):
        assert f"{place}: {said}" in done.err
    assert audited.state() == before


def test_a_finding_without_facts_or_evidence_is_told_by_cell(audited: Centre, audit: str) -> None:
    before = audited.state()
    done = recorded(
        audited, audit, {"requirement": WHAT, "grade": "major", "facts": "", "evidence_seen": ""}
    )
    assert done.code == 2
    assert "column facts: a finding lacks: The facts, without names" in done.err
    assert "column evidence_seen: a finding lacks: Evidence seen" in done.err
    assert audited.state() == before


@pytest.mark.parametrize(
    ("column", "said"),
    [("evidence_seen", "a second column holds"), ("mood", "a grid has no column mood")],
)
def test_a_column_that_would_not_be_read_is_told(
    audited: Centre, audit: str, column: str, said: str
) -> None:
    done = recorded(audited, audit, {"requirement": WHAT, **FINDING, column: "Room 3"})
    assert (done.code, said in done.err) == (2, True)


def test_the_grid_of_another_audit_is_refused(audited: Centre, audit: str) -> None:
    other = logged(audited, "Another")
    done = recorded(audited, other, {"requirement": WHAT, "audit": audit, **FINDING})
    assert done.code == 2
    assert f"this is the grid of {audit}, not of {other}" in done.err


def test_what_is_no_grid_and_no_audit_is_refused(audited: Centre, audit: str) -> None:
    path = audited.root.parent / "other.csv"
    path.write_text("a,b\r\n1,2\r\n")
    done = audited.qm("audit", "record", audit, str(path))
    assert (done.code, "is no grid of an audit" in done.err) == (2, True)
    done = audited.qm("audit", "record", "PR-ACC-001", str(path))
    assert (done.code, "PR-ACC-001 is no audit" in done.err) == (2, True)


def test_a_patient_never_comes_into_a_commit_by_a_grid(audited: Centre, audit: str) -> None:
    before = audited.state()
    number = "NIR 1 85 05 78 006 084 91"
    for row in ({**FINDING, "facts": number}, {"facts": number}):
        done = recorded(audited, audit, {"requirement": WHAT, **row})
        assert done.code in (2, 3)
        assert "QM601" in done.err
        assert "006" not in done.err
    assert audited.state() == before


def test_a_dry_run_writes_nothing(audited: Centre, audit: str) -> None:
    path = audited.root.parent / "grid.csv"
    path.write_text(grid_csv({"audit": audit, "requirement": WHAT, "seen": "yes"}))
    before = audited.state()
    done = audited.qm("audit", "record", audit, str(path), "--dry-run")
    assert (done.code, audited.state()) == (0, before)
    assert "lines without a finding: 1" in done.out


def test_a_closed_audit_takes_no_grid(audited: Centre, audit: str) -> None:
    audited.qm("act", audit, "cancelled", "--set", "reason=Postponed")
    done = recorded(audited, audit, {"requirement": WHAT, "seen": "yes"})
    assert (done.code, "closed: it stays as it is" in done.err) == (3, True)


def test_a_stranger_records_no_grid(audited: Centre, audit: str) -> None:
    audited.iam("Somebody", "somebody@example.org")
    done = recorded(audited, audit, {"requirement": WHAT, "seen": "yes"})
    assert (done.code, "somebody@example.org" in done.err) == (3, True)


def test_what_was_written_in_the_audit_meanwhile_goes_along(audited: Centre, audit: str) -> None:
    path = next((audited.root / "processes/welcome/enregistrements/audit").glob("*.md"))
    path.write_text(path.read_text().replace("## Plan\n", "## Plan\n\nRoom by room.\n"))
    assert recorded(audited, audit, {"requirement": WHAT, "seen": "yes"}).code == 0
    assert audited.git("status", "--porcelain") == ""
    assert "Room by room." in path.read_text()
    assert f'- {{requirement: "{WHAT}"}}' in path.read_text()


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html", "pdf"])
def test_the_report_is_the_same_bytes_each_time(audited: Centre, audit: str, name: str) -> None:
    recorded(audited, audit, {"requirement": WHAT, **FINDING})
    paths = [audited.root.parent / f"{one}.{name}" for one in "ab"]
    for path in paths:
        done = audited.qm("audit", "report", audit, "--format", name, "-o", str(path))
        assert done.code == 0, done.err
    first, second = (path.read_bytes() for path in paths)
    assert first == second
    if name != "pdf":
        assert b"An old version hangs at the scanner" in first


def test_the_reports_are_as_they_were_at_a_commit(audited: Centre, audit: str) -> None:
    before = audited.qm("audit", "follow-up", audit, "--format", "csv").out
    recorded(audited, audit, {"requirement": WHAT, **FINDING})
    assert audited.qm("audit", "follow-up", audit, "--format", "csv").out != before
    assert (
        audited.qm("audit", "follow-up", audit, "--format", "csv", "--at", "HEAD~1").out == before
    )


def test_an_auditor_who_owns_what_is_audited_is_told(audited: Centre) -> None:
    other = logged(audited, "Own work", "--set", "auditors=rq1")
    for one in (["programme", "2026"], ["report", other], ["follow-up", other], ["grid", other]):
        assert f"{other}: rq1 owns Welcome, and audits it" in audited.qm("audit", *one).out
    assert "QM808" in audited.qm("check").out


@pytest.mark.parametrize("name", ["text", "json", "markdown", "html", "csv"])
def test_the_programme_lists_the_audits_of_the_year(audited: Centre, audit: str, name: str) -> None:
    assert audit in audited.qm("audit", "programme", "2026", "--format", name).out
    if name == "csv":
        assert audit not in audited.qm("audit", "programme", "2024", "--format", name).out


def test_the_programme_tells_what_no_audit_saw(audited: Centre, audit: str) -> None:
    found = audited.qm("audit", "programme", "2026", "--on", "2026-11-10").out
    assert "Welcome was never audited (cycle: 12 months)" in found
    assert f"{audit} is planned for 2026-11-20" in found


def test_the_programme_is_a_workbook_as_well(audited: Centre, audit: str, tmp_path: Path) -> None:
    path = tmp_path / "programme.xlsx"
    assert audited.qm("audit", "programme", "2026", "-o", str(path)).code == 0
    cells = [cell for row in rows_of(path, "Audits") for cell in row]
    assert f"{audit} Documents" in cells


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--referential", "labelix"), "is not against labelix; it names: iso-9001-2015"),
        (("--chapter", "99"), "no chapter is called 99 in: iso-9001-2015"),
        (("--site", "north"), "--site north: qm.yaml names none"),
        (("--format", "pdf"), "the format pdf is none of"),
    ],
)
def test_a_wrong_option_of_the_grid_is_told(
    audited: Centre, audit: str, options: tuple[str, str], said: str
) -> None:
    done = audited.qm("audit", "grid", audit, *options)
    assert (done.code, said in done.err) == (2, True)


def test_an_audit_against_what_nobody_knows_is_told(audited: Centre, audit: str) -> None:
    before = audited.state()
    refused = audited.qm("log", "audit", "Odd", *PLAN, "--set", "referentials=iso-9001-2051")
    assert refused.code == 3
    assert "iso-9001-2051, which is not known. Did you mean iso-9001-2015?" in refused.err
    assert audited.state() == before
    file = next(audited.root.rglob(f"{audit}-*.md"))
    audited.commit({str(file): file.read_text().replace("iso-9001-2015", "iso-9001-2051")})
    assert "iso-9001-2051" in audited.qm("check", "--select", "QM401").out
    done = audited.qm("audit", "grid", audit)
    assert (done.code, "no referential is called iso-9001-2051" in done.err) == (2, True)


def test_a_french_grid_is_read_back(audited: Centre, audit: str) -> None:
    path = audited.root.parent / "grille.csv"
    row = {"audit": audit, "exigence": WHAT, "vu": "", "grade": "écart majeur"}
    seen = {**row, "exigence": "iso-9001-2015:4.1", "vu": "oui", "grade": ""}
    more = {"faits": "Version périmée", "preuves vues": "Salle 2"}
    path.write_text(grid_csv({**row, **more}, {**seen, **dict.fromkeys(more, "")}))
    done = audited.qm("audit", "record", audit, str(path))
    assert done.code == 0, done.err
    assert "lines without a finding: 1; findings: 1" in done.out


def test_a_text_of_several_lines_becomes_one(audited: Centre, audit: str) -> None:
    row = {"requirement": WHAT, **FINDING, "facts": "One.\nTwo."}
    assert recorded(audited, audit, row).code == 0
    assert "there already: 1" in recorded(audited, audit, row).out
    assert "    One. Two.\n" in audited.qm("audit", "report", audit).out


def test_one_requirement_is_looked_at_in_several_places(audited: Centre, audit: str) -> None:
    sites = "sites: [{id: north}, {id: south}]\n"
    audited.commit({"qm.yaml": SETTINGS + sites})
    rows = (
        {"requirement": WHAT, **FINDING, "site": "north"},
        {"requirement": WHAT, "seen": "yes", "site": "south"},
    )
    assert "lines without a finding: 1; findings: 1" in recorded(audited, audit, *rows).out
    for state in (["prepared"], ["performed"], ["reported", "--set", "conclusion=Mixed"]):
        assert audited.qm("act", audit, *state).code == 0
    for site, status in (("north", "partial"), ("south", "ready")):
        found = audited.qm("gap", "iso-9001-2015", "--site", site, "--format", "json").out
        one = next(it for it in json.loads(found)["requirements"] if it["id"] == WHAT)
        assert (one["status"], one["verified"]) == (status, "yes")
