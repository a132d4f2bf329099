"""The schemas of `qm` in the dialect that editors know.

Editors complete and validate YAML by JSON Schema draft-07; of 2020-12, in which `qm` keeps its
schemas, they know a part or nothing.
"""

from typing import Any

DIALECT = "http://json-schema.org/draft-07/schema#"

_RENAMED = {"$defs": "definitions", "dependentRequired": "dependencies"}


def for_editors(schema: dict[str, Any]) -> dict[str, Any]:
    """Return *schema*, of draft 2020-12, as a schema of draft-07 that judges alike."""
    return {"$schema": DIALECT, **_translated({**schema, "$schema": DIALECT})}


def _translated(value: Any) -> Any:
    if isinstance(value, list):
        return [_translated(one) for one in value]
    if not isinstance(value, dict):
        return value
    found = {_RENAMED.get(key, key): _translated(one) for key, one in value.items()}
    if "$ref" not in found:
        return found
    reference = {"$ref": found.pop("$ref").replace("#/$defs/", "#/definitions/")}
    # In draft-07 nothing beside a reference counts: its neighbours go around it.
    return {**found, "allOf": [reference]} if found else reference
