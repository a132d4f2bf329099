"""The gap site by site, and which sites an audit of several should see."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isqrt

from qmtool.model.assessment import Status
from qmtool.model.gap import Gap, gap
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.settings import Site

BASIS = "custom"
"""A plan rests on a convention of `qm`: no rule of a certification body is known here."""

_MISSING = (Status.PARTIAL, Status.OPEN)


@dataclass(frozen=True)
class Sites:
    """The gap of a referential at each site, and of each legal entity, named if there are several.

    An entity is as ready as its worst applicable site.
    """

    sites: tuple[tuple[Site, Gap], ...]
    entities: tuple[tuple[str, Gap], ...]

    @property
    def whole(self) -> Gap:
        """Return the gap over all sites."""
        return self.entities[-1][1]


def by_site(project: Project, referential: Referential) -> Sites:
    """Return the gaps of *referential* at each site of `qm.yaml`, and over them."""
    sites = project.settings.sites
    names = list(dict.fromkeys(one.entity for one in sites if one.entity))
    several = [
        (name, gap(_only(project, [one for one in sites if one.entity == name]), referential))
        for name in (names if len(names) > 1 else ())
    ]
    whole = names[0] if len(names) == 1 else ""
    return Sites(
        sites=tuple((one, gap(project, referential, site=one.identifier)) for one in sites),
        entities=(*several, (whole, gap(project, referential))),
    )


def _only(project: Project, sites: Sequence[Site]) -> Project:
    """Return *project* as if its centre had none but these *sites*."""
    return replace(project, settings=replace(project.settings, sites=tuple(sites)))


@dataclass(frozen=True)
class Stop:
    """A site to see: what is missing there and how much is done there.

    *is_first* says that it is seen for the central function, whatever is missing there.
    """

    site: Site
    missing: int
    activities: int
    is_first: bool


def sample_size(sites: int) -> int:
    """Return how many of so many *sites* are seen at least: the square root, rounded up."""
    root = isqrt(sites)
    return root if root * root == sites else root + 1


def sampling_plan(found: Sites) -> tuple[Stop, ...]:
    """Return the sites to see: the first of `qm.yaml`, then those where most is missing.

    `qm.yaml` does not say where the central function is: its first site is taken for it. Of sites
    where as much is missing, those with more activities come first, then the order of `qm.yaml`.
    """
    stops = [
        Stop(site, _missing(one), len({*site.activities, *site.modalities}), n == 0)
        for n, (site, one) in enumerate(found.sites)
    ]
    stops.sort(key=lambda one: (not one.is_first, -one.missing, -one.activities))
    return tuple(stops[: sample_size(len(stops))])


def _missing(found: Gap) -> int:
    return sum(found.summary[status] for status in _MISSING)
