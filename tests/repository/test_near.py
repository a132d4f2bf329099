"""What is seen from one document is what the whole project shows there, in less time."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from qmtool.model.diagnostic import Diagnostic
from qmtool.model.project import Project
from qmtool.repository import git
from qmtool.repository.finding import find
from qmtool.repository.load import load, load_near
from qmtool.repository.sources import open_source
from qmtool.rules import ALL_RULES, engine
from tests.conftest import SETTINGS, Centre, procedure

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOLDER = "processes/welcome/applicables"
TODAY = date(2026, 11, 21)

ENTANGLED = {
    "qm.yaml": SETTINGS,
    f"{FOLDER}/PR-ACC-001.md": procedure(
        "PR-ACC-001", "[a](PR-ACC-002.md#purpose) [b](PR-ACC-002.md#no) [c](../x/PR-ACC-003.md)\n"
    ),
    f"{FOLDER}/PR-ACC-002.md": procedure("PR-ACC-002", owner="nobody"),
    f"{FOLDER}/PR-ACC-003.md": procedure("PR-ACC-003", "[a](pr-acc-004.md) [b](../../..)\n"),
    f"{FOLDER}/deeper/PR-ACC-003-again.md": procedure("PR-ACC-003", "[a](PR-ACC-009.md)\n"),
    f"{FOLDER}/PR-ACC-004.md": procedure("PR-ACC-004", satisfies="[iso-9001-2015:7.5.9, x:1]"),
    f"{FOLDER}/pr-acc-004.md": procedure("pr-acc-004", "![a](missing.png)\n"),
    f"{FOLDER}/PR-ACC-005.md": "---\nid: [\n---\n",
    f"{FOLDER}/process.md": procedure(
        "FP-ACC-001", "[a](PR-ACC-001.md#top) [b](PR-ACC-005.md#x)\n"
    ),
    f"{FOLDER}/PR-ACC-006.md": procedure(
        "PR-ACC-006",
        "[old](PR-ACC-007.md) [draft](PR-ACC-002.md)\n",
        status="released",
        version='"1.0"',
        effective="2026-01-01",
        next_review="2026-02-01",
    ),
    f"{FOLDER}/PR-ACC-007.md": procedure("PR-ACC-007", status="withdrawn", version='"1.0"'),
    "notes/PR-ACC-001.md": procedure("PR-ACC-001"),
}


def said_of(project: Project, path: str) -> tuple[list[Diagnostic], list[engine.Suppressed]]:
    """Return what the rules that do not need every document say of the document at *path*."""
    outcome = engine.run(project, [rule for rule in ALL_RULES if not rule.every])
    return (
        [one for one in outcome.diagnostics if one.location.path == path],
        [one for one in outcome.suppressed if one.diagnostic.location.path == path],
    )


def seen_alike(centre: Centre, at: str | None, *, use_cache: bool = True) -> int:
    """Check that each document is seen alike from near and from afar; return how much is said."""
    repo = git.discover(centre.root)
    whole = load(repo, open_source(repo, at), on=TODAY, use_cache=use_cache).project
    said = 0
    for document in whole.documents:
        near = load_near(repo, open_source(repo, at), document.path, on=TODAY, use_cache=use_cache)
        assert find(near.project, document.path) == document
        assert said_of(near.project, document.path) == said_of(whole, document.path)
        assert near.project.settings == whole.settings
        assert near.project.files == whole.files
        assert near.project.policy == whole.policy
        said += len(said_of(whole, document.path)[0])
    return said


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLES.glob("*/")))
def test_every_document_of_the_examples_is_seen_alike(centre: Centre, name: str) -> None:
    shutil.copytree(EXAMPLES / name, centre.root, dirs_exist_ok=True)
    centre.commit()
    assert (seen_alike(centre, "HEAD") > 0) is name.startswith("bad")


@pytest.mark.parametrize("use_cache", [True, False])
@pytest.mark.parametrize("at", ["HEAD", None])
def test_documents_that_depend_on_others_are_seen_alike(
    centre: Centre, at: str | None, use_cache: bool
) -> None:
    centre.commit(ENTANGLED)
    for _ in range(2 if use_cache else 1):  # the second time from the cache
        assert seen_alike(centre, at, use_cache=use_cache) > 15


def test_a_released_document_that_changed_and_an_id_that_is_reused_are_seen_alike(
    welcome: Centre,
) -> None:
    first, second = f"{FOLDER}/PR-ACC-001.md", f"{FOLDER}/PR-ACC-002.md"
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert welcome.qm("release", "PR-ACC-002", "-m", "first").code == 0
    changed = (welcome.root / first).read_text() + "\nMore.\n"
    welcome.commit({first: changed, second: procedure("PR-ACC-002", "Quite another.\n")})
    assert seen_alike(welcome, "HEAD") == 2


@pytest.mark.parametrize(
    "wanted", ["PR-ACC-001", "PR-ACC-002", "PR-ACC-003", "pr-acc-003", f"./{FOLDER}/PR-ACC-002.md"]
)
def test_a_name_means_the_same_document_from_near(centre: Centre, wanted: str) -> None:
    centre.commit(ENTANGLED)
    repo = git.discover(centre.root)
    source = open_source(repo, "HEAD")
    found = []
    for project in (
        load(repo, source, on=TODAY).project,
        load_near(repo, source, wanted, on=TODAY).project,
    ):
        try:
            found.append(find(project, wanted))
        except Exception as error:  # whatever one says, the other says
            found.append(str(error))
    assert found[0] == found[1]


def test_from_near_all_documents_are_there_by_id_and_by_path(centre: Centre) -> None:
    centre.commit(ENTANGLED)
    repo = git.discover(centre.root)
    source = open_source(repo, "HEAD")
    whole = load(repo, source, on=TODAY).project
    near = load_near(repo, source, "PR-ACC-002", on=TODAY).project
    assert [one.identifier for one in near.documents] == ["PR-ACC-002"]
    assert dict(near.by_id) == dict(whole.by_id)
    assert list(near.by_path) == list(whole.by_path)
    assert len(near.by_path) == len(whole.by_path)
    assert "qm.yaml" not in near.by_path


def test_a_document_is_found_where_the_names_in_the_cache_are_damaged(
    welcome: Centre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QM_CACHE_DIR", str(tmp_path / "cache"))
    repo = git.discover(welcome.root)
    source = open_source(repo, "HEAD")
    before = load(repo, source, on=TODAY).project.documents[0]
    (names,) = (tmp_path / "cache").rglob("cards.qmcache")
    names.write_bytes(names.read_bytes()[:-3] + b"\x00" * 3)
    assert load_near(repo, source, "PR-ACC-001", on=TODAY).project.documents == (before,)
