"""The documents at the tip of a branch, and those that tags released, through the cache."""

import marshal
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Fault
from qmtool.model.document import Document, HistoryRow, OnPaper
from qmtool.model.settings import Settings
from qmtool.model.verification.facts import Tip
from qmtool.repository.cache import PARTS, Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Entry, Repository
from qmtool.repository.globs import is_document
from qmtool.repository.library import Library
from qmtool.repository.load import library_of
from qmtool.repository.parsing import Reader
from qmtool.repository.record import build
from qmtool.repository.settings_file import without_file
from qmtool.repository.sources import BlobSource, blob_id
from qmtool.repository.verification.plumbing import Damaged, is_oid

_FORMAT = 2
"""The version of what `_head` returns."""

_AT_ONCE = 2_000
"""How many documents are parsed before only what is compared with tags is kept of them."""

Head = tuple[Any, ...]
"""What of a document is compared with tags: the rest is ten times as much to read."""


def _head(document: Document) -> Head:
    """Return what is kept of *document*, as plain data."""
    rows = [
        tuple(row._replace(declared=tuple(map(tuple, row.declared))))  # type: ignore[arg-type]
        for row in document.history
    ]
    days = (str(day or "") for day in (document.effective, document.next_review))
    texts = (document.identifier, document.kind, document.status, document.version, document.owner)
    return *texts, *days, document.digest, rows


def _document(path: str, head: Head) -> Document:
    """Return the document at *path* of which *head* was kept."""
    identifier, kind, status, version, owner, effective, next_review, digest, rows = head
    return Document(
        path=path,
        identifier=identifier,
        kind=kind,
        status=status,
        version=version,
        owner=owner,
        effective=_day(effective),
        next_review=_day(next_review),
        digest=digest,
        history=tuple(map(_row, rows)),
    )


_day = cache(parse_day)


def _row(row: tuple[Any, ...]) -> HistoryRow:
    found = HistoryRow._make(row)
    if not found.declared:
        return found
    return found._replace(declared=tuple(map(OnPaper._make, found.declared)))


class _Checked(BlobSource):
    """The tree of a commit, of which every text that is read is compared with its id."""

    def read(self, paths: Iterable[str]) -> Iterator[tuple[str, bytes | None, Fault | None]]:
        """Yield each path with its bytes, or with the fault that keeps it from being read."""
        for path, data, fault in super().read(paths):
            oid = self.entries[path].oid
            if data is not None and blob_id(data, self.repo.object_format) != oid:
                raise Damaged(oid, "hash mismatch")
            yield path, data, fault


@dataclass
class _Blobs(_Checked):
    """Blobs of any commit, each under its id."""

    wanted: tuple[str, ...] = ()

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Return the blobs that were asked for."""
        return {blob: Entry("100644", blob) for blob in self.wanted}


class Documents:
    """The documents of the tree of *commit*, whose `qm.yaml` gave *settings*."""

    def __init__(
        self,
        repo: Repository,
        commit: str,
        settings: Settings | None,
        data: DataFiles,
        *,
        use_cache: bool,
    ) -> None:
        self.repo = repo
        self.data = data
        self.source = _Checked(repo, commit, commit)
        self.settings = settings or without_file()
        self.use_cache = use_cache
        place = os.fspath(repo.common_dir)
        self.cache = Cache(place, enabled=use_cache, parts=PARTS)
        self.heads = Cache(f"verify {_FORMAT} {place}", enabled=use_cache)
        self._tagged: dict[str, Document | None] = {}

    @cached_property
    def library(self) -> Library:
        """Return the kinds of documents there are."""
        found = library_of(self.source, use_cache=self.use_cache)
        found.data = self.data  # one cache for kinds and policies, saved once
        return found

    def tip(self) -> Tip:
        """Return the documents, and a way to those of tags."""
        entries, settings = self.source.entries, self.settings
        paths = [path for path in entries if is_document(path, settings.documents, settings.ignore)]
        kinds = self.library.kinds
        return Tip(
            documents=tuple(self._read(self.source, paths)),
            blobs={path: entry.oid for path, entry in entries.items()},
            controlled=frozenset(name for name, kind in kinds.items() if kind.controlled),
            review_months=settings.review_months,
            tagged=self.tagged,
            prefetch=self.prefetch,
        )

    def _read(self, source: BlobSource, paths: list[str]) -> list[Document]:
        """Return the documents at *paths*, as far as they are compared with tags."""
        library = self.library
        reader = Reader(source, library.kinds, library.kinds_digest, self.cache)
        keys = {path: reader.worker.key(source.entries[path].oid) for path in paths}
        found = {path: self.heads.get(key) for path, key in keys.items()}
        new = [path for path, head in found.items() if head is None]
        for start in range(0, len(new), _AT_ONCE):
            for path, record in reader.records(new[start : start + _AT_ONCE]).items():
                found[path] = _head(build(path, record, self.settings.markers))
                self.heads.put(keys[path], marshal.dumps(found[path]))
        return [_document(path, head) for path, head in found.items() if head is not None]

    def tagged(self, blob: str) -> Document | None:
        """Return the document of those bytes, None if there is no such blob."""
        self.prefetch([blob])
        return self._tagged[blob]

    def prefetch(self, blobs: Iterable[str]) -> None:
        """Read the documents of *blobs* together."""
        wanted = [blob for blob in dict.fromkeys(blobs) if blob not in self._tagged]
        self._tagged.update(dict.fromkeys(wanted))
        there = [blob for blob in wanted if is_oid(blob)]
        source = _Blobs(self.repo, "tags", wanted=tuple(there))
        for blob, document in zip(there, self._read(source, there), strict=True):
            self._tagged[blob] = document if document.digest else None

    def save(self) -> None:
        """Keep what was parsed for the next run."""
        self.cache.save(whole=False)
        self.heads.save()
