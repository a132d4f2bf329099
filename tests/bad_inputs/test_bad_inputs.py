"""Each row of `reliability.md` §8: what `qm` says of a bad input, beside a good document."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bad_inputs.cases import ACCEPTED, BAD, CASES, FOLDER, GOOD, Case, document
from tests.conftest import SETTINGS, Centre, Result, procedure

TRACEBACK = "Traceback"
WARNED = procedure("PR-ACC-001", ged="4711")
"""The good document has one warning: its line 5 is reported for as long as it is read."""


@pytest.fixture
def centre(centre: Centre) -> Centre:
    """Return a repository with one good document."""
    centre.commit({"qm.yaml": SETTINGS, GOOD: WARNED})
    return centre


def checked(centre: Centre, *arguments: str) -> tuple[Result, list[dict[str, Any]]]:
    """Return what `qm check` gave, and its diagnostics; nothing broke."""
    done = centre.qm("check", "--format", "json", *arguments)
    assert TRACEBACK not in done.out + done.err
    found: list[dict[str, Any]] = json.loads(done.out)["diagnostics"]
    assert all(one["fix"] and one["message"] for one in found)
    assert ("QM103", GOOD, 5) in places(found), "the good document is no longer read"
    return done, found


def places(found: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    return [(one["code"], one["path"], one["line"]) for one in found]


def said(found: list[dict[str, Any]]) -> str:
    return "\n".join(f"{one['message']}\n{one['fix']}" for one in found)


def refused(
    centre: Centre, code: int, *arguments: str, before: dict[str, object] | None = None
) -> Result:
    """Return what a release gave that may not be: it changed nothing."""
    before = before or centre.state()
    done = centre.qm("release", *arguments, "-m", "x")
    assert done.code == code, done.err
    assert TRACEBACK not in done.err
    assert centre.state() == before
    return done


@pytest.mark.parametrize("case", CASES, ids=[f"{one.row}-{n}" for n, one in enumerate(CASES)])
def test_a_bad_document_is_named_with_its_line_and_hides_no_other(
    centre: Centre, case: Case
) -> None:
    centre.commit({case.path: case.data, **case.files})
    before = centre.state()
    done, found = checked(centre)
    assert done.code == case.exits
    for code, line in case.finds:
        assert (code, case.path, line) in places(found)
    assert case.says in said([one for one in found if one["path"] == case.path])
    if case.released is not None:
        refused(centre, case.released, case.path, before=before)
    else:
        assert centre.state() == before


@pytest.mark.parametrize("row", ACCEPTED)
def test_what_is_only_unusual_is_accepted(centre: Centre, row: str) -> None:
    centre.commit({BAD: ACCEPTED[row]})
    before = centre.state()
    done, found = checked(centre)
    assert done.code == 0
    assert {one["path"] for one in found} == {GOOD}
    assert centre.state() == before


@pytest.mark.parametrize("row", ["B051", "B052", "B054"])
def test_a_release_keeps_the_line_ends_of_a_document(centre: Centre, row: str) -> None:
    data = ACCEPTED.get(row) or next(one.data for one in CASES if one.row == row)
    centre.commit({BAD: data})
    assert centre.qm("release", "PR-ACC-002", "-m", "x").code == 0
    after = (centre.root / BAD).read_bytes()
    assert after.startswith(data.partition(b"kind")[0])
    assert after.endswith(data.rpartition(b"---")[2])


# --- what the bytes of one document cannot show ----------------------------------------------


def a_sparse_file(centre: Centre) -> None:
    with (centre.root / BAD).open("wb") as file:
        file.truncate(2 * 1024**3)


def a_folder(centre: Centre) -> None:
    centre.write({f"{BAD}/inner.txt": "x"})


def a_link_inside(centre: Centre) -> None:
    (centre.root / BAD).symlink_to("PR-ACC-001.md")


def a_link_outside(centre: Centre) -> None:
    (centre.root / BAD).symlink_to("/etc/passwd")


def a_committed_link(centre: Centre) -> None:
    a_link_outside(centre)
    centre.commit()


def a_link_to_itself(centre: Centre) -> None:
    (centre.root / BAD).symlink_to("PR-ACC-002.md")


def a_pipe(centre: Centre) -> None:
    os.mkfifo(centre.root / BAD)


def a_socket(centre: Centre) -> None:
    here = Path.cwd()
    os.chdir((centre.root / BAD).parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("PR-ACC-002.md")
    finally:
        os.chdir(here)


def a_program(centre: Centre) -> None:
    centre.write({BAD: document()})
    (centre.root / BAD).chmod(0o755)
    centre.commit()


def two_unicode_forms(centre: Centre) -> None:
    centre.write(
        {
            f"{FOLDER}/PR-ACC-002 \u00e9.md": document(),
            f"{FOLDER}/PR-ACC-002 e\u0301.md": document(),
        }
    )


def two_cases(centre: Centre) -> None:
    centre.write(
        {
            BAD: document(),
            f"{FOLDER}/PR-ACC-002.MD.md": document(),
            f"{FOLDER}/pr-acc-002.md": document(),
        }
    )


def bytes_in_a_name(centre: Centre) -> None:
    target = os.fsencode(centre.root / FOLDER) + b"/PR-ACC-002 \xff.md"
    Path(os.fsdecode(target)).write_bytes(document())


def places_of(root: Path) -> dict[str, tuple[int, ...]]:
    """Return what the disk knows of each file below *root*, of which none is opened."""
    found = {os.fspath(path): path.lstat() for path in root.rglob("*")}
    return {path: (one.st_mode, one.st_ino, one.st_mtime_ns) for path, one in found.items()}


def a_nested_repository(centre: Centre) -> None:
    other = centre.root / BAD
    other.mkdir()
    centre.git("-C", str(other), "init", "-q")


NFC, NFD = f"{FOLDER}/PR-ACC-002 \u00e9.md", f"{FOLDER}/PR-ACC-002 e\u0301.md"
ON_DISK: list[tuple[str, Callable[[Centre], None], int, str, str, str]] = [
    ("B060", a_sparse_file, 1, "QM001", BAD, "2147483648 bytes"),
    ("B063", a_folder, 1, "QM001", BAD, "folder"),
    ("B064", a_link_inside, 1, "QM001", BAD, "links are not documents"),
    ("B065", a_link_outside, 1, "QM001", BAD, "links are not documents"),
    ("B065", a_committed_link, 1, "QM001", BAD, "links are not documents"),
    ("B066", a_link_to_itself, 1, "QM001", BAD, "links are not documents"),
    ("B067", a_pipe, 1, "QM001", BAD, "pipe or a device"),
    ("B067", a_socket, 1, "QM001", BAD, "pipe or a device"),
    ("B069", a_program, 0, "QM008", BAD, "mode 100755"),
    ("B072", two_unicode_forms, 1, "QM005", NFC, "by case or accents"),
    ("B072", two_unicode_forms, 1, "QM005", NFD, "by case or accents"),
    ("B073", two_cases, 1, "QM005", BAD, "pr-acc-002.md"),
    ("B075", bytes_in_a_name, 1, "QM005", f"{FOLDER}/PR-ACC-002 \\xff.md", "U+DCFF"),
    ("B096", a_nested_repository, 1, "QM001", BAD, ""),
]


@pytest.mark.parametrize(
    ("prepare", "code", "rule", "path", "words"),
    [one[1:] for one in ON_DISK],
    ids=[f"{one[0]}-{one[1].__name__}-{n}" for n, one in enumerate(ON_DISK)],
)
def test_what_is_no_plain_file_is_named_and_never_read(
    centre: Centre, prepare: Callable[[Centre], None], code: int, rule: str, path: str, words: str
) -> None:
    prepare(centre)
    state = places_of(centre.root)
    done = centre.qm("check", "--format", "json")
    assert TRACEBACK not in done.out + done.err
    found = json.loads(done.out)["diagnostics"]
    assert done.code == code
    assert ("QM103", GOOD, 5) in places(found)
    assert (rule, path, 1) in places(found)
    assert words in said([one for one in found if one["path"] == path])
    assert "root:" not in done.out
    assert places_of(centre.root) == state


def test_a_document_marked_as_a_program_is_not_released(centre: Centre) -> None:
    a_program(centre)
    assert "chmod -x" in refused(centre, 3, "PR-ACC-002").err


def test_a_file_that_may_not_be_read_makes_the_exit_code_4(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.commit({BAD: document()})
    real = os.open

    def deny(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).endswith("PR-ACC-002.md"):
            raise PermissionError(13, "Permission denied")
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", deny)
    done, found = checked(centre)
    assert done.code == 4
    assert ("QM009", BAD, 1) in places(found)


def test_a_file_deleted_while_qm_runs_makes_the_exit_code_4(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.commit({BAD: document()})
    real = os.open

    def vanish(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).endswith("PR-ACC-002.md"):
            (centre.root / BAD).unlink(missing_ok=True)
        return real(path, *arguments, **named)

    monkeypatch.setattr(os, "open", vanish)
    done = centre.qm("check", "--format", "json")
    found = json.loads(done.out)["diagnostics"]
    assert done.code == 4
    assert ("QM009", BAD, 1) in places(found)
    assert ("QM103", GOOD, 5) in places(found)
    assert TRACEBACK not in done.err


def test_a_file_changed_while_qm_runs_is_read_once(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.commit({BAD: document("ged: x")})
    real, opened = os.open, []

    def note(path: Any, *arguments: Any, **named: Any) -> int:
        if str(path).endswith("PR-ACC-002.md"):
            opened.append(path)
        descriptor = real(path, *arguments, **named)
        if len(opened) == 1 and str(path).endswith("PR-ACC-002.md"):
            (centre.root / BAD).rename(centre.root / "old")
            (centre.root / BAD).write_bytes(b"no front matter\n")
        return descriptor

    monkeypatch.setattr(os, "open", note)
    done = centre.qm("check", "--format", "json", "--no-cache")
    assert done.code == 0
    assert ("QM103", BAD, 5) in places(json.loads(done.out)["diagnostics"])


@pytest.mark.parametrize(
    ("status", "effective", "code"),
    [("withdrawn", "2026-01-01", "QM306"), ("draft", "", "QM307")],
)
def test_a_released_document_that_links_to_one_not_in_force_is_told_so(
    centre: Centre, status: str, effective: str, code: str
) -> None:
    centre.commit(
        {
            BAD: document(body="Text.\n\n[a](PR-ACC-003.md)\n"),
            f"{FOLDER}/PR-ACC-003.md": document(head="PR-ACC-003"),
        }
    )
    if status == "withdrawn":
        assert centre.qm("release", "PR-ACC-003", "-m", "x").code == 0
    assert centre.qm("release", "PR-ACC-002", "-m", "x").code == 0
    if status == "withdrawn":
        target = centre.root / FOLDER / "PR-ACC-003.md"
        centre.commit(
            {
                f"{FOLDER}/PR-ACC-003.md": target.read_text().replace(
                    "status: released", "status: withdrawn"
                )
            }
        )
    _, found = checked(centre)
    lines = (centre.root / BAD).read_text().split("\n")
    assert (code, BAD, lines.index("[a](PR-ACC-003.md)") + 1) in places(found)


def test_references_in_a_circle_are_no_fault_and_end(centre: Centre) -> None:
    other = f"{FOLDER}/PR-ACC-003.md"
    centre.commit(
        {
            BAD: document(body="[a](PR-ACC-003.md)\n"),
            other: document(head="PR-ACC-003", body="[a](PR-ACC-002.md)\n"),
        }
    )
    done, found = checked(centre)
    assert done.code == 0
    assert {one["path"] for one in found} == {GOOD}


def test_a_record_of_a_day_to_come_is_reported(centre: Centre) -> None:
    text = "---\nid: EN-2099\ntitle: T\nkind: record\ndate: 2099-01-01\n---\n"
    centre.commit({f"{FOLDER}/EN-2099.md": text})
    done, found = checked(centre)
    assert ("QM115", f"{FOLDER}/EN-2099.md", 5) in places(found)
    assert done.code in (0, 1)


def test_a_version_is_text_and_never_a_number(centre: Centre) -> None:
    centre.commit({BAD: document("version: 1.10\nstatus: draft")})
    _, found = checked(centre)
    assert "1.10" in said([one for one in found if one["path"] == BAD])


def test_an_unquoted_version_is_text(centre: Centre) -> None:
    centre.commit({BAD: document()})
    assert centre.qm("release", "PR-ACC-002", "-m", "x").code == 0
    text = (centre.root / BAD).read_text()
    assert 'version: "1.0"' in text
    centre.commit({BAD: text.replace('version: "1.0"', "version: 1.0", 1)})
    done, found = checked(centre)
    assert done.code == 0
    assert {one["path"] for one in found} == {GOOD}


# --- the repository ---------------------------------------------------------------------------


def test_outside_a_repository_qm_says_where_to_run(tmp_path: Path, centre: Centre) -> None:
    done = centre.qm("-C", str(tmp_path), "check")
    assert done.code == 4
    assert "git init" in done.err


def test_a_repository_without_commit_is_checked_and_releases_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Centre(tmp_path / "empty", capsys)
    done = empty.qm("check", "--format", "json")
    assert done.code == 0
    assert json.loads(done.out)["summary"]["documents"] == 0
    done = empty.qm("release", "PR-ACC-001", "-m", "x")
    assert done.code == 4
    assert "no commit yet" in done.err


def test_a_bare_repository_is_refused(tmp_path: Path, centre: Centre) -> None:
    centre.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    done = centre.qm("-C", str(tmp_path / "bare.git"), "check")
    assert done.code == 4
    assert "bare" in done.err


def test_a_bare_repository_inside_the_tree_is_refused(centre: Centre) -> None:
    centre.git("init", "-q", "--bare", "nested")
    done = centre.qm("-C", "nested", "check")
    assert done.code == 4
    assert TRACEBACK not in done.err


def test_a_shallow_clone_is_checked_and_releases_nothing(
    tmp_path: Path, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    centre.commit({BAD: document()})
    centre.git("clone", "-q", "--depth=1", f"file://{centre.root}", str(tmp_path / "shallow"))
    shallow = Centre(tmp_path / "shallow", capsys)
    assert checked(shallow)[0].code == 0
    assert "--unshallow" in refused(shallow, 4, "PR-ACC-002").err


def test_a_sparse_checkout_that_hides_documents_is_refused(centre: Centre) -> None:
    centre.git("sparse-checkout", "set", "--no-cone", "/qm.yaml")
    done = centre.qm("check")
    assert done.code == 4
    assert "git sparse-checkout disable" in done.err
    assert centre.qm("check", "--at", "HEAD").code == 0


def test_a_linked_worktree_works_like_the_first(
    tmp_path: Path, centre: Centre, capsys: pytest.CaptureFixture[str]
) -> None:
    centre.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    done = centre.qm("-C", str(tmp_path / "side"), "check", "--format", "json")
    assert done.code == 0
    assert ("QM103", GOOD, 5) in places(json.loads(done.out)["diagnostics"])


STATES = [
    ("B098", "detached", "git switch"),
    ("B099", "MERGE_HEAD", "git merge --abort"),
    ("B099", "CHERRY_PICK_HEAD", "git cherry-pick --abort"),
    ("B099", "REVERT_HEAD", "git revert --abort"),
    ("B099", "rebase-merge", "git rebase --abort"),
    ("B099", "BISECT_LOG", "git bisect reset"),
    ("B101", "anonymous", "git config user.name"),
]


@pytest.mark.parametrize(
    ("state", "words"), [one[1:] for one in STATES], ids=[f"{one[0]}-{one[1]}" for one in STATES]
)
def test_a_state_of_the_repository_in_which_nothing_is_released_names_the_way_out(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, state: str, words: str
) -> None:
    head = centre.git("rev-parse", "HEAD")
    match state:
        case "detached":
            centre.git("checkout", "-q", "--detach")
        case "anonymous":
            centre.git("config", "--unset", "user.name")
            centre.git("config", "--unset", "user.email")
            centre.git("config", "user.useConfigOnly", "true")
        case "rebase-merge":
            (centre.root / ".git" / state).mkdir()
        case _:
            (centre.root / ".git" / state).write_text(head)
    assert checked(centre)[0].code == 0
    assert words in refused(centre, 4, "PR-ACC-001").err


def test_an_unmerged_document_is_named_and_not_released(centre: Centre) -> None:
    centre.commit({BAD: document()})
    centre.git("checkout", "-q", "-b", "other")
    centre.commit({BAD: document(body="Other.\n")})
    centre.git("checkout", "-q", "main")
    centre.commit({BAD: document(body="Main.\n")})
    centre.git("merge", "other", check=False)
    (centre.root / ".git/MERGE_HEAD").unlink()
    done, found = checked(centre)
    assert done.code == 1
    assert ("QM001", BAD, 1) in places(found)
    assert "git add" in refused(centre, 4, "PR-ACC-002").err


def test_a_malformed_configuration_of_git_is_quoted(centre: Centre) -> None:
    (centre.root / ".git/config").write_text("[core\n")
    done = centre.qm("check")
    assert done.code == 4
    assert "bad config" in done.err


def test_the_lock_of_another_program_is_waited_for_and_never_removed(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qmtool.actions.index_lock.WAIT", 0.2)
    lock = centre.root / ".git/index.lock"
    lock.write_bytes(b"")
    done = centre.qm("release", "PR-ACC-001", "-m", "x")
    assert done.code == 5
    assert "index.lock" in done.err
    assert lock.exists()
    assert centre.git("tag") == ""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder to somebody else")
def test_a_repository_of_somebody_else_is_not_trusted(centre: Centre) -> None:
    for path in (centre.root, centre.root / ".git"):
        shutil.chown(path, 12345)
    done = centre.qm("check")
    shutil.chown(centre.root, 0)
    shutil.chown(centre.root / ".git", 0)
    assert done.code == 4
    assert "safe.directory" in done.err


def test_without_git_qm_says_which_version_it_needs(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    done = centre.qm("check")
    assert done.code == 4
    assert "2.36" in done.err


# --- the terminal and the command line ---------------------------------------------------------


def run_apart(centre: Centre, *arguments: str, **named: Any) -> subprocess.CompletedProcess[bytes]:
    """Run `qm` in a process of its own."""
    code = "import sys; sys.argv[0] = 'qm'; from qmtool.cli.main import run; run()"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=centre.root,
        check=False,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **named.pop("extra", {})},
        **named,
    )


def test_a_reader_that_goes_away_ends_the_run_quietly(centre: Centre) -> None:
    centre.write({f"{FOLDER}/PR-ACC-1{n:03}.md": "no front matter\n" for n in range(300)})
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = run_apart(centre, "check", stdout=pipe)
    assert done.stderr == b""


@pytest.mark.parametrize(
    "extra",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "cp1252"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=["C", "POSIX", "cp1252", "ascii"],
)
def test_a_terminal_that_lacks_characters_shows_others_instead(
    centre: Centre, extra: dict[str, str]
) -> None:
    centre.write({f"{FOLDER}/Réunion 会議.md": "pas d'en-tête é 会議\n"})
    done = run_apart(centre, "check", stdout=subprocess.PIPE, extra=extra)
    assert done.returncode == 1
    assert b"QM002" in done.stdout
    assert done.stderr == b""


def test_a_document_that_is_not_known_or_not_clear_is_asked_for_again(centre: Centre) -> None:
    assert "Did you mean PR-ACC-001" in refused(centre, 2, "PR-ACC-01").err
    assert centre.qm("check", "PR-ACC-01").code == 2
    centre.commit({BAD: document(), f"{FOLDER}/PR-ACC-002-b.md": document()})
    assert "ambiguous" in refused(centre, 2, "PR-ACC-002").err


def test_a_released_version_is_not_released_again(centre: Centre) -> None:
    assert centre.qm("release", "PR-ACC-001", "-m", "x").code == 0
    assert "qm revise" in refused(centre, 3, "PR-ACC-001").err


@pytest.mark.parametrize("version", ["3.0", "0.1"])
def test_a_version_that_was_written_by_hand_is_not_released(centre: Centre, version: str) -> None:
    assert centre.qm("release", "PR-ACC-001", "-m", "x").code == 0
    assert centre.qm("revise", "PR-ACC-001").code == 0
    text = (centre.root / GOOD).read_text().replace('version: "1.0"', f'version: "{version}"', 1)
    centre.commit({GOOD: text})
    assert "QM20" in refused(centre, 3, "PR-ACC-001").err


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("qm.yaml", SETTINGS + "adopt: []\n", "qm.yaml:10:1: unknown key adopt"),
        ("qm.yaml", "qm: [\n", "qm.yaml:"),
        ("qm.yaml", "- a\n", "qm.yaml:1:1"),
        ("qm.yaml", b"\xff\xfe", "UTF-8"),
        ("templates/visit/kind.yaml", "label: {en: Visit}\n", "templates/visit/kind.yaml"),
        ("referentials/own/referential.yaml", "id: own\n", "referentials/own/referential.yaml"),
    ],
)
def test_settings_kinds_and_referentials_that_are_invalid_are_named_with_their_key(
    centre: Centre, path: str, text: str | bytes, words: str
) -> None:
    centre.commit({path: text, BAD: document("satisfies: [own:1]")})
    before = centre.state()
    done = centre.qm("check")
    assert done.code == 2
    assert words in done.err
    assert TRACEBACK not in done.err
    assert centre.state() == before


@pytest.mark.parametrize("template", ["{{ missing }}", "{% if %}", "{{ ''.__class__ }}", None])
def test_a_template_that_cannot_be_filled_is_named_and_writes_nothing(
    centre: Centre, template: str | None
) -> None:
    kind = (Path(__file__).parents[2] / "templates/procedure/kind.yaml").read_bytes()
    files: dict[str, str | bytes] = {"templates/procedure/kind.yaml": kind}
    if template is not None:
        files["templates/procedure/template.en.md.j2"] = f"---\n---\n{template}\n"
    centre.commit(files)
    before = centre.state()
    done = centre.qm("new", "procedure", "A title", "--process", "welcome")
    assert done.code == 2, done.err
    assert "procedure" in done.err
    assert centre.state() == before


# --- every row ---------------------------------------------------------------------------------

ELSEWHERE = {
    "B026": test_an_unquoted_version_is_text,
    "B035": test_a_record_of_a_day_to_come_is_reported,
    "B068": test_a_file_that_may_not_be_read_makes_the_exit_code_4,
    "B070": test_a_file_deleted_while_qm_runs_makes_the_exit_code_4,
    "B071": test_a_file_changed_while_qm_runs_is_read_once,
    "B086": test_a_released_document_that_links_to_one_not_in_force_is_told_so,
    "B087": test_references_in_a_circle_are_no_fault_and_end,
}
NOT_YET: dict[str, str] = {}
"""The rows that the commands of today cannot meet, each with its reason."""


def test_each_row_of_bad_files_has_a_case() -> None:
    rows = {case.row for case in CASES} | {*ACCEPTED} | {one[0] for one in ON_DISK}
    rows |= {*ELSEWHERE} | {*NOT_YET}
    assert [f"B{n:03}" for n in range(1, 89) if f"B{n:03}" not in rows] == []
