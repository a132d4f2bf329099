"""Rights that nobody gave: S39 and S40, approvals that are missing, adoptions that come late."""

import re

import pytest

from qmtool.repository import front_matter
from tests.conftest import SETTINGS, Centre, procedure
from tests.verify.forge import (
    DOC,
    MIA,
    OTHER,
    RQ,
    TAG,
    broken,
    head,
    is_sound,
    make_tag,
    merge_earlier,
    payload_of,
    put_tag,
    raw_tag,
    release_by_hand,
)

PROMOTED = SETTINGS.replace("email: mia@example.org}", "email: mia@example.org, roles: [rq]}")
POLICY = "refs/tags/release/POLICY/1.0"


@pytest.fixture
def forged(record: Centre) -> tuple[dict[str, str], str]:
    """Return what the tag of a second release says, and its text, as if Mia had made it."""
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    said = payload_of(record, TAG.replace("001", "002"))
    text = (record.root / OTHER).read_text()
    record.git("tag", "-d", "release/PR-ACC-002/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    return said | {"signer": "mia", "name": "Mia Author"}, text.replace("[rq1]", "[mia]")


def test_a_release_by_somebody_who_is_no_quality_manager_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    release_by_hand(record, forged[0], {OTHER: forged[1]}, MIA)
    assert broken(record) == {"not-quality-manager"}


def test_a_release_by_somebody_who_is_nobody_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    said = forged[0] | {"signer": "eve"}
    release_by_hand(record, said, {OTHER: forged[1].replace("[mia]", "[eve]")}, MIA)
    assert broken(record) == {"unknown-person"}


@pytest.mark.parametrize("between", [False, True])
def test_a_promotion_before_the_release_gives_no_right(
    record: Centre, forged: tuple[dict[str, str], str], between: bool
) -> None:
    record.commit({"qm.yaml": PROMOTED})
    if between:
        record.commit({"other.txt": "time goes by"})
    record.iam(*MIA)
    assert record.qm("release", "PR-ACC-002", "-m", "me").code == 3
    release_by_hand(record, forged[0], {OTHER: forged[1]}, MIA)
    assert broken(record) == {"not-quality-manager"}


def test_a_promotion_that_the_release_itself_claims_as_its_policy_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    record.commit({"qm.yaml": PROMOTED})
    release_by_hand(record, forged[0], {OTHER: forged[1]}, MIA, policy=head(record))
    assert broken(record) == {"not-quality-manager", "policy-mismatch"}


def test_a_promotion_in_the_content_of_a_merge_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    record.git("checkout", "-q", "-b", "side")
    record.commit({"side.txt": "x"})
    record.git("checkout", "-q", "main")
    record.commit({"main.txt": "x"})
    record.git("merge", "-q", "--no-commit", "--no-ff", "side")
    release_by_hand(record, forged[0], {OTHER: forged[1], "qm.yaml": PROMOTED}, MIA)
    assert broken(record) == {"merged-content", "not-quality-manager"}


def test_a_promotion_squashed_into_the_release_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    release_by_hand(record, forged[0], {OTHER: forged[1], "qm.yaml": PROMOTED}, MIA)
    assert broken(record) == {"mixed-commit", "not-quality-manager"}


def test_a_policy_that_releases_itself_is_found_and_gives_no_right(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    record.commit({"qm.yaml": PROMOTED})
    record.iam(*MIA)
    assert record.qm("release", "POLICY", "-m", "me").code == 3
    record.iam(*RQ)
    assert record.qm("release", "POLICY", "-m", "x").code == 0
    said = payload_of(record, POLICY) | {"signer": "mia", "name": "Mia Author"}
    make_tag(record, POLICY, head(record), said, MIA)
    assert broken(record) == {"not-quality-manager"}
    release_by_hand(record, forged[0], {OTHER: forged[1]}, MIA, policy=head(record))
    assert broken(record) == {"not-quality-manager", "policy-mismatch"}


def test_a_policy_that_leaves_one_out_is_found(record: Centre) -> None:
    assert record.qm("release", "POLICY", "-m", "x").code == 0
    said = payload_of(record, POLICY) | {"version": "3.0"}
    make_tag(record, POLICY.replace("1.0", "3.0"), head(record), said)
    assert {"policy-chain", "version-gap"} <= broken(record)


def test_a_policy_that_cannot_be_read_is_found(record: Centre) -> None:
    assert record.qm("release", "POLICY", "-m", "x").code == 0
    said = payload_of(record, POLICY)
    assert record.qm("release", "PR-ACC-002", "-m", "x").code == 0
    record.git("tag", "-d", "release/POLICY/1.0", "release/PR-ACC-002/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    record.commit({"qm.yaml": "people: none\n"})
    blob = record.git("rev-parse", "HEAD:qm.yaml").strip()
    make_tag(record, POLICY, head(record), said | {"blob": blob})
    make_tag(
        record, POLICY.replace("1.0", "2.0"), head(record), said | {"version": "2.0", "blob": blob}
    )
    assert record.qm("verify").code in (2, 6)
    record.commit({"qm.yaml": SETTINGS})
    assert "policy-unreadable" in broken(record)


def test_a_policy_change_that_is_merged_and_not_released_has_no_effect(record: Centre) -> None:
    record.commit({"qm.yaml": SETTINGS.replace("roles: [rq]", "roles: []")})
    assert "QM206" in record.qm("check", "--format", "concise").out
    assert "no effect" in " ".join(is_sound(record)["notes"])
    assert record.qm("release", "PR-ACC-002", "-m", "still the old one").code == 0
    is_sound(record)


def test_roles_that_are_edited_later_change_nothing_that_was_decided(record: Centre) -> None:
    gone = SETTINGS.replace("rq1, name: Quality Manager", "rq2, name: Another")
    record.commit({"qm.yaml": gone.replace("owner: rq1", "owner: rq2")})
    assert record.qm("release", "POLICY", "-m", "rq1 has left").code == 0
    is_sound(record, "--full")


def test_a_role_that_had_ended_gave_no_right(record: Centre) -> None:
    ended = SETTINGS.replace("roles: [rq]}", "roles: [rq], until: 2020-01-01}")
    said, text = payload_of(record), (record.root / DOC).read_text()
    record.git("tag", "-d", "release/PR-ACC-001/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    record.commit({"qm.yaml": ended})
    release_by_hand(record, said, {DOC: text}, policy=head(record))
    assert broken(record) == {"unknown-person"}


def test_an_adoption_after_the_first_release_is_found(
    record: Centre, forged: tuple[dict[str, str], str]
) -> None:
    row = re.sub("author:.*reviewer: \\[\\]", "origin: adopted, imported: x", forged[1])
    record.commit({"qm.yaml": PROMOTED, OTHER: row})
    said = forged[0] | {"origin": "adopted", "meaning": "adopted", "policy": head(record)}
    blob = record.git("rev-parse", f"HEAD:{OTHER}").strip()
    date = record.git("log", "-1", "--format=%cI").strip()
    make_tag(
        record, TAG.replace("001", "002"), head(record), said | {"blob": blob, "date": date}, MIA
    )
    assert "late-adoption" in broken(record)


def test_a_finalised_tag_of_somebody_else_is_found(record: Centre) -> None:
    assert record.qm("release", "PR-ACC-002", "-m", "proposed", "--propose").code == 0
    merge_earlier(record, "qm/PR-ACC-002-1.0", "mia@example.org")
    assert record.qm("release", "PR-ACC-002", "--finalise").code == 0
    ref = TAG.replace("001", "002")
    put_tag(record, ref, raw_tag(record, ref).replace(b"signer: rq1", b"signer: mia", 1))
    assert {"not-quality-manager", "other-committer"} <= broken(record)


# --- approvals -------------------------------------------------------------------------------

LEO = "  - {id: leo, email: leo@example.org}\n"
ASKING = SETTINGS.replace("processes:", LEO + "processes:")
ASKING += "approvals: {procedure: {approve: 1}, POLICY: {approve: 2}}\n"


@pytest.fixture
def approved(centre: Centre) -> Centre:
    """Return a centre whose policy asks for approvals, with one version that has one."""
    centre.commit({"qm.yaml": ASKING, DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    centre.iam("Leo", "leo@example.org")
    assert centre.qm("approve", "PR-ACC-001").code == 0
    centre.iam(*RQ)
    done = centre.qm("release", "PR-ACC-001", "-m", "approved")
    assert done.code == 0, done.err
    return centre


def vote(centre: Centre) -> str:
    """Return the ref of the only decision."""
    return centre.git("for-each-ref", "--format=%(refname)", "refs/tags/decision").strip()


def test_a_version_whose_approval_is_gone_is_found(approved: Centre) -> None:
    approved.git("update-ref", "-d", vote(approved))
    assert broken(approved) == {"approvals-missing", "approver-unproven"}


def test_an_approval_of_another_text_counts_nowhere(approved: Centre) -> None:
    ref = vote(approved)
    said = payload_of(approved, ref) | {"digest": "sha256:" + "0" * 64}
    commit = approved.git("rev-parse", f"{ref}^{{commit}}").strip()
    make_tag(approved, ref, commit, said, ("Leo", "leo@example.org"))
    assert broken(approved) == {"approvals-missing", "approver-unproven"}


def test_an_approval_in_the_name_of_another_is_found(approved: Centre) -> None:
    ref = vote(approved)
    put_tag(approved, ref, raw_tag(approved, ref).replace(b"<leo@", b"<mia@", 1))
    assert {"other-committer", "approvals-missing"} <= broken(approved)


def test_an_approval_recorded_for_another_by_who_may_not_is_found(approved: Centre) -> None:
    ref = vote(approved)
    said = payload_of(approved, ref)
    said |= {"signer": "mia", "name": "Mia", "person": "leo", "medium": "paper", "proof": "binder"}
    commit = approved.git("rev-parse", f"{ref}^{{commit}}").strip()
    make_tag(approved, ref, commit, said, MIA)
    assert {"not-quality-manager", "approvals-missing"} <= broken(approved)


def test_an_author_alone_does_not_approve(centre: Centre) -> None:
    centre.commit({"qm.yaml": ASKING, DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    assert centre.qm("approve", "PR-ACC-001").code == 0
    done = centre.qm("release", "PR-ACC-001", "-m", "alone")
    assert done.code == 3
    centre.commit({"qm.yaml": SETTINGS})
    text = (centre.root / DOC).read_text().replace("in-review", "draft")
    centre.commit({DOC: text})
    done = centre.qm("release", "PR-ACC-001", "-m", "alone")
    said, text = payload_of(centre), (centre.root / DOC).read_text()
    centre.git("tag", "-d", "release/PR-ACC-001/1.0")
    centre.git("reset", "-q", "--hard", "HEAD~1")
    centre.commit({"qm.yaml": ASKING})
    release_by_hand(centre, said, {DOC: text}, policy=head(centre))
    assert broken(centre) == {"approvals-missing"}


def test_a_policy_that_one_alone_released_is_found(approved: Centre) -> None:
    assert approved.qm("release", "POLICY", "-m", "alone").code == 3
    commit = head(approved)
    blob = approved.git("rev-parse", "HEAD:qm.yaml").strip()
    said = payload_of(approved) | {"document": "POLICY", "path": "qm.yaml", "blob": blob}
    said |= {"digest": front_matter.digest(ASKING)}
    make_tag(approved, POLICY, commit, said)
    assert broken(approved) == {"approvals-missing"}
