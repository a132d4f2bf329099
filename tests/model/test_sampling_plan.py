"""The gap site by site, and which sites an audit of several should see."""

import pytest

from qmtool.model.assessment import Status
from qmtool.model.project import Project
from qmtool.model.sampling_plan import by_site, sample_size, sampling_plan
from qmtool.model.settings import Settings, Site
from tests.model.test_forecast import DEMO, KINDS, TODAY, record


def project(*sites: Site) -> Project:
    """Return a centre whose site *b* has a fresh record, and no other."""
    return Project(
        on=TODAY,
        at="worktree",
        settings=Settings(sites=sites),
        kinds=KINDS,
        documents=(record("EN-1", TODAY, sites=("b",)),),
        files=frozenset(),
    )


@pytest.mark.parametrize(
    ("sites", "seen"), [(0, 0), (1, 1), (2, 2), (4, 2), (5, 3), (9, 3), (10, 4)]
)
def test_at_least_the_square_root_rounded_up_is_seen(sites: int, seen: int) -> None:
    assert sample_size(sites) == seen


def test_each_site_has_its_own_gap_and_the_entity_is_as_ready_as_the_worst() -> None:
    found = by_site(project(Site("a"), Site("b")), DEMO)
    ready = {site.identifier: one.summary[Status.READY] for site, one in found.sites}
    assert ready == {"a": 0, "b": 1}
    assert [(name, one.summary[Status.READY]) for name, one in found.entities] == [("", 0)]


def test_several_legal_entities_are_told_one_by_one_and_together() -> None:
    sites = Site("a", entity="Alpha"), Site("b", entity="Beta")
    found = by_site(project(*sites), DEMO)
    ready = [(name, one.summary[Status.READY]) for name, one in found.entities]
    assert ready == [("Alpha", 0), ("Beta", 1), ("", 0)]


def test_a_single_legal_entity_has_its_name() -> None:
    found = by_site(project(Site("a", entity="Alpha"), Site("b", entity="Alpha")), DEMO)
    assert [name for name, _ in found.entities] == ["Alpha"]


def test_the_first_site_is_seen_first_then_where_most_is_missing_and_done() -> None:
    sites = (
        Site("b"),
        Site("a"),
        Site("c", activities=("ct", "mri")),
        Site("d", activities=("ct",), modalities=("CT",)),
        Site("e"),
    )
    plan = sampling_plan(by_site(project(*sites), DEMO))
    assert [one.site.identifier for one in plan] == ["b", "c", "d"]
    assert [one.is_first for one in plan] == [True, False, False]
    assert [one.missing for one in plan] == [1, 2, 2]
