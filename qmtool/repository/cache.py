"""What was parsed before, by blob id, in the user's cache folder and never in the repository."""

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

ENVIRONMENT = "QM_CACHE_DIR"
_KEEP_TIMES = 4
_KEEP_AT_LEAST = 100
_SUM = 4
_RACY_NS = 20_000_000
_STATS, _CARDS, _HISTORY = "stats", "cards", "history"

SHARED = "data files"
"""The name of the cache of settings, kinds and referentials, which all repositories share."""

PARTS = 64
"""Into how many files the documents of a repository go: one that changed costs only its part."""

Stat = tuple[int, int, int, int]


def cache_folder() -> Path:
    """Return the folder of the cache: `QM_CACHE_DIR`, else the platform's."""
    chosen = os.environ.get(ENVIRONMENT)
    if chosen:
        return Path(chosen)
    import platformdirs  # costly, and only needed where nobody chose

    return Path(platformdirs.user_cache_dir("qm"))


@dataclass
class _Part:
    """One file of a cache; a damaged one, or one of somebody else, counts as empty."""

    path: Path
    content: dict[str, Any] = field(default_factory=dict)
    changed: bool = False

    def load(self) -> None:
        """Read the file."""
        try:
            with self.path.open("rb", buffering=0) as file:
                if os.fstat(file.fileno()).st_uid != os.getuid():
                    return
                data = file.read()
        except OSError:
            return
        kept = memoryview(data)[_SUM:]
        if zlib.crc32(kept).to_bytes(_SUM) == data[:_SUM]:
            with contextlib.suppress(ValueError, EOFError, TypeError):
                self.content = marshal.loads(kept)  # noqa: S302 - ours, and summed

    def keep_only(self, used: set[str], least: int) -> None:
        """Forget what was not *used* where that is most of the file, and more than a few."""
        wanted = used & self.content.keys()
        if len(self.content) > _KEEP_TIMES * max(len(wanted), least):
            self.content = {key: one for key, one in self.content.items() if key in wanted}

    def save(self) -> None:
        """Write the file; a full disk or a read-only folder is no error."""
        data = marshal.dumps(self.content)
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(zlib.crc32(data).to_bytes(_SUM) + data)
            Path(name).replace(self.path)


class Cache:
    """Records by key, and the blob ids of files whose stat data did not change.

    A key ends with the hexadecimal id of what was read, which also tells in which of the *parts*
    the record is kept. A part is read when something of it is asked for, and a record is kept as
    bytes until then.
    """

    def __init__(self, name: str, *, enabled: bool = True, parts: int = 1) -> None:
        summed = hashlib.sha256(f"{sys.version}\0{name}".encode()).hexdigest()
        self.folder = cache_folder() / summed[:32]
        self.enabled = enabled
        self.parts = parts
        self.used: set[str] = set()
        self.began = time.time_ns()
        self._opened: dict[str, _Part] = {}
        self._by_end: dict[str, _Part] = {}

    def _open(self, name: str) -> _Part:
        if name not in self._opened:
            part = self._opened[name] = _Part(self.folder / f"{name}.qmcache")
            if self.enabled:
                part.load()
        return self._opened[name]

    def _part_of(self, key: str) -> _Part:
        """Return the part that holds the record of *key*, or would."""
        end = key[-2:]
        part = self._by_end.get(end)
        if part is None:
            part = self._by_end[end] = self._open(f"{int(end, 16) % self.parts:02x}")
        return part

    @cached_property
    def _stats(self) -> _Part:
        return self._open(_STATS)

    @cached_property
    def _cards(self) -> _Part:
        return self._open(_CARDS)

    def get(self, key: str) -> Any | None:
        """Return the record of *key*, or None."""
        record = self._part_of(key).content.get(key)
        if record is None:
            return None
        self.used.add(key)
        return marshal.loads(record)  # noqa: S302 - ours, and summed

    def has(self, key: str) -> bool:
        """Return whether there is a record of *key*."""
        return key in self._part_of(key).content

    def put(self, key: str, record: bytes) -> None:
        """Keep the marshalled *record* of *key*."""
        part = self._part_of(key)
        part.content[key] = record
        part.changed = True
        self.used.add(key)

    @property
    def cards(self) -> Mapping[str, str]:
        """Return the cards of the records, by key: none of them need be read for it."""
        return self._cards.content

    def give_card(self, key: str, card: str) -> None:
        """Keep *card* as that of the record of *key*."""
        self._cards.content[key] = card
        self._cards.changed = True

    @property
    def history(self) -> Mapping[str, str]:
        """Return the list of the commits up to one of them, by its id: one list at most."""
        return self._open(_HISTORY).content

    def keep_history(self, commit: str, text: str) -> None:
        """Keep *text*, the list of the commits up to *commit*, in place of what was kept."""
        part = self._open(_HISTORY)
        part.content = {commit: text}
        part.changed = True

    def open_all(self) -> None:
        """Read every part: the processes that are forked next then share them."""
        for number in range(self.parts):
            self._open(f"{number:02x}")

    def known_oid(self, path: str, stat: Stat) -> str | None:
        """Return the blob id of the file at *path* if its stat data are those last seen."""
        seen = self._stats.content.get(path)
        return seen[1] if seen and seen[0] == stat else None

    def remember(self, path: str, stat: Stat, oid: str) -> None:
        """Keep the blob id of the file at *path*, unless it may still change unnoticed."""
        if max(stat[0], stat[1]) < self.began - _RACY_NS:
            self._stats.content[path] = (stat, oid)
            self._stats.changed = True

    def save(self, *, whole: bool = True) -> None:
        """Write what changed; *whole* says that this run used all that is worth keeping."""
        if not self.enabled:
            return
        for name, part in self._opened.items():
            if part.changed:
                if whole and name not in (_STATS, _HISTORY):
                    part.keep_only(self.used, _KEEP_AT_LEAST // self.parts)
                part.save()
