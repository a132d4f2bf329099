"""`qm gap --since`: what was gained and lost, by which document, and which commit did it."""

import json
from typing import Any

import pytest

from tests.conftest import SETTINGS, Centre, built_once

REVIEW = "processes/welcome/enregistrements/CR-20260105-K7QD.md"
AUDIT = "processes/welcome/enregistrements/RA-20250310-K7QD.md"
WHO = "Quality Manager"
KEPT = "processes/welcome/enregistrements/EN-20260201-H2VC.md"


def record(identifier: str, kind: str, day: str, *requirements: str) -> str:
    declared = ", ".join(f"iso-9001-2015:{one}" for one in requirements)
    head = f"id: {identifier}\ntitle: Title of {identifier}\nkind: {kind}\ndate: {day}\n"
    return f"---\n{head}satisfies: [{declared}]\n---\n\nText.\n"


@pytest.fixture
@built_once
def past(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """Return a branch of three days: a record lapses, one comes, one loses what it declared."""
    for day, files in {
        "2026-01-10": {
            "qm.yaml": SETTINGS,
            AUDIT: record("RA-20250310-K7QD", "audit-report", "2025-03-10", "9.2.2"),
            KEPT: record("EN-20260201-H2VC", "record", "2026-01-01", "8.5.2", "8.6"),
        },
        "2026-03-20": {REVIEW: record("CR-20260105-K7QD", "review", "2026-01-05", "9.3.3")},
        "2026-05-02": {KEPT: record("EN-20260201-H2VC", "record", "2026-01-01", "8.6")},
    }.items():
        monkeypatch.setenv("GIT_AUTHOR_DATE", f"{day}T10:00:00+02:00")
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T10:00:00+02:00")
        centre.commit(files, f"work of {day}")
    monkeypatch.delenv("GIT_AUTHOR_DATE")
    monkeypatch.delenv("GIT_COMMITTER_DATE")
    return centre


def changes(centre: Centre, *arguments: str) -> dict[str, Any]:
    shown = centre.qm("gap", "iso-9001-2015", "--format", "json", "--on", "2026-06-01", *arguments)
    assert shown.code == 0, shown.err
    value: dict[str, Any] = json.loads(shown.out)
    return value


def by_id(value: dict[str, Any]) -> dict[str, Any]:
    return {one["id"].partition(":")[2]: one for one in value["changes"]}


def test_a_day_is_the_last_commit_on_or_before_it_judged_on_that_day(past: Centre) -> None:
    value = changes(past, "--since", "2026-02-01")
    first = past.git("rev-list", "--max-parents=0", "HEAD").strip()
    assert (value["before"]["at"], value["before"]["on"]) == (first, "2026-02-01")
    assert value["after"]["on"] == "2026-06-01"


def test_a_setting_of_the_encoding_of_logs_makes_no_difference(past: Centre) -> None:
    before = changes(past, "--since", "2026-02-01")
    past.git("config", "i18n.logOutputEncoding", "UTF-16")
    assert changes(past, "--since", "2026-02-01") == before


def test_a_revision_is_judged_on_the_day_of_its_commit(past: Centre) -> None:
    assert changes(past, "--since", "HEAD~1")["before"]["on"] == "2026-03-20"


def test_what_was_gained_names_the_document_and_the_commit_that_brought_it(past: Centre) -> None:
    found = by_id(changes(past, "--since", "2026-02-01"))["9.3.3"]
    assert found["direction"] == "gained"
    assert (found["before"]["proven"], found["after"]["proven"]) == ("no", "yes")
    cause = found["causes"][0]
    assert (cause["document"], cause["by"], cause["before"]) == ("CR-20260105-K7QD", "commit", None)
    assert cause["commit"]["commit"] == past.git("rev-parse", "HEAD~1").strip()
    assert (cause["commit"]["author"], cause["commit"]["message"]) == (WHO, "work of 2026-03-20")


def test_what_was_lost_by_a_commit_names_the_last_one_that_touched_the_document(
    past: Centre,
) -> None:
    found = by_id(changes(past, "--since", "2026-02-01"))["8.5.2"]
    assert found["direction"] == "lost"
    assert found["causes"][0]["after"] is None
    assert found["causes"][0]["commit"]["commit"] == past.git("rev-parse", "HEAD").strip()


def test_what_only_grew_old_is_put_down_to_the_days_and_to_no_commit(past: Centre) -> None:
    found = by_id(changes(past, "--since", "2026-02-01"))["9.2.2"]
    assert (found["direction"], found["after"]["proven"]) == ("lost", "lapsed")
    cause = found["causes"][0]
    assert (cause["document"], cause["by"], cause["commit"]) == ("RA-20250310-K7QD", "time", None)
    assert (cause["before"]["state"], cause["after"]["state"]) == ("in-force", "overdue")


def test_what_is_not_committed_yet_is_said_so(past: Centre) -> None:
    past.write({AUDIT: record("RA-20250310-K7QD", "audit-report", "2026-05-30", "9.2.2")})
    found = by_id(changes(past, "--since", "2026-05-10"))["9.2.2"]
    assert (found["direction"], found["causes"][0]["by"]) == ("gained", "uncommitted")


def test_what_qm_yaml_excludes_is_put_down_to_qm_yaml(past: Centre) -> None:
    line = "exclusions:\n  - {requirement: 'iso-9001-2015:8.6', reason: No., approved_by: rq1}\n"
    past.commit({"qm.yaml": SETTINGS + line}, "exclude")
    found = by_id(changes(past, "--since", "HEAD~1"))["8.6"]
    assert (found["direction"], found["after"]["status"]) == ("other", "excluded")
    assert [one["document"] for one in found["causes"]] == ["qm.yaml"]
    assert found["causes"][0]["commit"]["message"] == "exclude"


def test_a_line_that_only_moved_changes_nothing(past: Centre) -> None:
    text = record("EN-20260201-H2VC", "record", "2026-01-01", "8.6")
    past.commit({KEPT: text.replace("kind: record\n", "kind: record\nowner: rq1\n")})
    shown = past.qm("gap", "iso-9001-2015", "--on", "2026-05-02", "--since", "2026-05-02")
    assert "No requirement changed." in shown.out


def test_people_read_the_change_and_its_commit_in_text_and_markdown(past: Centre) -> None:
    last = past.git("rev-parse", "HEAD").strip()[:10]
    for form in ("text", "markdown"):
        arguments = ("--since", "2026-02-01", "--on", "2026-06-01", "--format", form)
        shown = past.qm("gap", "iso-9001-2015", *arguments)
        told = " ".join(shown.out.replace("\\", "").split())
        assert f"commit {last} of 2026-05-02, {WHO}: work of 2026-05-02" in told
        assert "the file is the same, only days went by" in told
        assert "Self-assessment: this is not an opinion on conformity." in told
        assert "compared with its source on" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "x"], "x is neither a day, written as 2026-03-02, nor a commit"),
        (["--since", "2025-12-31"], "this branch begins on 2026-01-10"),
        (["--since", "HEAD", "--on", "2026-05-01"], "--since 2026-05-02 is after 2026-05-01"),
        (["asn-2019-dc-0660", "--since", "HEAD"], "--since takes one referential"),
        (["--since", "HEAD", "--by-site"], "--since and --by-site exclude each other"),
        (["--since", "HEAD", "--format", "html"], "none of text, json, markdown"),
    ],
)
def test_what_cannot_be_told_is_refused_in_one_sentence(
    past: Centre, arguments: list[str], said: str
) -> None:
    shown = past.qm("gap", "iso-9001-2015", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_a_repository_without_commits_has_no_past(centre: Centre) -> None:
    centre.write({"qm.yaml": SETTINGS})
    shown = centre.qm("gap", "iso-9001-2015", "--since", "2026-01-01")
    assert shown.code == 2
    assert "nothing was committed yet" in shown.err


def test_looking_back_writes_nothing(past: Centre) -> None:
    before = past.state()
    changes(past, "--since", "2026-02-01")
    assert past.state() == before
