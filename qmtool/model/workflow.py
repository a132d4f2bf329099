"""Where a record stands in the states of its kind, what the next ones ask for, and by when."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from qmtool.model.calendar import Holidays, add_days, add_months, parse_day
from qmtool.model.document import Document, HistoryRow, Names
from qmtool.model.kind import COMMON_KEYS, NAMING, Kind, texts
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Referential
from qmtool.model.state import Due, Need, State, When
from qmtool.model.text import Text, say

REFERENTIAL = "referential"
"""The field that names the referential whose cycle sets a deadline."""


_ATTRIBUTES = {
    key: "identifier" if key == "id" else key for key in COMMON_KEYS if key != "satisfies"
}
"""The attributes of a document that hold the keys of every kind."""

NAMING_TYPES = frozenset({*NAMING, "person", "people", "site", "reference", "references"})
"""The types of the fields that name something which stands elsewhere."""


class Deadline(NamedTuple):
    """A *state* that *document* must reach by a *day*, counted from *start* as *due* says."""

    document: Document
    state: State
    due: Due
    start: date
    day: date

    @property
    def duty(self) -> Label | Text:
        """Return what is to be done by then.

        The name of a state would read as if it were reached.
        """
        return self.due.duty or say("reach “{state}”", state=self.state.label)


def records(project: Project) -> Iterator[tuple[Document, Kind]]:
    """Yield the documents of *project* whose kind has states, with their kind."""
    kinds = {name: kind for name, kind in project.kinds.items() if kind.steps}
    for document in project.documents:
        kind = kinds.get(document.kind)
        if kind is not None:
            yield document, kind


def misnamed(
    project: Project, known: Container[str], *types: str
) -> Iterator[tuple[Document, str, str]]:
    """Yield the document, the field and the value where one of these *types* is not *known*."""
    for kind_of_field in types:
        for one, places in project.named.get(kind_of_field, {}).items():
            if one not in known:
                for document, name in places:
                    yield document, name, one


def names_in(values: Mapping[str, Any], kind: Kind) -> Names:
    """Return what fields with those *values* name, of a document of *kind*."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, held in values.items():
        declared = kind.fields[name]["type"] if name in kind.fields else ""
        if declared in NAMING_TYPES:
            found.setdefault(declared, []).extend((name, one) for one in texts(held))
    return found


def value(document: Document, key: str) -> object:
    """Return what the front-matter *key* of *document* holds, a common one or a field's."""
    if key in document.values:
        return document.values[key]
    if key == "satisfies":
        return [f"{one.referential}:{one.requirement}" for one in document.declarations]
    return getattr(document, _ATTRIBUTES[key]) if key in _ATTRIBUTES else None


def has(document: Document, key: str) -> bool:
    """Return whether *key* of *document* has a value; `false` and 0 are values."""
    return value(document, key) not in (None, "", [], ())


def written(document: Document, key: str) -> str:
    """Return what *key* of *document* holds as front matter writes it, empty without a value."""
    return plain(value(document, key))


def plain(held: object) -> str:
    """Return *held* as front matter writes it, empty for nothing."""
    if isinstance(held, bool):
        return str(held).lower()
    if isinstance(held, float):
        return str(int(held)) if held == int(held) else repr(held)
    if isinstance(held, list | tuple):
        return ", ".join(map(str, held))
    return "" if held is None else str(held)


def holds(document: Document, when: When) -> bool:
    """Return whether the fields of *document* have the values of *when*."""
    return all(written(document, key) in wanted for key, wanted in when.items())


def state_of(document: Document, kind: Kind) -> str:
    """Return the state of *document*: what its *kind* takes it for where it says none."""
    return document.status if document.status in kind.steps else kind.assumed


def is_closed(document: Document, kind: Kind) -> bool:
    """Return whether nothing follows the state of *document*."""
    return state_of(document, kind) in kind.final


def lacking(document: Document, state: State) -> list[Need]:
    """Return what *document* lacks to be in *state*."""
    return [
        need
        for need in state.needs
        if not any(has(document, key) for key in need.any) and holds(document, need.when)
    ]


def entered(document: Document, kind: Kind) -> list[HistoryRow]:
    """Return the rows of the states that *document* entered and has not gone back from."""
    known = [row for row in document.history if row.state in kind.steps]
    if len({row.state for row in known}) == len(known):
        return known
    kept: list[HistoryRow] = []
    for row in known:
        names = [one.state for one in kept]
        if row.state in names:  # it went back: what came after is still to be done
            del kept[names.index(row.state) :]
        kept.append(row)
    return kept


def ahead(document: Document, kind: Kind) -> list[State]:
    """Return the states that may still follow, in the order of *kind*; none without states."""
    current = state_of(document, kind)
    if current not in kind.steps or current in kind.final:
        return []
    behind = {row.state for row in entered(document, kind)} | {current}
    found, todo = set(), [current]
    while todo:
        for name in kind.states[todo.pop()].next:
            if name not in behind and name not in found:
                found.add(name)
                todo.append(name)
    return [state for name, state in kind.states.items() if name in found]


def deadlines(document: Document, kind: Kind, project: Project) -> list[Deadline]:
    """Return by when *document* must reach the states that may still follow, earliest first."""
    if document.is_done:
        return []
    follow = {state.name for state in ahead(document, kind)}
    found = [
        Deadline(document, state, due, start, day)
        for state, due in kind.dues
        if (not _is_met(document, due, project.on) if due.until else state.name in follow)
        if holds(document, due.when)
        if (start := _day(value(document, due.start))) is not None
        if (day := due_day(due, start, document, project)) is not None
    ]
    return sorted(found, key=lambda one: one.day)


def _is_met(document: Document, due: Due, on: date) -> bool:
    """Return whether the field that ends *due* has a value; a day to come ends nothing."""
    day = _day(value(document, due.until))
    return has(document, due.until) and (day is None or day <= on)


def step_towards(kind: Kind, start: str, target: str) -> str:
    """Return the state that follows *start* on the shortest way to *target*, itself without one."""
    first = {name: name for name in kind.states[start].next}
    todo = list(first)
    for name in todo:
        if name == target:
            return first[name]
        for after_it in kind.states[name].next:
            if after_it not in first:
                first[after_it] = first[name]
                todo.append(after_it)
    return target


def is_done(document: Document, kind: Kind) -> bool:
    """Return whether nothing follows the state of *document*, and no duty goes on after it."""
    return is_closed(document, kind) and not any(
        due.until and not has(document, due.until) and holds(document, due.when)
        for _state, due in kind.dues
    )


def due_day(due: Due, start: date, document: Document, project: Project) -> date | None:
    """Return the last day of *due* counted from *start*; None where no cycle sets one."""
    if due.cycle:
        scheme = project.referentials.get(written(document, REFERENTIAL))
        months = _cycle(due, scheme) if scheme else None
        return add_months(start, months) if months else None
    if due.months:
        return add_months(start, due.months)
    return after(start, due, project.holidays)


def after(start: date, due: Due, holidays: Holidays) -> date:
    """Return the day that is the days of *due* after *start*, working ones or not."""
    if due.working:
        return holidays.after(start, due.days)
    return add_days(start, due.days)


def _cycle(due: Due, scheme: Referential) -> int | None:
    return scheme.cycle.check_months if due.cycle == "check" else scheme.cycle.validity_months


def _day(held: object) -> date | None:
    if isinstance(held, date):
        return held
    return parse_day(held) if isinstance(held, str) else None


def may_follow(kind: Kind, seen: Sequence[str], state: str) -> bool:
    """Return whether *state* may come after the states *seen*.

    A record of `qm` begins in its first state, one from elsewhere in any. What is closed may be
    taken up again where it was before.
    """
    last = kind.states.get(seen[-1]) if seen else None
    if last is None:
        return True  # what is wrong with a state that does not exist is told of that state
    return state in last.next or (not last.next and state in seen[:-1])


def late(project: Project) -> Iterator[Deadline]:
    """Yield the deadlines of the records of *project* that are over on its day."""
    for document, kind in records(project):
        for deadline in deadlines(document, kind, project):
            if deadline.day < project.on:
                yield deadline
