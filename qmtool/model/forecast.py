"""What will have lapsed by a day to come: what to renew, and by when to start."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.assessments import Line
from qmtool.model.calendar import parse_day
from qmtool.model.evidence import Claim, Evidence, EvidenceState, Fact, claims, worth
from qmtool.model.gap import gap
from qmtool.model.project import Project
from qmtool.model.referential import Referential

LEAD_DAYS = 30
"""How many days before something lapses its renewal should begin, unless told otherwise."""


class LapseKind(StrEnum):
    """What lapses: a review falls due, a record or an audit grows too old, a version is replaced.

    An audit verifies, and changes no status; a later version may answer what this one does, or not.
    """

    REVIEW = "review"
    RECORD = "record"
    AUDIT = "audit"
    REPLACED = "replaced"


@dataclass(frozen=True)
class Forecast:
    """A document that counts today for *requirement*, and lapses by the day to come.

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

    Every review that falls due is told, and every version that a later one replaces. A record, or
    an audit, is told where no other one proves, or verifies, what it did: then it is the last of
    them, for each choice of sites. Renewal begins *lead* days before.
    """
    # What crosswalks lend changes no status, and would only take time.
    today, then = replace(today, crosswalks=()), replace(then, crosswalks=())
    then_by_id = {one.identifier: one for one in gap(then, referential, site=site).requirements}
    found = []
    for one in gap(today, referential, site=site).requirements:
        later = then_by_id[one.identifier]
        found += [
            Forecast(
                requirement=one.identifier,
                document=lapse.document,
                lapses_on=lapse.day,
                start_by=max(lapse.day - timedelta(days=lead), today.on),
                kind=lapse.kind,
                path=lapse.path,
                version=lapse.version,
                now=one.status,
                then=later.status,
            )
            for lapse in dict.fromkeys(_Lapses(today, then, referential, one, later).found())
        ]
    return tuple(sorted(found, key=lambda one: (one.lapses_on, one.document, one.requirement)))


class _Lapse(NamedTuple):
    """What lapses on that *day*."""

    document: str
    path: str
    version: str | None
    day: date
    kind: LapseKind


class _Lapses(NamedTuple):
    """Looks for what lapses of one requirement."""

    today: Project
    then: Project
    referential: Referential
    now: RequirementGap
    later: RequirementGap

    def found(self) -> Iterator[_Lapse]:
        """Yield what lapses, of each kind; one that answers in several sections, several times."""
        yield from self._evidence()
        yield from self._audits()
        yield from self._replaced()

    def _evidence(self) -> Iterator[_Lapse]:
        """Yield the reviews that fall due, and the last records to grow too old."""
        lapsed = {one.path for one in self.now.evidence if one.state is not EvidenceState.IN_FORCE}
        later = {one.path: one for one in self.later.evidence if _is_overdue(one)}
        records: dict[tuple[str, ...], list[tuple[Evidence, date]]] = {}
        for one in (later[path] for path in later if path not in lapsed):
            document = self.then.by_path[one.path]
            kind = self.then.kind_of(document)
            if kind is not None and kind.controlled:
                yield _lapse(one, self._day(one), LapseKind.REVIEW)
            elif self._is_unproven:
                records.setdefault(document.sites, []).append((one, self._day(one)))
        for pieces in records.values():
            last = max(day for _, day in pieces)
            for one, day in pieces:
                if day == last:
                    yield _lapse(one, day, LapseKind.RECORD)

    def _audits(self) -> Iterator[_Lapse]:
        """Yield the last audits to grow too old, where what they verified is so no more."""
        if self.now.verified is not Fact.YES or self.later.verified is Fact.YES:
            return
        ends: dict[tuple[str, ...], list[tuple[Line, date]]] = {}
        for line, until in self.now.audits:
            ends.setdefault(tuple(line.sites), []).append((line, until))
        for audits in ends.values():
            last = max(until for _, until in audits)
            for line, until in audits:
                if until == last < self.then.on:
                    record, day = line.record, until + timedelta(days=1)
                    yield _Lapse(record.name, record.path, None, day, LapseKind.AUDIT)

    def _replaced(self) -> Iterator[_Lapse]:
        """Yield the versions in force of which a later one takes effect by then."""
        for one in self.now.evidence:
            document = self.today.by_path[one.path]
            if one.state is EvidenceState.DRAFT or one.version is None:
                continue
            days = (parse_day(row.in_force_from) for row in document.releases())
            coming = [day for day in days if day and self.today.on < day <= self.then.on]
            if coming and document.status != "withdrawn":
                yield _lapse(one, min(coming), LapseKind.REPLACED)

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


def _lapse(piece: Evidence, day: date, kind: LapseKind) -> _Lapse:
    return _Lapse(piece.document, piece.path, piece.version, day, kind)


def _is_overdue(one: Evidence) -> bool:
    return one.via == "declared" and one.state is EvidenceState.OVERDUE
