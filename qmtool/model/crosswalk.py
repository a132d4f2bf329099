"""Crosswalks: typed relations between the requirements of two referentials."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Self

from qmtool.model.label import Label
from qmtool.model.referential import Referential

WHOLE = "*"
"""The end of a relation that is a referential as a whole."""


class Kind(StrEnum):
    """What the first end of a relation is to the second."""

    EQUAL = "equal"
    SUPERSET = "superset"
    SUBSET = "subset"
    INTERSECTS = "intersects"
    DROPPED = "dropped"

    @property
    def inverse(self) -> Self:
        """Return what the second end is to the first."""
        return type(self)(_INVERSE.get(self.value, self.value))


_INVERSE = {"superset": "subset", "subset": "superset"}


class Relation(NamedTuple):
    """What some requirements of one referential are to some of another; several act together."""

    source: tuple[str, ...]
    kind: Kind
    target: tuple[str, ...]
    confidence: str
    origin: str = ""
    note: Label = Label("", "")

    @property
    def inverse(self) -> "Relation":
        """Return the same relation, read from its other end."""
        return self._replace(source=self.target, kind=self.kind.inverse, target=self.source)


@dataclass(frozen=True)
class Crosswalk:
    """The relations from *source* to *target*; *new* is what a newer *target* asks besides."""

    source: str
    target: str
    relations: tuple[Relation, ...]
    new: tuple[str, ...] = ()
    note: Label = Label("", "")

    def seen_from(self, referential: str) -> "Crosswalk":
        """Return the crosswalk with *referential*, one of its two ends, as the source."""
        if referential == self.source:
            return self
        inverse = tuple(relation.inverse for relation in self.relations)
        return Crosswalk(self.target, self.source, inverse, (), self.note)

    def related(self, requirement: str) -> Iterator[Relation]:
        """Yield the relations of the *requirement* of the source, those of the whole left out."""
        for relation in self.relations:
            if requirement in relation.source:
                yield relation


class Loan(StrEnum):
    """What evidence for one end of a relation is worth to the other."""

    SUGGESTED = "suggested"
    LENT = "lent"


def loan(relation: Relation, lender: Referential, borrower: Referential) -> Loan:
    """Return what the target end of *relation*, in *lender*, gives its source end, in *borrower*.

    The rules are those of the sheet on crosswalks. Only `equal`, and with high confidence a target
    that asks more than the source, lend; everything else suggests. Nothing is lent to a regulation
    or by a relation of low confidence, of several requirements together, of a whole referential,
    or one that touches an id of `qm`'s own.
    """
    ends = [lender.by_id.get(one) for one in relation.target]
    ends += [borrower.by_id.get(one) for one in relation.source]
    is_plain = len(ends) == 2 and all(end and end.assessable and end.official for end in ends)
    if not is_plain or relation.confidence == "low" or borrower.type == "regulation":
        return Loan.SUGGESTED
    lends = relation.kind is Kind.EQUAL or (
        relation.kind is Kind.SUBSET and relation.confidence == "high"
    )
    return Loan.LENT if lends else Loan.SUGGESTED


class Related(NamedTuple):
    """A relation of a requirement, read from it, to requirements of the referential *other*."""

    other: str
    relation: Relation


def related_to(
    crosswalks: Iterable[Crosswalk], referential: str, requirement: str
) -> Iterator[Related]:
    """Yield what relates to the *requirement* of *referential*, crosswalk by crosswalk."""
    for crosswalk in crosswalks:
        if referential in (crosswalk.source, crosswalk.target):
            seen = crosswalk.seen_from(referential)
            for relation in seen.related(requirement):
                yield Related(seen.target, relation)
