"""What differs between two referentials: two versions of a scheme, or two schemes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from qmtool.model.crosswalk import Crosswalk, Kind
from qmtool.model.referential import Referential, Requirement


class Change(StrEnum):
    """What becomes of a requirement."""

    SAME = "same"
    CHANGED = "changed"
    MAPPED = "mapped"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Difference:
    """A requirement of the first, those of the second that follow it, and in which way.

    *details* names the fields that changed; *kind* and *confidence* are those of the crosswalk.
    """

    change: Change
    before: str = ""
    after: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    kind: Kind | None = None
    confidence: str = ""


@dataclass(frozen=True)
class Comparison:
    """What differs from *first* to *second*; *is_mapped* where a crosswalk relates them."""

    first: Referential
    second: Referential
    is_mapped: bool
    differences: tuple[Difference, ...]

    @property
    def summary(self) -> dict[Change, int]:
        """Return how many differences there are of each sort."""
        counted = Counter(one.change for one in self.differences)
        return {change: counted[change] for change in Change}


def compare(first: Referential, second: Referential, crosswalks: Iterable[Crosswalk]) -> Comparison:
    """Return what becomes of each requirement of *first* in *second*, then what is new there.

    With a crosswalk between the two, by its relations; without, by the ids they share.
    """
    ends = {first.identifier, second.identifier}
    for crosswalk in crosswalks:
        if {crosswalk.source, crosswalk.target} == ends:
            seen = crosswalk.seen_from(first.identifier)
            return Comparison(first, second, True, tuple(_by_relation(first, second, seen)))
    return Comparison(first, second, False, tuple(_by_id(first, second)))


def _by_id(first: Referential, second: Referential) -> Iterator[Difference]:
    for node in first.nodes:
        other = second.by_id.get(node.identifier)
        if other is None:
            yield Difference(Change.REMOVED, node.identifier)
            continue
        details = tuple(_changed(node, other))
        change = Change.CHANGED if details else Change.SAME
        yield Difference(change, node.identifier, (node.identifier,), details)
    for node in second.nodes:
        if node.identifier not in first.by_id:
            yield Difference(Change.ADDED, after=(node.identifier,))


def _changed(before: Requirement, after: Requirement) -> Iterator[str]:
    for one in fields(Requirement):
        if getattr(before, one.name) != getattr(after, one.name):
            yield one.name


def _by_relation(
    first: Referential, second: Referential, crosswalk: Crosswalk
) -> Iterator[Difference]:
    reached: set[str] = set()
    for node in first.nodes:
        relations = list(crosswalk.related(node.identifier))
        for relation in relations:
            reached.update(relation.target)
            yield Difference(
                Change.REMOVED if relation.kind is Kind.DROPPED else Change.MAPPED,
                node.identifier,
                relation.target,
                kind=relation.kind,
                confidence=relation.confidence,
            )
        if not relations and node.assessable and not _is_told(first, node, crosswalk):
            yield Difference(Change.REMOVED, node.identifier)
    if crosswalk.new:
        new = {one.identifier for name in crosswalk.new for one in second.below(name)}
    else:
        told = {one.identifier for name in reached for one in second.below(name)}
        new = {one.identifier for one in second.assessable} - told
    for node in second.assessable:
        if node.identifier in new:
            yield Difference(Change.ADDED, after=(node.identifier,))


def _is_told(first: Referential, node: Requirement, crosswalk: Crosswalk) -> bool:
    """Return whether a relation of a node above *node* speaks for it."""
    above = first.lineage(node.identifier)[1:]
    return any(True for one in above for _ in crosswalk.related(one))
