"""The risks of the centre by severity and frequency, before the actions and as they are now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.document import Document
from qmtool.model.kind import texts
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names
from qmtool.model.project import Project
from qmtool.model.workflow import is_closed, state_of, value

KIND = "risk"
SIZE = 5
"""Severity, frequency and control level go from 1 to 5."""


class Level(StrEnum):
    """How much a severity with a frequency weighs."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


_LOW, _MEDIUM = 4, 12
"""The greatest products of severity and frequency that are low, and medium: a custom."""


def level(severity: int, frequency: int) -> Level:
    """Return how much *severity* with *frequency* weighs."""
    product = severity * frequency
    return Level.LOW if product <= _LOW else Level.MEDIUM if product <= _MEDIUM else Level.HIGH


class Score(NamedTuple):
    """How a risk is rated: *control* is 1 when it is fully under control and 5 when it is not."""

    severity: int
    frequency: int
    control: int | None = None
    written: int | None = None

    @property
    def total(self) -> int:
        """Return the score: that of the record, else severity × frequency × control level."""
        if self.written is not None:
            return self.written
        return self.severity * self.frequency * (self.control or 1)

    @property
    def weight(self) -> int:
        """Return severity × frequency, which its level goes by."""
        return self.severity * self.frequency

    @property
    def level(self) -> Level:
        """Return how much its severity with its frequency weighs."""
        return level(self.severity, self.frequency)


@dataclass(frozen=True)
class Risk:
    """A risk with its score *before* the actions, and *after* them once it is assessed again."""

    document: Document
    process: str
    owner: str
    state: Label
    before: Score | None
    after: Score | None
    actions: tuple[str, ...] = ()

    @property
    def now(self) -> Score | None:
        """Return the score that it has now."""
        return self.after or self.before


@dataclass(frozen=True)
class RiskMap:
    """The *risks* that are not closed, the greatest first, with names for a reader."""

    risks: tuple[Risk, ...]
    closed: int
    on: date
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)

    @property
    def assessed(self) -> tuple[Risk, ...]:
        """Return those that have a place in the matrix."""
        return tuple(one for one in self.risks if one.before)

    @property
    def reassessed(self) -> int:
        """Return how many were assessed again after the actions."""
        return sum(one.after is not None for one in self.risks)

    def cell(self, severity: int, frequency: int, *, now: bool) -> tuple[Risk, ...]:
        """Return the risks of a cell, as they are *now* or as they were before the actions."""
        return tuple(
            one
            for one in self.assessed
            if (score := one.now if now else one.before)
            and (score.severity, score.frequency) == (severity, frequency)
        )

    def levels(self, *, now: bool) -> Mapping[Level, int]:
        """Return how many risks weigh how much."""
        scores = (one.now if now else one.before for one in self.assessed)
        counts = Counter(score.level for score in scores if score)
        return {one: counts[one] for one in Level}

    def controls(self, *, now: bool) -> Sequence[int]:
        """Return how many risks have each control level, from 1 to 5."""
        scores = (one.now if now else one.before for one in self.assessed)
        counts = Counter(score.control for score in scores if score)
        return [counts[n] for n in range(1, SIZE + 1)]


def risk_map(project: Project, *, process: str = "", site: str = "") -> RiskMap:
    """Return the map of the risks of *project*, or of those of a *process* or a *site*."""
    found = [
        one
        for one in _risks(project)
        if process in ("", one.process)
        and (not site or not one.document.sites or site in one.document.sites)
    ]
    kind = project.kinds.get(KIND)
    still_open = [one for one in found if kind and not is_closed(one.document, kind)]
    settings = project.settings
    return RiskMap(
        tuple(sorted(still_open, key=lambda one: (*_rank(one), one.document.name))),
        len(found) - len(still_open),
        project.on,
        project.at,
        settings.organisation,
        names_of(project),
        process_names(project),
    )


def _rank(one: Risk) -> tuple[int, ...]:
    """Return what sorts the greatest first: as it is now, then as it was.

    The weight comes before the score: what is to be reduced stands above what is acceptable.
    """
    scores = (one.now, one.before)
    return tuple(
        -number for one in scores for number in ((one.weight, one.total) if one else (0, 0))
    )


def _risks(project: Project) -> Iterator[Risk]:
    kind = project.kinds.get(KIND)
    for document in project.documents:
        if kind is not None and document.kind == KIND:
            state = kind.states[state_of(document, kind)].label if kind.steps else Label("", "")
            yield Risk(
                document,
                project.process_of(document),
                project.owner_of(document),
                state,
                _score(document, ""),
                _score(document, "_after"),
                texts(value(document, "actions")),
            )


def _score(document: Document, suffix: str) -> Score | None:
    """Return the score of *document* whose fields have that *suffix*, None without a place."""
    names = ("severity", "frequency", "control", "score")
    held = [value(document, name + suffix) for name in names]
    severity, frequency, control, total = (one if isinstance(one, int) else None for one in held)
    if severity is None or frequency is None:
        return None
    if not (1 <= severity <= SIZE and 1 <= frequency <= SIZE):
        return None  # a kind of the centre may have another scale
    return Score(severity, frequency, control, total)
