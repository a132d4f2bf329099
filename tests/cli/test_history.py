"""`qm history` tells the past of a document: versions, people, reasons, tags, and the draft."""

import csv
import io
import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from qmtool.model.document import OnPaper
from qmtool.reports.history_words import paper_words
from qmtool.reports.language import language_of
from tests.conftest import SETTINGS, Centre, built_once, procedure

PATH = "processes/welcome/applicables/PR-ACC-001.md"


@pytest.fixture
@built_once
def revised(welcome: Centre) -> Centre:
    """Return a centre with two versions of a document, then a draft of the third."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first issue").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    welcome.iam("Mia Author", "mia@example.org")
    edit(welcome, "\nA new sentence.\n", "add a sentence")
    welcome.iam("Quality Manager", "rq@example.org")
    assert welcome.qm("release", "PR-ACC-001", "-m", "a new sentence").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    edit(welcome, "\nAnother one.\n", "draft [red]x[/]\n\nbody")
    return welcome


def edit(centre: Centre, added: str, message: str = "") -> None:
    """Add to the document, and commit with *message*."""
    path = centre.root / PATH
    path.write_text(path.read_text() + added)
    if message:
        centre.commit(message=message)


def told(centre: Centre, *arguments: str) -> dict[str, Any]:
    """Return what `qm history` tells of the document, as data."""
    shown = centre.qm("history", "PR-ACC-001", "--format", "json", *arguments)
    assert shown.code == 0, shown.err
    found: dict[str, Any] = json.loads(shown.out)
    return found


def test_each_version_has_its_people_its_reason_its_tag_and_its_commit(revised: Centre) -> None:
    first, second = told(revised)["revisions"]
    assert (first["event"], first["version"], second["version"]) == ("released", "1.0", "2.0")
    assert second["reason"] == "a new sentence"
    assert "mia" in [one["id"] for one in second["author"]]
    approver = {"id": "rq1", "name": "Quality Manager", "declared": None}
    assert second["approver"] == [approver]
    tag = second["tag"]
    assert tag["ref"] == "refs/tags/release/PR-ACC-001/2.0"
    assert tag["commit"] == revised.git("rev-parse", "release/PR-ACC-001/2.0^{commit}").strip()
    assert (tag["tagged_by"]["id"], tag["has_signature"]) == ("rq1", False)


def test_a_person_reads_names_and_what_is_only_declared(revised: Centre) -> None:
    shown = revised.qm("history", "PR-ACC-001").out
    assert "release (in force)" in shown
    assert "Mia Author" in shown
    assert "tagged by Quality Manager, declared" in shown
    assert "signature" not in shown
    page = revised.qm("history", "PR-ACC-001", "--format", "markdown").out
    assert "| 2.0 |" in page
    rows = list(csv.DictReader(io.StringIO(revised.qm("history", PATH, "--format", "csv").out)))
    assert [row["version"] for row in rows] == ["1.0", "2.0"]


def test_the_commits_since_the_last_version_are_told_as_they_are(revised: Centre) -> None:
    found = told(revised)
    assert [one["message"] for one in found["commits"]] == [
        "draft [red]x[/]",
        "revise PR-ACC-001 after 2.0",
    ]
    assert found["uncommitted"] is False
    edit(revised, "not yet\n")
    assert told(revised)["uncommitted"] is True
    shown = revised.qm("history", "PR-ACC-001").out
    assert "draft [red]x[/]" in shown
    assert "changes that are not committed" in shown


def test_what_was_committed_stays_told_when_it_is_approved(revised: Centre) -> None:
    """A review or an approval is a tag on the last commit, and brings none of its own."""
    revised.commit(
        {"qm.yaml": SETTINGS + "approvals: {procedure: {review: 1, approve: 1}}\n"}, message="ask"
    )
    assert revised.qm("release", "POLICY", "-m", "ask").code == 0
    assert revised.qm("submit", "PR-ACC-001").code == 0
    assert revised.qm("approve", "PR-ACC-001", "--as", "reviewed").code == 0
    found = told(revised)
    assert found["commits"][0]["message"] == "submit PR-ACC-001 3.0 for review"
    assert [one["meaning"] for one in found["pending"]] == ["reviewed"]


@pytest.mark.parametrize(("medium", "shown"), [("paper", "papier"), ("fax", "fax")])
def test_how_an_approval_was_given_is_told_in_the_language(medium: str, shown: str) -> None:
    given = OnPaper("leo", "2026-03-01", medium, "binder 12")
    said = paper_words(given, language_of("fr"))
    french = {"paper": "papier"}
    assert said.render(lambda one: french.get(one, one)).startswith(f"declared: {shown}, ")


def test_a_commit_keeps_the_day_of_its_author(
    revised: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-03-02T23:30:00-1000")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Ana \x1b[2J\u202e")
    edit(revised, "late\n", "late at night")
    newest = told(revised)["commits"][0]
    assert newest["date"] == "2026-03-02T23:30:00-10:00"
    shown = revised.qm("history", "PR-ACC-001").out
    assert "2026-03-02  Ana \\x1b[2J\\u202e  late at night" in shown


def test_a_missing_tag_is_said_to_be_missing(revised: Centre) -> None:
    revised.git("tag", "-d", "release/PR-ACC-001/1.0")
    first, second = told(revised)["revisions"]
    assert first["tag"] is None
    assert second["tag"] is not None
    assert (
        "its tag is not in this clone (git fetch --tags, else qm doctor)"
        in revised.qm("history", PATH).out
    )


def test_the_past_of_an_earlier_commit_ends_there(revised: Centre) -> None:
    found = told(revised, "--at", "release/PR-ACC-001/1.0")
    assert [one["version"] for one in found["revisions"]] == ["1.0"]
    assert found["in_force"] == "1.0"
    assert found["commits"] == []


def test_a_version_to_come_is_not_in_force_yet(welcome: Centre) -> None:
    welcome.qm("release", "PR-ACC-001", "-m", "first", "--effective", "2999-01-01")
    assert told(welcome)["in_force"] is None
    assert told(welcome, "--on", "2999-01-01")["in_force"] == "1.0"
    assert "applies from: 2999-01-01" in welcome.qm("history", "PR-ACC-001").out


ROWS = """\
version: "2.0"
status: withdrawn
history:
  - {version: "1.0", date: unknown, origin: adopted, imported: "1.4.2", approver: unknown}
  - version: "2.0"
    date: 2026-03-02
    author: [mia]
    reviewer: [mia]
    approver: [ana, rq1]
    declared: [{by: ana, on: 2026-03-01, medium: paper, proof: "binder 12"}]
    summary: new rules
  - {reviewed: 2027-03-01, by: rq1}
  - {withdrawn: 2028-03-01, by: rq1, reason: merged, successor: PR-ACC-002}
  - {reinstated: 2028-04-01, by: rq1, reason: by mistake}
"""


def test_every_sort_of_row_is_told_for_what_it_is(welcome: Centre) -> None:
    text = procedure("PR-ACC-001").replace("kind: procedure\n", "kind: procedure\n" + ROWS)
    welcome.commit({PATH: text})
    found = told(welcome)
    events = [(one["event"], one["version"]) for one in found["revisions"]]
    assert events == [
        ("adopted", "1.0"),
        ("released", "2.0"),
        ("confirmed", "2.0"),
        ("withdrawn", "2.0"),
        ("reinstated", "2.0"),
    ]
    paper = {"on": "2026-03-01", "medium": "paper", "proof": "binder 12"}
    assert found["revisions"][1]["approver"][0] == {"id": "ana", "name": None, "declared": paper}
    assert found["in_force"] is None
    shown = welcome.qm("history", "PR-ACC-001").out
    assert "approver: ana (declared: paper, 2026-03-01, binder 12), Quality Manager" in shown
    assert "numbered 1.4.2 before its adoption" in shown
    assert "1.0  date unknown  adoption" in shown
    assert "merged · replaced by PR-ACC-002" in shown


def test_what_was_decided_is_told_with_the_tags_that_bear_it_out(welcome: Centre) -> None:
    people = SETTINGS.replace("processes:", "  - {id: leo, name: Leo}\nprocesses:")
    policy = "approvals: {procedure: {review: 1, approve: 1}}\n"
    welcome.commit({"qm.yaml": people + policy})
    paper = ["--on", date.today().isoformat(), "--medium", "paper", "--proof", "binder 12"]
    for arguments in (
        ["submit", "PR-ACC-001"],
        ["approve", "PR-ACC-001", "--as", "reviewed", "--for", "leo", *paper],
    ):
        assert welcome.qm(*arguments).code == 0
    (given,) = told(welcome)["pending"]
    assert (given["person"]["id"], given["medium"], given["proof"]) == ("leo", "paper", "binder 12")
    line = "reviewed by Leo (declared: paper, "
    shown = welcome.qm("history", "PR-ACC-001").out
    assert line in shown
    assert "binder 12), recorded by Quality Manager" in shown
    for arguments in (
        ["approve", "PR-ACC-001", "--for", "mia", *paper],
        ["release", "PR-ACC-001", "-m", "first"],
        ["review", "PR-ACC-001", "-m", "read again"],
        ["withdraw", "PR-ACC-001", "--reason", "merged"],
    ):
        assert (arguments, welcome.qm(*arguments).code) == (arguments, 0)
    found = told(welcome)
    assert found["pending"] == []
    assert [one["event"] for one in found["revisions"]] == ["released", "confirmed", "withdrawn"]
    tags = [one["tag"]["ref"].split("/")[2] for one in found["revisions"]]
    assert tags == ["release", "decision", "decision"]
    decisions = {one["meaning"] for one in found["revisions"][0]["decisions"]}
    assert decisions == {"reviewed", "approved"}
    assert found["commits"] == []


def test_a_document_without_versions_has_commits_only(welcome: Centre) -> None:
    shown = welcome.qm("history", "PR-ACC-002")
    assert shown.code == 0
    assert "No version was released yet." in shown.out
    assert "Commits so far, the newest first" in shown.out


def test_nothing_of_the_repository_runs_while_its_past_is_read(
    revised: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = revised.root.parent / "ran"
    program = revised.root / "git"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    hooks = revised.root / ".git/hooks"
    for name in ("reference-transaction", "post-index-change", "pre-commit", "fsmonitor-watchman"):
        (hooks / name).parent.mkdir(exist_ok=True)
        (hooks / name).write_text(program.read_text())
        (hooks / name).chmod(0o755)
    run = os.fspath(program)
    for key, value in (
        ("core.fsmonitor", run),
        ("core.pager", run),
        ("core.sshCommand", run),
        ("diff.external", run),
        ("diff.md.textconv", run),
        ("filter.md.clean", run),
        ("filter.md.smudge", run),
        ("alias.rev-list", f"!{run}"),
        ("gpg.program", run),
        ("log.showSignature", "true"),
    ):
        revised.git("config", key, value)
    (revised.root / ".gitattributes").write_text("*.md diff=md filter=md\n")
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    for name in ("GIT_EXTERNAL_DIFF", "GIT_PYTHON_GIT_EXECUTABLE", "GIT_PAGER", "GIT_SSH"):
        monkeypatch.setenv(name, run)
    for command in (
        ["history", "PR-ACC-001"],
        ["show", "PR-ACC-001@1.0"],
        ["diff", "PR-ACC-001", "1.0", "2.0"],
        ["list"],
    ):
        shown = revised.qm(*command)
        assert shown.code == 0, shown.err
    # GitPython runs a program as soon as it is imported: in a process that has not done so yet.
    fresh = [sys.executable, "-P", "-m", "qmtool", "history", "PR-ACC-001"]
    done = subprocess.run(fresh, cwd=revised.root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not marker.exists()


def test_the_environment_of_git_has_no_effect_and_stays_as_it_was(
    revised: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = revised.qm("history", "PR-ACC-001").out
    other = tmp_path / "other"
    other.mkdir()
    for name in (
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_PYTHON_TRACE",
    ):
        monkeypatch.setenv(name, os.fspath(other))
    kept = dict(os.environ)
    shown = revised.qm("history", "PR-ACC-001")
    assert (shown.code, shown.out) == (0, before)
    assert dict(os.environ) == kept


def test_the_past_is_read_in_a_linked_worktree(revised: Centre, tmp_path: Path) -> None:
    linked = tmp_path / "linked $HOME ~x"
    revised.git("worktree", "add", "-q", "--detach", os.fspath(linked), "main")
    shown = revised.qm("-C", os.fspath(linked), "history", "PR-ACC-001")
    assert shown.code == 0, shown.err
    assert "draft [red]x[/]" in shown.out


def test_a_repository_with_sha256_ids_says_what_cannot_be_read(
    centre: Centre, tmp_path: Path
) -> None:
    longer = tmp_path / "longer"
    centre.git("init", "-q", "-b", "main", "--object-format=sha256", os.fspath(longer))
    for path, text in (("qm.yaml", SETTINGS), (PATH, procedure("PR-ACC-001"))):
        (longer / path).parent.mkdir(parents=True, exist_ok=True)
        (longer / path).write_text(text)
    centre.git("-C", os.fspath(longer), "add", "-A")
    centre.git("-C", os.fspath(longer), "-c", "user.name=x", "-c", "user.email=x", "commit", "-qmx")
    shown = centre.qm("-C", os.fspath(longer), "history", "PR-ACC-001")
    assert shown.code == 0, shown.err
    assert "The commits of a repository with SHA-256 ids cannot be listed." in shown.out


def test_a_missing_commit_is_a_sentence(revised: Centre) -> None:
    oid = revised.git("rev-parse", "HEAD~1").strip()
    (revised.root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    shown = revised.qm("history", "PR-ACC-001")
    assert shown.code == 4
    assert "Traceback" not in shown.err
