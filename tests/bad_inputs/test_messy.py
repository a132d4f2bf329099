"""Five repositories as they are met: what is said of each can be acted on without knowing Git."""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.bad_inputs.test_repository_states import all_bytes
from tests.conftest import SETTINGS, SHARED, Centre, procedure

FOLDER = "processes/welcome/applicables"
DOC = f"{FOLDER}/PR-ACC-001.md"
OTHER = f"{FOLDER}/PR-ACC-002.md"


@pytest.fixture(autouse=True)
def _french(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speak French, as the quality manager does; the numbers and names are in any language."""
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


def test_documents_of_another_system_are_told_how_to_come_in(centre: Centre) -> None:
    """The manual of a hospital, as it is published: hundreds of errors, and one way out."""
    source = SHARED / "data" / "gstt-qms"
    if not source.is_dir():
        pytest.skip("../shared/data is not on this machine")
    shutil.copytree(source, centre.root, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".git"))
    centre.commit()
    done = centre.qm("check")
    last = done.out.strip().split("\n")[-2]
    assert (done.code, "qm adopt" in last, "qm init" in last) == (1, True, True), last
    assert "kind: procedure" in done.out, "what is missing is shown as it is written"
    status = centre.qm("status")
    assert (status.code, "qm adopt" in status.err) == (0, True), status
    done = centre.qm("release", "CSC-PR-001", "-m", "x")
    assert (done.code, "qm adopt" in done.err) == (3, True), done.err


def word_file() -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w") as parts:
        parts.writestr("word/document.xml", "<w:document/>")
    return whole.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (word_file(), "Word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Word"),
        (b"{\\rtf1\\ansi Accueil}", "Word"),
        (b"%PDF-1.7\n%\xe2\xe3\n", "PDF"),
        (b"<html><body>Accueil</body></html>", "HTML"),
    ],
    ids=["docx", "doc", "rtf", "pdf", "html"],
)
def test_a_file_of_word_that_is_named_md_is_called_what_it_is(
    welcome: Centre, data: bytes, words: str
) -> None:
    welcome.commit({OTHER: data})
    before = all_bytes(welcome.root)
    done = welcome.qm("check")
    assert (done.code, done.out.count("QM001"), words in done.out) == (1, 1, True), done.out
    assert ".docx" in done.out
    assert "\\x00" not in done.out, "no line of a binary file is shown"
    done = welcome.qm("release", OTHER, "-m", "x")
    assert (done.code, words in done.err) == (3, True), done.err
    assert all_bytes(welcome.root) == before


def test_a_change_of_a_stranger_gives_itself_no_right_and_switches_nothing_off(
    welcome: Centre,
) -> None:
    """It makes its author a quality manager, lets a rule be silent, and cites what is not there."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    welcome.git("switch", "-q", "-c", "fork")
    welcome.iam("Stranger", "eve@example.org")
    own = "people:\n  - {id: eve, name: Eve, email: eve@example.org, roles: [rq]}\n"
    settings = SETTINGS.replace("people:\n", own) + "check: {ignore: [broken-link]}\n"
    welcome.commit({"qm.yaml": settings, OTHER: procedure("PR-ACC-002", "[a](missing.md)\n")})
    done = welcome.qm("check", "--diff", "main")
    assert (done.code, "QM301" in done.out, "QM206" in done.out) == (1, True, True), done.out
    assert "qm release POLICY" in done.out
    done = welcome.qm("release", "PR-ACC-002", "-m", "x")
    assert (done.code, "git switch main" in done.err) == (4, True), done.err
    welcome.git("switch", "-q", "main")
    done = welcome.qm("release", "PR-ACC-002", "-m", "x")
    assert (done.code, "eve@example.org" in done.err) == (3, True), done.err
    assert "peut diffusion" not in done.err, "the sentence can be read aloud"


@pytest.mark.parametrize("way", [("--diff", "main"), ("--staged",)], ids=["diff", "staged"])
def test_a_change_that_removes_the_settings_does_not_pass_for_want_of_rules(
    welcome: Centre, way: tuple[str, ...]
) -> None:
    welcome.git("switch", "-q", "-c", "fork")
    welcome.git("rm", "-q", "qm.yaml")
    if way == ("--diff", "main"):
        welcome.git("commit", "-q", "-m", "no settings")
    done = welcome.qm("check", *way)
    assert (done.code, done.out, "git checkout" in done.err) == (2, "", True), done


def test_a_merge_that_stopped_says_how_to_go_on_and_how_to_give_up(welcome: Centre) -> None:
    cited = procedure("PR-ACC-001", satisfies="[iso-9001-2015:4.1]")
    welcome.commit({DOC: cited})
    welcome.git("switch", "-q", "-c", "other")
    welcome.commit({DOC: cited + "\nOne.\n"})
    welcome.git("switch", "-q", "main")
    welcome.commit({DOC: cited + "\nTwo.\n"})
    welcome.git("merge", "-q", "other", check=False)
    before = all_bytes(welcome.root)
    for argv in (("check",), ("check", "--staged"), ("check", "--diff", "other")):
        done = welcome.qm(*argv)
        assert (done.code, "<<<<<<<" in done.out, "git add" in done.out) == (1, True, True), done
        assert "git merge --abort" in done.out
        assert "QM505" not in done.out, "what cannot be read has lost nothing"
    for argv in (("release", "PR-ACC-002", "-m", "x"), ("revise", "PR-ACC-001")):
        done = welcome.qm(*argv)
        assert (done.code, "git merge --continue" in done.err) == (4, True), done.err
        assert "git merge --abort" in done.err
    assert all_bytes(welcome.root) == before


def test_a_shallow_clone_in_ci_is_checked_and_verify_says_what_to_add(
    welcome: Centre, tmp_path: Path
) -> None:
    welcome.git("switch", "-q", "-c", "change")
    welcome.commit({"notes.txt": "of the change"})
    welcome.git("switch", "-q", "main")
    welcome.commit({f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003")})
    url = f"file://{welcome.root}"
    options = ("--depth=1", "--no-single-branch", "-b", "change")
    welcome.git("clone", "-q", *options, url, str(tmp_path / "ci"))
    where = ("-C", str(tmp_path / "ci"))
    assert welcome.qm(*where, "check").code == 0
    for argv in (
        ("verify",),
        ("check", "--diff", "origin/main"),
        ("check", "--diff", "HEAD~1"),
    ):
        done = welcome.qm(*where, *argv)
        assert (done.code, done.out) == (4, ""), (argv, done)
        assert "git fetch --unshallow" in done.err
        assert "fetch-depth: 0" in done.err
        assert "GIT_DEPTH: 0" in done.err
    welcome.git(*where, "fetch", "-q", "--unshallow")
    assert welcome.qm(*where, "check", "--diff", "origin/main").code == 0
