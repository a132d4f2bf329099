"""The shipped referentials hold together: schemas, ids, parents, classes, words and typography."""

import json
import re
from copy import deepcopy
from datetime import date
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from qmtool.repository.load import shipped_library
from qmtool.repository.soundness import flaws
from tests.conftest import SETTINGS, Centre
from tests.referential_files import (
    DOCUMENTS,
    FOLDER,
    LANGUAGES,
    RECORDS,
    ROOT,
    SHIPPED,
    assessable,
    by_id,
    chapters,
    each_referential,
    is_assessable,
    read,
    requirements,
    texts,
)

SCHEMAS = ROOT / "qmtool" / "schemas"
ISO_9001 = "iso-9001-2015"

COUNTS = {
    "asn-2019-dc-0660": (11, 47, 47),
    "audit-pairs-fr": (1, 9, 9),
    "autorisation-imagerie": (1, 7, 7),
    "autorisation-mednuc": (1, 7, 7),
    "cofrac-sh-ref-12-draft": (0, 0, 0),
    "cpps": (1, 6, 6),
    "csp-radioprotection": (5, 28, 28),
    "dpc": (1, 4, 4),
    "esr-esperanto": (1, 12, 12),
    "euratom-2013-59": (1, 44, 38),
    "has-accreditation-equipes": (1, 16, 16),
    "has-certification-2024": (3, 15, 15),
    "has-certification-2025": (4, 32, 32),
    "iaea-quaadril": (1, 4, 4),
    "iaea-quanum": (1, 17, 17),
    "iso-13485-2016": (5, 86, 72),
    "iso-15189-2012": (2, 112, 92),
    "iso-15189-2022": (6, 154, 123),
    "iso-9001-2008": (5, 62, 51),
    "iso-9001-2015": (7, 84, 65),
    "labelix": (6, 29, 22),
    "nf-s99-300": (1, 15, 15),
}
"""Chapters, lines, and lines that can be answered."""

OWN_ID = re.compile(r"(LBX|S99|HASI|ACR|AP|RP|AUT|QN|QD|ESP|CPPS|DPC)(-\w+)?")
LOW = {
    "asn-2019-dc-0660": {"3.d", "4.d", "5.d", "6.e", "6.f", "9.d", "11.f"},
    "autorisation-imagerie": {"AUT-07"},
    "autorisation-mednuc": {"AUT-07"},
}
EMPTY_GROUPS = {f"LBX-D{number}" for number in range(1, 8)}
"""The fields of Labelix: how its commitments split them is not public, so nothing stands there."""

APPARATUS = re.compile(r"\[S\d|\]\(|\*\*|``|\s\s|^\s|\s$")


def schema_errors(schema: str, value: Any) -> list[str]:
    """Return what *schema* refuses in *value*, whose dates are text as `qm` reads them."""
    text = json.dumps(value, default=date.isoformat)
    validator = Draft202012Validator(
        json.loads((SCHEMAS / schema).read_text(encoding="utf-8")), format_checker=FormatChecker()
    )
    return [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))
    ]


def translations(value: Any) -> list[Any]:
    """Return every text of *value* that is given by language."""
    found = []
    if isinstance(value, dict):
        found += [value] if value and set(value) <= LANGUAGES else []
        found += [one for inner in value.values() for one in translations(inner)]
    elif isinstance(value, list):
        found += [one for inner in value for one in translations(inner)]
    return found


def is_own(name: str, id: str) -> bool:
    """Return whether *id* is a mark of qm's, where the scheme has no number that is known."""
    return bool(OWN_ID.fullmatch(id)) or (name == "asn-2019-dc-0660" and "." in id)


def expected_parent(name: str, id: str, chapter: str) -> str:
    """Return what *id* stands under, as its own number says."""
    if name == "labelix":
        return chapter
    if name == "euratom-2013-59":
        return chapter if id.isdigit() else re.split(r"[.-]", id)[0]
    return chapter if is_own(name, id) and "." not in id else id.rpartition(".")[0]


# --- all of them -------------------------------------------------------------------------------


def test_these_referentials_are_shipped_and_no_other() -> None:
    folders = {path.name for path in FOLDER.iterdir() if not path.name.startswith("_")}
    assert folders == set(SHIPPED) == set(COUNTS)


def test_everything_shipped_is_sound() -> None:
    library = shipped_library(use_cache=False)
    assert list(library.referential_ids) == sorted(SHIPPED)
    assert list(flaws(library, library.referential_ids)) == []


def test_the_command_finds_no_flaw_in_what_is_shipped(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS})
    result = centre.qm("ref", "validate", *SHIPPED)
    assert (result.code, result.err) == (0, "")
    assert "22 referentials" in result.out


@each_referential
def test_a_referential_has_its_number_of_lines(name: str) -> None:
    found = len(chapters(name)), len(requirements(name)), len(assessable(name))
    assert found == COUNTS[name]


# --- schemas -----------------------------------------------------------------------------------


@each_referential
def test_the_referential_file_fits_its_schema(name: str) -> None:
    assert schema_errors("referential.schema.json", read(name)) == []


@each_referential
def test_every_chapter_file_fits_its_schema(name: str) -> None:
    for chapter in chapters(name):
        assert schema_errors("chapter.schema.json", chapter) == []


@pytest.mark.parametrize("schema", ["referential.schema.json", "chapter.schema.json"])
def test_the_schema_is_itself_valid_and_points_nowhere_else(schema: str) -> None:
    text = (SCHEMAS / schema).read_text(encoding="utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    assert all(target.startswith("#/") for target in re.findall(r'"\$ref": "([^"]*)"', text))


def test_an_unknown_key_is_refused_wherever_it_stands() -> None:
    head = deepcopy(read(ISO_9001))
    places = [head, head["title"], head["cycle"], head["grades"][0], head["dates"][0]]
    for place in (*places, head["applicability"][0], head["statements"][0]):
        place["unknown"] = True
        assert schema_errors("referential.schema.json", head) != []
        del place["unknown"]
    chapter = deepcopy(chapters(ISO_9001)[0])
    for place in (chapter, chapter["title"], chapter["requirements"][0]):
        place["unknown"] = True
        assert schema_errors("chapter.schema.json", chapter) != []
        del place["unknown"]


# --- files -------------------------------------------------------------------------------------


@each_referential
def test_the_id_is_the_name_of_the_folder(name: str) -> None:
    assert read(name)["id"] == name


@each_referential
def test_every_chapter_file_of_the_folder_is_listed_once(name: str) -> None:
    files = {path.name for path in (FOLDER / name).iterdir()}
    assert sorted(read(name)["chapters"]) == sorted(files - {"referential.yaml"})


@each_referential
def test_the_files_use_no_anchor_alias_tag_or_second_document(name: str) -> None:
    for path in (FOLDER / name).iterdir():
        events = list(yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
        assert sum(isinstance(event, yaml.DocumentStartEvent) for event in events) == 1
        assert not any(isinstance(event, yaml.AliasEvent) for event in events), path.name
        for event in events:
            assert getattr(event, "anchor", None) is None, path.name
            assert getattr(event, "tag", None) is None, path.name


@each_referential
def test_no_mapping_of_the_files_repeats_a_key(name: str) -> None:
    for path in (FOLDER / name).iterdir():
        waiting = [yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, yaml.SequenceNode):
                waiting += node.value
            elif isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(keys)), f"{path.name}:{node.start_mark.line + 1}"
                waiting += [value for _, value in node.value]


# --- ids and parents ---------------------------------------------------------------------------


@each_referential
def test_no_id_is_used_twice(name: str) -> None:
    ids = [node["id"] for node in chapters(name) + requirements(name)]
    assert len(ids) == len(set(ids))


@each_referential
def test_an_id_is_official_unless_qm_made_it_up(name: str) -> None:
    for node in chapters(name) + requirements(name):
        assert node.get("official", True) != is_own(name, node["id"]), node["id"]


@each_referential
def test_every_parent_stands_earlier_in_its_chapter_so_there_is_no_cycle(name: str) -> None:
    for chapter in chapters(name):
        seen = {chapter["id"]}
        for line in chapter["requirements"]:
            assert line["parent"] in seen, line["id"]
            assert line["parent"] == expected_parent(name, line["id"], chapter["id"])
            seen.add(line["id"])


@each_referential
def test_a_requirement_has_children_only_if_it_groups_them(name: str) -> None:
    parents = {line["parent"] for line in requirements(name)} | EMPTY_GROUPS
    for line in requirements(name):
        assert (line["id"] in parents) != is_assessable(line), line["id"]


# --- what a line says --------------------------------------------------------------------------


@each_referential
def test_every_line_has_a_confidence_and_a_source(name: str) -> None:
    for line in requirements(name):
        assert {"confidence", "source"} <= set(line), line["id"]


@each_referential
def test_only_what_the_sheets_infer_is_to_be_verified(name: str) -> None:
    low = {line["id"] for line in requirements(name) if line["confidence"] == "low"}
    assert low == LOW.get(name, set())


@each_referential
def test_what_can_be_answered_says_which_evidence_and_how_fresh(name: str) -> None:
    for line in assessable(name):
        assert {"described_by", "proven_by", "usual", "fresh_months"} <= set(line), line["id"]


@each_referential
def test_every_class_is_a_known_code_on_the_right_side(name: str) -> None:
    for line in assessable(name):
        assert set(line["usual"]) <= {*DOCUMENTS, *RECORDS}, line["id"]
        assert set(line["described_by"]) <= set(DOCUMENTS) & set(line["usual"]), line["id"]
        assert set(line["proven_by"]) <= set(RECORDS), line["id"]
        assert set(line["proven_by"]) <= {"REC", *line["usual"]}, line["id"]


@each_referential
def test_a_group_asks_nothing_and_needs_no_evidence(name: str) -> None:
    answers = {"asks", "described_by", "proven_by", "usual", "fresh_months", "note"}
    for line in requirements(name):
        if not is_assessable(line):
            assert answers.isdisjoint(line), line["id"]


@each_referential
def test_every_text_is_written_in_both_languages(name: str) -> None:
    for node in [read(name), *chapters(name), *requirements(name)]:
        assert "title" in node
        for text in translations(node):
            assert set(text) == LANGUAGES, (node["id"], text)


@each_referential
def test_what_applies_to_some_sites_names_known_activities(name: str) -> None:
    library = shipped_library()
    for id, node in by_id(name).items():
        applies = node.get("applies", {})
        assert set(applies.get("activities", ())) <= set(library.activities), id
        assert set(applies.get("modalities", ())) <= set(library.modalities), id


@each_referential
def test_a_text_has_tidy_spaces_and_nothing_of_the_sheets_own_marks(name: str) -> None:
    for path, text in texts([read(name), *chapters(name)]):
        assert not APPARATUS.search(text), path


@each_referential
def test_french_double_marks_and_quotes_are_spaced_as_in_french(name: str) -> None:
    for path, text in texts([read(name), *chapters(name)]):
        words = re.sub(r"https?://\S+|`[^`]*`", "", text)
        if path[-1] == "fr":
            assert not re.search(r"[^\u202f][;:?!](\s|$)", words), path
            assert not re.search(r"«[^\u202f\xa0]|[^\u202f\xa0]»", words), path
            assert not re.search(r"[\"“”’]", words), path
            assert not re.search(r"\d( |)%", words), path
        else:
            assert not re.search(r"[\u202f\xa0«»]|\s[;:?!]", words), path
