"""A sample of `make crash`: nothing is broken by a kill, and a broken protocol is found out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.points import POINTS
from tests.crash.suites import has_strace

ROOT = Path(__file__).resolve().parent.parent.parent


def sample(tmp_path: Path, only: str, *options: str) -> dict[str, dict[str, object]]:
    """Run the suites whose name holds *only* in a process of their own; return their figures.

    They fork, which a process with threads, such as that of the tests, had better not.
    """
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "tests.crash", "--only", only, "--json", str(figures)]
    command += ["--jobs", "1", "--trials", "1", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    assert figures.exists(), done.stderr.decode()
    found: dict[str, dict[str, object]] = json.loads(figures.read_text())
    assert found, only
    return found


@pytest.mark.parametrize(
    ("suites", "options"),
    [
        (
            "points of release|points of the others|double|every call|of the recovery|any time",
            ("--part", "1"),
        ),
        (
            "somebody|releasers at once|the same document|a plain committer|linked",
            ("--part", "1", "--documents", "2"),
        ),
    ],
)
def test_a_version_is_published_entirely_or_not_at_all(
    tmp_path: Path, suites: str, options: tuple[str, ...]
) -> None:
    found = sample(tmp_path, suites, *options)
    assert len(found) == len(suites.split("|"))
    assert all(one["trials"] for one in found.values())
    assert {name: one["found"] for name, one in found.items() if one["violations"]} == {}


@pytest.mark.skipif(not has_strace(), reason="strace is not there, or may not trace")
def test_a_fault_of_any_system_call_of_the_ref_step_is_survived(tmp_path: Path) -> None:
    found = sample(tmp_path, "faults of the ref step", "--part", "2")["faults of the ref step"]
    assert (found["trials"], found["found"]) == (2, [])


def test_a_protocol_broken_on_purpose_is_found_out(tmp_path: Path) -> None:
    found = sample(tmp_path, "broken: ")
    assert {name: one["violations"] == 0 for name, one in found.items()} == {
        "broken: tag-first": False,
        "broken: no-journal": False,
        "broken: no-recovery": False,
        "broken: no-step-14": False,
        "broken: no-index-lock": False,
    }


def test_every_step_has_its_points_of_death() -> None:
    steps = {name.split()[0] for name in POINTS}
    assert steps == {f"{step:02}" for step in range(1, 16)} - {"03"}  # reading leaves no trace
    assert len(POINTS) >= 27
