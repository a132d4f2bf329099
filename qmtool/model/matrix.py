"""Documents and the requirements they answer, referentials side by side."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qmtool.model.assessment import Assessor, RequirementGap, Status
from qmtool.model.evidence import Evidence, EvidenceState, claims
from qmtool.model.gap import Gap, gap
from qmtool.model.project import Project
from qmtool.model.referential import Referential

_DECIDED = (Status.READY, Status.PARTIAL)
"""The statuses that documents decide, and that are lost without them."""


class Answer(NamedTuple):
    """A requirement that a document declares, by its id alone, and the best state it is in."""

    requirement: str
    state: EvidenceState


class Harm(NamedTuple):
    """A requirement, by its full id, whose status would change without a document."""

    requirement: str
    now: Status
    without: Status


@dataclass(frozen=True)
class Row:
    """A document with its answers by the id of the referential, and what its lapse would do."""

    document: str
    title: str
    path: str
    answers: Mapping[str, Sequence[Answer]]
    harms: tuple[Harm, ...] = ()

    @property
    def serves(self) -> int:
        """Return how many referentials it serves: it answers a requirement of each, in force."""
        return sum(
            any(one.state is EvidenceState.IN_FORCE for one in answers)
            for answers in self.answers.values()
        )

    @property
    def in_force(self) -> int:
        """Return how many requirements it answers in force."""
        told = (one for answers in self.answers.values() for one in answers)
        return sum(one.state is EvidenceState.IN_FORCE for one in told)


@dataclass(frozen=True)
class Matrix:
    """The documents that answer something, in the order of their names, on a day."""

    on: date
    at: str
    gaps: tuple[Gap, ...]
    rows: tuple[Row, ...]

    def serving_most(self) -> tuple[Row, ...]:
        """Return the documents that serve the most referentials, none where none serves any.

        Of those, it is the ones that answer the most requirements in force.
        """
        serving = [row for row in self.rows if row.serves]
        most = max(((row.serves, row.in_force) for row in serving), default=None)
        return tuple(row for row in serving if (row.serves, row.in_force) == most)

    def hurting_most(self) -> tuple[Row, ...]:
        """Return the documents whose lapse would change the most statuses, none if none would."""
        most = max((len(row.harms) for row in self.rows), default=0)
        return tuple(row for row in self.rows if most and len(row.harms) == most)


def matrix(project: Project, referentials: Sequence[Referential]) -> Matrix:
    """Return which documents of *project* answer what of *referentials*."""
    gaps = tuple(gap(project, one) for one in referentials)
    answers: dict[str, dict[str, list[Answer]]] = defaultdict(lambda: defaultdict(list))
    harms: dict[str, list[Harm]] = defaultdict(list)
    for found in gaps:
        trials = _Trials(project, found.referential)
        for one in found.requirements:
            for path, state in _states(one).items():
                answer = Answer(one.requirement.identifier, state)
                answers[path][found.referential.identifier].append(answer)
            for path, without in trials.changes(one).items():
                harms[path].append(Harm(one.identifier, one.status, without))
    rows = [
        _row(project, path, {name: tuple(told) for name, told in by_name.items()}, harms[path])
        for path, by_name in answers.items()
    ]
    rows.sort(key=lambda row: (row.document, row.path))
    return Matrix(project.on, project.at, gaps, tuple(rows))


def _row(
    project: Project, path: str, answers: Mapping[str, Sequence[Answer]], harms: Sequence[Harm]
) -> Row:
    document = project.by_path[path]
    return Row(document.name, document.title, path, answers, tuple(harms))


def _states(one: RequirementGap) -> Mapping[str, EvidenceState]:
    """Return the best state in which each document, by its path, declares a requirement."""
    order = list(EvidenceState)
    found: dict[str, list[Evidence]] = defaultdict(list)
    for piece in one.evidence:
        if piece.via == "declared":
            found[piece.path].append(piece)
    return {
        path: min((piece.state for piece in pieces), key=order.index)
        for path, pieces in found.items()
    }


class _Trials:
    """Tells the status of requirements of one referential as if a document were not there."""

    def __init__(self, project: Project, referential: Referential) -> None:
        self.claims = dict(claims(project, referential))
        # It reads what audits found once: what it sees is changed for each trial, not itself.
        self.assessor = Assessor(project, referential, None, self.claims)

    def changes(self, one: RequirementGap) -> Mapping[str, Status]:
        """Return the status of a requirement without each document that decides it, by path."""
        if one.status not in _DECIDED:
            return {}
        name = one.requirement.identifier
        declared = self.claims.get(name, [])
        found = {}
        for path in dict.fromkeys(claim.declarer.text.path for claim in declared):
            self.claims[name] = [one for one in declared if one.declarer.text.path != path]
            status = self.assessor.assess(one.requirement).status
            if status is not one.status:
                found[path] = status
        self.claims[name] = declared
        return found
