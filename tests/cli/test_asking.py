"""On a terminal, `qm log` and `qm act` ask for what is missing, and for nothing else."""

import os
import pty
import subprocess
import sys

from ..conftest import ROOT, Centre


def talk(centre: Centre, answers: list[str], *arguments: str) -> str:
    """Return what a terminal shows of `qm` with *arguments*, where somebody types *answers*."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "300", "TERM": "dumb"}
    environment.pop("CI", None)
    ours, theirs = pty.openpty()
    try:
        os.write(ours, "".join(f"{one}\n" for one in answers).encode())
        done = subprocess.run(
            [sys.executable, "-m", "qmtool", *arguments],
            cwd=centre.root,
            env=environment,
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=False,
        )
        shown = os.read(ours, 1 << 16).decode()
    finally:
        os.close(theirs)
        os.close(ours)
    assert done.returncode == 0, shown
    return shown + done.stdout.decode()


def test_an_event_is_declared_in_five_answers(welcome: Centre) -> None:
    answers = ["perhaps", "yes", "Left instead of right", "CT 1", "Done again", "Wrong side"]
    shown = talk(welcome, answers, "log", "event")
    assert "[yes/no]" in shown
    assert "Answer yes or no." in shown
    assert "Notification to the ASNR and the ARS" in shown
    (file,) = welcome.root.glob("processes/*/*/event/*.md")
    text = file.read_text()
    assert "is_esr: true" in text
    assert 'title: "Wrong side"' in text
    assert welcome.git("status", "--porcelain") == ""


def test_a_product_is_not_asked_for(welcome: Centre) -> None:
    given = ("is_esr=no", "place=CT 1", "description=Left", "immediate_correction=None")
    done = welcome.qm("log", "event", "Wrong side", *(x for one in given for x in ("--set", one)))
    name = done.out.split()[2].rstrip(",")
    talk(welcome, ["adverse", "welcome"], "act", name, "recorded")
    answers = ["None", "2", "3", "no", "no", "none"]
    shown = talk(welcome, answers, "act", name, "qualified")
    assert "Severity" in shown
    assert "Criticality" not in shown
    (file,) = welcome.root.glob("processes/*/*/event/*.md")
    assert "criticality: 6" in file.read_text()
