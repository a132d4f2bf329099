"""The published hooks, run by the real pre-commit on a commit of a quality system."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Centre, built_once, procedure

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
GOOD = "processes/welcome/applicables/PR-ACC-001.md"
BAD = "processes/welcome/applicables/PR-ACC-003.md"


def publish(at: Path, hooks: Path) -> str:
    """Commit the published *hooks* in a repository of their own; return the commit."""
    at.mkdir()
    shutil.copy(hooks, at)
    identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
    for words in (["init", "-q", "--template="], ["add", "-A"], ["commit", "-q", "-m", "hooks"]):
        subprocess.run(["git", *identity, *words], cwd=at, check=True)
    done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=at, check=True, capture_output=True)
    return done.stdout.decode().strip()


@pytest.fixture
@built_once
def hooked(welcome: Centre) -> Centre:
    """Return a centre that uses both hooks; only the environment is not theirs but the tests'.

    `language: python` would install qm from the network; `system` runs the one under test.
    """
    hooks = welcome.root.parent.parent / "hooks"
    revision = publish(hooks, ROOT / ".pre-commit-hooks.yaml")
    which = "".join(
        f"      - {{id: {name}, language: system}}\n" for name in ("qm-check", "qm-check-staged")
    )
    welcome.commit(
        {
            ".pre-commit-config.yaml": f"repos:\n  - repo: {hooks}\n    rev: {revision}\n"
            f"    hooks:\n{which}"
        }
    )
    return welcome


def pre_commit(centre: Centre, *names: str) -> subprocess.CompletedProcess[str]:
    """Run the hooks *names* of the centre on what is staged, as `git commit` does."""
    home = centre.root.parent.parent / "pre-commit"
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(home),
        "PRE_COMMIT_COLOR": "never",
    }
    return subprocess.run(
        [BIN / "pre-commit", "run", *names],
        cwd=centre.root,
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )


def test_both_hooks_let_a_good_commit_pass(hooked: Centre) -> None:
    hooked.write({GOOD: procedure("PR-ACC-001", "## Purpose\n\nNew words.\n")})
    hooked.git("add", "-A")
    done = pre_commit(hooked)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("Passed") == 2


def test_both_hooks_stop_a_commit_that_breaks_a_link(hooked: Centre) -> None:
    hooked.write({BAD: procedure("PR-ACC-003", "[x](PR-ACC-009.md)\n")})
    hooked.git("add", "-A")
    hooked.write({BAD: procedure("PR-ACC-003", "mended on the disk, not in the commit\n")})
    done = pre_commit(hooked)
    assert done.returncode == 1
    assert done.stdout.count("QM301") == 2


def test_both_hooks_stop_a_commit_that_only_deletes(hooked: Centre) -> None:
    hooked.commit({BAD: procedure("PR-ACC-003", "[x](PR-ACC-002.md)\n")})
    hooked.git("rm", "-q", "processes/welcome/applicables/PR-ACC-002.md")
    done = pre_commit(hooked)
    assert done.returncode == 1
    assert done.stdout.count("QM301") == 2
