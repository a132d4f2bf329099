"""The grid of one audit: what was found before, where to go, and what to look at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from qmtool.model.answers import Answer, answers
from qmtool.model.audit_sample import SURE, Part, Wanted, parts
from qmtool.model.audits import Conflict, not_independent, previous_audit, processes_of, without
from qmtool.model.document import Document, halves
from qmtool.model.gap import gap
from qmtool.model.people import names_of
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.sampling_plan import Sites, Stop, by_site, sampling_plan
from qmtool.model.settings import Site


@dataclass(frozen=True)
class Grid:
    """The *parts* to look at in *audit*, one for each referential, and the findings *before* it.

    *sites* are those to see; *stops* say how they were chosen, None where nobody had to choose.
    """

    audit: Document
    on: date
    parts: Sequence[Part]
    wanted: Wanted
    previous: Document | None
    before: Sequence[Answer]
    sites: Sequence[str]
    stops: Sequence[Stop] | None
    processes: Sequence[str]
    conflicts: Sequence[Conflict]
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)

    @property
    def sure(self) -> int:
        """Return how many requirements are there whatever chance says."""
        return sum(line.why in SURE for part in self.parts for line in part.lines)

    @property
    def size(self) -> int:
        """Return how many requirements are to be looked at."""
        return sum(len(part.lines) for part in self.parts)

    @property
    def asked(self) -> int:
        """Return among how many requirements they were chosen."""
        return sum(part.asked for part in self.parts)


def grid(
    project: Project,
    audit: Document,
    referentials: Sequence[Referential],
    wanted: Wanted,
    sites: Sequence[str] = (),
) -> Grid:
    """Return the grid of *audit* against *referentials*, at *sites* or at those worth seeing.

    What the audit itself has recorded already changes nothing in it.
    """
    known = {**project.referentials, **{one.identifier: one for one in referentials}}
    project = replace(project, referentials=known)
    previous = previous_audit(project, audit)
    before = answers(project, previous) if previous else []
    fresh = replace(project, documents=without(project, audit))
    seen, stops = _sites(fresh, audit, referentials, sites, before)
    alone = seen[0] if len(seen) == 1 else None
    gaps = [(one, gap(fresh, one, site=alone).requirements) for one in referentials]
    still_open = {name for one in referentials for name in _still_open(one, before)}
    return Grid(
        audit,
        project.on,
        parts(audit.identifier, gaps, wanted, still_open),
        wanted,
        previous,
        before,
        seen,
        stops,
        processes_of(project, audit),
        list(not_independent(project, audit)),
        project.at,
        project.settings.organisation,
        names_of(project),
    )


def _still_open(referential: Referential, before: Sequence[Answer]) -> Iterator[str]:
    """Yield the requirements of *referential* with something left to do about a finding."""
    for one in before:
        name, written = halves(one.requirement)
        if name == referential.identifier and not one.is_over:
            for node in referential.below(referential.resolve(written).identifier):
                yield f"{name}:{node.identifier}"


def _sites(
    project: Project,
    audit: Document,
    referentials: Sequence[Referential],
    given: Sequence[str],
    before: Sequence[Answer],
) -> tuple[Sequence[str], Sequence[Stop] | None]:
    """Return the sites to see: those *given*, else some of those of the audit, and how chosen."""
    every = project.settings.sites
    if given:
        return list(given), None
    scope = [one for one in every if not audit.sites or one.identifier in audit.sites]
    if len(scope) < 2 or not referentials:
        return [one.identifier for one in scope], None
    narrow = replace(project, settings=replace(project.settings, sites=tuple(scope)))
    stops = sampling_plan(_all(narrow, referentials, scope))
    chosen = [one.site.identifier for one in stops]
    # Where something is still open, an answer can only be seen on the spot.
    again = {site for one in before if not one.is_over for site in one.sites}
    names = [one.identifier for one in scope]
    return [one for one in names if one in chosen or one in again], stops


def _all(project: Project, referentials: Sequence[Referential], scope: Sequence[Site]) -> Sites:
    """Return the gaps of each site of *scope* with the requirements of all *referentials*."""
    each = [by_site(project, one) for one in referentials]
    return Sites(
        tuple(
            (
                site,
                replace(
                    each[0].sites[n][1],
                    requirements=tuple(
                        line for found in each for line in found.sites[n][1].requirements
                    ),
                ),
            )
            for n, site in enumerate(scope)
        ),
        each[0].entities,
    )
