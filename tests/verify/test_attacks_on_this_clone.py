"""What stands beside the objects of a clone, and in the user's folders: none of it is believed."""

import json
import marshal
import os
import zlib
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre
from tests.verify.forge import (
    DOC,
    TAG,
    broken,
    head,
    is_sound,
    make_tag,
    payload_of,
    piped,
    put_tag,
    raw_tag,
    release_by_hand,
    signature,
)
from tests.verify.test_attacks_on_history import loose


def test_the_branch_that_an_unreleased_policy_names_is_not_the_one(record: Centre) -> None:
    record.git("branch", "clean")
    record.commit(
        {
            "qm.yaml": SETTINGS.replace("release_branch: main", "release_branch: clean"),
            DOC: (record.root / DOC).read_text().replace("Text.", "Other."),
        }
    )
    assert broken(record) == {"text-changed"}


def test_a_remote_branch_that_lost_a_version_seen_there_is_found(
    record: Centre, tmp_path: Path
) -> None:
    before = head(record)
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    record.git("update-ref", "refs/remotes/origin/main", "HEAD")
    record.git("reset", "-q", "--hard", before)
    assert "behind" in " ".join(is_sound(record)["notes"])
    record.git("update-ref", "refs/remotes/origin/main", before)
    assert broken(record) == {"not-on-branch"}


@pytest.mark.parametrize(
    "content",
    [
        {"tags": {"x": "y"}},
        {"tags": {"refs/tags/release/\ud800/1.0": "y"}, "branch": "\ud800"},
        {"commit": "\u202e"},
    ],
)
def test_an_anchor_with_odd_words_is_refused_or_compared(
    record: Centre, tmp_path: Path, content: dict[str, object]
) -> None:
    is_sound(record)
    (anchor,) = (tmp_path / "state").iterdir()
    anchor.write_text(json.dumps(json.loads(anchor.read_text()) | content))
    assert record.qm("verify").code in (4, 6)
    assert record.qm("verify", "--format", "json").code in (4, 6)


def test_a_folder_or_a_pipe_in_the_place_of_an_anchor_is_refused(
    record: Centre, tmp_path: Path
) -> None:
    is_sound(record)
    (anchor,) = (tmp_path / "state").iterdir()
    anchor.unlink()
    anchor.mkdir()
    done = record.qm("verify")
    assert (done.code, "anchor" in done.err) == (4, True)
    anchor.rmdir()
    os.mkfifo(anchor)
    assert record.qm("verify").code == 4


def test_the_anchor_of_another_repository_is_found(record: Centre, tmp_path: Path) -> None:
    is_sound(record)
    (anchor,) = (tmp_path / "state").iterdir()
    other = json.loads(anchor.read_text()) | {"commit": "1" * 40}
    anchor.write_text(json.dumps(other))
    assert broken(record) == {"anchor-branch"}


def test_a_log_that_is_no_file_stops_nothing(record: Centre) -> None:
    log = record.root / ".git/logs" / TAG
    log.unlink(missing_ok=True)
    os.mkfifo(log)
    is_sound(record)
    log.unlink()
    log.symlink_to("/dev/zero")
    is_sound(record)


def test_a_text_shown_under_the_id_of_another_is_found_and_never_kept(record: Centre) -> None:
    true = (record.root / DOC).read_bytes()
    record.commit({DOC: true.replace(b"Text.", b"Other.")})
    file = loose(record, f"HEAD:{DOC}")
    kept = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(zlib.compress(b"blob %d\0" % len(true) + true))
    assert broken(record) == {"damaged-object"}
    record.qm("check")
    file.write_bytes(kept)
    assert broken(record) == {"text-changed"}
    assert broken(record, "--full") == {"text-changed"}


def test_a_cache_that_was_made_up_does_not_deceive_a_full_run(
    record: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path / "cache"))
    is_sound(record)
    true = record.git("rev-parse", f"HEAD:{DOC}").strip()
    record.commit({DOC: (record.root / DOC).read_text().replace("Text.", "Other.")})
    forged = record.git("rev-parse", f"HEAD:{DOC}").strip()
    for file in (tmp_path / "cache").rglob("*.qmcache"):
        kept = marshal.loads(file.read_bytes()[4:])  # noqa: S302 - of this test
        lies = {key.replace(true, forged): value for key, value in kept.items()}
        data = marshal.dumps(kept | lies)
        for name in (f"{int(forged[-2:], 16) % 64:02x}", file.stem):
            place = file.with_name(f"{name}.qmcache")
            place.write_bytes(zlib.crc32(data).to_bytes(4) + data)
    assert broken(record, "--full") == {"text-changed"}


def test_a_tree_that_only_the_commit_graph_tells_hides_no_change(record: Centre) -> None:
    said, text = payload_of(record), (record.root / DOC).read_text()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    release_by_hand(record, said, {DOC: text, "other.txt": "hidden"})
    assert broken(record) == {"mixed-commit"}
    # The graph gives the parent a tree that has the other file already.
    tree = record.git("rev-parse", "HEAD~1^{tree}").strip()
    blob = record.git("rev-parse", "HEAD:other.txt").strip()
    listed = record.git("ls-tree", tree) + f"100644 blob {blob}\tother.txt\n"
    lines = sorted(listed.splitlines(), key=lambda line: line.partition("\t")[2])
    other = piped(record, ("\n".join(lines) + "\n").encode(), "mktree")
    record.git("commit-graph", "write", "--reachable")
    graph = record.root / ".git/objects/info/commit-graph"
    graph.chmod(0o644)
    data = graph.read_bytes().replace(bytes.fromhex(tree), bytes.fromhex(other))
    graph.write_bytes(data)
    assert broken(record) == {"mixed-commit"}


def test_tags_that_are_packed_or_name_other_refs_are_read_as_they_are(record: Centre) -> None:
    oid = record.git("rev-parse", TAG).strip()
    record.git("pack-refs", "--all")
    is_sound(record)
    make_tag(record, TAG, head(record), payload_of(record) | {"role": "member"})
    assert "payload-mismatch" in broken(record)
    record.git("update-ref", "refs/elsewhere", oid)
    record.git("symbolic-ref", TAG, "refs/elsewhere")
    is_sound(record)
    record.git("update-ref", "-d", "refs/elsewhere")
    assert "anchor-tag" in broken(record)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_day_at_the_end_of_the_calendar_is_found(signed: Centre, key: Path, moment: str) -> None:
    data = raw_tag(signed, TAG).partition(b"-----BEGIN")[0]
    said = payload_of(signed)
    data = data.replace(f"date: {said['date']}".encode(), f"date: {moment}".encode())
    put_tag(signed, TAG, data + signature(data, key))
    assert "payload-mismatch" in broken(signed)


def test_a_commit_with_a_date_of_thousands_of_digits_is_found(record: Centre) -> None:
    raw = record.git("cat-file", "commit", "HEAD")
    lines = raw.split("\n")
    for number, line in enumerate(lines):
        if line.startswith("committer "):
            lines[number] = line.rpartition("> ")[0] + "> " + "9" * 5000 + " +0000"
    oid = piped(
        record,
        "\n".join(lines).encode(),
        "hash-object",
        "-t",
        "commit",
        "-w",
        "--literally",
        "--stdin",
    )
    record.git("update-ref", "refs/heads/main", oid)
    make_tag(record, TAG, oid, payload_of(record))
    assert record.qm("verify").code == 6


def test_a_tag_of_many_megabytes_is_answered(record: Centre) -> None:
    data = raw_tag(record, TAG)
    put_tag(record, TAG, data.replace(b"reason: first", b"reason: " + b"x" * 20_000_000))
    assert record.qm("verify").code in (0, 6)
    put_tag(record, TAG, data + b"x\n" * 10_000_000)
    assert "tag-form" in broken(record)
