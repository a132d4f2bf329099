"""What will have lapsed by a day to come: what to renew, and by when to start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.evidence import Claim, Evidence, EvidenceState, Fact, claims, worth
from qmtool.model.gap import gap
from qmtool.model.project import Project
from qmtool.model.referential import Referential

LEAD_DAYS = 30
"""How many days before something lapses its renewal should begin, unless told otherwise."""


class LapseKind(StrEnum):
    """What lapses: the review of a document falls due, or a record becomes too old."""

    REVIEW = "review"
    RECORD = "record"


@dataclass(frozen=True)
class Forecast:
    """A piece of evidence for *requirement* that counts today and lapses by the day to come.

    *lapses_on* is the first day on which it does not count any more. *now* and *then* are the
    statuses of the requirement, which other evidence may keep as it is.
    """

    requirement: str
    document: str
    lapses_on: date
    start_by: date
    kind: LapseKind
    path: str
    version: str | None
    now: Status
    then: Status


class Outlook(NamedTuple):
    """What lapses from the day *since* until the day of a gap, the first to lapse first."""

    since: date
    lapses: Sequence[Forecast]


def forecasts(
    today: Project,
    then: Project,
    referential: Referential,
    *,
    site: str | None = None,
    lead: int = LEAD_DAYS,
) -> tuple[Forecast, ...]:
    """Return what lapses between the days of two snapshots of one source, the first to lapse first.

    Every review that falls due is told. A record is told where no other one proves what it proved:
    then it is the last of them, for each choice of sites. Renewal begins *lead* days before.
    """
    # What crosswalks lend changes no status, and would only take time.
    today, then = replace(today, crosswalks=()), replace(then, crosswalks=())
    then_by_id = {one.identifier: one for one in gap(then, referential, site=site).requirements}
    found = []
    for one in gap(today, referential, site=site).requirements:
        later = then_by_id[one.identifier]
        lapses = _Lapses(today, then, referential, one, later)
        found += [
            Forecast(
                requirement=one.identifier,
                document=piece.document,
                lapses_on=day,
                start_by=max(day - timedelta(days=lead), today.on),
                kind=kind,
                path=piece.path,
                version=piece.version,
                now=one.status,
                then=later.status,
            )
            for piece, day, kind in lapses.found()
        ]
    return tuple(sorted(found, key=lambda one: (one.lapses_on, one.document, one.requirement)))


class _Lapses(NamedTuple):
    """Looks for what lapses of one requirement."""

    today: Project
    then: Project
    referential: Referential
    now: RequirementGap
    later: RequirementGap

    def found(self) -> Iterator[tuple[Evidence, date, LapseKind]]:
        """Yield the pieces that lapse, each with its day and its kind."""
        lapsed = {one.path for one in self.now.evidence if one.state is not EvidenceState.IN_FORCE}
        later = {one.path: one for one in self.later.evidence if _is_overdue(one)}
        records: dict[tuple[str, ...], list[tuple[Evidence, date]]] = {}
        for one in (later[path] for path in later if path not in lapsed):
            document = self.then.by_path[one.path]
            kind = self.then.kind_of(document)
            if kind is not None and kind.controlled:
                yield one, self._day(one), LapseKind.REVIEW
            elif self._is_unproven:
                records.setdefault(document.sites, []).append((one, self._day(one)))
        for pieces in records.values():
            last = max(day for _, day in pieces)
            yield from ((one, day, LapseKind.RECORD) for one, day in pieces if day == last)

    @property
    def _is_unproven(self) -> bool:
        """Return whether proof is what the requirement has today and will have lost."""
        return self.now.proven is Fact.YES and self.later.proven is not Fact.YES

    def _day(self, piece: Evidence) -> date:
        """Return the first day on which *piece* is overdue, as the gap of that day tells it."""
        counts, lapsed = self.today.on, self.then.on
        document = self.then.by_path[piece.path]
        alone = replace(self.then, documents=(document,))
        while (lapsed - counts).days > 1:
            middle = counts + (lapsed - counts) // 2
            if self._lapses_by(replace(alone, on=middle), piece):
                lapsed = middle
            else:
                counts = middle
        return lapsed

    def _lapses_by(self, project: Project, piece: Evidence) -> bool:
        requirement = self.now.requirement
        found: Mapping[str, list[Claim]] = claims(project, self.referential)
        worths = (
            worth(one, requirement, project.on) for one in found.get(requirement.identifier, ())
        )
        return any(_is_overdue(one.evidence) and one.evidence.path == piece.path for one in worths)


def _is_overdue(one: Evidence) -> bool:
    return one.via == "declared" and one.state is EvidenceState.OVERDUE
