"""Histories that are rewritten, mixed or merged, and repositories that hide what they hold."""

import subprocess
from pathlib import Path

import pytest

from tests.conftest import Centre, procedure
from tests.verify.forge import (
    DOC,
    OTHER,
    TAG,
    broken,
    head,
    is_sound,
    later,
    make_tag,
    payload_of,
    put_tag,
    release_by_hand,
    verify,
)


def take_back(centre: Centre) -> tuple[dict[str, str], str]:
    """Undo the release; return what its tag said, and the released text."""
    said, text = payload_of(centre), (centre.root / DOC).read_text()
    centre.git("tag", "-d", "release/PR-ACC-001/1.0")
    centre.git("reset", "-q", "--hard", "HEAD~1")
    return said, text


def test_a_commit_that_mixes_other_changes_is_found(record: Centre) -> None:
    said, text = take_back(record)
    release_by_hand(record, said, {DOC: text, OTHER: procedure("PR-ACC-002", "## X\n\nSlipped.\n")})
    assert broken(record) == {"mixed-commit"}


def test_a_merge_whose_content_is_in_none_of_its_parents_is_found(record: Centre) -> None:
    said, text = take_back(record)
    record.git("checkout", "-q", "-b", "side")
    record.commit({"side.txt": "x"})
    record.git("checkout", "-q", "main")
    record.commit({"main.txt": "x"})
    record.git("merge", "-q", "--no-commit", "--no-ff", "side")
    release_by_hand(record, said, {DOC: text, OTHER: procedure("PR-ACC-002", "## X\n\nSlipped.\n")})
    assert "merged-content" in broken(record)


def test_a_file_that_became_a_program_is_not_what_was_released(record: Centre) -> None:
    said, text = take_back(record)
    (record.root / DOC).chmod(0o755)
    release_by_hand(record, said, {DOC: text})
    assert "blob-mismatch" in broken(record)


def test_a_branch_that_lost_a_release_whose_tag_is_there_is_found(record: Centre) -> None:
    record.git("reset", "-q", "--hard", "HEAD~1")
    assert "not-on-branch" in broken(record)


def test_a_branch_that_lost_its_last_release_is_found_by_the_anchor(record: Centre) -> None:
    is_sound(record)
    take_back(record)
    assert broken(record) == {"anchor-branch", "anchor-tag"}
    assert broken(record) == {"anchor-branch", "anchor-tag"}


def test_a_tag_that_was_made_again_is_found_by_the_anchor(record: Centre) -> None:
    is_sound(record)
    make_tag(record, TAG, head(record), payload_of(record) | {"reason": "another"})
    assert broken(record) == {"anchor-tag"}


def test_a_rewritten_commit_is_found_by_the_anchor(record: Centre) -> None:
    record.commit({"notes.txt": "x"})
    is_sound(record)
    record.git("commit", "-q", "--amend", "-m", "other words")
    assert broken(record) == {"anchor-branch"}


def test_a_history_written_anew_from_its_first_commit_is_found(record: Centre) -> None:
    is_sound(record)
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("checkout", "-q", "--orphan", "new")
    record.commit({DOC: procedure("PR-ACC-001")}, "all new")
    record.git("branch", "-q", "-f", "main", "new")
    record.git("checkout", "-q", "main")
    code, verdict = verify(record)
    assert code == 6
    assert "another history" in verdict["violations"][0]["message"]


def test_an_anchor_kept_elsewhere_finds_what_this_machine_never_saw(
    record: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "anchor.json"
    printed = record.qm("verify", "--print-anchor", "-o", str(kept))
    assert printed.code == 0, printed.err
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path / "fresh"))
    is_sound(record, "--anchor", str(kept))
    take_back(record)
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path / "fresher"))
    is_sound(record)
    assert broken(record, "--anchor", str(kept)) == {"anchor-branch", "anchor-tag"}


def test_an_anchor_that_cannot_be_believed_is_never_taken_for_none(
    record: Centre, tmp_path: Path
) -> None:
    is_sound(record)
    (anchor,) = (tmp_path / "state").iterdir()
    assert anchor.stat().st_mode & 0o777 == 0o600
    for content in (b"", b"{}", b'{"version": 9}', b"[" * 100_000):
        anchor.write_bytes(content)
        done = record.qm("verify")
        assert (done.code, "anchor" in done.err) == (4, True)
    anchor.unlink()
    anchor.symlink_to(tmp_path / "elsewhere")
    assert record.qm("verify").code == 4
    anchor.unlink()
    assert record.qm("verify", "--anchor", str(tmp_path / "none")).code == 2


def test_a_run_that_finds_something_leaves_the_anchor_as_it_was(
    record: Centre, tmp_path: Path
) -> None:
    is_sound(record)
    (anchor,) = (tmp_path / "state").iterdir()
    before = anchor.read_bytes()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    broken(record)
    assert anchor.read_bytes() == before


def test_an_anchor_that_cannot_be_written_is_a_note(record: Centre, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file")
    assert "cannot be written" in " ".join(is_sound(record)["notes"])


def test_grafts_make_any_verdict_impossible(record: Centre) -> None:
    grafts = record.root / ".git/info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{head(record)}\n")
    code, verdict = verify(record)
    assert code == 6
    assert [one["name"] for one in verdict["violations"]] == ["grafts"]
    assert "cannot verify" in verdict["violations"][0]["message"]


def test_a_replaced_commit_hides_nothing(record: Centre) -> None:
    record.commit({DOC: (record.root / DOC).read_text().replace("Text.", "Other.")})
    record.git("replace", head(record), "HEAD~1")
    assert broken(record) == {"text-changed"}


def test_a_shallow_clone_cannot_verify(record: Centre, tmp_path: Path) -> None:
    target = tmp_path / "shallow"
    subprocess.run(
        ["git", "clone", "-q", "--depth", "1", f"file://{record.root}", str(target)], check=True
    )
    done = Centre(target, record._capture).qm("verify")
    assert (done.code, "git fetch --unshallow" in done.err) == (4, True)


def test_a_partial_clone_names_the_object_it_lacks(record: Centre, tmp_path: Path) -> None:
    record.git("config", "uploadpack.allowFilter", "true")
    target = tmp_path / "partial"
    command = ["git", "clone", "-q", "--no-checkout", "--filter=blob:none"]
    subprocess.run([*command, f"file://{record.root}", str(target)], check=True)
    done = Centre(target, record._capture).qm("verify")
    assert (done.code, "missing" in done.err or "not in this clone" in done.err) == (4, True), done


def loose(centre: Centre, name: str) -> Path:
    """Return the file of the loose object called *name*."""
    oid = centre.git("rev-parse", name).strip()
    return centre.root / ".git/objects" / oid[:2] / oid[2:]


@pytest.mark.parametrize("name", [TAG, "HEAD", "HEAD~1", f"HEAD:{DOC}", "HEAD^{tree}"])
@pytest.mark.parametrize("place", [0, -5])
def test_a_byte_flipped_in_an_object_is_found(record: Centre, name: str, place: int) -> None:
    file = loose(record, name)
    data = bytearray(file.read_bytes())
    data[place] ^= 0xFF
    file.chmod(0o644)
    file.write_bytes(data)
    done = record.qm("verify", "--full", "--no-cache")
    assert (done.code, "V702 damaged-object" in done.out) == (6, True), done


def test_an_object_that_holds_another_text_under_its_id_is_found(record: Centre) -> None:
    oid = record.git("rev-parse", TAG).strip()
    other = payload_of(record) | {"reason": "another"}
    make_tag(record, "refs/tags/other", head(record), other)
    data = loose(record, "refs/tags/other").read_bytes()
    file = loose(record, oid)
    file.chmod(0o644)
    file.write_bytes(data)
    assert broken(record) == {"damaged-object"}


def test_a_missing_object_is_said_and_not_taken_for_a_violation(record: Centre) -> None:
    loose(record, TAG).unlink()
    done = record.qm("verify")
    assert (done.code, "git fetch" in done.err) == (4, True), done.out


def test_the_commit_graph_decides_nothing(record: Centre) -> None:
    record.git("commit-graph", "write", "--reachable")
    graph = record.root / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    graph.write_bytes(graph.read_bytes()[:-40] + b"\0" * 40)
    is_sound(record)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"days": 2}, "date-ahead"),
        ({"minutes": -30}, "date-mismatch"),
    ],
)
def test_a_date_that_cannot_be_is_found(record: Centre, change: dict[str, int], name: str) -> None:
    said = payload_of(record)
    commit = head(record)
    make_tag(record, TAG, commit, said | {"date": later(said, **change)})
    assert name in broken(record)


def test_a_release_dated_before_the_one_before_it_is_found(record: Centre) -> None:
    said = payload_of(record)
    assert record.qm("release", "PR-ACC-002", "-m", "other").code == 0
    other, text = payload_of(record, TAG.replace("001", "002")), (record.root / OTHER).read_text()
    record.git("tag", "-d", "release/PR-ACC-002/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    release_by_hand(record, other, {OTHER: text}, date=later(said, hours=-1))
    assert broken(record) == {"date-goes-back"}


def test_a_tag_whose_own_date_is_another_is_found(record: Centre) -> None:
    said = payload_of(record)
    make_tag(record, TAG, head(record), said)
    file = record.git("cat-file", "tag", TAG)
    assert said["date"] in file
    data = file.replace(said["date"], later(said, minutes=1))
    put_tag(record, TAG, data.encode())
    assert broken(record) == {"date-mismatch"}
