"""What an audit found, and how far each finding is answered: cause, actions, by when, what next."""

from collections.abc import Iterator
from datetime import date
from shlex import quote
from typing import NamedTuple

from qmtool.model.audits import found_by
from qmtool.model.calendar import parse_day
from qmtool.model.document import Assessed, Document, halves
from qmtool.model.findings import GRADE, REQUIREMENT, Told, closed_on, findings
from qmtool.model.kind import Kind, texts
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Grade, Referential
from qmtool.model.workflow import (
    Deadline,
    deadlines,
    is_closed,
    lacking,
    state_of,
    written,
)


class Measure(NamedTuple):
    """An action that answers a finding; one that nothing describes has no *state*."""

    identifier: str
    title: str = ""
    state: Label | None = None
    owner: str = ""
    due: date | None = None
    is_done: bool = False
    is_late: bool = False


class Answer(NamedTuple):
    """A finding as it stands; one told by a line of the audit has no record, and no state.

    *given* is its grade as written, *closed* the day on which it was answered, *due* its first
    deadline, *command* what is to be typed next.
    """

    name: str
    requirement: str
    given: str
    grade: Grade | None = None
    sites: tuple[str, ...] = ()
    title: str = ""
    record: Document | None = None
    state: Label | None = None
    owner: str = ""
    measures: tuple[Measure, ...] = ()
    closed: date | None = None
    due: Deadline | None = None
    is_late: bool = False
    command: str = ""

    @property
    def label(self) -> Label:
        """Return what the grade is called."""
        return self.grade.label if self.grade else Label(self.given, self.given)

    @property
    def is_over(self) -> bool:
        """Return whether nothing is left to do; what is resolved is still to be verified."""
        return self.closed is not None and not self.command

    def says(self, key: str) -> str:
        """Return what the field *key* of its record holds."""
        return written(self.record, key) if self.record else ""


def is_finding(grade: Grade | None, given: str) -> bool:
    """Return whether what was *given* is one: every grade that does not mean conformance is."""
    return bool(given) and not (grade is not None and grade.conforms)


def answers(project: Project, audit: Document) -> list[Answer]:
    """Return what *audit* found, the gravest first, each with its answer so far."""
    told = Told(one for one in findings(project) if one.audit.path == audit.path)
    found = [
        *(_of_record(project, one, kind) for one, kind in finding_records(project, audit)),
        *(_of_line(project, audit, one) for one in audit.assessed if not told.holds(audit, one)),
    ]
    kept = [one for one in found if is_finding(one.grade, one.given)]
    return sorted(kept, key=lambda one: (_gravity(project, one), one.requirement, one.name))


def finding_records(project: Project, audit: Document) -> Iterator[tuple[Document, Kind]]:
    """Yield the findings of *audit* that are records, with their kind."""
    for document in project.documents:
        kind = project.kind_of(document) if found_by(document, audit) else None
        if kind is not None and kind.steps and REQUIREMENT in kind.fields:
            yield document, kind


def _of_record(project: Project, document: Document, kind: Kind) -> Answer:
    referential, _requirement = halves(written(document, REQUIREMENT))
    given = written(document, GRADE)
    due = deadlines(document, kind, project)
    return Answer(
        document.name,
        written(document, REQUIREMENT),
        given,
        _grade(project.referentials.get(referential), given),
        document.sites,
        document.title,
        document,
        kind.states[state_of(document, kind)].label,
        project.owner_of(document),
        tuple(_measure(project, one) for one in texts(document.values.get("actions"))),
        closed_on(document, kind),
        due[0] if due else None,
        bool(due) and due[0].day < project.on,
        next_command(document, kind),
    )


def _of_line(project: Project, audit: Document, line: Assessed) -> Answer:
    """Return what a line of *audit* says, which has no record of its own."""
    given = line.grade or ("" if line.score is None else str(line.score))
    scheme = project.referentials.get(line.referential)
    return Answer(
        audit.name,
        f"{line.referential}:{line.requirement}",
        given,
        scheme.grade(line.grade, line.score) if scheme else None,
        (line.site,) if line.site else audit.sites,
        closed=line.closed,
    )


def _grade(scheme: Referential | None, given: str) -> Grade | None:
    return scheme.grade(given) if scheme else None


def _gravity(project: Project, one: Answer) -> int:
    """Return where the grade of *one* stands among those of its referential, the gravest first."""
    scheme = project.referentials.get(halves(one.requirement)[0])
    grades = list(scheme.grades) if scheme else []
    return grades.index(one.grade) if one.grade in grades else -1


def _measure(project: Project, identifier: str) -> Measure:
    document = project.by_id.get(identifier)
    kind = project.kind_of(document) if document else None
    if document is None or kind is None or not kind.steps:
        return Measure(identifier, document.title if document else "")
    due = deadlines(document, kind, project)
    return Measure(
        identifier,
        document.title,
        kind.states[state_of(document, kind)].label,
        project.owner_of(document),
        parse_day(written(document, "due_date")),
        is_closed(document, kind) or state_of(document, kind) in kind.counts,
        bool(due) and due[0].day < project.on,
    )


def next_command(document: Document, kind: Kind) -> str:
    """Return what is to be typed to bring *document* to its next state, empty where it is closed.

    Fields that `qm` fills in by itself are left out.
    """
    following = kind.states[state_of(document, kind)].next
    if not following:
        return ""
    state = kind.states[following[0]]
    missing = [
        need.any[0]
        for need in lacking(document, state)
        if not any(kind.fields.get(key, {}).get("default") for key in need.any)
    ]
    given = "".join(f" --set {key}=…" for key in missing)
    return f"qm act {quote(document.name)} {state.name}{given}"
