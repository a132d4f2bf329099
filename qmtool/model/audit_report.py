"""One audit as it stands: what it was about, what was seen and found, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from qmtool.model.answers import Answer, answers, next_command
from qmtool.model.audits import (
    Conflict,
    not_independent,
    previous_audit,
    processes_of,
    referentials_of,
)
from qmtool.model.document import Assessed, Document, halves
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.people import names_of, process_names
from qmtool.model.project import Project
from qmtool.model.referential import Grade, Referential
from qmtool.model.workflow import deadlines, state_of


@dataclass(frozen=True)
class Seen:
    """A requirement that was looked at, and what was given there; *findings* are their names."""

    name: str
    title: Label | str
    sites: Sequence[str]
    given: str
    grade: Grade | None
    findings: Sequence[str]


@dataclass(frozen=True)
class AuditReport:
    """An *audit* with what it *seen*, its *findings* with their answers, and those *before* it.

    *command* is what is to be typed next for the audit itself, *text* the body of its record.
    """

    audit: Document
    kind: Kind
    on: date
    state: Label
    processes: Sequence[str]
    referentials: Sequence[tuple[str, Label | str]]
    seen: Sequence[Seen]
    findings: Sequence[Answer]
    previous: Document | None
    before: Sequence[Answer]
    conflicts: Sequence[Conflict]
    command: str
    is_late: bool
    text: str = ""
    at: str = ""
    centre: str = ""
    people: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def still_open(self) -> int:
        """Return how many findings are not answered."""
        return sum(one.closed is None for one in self.findings)


def audit_report(project: Project, audit: Document, kind: Kind, text: str = "") -> AuditReport:
    """Return what is known of *audit*, a record of *kind* with the body *text*."""
    previous = previous_audit(project, audit)
    found = answers(project, audit)
    due = deadlines(audit, kind, project)
    return AuditReport(
        audit,
        kind,
        project.on,
        kind.states[state_of(audit, kind)].label,
        processes_of(project, audit),
        [
            (name, scheme.title if (scheme := project.referentials.get(name)) else "")
            for name in referentials_of(audit)
        ],
        _seen(project, audit, found),
        found,
        previous,
        answers(project, previous) if previous else (),
        list(not_independent(project, audit)),
        next_command(audit, kind),
        bool(due) and due[0].day < project.on,
        text,
        project.at,
        project.settings.organisation,
        names_of(project),
        process_names(project),
    )


def _seen(project: Project, audit: Document, found: Sequence[Answer]) -> list[Seen]:
    """Return each requirement that was looked at, in the order of its referential."""
    lines = [_of_line(project, audit, one) for one in audit.assessed]
    named = [one for one in found if one.record is not None]
    lines += [
        Seen(
            one.requirement,
            _title(project, one.requirement),
            one.sites,
            one.given,
            one.grade,
            [one.name],
        )
        for one in named
    ]
    return sorted(lines, key=lambda one: _place(project, one))


def _of_line(project: Project, audit: Document, line: Assessed) -> Seen:
    scheme = project.referentials.get(line.referential)
    name = f"{line.referential}:{line.requirement}"
    return Seen(
        name,
        _title(project, name),
        (line.site,) if line.site else audit.sites,
        line.grade or ("" if line.score is None else str(line.score)),
        scheme.grade(line.grade, line.score) if scheme else None,
        (),
    )


def _title(project: Project, name: str) -> Label | str:
    scheme, identifier = _found(project, name)
    node = scheme.by_id.get(identifier) if scheme else None
    return node.title if node else ""


def _found(project: Project, name: str) -> tuple[Referential | None, str]:
    """Return the referential of the requirement *name*, and the id of the node that is meant."""
    referential, written = halves(name)
    scheme = project.referentials.get(referential)
    return scheme, scheme.resolve(written).identifier if scheme else written


def _place(project: Project, one: Seen) -> tuple[str, int, str, Sequence[str]]:
    scheme, identifier = _found(project, one.name)
    order = list(scheme.by_id) if scheme else []
    number = order.index(identifier) if identifier in order else len(order)
    return halves(one.name)[0], number, one.name, one.sites
