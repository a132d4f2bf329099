"""Crosswalks: typed relations between the requirements of two referentials."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.label import Label
from qmtool.model.referential import Referential

WHOLE = "*"
"""The end of a relation that is a referential as a whole."""


class Kind(StrEnum):
    """What the first end of a relation, as it is written, is to the second."""

    EQUAL = "equal"
    SUPERSET = "superset"
    SUBSET = "subset"
    INTERSECTS = "intersects"
    DROPPED = "dropped"


class Reading(StrEnum):
    """What the other end of a relation is, seen from the requirement that is looked at."""

    SAME = "same"
    ASKS_MORE = "asks more"
    ASKS_LESS = "asks less"
    PART = "part"
    WIDER = "wider"
    OVERLAPS = "overlaps"
    NOTHING = "nothing"


_READINGS = {
    Kind.EQUAL: (Reading.SAME, Reading.SAME),
    Kind.SUPERSET: (Reading.PART, Reading.WIDER),
    Kind.SUBSET: (Reading.ASKS_MORE, Reading.ASKS_LESS),
    Kind.INTERSECTS: (Reading.OVERLAPS, Reading.OVERLAPS),
    Kind.DROPPED: (Reading.NOTHING, Reading.NOTHING),
}
"""The readings of each kind, from its first end and from its second.

By the sheet on crosswalks a superset has the wider subject, and a subset asks less on the same one:
the two are no inverses of each other.
"""


class Relation(NamedTuple):
    """What some requirements of one referential are to some of another; several act together.

    *kind* is as written; a relation that is *inverted* is read from its second end.
    """

    source: tuple[str, ...]
    kind: Kind
    target: tuple[str, ...]
    confidence: str
    origin: str = ""
    note: Label = Label("", "")
    inverted: bool = False

    @property
    def inverse(self) -> "Relation":
        """Return the same relation, read from its other end."""
        return self._replace(source=self.target, target=self.source, inverted=not self.inverted)

    @property
    def reading(self) -> Reading:
        """Return what the target is, seen from the source."""
        return _READINGS[self.kind][self.inverted]


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

    The rules are those of the sheet on crosswalks. The same expectation lends, and so does, with
    high confidence, one on the same subject that asks more; everything else suggests. Nothing is
    lent to a regulation or by a version that was replaced, nor by what is known with little
    confidence, several requirements together, a whole referential, or an id of `qm`'s own.
    """
    ends = [lender.by_id.get(one) for one in relation.target]
    ends += [borrower.by_id.get(one) for one in relation.source]
    is_plain = len(ends) == 2 and all(
        end and end.assessable and end.official and end.confidence != "low" for end in ends
    )
    is_sure = relation.confidence != "low" and "low" not in (lender.confidence, borrower.confidence)
    if not (is_plain and is_sure) or lender.superseded_by or borrower.type == "regulation":
        return Loan.SUGGESTED
    lends = relation.reading is Reading.SAME or (
        relation.reading is Reading.ASKS_MORE and relation.confidence == "high"
    )
    return Loan.LENT if lends else Loan.SUGGESTED


class Related(NamedTuple):
    """A relation of a requirement, read from it, to requirements of the referential *other*."""

    other: str
    relation: Relation


def related_to(
    crosswalks: Iterable[Crosswalk], referential: Referential, requirement: str
) -> Iterator[Related]:
    """Yield what relates to the *requirement* of *referential*, crosswalk by crosswalk.

    What completes another referential has its relations too.
    """
    names = {referential.identifier, referential.extends} - {""}
    for crosswalk in crosswalks:
        for name in names & {crosswalk.source, crosswalk.target}:
            seen = crosswalk.seen_from(name)
            if seen.target not in names:
                yield from (
                    Related(seen.target, relation) for relation in seen.related(requirement)
                )
