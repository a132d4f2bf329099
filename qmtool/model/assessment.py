"""One requirement on one day: its facts, the status they come to, and why it is not ready.

The definitions are those of `formats.md`; nothing here says that a centre fulfils a requirement.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from qmtool.model.assessments import Authors, Line, Verdict, audit_lines, verdict
from qmtool.model.evidence import (
    Claim,
    Evidence,
    Fact,
    Worth,
    authors_of,
    best,
    by_place,
    fresh_months,
    worst,
    worth,
)
from qmtool.model.project import Project
from qmtool.model.referential import ENTITY_WORDS, Applies, Referential, Requirement
from qmtool.model.settings import Exclusion, Site
from qmtool.model.text import Text, joined, listing, say

MAX_REASONS = 3
"""How many documents are named for one fact before the others are only counted."""


class Status(StrEnum):
    """What the facts come to; the order is that of every summary."""

    READY = "ready"
    PARTIAL = "partial"
    OPEN = "open"
    EXCLUDED = "excluded"
    NOT_APPLICABLE = "not-applicable"
    TO_VERIFY = "to-verify"


@dataclass(frozen=True, slots=True)
class RequirementGap:
    """One requirement, its facts and its status; *identifier* names its referential too.

    *lent* is the most that a crosswalk lends, and *loans* say from where; neither is a reason.
    *blocking* are the open findings that keep it from being ready, *score* is that of the last
    assessment that gave one, and *unverified* says why the fact *verified* is no `yes`. *audits*
    are those that verify, with the last day on which each does so. *lacking* are the sites where
    something lacks, none where that is at every one.
    """

    identifier: str
    requirement: Requirement
    status: Status
    described: Fact
    proven: Fact
    verified: Fact
    reasons: tuple[Text, ...]
    evidence: tuple[Evidence, ...]
    lent: str | None = None
    loans: tuple[Text, ...] = ()
    blocking: tuple[Text, ...] = ()
    score: int | None = None
    unverified: tuple[Text, ...] = ()
    audits: tuple[tuple[Line, date], ...] = ()
    lacking: tuple[str, ...] = ()


def status_of(described: Fact, proven: Fact, *, is_blocked: bool = False) -> Status:
    """Return the status that the needed facts come to; an open blocking finding caps it."""
    needed = [fact for fact in (described, proven) if fact is not Fact.NOT_NEEDED]
    if all(fact is Fact.YES for fact in needed):
        return Status.PARTIAL if is_blocked else Status.READY
    return Status.PARTIAL if Fact.YES in needed else Status.OPEN


class View(NamedTuple):
    """What one site sees (None: the whole centre) and the facts that this makes."""

    site: str | None
    worths: Sequence[Worth]
    described: Fact
    proven: Fact
    verdict: Verdict

    @property
    def is_ready(self) -> bool:
        """Return whether nothing lacks."""
        blocked = bool(self.verdict.blocking)
        return status_of(self.described, self.proven, is_blocked=blocked) is Status.READY


@dataclass(frozen=True)
class Assessor:
    """Assesses one requirement after the other."""

    project: Project
    referential: Referential
    site: str | None
    claims: Mapping[str, list[Claim]]

    @cached_property
    def lines(self) -> Mapping[str, Sequence[Line]]:
        """Return what audits found of each requirement."""
        return audit_lines(self.project, self.referential)

    def assess(self, requirement: Requirement) -> RequirementGap:
        """Return the facts and the status of *requirement*, and why it is not ready."""
        worths = self._worths(requirement)
        sites = self._concerned(requirement)
        views = self._views(sites or (), worths, requirement)
        described = worst(view.described for view in views)
        proven = worst(view.proven for view in views) if requirement.proven_by else Fact.NOT_NEEDED
        blocking = tuple(dict.fromkeys(one for view in views for one in view.verdict.blocking))
        status, reasons = self._unasked(requirement, sites) or (
            status_of(described, proven, is_blocked=bool(blocking)),
            [*blocking, *_reasons(requirement, views)],
        )
        scores = [view.verdict.score for view in views if view.verdict.score is not None]
        return RequirementGap(
            identifier=f"{self.referential.identifier}:{requirement.identifier}",
            requirement=requirement,
            status=status,
            described=described,
            proven=proven,
            verified=worst(view.verdict.verified for view in views),
            reasons=tuple(reasons),
            evidence=tuple(by_place(one.evidence for one in worths)),
            blocking=blocking,
            score=min(scores, default=None),
            unverified=tuple(dict.fromkeys(one for view in views for one in view.verdict.reasons)),
            audits=tuple(one for view in views for one in view.verdict.until),
            lacking=self._lacking(sites or (), views),
        )

    def views(self, requirement: Requirement) -> list[View]:
        """Return what each site sees that *requirement* concerns; one where all see the same."""
        return self._views(
            self._concerned(requirement) or (), self._worths(requirement), requirement
        )

    def _worths(self, requirement: Requirement) -> list[Worth]:
        """Return what each claim on *requirement* is worth, at the site that is asked for."""
        found = self.claims.get(requirement.identifier, ())
        worths = [worth(claim, requirement, self.project.on) for claim in found]
        return [one for one in worths if self.site is None or _concerns(one, self.site)]

    def _concerned(self, requirement: Requirement) -> Sequence[Site] | None:
        """Return the sites that *requirement* concerns, None where there are none to ask."""
        return _applicable(self._sites(), (self.referential.applies, requirement.applies))

    def _lacking(self, sites: Sequence[Site], views: Sequence[View]) -> tuple[str, ...]:
        """Return those of *sites* where something lacks, none where it is every site there is."""
        short = [view.site for view in views if not view.is_ready]
        found = {site.identifier for site in sites if None in short or site.identifier in short}
        every = [site.identifier for site in self._sites()]
        return tuple(one for one in every if one in found) if len(found) < len(every) else ()

    def _views(
        self, sites: Sequence[Site], worths: Sequence[Worth], requirement: Requirement
    ) -> list[View]:
        """Return what each of *sites* sees of *worths*; one view where all see the same."""
        lines = self.lines.get(requirement.identifier, ())
        differ = any(one.sites for one in worths) or any(one.sites for one in lines)
        seen: list[str | None] = [site.identifier for site in sites] if differ else []
        return [
            self._view(
                site,
                [one for one in worths if not site or _concerns(one, site)],
                lines,
                requirement,
            )
            for site in seen or [self.site]
        ]

    def _view(
        self,
        site: str | None,
        seen: Sequence[Worth],
        lines: Sequence[Line],
        requirement: Requirement,
    ) -> View:
        proven = best(one.proven for one in seen) if requirement.proven_by else Fact.NOT_NEEDED
        concerned = [line for line in lines if line.concerns(site)]
        wrote = (
            authors_of(self.project, one.text)
            for one in seen
            if concerned and one.described is not Fact.NO
        )
        names = frozenset(name for written in wrote for name in written)
        authors = Authors(names, self.project.policy.people)
        found = verdict(concerned, authors, self.referential, self.project.on)
        return View(site, seen, best(one.described for one in seen), proven, found)

    def _sites(self) -> list[Site]:
        """Return the sites to look at, none where `qm.yaml` names none."""
        every = self.project.settings.sites
        return [site for site in every if self.site in (None, site.identifier)]

    def _unasked(
        self, requirement: Requirement, sites: Sequence[Site] | None
    ) -> tuple[Status, list[Text]] | None:
        """Return the status of a requirement whose facts do not decide it, and why."""
        not_concerned = self._not_concerned(requirement, sites)
        if not_concerned:
            return Status.NOT_APPLICABLE, [not_concerned]
        exclusion = self._exclusion(requirement)
        if exclusion:
            return Status.EXCLUDED, [_why_excluded(self.project, exclusion)]
        if requirement.confidence == "low":
            why = say("whether and how it is required is to be checked with its source")
            return Status.TO_VERIFY, [why]
        return None

    def _not_concerned(self, requirement: Requirement, sites: Sequence[Site] | None) -> Text | None:
        """Return why *requirement* does not concern this centre, None where it does."""
        organisation = self.project.settings.organisation_type
        for applies in (self.referential.applies, requirement.applies):
            if organisation and applies.entities and organisation not in applies.entities:
                entities = joined(ENTITY_WORDS.get(one, one) for one in applies.entities)
                return say("it concerns only: {entities}", entities=entities)
        if sites is None or sites:
            return None
        asked = [*self.referential.applies[:2], *requirement.applies[:2]]
        names = dict.fromkeys(name for one in asked for name in one)
        activities = joined(self.project.activities.get(name, name) for name in names)
        return say("no site does any of: {activities}", activities=activities)

    def _exclusion(self, requirement: Requirement) -> Exclusion | None:
        """Return what excludes *requirement*, or a node above it."""
        lineage = self.referential.lineage(requirement.identifier)
        return next(
            (
                one
                for one in self.project.settings.exclusions
                if one.referential == self.referential.identifier and one.requirement in lineage
            ),
            None,
        )


def _why_excluded(project: Project, exclusion: Exclusion) -> Text:
    """Return the reason of *exclusion*, and the name of who approved it."""
    reason = exclusion.reason.rstrip(". ")
    if not exclusion.approved_by:
        return say("excluded: {reason}", reason=reason)
    person = project.policy.person(exclusion.approved_by)
    name = person.name if person and person.name else exclusion.approved_by
    return say("excluded: {reason} (approved by {person})", reason=reason, person=name)


def _applicable(sites: Sequence[Site], conditions: Sequence[Applies]) -> Sequence[Site] | None:
    """Return those of *sites* that meet every condition; None without sites.

    A site that does not list its activities or modalities may have any, so that it escapes no duty.
    """
    if not sites:
        return None
    return [
        site
        for site in sites
        if all(
            _meets(site.activities, one.activities) and _meets(site.modalities, one.modalities)
            for one in conditions
        )
    ]


def _meets(has: Sequence[str], asked: Sequence[str]) -> bool:
    return not has or not asked or not set(asked).isdisjoint(has)


def _concerns(one: Worth, site: str) -> bool:
    return not one.sites or site in one.sites


# Why a requirement is not ready, in words.


def _reasons(requirement: Requirement, views: Sequence[View]) -> list[Text]:
    """Return the reasons of every site, each once; those that all share do not name a site."""
    found: dict[Text, list[str]] = {}
    for view in views:
        why = (*_why_not_described(requirement, view), *_why_not_proven(requirement, view))
        for reason in dict.fromkeys(why):
            found.setdefault(reason, []).append(view.site or "")
    return [
        reason
        if len(sites) == len(views)
        else say("{sites}: {reason}", sites=listing(sites), reason=reason)
        for reason, sites in found.items()
    ]


def _why_not_described(requirement: Requirement, view: View) -> Iterator[Text]:
    if view.described is Fact.YES:
        return
    if view.described is not Fact.NO:
        yield from _named(one for one in view.worths if one.described is view.described)
    elif requirement.described_by:
        classes = " / ".join(requirement.described_by)
        yield say("no document of class {classes} declares it", classes=classes)
    else:
        yield say("no document declares it")


def _why_not_proven(requirement: Requirement, view: View) -> Iterator[Text]:
    if view.proven in (Fact.YES, Fact.NOT_NEEDED):
        return
    if view.proven is Fact.NO:
        classes = " / ".join(requirement.proven_by)
        yield say("no record of class {classes} declares it", classes=classes)
        return
    short = [one for one in view.worths if one.proven is view.proven]
    if view.proven is Fact.DRAFT:
        yield from _named(short)
        return
    last = max(short, key=lambda one: one.day or date.min)
    yield _too_old(last.evidence.document, last.day, fresh_months(requirement))


def _too_old(document: str, day: date | None, months: int) -> Text:
    if months == 1:
        return say(
            "the last record {document} of {day} is older than one month",
            document=document,
            day=day,
        )
    return say(
        "the last record {document} of {day} is older than {months} months",
        document=document,
        day=day,
        months=months,
    )


def _named(worths: Iterable[Worth]) -> Iterator[Text]:
    """Yield why each of *worths* is not enough, and how many more there are."""
    reasons = list(dict.fromkeys(one.why for one in worths if one.why))
    yield from reasons[:MAX_REASONS]
    if len(reasons) > MAX_REASONS:
        yield say("and {count} more like these", count=len(reasons) - MAX_REASONS)
