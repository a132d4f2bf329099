"""Records that hold: `qm verify` finds nothing, says on which level, and writes nothing here."""

import json
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure
from tests.verify.conftest import with_keys
from tests.verify.forge import DOC, OTHER, is_sound, merge_earlier, verify


def test_a_released_record_is_consistent_and_never_called_signed(record: Centre) -> None:
    done = record.qm("verify")
    assert (done.code, done.err) == (0, "")
    assert "1 release, 0 decisions, 0 violations" in done.out
    assert "L0 consistent" in done.out
    assert "declared" in done.out
    assert "signed" not in done.out
    assert is_sound(record, "--full")["level"] == 0


def test_reading_writes_nothing_in_the_repository(record: Centre) -> None:
    before = {path: path.read_bytes() for path in record.root.rglob("*") if path.is_file()}
    assert record.qm("verify", "--full", "--print-anchor").code == 0
    after = {path: path.read_bytes() for path in record.root.rglob("*") if path.is_file()}
    assert after == before


def test_drafts_new_versions_and_revisions_are_sound(record: Centre) -> None:
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    is_sound(record)
    assert record.qm("revise", "PR-ACC-001").code == 0
    is_sound(record, "--full")
    text = (record.root / DOC).read_text().replace("Text.", "Better text.")
    record.commit({DOC: text})
    is_sound(record)
    assert record.qm("release", "PR-ACC-001", "-m", "better").code == 0
    verdict = is_sound(record, "--full")
    assert verdict["releases"] == 3


def test_an_adopted_record_is_sound(centre: Centre) -> None:
    text = "---\nsop_version: 2.1.2\n---\n\n# Document control\n"
    centre.commit({"SOP-PR-001-Control.md": text, "SOP-PR-002-Other.md": text, "README.md": "x"})
    assert centre.qm("adopt").code == 0
    done = centre.qm("adopt")
    assert done.code == 0, done.err
    verdict = is_sound(centre, "--full")
    assert verdict["releases"] == 3
    assert centre.qm("revise", "SOP-PR-001").code == 0
    assert centre.qm("release", "SOP-PR-001", "-m", "ours").code == 0
    is_sound(centre, "--full")


def test_a_released_policy_is_sound_and_an_unreleased_change_is_a_note(record: Centre) -> None:
    more = SETTINGS.replace("processes:", "  - {id: leo, email: leo@example.org}\nprocesses:")
    record.commit({"qm.yaml": more})
    assert "not released" in " ".join(is_sound(record)["notes"])
    assert record.qm("release", "POLICY", "-m", "leo").code == 0
    assert is_sound(record)["notes"] == []
    assert record.qm("release", "PR-ACC-002", "-m", "under it").code == 0
    is_sound(record, "--full")


def test_decisions_about_a_version_are_sound(record: Centre) -> None:
    for command in (
        ("review", "PR-ACC-001"),
        ("withdraw", "PR-ACC-001", "--reason", "no longer done"),
        ("reinstate", "PR-ACC-001", "--reason", "done again"),
    ):
        done = record.qm(*command)
        assert done.code == 0, done.err
        is_sound(record, "--full")
    assert is_sound(record)["decisions"] == 3


def test_a_draft_that_is_reviewed_moved_and_given_up_is_sound(record: Centre) -> None:
    for command in (
        ("revise", "PR-ACC-001"),
        ("review", "PR-ACC-001"),
        ("revise", "--discard", "PR-ACC-001"),
        ("move", "PR-ACC-001", "processes/welcome/applicables/PR-ACC-001-renamed.md"),
    ):
        done = record.qm(*command)
        assert done.code == 0, (command, done.err)
        if record.git("status", "--porcelain"):
            record.commit()
        is_sound(record, "--full")


def test_a_version_that_was_approved_is_sound(centre: Centre) -> None:
    people = "  - {id: leo, email: leo@example.org}\n  - {id: ana, email: ana@example.org}\n"
    settings = SETTINGS.replace("processes:", people + "processes:")
    settings += "approvals: {procedure: {review: 1, approve: 1}}\n"
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    centre.iam("Leo", "leo@example.org")
    done = centre.qm("approve", "PR-ACC-001", "--as", "reviewed")
    assert done.code == 0, done.err
    centre.iam("Ana", "ana@example.org")
    assert centre.qm("approve", "PR-ACC-001").code == 0
    centre.iam("Quality Manager", "rq@example.org")
    done = centre.qm("release", "PR-ACC-001", "-m", "approved")
    assert done.code == 0, done.err
    assert is_sound(centre, "--full")["decisions"] == 2


def test_a_signed_record_is_on_level_one_and_on_two_once_it_is_anchored(signed: Centre) -> None:
    first, second = is_sound(signed), is_sound(signed)
    assert (first["level"], first["anchor"]) == (1, None)
    assert (second["level"], second["anchor"]["tags"]) == (2, 1)
    assert is_sound(signed, "--full")["signed"] == 1


def test_the_day_of_an_expired_key_is_the_day_of_the_tag(
    signed: Centre, key: Path, mia_key: Path
) -> None:
    ended = with_keys(key, mia_key, until=date.today().isoformat())
    signed.commit({"qm.yaml": ended})
    done = signed.qm("release", "POLICY", "-m", "the key ends")
    assert done.code == 0, done.err
    is_sound(signed, "--full")


def test_a_key_that_is_revoked_later_leaves_a_note_of_what_to_approve_again(
    signed: Centre, key: Path, mia_key: Path
) -> None:
    revoked = with_keys(key, mia_key, revoked="2999-01-01")
    signed.commit({"qm.yaml": revoked})
    assert signed.qm("release", "POLICY", "-m", "revoked").code == 0
    notes = is_sound(signed)["notes"]
    assert "approved again: release/POLICY/1.0, release/PR-ACC-001/1.0" in " ".join(notes)


def test_a_merged_branch_and_plain_commits_are_sound(record: Centre) -> None:
    record.git("checkout", "-q", "-b", "work", "HEAD~1")
    record.commit({OTHER: procedure("PR-ACC-002", "## Purpose\n\nMore.\n")})
    record.git("checkout", "-q", "main")
    record.git("merge", "-q", "--no-edit", "work")
    is_sound(record)
    assert record.qm("release", "PR-ACC-002", "-m", "merged").code == 0
    is_sound(record, "--full")


def test_a_proposal_that_was_merged_and_finalised_is_sound(record: Centre) -> None:
    done = record.qm("release", "PR-ACC-002", "-m", "proposed", "--propose")
    assert done.code == 0, done.err
    merge_earlier(record, "qm/PR-ACC-002-1.0", "forge@example.org")
    done = record.qm("release", "PR-ACC-002", "--finalise")
    assert done.code == 0, done.err
    is_sound(record, "--full")


def test_an_earlier_commit_and_an_earlier_release_can_be_verified(record: Centre) -> None:
    first = record.git("rev-parse", "HEAD").strip()
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    assert is_sound(record, "--at", first)["commit"] == first
    assert record.qm("verify", "--at", "nothing").code == 2


def test_a_record_without_any_release_is_sound(welcome: Centre) -> None:
    verdict = is_sound(welcome)
    assert (verdict["releases"], verdict["level"]) == (0, 0)


def test_the_steps_of_a_record_of_a_register_are_no_decisions(record: Centre) -> None:
    steps = "  - {state: proposed, date: 2026-03-02}\n  - {state: abandoned, date: 2026-03-03}\n"
    head = "id: ACT-1\ntitle: Tell them\nkind: action\ndate: 2026-03-02\nstatus: abandoned\n"
    path = "processes/welcome/enregistrements/ACT-1.md"
    record.commit({path: f"---\n{head}history:\n{steps}---\n\nText.\n"})
    is_sound(record)
    assert is_sound(record, "--full")["decisions"] == 0


def test_a_clone_is_sound_and_one_that_is_behind_says_so(record: Centre, tmp_path: Path) -> None:
    clone = Centre(tmp_path / "clone", record._capture)
    clone.git("remote", "add", "origin", str(record.root))
    clone.git("fetch", "-q", "--tags", "origin")
    clone.git("reset", "-q", "--hard", "origin/main")
    clone.git("branch", "-q", "--set-upstream-to=origin/main")
    is_sound(clone)
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    clone.git("fetch", "-q", "--tags", "origin")
    assert "behind" in " ".join(is_sound(clone)["notes"])


def test_json_and_files_and_formats(record: Centre, tmp_path: Path) -> None:
    target = tmp_path / "verdict.json"
    assert record.qm("verify", "-o", str(target)).code == 0
    assert set(json.loads(target.read_text())) == {
        *("version", "level", "branch", "commit", "releases", "decisions", "signed"),
        *("violations", "notes", "anchor"),
    }
    assert record.qm("verify", "--format", "html").code == 2


@pytest.mark.parametrize("options", [(), ("--full",)])
def test_replaced_objects_are_ignored_and_told(record: Centre, options: tuple[str, ...]) -> None:
    blob = record.git("rev-parse", f"HEAD:{DOC}").strip()
    record.write({"other.txt": "x"})
    other = record.git("hash-object", "-w", "other.txt").strip()
    (record.root / "other.txt").unlink()
    record.git("replace", blob, other)
    code, verdict = verify(record, *options)
    assert code == 0, verdict
    assert "refs/replace" in " ".join(verdict["notes"])


def test_the_same_record_gives_the_same_bytes(record: Centre) -> None:
    record.commit({DOC: (record.root / DOC).read_text().replace("Text.", "Other.")})
    record.git("tag", "release/PR-ACC-002/1.0")
    once, twice = (record.qm("verify", *more).out for more in ((), ("--no-cache",)))
    assert once == twice
    assert "V103" in once


def test_a_record_under_the_longer_hash_is_sound(record: Centre, tmp_path: Path) -> None:
    record.git("init", "-q", "-b", "main", "--object-format=sha256", str(tmp_path / "sha256"))
    moved = Centre(tmp_path / "sha256", record._capture)
    moved.commit({"qm.yaml": SETTINGS, DOC: procedure("PR-ACC-001")})
    assert moved.qm("release", "PR-ACC-001", "-m", "why").code == 0
    is_sound(moved, "--full")


def test_borrowed_objects_are_told(record: Centre, tmp_path: Path) -> None:
    record.git("clone", "-q", "--shared", str(record.root), str(tmp_path / "clone"))
    clone = Centre(tmp_path / "clone", record._capture)
    assert "borrowed" in " ".join(is_sound(clone, "--full")["notes"])
