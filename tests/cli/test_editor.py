"""`qm schema` and `qm ci init editor`: schemas that editors know, and settings completed."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qmtool.cli.schema_command import FORMATS
from qmtool.repository.editor_schema import for_editors
from qmtool.repository.schema import load_schema, typed
from tests.conftest import Centre

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ".vscode/qm"


def written(centre: Centre, name: str) -> Any:
    return json.loads((centre.root / ".vscode" / name).read_text())


def data_of(name: str) -> list[Any]:
    """Return the shipped data of a format, and each with a key too many or of another type."""
    import yaml

    where = {
        "kind": "templates/*/kind.yaml",
        "referential": "referentials/iso-*/referential.yaml",
        "chapter": "referentials/iso-9001-2015/c*.yaml",
        "crosswalk": "referentials/_crosswalks/iso-9*.yaml",
    }
    texts = [path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(where[name]))[:12]]
    good = [typed(yaml.load(text, yaml.BaseLoader), load_schema(name)) for text in texts]  # noqa: S506
    bad = [
        {**one, key: value} for one in good for key, value in (("odd", 1), (next(iter(one)), []))
    ]
    return [*good, *bad, *({**one, "counts": ["x"]} for one in good), {}]


# --- schemas -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*FORMATS, "front-matter", "procedure", "record"])
def test_every_schema_is_one_of_the_draft_that_editors_know(centre: Centre, name: str) -> None:
    schema = json.loads(centre.qm("schema", name).out)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(schema)
    assert not re.search(r'"(\$defs|dependentRequired|prefixItems|unevaluated\w+)"', str(schema))


@pytest.mark.parametrize("name", ["kind", "referential", "chapter", "crosswalk"])
def test_a_schema_for_editors_judges_like_that_of_qm(name: str) -> None:
    ours = jsonschema.Draft202012Validator(load_schema(name))
    theirs = jsonschema.Draft7Validator(for_editors(load_schema(name)))
    judged = [(ours.is_valid(one), theirs.is_valid(one)) for one in data_of(name)]
    assert {True, False} == {one for one, _ in judged}
    assert [one for one, _ in judged] == [other for _, other in judged]


def test_a_kind_of_the_centre_has_a_schema(welcome: Centre) -> None:
    kind = (
        "label: {fr: Réclamation, en: Complaint}\ncategory: record\ncontrolled: false\n"
        "evidence: [REC]\nfields: {gravity: {type: integer, min: 1, max: 5}}\n"
    )
    welcome.commit({"templates/complaint/kind.yaml": kind})
    schema = json.loads(welcome.qm("schema", "complaint").out)
    assert schema["properties"]["gravity"] == {"type": "integer", "minimum": 1, "maximum": 5}


def test_an_unknown_schema_is_refused(welcome: Centre) -> None:
    done = welcome.qm("schema", "complaints")
    assert done.code == 2
    assert "front-matter" in done.err


# --- VS Code -------------------------------------------------------------------------------


def test_the_editor_finds_a_schema_for_each_file(welcome: Centre) -> None:
    own = "referentials/bought/referential.yaml", "referentials/bought/partie-1.yaml"
    welcome.write(dict.fromkeys(own, "x: 1\n"))
    assert welcome.qm("ci", "init", "editor").code == 0
    schemas = written(welcome, "settings.json")["yaml.schemas"]
    globs = {glob: path for path, found in schemas.items() for glob in found}
    assert globs["qm.yaml"] == f"./{SCHEMAS}/settings.schema.json"
    assert globs["referentials/bought/partie-1.yaml"] == f"./{SCHEMAS}/chapter.schema.json"
    for path in schemas:
        jsonschema.Draft7Validator.check_schema(json.loads((welcome.root / path).read_text()))
    assert written(welcome, "extensions.json") == {"recommendations": ["redhat.vscode-yaml"]}


def test_the_snippets_write_front_matter_that_passes(welcome: Centre) -> None:
    """Each stop takes the first of what it proposes, as a person does who only types Tab."""
    assert welcome.qm("ci", "init", "editor").code == 0
    snippets = written(welcome, "qm.code-snippets")
    body = "\n".join(snippets["qm: procedure"]["body"])
    body = body.replace("${1:ID}", "PR-ACC-009").replace("${2}", "Nine").replace("${0}", "Text.\n")
    body = re.sub(r"\$\{\d+\|([^,|]*)[^}]*\}", r"\1", body)
    assert "${" not in body
    welcome.write({"processes/welcome/applicables/PR-ACC-009.md": body})
    assert welcome.qm("check", "PR-ACC-009", "--fail-on", "info").code == 0
    assert "broken-link" in snippets["qm: allow"]["body"][0]


def test_settings_that_are_there_are_kept(welcome: Centre) -> None:
    mine = {
        "editor.rulers": [100],
        "yaml.schemas": {"./x.json": "x.yaml", f"./{SCHEMAS}/settings.schema.json": "other.yaml"},
        "files.associations": {"*.é": "yaml"},
    }
    text = json.dumps(mine, indent=4, ensure_ascii=False)
    welcome.write({".vscode/settings.json": text})
    assert welcome.qm("ci", "init", "editor").code == 0
    after = written(welcome, "settings.json")
    assert list(after) == list(mine)
    assert after["editor.rulers"] == [100]
    assert after["yaml.schemas"]["./x.json"] == "x.yaml"
    assert after["yaml.schemas"][f"./{SCHEMAS}/settings.schema.json"] == ["other.yaml", "qm.yaml"]
    assert '    "files.associations"' in (welcome.root / ".vscode/settings.json").read_text()
    assert welcome.qm("ci", "init", "editor").out == "Everything is there already.\n"


@pytest.mark.parametrize(
    "text",
    [
        '{\n  // mine\n  "a": 1\n}\n',
        '{"a": 1,}',
        '{"a": 1, "a": 2}',
        '{"yaml.schemas": 3}',
        "[]",
        b"\xef\xbb\xbf{}",
        "[" * 100_000,
    ],
)
def test_settings_that_would_lose_something_are_left_alone(
    welcome: Centre, text: str | bytes
) -> None:
    welcome.write({".vscode/settings.json": text})
    before = welcome.state()
    done = welcome.qm("ci", "init", "editor")
    assert done.code == 3
    assert ".vscode/settings.json holds" in done.err
    assert "qm.yaml" in json.loads(done.out)["yaml.schemas"][f"./{SCHEMAS}/settings.schema.json"]
    assert welcome.state() == before
