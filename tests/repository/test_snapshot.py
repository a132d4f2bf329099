"""The three sources give one value, the cache changes nothing, and reading never writes."""

import json
import os
import time
from datetime import date
from pathlib import Path

import pytest

from qmtool.model.project import Project
from qmtool.repository import git
from qmtool.repository.load import load
from qmtool.repository.sources import open_source
from tests.conftest import SETTINGS, Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
TODAY = date(2026, 11, 21)


def project(centre: Centre, at: str | None = None, **options: bool) -> Project:
    """Return the snapshot of a source of *centre*."""
    repo = git.discover(centre.root)
    source = open_source(repo, at, staged=options.get("staged", False))
    return load(repo, source, on=TODAY, use_cache=options.get("use_cache", True)).project


def test_the_work_tree_the_index_and_a_commit_give_the_same_documents(welcome: Centre) -> None:
    found = [
        project(welcome),
        project(welcome, staged=True),
        project(welcome, "HEAD"),
        project(welcome, use_cache=False),
    ]
    assert found[0].documents
    assert all(one.documents == found[0].documents for one in found)
    assert all(one.files == found[0].files for one in found)
    assert [one.at for one in found[:2]] == ["worktree", "index"]
    assert found[2].at == welcome.git("rev-parse", "HEAD").strip()


def test_the_index_is_read_as_staged_and_not_as_it_lies_on_the_disk(welcome: Centre) -> None:
    welcome.write({DOC: procedure("PR-ACC-001", "## Purpose\n\n[a](nowhere.md)\n")})
    welcome.git("add", "-A")
    welcome.write({DOC: procedure("PR-ACC-001")})
    assert welcome.qm("check").code == 0
    staged = welcome.qm("check", "--staged", "--format", "concise")
    assert staged.code == 1
    assert "QM301" in staged.out
    assert welcome.qm("check", "--at", "HEAD").code == 0


def test_an_edit_of_the_same_size_is_seen_after_a_cached_run(welcome: Centre) -> None:
    assert welcome.qm("check").code == 0
    path = welcome.root / DOC
    before = path.stat()
    path.write_text(path.read_text().replace("kind: procedure", "kind: procedurx"))
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    shown = welcome.qm("check", "--format", "concise")
    assert "QM106" in shown.out


def test_the_output_with_and_without_the_cache_is_the_same_byte_for_byte(welcome: Centre) -> None:
    welcome.write({DOC: procedure("PR-ACC-001", "## Purpose\n\n[a](nowhere.md)\n", onwer="x")})
    for command in (["check"], ["check", "--format", "json"], ["gap", "iso-9001-2015"], ["list"]):
        first = welcome.qm(*command, "--on", "2026-11-21")
        second = welcome.qm(*command, "--on", "2026-11-21")
        without = welcome.qm(*command, "--on", "2026-11-21", "--no-cache")
        assert first.out
        assert first == second == without


def test_a_damaged_cache_counts_as_an_empty_one(
    welcome: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path / "cache"))
    before = welcome.qm("check", "--format", "json")
    files = list((tmp_path / "cache").rglob("*.qmcache"))
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[:-100] + b"\x00" * 100)
    assert welcome.qm("check", "--format", "json") == before


def test_reading_commands_write_nothing_into_the_repository(welcome: Centre) -> None:
    before = welcome.state()
    times = {path: path.stat().st_mtime_ns for path in sorted(welcome.root.rglob("*"))}
    for command in (["check"], ["list"], ["status"], ["gap", "iso-9001-2015"], ["explain"]):
        assert welcome.qm(*command).code == 0
    assert {path: path.stat().st_mtime_ns for path in sorted(welcome.root.rglob("*"))} == times
    assert welcome.state() == before


def test_nothing_that_the_repository_configures_is_run(welcome: Centre) -> None:
    later = time.time() + 1000
    for path in welcome.root.rglob("*.md"):
        os.utime(path, (later, later))  # Git compares files newer than the index by content
    welcome.git("update-index", "--refresh")
    marker = welcome.root.parent / "ran"
    script = welcome.root.parent / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    script.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "core.sshCommand",
        "diff.external",
        "filter.x.clean",
        "filter.x.smudge",
        "filter.x.process",
        "diff.x.textconv",
        "core.pager",
        "core.editor",
        "gpg.program",
        "alias.ls-files",
    ):
        welcome.git("config", key, str(script))
    hooks = welcome.root / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("pre-commit", "post-commit", "post-index-change", "commit-msg", "post-checkout"):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    welcome.write({".gitattributes": "*.md filter=x diff=x\n", "git": "#!/bin/sh\ntouch ../ran\n"})
    (welcome.root / DOC).touch()
    for command in (
        ["check"],
        ["check", "--staged"],
        ["list"],
        ["gap", "iso-9001-2015"],
        ["revise", "PR-ACC-001"],
        ["release", "PR-ACC-001", "-m", "why"],
    ):
        welcome.qm(*command)
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
    assert not marker.exists()


def test_inherited_git_variables_have_no_effect(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = welcome.qm("check", "--format", "json")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    assert welcome.qm("check", "--format", "json") == before


def test_documents_are_those_of_the_patterns_and_dot_folders_never_count(centre: Centre) -> None:
    centre.commit(
        {
            "qm.yaml": SETTINGS
            + 'documents: ["a/**/*.md", "b/*.md"]\nignore: [skip.md, b/no.md]\n',
            **{
                path: procedure("PR-1")
                for path in (
                    "a/1.md",
                    "a/x/y/2.md",
                    "a/skip.md",
                    "a/.git-x/3.md",
                    "b/4.md",
                    "b/x/5.md",
                    "b/no.md",
                    ".github/6.md",
                    "7.md",
                )
            },
        }
    )
    assert [one.path for one in project(centre).documents] == ["a/1.md", "a/x/y/2.md", "b/4.md"]


def test_without_qm_yaml_every_markdown_file_counts_and_a_note_says_so(centre: Centre) -> None:
    centre.commit({"a.md": procedure("PR-1"), "x/PR-2.md": procedure("PR-2", owner="nobody")})
    shown = centre.qm("check")
    assert "there is no qm.yaml" in shown.out
    assert "2 documents" in shown.out
    assert "QM110" not in shown.out
    found = json.loads(centre.qm("check", "--format", "json").out)
    assert [one["name"] for one in found["diagnostics"]] == ["file-name-without-id"]


def test_a_sha256_repository_works_the_same(tmp_path: Path, welcome: Centre) -> None:
    other = welcome.root.parent / "sha256"
    welcome.git("init", "-q", "-b", "main", "--object-format=sha256", str(other))
    moved = Centre(other, welcome._capture)
    for path in ("qm.yaml", DOC):
        moved.write({path: (welcome.root / path).read_bytes()})
    moved.commit()
    assert moved.qm("check").code == 0
    assert moved.qm("release", "PR-ACC-001", "-m", "why").code == 0
    assert moved.qm("check").code == 0


def test_a_document_released_on_another_branch_is_no_reused_id_here(welcome: Centre) -> None:
    welcome.git("branch", "author")
    assert welcome.qm("release", "PR-ACC-001", "-m", "why").code == 0
    old = welcome.qm("check", "--at", "HEAD~1", "--format", "concise")
    assert (old.code, old.out) == (0, "")
    welcome.git("checkout", "-q", "author")
    assert welcome.qm("check", "--format", "concise").out == ""
    welcome.git("checkout", "-q", "main")
    welcome.commit({DOC: procedure("PR-ACC-001", "## Purpose\n\nAnother one.\n")})
    assert "QM205" in welcome.qm("check", "--format", "concise").out


def test_settings_that_a_commit_broke_are_mended_in_the_work_tree(welcome: Centre) -> None:
    welcome.commit({"qm.yaml": "qm: [\n"})
    assert welcome.qm("check").code == 2
    welcome.write({"qm.yaml": SETTINGS})
    assert welcome.qm("check").code == 0
