"""`qm check --watch` tells what each change brings and mends, in a process of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue

import pytest

from qmtool.cli.watching import Watched
from qmtool.repository import git
from tests.conftest import SETTINGS, Centre, procedure

ROOT = Path(__file__).resolve().parents[2]
DOC = "processes/welcome/applicables/PR-ACC-001.md"
LIMIT = 60


class Seen:
    """The lines that a watching process prints, as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: Queue[str] = Queue()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.put(line)

    def until(self, words: str) -> str:
        """Return all that is printed up to a line with these *words*."""
        found = ""
        while words not in found:
            found += self.lines.get(timeout=LIMIT)
        return found


@contextmanager
def watching(centre: Centre, *options: str) -> Iterator[Seen]:
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "qmtool", "check", "--watch", *options],
        cwd=centre.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    seen = Seen(process)
    try:
        yield seen
    finally:
        process.kill()
        seen.thread.join()
        process.communicate()


def test_each_change_is_told_and_broken_settings_are_waited_for(welcome: Centre) -> None:
    with watching(welcome, "--select", "QM3", DOC) as seen:
        first = seen.until("0 errors")
        assert "\x1b" not in first
        welcome.write({DOC: procedure("PR-ACC-001", "[a](x/PR-ACC-009.md)\n")})
        assert "QM301" in seen.until("1 error")
        welcome.write({"qm.yaml": "qm: [\n"})
        assert "qm.yaml" in seen.until("waiting for a change")
        welcome.write({"qm.yaml": SETTINGS, DOC: procedure("PR-ACC-001", "[b](y.md) [c](z.md)\n")})
        assert "new: 2, mended: 1" in seen.until("2 errors")
        seen.process.send_signal(signal.SIGINT)
        assert seen.process.wait(timeout=LIMIT) == 130


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (DOC, "edited"),
        ("processes/new/applicables/PR-NEW-001.md", "new, in a new folder"),
        ("qm.yaml", SETTINGS + "language: fr\n"),
    ],
)
def test_a_saved_file_is_a_change_and_an_ignored_one_is_none(
    welcome: Centre, path: str, text: str
) -> None:
    welcome.write({".gitignore": "*.swp\n"})
    watched = Watched(git.discover(welcome.root))
    watched.settle()
    welcome.write({f"{DOC}.swp": "x"})
    assert not watched.is_changed()
    welcome.write({path: text})
    assert watched.is_changed()
    assert not watched.is_changed()
    (welcome.root / path).unlink()
    assert watched.is_changed()


def test_a_commit_is_a_change(welcome: Centre) -> None:
    watched = Watched(git.discover(welcome.root))
    watched.settle()
    welcome.git("commit", "--allow-empty", "-q", "-m", "nothing")
    assert watched.is_changed()
