"""The list of documents, as a person asked for it: filtered and sorted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qmtool.model.label import Label
from qmtool.model.standing import Standing, State

CATEGORIES = ("applicable", "form", "record", "archive")


@dataclass(frozen=True)
class Wanted:
    """Which documents are listed; what is empty leaves none out."""

    kind: str = ""
    process: str = ""
    owner: str = ""
    site: str = ""
    state: str = ""
    category: str = ""
    overdue: bool = False
    due_before: date | None = None
    applicable: bool = False

    def keeps(self, one: Standing, on: date) -> bool:
        """Return whether *one* is listed on the day *on*."""
        document = one.document
        due = one.next_review if one.in_force else None
        return (
            self.kind in ("", document.kind)
            and self.process in ("", one.process)
            and self.owner in ("", one.owner)
            and (not self.site or not document.sites or self.site in document.sites)
            and self.state in ("", one.state.value)
            and self.category in ("", one.category)
            and (not self.overdue or one.is_overdue(on))
            and (self.due_before is None or (due is not None and due < self.due_before))
            and (not self.applicable or bool(one.in_force))
        )


@dataclass(frozen=True)
class MasterList:
    """Documents in order, with the names that a reader knows people, processes and kinds by.

    *at* is what was read, a commit or the files on disk, and *commit* the last one under them;
    *is_applicable* says that the list holds what is in force on the day *on*, and nothing else.
    """

    standings: Sequence[Standing]
    on: date
    at: str = ""
    commit: str = ""
    centre: str = ""
    is_applicable: bool = False
    people: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Label] = field(default_factory=dict)

    def owner(self, one: Standing) -> str:
        """Return the name of the owner of *one*, or the id that nobody has."""
        return self.people.get(one.owner, one.owner)

    def state(self, one: Standing) -> State:
        """Return the state of *one*; on a list of what is in force, that of this version."""
        if not self.is_applicable:
            return one.state
        return State.OVERDUE if one.is_overdue(self.on) else State.IN_FORCE


_NEVER = date.max

SORTS: Mapping[str, Callable[[Standing], Any]] = {
    "id": lambda one: (),
    "title": lambda one: one.document.title.casefold(),
    "kind": lambda one: one.document.kind,
    "process": lambda one: (not one.process, one.process),
    "owner": lambda one: (not one.owner, one.owner),
    "state": lambda one: list(State).index(one.state),
    "category": lambda one: (*CATEGORIES, one.category).index(one.category),
    "effective": lambda one: one.effective or _NEVER,
    "next-review": lambda one: one.next_review or _NEVER,
}
"""By what a list may be sorted; what is equal stays in the order of the ids."""


def chosen(found: Iterable[Standing], wanted: Wanted, on: date, sort: str) -> list[Standing]:
    """Return those of *found*, which are in the order of their ids, that are *wanted*, sorted."""
    return sorted((one for one in found if wanted.keeps(one, on)), key=SORTS[sort])
