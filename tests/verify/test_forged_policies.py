"""A policy that somebody tags for herself gives her no right: nobody trusts it."""

from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure
from tests.verify.conftest import with_keys
from tests.verify.forge import MIA, OTHER, broken, head, make_tag, payload_of

PROMOTED = SETTINGS.replace("mia@example.org}", "mia@example.org, roles: [rq]}")


def release_a_policy_for_herself(centre: Centre, settings: str, key: Path | None = None) -> None:
    """Let Mia commit a policy in which she is a quality manager, and tag it as released by her."""
    centre.iam(*MIA)
    centre.commit({"qm.yaml": settings})
    ref = "refs/tags/release/POLICY/1.0"
    blob = centre.git("rev-parse", "HEAD:qm.yaml").strip()
    said = {"document": "POLICY", "path": "qm.yaml", "blob": blob, "signer": "mia", "name": MIA[0]}
    make_tag(centre, ref, head(centre), {**payload_of(centre), **said}, MIA, key)


def is_refused(centre: Centre) -> None:
    """Let Mia release: she may not, nothing changes, and verify finds the forgery."""
    before = centre.state()
    done = centre.qm("release", "PR-ACC-002", "-m", "why")
    assert (done.code, done.out) == (3, ""), done
    assert centre.state() == before
    assert broken(centre)


def test_a_policy_that_its_signer_could_not_release_gives_no_right(record: Centre) -> None:
    release_a_policy_for_herself(record, PROMOTED)
    is_refused(record)


@pytest.mark.parametrize("is_signed", [False, True])
def test_where_releases_are_signed_a_policy_of_another_key_gives_no_right(
    signed: Centre, key: Path, mia_key: Path, is_signed: bool
) -> None:
    signed.git("config", "user.signingkey", str(mia_key))
    settings = with_keys(key, mia_key).replace("mia@example.org,", "mia@example.org, roles: [rq],")
    release_a_policy_for_herself(signed, settings, mia_key if is_signed else None)
    is_refused(signed)


@pytest.mark.parametrize("is_first_parent", [False, True])
def test_a_line_that_left_before_the_first_release_brings_no_policy(
    welcome: Centre, is_first_parent: bool
) -> None:
    welcome.git("switch", "-q", "-c", "side")
    welcome.iam(*MIA)
    welcome.commit({"qm.yaml": PROMOTED, "own.txt": "mine"})
    assert welcome.qm("revise", "NO-SUCH").code == 2
    welcome.git("branch", "-q", "-M", "main", "kept")
    welcome.git("branch", "-q", "-M", "side", "main")
    assert welcome.qm("release", "PR-ACC-002", "-m", "mine").code == 0, "on her own she may"
    welcome.git("branch", "-q", "-M", "main", "side")
    welcome.git("branch", "-q", "-M", "kept", "main")
    welcome.git("switch", "-q", "main")
    welcome.iam("Quality Manager", "rq@example.org")
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    if is_first_parent:
        welcome.git("switch", "-q", "side")
        welcome.git("merge", "-q", "-m", "merge", "main")
        welcome.git("branch", "-q", "-M", "main", "gone")
        welcome.git("branch", "-q", "-M", "side", "main")
    else:
        welcome.git("merge", "-q", "-m", "merge", "side")
    welcome.iam(*MIA)
    welcome.commit({OTHER.replace("002", "003"): procedure("PR-ACC-003")})
    before = welcome.state()
    done = welcome.qm("release", "PR-ACC-003", "-m", "mine")
    assert (done.code, done.out) == (3, ""), done
    assert welcome.state() == before
    assert broken(welcome)
