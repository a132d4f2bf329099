"""YAML files of data (settings, kinds, referentials): read, typed, validated, and cached."""

import hashlib
import marshal
from collections.abc import Iterable
from typing import Any

from qmtool.errors import SettingsError
from qmtool.model.text import Text, say
from qmtool.repository.cache import Cache
from qmtool.repository.schema import Flaw, Validator, load_schema, typed
from qmtool.repository.yaml_events import YamlText, read_yaml
from qmtool.resources import schema_path

MAX_NODES = 50_000
"""A shipped chapter of a long scheme has a few thousand values."""

MAX_BYTES = 2 * 1024 * 1024


class DataFiles:
    """Reads data files against the schemas of `qm`, keeping valid ones in the cache."""

    def __init__(self, cache: Cache) -> None:
        self.cache = cache

    def read(self, data: bytes, schema: str, shown: str) -> Any:
        """Return the typed data of the file *shown* of those bytes.

        Raise SettingsError, with every flaw and its line, if they break the *schema*.
        """
        summed = hashlib.sha256(schema_path(schema).read_bytes() + b"\0" + data).hexdigest()
        kept = self.cache.get(f"data:{summed}")
        if kept is not None:
            return kept
        _, value = self._validated(data, schema, shown)
        self.cache.put(f"data:{summed}", marshal.dumps(value))
        return value

    def read_with_places(self, data: bytes, schema: str, shown: str) -> tuple[YamlText, Any]:
        """Return what `read` does, with the places of the keys, and without the cache."""
        return self._validated(data, schema, shown)

    def _validated(self, data: bytes, name: str, shown: str) -> tuple[YamlText, Any]:
        if len(data) > MAX_BYTES:
            raise broken(
                shown, [(1, 1, say("the file is larger than {limit} bytes", limit=MAX_BYTES), None)]
            )
        try:
            text = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise broken(shown, [(line, 1, say("the file is not UTF-8"), None)]) from error
        read = read_yaml(text, max_nodes=MAX_NODES)
        if read.faults:
            raise broken(shown, read.faults)
        schema = load_schema(name)
        value = typed({} if read.data is None else read.data, schema)
        flaws = list(Validator(schema).flaws(value))
        if flaws:
            raise broken(shown, (_placed(flaw, read) for flaw in flaws))
        return read, value


def _placed(flaw: Flaw, read: YamlText) -> tuple[int, int, Text, Text | None]:
    return (*read.place(flaw.path), flaw.message, flaw.fix)


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
