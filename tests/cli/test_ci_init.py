"""`qm ci init`: workflows that their services accept, that gate, and that run nothing of a fork."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema

from qmtool.cli.ci_init_command import TARGETS
from tests.conftest import SETTINGS, Centre, built_once, procedure

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
FOLDER = "processes/welcome/applicables"
PATHS = {
    "github": ".github/workflows/qm.yml",
    "gitlab": ".gitlab-ci.yml",
    "forgejo": ".forgejo/workflows/qm.yml",
}
OFFICIAL = {
    "github": ["--builtin-schema", "vendor.github-workflows"],
    "gitlab": ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    "forgejo": ["--builtin-schema", "vendor.github-workflows"],
}


def valid(schema: list[str], file: Path) -> bool:
    """Return whether *file* is valid by an official schema, which check-jsonschema brings along."""
    with pytest.raises(SystemExit) as end:
        check_jsonschema([*schema, str(file)])
    return end.value.code == 0


def steps(value: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the steps of each job of a workflow, or of an action."""
    if "runs" in value:
        yield value["runs"]["steps"]
    for job in value.get("jobs", {}).values():
        yield job["steps"]


# --- what is written -----------------------------------------------------------------------


@pytest.mark.parametrize("service", PATHS)
def test_a_workflow_is_valid_by_the_official_schema(welcome: Centre, service: str) -> None:
    assert welcome.qm("ci", "init", service).code == 0
    assert valid(OFFICIAL[service], welcome.root / PATHS[service])


def test_the_published_action_is_valid_by_the_official_schema() -> None:
    assert valid(["--builtin-schema", "vendor.github-actions"], ROOT / "action.yml")


def test_the_official_schemas_refuse_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yml"
    bad.write_text("on: push\njobs: {a: {runs-on: x, steps: [{run: 1, uses: 2}]}}\n")
    assert not valid(OFFICIAL["github"], bad)


@pytest.mark.parametrize("service", ["github", "forgejo", "action"])
def test_a_workflow_gives_a_fork_nothing(welcome: Centre, service: str) -> None:
    if service == "action":
        text = (ROOT / "action.yml").read_text()
    else:
        text = welcome.qm("ci", "init", service, "--dry-run").out
        assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    code = "\n".join(line.partition("#")[0] for line in text.splitlines())
    assert "pull_request_target" not in code
    assert "secrets." not in code.replace("import secrets", "").replace("secrets.token_hex", "")
    for job in steps(yaml.safe_load(text)):
        installed = False
        for step in job:
            uses = step.get("uses", "").rpartition("/")[2]
            assert "uses" not in step or re.search(r"@v\d+$", uses)
            if uses.startswith("checkout@"):
                assert installed, "what is installed stands outside of the checkout, before it"
                assert step["with"]["persist-credentials"] is False
                assert step["with"]["fetch-depth"] == 0
            assert "${{" not in step.get("run", ""), "a name would become a part of the script"
            if "pip install" in step.get("run", ""):
                assert step["run"].startswith('cd "$RUNNER_TEMP"')
                installed = True


def test_the_workflow_follows_the_settings(welcome: Centre) -> None:
    welcome.commit({"qm.yaml": SETTINGS.replace("branch: main", "branch: smq/v2")})
    for service in PATHS:
        out = welcome.qm("ci", "init", service, "--dry-run", "--install", "git+https://x/qm@v1").out
        assert '"smq/v2"' in out
        assert '"git+https://x/qm@v1"' in out


@pytest.mark.parametrize("spec", ["--index-url=http://x", "a\nb", "$(x)", "a'b", ""])
def test_what_pip_would_misread_is_refused(welcome: Centre, spec: str) -> None:
    done = welcome.qm("ci", "init", "github", "--install", spec)
    assert done.code == 2
    assert "nothing that pip installs" in done.err


def test_a_branch_that_would_be_a_script_is_refused(welcome: Centre) -> None:
    welcome.commit({"qm.yaml": SETTINGS.replace("branch: main", "branch: 'a\"]; x'")})
    assert welcome.qm("ci", "init", "gitlab").code == 2


# --- nothing is lost -----------------------------------------------------------------------


def test_what_is_there_is_replaced_only_with_force(welcome: Centre) -> None:
    path = welcome.root / ".gitlab-ci.yml"
    path.write_text("mine: {script: [x]}\n")
    before = welcome.state()
    refused = welcome.qm("ci", "init", "gitlab")
    assert refused.code == 3
    assert ".gitlab-ci.yml is there already" in refused.err
    assert welcome.state() == before
    assert welcome.qm("ci", "init", "gitlab", "--force").code == 0
    assert "qm-check" in path.read_text()
    assert welcome.qm("ci", "init", "gitlab").out == "Everything is there already.\n"


@pytest.mark.parametrize("target", TARGETS)
def test_a_dry_run_writes_nothing(welcome: Centre, target: str) -> None:
    before = welcome.state()
    done = welcome.qm("ci", "init", target, "--dry-run")
    assert done.code == 0
    assert done.out
    assert welcome.state() == before


def test_a_link_that_leads_away_is_not_followed(welcome: Centre, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    (welcome.root / ".github").symlink_to(away)
    assert welcome.qm("ci", "init", "github").code == 3
    assert list(away.iterdir()) == []


def test_an_unknown_target_is_refused(welcome: Centre) -> None:
    done = welcome.qm("ci", "init", "jenkins")
    assert done.code == 2
    assert "github" in done.err


# --- the gate, with the lines of the workflow ----------------------------------------------

HOSTILE = dict.fromkeys(
    ("sitecustomize.py", "usercustomize.py", "rich.py", "typer.py", "yaml.py", "venv.py"),
    b"import pathlib\npathlib.Path('OWNED').touch()\n",
) | {".gitattributes": b"*.md filter=evil diff=evil\n", "git": b"#!/bin/sh\ntouch OWNED\n"}


@pytest.fixture
@built_once
def change(welcome: Centre) -> Centre:
    """Return a checkout as a service makes it of a merge request: detached, with its base."""
    origin = welcome.root.with_name("origin")
    shutil.copytree(welcome.root, origin, symlinks=True)
    welcome.git("remote", "add", "origin", str(origin))
    welcome.git("fetch", "-q", "origin")
    welcome.git("checkout", "-q", "--detach")
    welcome.git("branch", "-q", "-D", "main")
    welcome.commit(
        {
            f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "[x](PR-ACC-009.md)\n"),
            "qm.yaml": SETTINGS + "check: {ignore: [broken-link]}\n",
            **HOSTILE,
        }
    )
    return welcome


def scripts(centre: Centre, service: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the scripts of the job that checks a change, by name, and what the job sets."""
    done = centre.qm("ci", "init", service, "--dry-run")
    assert done.code == 0, done
    value = yaml.safe_load(done.out)
    if service == "gitlab":
        named = {str(n): line for n, line in enumerate(value["qm-check"]["script"])}
        return named, {"BASE": "refs/remotes/origin/main"}
    (first, *_) = steps(value)
    named = {step["name"]: step["run"] for step in first if "run" in step}
    return named, {"BASE": "refs/remotes/origin/main"}


@pytest.mark.parametrize("service", ["github", "gitlab"])  # forgejo has the lines of github
def test_the_lines_of_a_workflow_stop_a_change_and_run_nothing_of_it(
    change: Centre, tmp_path: Path, service: str
) -> None:
    bin_ = tmp_path / "qm" / "bin"
    bin_.mkdir(parents=True)
    (bin_ / "qm").symlink_to(BIN / "qm")
    named, given = scripts(change, service)
    environment = {**os.environ, **given, "RUNNER_TEMP": str(tmp_path), "PYTHONSAFEPATH": "1"}
    done = {}
    for name, line in named.items():
        if "pip install" in line:
            continue  # the network; what it must not touch is tested above
        script = line.replace("/opt/qm/bin/qm", str(bin_ / "qm"))
        done[name] = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=change.root,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )
    codes = [one.returncode for one in done.values()]
    assert sorted(codes) == [0, 1], [one.stderr for one in done.values()]
    gate = next(one for one in done.values() if one.returncode)
    assert "QM301" in gate.stdout, "the change does not choose the rules that judge it"
    report = change.root / "gl-code-quality-report.json"
    report = report if service == "gitlab" else tmp_path / "qm.sarif"
    assert "QM301" in report.read_text()
    assert list(change.root.rglob("OWNED")) == []


# --- hooks ---------------------------------------------------------------------------------


def test_the_hook_of_a_clone_stops_a_bad_commit(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    assert welcome.qm("ci", "init", "hook").code == 0
    welcome.write({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "[x](PR-ACC-009.md)\n")})
    welcome.git("add", "-A")
    head = welcome.git("rev-parse", "HEAD")
    done = subprocess.run(
        ["git", "commit", "-m", "bad"], cwd=welcome.root, check=False, capture_output=True
    )
    assert done.returncode == 1
    assert b"QM301" in done.stdout + done.stderr
    assert welcome.git("rev-parse", "HEAD") == head


def test_a_hook_that_git_would_not_find_is_not_written(welcome: Centre) -> None:
    welcome.git("config", "core.hooksPath", "/shared/hooks")
    done = welcome.qm("ci", "init", "hook")
    assert done.code == 3
    assert "/shared/hooks" in done.err
    assert welcome.qm("ci", "init", "hook", "--dry-run").code == 0


def test_the_hook_of_a_server_refuses_a_bad_push(
    welcome: Centre, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    bare = Centre(welcome.root.with_name("server.git"), capsys)
    shutil.rmtree(bare.root)
    welcome.git("clone", "-q", "--bare", "--template=", ".", str(bare.root))
    assert bare.qm("ci", "init", "hook").code == 0
    hook = bare.root / "hooks" / "pre-receive"
    assert hook.stat().st_mode & 0o777 == 0o755
    assert hook.read_text().splitlines()[-1].endswith("qm check --receive")
    assert welcome.qm("ci", "init", "hook", "--server").out == hook.read_text()
    welcome.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "[x](PR-ACC-009.md)\n")})
    before = bare.git("for-each-ref")
    push = ["git", "push", str(bare.root), "main"]
    done = subprocess.run(push, cwd=welcome.root, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "QM301" in done.stderr
    assert bare.git("for-each-ref") == before
