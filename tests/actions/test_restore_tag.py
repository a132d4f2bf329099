"""A lost tag comes back from its own object, as it was, or not at all."""

import re
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, Result, built_once, procedure
from tests.keys import new_key, signature_for

DOC = "processes/welcome/applicables/PR-ACC-001.md"
TAG = "release/PR-ACC-001/1.0"
REF = f"refs/tags/{TAG}"


@pytest.fixture
@built_once
def released(welcome: Centre) -> Centre:
    """Return a centre with a released document."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    return welcome


def restore(centre: Centre, *arguments: str, tag: str = TAG) -> Result:
    return centre.qm("doctor", "--restore-tag", tag, *arguments)


def lose(centre: Centre) -> str:
    """Delete the tag, and return the id of its object."""
    oid = centre.git("rev-parse", REF).strip()
    centre.git("tag", "-d", TAG)
    return oid


def clone_without(centre: Centre, folder: Path) -> Centre:
    """Return a clone that has the branch and never had the tag."""
    centre.git("clone", "-q", "--no-tags", f"file://{centre.root}", str(folder))
    other = Centre(folder, centre._capture)
    assert restore(other).code == 4
    return other


def refused(centre: Centre, code: int, words: str, *arguments: str, tag: str = TAG) -> None:
    """Ask for the tag: it is refused with those words, and nothing changes."""
    before = centre.state()
    done = restore(centre, *arguments, tag=tag)
    assert done.code == code, done
    assert re.search(words, done.err), done.err
    assert centre.state() == before


def test_a_tag_comes_back_where_another_object_is_damaged(released: Centre) -> None:
    oid = released.git("rev-parse", "HEAD:processes/welcome/applicables/PR-ACC-002.md").strip()
    damaged = released.root / ".git/objects" / oid[:2] / oid[2:]
    damaged.chmod(0o644)
    damaged.write_bytes(b"no zlib stream")
    lose(released)
    done = restore(released)
    assert (done.code, done.err) == (0, "")


@pytest.mark.parametrize("name", [TAG, REF])
def test_a_tag_comes_back_as_the_object_it_was(released: Centre, name: str) -> None:
    before = released.state()
    oid = lose(released)
    done = restore(released, tag=name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{TAG} is restored, on the commit ")
    assert released.git("rev-parse", REF).strip() == oid
    assert released.state() == before


def test_a_trial_changes_nothing(released: Centre) -> None:
    lose(released)
    before = released.state()
    assert "would be restored" in restore(released, "--dry-run").out
    assert released.state() == before


def test_a_tag_that_is_there_is_left_there(released: Centre) -> None:
    before = released.state()
    done = restore(released)
    assert (done.code, done.out) == (0, f"{TAG} is there, and is what its name says\n")
    assert released.state() == before


@pytest.mark.parametrize("kind", ["lightweight", "annotated"])
def test_a_tag_on_another_object_is_not_moved_back(released: Centre, kind: str) -> None:
    lose(released)
    released.git("tag", *(["-a", "-m", "x"] if kind == "annotated" else []), TAG)
    refused(released, 3, "exists with another object")


def test_a_decision_comes_back_too(released: Centre) -> None:
    assert released.qm("review", "PR-ACC-001", "--summary", "nothing to change").code == 0
    name = released.git("for-each-ref", "--format=%(refname)", "refs/tags/decision/").strip()
    before = released.state()
    released.git("update-ref", "-d", name)
    assert restore(released, tag=name.removeprefix("refs/tags/")).code == 0
    assert released.state() == before


def test_what_is_no_tag_of_qm_is_not_understood(released: Centre) -> None:
    for tag in ("v1.0", "refs/heads/main", "release", "refs/heads/release/X/1.0"):
        refused(released, 2, "is no tag of qm", tag=tag)


# --- from another clone ----------------------------------------------------------------------


@pytest.mark.parametrize("form", ["clone", "bare", "worktree"])
def test_an_object_is_taken_from_another_clone_on_this_machine(
    released: Centre, tmp_path: Path, form: str
) -> None:
    other = clone_without(released, tmp_path / "other")
    oid = lose(released)
    source = released.root
    if form == "bare":
        source = tmp_path / "bare.git"
        released.git("tag", TAG, oid)
        released.git("clone", "-q", "--bare", str(released.root), str(source))
    if form == "worktree":
        source = tmp_path / "beside"
        released.git("worktree", "add", "-q", "--detach", str(source))
    before = other.state()
    assert "would be" in restore(other, "--from", str(source), "--dry-run").out
    assert other.state() == before
    assert other.git("cat-file", "-e", oid, check=False) == ""
    assert restore(other, "--from", str(source)).code == 0
    assert other.git("rev-parse", REF).strip() == oid
    assert other.git("fsck", "--strict") == ""


def test_nothing_that_another_clone_configures_is_run(released: Centre, tmp_path: Path) -> None:
    other = clone_without(released, tmp_path / "other")
    for key in ("core.fsmonitor", "core.sshCommand", "core.pager", "alias.cat-file"):
        released.git("config", key, f"!touch {tmp_path}/sprung; touch {tmp_path}/sprung")
    assert restore(other, "--from", str(released.root)).code == 0
    assert not (tmp_path / "sprung").exists()


def test_an_object_that_is_nowhere_asks_for_another_clone(released: Centre, tmp_path: Path) -> None:
    other = clone_without(released, tmp_path / "other")
    refused(other, 4, rf"no object of the tag {TAG} is there; .* --from PATH")
    refused(other, 4, "is no clone of a repository", "--from", str(tmp_path / "nowhere"))
    refused(other, 4, "is no clone of a repository", "--from", str(tmp_path))


def test_a_tag_whose_commit_this_clone_lacks_is_refused(released: Centre, tmp_path: Path) -> None:
    other = clone_without(released, tmp_path / "other")
    assert released.qm("release", "PR-ACC-002", "-m", "later").code == 0
    words = "its commit [0-9a-f]{10} is not in this clone"
    refused(other, 3, words, "--from", str(released.root), tag="release/PR-ACC-002/1.0")


# --- objects that are not what their name says -----------------------------------------------


def forge(centre: Centre, old: str, new: str) -> None:
    """Lose the tag and every trace of it, and leave an object in its place that was changed."""
    content = centre.git("cat-file", "tag", TAG)
    assert old in content
    lose(centre)
    centre.git("prune", "--expire=now")
    centre.write({".git/forged": content.replace(old, new)})
    centre.git("hash-object", "-t", "tag", "-w", ".git/forged")
    (centre.root / ".git/forged").unlink()


def test_a_payload_about_another_version_is_refused(released: Centre) -> None:
    forge(released, "version: 1.0", "version: 2.0")
    refused(released, 3, "it does not say what its name says")


def test_an_object_of_another_file_is_refused(released: Centre) -> None:
    blob = released.git("rev-parse", f"HEAD:{DOC}").strip()
    forge(released, f"blob: {blob}", f"blob: {released.git('rev-parse', 'HEAD:qm.yaml').strip()}")
    refused(released, 3, "it does not describe the file of its commit")


def test_an_object_for_a_commit_off_the_branch_is_refused(released: Centre) -> None:
    head = released.git("rev-parse", "HEAD").strip()
    side = released.git("commit-tree", "-m", "side", "-p", "HEAD~1", "HEAD^{tree}").strip()
    released.git("update-ref", "refs/heads/side", side)
    forge(released, head, side)
    refused(released, 3, "is not on the release branch")


def test_of_two_objects_that_could_be_the_tag_none_is_guessed(released: Centre) -> None:
    content = released.git("cat-file", "tag", TAG)
    lose(released)
    released.write({".git/forged": content.replace("reason: first", "reason: other")})
    released.git("hash-object", "-t", "tag", "-w", ".git/forged")
    refused(released, 3, "several objects are sound tags")


def test_a_hook_of_the_site_may_refuse(released: Centre) -> None:
    lose(released)
    hook = released.root / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ncat >/dev/null; echo not today >&2; exit 1\n")
    hook.chmod(0o755)
    done = restore(released)
    assert done.code == 4, done
    assert released.git("tag", "-l") == ""


# --- where releases are signed ---------------------------------------------------------------


@pytest.fixture
def signed(welcome: Centre, tmp_path: Path) -> Centre:
    """Return a centre with a signed release."""
    key = new_key(tmp_path / "key")
    welcome.git("config", "user.signingkey", str(tmp_path / "key"))
    welcome.commit({"qm.yaml": SETTINGS.replace("[rq]}", f'[rq], keys: ["{key}"]}}', 1)})
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert "BEGIN SSH SIGNATURE" in welcome.git("cat-file", "tag", TAG)
    return welcome


def test_a_signed_tag_comes_back_without_its_key(signed: Centre, tmp_path: Path) -> None:
    before = signed.state()
    (tmp_path / "key").unlink()
    signed.iam("Mia", "mia@example.org")
    lose(signed)
    assert restore(signed).code == 0
    assert signed.state() == before


def test_a_signature_over_other_words_brings_nothing_back(signed: Centre) -> None:
    forge(signed, "reason: first", "reason: fire everyone")
    refused(signed, 3, r"does not prove that it is of rq1 \(bad-signature\)")


def test_a_signed_policy_brings_nothing_back_that_is_not_signed(signed: Centre) -> None:
    content = signed.git("cat-file", "tag", TAG)
    forge(signed, content[content.index("-----BEGIN") :], "")
    refused(signed, 3, r"\(unsigned\)")


def test_who_was_no_manager_then_gets_no_release_back(signed: Centre, tmp_path: Path) -> None:
    forge(signed, "signer: rq1", "signer: mia")
    refused(signed, 3, "mia was no quality manager then")


def test_who_made_herself_a_manager_brings_back_no_release_of_her_own(
    signed: Centre, tmp_path: Path
) -> None:
    settings = (signed.root / "qm.yaml").read_text()
    mallory = f'  - {{id: mal, roles: [rq], keys: ["{new_key(tmp_path / "hers")}"]}}\n'
    signed.commit({"qm.yaml": settings.replace("processes:", mallory + "processes:")})
    signed.commit({DOC.replace("001", "002"): procedure("PR-ACC-002", "## Purpose\n\nHers.\n")})
    head, blob = signed.git("rev-parse", "HEAD", f"HEAD:{DOC.replace('001', '002')}").split()
    content = signed.git("cat-file", "tag", TAG).partition("-----BEGIN")[0]
    for pattern, new in (
        ("^object .*", f"object {head}"),
        ("PR-ACC-001", "PR-ACC-002"),
        ("^blob: .*", f"blob: {blob}"),
        ("^policy: .*", f"policy: {head}"),
        ("^signer: .*", "signer: mal"),
    ):
        content = re.sub(pattern, new, content, flags=re.MULTILINE)
    content += signature_for(tmp_path / "hers", content.encode()).decode()
    signed.write({".git/forged": content})
    signed.git("hash-object", "-t", "tag", "-w", ".git/forged")
    tag = TAG.replace("001", "002")
    refused(signed, 3, "mal was no quality manager then", tag=tag)
