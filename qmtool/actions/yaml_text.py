"""YAML lines written by `qm`: one style, always read back as the text that was meant."""

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | Iterable[str | Mapping[str, str]]


def scalar(text: str) -> str:
    """Return *text* as a YAML scalar: plain where no reader could take it for another type."""
    if (_PLAIN.fullmatch(text) and text.lower() not in WORDS) or _DAY.fullmatch(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Value) -> str:
    """Return *value* as a YAML scalar, or as a flow list of scalars and mappings."""
    if isinstance(value, str):
        return scalar(value)
    items = (scalar(item) if isinstance(item, str) else row(item) for item in value)
    return "[" + ", ".join(items) + "]"


def row(pairs: Mapping[str, Value]) -> str:
    """Return *pairs* as a flow mapping on one line."""
    return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in pairs.items()) + "}"


def line(key: str, value: Value) -> str:
    """Return the line of one top-level key."""
    return f"{key}: {flow(value)}"
