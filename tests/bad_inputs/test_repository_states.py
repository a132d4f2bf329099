"""B089 to B116 of `reliability.md` §8: every odd state of a repository has its sentence and code.

Each row names what prepares the state, then the commands with their exit code and words; every
file of the work tree and of Git is afterwards as it was, but for objects that nothing refers to.
"""

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from qmtool.actions import index_lock, locks, recovery
from tests.conftest import Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
OTHER = "processes/welcome/applicables/PR-ACC-002.md"
CHECK, LIST, VERIFY = ("check",), ("list",), ("verify",)
RELEASE = ("release", "PR-ACC-001", "-m", "why")
TAG = "refs/tags/release/PR-ACC-001"

Prepare = Callable[[Centre, pytest.MonkeyPatch], Path | None]
"""What brings a repository into a state; it may return another folder to run `qm` in."""


@dataclass(frozen=True)
class Row:
    """A state, and what the commands say of it: arguments, exit code, words."""

    name: str
    prepare: Prepare
    runs: tuple[tuple[tuple[str, ...], int, str], ...]


def all_bytes(root: Path) -> dict[str, bytes]:
    """Return every file below *root*, but for objects and the lock file that qm keeps."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "objects" not in path.parts and path.parts[-2:] != ("qm", "lock")
    }


# --- what brings a repository into each state ------------------------------------------------


def nowhere(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    del monkeypatch
    folder = centre.root.parent / "nowhere"
    folder.mkdir()
    return folder


def unborn(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = nowhere(centre, monkeypatch)
    subprocess.run(["git", "init", "-q", "-b", "main"], cwd=folder, check=True)
    return folder


def bare(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    del monkeypatch
    centre.git("clone", "-q", "--bare", ".", "../bare.git")
    return centre.root.parent / "bare.git"


def nested_bare(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    del monkeypatch
    centre.git("clone", "-q", "--bare", ".", "docs/hidden")
    return centre.root / "docs/hidden"


def shallow(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    centre.commit({"notes.txt": "a second commit"})
    return _clone(centre, monkeypatch, "--depth", "1")


def _clone(centre: Centre, monkeypatch: pytest.MonkeyPatch, *options: str) -> Path:
    del monkeypatch
    centre.git("config", "uploadpack.allowFilter", "true")
    centre.git("clone", "-q", *options, f"file://{centre.root}", "../clone")
    folder = centre.root.parent / "clone"
    for key, value in (("user.name", "Quality Manager"), ("user.email", "rq@example.org")):
        subprocess.run(["git", "config", key, value], cwd=folder, check=True)
    return folder


def partial(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = _clone(centre, monkeypatch, "--filter=blob:none", "--no-checkout")
    subprocess.run(["git", "remote", "set-url", "origin", "file:///gone"], cwd=folder, check=True)
    subprocess.run(["git", "read-tree", "HEAD"], cwd=folder, check=True)
    return folder


def sparse(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("update-index", "-q", "--refresh")  # what git thinks is changed is not hidden
    centre.git("sparse-checkout", "set", "--no-cone", "/qm.yaml")


def submodule(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    head = centre.git("rev-parse", "HEAD").strip()
    centre.git("update-index", "--add", "--cacheinfo", f"160000,{head},processes/other.md")
    centre.git("commit", "-q", "-m", "a submodule")
    (centre.root / "processes/other.md").mkdir()


def detached(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("checkout", "-q", "--detach")


def merging(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("checkout", "-q", "-b", "side")
    centre.commit({"side.txt": "side"})
    centre.git("checkout", "-q", "main")
    centre.commit({"main.txt": "main"})
    centre.git("merge", "-q", "--no-commit", "side")


def cherry_picking(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _conflict(centre, monkeypatch, "cherry-pick")
    centre.git("checkout", "-q", "--ours", "notes.txt")
    centre.git("add", "notes.txt")


def unmerged(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _conflict(centre, monkeypatch, "cherry-pick")
    (centre.root / ".git/CHERRY_PICK_HEAD").unlink()


def reverting(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.commit({"notes.txt": "one"})
    centre.git("revert", "--no-commit", "HEAD")


def rebasing(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _conflict(centre, monkeypatch, "rebase")
    centre.git("checkout", "-q", "--ours", "notes.txt")
    centre.git("add", "notes.txt")
    centre.git("symbolic-ref", "HEAD", "refs/heads/main")  # else it is a detached one first


def _conflict(centre: Centre, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    del monkeypatch
    centre.commit({"notes.txt": "base"})
    centre.git("checkout", "-q", "-b", "side")
    centre.commit({"notes.txt": "side"})
    centre.git("checkout", "-q", "main")
    centre.commit({"notes.txt": "main"})
    centre.git(command, "side", check=False)


def bisecting(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.commit({"notes.txt": "one"})
    centre.git("bisect", "start")


def anonymous(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("config", "--unset", "user.email")
    centre.git("config", "--unset", "user.name")


def bad_config(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    with (centre.root / ".git/config").open("a") as file:
        file.write("[core\nbroken\n")


def _object(centre: Centre, name: str) -> Path:
    oid = centre.git("rev-parse", name).strip()
    path = centre.root / f".git/objects/{oid[:2]}/{oid[2:]}"
    path.chmod(0o644)
    return path


def corrupt_blob(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    _object(centre, f"HEAD:{DOC}").write_bytes(b"no zlib stream")


def corrupt_commit(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    _object(centre, "HEAD").write_bytes(b"no zlib stream")


def truncated_pack(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("gc", "-q")
    pack = next((centre.root / ".git/objects/pack").glob("*.pack"))
    pack.chmod(0o644)
    pack.write_bytes(pack.read_bytes()[:40])


def index_lock_of_another(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_lock, "WAIT", 0.05)
    (centre.root / ".git/index.lock").write_bytes(b"")


def branch_lock_of_another(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _old_lock(centre, monkeypatch, "refs/heads/main.lock", b"")


def tag_lock_of_another(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _old_lock(centre, monkeypatch, "refs/tags/release/PR-ACC-001/1.0.lock", b"theirs\n")


def head_lock_of_another(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    _old_lock(centre, monkeypatch, "HEAD.lock", b"ref: refs/heads/side\n")


def _old_lock(centre: Centre, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes) -> None:
    monkeypatch.setattr(recovery, "PATIENCE", 0.05)
    path = centre.root / ".git" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (1_000_000_000, 1_000_000_000))


def tag_exists(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("update-ref", f"{TAG}/1.0", "HEAD")


def tag_above(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("update-ref", TAG, "HEAD")


def tag_below(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.git("update-ref", f"{TAG}/1.0/draft", "HEAD")


def packed_tag_above(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    tag_above(centre, monkeypatch)
    centre.git("pack-refs", "--all")


def another_owner(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_UID", raising=False)
    if os.geteuid() != 0:
        pytest.skip("only root can give a repository to another user")
    for path in (centre.root, centre.root / ".git"):
        os.chown(path, 12345, -1)


def no_git(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = centre.root.parent / "empty"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))


def old_git(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = centre.root.parent / "old"
    folder.mkdir()
    script = folder / "git"
    script.write_text(
        # As Git 2.20 does: an option that `rev-parse` does not know is printed.
        "#!/bin/sh\n"
        'case "$*" in *version) echo "git version 2.20.1"; exit 0;; esac\n'
        'while [ "$1" != rev-parse ]; do [ $# -gt 0 ] || exit 129; shift; done; shift\n'
        'for one in "$@"; do case $one in\n'
        "  --is-bare*|--is-shallow*) echo false;; --git-dir) echo .git;;\n"
        '  --show-toplevel) pwd;; *) echo "$one";;\n'
        "esac; done\n"
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def clock_back(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    released_once(centre, monkeypatch)
    assert centre.qm("revise", "PR-ACC-001").code == 0
    earlier = datetime(2020, 1, 1).astimezone()
    monkeypatch.setattr("qmtool.cli.release_command.now", lambda: earlier)


def released_once(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    assert centre.qm(*RELEASE).code == 0


def full(code: int) -> Prepare:
    """Return what makes every sync of the disk fail with *code*."""

    def prepare(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        del centre

        def broken(*_: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(os, "fsync", broken)

    return prepare


def read_only(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del centre
    real = os.open

    def broken(path: str | Path, flags: int, *more: int, **options: int) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and ".git" in str(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return real(path, flags, *more, **options)

    monkeypatch.setattr(os, "open", broken)


def same_id(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    centre.commit({"processes/welcome/applicables/PR-ACC-001-again.md": procedure("PR-ACC-001")})


def version_by_hand(version: str) -> Prepare:
    """Return what writes a version into the draft that follows 2.0."""

    def prepare(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
        released_once(centre, monkeypatch)
        assert centre.qm("revise", "PR-ACC-001").code == 0
        text = (centre.root / DOC).read_text()
        assert 'version: "1.0"\n' in text
        centre.commit({DOC: text.replace('version: "1.0"\n', f'version: "{version}"\n', 1)})

    return prepare


ROWS = [
    Row("B089", nowhere, ((CHECK, 4, "run qm inside"), (RELEASE, 4, "not in a Git repository"))),
    Row("B090", unborn, ((CHECK, 0, "0 documents"), (RELEASE, 4, "no commit yet"))),
    Row("B091", bare, ((CHECK, 4, "bare"), (RELEASE, 4, "bare"), (VERIFY, 4, "bare"))),
    Row("B092", nested_bare, ((CHECK, 4, "bare"), (RELEASE, 4, "bare"))),
    Row(
        "B093",
        shallow,
        ((CHECK, 0, ""), (RELEASE, 4, "fetch --unshallow"), (VERIFY, 4, "fetch --unshallow")),
    ),
    Row("B094", partial, ((("check", "--at", "HEAD"), 4, "missing"), (RELEASE, 4, "missing"))),
    Row("B095", sparse, ((CHECK, 4, "sparse-checkout disable"), (LIST, 4, "--at HEAD"))),
    Row("B096", submodule, ((("release", "processes/other.md", "-m", "y"), 4, "submodule"),)),
    Row("B098", detached, ((RELEASE, 4, "HEAD is detached"), (CHECK, 0, ""))),
    Row("B099 merge", merging, ((RELEASE, 4, "git merge --abort"),)),
    Row("B099 rebase", rebasing, ((RELEASE, 4, "git rebase --abort"),)),
    Row("B099 cherry-pick", cherry_picking, ((RELEASE, 4, "git cherry-pick --abort"),)),
    Row("B099 revert", reverting, ((RELEASE, 4, "git revert --abort"),)),
    Row("B099 bisect", bisecting, ((RELEASE, 4, "git bisect reset"),)),
    Row("B100", unmerged, ((RELEASE, 4, "notes.txt is not merged"),)),
    Row("B101", anonymous, ((RELEASE, 4, "git config user.email"), (CHECK, 0, ""))),
    Row("B102", bad_config, ((CHECK, 4, "bad config line"), (RELEASE, 4, "bad config line"))),
    Row("B103 blob", corrupt_blob, ((RELEASE, 4, "OBJECT"), (VERIFY, 6, "V702"))),
    Row("B103 commit", corrupt_commit, ((RELEASE, 4, "OBJECT"),)),
    Row("B103 pack", truncated_pack, ((RELEASE, 4, ""),)),
    Row("B104", index_lock_of_another, ((RELEASE, 5, "index.lock"), (CHECK, 0, ""))),
    Row("B105 branch", branch_lock_of_another, ((RELEASE, 4, "refs/heads/main.lock"),)),
    Row("B105 tag", tag_lock_of_another, ((RELEASE, 4, "PR-ACC-001/1.0.lock"),)),
    Row("B105 HEAD", head_lock_of_another, ((RELEASE, 4, "HEAD.lock"),)),
    Row("B106 tag", tag_exists, ((RELEASE, 3, "release/PR-ACC-001/1.0 exists already"),)),
    Row("B106 above", tag_above, ((RELEASE, 3, "release/PR-ACC-001 exists already"),)),
    Row("B106 packed", packed_tag_above, ((RELEASE, 3, "release/PR-ACC-001 exists already"),)),
    Row("B106 below", tag_below, ((RELEASE, 3, "release/PR-ACC-001/1.0/draft exists already"),)),
    Row("B108", another_owner, ((CHECK, 4, "safe.directory"), (RELEASE, 4, "safe.directory"))),
    Row("B109 none", no_git, ((CHECK, 4, "needs git 2.36"), (RELEASE, 4, "needs git 2.36"))),
    Row("B109 old", old_git, ((CHECK, 4, "2.20 is too old"), (RELEASE, 4, "needs git 2.36"))),
    Row("B110", clock_back, ((RELEASE, 3, "the date would go back"),)),
    Row("B111 full", full(errno.ENOSPC), ((RELEASE, 4, "No space left"),)),
    Row("B111 quota", full(errno.EDQUOT), ((RELEASE, 4, "uota exceeded"),)),
    Row("B111 read-only", read_only, ((RELEASE, 4, "Read-only"), (CHECK, 0, ""))),
    Row("B114 unknown", lambda *_: None, ((("release", "PR-ACC-01", "-m", "y"), 2, "PR-ACC-001"),)),
    Row("B114 ambiguous", same_id, ((RELEASE, 2, "is ambiguous"),)),
    Row("B115", released_once, ((RELEASE, 3, "released already"),)),
    Row("B116 jump", version_by_hand("3.0"), ((RELEASE, 3, "QM202"),)),
    Row("B116 downgrade", version_by_hand("0.9"), ((RELEASE, 3, "QM202"),)),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
def test_an_odd_repository_gets_its_sentence_and_stays_as_it_is(
    row: Row, welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    oid = welcome.git("rev-parse", f"HEAD:{DOC}" if "blob" in row.name else "HEAD").strip()
    folder = row.prepare(welcome, monkeypatch)
    before = all_bytes(welcome.root.parent)
    for argv, code, words in row.runs:
        done = welcome.qm("-C", str(folder), *argv) if folder else welcome.qm(*argv)
        told = done.out + done.err
        assert (done.code, "Traceback" in told) == (code, False), told
        assert words.replace("OBJECT", oid) in told, told
        assert all_bytes(welcome.root.parent) == before


DECIDING = (
    ("submit", "PR-ACC-001"),
    ("revise", "PR-ACC-001"),
    ("revise", "--discard", "PR-ACC-001"),
    ("review", "PR-ACC-001", "PR-ACC-002"),
    ("withdraw", "PR-ACC-001", "--reason", "why"),
    ("reinstate", "PR-ACC-001", "--reason", "why"),
    ("move", "PR-ACC-001", "PR-ACC-001-b.md"),
)


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (shallow, "fetch --unshallow"),
        (detached, "HEAD is detached"),
        (merging, "git merge --abort"),
        (unmerged, "notes.txt is not merged"),
    ],
    ids=["B093", "B098", "B099", "B100"],
)
def test_every_command_that_decides_says_the_same_of_an_odd_repository(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch, prepare: Prepare, words: str
) -> None:
    where = ("-C", str(prepare(welcome, monkeypatch) or welcome.root))
    before = all_bytes(welcome.root.parent)
    for argv in DECIDING:
        done = welcome.qm(*where, *argv)
        assert (done.code, done.out, done.err.count(words)) == (4, "", 1), (argv, done)
    assert all_bytes(welcome.root.parent) == before


def test_a_linked_work_tree_works_and_shares_the_lock(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B097."""
    welcome.git("switch", "-q", "-c", "side")
    welcome.git("worktree", "add", "-q", "../linked", "main")
    linked = str(welcome.root.parent / "linked")
    monkeypatch.setattr(locks, "WAIT_FOR_QM", 0.05)
    (welcome.root / ".git/qm").mkdir()
    with (welcome.root / ".git/qm/lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        busy = welcome.qm("-C", linked, *RELEASE)
    assert (busy.code, "another qm is writing" in busy.err) == (5, True), busy.err
    done = welcome.qm("-C", linked, *RELEASE)
    assert done.code == 0, done.err
    assert welcome.git("-C", linked, "status", "--porcelain") == ""
    assert welcome.git("status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("content", "why"), [("{", "Expecting property name"), ('{"format": 99}', "another version")]
)
def test_a_damaged_journal_is_kept_aside_with_the_refs_and_nothing_is_guessed(
    welcome: Centre, content: str, why: str
) -> None:
    """B107."""
    journal = welcome.root / ".git/qm/journal.json"
    journal.parent.mkdir()
    journal.write_text(content)
    before = welcome.state()
    done = welcome.qm(*RELEASE)
    head = welcome.git("rev-parse", "HEAD")[:12]
    assert (done.code, why in done.err, f"main {head}" in done.err) == (4, True, True), done.err
    aside = list(journal.parent.glob("journal.damaged-*.json"))
    assert [path.read_text() for path in aside] == [content]
    assert welcome.state() == before


def _qm(centre: Centre, *argv: str, **environment: str) -> list[str]:
    """Return a command that runs `qm`, with *environment* set."""
    del centre
    settings = [f"{key}={value}" for key, value in environment.items()]
    return ["env", *settings, sys.executable, "-m", "qmtool", *argv]


@pytest.mark.parametrize("argv", [("list",), ("check",), ("release", "--help"), ("--help",)])
def test_a_reader_that_goes_away_ends_qm_quietly(welcome: Centre, argv: tuple[str, ...]) -> None:
    """B112."""
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        _qm(welcome, *argv), cwd=welcome.root, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (done.returncode in (0, 1, 141), done.stderr) == (True, b"")


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "POSIX", "PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "fr_FR.ISO-8859-1", "LANGUAGE": "fr", "PYTHONIOENCODING": "latin-1"},
    ],
    ids=["C", "POSIX", "cp1252", "latin-1"],
)
def test_a_console_without_unicode_gets_replaced_characters(
    welcome: Centre, environment: dict[str, str]
) -> None:
    """B113."""
    title = '"Accueil – ΣΑΣ 日本 🙂"'
    welcome.commit({OTHER: procedure("PR-ACC-002").replace("Title of PR-ACC-002", title)})
    writes = ("release", "PR-ACC-002", "-m", "why")
    for argv in (("list",), writes) if environment.get("LC_ALL") == "C" else (("list",),):
        done = subprocess.run(
            _qm(welcome, *argv, **environment), cwd=welcome.root, capture_output=True, check=False
        )
        told = done.stdout + done.stderr
        assert (done.returncode in (0, 1), b"Traceback" in told) == (True, False), told
        assert argv != ("list",) or b"Accueil ? ???" in told.replace(b"\x96", b"?")
