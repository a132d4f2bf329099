"""SSH keys as OpenSSH keeps them: in files, in Git's settings, and on the wire."""

import base64
import binascii
import re
from pathlib import Path

from qmtool.repository import git
from qmtool.repository.git import Repository

_PRIVATE = re.compile(rb"-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END OPENSSH")
_PUBLIC = re.compile(r"((?:ssh|ecdsa|sk)-[A-Za-z0-9@.-]+) ([A-Za-z0-9+/]+={0,2})(?:\s.*)?")
_LIMIT = 65536


def configured_key(repo: Repository) -> tuple[str, str]:
    """Return the file to sign with and the public key that `user.signingkey` names.

    The file is empty for a key of the agent, the public key where none can be read.
    """
    value = git.config(repo, "user.signingkey").strip()
    literal = _PUBLIC.fullmatch(value.removeprefix("key::"))
    if literal:
        return "", f"{literal[1]} {literal[2]}"
    if not value or value.startswith("key::"):
        return "", ""
    path = repo.root / _expanded(value)
    return str(path), public_text(path)


def _expanded(value: str) -> Path:
    try:
        return Path(value).expanduser()
    except RuntimeError:  # `~name` of nobody
        return Path(value)


def public_text(path: Path) -> str:
    """Return the public key of the public or private key file *path*, empty if it has none."""
    for one in (path, Path(f"{path}.pub")):
        data = _read(one)
        private = _PRIVATE.search(data)
        text = _of_private(private[1]) if private else _of_public(data)
        if text:
            return text
    return ""


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(_LIMIT)
    except (OSError, ValueError):
        return b""


def _of_public(data: bytes) -> str:
    lines = data.decode(errors="replace").splitlines()
    found = _PUBLIC.fullmatch(lines[0].strip()) if lines else None
    return f"{found[1]} {found[2]}" if found else ""


def _of_private(text: bytes) -> str:
    """Return the public key that a private key in OpenSSH's format holds unencrypted."""
    try:
        data = base64.b64decode(b"".join(text.split()), validate=True)
        magic, rest = data[:15], data[15:]
        for _ in ("cipher", "kdf", "options"):
            _, rest = read_string(rest)
        blob, _ = read_string(rest[4:])
        return key_text(blob) if magic == b"openssh-key-v1\0" else ""
    except ValueError:
        return ""


def read_string(data: bytes) -> tuple[bytes, bytes]:
    """Return the string at the start of *data*, as SSH writes them, and what follows it."""
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:
        raise ValueError(size)
    return data[4 : 4 + size], data[4 + size :]


def key_text(blob: bytes) -> str:
    """Return a public key of the wire as OpenSSH writes it in files."""
    kind, _ = read_string(blob)
    return f"{kind.decode('ascii')} {binascii.b2a_base64(blob, newline=False).decode()}"
