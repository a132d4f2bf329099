"""The snapshot: the whole quality system as it stands in one source, on one day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from qmtool.model.calendar import Holidays
from qmtool.model.crosswalk import Crosswalk
from qmtool.model.diagnostic import Problem
from qmtool.model.document import Document
from qmtool.model.glossary import Term
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.referential import Referential
from qmtool.model.settings import Policy, Settings


@dataclass(frozen=True)
class Project:
    """Everything the rules, the gap and the lists are functions of.

    *earlier* holds, for documents whose file at hand is not the version in force on the day *on*,
    the version that is. *policy* is the one in force, which a change of `qm.yaml` does not alter
    before it is released. *glossary* are the terms that the centre adds or replaces. *base* is
    what a change started from, where one is looked at, and *taken* holds the paths of the ids that
    others gave to documents since then.
    """

    on: date
    at: str
    settings: Settings
    kinds: Mapping[str, Kind]
    documents: tuple[Document, ...]
    files: frozenset[str]
    referentials: Mapping[str, Referential] = field(default_factory=dict)
    known_referentials: tuple[str, ...] = ()
    crosswalks: tuple[Crosswalk, ...] = ()
    released: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    earlier: Mapping[str, Document] = field(default_factory=dict)
    changed_lines: Mapping[str, int] = field(default_factory=dict)
    policy: Policy = Policy()
    activities: Mapping[str, Label] = field(default_factory=dict)
    record_classes: frozenset[str] = frozenset()
    holidays: Holidays = Holidays()
    problems: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    glossary: tuple[Term, ...] = ()
    base: "Project | None" = None
    taken: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Return whether *documents* are all there are."""
        return True

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """Return the documents by id; of two with the same id, the first by path."""
        found: dict[str, Document] = {}
        for document in self.documents:
            if document.identifier:
                found.setdefault(document.identifier, document)
        return found

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        """Return the documents by path."""
        return {document.path: document for document in self.documents}

    @cached_property
    def named(self) -> Mapping[str, Mapping[str, Sequence[tuple[Document, str]]]]:
        """Return what fields name, by their type: each value, and the documents and fields."""
        found: dict[str, dict[str, list[tuple[Document, str]]]] = {}
        for document in self.documents:
            for kind_of_field, names in document.names.items():
                values = found.setdefault(kind_of_field, {})
                for field_, value in names:
                    values.setdefault(value, []).append((document, field_))
        return found

    @cached_property
    def folders(self) -> frozenset[str]:
        """Return every folder of the source, the top one as the empty text."""
        folders = {""}
        for path in self.files:
            head = path.rpartition("/")[0]
            while head not in folders:
                folders.add(head)
                head = head.rpartition("/")[0]
        return frozenset(folders)

    def kind_of(self, document: Document) -> Kind | None:
        """Return the kind of *document*, or None if it is not known."""
        return self.kinds.get(document.kind)

    def process_of(self, document: Document) -> str:
        """Return the id of the process of *document*: declared, or told by its folder."""
        if document.process:
            return document.process
        parts = document.path.split("/")
        return parts[1] if len(parts) > 2 and parts[0] == "processes" else ""

    def owner_of(self, document: Document) -> str:
        """Return the id of the owner of *document*: declared, or the owner of its process."""
        if document.owner:
            return document.owner
        process = self.settings.process(self.process_of(document))
        return process.owner if process else ""
