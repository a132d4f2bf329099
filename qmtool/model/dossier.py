"""The audit file: what an auditor is handed of a referential, frozen on a day from one commit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from qmtool.model.answers import Answer, answers
from qmtool.model.assessments import Line, audit_lines
from qmtool.model.audits import referentials_of
from qmtool.model.document import Document
from qmtool.model.evidence import Declarer, EvidenceState, declarers
from qmtool.model.findings import performed
from qmtool.model.gap import Gap
from qmtool.model.kind import AUDIT, texts
from qmtool.model.label import Label
from qmtool.model.master_list import MasterList, distinct_names, is_named
from qmtool.model.project import Project
from qmtool.model.settings import Process
from qmtool.model.verification.facts import Verdict
from qmtool.model.workflow import written

EXTERNAL = "EXT"
"""The class of evidence of what comes from outside: the letter that follows an inspection."""


Leads = Callable[[Document], Iterable[str]]
"""What gives the paths that the links of a document lead to."""


class Audit(NamedTuple):
    """A record that says how an audit or an inspection went.

    *lines* are what it found of each requirement, *answers* the documents that link to it, or to
    which it leads: what was answered, and the proofs. *found* are its findings that are records,
    by name, and *proofs* what each of them names.
    """

    document: Document
    lines: tuple[Line, ...]
    answers: tuple[Document, ...]
    found: Mapping[str, Answer] = {}
    proofs: Mapping[str, tuple[Document, ...]] = {}


class Attached(NamedTuple):
    """A file that a text introduces or shows; *data* is None where it cannot be copied.

    *is_intact* says that it is the file of which the text holds the digest, where it holds one.
    """

    path: str
    data: bytes | None
    is_image: bool = False
    is_intact: bool = True


@dataclass(frozen=True)
class Copy:
    """A text in force, with what its banner tells: *version* and *since* when it applies.

    *document* is the file at hand, *text* what is in force of it, *commit* the one that holds it,
    *process* and *owner* the ids of its own. One that *is_withheld* says only that there is one.
    """

    document: Document
    text: Document
    version: str
    since: date | None
    is_overdue: bool
    commit: str
    body: str
    process: str = ""
    owner: str = ""
    files: tuple[Attached, ...] = ()
    is_withheld: bool = False


@dataclass(frozen=True)
class Dossier:
    """Everything that is put into an audit file; *copies* are by the path of the file at hand.

    *commits* are those of the versions, by id and version. *names* are those of people,
    *devices* those that `qm.yaml` gives to the sites that it is about.
    """

    gap: Gap
    commit: str
    copies: Mapping[str, Copy]
    audits: Sequence[Audit]
    master: MasterList
    verdict: Verdict
    processes: Sequence[Process] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Label] = field(default_factory=dict)
    commits: Mapping[tuple[str, str], str] = field(default_factory=dict)
    devices: Sequence[str] = ()

    @property
    def on(self) -> date:
        """Return the day on which it is frozen."""
        return self.gap.on

    @property
    def listed(self) -> Sequence[Copy]:
        """Return the copies in the order of their ids."""
        return sorted(
            self.copies.values(),
            key=lambda one: (not one.document.identifier, one.document.name, one.document.path),
        )

    @property
    def withheld(self) -> Sequence[str]:
        """Return the names of the copies whose text is left out."""
        return [one.document.name for one in self.listed if one.is_withheld]

    @cached_property
    def requirements(self) -> Mapping[str, Sequence[str]]:
        """Return the requirements that each copy is evidence for, in their order, by its path."""
        found: dict[str, list[str]] = {}
        for one in self.gap.requirements:
            pieces = (piece for piece in one.evidence if is_in_force(piece.state, piece.via))
            for path in dict.fromkeys(piece.path for piece in pieces):
                found.setdefault(path, []).append(one.requirement.identifier)
        return found


def is_in_force(state: EvidenceState, via: str) -> bool:
    """Return whether a piece of evidence is one that is handed over: no draft, and nothing lent."""
    return state is not EvidenceState.DRAFT and via == "declared"


def text_in_force(project: Project, document: Document) -> Declarer | None:
    """Return what is in force of *document* on the day, or None."""
    found = (one for one in declarers(project, document) if one.state is not EvidenceState.DRAFT)
    return next(found, None)


def audits(project: Project, gap: Gap, leads: Leads) -> list[Audit]:
    """Return the audits and inspections that name the referential, the newest first."""
    referential = gap.referential
    lines: dict[str, list[Line]] = {}
    for found in audit_lines(project, referential).values():
        for line in found:
            lines.setdefault(line.record.path, []).append(line)
    heard = [
        _audit(project, one, lines.get(one.path, ()), leads)
        for one in project.documents
        if _is_audit(project, one, gap)
    ]
    return sorted(
        heard,
        key=lambda one: (one.document.date or date.min, one.document.name),
        reverse=True,
    )


def _audit(project: Project, document: Document, lines: Sequence[Line], leads: Leads) -> Audit:
    """Return the audit *document*, with the records that its *lines* are of."""
    named = {line.name for line in lines if line.name}
    known = {one.name: one for one in answers(project, document) if one.record is not None}
    found = {name: one for name, one in known.items() if name in named}
    return Audit(
        performed(project, document),
        _in_order(lines),
        tuple(_linked(project, document, leads)),
        found,
        {name: tuple(_proofs(project, one)) for name, one in found.items()},
    )


def _in_order(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return *lines* as they are written, one for each place: a chapter may mean many."""
    places = {(one.name, one.assessed.line, one.assessed.column): one for one in lines}
    return tuple(places[key] for key in sorted(places))


def _proofs(project: Project, answer: Answer) -> Iterator[Document]:
    """Yield the actions and the evidence that the record of *answer* names, to be handed over."""
    held = answer.record.values if answer.record else {}
    for name in dict.fromkeys((*texts(held.get("actions")), *texts(held.get("evidence")))):
        document = project.by_id.get(name)
        if document is not None and _is_handed_over(project, document):
            yield document


def _is_handed_over(project: Project, document: Document) -> bool:
    """Return whether *document* is a record up to the day, or has a text in force."""
    kind = project.kind_of(document)
    if kind is None or kind.controlled:
        return text_in_force(project, document) is not None
    return document.is_readable and (document.date is None or document.date <= project.on)


def _is_audit(project: Project, document: Document, gap: Gap) -> bool:
    """Return whether *document* tells how the referential was audited, here and before the day."""
    kind = project.kind_of(document)
    if kind is None or kind.controlled or not {AUDIT, EXTERNAL} & set(kind.evidence):
        return False
    named = {*referentials_of(document), *(one.referential for one in document.declarations)}
    seen = {*document.sites, *(one.site for one in document.assessed)}
    return (
        gap.referential.identifier in named
        and (gap.site is None or not document.sites or gap.site in seen)
        and text_in_force(project, document) is not None
    )


def _linked(project: Project, audit: Document, leads: Leads) -> Iterator[Document]:
    """Yield the documents with a text in force that lead to *audit*, then those it leads to."""
    name = audit.path.rpartition("/")[2]
    leading = (
        one.path
        for one in project.documents
        if (found := text_in_force(project, one)) is not None
        and any(name in target or "%" in target for target in found.text.targets)
        and audit.path in leads(found.text)
    )
    report = project.by_id.get(written(audit, "report"))
    reports = [report.path] if report is not None else []
    for path in dict.fromkeys((*reports, *leading, *sorted(leads(audit)))):
        document = project.by_path.get(path)
        if document and path != audit.path and text_in_force(project, document) is not None:
            yield document


def needed(project: Project, gap: Gap, found: Iterable[Audit]) -> list[Document]:
    """Return the documents of which the dossier holds a copy, by path, and no other.

    They are those that are evidence of *gap*, and the audits *found* with their answers.
    """
    paths = {
        piece.path
        for one in gap.requirements
        for piece in one.evidence
        if is_in_force(piece.state, piece.via)
    }
    for audit in found:
        paths |= {one.path for one in (audit.document, *audit.answers)}
        paths |= {one.record.path for one in audit.found.values() if one.record}
        paths |= {one.path for proofs in audit.proofs.values() for one in proofs}
    return [project.by_path[path] for path in sorted(paths)]


def about(
    copies: Sequence[Copy], known: Iterable[str], name: Callable[[Document], Sequence[str]]
) -> dict[str, list[Copy]]:
    """Return which of *copies* are about each device, or post, that is *known* or that one names.

    *name* gives those that a text names; however they are spelt, the first spelling stands.
    """
    names = distinct_names(known, (name(copy.text) for copy in copies))
    return {one: [copy for copy in copies if is_named(one, name(copy.text))] for one in names}
