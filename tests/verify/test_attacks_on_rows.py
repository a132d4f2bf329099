"""Rows, dates and names that a forged commit of `qm` would carry: what is written must be true."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import SETTINGS, Centre, procedure
from tests.verify.forge import (
    DOC,
    MIA,
    OTHER,
    RQ,
    TAG,
    broken,
    commit_at,
    head,
    is_sound,
    make_tag,
    now_of,
    payload_of,
    put_tag,
    raw_tag,
    release_by_hand,
)


def again(centre: Centre, change: Callable[[str], str], **said: str) -> None:
    """Make the release of the first document by hand, with another text and other words."""
    payload, text = payload_of(centre), (centre.root / DOC).read_text()
    assert change(text) != text or said
    centre.git("tag", "-d", "release/PR-ACC-001/1.0")
    centre.git("reset", "-q", "--hard", "HEAD~1")
    release_by_hand(centre, payload, {DOC: change(text)}, **said)


def test_a_release_that_claims_an_earlier_day_is_found(record: Centre) -> None:
    day = payload_of(record)["effective"]
    again(
        record,
        lambda text: re.sub("date: [0-9-]+", "date: 2020-01-01", text).replace(
            "summary: first", f"effective: {day}, summary: first"
        ),
    )
    assert broken(record) == {"row-mismatch"}


def test_a_proposal_that_was_squashed_days_later_is_sound(record: Centre) -> None:
    said, text = payload_of(record), (record.root / DOC).read_text()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    merged = now_of(said) - timedelta(minutes=4)
    proposed = (merged - timedelta(days=9)).date().isoformat()
    text = re.sub("date: [0-9-]+", f"date: {proposed}, effective: {said['effective']}", text)
    commit = commit_at(record, {DOC: text}, merged)
    blob = record.git("rev-parse", f"HEAD:{DOC}").strip()
    make_tag(record, TAG, commit, said | {"blob": blob})
    is_sound(record, "--full")


def test_a_version_in_force_before_it_was_released_is_found(record: Centre) -> None:
    again(
        record,
        lambda text: re.sub("\neffective: .*", "\neffective: 2020-01-01", text).replace(
            "summary: first", "effective: 2020-01-01, summary: first"
        ),
        effective="2020-01-01",
    )
    assert broken(record) == {"row-mismatch"}


def test_a_file_that_gives_another_day_than_its_row_is_found(record: Centre) -> None:
    again(record, lambda text: re.sub("\neffective: .*", "\neffective: 2020-01-01", text))
    assert broken(record) == {"keys-changed"}


def test_a_version_with_two_rows_is_found(record: Centre) -> None:
    again(
        record,
        lambda text: re.sub(
            r"(  - \{version.*\n)",
            lambda row: row[1].replace("summary: first", "summary: forged") + row[1],
            text,
        ),
    )
    assert broken(record) == {"row-mismatch"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Quality Manager", "name: The Director"),
    ],
)
def test_a_name_that_is_not_that_of_the_signer_is_found(record: Centre, old: str, new: str) -> None:
    put_tag(record, TAG, raw_tag(record, TAG).replace(old.encode(), new.encode(), 1))
    assert broken(record) == {"payload-mismatch"}


DECISION = "refs/tags/decision/PR-ACC-001/1.0/"


def decided_by_mia(centre: Centre, change: Callable[[str], str]) -> None:
    """Make a review by hand, as Mia, whose commit changes more than a review does."""
    assert centre.qm("review", "PR-ACC-001").code == 0
    (ref,) = centre.git("for-each-ref", "--format=%(refname)", DECISION).split()
    said, text = payload_of(centre, ref), (centre.root / DOC).read_text()
    centre.git("update-ref", "-d", ref)
    centre.git("reset", "-q", "--hard", "HEAD~1")
    text = change(re.sub("(reviewed: [0-9-]+, by:) rq1", r"\1 mia", text))
    commit = commit_at(centre, {DOC: text}, now_of(said), MIA)
    blob = centre.git("rev-parse", f"HEAD:{DOC}").strip()
    said |= {"signer": "mia", "name": "Mia Author", "role": "owner", "blob": blob}
    make_tag(centre, ref.replace("-rq1", "-mia"), commit, said, MIA)


@pytest.fixture
def of_mia(centre: Centre) -> Centre:
    """Return a record whose one document belongs to Mia."""
    text = procedure("PR-ACC-001", owner="mia")
    centre.commit({"qm.yaml": SETTINGS, DOC: text, OTHER: procedure("PR-ACC-002")})
    assert centre.qm("release", "PR-ACC-001", "-m", "first").code == 0
    return centre


def test_a_review_by_the_owner_is_sound(of_mia: Centre) -> None:
    decided_by_mia(of_mia, str)
    is_sound(of_mia, "--full")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (r"\neffective: .*", "\neffective: 2020-01-01"),
        (r"summary: first", "summary: second"),
        (r"reviewer: \[\]", "reviewer: [], imported: x"),
    ],
)
def test_a_review_that_changes_what_was_released_is_found(
    of_mia: Centre, old: str, new: str
) -> None:
    decided_by_mia(of_mia, lambda text: re.sub(old, new, text, count=1))
    assert broken(of_mia) == {"keys-changed"}


def test_a_review_by_who_does_not_own_the_document_is_found(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS, DOC: procedure("PR-ACC-001", owner="rq1")})
    assert centre.qm("release", "PR-ACC-001", "-m", "first").code == 0
    decided_by_mia(centre, str)
    assert broken(centre) == {"not-quality-manager"}


def test_a_decision_copied_to_another_version_is_found(of_mia: Centre) -> None:
    assert of_mia.qm("review", "PR-ACC-001").code == 0
    (ref,) = of_mia.git("for-each-ref", "--format=%(refname)", DECISION).split()
    of_mia.git("update-ref", ref.replace("/1.0/", "/2.0/"), ref)
    assert broken(of_mia) == {"tag-renamed"}


# --- who counts as another person ------------------------------------------------------------

TWICE = SETTINGS.replace(
    "processes:",
    "  - {id: rq2, name: Same, email: RQ@example.org, roles: [rq]}\nprocesses:",
)


def test_two_names_of_one_person_are_one(centre: Centre) -> None:
    settings = TWICE + "approvals: {POLICY: {approve: 2}, procedure: {approve: 2}}\n"
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001")})
    done = centre.qm("approve", "POLICY")
    assert done.code == 0, done.err
    (ref,) = centre.git("for-each-ref", "--format=%(refname)", "refs/tags/decision").split()
    said = payload_of(centre, ref)
    other = ref.replace("-rq1", "-rq2")
    make_tag(centre, other, head(centre), said | {"signer": "rq2", "name": "Same"})
    done = centre.qm("release", "POLICY", "-m", "both")
    assert done.code == 3, done.out
    release = {"version": "1.0", "origin": "released", "meaning": "released"}
    make_tag(centre, "refs/tags/release/POLICY/1.0", head(centre), said | release)
    assert broken(centre) == {"approvals-missing"}


def test_an_approval_of_another_version_of_the_same_text_counts_nowhere(centre: Centre) -> None:
    settings = (
        SETTINGS.replace("processes:", "  - {id: leo, email: leo@example.org}\nprocesses:")
        + "approvals: {procedure: {approve: 1}}\n"
    )
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    centre.iam("Leo", "leo@example.org")
    assert centre.qm("approve", "PR-ACC-001").code == 0
    centre.iam(*RQ)
    assert centre.qm("release", "PR-ACC-001", "-m", "approved").code == 0
    is_sound(centre)
    said, text = payload_of(centre), (centre.root / DOC).read_text()
    (row,) = re.findall(r"  - \{version.*\n", text)
    second = text.replace('version: "1.0"\nstatus', 'version: "2.0"\nstatus').replace(
        row, row + row.replace('"1.0"', '"2.0"')
    )
    release_by_hand(centre, said, {DOC: second}, version="2.0", policy=said["policy"])
    assert {"approvals-missing", "approver-unproven"} <= broken(centre)


def test_a_policy_under_the_digest_of_one_that_was_approved_is_found(centre: Centre) -> None:
    settings = (
        SETTINGS.replace(
            "processes:",
            "  - {id: rq2, name: Two, email: two@example.org, roles: [rq]}\nprocesses:",
        )
        + "approvals: {POLICY: {approve: 2}}\n"
    )
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001")})
    centre.iam("Two", "two@example.org")
    assert centre.qm("approve", "POLICY").code == 0
    centre.iam(*RQ)
    assert centre.qm("release", "POLICY", "-m", "both").code == 0
    is_sound(centre)
    ref = "refs/tags/release/POLICY/1.0"
    said = payload_of(centre, ref)
    evil = settings.replace("approve: 2", "approve: 0").replace("roles: [rq]}\nproc", "}\nproc")
    commit = commit_at(centre, {"qm.yaml": evil}, now_of(said))
    blob = centre.git("rev-parse", "HEAD:qm.yaml").strip()
    make_tag(centre, ref, commit, said | {"blob": blob, "policy": commit})
    assert "digest-mismatch" in broken(centre)


def test_a_step_of_a_record_is_no_history_of_a_procedure(record: Centre) -> None:
    claimed = 'status: released\nversion: "1.0"\nhistory:\n  - {state: x, date: 2026-03-02}\n'
    text = procedure("PR-ACC-003").replace("---\n\n", f"{claimed}---\n\n", 1)
    record.commit({DOC.replace("001", "003"): text})
    assert broken(record) == {"tag-missing"}
