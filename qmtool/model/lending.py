"""What crosswalks lend: evidence for one referential that may serve another; told apart."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from qmtool.model.assessment import MAX_REASONS, Assessor, RequirementGap, Status
from qmtool.model.crosswalk import Loan, Related, loan, related_to
from qmtool.model.evidence import Claim, Evidence, Fact, claims, fresh_months
from qmtool.model.project import Project
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text, joined, listing, say

LENT_FROM_LEAST = ("suggested", "described", "proven")
_ANSWERS = (Status.READY, Status.PARTIAL)


class Lenders:
    """What the evidence for other referentials lends, or suggests, through the crosswalks.

    It is told apart and changes no status. Only referentials that the documents name can lend.
    """

    def __init__(self, project: Project, site: str | None) -> None:
        self.project = project
        self.site = site
        self.claims: dict[str, Mapping[str, list[Claim]]] = {}
        self.assessors: dict[tuple[str, str | None], Assessor] = {}

    def completed(self, referential: Referential, found: RequirementGap) -> RequirementGap:
        """Return *found* with what is lent to it, if it lacks something."""
        if found.status not in (Status.PARTIAL, Status.OPEN):
            return found
        lent: str | None = None
        told: list[Text] = []
        evidence: dict[tuple[str, int], Evidence] = {}
        for one in related_to(self.project.crosswalks, referential, found.requirement.identifier):
            for lender in self._lenders(one.other):
                answered = list(self._answered(one, lender, found.lacking or (self.site,)))
                if not answered:
                    continue
                gives = loan(one.relation, lender, referential)
                worth = _worth(gives, answered, found.requirement)
                lent = max(lent or worth, worth, key=LENT_FROM_LEAST.index)
                told.append(_told(lender, worth, answered))
                for piece in (piece for gap in answered for piece in gap.evidence):
                    evidence.setdefault((piece.path, piece.line), piece._replace(via="crosswalk"))
        known = {(piece.path, piece.line) for piece in found.evidence}
        return replace(
            found,
            lent=lent,
            loans=tuple(dict.fromkeys(told)),
            evidence=(*found.evidence, *(evidence[key] for key in evidence if key not in known)),
        )

    def _lenders(self, name: str) -> Iterator[Referential]:
        """Yield the referential called *name* and those that complete it, if known here."""
        for one in self.project.referentials.values():
            if name in (one.identifier, one.extends):
                yield one

    def _answered(
        self, one: Related, lender: Referential, sites: Sequence[str | None]
    ) -> Iterator[RequirementGap]:
        """Yield the gaps of the ends of a relation, in *lender*, that each of *sites* answers."""
        assessors = [self._assessor(lender, site) for site in sites]
        for end in one.relation.target:
            if end in assessors[0].claims:
                gaps = [assessor.assess(lender.by_id[end]) for assessor in assessors]
                if all(gap.status in _ANSWERS for gap in gaps):
                    yield from gaps

    def _assessor(self, lender: Referential, site: str | None) -> Assessor:
        """Return what assesses *lender* at *site*, or at the sites of all (None)."""
        key = lender.identifier, site
        if key not in self.assessors:
            if lender.identifier not in self.claims:
                self.claims[lender.identifier] = claims(self.project, lender)
            held = self.claims[lender.identifier]
            self.assessors[key] = Assessor(self.project, lender, site, held)
        return self.assessors[key]


def _worth(gives: Loan, answered: Sequence[RequirementGap], needs: Requirement) -> str:
    """Return what is lent: at most what the evidence is worth at the other end, and here.

    A document of a class that would describe nothing here, or a record that is too old for what
    *needs* it, only suggests.
    """
    if gives is Loan.SUGGESTED or any(
        one.described is not Fact.YES
        or not _serves(one.requirement.described_by, needs.described_by)
        for one in answered
    ):
        return "suggested"
    proven = needs.proven_by and all(
        one.proven is Fact.YES
        and _serves(one.requirement.proven_by, needs.proven_by)
        and fresh_months(one.requirement) <= fresh_months(needs)
        for one in answered
    )
    return "proven" if proven else "described"


def _serves(classes: Sequence[str], asked: Sequence[str]) -> bool:
    """Return whether evidence of any of *classes* is of one that is *asked*; none: any will do."""
    return not asked or (bool(classes) and set(classes) <= set(asked))


def _told(lender: Referential, worth: str, answered: Sequence[RequirementGap]) -> Text:
    """Return what a crosswalk lends or suggests, and by which documents."""
    names = dict.fromkeys(piece.document for gap in answered for piece in gap.evidence)
    documents = listing(list(names)[:MAX_REASONS])
    requirements = dict.fromkeys(gap.requirement.identifier for gap in answered)
    requirement = joined(lender.full(one) for one in requirements)
    if worth == "suggested":
        return say(
            "suggested, to be confirmed: {documents}, by way of {requirement}",
            documents=documents,
            requirement=requirement,
        )
    return say(
        "lent: {documents}, by way of {requirement}", documents=documents, requirement=requirement
    )
