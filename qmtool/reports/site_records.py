"""What the published pages say of a record beside its text: its state, its fields, its links."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from qmtool.model.document import Assessed, Document
from qmtool.model.kind import Kind, texts
from qmtool.model.publication import Entry, Publication
from qmtool.model.text import say
from qmtool.model.workflow import state_of
from qmtool.reports.audit_words import in_words
from qmtool.reports.language import Language
from qmtool.reports.record_values import Names, Step, fields_held, steps
from qmtool.reports.site_links import UP, page_of
from qmtool.reports.terminal import safe

Facts = dict[str, Any]

NO_RECORD: Facts = {"fields": [], "steps": [], "assessed": [], "chain": []}
"""What the page of an earlier version shows of a record."""


class Naming(NamedTuple):
    """A document that names another one, in a field that has a *label*."""

    label: str
    entry: Entry


class Records:
    """Tells of the records of *publication* in *language*."""

    def __init__(self, publication: Publication, language: Language) -> None:
        self.publication = publication
        self.language = language
        self.names = Names(
            publication.names,
            {one.identifier: one.title for one in publication.processes if one.title},
            publication.sites,
        )
        self.entries = {one.identifier: one for one in publication.entries if one.shown}
        self.naming: dict[str, list[Naming]] = {}
        for entry in self.entries.values():
            for label, target in self._named(entry):
                self.naming.setdefault(target, []).append(Naming(label, entry))

    def kind(self, entry: Entry) -> Kind | None:
        """Return the kind of a record, None of what is controlled."""
        return self.publication.records.get(entry.told.kind)

    def state(self, entry: Entry) -> str:
        """Return the state of an entry of a register, nothing for other documents."""
        kind = self.kind(entry)
        if kind is None or not kind.steps:
            return ""
        return safe(kind.states[state_of(entry.told, kind)].label.of(self.language.code))

    def facts(self, entry: Entry) -> Facts:
        """Return the fields, the steps, the findings and the links of a document."""
        kind, document = self.kind(entry), entry.told
        held: Sequence[tuple[str, str]] = ()
        gone: Sequence[Step] = ()
        if kind is not None:
            held = list(fields_held(document, kind, self.names, self.language))
            gone = list(steps(document, kind, self.names, self.language))
        return {
            "fields": [(safe(name), safe(value)) for name, value in held],
            "steps": [[safe(one.day), safe(one.state), safe(one.comment)] for one in gone],
            "assessed": [list(map(safe, self._finding(one))) for one in document.assessed],
            "chain": list(self._chain(entry)),
        }

    def auditors(self, document: Document) -> str:
        """Return the names of those who audited."""
        return safe(", ".join(self.names.people.get(one, one) for one in document.auditors))

    def sites(self, document: Document) -> str:
        """Return the names of the sites that *document* is about."""
        return safe(", ".join(self.names.sites.get(one, one) for one in document.sites))

    def _finding(self, one: Assessed) -> tuple[str, str, str, str]:
        """Return a line of an audit: of which requirement, at which site, what, and until when."""
        scheme = self.publication.referentials.get(one.referential)
        node = scheme.by_id.get(one.requirement) if scheme else None
        title = in_words(node.title, self.language) if node else ""
        grade = scheme.grade(one.grade, one.score) if scheme else None
        given = one.grade or ("" if one.score is None else str(one.score))
        result = in_words(grade.label, self.language) if grade else given
        closed = say("closed on {day}", day=one.closed) if one.closed else ""
        return (
            f"{one.referential}:{one.requirement} {title}".rstrip(),
            self.names.sites.get(one.site, one.site),
            result or self.language.render(say("nothing to report")),
            self.language.render(closed),
        )

    def _named(self, entry: Entry) -> Iterator[tuple[str, str]]:
        """Yield what the fields of a record name: the label of the field, and an id."""
        kind = self.kind(entry)
        if kind is not None:
            for key in kind.fields_of("reference", "references"):
                label = kind.field_label(key).of(self.language.code)
                for target in texts(entry.told.values.get(key)):
                    yield label, target

    def _chain(self, entry: Entry) -> Iterator[Facts]:
        """Yield what a document names, then what names it; an id alone where it has no page."""
        for label, target in self._named(entry):
            yield self._link("→", label, target)
        for one in self.naming.get(entry.identifier, ()):
            yield self._link("←", one.label, one.entry.identifier)

    def _link(self, sign: str, label: str, identifier: str) -> Facts:
        entry = self.entries.get(identifier)
        title = safe(entry.told.title) if entry else ""
        return {
            "field": f"{sign} {safe(label)}",
            "href": f"{UP}{page_of(entry)}" if entry else "",
            "title": f"{safe(identifier)} {title}".rstrip(),
            "meta": self.state(entry) if entry else "",
        }
