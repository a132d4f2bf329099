"""The indicators of a quality system: what each aims at, its values, and what they tell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from qmtool.model.document import Document
from qmtool.model.kind import Kind, texts
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names
from qmtool.model.period import Period
from qmtool.model.project import Project
from qmtool.model.series import MONTHS, Series, Slot, Value, missing, numbers
from qmtool.model.series_computed import COMPUTED, OF_DOCUMENTS, Counted, computed
from qmtool.model.series_state import Goal, Limits, Worth, asks_for_action, limits
from qmtool.model.workflow import is_closed, state_of, value, written


class Way(StrEnum):
    """How the last value moved from the one before."""

    UP = "up"
    DOWN = "down"
    LEVEL = "level"


@dataclass(frozen=True)
class Indicator:
    """A document that says what is measured, and the *values* that were asked for.

    *file* is where the values stand, empty for one that is *computed*; *missing* are the periods
    without one, *faults* counts what of the file cannot be read. *answered* are the actions that
    are under way.
    """

    document: Document
    state: Label
    process: str
    owner: str
    unit: str
    every: str
    goal: Goal
    values: tuple[Value, ...]
    file: str = ""
    computed: Label | None = None
    register: str = ""
    missing: tuple[Slot, ...] = ()
    faults: int = 0
    answered: tuple[str, ...] = ()

    @cached_property
    def told(self) -> tuple[Value, ...]:
        """Return the values that are there."""
        return tuple(one for one in self.values if one.value is not None)

    @cached_property
    def numbers(self) -> list[float]:
        """Return what was measured, in order."""
        return numbers(self.values)

    @cached_property
    def limits(self) -> Limits | None:
        """Return the mean and the limits of the values."""
        return limits(self.numbers)

    @property
    def last(self) -> Value | None:
        """Return the last value, None without any."""
        return self.told[-1] if self.told else None

    @property
    def worth(self) -> Worth | None:
        """Return where the last value stands against the target."""
        return self.goal.worth(self.numbers[-1]) if self.numbers else None

    @property
    def way(self) -> Way | None:
        """Return how the last value moved from the one before, None with fewer than two."""
        if len(self.numbers) < 2:
            return None
        before, now = self.numbers[-2:]
        return Way.UP if now > before else Way.DOWN if now < before else Way.LEVEL

    @property
    def needs_action(self) -> bool:
        """Return whether the last two values are off target."""
        return asks_for_action(self.numbers, self.goal)


@dataclass(frozen=True)
class Indicators:
    """The indicators that were asked for, by id, with names for a reader."""

    found: tuple[Indicator, ...]
    on: date
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    processes: Mapping[str, str] = field(default_factory=dict)

    def count(self, worth: Worth) -> int:
        """Return how many stand there."""
        return sum(one.worth is worth for one in self.found)


def keeps_series(project: Project) -> Iterator[Document]:
    """Yield the documents whose kind keeps values over time."""
    names = {name for name, kind in project.kinds.items() if kind.series}
    return (one for one in project.documents if one.kind in names)


def file_of(document: Document) -> str:
    """Return the path of the values of *document*: its own, with the ending of a CSV file."""
    return f"{document.path.removesuffix('.md')}.csv"


def announced(document: Document) -> str:
    """Return the period that the values of *document* are for, empty where it names none."""
    every = written(document, "period")
    return every if every in MONTHS else ""


def indicators(
    project: Project,
    series: Mapping[str, Series],
    *,
    names: Sequence[str] = (),
    process: str = "",
    site: str = "",
    period: Period | None = None,
) -> Indicators:
    """Return the indicators of *project* that are wanted, *series* holding their values by path.

    They are those of *names*, without any those of the *process* and of the *site*, else all of
    them; one that names no site is of every site.
    A document of the kind that names no period and has no values is a dashboard: it is left out,
    as one that is retired, unless it is one of *names*.
    """
    settings = project.settings
    registers: dict[str, Counted] = {}
    found = [
        _indicator(project, document, series, registers, period)
        for document in keeps_series(project)
        if (
            document.identifier in names
            if names
            else _is_one(project, document, series)
            and process in ("", project.process_of(document))
            and (not site or not document.sites or site in document.sites)
        )
    ]
    return Indicators(
        tuple(sorted(found, key=lambda one: (one.document.name, one.document.path))),
        project.on,
        project.at,
        settings.organisation,
        names_of(project),
        process_names(project),
    )


def _is_one(project: Project, document: Document, series: Mapping[str, Series]) -> bool:
    """Return whether *document* is an indicator, and one that is not retired."""
    kind = project.kinds[document.kind]
    is_retired = bool(kind.steps) and is_closed(document, kind)
    return not is_retired and (bool(announced(document)) or document.path in series)


def _indicator(
    project: Project,
    document: Document,
    series: Mapping[str, Series],
    registers: dict[str, Counted],
    period: Period | None,
) -> Indicator:
    kind, every = project.kinds[document.kind], announced(document)
    name, register = written(document, "computed"), written(document, "register")
    known = Indicator(
        document,
        kind.states[state_of(document, kind)].label if kind.steps else Label("", ""),
        project.process_of(document),
        project.owner_of(document),
        written(document, "unit"),
        every,
        _goal(document),
        (),
        answered=tuple(_under_way(project, document)),
    )
    if name in COMPUTED and every:
        counted = registers.setdefault(
            "" if name in OF_DOCUMENTS else register, Counted(project, project.kinds.get(register))
        )
        since = period.first if period and period.first > date.min else None
        values = computed(name, counted, every, project.on, since)
        label = Label.read(kind.fields["computed"]["values"][name])
        known = replace(known, computed=label, register=register)
        return replace(known, values=tuple(one for one in values if _in(one.slot, period)))
    held = series.get(document.path, Series())
    return replace(
        known,
        values=tuple(one for one in held.values if _in(one.slot, period)),
        file=file_of(document),
        missing=tuple(one for one in _missing(held, document, kind, project) if _in(one, period)),
        faults=len(held.faults),
    )


def _missing(held: Series, document: Document, kind: Kind, project: Project) -> tuple[Slot, ...]:
    """Return the periods without a value: up to now, or to the last one if it is not followed."""
    is_followed = not kind.steps or state_of(document, kind) == kind.initial
    until = project.on if is_followed or not held.told else held.told[-1].slot.last
    return missing(held.values, until)


def _in(slot: Slot, period: Period | None) -> bool:
    return period is None or (slot.first <= period.last and slot.last >= period.first)


def _goal(document: Document) -> Goal:
    held = [value(document, key) for key in ("target", "alert_threshold", "target_max")]
    target, alert, highest = (float(one) if isinstance(one, int | float) else None for one in held)
    return Goal(target, alert, written(document, "direction"), highest)


def _under_way(project: Project, document: Document) -> Iterator[str]:
    """Yield the actions that *document* names and that are not closed."""
    for name in texts(value(document, "actions")):
        action = project.by_id.get(name)
        kind = project.kind_of(action) if action else None
        if action and kind and not is_closed(action, kind):
            yield name
