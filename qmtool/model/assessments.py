"""What audits and self-assessments found of a requirement: the fact *verified* of `formats.md`."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.document import Assessed, Document
from qmtool.model.evidence import DEFAULT_FRESH_MONTHS, Fact, best, declarers
from qmtool.model.evidence import EvidenceState as State
from qmtool.model.findings import Told, findings, performed
from qmtool.model.kind import AUDIT
from qmtool.model.project import Project
from qmtool.model.referential import Grade, Meant, Referential
from qmtool.model.settings import Person
from qmtool.model.text import Text, joined, listing, say


class Line(NamedTuple):
    """What an audit says of a requirement, and the *record* that tells it.

    *grade* is None where there was nothing to report, or nobody knows the grade that was given.
    *sites* are those that were seen, none for every one. *pending* says why the record does not
    count yet; *name* is that of the finding where it has a record of its own.
    """

    record: Document
    assessed: Assessed
    grade: Grade | None
    sites: Sequence[str]
    pending: Text | None
    name: str = ""

    def concerns(self, site: str | None) -> bool:
        """Return whether it was found at *site*, or anywhere for None."""
        return site is None or not self.sites or site in self.sites

    @property
    def caps(self) -> bool:
        """Return whether it keeps a requirement from being ready; an unknown grade does."""
        if self.grade is None:
            return bool(self.assessed.grade) or self.assessed.score is not None
        return self.grade.blocking or (self.grade.score is not None and not self.grade.conforms)

    def is_open(self, on: date) -> bool:
        """Return whether it caps, and nobody closed it until that day."""
        closed = self.assessed.closed
        return self.caps and (closed is None or closed > on)


def audit_lines(project: Project, referential: Referential) -> Mapping[str, Sequence[Line]]:
    """Return what audits found of each requirement of *referential*, oldest first.

    A line about a chapter says the same of each requirement in it. Only records of the class of
    audits tell of one, and findings that are records of their own; a site that nobody knows may be
    any.
    """
    known = {site.identifier for site in project.settings.sites}
    found: dict[str, list[Line]] = defaultdict(list)
    for record, one, name in _assessed(project, referential):
        sites = tuple({one.site} & known) if one.site else record.sites
        grade = referential.grade(one.grade, one.score)
        line = Line(record, one, grade, sites, _pending(project, record), name)
        for identifier in _meant(referential, one.requirement):
            found[identifier].append(line)
    for kept in found.values():
        kept.sort(key=lambda line: (line.record.date or date.min, line.record.path))
    return found


def _assessed(
    project: Project, referential: Referential
) -> Iterator[tuple[Document, Assessed, str]]:
    """Yield what was said of *referential*, with the record of the audit and its finding's name."""
    found = [one for one in findings(project) if one.line.referential == referential.identifier]
    told = Told(found)
    for document in project.documents:
        kind = project.kind_of(document) if document.assessed else None
        if kind is None or kind.controlled or AUDIT not in kind.evidence:
            continue
        audit = performed(project, document)
        for one in document.assessed:
            if one.referential == referential.identifier and not told.holds(document, one):
                yield audit, one, ""
    for finding in found:
        yield finding.audit, finding.line, finding.record.name


def _pending(project: Project, record: Document) -> Text | None:
    """Return why what *record* says does not count yet, or None if it does.

    A finding without an audit counts: it is better answered than left out.
    """
    kind = project.kind_of(record)
    if kind is None or AUDIT not in kind.evidence:
        return None
    (declarer,) = declarers(project, record)
    if declarer.state is State.DRAFT:
        return declarer.why
    if record.date is None:
        return say("{document} has no date", document=record.name)
    return None


def _meant(referential: Referential, written: str) -> Iterator[str]:
    """Yield the requirements that *written* means."""
    resolved = referential.resolve(written)
    if resolved.meant is not Meant.NOTHING:
        yield from (node.identifier for node in referential.below(resolved.identifier))


class Verdict(NamedTuple):
    """What audits make of a requirement: the fact, why it is no `yes`, and what blocks it.

    *score* is that of the last line that gave one, *until* the last day on which each audit that
    verifies does so.
    """

    verified: Fact
    reasons: Sequence[Text]
    blocking: Sequence[Text]
    score: int | None
    until: Sequence[tuple[Line, date]] = ()


class Authors(NamedTuple):
    """Who wrote what describes a requirement, and how the people of the centre are called."""

    names: Set[str]
    people: Sequence[Person] = ()

    def are_all(self, auditors: Sequence[str]) -> bool:
        """Return whether nobody of *auditors* is another person; case makes none."""
        wrote = {self._key(name) for name in self.names}
        return all(self._key(name) in wrote for name in auditors)

    def _key(self, name: str) -> str:
        wanted = name.strip().casefold()
        for one in self.people:
            if wanted in (one.identifier.casefold(), one.name.casefold(), one.email.casefold()):
                return one.identifier.casefold()
        return wanted


def verdict(lines: Iterable[Line], authors: Authors, referential: Referential, on: date) -> Verdict:
    """Return what *lines* make of a requirement that the documents of *authors* describe."""
    told = list(lines)
    counted = [line for line in told if line.pending is None]
    facts = [_fact(line, authors, referential, on) for line in told]
    verified = best(facts)
    reasons = [] if verified is Fact.YES else list(_reasons(told, authors, referential, on))
    scores = [line.grade.score for line in counted if line.grade and line.grade.score is not None]
    # A finding is gone when it is closed, or somebody else looked again, later, and found none.
    looks = [_day(line) for line in counted if not line.caps and not _by_authors(line, authors)]
    last = max(looks, default=date.min)
    blocking = [_finding(line) for line in counted if line.is_open(on) and _day(line) >= last]
    until = [
        (line, _until(_day(line), referential))
        for line, fact in zip(told, facts, strict=True)
        if fact is Fact.YES
    ]
    return Verdict(verified, reasons, blocking, scores[-1] if scores else None, until)


def _day(line: Line) -> date:
    return line.record.date or date.min


def _by_authors(line: Line, authors: Authors) -> bool:
    """Return whether nobody audited but who wrote what was audited, or nobody is named."""
    return authors.are_all(line.record.auditors)


def _fact(line: Line, authors: Authors, referential: Referential, on: date) -> Fact:
    """Return whether *line* verifies, for documents of *authors*."""
    if line.pending is not None or line.record.date is None:
        return Fact.DRAFT
    if _by_authors(line, authors):
        return Fact.NO
    return Fact.YES if on <= _until(line.record.date, referential) else Fact.LAPSED


def _until(day: date, referential: Referential) -> date:
    """Return the last day on which an audit of that *day* counts: a cycle of the scheme later."""
    return add_months(day, referential.cycle.validity_months or DEFAULT_FRESH_MONTHS)


def _reasons(
    lines: Sequence[Line], authors: Authors, referential: Referential, on: date
) -> Iterator[Text]:
    """Yield why none of *lines* verifies; the last ones first."""
    for line in reversed(lines):
        name = line.record.name
        if line.pending is not None:
            yield line.pending
        elif not line.record.auditors:
            yield say("{document} does not say who audited", document=name)
        elif _by_authors(line, authors):
            yield say(
                "{document}: {auditors} wrote what was audited",
                document=name,
                auditors=listing(line.record.auditors),
            )
        elif line.record.date is not None and on > _until(line.record.date, referential):
            yield say(
                "{document}: the audit of {day} counted until {until}",
                document=name,
                day=line.record.date,
                until=_until(line.record.date, referential),
            )


def _finding(line: Line) -> Text:
    """Return an open finding in words."""
    given = line.assessed.grade or line.assessed.score
    label = joined([line.grade.label if line.grade else f"{given} ?"])
    if line.assessed.site:
        return say(
            "open finding of {document} at {site}: {grade}",
            document=line.name or line.record.name,
            site=line.assessed.site,
            grade=label,
        )
    name = line.name or line.record.name
    return say("open finding of {document}: {grade}", document=name, grade=label)
