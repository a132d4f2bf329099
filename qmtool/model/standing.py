"""Where a document stands on a day: what a list and a status say of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from qmtool.model.document import Document
from qmtool.model.project import Project


class State(StrEnum):
    """What the service must know of a document on a day."""

    IN_FORCE = "in-force"
    OVERDUE = "overdue"
    SCHEDULED = "scheduled"
    DRAFT = "draft"
    IN_REVIEW = "in-review"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RECORD = "record"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Standing:
    """A document, its state, and the version that applies on the day (empty: none).

    *effective* is the day since which it does; *category* where the document stands in its process.
    """

    document: Document
    state: State
    in_force: str
    process: str
    owner: str
    next_review: date | None
    effective: date | None = None
    category: str = ""

    def is_overdue(self, on: date) -> bool:
        """Return whether the version in force should have been reviewed before the day *on*."""
        return bool(self.in_force and self.next_review and self.next_review < on)


def standing(project: Project, document: Document) -> Standing:
    """Return where *document* stands on the day of *project*."""
    earlier = project.earlier.get(document.path)
    state = _state(project, document)
    at_hand = state in (State.IN_FORCE, State.OVERDUE)
    shown = document if at_hand else earlier or document
    in_force = shown.version if at_hand or earlier else ""
    # The file at hand counts the reviews that its last version went through since its release.
    is_last = in_force == document.version
    return Standing(
        document,
        state,
        in_force,
        project.process_of(document),
        project.owner_of(document),
        (document if is_last else shown).next_review,
        shown.effective if in_force else None,
        _category(project, document),
    )


def _category(project: Project, document: Document) -> str:
    """Return where *document* stands in its process: what is withdrawn is in the archive."""
    kind = project.kind_of(document)
    if document.status == "withdrawn" and kind is not None and kind.controlled:
        return "archive"
    return kind.category if kind else ""


def _state(project: Project, document: Document) -> State:
    kind = project.kind_of(document)
    if kind is None:
        return State.UNKNOWN
    if not kind.controlled:
        return State.RECORD
    if document.status == "withdrawn":
        return State.WITHDRAWN
    if document.status == "in-review":
        return State.IN_REVIEW
    if document.status != "released":
        return State.DRAFT
    if not document.is_intact():
        return State.CHANGED
    if document.effective and document.effective > project.on:
        return State.SCHEDULED
    if document.next_review and document.next_review < project.on:
        return State.OVERDUE
    return State.IN_FORCE


def standings(project: Project) -> Iterator[Standing]:
    """Yield where each document stands, in the order of the ids, those without id last."""
    for document in sorted(
        project.documents, key=lambda one: (not one.identifier, one.identifier, one.path)
    ):
        yield standing(project, document)
