"""What was parsed before, by blob id, in the user's cache folder and never in the repository."""

import contextlib
import hashlib
import marshal
import os
import sys
import tempfile
import time
import zlib
from pathlib import Path
from typing import Any

import platformdirs

ENVIRONMENT = "QM_CACHE_DIR"
_KEEP_TIMES = 4
_SUM = 4
_RACY_NS = 20_000_000

SHARED = "data files"
"""The name of the cache of settings, kinds and referentials, which all repositories share."""

Stat = tuple[int, int, int, int]


def cache_folder() -> Path:
    """Return the folder of the cache: `QM_CACHE_DIR`, else the platform's."""
    chosen = os.environ.get(ENVIRONMENT)
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("qm"))


class Cache:
    """Records by blob id, and the blob ids of files whose stat data did not change.

    A record is kept as bytes until it is asked for. A damaged file counts as an empty cache.
    """

    def __init__(self, name: str, *, enabled: bool = True) -> None:
        summed = hashlib.sha256(f"{sys.version}\0{name}".encode()).hexdigest()
        self.path = cache_folder() / f"{summed[:32]}.qmcache"
        self.enabled = enabled
        self.records: dict[str, bytes] = {}
        self.stats: dict[str, tuple[Stat, str]] = {}
        self.used: set[str] = set()
        self.changed = False
        self.began = time.time_ns()
        if enabled:
            self._load()

    def _load(self) -> None:
        try:
            if self.path.stat().st_uid != os.getuid():
                return
            data = self.path.read_bytes()
        except OSError:
            return
        kept = memoryview(data)[_SUM:]
        if zlib.crc32(kept).to_bytes(_SUM) == data[:_SUM]:
            with contextlib.suppress(ValueError, EOFError, TypeError):
                self.records, self.stats = marshal.loads(kept)  # noqa: S302 - ours, and summed

    def get(self, oid: str) -> Any | None:
        """Return the record of the blob *oid*, or None."""
        record = self.records.get(oid)
        if record is None:
            return None
        self.used.add(oid)
        return marshal.loads(record)  # noqa: S302 - ours, and summed

    def put(self, oid: str, record: bytes) -> None:
        """Keep the marshalled *record* of the blob *oid*."""
        self.records[oid] = record
        self.used.add(oid)
        self.changed = True

    def known_oid(self, path: str, stat: Stat) -> str | None:
        """Return the blob id of the file at *path* if its stat data are those last seen."""
        seen = self.stats.get(path)
        return seen[1] if seen and seen[0] == stat else None

    def remember(self, path: str, stat: Stat, oid: str) -> None:
        """Keep the blob id of the file at *path*, unless it may still change unnoticed."""
        if max(stat[0], stat[1]) < self.began - _RACY_NS:
            self.stats[path] = (stat, oid)
            self.changed = True

    def save(self) -> None:
        """Write the cache if it changed; a full disk or a read-only folder is no error."""
        if not (self.enabled and self.changed):
            return
        if len(self.records) > _KEEP_TIMES * max(len(self.used), 100):
            self.records = {oid: one for oid, one in self.records.items() if oid in self.used}
        data = marshal.dumps((self.records, self.stats))
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(zlib.crc32(data).to_bytes(_SUM) + data)
            Path(name).replace(self.path)
        except OSError:
            return
