"""Typing and validation of plain YAML data against the JSON Schemas of `qm`.

All scalars arrive as texts; the schema says which of them are numbers, booleans or days. Only
schemas of `qm` itself are used, never one of a repository, and no reference is ever fetched.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from typing import Any, NamedTuple

from qmtool.model.advice import nearest
from qmtool.model.calendar import parse_day
from qmtool.model.text import Text, listing, say
from qmtool.repository.yaml_events import Path
from qmtool.resources import schema_path

_INTEGER = re.compile(r"-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_BOOLEANS = {"true": True, "false": False}
_TYPES: Mapping[str, Text] = {
    "string": say("a text"),
    "integer": say("a whole number"),
    "number": say("a number, with a point before the decimals"),
    "boolean": say("true or false"),
    "array": say("a list"),
    "object": say("a group of keys"),
    "null": say("nothing"),
}


_PLAIN_KEYWORDS = frozenset(
    {
        *("$schema", "type", "enum", "format", "minLength", "maxLength", "items"),
        *("properties", "required", "additionalProperties", "minimum", "maximum"),
    }
)


class Flaw(NamedTuple):
    """Where data break a schema: the *path* to it, the schema's *keyword*, and the sentence."""

    path: Path
    keyword: str
    message: Text
    fix: Text | None = None


def typed(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> Any:
    """Return *value* with its texts turned into the types that *schema* declares.

    *root* is the whole schema, in which local references are looked up.
    """
    root = root or schema
    reference = schema.get("$ref")
    if reference:
        schema = root["$defs"][reference.rpartition("/")[2]] | dict(schema)
    if isinstance(value, str):
        return _typed_scalar(value, schema.get("type"))
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties")
        others = others if isinstance(others, dict) else {}
        return {key: typed(item, properties.get(key, others), root) for key, item in value.items()}
    if isinstance(value, list):
        items = schema.get("items", {})
        return [typed(item, items, root) for item in value]
    return value


def _typed_scalar(value: str, declared: Any) -> Any:
    types = (declared,) if isinstance(declared, str) else tuple(declared or ())
    if "string" in types:
        return value
    if "integer" in types and _INTEGER.fullmatch(value):
        return int(value)
    if "number" in types and _NUMBER.fullmatch(value):
        return float(value)
    if "boolean" in types and value in _BOOLEANS:
        return _BOOLEANS[value]
    return value


@cache
def load_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the file format called *name*."""
    schema: dict[str, Any] = json.loads(schema_path(name).read_text(encoding="utf-8"))
    return schema


class Validator:
    """A compiled schema."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.schema = schema

    @cached_property
    def _validator(self) -> Any:
        # jsonschema costs 100 ms to import: only where something may be wrong.
        from jsonschema import Draft202012Validator, FormatChecker
        from referencing import Registry

        checker = FormatChecker(formats=())
        checker.checks("date")(_is_day)
        return Draft202012Validator(self.schema, format_checker=checker, registry=Registry())

    def flaws(self, data: Any) -> Iterator[Flaw]:
        """Yield what is wrong with *data*, in the order of the paths."""
        if surely_fits(data, self.schema):
            return
        errors = self._validator.iter_errors(data)
        for error in sorted(errors, key=lambda one: [str(part) for part in one.absolute_path]):
            yield from _explained(error)


def surely_fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Return whether *value* is what *schema* asks, by the plainest keywords only.

    Nearly every front matter is, and jsonschema takes ten times as long to say so. False says
    nothing: *schema* may have a keyword that is not looked at here.
    """
    kind = schema.get("type")
    if not schema.keys() <= _PLAIN_KEYWORDS or ("enum" in schema and kind != "string"):
        return False
    if isinstance(kind, list):
        return any(surely_fits(value, {**schema, "type": one}) for one in kind)
    match kind:
        case "string":
            return (
                isinstance(value, str)
                and schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", sys.maxsize)
                and value in schema.get("enum", (value,))
                and ("format" not in schema or (schema["format"] == "date" and _is_day(value)))
            )
        case "integer":
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return is_whole and _is_between(value, schema)
        case "number":
            return isinstance(value, float) and _is_between(value, schema)
        case "boolean":
            return isinstance(value, bool)
        case "array":
            items = schema.get("items", {})
            return isinstance(value, list) and all(surely_fits(one, items) for one in value)
        case "object":
            known = schema.get("properties", {})
            return (
                isinstance(value, dict)
                and value.keys() >= set(schema.get("required", ()))
                and (
                    schema.get("additionalProperties", True) is True or value.keys() <= known.keys()
                )
                and all(surely_fits(one, known[key]) for key, one in value.items() if key in known)
            )
    return False


def _is_between(value: float, schema: Mapping[str, Any]) -> bool:
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    return bool(least <= value <= most)


def _is_day(value: object) -> bool:
    return not isinstance(value, str) or parse_day(value) is not None


def _explained(error: Any) -> Iterator[Flaw]:
    """Yield *error* of jsonschema in the words of `qm`."""
    path: Path = tuple(error.absolute_path)
    keyword = str(error.validator)
    if keyword == "required":
        for key in error.validator_value:
            # jsonschema raises this error once for each missing key.
            if key not in error.instance and error.message.startswith(repr(key)):
                yield Flaw(path, keyword, say("the key {key} is missing", key=key))
    elif keyword == "additionalProperties":
        known = list(error.schema.get("properties", {}))
        for key in error.instance:
            if key not in known:
                yield Flaw((*path, key), keyword, *_unknown(key, known))
    else:
        name = ".".join(str(part) for part in path) or say("the file")
        explain = _EXPLAINED.get(keyword, _not_allowed)
        yield Flaw(path, keyword, *explain(name, error.validator_value, error.instance))


Said = tuple[Text, Text | None]


def _wrong_type(name: object, wanted: Any, value: Any) -> Said:
    types = (wanted,) if isinstance(wanted, str) else wanted
    found = say(
        "{name} is {value}, not {expected}",
        name=name,
        value=_short(value),
        expected=_TYPES[types[0]],
    )
    return found, None


def _not_a_choice(name: object, wanted: Any, value: Any) -> Said:
    choices = [str(choice) for choice in wanted]
    found = say(
        "{name} is {value}, which is none of {choices}",
        name=name,
        value=_short(value),
        choices=listing(choices),
    )
    return found, nearest(str(value), choices)


def _below(name: object, wanted: Any, value: Any) -> Said:
    return say(
        "{name} is {value}; the minimum is {limit}", name=name, value=_short(value), limit=wanted
    ), None


def _above(name: object, wanted: Any, value: Any) -> Said:
    return say(
        "{name} is {value}; the maximum is {limit}", name=name, value=_short(value), limit=wanted
    ), None


def _too_long(name: object, wanted: Any, value: Any) -> Said:
    del value
    return say("{name} is longer than {limit} characters", name=name, limit=wanted), None


def _empty(name: object, wanted: Any, value: Any) -> Said:
    del wanted, value
    return say("{name} is empty", name=name), None


def _not_allowed(name: object, wanted: Any, value: Any) -> Said:
    del wanted
    return say("{name} is {value}, which is not allowed here", name=name, value=_short(value)), None


def _not_a_day(name: object, wanted: Any, value: Any) -> Said:
    """Return what is wrong with a *value* that should be a day, and how to write it."""
    del wanted
    advice = say("Write the day as YYYY-MM-DD, for instance 2026-03-02.")
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return say("{name} is {value}: there is no such day", name=name, value=value), advice
    if re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]", value):
        return say("{name} is {value}: a day carries no time", name=name, value=value), advice
    return say("{name} is {value}, not a day", name=name, value=_short(value)), advice


def _unknown(key: str, known: list[str]) -> tuple[Text, Text | None]:
    return say("unknown key {key}", key=key), nearest(key, known)


def _short(value: object) -> str:
    """Return *value* as a message can show it."""
    if value is None:
        return "null"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    return f"'{shown}'" if isinstance(value, str) else shown


_EXPLAINED: Mapping[str, Callable[[object, Any, Any], Said]] = {
    "type": _wrong_type,
    "enum": _not_a_choice,
    "format": _not_a_day,
    "minimum": _below,
    "maximum": _above,
    "maxLength": _too_long,
    "minLength": _empty,
    "minItems": _empty,
}
