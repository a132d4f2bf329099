"""S44 and S45: what a local user plants in a repository, or swaps there, leads `qm` nowhere."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qmtool.actions import index_lock, publish, working_files
from qmtool.actions.index_lock import MARKER
from qmtool.cli import common
from tests.conftest import Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
RELEASE = ("release", "PR-ACC-001", "-m", "why")
JOURNAL = ".git/qm/journal.json"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """Return a folder outside of the repository, with a file that nobody may touch."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "file").write_bytes(b"untouched\n")
    return folder


def holds(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def true_journal(centre: Centre) -> dict[str, Any]:
    """Return the journal of a release of this repository that did not move anything yet."""
    kept: list[bytes] = []
    real = publish.Journal.write

    def keep(self: Any, repo: Any) -> None:
        real(self, repo)
        kept.append((centre.root / JOURNAL).read_bytes())
        raise OSError(28, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(publish.Journal, "write", keep)
        assert centre.qm(*RELEASE).code == 4
    found: dict[str, Any] = json.loads(kept[0])
    assert not (centre.root / JOURNAL).exists()
    return found


def plant(centre: Centre, journal: object) -> None:
    """Put a journal into the repository."""
    text = journal if isinstance(journal, str) else json.dumps(journal)
    (centre.root / JOURNAL).write_text(text)


Change = Callable[[dict[str, Any]], object]

FORGERIES: dict[str, Change] = {
    "no json": lambda one: "{",
    "no keys": lambda one: [one],
    "another version": lambda one: one | {"format": 2},
    "a key more": lambda one: one | {"run": "touch /tmp/x"},
    "a key less": lambda one: {key: one[key] for key in one if key != "base"},
    "no refs": lambda one: one | {"refs": []},
    "no object id": lambda one: one | {"base": "HEAD"},
    "an option": lambda one: one | {"base": "--output=x"},
    "a missing commit": lambda one: one | {"base": "1" * 40},
    "a branch elsewhere": lambda one: one | {"refs": [["refs/notes/x", *one["refs"][0][1:]]]},
    "a folder above": lambda one: (
        one | {"refs": [["refs/heads/../../../outside/file", *one["refs"][0][1:]]]}
    ),
    "another commit": lambda one: one | {"commit": one["base"]},
    "a ref that is no tag": lambda one: one | {"refs": [one["refs"][0], ["refs/x", *_tag(one)]]},
    "the tag of another": lambda one: (
        one | {"refs": [one["refs"][0], ["refs/tags/release/PR-ACC-002/1.0", *_tag(one)]]}
    ),
    "a commit for a tag": lambda one: (
        one | {"refs": [one["refs"][0], [one["refs"][1][0], one["base"], None]]}
    ),
    "a tag to delete": lambda one: (
        one | {"refs": [one["refs"][0], [one["refs"][1][0], None, one["base"]]]}
    ),
    "a text for a time": lambda one: one | {"time": "now"},
    "a number for a folder": lambda one: one | {"root": 1},
}


def _tag(one: dict[str, Any]) -> list[object]:
    found: list[object] = one["refs"][1][1:]
    return found


@pytest.mark.parametrize("name", FORGERIES)
def test_a_journal_that_the_objects_do_not_bear_out_is_kept_aside_and_nothing_moves(
    welcome: Centre, outside: Path, name: str
) -> None:
    journal = true_journal(welcome)
    (outside / "file.lock").write_bytes(b"")
    kept = holds(outside)
    before = welcome.state()
    plant(welcome, FORGERIES[name](journal))
    content = (welcome.root / JOURNAL).read_bytes()
    assert welcome.qm("list").code == 0
    done = welcome.qm("revise", "NO-SUCH")
    assert (done.code, "cannot be believed" in done.err) == (4, True), done.err
    assert "main" in done.err  # where the branches stand
    aside = list((welcome.root / ".git/qm").glob("journal.damaged-*.json"))
    assert [path.read_bytes() for path in aside] == [content]
    assert welcome.state() == before
    assert holds(outside) == kept
    assert welcome.qm(*RELEASE).code == 0  # the next command works


def test_a_journal_never_takes_the_branch_back(welcome: Centre) -> None:
    assert welcome.qm(*RELEASE).code == 0
    tag = welcome.git("rev-parse", "refs/tags/release/PR-ACC-001/1.0").strip()
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    journal = true_journal(welcome)
    head, back = (welcome.git("rev-parse", one).strip() for one in ("HEAD", "HEAD~2"))
    refs = [["refs/heads/main", back, head], ["refs/tags/release/PR-ACC-001/1.0", tag, None]]
    before = welcome.state()
    plant(welcome, journal | {"base": head, "commit": back, "refs": refs})
    done = welcome.qm("revise", "NO-SUCH")
    assert (done.code, "its branch would go back" in done.err) == (4, True), done.err
    assert welcome.state() == before


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "owner"])
def test_a_journal_that_is_no_file_of_ours_is_not_read(
    welcome: Centre, outside: Path, kind: str
) -> None:
    journal = true_journal(welcome)
    path = welcome.root / JOURNAL
    (outside / "file").write_text(json.dumps(journal))
    kept = holds(outside)
    if kind == "link":
        path.symlink_to(outside / "file")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif os.geteuid() == 0:
        plant(welcome, journal)
        os.chown(path, 12345, -1)
    else:
        pytest.skip("only root can give a file to another user")
    before = welcome.state()
    assert welcome.qm("list").code == 0
    done = welcome.qm("revise", "NO-SUCH")
    assert (done.code, "cannot be believed" in done.err) == (4, True), done.err
    assert welcome.state() == before
    assert holds(outside) == kept


def test_a_true_journal_of_another_work_tree_leads_to_no_other_repository(
    welcome: Centre, outside: Path
) -> None:
    journal = true_journal(welcome)
    other = outside / "other"
    welcome.git("clone", "-q", ".", str(other))
    head = welcome.git("rev-parse", "HEAD")
    plant(welcome, journal | {"root": str(other), "git_dir": str(other / ".git")})
    before = welcome.state()
    done = welcome.qm("revise", "NO-SUCH")
    assert (done.code, "another work tree" in done.err) == (4, True), done.err
    assert welcome.state() == before
    assert welcome.git("-C", str(other), "rev-parse", "HEAD") == head
    assert not list((other / ".git").rglob("*.lock"))


@pytest.mark.parametrize(
    ("name", "code"),
    [("qm/lock", 4), ("qm", 4), ("index.lock", 5), ("qm-scratch", 0), ("qm-index.tmp", 0)],
)
def test_a_link_in_the_place_of_what_qm_writes_is_never_followed(
    welcome: Centre, outside: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: int
) -> None:
    monkeypatch.setattr(index_lock, "WAIT", 0.05)
    path = welcome.root / ".git" / name
    if name == "qm/lock":
        path.parent.mkdir()
    is_folder = name in ("qm", "qm-scratch")
    (outside / "file").write_bytes(MARKER)
    path.symlink_to(outside if is_folder else outside / "file")
    kept = holds(outside)
    done = welcome.qm(*RELEASE)
    assert done.code == code, done.err
    assert holds(outside) == kept
    if code:
        assert welcome.git("tag", "-l") == ""
        assert path.is_symlink()


# --- S45: between the look and the write ------------------------------------------------------


def swap(path: Path, target: Path) -> None:
    """Put a link to *target* in the place of *path*."""
    path.rename(path.with_name(path.name + ".away"))
    path.symlink_to(target)


@pytest.mark.parametrize("what", ["document", "folder"])
@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (publish, "write_next_index"),
        (working_files.WorkingFiles, "stage"),
        (publish.git, "move_refs"),
        (working_files.WorkingFiles, "place"),
    ],
)
def test_a_link_swapped_in_for_a_document_or_its_folder_is_left_alone(
    welcome: Centre,
    outside: Path,
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    owner: object,
    step: str,
) -> None:
    committed = procedure("PR-ACC-001")
    (outside / "PR-ACC-001.md").write_text(committed)
    kept = holds(outside)
    path = welcome.root / DOC
    real = getattr(owner, step)

    def swapped(*arguments: object, **options: object) -> object:
        if not path.is_symlink() and not path.parent.is_symlink():
            if what == "document":
                swap(path, outside / "PR-ACC-001.md")
            else:
                swap(path.parent, outside)
        return real(*arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(owner, step, swapped)
        done = welcome.qm(*RELEASE)
    assert (done.code, DOC in done.out + done.err) == (0, True), done
    assert holds(outside) == kept
    assert welcome.git("tag", "-l").split() == ["release/PR-ACC-001/1.0"]
    assert (path if what == "document" else path.parent).is_symlink()


def test_a_link_swapped_in_for_an_output_is_replaced_and_never_followed(
    welcome: Centre, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = outside.parent / "list.csv"
    real = common.may_write
    kept = holds(outside)

    def swapped(path: Path) -> None:
        real(path)
        path.symlink_to(outside / "file")

    monkeypatch.setattr(common, "may_write", swapped)
    assert welcome.qm("list", "-o", str(target)).code == 0
    assert holds(outside) == kept
    assert not target.is_symlink()
    assert "PR-ACC-001" in target.read_text()
