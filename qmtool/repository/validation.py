"""Data files against their schemas: what `DataFiles` does when the cache does not know a file."""

from functools import lru_cache
from typing import Any

from qmtool.model.text import Text, say
from qmtool.repository.data_files import broken
from qmtool.repository.schema import Flaw, Validator, load_schema, typed
from qmtool.repository.yaml_events import YamlText, read_yaml

MAX_NODES = 50_000
"""A shipped chapter of a long scheme has a few thousand values."""

MAX_BYTES = 2 * 1024 * 1024


def plain(data: bytes) -> Any:
    """Return the data of a shipped YAML file of those bytes, all scalars as texts."""
    return read_yaml(data.decode(), max_nodes=MAX_NODES).data


def place(data: bytes, path: tuple[str | int, ...]) -> tuple[int, int]:
    """Return where the value at *path* stands in a YAML file of those bytes."""
    return _placed_text(data).place(path)


@lru_cache(maxsize=8)
def _placed_text(data: bytes) -> YamlText:
    """Return the positions of a file: whoever asks for one often asks for thousands."""
    return read_yaml(data.decode("utf-8-sig", "replace"), max_nodes=MAX_NODES)


def validated(data: bytes, name: str, shown: str) -> Any:
    """Return the typed data of the file *shown* of those bytes, by the schema called *name*.

    Raise SettingsError with every flaw and its line.
    """
    if len(data) > MAX_BYTES:
        message = say("the file is larger than {limit} bytes", limit=MAX_BYTES)
        raise broken(shown, [(1, 1, message, None)])
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
    return value


def _placed(flaw: Flaw, read: YamlText) -> tuple[int, int, Text, Text | None]:
    return (*read.place(flaw.path), flaw.message, flaw.fix)
