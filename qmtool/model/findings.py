"""Findings that are records of their own: what each says of a requirement, and until when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from qmtool.model.calendar import parse_day
from qmtool.model.document import Assessed, Document, halves
from qmtool.model.evidence import dated
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.workflow import entered, records, written

AUDIT, GRADE, REQUIREMENT = "audit", "grade", "requirement"
"""The fields of a kind of findings: where it was made, how grave it is, and what it is about."""


class Finding(NamedTuple):
    """A *record* of a finding, the *audit* that made it, and the line that tells it.

    The audit is the finding itself where no other document is named: nobody then knows who looked.
    """

    record: Document
    audit: Document
    line: Assessed


def findings(project: Project) -> Iterator[Finding]:
    """Yield the findings of *project* that name a requirement."""
    for document, kind in records(project):
        if GRADE in kind.fields and REQUIREMENT in kind.fields:
            referential, requirement = halves(written(document, REQUIREMENT))
            if requirement:
                yield _finding(project, document, kind, referential, requirement)


def _finding(
    project: Project, document: Document, kind: Kind, referential: str, requirement: str
) -> Finding:
    place = document.at(REQUIREMENT)
    line = Assessed(
        *(referential, requirement, place.line, place.column, written(document, GRADE)),
        closed=closed_on(document, kind),
    )
    audit = project.by_id.get(written(document, AUDIT))
    return Finding(
        document, replace(performed(project, audit or document), sites=document.sites), line
    )


class Told:
    """What the records *found* tell, so that a line of their audit which says the same is none.

    The record prevails: it says when the finding was answered.
    """

    def __init__(self, found: Iterable[Finding]) -> None:
        self._sites: dict[tuple[str, str, str], list[tuple[str, ...]]] = defaultdict(list)
        for one in found:
            key = one.audit.path, one.line.referential, one.line.requirement
            self._sites[key].append(one.record.sites)

    def holds(self, audit: Document, line: Assessed) -> bool:
        """Return whether records tell the finding of *line*, of *audit*, at each of its sites."""
        if not line.grade and line.score is None:
            return False
        told = self._sites.get((audit.path, line.referential, line.requirement), ())
        sites = (line.site,) if line.site else audit.sites
        seen = {site for one in told for site in one}
        return any(not one for one in told) or (bool(sites) and seen.issuperset(sites))


def performed(project: Project, audit: Document) -> Document:
    """Return *audit* dated on the day on which it took place, where it says so."""
    kind = project.kind_of(audit)
    return dated(audit, kind) if kind else audit


def closed_on(document: Document, kind: Kind) -> date | None:
    """Return the day on which a finding came into a state where it counts as answered."""
    if document.status not in kind.counts:
        return None
    days = [parse_day(row.date) for row in entered(document, kind) if row.state in kind.counts]
    return min((day for day in days if day), default=date.min)
