"""`qm review`: a dated, attributed fact that moves the review date and makes no new version."""

import json
from collections.abc import Callable
from datetime import date

import pytest

from qmtool.model.calendar import add_months
from tests.conftest import SETTINGS, Centre, built_once, procedure

FOLDER = "processes/welcome/applicables"
DOC = f"{FOLDER}/PR-ACC-001.md"
OTHER = f"{FOLDER}/PR-ACC-002.md"
REVIEWED = f"  - {{reviewed: {date.today()}, by: rq1"


@pytest.fixture
@built_once
def released(welcome: Centre) -> Centre:
    """Return a quality system with two released documents."""
    assert welcome.qm("release", "--all", "-m", "first").code == 0
    return welcome


def text(centre: Centre, path: str = DOC) -> str:
    """Return the text of a file on disk."""
    return (centre.root / path).read_text(encoding="utf-8")


def payload(centre: Centre, tag: str) -> dict[str, str]:
    """Return what the one tag of that pattern says."""
    name = centre.git("tag", "-l", tag).split()
    assert len(name) == 1, name
    lines = centre.git("cat-file", "tag", name[0]).split("\n\n", 1)[1].splitlines()
    return dict(line.split(": ", 1) for line in lines)


def listed(centre: Centre, identifier: str) -> dict[str, object]:
    """Return what `qm list` says of a document."""
    documents = json.loads(centre.qm("list", "--format", "json").out)["documents"]
    return next(one for one in documents if one["id"] == identifier)


def test_a_review_is_one_commit_of_one_file_and_one_tag_and_no_version(released: Centre) -> None:
    done = released.qm("review", "PR-ACC-001", "--summary", "read with the team")
    assert done.code == 0, done.err
    due = add_months(date.today(), 24)
    assert f"Confirmed: PR-ACC-001 v1.0. Next review on {due}." in done.out
    assert f'{REVIEWED}, summary: "read with the team"}}' in text(released)
    assert f"next_review: {due}" in text(released)
    assert released.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split() == [DOC]
    said = payload(released, "decision/PR-ACC-001/1.0/*-confirmed-rq1")
    assert said["meaning"] == "confirmed"
    assert said["origin"] == "decided"
    assert said["role"] == "rq"
    assert said["reason"] == "read with the team"
    assert said["blob"] == released.git("rev-parse", f"HEAD:{DOC}").strip()
    assert said["digest"] in text(released)
    assert released.git("tag", "-l", "release/PR-ACC-001/*").split() == ["release/PR-ACC-001/1.0"]
    assert released.git("status", "--porcelain") == ""
    assert released.qm("check").code == 0


def test_several_documents_are_confirmed_one_commit_each(released: Centre) -> None:
    before = int(released.git("rev-list", "--count", "HEAD"))
    done = released.qm("review", "PR-ACC-001", OTHER)
    assert done.code == 0, done.err
    assert done.out.count("Confirmed:") == 2
    assert int(released.git("rev-list", "--count", "HEAD")) == before + 2
    assert f"{REVIEWED}}}" in text(released, OTHER)
    assert released.qm("check").code == 0


def test_what_may_not_be_confirmed_stops_no_other(released: Centre) -> None:
    assert released.qm("review", "PR-ACC-002").code == 0
    done = released.qm("review", "PR-ACC-002", "NOPE", "PR-ACC-001")
    assert done.code == 3  # that of the first
    assert done.out.splitlines() == [
        f"Confirmed: PR-ACC-001 v1.0. Next review on {add_months(date.today(), 24)}."
    ]
    assert "PR-ACC-002 v1.0 was confirmed today already" in done.err
    assert "no document is called NOPE" in done.err
    assert done.err.endswith("not done (2/3): PR-ACC-002, NOPE\n")
    assert released.qm("verify").code == 0


def test_a_document_named_by_its_id_and_its_path_is_confirmed_once(released: Centre) -> None:
    before = int(released.git("rev-list", "--count", "HEAD"))
    done = released.qm("review", "PR-ACC-001", DOC)
    assert done.code == 3
    assert "was confirmed today already" in done.err
    assert int(released.git("rev-list", "--count", "HEAD")) == before + 1


def test_what_concerns_all_documents_is_told_once(released: Centre) -> None:
    released.iam("Nobody", "nobody@example.org")
    done = released.qm("review", "PR-ACC-001", "PR-ACC-002")
    assert done.code == 3
    assert done.err.count("nobody@example.org") == 1


def test_an_overdue_document_is_in_order_once_it_is_confirmed(released: Centre) -> None:
    late = text(released)
    start = late.index("next_review: ")
    late = late.replace(late[start : late.index("\n", start)], "next_review: 2020-01-01")
    released.commit({DOC: late})
    told = released.qm("check").out
    assert "QM204" in told
    assert "Confirm it (qm review PR-ACC-001), or revise it (qm revise PR-ACC-001)." in told
    assert listed(released, "PR-ACC-001")["state"] == "overdue"
    assert released.qm("review", "PR-ACC-001").code == 0
    assert "QM204" not in released.qm("check").out
    assert listed(released, "PR-ACC-001")["state"] == "in-force"


def test_while_a_draft_is_open_the_version_in_force_is_confirmed(released: Centre) -> None:
    assert released.qm("revise", "PR-ACC-001").code == 0
    released.commit({DOC: text(released).replace("Text.", "New text.")})
    assert released.qm("review", "PR-ACC-001").code == 0
    assert "status: draft" in text(released)
    said = payload(released, "decision/PR-ACC-001/1.0/*-confirmed-rq1")
    version = released.git("cat-file", "tag", "release/PR-ACC-001/1.0")
    assert f"digest: {said['digest']}" in version, "it speaks of the version, not of the draft"
    assert released.qm("release", "PR-ACC-001", "-m", "second").code == 0
    assert REVIEWED in text(released)
    assert released.qm("check").code == 0


def test_the_owner_of_a_document_may_confirm_it_and_nobody_else(released: Centre) -> None:
    released.iam("Mia", "MIA@example.org")
    before = released.state()
    done = released.qm("review", "PR-ACC-001")
    assert done.code == 3
    assert "only its owner (rq1) or a quality manager (rq1) may confirm PR-ACC-001" in done.err
    assert released.state() == before
    released.iam("Nobody", "nobody@example.org")
    assert released.qm("review", "PR-ACC-001").code == 3
    released.iam("Quality Manager", "rq@example.org")
    assert released.qm("revise", "PR-ACC-001").code == 0
    released.commit({DOC: text(released).replace("kind: procedure", "kind: procedure\nowner: mia")})
    assert released.qm("release", "PR-ACC-001", "-m", "an owner").code == 0
    released.iam("Mia", "mia@example.org")
    assert released.qm("review", "PR-ACC-001").code == 0
    said = payload(released, "decision/PR-ACC-001/2.0/*-confirmed-mia")
    assert (said["signer"], said["role"]) == ("mia", "owner")


def scheduled(centre: Centre) -> None:
    """Release a version that applies in the year 2090."""
    assert centre.qm("revise", "PR-ACC-001").code == 0
    assert centre.qm("release", "PR-ACC-001", "-m", "x", "--effective", "2090-01-01").code == 0


PREPARE: dict[str, Callable[[Centre], object]] = {
    "twice": lambda one: one.qm("review", "PR-ACC-001"),
    "edited": lambda one: one.write({DOC: text(one) + "More.\n"}),
    "changed": lambda one: one.commit({DOC: text(one) + "More.\n"}),
    "scheduled": scheduled,
    "withdrawn": lambda one: one.qm("withdraw", "PR-ACC-001", "--reason", "old"),
    "draft": lambda one: one.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")}),
    "uncommitted": lambda one: one.write({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")}),
    "record": lambda one: one.commit(
        {f"{FOLDER}/EN-1.md": "---\nid: EN-1\ntitle: R\nkind: record\ndate: 2026-01-01\n---\n"}
    ),
    "branch": lambda one: one.git("switch", "-q", "-c", "other"),
    "tag": lambda one: one.git("tag", "-d", "release/PR-ACC-001/1.0"),
    "clock": lambda one: one.commit({DOC: text(one).replace("date: 20", "date: 21")}),
    "unknown": lambda one: None,
}


@pytest.mark.parametrize(
    ("prepare", "wanted", "code", "words"),
    [
        ("twice", "PR-ACC-001", 3, "was confirmed today already"),
        ("edited", "PR-ACC-001", 3, "not committed"),
        ("changed", "PR-ACC-001", 3, "QM203"),
        ("scheduled", "PR-ACC-001", 3, "takes effect on 2090-01-01: there is nothing to confirm"),
        ("withdrawn", "PR-ACC-001", 3, "PR-ACC-001 is withdrawn"),
        ("draft", "PR-ACC-003", 3, "was never released"),
        ("uncommitted", "PR-ACC-003", 3, "not committed"),
        ("record", "EN-1", 3, "records are never released"),
        ("branch", "PR-ACC-001", 4, "released on the branch main"),
        ("tag", "PR-ACC-001", 3, "git fetch --tags"),
        ("clock", "PR-ACC-001", 3, "the date would go back"),
        ("unknown", "PR-ACC-01", 2, "Did you mean PR-ACC-001"),
    ],
)
def test_a_review_that_may_not_be_is_refused_and_changes_nothing(
    released: Centre, prepare: str, wanted: str, code: int, words: str
) -> None:
    PREPARE[prepare](released)
    before = released.state()
    done = released.qm("review", wanted)
    assert (done.code, words in done.err) == (code, True), done.err
    assert released.state() == before


def test_a_dry_run_of_a_review_changes_nothing(released: Centre) -> None:
    before = released.state()
    done = released.qm("review", "PR-ACC-001", "PR-ACC-002", "--dry-run")
    assert done.code == 0, done.err
    assert done.out.count("Would confirm") == 2
    assert released.state() == before


def test_other_work_is_left_as_it_was_by_a_review(released: Centre) -> None:
    released.write({"staged.txt": "staged", "untracked.txt": "untracked"})
    released.git("add", "staged.txt")
    released.write({OTHER: text(released, OTHER) + "More.\n"})
    before = released.git("status", "--porcelain")
    assert released.qm("review", "PR-ACC-001").code == 0
    assert released.git("status", "--porcelain") == before


def test_line_ends_and_comments_are_kept_by_a_review(welcome: Centre) -> None:
    crlf = procedure("PR-ACC-001", owner="rq1   # a comment").replace("\n", "\r\n")
    welcome.commit({DOC: crlf})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.qm("review", "PR-ACC-001").code == 0
    after = (welcome.root / DOC).read_bytes()
    assert b"owner: rq1   # a comment\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")
    assert welcome.qm("check").code == 0


def test_the_remark_of_a_review_is_one_line(released: Centre) -> None:
    assert released.qm("review", "PR-ACC-001", "-m", "a\nb").code == 2
    assert released.qm("review", "PR-ACC-001", "-m", "a" * 501).code == 2


def test_the_policy_in_force_decides_who_is_a_quality_manager(released: Centre) -> None:
    released.commit(
        {"qm.yaml": SETTINGS.replace("mia@example.org}", "mia@example.org, roles: [rq]}")}
    )
    released.iam("Mia", "mia@example.org")
    assert released.qm("review", "PR-ACC-001").code == 3
