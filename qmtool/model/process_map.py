"""The maps of a centre: its processes, and the parties that have an interest in it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qmtool.model.document import Document
from qmtool.model.kind import texts
from qmtool.model.label import Label
from qmtool.model.people import names_of
from qmtool.model.project import Project
from qmtool.model.standing import standings
from qmtool.model.workflow import deadlines, is_closed, value, written

FAMILIES = ("management", "operational", "support")
PARTY = "interested-party"


@dataclass(frozen=True)
class Box:
    """A process, and how many of its documents are in force, and late for their review."""

    identifier: str
    code: str
    title: str
    family: str
    owner: str
    in_force: int
    overdue: int


@dataclass(frozen=True)
class ProcessMap:
    """The processes of `qm.yaml`, in its order; *outside* counts the documents of none."""

    boxes: tuple[Box, ...]
    outside: int
    on: date
    at: str = ""
    centre: str = ""

    def of(self, family: str) -> tuple[Box, ...]:
        """Return the processes of a *family*, the empty one being those without a type."""
        known = family if family in FAMILIES else ""
        return tuple(
            one for one in self.boxes if (one.family if one.family in FAMILIES else "") == known
        )


def process_map(project: Project) -> ProcessMap:
    """Return the map of the processes of *project*."""
    settings = project.settings
    people = names_of(project)
    in_force: dict[str, int] = {}
    overdue: dict[str, int] = {}
    for one in standings(project):
        if one.in_force:
            in_force[one.process] = in_force.get(one.process, 0) + 1
            overdue[one.process] = overdue.get(one.process, 0) + one.is_overdue(project.on)
    boxes = tuple(
        Box(
            one.identifier,
            one.code,
            one.title or one.identifier,
            one.type,
            people.get(one.owner, one.owner),
            in_force.get(one.identifier, 0),
            overdue.get(one.identifier, 0),
        )
        for one in settings.processes
    )
    known = {one.identifier for one in boxes}
    outside = sum(count for name, count in in_force.items() if name not in known)
    return ProcessMap(boxes, outside, project.on, project.at, settings.organisation)


class Proximity(StrEnum):
    """How close a party is, the closest first; UNKNOWN is not said yet."""

    STRONG = "strong"
    MEDIUM = "medium"
    WEAK = "weak"
    UNKNOWN = ""


@dataclass(frozen=True)
class Party:
    """A party, what it expects, and the risks that go with it; a weak one is not assessed."""

    document: Document
    category: Label
    proximity: Proximity
    expectations: tuple[str, ...]
    risks: tuple[str, ...]
    opportunities: tuple[str, ...] = ()
    is_late: bool = False


@dataclass(frozen=True)
class PartyMap:
    """The parties that are still on the map, the closest first, then by name."""

    parties: tuple[Party, ...]
    on: date
    at: str = ""
    centre: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)

    def of(self, proximity: Proximity) -> tuple[Party, ...]:
        """Return the parties of that *proximity*."""
        return tuple(one for one in self.parties if one.proximity is proximity)


def party_map(project: Project) -> PartyMap:
    """Return the map of the interested parties of *project*, numbered from the closest on."""
    order = list(Proximity)
    found = sorted(
        _parties(project),
        key=lambda one: (
            order.index(one.proximity),
            one.document.title.casefold(),
            one.document.name,
        ),
    )
    numbers = {one.document.path: n for n, one in enumerate(found, start=1)}
    return PartyMap(tuple(found), project.on, project.at, project.settings.organisation, numbers)


def _parties(project: Project) -> Iterator[Party]:
    kind = project.kinds.get(PARTY)
    if kind is None:
        return
    categories = kind.fields.get("category", {}).get("values", {})
    for document in project.documents:
        if document.kind != PARTY or is_closed(document, kind):
            continue
        proximity, category = written(document, "proximity"), written(document, "category")
        yield Party(
            document,
            Label.read(categories.get(category) or category),
            Proximity(proximity) if proximity in list(Proximity) else Proximity.UNKNOWN,
            texts(value(document, "expectations")),
            (*texts(value(document, "risks")), *texts(value(document, "risk_records"))),
            texts(value(document, "opportunities")),
            any(one.day < project.on for one in deadlines(document, kind, project)),
        )
