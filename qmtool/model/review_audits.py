"""The inputs c6 and c7 of a management review: what audits found, and what suppliers are worth."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qmtool.model.assessment import Status
from qmtool.model.document import Assessed, Document
from qmtool.model.findings import Told, findings
from qmtool.model.gap import Gap
from qmtool.model.label import Label
from qmtool.model.review_facts import (
    LATE,
    Cell,
    Column,
    Count,
    Fact,
    Facts,
    Look,
    Named,
    yes_no,
)
from qmtool.model.text import say
from qmtool.model.workflow import written

_EVALUATED = ("evaluated", "approved", "watch", "rejected")


class Compared(NamedTuple):
    """The gap of a referential, and what it was the day before the period, if that is known."""

    now: Gap
    before: Gap | None = None


def audits(look: Look, gaps: Sequence[Compared]) -> Facts:
    """Yield the audits of the period, their findings, and where each referential stands."""
    found = [
        one
        for one in look.of("audit", "audit-report")
        if look.has_moved(one, "performed_on", "planned_on") and look.state(one) != "cancelled"
    ]
    keys = ["id", "title", "type", "performed_on", "conclusion", "status"]
    yield look.table("audit", found, keys, [Count("audits", say("audits"), len(found))])
    yield _findings(look, found)
    yield from (_gap(one) for one in gaps)


class _Line(NamedTuple):
    """What an audit found: in the document *told*, about a requirement, of a *grade*."""

    told: Document
    requirement: str
    grade: Named
    is_of_period: bool
    is_open: bool
    is_blocking: bool


def _findings(look: Look, audits_: Sequence[Document]) -> Fact:
    """Return the findings of these audits, and those that are still open from before."""
    lines = [*_recorded(look, {one.identifier for one in audits_}), *_assessed(look, audits_)]
    grades = Counter(one.grade for one in lines if one.is_of_period)
    counts = [Count(one.key, one.label, number) for one, number in sorted(grades.items())]
    counts.append(Count("open", say("still open"), sum(one.is_open for one in lines)))
    blocking = sum(one.is_open and one.is_blocking for one in lines)
    counts.append(Count("blocking", say("open and blocking"), blocking))
    rows = [
        [
            *look.row(one.told, "id", "title"),
            *(one.requirement, one.grade),
            *look.row(one.told, "owner", "status"),
            yes_no(look.is_late(one.told)),
        ]
        for one in lines
    ]
    columns = look.columns("finding", "id", "title", "requirement", "grade", "owner", "status")
    kind = look.project.kinds.get("finding")
    return Fact("finding", kind.label if kind else "finding", counts, [*columns, LATE], rows)


def _recorded(look: Look, audits_: set[str]) -> Iterator[_Line]:
    """Yield the findings that are records: of these audits or of the period, and the open ones."""
    here = {one.path for one in look.of("finding")}
    for record, audit, line in findings(look.project):
        is_open = look.is_open(record)
        is_of_period = audit.identifier in audits_ or look.is_new(record)
        if record.path in here and (is_of_period or is_open):
            grade, blocks = _graded(look, line)
            yield _Line(
                record,
                f"{line.referential}:{line.requirement}",
                grade,
                is_of_period,
                is_open,
                blocks and line.closed is None,
            )


def _assessed(look: Look, audits_: Sequence[Document]) -> Iterator[_Line]:
    """Yield what the lines of reports graded, where it is no record of its own."""
    told = Told(findings(look.project))
    for report in audits_:
        for line in report.assessed:
            if told.holds(report, line):
                continue
            grade, blocks = _graded(look, line)
            is_here = not look.site or line.site in ("", look.site)
            if is_here and (line.grade or line.score is not None):
                is_open = blocks and line.closed is None
                name = f"{line.referential}:{line.requirement}"
                yield _Line(report, name, grade, True, is_open, blocks)


def _graded(look: Look, line: Assessed) -> tuple[Named, bool]:
    """Return the grade of *line* as its referential calls it, and whether it blocks."""
    scheme = look.project.referentials.get(line.referential)
    known = scheme.grade(line.grade, line.score) if scheme else None
    if known is None:
        written_ = line.grade or str(line.score if line.score is not None else "")
        return Named(written_, written_), False
    return Named(known.identifier, known.label), known.blocking


def _gap(compared: Compared) -> Fact:
    """Return how many requirements have each status, and had it before the period."""
    now, before = compared
    columns = [Column("status", say("state")), Column("now", say("on {day}", day=now.on))]
    if before is not None:
        columns.insert(1, Column("before", say("on {day}", day=before.on)))
    rows: list[list[Cell]] = []
    for status in Status:
        held = [before.summary[status]] if before else []
        if now.summary[status] or any(held):
            rows.append([Named(status.value, STATUSES[status]), *held, now.summary[status]])
    name = Label(*(one.partition(" — ")[0] for one in now.referential.title))
    title = say("Self-assessment: {referential}", referential=name)
    counts = [Count(one.value, STATUSES[one], now.summary[one]) for one in _TOLD]
    return Fact(f"gap:{now.referential.identifier}", title, counts, columns, rows)


STATUSES = {
    Status.READY: say("ready"),
    Status.PARTIAL: say("partial"),
    Status.OPEN: say("open"),
    Status.EXCLUDED: say("excluded"),
    Status.NOT_APPLICABLE: say("not applicable"),
    Status.TO_VERIFY: say("to verify"),
}
_TOLD = (Status.READY, Status.PARTIAL, Status.OPEN)


def providers(look: Look) -> Facts:
    """Yield the evaluations of the period, and the suppliers that ask for attention."""
    found = [
        one
        for one in look.of("supplier-evaluation")
        if look.has_moved(one, "evaluated_on") or look.is_open(one)
    ]
    done = [one for one in found if look.state(one) in _EVALUATED]
    counts = [Count("evaluated", say("evaluations made"), len(done)), *look.how_open(found)]
    keys = ["id", "supplier", "title", "year", "total", "incidents", "status"]
    yield look.table("supplier-evaluation", found, keys, counts)
    evaluated = {written(one, "supplier") for one in done}
    told = [
        one
        for one in look.of("supplier")
        if look.state(one) == "watch"
        or look.entered(one, "rejected")
        or (_is_critical(look, one) and one.identifier not in evaluated)
    ]
    missing = [one for one in told if _is_critical(look, one) and one.identifier not in evaluated]
    counts = [
        Count("watch", say("under watch"), sum(look.state(one) == "watch" for one in told)),
        Count("missing", say("critical, without evaluation in the period"), len(missing)),
    ]
    keys = ["id", "title", "category", "critical", "valid_until", "status"]
    yield look.table("supplier", told, keys, counts)


def _is_critical(look: Look, document: Document) -> bool:
    return written(document, "critical") == "true" and look.state(document) != "rejected"
