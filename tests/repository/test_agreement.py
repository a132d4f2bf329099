"""However a check is asked for, it says the same: cold, warm, of one file, staged, of a change."""

from collections.abc import Sequence
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qmtool.cli.checking import concerning, judged
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.project import Project
from qmtool.repository import git
from qmtool.repository.change import load_change, load_staged
from qmtool.repository.load import load
from qmtool.repository.sources import open_source
from qmtool.rules import ALL_RULES
from qmtool.rules.changes import only_new
from tests.conftest import SETTINGS, Centre, procedure

ON = date(2026, 11, 21)
FOLDER = "processes/welcome/applicables"
RULES = [rule for rule in ALL_RULES if not getattr(rule, "whole", False)]
NAMES = st.sampled_from(["1", "2", "3", "4"])
LINKS = st.lists(
    st.sampled_from(["", "#purpose", "#none"]).flatmap(
        lambda anchor: NAMES.map(lambda name: f"[x](PR-ACC-00{name}.md{anchor})")
    ),
    min_size=1,
    max_size=3,
)
TEXTS = st.builds(
    lambda name, links, keys: procedure(
        f"PR-ACC-00{name}", f"## Purpose\n\n{' '.join(links)}\n", **keys
    ),
    NAMES,
    LINKS,
    st.sampled_from(
        [{}, {"owner": "nobody"}, {"status": "withdrawn", "version": '"1.0"'}, {"process": "x"}]
    ),
)
FILES = st.dictionaries(
    st.builds(lambda name: f"{FOLDER}/PR-ACC-00{name}.md", NAMES), TEXTS, min_size=3
)
EDITS = st.dictionaries(
    st.builds(lambda name: f"{FOLDER}/PR-ACC-00{name}.md", NAMES),
    st.none() | TEXTS,
    min_size=1,
    max_size=2,
)


def said(project: Project) -> list[Diagnostic]:
    """Return what the rules find in *project* itself, without its base."""
    return judged(project, RULES).diagnostics


def put(centre: Centre, files: dict[str, str]) -> None:
    """Make *files* the documents of the tree and of the index."""
    for path in (centre.root / FOLDER).glob("*.md"):
        path.unlink()
    centre.write({"qm.yaml": SETTINGS, **files})
    centre.git("add", "-A")


def in_files(found: Sequence[Diagnostic], paths: frozenset[str]) -> list[Diagnostic]:
    return [one for one in found if one.location.path in paths]


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(before=FILES, edits=EDITS)
def test_every_way_to_check_finds_the_same(
    centre: Centre, before: dict[str, str], edits: dict[str, str | None]
) -> None:
    after = {path: text for path, text in {**before, **edits}.items() if text is not None}
    (centre.root / FOLDER).mkdir(parents=True, exist_ok=True)
    put(centre, before)
    centre.git("commit", "-q", "--allow-empty", "-m", "before")
    put(centre, after)
    repo = git.discover(centre.root)
    tree, head = open_source(repo), open_source(repo, "HEAD")
    cold = load(repo, tree, on=ON, use_cache=False).project
    warm = [load(repo, open_source(repo), on=ON).project for _ in range(2)]
    now, then = said(cold), said(load(repo, head, on=ON).project)
    assert [said(one) for one in warm] == [now, now]
    for path in after:
        assert concerning(cold, now, [path]) == in_files(now, frozenset({path}))

    change = load_change(repo, open_source(repo), "HEAD", on=ON).project
    new = judged(change, RULES).diagnostics
    about_change = [one for one in new if one.code.startswith("QM5")]
    assert [one for one in new if one not in about_change] == only_new(change, now, then)

    staged, changed = load_staged(repo, on=ON)
    told = judged(staged.project, RULES, changed).diagnostics
    assert {path for path in changed if path.endswith(".md")} == {
        path for path in {*before, *after} if before.get(path) != after.get(path)
    }
    expected = {*in_files(now, changed), *only_new(change, now, then), *about_change}
    assert set(told) == expected
