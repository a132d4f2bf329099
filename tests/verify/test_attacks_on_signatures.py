"""Signatures that prove nothing: S38, each with a code of its own."""

from datetime import date, timedelta, timezone
from pathlib import Path

import pytest

from tests.conftest import Centre
from tests.keys import new_key
from tests.verify.conftest import with_keys
from tests.verify.forge import (
    DOC,
    MIA,
    OTHER,
    TAG,
    broken,
    head,
    is_sound,
    later,
    make_tag,
    now_of,
    payload_of,
    put_tag,
    raw_tag,
    release_by_hand,
    signature,
)

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()
LAST_WEEK = (date.today() - timedelta(days=7)).isoformat()


def parts(centre: Centre, ref: str = TAG) -> tuple[bytes, bytes]:
    """Return the signed bytes of a tag and its signature."""
    text, mark, rest = raw_tag(centre, ref).partition(b"-----BEGIN SSH")
    return text, mark + rest


def test_the_forger_with_the_right_key_is_sound(signed: Centre, key: Path) -> None:
    make_tag(signed, TAG, head(signed), payload_of(signed), key=key)
    assert is_sound(signed)["level"] == 1


def test_an_unsigned_tag_under_a_policy_with_keys_is_found(signed: Centre) -> None:
    make_tag(signed, TAG, head(signed), payload_of(signed))
    assert broken(signed) == {"unsigned"}


def test_a_key_of_nobody_is_found(signed: Centre, tmp_path: Path) -> None:
    new_key(tmp_path / "eve")
    make_tag(signed, TAG, head(signed), payload_of(signed), key=tmp_path / "eve")
    assert broken(signed) == {"unknown-signer"}


def test_a_key_of_somebody_else_is_found(signed: Centre, mia_key: Path) -> None:
    make_tag(signed, TAG, head(signed), payload_of(signed), key=mia_key)
    assert broken(signed) == {"other-person"}


def test_a_good_signature_of_who_may_not_release_is_found(signed: Centre, mia_key: Path) -> None:
    said, text = payload_of(signed), (signed.root / DOC).read_text()
    signed.git("tag", "-d", "release/PR-ACC-001/1.0")
    signed.git("reset", "-q", "--hard", "HEAD~1")
    said |= {"signer": "mia", "name": "Mia Author"}
    release_by_hand(signed, said, {DOC: text.replace("[rq1]", "[mia]")}, MIA, mia_key)
    assert broken(signed) == {"not-quality-manager"}


def test_a_signature_for_another_purpose_is_found(signed: Centre, key: Path) -> None:
    make_tag(signed, TAG, head(signed), payload_of(signed), key=key, namespace="file")
    assert broken(signed) == {"wrong-namespace"}


def test_a_signature_of_another_tag_is_found(signed: Centre) -> None:
    assert signed.qm("release", "PR-ACC-002", "-m", "second").code == 0
    _, other = parts(signed, TAG.replace("001", "002"))
    put_tag(signed, TAG, parts(signed)[0] + other)
    assert broken(signed) == {"bad-signature"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text, signed: text.replace(b"reason: first", b"reason: other") + signed,
        lambda text, signed: text + signed.replace(b"\n", b"\nA", 2),
        lambda text, signed: text + signed + b"more\n",
        lambda text, signed: text + signed + signed,
    ],
)
def test_a_text_that_was_not_signed_is_found(signed: Centre, spoil: object) -> None:
    assert callable(spoil)
    put_tag(signed, TAG, spoil(*parts(signed)))
    assert broken(signed) == {"bad-signature"}


def test_the_programs_and_files_of_the_configuration_decide_nothing(
    signed: Centre, tmp_path: Path
) -> None:
    new_key(tmp_path / "eve")
    script = tmp_path / "good.sh"
    script.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\necho Good\nexit 0\n")
    script.chmod(0o755)
    allowed = f"rq1 {Path(f'{tmp_path}/eve.pub').read_text()}"
    signed.write({"allowed_signers": allowed, "ssh-keygen": script.read_text()})
    (signed.root / "ssh-keygen").chmod(0o755)
    for name in ("gpg.program", "gpg.ssh.program"):
        signed.git("config", name, str(script))
    signed.git("config", "gpg.ssh.allowedSignersFile", str(signed.root / "allowed_signers"))
    make_tag(signed, TAG, head(signed), payload_of(signed), key=tmp_path / "eve")
    assert broken(signed) == {"unknown-signer"}
    assert not (tmp_path / "ran").exists()


@pytest.fixture
def ending(signed: Centre, key: Path, mia_key: Path) -> Centre:
    """Return a record in which the second release is still to be made, under a policy to come."""
    assert signed.qm("release", "PR-ACC-002", "-m", "second").code == 0
    return signed


def replay(centre: Centre, key: Path, mia_key: Path, when: dict[str, str], **days: str) -> str:
    """Make the second release again under a released policy whose key has *days*; return it."""
    ref = TAG.replace("001", "002")
    said, text = payload_of(centre, ref), (centre.root / OTHER).read_text()
    centre.git("tag", "-d", "release/PR-ACC-002/1.0")
    centre.git("reset", "-q", "--hard", "HEAD~1")
    centre.commit({"qm.yaml": with_keys(key, mia_key, **days)})
    done = centre.qm("release", "POLICY", "-m", "days of the key")
    assert done.code == 0, done.err
    return release_by_hand(centre, said, {OTHER: text}, key=key, policy=head(centre), **when)


def test_an_expired_key_is_found(ending: Centre, key: Path, mia_key: Path) -> None:
    replay(ending, key, mia_key, {}, until=YESTERDAY)
    assert broken(ending) == {"expired-key"}


def test_an_expired_key_with_a_tag_dated_back_is_found(
    ending: Centre, key: Path, mia_key: Path
) -> None:
    said = payload_of(ending)
    when = {"date": later(said, days=-3)}
    replay(ending, key, mia_key, when, until=YESTERDAY)
    assert "date-goes-back" in broken(ending)


def test_a_key_revoked_by_the_policy_in_force_is_found(
    ending: Centre, key: Path, mia_key: Path
) -> None:
    replay(ending, key, mia_key, {}, revoked=LAST_WEEK)
    assert broken(ending) == {"revoked-key"}


def test_what_a_key_signed_since_the_day_it_was_stolen_is_found_later(
    ending: Centre, key: Path, mia_key: Path
) -> None:
    ending.commit({"qm.yaml": with_keys(key, mia_key, revoked=LAST_WEEK)})
    done = ending.qm("release", "POLICY", "-m", "stolen last week")
    assert done.code == 0, done.err
    assert broken(ending) == {"revoked-key"}


def test_a_key_that_two_people_share_is_revoked_for_both(
    ending: Centre, key: Path, mia_key: Path
) -> None:
    own = Path(f"{key}.pub").read_text().strip()
    theirs = Path(f"{mia_key}.pub").read_text().strip()
    shared = with_keys(key, mia_key, revoked=LAST_WEEK).replace(f'"{theirs}"', f'"{own}"')
    ending.commit({"qm.yaml": shared})
    done = ending.qm("release", "POLICY", "-m", "stolen last week")
    assert done.code == 0, done.err
    assert broken(ending) == {"revoked-key"}


def test_a_day_that_no_place_on_earth_has_revives_no_key(signed: Centre, key: Path) -> None:
    said = payload_of(signed)
    moment = now_of(said).astimezone(timezone(timedelta(hours=-23)))
    other = said | {"date": moment.isoformat(timespec="seconds")}
    make_tag(signed, TAG, head(signed), other, key=key)
    assert "payload-mismatch" in broken(signed)


def test_a_signed_decision_is_bound_to_its_person_too(signed: Centre, mia_key: Path) -> None:
    done = signed.qm("review", "PR-ACC-001")
    assert done.code == 0, done.err
    is_sound(signed, "--full")
    ref = signed.git("for-each-ref", "--format=%(refname)", "refs/tags/decision").strip()
    text, _ = parts(signed, ref)
    put_tag(signed, ref, text + signature(text, mia_key))
    assert broken(signed) == {"anchor-tag", "other-person"}
