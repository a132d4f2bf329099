"""YAML files of data (settings, kinds, referentials): read, typed, validated, and cached."""

import hashlib
import marshal
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from qmtool.errors import SettingsError
from qmtool.model.text import Text, say
from qmtool.repository.cache import Cache
from qmtool.resources import schema_path


class DataFiles:
    """Reads data files against the schemas of `qm`, keeping valid ones in the cache."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def read(self, data: bytes, schema: str, shown: str) -> Any:
        """Return the typed data of the file *shown* of those bytes.

        Raise SettingsError, with every flaw and its line, if they break the *schema*.
        """
        (value,) = self.read_all([(data, shown)], schema)
        return value

    def read_all(self, files: Sequence[tuple[bytes, str]], schema: str) -> Sequence[Any]:
        """Return the typed data of *files*, each with the name to show, as `read` does of one.

        They are kept together: many small files are looked up in the time of one.
        """
        summed = hashlib.sha256(schema_path(schema).read_bytes())
        for data, _shown in files:
            summed.update(b"\0%d\0" % len(data) + data)
        kept: Sequence[Any] = self._kept(
            summed.hexdigest(),
            lambda reader: [reader.validated(data, schema, shown) for data, shown in files],
        )
        return kept

    def read_plain(self, data: bytes) -> Any:
        """Return the plain data of a shipped file of those bytes, all scalars as texts."""
        return self._kept(hashlib.sha256(data).hexdigest(), lambda reader: reader.plain(data))

    @staticmethod
    def place(data: bytes, path: tuple[str | int, ...]) -> tuple[int, int]:
        """Return the line and the column of the value at *path* in a YAML file of those bytes."""
        from qmtool.repository import validation

        return validation.place(data, path)

    def _kept(self, summed: str, make: Callable[..., Any]) -> Any:
        kept = self.cache.get(f"data:{summed}")
        if kept is None:
            # The parsers are costly to import: only where something is not in the cache.
            from qmtool.repository import validation

            kept = make(validation)
            self.cache.put(f"data:{summed}", marshal.dumps(kept))
        return kept


def broken(shown: str, faults: Iterable[tuple[int, int, Text, Text | None]]) -> SettingsError:
    """Return the error that names each fault of the file *shown*, a line each."""
    lines = [
        say(
            "{path}:{line}:{column}: {message}",
            path=shown,
            line=line,
            column=column,
            message=message,
        )
        if fix is None
        else say(
            "{path}:{line}:{column}: {message}. {fix}",
            path=shown,
            line=line,
            column=column,
            message=message,
            fix=fix,
        )
        for line, column, message, fix in faults
    ]
    return SettingsError(lines)
