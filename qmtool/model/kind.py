"""Kinds of documents, which are data: `templates/<kind>/kind.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from qmtool.model.label import Label
from qmtool.model.state import Due, State

CONTROLLED_STATES = ("draft", "in-review", "released", "withdrawn")
OWNED_KEYS = ("version", "status", "effective", "next_review", "history")
"""The front-matter keys that `qm` writes, never a person; a digest leaves them out."""

COMMON_KEYS = (
    *("id", "title", "kind", "process", "owner", "sites", "devices", "posts", "date", "satisfies"),
    *("version", "status", "effective", "next_review"),
)
"""The front-matter keys of documents of several kinds that lists and states may name."""


@dataclass(frozen=True)
class Kind:
    """What a document is, what it proves, and what its front matter may hold.

    *steps* are its states as `kind.yaml` writes them, the first being the initial one, and
    *unstated* that of a record which says none; *dated* are fields for the day of which a record
    is proof, the first with a value counts; *columns* are the keys that a list of the kind
    shows. *series* says that its documents keep values over time, in a file beside them.
    """

    name: str
    label: Label
    category: str
    controlled: bool
    evidence: tuple[str, ...]
    id_pattern: str = ""
    satisfies: tuple[str, ...] = ()
    headings: tuple[Label, ...] = ()
    fields: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    counts: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    unstated: str = ""
    dated: tuple[str, ...] = ()
    series: bool = False

    @cached_property
    def states(self) -> Mapping[str, State]:
        """Return the states by name; few runs ask for those of more than a few kinds."""
        return {name: State.read(name, step) for name, step in self.steps.items()}

    @property
    def initial(self) -> str:
        """Return the name of the first state, empty where there are none."""
        return next(iter(self.steps), "")

    @property
    def assumed(self) -> str:
        """Return the state of a record that says none."""
        return self.unstated or self.initial

    @cached_property
    def dues(self) -> tuple[tuple[State, Due], ...]:
        """Return the deadlines of all states, each with its state."""
        return tuple((state, due) for state in self.states.values() for due in state.due)

    @cached_property
    def products(self) -> Mapping[str, tuple[str, ...]]:
        """Return the fields that are the product of others, each with its factors."""
        found = {name: tuple(one.get("product", ())) for name, one in self.fields.items()}
        return {name: factors for name, factors in found.items() if factors}

    @cached_property
    def final(self) -> tuple[str, ...]:
        """Return the names of the states after which nothing follows."""
        return tuple(name for name, step in self.steps.items() if not step.get("next"))

    def fields_of(self, *types: str) -> tuple[str, ...]:
        """Return the names of the fields of these *types*."""
        return tuple(name for name, one in self.fields.items() if one["type"] in types)

    def field_label(self, name: str) -> Label:
        """Return what people call the field *name*."""
        return Label.read(self.fields.get(name, {}).get("label") or name)

    def question(self, name: str) -> Label:
        """Return what asks for the field *name*: what people call it, and its scale or example."""
        label, more = self.field_label(name), Label.read(self.fields.get(name, {}).get("help"))
        return Label(
            *(f"{one} ({two})" if two else one for one, two in zip(label, more, strict=True))
        )


def _text(limit: int = 2000) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": limit}


def _names() -> dict[str, Any]:
    return {"type": "array", "items": _text(200)}


_DAY = {"type": "string", "format": "date"}

_FIELD_TYPES: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "date": _DAY,
    "boolean": {"type": "boolean"},
    "choice": {"type": "string"},
    "person": {"type": "string"},
    "site": {"type": "string"},
    "referential": {"type": "string"},
    "requirement": {"type": "string"},
    "reference": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "people": {"type": "array", "items": {"type": "string"}},
    "referentials": {"type": "array", "items": {"type": "string"}},
    "requirements": {"type": "array", "items": {"type": "string"}},
    "references": {"type": "array", "items": {"type": "string"}},
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

_STEP_ROW = {
    "type": "object",
    "additionalProperties": False,
    "required": ["state", "date"],
    "properties": {"state": _text(64), "date": _DAY, "by": _text(200), "comment": _text()},
}
"""A row of the history of a record: which state it entered, when, and who said so."""


NAMING = ("referential", "referentials", "requirement", "requirements")
"""The types of the fields that name referentials, alone or before a colon."""


def texts(held: object) -> tuple[str, ...]:
    """Return the texts that a field holds: one, several or none."""
    if isinstance(held, str):
        return (held,)
    return tuple(held) if isinstance(held, list | tuple) else ()


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
        if kind.steps:
            properties["status"] = {"type": "string", "enum": list(kind.steps)}
            properties["history"] = {"type": "array", "items": _STEP_ROW}
        properties |= {name: field_schema(value) for name, value in kind.fields.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["id", "title", "kind"],
        "properties": properties,
        "additionalProperties": kind is None,
    }
