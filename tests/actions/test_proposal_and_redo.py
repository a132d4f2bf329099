"""Protected branches, and pushes that were rejected: `--propose`, `--finalise` and `--redo`."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
OTHER = "processes/welcome/applicables/PR-ACC-002.md"
PROPOSAL = "qm/PR-ACC-001-1.0"
TWO = SETTINGS.replace(
    "  - {id: mia",
    "  - {id: rq2, name: Second Manager, email: rq2@example.org, roles: [rq]}\n  - {id: mia",
)


def merge(centre: Centre, how: str) -> None:
    """Bring the proposal to the main branch as a forge would."""
    if how == "merge":
        centre.git("merge", "-q", "--no-ff", "-m", "Merge the proposal", PROPOSAL)
    elif how == "squash":
        centre.git("merge", "-q", "--squash", PROPOSAL)
        centre.git("commit", "-q", "-m", "Squashed proposal")
    else:
        centre.git("merge", "-q", "--ff-only", PROPOSAL)


def test_a_proposal_is_a_commit_on_its_own_branch_and_no_version_yet(welcome: Centre) -> None:
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "-m", "why", "--propose")
    assert (done.code, PROPOSAL in done.out) == (0, True), done.err
    after = welcome.state()
    assert {key: after[key] for key in after if key != "refs"} == {
        key: before[key] for key in before if key != "refs"
    }
    assert welcome.git("diff", "--name-only", f"main..{PROPOSAL}").split() == [DOC]
    assert welcome.git("tag", "-l") == ""
    again = welcome.qm("release", "PR-ACC-001", "-m", "why", "--propose")
    assert (again.code, "exists already" in again.err) == (3, True), again.err


@pytest.mark.parametrize("how", ["merge", "squash", "forward"])
def test_a_merged_proposal_becomes_a_version_by_its_tag(welcome: Centre, how: str) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why", "--propose").code == 0
    early = welcome.qm("release", "PR-ACC-001", "--finalise")
    assert (early.code, "not a merged proposal" in early.err) == (3, True), early.err
    merge(welcome, how)
    planned = welcome.qm("release", "PR-ACC-001", "--finalise", "--dry-run")
    assert (planned.code, welcome.git("tag", "-l")) == (0, ""), planned.err
    done = welcome.qm("release", "PR-ACC-001", "--finalise")
    assert (done.code, "PR-ACC-001 v1.0" in done.out) == (0, True), done.err
    tagged = welcome.git("rev-parse", "release/PR-ACC-001/1.0^{commit}").strip()
    changed = welcome.git(
        "diff-tree", "-r", "-m", "--first-parent", "--name-only", "--no-commit-id", tagged
    )
    assert changed.split() == [DOC]
    assert welcome.qm("check").code == 0
    verified = welcome.qm("verify")
    assert verified.code == 0, verified.out
    twice = welcome.qm("release", "PR-ACC-001", "--finalise")
    assert (twice.code, "released already" in twice.err) == (3, True), twice.err


def test_a_proposal_merged_with_other_changes_is_no_version(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why", "--propose").code == 0
    welcome.git("merge", "-q", "--squash", PROPOSAL)
    welcome.write({OTHER: procedure("PR-ACC-002", "## Purpose\n\nSlipped in.\n")})
    welcome.commit(message="Squashed with something else")
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "--finalise")
    assert (done.code, "with other changes" in done.err) == (3, True), done.err
    assert welcome.state() == before


def test_only_a_quality_manager_finalises(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why", "--propose").code == 0
    merge(welcome, "squash")
    welcome.iam("Mia", "mia@example.org")
    done = welcome.qm("release", "PR-ACC-001", "--finalise")
    assert (done.code, "only a quality manager" in done.err) == (3, True), done.err


class Second(Centre):
    """A clone in which another quality manager works."""

    def __init__(self, first: Centre, root: Path) -> None:
        self.root = root
        self._capture = first._capture
        subprocess.run(["git", "clone", "-q", "server.git", str(root)], cwd=root.parent, check=True)
        self.iam("Second Manager", "rq2@example.org")


@pytest.fixture
def clones(welcome: Centre) -> tuple[Centre, Centre]:
    """Return two clones of one server, with two quality managers."""
    welcome.commit(
        {"qm.yaml": TWO, "processes/welcome/applicables/PR-ACC-003.md": procedure("PR-ACC-003")}
    )
    server = welcome.root.parent / "server.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(server)], check=True)
    welcome.git("remote", "add", "origin", str(server))
    welcome.git("push", "-q", "-u", "origin", "main")
    return welcome, Second(welcome, welcome.root.parent / "second")


def push(centre: Centre, *tags: str) -> bool:
    """Push the branch and *tags* together; return whether the server took them."""
    done = subprocess.run(
        ["git", "push", "-q", "--atomic", "origin", "main", *tags],
        cwd=centre.root,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_a_rejected_push_is_released_again_on_what_the_other_pushed(
    clones: tuple[Centre, Centre],
) -> None:
    first, second = clones
    assert first.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert push(first, "release/PR-ACC-001/1.0")
    for name in ("PR-ACC-001", "PR-ACC-002"):
        assert second.qm("release", name, "-m", "second", "--effective", "2999-01-01").code == 0
    lost = second.git("rev-parse", "release/PR-ACC-002/1.0").strip()
    assert not push(second, "release/PR-ACC-001/1.0", "release/PR-ACC-002/1.0")
    early = second.qm("release", "--redo")
    assert (early.code, "git fetch" in early.err) == (3, True), early.err
    second.git("fetch", "-q")
    blocked = second.qm("release", "PR-ACC-003", "-m", "why")
    assert (blocked.code, "qm release --redo" in blocked.err) == (3, True), blocked.err

    second.write({"untracked.txt": "mine", "staged.txt": "mine"})
    second.git("add", "staged.txt")
    before = second.state()
    assert "Would set" in second.qm("release", "--redo", "--dry-run").out
    assert second.state() == before
    done = second.qm("release", "--redo")
    assert done.code == 3  # one of the two was released by the other meanwhile
    assert "Not released: PR-ACC-001 1.0 is released already" in done.out
    assert "Released: PR-ACC-002 v1.0, in force from 2999-01-01" in done.out
    assert second.git("status", "--porcelain") == "A  staged.txt\n?? untracked.txt\n"
    assert lost in second.git("for-each-ref", "refs/qm/abandoned")
    assert "reason: second" in second.git("cat-file", "tag", "release/PR-ACC-002/1.0")

    second.git("fetch", "-q", "--tags")
    assert push(second, "release/PR-ACC-002/1.0")
    first.git("pull", "-q", "--ff-only", "--tags")
    for clone in clones:
        verified = clone.qm("verify")
        assert verified.code == 0, verified.out
        assert "approver: [rq1]" in (clone.root / DOC).read_text()


def test_a_redo_never_moves_commits_that_are_no_releases(clones: tuple[Centre, Centre]) -> None:
    first, second = clones
    assert first.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert push(first, "release/PR-ACC-001/1.0")
    second.commit({"notes.txt": "mine"})
    assert second.qm("release", "PR-ACC-002", "-m", "second").code == 0
    second.git("fetch", "-q")
    before = second.state()
    done = second.qm("release", "--redo")
    assert (done.code, "are no releases" in done.err) == (3, True), done.err
    assert second.state() == before


def test_an_approval_does_not_make_the_commit_it_stands_on_one_to_be_given_up(
    clones: tuple[Centre, Centre],
) -> None:
    first, second = clones
    asks = TWO + "approvals: {procedure: {approve: 1}}\n"
    first.commit({"qm.yaml": asks})
    assert push(first)
    second.git("pull", "-q", "--ff-only")
    first.commit({"notes.txt": "theirs"})
    assert push(first)
    assert second.qm("submit", "PR-ACC-002").code == 0
    approved = second.qm("approve", "PR-ACC-002")
    assert approved.code == 0, approved.err
    second.git("fetch", "-q")
    before = second.state()
    done = second.qm("release", "--redo")
    assert (done.code, "are no releases" in done.err) == (3, True), done.err
    assert second.state() == before


def test_a_redo_gives_up_no_version_that_the_others_had(clones: tuple[Centre, Centre]) -> None:
    first, second = clones
    assert first.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert push(first, "release/PR-ACC-001/1.0")
    second.commit({"theirs.txt": "written on a history without the release"})
    second.git("push", "-q", "--force", "origin", "main")
    first.git("fetch", "-q")
    before = first.state()
    for options in ((), ("--dry-run",)):
        done = first.qm("release", "--redo", *options)
        assert (done.code, "its history was rewritten" in done.err) == (3, True), done.err
    assert first.state() == before


def test_a_record_is_sound_after_a_redo_of_what_had_been_verified(
    clones: tuple[Centre, Centre], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path / "state"))
    first, second = clones
    assert first.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert push(first, "release/PR-ACC-001/1.0")
    for name in ("PR-ACC-002", "PR-ACC-003"):
        assert second.qm("release", name, "-m", "second").code == 0
        assert second.qm("verify").code == 0
    second.git("fetch", "-q")
    done = second.qm("release", "--redo")
    assert done.code == 0, done.err
    verified = second.qm("verify")
    assert (verified.code, "3 releases" in verified.out) == (0, True), verified.out


@pytest.mark.parametrize(
    "options",
    [
        ("--all", "--redo"),
        ("--redo", "PR-ACC-001"),
        ("--propose", "--finalise", "PR-ACC-001"),
        ("--finalise", "PR-ACC-001", "PR-ACC-002"),
        ("--propose", "POLICY"),
        ("POLICY", "PR-ACC-001"),
        ("--finalise", "PR-ACC-001", "--effective", "2999-01-01"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    welcome: Centre, options: tuple[str, ...]
) -> None:
    before = welcome.state()
    assert welcome.qm("release", *options, "-m", "why").code == 2
    assert welcome.state() == before


def test_several_documents_are_released_in_turn_and_a_refusal_stops_none(welcome: Centre) -> None:
    done = welcome.qm("release", "PR-ACC-001", "NO-SUCH", "PR-ACC-002", "-m", "why")
    assert done.code == 2
    assert "no document is called NO-SUCH" in done.out
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0", "release/PR-ACC-002/1.0"]
