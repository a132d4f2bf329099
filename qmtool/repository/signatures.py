"""Signatures by SSH keys: made with the key that Git is set to, checked against the policy.

Only the keys of the policy and this program decide: `gpg.program`, `gpg.ssh.program` and
`gpg.ssh.allowedSignersFile` of a repository are never read (`reliability.md` §6).
"""

import base64
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from qmtool.errors import Refused, RepositoryError
from qmtool.model.settings import Key, Person, Policy
from qmtool.model.signing import Flaw, key_flaw
from qmtool.model.text import say
from qmtool.repository import git, ssh
from qmtool.repository.git import Repository
from qmtool.repository.ssh_keys import configured_key, key_text, public_text, read_string

_ARMOUR = re.compile(
    rb"-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n?"
)
_PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class SigningKey:
    """The key of who runs qm: *path* is the file to sign with, empty where only the agent has it.

    *text* is the public key (type and base64), *program* the ssh-keygen that will sign.
    """

    path: str
    text: str
    program: str


class _Blob(NamedTuple):
    """What an armoured signature says of itself: the key, as OpenSSH writes it, and its purpose."""

    key: str
    namespace: bytes


# --- signing ---------------------------------------------------------------------------------


def signing_key(repo: Repository, person: Person, on: date) -> SigningKey:
    """Return the key that Git's `user.signingkey` names, if *person* may sign with it that day.

    Raise Refused otherwise, with what to type.
    """
    valid = [key.text for key in person.keys if key_flaw(key, on) is None]
    if not valid:
        raise Refused(
            say(
                "{person} has no key in qm.yaml that is valid on {day}: put one under keys and "
                "have the policy released (qm release POLICY)",
                person=person.identifier,
                day=on,
            )
        )
    path, text = configured_key(repo)
    if not text:
        raise _no_key(git.config(repo, "user.signingkey"), valid)
    if text not in valid:
        raise Refused(_unfit(person, text, on, _suggestion(valid)))
    return SigningKey(path, text, ssh.needed(repo))


def _no_key(value: str, valid: list[str]) -> Refused:
    if value:
        return Refused(
            say(
                "user.signingkey is {value}, which is not an SSH key that can be read; "
                "type: git config user.signingkey {file}",
                value=value,
                file=_suggestion(valid),
            )
        )
    return Refused(
        say(
            "releases and decisions are signed here and Git does not know your key; "
            "type: git config user.signingkey {file}",
            file=_suggestion(valid),
        )
    )


def _suggestion(valid: list[str]) -> str:
    """Return what to give to `git config user.signingkey` to sign with one of the keys *valid*."""
    folder = Path("~/.ssh")
    try:
        for path in sorted(folder.expanduser().glob("*.pub")):
            if public_text(path) in valid:
                return str(folder / path.name)
    except (OSError, RuntimeError):
        pass  # no home, or one that cannot be read: name the key itself
    return f'"key::{valid[0]}"'


def _unfit(person: Person, text: str, on: date, file: str) -> object:
    """Return the sentence for a key that is not, or not on that day, one of *person*."""
    flaws = [key_flaw(key, on) for key in person.keys if key.text == text]
    if Flaw.REVOKED_KEY in flaws:
        return say(
            "your key of user.signingkey is revoked in qm.yaml; "
            "type: git config user.signingkey {file}",
            file=file,
        )
    if flaws:
        return say(
            "your key of user.signingkey is not valid on {day} in qm.yaml; "
            "type: git config user.signingkey {file}",
            day=on,
            file=file,
        )
    return say(
        "your key of user.signingkey is none of {person} in qm.yaml; "
        "type: git config user.signingkey {file}",
        person=person.identifier,
        file=file,
    )


def sign(key: SigningKey, data: bytes) -> bytes:
    """Return the armoured signature of *data*, made for Git, by *key*."""
    kind = key.text.split(" ")[0]
    if key.path:
        signature = ssh.sign(key.program, Path(key.path), kind, data)
    else:
        with ssh.private_file(key.text.encode() + b"\n") as path:
            signature = ssh.sign(key.program, path, kind, data)
    signature = signature.replace(b"\r\n", b"\n")
    blob = _parse(signature)
    if blob is None or blob.key != key.text:
        raise RepositoryError(
            say("ssh-keygen signed with another key than the one that user.signingkey names")
        )
    return signature


# --- checking --------------------------------------------------------------------------------


def flaw(
    repo: Repository,
    signed: bytes,
    signature: bytes,
    policy: Policy,
    person: str,
    moment: datetime,
) -> Flaw | None:
    """Return why *signature* does not show that *person* signed the bytes at *moment*, or None.

    The day of *moment*, in its own time zone, decides whether a key is valid. Whether the person
    may release is not asked here.
    """
    if not signature:
        return Flaw.UNSIGNED
    blob = _parse(signature)
    if blob is None:
        return Flaw.BAD_SIGNATURE
    found = _claimed(policy, person, blob.key, moment.date())
    if found is not None:
        return found
    if blob.namespace != ssh.NAMESPACE.encode():
        return Flaw.WRONG_NAMESPACE
    stamp = moment.astimezone(UTC).strftime("%Y%m%d%H%M%S")
    program = ssh.needed(repo)
    is_good = ssh.is_good(program, signed, signature, (person, blob.key), stamp)
    return None if is_good else Flaw.BAD_SIGNATURE


def is_good(repo: Repository, signed: bytes, signature: bytes, key: SigningKey) -> bool:
    """Return whether *signature* is that of *key* over the bytes, as verification will see it."""
    blob = _parse(signature)
    if blob is None or blob.key != key.text or blob.namespace != ssh.NAMESPACE.encode():
        return False
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return ssh.is_good(ssh.needed(repo), signed, signature, ("signer", key.text), stamp)


def _claimed(policy: Policy, person: str, text: str, on: date) -> Flaw | None:
    """Return why the key *text* is none of *person* on that day, or None if it is.

    A key that stands twice is revoked as soon as it is at one of its places.
    """
    keys = [(one.identifier, key) for one in policy.people for key in one.keys if key.text == text]
    own: list[Key] = [key for owner, key in keys if owner == person]
    if not own or not _PRINCIPAL.fullmatch(person):
        return Flaw.OTHER_PERSON if keys else Flaw.UNKNOWN_SIGNER
    if Flaw.REVOKED_KEY in (key_flaw(key, on) for _, key in keys):
        return Flaw.REVOKED_KEY
    flaws = [key_flaw(key, on) for key in own]
    return None if None in flaws else flaws[0]


def _parse(signature: bytes) -> _Blob | None:
    """Return what an armoured signature says of itself, or None if it is malformed.

    Nothing may stand around it: neither git nor ssh-keygen would cover that.
    """
    found = _ARMOUR.fullmatch(signature)
    if not found:
        return None
    try:
        data = base64.b64decode(found[1].replace(b"\n", b""), validate=True)
        if data[:6] != b"SSHSIG" or data[6:10] != b"\0\0\0\1":
            return None
        key, rest = read_string(data[10:])
        namespace, _ = read_string(rest)
        return _Blob(key_text(key), namespace)
    except ValueError:
        return None


# --- commits ---------------------------------------------------------------------------------


def signed_commit(content: bytes, key: SigningKey) -> bytes:
    """Return the commit object *content* with the signature of it by *key*, as Git keeps it."""
    head, _, message = content.partition(b"\n\n")
    lines = sign(key, content).rstrip(b"\n").split(b"\n")
    header = _signature_header(content) + b" " + b"\n ".join(lines)
    return head + b"\n" + header + b"\n\n" + message


def _signature_header(commit: bytes) -> bytes:
    """Return the name of the header of a signature, which depends on the repository's hash."""
    tree = commit.partition(b"\n")[0].removeprefix(b"tree ")
    return b"gpgsig-sha256" if len(tree) == 64 else b"gpgsig"


def key_of(signature: bytes) -> str:
    """Return the public key that an armoured signature names, empty if it is malformed."""
    blob = _parse(signature)
    return blob.key if blob else ""
