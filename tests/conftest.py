"""A real repository in a temporary folder, and `qm` run in it as a person would."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# The help of the commands is translated when they are imported: choose before that.
os.environ["LC_ALL"] = "C.UTF-8"
os.environ.pop("LANGUAGE", None)

# Every write of Git and qm is synced to the disk; in memory the suite takes a third less.
if Path("/dev/shm").is_dir() and shutil.disk_usage("/dev/shm").free > 1 << 30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")

from qmtool.cli import main

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# Tests run qm inside of hostile repositories: nothing is ever imported from the working folder.
sys.path[:] = [one or str(ROOT) for one in sys.path]

SETTINGS = """\
qm: 1
language: en
release_branch: main
people:
  - {id: rq1, name: Quality Manager, email: rq@example.org, roles: [rq]}
  - {id: mia, name: Mia Author, email: mia@example.org}
processes:
  - {id: welcome, code: ACC, title: Welcome, type: operational, owner: rq1}
adopts: [iso-9001-2015]
"""


@dataclass(frozen=True)
class Result:
    """What a run of `qm` gave."""

    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _plain_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Give every test an empty Git configuration, a cache that is not the user's, and English."""
    for name in list(os.environ):
        if name.startswith(("GIT_", "LC_", "LANG")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path_factory.getbasetemp() / "cache"))
    monkeypatch.setenv("QM_STATE_DIR", str(tmp_path_factory.getbasetemp() / "state"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("CI", "true")


class Centre:
    """A Git repository with the identity of a quality manager."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capture = capture
        root.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main", "--template=")
        for folder in ("hooks", "info"):
            (root / ".git" / folder).mkdir(exist_ok=True)
        with (root / ".git/config").open("a") as settings:
            settings.write("[user]\n\tname = Quality Manager\n\temail = rq@example.org\n")

    def iam(self, name: str, email: str) -> None:
        """Change the identity of the person who runs Git."""
        self.git("config", "user.name", name)
        self.git("config", "user.email", email)

    def git(self, *arguments: str, check: bool = True) -> str:
        """Return what a Git command prints."""
        done = subprocess.run(["git", *arguments], cwd=self.root, capture_output=True, check=False)
        if check and done.returncode:
            raise AssertionError(done.stderr.decode(errors="replace"))
        return os.fsdecode(done.stdout)

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write *files* by path."""
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "work") -> None:
        """Write *files* and commit everything."""
        self.write(files or {})
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def qm(self, *arguments: str) -> Result:
        """Run `qm` here."""
        before = Path.cwd()
        argv = sys.argv
        self._capture.readouterr()
        os.chdir(self.root)
        sys.argv = ["qm", *arguments]
        try:
            code = main.guarded(main.invoke)
        finally:
            sys.argv = argv
            os.chdir(before)
        shown = self._capture.readouterr()
        return Result(code, shown.out, shown.err)

    def state(self) -> dict[str, object]:
        """Return everything a failed command must leave as it was."""
        files = {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and ".git/" not in path.as_posix()
        }
        return {
            "refs": self.git("for-each-ref"),
            "head": (self.root / ".git/HEAD").read_text(),
            "index": self.git("ls-files", "-s", "-v"),
            "status": self.git("status", "--porcelain"),
            "files": files,
            "locks": sorted(path.name for path in (self.root / ".git").rglob("*.lock")),
        }


@pytest.fixture
def centre(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Centre:
    """Return an empty repository."""
    return Centre(tmp_path / "centre", capsys)


def built_once(build: Callable[..., Centre]) -> Callable[..., Centre]:
    """Let the fixture *build*, which turns one centre into another, work once; then copy it."""

    @functools.wraps(build)
    def copied(**fixtures: Any) -> Centre:
        centre: Centre = next(one for one in fixtures.values() if isinstance(one, Centre))
        kept = centre.root.parent.parent / "built" / f"{build.__module__}.{build.__name__}"
        if kept.exists():
            shutil.rmtree(centre.root)
            shutil.copytree(kept, centre.root, symlinks=True)
        else:
            build(**fixtures)
            shutil.copytree(centre.root, kept, symlinks=True)
        return centre

    return copied


def procedure(identifier: str, body: str = "## Purpose\n\nText.\n", **keys: str) -> str:
    """Return the text of a draft procedure."""
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    head = f"id: {identifier}\ntitle: Title of {identifier}\nkind: procedure\n"
    return f"---\n{head}{lines}---\n\n{body}"


@pytest.fixture
@built_once
def welcome(centre: Centre) -> Centre:
    """Return a committed quality system with two drafts."""
    centre.commit(
        {
            "qm.yaml": SETTINGS,
            "processes/welcome/applicables/PR-ACC-001.md": procedure("PR-ACC-001"),
            "processes/welcome/applicables/PR-ACC-002.md": procedure("PR-ACC-002"),
        }
    )
    return centre
