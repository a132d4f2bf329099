"""Parse the documents of a source: what the cache lacks only, and on every core."""

import hashlib
import marshal
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from qmtool import __version__
from qmtool.model.diagnostic import Fault
from qmtool.model.kind import Kind
from qmtool.repository.cache import Cache, Stat
from qmtool.repository.record import FORMAT, Parsed, pack, pack_fault, unpack
from qmtool.repository.sources import Source, WorkTree, blob_id, read_file

if TYPE_CHECKING:
    from qmtool.repository.parse import Parser

_ALONE_BELOW = 200
"""Fewer documents than this are parsed without the help of other processes."""

Item = tuple[str, bytes | None]
"""A path, and its bytes unless they are to be read from the disk."""

Done = tuple[str, str, bytes | None]
"""A blob id, its path, and its marshalled record unless the cache has it."""


@dataclass
class _Worker:
    """What the processes that parse share with the one that forked them."""

    kinds: Mapping[str, Kind]
    cache: Cache
    salt: str
    root: str
    object_format: str

    def key(self, oid: str) -> str:
        """Return the key of the record of the blob *oid*: it depends on the kinds as well."""
        return f"{self.salt}:{oid}"

    @cached_property
    def parser(self) -> "Parser":
        """Return the parser; it is imported when something must be parsed."""
        from qmtool.repository.parse import Parser

        return Parser(self.kinds)

    def parse(self, item: Item) -> Done:
        """Read, name and parse one file."""
        path, data = item
        if data is None:
            data, fault = read_file(self.root, path)
            if data is None:
                assert fault is not None  # one of the two is always given
                return "", path, pack(only(fault))
        oid = blob_id(data, self.object_format)
        if self.cache.has(self.key(oid)):
            return oid, path, None
        return oid, path, pack(self.parser.parse(data))


_forked: list[_Worker] = []


def _parse_forked(item: Item) -> Done:
    return _forked[0].parse(item)


def only(fault: Fault) -> Parsed:
    """Return the record of a file of which nothing is known but a fault."""
    return {"faults": [pack_fault(fault)]}


@dataclass
class Batch:
    """The documents of one source, found in the cache or parsed."""

    source: Source
    worker: _Worker
    found: dict[str, Parsed] = field(default_factory=dict)
    todo: list[Item] = field(default_factory=list)
    stats: dict[str, Stat] = field(default_factory=dict)

    def from_disk(self, source: WorkTree, paths: Sequence[str]) -> None:
        """Take the documents of a work tree: unchanged is what stat data say, as Git does."""
        cache = self.worker.cache
        for path in paths:
            stat = source.stat(path) if source.entries[path].stage == "0" else None
            oid = cache.known_oid(path, stat) if stat else None
            record = cache.get(self.worker.key(oid)) if oid else None
            if record is not None:
                self.found[path] = unpack(record)
            elif stat is not None:
                self.stats[path] = stat
                self.todo.append((path, None))
        self.read([path for path in paths if path not in self.found and path not in self.stats])

    def from_blobs(self, source: Source, paths: Sequence[str]) -> None:
        """Take the documents of the index or of a commit, whose blob ids are known."""
        for path in paths:
            record = self.worker.cache.get(self.worker.key(source.entries[path].oid))
            if record is not None:
                self.found[path] = unpack(record)
        self.read([path for path in paths if path not in self.found])

    def read(self, paths: Sequence[str]) -> None:
        """Read *paths* through the source, with the reasons why some cannot be."""
        for path, data, fault in self.source.read(paths):
            if data is not None:
                self.todo.append((path, data))
            elif fault is not None:
                self.found[path] = only(fault)

    def parse(self) -> None:
        """Parse what is left to do, and give it to the cache."""
        cache, key = self.worker.cache, self.worker.key
        for oid, path, record in self._on_cores():
            if oid and path in self.stats:
                cache.remember(path, self.stats[path], oid)
            if record is None:
                known = cache.get(key(oid))
                self.found[path] = unpack(known) if known else {}
                continue
            self.found[path] = unpack(marshal.loads(record))  # noqa: S302 - made a moment ago
            if oid:
                cache.put(key(oid), record)
                cache.give_card(key(oid), card_of(self.found[path]))

    def _on_cores(self) -> Iterator[Done]:
        """Parse on every core, or alone where the work is short or forking is not to be had."""
        cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
        if len(self.todo) < _ALONE_BELOW or cores < 2:
            yield from map(self.worker.parse, self.todo)
            return
        _forked[:] = [self.worker]
        import multiprocessing  # costly, and only needed where much is parsed

        _ = self.worker.parser  # imported once, before the processes part
        self.worker.cache.open_all()
        with multiprocessing.get_context("fork").Pool(cores) as pool:
            yield from pool.imap_unordered(_parse_forked, self.todo, chunksize=50)


class Reader:
    """Reads the documents of one source: what the cache has, and what must be parsed."""

    def __init__(
        self, source: Source, kinds: Mapping[str, Kind], kinds_digest: str, cache: Cache
    ) -> None:
        salt = hashlib.sha256(f"{__version__}\0{FORMAT}\0{kinds_digest}".encode()).hexdigest()[:16]
        repo = source.repo
        self.source = source
        self.worker = _Worker(kinds, cache, salt, os.fspath(repo.root), repo.object_format)

    def records(self, paths: Sequence[str]) -> dict[str, Parsed]:
        """Return the record of every document of *paths*."""
        batch = Batch(self.source, self.worker)
        if isinstance(self.source, WorkTree):
            batch.from_disk(self.source, paths)
        else:
            batch.from_blobs(self.source, paths)
        batch.parse()
        return batch.found

    def known_cards(self) -> dict[str, str | None]:
        """Return what `card_of` gives of the files of the source by path, None if not yet read."""
        entries, cards = self.source.entries, self.worker.cache.cards
        if isinstance(self.source, WorkTree):
            return {path: cards.get(self._key(path)) for path in entries}
        start = self.worker.key("")
        return {path: cards.get(start + entry.oid) for path, entry in entries.items()}

    def learn_card(self, path: str, record: Parsed) -> str:
        """Return the card of the document at *path*, of that *record*; keep it if it is new."""
        key, card = self._key(path), card_of(record)
        if key and key not in self.worker.cache.cards:
            self.worker.cache.give_card(key, card)
        return card

    def _key(self, path: str) -> str:
        """Return the key of the record of *path*, empty where only reading can tell its blob."""
        entry = self.source.entries[path]
        if not isinstance(self.source, WorkTree):
            return self.worker.key(entry.oid)
        stat = self.source.stat(path) if entry.stage == "0" else None
        oid = self.worker.cache.known_oid(path, stat) if stat else None
        return self.worker.key(oid) if oid else ""


def card_of(record: Parsed) -> str:
    """Return what others must know of the document that gave *record*, as lines.

    The first is its id, empty if it has none; the others are the names of what it links to.
    """
    aims = record.get("aims", {}).items()
    targets = [up + path for up, (paths, _) in aims for path in paths.split("\n")]
    targets += [one[0] for one in record.get("attachments", ())]
    names = {last_name(target) for target in targets}
    names.discard("")
    return "\n".join((record.get("identifier", ""), *sorted(names)))


def last_name(target: str) -> str:
    """Return the name of the file or folder that *target* leads to, case ignored."""
    path = target.partition("#")[0]
    if path.endswith("/"):
        path = path.rstrip("/")
    if "%" in path:
        from urllib.parse import unquote

        path = unquote(path)
    return path.rpartition("/")[2].replace("\n", " ").casefold()
