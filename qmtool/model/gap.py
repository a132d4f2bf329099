"""The gap: for each requirement of a referential, three facts, one status, and why.

The definitions are those of `formats.md`; nothing here says that a centre fulfils a requirement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from qmtool.model.assessment import Assessor, RequirementGap, Status
from qmtool.model.evidence import claims
from qmtool.model.lending import Lenders
from qmtool.model.project import Project
from qmtool.model.referential import VERIFIED_FOR_MONTHS, Referential
from qmtool.model.text import Text, say

if TYPE_CHECKING:
    from qmtool.model.forecast import Outlook

SELF_ASSESSMENT = say("Self-assessment: this is not an opinion on conformity.")


@dataclass(frozen=True)
class Gap:
    """What is described and proven of a referential, on a day, for one site or for all."""

    referential: Referential
    on: date
    at: str
    site: str | None
    organisation: str
    requirements: tuple[RequirementGap, ...]
    outlook: "Outlook | None" = None
    """What lapses until the day, where that is still to come."""

    @property
    def summary(self) -> Mapping[Status, int]:
        """Return how many requirements have each status."""
        counts = dict.fromkeys(Status, 0)
        for one in self.requirements:
            counts[one.status] += 1
        return counts

    @property
    def notices(self) -> tuple[Text, ...]:
        """Return what must be said first, and that this is a self-assessment last."""
        return (*_notices(self), SELF_ASSESSMENT)

    def ready_share(self) -> float | None:
        """Return the share of ready requirements; None where none may be told."""
        counts = self.summary
        judged = counts[Status.READY] + counts[Status.PARTIAL] + counts[Status.OPEN]
        if not judged or not may_be_rated(self.referential, self.on):
            return None
        return counts[Status.READY] / judged


def gap(project: Project, referential: Referential, *, site: str | None = None) -> Gap:
    """Return the gap of *referential* on the day of *project*.

    *site* is one of `qm.yaml`; without it, a fact is as good as at the worst applicable site.
    """
    assessor = Assessor(project, referential, site, claims(project, referential))
    lenders = Lenders(project, site)
    return Gap(
        referential=referential,
        on=project.on,
        at=project.at,
        site=site,
        organisation=project.settings.organisation,
        requirements=tuple(
            lenders.completed(referential, assessor.assess(one)) for one in referential.assessable
        ),
    )


def _notices(found: Gap) -> Iterator[Text]:
    """Yield what makes the gap less sure than it looks."""
    yield from notices_about(found.referential, found.on)
    doubtful = found.summary[Status.TO_VERIFY]
    if doubtful:
        yield say(
            "Known with little confidence, to be checked with the source and never counted as a "
            "gap: {count}.",
            count=doubtful,
        )


def may_be_rated(referential: Referential, on: date) -> bool:
    """Return whether a share of ready requirements may be told of *referential* on that day."""
    is_known = referential.completeness == "full" and referential.confidence != "low"
    outdated = referential.superseded_by or referential.is_stale(on)
    return is_known and referential.rated and not outdated


def notices_about(referential: Referential, on: date) -> Iterator[Text]:
    """Yield what must be said first of *referential*, on the day *on*."""
    if referential.is_stale(on):
        yield say(
            "This referential was last compared with its source on {day}, more than {months} "
            "months before. No percentage is shown.",
            day=referential.verified_on,
            months=VERIFIED_FOR_MONTHS,
        )
    if referential.superseded_by:
        yield say(
            "This referential is replaced by {id}. No percentage is shown.",
            id=referential.superseded_by,
        )
    if referential.confidence == "low":
        yield say(
            "The content of this referential is known with little confidence. No percentage is "
            "shown."
        )
    if not referential.rated and referential.completeness == "full":
        yield say("It holds lines that are no part of the scheme itself. No percentage is shown.")
    if referential.type == "draft":
        yield say("This is a draft that never came into force: nobody asks for it.")
    elif referential.type == "context":
        yield say("This text binds States, not centres: it tells where national duties come from.")
    elif referential.completeness == "partial":
        yield say(
            "Only a part of this referential is known. No percentage is shown. Add your own copy "
            "(qm ref import)."
        )
    elif referential.completeness == "numbering":
        yield say(
            "Only the numbers and titles of this referential are known. No percentage is shown. "
            "Add your own copy (qm ref import)."
        )
