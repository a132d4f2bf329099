"""The only module that runs ssh-keygen: as a list of arguments, never one from the repository."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from qmtool.errors import RepositoryError
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository

NAMESPACE = "git"
_TIMEOUT = 30.0
_HARDWARE = "sk-"


def find(repo: Repository) -> str | None:
    """Return the absolute path of ssh-keygen, found outside the repository, or None."""
    return git.find_program("ssh-keygen", os.path.realpath(repo.root))


def needed(repo: Repository) -> str:
    """Return the absolute path of ssh-keygen, or raise RepositoryError."""
    program = find(repo)
    if program is None:
        raise RepositoryError(
            say("ssh-keygen is not installed: signed releases need it; install OpenSSH")
        )
    return program


def sign(program: str, key: Path, kind: str, data: bytes) -> bytes:
    """Return the armoured signature of *data* by the key in the file *key*, of the type *kind*.

    A passphrase is asked on the terminal or by SSH_ASKPASS, which ssh-keygen does itself; so
    there is no time limit. In CI nothing may ask: without a terminal of its own, nothing can.
    """
    in_ci = os.environ.get("CI") == "true"
    # A hardware key says on stderr that it waits for a touch: who sits there must see it.
    shows = kind.startswith(_HARDWARE) and not in_ci
    try:
        done = subprocess.run(
            [program, "-Y", "sign", "-n", NAMESPACE, "-f", str(key)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=None if shows else subprocess.PIPE,
            env={
                **os.environ,
                "LC_ALL": "C",
                **({"SSH_ASKPASS_REQUIRE": "never"} if in_ci else {}),
            },
            start_new_session=in_ci,
            cwd="/",
            check=False,
        )
    except OSError as error:
        raise _not_run(error) from error
    if done.returncode or not done.stdout:
        raise RepositoryError(
            say("ssh-keygen did not sign: {words}", words=_words(done.stderr or b""))
        )
    return done.stdout


def is_good(
    program: str, data: bytes, signature: bytes, signer: tuple[str, str], moment: str
) -> bool:
    """Return whether *signature* of *data* is sound, by *signer* (principal, public key).

    *moment* is the claimed one in UTC, as `YYYYMMDDHHMMSS`.
    """
    principal, key = signer
    with _private_files(
        {"allowed": f'{principal} namespaces="{NAMESPACE}" {key}\n'.encode(), "sig": signature}
    ) as folder:
        arguments = [
            *("-Y", "verify", "-n", NAMESPACE, "-I", principal),
            *("-f", str(folder / "allowed"), "-s", str(folder / "sig")),
            f"-Overify-time={moment}",
        ]
        # A moment without `Z` is read in the time zone of the program, by every OpenSSH.
        done = _run(program, arguments, data=data, extra={"TZ": "UTC"})
    return done.returncode == 0


@contextmanager
def private_file(data: bytes) -> Iterator[Path]:
    """Yield a file that only this user can read, which holds *data* and is gone afterwards."""
    with _private_files({"key.pub": data}) as folder:
        yield folder / "key.pub"


@contextmanager
def _private_files(files: Mapping[str, bytes]) -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="qm-") as name:
            for file, data in files.items():
                (Path(name) / file).write_bytes(data)
            yield Path(name)
    except OSError as error:
        raise RepositoryError(
            say("a temporary file cannot be written ({error})", error=error.strerror)
        ) from error


def _run(
    program: str, arguments: list[str], *, data: bytes, extra: Mapping[str, str]
) -> subprocess.CompletedProcess[bytes]:
    """Run ssh-keygen on *data*, with nothing of the user's environment but what programs need."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ}
    try:
        return subprocess.run(
            [program, *arguments],
            input=data,
            capture_output=True,
            env={**kept, "LC_ALL": "C", **extra},
            cwd="/",
            timeout=_TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_run(error) from error


def _not_run(error: Exception) -> RepositoryError:
    words = error.strerror if isinstance(error, OSError) else "timeout"
    return RepositoryError(say("ssh-keygen cannot be run: {error}", error=words))


def _words(said: bytes) -> str:
    """Return what ssh-keygen said, without the line that it always writes."""
    lines = said.decode(errors="replace").splitlines()
    kept = [line.strip() for line in lines if line.strip() and not line.startswith("Signing ")]
    return " / ".join(kept[:3]) or "no message"
