"""Long work shows on a terminal how far it is, and leaves nothing there."""

import os
import sys

import pytest

from qmtool.cli import progress

pty = pytest.importorskip("pty")


def shown(monkeypatch: pytest.MonkeyPatch, term: str) -> str:
    """Return what a terminal of that sort gets while three files are made."""
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", term)
    with os.fdopen(theirs, "w") as terminal, monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", terminal)
        with progress.progress() as told:
            for done in range(3):
                told(done, 3)
        terminal.write("end")
        terminal.flush()
        seen = os.read(ours, 1000).decode()
    os.close(ours)
    return seen


def test_a_terminal_shows_how_far_long_work_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert shown(monkeypatch, "xterm") == "\r\x1b[K0 of 3 files\r\x1b[Kend"


def test_nothing_is_shown_of_short_work_or_where_it_would_stay(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shown(monkeypatch, "xterm") == "end"
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    assert shown(monkeypatch, "dumb") == "end"
    with progress.progress() as told:
        told(1, 3)
    assert capsys.readouterr().err == ""
