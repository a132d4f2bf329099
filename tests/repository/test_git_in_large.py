"""The short ways through large repositories lead where the long ones do."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from qmtool.actions.ahead import looking_for_hands
from qmtool.repository import commit_list, git
from qmtool.repository.cache import Cache
from qmtool.repository.commit_list import commits_before
from qmtool.repository.git import Entry, Repository
from qmtool.repository.git.process import _started
from qmtool.repository.releases import Releases
from qmtool.repository.tag_objects import RELEASES
from tests.conftest import Centre, procedure

DOC = "processes/welcome/applicables/PR-ACC-001.md"
Keep = Callable[[], Cache]


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keep:
    """Return what opens the cache anew; three commits are worth keeping, the last may move."""
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(commit_list, "_MOVING", 1)
    monkeypatch.setattr(commit_list, "_WORTH_KEEPING", 2)
    return lambda: Cache("test")


def listed(centre: Centre, keep: Keep) -> list[str]:
    """Return the commits of HEAD as the cache and Git list them; they must agree."""
    repo = git.discover(centre.root)
    head = centre.git("rev-parse", "HEAD").strip()
    cache = keep()
    found = commits_before(repo, head, cache)
    cache.save()
    plain = ("rev-list", "--topo-order", "--reverse", "--parents", "HEAD")
    assert found == centre.git(*plain).splitlines()
    assert found == commits_before(repo, head)
    return found


def commits(centre: Centre, count: int, message: str = "work") -> None:
    """Make *count* commits."""
    for _ in range(count):
        centre.git("commit", "-q", "--allow-empty", "-m", message)


def test_the_list_of_commits_grows_with_the_branch(centre: Centre, keep: Keep) -> None:
    commits(centre, 4)
    assert len(listed(centre, keep)) == 4
    assert [len(text.split("\n")) for text in keep().history.values()] == [3]
    commits(centre, 1)
    assert len(listed(centre, keep)) == 5
    commits(centre, 4)
    assert len(listed(centre, keep)) == 9
    assert [len(text.split("\n")) for text in keep().history.values()] == [8]


def test_a_branch_that_went_back_has_no_commits_of_before(centre: Centre, keep: Keep) -> None:
    commits(centre, 6)
    listed(centre, keep)
    centre.git("reset", "-q", "--hard", "HEAD~3")
    assert len(listed(centre, keep)) == 3
    commits(centre, 1)
    assert len(listed(centre, keep)) == 4


def test_a_merged_side_branch_is_listed_where_git_lists_it(centre: Centre, keep: Keep) -> None:
    commits(centre, 2)
    centre.git("branch", "side")
    commits(centre, 4)
    listed(centre, keep)
    centre.git("switch", "-q", "side")
    commits(centre, 2, "side")
    centre.git("switch", "-q", "main")
    centre.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert len(listed(centre, keep)) == 9
    commits(centre, 3)
    assert len(listed(centre, keep)) == 12
    centre.git("switch", "-q", "--orphan", "other")
    commits(centre, 1, "other")
    assert len(listed(centre, keep)) == 1
    centre.git("merge", "-q", "--allow-unrelated-histories", "-m", "both", "main")
    assert len(listed(centre, keep)) == 14


def test_a_list_up_to_a_commit_that_git_dropped_is_made_anew(centre: Centre, keep: Keep) -> None:
    commits(centre, 4)
    cache = keep()
    cache.keep_history("0" * 40, "1" * 40)
    cache.save()
    assert len(listed(centre, keep)) == 4


def test_a_history_that_is_cut_is_not_kept(centre: Centre, keep: Keep) -> None:
    commits(centre, 4)
    (centre.root / ".git/info").mkdir(exist_ok=True)
    head = centre.git("rev-parse", "HEAD").strip()
    (centre.root / ".git/info/grafts").write_text(f"{head}\n")
    assert listed(centre, keep) == [head]
    (centre.root / ".git/info/grafts").unlink()
    assert len(listed(centre, keep)) == 4


@pytest.fixture
def repo(welcome: Centre) -> Repository:
    """Return the repository of two drafts, with one of them released."""
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    return git.discover(welcome.root)


FILES: list[dict[str, str | None]] = [
    {DOC: "100644"},
    {DOC: "100755", "top.md": "100644"},
    {DOC: None},
    {DOC: None, "processes/welcome/applicables/PR-ACC-002.md": None},
    {"a/b/c/d é.md": "100644", "a/e.md": "120000", "a\nb/c": "100644"},
    {"qm.yaml": None, "processes": "100644"},
    {f"{DOC}/below": "100644"},
    {f"many/{number}/x.md": "100644" for number in range(250)},
]


@pytest.mark.parametrize("files", FILES, ids=range(len(FILES)))
def test_a_tree_is_the_one_that_an_index_gives(
    repo: Repository, tmp_path: Path, files: dict[str, str | None]
) -> None:
    oid = git.write_blob(repo, b"text\n")
    entries = {path: Entry(mode, oid) if mode else None for path, mode in files.items()}
    base = git.resolve_commit(repo, "HEAD")
    assert base
    extra = {"GIT_INDEX_FILE": str(tmp_path / "index")}
    git.run(repo, "read-tree", base, extra=extra)
    git.update_index(repo, entries, tmp_path / "index")
    wanted = git.run(repo, "write-tree", extra=extra).decode().strip()
    assert git.put_in_tree(repo, base, entries) == wanted


def test_a_tree_without_files_is_the_empty_one(repo: Repository) -> None:
    empty = git.run(repo, "mktree", data=b"").decode().strip()
    assert git.put_in_tree(repo, None, {}) == empty


@pytest.mark.parametrize("packed", [True, False])
def test_tags_are_the_same_without_reading_them(
    welcome: Centre, repo: Repository, packed: bool
) -> None:
    welcome.git("tag", "release/PR-ACC-002/1.0")  # light: no tag object
    welcome.git("tag", "-a", "-m", "other", "other")
    if packed:
        welcome.git("pack-refs", "--all")
    found = git.peeled_tags(repo, RELEASES)
    assert [one.name for one in found] == ["refs/tags/release/PR-ACC-001/1.0"]
    assert found == [one for one in git.tags_under(repo, RELEASES) if one.target]


def test_a_repository_without_tags_has_none(centre: Centre) -> None:
    assert git.peeled_tags(git.discover(centre.root), RELEASES) == []


def test_a_tag_of_a_tag_bears_nothing_out(welcome: Centre, repo: Repository) -> None:
    key, head = ("PR-ACC-001", "1.0"), welcome.git("rev-parse", "HEAD").strip()
    assert Releases(repo).is_sound(key)
    assert Releases(repo).policy_commit(head)
    name = "release/PR-ACC-001/1.0"
    message = welcome.git("tag", "-l", "--format=%(contents)", name)
    welcome.git("tag", "-f", "-a", "-m", message, name, name)
    nested = Releases(repo)
    assert nested.tags[key].target == head
    assert not nested.is_sound(key)
    assert nested.policy_commit(head) is None


def test_unmerged_paths_are_named_once(welcome: Centre) -> None:
    repo = git.discover(welcome.root)
    assert git.unmerged(repo) == []
    welcome.git("switch", "-q", "-c", "side")
    welcome.commit({DOC: procedure("PR-ACC-001", "One.\n")})
    welcome.git("switch", "-q", "main")
    welcome.commit({DOC: procedure("PR-ACC-001", "Two.\n")})
    welcome.git("merge", "-q", "side", check=False)
    assert git.unmerged(repo) == [DOC]


def test_what_git_looks_up_ahead_is_what_it_says_when_asked(
    welcome: Centre, repo: Repository
) -> None:
    welcome.commit({DOC: (welcome.root / DOC).read_text() + "\nMore.\n"})
    head = welcome.git("rev-parse", "HEAD").strip()
    since = Releases(repo).tags["PR-ACC-001", "1.0"].target
    plain = git.touches_of(repo, DOC, since, head)
    assert [one.commit for one in plain] == [head]
    with looking_for_hands(repo, "PR-ACC-001"):
        assert [arguments[-1] for _, arguments in _started] == [DOC]
        assert f"{since}..{head}" in next(iter(_started))[1]
        assert git.touches_of(repo, DOC, since, head) == plain
        assert git.touches_of(repo, DOC, since, head) == plain
    assert not _started


@pytest.mark.parametrize("wanted", ["PR-ACC-009", "..", "*", "PR-ACC", "no/such.md", ""])
def test_nothing_is_looked_up_for_a_name_that_is_none(repo: Repository, wanted: str) -> None:
    with looking_for_hands(repo, wanted):
        assert not _started


def test_a_look_ahead_that_fails_leaves_the_words_to_git(repo: Repository) -> None:
    with git.ahead(repo, "rev-list", "nowhere"), pytest.raises(git.GitError, match="nowhere"):
        git.run(repo, "rev-list", "nowhere")


def test_a_look_ahead_that_nobody_needs_is_ended(repo: Repository) -> None:
    with git.ahead(repo, "rev-list", "--all"):
        pass
    assert not _started


def test_a_process_that_forks_off_asks_a_git_of_its_own(repo: Repository) -> None:
    oid = git.resolve_commit(repo, "HEAD")
    child = os.fork()
    if child == 0:
        found = git.resolve_commit(repo, "HEAD")
        repo.readers.clear()
        os._exit(0 if found == oid else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert git.resolve_commit(repo, "HEAD") == oid
