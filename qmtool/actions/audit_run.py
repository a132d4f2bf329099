"""The rows of a grid as lines of its audit and as findings; what was recorded before stays."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from textwrap import shorten
from typing import Any

from qmtool.actions.audit_rows import Row, by_subject
from qmtool.actions.audit_text import refusal, with_items, with_lines
from qmtool.actions.log import Wish, new_entry, register_kind
from qmtool.actions.new import random_token
from qmtool.actions.record_text import Author, document_of, errors_in
from qmtool.actions.yaml_text import Value
from qmtool.model.answers import finding_records
from qmtool.model.audits import performed_on, processes_of
from qmtool.model.document import Document
from qmtool.model.findings import AUDIT, GRADE, REQUIREMENT
from qmtool.model.kind import Kind, texts
from qmtool.model.project import Project
from qmtool.model.text import joined, listing, say
from qmtool.model.workflow import lacking, written
from qmtool.reports.language import language_of
from qmtool.reports.table import markdown_text
from qmtool.repository.importing.grid import Faults
from qmtool.repository.load import Snapshot

FINDING = "finding"
"""The kind of what an audit finds."""

STRENGTHS, SEEN = say("Strengths"), say("Seen with the grid")
"""The sections of the audit that take what is written about requirements without a finding."""

_TITLE = 80
"""How many characters of the facts make the title of a finding."""


@dataclass
class Run:
    """The rows of a grid as lines and findings of one audit."""

    snapshot: Snapshot
    audit: Document
    data: bytes
    author: Author
    faults: Faults
    lines: list[dict[str, Value]] = field(default_factory=list)
    strengths: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    findings: list[Document] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    same: int = 0

    def take(self, rows: Sequence[Row], tokens: list[str]) -> None:
        """Take what *rows* say; *tokens* make ids that nobody takes, and are drawn once."""
        held = list(self._held())
        new: list[Row] = []
        for about, several in by_subject(rows).items():
            here = [one for one in held if _is_about(one, *about, self.audit)]
            told = [row for row in several if row.is_finding]
            new += self._new_findings(told, here)
            for row in several:
                if not row.is_finding:
                    self._plain(row, several, here)
        tokens += [random_token() for _ in new[len(tokens) :]]
        for row, token in zip(new, tokens, strict=False):
            self._add(row, token)
        self._judge()

    def after(self) -> bytes:
        """Return the file of the audit with what the grid adds to it."""
        spoken = language_of(self.snapshot.project.settings.language)
        data = with_lines(self.data, self.lines)
        data = with_items(data, spoken.render(STRENGTHS), self.strengths)
        return with_items(data, spoken.render(SEEN), self.notes)

    def _held(self) -> Iterator[Document]:
        """Yield the findings that the audit has already."""
        for document, _kind in finding_records(self.snapshot.project, self.audit):
            yield document

    def _new_findings(self, told: Sequence[Row], here: Sequence[Document]) -> list[Row]:
        """Return which of *told* are not among the findings *here*; a changed one is a fault."""
        unmatched = [one for one in here if not any(_says(row, one) for row in told)]
        new: list[Row] = []
        for row in told:
            if any(_says(row, one) for one in here) or any(_alike(row, one) for one in new):
                self.same += 1
            elif unmatched:
                message = say(
                    "this line was recorded as {finding} and differs from it; put it back, or "
                    "change the finding itself",
                    finding=listing(one.name for one in unmatched),
                )
                self.faults.add(row.place.of("facts"), message)
            else:
                new.append(row)
        return new

    def _plain(self, row: Row, several: Sequence[Row], here: Sequence[Document]) -> None:
        """Take a row without a finding: a line of the audit, if no finding says as much."""
        held = [
            one
            for one in self.audit.assessed
            if (f"{one.referential}:{one.requirement}", one.site) == row.about
        ]
        item = _item(row, self.snapshot.project)
        if here and not any(one.is_finding for one in several):
            message = say(
                "this line was recorded as {finding}; a row without a grade does not undo it",
                finding=listing(one.name for one in here),
            )
            self.faults.add(row.place.of("grade"), message)
        elif held and (held[0].grade, held[0].score) != _given(row):
            message = say("this line was recorded already, with another grade")
            self.faults.add(row.place.of("score" if row.grade else "grade"), message)
        elif held or any(
            one.get("requirement") == row.requirement and one.get("site", "") == row.site
            for one in self.lines
        ):
            self._note_again(row, item, is_held=bool(held))
        else:
            if not any(one.is_finding for one in several):
                self.lines.append(_line(row))
            self._note(row, item)

    def _note_again(self, row: Row, item: str, *, is_held: bool) -> None:
        """Take the text of a row whose line is there already."""
        if not item or (is_held and item in self.data.decode()):
            self.same += 1
        elif is_held:
            message = say("this line was recorded already, with another text")
            self.faults.add(row.place.of("facts"), message)
        else:
            self._note(row, item)

    def _note(self, row: Row, item: str) -> None:
        if item and item not in self.data.decode():
            (self.strengths if _praises(row) else self.notes).append(item)

    def _add(self, row: Row, token: str) -> None:
        """Add the finding that *row* tells, or note what it lacks."""
        project = self.snapshot.project
        kind = register_kind(project, FINDING)
        day = min(performed_on(self.audit) or self.author.on, self.author.on)
        values: dict[str, Any] = {
            "date": day.isoformat(),
            AUDIT: self.audit.identifier,
            GRADE: row.grade.identifier if row.grade else "",
            REQUIREMENT: row.requirement,
            "facts": _plainly(row.facts),
            "evidence_seen": _plainly(row.evidence_seen),
            "documents": list(row.documents),
            "sites": [row.site] if row.site else list(self.audit.sites),
            "process": self._process(row),
        }
        values = {key: one for key, one in values.items() if one and _takes(kind, key)}
        title = shorten(row.facts or row.title, _TITLE, placeholder="…")
        wish = Wish(FINDING, title, values)
        path, data = new_entry(self.snapshot, kind, wish, self.author, token, kind.initial)
        document = document_of(project, path, data)
        for need in lacking(document, kind.states[kind.initial]):
            message = say(
                "a finding lacks: {label}", label=joined(kind.question(key) for key in need.any)
            )
            self.faults.add(row.place.of(need.any[0]), message)
        self.findings.append(document)
        self.files[path], self.rows[path] = data, row

    def _process(self, row: Row) -> str:
        """Return the process of *row*: that of its document, else the only one audited."""
        project = self.snapshot.project
        if row.documents:
            return project.process_of(project.by_id[row.documents[0]])
        known = [one.identifier for one in project.settings.processes]
        named = [one for one in processes_of(project, self.audit) if one in known]
        return named[0] if len(named) == 1 else ""

    def _judge(self) -> None:
        """Note a fault for each error that the rules find in what would be written."""
        project = self.snapshot.project
        audit = document_of(project, self.audit.path, self.after())
        for path, messages in errors_in(project, [audit, *self.findings]):
            if path == self.audit.path:
                self.faults.stop()
                raise refusal(self.audit.name, messages)
            for message in messages:
                self.faults.add(self.rows[path].place.of("facts"), message)


def _takes(kind: Kind, key: str) -> bool:
    return key in kind.fields or key in ("date", "sites", "process")


def _is_about(one: Document, requirement: str, site: str, audit: Document) -> bool:
    """Return whether the finding *one* is about that requirement, at that site."""
    sites = (site,) if site else audit.sites
    return written(one, REQUIREMENT) == requirement and set(one.sites) == set(sites)


def _praises(row: Row) -> bool:
    """Return whether *row* tells a strength: by that word, or by a grade that means conformance."""
    return row.is_strength or (row.grade is not None and row.grade.score is None)


def _says(row: Row, one: Document) -> bool:
    """Return whether the finding *one* says what *row* says."""
    return (
        row.grade is not None
        and written(one, GRADE) == row.grade.identifier
        and _plainly(written(one, "facts")) == _plainly(row.facts)
        and _plainly(written(one, "evidence_seen")) == _plainly(row.evidence_seen)
        and set(texts(one.values.get("documents"))) == set(row.documents)
    )


def _alike(row: Row, other: Row) -> bool:
    return replace(row, place=other.place) == other


def _plainly(text: str) -> str:
    """Return *text* on one line, as fields of records are written."""
    return " ".join(text.split())


def _given(row: Row) -> tuple[str, int | None]:
    """Return the grade and the score of *row* as a line of the audit holds them."""
    if row.grade is None:
        return "", None
    if row.grade.score is not None:
        return "", row.grade.score
    return row.grade.identifier, None


def _line(row: Row) -> dict[str, Value]:
    """Return the line of the audit that *row* makes."""
    grade, score = _given(row)
    found: dict[str, Value] = {"requirement": row.requirement}
    if grade:
        found["grade"] = grade
    if score is not None:
        found["score"] = score
    if row.site:
        found["site"] = row.site
    return found


def _item(row: Row, project: Project) -> str:
    """Return the item of the text of the audit that *row* makes, empty where it says nothing."""
    spoken = language_of(project.settings.language)
    more = [row.facts]
    if row.evidence_seen:
        more.append(spoken.render(say("evidence seen: {text}", text=row.evidence_seen)))
    if row.documents:
        more.append(spoken.render(say("documents: {text}", text=listing(row.documents))))
    told = ". ".join(_plainly(one).rstrip(".") for one in more if one)
    if not told:
        return ""
    place = f"{row.requirement} ({row.site})" if row.site else row.requirement
    return markdown_text(spoken.pair(place, told))
