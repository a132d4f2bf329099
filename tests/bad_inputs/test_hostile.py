"""S01 to S30 of `reliability.md` §9: what a hostile repository asks for is not done.

One repository asks for a program in every way that Git, Python and the shell know; whichever
program runs leaves a marker with its name.
"""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qmtool.actions import render
from tests.bad_inputs.test_repository_states import all_bytes
from tests.conftest import SETTINGS, Centre, built_once, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
NEW = "processes/welcome/applicables/PR-ACC-003.md"
BASE = "refs/heads/base"
CONFIGURED = {
    "S01": ("core.fsmonitor", "core.alternateRefsCommand"),
    "S02": (
        *("diff.external", "filter.x.clean", "filter.x.smudge", "filter.x.process"),
        *("diff.x.textconv", "diff.x.command", "merge.x.driver"),
    ),
    "S03": ("core.sshCommand", "credential.helper", "core.gitProxy", "core.askPass"),
    "S04": ("gpg.program", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand"),
    "S06": (
        *("core.pager", "core.editor", "sequence.editor", "pager.log", "interactive.diffFilter"),
        *("alias.rev-parse", "alias.ls-files", "alias.cat-file", "alias.log"),
    ),
}
HOOKS = (
    *("reference-transaction", "post-index-change", "pre-commit", "commit-msg", "post-commit"),
    *("fsmonitor-watchman", "post-checkout", "pre-auto-gc", "pre-push"),
)
ENVIRONMENT = (
    *("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS"),
    *("GIT_PROXY_COMMAND", "GIT_PYTHON_GIT_EXECUTABLE"),
)
PROGRAMS = ("git", "ssh-keygen", "ssh", "python", "python3", "gpg", "sh", "less")
MODULES = (
    *("yaml", "rich", "typer", "click", "jsonschema", "markdown_it", "jinja2", "git", "openpyxl"),
    *("sitecustomize", "usercustomize", "conftest", "_yaml", "encodings", "json"),
)
READING: tuple[tuple[str, ...], ...] = (
    ("check", "--no-cache"),
    ("check", "--staged"),
    ("check", "--diff", "base"),
    ("check", "--at", "HEAD", "--format", "sarif"),
    ("check", "PR-ACC-001", "--statistics"),
    ("list",),
    ("list", "--format", "json"),
    ("status",),
    ("show", "PR-ACC-001"),
    ("show", "PR-ACC-001@1.0"),
    ("history", "PR-ACC-001"),
    ("diff", "PR-ACC-003"),
    ("diff", "PR-ACC-001", "1.0"),
    ("gap", "iso-9001-2015"),
    ("gap", "iso-9001-2015", "--format", "html"),
    ("advise",),
    ("verify",),
    ("verify", "--full"),
    ("verify", "--remote", "origin"),
    ("doctor",),
    ("ref", "list"),
    ("ref", "show", "iso-9001-2015:4.1"),
    ("ref", "search", "risk"),
    ("ref", "validate"),
    ("ref", "export", "iso-9001-2015", "--format", "json"),
    ("explain", "QM301"),
    ("schema", "kind"),
    ("release", "PR-ACC-003", "-m", "why", "--dry-run"),
    ("new", "procedure", "A title", "--process", "welcome", "--dry-run"),
    ("move", "PR-ACC-001", "PR-ACC-001-b.md", "--dry-run"),
)


def trap(path: Path, marker: str) -> str:
    """Write a program at *path* that leaves a *marker* in the folder beside the repository."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\n: > "$QM_MARKERS/{marker}"\n')
    path.chmod(0o755)
    return str(path)


@pytest.fixture
@built_once
def records(welcome: Centre) -> Centre:
    """Return a released document, a draft after it on a branch, and a file of every trap."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    welcome.git("branch", "base")
    welcome.commit({NEW: procedure("PR-ACC-003"), ".gitattributes": "*.md filter=x diff=x\n"})
    for name in HOOKS:
        trap(welcome.root / ".git/hooks" / name, f"S01-{name}")
    for name in PROGRAMS:
        trap(welcome.root / "bin" / name, f"S12-{name}")
        trap(welcome.root / name, f"S12-here-{name}")
    for name in MODULES:
        code = f"import os\nopen(os.environ['QM_MARKERS'] + '/S13-{name}', 'w').close()\n"
        welcome.write({f"{name}.py": code})
    return welcome


@pytest.fixture
def markers(records: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make the repository and the environment hostile; return where markers would appear."""
    folder = records.root.parent / "markers"
    folder.mkdir()
    monkeypatch.setenv("QM_MARKERS", str(folder))
    monkeypatch.setenv("QM_STATE_DIR", str(folder.parent / "state"))
    programs = records.root.parent / "traps"
    lines = []
    for row, keys in CONFIGURED.items():
        for key in keys:
            section, _, name = key.rpartition(".")
            top, _, sub = section.partition(".")
            head = f'[{top} "{sub}"]' if sub else f"[{top}]"
            bang = "!" if top in ("alias", "credential") else ""
            lines += [head, f"\t{name} = {bang}{trap(programs / key, f'{row}-{key}')}"]
    lines += ['[remote "origin"]', "\turl = ext::sh -c touch% $QM_MARKERS/S03-ext"]
    lines += ["[include]", f"\tpath = {programs}/included"]
    (programs / "included").write_text(
        f"[core]\n\thooksPath = {records.root}/.git/hooks\n[log]\n\tshowSignature = true\n"
        f"[pager]\n\tstatus = {trap(programs / 'included-pager', 'S06-included')}\n"
    )
    with (records.root / ".git/config").open("a") as config:
        config.write("\n".join(lines) + "\n")
    for name in ENVIRONMENT:
        monkeypatch.setenv(name, trap(programs / name, f"S07-{name}"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.fsmonitor")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", trap(programs / "count", "S07-GIT_CONFIG_COUNT"))
    path = os.pathsep.join([".", "", "bin", str(records.root / "bin"), os.environ["PATH"]])
    monkeypatch.setenv("PATH", path)
    return folder


def test_git_and_python_do_what_the_hostile_repository_asks(records: Centre, markers: Path) -> None:
    """Without this, the traps of the next tests could be blunt."""
    real = os.environ["PATH"].split(os.pathsep, 4)[-1]
    given = {**os.environ, "PATH": real}
    then = {key: value for key, value in given.items() if not key.startswith("GIT_")}
    status, rich = ["git", "status"], [sys.executable, "-c", "import rich"]
    for command, named in ((status, given), (status, then), (rich, given), (["bin/git"], given)):
        (records.root / DOC).touch()
        subprocess.run(command, cwd=records.root, env=named, check=False, capture_output=True)
    assert {path.name for path in markers.iterdir()} >= {
        *("S01-core.fsmonitor", "S02-filter.x.process", "S07-GIT_CONFIG_COUNT"),
        *("S12-git", "S13-rich"),
    }


@pytest.mark.parametrize("argv", READING, ids=" ".join)
def test_a_command_that_reads_runs_nothing_of_the_repository_and_writes_nothing(
    records: Centre, markers: Path, argv: tuple[str, ...]
) -> None:
    """S01, S02, S03, S04, S06, S07, S12: and `core.fsmonitor` would run at the first look."""
    later = 2_000_000_000
    os.utime(records.root / DOC, (later, later))  # Git compares such a file by its content
    before = all_bytes(records.root)
    done = records.qm(*argv)
    assert [path.name for path in markers.iterdir()] == []
    assert (done.code in {0, 1, 4}, "Traceback" in done.err) == (True, False), done.err
    assert done.code != 4 or "--remote" in argv, done.err
    assert all_bytes(records.root) == before


def test_the_program_qm_imports_no_module_of_the_repository(records: Centre, markers: Path) -> None:
    """S13, in both ways to start it."""
    script = records.root.parent / "qm.py"
    script.write_text("import sys\nfrom qmtool.cli.main import run\nsys.exit(run())\n")
    before = all_bytes(records.root)
    for start in ([str(script)], ["-m", "qmtool"]):
        done = subprocess.run(
            [sys.executable, *start, "check", "--no-cache", "--format", "sarif"],
            cwd=records.root,
            env={**os.environ, "PYTHONPATH": ""},
            capture_output=True,
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    assert [path.name for path in markers.iterdir()] == []
    assert all_bytes(records.root) == before


def test_a_push_is_judged_without_a_program_of_the_server_s_folder(
    records: Centre, markers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S01 to S07 for `qm check --receive`, which reads a bare repository inside of Git's hook."""
    refs = records.root / ".git/refs/heads"
    head, base = ((refs / name).read_text().strip() for name in ("main", "base"))
    before = all_bytes(records.root)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{base} {head} refs/heads/work\n"))
    monkeypatch.setenv("GIT_DIR", ".git")
    done = records.qm("check", "--receive")
    assert [path.name for path in markers.iterdir()] == []
    assert (done.code, done.out) == (0, ""), done
    assert all_bytes(records.root) == before


# --- names ---------------------------------------------------------------------------------------

ODD = ("--output=x", "-x", "@{-1}", "--upload-pack=touch x", "HEAD:qm.yaml", "..", "a b", "\x1b[2J")


@pytest.mark.parametrize("name", ODD)
def test_a_name_that_looks_like_an_option_is_a_name(welcome: Centre, name: str) -> None:
    """S09."""
    head = welcome.git("rev-parse", "HEAD")
    for folder in ("heads", "tags"):
        for one in ("--output=x", "-x"):
            (welcome.root / f".git/refs/{folder}/{one}").write_text(head)
    before = all_bytes(welcome.root.parent)
    for argv in (
        ("check", f"--at={name}"),
        ("check", f"--diff={name}"),
        ("list", f"--at={name}"),
        ("show", "PR-ACC-001", f"--at={name}"),
        ("verify", f"--remote={name}"),
    ):
        done = welcome.qm(*argv)
        known = name in {"--output=x", "-x"} and argv[0] != "verify"
        assert done.code in ({0, 1} if known else {2, 4}), (argv, done)
        assert "\x1b" not in done.out + done.err
    assert all_bytes(welcome.root.parent) == before


def test_a_branch_with_the_name_of_a_release_tag_is_not_taken_for_it(records: Centre) -> None:
    """S10."""
    text = records.qm("show", "PR-ACC-001@1.0").out
    records.commit({DOC: (records.root / DOC).read_text().replace("Text.", "Forged.")})
    records.git("update-ref", "refs/heads/release/PR-ACC-001/1.0", "HEAD")
    records.git("update-ref", "refs/heads/tags/release/PR-ACC-001/1.0", "HEAD")
    records.git("reset", "-q", "--hard", "HEAD~1")
    assert records.qm("show", "PR-ACC-001@1.0").out == text
    assert "Text." in text
    assert records.qm("verify").code == 0


@pytest.mark.parametrize(
    "name", ["../x", "/tmp/x", ".git/hooks/x", "PR/../../x", "PR-ACC-009.lock"]
)
def test_an_id_never_leads_to_another_folder(welcome: Centre, name: str) -> None:
    """S26."""
    welcome.commit({NEW: procedure(name)})
    before = all_bytes(welcome.root.parent)
    for argv in (
        ("new", "procedure", "T", "--process", "welcome", "--id", name),
        ("move", "PR-ACC-001", f"{name}/../../../../../outside.md"),
        ("release", NEW, "-m", "x"),
        ("release", name, "-m", "x"),
        ("revise", name),
    ):
        done = welcome.qm(*argv)
        assert (done.code in {2, 3}, "Traceback" in done.err) == (True, False), (argv, done)
    assert welcome.qm("check").code == 1
    assert all_bytes(welcome.root.parent) == before


@pytest.mark.parametrize(
    "output", [".", "..", ".git", ".git/hooks/pre-commit", "qm.yaml", DOC, "~"]
)
def test_an_output_replaces_no_folder_no_document_and_nothing_of_git(
    welcome: Centre, output: str
) -> None:
    """S28, as far as commands write one file."""
    before = all_bytes(welcome.root.parent)
    for argv in (
        ("list", "--format", "json"),
        ("check", "--format", "json"),
        ("gap", "iso-9001-2015", "--format", "html"),
    ):
        done = welcome.qm(*argv, "-o", output if output != "~" else str(Path.home()))
        assert (done.code in {2, 4}, done.out) == (True, ""), (argv, done)
    assert all_bytes(welcome.root.parent) == before


# --- templates and schemas -----------------------------------------------------------------------

KIND = "label: {en: Visit}\ncategory: applicable\ncontrolled: true\nevidence: [PRO]\n"
TEMPLATES = {
    "S14 class": "{{ ''.__class__.__mro__ }}",
    "S14 globals": "{{ lipsum.__globals__['os'].system('touch ran') }}",
    "S14 format": "{{ ('{0.__class__.__init__.__globals__}'|attr('format'))(title) }}",
    "S14 cycler": "{{ cycler.__init__.__globals__.os.system('touch ran') }}",
    "S15 list": "{% set x = [] %}{{ x.append(1) }}",
    "S15 dict": "{% set x = {} %}{{ x.update(a=1) }}",
    "S16 loop": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "S16 range": "{% for a in range(10**9) %}{% endfor %}",
    "S16 size": "{{ 'a' * 10**9 }}",
    "S16 power": "{{ 9**(9**9) }}",
    "S16 include": "{% include 'template.en.md.j2' %}",
    "S17 parent": "{% include '../../qm.yaml' %}",
    "S17 absolute": "{% include '/etc/passwd' %}",
    "S17 import": "{% import 'x' as y %}",
    "S17 link": None,
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_gets_nothing_but_its_texts_and_a_short_time(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """S14 to S17."""
    monkeypatch.setattr(render, "MAX_SECONDS", 1)
    template = welcome.root / "templates/visit/template.en.md.j2"
    welcome.write({"templates/visit/kind.yaml": KIND})
    if TEMPLATES[name] is None:
        template.symlink_to("/etc/passwd")
    else:
        template.write_text(f"---\n---\n{TEMPLATES[name]}\n")
    welcome.commit()
    before = all_bytes(welcome.root.parent)
    done = welcome.qm("new", "visit", "A title", "--process", "welcome")
    assert (done.code, "template" in done.err) == (2, True), done
    assert "root:" not in done.out + done.err
    assert all_bytes(welcome.root.parent) == before


def test_a_template_of_a_change_is_not_rendered_by_its_check(welcome: Centre) -> None:
    """S18: only `qm new` renders a template, and no service that checks a change runs it."""
    welcome.git("switch", "-q", "-c", "change")
    endless = TEMPLATES["S16 loop"] or ""
    welcome.commit(
        {"templates/visit/kind.yaml": KIND, "templates/visit/template.en.md.j2": endless}
    )
    for argv in (("check", "--diff", "main"), ("check",), ("gap", "iso-9001-2015")):
        assert welcome.qm(*argv).code == 0


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("{type: text, $ref: 'http://127.0.0.1:1/x.json'}", "$ref"),
        ("{type: text, $ref: 'file:///etc/passwd'}", "$ref"),
        ("{$dynamicRef: '../x'}", "$dynamicRef"),
        ("{type: text, pattern: '^(a+)+$'}", "pattern"),
        ("{type: text, format: uri}", "format"),
    ],
)
def test_a_kind_brings_no_schema_and_no_pattern_of_its_own(
    welcome: Centre, field: str, word: str
) -> None:
    """S29 and S30."""
    welcome.commit({"templates/visit/kind.yaml": f"{KIND}fields: {{one: {field}}}\n"})
    before = all_bytes(welcome.root.parent)
    done = welcome.qm("check")
    assert (done.code, "templates/visit/kind.yaml:5:" in done.err) == (2, True), done
    assert f"unknown key {word}" in done.err
    assert all_bytes(welcome.root.parent) == before


def test_settings_and_schemas_named_in_files_are_not_fetched(welcome: Centre) -> None:
    """S29: the schema that an editor is told of is a comment for qm."""
    line = "# yaml-language-server: $schema=http://127.0.0.1:1/settings.json\n"
    welcome.write({"qm.yaml": line + SETTINGS})
    assert welcome.qm("check").code == 0
    welcome.write({"qm.yaml": SETTINGS + '"$schema": http://127.0.0.1:1/settings.json\n'})
    done = welcome.qm("check")
    assert (done.code, "unknown key $schema" in done.err) == (2, True), done
