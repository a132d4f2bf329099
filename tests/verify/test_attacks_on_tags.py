"""Tags that are moved, deleted, made again or made by hand: S41, and what they say: S37."""

import pytest

from tests.conftest import SETTINGS, Centre
from tests.verify.forge import (
    DOC,
    MIA,
    RQ,
    TAG,
    broken,
    head,
    is_sound,
    make_tag,
    payload_of,
    put_tag,
    raw_tag,
    release_by_hand,
)


def test_a_deleted_tag_is_found_by_the_row_that_tells_of_it(record: Centre) -> None:
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    assert broken(record) == {"tag-missing"}


def test_a_deleted_tag_in_the_middle_is_found(record: Centre) -> None:
    assert record.qm("revise", "PR-ACC-001").code == 0
    assert record.qm("release", "PR-ACC-001", "-m", "second").code == 0
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    assert broken(record) == {"tag-missing", "version-gap"}


def test_a_tag_moved_to_another_commit_is_found(record: Centre) -> None:
    record.commit({"other.txt": "x"})
    data = raw_tag(record, TAG)
    put_tag(record, TAG, data.replace(payload_commit(data), head(record).encode(), 1))
    assert "blob-mismatch" in broken(record)


def payload_commit(data: bytes) -> bytes:
    """Return the commit that a tag object names."""
    return data.split(b"\n", 1)[0].removeprefix(b"object ")


def test_a_tag_moved_away_and_back_is_told_by_its_log(record: Centre) -> None:
    mine = record.git("rev-parse", TAG).strip()
    record.git("update-ref", TAG, "HEAD")
    record.git("update-ref", TAG, mine)
    assert broken(record) == {"tag-moved"}


def test_a_lightweight_tag_says_nothing(record: Centre) -> None:
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("tag", "release/PR-ACC-001/1.0", "HEAD")
    assert "lightweight-tag" in broken(record)


def test_a_nested_tag_is_refused(record: Centre) -> None:
    inner = record.git("rev-parse", TAG).strip()
    data = raw_tag(record, TAG)
    data = data.replace(payload_commit(data), inner.encode(), 1)
    put_tag(record, TAG, data.replace(b"type commit", b"type tag", 1))
    assert "nested-tag" in broken(record)


def test_a_nested_tag_that_claims_to_name_a_commit_is_refused(record: Centre) -> None:
    inner = record.git("rev-parse", TAG).strip()
    data = raw_tag(record, TAG)
    put_tag(record, TAG, data.replace(payload_commit(data), inner.encode(), 1))
    assert "not-on-branch" in broken(record)


def test_a_tag_made_by_hand_is_no_tag_of_qm(record: Centre) -> None:
    record.git("tag", "-f", "-a", "-m", "by hand", "release/PR-ACC-001/1.0", "HEAD")
    assert {"tag-form"} <= broken(record)


def test_a_tag_copied_to_another_name_is_found(record: Centre) -> None:
    record.git("update-ref", "refs/tags/release/PR-ACC-001/2.0", TAG)
    record.git("update-ref", "refs/tags/release/PR-ACC-002/1.0", TAG)
    assert "tag-renamed" in broken(record)


@pytest.mark.parametrize(
    "name", ["release/loose", "release/a/1.0", "release/PR-ACC-001/last", "decision/PR-ACC-001/1.0"]
)
def test_a_ref_among_ours_that_is_none_of_ours_is_found(record: Centre, name: str) -> None:
    record.git("tag", name, "HEAD")
    assert "unknown-ref" in broken(record)


def test_a_version_that_was_made_up_is_found(record: Centre) -> None:
    said = payload_of(record) | {"version": "1.5"}
    make_tag(record, "refs/tags/release/PR-ACC-001/1.5", head(record), said)
    assert "payload-mismatch" in broken(record)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("document", "PR-ACC-002"),
        ("version", "2.0"),
        ("format", "2"),
        ("origin", "decided"),
        ("meaning", "approved"),
        ("role", "member"),
        ("path", "../PR-ACC-001.md"),
        ("date", "2026-13-01"),
        ("effective", "soon"),
        ("blob", "HEAD"),
    ],
)
def test_a_payload_that_contradicts_its_name_or_itself_is_found(
    record: Centre, key: str, value: str
) -> None:
    said = payload_of(record)
    data = raw_tag(record, TAG)
    put_tag(
        record, TAG, data.replace(f"{key}: {said[key]}\n".encode(), f"{key}: {value}\n".encode())
    )
    assert "payload-mismatch" in broken(record)


@pytest.mark.parametrize(
    "change",
    [
        (b"signer: rq1\n", b"signer: rq1\nsigner: mia\n"),
        (b"format: 1\n", b"format: 1\nextra: yes\n"),
        (b"reason: first\n", b""),
        (b"reason: first\n", b"reason: fi\x1b[2Jrst\n"),
        (b"reason: first\n", b"reason: fi\xe9st\n"),
        (b"tagger ", b"tagger x\ntagger "),
        (b"type commit\n", b"type commit\nx y\n"),
    ],
)
def test_a_tag_with_other_bytes_than_qm_writes_is_found(
    record: Centre, change: tuple[bytes, bytes]
) -> None:
    data = raw_tag(record, TAG)
    assert change[0] in data
    put_tag(record, TAG, data.replace(*change, 1))
    assert "tag-form" in broken(record)


def test_a_digest_that_is_not_that_of_the_file_is_found(record: Centre) -> None:
    said = payload_of(record) | {"digest": "sha256:" + "0" * 64}
    make_tag(record, TAG, head(record), said)
    assert {"digest-mismatch", "row-mismatch"} <= broken(record)
    assert {"digest-mismatch", "payload-mismatch"} <= broken(record, "--full")


def test_a_spoofed_committer_is_found(record: Centre) -> None:
    said, text = payload_of(record), (record.root / DOC).read_text()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    release_by_hand(record, said, {DOC: text}, MIA)
    assert broken(record) == {"other-committer"}
    commit = head(record)
    blob = record.git("rev-parse", f"HEAD:{DOC}").strip()
    make_tag(record, TAG, commit, said | {"blob": blob}, MIA)
    assert broken(record) == {"other-committer"}


def test_a_name_with_a_line_end_or_brackets_reaches_no_other_field(record: Centre) -> None:
    data = raw_tag(record, TAG)
    for name in (b"Eve <rq@example.org> 1 +0000\nX", b"Eve <rq@example.org>"):
        put_tag(record, TAG, data.replace(b"tagger Quality Manager", b"tagger " + name, 1))
        assert "tag-form" in broken(record)


def test_words_of_a_tag_never_reach_the_terminal_as_they_are(record: Centre) -> None:
    record.git("tag", "release/PR-ACC-001/1.0\u202etxt", "HEAD")
    done = record.qm("verify")
    assert done.code == 6
    assert "\u202e" not in done.out
    assert "\\u202e" in done.out


def test_a_sound_tag_made_again_is_another_object_only_for_who_saw_the_first(
    record: Centre,
) -> None:
    make_tag(record, TAG, head(record), payload_of(record) | {"reason": "another"}, RQ)
    is_sound(record)


def test_a_tag_of_the_policy_that_describes_another_file_is_found(record: Centre) -> None:
    assert record.qm("release", "POLICY", "-m", "as it is").code == 0
    said = payload_of(record, "refs/tags/release/POLICY/1.0")
    make_tag(record, "refs/tags/release/POLICY/1.0", head(record), said | {"path": DOC})
    assert "payload-mismatch" in broken(record)
    record.commit({"qm.yaml": SETTINGS + "# more\n"})
    make_tag(record, "refs/tags/release/POLICY/1.0", head(record), said)
    assert "blob-mismatch" in broken(record)


def test_a_release_of_a_document_by_hand_that_says_all_is_what_qm_would_write(
    record: Centre,
) -> None:
    said, text = payload_of(record), (record.root / DOC).read_text()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    release_by_hand(record, said, {DOC: text})
    is_sound(record, "--full")
