"""A story is made by the actions of qm, always the same; `make examples` checks those shipped."""

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from qmtool.actions.act import Step, act
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.log import Wish, log, register_kind
from qmtool.actions.record_text import typed_values
from qmtool.actions.release_plan import Order
from qmtool.repository import git

from ..conftest import ROOT, Centre

EXAMPLES = ROOT / "examples"


def build(name: str, folder: Path) -> None:
    """Make *folder* the repository of the example called *name*."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(EXAMPLES / "build.py"), name, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


SMALL = """\
qm: 1
language: en
release_branch: main
people:
  - {id: rq1, name: Quality Manager, email: rq@example.org, roles: [rq]}
  - {id: mia, name: Mia Author, email: mia@example.org}
processes:
  - {id: welcome, code: ACC, title: Welcome, type: operational, owner: rq1}
"""
STORY = """\
defaults:
  event: {by: mia, set: {is_esr: false}}
  event.recorded: {by: rq1, set: {type: near_miss}}
steps:
  - {on: 2026-01-05, by: rq1, commit: Start, files: [qm.yaml]}
  - on: 2026-01-06
    log: event
    id: EVT-20260106-7K2M
    title: Label on the wrong syringe
    set: {place: "Room 1, left", description: Seen before the injection, immediate_correction: None}
    body: Told by the radiographer.
    then:
      - {after: 1, state: recorded, set: {process: welcome}, comment: "Checked, with care"}
"""
WINTER = timezone(timedelta(hours=1))


def test_the_entries_of_a_story_are_those_that_qm_log_and_qm_act_write(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small/qm.yaml").write_text(SMALL)
    (tmp_path / "small/story.yaml").write_text(STORY)
    build(str(tmp_path / "small"), tmp_path / "built")
    build(str(tmp_path / "small"), tmp_path / "again")
    built, again = (Centre(tmp_path / name, capsys) for name in ("built", "again"))
    assert built.git("for-each-ref") == again.git("for-each-ref")
    assert built.git("status", "--porcelain") == ""
    by_hand = Centre(tmp_path / "by-hand", capsys)
    by_hand.git("fetch", "-q", "--no-tags", str(built.root), "main")
    by_hand.git("reset", "-q", "--hard", "FETCH_HEAD~2")

    by_hand.iam("Mia Author", "mia@example.org")
    repo = git.discover(by_hand.root)
    last = LastCommit(repo, Order(datetime(2026, 1, 6, 9, tzinfo=WINTER), ""))
    kind = register_kind(last.now()[1].project, "event")
    place, correction = "place=Room 1, left", "immediate_correction=None"
    given = ["is_esr=false", place, "description=Seen before the injection", correction]
    values = {"id": "EVT-20260106-7K2M", **typed_values(kind, given)}
    log(
        repo,
        Wish("event", "Label on the wrong syringe", values, "", "\nTold by the radiographer.\n"),
        last,
    )
    by_hand.iam("Quality Manager", "rq@example.org")
    repo = git.discover(by_hand.root)
    last = LastCommit(repo, Order(datetime(2026, 1, 7, 9, tzinfo=WINTER), ""))
    step = Step(
        "EVT-20260106-7K2M", "recorded", ["type=near_miss", "process=welcome"], "Checked, with care"
    )
    act(repo, step, last)

    assert by_hand.git("log", "--format=%H %s", "main") == built.git(
        "log", "--format=%H %s", "main"
    )
