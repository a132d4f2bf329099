"""The list of documents, as a person asked for it: filtered and sorted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qmtool.model.glossary import folded
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.period import Period
from qmtool.model.project import Project
from qmtool.model.standing import Standing, State
from qmtool.model.workflow import state_of

CATEGORIES = ("applicable", "form", "record", "archive")


@dataclass(frozen=True)
class Wanted:
    """Which documents are listed; what is empty leaves none out.

    A document without sites applies to all of them; one that names no device or no post is about
    none in particular, and is left out where one is asked for. Those names are compared without
    case, accents and punctuation. What is of a *period* is a record by its date, a controlled
    document by the day from which its version in force applies.
    """

    kind: str = ""
    process: str = ""
    owner: str = ""
    site: str = ""
    state: str = ""
    category: str = ""
    overdue: bool = False
    due_before: date | None = None
    applicable: bool = False
    device: str = ""
    post: str = ""
    period: Period | None = None

    def keeps(self, one: Standing, on: date) -> bool:
        """Return whether *one* is listed on the day *on*."""
        return self._is_of(one) and self._stands(one, on)

    def _is_of(self, one: Standing) -> bool:
        """Return whether *one* is what it should be, and about what it should be."""
        document = one.document
        return (
            self.kind in ("", document.kind)
            and self.process in ("", one.process)
            and self.owner in ("", one.owner)
            and self.category in ("", one.category)
            and (not self.site or not document.sites or self.site in document.sites)
            and (not self.device or is_named(self.device, document.devices))
            and (not self.post or is_named(self.post, document.posts))
            and (self.period is None or self.period.holds(_dated(one)))
        )

    def _stands(self, one: Standing, on: date) -> bool:
        """Return whether *one* is in the state where it should be on the day *on*."""
        due = one.next_review if one.in_force else None
        return (
            self.state in ("", one.state.value)
            and (not self.overdue or one.is_overdue(on))
            and (self.due_before is None or (due is not None and due < self.due_before))
            and (not self.applicable or bool(one.in_force))
        )


def is_named(name: str, among: Iterable[str]) -> bool:
    """Return whether *name* is *among* the names, whatever their case, accents and punctuation."""
    wanted = folded(name)
    return any(folded(one) == wanted for one in among)


def _dated(one: Standing) -> date | None:
    """Return the day that says of which period *one* is."""
    return one.document.date if one.state is State.RECORD else one.effective


def devices_known(project: Project) -> list[str]:
    """Return the devices that `qm.yaml` or a document names, each once."""
    sites = (name for site in project.settings.sites for name in site.devices)
    return distinct_names(sites, (one.devices for one in project.documents))


def posts_known(project: Project) -> list[str]:
    """Return the posts that a document names, each once."""
    return distinct_names((), (one.posts for one in project.documents))


def distinct_names(first: Iterable[str], lists: Iterable[Iterable[str]]) -> list[str]:
    """Return the names of *first* and of *lists*, each as it is spelt first, in order."""
    found: dict[str, str] = {}
    for name in (*first, *(name for names in lists for name in names)):
        found.setdefault(folded(name), name)
    return [found[key] for key in sorted(found) if key]


@dataclass(frozen=True)
class MasterList:
    """Documents in order, with the names that a reader knows people, processes and kinds by.

    *at* is what was read, a commit or the files on disk, and *commit* the last one under them;
    *is_applicable* says that the list holds what is in force on the day *on*, and nothing else.
    *registers* are the kinds whose records have states.
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
    registers: Mapping[str, Kind] = field(default_factory=dict)

    def step(self, one: Standing) -> Label | None:
        """Return what people call the state of *one* in its register; None where it is in none."""
        kind = self.registers.get(one.document.kind)
        return kind.states[state_of(one.document, kind)].label if kind else None

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
