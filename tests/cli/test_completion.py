"""What a shell proposes after Tab, in a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from qmtool.cli import completion, main
from tests.conftest import Centre, procedure

BIN = Path(sys.executable).parent
FOLDER = "processes/welcome/applicables"

ASK = """
source <(_QM_COMPLETE=source_bash qm)
for words in "$@"; do
  read -r -a COMP_WORDS <<<"$words"
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
  COMPREPLY=()
  _qm_completion qm
  echo "${COMPREPLY[*]}"
done
"""


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
def test_bash_completes_the_id_of_a_document(welcome: Centre) -> None:
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "ask", "qm show PR-ACC-0", "qm check --select broken-l"],
        cwd=welcome.root,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["PR-ACC-001 PR-ACC-002", "broken-link"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not on this machine")
def test_bash_completes_a_chapter_of_the_referential_that_is_typed(welcome: Centre) -> None:
    asked = ("qm gap iso-9001-2015 --chapter 7.5.3", "qm gap iso-9001-2015 --why 7.5.3.")
    done = subprocess.run(
        ["bash", "--norc", "-c", ASK, "ask", *asked, "qm gap --chapter 7"],
        cwd=welcome.root,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["7.5.3 7.5.3.1 7.5.3.2", "7.5.3.1 7.5.3.2", ""]


@pytest.fixture(scope="module")
def program() -> Any:
    """Return the program as it is when a shell asks."""
    found = typer.main.get_command(main.application())
    completion.attach(found)
    return found


def proposed(program: Any, words: str, name: str, start: str) -> list[str]:
    """Return what the parameter *name* of the command *words* proposes for *start*."""
    command = program
    for word in words.split():
        command = command.commands[word]
    (parameter,) = (one for one in command.params if one.name == name)
    return [one.value for one in parameter.shell_complete(None, start)]


@pytest.mark.parametrize(
    ("words", "name", "start", "expected"),
    [
        ("check", "documents", f"{FOLDER}/PR-ACC-002", [f"{FOLDER}/PR-ACC-002.md"]),
        ("check", "ignore", "QM30", [f"QM30{n}" for n in range(1, 9)]),
        ("check", "format_", "g", ["github", "gitlab"]),
        ("explain", "rule", "missing-o", ["missing-owner"]),
        ("gap", "referential", "iso-9001-2", ["iso-9001-2008", "iso-9001-2015"]),
        ("ref show", "name", "labelix", ["labelix"]),
        ("ref migrate", "old", "iso-9001-2008", ["iso-9001-2008"]),
        ("new", "kind", "proce", ["procedure", "process"]),
        ("new", "process", "", ["welcome"]),
        ("list", "owner", "", ["mia", "rq1"]),
        ("approve", "person", "m", ["mia"]),
        ("schema", "name", "sett", ["settings"]),
        ("ci init", "target_", "git", ["github", "gitlab"]),
    ],
)
def test_a_parameter_proposes_what_it_takes(
    welcome: Centre,
    program: Any,
    monkeypatch: pytest.MonkeyPatch,
    words: str,
    name: str,
    start: str,
    expected: list[str],
) -> None:
    monkeypatch.chdir(welcome.root)
    assert proposed(program, words, name, start) == expected


def test_a_shell_is_given_nothing_that_it_would_run(
    welcome: Centre, program: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(welcome.root)
    for n, name in enumerate(("$(touch OWNED)", "`x`", "a;b", "a b", "-x", "'x", "é")):
        text = procedure("PR-ACC-009").replace("id: PR-ACC-009", f'id: "{name}"')
        welcome.write({f"{FOLDER}/{n} $(x).md": text})
    assert proposed(program, "show", "document", "") == ["PR-ACC-001", "PR-ACC-002"]
    assert proposed(program, "show", "document", f"{FOLDER}/") == [
        f"{FOLDER}/PR-ACC-001.md",
        f"{FOLDER}/PR-ACC-002.md",
    ]


def test_where_nothing_can_be_read_nothing_is_proposed(
    welcome: Centre, program: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert proposed(program, "show", "document", "") == []
    assert proposed(program, "list", "owner", "") == []
    welcome.write({"qm.yaml": "{"})
    monkeypatch.chdir(welcome.root)
    assert proposed(program, "show", "document", "") == []
