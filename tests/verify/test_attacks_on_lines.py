"""Rights taken from another line of the history, which a merge brings in: S39 in its variants."""

import re
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure
from tests.keys import new_key
from tests.verify.conftest import with_keys
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
    later,
    make_tag,
    now_of,
    payload_of,
    put_tag,
    raw_tag,
    release_by_hand,
)

PROMOTED = SETTINGS.replace("email: mia@example.org}", "email: mia@example.org, roles: [rq]}")
POLICY = "refs/tags/release/POLICY/1.0"
SECOND = TAG.replace("001", "002")


@pytest.fixture
def forged(record: Centre) -> tuple[dict[str, str], str]:
    """Return what the tag of a second release says, and its text, as if Mia had made it."""
    assert record.qm("release", "PR-ACC-002", "-m", "second").code == 0
    said = payload_of(record, SECOND)
    text = (record.root / OTHER).read_text()
    record.git("tag", "-d", "release/PR-ACC-002/1.0")
    record.git("reset", "-q", "--hard", "HEAD~1")
    return said | {"signer": "mia", "name": "Mia Author"}, text.replace("[rq1]", "[mia]")


def side_line(centre: Centre, start: str, said: dict[str, str]) -> None:
    """Leave the branch at *start* and make Mia a quality manager there."""
    centre.git("checkout", "-q", "-b", "side", start)
    commit_at(centre, {"qm.yaml": PROMOTED}, now_of(said), MIA)


def merged(centre: Centre, *, swapped: bool = False) -> None:
    """Merge the side line; *swapped*: the branch goes on from it, and main is merged into it."""
    if swapped:
        centre.git("merge", "-q", "--no-edit", "-X", "ours", "main")
        centre.git("branch", "-q", "-f", "main", "HEAD")
        centre.git("checkout", "-q", "main")
        return
    centre.git("checkout", "-q", "main")
    centre.git("merge", "-q", "--no-ff", "--no-edit", "side")


@pytest.mark.parametrize("swapped", [False, True])
def test_a_line_that_begins_before_the_first_release_gives_no_right(
    record: Centre, forged: tuple[dict[str, str], str], swapped: bool
) -> None:
    said, text = forged
    side_line(record, "HEAD~1", said)
    release_by_hand(record, said, {OTHER: text}, MIA, policy=head(record))
    merged(record, swapped=swapped)
    assert "not-quality-manager" in broken(record)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_policy_released_on_a_line_of_its_own_gives_no_right(
    record: Centre, forged: tuple[dict[str, str], str], swapped: bool
) -> None:
    said, text = forged
    side_line(record, "HEAD~1", said)
    blob = record.git("rev-parse", "HEAD:qm.yaml").strip()
    about = {"document": "POLICY", "path": "qm.yaml", "blob": blob, "policy": head(record)}
    make_tag(record, POLICY, head(record), said | about, MIA)
    release_by_hand(record, said, {OTHER: text}, MIA, policy=head(record))
    merged(record, swapped=swapped)
    assert "not-quality-manager" in broken(record)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("days", [0, -3])
def test_an_adoption_on_a_line_of_its_own_is_found(
    record: Centre, forged: tuple[dict[str, str], str], days: int, swapped: bool
) -> None:
    said, text = forged
    said |= {"date": later(said, days=days)}
    row = re.sub("author:.*reviewer: \\[\\]", "origin: adopted, imported: x", text)
    record.git("checkout", "-q", "--orphan", "side")
    record.git("rm", "-q", "-r", "-f", ".")
    commit = commit_at(record, {"qm.yaml": PROMOTED, OTHER: row}, now_of(said), MIA)
    said |= {"origin": "adopted", "meaning": "adopted", "policy": commit}
    blobs = {path: record.git("rev-parse", f"HEAD:{path}").strip() for path in (OTHER, "qm.yaml")}
    make_tag(record, SECOND, commit, said | {"blob": blobs[OTHER]}, MIA)
    about = {"document": "POLICY", "path": "qm.yaml", "blob": blobs["qm.yaml"]}
    make_tag(record, POLICY, commit, said | about, MIA)
    unrelated = ("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-X")
    if swapped:
        record.git(*unrelated, "ours", "main")
        record.git("branch", "-q", "-f", "main", "HEAD")
        record.git("checkout", "-q", "main")
    else:
        record.git("checkout", "-q", "main")
        record.git(*unrelated, "theirs", "side")
    assert "late-adoption" in broken(record)


def test_a_right_that_was_taken_away_is_not_kept_on_an_older_line(record: Centre) -> None:
    record.commit({"qm.yaml": PROMOTED})
    assert record.qm("release", "POLICY", "-m", "mia too").code == 0
    record.git("branch", "-q", "side")
    record.commit({"qm.yaml": SETTINGS})
    assert record.qm("release", "POLICY", "-m", "no longer").code == 0
    record.git("checkout", "-q", "side")
    record.git("branch", "-q", "-M", "main", "kept")
    record.git("branch", "-q", "-M", "side", "main")
    record.iam(*MIA)
    assert record.qm("release", "PR-ACC-002", "-m", "still me").code == 0
    record.iam(*RQ)
    record.git("branch", "-q", "-M", "main", "side")
    record.git("checkout", "-q", "kept")
    record.git("branch", "-q", "-M", "kept", "main")
    merged(record)
    assert broken(record) == {"not-quality-manager"}


def test_who_may_release_on_both_lines_may_merge_them(record: Centre) -> None:
    record.git("branch", "-q", "kept")
    record.commit({"qm.yaml": PROMOTED})
    assert record.qm("release", "POLICY", "-m", "mia too").code == 0
    record.git("branch", "-q", "-M", "main", "side")
    record.git("checkout", "-q", "kept")
    record.git("branch", "-q", "-M", "kept", "main")
    assert record.qm("release", "PR-ACC-002", "-m", "elsewhere").code == 0
    merged(record)
    is_sound(record, "--full")


def test_a_tag_dated_back_to_a_right_of_the_past_is_found_by_the_anchor(record: Centre) -> None:
    record.commit({"qm.yaml": PROMOTED})
    assert record.qm("release", "POLICY", "-m", "mia too").code == 0
    record.iam(*MIA)
    assert record.qm("release", "PR-ACC-002", "-m", "proposed").code == 0
    record.iam(*RQ)
    data, text = raw_tag(record, SECOND), (record.root / OTHER).read_text()
    record.git("tag", "-d", "release/PR-ACC-002/1.0")
    record.commit({"qm.yaml": SETTINGS, OTHER: procedure("PR-ACC-002")})
    assert record.qm("release", "POLICY", "-m", "no longer").code == 0
    is_sound(record)
    record.commit({OTHER: text})
    put_tag(record, SECOND, data)
    assert broken(record) == {"not-quality-manager"}


ASKING = SETTINGS.replace("processes:", "  - {id: leo, email: leo@example.org}\nprocesses:")
ASKING += "approvals: {procedure: {approve: 1}}\n"


def test_an_approval_by_a_key_that_only_another_line_knows_counts_nowhere(
    centre: Centre, key: Path, mia_key: Path, tmp_path: Path
) -> None:
    new_key(tmp_path / "leo")
    own = Path(f"{tmp_path}/leo.pub").read_text().strip()
    leo = f'id: leo, email: leo@example.org, keys: ["{own}"]'
    keys = with_keys(key, mia_key).partition("processes:")[0]
    settings = keys + ASKING.partition("email: mia@example.org}\n")[2].replace(
        "id: leo, email: leo@example.org", leo
    )
    centre.git("config", "user.signingkey", str(key))
    centre.commit({"qm.yaml": settings, DOC: procedure("PR-ACC-001")})
    assert centre.qm("submit", "PR-ACC-001").code == 0
    draft = head(centre)
    centre.iam("Leo", "leo@example.org")
    centre.git("config", "user.signingkey", str(tmp_path / "leo"))
    done = centre.qm("approve", "PR-ACC-001")
    assert done.code == 0, done.err
    centre.iam(*RQ)
    centre.git("config", "user.signingkey", str(key))
    done = centre.qm("release", "PR-ACC-001", "-m", "approved")
    assert done.code == 0, done.err
    is_sound(centre)
    (ref,) = centre.git("for-each-ref", "--format=%(refname)", "refs/tags/decision").split()
    said = payload_of(centre, ref)
    new_key(tmp_path / "eve")
    other = settings.replace(own, Path(f"{tmp_path}/eve.pub").read_text().strip())
    centre.git("checkout", "-q", "--detach", draft)
    commit = commit_at(centre, {"qm.yaml": other}, now_of(said))
    centre.git("checkout", "-q", "main")
    who = ("Leo", "leo@example.org")
    make_tag(centre, ref, commit, said | {"policy": commit}, who, tmp_path / "eve")
    forget(tmp_path)
    assert "approvals-missing" in broken(centre)


def forget(folder: Path) -> None:
    """Forget what was verified."""
    for path in (folder / "state").glob("*"):
        path.unlink()
