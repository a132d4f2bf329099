"""`qm revise --discard`: the file is the released version again, and nothing is lost."""

import pytest

from tests.conftest import Centre, built_once, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"


@pytest.fixture
@built_once
def drafted(welcome: Centre) -> Centre:
    """Return a centre in which the draft of the next version is committed."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    open_draft(welcome)
    return welcome


def open_draft(centre: Centre, text: str = "Draft.") -> None:
    """Open the next draft and commit a text of it."""
    assert centre.qm("revise", "PR-ACC-001").code == 0
    centre.commit({DOC: f"{(centre.root / DOC).read_text()}\n{text}\n"})


def released(centre: Centre, version: str = "1.0") -> str:
    """Return the released text."""
    return centre.git("show", f"release/PR-ACC-001/{version}:{DOC}")


def test_the_file_becomes_the_released_version_byte_for_byte(drafted: Centre) -> None:
    drafted.write({"untracked.txt": "x"})
    before = drafted.git("rev-parse", "HEAD").strip()
    done = drafted.qm("revise", "--discard", "PR-ACC-001")
    assert done.code == 0, done.err
    assert "Draft given up: PR-ACC-001 is v1.0 again." in done.out
    assert f"git show {before[:12]}:{DOC}" in done.out
    assert "Draft." in drafted.git("show", f"{before[:12]}:{DOC}")
    assert (drafted.root / DOC).read_text() == released(drafted)
    assert drafted.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split() == [DOC]
    assert drafted.git("rev-parse", "HEAD~1").strip() == before
    assert drafted.git("status", "--porcelain") == "?? untracked.txt\n"
    assert drafted.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
    assert "PR-ACC-001" not in drafted.qm("check", "--format", "concise").out
    assert '"state": "in-force"' in drafted.qm("list", "--format", "json").out


def test_line_ends_are_those_of_the_released_version(welcome: Centre) -> None:
    welcome.commit({DOC: procedure("PR-ACC-001").replace("\n", "\r\n")})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    before = (welcome.root / DOC).read_bytes()
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    welcome.commit({DOC: before.replace(b"\r\n", b"\n").replace(b"released", b"draft")})
    assert welcome.qm("revise", "--discard", "PR-ACC-001").code == 0
    assert (welcome.root / DOC).read_bytes() == before


def test_the_next_draft_after_one_that_was_given_up_takes_the_same_version(
    drafted: Centre,
) -> None:
    assert drafted.qm("revise", "--discard", "PR-ACC-001").code == 0
    open_draft(drafted, "Better.")
    done = drafted.qm("release", "PR-ACC-001", "-m", "why")
    assert "PR-ACC-001 v2.0" in done.out
    open_draft(drafted, "Worse.")
    assert drafted.qm("revise", "--discard", "PR-ACC-001").code == 0
    assert (drafted.root / DOC).read_text() == released(drafted, "2.0")


def test_a_draft_in_review_may_be_given_up(drafted: Centre) -> None:
    assert drafted.qm("submit", "PR-ACC-001").code == 0
    assert drafted.qm("revise", "--discard", "PR-ACC-001").code == 0
    assert (drafted.root / DOC).read_text() == released(drafted)


def test_reviews_recorded_since_the_release_are_kept(drafted: Centre) -> None:
    text = (drafted.root / DOC).read_text()
    end = text.index("---\n\n## Purpose")
    rows = (
        '  - {reviewed: 2099-02-14, by: rq1, summary: "still: right"}\n'
        "  - {reviewed: 2099-03-01, by: mia}\n"
    )
    drafted.commit({DOC: text[:end] + rows + text[end:]})
    assert drafted.qm("revise", "--discard", "PR-ACC-001").code == 0
    after = (drafted.root / DOC).read_text()
    assert rows in after
    assert "next_review: 2101-03-01\n" in after
    assert "Draft." not in after
    assert "status: released\n" in after
    was, now = released(drafted).splitlines(), after.splitlines()
    assert [line for line in now if line not in was] == [
        "next_review: 2101-03-01",
        *rows.splitlines(),
    ]


def test_attachments_that_are_no_longer_those_of_the_version_are_told(welcome: Centre) -> None:
    word = "processes/welcome/applicables/PR-ACC-001.docx"
    sheet = procedure("PR-ACC-001", attachments="[{file: PR-ACC-001.docx}]")
    welcome.commit({DOC: sheet, word: b"one"})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    welcome.commit({word: b"two"})
    done = welcome.qm("revise", "--discard", "PR-ACC-001")
    assert done.code == 0, done.err
    command = done.err.partition("type: git ")[2].split()
    welcome.git(*command)
    assert (welcome.root / word).read_bytes() == b"one"
    assert "PR-ACC-001" not in welcome.qm("check", "--format", "concise").out


@pytest.mark.parametrize(
    ("what", "wanted", "code", "words"),
    [
        ("nothing", "PR-ACC-002", 3, "was never released: there is no version to go back to"),
        ("edited", "PR-ACC-001", 3, "or drop them with: git restore --staged --worktree"),
        ("staged", "PR-ACC-001", 3, "keep them with: git commit"),
        ("back", "PR-ACC-001", 3, "PR-ACC-001 has no draft: the last commit holds v1.0"),
        ("record", "EN-1", 3, "EN-1 is not a controlled document"),
        ("no tag", "PR-ACC-001", 4, "type: git fetch --tags"),
        ("other tag", "PR-ACC-001", 4, "is not the one that the history of PR-ACC-001 tells"),
        ("unknown", "PR-ACC-01", 2, "Did you mean PR-ACC-001"),
    ],
)
def test_what_cannot_be_given_up_is_refused_and_changes_nothing(
    drafted: Centre, what: str, wanted: str, code: int, words: str
) -> None:
    text = (drafted.root / DOC).read_text()
    if what in ("edited", "staged"):
        drafted.write({DOC: text + "More.\n"})
    if what == "staged":
        drafted.git("add", DOC)
    elif what == "back":
        assert drafted.qm("revise", "--discard", "PR-ACC-001").code == 0
    elif what == "no tag":
        drafted.git("tag", "-d", "release/PR-ACC-001/1.0")
    elif what == "other tag":
        old, new = 'digest: "sha256:', 'digest: "sha256:0000'
        drafted.commit({DOC: text.replace(old, new)})
    elif what == "record":
        record = "---\nid: EN-1\ntitle: R\nkind: record\ndate: 2026-01-01\n---\n"
        drafted.commit({"processes/welcome/enregistrements/EN-1.md": record})
    before = drafted.state()
    done = drafted.qm("revise", "--discard", wanted)
    assert (done.code, words in done.err) == (code, True), done.err
    assert drafted.state() == before


def test_a_dry_run_of_giving_up_changes_nothing(drafted: Centre) -> None:
    before = drafted.state()
    done = drafted.qm("revise", "--discard", "PR-ACC-001", "--dry-run")
    assert done.code == 0
    assert "Would give up the draft of PR-ACC-001 after v1.0. Nothing was changed." in done.out
    assert drafted.state() == before


def test_several_drafts_are_given_up_one_commit_each(drafted: Centre) -> None:
    done = drafted.qm("revise", "--discard", "PR-ACC-002", "PR-ACC-001")
    assert done.code == 3
    assert "PR-ACC-002 was never released" in done.err
    assert (drafted.root / DOC).read_text() == released(drafted)


def test_a_draft_that_is_open_is_not_opened_again(drafted: Centre) -> None:
    done = drafted.qm("revise", "PR-ACC-001")
    assert (done.code, done.out) == (3, "")
    assert f"PR-ACC-001 is a draft already: edit {DOC}, commit, then type: qm submit" in done.err


@pytest.mark.parametrize(
    "arguments", [("revise",), ("revise", "--discard"), ("submit",), ("review",)]
)
def test_what_is_withdrawn_is_reinstated_first(welcome: Centre, arguments: tuple[str, ...]) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.qm("withdraw", "PR-ACC-001", "--reason", "merged").code == 0
    done = welcome.qm(*arguments, "PR-ACC-001")
    assert (done.code, done.out) == (3, "")
    assert "is withdrawn; to use it again: qm reinstate PR-ACC-001" in done.err
