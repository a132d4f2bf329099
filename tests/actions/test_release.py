"""`qm release` and `qm revise`: all of it or nothing, and only by a quality manager."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from qmtool.actions import publish
from qmtool.cli import release_command
from tests.conftest import SETTINGS, Centre, Result, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"


def test_a_release_is_one_commit_of_one_file_and_one_annotated_tag(welcome: Centre) -> None:
    done = welcome.qm("release", "PR-ACC-001", "--summary", "first")
    assert done.code == 0, done.err
    assert "PR-ACC-001 v1.0" in done.out
    assert welcome.git("diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD").split() == [DOC]
    assert welcome.git("cat-file", "-t", "release/PR-ACC-001/1.0").strip() == "tag"
    assert welcome.git("rev-parse", "release/PR-ACC-001/1.0^{commit}") == welcome.git(
        "rev-parse", "HEAD"
    )
    payload = welcome.git("cat-file", "tag", "release/PR-ACC-001/1.0")
    keys = [line.partition(":")[0] for line in payload.split("\n\n")[1].splitlines()]
    assert keys == [
        *("format", "document", "version", "origin", "path", "blob", "digest", "policy"),
        *("signer", "name", "role", "meaning", "reason", "effective", "date"),
    ]
    assert f"blob: {welcome.git('rev-parse', f'HEAD:{DOC}').strip()}" in payload
    assert welcome.git("status", "--porcelain") == ""
    assert welcome.qm("check").code == 0


def test_the_versions_of_a_document_follow_each_other(welcome: Centre) -> None:
    for version in ("1.0", "2.0", "3.0"):
        done = welcome.qm("release", "PR-ACC-001", "-m", "why")
        assert done.code == 0, done.err
        assert f"v{version}" in done.out
        assert welcome.qm("revise", "PR-ACC-001").code == 0
    assert welcome.git("tag", "-l", "release/PR-ACC-001/*").split() == [
        f"release/PR-ACC-001/{version}" for version in ("1.0", "2.0", "3.0")
    ]


def test_other_staged_unstaged_and_untracked_work_is_left_as_it_was(welcome: Centre) -> None:
    other = "processes/welcome/applicables/PR-ACC-002.md"
    welcome.write({"staged.txt": "staged", "untracked.txt": "untracked"})
    welcome.git("add", "staged.txt")
    welcome.write({other: procedure("PR-ACC-002", "## Purpose\n\nChanged.\n")})
    before = welcome.git("status", "--porcelain")
    content = (welcome.root / other).read_bytes()
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.git("status", "--porcelain") == before
    assert (welcome.root / other).read_bytes() == content
    assert "staged.txt" not in welcome.git("ls-tree", "-r", "--name-only", "HEAD")


def test_the_body_comments_and_line_ends_of_a_released_file_are_kept(welcome: Centre) -> None:
    text = procedure("PR-ACC-001", owner="rq1   # a comment").replace("\n", "\r\n")
    welcome.commit({DOC: text})
    assert welcome.qm("release", "PR-ACC-001", "-m", 'a "quoted": reason').code == 0
    after = (welcome.root / DOC).read_bytes()
    assert b"owner: rq1   # a comment\r\n" in after
    assert after.count(b"\n") == after.count(b"\r\n")
    assert after.endswith(b"## Purpose\r\n\r\nText.\r\n")
    assert welcome.qm("check").code == 0


def test_only_a_quality_manager_of_the_policy_in_force_may_release(welcome: Centre) -> None:
    welcome.iam("Mia", "mia@example.org")
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    assert done.code == 3
    assert "only a quality manager may release" in done.err
    assert welcome.state() == before


def test_a_promotion_that_is_not_released_gives_no_right(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    welcome.commit(
        {
            "qm.yaml": SETTINGS.replace(
                "email: mia@example.org}", "email: mia@example.org, roles: [rq]}"
            )
        }
    )
    welcome.iam("Mia", "mia@example.org")
    done = welcome.qm("release", "PR-ACC-002", "-m", "why")
    assert done.code == 3
    assert "QM206" in welcome.qm("check", "--format", "concise").out


RECORD = "---\nid: EN-1\ntitle: R\nkind: record\ndate: 2026-01-01\n---\n"


def stage(centre: Centre) -> None:
    """Stage a change of the document."""
    centre.write({DOC: procedure("PR-ACC-001", "## Purpose\n\nStaged.\n")})
    centre.git("add", "-A")


def forget_who(centre: Centre) -> None:
    """Take the identity away."""
    centre.git("config", "--unset", "user.email")
    centre.git("config", "--unset", "user.name")


PREPARE: dict[str, Callable[[Centre], object]] = {
    "edit": lambda one: one.write({DOC: procedure("PR-ACC-001", "## Purpose\n\nEdited.\n")}),
    "stage": stage,
    "detach": lambda one: one.git("checkout", "-q", "--detach"),
    "branch": lambda one: one.git("checkout", "-q", "-b", "other"),
    "merge": lambda one: (one.root / ".git/MERGE_HEAD").write_text(one.git("rev-parse", "HEAD")),
    "error": lambda one: one.commit(
        {DOC: procedure("PR-ACC-001", "## Purpose\n\n[a](nowhere.md)\n")}
    ),
    "twice": lambda one: one.qm("release", "PR-ACC-001", "-m", "why"),
    "unknown": lambda one: None,
    "tag": lambda one: one.git("tag", "release/PR-ACC-001/1.0"),
    "record": lambda one: one.commit({"processes/welcome/enregistrements/EN-1.md": RECORD}),
    "approvals": lambda one: one.commit(
        {"qm.yaml": SETTINGS + "approvals: {procedure: {approve: 1}}\n"}
    ),
    "anonymous": forget_who,
}


@pytest.mark.parametrize(
    ("prepare", "code", "words"),
    [
        ("edit", 3, "not committed"),
        ("stage", 3, "not committed"),
        ("detach", 4, "detached"),
        ("branch", 4, "released on the branch main"),
        ("merge", 4, "merge is in progress"),
        ("error", 3, "has errors"),
        ("twice", 3, "released already"),
        ("unknown", 2, "Did you mean PR-ACC-001"),
        ("tag", 3, "exists already"),
        ("record", 3, "records are never released"),
        ("approvals", 3, "needs approvals"),
        ("anonymous", 4, "git config user.name"),
    ],
)
def test_a_release_that_may_not_be_is_refused_and_changes_nothing(
    welcome: Centre, prepare: str, code: int, words: str
) -> None:
    wanted = {"unknown": "PR-ACC-01", "record": "EN-1"}.get(prepare, "PR-ACC-001")
    PREPARE[prepare](welcome)
    before = welcome.state()
    done = welcome.qm("release", wanted, "-m", "why")
    assert (done.code, words in done.err) == (code, True), done.err
    assert welcome.state() == before


def test_a_dry_run_shows_the_plan_and_changes_nothing(welcome: Centre) -> None:
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "-m", "why", "--dry-run")
    assert done.code == 0
    assert "Would release PR-ACC-001 v1.0" in done.out
    assert welcome.state() == before


def test_all_releases_what_passes_and_lists_the_rest(welcome: Centre) -> None:
    broken = procedure("PR-ACC-003", "## Purpose\n\n[a](nowhere.md)\n")
    welcome.commit({"processes/welcome/applicables/PR-ACC-003.md": broken})
    done = welcome.qm("release", "--all")
    assert done.code == 1
    assert "PR-ACC-001 v1.0" in done.out
    assert "PR-ACC-002 v1.0" in done.out
    assert "Not released: PR-ACC-003" in done.out
    assert "QM301" in done.out
    assert "reason: baseline" in welcome.git("cat-file", "tag", "release/PR-ACC-001/1.0")


def test_a_version_may_apply_later_and_the_old_one_stays_in_force(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    done = welcome.qm("release", "PR-ACC-001", "-m", "why", "--effective", "2999-01-01")
    assert done.code == 0
    assert "Until then, v1.0 stays in force" in done.out
    assert '"in_force": "1.0"' in welcome.qm("list", "--format", "json").out
    later = welcome.qm("list", "--format", "json", "--on", "2999-01-02").out
    assert '"in_force": "2.0"' in later


def test_a_site_hook_can_veto_and_nothing_moves(welcome: Centre) -> None:
    hook = welcome.root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n[ $1 = prepared ] && { echo not today >&2; exit 1; }\nexit 0\n")
    hook.chmod(0o755)
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    assert done.code == 3
    assert "not today" in done.err
    assert welcome.state() == before


def _counting_git(folder: Path, fail_at: int, when: str) -> None:
    """Put a `git` into *folder* that fails at its n-th call, *before* or *after* doing it."""
    real = subprocess.run(["which", "git"], capture_output=True, text=True, check=True)
    script = folder / "git"
    failing = 'echo "disk full" >&2; exit 128'
    run = f'"{real.stdout.strip()}" "$@"'
    body = failing if when == "before" else f"{run} >/dev/null; {failing}"
    (folder / "n").write_text("0\n")
    script.write_text(
        f'#!/bin/sh\nread n < "{folder}/n"\nn=$((n + 1))\n'
        f'echo $n > "{folder}/n"\nif [ $n -eq {fail_at} ]; then {body}; fi\nexec {run}\n'
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)


def _release_with_failing_git(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, folder: Path, call: int, when: str
) -> tuple[Result, int]:
    """Release while the n-th call of Git fails; return the result and how often Git was called."""
    folder.mkdir()
    _counting_git(folder, call, when)
    with monkeypatch.context() as patched:
        patched.setenv("PATH", f"{folder}:{os.environ['PATH']}")
        done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    return done, int((folder / "n").read_text())


def _take_back(welcome: Centre) -> None:
    """Undo a release by hand."""
    welcome.git("update-ref", "-d", "refs/tags/release/PR-ACC-001/1.0")
    welcome.git("reset", "-q", "--soft", "HEAD~1")
    welcome.git("reset", "-q", "HEAD", "--", DOC)
    welcome.git("checkout", "-q", "--", DOC)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_release_whose_git_fails_at_any_call_leaves_everything_as_it_was(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, when: str
) -> None:
    welcome.write({"staged.txt": "staged", "untracked.txt": "untracked"})
    welcome.git("add", "staged.txt")
    whole, calls = _release_with_failing_git(welcome, monkeypatch, tmp_path / "0", 0, when)
    assert (whole.code, calls > 20) == (0, True), whole.err
    _take_back(welcome)
    before = welcome.state()
    failures = 0
    # A call that does its work before it fails matters where it changes something: the last ones.
    # `make crash` makes every call fail: here, every third.
    for call in range(1 if when == "before" else calls - 20, calls + 1, 3):
        folder = tmp_path / f"{when}-{call}"
        done, _ = _release_with_failing_git(welcome, monkeypatch, folder, call, when)
        if done.code == 0:  # qm may overlook it, such as a missing option of the branch
            _take_back(welcome)
            continue
        failures += 1
        if welcome.state() != before:
            settle(welcome)
        if welcome.git("tag", "-l"):
            assert is_released(welcome), f"git call {call} failed {when} its work"
            _take_back(welcome)
        assert welcome.state() == before, f"git call {call} failed {when} its work"
    assert failures > 3


def settle(centre: Centre) -> None:
    """Run a command that writes, which settles first what was interrupted."""
    assert centre.qm("revise", "NO-SUCH").code == 2


def is_released(centre: Centre) -> bool:
    """Return whether version 1.0 stands everywhere: branch, tag, index and file."""
    return (
        centre.git("log", "-1", "--format=%s") == "release PR-ACC-001 1.0: why\n"
        and centre.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
        and centre.git("status", "--porcelain", "--", DOC) == ""
        and "status: released" in (centre.root / DOC).read_text()
        and not (centre.root / ".git/qm/journal.json").exists()
        and not list((centre.root / ".git").rglob("*.lock"))
    )


@pytest.mark.parametrize(
    "step", ["journal.json", "index.lock", "index", "rename", "link", "fsync", "fchmod"]
)
def test_a_release_whose_disk_fails_is_undone_or_finished_by_the_next_command(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    real_replace, real_link = Path.replace, os.link

    def broken_replace(self: Path, target: Path) -> Path:
        if Path(target).name == step:
            raise OSError(28, "No space left on device", str(target))
        return real_replace(self, target)

    def broken(*arguments: object, **options: object) -> None:
        if step == "link" and "src_dir_fd" not in options:  # that of the index, before the journal
            return real_link(*arguments)
        raise OSError(28, "No space left on device")

    before = welcome.state()
    with monkeypatch.context() as patched:
        if step == "link":  # as on a system that cannot exchange two files
            patched.setattr("qmtool.actions.working_files._exchange", lambda *_: False)
        if step in ("index", "journal.json", "index.lock"):
            patched.setattr(Path, "replace", broken_replace)
        else:
            patched.setattr(os, step, broken)
        done = welcome.qm("release", "PR-ACC-001", "-m", "why", "--no-cache")
    assert (done.code, "No space left" in done.err) == (4, True), done.err
    published = step in ("index", "link", "rename")
    assert ("finishes" in done.err) is published
    if published:
        assert "is not finished" in welcome.qm("list").err
        settle(welcome)
        assert is_released(welcome)
        assert "is not finished" not in welcome.qm("list").err
    else:
        assert welcome.state() == before


def test_a_revision_of_an_edited_document_is_left_to_the_next_commit(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    head = welcome.git("rev-parse", "HEAD")
    text = (welcome.root / DOC).read_text()
    welcome.write({DOC: text.replace("Text.", "Better text.")})
    assert "QM203" in welcome.qm("check", "--format", "concise").out
    done = welcome.qm("revise", "PR-ACC-001")
    assert done.code == 0
    assert welcome.git("rev-parse", "HEAD") == head
    assert "status: draft" in (welcome.root / DOC).read_text()
    assert welcome.qm("check").code == 0


def test_a_draft_leaves_the_released_version_in_force(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    listed = welcome.qm("list", "--kind", "procedure", "--state", "draft", "--format", "json").out
    assert '"in_force": "1.0"' in listed


def test_the_policy_is_not_released_again_while_it_is_the_same(welcome: Centre) -> None:
    assert welcome.qm("release", "POLICY", "-m", "why").code == 0
    welcome.commit({"notes.txt": "another commit"})
    before = welcome.state()
    for options in ((), ("--dry-run",)):
        done = welcome.qm("release", "POLICY", "-m", "why", *options)
        assert (done.code, "released already, version 1.0" in done.err) == (3, True), done.err
    assert welcome.state() == before
    welcome.commit({"qm.yaml": SETTINGS.replace("Mia Author", "Mia M. Author")})
    assert welcome.qm("release", "POLICY", "-m", "why").code == 0
    assert welcome.git("tag", "-l").split() == ["release/POLICY/1.0", "release/POLICY/2.0"]


def test_a_document_named_twice_is_released_once(welcome: Centre) -> None:
    done = welcome.qm("release", "PR-ACC-001", "PR-ACC-001", "-m", "why")
    assert (done.code, "PR-ACC-001 1.0 is released already" in done.out) == (3, True), done.out
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]


def test_a_clock_behind_the_last_release_of_any_document_is_refused(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    before = welcome.state()
    real = release_command.now
    for hours, code in ((30, 3), (0.05, 0)):  # two clocks may differ by minutes
        late = timedelta(hours=hours)
        with monkeypatch.context() as patched:
            patched.setattr(release_command, "now", lambda late=late: real() - late)
            done = welcome.qm("release", "PR-ACC-002", "-m", "why")
        assert (done.code, "would go back" in done.err) == (code, bool(code)), done.err
        assert (welcome.state() == before) is bool(code)
    assert welcome.qm("verify").code == 0


@pytest.mark.parametrize("command", ["cherry-pick", "revert"])
def test_a_series_of_picks_that_waits_for_its_next_one_blocks_a_release(
    welcome: Centre, command: str
) -> None:
    for number in (1, 2):
        welcome.commit({"notes.txt": f"{number}\n"})
    last = ["HEAD~1", "HEAD"] if command == "cherry-pick" else ["HEAD~1", "HEAD~2"]
    picked = [welcome.git("rev-parse", one).strip() for one in last]
    welcome.commit({"notes.txt": "otherwise\n"})
    welcome.git(command, "--no-edit" if command == "revert" else "-x", *picked, check=False)
    welcome.commit({"notes.txt": "resolved\n"})  # by hand, which takes the one mark away
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    assert (done.code, f"git {command} --abort" in done.err) == (4, True), done.err
    assert welcome.state() == before
    welcome.git(command, "--quit")
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0


def test_a_folder_that_goes_while_its_document_is_released_is_not_made_again(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publish.git.move_refs

    def gone(*arguments: object, **options: object) -> None:
        shutil.rmtree((welcome.root / DOC).parent)
        real(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(publish.git, "move_refs", gone)
        done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    assert (done.code, f"{DOC} was edited meanwhile" in done.err) == (0, True), done.err
    assert not (welcome.root / DOC).parent.exists()
    welcome.git("checkout", "-q", "--", ".")
    assert is_released(welcome)
