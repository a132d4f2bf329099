"""What crosswalks lend: evidence for one referential that may serve another; told apart."""

from collections.abc import Sequence
from dataclasses import replace

from qmtool.model.assessment import MAX_REASONS, Assessor, RequirementGap, Status
from qmtool.model.crosswalk import Loan, Related, loan, related_to
from qmtool.model.evidence import Evidence, Fact, claims
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say

LENT_FROM_LEAST = ("suggested", "described", "proven")


class Lenders:
    """What the evidence for other referentials lends, or suggests, through the crosswalks.

    It is told apart and changes no status. Only referentials that the documents name can lend.
    """

    def __init__(self, project: Project, site: str | None) -> None:
        self.project = project
        self.site = site
        self.assessors: dict[str, Assessor] = {}

    def completed(self, referential: Referential, found: RequirementGap) -> RequirementGap:
        """Return *found* with what is lent to it, if it lacks something."""
        if found.status not in (Status.PARTIAL, Status.OPEN):
            return found
        lent: str | None = None
        told: list[Text] = []
        evidence: list[Evidence] = []
        for one in related_to(
            self.project.crosswalks, referential.identifier, found.requirement.identifier
        ):
            answered = self._answered(one)
            if not answered:
                continue
            gives = loan(one.relation, self.project.referentials[one.other], referential)
            worth_of_it = _worth_of(gives, answered)
            lent = max(lent or worth_of_it, worth_of_it, key=LENT_FROM_LEAST.index)
            told.append(_told(one, gives, answered))
            evidence += [
                replace(piece, via="crosswalk") for other in answered for piece in other.evidence
            ]
        if lent is None:
            return found
        known = {(piece.path, piece.line) for piece in found.evidence}
        new = {(piece.path, piece.line): piece for piece in evidence}
        return replace(
            found,
            lent=lent,
            reasons=(*found.reasons, *dict.fromkeys(told)),
            evidence=(*found.evidence, *(new[key] for key in new if key not in known)),
        )

    def _answered(self, one: Related) -> list[RequirementGap]:
        """Return the gaps of the ends of a relation that a document describes."""
        other = self.project.referentials.get(one.other)
        if other is None:
            return []
        if one.other not in self.assessors:
            found = claims(self.project, other)
            self.assessors[one.other] = Assessor(self.project, other, self.site, found)
        assessor = self.assessors[one.other]
        nodes = (other.by_id[end] for end in one.relation.target if end in assessor.claims)
        gaps = [assessor.assess(node) for node in nodes]
        return [gap for gap in gaps if Fact.YES in (gap.described, gap.proven)]


def _worth_of(gives: Loan, answered: Sequence[RequirementGap]) -> str:
    """Return what is lent: at most what the evidence is worth at the other end."""
    if gives is Loan.SUGGESTED or any(one.described is not Fact.YES for one in answered):
        return "suggested"
    return "proven" if all(one.proven is Fact.YES for one in answered) else "described"


def _told(one: Related, gives: Loan, answered: Sequence[RequirementGap]) -> Text:
    """Return what a crosswalk lends or suggests, and by which documents."""
    names = dict.fromkeys(piece.document for gap in answered for piece in gap.evidence)
    documents = listing(list(names)[:MAX_REASONS])
    requirement = listing(f"{one.other}:{end}" for end in one.relation.target)
    if gives is Loan.SUGGESTED:
        return say(
            "suggested, to be confirmed: {documents}, by way of {requirement}",
            documents=documents,
            requirement=requirement,
        )
    return say(
        "lent: {documents}, by way of {requirement}", documents=documents, requirement=requirement
    )
