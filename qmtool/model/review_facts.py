"""What a management review looks at, as data: facts under the items of ISO 9001, 9.3.2."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.evidence import dated
from qmtool.model.kind import Kind, texts
from qmtool.model.label import Label
from qmtool.model.period import Period
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.model.workflow import deadlines, is_closed, state_of, value, written


class Named(NamedTuple):
    """A value with a name for readers: a state, a choice, a person. *label* may be a `Text`."""

    key: str
    label: object


class Linked(NamedTuple):
    """A record that another one names, and its state where it has one."""

    identifier: str
    state: Named | None = None


Cell = str | int | float | date | Named | tuple[str | Linked, ...] | None


class Column(NamedTuple):
    """What a column of a table of facts holds."""

    key: str
    label: object


class Count(NamedTuple):
    """How many there are of something."""

    key: str
    label: object
    number: int


class Fact(NamedTuple):
    """What is known of one subject: numbers, and a table with the ids they come from."""

    key: str
    title: object
    counts: Sequence[Count] = ()
    columns: Sequence[Column] = ()
    rows: Sequence[Sequence[Cell]] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether there is nothing to tell."""
        return not self.rows and not any(one.number for one in self.counts)


Facts = Iterator[Fact]

_COMMON: Mapping[str, object] = {
    "id": say("id"),
    "title": say("title"),
    "date": say("date"),
    "owner": say("owner"),
    "status": say("state"),
}
LATE = Column("late", say("late"))
_YES_NO = {False: Named("false", say("no")), True: Named("true", say("yes"))}


def yes_no(held: bool) -> Named:
    """Return *held* as a reader understands it."""
    return _YES_NO[held]


@dataclass(frozen=True)
class Look:
    """A look at the registers of *project* over *period*, at one *site* or at all (empty)."""

    project: Project
    period: Period
    site: str = ""

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Document]]:
        found: dict[str, list[Document]] = defaultdict(list)
        for one in self.project.documents:
            is_here = not self.site or not one.sites or self.site in one.sites
            if is_here and (one.date is None or one.date <= self.period.last):
                found[one.kind].append(one)
        for kept in found.values():
            kept.sort(key=lambda one: (one.date or date.min, one.name))
        return found

    @cached_property
    def _people(self) -> Mapping[str, str]:
        return {one.identifier: one.name for one in self.project.settings.policy.people}

    def of(self, *kinds: str) -> list[Document]:
        """Return the documents of these *kinds* up to the end of the period, by day then id."""
        return [one for kind in kinds for one in self._by_kind.get(kind, ())]

    def kind(self, document: Document) -> Kind:
        """Return the kind of *document*, which is one of the project."""
        return self.project.kinds[document.kind]

    def state(self, document: Document) -> str:
        """Return the name of the state of *document*, empty where its kind has none."""
        kind = self.kind(document)
        return state_of(document, kind) if kind.steps else ""

    def is_open(self, document: Document) -> bool:
        """Return whether something may still follow the state of *document*."""
        kind = self.kind(document)
        return bool(kind.steps) and not is_closed(document, kind)

    def is_late(self, document: Document) -> bool:
        """Return whether a deadline of *document* is over on the day of the project."""
        found = deadlines(document, self.kind(document), self.project)
        return bool(found) and found[0].day < self.project.on

    def day(self, document: Document) -> date | None:
        """Return the day of *document*: that of the thing itself, as its kind tells it."""
        return dated(document, self.kind(document)).date

    def is_new(self, document: Document) -> bool:
        """Return whether *document* is of the period."""
        return self.period.holds(self.day(document))

    def has_moved(self, document: Document, *fields: str) -> bool:
        """Return whether something happened to *document* in the period, by its dates.

        Its own day counts, those of the states it entered, and those that *fields* hold.
        """
        days = [self.day(document), *(day_of(document, name) for name in fields)]
        days += [parse_day(row.date) for row in document.history if row.state]
        return any(self.period.holds(day) for day in days)

    def entered(self, document: Document, *states: str) -> bool:
        """Return whether *document* entered one of *states* in the period."""
        return any(
            row.state in states and self.period.holds(parse_day(row.date))
            for row in document.history
        )

    def cell(self, document: Document, key: str) -> Cell:
        """Return what *key* of *document* holds, with names for what people know by a name."""
        kind = self.kind(document)
        match key:
            case "id":
                return document.name
            case "date":
                return self.day(document)
            case "status":
                state = self.state(document)
                return Named(state, kind.states[state].label) if state else None
            case "owner":
                return self._person(self.project.owner_of(document))
        held = value(document, key)
        declared = kind.fields.get(key, {})
        return self._text(held, declared) if isinstance(held, str) else _number(held)

    def _text(self, held: str, declared: Mapping[str, Any]) -> Cell:
        """Return what the text *held* is to a reader, by the way its field was *declared*."""
        if declared.get("values"):
            return Named(held, Label.read(declared["values"].get(held, held)))
        if declared.get("type") == "person":
            return self._person(held)
        if declared.get("type") == "date":
            return parse_day(held)
        return " ".join(held.split()) or None

    def linked(self, names: Iterable[str]) -> tuple[Linked, ...]:
        """Return the records called *names* with their states."""
        found = []
        for name in names:
            document = self.project.by_id.get(name)
            known = document is not None and self.project.kind_of(document) is not None
            state = self.cell(document, "status") if document is not None and known else None
            found.append(Linked(name, state if isinstance(state, Named) else None))
        return tuple(found)

    def _person(self, identifier: str) -> Cell:
        name = self._people.get(identifier) or identifier
        return Named(identifier, name) if identifier else None

    def columns(self, kind: str, *keys: str) -> list[Column]:
        """Return the columns of these *keys* of a *kind*, as it calls its fields."""
        known = self.project.kinds.get(kind)
        found = []
        for key in keys:
            is_field = known is not None and key in known.fields
            label = known.field_label(key) if known and is_field else _COMMON.get(key, key)
            found.append(Column(key, label))
        return found

    def row(self, document: Document, *keys: str) -> list[Cell]:
        """Return what *keys* of *document* hold."""
        return [self.cell(document, key) for key in keys]

    def table(
        self, key: str, found: Iterable[Document], keys: Sequence[str], counts: Sequence[Count] = ()
    ) -> Fact:
        """Return the fact about those *found* in the register *key*: their *keys*, and if late."""
        kind = self.project.kinds.get(key)
        rows = [[*self.row(one, *keys), yes_no(self.is_late(one))] for one in found]
        columns = [*self.columns(key, *keys), LATE]
        return Fact(key, kind.label if kind else key, counts, columns, rows)

    def how_open(self, found: Sequence[Document]) -> list[Count]:
        """Return how many of *found* are still open, and how many late."""
        return [
            Count("open", say("still open"), sum(map(self.is_open, found))),
            Count("late", say("late"), sum(map(self.is_late, found))),
        ]

    def by_state(self, found: Iterable[Document]) -> list[Count]:
        """Return how many of *found* are in each state, in the order of their kind."""
        numbers: dict[str, int] = defaultdict(int)
        kinds = {}
        for one in found:
            numbers[self.state(one)] += 1
            kinds[one.kind] = self.kind(one)
        return [
            Count(name, state.label, numbers[name])
            for kind in kinds.values()
            for name, state in kind.states.items()
            if numbers[name]
        ]


def _number(held: object) -> Cell:
    """Return a cell for *held*, which is no text."""
    if isinstance(held, bool):
        return yes_no(held)
    if isinstance(held, list | tuple):
        return texts(held)
    return held if isinstance(held, int | float | date) else None


def day_of(document: Document, *names: str) -> date | None:
    """Return the day that the first of the fields *names* with one holds."""
    for name in names:
        held = value(document, name)
        day = held if isinstance(held, date) else parse_day(held) if isinstance(held, str) else None
        if day is not None:
            return day
    return None


def number_of(document: Document, name: str) -> float | None:
    """Return the number that the field *name* of *document* holds, None without one."""
    held = value(document, name)
    return float(held) if isinstance(held, int | float) and not isinstance(held, bool) else None


def discreet(project: Project, hidden: Iterable[str]) -> Project:
    """Return *project* without the words of the documents at the paths *hidden*.

    They tell who somebody is; that they exist, and where they stand, may be told.
    """
    paths = frozenset(hidden)
    documents = tuple(
        _without_words(project, one) if one.path in paths else one for one in project.documents
    )
    return replace(project, documents=documents) if paths else project


def _without_words(project: Project, document: Document) -> Document:
    kind = project.kind_of(document)
    words = kind.fields_of("text", "texts") if kind else ()
    kept = {key: held for key, held in document.values.items() if key not in words}
    return replace(document, title="", values=kept)


def tally(found: Iterable[Document], name: str) -> Mapping[str, int]:
    """Return how many of *found* have each value of the field *name*, the most frequent first."""
    numbers: dict[str, int] = defaultdict(int)
    for one in found:
        numbers[" ".join(written(one, name).split())] += 1
    return dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])))
