"""`qm doctor` says what is wrong with a clone and what to type, and changes nothing."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SETTINGS, Centre, procedure
from tests.keys import new_key

TWO = SETTINGS.replace(
    "processes:",
    "  - {id: leo, name: Leo, email: leo@example.org}\n"
    "approvals: {form: {approve: 1, by: [leo]}}\nprocesses:",
)
DOC = "processes/welcome/applicables/PR-ACC-001.md"


def git_that_says(version: str, folder: Path) -> str:
    """Return a PATH with a Git of that version, which works as the real one."""
    folder.mkdir()
    real = shutil.which("git")
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *" version") echo "git version {version}";; '
        f'*) exec {real} "$@";; esac\n'
    )
    script.chmod(0o755)
    return f"{folder}:{os.environ['PATH']}"


@pytest.fixture
def fit(centre: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Centre:
    """Return a centre of which nothing is wrong, with a server on this machine."""
    monkeypatch.setenv("PATH", git_that_says("2.50.1", tmp_path / "bin"))
    server = tmp_path / "server.git"
    centre.commit({"qm.yaml": TWO, DOC: procedure("PR-ACC-001")})
    centre.git("clone", "-q", "--bare", str(centre.root), str(server))
    for key in ("denyNonFastForwards", "denyDeletes"):
        centre.git("--git-dir", str(server), "config", f"receive.{key}", "true")
    (server / "hooks").mkdir(exist_ok=True)
    (server / "hooks/update").write_text("#!/bin/sh\nexit 0\n")
    (server / "hooks/update").chmod(0o755)
    centre.git("remote", "add", "origin", str(server))
    centre.git("fetch", "-q")
    centre.git("branch", "-q", "--set-upstream-to=origin/main")
    return centre


def findings(centre: Centre, code: int = 1) -> dict[str, dict[str, Any]]:
    """Return what the doctor finds, by name; it must change nothing."""
    before = centre.state()
    done = centre.qm("doctor", "--format", "json")
    assert (done.code, done.err) == (code, ""), done
    assert centre.state() == before
    value = json.loads(done.out)
    assert value["version"] == 1
    return {one["name"]: one for one in value["findings"]}


def command(centre: Centre, name: str, severity: str = "warning") -> str | None:
    """Return what the doctor says to type against the one thing *name* that is wrong."""
    found = findings(centre, int(severity != "info"))
    assert [one for one in found.values() if one["severity"] != "info"] == (
        [found[name]] if severity != "info" else []
    )
    assert found[name]["severity"] == severity
    typed = found[name]["command"]
    assert typed is None or isinstance(typed, str)
    return typed


def test_where_nothing_is_wrong_it_says_so_and_who_you_are(fit: Centre) -> None:
    done = fit.qm("doctor")
    assert done.code == 0
    assert "info: you are Quality Manager, a quality manager\n" in done.out
    assert done.out.endswith("nothing is wrong\n")
    assert findings(fit, 0)["not-signed"]["severity"] == "info"


def test_what_is_wrong_comes_first_with_what_to_type(fit: Centre) -> None:
    fit.git("config", "--unset", "user.name")
    fit.git("branch", "-q", "--unset-upstream")
    done = fit.qm("doctor")
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[0] == "error: git does not know who you are, and every decision is somebody's"
    assert lines[1] == '  type: git config user.name "…" && git config user.email "…"'
    assert "  type: git branch --set-upstream-to=origin/main main" in lines
    assert lines[-1] == "2 things to mend"


def test_outside_of_a_repository_there_is_nothing_to_examine(
    fit: Centre, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (fit.root / ".git").rename(tmp_path / "gone")
    assert fit.qm("doctor").code == 4


# --- programs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "severity"),
    [
        ("2.35.9", "error"),
        ("2.39.5", "warning"),
        ("2.43.6", "warning"),
        ("2.43.7", ""),
        ("2.45.3", "warning"),
        ("2.45.4 (Apple Git-154)", ""),
        ("2.50.0", "warning"),
        ("2.51.0", ""),
        ("3.0", ""),
    ],
)
def test_an_old_or_unsafe_git_is_named(
    fit: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, severity: str
) -> None:
    monkeypatch.setenv("PATH", git_that_says(version, tmp_path / "other"))
    if not severity:
        assert not {"old-git", "unsafe-git"} & set(findings(fit, 0))
        return
    name = "old-git" if severity == "error" else "unsafe-git"
    command(fit, name, severity)
    assert version.split(maxsplit=1)[0] in findings(fit)[name]["message"]


# --- people ----------------------------------------------------------------------------------


def test_who_is_not_of_the_policy_is_told(fit: Centre) -> None:
    fit.iam("Mallory", "mallory@example.org")
    assert command(fit, "unknown-person") == "git config user.email …"


def test_who_may_not_release_is_told_without_alarm(fit: Centre) -> None:
    fit.iam("Leo", "leo@example.org")
    assert findings(fit, 0)["you"]["message"] == "you are Leo, and may not release"


def test_a_manager_who_is_alone_must_name_who_else_approves(fit: Centre) -> None:
    for text in (SETTINGS, TWO.replace("by: [leo]", "by: [rq1]")):
        fit.commit({"qm.yaml": text})
        fit.git("push", "-q")
        command(fit, "single-manager")


def test_settings_without_a_manager_are_an_error(fit: Centre) -> None:
    fit.commit({"qm.yaml": TWO.replace("roles: [rq]", "roles: []")})
    fit.git("push", "-q")
    command(fit, "no-manager", "error")


def test_a_repository_without_settings_says_how_to_begin(fit: Centre) -> None:
    fit.git("rm", "-q", "qm.yaml")
    fit.git("commit", "-q", "-m", "gone")
    assert command(fit, "no-settings") == "qm init"


def test_settings_that_cannot_be_read_are_a_finding_too(fit: Centre) -> None:
    fit.commit({"qm.yaml": TWO + "adopts: [twice]\n"})
    fit.git("push", "-q")
    assert "qm.yaml:" in findings(fit)["broken-settings"]["message"]


@pytest.fixture
def signed(fit: Centre, tmp_path: Path) -> Centre:
    """Return the same centre, where releases are signed; nobody has set a key."""
    key = new_key(tmp_path / "key")
    fit.commit({"qm.yaml": TWO.replace("[rq]}", f'[rq], keys: ["{key}"]}}', 1)})
    fit.git("push", "-q")
    return fit


def test_where_releases_are_signed_your_key_is_looked_for(signed: Centre, tmp_path: Path) -> None:
    command(signed, "no-signing-key")
    assert "git config user.signingkey" in findings(signed)["no-signing-key"]["message"]
    signed.git("config", "user.signingkey", str(tmp_path / "key"))
    assert "not-signed" not in findings(signed, 0)


def test_where_releases_are_signed_ssh_keygen_is_needed(
    signed: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed.git("config", "user.signingkey", str(tmp_path / "key"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    command(signed, "no-ssh-keygen", "error")


def test_a_manager_whose_key_has_ended_is_named(signed: Centre, tmp_path: Path) -> None:
    signed.git("config", "user.signingkey", str(tmp_path / "key"))
    text = (signed.root / "qm.yaml").read_text()
    old = f"{{key: {new_key(tmp_path / 'old')}, until: 2020-01-01}}"
    person = f"  - {{id: rq2, name: Zoe, email: zoe@example.org, roles: [rq], keys: [{old}]}}\n"
    signed.commit({"qm.yaml": text.replace("approvals:", person + "approvals:")})
    signed.git("push", "-q")
    command(signed, "manager-without-key")
    assert findings(signed)["manager-without-key"]["message"].startswith("Zoe has no key")


# --- the clone -------------------------------------------------------------------------------


def test_a_clone_without_the_release_branch_is_told_how_to_get_it(fit: Centre) -> None:
    fit.git("switch", "-q", "-c", "work")
    fit.git("branch", "-q", "-D", "main")
    assert command(fit, "no-release-branch", "error") == "git branch --track main origin/main"


def test_a_repository_without_a_remote_has_no_witness(fit: Centre) -> None:
    fit.git("remote", "remove", "origin")
    assert command(fit, "no-remote") == "git remote add origin …"


def test_a_branch_that_follows_nothing_is_told_what_to_follow(fit: Centre) -> None:
    fit.git("branch", "-q", "--unset-upstream")
    assert command(fit, "no-upstream") == "git branch --set-upstream-to=origin/main main"
    fit.git("update-ref", "-d", "refs/remotes/origin/main")  # the server is empty yet
    typed = command(fit, "no-upstream")
    assert typed == "git push --atomic --follow-tags -u origin main"
    fit.git(*typed.split()[1:])
    assert "no-upstream" not in findings(fit, 0)


def test_a_branch_ahead_behind_or_apart_is_told_what_to_type(fit: Centre) -> None:
    fit.commit({"a": "a\n"})
    assert command(fit, "ahead") == "git push --atomic --follow-tags origin main"
    fit.git("push", "-q")
    fit.git("reset", "-q", "--hard", "HEAD~1")
    assert command(fit, "behind") == "git pull --ff-only"
    fit.commit({"b": "b\n"})
    assert command(fit, "diverged") == "qm release --redo"


@pytest.mark.parametrize(
    ("option", "name", "severity", "typed"),
    [
        ("--depth=1", "shallow", "error", "git fetch --unshallow"),
        ("--filter=blob:none", "partial", "error", None),
        ("--sparse", "sparse", "warning", "git sparse-checkout disable"),
        (
            "--shared",
            "alternates",
            "warning",
            "git repack -a -d && rm .git/objects/info/alternates",
        ),
    ],
)
def test_a_clone_that_lacks_something_says_what(
    fit: Centre,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    name: str,
    severity: str,
    typed: str | None,
) -> None:
    server = tmp_path / "server.git"
    fit.git("--git-dir", str(server), "config", "uploadpack.allowFilter", "true")
    other = Centre(tmp_path / "other", capsys)
    shutil.rmtree(other.root)
    url = str(server) if option == "--shared" else f"file://{server}"
    fit.git("clone", "-q", option, url, str(other.root))
    other.iam("Leo", "leo@example.org")
    assert command(other, name, severity) == typed


def test_grafts_and_replaced_objects_are_errors(fit: Centre) -> None:
    fit.commit({"a": "a\n"})
    fit.git("push", "-q")
    head, before = fit.git("rev-list", "HEAD").split()
    fit.git("replace", head, before)
    assert command(fit, "replaced", "error") == f"git replace -d {head}"
    fit.git("replace", "-d", head)
    fit.write({".git/info/grafts": f"{head}\n"})
    found = fit.qm("doctor", "--format", "json")
    named = {one["name"]: one for one in json.loads(found.out)["findings"]}
    assert named["grafts"]["command"] == "rm .git/info/grafts"


# --- tags ------------------------------------------------------------------------------------


@pytest.fixture
def released(fit: Centre) -> Centre:
    """Return the same centre, with a released document."""
    fit.commit({DOC: procedure("PR-ACC-001").replace("PR-ACC-001", "FO-ACC-001")})
    fit.git("mv", DOC, DOC.replace("PR-", "FO-"))
    fit.commit({DOC: procedure("PR-ACC-001")})
    assert fit.qm("release", "PR-ACC-001", "-m", "first").code == 0
    fit.git("push", "-q", "--follow-tags", "origin", "main")
    return fit


def test_a_version_without_its_tag_is_an_error(released: Centre) -> None:
    assert "missing-tags" not in findings(released, 0)
    released.git("tag", "-d", "release/PR-ACC-001/1.0")
    assert command(released, "missing-tags", "error") == "git fetch --tags"
    message = findings(released)["missing-tags"]["message"]
    assert message.endswith("no tag in this clone: release/PR-ACC-001/1.0")
    released.git("remote", "remove", "origin")
    found = findings(released)["missing-tags"]["command"]
    assert found == "qm doctor --restore-tag release/PR-ACC-001/1.0"


def test_a_merged_proposal_is_to_be_finalised(released: Centre) -> None:
    """Its text stands on the branch and has no tag yet: none is lost."""
    assert released.qm("revise", "PR-ACC-001").code == 0
    released.commit({DOC: f"{(released.root / DOC).read_text()}\nMore.\n"})
    assert released.qm("release", "PR-ACC-001", "-m", "second", "--propose").code == 0
    released.git("merge", "-q", "--ff-only", "qm/PR-ACC-001-2.0")
    assert "missing-tags" not in findings(released)
    typed = findings(released)["not-finalised"]["command"]
    assert typed == "git fetch --tags; qm release PR-ACC-001 --finalise"
    refused = released.qm("review", "PR-ACC-001")
    assert (refused.code, "and qm doctor if that does not bring it" in refused.err) == (3, True)
    released.git("remote", "remove", "origin")
    typed = findings(released)["not-finalised"]["command"]
    assert typed == "qm release PR-ACC-001 --finalise"
    assert released.qm("release", "PR-ACC-001", "--finalise").code == 0
    assert "not-finalised" not in findings(released)


def test_a_tag_off_the_branch_is_an_error(released: Centre) -> None:
    released.git("reset", "-q", "--hard", "HEAD~1")
    assert findings(released)["tags-outside"]["command"] == "git pull --ff-only"
    released.git("push", "-q", "--force", "origin", "main", check=False)
    released.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert command(released, "tags-outside", "error") == "qm verify"


def test_a_tag_dated_ahead_says_that_a_clock_is_wrong(
    released: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2099-01-01T00:00:00Z")
    released.git("tag", "-a", "-m", "x", "release/PR-ACC-009/1.0")
    command(released, "clock", "error")
    assert "2099-01-01" in findings(released)["clock"]["message"]


# --- hooks and hosts -------------------------------------------------------------------------


def test_a_hook_that_may_veto_and_a_folder_of_hooks_are_shown_and_not_run(
    fit: Centre, tmp_path: Path
) -> None:
    hooks = tmp_path / "site hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "pre-commit", "post-index-change"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\nexit 1 # qm check\n")
        (hooks / name).chmod(0o755)
    fit.git("config", "core.hooksPath", str(hooks))
    done = fit.qm("doctor")
    assert done.code == 0
    said = " ".join(done.out.split())
    assert f"git takes its hooks from {hooks} " in said
    assert f"the hook {hooks}/reference-transaction may refuse a release " in said
    assert "before a commit" not in done.out
    assert not (tmp_path / "sprung").exists()


def test_the_hook_of_pre_commit_may_be_set_up_and_not_installed(fit: Centre) -> None:
    assert "no-commit-hook" in findings(fit, 0)
    fit.commit({".pre-commit-config.yaml": "repos:\n  - hooks: [{id: qm-check}]\n"})
    fit.git("push", "-q")
    assert command(fit, "hook-not-installed") == "pre-commit install"
    hook = fit.root / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexec pre-commit\n")
    hook.chmod(0o755)
    assert "no-commit-hook" not in findings(fit, 0)


@pytest.mark.parametrize("path", [".gitlab-ci.yml", ".github/workflows/quality.yaml"])
def test_a_host_is_asked_for_what_its_files_do_not_show(fit: Centre, path: str) -> None:
    assert {"no-ci", "no-code-owners"} <= set(findings(fit, 0))
    fit.commit({path: "run: qm -C . check\n", ".github/CODEOWNERS": "* @rq\n"})
    fit.git("push", "-q")
    assert not {"no-ci", "no-code-owners"} & set(findings(fit, 0))


def test_a_host_elsewhere_is_asked_to_protect_branch_and_tags_without_its_address(
    fit: Centre,
) -> None:
    fit.git("config", "remote.origin.url", "https://user:secret@host.example/x.git")
    found = findings(fit, 0)["host-rules"]["message"]
    assert "protect the branch main, and the tags release/* and decision/*" in found
    assert "secret" not in fit.qm("doctor").out


def test_a_server_on_this_machine_is_asked_for_its_own_rules(fit: Centre, tmp_path: Path) -> None:
    server = tmp_path / "server.git"
    config = f"git --git-dir={server} config"
    for key, name in (("denyNonFastForwards", "forced-pushes"), ("denyDeletes", "deletions")):
        fit.git("--git-dir", str(server), "config", f"receive.{key}", "false")
        assert command(fit, name) == f"{config} receive.{key} true"
        fit.git("--git-dir", str(server), "config", f"receive.{key}", "yes")
    (server / "hooks/update").chmod(0o644)
    command(fit, "moved-tags")


# --- what was left ---------------------------------------------------------------------------


def test_a_stale_lock_is_named_and_left_there(fit: Centre) -> None:
    lock = fit.root / ".git/index.lock"
    lock.touch()
    assert "lock" in findings(fit, 0)
    os.utime(lock, (1_700_000_000, 1_700_000_000))
    assert command(fit, "stale-lock") == "rm .git/index.lock"
    lock.rename(fit.root / ".git/refs/heads/main.lock")
    assert command(fit, "stale-lock") == "rm .git/refs/heads/main.lock"
    assert (fit.root / ".git/refs/heads/main.lock").exists()


def test_an_interrupted_publication_is_announced(fit: Centre) -> None:
    fit.write({".git/qm/journal.json": json.dumps({"format": 1, "title": "release X 1.0: why"})})
    command(fit, "pending")
    assert findings(fit)["pending"]["message"].startswith("release X 1.0: why was interrupted")


def test_a_cache_that_cannot_be_written_is_named(
    fit: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path / "file/cache"))
    assert command(fit, "cache") == "export QM_CACHE_DIR=…"


def test_nothing_of_a_repository_controls_the_terminal(fit: Centre) -> None:
    fit.write({".git/qm/journal.json": json.dumps({"title": "\x1b[2Jgone"})})
    done = fit.qm("doctor")
    assert "\x1b" not in done.out
    assert "\\x1b[2Jgone" in done.out


def test_an_option_of_restoring_alone_is_not_understood(fit: Centre) -> None:
    assert fit.qm("doctor", "--dry-run").code == 2
    assert fit.qm("doctor", "--from", ".").code == 2
    assert fit.qm("doctor", "--format", "csv").code == 2
