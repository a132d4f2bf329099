"""Signatures by real SSH keys: made for Git, and checked against the people of the policy."""

import base64
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from qmtool.errors import Refused, RepositoryError
from qmtool.model.settings import RQ, Key, Person, Policy
from qmtool.model.signing import Flaw
from qmtool.repository import git, signatures
from qmtool.repository.git import Repository
from qmtool.repository.signatures import flaw, sign, signed_commit, signing_key
from qmtool.repository.tag_objects import read_tag, tag_content
from tests.conftest import Centre
from tests.keys import new_key, public, signature_for

DAY = date(2026, 3, 1)
WORDS = "a passphrase"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DATA = b"object 0\ntype commit\n\nmeaning: released\n"


def split_commit(raw: bytes) -> tuple[bytes, bytes]:
    """Return the bytes of a commit object that its signature covers, and the signature.

    Only the last header can be one, as Git and qm write it; the signature is empty otherwise.
    """
    head, gap, message = raw.partition(b"\n\n")
    header = b"gpgsig-sha256" if len(raw.partition(b"\n")[0]) == 69 else b"gpgsig"
    start = head.rfind(b"\n" + header + b" ")
    if start < 0:
        return raw, b""
    first, *others = head[start + 1 :].split(b"\n")
    if any(not line.startswith(b" ") for line in others):
        return raw, b""
    lines = [first.partition(b" ")[2], *(line[1:] for line in others)]
    return head[:start] + gap + message, b"\n".join(lines) + b"\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with no key, and no agent."""
    (tmp_path / "home/.ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return tmp_path / "home"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Return a key pair of the manager."""
    new_key(tmp_path / "rq")
    return tmp_path / "rq"


@pytest.fixture
def repo(centre: Centre, key: Path) -> Repository:
    """Return a repository whose manager signs with *key*."""
    centre.git("config", "user.signingkey", str(key))
    return git.discover(centre.root)


def manager(*keys: Key) -> Person:
    return Person("rq1", "Quality Manager", "rq@example.org", (RQ,), keys=keys)


def policy(*people: Person) -> Policy:
    return Policy(people)


# --- the key of who runs qm ------------------------------------------------------------------


def test_the_key_may_be_named_by_its_private_or_public_file(centre: Centre, key: Path) -> None:
    person = manager(Key(public(key)))
    for value in (key, f"{key}.pub"):
        centre.git("config", "user.signingkey", str(value))
        found = signing_key(git.discover(centre.root), person, DAY)
        assert (found.path, found.text) == (str(value), public(key))


def test_a_private_key_alone_tells_its_public_key(repo: Repository, key: Path) -> None:
    person = manager(Key(public(key)))
    key.with_name("rq.pub").unlink()
    assert signing_key(repo, person, DAY).text == person.keys[0].text


def test_a_tilde_is_the_home_of_the_user(centre: Centre, repo: Repository, home: Path) -> None:
    text = new_key(home / ".ssh/id_ed25519")
    centre.git("config", "user.signingkey", "~/.ssh/id_ed25519")
    assert signing_key(repo, manager(Key(text)), DAY).path == str(home / ".ssh/id_ed25519")


def test_a_key_written_out_is_signed_with_by_the_agent(
    centre: Centre, repo: Repository, key: Path, agent: Callable[[Path], None]
) -> None:
    agent(key)
    key.unlink()
    for value in (public(key), f"key::{public(key)} rq@example.org"):
        centre.git("config", "user.signingkey", value)
        found = signing_key(repo, manager(Key(public(key))), DAY)
        assert found.path == ""
        assert check(repo, sign(found, DATA), manager(Key(public(key)))) is None


@pytest.fixture
def agent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Run an agent of this test, and return what gives it a key."""
    socket = tmp_path / "agent"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(socket)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    process.stdout.readline()  # it writes the socket's name once it listens
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    yield lambda path: subprocess.run(["ssh-add", "-q", str(path)], check=True) and None
    process.terminate()
    process.communicate()


def refusal(repo: Repository, person: Person, on: date = DAY) -> str:
    with pytest.raises(Refused) as caught:
        signing_key(repo, person, on)
    return str(caught.value)


def test_who_has_set_no_key_is_told_the_command_with_the_file(
    centre: Centre, repo: Repository, home: Path
) -> None:
    new_key(home / ".ssh/a-other")
    person = manager(Key(new_key(home / ".ssh/id_work")))
    centre.git("config", "--unset", "user.signingkey")
    assert "type: git config user.signingkey ~/.ssh/id_work.pub" in refusal(repo, person)


def test_who_has_no_such_file_is_told_to_name_the_key_itself(
    centre: Centre, repo: Repository, key: Path
) -> None:
    centre.git("config", "user.signingkey", "0xABCD")
    said = refusal(repo, manager(Key(public(key))))
    assert "0xABCD, which is not an SSH key" in said
    assert f'type: git config user.signingkey "key::{public(key)}"' in said


@pytest.mark.parametrize(
    ("since", "until", "revoked", "said"),
    [
        ("2026-03-02", None, None, "no key in qm.yaml that is valid on 2026-03-01"),
        (None, "2026-02-28", None, "no key in qm.yaml that is valid on 2026-03-01"),
        (None, None, "2026-03-01", "no key in qm.yaml that is valid on 2026-03-01"),
        ("2026-03-01", "2026-03-01", "2026-03-02", ""),
    ],
)
def test_the_days_of_a_key_are_both_included_and_the_day_it_is_revoked_is_not(
    repo: Repository,
    key: Path,
    since: str | None,
    until: str | None,
    revoked: str | None,
    said: str,
) -> None:
    days = [date.fromisoformat(day) if day else None for day in (since, until, revoked)]
    person = manager(Key(public(key), *days))
    if said:
        assert said in refusal(repo, person)
    else:
        assert signing_key(repo, person, DAY).text == public(key)


def test_an_old_key_is_named_for_what_it_is(repo: Repository, key: Path, tmp_path: Path) -> None:
    fresh = Key(new_key(tmp_path / "fresh"))
    yesterday = DAY - timedelta(days=1)
    revoked = manager(Key(public(key), revoked=yesterday), fresh)
    assert "is revoked in qm.yaml" in refusal(repo, revoked)
    expired = manager(Key(public(key), until=yesterday), fresh)
    assert "is not valid on 2026-03-01" in refusal(repo, expired)
    assert "is none of rq1 in qm.yaml" in refusal(repo, manager(fresh))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
        b"-----BEGIN OPENSSH PRIVATE KEY-----\nA===A\n-----END OPENSSH PRIVATE KEY-----\n",
        b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        b"ssh-ed25519\n",
    ],
)
def test_a_file_that_is_no_key_is_refused_in_one_sentence(
    centre: Centre, repo: Repository, key: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "broken").write_bytes(content)
    centre.git("config", "user.signingkey", str(tmp_path / "broken"))
    assert "is not an SSH key" in refusal(repo, manager(Key(public(key))))


@pytest.mark.parametrize("value", ["~nobody-of-this-name/key", "key::", "/", "key::ssh-ed25519"])
def test_a_value_that_names_no_key_is_refused(
    centre: Centre, repo: Repository, key: Path, value: str
) -> None:
    centre.git("config", "user.signingkey", value)
    assert "is not an SSH key" in refusal(repo, manager(Key(public(key))))


# --- signing ---------------------------------------------------------------------------------


def test_the_programs_that_the_repository_names_are_not_run(
    centre: Centre, repo: Repository, key: Path, tmp_path: Path
) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 0\n")
    trap.chmod(0o755)
    for name in ("gpg.program", "gpg.ssh.program", "core.askPass"):
        centre.git("config", name, str(trap))
    centre.git("config", "gpg.ssh.allowedSignersFile", str(tmp_path / "all"))
    (tmp_path / "all").write_text(f'* namespaces="git" {public(key)}\n')
    signature = sign(signing_key(repo, manager(Key(public(key))), DAY), DATA)
    assert check(repo, signature, manager(Key(new_key(tmp_path / "x")))) is Flaw.UNKNOWN_SIGNER
    assert not (tmp_path / "sprung").exists()


def test_a_program_of_the_repository_or_of_here_is_not_run(
    centre: Centre, repo: Repository, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.write({"bin/ssh-keygen": "#!/bin/sh\ntouch sprung\n"})
    (centre.root / "bin/ssh-keygen").chmod(0o755)
    monkeypatch.chdir(centre.root)
    monkeypatch.setenv("PATH", f"bin:{centre.root}/bin:{os.environ['PATH']}")
    found = signing_key(repo, manager(Key(public(key))), DAY)
    assert Path(found.program).is_absolute()
    assert not found.program.startswith(str(centre.root))


def test_without_ssh_keygen_the_sentence_says_what_to_install(
    repo: Repository, key: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="install OpenSSH"):
        signing_key(repo, manager(Key(public(key))), DAY)


def test_a_passphrase_that_nobody_can_give_ends_in_the_words_of_ssh_keygen(
    centre: Centre, repo: Repository, tmp_path: Path
) -> None:
    text = new_key(tmp_path / "locked", passphrase=WORDS)
    centre.git("config", "user.signingkey", str(tmp_path / "locked"))
    found = signing_key(repo, manager(Key(text)), DAY)
    with pytest.raises(RepositoryError, match=r"ssh-keygen did not sign: .*passphrase"):
        sign(found, DATA)


def test_a_passphrase_may_be_given_by_the_program_of_the_user(
    centre: Centre, repo: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = new_key(tmp_path / "locked", passphrase=WORDS)
    helper = tmp_path / "askpass"
    helper.write_text(f"#!/bin/sh\necho {WORDS}\n")
    helper.chmod(0o755)
    monkeypatch.delenv("CI")
    monkeypatch.setenv("SSH_ASKPASS", str(helper))
    monkeypatch.setenv("SSH_ASKPASS_REQUIRE", "force")
    centre.git("config", "user.signingkey", str(tmp_path / "locked"))
    person = manager(Key(text))
    assert check(repo, sign(signing_key(repo, person, DAY), DATA), person) is None


def test_a_file_that_holds_another_key_by_then_does_not_sign(
    repo: Repository, key: Path, tmp_path: Path
) -> None:
    found = signing_key(repo, manager(Key(public(key))), DAY)
    new_key(tmp_path / "other")
    for name in ("other", "other.pub"):
        (tmp_path / name).replace(tmp_path / name.replace("other", "rq"))
    with pytest.raises(RepositoryError, match="signed with another key"):
        sign(found, DATA)


# --- checking --------------------------------------------------------------------------------


def check(
    repo: Repository,
    signature: bytes,
    *people: Person,
    person: str = "rq1",
    data: bytes = DATA,
    moment: datetime = NOON,
) -> Flaw | None:
    return flaw(repo, data, signature, policy(*people), person, moment)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_sound_signature_has_no_flaw(repo: Repository, tmp_path: Path, kind: str) -> None:
    person = manager(Key(new_key(tmp_path / kind, kind)))
    assert check(repo, signature_for(tmp_path / kind, DATA), person) is None


def test_the_signature_of_other_bytes_is_bad(repo: Repository, key: Path) -> None:
    person = manager(Key(public(key)))
    transplanted = signature_for(key, b"another tag\n")
    assert check(repo, transplanted, person) is Flaw.BAD_SIGNATURE


def test_no_signature_is_unsigned(repo: Repository, key: Path) -> None:
    assert check(repo, b"", manager(Key(public(key)))) is Flaw.UNSIGNED


def test_a_key_that_stands_nowhere_is_unknown(repo: Repository, key: Path, tmp_path: Path) -> None:
    signature = signature_for(key, DATA)
    assert check(repo, signature, manager()) is Flaw.UNKNOWN_SIGNER
    other = manager(Key(new_key(tmp_path / "other")))
    assert check(repo, signature, other) is Flaw.UNKNOWN_SIGNER
    assert check(repo, signature, other, person="nobody") is Flaw.UNKNOWN_SIGNER


def test_the_key_of_someone_else_is_theirs(repo: Repository, key: Path) -> None:
    mia = Person("mia", keys=(Key(public(key)),))
    signature = signature_for(key, DATA)
    assert check(repo, signature, manager(), mia) is Flaw.OTHER_PERSON
    assert check(repo, signature, manager(), mia, person="mia") is None


def test_a_signature_made_for_another_purpose_does_not_count(repo: Repository, key: Path) -> None:
    signature = signature_for(key, DATA, "file")
    assert check(repo, signature, manager(Key(public(key)))) is Flaw.WRONG_NAMESPACE


def test_a_namespace_rewritten_in_the_signature_makes_it_bad(repo: Repository, key: Path) -> None:
    lines = signature_for(key, DATA, "fit").splitlines()
    raw = base64.b64decode(b"".join(lines[1:-1])).replace(b"\0\0\0\3fit", b"\0\0\0\3git", 1)
    forged = b"\n".join([lines[0], base64.b64encode(raw), lines[-1]]) + b"\n"
    assert check(repo, forged, manager(Key(public(key)))) is Flaw.BAD_SIGNATURE


def test_the_day_of_the_claim_in_its_own_time_zone_decides(repo: Repository, key: Path) -> None:
    signature = signature_for(key, DATA)
    person = manager(Key(public(key), since=DAY, until=DAY))
    ahead = timezone(timedelta(hours=13))
    for moment, found in (
        (datetime(2026, 3, 1, 0, 30, tzinfo=ahead), None),  # still February in UTC
        (datetime(2026, 3, 1, 23, 59, tzinfo=UTC), None),
        (datetime(2026, 3, 2, 0, 0, tzinfo=UTC), Flaw.EXPIRED_KEY),
        (datetime(2026, 2, 28, 23, 0, tzinfo=UTC), Flaw.EXPIRED_KEY),
    ):
        assert check(repo, signature, person, moment=moment) is found


def test_a_revoked_key_signs_nothing_from_its_day_on(repo: Repository, key: Path) -> None:
    signature = signature_for(key, DATA)
    revoked = Key(public(key), revoked=DAY)
    assert check(repo, signature, manager(revoked)) is Flaw.REVOKED_KEY
    before = NOON - timedelta(days=1)
    assert check(repo, signature, manager(revoked), moment=before) is None


def test_a_key_written_twice_counts_when_one_of_its_spans_does(repo: Repository, key: Path) -> None:
    old = Key(public(key), until=DAY - timedelta(days=9))
    person = manager(old, old._replace(since=DAY, until=None))
    assert check(repo, signature_for(key, DATA), person) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + b"more\n",
        lambda text: text + text,
        lambda text: b"\n" + text,
        lambda text: text.replace(b"-----END", b"====\n-----END"),
        lambda text: text.replace(b"SSH", b"PGP"),
        lambda text: text[:60],
        lambda text: b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n",
        lambda text: text.replace(b"U1NIU0lH", b"U1NIU0lI"),
    ],
)
def test_what_is_not_exactly_one_signature_is_bad(
    repo: Repository, key: Path, change: Callable[[bytes], bytes]
) -> None:
    changed = change(signature_for(key, DATA))
    assert check(repo, changed, manager(Key(public(key)))) is Flaw.BAD_SIGNATURE


def test_each_byte_of_a_signature_matters(repo: Repository, key: Path) -> None:
    lines = signature_for(key, DATA).splitlines()
    raw = base64.b64decode(b"".join(lines[1:-1]))
    person = manager(Key(public(key)))
    for at in range(0, len(raw), 11):
        changed = bytearray(raw)
        changed[at] ^= 1
        text = b"\n".join([lines[0], base64.b64encode(changed), lines[-1]])
        assert check(repo, text, person) is not None, at


def test_an_id_that_is_no_principal_is_nobody(repo: Repository, key: Path) -> None:
    for name in ("rq1\n*", "*", "rq1,mia", "", "-rq"):
        person = replace(manager(Key(public(key))), identifier=name)
        found = check(repo, signature_for(key, DATA), person, person=name)
        assert found in (Flaw.OTHER_PERSON, Flaw.UNKNOWN_SIGNER)


def test_nothing_is_left_in_the_temporary_folder(
    repo: Repository, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    person = manager(Key(public(key)))
    signature = signature_for(key, DATA)
    assert check(repo, signature, person) is None
    assert check(repo, signature, person, data=b"x") is Flaw.BAD_SIGNATURE
    assert list(folder.iterdir()) == []


# --- what Git says of them -------------------------------------------------------------------


def believes(centre: Centre, key: Path, command: str, oid: str) -> bool:
    """Return whether Git itself finds the object signed by the manager."""
    allowed = centre.root.parent / "allowed"
    allowed.write_text(f'rq1 namespaces="git" {public(key)}\n')
    done = subprocess.run(
        [
            "git",
            "-c",
            "gpg.format=ssh",
            "-c",
            f"gpg.ssh.allowedSignersFile={allowed}",
            command,
            oid,
        ],
        cwd=centre.root,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0 and b'Good "git" signature for rq1' in done.stderr


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_git_verifies_our_signed_commits_and_tags(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], key: Path, form: str
) -> None:
    centre = Centre(tmp_path / form, capsys)
    (centre.root / ".git").rename(tmp_path / f"{form}-old")
    centre.git("init", "-q", "-b", "main", f"--object-format={form}")
    centre.iam("Quality Manager", "rq@example.org")
    centre.git("config", "user.signingkey", str(key))
    centre.commit({"a": "a\n"}, "first line\n\nbody\n")
    repo = git.discover(centre.root)
    person = manager(Key(public(key)))
    own = signing_key(repo, person, DAY)
    plain = git.read_blob(repo, centre.git("rev-parse", "HEAD").strip())
    assert plain is not None
    raw = signed_commit(plain, own)
    commit = store(centre, "commit", raw)
    assert believes(centre, key, "verify-commit", commit)
    assert split_commit(raw)[0] == plain
    assert check(repo, split_commit(raw)[1], person, data=plain) is None
    content = tag_content(
        "refs/tags/release/A/1.0", commit, ("Q", "q@x"), "0 +0000", "key: value\n"
    )
    tag = content.encode() + sign(own, content.encode())
    assert believes(centre, key, "verify-tag", store(centre, "tag", tag))
    parts = read_tag(tag)
    assert check(repo, parts.signature, person, data=parts.signed) is None


def store(centre: Centre, kind: str, data: bytes) -> str:
    command = ["git", "hash-object", "-t", kind, "-w", "--stdin"]
    done = subprocess.run(command, cwd=centre.root, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_what_git_signs_is_sound_to_us(centre: Centre, repo: Repository, key: Path) -> None:
    centre.commit({"a": "a\n"})
    centre.git("-c", "gpg.format=ssh", "commit", "-q", "--amend", "-S", "-m", "signed by git")
    centre.git("-c", "gpg.format=ssh", "tag", "-s", "-m", "by git", "v1")
    person = manager(Key(public(key)))
    commit = git.read_blob(repo, centre.git("rev-parse", "HEAD").strip())
    tag = git.read_blob(repo, centre.git("rev-parse", "refs/tags/v1").strip())
    assert commit is not None
    assert tag is not None
    signed, signature = split_commit(commit)
    assert check(repo, signature, person, data=signed) is None
    parts = read_tag(tag)
    assert check(repo, parts.signature, person, data=parts.signed) is None


def test_a_commit_with_anything_beside_its_signature_is_not_read_as_signed(
    centre: Centre, repo: Repository, key: Path
) -> None:
    centre.commit({"a": "a\n"})
    plain = git.read_blob(repo, centre.git("rev-parse", "HEAD").strip())
    assert plain is not None
    assert split_commit(plain) == (plain, b"")
    own = signing_key(repo, manager(Key(public(key))), DAY)
    raw = signed_commit(plain, own)
    person = manager(Key(public(key)))
    head, _, message = raw.partition(b"\n\n")
    late = head + b"\nencoding x\n\n" + message
    assert split_commit(late) == (late, b"")
    twice = raw.replace(b"\ngpgsig ", b"\ngpgsig forged\ngpgsig ", 1)
    signed, signature = split_commit(twice)
    assert check(repo, signature, person, data=signed) is Flaw.BAD_SIGNATURE


def test_the_parser_refuses_every_short_text() -> None:
    whole = b"-----BEGIN SSH SIGNATURE-----\n%b\n-----END SSH SIGNATURE-----\n"
    blob = b"SSHSIG\0\0\0\1" + b"\0\0\0\x0f\0\0\0\x0bssh-ed25519" + b"\0\0\0\3git"
    for size in range(len(blob)):
        assert signatures._parse(whole % base64.b64encode(blob[:size])) is None
    assert signatures._parse(whole % base64.b64encode(blob)) is not None


def test_a_signature_tells_its_key(key: Path) -> None:
    signature = signature_for(key, DATA)
    assert signatures.key_of(signature) == public(key)
    assert signatures.key_of(signature + signature) == ""
