"""What qm writes in a folder of its own, and all that it leaves alone there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qmtool.actions.inside import TEMPORARY
from qmtool.actions.site_folder import MARKER, Written, open_folder, write_folder
from qmtool.errors import Busy, RepositoryError, UsageError
from qmtool.model.piece import Piece
from qmtool.model.text import say
from qmtool.repository import git
from tests.conftest import ROOT, Centre

FILES = {"index.html": b"index", "documents/PR-1.html": b"one", "files/PR-1/plan é.png": b"png"}


def held(folder: Path) -> dict[str, bytes]:
    """Return the files of *folder* by name, without the marker."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MARKER
    }


def test_a_new_folder_holds_the_files_and_nothing_is_left_behind(tmp_path: Path) -> None:
    assert write_folder(tmp_path / "new/site", FILES, None) == Written(3, 0, 0)
    assert held(tmp_path / "new/site") == FILES


def test_what_did_not_change_is_not_written_again(tmp_path: Path) -> None:
    write_folder(tmp_path / "site", FILES, None)
    before = {path: path.stat() for path in (tmp_path / "site").rglob("*") if path.is_file()}
    assert write_folder(tmp_path / "site", FILES, None) == Written(0, 0, 3)
    after = {path: path.stat() for path in before}
    assert {path: (one.st_ino, one.st_mtime_ns) for path, one in after.items()} == {
        path: (one.st_ino, one.st_mtime_ns) for path, one in before.items()
    }


def test_what_is_no_longer_wanted_goes_and_what_people_added_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_folder(site, FILES, None)
    (site / "files/notes.txt").write_text("mine")
    assert write_folder(site, {"index.html": b"new"}, None) == Written(1, 2, 0)
    assert held(site) == {"index.html": b"new", "files/notes.txt": b"mine"}
    assert not (site / "documents").exists()
    assert not (site / "files/PR-1").exists()


def test_a_file_is_made_again_only_if_its_key_changed_or_it_was_touched(tmp_path: Path) -> None:
    made: list[str] = []

    def piece(content: str, key: str) -> Piece:
        return Piece(lambda: made.append(content) or content.encode(), key)  # type: ignore[func-returns-value]

    site = tmp_path / "site"
    open_folder(site, None).write({"a": piece("a", "1"), "b": piece("b", "1")})
    open_folder(site, None).write({"a": piece("a", "1"), "b": piece("c", "2")})
    assert made == ["a", "b", "c"]
    (site / "a").write_bytes(b"x")
    assert open_folder(site, None).write({"a": piece("a", "1")}) == Written(1, 1, 0)
    (site / "a").unlink()
    open_folder(site, None).write({"a": piece("a", "1")})
    assert held(site) == {"a": b"a"}


def test_a_dry_run_counts_and_writes_nothing(tmp_path: Path) -> None:
    site, pieces = tmp_path / "site", {name: Piece(lambda: b"x") for name in "ab"}
    assert open_folder(site, None).write(pieces, dry_run=True) == Written(2, 0, 0)
    assert not site.exists()
    write_folder(site, FILES, None)
    assert open_folder(site, None).write(pieces, dry_run=True) == Written(2, 3, 0)
    assert held(site) == FILES


def test_a_run_that_fails_leaves_whole_files_that_the_next_run_knows(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise RepositoryError("lost")

    site = tmp_path / "site"
    write_folder(site, FILES, None)
    with pytest.raises(RepositoryError):
        open_folder(site, None).write({"a": Piece(lambda: b"new"), "b": Piece(fail)})
    assert held(site) == FILES | {"a": b"new"}
    (site / TEMPORARY).write_bytes(b"half")  # as a killed run leaves it
    assert write_folder(site, {"c": b"c"}, None) == Written(1, 4, 0)
    assert held(site) == {"c": b"c"}


def test_many_files_are_made_on_every_core_and_a_failure_is_told(tmp_path: Path) -> None:
    files = {f"{n}.txt": str(n).encode() for n in range(300)}
    assert write_folder(tmp_path / "site", files, None).written == 300
    assert held(tmp_path / "site") == files

    def fail() -> bytes:
        raise RepositoryError(say("{document} is lost", document="PR-1"))

    with pytest.raises(RepositoryError, match="PR-1 is lost"):
        open_folder(tmp_path / "other", None).write(dict.fromkeys(files, Piece(fail)))
    assert held(tmp_path / "other") == {}


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../x", "a//x", ".git/hooks/x", ".x", "", "a\\x", "C:x", "a.", "a\n", MARKER],
)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        write_folder(tmp_path / "site", {"a": b"a", name: b"x"}, None)
    assert not (tmp_path / "site").exists()


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not from qm"):
        write_folder(tmp_path, FILES, None)
    with pytest.raises(UsageError, match="not a folder"):
        write_folder(tmp_path / "notes.txt", FILES, None)
    assert held(tmp_path) == {"notes.txt": b"mine"}


def test_links_are_refused_and_their_targets_untouched(tmp_path: Path) -> None:
    outside, site = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (tmp_path / "link").symlink_to(outside)
    for place in (tmp_path / "link", tmp_path / "link/site"):
        with pytest.raises(UsageError, match="is a link"):
            write_folder(place, FILES, None)
    write_folder(site, FILES, None)
    (site / "documents/PR-1.html").unlink()
    (site / "documents").rmdir()
    (site / "documents").symlink_to(outside)
    for files in (FILES, {"documents/kept": b"x"}):
        with pytest.raises(UsageError, match="not from qm"):
            write_folder(site, files, None)
    (site / "documents").unlink()
    (site / "index.html").unlink()
    (site / "index.html").symlink_to(outside / "kept")
    with pytest.raises(UsageError, match="not from qm"):
        write_folder(site, FILES, None)
    assert held(outside) == {"kept": b"kept"}


def test_a_file_of_others_is_never_written_over(tmp_path: Path) -> None:
    site = tmp_path / "site"
    write_folder(site, {"a": b"a"}, None)
    (site / "index.html").write_text("mine")
    with pytest.raises(UsageError, match="not from qm"):
        write_folder(site, FILES, None)
    assert held(site) == {"a": b"a", "index.html": b"mine"}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"qm-output": 2, "files": {}}',
        '{"qm-output": 1, "files": {"../x": [1, ""]}}',
        '{"qm-output": 1, "files": {"x": [1]}}',
        '{"qm-output": 1, "files": []}',
        "[" * 100_000,
    ],
)
def test_a_damaged_marker_is_refused(tmp_path: Path, content: str) -> None:
    site = tmp_path / "site"
    write_folder(site, FILES, None)
    (site / MARKER).write_text(content)
    with pytest.raises(UsageError, match="damaged"):
        write_folder(site, {}, None)
    assert held(site) == FILES


def test_the_repository_its_git_folder_and_what_holds_it_are_refused(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    repo = git.discover(centre.root)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    for place in (
        *(centre.root, centre.root.parent, Path("/"), tmp_path / "home"),
        *(centre.root / ".git", centre.root / ".git/site", centre.root / ".GIT/x"),
    ):
        with pytest.raises(UsageError):
            write_folder(place, FILES, repo)
    before = sorted(centre.root.rglob("*"))
    assert write_folder(centre.root / "site", FILES, repo).written == 3
    assert not [path for path in before if not path.exists()]


def test_a_marker_that_was_committed_gives_no_right_to_remove_files(centre: Centre) -> None:
    listed = {"qm-output": 1, "files": {"kept.md": [4, ""]}}
    centre.commit({"docs/kept.md": "kept", f"docs/{MARKER}": json.dumps(listed)})
    with pytest.raises(UsageError, match="files of the repository"):
        write_folder(centre.root / "docs", {}, git.discover(centre.root))
    assert (centre.root / "docs/kept.md").read_text() == "kept"


def test_two_runs_do_not_write_at_once(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    write_folder(tmp_path / "site", FILES, None)
    handle = os.open(tmp_path / "site", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(Busy):
            write_folder(tmp_path / "site", {}, None)
    finally:
        os.close(handle)
    assert held(tmp_path / "site") == FILES


def test_who_writes_is_told_how_far_it_is(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    pieces = {name: Piece(lambda: b"x") for name in "abc"}
    open_folder(tmp_path / "site", None).write(pieces, told=lambda *said: heard.append(said))
    assert heard == [(0, 3), (1, 3), (2, 3)]


INTERRUPTED = """
import os, signal, sys, time
from pathlib import Path
from qmtool.actions.site_folder import open_folder
from qmtool.model.piece import Piece

def slow():
    time.sleep(0.01)
    return b"x"

def told(done, total):
    if done == 25:
        os.killpg(0, signal.SIGINT)

try:
    pieces = {f"{n}.txt": Piece(slow) for n in range(400)}
    open_folder(Path(sys.argv[1]), None).write(pieces, told=told)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_an_interruption_is_told_once_and_by_no_helper(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path / "site")],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        start_new_session=True,
        cwd=ROOT,
    )
    assert (done.stdout, done.stderr) == ("interrupted\n", "")
    assert write_folder(tmp_path / "site", FILES, None).removed == 25


def test_a_folder_that_cannot_be_looked_at_is_named(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 300)
    with pytest.raises(RepositoryError, match=r"x cannot be written \("):
        write_folder(long, FILES, None)
