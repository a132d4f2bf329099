"""The shipped referentials say what their sheets say, and their schemas accept them."""

import json
import re
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "qmtool" / "schemas"
SHEETS = ROOT.parent / "shared" / "domain"

ISO_9001 = "iso-9001-2015"
ISO_13485 = "iso-13485-2016"
SHIPPED = (ISO_9001, ISO_13485)

DOCUMENTS = ("POL", "MAP", "DOC", "PRO", "INS", "FORM", "PLAN", "CTR", "EXT")
RECORDS = ("REC", "REG", "REV", "AUD", "TRN", "CERT", "IND")
CODE = re.compile(rf"\b({'|'.join(DOCUMENTS + RECORDS)})\b")

GROUPS_OF_ISO_13485 = [
    *("4.1", "4.2", "5.4", "5.5", "5.6", "6.4"),
    *("7.2", "7.3", "7.4", "7.5", "7.5.9"),
    *("8.2", "8.3", "8.5"),
]

needs_the_sheets = pytest.mark.skipif(
    not SHEETS.is_dir(), reason="the sheets of ../shared/domain are not on this machine"
)
each_referential = pytest.mark.parametrize("name", SHIPPED)


class Row(NamedTuple):
    """A line of a sheet's table, as it is written there."""

    id: str
    fr: str
    en: str
    assessable: bool
    asks: str
    evidence: str
    information: str
    review: str


@cache
def read(name: str, file: str) -> Any:
    """Return what a data *file* says; no test may change it."""
    return yaml.safe_load((ROOT / "referentials" / name / file).read_text(encoding="utf-8"))


def chapters(name: str) -> list[Any]:
    return [read(name, file) for file in read(name, "referential.yaml")["chapters"]]


def requirements(name: str) -> list[Any]:
    return [line for chapter in chapters(name) for line in chapter["requirements"]]


def assessable(name: str) -> list[Any]:
    return [line for line in requirements(name) if line.get("assessable", True)]


def schema_errors(schema: str, value: Any) -> list[str]:
    """Return what *schema* refuses in *value*, whose dates are text as `qm` reads them."""
    text = json.dumps(value, default=date.isoformat)
    validator = Draft202012Validator(
        json.loads((SCHEMAS / schema).read_text(encoding="utf-8")), format_checker=FormatChecker()
    )
    return [
        f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))
    ]


def table(name: str, heading: str) -> list[list[str]]:
    """Return the cells of the sheet's table that begins with *heading*, line by line."""
    lines = (SHEETS / f"{name}.md").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(heading))
    found = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.split("|")[1:-1]])
    return found


def sheet(name: str) -> list[Row]:
    """Return every line of the sheet of *name*; the two tables do not have the same columns."""
    if name == ISO_9001:
        lines = table(name, "| id | titre (fr) | title (en) | A |")
        return [
            Row(id, fr, en, answered == "Y", asks, evidence, information, review)
            for id, fr, en, answered, asks, evidence, information, review in lines
        ]
    lines = table(name, "| id | title (en) | titre (fr) | evidence | DI |")
    return [Row(id, fr, en, True, "", evidence, di, "") for id, en, fr, evidence, di in lines]


def spaced(french: str) -> str:
    """Return *french* with the space before a semicolon that the sheet forgets once."""
    return re.sub(r"\s*;", " ;", french)


def classes(cell: str) -> list[str]:
    """Return the classes of an evidence *cell*; what stands in brackets is free text."""
    return CODE.findall(re.sub(r"\(.*?\)", "", cell))


def free_text(cell: str) -> str:
    """Return what an evidence *cell* says besides its classes."""
    return " ".join(re.findall(r"\w+", CODE.sub("", cell.replace("[S3]", ""))))


def expected_classes(row: Row) -> dict[str, list[str]]:
    """Apply the encoding rule of `formats.md` to *row*."""
    usual = classes(row.evidence)
    described = [code for code in usual if code in DOCUMENTS]
    proven = [code for code in usual if code in RECORDS] or ["REC"]
    return {
        "described_by": described if "M" in row.information else [],
        "proven_by": proven if "R" in row.information else [],
        "usual": usual,
    }


def expected_freshness(row: Row) -> int | None:
    months = re.fullmatch(r"(\d+)m", row.review)
    return int(months[1]) if months else None


def both_sides(name: str) -> list[tuple[Row, Any]]:
    """Return each assessable line of the sheet with the requirement that encodes it."""
    rows = [row for row in sheet(name) if row.assessable]
    return list(zip(rows, assessable(name), strict=True))


# --- against the sheets ------------------------------------------------------------------------


@needs_the_sheets
def test_iso_9001_has_the_nodes_of_its_sheet_in_the_same_order() -> None:
    nodes = []
    for chapter in chapters(ISO_9001):
        nodes.append((chapter["id"], chapter["title"], False))
        for line in chapter["requirements"]:
            nodes.append((line["id"], line["title"], line.get("assessable", True)))
    assert nodes == [
        (row.id, {"fr": spaced(row.fr), "en": row.en}, row.assessable) for row in sheet(ISO_9001)
    ]


@needs_the_sheets
def test_iso_13485_has_the_clauses_of_its_sheet_in_the_same_order() -> None:
    assert [(line["id"], line["title"]) for line in assessable(ISO_13485)] == [
        (row.id, {"fr": row.fr, "en": row.en}) for row in sheet(ISO_13485)
    ]


@needs_the_sheets
@each_referential
def test_the_evidence_classes_follow_the_encoding_rule(name: str) -> None:
    for row, line in both_sides(name):
        written = {key: line[key] for key in ("described_by", "proven_by", "usual")}
        assert written == expected_classes(row), row.id


@needs_the_sheets
@each_referential
def test_a_record_stays_fresh_as_long_as_the_sheet_says(name: str) -> None:
    for row, line in both_sides(name):
        assert line["fresh_months"] == expected_freshness(row), row.id


@needs_the_sheets
@each_referential
def test_a_note_stands_where_the_evidence_cell_holds_free_text(name: str) -> None:
    for row, line in both_sides(name):
        assert ("note" in line) == bool(free_text(row.evidence)), row.id


@needs_the_sheets
def test_iso_9001_asks_in_english_what_its_sheet_says() -> None:
    for row, line in both_sides(ISO_9001):
        if row.asks != "see section 3":
            assert line["asks"]["en"] == row.asks.replace(" [S3]", ""), row.id


@needs_the_sheets
def test_iso_9001_is_entitled_as_in_its_fact_sheet() -> None:
    facts = {line[0]: line[1] for line in table(ISO_9001, "| field | value |")}
    assert read(ISO_9001, "referential.yaml")["title"] == {
        "fr": facts["official name (fr)"],
        "en": facts["official name (en)"],
    }


# --- on their own ------------------------------------------------------------------------------


def test_iso_9001_has_91_nodes_of_which_65_are_assessable() -> None:
    assert len(chapters(ISO_9001)) + len(requirements(ISO_9001)) == 91
    assert len(assessable(ISO_9001)) == 65


def test_iso_13485_has_72_assessable_requirements_under_its_groups() -> None:
    assert len(assessable(ISO_13485)) == 72
    groups = [line for line in requirements(ISO_13485) if not line.get("assessable", True)]
    assert [line["id"] for line in groups] == GROUPS_OF_ISO_13485
    assert [chapter["id"] for chapter in chapters(ISO_13485)] == ["4", "5", "6", "7", "8"]


@each_referential
def test_the_referential_file_fits_its_schema(name: str) -> None:
    assert schema_errors("referential.schema.json", read(name, "referential.yaml")) == []


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
    referential = deepcopy(read(ISO_9001, "referential.yaml"))
    for place in (
        referential,
        referential["title"],
        referential["cycle"],
        referential["grades"][0],
    ):
        place["unknown"] = True
        assert schema_errors("referential.schema.json", referential) != []
        del place["unknown"]
    chapter = deepcopy(chapters(ISO_9001)[0])
    for place in (chapter, chapter["title"], chapter["requirements"][0]):
        place["unknown"] = True
        assert schema_errors("chapter.schema.json", chapter) != []
        del place["unknown"]


@each_referential
def test_the_id_is_the_name_of_the_folder(name: str) -> None:
    assert read(name, "referential.yaml")["id"] == name


@each_referential
def test_every_chapter_file_of_the_folder_is_listed_once(name: str) -> None:
    files = {path.name for path in (ROOT / "referentials" / name).iterdir()}
    listed = read(name, "referential.yaml")["chapters"]
    assert sorted(listed) == sorted(files - {"referential.yaml"})


@each_referential
def test_no_id_is_used_twice(name: str) -> None:
    ids = [node["id"] for node in chapters(name) + requirements(name)]
    assert len(ids) == len(set(ids))


@each_referential
def test_every_parent_stands_earlier_in_its_chapter_so_there_is_no_cycle(name: str) -> None:
    for chapter in chapters(name):
        seen = {chapter["id"]}
        for line in chapter["requirements"]:
            assert line["parent"] in seen, line["id"]
            assert line["parent"] == line["id"].rpartition(".")[0]
            seen.add(line["id"])


@each_referential
def test_a_requirement_has_children_only_if_it_groups_them(name: str) -> None:
    parents = {line["parent"] for line in requirements(name)}
    for line in requirements(name):
        assert (line["id"] in parents) != line.get("assessable", True), line["id"]


@each_referential
def test_every_class_is_a_known_code_on_the_right_side(name: str) -> None:
    for line in assessable(name):
        assert set(line["usual"]) <= {*DOCUMENTS, *RECORDS}, line["id"]
        assert set(line["described_by"]) <= set(DOCUMENTS), line["id"]
        assert set(line["proven_by"]) <= set(RECORDS), line["id"]


@each_referential
def test_a_group_asks_nothing_and_needs_no_evidence(name: str) -> None:
    answers = {"asks", "described_by", "proven_by", "usual", "fresh_months", "note"}
    for line in requirements(name):
        if not line.get("assessable", True):
            assert answers.isdisjoint(line), line["id"]


@each_referential
def test_every_text_is_written_in_both_languages(name: str) -> None:
    nodes = [read(name, "referential.yaml"), *chapters(name), *requirements(name)]
    for node in nodes:
        for key in ("title", "asks", "note", "copyright"):
            assert set(node.get(key, {"fr": "", "en": ""})) == {"fr", "en"}, node["id"]


@each_referential
def test_a_major_nonconformity_is_the_only_grade_that_blocks(name: str) -> None:
    grades = read(name, "referential.yaml")["grades"]
    assert [grade["id"] for grade in grades if grade["blocking"]] == ["major"]


@each_referential
def test_the_files_use_no_anchor_alias_tag_or_second_document(name: str) -> None:
    for path in (ROOT / "referentials" / name).iterdir():
        events = list(yaml.parse(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader))
        assert sum(isinstance(event, yaml.DocumentStartEvent) for event in events) == 1
        assert not any(isinstance(event, yaml.AliasEvent) for event in events), path.name
        for event in events:
            assert getattr(event, "anchor", None) is None, path.name
            assert getattr(event, "tag", None) is None, path.name


@each_referential
def test_no_mapping_of_the_files_repeats_a_key(name: str) -> None:
    for path in (ROOT / "referentials" / name).iterdir():
        waiting = [yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
        while waiting:
            node = waiting.pop()
            if isinstance(node, yaml.SequenceNode):
                waiting += node.value
            elif isinstance(node, yaml.MappingNode):
                keys = [key.value for key, _ in node.value]
                assert len(keys) == len(set(keys)), f"{path.name}:{node.start_mark.line + 1}"
                waiting += [value for _, value in node.value]
