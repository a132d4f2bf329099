"""What was gained and lost between two gaps of one referential, by which document and commit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.commit import Commit
from qmtool.model.evidence import FROM_BEST, Fact
from qmtool.model.gap import Gap
from qmtool.model.gap_cause import Cause, Causes, How
from qmtool.model.project import Project


class Direction(StrEnum):
    """Whether a change brings a requirement nearer to ready; the order is that of every list."""

    GAINED = "gained"
    LOST = "lost"
    OTHER = "other"


@dataclass(frozen=True)
class RequirementChange:
    """A requirement whose status or facts are no more what they were."""

    before: RequirementGap
    after: RequirementGap
    direction: Direction
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class GapChange:
    """Two gaps of one referential, and the requirements between them that changed, in order."""

    before: Gap
    after: Gap
    changes: tuple[RequirementChange, ...]

    def of(self, direction: Direction) -> Iterator[RequirementChange]:
        """Yield the changes of that *direction*."""
        return (one for one in self.changes if one.direction is direction)

    @property
    def paths(self) -> frozenset[str]:
        """Return the paths of all that caused a change and is not the same as before."""
        causes = (cause for one in self.changes for cause in one.causes)
        return frozenset(path for one in causes if one.how is not How.TIME for path in one.paths)

    def attributed(self, commits: Mapping[str, Commit]) -> "GapChange":
        """Return the same, with the last one of *commits*, by path, that explains each cause."""
        changes = tuple(
            replace(one, causes=tuple(_attributed(cause, commits) for cause in one.causes))
            for one in self.changes
        )
        return replace(self, changes=changes)


def _attributed(cause: Cause, commits: Mapping[str, Commit]) -> Cause:
    found = [commits[path] for path in cause.paths if path in commits]
    if not found or cause.how is How.TIME:
        return cause
    return replace(cause, how=How.COMMIT, commit=max(found, key=lambda one: one.when))


def gap_change(before: tuple[Project, Gap], after: tuple[Project, Gap]) -> GapChange:
    """Return what changed from one project and its gap to another of the same referential."""
    seek = Causes(before[0], after[0], after[1].referential)
    known = {one.identifier: one for one in before[1].requirements}
    changes = []
    for one in after[1].requirements:
        earlier = known[one.identifier]
        if _facts(earlier) != _facts(one):
            causes = tuple(seek.between(earlier, one))
            changes.append(RequirementChange(earlier, one, _direction(earlier, one), causes))
    return GapChange(before[1], after[1], tuple(changes))


_FROM_LEAST = (Status.OPEN, Status.PARTIAL, Status.READY)


def _facts(one: RequirementGap) -> tuple[Status, Fact, Fact, Fact]:
    return one.status, one.described, one.proven, one.verified


def _direction(before: RequirementGap, after: RequirementGap) -> Direction:
    """Return where a change leads: by the status, and where that is the same, by the facts."""
    if before.status not in _FROM_LEAST or after.status not in _FROM_LEAST:
        return Direction.OTHER
    better = _FROM_LEAST.index(after.status) - _FROM_LEAST.index(before.status)
    steps = [better] if better else list(_steps(before, after))
    if all(step > 0 for step in steps):
        return Direction.GAINED
    return Direction.LOST if all(step < 0 for step in steps) else Direction.OTHER


def _steps(before: RequirementGap, after: RequirementGap) -> Iterator[int]:
    """Yield by how much each fact that differs is better than it was."""
    for old, new in zip(_facts(before)[1:], _facts(after)[1:], strict=True):
        if old != new:
            is_asked = old in FROM_BEST and new in FROM_BEST
            yield FROM_BEST.index(old) - FROM_BEST.index(new) if is_asked else 0
