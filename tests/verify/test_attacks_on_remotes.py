"""Another repository as a witness: what differs, what is missing, and what it cannot make run."""

from pathlib import Path

import pytest

from tests.conftest import Centre
from tests.verify.forge import TAG, broken, head, is_sound, make_tag, payload_of


@pytest.fixture
def shared(record: Centre, tmp_path: Path) -> Centre:
    """Return a record with a remote repository that holds all of it."""
    record.git("init", "-q", "--bare", str(tmp_path / "remote.git"))
    record.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    record.git("push", "-q", "--atomic", "origin", "main", "release/PR-ACC-001/1.0")
    return record


def test_a_remote_that_holds_the_same_is_sound(shared: Centre) -> None:
    assert is_sound(shared, "--remote", "origin")["notes"] == []


def test_a_tag_that_is_another_object_there_is_found(shared: Centre) -> None:
    make_tag(shared, TAG, head(shared), payload_of(shared) | {"reason": "another"})
    is_sound(shared)
    assert broken(shared, "--remote", "origin") >= {"remote-tag"}


def test_what_only_one_side_has_is_a_note_with_what_to_type(shared: Centre) -> None:
    assert shared.qm("release", "PR-ACC-002", "-m", "here").code == 0
    notes = " ".join(is_sound(shared, "--remote", "origin")["notes"])
    assert "git push --atomic origin main release/PR-ACC-002/1.0" in notes
    shared.git("push", "-q", "--tags", "origin", "main")
    shared.git("tag", "-d", "release/PR-ACC-002/1.0")
    shared.git("reset", "-q", "--hard", "HEAD~1")
    shared.git("update-ref", "-d", "refs/remotes/origin/main")
    done = shared.qm("verify", "--remote", "origin")
    assert "git fetch --tags origin" in done.out


def test_a_branch_that_was_reset_there_is_found(shared: Centre) -> None:
    shared.git("push", "-q", "--force", "origin", "HEAD~1:main")
    shared.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert broken(shared, "--remote", "origin") == {"remote-branch"}


def test_a_branch_that_goes_another_way_there_is_found(shared: Centre) -> None:
    shared.git("checkout", "-q", "-b", "side", "HEAD~1")
    shared.commit({"x.txt": "x"})
    shared.git("push", "-q", "--force", "origin", "side:main")
    shared.git("checkout", "-q", "main")
    shared.git("update-ref", "refs/remotes/origin/main", "main")
    assert broken(shared, "--remote", "origin") == {"remote-branch"}


@pytest.mark.parametrize(
    ("url", "code"),
    [("ext::sh -c touch% {}", 4), ("http://localhost/x", 4), ("git://localhost/x", 4), ("-x", 4)],
)
def test_an_address_that_runs_a_program_runs_none(
    shared: Centre, tmp_path: Path, url: str, code: int
) -> None:
    marker = tmp_path / "ran"
    shared.git("config", "remote.origin.url", url.format(marker))
    assert shared.qm("verify", "--remote", "origin").code == code
    assert shared.qm("verify", "--remote", "nobody").code == 2
    assert not marker.exists()


def test_programs_of_the_configuration_are_not_run(shared: Centre, tmp_path: Path) -> None:
    marker = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\nexit 1\n")
    script.chmod(0o755)
    for key in ("core.sshCommand", "credential.helper", "core.askPass", "remote.origin.uploadpack"):
        shared.git("config", key, str(script))
    is_sound(shared, "--remote", "origin")
    shared.git("config", "remote.origin.url", "ssh://127.0.0.1:1/nowhere")
    assert shared.qm("verify", "--remote", "origin").code == 4
    shared.git("config", "url.ext::sh.insteadOf", "ssh://127.0.0.1:1")
    assert shared.qm("verify", "--remote", "origin").code == 4
    assert not marker.exists()
