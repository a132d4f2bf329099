"""Why a requirement is no more what it was: the documents that differ, or `qm.yaml`."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.assessments import Line, audit_lines
from qmtool.model.commit import Commit
from qmtool.model.evidence import Evidence, EvidenceState
from qmtool.model.project import Project
from qmtool.model.referential import Referential

SETTINGS = "qm.yaml"
"""What is named where sites, activities or exclusions changed, and no document."""

_Pieces = Mapping[str, list[Evidence]]
_ASIDE = frozenset({Status.EXCLUDED, Status.NOT_APPLICABLE, Status.TO_VERIFY})


class How(StrEnum):
    """What changed a document, or what it is worth: a commit, none yet, or only the days."""

    COMMIT = "commit"
    UNCOMMITTED = "uncommitted"
    TIME = "time"


class Stand(NamedTuple):
    """What a document was to a requirement: its version and its best state."""

    version: str | None
    state: EvidenceState


@dataclass(frozen=True)
class Cause:
    """A document that is no more what it was to a requirement; None: it did not declare it.

    *paths* are those of both days; *commit* is the last one between them that changed one of them.
    """

    document: str
    paths: tuple[str, ...]
    before: Stand | None = None
    after: Stand | None = None
    how: How = How.UNCOMMITTED
    commit: Commit | None = None


@dataclass(frozen=True)
class Causes:
    """Looks for what changed a requirement of *referential* between the projects of two days."""

    then: Project
    now: Project
    referential: Referential

    def between(self, before: RequirementGap, after: RequirementGap) -> Iterator[Cause]:
        """Yield what made the change: `qm.yaml` where it decides, else the documents."""
        if _ASIDE & {before.status, after.status} and self._has_other_settings:
            yield Cause(SETTINGS, (SETTINGS,))
            return
        old, new = _by_document(before), _by_document(after)
        names = sorted({*old, *new})
        differing = [name for name in names if _said(old, name) != _said(new, name)]
        found = differing or [
            name for name in names if not self._is_same(self._paths(old, new, name))
        ]
        causes = [self._cause(old, new, name) for name in found]
        causes += self._audits(before, after)
        if not causes and self._has_other_settings:
            causes.append(Cause(SETTINGS, (SETTINGS,)))
        yield from causes

    @cached_property
    def _has_other_settings(self) -> bool:
        one, other = self.then.settings, self.now.settings
        return (one.sites, one.exclusions, one.organisation_type) != (
            other.sites,
            other.exclusions,
            other.organisation_type,
        )

    def _cause(self, old: _Pieces, new: _Pieces, name: str) -> Cause:
        paths = self._paths(old, new, name)
        how = How.TIME if self._is_same(paths) else How.UNCOMMITTED
        return Cause(name, paths, _stand(old.get(name, [])), _stand(new.get(name, [])), how)

    def _paths(self, old: _Pieces, new: _Pieces, name: str) -> tuple[str, ...]:
        """Return where the document called *name* stands and stood: it may have moved."""
        pieces = (*old.get(name, ()), *new.get(name, ()))
        documents = (one.by_id.get(name) for one in (self.then, self.now))
        return tuple(dict.fromkeys(one.path for one in (*pieces, *documents) if one is not None))

    def _is_same(self, paths: Sequence[str]) -> bool:
        """Return whether each of *paths* is the same file on both days."""
        return all(self.then.by_path.get(path) == self.now.by_path.get(path) for path in paths)

    def _audits(self, before: RequirementGap, after: RequirementGap) -> Iterator[Cause]:
        """Yield the audits that make a requirement verified, or no more, or that block it."""
        if (before.verified, before.blocking) == (after.verified, after.blocking):
            return
        name = after.requirement.identifier
        old, new = (
            {line.record.path: line for line in lines.get(name, ())} for lines in self._lines
        )
        for path in sorted({*old, *new}):
            same = self._is_same([path])
            if not same or before.verified != after.verified:
                line = new.get(path) or old[path]
                how = How.TIME if same else How.UNCOMMITTED
                stands = _audit_stand(old.get(path)), _audit_stand(new.get(path))
                yield Cause(line.record.name, (path,), *stands, how)

    @cached_property
    def _lines(self) -> Sequence[Mapping[str, Sequence[Line]]]:
        return [audit_lines(one, self.referential) for one in (self.then, self.now)]


def _audit_stand(line: Line | None) -> Stand | None:
    if line is None:
        return None
    return Stand(None, EvidenceState.DRAFT if line.pending else EvidenceState.IN_FORCE)


def _by_document(one: RequirementGap) -> _Pieces:
    found: dict[str, list[Evidence]] = defaultdict(list)
    for piece in one.evidence:
        if piece.via == "declared":
            found[piece.document].append(piece)
    return found


def _said(pieces: _Pieces, name: str) -> list[tuple[str, ...]]:
    """Return what the document called *name* is worth; a line that moved changes nothing."""
    return sorted(
        (one.version or "", one.state.value, one.section or "", one.item)
        for one in pieces.get(name, ())
    )


def _stand(pieces: Sequence[Evidence]) -> Stand | None:
    order = list(EvidenceState)
    first = min(pieces, key=lambda one: order.index(one.state), default=None)
    return Stand(first.version, first.state) if first else None
