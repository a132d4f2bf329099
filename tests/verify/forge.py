"""What somebody with a shell and bad intentions can write into a repository, with plain Git."""

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import Centre

DOC = "processes/welcome/applicables/PR-ACC-001.md"
OTHER = "processes/welcome/applicables/PR-ACC-002.md"
TAG = "refs/tags/release/PR-ACC-001/1.0"
RQ = ("Quality Manager", "rq@example.org")
MIA = ("Mia Author", "mia@example.org")


def verify(centre: Centre, *options: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code of `qm verify` and what it says."""
    done = centre.qm("verify", "--format", "json", *options)
    return done.code, json.loads(done.out) if done.out else {"error": done.err}


def broken(centre: Centre, *options: str) -> set[str]:
    """Return the names of the broken promises, of which there must be some."""
    code, verdict = verify(centre, *options)
    assert code == 6, verdict
    return {one["name"] for one in verdict["violations"]}


def is_sound(centre: Centre, *options: str) -> dict[str, Any]:
    """Return a verdict that must be good."""
    code, verdict = verify(centre, *options)
    assert (code, verdict.get("violations")) == (0, []), verdict
    return verdict


def piped(centre: Centre, data: bytes, *command: str) -> str:
    """Return what the Git command prints that reads *data*."""
    done = subprocess.run(
        ["git", *command], cwd=centre.root, input=data, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().strip()


def raw_tag(centre: Centre, ref: str) -> bytes:
    """Return the bytes of a tag object."""
    return subprocess.run(
        ["git", "cat-file", "tag", ref], cwd=centre.root, capture_output=True, check=True
    ).stdout


def payload_of(centre: Centre, ref: str = TAG) -> dict[str, str]:
    """Return what the tag *ref* says."""
    message = raw_tag(centre, ref).decode().split("\n\n", 1)[1].split("-----BEGIN")[0]
    return dict(line.split(": ", 1) for line in message.splitlines())


def put_tag(centre: Centre, ref: str, data: bytes) -> None:
    """Make the tag object of those bytes, whatever they are, and the ref of it."""
    oid = piped(centre, data, "hash-object", "-t", "tag", "-w", "--literally", "--stdin")
    file, log = centre.root / ".git" / ref, centre.root / ".git/logs" / ref
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{oid}\n")
    log.unlink(missing_ok=True)  # whoever can write a ref can write its log


def make_tag(
    centre: Centre,
    ref: str,
    commit: str,
    payload: Mapping[str, str],
    who: tuple[str, str] = RQ,
    key: Path | None = None,
    namespace: str = "git",
) -> bytes:
    """Make a tag as `qm` would write it, signed if there is a *key*; return its bytes."""
    when = datetime.fromisoformat(payload["date"])
    lines = "".join(f"{name}: {value}\n" for name, value in payload.items())
    data = (
        f"object {commit}\ntype commit\ntag {ref.removeprefix('refs/tags/')}\n"
        f"tagger {who[0]} <{who[1]}> {int(when.timestamp())} {when:%z}\n\n{lines}"
    ).encode()
    data += signature(data, key, namespace) if key else b""
    put_tag(centre, ref, data)
    return data


def signature(data: bytes, key: Path, namespace: str = "git") -> bytes:
    """Return the signature of *data*."""
    command = ["ssh-keygen", "-q", "-Y", "sign", "-n", namespace, "-f", str(key)]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def head(centre: Centre) -> str:
    """Return the last commit."""
    return centre.git("rev-parse", "HEAD").strip()


def commit_at(
    centre: Centre, files: Mapping[str, str | bytes], when: datetime, who: tuple[str, str] = RQ
) -> str:
    """Commit *files* as *who* at that moment, as anybody can claim to; return the commit."""
    centre.write(files)
    centre.git("add", "-A")
    stamp = f"{int(when.timestamp())} {when:%z}"
    command = ["git", "-c", f"user.name={who[0]}", "-c", f"user.email={who[1]}"]
    command += ["commit", "-q", "-m", "work"]
    environment = {
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_DATE": stamp,
        "PATH": os.environ["PATH"],
    }
    subprocess.run(command, cwd=centre.root, env=environment, check=True)
    return head(centre)


def now_of(payload: Mapping[str, str]) -> datetime:
    """Return the moment of a payload."""
    return datetime.fromisoformat(payload["date"])


def release_by_hand(
    centre: Centre,
    payload: Mapping[str, str],
    files: Mapping[str, str | bytes],
    who: tuple[str, str] = RQ,
    key: Path | None = None,
    **changes: str,
) -> str:
    """Write a release without `qm`: a commit of *files* and a tag like *payload*, as *changes*."""
    moment = datetime.fromisoformat(changes.get("date", payload["date"]))
    commit = commit_at(centre, files, moment, who)
    path = changes.get("path", payload["path"])
    said = dict(payload) | {"blob": centre.git("rev-parse", f"HEAD:{path}").strip()} | changes
    make_tag(
        centre, f"refs/tags/release/{said['document']}/{said['version']}", commit, said, who, key
    )
    return commit


def later(payload: Mapping[str, str], **span: int) -> str:
    """Return the moment of *payload* and some more, as a payload tells it."""
    return (now_of(payload) + timedelta(**span)).isoformat(timespec="seconds")


def merge_earlier(centre: Centre, branch: str, email: str) -> None:
    """Merge *branch* as a forge does, some minutes ago."""
    stamp = f"{int(datetime.now().timestamp()) - 60} +0000"
    environment = {
        "GIT_AUTHOR_DATE": stamp,
        "GIT_COMMITTER_DATE": stamp,
        "PATH": os.environ["PATH"],
    }
    command = ["git", "-c", f"user.email={email}", "merge", "-q", "--no-ff", "--no-edit", branch]
    subprocess.run(command, cwd=centre.root, env=environment, check=True)
