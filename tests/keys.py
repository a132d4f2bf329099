"""Real SSH keys for the tests."""

import subprocess
from pathlib import Path


def new_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> str:
    """Make a key pair at *path* and return the public one, without its comment."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)]
    command += ["-a", "1"] if passphrase else []
    command += ["-b", "1024"] if kind == "rsa" else []
    subprocess.run(command, check=True)
    return public(path)


def public(path: Path) -> str:
    """Return the public key of the pair at *path*, without its comment."""
    return " ".join(Path(f"{path}.pub").read_text().split()[:2])


def signature_for(path: Path, data: bytes, namespace: str = "git") -> bytes:
    """Return the signature of *data* by the key at *path*, made without qm."""
    command = ["ssh-keygen", "-Y", "sign", "-n", namespace, "-f", str(path)]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout
