"""Events of which nobody decided yet whether they are analysed in depth, or only counted."""

from datetime import date
from typing import NamedTuple

from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.workflow import records, state_of, value

DEPTH, WHY = "depth", "depth_reason"
"""The fields of a kind of events for the choice of the committee, and for its reason."""

_CRITICALITY, _SEVERITY, _FREQUENCY = "criticality", "severity", "frequency"
_STATES = ("recorded", "qualified", "notified")
"""The states in which an event waits for the choice: it is not in analysis, nor closed."""


class Undecided(NamedTuple):
    """An event that waits for the choice; *criticality* is None before it is qualified."""

    document: Document
    kind: Kind
    state: str
    process: str
    severity: int | None
    criticality: int | None


def is_chosen_for(kind: Kind | None) -> bool:
    """Return whether the committee chooses among the records of *kind*."""
    return kind is not None and bool(kind.steps) and {DEPTH, WHY} <= set(kind.fields)


def undecided(project: Project) -> list[Undecided]:
    """Return the events that wait for the choice: the most critical first, then the oldest.

    Those that nobody qualified yet come last: nothing is known of them.
    """
    found = [
        Undecided(
            document,
            kind,
            state_of(document, kind),
            project.process_of(document),
            _number(value(document, _SEVERITY)),
            _criticality(document),
        )
        for document, kind in records(project)
        if is_chosen_for(kind)
        and not value(document, DEPTH)
        and state_of(document, kind) in _STATES
    ]
    return sorted(found, key=_order)


def _criticality(document: Document) -> int | None:
    """Return the criticality of *document*: as written, else severity times frequency."""
    severity, frequency = (_number(value(document, one)) for one in (_SEVERITY, _FREQUENCY))
    product = severity * frequency if severity and frequency else None
    return _number(value(document, _CRITICALITY)) or product


def _number(held: object) -> int | None:
    return held if isinstance(held, int) and not isinstance(held, bool) else None


def _order(one: Undecided) -> tuple[int, int, date, str]:
    day = one.document.date or date.min
    return -(one.criticality or 0), -(one.severity or 0), day, one.document.name
