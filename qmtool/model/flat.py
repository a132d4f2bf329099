"""Nested data as flat text: dotted keys, one text per cell, and back without loss.

`qm ref export` writes a referential so and `qm ref import` reads it again. Both follow the JSON
Schema of the file format, so that a key which is added there is written and read as well.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Schema = Mapping[str, Any]
Path = tuple[str | int, ...]

_MARKS = ("null", "[]", "{}")
"""What stands in a cell for a value that has no text; an empty cell is an absent key."""

_INTEGER = re.compile(r"-?[0-9]{1,15}")
_INDEX = re.compile(r"[1-9][0-9]{0,5}")
_BOOLEANS = {"true": True, "false": False}


def flat(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each dotted key below *key* with the text of its value; lists count from 1."""
    if isinstance(value, Mapping) and value:
        for name, item in value.items():
            yield from flat(item, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for n, item in enumerate(value, start=1):
            yield from flat(item, f"{key}.{n}")
    else:
        yield key, written(value)


def written(value: Any) -> str:
    """Return the text of the cell that holds *value*, a scalar, a list of them or nothing."""
    if isinstance(value, str):
        return f"'{value}" if _is_marked(value) else value
    if isinstance(value, list) and value:
        plain = all(isinstance(item, str) and _is_plain(item) for item in value)
        text = ", ".join(value) if plain else ""
        return text if plain and not _is_marked(text) else json.dumps(value, ensure_ascii=False)
    return "{}" if isinstance(value, Mapping) else json.dumps(value)


def _is_plain(item: str) -> bool:
    """Return whether *item* can stand in a list whose commas part the items."""
    return bool(item) and item == item.strip() and "," not in item and item[0] not in "['"


def _is_marked(text: str) -> bool:
    """Return whether *text* would be read as a mark, or as one that an apostrophe makes a text."""
    bare = text.lstrip("'")
    return not bare or bare in _MARKS


def read(cell: str, schema: Schema) -> Any:
    """Return the value that *cell*, which is not empty, has for the leaf *schema*.

    A text that is no such value is returned as it is: whoever checks the schema says so.
    """
    if cell in _MARKS:
        return json.loads(cell)
    text = cell[1:] if cell.startswith("'") and _is_marked(cell) else cell
    types = _types(schema)
    if "array" in types:
        return _listed(text)
    if "string" in types:
        return text
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text)
    return _BOOLEANS.get(text, text) if "boolean" in types else text


def _listed(text: str) -> Any:
    if not text.startswith("["):
        return [item.strip() for item in text.split(",")]
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _types(schema: Schema) -> tuple[str, ...]:
    declared = schema.get("type", ())
    return (declared,) if isinstance(declared, str) else tuple(declared)


def leaves(schema: Schema, root: Schema, key: str = "") -> Iterator[tuple[str, Schema]]:
    """Yield the dotted key and the schema of every value that *schema* allows, in its order.

    *root* is the whole schema. Lists of groups are left out: each group has a line of its own.
    """
    for name, found in schema["properties"].items():
        inner, dotted = resolved(found, root), f"{key}.{name}" if key else name
        if "properties" in inner:
            yield from leaves(inner, root, dotted)
        elif "properties" not in resolved(inner.get("items", {}), root):
            yield dotted, inner


def resolved(schema: Schema, root: Schema) -> Schema:
    """Return *schema* with the part of *root* that it refers to."""
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    return {**root["$defs"][name], **schema} if name else schema


def path_of(key: str) -> Path:
    """Return the path that a dotted *key* names: `grades.1.id` is grades, 0, id."""
    return tuple(
        int(part) - 1 if _INDEX.fullmatch(part) else part for part in key.strip().split(".")
    )


def at(path: Path, schema: Schema) -> Schema | None:
    """Return the part of the whole *schema* that describes what stands at *path*, if any does."""
    found = schema
    for part in path:
        known = found.get("properties", {})
        inner = found.get("items") if isinstance(part, int) else known.get(part)
        if inner is None:
            return None
        found = resolved(inner, schema)
    return found


def put(into: Any, path: Path, value: Any) -> bool:
    """Put *value* at *path* into the nested data *into*; return whether there was room for it.

    The items of a list come in their order, and nothing is ever replaced.
    """
    part, below = path[0], path[1:]
    fresh = value if not below else [] if isinstance(below[0], int) else {}
    if isinstance(part, int) and isinstance(into, list):
        is_new = part == len(into)
        if part > len(into):
            return False
        if is_new:
            into.append(fresh)
    elif isinstance(part, str) and isinstance(into, dict):
        is_new = part not in into
        into.setdefault(part, fresh)
    else:
        return False
    return put(into[part], below, value) if below else is_new


def columns(rows: Sequence[Mapping[str, str]], known: Sequence[str]) -> list[str]:
    """Return the keys *known*, and those of the *rows* besides: empty groups, before their keys."""
    found = list(known)
    for key in dict.fromkeys(key for row in rows for key in row):
        if key not in found:
            below = (n for n, one in enumerate(found) if one.startswith(f"{key}."))
            found.insert(next(below, len(found)), key)
    return found
