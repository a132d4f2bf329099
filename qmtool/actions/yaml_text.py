"""YAML lines written by `qm`: one style, always read back as the text that was meant."""

import json
import re
from collections.abc import Iterable, Mapping

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._/-]*")
WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_BREAKS = re.compile(r"[\x7f-\x9f\u2028\u2029\ufeff]")
"""Characters that end a line in YAML, or that it does not allow as they are."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Value = str | bool | float | Iterable[str | Mapping[str, str]]


def scalar(text: str) -> str:
    """Return *text* as a YAML scalar: plain where no reader could take it for another type."""
    if (_PLAIN.fullmatch(text) and text.lower() not in WORDS) or _DAY.fullmatch(text):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def number(value: float) -> str:
    """Return *value* as people write it: without decimals where it has none."""
    return str(int(value)) if value == int(value) else repr(value)


def flow(value: Value) -> str:
    """Return *value* as a YAML scalar, or as a flow list of scalars and mappings."""
    if isinstance(value, str):
        return scalar(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value)
    items = (scalar(item) if isinstance(item, str) else row(item) for item in value)
    return "[" + ", ".join(items) + "]"


def row(pairs: Mapping[str, Value]) -> str:
    """Return *pairs* as a flow mapping on one line."""
    return "{" + ", ".join(f"{key}: {flow(value)}" for key, value in pairs.items()) + "}"


def line(key: str, value: Value) -> str:
    """Return the line of one top-level key."""
    return f"{key}: {flow(value)}"
