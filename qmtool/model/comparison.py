"""What differs between two referentials: two versions of a scheme, or two schemes."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from qmtool.model.crosswalk import WHOLE, Crosswalk, Kind, Relation
from qmtool.model.referential import Referential, Requirement


class Change(StrEnum):
    """What becomes of a requirement; `unmatched`: one of two schemes has it, the other has not."""

    SAME = "same"
    CHANGED = "changed"
    MAPPED = "mapped"
    RELATED = "related"
    REMOVED = "removed"
    ADDED = "added"
    UNMATCHED = "unmatched"


@dataclass(frozen=True)
class Difference:
    """A requirement of the first, those of the second that follow it, and in which way.

    *details* names the fields that changed; *relation* is that of the crosswalk, read from the
    first. A relation of the first as a whole has `WHOLE` before.
    """

    change: Change
    before: str = ""
    after: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    relation: Relation | None = None


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
    pair = next((one for one in crosswalks if {one.source, one.target} == ends), None)
    if pair:
        found = _by_relation(first, second, pair.seen_from(first.identifier))
    else:
        found = _by_id(first, second)
    if not _is_succession(first, second):
        found = (_beside(one) for one in found)
    return Comparison(first, second, pair is not None, tuple(found))


def _is_succession(first: Referential, second: Referential) -> bool:
    """Return whether one of the two replaces the other."""
    return any(
        one.superseded_by == other.identifier or other.predecessor == one.identifier
        for one, other in ((first, second), (second, first))
    )


_BESIDE = {
    Change.MAPPED: Change.RELATED,
    Change.REMOVED: Change.UNMATCHED,
    Change.ADDED: Change.UNMATCHED,
}
"""What a change is between schemes of which neither replaces the other."""


def _beside(one: Difference) -> Difference:
    return replace(one, change=_BESIDE.get(one.change, one.change))


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
    for name in (WHOLE, *first.by_id):
        relations = list(crosswalk.related(name))
        for relation in relations:
            reached.update(relation.target)
            change = Change.REMOVED if relation.kind is Kind.DROPPED else Change.MAPPED
            yield Difference(change, name, relation.target, relation=relation)
        node = first.by_id.get(name)
        if node and node.assessable and not relations and not _is_told(first, node, crosswalk):
            yield Difference(Change.REMOVED, name)
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
