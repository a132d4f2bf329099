"""What a forged tag, an interrupted run or an odd repository cannot obtain."""

import json
import mmap
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qmtool.actions import index_lock, working_files
from qmtool.actions.render import render
from qmtool.repository import git
from tests.conftest import SETTINGS, Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
MALLORY = "  - {id: mal, name: Mallory, email: mal@example.org, roles: [rq]}\n"


def promoted() -> str:
    """Return settings in which Mallory made herself a quality manager."""
    return SETTINGS.replace("processes:", MALLORY + "processes:")


def forge(centre: Centre, name: str, kind: str) -> None:
    """Make a tag by hand."""
    extra = ["-a", "-m", "by hand"] if kind == "annotated" else []
    root = centre.git("rev-list", "--max-parents=0", "HEAD").strip()
    centre.git("tag", *extra, name, "HEAD" if "POLICY" in name else root)


@pytest.mark.parametrize("kind", ["lightweight", "annotated"])
@pytest.mark.parametrize(
    "name", ["release/ZZ-1/1.0", "release/POLICY/2.0", "release/POLICY/9.5", "release/POLICY/0.1"]
)
def test_a_tag_made_by_hand_gives_nobody_a_right(welcome: Centre, name: str, kind: str) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    welcome.commit({"qm.yaml": promoted()})
    forge(welcome, name, kind)
    welcome.iam("Mallory", "mal@example.org")
    done = welcome.qm("release", "PR-ACC-002", "-m", "why")
    assert (done.code, "only a quality manager" in done.err) == (3, True), done.err
    assert "QM206" in welcome.qm("check", "--format", "concise").out


def test_a_policy_takes_effect_once_a_quality_manager_releases_it(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    welcome.commit({"qm.yaml": promoted()})
    welcome.iam("Mallory", "mal@example.org")
    assert welcome.qm("release", "POLICY", "-m", "me").code == 3
    welcome.iam("Quality Manager", "rq@example.org")
    before = welcome.state()
    planned = welcome.qm("release", "POLICY", "-m", "a second manager", "--dry-run")
    assert (planned.code, "Would release the policy" in planned.out) == (0, True)
    assert welcome.state() == before
    done = welcome.qm("release", "POLICY", "-m", "a second manager")
    assert (done.code, "version 1.0" in done.out) == (0, True), done.err
    assert "QM206" not in welcome.qm("check", "--format", "concise").out
    welcome.iam("Mallory", "mal@example.org")
    assert welcome.qm("release", "PR-ACC-002", "-m", "why").code == 0
    payload = welcome.git("cat-file", "tag", "release/POLICY/1.0")
    assert "document: POLICY\nversion: 1.0\norigin: released\npath: qm.yaml\n" in payload


def test_a_role_that_has_ended_gives_no_right(welcome: Centre) -> None:
    ended = SETTINGS.replace("roles: [rq]}", "roles: [rq], until: 2020-01-01}")
    current = "  - {id: rq2, email: RQ@example.org, roles: [rq], from: 2020-01-02}\n"
    welcome.commit({"qm.yaml": ended})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 3
    welcome.commit({"qm.yaml": ended.replace("processes:", current + "processes:")})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert "approver: [rq2]" in (welcome.root / DOC).read_text()


def test_a_configuration_of_signatures_runs_no_program(welcome: Centre) -> None:
    marker = welcome.root.parent / "ran"
    script = welcome.root.parent / "gpg.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\n")
    script.chmod(0o755)
    signed = welcome.git("cat-file", "commit", "HEAD").replace(
        "\n\n", "\ngpgsig -----BEGIN PGP SIGNATURE-----\n x\n -----END PGP SIGNATURE-----\n\n", 1
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin"],
        input=signed.encode(),
        cwd=welcome.root,
        capture_output=True,
        check=True,
    )
    welcome.git("update-ref", "refs/heads/main", made.stdout.decode().strip())
    welcome.git("config", "log.showSignature", "true")
    welcome.git("config", "gpg.program", str(script))
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert not marker.exists()


def test_ctrl_c_while_the_refs_move_waits_until_all_is_published(welcome: Centre) -> None:
    hook = welcome.root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        '#!/bin/sh\n[ "$1" = committed ] && kill -INT $(ps -o ppid= -p $PPID)\nexit 0\n'
    )
    hook.chmod(0o755)
    program = [sys.executable, "-m", "qmtool", "release", "PR-ACC-001", "-m", "why"]
    done = subprocess.run(program, cwd=welcome.root, capture_output=True, check=False)
    assert done.returncode in (0, 130)
    hook.unlink()
    assert welcome.git("status", "--porcelain") == ""
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
    assert "status: released" in (welcome.root / DOC).read_text()


@pytest.mark.parametrize(
    ("owner", "step"), [(git, "move_refs"), (working_files.WorkingFiles, "place")]
)
def test_whatever_is_raised_after_the_refs_moved_is_told_and_the_release_finished(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, owner: object, step: str
) -> None:
    real = getattr(owner, step)

    def then_fail(*arguments: object, **options: object) -> None:
        real(*arguments, **options)
        raise MemoryError("late")

    welcome.write({"staged.txt": "staged"})
    welcome.git("add", "staged.txt")
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, then_fail)
        assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 70
    assert welcome.qm("revise", "NO-SUCH").code == 2
    assert welcome.git("status", "--porcelain") == "A  staged.txt\n"
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
    assert welcome.state()["locks"] == []


def test_a_lock_of_another_program_is_left_where_it_is(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = index_lock.IndexLock.become_index

    def then_another(self: index_lock.IndexLock) -> None:
        real(self)
        self.path.write_bytes(b"another")

    monkeypatch.setattr(index_lock.IndexLock, "become_index", then_another)
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert (welcome.root / ".git/index.lock").read_bytes() == b"another"


def test_two_releases_at_once_give_one_winner(welcome: Centre) -> None:
    program = [sys.executable, "-m", "qmtool", "release", "PR-ACC-001", "-m", "why"]
    codes: list[int] = []

    def run() -> None:
        done = subprocess.run(program, cwd=welcome.root, capture_output=True, check=False)
        codes.append(done.returncode)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0, 3, 3]
    assert welcome.git("status", "--porcelain") == ""


def test_a_document_behind_a_symbolic_link_is_neither_read_nor_written(welcome: Centre) -> None:
    outside = welcome.root.parent / "outside"
    (welcome.root / "processes/welcome/applicables").rename(outside)
    (welcome.root / "processes/welcome/applicables").symlink_to(outside)
    before = {path: path.read_bytes() for path in outside.iterdir()}
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 3
    listed = json.loads(welcome.qm("list", "--format", "json").out)
    assert listed["documents"] == []
    assert welcome.qm("new", "procedure", "T", "--process", "welcome").code == 2
    assert {path: path.read_bytes() for path in outside.iterdir()} == before


def test_the_attachments_of_a_release_get_their_sums_and_none_is_lost(welcome: Centre) -> None:
    names = ("a.docx", "../files/b.docx", "./c.docx")
    rows = "".join(f"  - {{file: {name}}}\n" for name in names)
    text = procedure("PR-ACC-001").replace("---\n\n", f"attachments:\n{rows}---\n\n")
    folder = "processes/welcome/applicables"
    files = {
        f"{folder}/a.docx": "a",
        "processes/welcome/files/b.docx": "b",
        f"{folder}/c.docx": "c",
    }
    welcome.commit({DOC: text, **files})
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    after = (welcome.root / DOC).read_text()
    assert all(
        f"file: {json.dumps(name) if name[0] == '.' else name}, sha256: " in after for name in names
    )
    assert welcome.qm("check").code == 0


@pytest.mark.parametrize(
    "history",
    [
        'history: [\n  {version: "1.0", date: 2026-01-01, approver: [rq1], reviewer: [mia]}]\n',
        'history:\n  - {version: "1.0", date: 2026-01-01, approver: [rq1]}\n'
        '  - {version: "2.0", date: 2026-01-01, approver: [rq1]}\nversion: "2.0"\n',
    ],
)
def test_a_history_written_by_hand_is_never_released(welcome: Centre, history: str) -> None:
    text = procedure("PR-ACC-001").replace("---\n\n", f"status: draft\n{history}---\n\n")
    welcome.commit({DOC: text})
    before = welcome.state()
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 3
    assert welcome.state() == before


def test_all_says_every_document_that_it_leaves(welcome: Centre) -> None:
    folder = "processes/welcome/applicables"
    welcome.commit(
        {
            f"{folder}/PR-ACC-003.md": "# No front matter\n",
            f"{folder}/PR-ACC-004.md": procedure("PR-ACC-004").replace("procedure", "unknown"),
        }
    )
    done = welcome.qm("release", "--all")
    assert done.code == 1
    assert "PR-ACC-003.md has errors" in done.out
    assert "PR-ACC-004 has errors" in done.out


def test_a_document_may_be_named_by_a_path_from_the_working_folder(welcome: Centre) -> None:
    done = welcome.qm(
        "-C", "processes/welcome/applicables", "release", "./PR-ACC-001.md", "-m", "y"
    )
    assert done.code == 0, done.err


def test_unmerged_files_stop_a_release(welcome: Centre) -> None:
    oid = welcome.git("hash-object", "-w", "qm.yaml").strip()
    lines = "".join(f"100644 {oid} {stage}\tother.txt\n" for stage in (1, 2))
    subprocess.run(
        ["git", "update-index", "--index-info"], input=lines.encode(), cwd=welcome.root, check=True
    )
    done = welcome.qm("release", "PR-ACC-001", "-m", "why")
    assert (done.code, "other.txt is not merged" in done.err) == (4, True)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 / 0 }}",
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{{ 'a' * 10**12 }}",
        b"\xe9",
    ],
)
def test_a_template_that_fails_or_never_ends_is_one_sentence(
    welcome: Centre, template: str | bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmtool.actions.render.MAX_SECONDS", 1)
    kind = "label: {en: P}\ncategory: applicable\ncontrolled: true\nevidence: [PRO]\n"
    welcome.commit(
        {
            "templates/procedure/kind.yaml": kind,
            "templates/procedure/template.en.md.j2": template,
        }
    )
    done = welcome.qm("new", "procedure", "T", "--process", "welcome")
    assert (done.code, "template.en.md.j2" in done.err) == (2, True), done.err


def test_a_template_is_filled_by_a_program_of_any_size() -> None:
    with mmap.mmap(-1, 700 << 20):  # addresses only: no page of it is touched
        assert render("{{ 'x' * 9999999 }}", "t.j2", {}) == "x" * 9_999_999


def test_new_takes_the_number_after_the_last_even_in_parallel(welcome: Centre) -> None:
    welcome.commit({"processes/welcome/applicables/PR-ACC-007.md": procedure("PR-ACC-007")})
    program = [sys.executable, "-m", "qmtool", "new", "procedure", "T", "--process", "welcome"]
    running = [
        subprocess.Popen(program, cwd=welcome.root, stdout=subprocess.PIPE) for _ in range(3)
    ]
    assert [process.communicate()[0] is not None for process in running] == [True] * 3
    folder = welcome.root / "processes/welcome/applicables"
    assert sorted(path.name[:10] for path in folder.glob("*-t.md")) == [
        "PR-ACC-008",
        "PR-ACC-009",
        "PR-ACC-010",
    ]


def test_an_output_never_replaces_a_document_or_a_device(welcome: Centre, tmp_path: Path) -> None:
    assert welcome.qm("list", "-o", "qm.yaml").code == 2
    assert welcome.qm("list", "-o", DOC).code == 2
    assert welcome.qm("list", "-o", "nowhere/x.txt").code == 2
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    assert welcome.qm("list", "-o", str(pipe)).code == 0
    assert b"PR-ACC-001" in reader.communicate()[0]
    assert pipe.is_fifo()


def test_signals_are_as_before_after_a_release(welcome: Centre) -> None:
    before = signal.getsignal(signal.SIGINT)
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert signal.getsignal(signal.SIGINT) is before


def test_a_program_of_the_repository_is_never_run_as_git(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    marker = welcome.root.parent / "ran"
    for name in ("git", "ssh-keygen"):
        script = welcome.root / "bin" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!/bin/sh\ntouch {marker}\n")
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f".:{welcome.root / 'bin'}:{os.environ['PATH']}")
    assert welcome.qm("list").code == 0
    assert welcome.qm("-C", "bin", "release", "PR-ACC-001", "-m", "why").code == 0
    assert not marker.exists()
