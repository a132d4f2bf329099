"""What surely fits a schema, without asking jsonschema."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qmtool.model.kind import front_matter_schema
from qmtool.repository.schema import Validator, surely_fits

WORDS = st.sampled_from(["", "draft", "2026-02-30", "2026-02-28", "x" * 201])
VALUES = st.one_of(WORDS, st.booleans(), st.integers(-1, 3), st.none(), st.lists(WORDS, max_size=2))
PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "boolean", "array", "object", "null"]),
        "enum": st.just(["draft"]),
        "minLength": st.just(1),
        "maxLength": st.just(200),
        "minimum": st.just(1),
        "items": st.just({"type": "string", "minLength": 1}),
        "required": st.just(["a"]),
        "additionalProperties": st.booleans(),
    },
)
SCHEMAS = PLAIN | st.dictionaries(st.sampled_from("ab"), PLAIN).map(
    lambda known: {"type": "object", "properties": known, "additionalProperties": False}
)


@settings(max_examples=300)
@given(SCHEMAS, VALUES | st.dictionaries(st.sampled_from("abc"), VALUES))
def test_what_surely_fits_is_valid(schema: dict[str, Any], value: Any) -> None:
    if surely_fits(value, schema):
        assert Draft202012Validator(schema).is_valid(value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", ""),
        ("title", "x" * 2001),
        ("title", ["a"]),
        ("status", "done"),
        ("effective", "2026-02-30"),
        ("history", [{"version": "1.0", "colour": "red"}]),
        ("attachments", [{"sha256": "a"}]),
    ],
)
def test_a_wrong_value_of_a_front_matter_does_not_surely_fit(key: str, value: object) -> None:
    good = {"id": "A-1", "title": "T", "kind": "procedure", "history": [{"version": "1.0"}]}
    schema = front_matter_schema(None)
    assert surely_fits(good, schema)
    assert not surely_fits({**good, key: value}, schema)
    assert [flaw.path[0] for flaw in Validator(schema).flaws({**good, key: value})] == [key]
