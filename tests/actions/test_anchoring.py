"""Step 15: what a release publishes joins the anchor of a record that was verified before."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SETTINGS, Centre, procedure

TAG = "release/PR-ACC-001/1.0"
OTHER = "release/PR-ACC-002/1.0"


@pytest.fixture(autouse=True)
def state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return the folder of the anchors of one test."""
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


def anchor(state: Path) -> dict[str, Any]:
    """Return the one anchor that is kept."""
    (path,) = state.iterdir()
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def release(centre: Centre, *names: str) -> None:
    """Release the documents *names*."""
    done = centre.qm("release", *names, "-m", "why")
    assert done.code == 0, done.err


def test_a_release_after_a_verification_leaves_the_anchor_that_another_one_would(
    welcome: Centre, state: Path
) -> None:
    assert welcome.qm("verify").code == 0
    welcome.commit({"notes.txt": "work between the two"})
    release(welcome, "PR-ACC-001", "PR-ACC-002")
    followed = anchor(state)
    assert sorted(followed["tags"]) == [f"refs/tags/{TAG}", f"refs/tags/{OTHER}"]
    assert welcome.qm("verify", "--full").code == 0
    assert anchor(state) == followed
    welcome.commit({"qm.yaml": SETTINGS.replace("Mia Author", "Mia M. Author")})
    release(welcome, "POLICY")
    followed = anchor(state)
    assert followed["policy"] == followed["commit"] == welcome.git("rev-parse", "HEAD").strip()
    assert welcome.qm("verify", "--full").code == 0
    assert anchor(state) == followed


def test_a_release_that_was_dropped_before_it_was_ever_verified_is_found(welcome: Centre) -> None:
    assert welcome.qm("verify").code == 0
    release(welcome, "PR-ACC-001")
    welcome.git("tag", "-d", TAG)
    welcome.git("reset", "-q", "--hard", "HEAD~1")
    done = welcome.qm("verify")
    assert (done.code, "anchor-branch" in done.out, "anchor-tag" in done.out) == (6, True, True)


def test_a_release_makes_no_anchor_and_takes_no_tag_of_others_into_one(
    welcome: Centre, state: Path
) -> None:
    release(welcome, "PR-ACC-001")
    assert not state.exists()
    assert welcome.qm("verify").code == 0
    before = anchor(state)
    welcome.git("tag", "-a", "-m", "forged", "release/PR-ACC-009/1.0")
    release(welcome, "PR-ACC-002")
    assert anchor(state) == before
    done = welcome.qm("verify")
    assert (done.code, "PR-ACC-009" in done.out, OTHER in done.out) == (6, True, False), done.out


@pytest.mark.parametrize("damage", ["link", "text", "folder"])
def test_an_anchor_that_fails_spoils_no_release(welcome: Centre, state: Path, damage: str) -> None:
    assert welcome.qm("verify").code == 0
    (path,) = state.iterdir()
    path.unlink()
    if damage == "link":
        path.symlink_to(state / "nowhere")
    elif damage == "text":
        path.write_text("no anchor")
    else:
        state.rmdir()
        state.write_text("a file")
    release(welcome, "PR-ACC-001")
    assert welcome.git("status", "--porcelain") == ""


def test_every_decision_of_a_life_joins_the_anchor(welcome: Centre, state: Path) -> None:
    assert welcome.qm("verify").code == 0
    release(welcome, "PR-ACC-001")
    assert welcome.qm("review", "PR-ACC-001", "-m", "still right").code == 0
    assert welcome.qm("withdraw", "PR-ACC-001", "--reason", "no longer done").code == 0
    welcome.commit({"processes/welcome/applicables/PR-ACC-004.md": procedure("PR-ACC-004")})
    release(welcome, "PR-ACC-004")
    followed = anchor(state)
    assert len(followed["tags"]) == 4
    done = welcome.qm("verify", "--full")
    assert (done.code, anchor(state)) == (0, followed), done.out
