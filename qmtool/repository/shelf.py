"""The documents of a source as they stand on a shelf: each is only read when somebody asks for it.

What a command must know of all of them is their ids; the cache keeps those apart from the rest.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qmtool.model.diagnostic import Fault
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository.names import folded, name_faults
from qmtool.repository.parsing import Reader, last_name
from qmtool.repository.record import Parsed
from qmtool.repository.sources import Source, is_executable

Build = Callable[[str, Parsed], Document]
IsDocument = Callable[[str], bool]


class Shelf:
    """The documents of *source*; *build* makes one of its path and its record."""

    def __init__(
        self, source: Source, reader: Reader, is_document: IsDocument, build: Build
    ) -> None:
        self.source = source
        self.reader = reader
        self.is_document = is_document
        self.build = build
        self.by_path = ByPath(self)
        self.by_id = ById(self)
        self._read: dict[str, Document] = {}

    def document(self, path: str) -> Document:
        """Return the document at *path*, which is one."""
        if path not in self._read:
            document = self.build(path, self.reader.records([path])[path])
            named = name_faults(self._like(path)).get(path, ())
            self._read[path] = self._with_faults(document, named)
        return self._read[path]

    def _like(self, path: str) -> list[str]:
        """Return the documents whose paths are *path*, case and accents ignored."""
        same = f"\n{folded(path)}\n"
        first = self._folded.find(same)
        if self._folded.find(same, first + 1) < 0:
            return [path]
        return [
            one
            for one in self.source.entries
            if folded(one) == same[1:-1] and self.is_document(one)
        ]

    def _with_faults(self, document: Document, named: Iterable[Fault]) -> Document:
        """Return *document* with the faults of its name and of its mode."""
        faults = list(named)
        if is_executable(self.source.entries[document.path]):
            message = say("the file is marked as a program (mode 100755)")
            fix = say("Type: chmod -x {path}", path=document.path)
            faults.append(Fault("executable-file", 1, 1, message, fix))
        return replace(document, faults=(*document.faults, *faults)) if faults else document

    def all(self) -> list[Document]:
        """Return every document, in order of paths."""
        paths = [*iter(self.by_path)]  # a list would ask for the length first, which costs as much
        records = self.reader.records(paths)
        named = name_faults(paths)
        found = [self.build(path, records[path]) for path in paths]
        entries = self.source.entries
        return [
            self._with_faults(one, named.get(one.path, ()))
            if one.path in named or is_executable(entries[one.path])
            else one
            for one in found
        ]

    def touched_by(self, paths: Iterable[str], before: "Shelf") -> list[Document]:
        """Return the documents that a change of *paths* since *before* concerns, by their paths.

        They are those at *paths*, those with the ids that these have or had, and those that link
        to something that looks otherwise from outside, or to something of the same name.
        """
        wanted = sorted(set(paths))
        now = [self.document(path) for path in wanted if path in self.by_path]
        then = [before.document(path) for path in wanted if path in before.by_path]
        ids = {one.identifier for one in (*now, *then)} - {""}
        found = {one.path for one in now} | {path for name in ids for path in self.named(name)}
        names = {
            name
            for path in wanted
            if self._looks_otherwise(path, before)
            for name in _names_of(path)
        }
        if names:
            found |= {
                path
                for path, card in self._cards.items()
                if not names.isdisjoint(card.split("\n")[1:]) and self.is_document(path)
            }
        return [self.document(path) for path in sorted(found)]

    def _looks_otherwise(self, path: str, before: "Shelf") -> bool:
        """Return whether a link to *path* may mean something else than *before*."""
        now, then = self.by_path.get(path), before.by_path.get(path)
        if now is None or then is None:
            return (path in self.source.entries) != (path in before.source.entries)
        return (now.identifier, now.status, now.version, now.anchor_lines, now.history) != (
            then.identifier,
            then.status,
            then.version,
            then.anchor_lines,
            then.history,
        )

    def around(self, wanted: str) -> list[Document]:
        """Return the document whose id or path is *wanted*, and those whose ids differ by case.

        The list is in order of paths, and empty if nothing is called so.
        """
        document = self.by_id.get(wanted) or self.by_path.get(wanted.removeprefix("./"))
        if document is None:
            return []
        if not document.identifier:
            return [document]
        return [self.document(path) for path in self.named(document.identifier)]

    def named(self, identifier: str) -> list[str]:
        """Return the paths of the documents whose id is *identifier*, case ignored."""
        return [
            path for path in self._names.get(identifier.casefold(), ()) if self.is_document(path)
        ]

    @cached_property
    def _cards(self) -> Mapping[str, str]:
        """Return the cards of the files; some may be no documents here."""
        known = self.reader.known_cards()
        new = [path for path, card in known.items() if card is None and self.is_document(path)]
        for path, record in self.reader.records(new).items():
            known[path] = self.reader.learn_card(path, record)
        return {path: card for path, card in known.items() if card is not None}

    @cached_property
    def _names(self) -> Mapping[str, Sequence[str]]:
        """Return the files by the ids in them, case ignored; some may be no documents here."""
        found: dict[str, list[str]] = defaultdict(list)
        for path, card in self._cards.items():
            name = card.partition("\n")[0]
            if name:
                found[name.casefold()].append(path)
        return found

    @cached_property
    def _folded(self) -> str:
        """Return the paths of all files, case and accents ignored, each between two line ends."""
        return folded("\n".join(["", *self.source.entries, ""]))


@dataclass(frozen=True)
class ByPath(Mapping[str, Document]):
    """The documents of a shelf by path."""

    shelf: Shelf

    def __getitem__(self, path: str) -> Document:
        if path not in self.shelf.source.entries or not self.shelf.is_document(path):
            raise KeyError(path)
        return self.shelf.document(path)

    def __iter__(self) -> Iterator[str]:
        return filter(self.shelf.is_document, self.shelf.source.entries)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class ById(Mapping[str, Document]):
    """The documents of a shelf by id; of two with the same id, the first by path."""

    shelf: Shelf

    def __getitem__(self, identifier: str) -> Document:
        for path in self.shelf.named(identifier) if identifier else ():
            document = self.shelf.document(path)
            if document.identifier == identifier:
                return document
        raise KeyError(identifier)

    def __iter__(self) -> Iterator[str]:
        documents = map(self.shelf.document, self.shelf.by_path)
        return iter(dict.fromkeys(one.identifier for one in documents if one.identifier))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class NearProject(Project):
    """A project seen from a few documents: *documents* holds them, and those with the same ids.

    What a rule finds in them is what it would find there in the whole project: the other
    documents, which it may lead to, are read when a rule asks for them by path or id.
    """

    shelf: Shelf | None = None

    @property
    def is_whole(self) -> bool:
        """Return that *documents* are only some."""
        return False

    @cached_property
    def by_id(self) -> Mapping[str, Document]:
        """Return the documents by id; of two with the same id, the first by path."""
        return self.shelf.by_id if self.shelf else {}

    @cached_property
    def by_path(self) -> Mapping[str, Document]:
        """Return the documents by path."""
        return self.shelf.by_path if self.shelf else {}


def _names_of(path: str) -> Iterator[str]:
    """Yield the names by which links lead to *path*, and to the folders on the way to it."""
    return map(last_name, path.split("/"))
