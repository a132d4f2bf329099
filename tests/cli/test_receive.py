"""A server refuses a push that breaks the record or brings errors, and takes every other one."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, Result, built_once, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
NONE = "0" * 40
HOOK = '#!/bin/sh\nPYTHONPATH="{root}" exec "{python}" -P -m qmtool check --receive\n'


@pytest.fixture
@built_once
def pushed(welcome: Centre) -> Centre:
    """Return a clone of a server, which stands inside of it, with a released document."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    welcome.git("clone", "-q", "--bare", ".", "server.git")
    welcome.write({".gitignore": "server.git\n"})
    welcome.git("remote", "add", "origin", "server.git")
    return welcome


def send(centre: Centre, monkeypatch: pytest.MonkeyPatch, *refs: str) -> Result:
    """Let the hook of the server judge a push of *refs*, whose objects it has, and run nothing."""
    server = Centre.__new__(Centre)
    server.root, server._capture = centre.root / "server.git", centre._capture
    lines = []
    for ref in refs:
        new = centre.git("rev-parse", "--verify", "-q", ref, check=False).strip()
        old = server.git("rev-parse", "--verify", "-q", ref, check=False).strip()
        if new:
            centre.git("push", "-q", "-f", "origin", f"{ref}:refs/kept/{new}")
        lines.append(f"{old or NONE} {new or NONE} {ref}\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("".join(lines)))
    monkeypatch.setenv("GIT_DIR", ".")
    try:
        return server.qm("check", "--receive")
    finally:
        monkeypatch.delenv("GIT_DIR")


MAIN, TAG = "refs/heads/main", "refs/tags/release/PR-ACC-002/1.0"


def test_a_release_comes_in_with_its_tag_and_not_without(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert pushed.qm("release", "PR-ACC-002", "-m", "why").code == 0
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "PR-ACC-002" in done.out) == (6, True), done
    assert send(pushed, monkeypatch, MAIN, TAG) == Result(0, "", "")


def test_an_error_that_a_push_brings_is_refused_and_an_older_one_is_not(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.commit({"processes/welcome/applicables/PR-ACC-009.md": procedure("PR-ACC-008")})
    pushed.git("push", "-q", "origin", "main")
    pushed.commit({"notes.txt": "more"})
    assert send(pushed, monkeypatch, MAIN).code == 0
    pushed.commit({"processes/welcome/applicables/PR-ACC-007.md": procedure("PR-ACC-006")})
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "QM109" in done.out, "PR-ACC-009" in done.out) == (1, True, False), done


def test_a_released_text_that_was_edited_is_refused(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.commit({DOC: (pushed.root / DOC).read_text() + "\nMore.\n"})
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "PR-ACC-001" in done.out) == (6, True), done


def test_a_policy_of_the_push_does_not_judge_it(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = SETTINGS + "check: {ignore: [file-name-without-id]}\n"
    bad = {"processes/welcome/applicables/PR-ACC-007.md": procedure("PR-ACC-006")}
    pushed.commit({"qm.yaml": settings, **bad})
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "QM109" in done.out) == (1, True), done


def test_the_release_branch_is_neither_rewritten_nor_deleted(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.git("reset", "-q", "--hard", "HEAD~1")
    pushed.commit({"notes.txt": "instead"})
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "rewrites main" in done.err) == (3, True), done
    pushed.git("switch", "-q", "-c", "other")
    pushed.git("branch", "-q", "-D", "main")
    done = send(pushed, monkeypatch, MAIN)
    assert (done.code, "not deleted" in done.err) == (3, True), done


@pytest.mark.parametrize("is_deleted", [False, True])
def test_a_published_tag_neither_moves_nor_goes_away(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch, is_deleted: bool
) -> None:
    tag = "release/PR-ACC-001/1.0"
    pushed.git("tag", "-d", tag)
    if not is_deleted:
        pushed.git("tag", "-a", "-m", "mine", tag)
    done = send(pushed, monkeypatch, f"refs/tags/{tag}")
    assert (done.code, f"{tag} is published" in done.err) == (3, True), done


def test_a_forged_tag_is_refused(pushed: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    pushed.git("tag", "-a", "-m", "mine", "release/PR-ACC-002/1.0")
    done = send(pushed, monkeypatch, TAG)
    assert (done.code, "release/PR-ACC-002/1.0" in done.out) == (6, True), done


def test_other_branches_and_tags_come_in_as_they_are(
    pushed: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    pushed.git("switch", "-q", "-c", "work")
    pushed.commit({"processes/welcome/applicables/PR-ACC-007.md": procedure("PR-ACC-006")})
    pushed.git("tag", "meeting")
    assert send(pushed, monkeypatch, "refs/heads/work", "refs/tags/meeting") == Result(0, "", "")


def test_what_is_no_push_is_told(pushed: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("main\n"))
    done = pushed.qm("check", "--receive")
    assert (done.code, "OLD NEW REF" in done.err) == (2, True), done


def test_the_hook_of_a_real_server_keeps_a_bad_push_out(pushed: Centre) -> None:
    server = pushed.root / "server.git"
    hook = server / "hooks/pre-receive"
    hook.parent.mkdir(exist_ok=True)
    root = Path(__file__).resolve().parents[2]
    hook.write_text(HOOK.format(root=root, python=sys.executable))
    hook.chmod(0o755)
    pushed.commit({"processes/welcome/applicables/PR-ACC-007.md": procedure("PR-ACC-006")})
    command = ["git", "push", "-q", "origin", "main"]
    bad = subprocess.run(command, cwd=pushed.root, capture_output=True, check=False)
    assert (bad.returncode, b"remote: " in bad.stderr, b"QM109" in bad.stderr) == (1, True, True)
    pushed.git("reset", "-q", "--hard", "HEAD~1")
    assert pushed.qm("release", "PR-ACC-002", "-m", "why").code == 0
    pushed.git("push", "-q", "--atomic", "origin", "main", TAG)
    assert os.path.lexists(server / "qm") is False, "the server is only read"
