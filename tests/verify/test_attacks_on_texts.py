"""Documents that are edited past `qm`: S43, and the states and dates that only decisions change."""

import re
from collections.abc import Callable

import pytest

from tests.conftest import Centre
from tests.verify.forge import DOC, OTHER, broken, is_sound


def edit(centre: Centre, change: Callable[[str], str]) -> None:
    """Commit another text of the released document."""
    text = (centre.root / DOC).read_text()
    assert change(text) != text
    centre.commit({DOC: change(text)})


def body(text: str) -> str:
    """Return *text* with another body."""
    return text.replace("\nText.\n", "\nOther text.\n")


def test_a_body_edited_after_the_release_is_found(record: Centre) -> None:
    edit(record, body)
    assert "QM203" in record.qm("check", "--format", "concise").out
    assert broken(record) == {"text-changed"}


def test_a_body_edited_under_another_digest_is_found(record: Centre) -> None:
    edit(record, lambda text: re.sub("sha256:[0-9a-f]+", "sha256:" + "0" * 64, body(text)))
    assert {"text-changed", "row-mismatch"} <= broken(record)


def test_a_body_edited_under_a_version_that_was_never_released_is_found(record: Centre) -> None:
    def next_version(text: str) -> str:
        row = re.search(r"  - \{version.*\n", text)
        assert row
        again = row[0].replace('"1.0"', '"2.0"')
        return (
            body(text)
            .replace('version: "1.0"\nstatus', 'version: "2.0"\nstatus')
            .replace(row[0], row[0] + again)
        )

    edit(record, next_version)
    assert {"tag-missing", "state-mismatch"} <= broken(record)


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        (r"next_review: .*", "next_review: 2099-01-01", "keys-changed"),
        (r"effective: .*", "effective: 2020-01-01", "keys-changed"),
        (r"date: [0-9-]+", "date: 2020-01-01", "row-mismatch"),
        (r"date: [0-9-]+", "date: 2099-01-01", "row-mismatch"),
        (r"summary: first", "summary: second", "keys-changed"),
        (r"approver: \[rq1\]", "approver: [boss]", "approver-unproven"),
        (r'version: "1.0"\nstatus', 'version: "0.9"\nstatus', "state-mismatch"),
        (r'  - \{version: "1.0"', '  - {version: "3.0"', "tag-missing"),
        (r"history:\n.*\n", "", "row-missing"),
        (r"status: released", "status: withdrawn", "state-mismatch"),
        (r"id: PR-ACC-001", "id: PR-ACC-009", "document-missing"),
    ],
)
def test_a_front_matter_changed_by_hand_is_found(
    record: Centre, old: str, new: str, name: str
) -> None:
    edit(record, lambda text: re.sub(old, new, text, count=1))
    assert name in broken(record)


def test_a_draft_may_change_its_text_and_nothing_that_was_decided(record: Centre) -> None:
    assert record.qm("revise", "PR-ACC-001").code == 0
    edit(record, body)
    is_sound(record)
    edit(record, lambda text: re.sub("next_review: .*", "next_review: 2099-01-01", text))
    assert broken(record) == {"keys-changed"}


def test_a_released_document_that_is_deleted_or_ignored_is_found(record: Centre) -> None:
    settings = (record.root / "qm.yaml").read_text()
    record.commit({"qm.yaml": settings + "ignore: [PR-ACC-001.md]\n"})
    assert broken(record) == {"document-missing"}
    record.commit({"qm.yaml": settings})
    record.git("rm", "-q", DOC)
    record.git("commit", "-q", "-m", "gone")
    assert broken(record) == {"document-missing"}


def test_a_document_that_hides_its_past_is_found(record: Centre) -> None:
    record.commit({DOC: "---\nid: PR-ACC-001\ntitle: T\nkind: procedure\n---\n\nNew.\n"})
    assert {"row-missing", "state-mismatch"} <= broken(record)


def test_a_second_document_with_the_id_of_a_released_one_is_found(record: Centre) -> None:
    text = (record.root / DOC).read_text()
    record.commit({OTHER.replace("-002", "-000"): body(text)})
    assert "document-twice" in broken(record)


def test_a_draft_that_claims_to_be_released_is_found(record: Centre) -> None:
    text = (record.root / OTHER).read_text()
    record.commit({OTHER: text.replace("---\n\n", 'version: "1.0"\nstatus: released\n---\n\n')})
    assert broken(record) == {"tag-missing"}


@pytest.mark.parametrize(
    "row", ["{reviewed: 2026-01-01, by: rq1}", "{withdrawn: 2026-01-01, by: rq1, reason: x}"]
)
def test_a_decision_written_by_hand_is_found(record: Centre, row: str) -> None:
    edit(record, lambda text: re.sub(r"(history:\n.*\n)", rf"\1  - {row}\n", text))
    assert "decision-missing" in broken(record)


def test_a_withdrawal_that_is_taken_back_by_hand_is_found(record: Centre) -> None:
    assert record.qm("withdraw", "PR-ACC-001", "--reason", "over").code == 0
    path = "processes/welcome/archives/PR-ACC-001.md"
    text = (record.root / path).read_text()
    record.commit({path: text.replace("status: withdrawn", "status: released")})
    assert broken(record) == {"state-mismatch"}
    record.commit({path: re.sub("  - {withdrawn.*\n", "", text)})
    assert "row-missing" in broken(record)


def test_a_decision_whose_tag_is_gone_is_found(record: Centre) -> None:
    assert record.qm("withdraw", "PR-ACC-001", "--reason", "over").code == 0
    record.git("tag", "-d", *record.git("tag", "-l", "decision/*").split())
    assert {"decision-missing", "state-mismatch"} <= broken(record)


def test_a_past_rewritten_by_a_later_release_is_found_by_reading_every_text(record: Centre) -> None:
    assert record.qm("revise", "PR-ACC-001").code == 0
    edit(record, lambda text: text.replace("summary: first", "summary: second"))
    assert record.qm("release", "PR-ACC-001", "-m", "two").code == 0
    is_sound(record)
    assert "history-rewritten" in broken(record, "--full")
