"""The shipped kinds, their templates and the vocabularies, read with other readers than qm's."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
SCHEMA = json.loads((ROOT / "qmtool/schemas/kind.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
LANGUAGES = ("fr", "en")

CONTROLLED = {
    "policy": ("POL", "PO"),
    "manual": ("DOC", "MQ"),
    "process": ("MAP", "FP"),
    "procedure": ("PRO", "PR"),
    "protocol": ("INS", "PT"),
    "instruction": ("INS", "MO"),
    "form": ("FORM", "FO"),
    "description": ("DOC", "DOC"),
    "plan": ("PLAN", "PL"),
}
UNCONTROLLED = {
    "record": ("REC", "EN"),
    "register": ("REG", "RG"),
    "indicator": ("IND", "TB"),
    "audit-report": ("AUD", "RA"),
    "review": ("REV", "CR"),
    "training": ("TRN", "HA"),
    "agreement": ("CTR", "CV"),
    "certificate": ("CERT", "CERT"),
    "external": ("EXT", "DE"),
}
BASIC = {**CONTROLLED, **UNCONTROLLED}
EVERY = sorted(path.parent.name for path in TEMPLATES.glob("[!_]*/kind.yaml"))
DATA = sorted(TEMPLATES.glob("*/*.yaml"))
RECORDS = {"REC", "REG", "REV", "AUD", "TRN", "CERT", "IND"}
COMMON_KEYS = {
    *("id", "title", "kind", "process", "owner", "sites", "satisfies", "attachments", "date"),
    *("version", "status", "effective", "next_review", "history", "extra"),
}
VALUES = {
    "front_matter": 'id: PR-ACC-002\ntitle: "Accueil *du* patient"\nkind: procedure\n',
    "title": r"Accueil \*du\* patient",
    "today": "2026-11-21",
    "kind": "procedure",
    "process": "",
}


def read(*names: str) -> Any:
    return yaml.safe_load(TEMPLATES.joinpath(*names).read_text(encoding="utf-8"))


def kind(name: str) -> dict[str, Any]:
    value: dict[str, Any] = read(name, "kind.yaml")
    return value


def source(name: str, language: str) -> str:
    return (TEMPLATES / name / f"template.{language}.md.j2").read_text(encoding="utf-8")


def render(name: str, language: str) -> str:
    # A Markdown file ends with a newline, which Jinja takes away unless it is told not to.
    environment = ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    return environment.from_string(source(name, language)).render(VALUES)


def levels(text: str) -> list[int]:
    return [len(mark) for mark in re.findall(r"(?m)^(#+) ", text)]


def columns(text: str) -> list[int]:
    return [line.count("|") for line in text.splitlines() if line.startswith("|")]


def inner(node: yaml.Node) -> Iterator[yaml.Node]:
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from (*inner(key), *inner(value))
    if isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from inner(value)


def subschemas(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
    values = schema.values() if isinstance(schema, dict) else schema
    for value in values:
        if isinstance(value, dict | list):
            yield from subschemas(value)


def flaws(**changes: Any) -> list[str]:
    minimal = {"label": {"fr": "A", "en": "A"}, "category": "record", "controlled": False}
    value = {**minimal, "evidence": ["REC"], **changes}
    return [error.message for error in VALIDATOR.iter_errors(value)]


# --- kinds -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BASIC)
def test_a_basic_kind_provides_the_class_its_name_promises(name: str) -> None:
    assert kind(name)["evidence"] == [BASIC[name][0]]


@pytest.mark.parametrize("name", BASIC)
def test_a_basic_kind_has_a_label_in_both_languages(name: str) -> None:
    assert list(kind(name)["label"]) == list(LANGUAGES)
    assert all(text.strip() == text != "" for text in kind(name)["label"].values())


def test_two_kinds_have_two_labels() -> None:
    for language in LANGUAGES:
        labels = [kind(name)["label"][language].casefold() for name in EVERY]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", BASIC)
def test_a_basic_kind_makes_ids_with_the_prefix_of_the_domain(name: str) -> None:
    end = "-{process}-{n:3}" if name in CONTROLLED else "-{date}-{rand}"
    assert kind(name)["id"] == BASIC[name][1] + end


@pytest.mark.parametrize("name", CONTROLLED)
def test_what_says_what_to_do_is_controlled(name: str) -> None:
    assert kind(name)["controlled"] is True
    assert kind(name)["category"] == ("form" if name == "form" else "applicable")


@pytest.mark.parametrize("name", UNCONTROLLED)
def test_what_is_only_kept_is_a_record(name: str) -> None:
    assert kind(name)["controlled"] is False
    assert kind(name)["category"] == "record"


@pytest.mark.parametrize("name", UNCONTROLLED)
def test_a_basic_record_that_says_no_state_counts_and_lacks_nothing(name: str) -> None:
    found = kind(name)
    if "states" in found:
        taken_for = found.get("unstated", next(iter(found["states"])))
        assert taken_for in found["counts"]
        needs = found["states"][taken_for].get("requires", [])
        assert all(isinstance(need, dict) and need["when"] for need in needs)


@pytest.mark.parametrize("name", BASIC)
def test_a_basic_kind_answers_no_requirement_by_itself(name: str) -> None:
    assert kind(name)["satisfies"] == []


@pytest.mark.parametrize("name", EVERY)
def test_a_shipped_kind_asks_for_no_heading(name: str) -> None:
    assert not kind(name).get("headings")


@pytest.mark.parametrize("name", EVERY)
def test_a_shipped_kind_is_valid(name: str) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(kind(name))] == []


@pytest.mark.parametrize("name", EVERY)
def test_the_columns_of_a_kind_are_keys_its_documents_may_have(name: str) -> None:
    known = COMMON_KEYS | set(kind(name).get("fields", {}))
    known -= {"date"} if kind(name)["controlled"] else {"version", "effective", "next_review"}
    assert set(kind(name).get("columns", [])) <= known


@pytest.mark.parametrize("path", DATA, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_data_file_is_plain_yaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    events = list(yaml.parse(text, Loader=yaml.SafeLoader))
    assert not [event for event in events if getattr(event, "anchor", None)]
    assert not [event for event in events if getattr(event, "tag", None)]
    assert len([event for event in events if isinstance(event, yaml.DocumentStartEvent)]) == 1
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert root is not None
    for node in inner(root):
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(set(keys)) == len(keys), f"a key is written twice: {sorted(keys)}"


# --- templates -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_template_gives_the_front_matter_then_a_body(name: str, language: str) -> None:
    rendered = render(name, language)
    assert rendered.startswith("---\n" + VALUES["front_matter"] + "---\n\n## ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_template_gives_tidy_markdown(name: str, language: str) -> None:
    rendered = render(name, language)
    assert rendered.endswith("\n")
    assert not rendered.endswith("\n\n")
    assert "\n\n\n" not in rendered
    assert "\t" not in rendered
    lines = rendered.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line != line.rstrip()] == []
    body = lines.index("---", 1) + 1
    for number, line in enumerate(lines[body:], start=body):
        if line.startswith("#"):
            assert (lines[number - 1], lines[number + 1]) == ("", "")
        elif line.startswith("|"):
            assert lines[number - 1] == "" or lines[number - 1].startswith("|")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", BASIC)
def test_each_heading_is_followed_by_one_line_of_guidance(name: str, language: str) -> None:
    body = render(name, language).split("---\n\n", 1)[1]
    for section in re.split(r"(?m)^(?=##)", body)[1:]:
        lines = [line for line in section.splitlines() if line]
        assert re.fullmatch(r"#{2,3} \S.*", lines[0])
        assert re.fullmatch(r"<!-- (?!qm:)[^-<>\[\]]+(?:-[^-<>\[\]]+)* -->", lines[1])
        assert all(line.startswith("|") for line in lines[2:])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_the_headings_of_a_template_are_all_different(name: str, language: str) -> None:
    headings = re.findall(r"(?m)^#+ (.*)$", source(name, language))
    assert len(set(headings)) == len(headings) > 0


@pytest.mark.parametrize("name", EVERY)
def test_both_templates_of_a_kind_have_the_same_headings_and_tables(name: str) -> None:
    french, english = source(name, "fr"), source(name, "en")
    assert levels(french) == levels(english)
    assert columns(french) == columns(english)


def test_a_management_review_has_twelve_inputs_and_three_outputs() -> None:
    chapters = re.split(r"(?m)^## ", source("review", "en"))
    counts = {text.split("\n", 1)[0]: text.count("### ") for text in chapters}
    assert counts["Inputs"] == 12
    assert counts["Outputs"] == 3


def test_the_environment_of_these_tests_refuses_an_unknown_variable() -> None:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    with pytest.raises(UndefinedError):
        environment.from_string("{{ author }}").render(VALUES)


# --- the schema of a kind --------------------------------------------------------------------


def test_the_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_property_of_the_schema_is_typed_and_described() -> None:
    for schema in subschemas(SCHEMA):
        if schema.get("type") != "object" or "properties" not in schema:
            continue
        assert schema["additionalProperties"] is False
        for name, value in schema["properties"].items():
            assert value.get("type"), name
            assert value.get("description"), name


def test_the_schema_knows_the_classes_of_the_vocabulary() -> None:
    classes = SCHEMA["properties"]["evidence"]["items"]["enum"]
    assert classes == list(read("_vocabulary", "evidence.yaml"))


def test_the_complaint_of_the_format_page_is_valid() -> None:
    complaint = """
label: {fr: Réclamation, en: Complaint}
category: record
controlled: false
evidence: [REC]
id: "REC-{date}-{rand}"
satisfies: [iso-9001-2015:9.1.2]
headings: []
fields:
  severity: {type: integer, min: 1, max: 5}
  cause: {type: text}
states:
  received: {label: {fr: reçue, en: received}, next: [analysed]}
  analysed:
    next: [closed]
    requires: [cause]
    due: {days: 15, working: false, from: date, basis: custom}
  closed: {next: []}
counts: [closed]
columns: [id, date, severity, status]
"""
    assert [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(complaint))] == []


def test_four_keys_are_enough() -> None:
    assert flaws() == []


@pytest.mark.parametrize("key", ["label", "category", "controlled", "evidence"])
def test_a_kind_without_one_of_the_four_keys_is_refused(key: str) -> None:
    value = {"label": {"fr": "A"}, "category": "record", "controlled": False, "evidence": []}
    del value[key]
    assert not VALIDATOR.is_valid(value)


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"label": {}},
        {"label": {"fr": "A", "de": "A"}},
        {"category": "archive"},
        {"evidence": ["XXX"]},
        {"id": "REC-001"},
        {"id": "rec-{rand}"},
        {"id": "-{rand}"},
        {"id": "REC-{rand}\n"},
        {"id": "REC-{rand.__class__}"},
        {"satisfies": ["9.1.2"]},
        {"headings": ["Objet"]},
        {"fields": {"title": {"type": "text"}}},
        {"fields": {"Cause": {"type": "text"}}},
        {"fields": {"cause": {"type": "regex"}}},
        {"fields": {"cause": {"type": "text", "pattern": "(a+)+$"}}},
        {"fields": {"cause": {"type": "text", "max": 3}}},
        {"fields": {"cause": {"type": "text", "product": ["a", "b"]}}},
        {"fields": {"cause": {"type": "integer", "product": ["a"]}}},
        {"fields": {"cause": {"type": "choice"}}},
        {"fields": {"cause": {"type": "text", "values": {"a": {"fr": "A", "en": "A"}}}}},
        {"states": {}},
        {"states": {"open": {}}},
        {"states": {"Open": {"next": []}}},
        {"states": {"open": {"next": [], "due": {"days": -1, "from": "date"}}}},
        {"counts": ["closed"]},
        {"controlled": True, "states": {"open": {"next": []}}},
    ],
    ids=str,
)
def test_a_kind_that_makes_no_sense_is_refused(changes: dict[str, Any]) -> None:
    assert flaws(**changes)


def test_a_field_of_each_type_is_accepted() -> None:
    types = SCHEMA["properties"]["fields"]["additionalProperties"]["properties"]["type"]["enum"]
    assert len(types) == 16
    fields = {f"a_{name}": {"type": name} for name in types}
    fields["a_choice"] |= {"values": {"internal": {"fr": "interne", "en": "internal"}}}
    fields["a_integer"] |= {"min": 1, "max": 5, "product": ["a_number", "a_number"]}
    assert flaws(fields=fields) == []


# --- vocabularies and prefixes ---------------------------------------------------------------


def test_there_are_sixteen_evidence_classes_and_seven_are_records() -> None:
    classes = read("_vocabulary", "evidence.yaml")
    assert len(classes) == 16
    assert {code for code, value in classes.items() if value["record"] is True} == RECORDS
    assert all(value["record"] in {True, False} for value in classes.values())


@pytest.mark.parametrize("name", ["evidence.yaml", "activities.yaml", "modalities.yaml"])
def test_every_word_of_a_vocabulary_has_a_label_in_both_languages(name: str) -> None:
    for value in read("_vocabulary", name).values():
        assert list(value["label"]) == list(LANGUAGES)
        assert all(value["label"].values())


def test_the_activities_are_those_of_the_domain() -> None:
    activities = read("_vocabulary", "activities.yaml")
    assert set(activities) == {
        *("xray", "mammography", "dental", "cbct", "densitometry", "ct", "interventional"),
        *("mri", "ultrasound", "nm", "pet", "therapy", "teleradiology", "invitro"),
    }
    for value in activities.values():
        assert set(value) <= {"label", "part_of"}
        assert "part_of" not in value or "part_of" not in activities[value["part_of"]]


def test_a_modality_serves_activities_that_exist_and_is_one_device_among_others() -> None:
    activities = read("_vocabulary", "activities.yaml")
    modalities = read("_vocabulary", "modalities.yaml")
    assert len(modalities) == 14
    for name, value in modalities.items():
        assert set(value) == {"label", "serves"}, name
        assert value["serves"], name
        assert set(value["serves"]) <= set(activities), name
        assert len(value["serves"]) == len(set(value["serves"])), name
    for language in LANGUAGES:
        labels = [value["label"][language].casefold() for value in modalities.values()]
        assert len(labels) == len(set(labels))


def test_every_activity_done_with_a_device_is_served_by_one() -> None:
    activities = set(read("_vocabulary", "activities.yaml"))
    served = {
        one for value in read("_vocabulary", "modalities.yaml").values() for one in value["serves"]
    }
    assert activities - served == {"teleradiology", "invitro"}


def test_a_prefix_or_a_word_leads_to_a_kind_that_exists() -> None:
    shipped = read("_adopt", "prefixes.yaml")
    assert list(shipped) == ["words", "prefixes", "approver_keys", "date_keys", "not_documents"]
    assert {*shipped["words"].values(), *shipped["prefixes"].values()} <= set(EVERY)
    assert all(re.fullmatch(r"[a-z]+", word) for word in shipped["words"])
    assert all(re.fullmatch(r"[A-Z]+", prefix) for prefix in shipped["prefixes"])


@pytest.mark.parametrize("name", BASIC)
def test_the_prefix_that_qm_gives_leads_back_to_its_kind(name: str) -> None:
    assert read("_adopt", "prefixes.yaml")["prefixes"][BASIC[name][1]] == name


def test_the_keys_of_a_known_real_system_are_understood() -> None:
    words = read("_adopt", "prefixes.yaml")["words"]
    seen = {word: words[word] for word in ("sop", "policy", "template", "record", "info")}
    assert seen == {
        "sop": "procedure",
        "policy": "policy",
        "template": "form",
        "record": "record",
        "info": "description",
    }
