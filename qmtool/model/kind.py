"""Kinds of documents, which are data: `templates/<kind>/kind.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qmtool.model.label import Label

CONTROLLED_STATES = ("draft", "in-review", "released", "withdrawn")
OWNED_KEYS = ("version", "status", "effective", "next_review", "history")
"""The front-matter keys that `qm` writes, never a person; a digest leaves them out."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a document is, what it proves, and what its front matter may hold."""

    name: str
    label: Label
    category: str
    controlled: bool
    evidence: tuple[str, ...]
    id_pattern: str = ""
    satisfies: tuple[str, ...] = ()
    headings: tuple[Label, ...] = ()
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    final: tuple[str, ...] = ()
    """The states after which nothing follows."""


def _text(limit: int = 2000) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _names() -> dict[str, Any]:
    return {"type": "array", "items": _text(200)}


_DAY = {"type": "string", "format": "date"}

_FIELD_TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "date": _DAY,
    "boolean": {"type": "boolean"},
    "choice": {"type": "string"},
    "person": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
}

_HISTORY_ROW = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "version": _text(20),
        "date": _text(200),
        "effective": _DAY,
        "origin": {"type": "string", "enum": ["adopted"]},
        "imported": _text(200),
        "author": _names(),
        "reviewer": _names(),
        "approver": {"type": ["array", "string"], "items": _text(200)},
        "summary": _text(),
        "digest": _text(80),
        "reviewed": _DAY,
        "withdrawn": _DAY,
        "reinstated": _DAY,
        "by": _text(200),
        "reason": _text(),
        "successor": _text(200),
        "declared": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["by", "on", "medium", "proof"],
                "properties": {
                    "by": _text(200),
                    "on": _DAY,
                    "medium": _text(200),
                    "proof": _text(),
                },
            },
        },
    },
}


AUDIT = "AUD"
"""The class of evidence whose records may tell what was assessed, and by whom."""

_ASSESSED = {
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["requirement"],
        "properties": {
            "requirement": _text(200),
            "grade": _text(100),
            "score": {"type": "integer"},
            "site": _text(200),
            "closed": _DAY,
        },
    },
}


def field_schema(declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of one field that a kind declares."""
    schema = dict(_FIELD_TYPES[declared["type"]])
    for key, keyword in (("min", "minimum"), ("max", "maximum")):
        if key in declared:
            schema[keyword] = declared[key]
    if declared.get("values"):
        schema["enum"] = list(declared["values"])
    return schema


def front_matter_schema(kind: Kind | None) -> dict[str, Any]:
    """Return the JSON Schema of the front matter of a document of *kind* (None: of any kind)."""
    properties: dict[str, Any] = {
        "id": _text(200),
        "title": _text(),
        "kind": _text(100),
        "process": _text(100),
        "owner": _text(100),
        "sites": _names(),
        "devices": _names(),
        "posts": _names(),
        "satisfies": _names(),
        "attachments": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["file"],
                "properties": {"file": _text(500), "sha256": _text(80)},
            },
        },
        "extra": {"type": "object"},
    }
    if kind is None or kind.controlled:
        properties |= {
            "version": _text(20),
            "status": {"type": "string", "enum": list(CONTROLLED_STATES)},
            "effective": _DAY,
            "next_review": _DAY,
            "history": {"type": "array", "items": _HISTORY_ROW},
        }
    if kind is None or not kind.controlled:
        properties["date"] = _DAY
    if kind is None or (AUDIT in kind.evidence and not kind.controlled):
        properties |= {"auditors": _names(), "assessed": _ASSESSED}
    if kind is not None:
        if kind.states:
            properties["status"] = {"type": "string", "enum": list(kind.states)}
        properties |= {name: field_schema(value) for name, value in kind.fields.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["id", "title", "kind"],
        "properties": properties,
        "additionalProperties": kind is None,
    }
