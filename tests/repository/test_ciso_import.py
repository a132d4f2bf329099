"""CISO Assistant libraries: what of them becomes a referential, and what is counted instead."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from qmtool.errors import UsageError
from qmtool.repository.importing import ciso, ciso_workbook
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.outline import Ids, identifier, short, slug
from qmtool.repository.load import shipped_library
from tests.conftest import SHARED

FRAMEWORKS = SHARED / "data/frameworks/ciso-assistant"
needs_the_files = pytest.mark.skipif(
    not FRAMEWORKS.is_dir(), reason="../shared/data is not on this machine"
)

ENGLISH = Wish(language="en")

HEAD = """\
urn: urn:x:risk:library:demo
locale: en
ref_id: DEMO
name: Demo
description: A demonstration
copyright: © Demo
version: 3
publication_date: 2025-05-10
provider: Demo Office
packager: x
"""
FRAMEWORK = """\
objects:
  framework:
    urn: urn:x:risk:framework:demo-1.0
    ref_id: DEMO
    name: Demo 1.0
    requirement_nodes:
"""


def library(nodes: str, head: str = HEAD) -> str:
    """Return a library with one framework of *nodes*."""
    return head + FRAMEWORK + nodes


def node(name: str, *more: str, assessable: bool = True, parent: str = "") -> str:
    """Return the node that a URN ends in *name*, with the lines *more*."""
    lines = [
        f"    - urn: urn:x:risk:req_node:demo-1.0:{name}",
        f"assessable: {str(assessable).lower()}",
        *([f"parent_urn: urn:x:risk:req_node:demo-1.0:{parent}"] if parent else []),
        *more,
    ]
    return "\n      ".join(lines) + "\n"


def read(text: str, wish: Wish = ENGLISH) -> Imported:
    return ciso.read(text.encode(), "demo.yaml", wish, shipped_library(use_cache=False))


def lines(found: Imported) -> dict[str, dict[str, object]]:
    return {one["id"]: one for chapter in found.chapters for one in chapter["requirements"]}


def left_out(found: Imported) -> dict[str, int]:
    return {str(one.what): one.times for one in found.left_out}


def refused(text: str, wish: Wish = ENGLISH) -> str:
    with pytest.raises(UsageError) as caught:
        read(text, wish)
    return str(caught.value.sentence)


CHAPTER = node("a", "ref_id: A", "name: First", assessable=False)


# What becomes of a framework.


def test_the_head_records_where_it_comes_from_and_under_which_licence() -> None:
    head = read(library(CHAPTER + node("a.1", "ref_id: A.1", "name: One", parent="a"))).head
    assert head["id"] == "demo-1-0"
    assert head["title"] == {"en": "Demo 1.0"}
    assert (head["type"], head["completeness"]) == ("standard", "full")
    assert head["issuer"] == "Demo Office"
    assert head["scope"] == {"en": "A demonstration"}
    assert head["copyright"] == {"en": "© Demo"}
    assert head["source"] == "CISO Assistant library DEMO, version 3, packaged by x"
    assert head["dates"][0]["date"] == "2025-05-10"
    assert head["origin"] == {
        "format": "CISO Assistant",
        "urn": "urn:x:risk:framework:demo-1.0",
        "version": "3",
        "licence": "© Demo",
    }


def test_a_line_has_a_title_what_it_asks_and_a_note() -> None:
    text = node(
        "a.1",
        "ref_id: A.1",
        "name: Roles",
        "description: Everyone knows who does what.",
        "annotation: See the chart.",
        "typical_evidence: An organisation chart",
        "translations: {fr: {name: Rôles, annotation: Voir l'organigramme.}}",
        parent="a",
    )
    assert lines(read(library(CHAPTER + text)))["A.1"] == {
        "id": "A.1",
        "parent": "A",
        "title": {"fr": "Rôles", "en": "Roles"},
        "asks": {"en": "Everyone knows who does what."},
        "described_by": [],
        "proven_by": [],
        "usual": [],
        "fresh_months": None,
        "note": {"en": "An organisation chart\n\nSee the chart.", "fr": "Voir l'organigramme."},
    }


def test_without_a_name_the_first_sentence_is_the_title_and_never_said_twice() -> None:
    long = "The centre keeps a register of its devices. It is reviewed every year by two people."
    text = node("a.1", "ref_id: A.1", f"description: {long}", parent="a")
    text += node("a.2", "ref_id: A.2", "description: The centre keeps a register.", parent="a")
    text += node("a.3", "ref_id: A.3", parent="a")
    found = lines(read(library(CHAPTER + text)))
    assert found["A.1"]["title"] == {"en": "The centre keeps a register of its devices."}
    assert found["A.1"]["asks"] == {"en": long}
    assert found["A.2"]["title"] == {"en": "The centre keeps a register."}
    assert "asks" not in found["A.2"]
    assert found["A.3"]["title"] == {"en": "A.3"}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("A. Natural disasters and fire", "A. Natural disasters and fire"),
        ("word " * 40, "word " * 23 + "word…"),
        ("x" * 200, "x" * 120 + "…"),
        ("Two\nlines", "Two lines"),
    ],
)
def test_a_short_title_is_one_line_of_whole_words(text: str, title: str) -> None:
    assert short(text) == title


@pytest.mark.parametrize(
    ("written", "given"),
    [
        ("7.1.2", "7.1.2"),
        ("[EXI 01]", "EXI-01"),
        ("AC-2(1)", "AC-2-1"),
        ("Étape 3 / b", "Etape-3-b"),
        ("._x", "x"),
        ("第", ""),
    ],
)
def test_a_number_that_no_id_can_hold_stays_readable(written: str, given: str) -> None:
    assert identifier(written) == given


def test_the_id_of_a_referential_is_cut_between_two_words() -> None:
    assert slug("NIST CSF: version 1.1") == "nist-csf-version-1-1"
    assert slug("word " * 20) == "-".join(["word"] * 12)


def test_rewritten_numbers_are_listed_and_never_collide() -> None:
    text = node("a-1", 'ref_id: "A 1"', "name: One", parent="a")
    text += node("a/1", "ref_id: A-1", "name: Two", parent="a")
    found = read(library(CHAPTER + text))
    assert list(lines(found)) == ["A-1", "A-1-2"]
    assert [tuple(one) for one in found.renamed] == [("A 1", "A-1"), ("A-1", "A-1-2")]


def test_a_line_without_a_number_gets_a_mark_of_ours_from_its_urn() -> None:
    found = read(library(CHAPTER + node("a:1", "name: One", parent="a")))
    assert lines(found)["a-1"]["official"] is False
    assert found.renamed == []


def test_a_line_that_its_urn_no_longer_names_keeps_the_urn_as_its_source() -> None:
    found = read(library(CHAPTER + node("other", "ref_id: A.1", "name: One", parent="a")))
    assert lines(found)["A.1"]["source"] == "urn:x:risk:req_node:demo-1.0:other"


def test_lines_that_can_be_answered_and_stand_in_no_chapter_share_one_of_ours() -> None:
    text = node("1", "ref_id: '1'", "name: One") + node("2", "ref_id: '2'", "name: Two")
    text += node("2.1", "ref_id: '2.1'", "name: Below", parent="2")
    text += CHAPTER + node("3", "ref_id: '3'", "name: Three")
    found = read(library(text)).chapters
    assert [(one["id"], one.get("official", True)) for one in found] == [
        ("chapter-1", False),
        ("A", True),
        ("chapter-3", False),
    ]
    assert found[0]["title"] == {"fr": "1 à 2", "en": "1 to 2"}
    assert found[2]["title"] == {"en": "Three"}
    assert [(one["id"], one["parent"]) for one in found[0]["requirements"]] == [
        ("1", "chapter-1"),
        ("2", "chapter-1"),
        ("2.1", "2"),
    ]


def test_what_has_no_place_is_counted_with_examples() -> None:
    chapter = node(
        "a", "ref_id: A", "name: First", "description: More.", "annotation: Note.", assessable=False
    )
    text = node(
        "a.1",
        "ref_id: A.1",
        "name: One",
        "weight: 2",
        "reference_controls: [urn:x:risk:function:one, urn:x:risk:function:two]",
        "threats: []",
        "translations: {es: {name: Uno}, fr: {name: Un, questions: quoi}}",
        parent="a",
    )
    more = "  threats: [{urn: a}, {urn: b}]\n"
    found = read(library(chapter + text).replace("objects:\n", f"labels: [x]\nobjects:\n{more}"))
    assert left_out(found) == {
        "weight of requirements": 1,
        "reference_controls of requirements": 2,
        "texts in es": 1,
        "questions in fr": 1,
        "notes of chapters": 1,
        "urn of the library": 1,
        "name of the library": 1,
        "labels of the library": 1,
        "threats of the library": 2,
    }
    examples = {str(one.what): one.examples for one in found.left_out}
    assert examples["weight of requirements"] == ("A.1",)


def test_a_scale_becomes_grades_with_scores() -> None:
    scale = (
        "    scores_definition:\n"
        "    - {score: 1, name: Whole, description: All of it, translations: {fr: {name: Tout}}}\n"
        "    - {score: 0, name: Nothing}\n"
    )
    text = library(CHAPTER).replace("    requirement_nodes", f"{scale}    requirement_nodes")
    found = read(text)
    assert found.head["grades"] == [
        {"id": "level-0", "label": {"en": "Nothing"}, "score": 0},
        {"id": "level-1", "label": {"fr": "Tout", "en": "Whole"}, "score": 1},
    ]
    assert left_out(found)["description of scores"] == 1
    again = text.replace("score: 0", "score: 1")
    assert refused(again) == "demo.yaml:18:8: the score 1 stands twice"
    assert "the score high is not a whole number" in refused(
        text.replace("score: 1", "score: high")
    )


def test_texts_in_a_third_language_stay_where_there_is_no_other() -> None:
    german = HEAD.replace("locale: en", "locale: de")
    text = node("a.1", "ref_id: A.1", "name: Eins", parent="a")
    text += node("a.2", "ref_id: A.2", "name: Zwei", "translations: {en: {name: Two}}", parent="a")
    found = read(library(CHAPTER + text, german), Wish(language="fr"))
    assert lines(found)["A.1"]["title"] == {"fr": "Eins"}
    assert lines(found)["A.2"]["title"] == {"en": "Two"}
    counted = left_out(found)
    assert counted["texts in de"] == 1
    assert counted["texts in de, kept where texts in fr stand"] == 6


def test_invisible_line_breaks_are_read_as_line_breaks_and_counted() -> None:
    text = node("a.1", "ref_id: A.1", 'name: "One"', r'description: "First\Lsecond"', parent="a")
    found = read(library(CHAPTER + text))
    assert lines(found)["A.1"]["asks"] == {"en": "First\nsecond"}
    assert left_out(found)["invisible line breaks, read as ordinary ones"] == 1


def test_of_several_frameworks_the_user_names_one() -> None:
    two = FRAMEWORK.replace("  framework:\n", "  frameworks:\n").replace("    urn:", "  - urn:")
    one = two + CHAPTER.rstrip() + "\n"
    text = HEAD + one + one.removeprefix("objects:\n  frameworks:\n").replace("demo-1.0", "other")
    assert refused(text) == (
        "demo.yaml:12:3: the library holds several frameworks: demo-1-0, other. "
        "Say which one with --id."
    )
    found = read(text, Wish(identifier="other"))
    assert found.head["id"] == "other"
    assert left_out(found)["framework demo-1-0 of the library"] == 1


# Mapping sets.

SET = """\
objects:
  requirement_mapping_set:
    urn: urn:x:risk:requirement_mapping_set:a-b
    source_framework_urn: urn:x:risk:framework:iso9001-2015
    target_framework_urn: urn:x:risk:framework:iso-13485-2016
    requirement_mappings:
"""


def mapped(source: str, target: str, *more: str, relation: str = "equal") -> str:
    lines = [
        f"    - source_requirement_urn: urn:x:risk:req_node:iso9001-2015:{source}",
        f"target_requirement_urn: urn:x:risk:req_node:iso-13485-2016:{target}",
        f"relationship: {relation}",
        *more,
    ]
    return "\n      ".join(lines) + "\n"


def test_a_mapping_set_becomes_a_crosswalk_of_referentials_known_here() -> None:
    text = mapped("4.1", "4.1.1", "rationale: semantic", relation="intersect")
    text += mapped("4.2", "4.1.1", "rationale: semantic", relation="superset")
    found = read(HEAD + SET + text)
    assert found.head == {}
    assert found.chapters == []
    (crosswalk,) = found.crosswalks
    assert (crosswalk["from"], crosswalk["to"]) == ("iso-9001-2015", "iso-13485-2016")
    assert crosswalk["relations"] == [
        {"from": "4.1", "relation": "intersects", "to": "4.1.1"},
        {"from": "4.2", "relation": "superset", "to": "4.1.1"},
    ]
    assert crosswalk["note"]["en"] == "nature of the relation by the source: semantic"
    assert crosswalk["source"] == (
        "CISO Assistant library DEMO, version 3, packaged by x; Demo Office; © Demo"
    )


def test_reasons_that_differ_and_annotations_are_notes_of_their_relations() -> None:
    text = mapped("4.1", "4.1.1", "rationale: semantic", "annotation: By hand")
    text += mapped("4.2", "4.1.1", "rationale: syntactic", "strength_of_relationship: 3")
    found = read(HEAD + SET + text)
    relations = found.crosswalks[0]["relations"]
    assert relations[0]["note"]["en"] == "nature of the relation by the source: semantic\nBy hand"
    assert relations[1]["note"]["fr"].endswith("syntactic")
    assert left_out(found)["strength_of_relationship of relations"] == 1


def test_relations_told_twice_or_denied_are_counted_and_left_out() -> None:
    text = mapped("4.1", "4.1.1") + mapped("4.1", "4.1.1")
    text += mapped("4.1", "4.1.1", relation="subset")
    text += mapped("4.2", "4.1.1", relation="not_related")
    found = read(HEAD + SET + text)
    assert len(found.crosswalks[0]["relations"]) == 1
    counted = left_out(found)
    assert counted["relations that stand twice"] == 1
    assert counted["relations that contradict an earlier one"] == 1
    assert counted["pairs said not to be related"] == 1


def test_a_set_that_only_tells_another_from_its_other_end_is_left_out() -> None:
    there = mapped("4.1", "4.1.1", relation="superset")
    back = there.replace("superset", "subset").replace("source", "x").replace("target", "source")
    sets = SET.replace("_set:\n", "_sets:\n", 1).replace("    urn:", "  - urn:") + there
    other = SET.removeprefix("objects:\n  requirement_mapping_set:\n").replace(
        "    urn:", "  - urn:"
    )
    other = (
        other.replace("source_f", "x_f").replace("target_f", "source_f").replace("x_f", "target_f")
    )
    found = read(HEAD + sets + other + back.replace("x_req", "target_req"))
    assert [(one["from"], one["to"]) for one in found.crosswalks] == [
        ("iso-9001-2015", "iso-13485-2016")
    ]
    assert left_out(found)["relations told again from the other end"] == 1


def test_a_library_may_map_the_framework_it_holds() -> None:
    both = library(CHAPTER + node("a.1", "ref_id: A.1", "name: One", parent="a"))
    pairs = SET.removeprefix("objects:\n").replace("iso9001-2015", "demo-1.0")
    found = read(both + pairs + mapped("a.1", "4.1.1").replace("iso9001-2015", "demo-1.0"))
    assert found.crosswalks[0]["from"] == "demo-1-0"
    assert found.crosswalks[0]["relations"][0]["from"] == "A.1"


# What is refused: one sentence, with the line.

NODES = CHAPTER + node("a.1", "ref_id: A.1", "name: One", parent="a")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (library(NODES + NODES), "demo.yaml:26:7: the requirement urn:x:risk:req_node:demo-1.0:a"),
        (library(NODES + node("b", "ref_id: A.1")), "demo.yaml:28:7: the requirement A.1 stands"),
        (
            library(NODES + node("b", parent="z")),
            ":28:7: urn:x:risk:req_node:demo-1.0:b: the parent",
        ),
        (
            library(NODES + node("b", parent="c") + node("c", parent="b")),
            ":28:7: urn:x:risk:req_node:demo-1.0:b: it stands below itself",
        ),
        (library("").replace("nodes:", "nodes: []"), ":16:5: the framework has no requirement"),
        (library("").replace("nodes:", "nodes: 3"), ":16:5: requirement_nodes is not a list"),
        (library("    - text\n"), ":17:7: requirement_nodes is not a group of keys"),
        (library("    - assessable: true\n"), ":17:7: urn is missing"),
        (library(node("a", "name: [x]")), ":19:7: name is not a text"),
        (
            library(node("a").replace("true", "maybe")),
            ":18:7: assessable is neither true nor false",
        ),
        (HEAD, ":1:1: objects is missing: this is no CISO Assistant library"),
        (
            HEAD + "objects:\n  risk_matrix: []\n  threats: [a]\n",
            "nor a mapping set, only: threats",
        ),
        (HEAD + SET + mapped("4.1", "4.1.1", relation="similar"), ":19:7: the relation similar is"),
        (HEAD + SET + mapped("9.9.9", "4.1.1"), ":17:7: iso-9001-2015 has no requirement urn:x:"),
        (HEAD + SET.replace("iso9001-2015", "y") + mapped("4.1", "4.1.1"), ":14:5: the framework"),
        (HEAD + SET + "    - relationship: equal\n", ":17:7: source_requirement_urn is missing"),
        ("- a\n", "demo.yaml:1:1: the file is not a group of keys"),
        ("a: &x [1]\nobjects: *x\n", "demo.yaml:1:4: the anchor &x is not allowed"),
        ("objects: " + "[" * 20 + "]" * 20, "demo.yaml:1:19: nested more than 10 levels deep"),
        ("objects: !!python/object:os.system x\n", "the tag tag:yaml.org,2002:python/object:os"),
        ("objects: {a: 1, a: 2}\n", "demo.yaml:1:17: the key a stands twice"),
        ("objects: [\n", "the text cannot be read as YAML"),
        ('a: "\\x07"\nobjects: {}\n', "the value holds the control character U+0007"),
    ],
)
def test_a_bad_library_is_refused_in_one_sentence_with_its_line(text: str, sentence: str) -> None:
    said = refused(text)
    assert sentence in said
    assert said.startswith("demo.yaml:")


def test_a_library_in_another_encoding_is_refused_with_its_line() -> None:
    data = library(NODES).replace("First", "Première").encode("latin-1")
    with pytest.raises(UsageError) as caught:
        ciso.read(data, "demo.yaml", Wish(), shipped_library(use_cache=False))
    assert str(caught.value.sentence) == "demo.yaml:6: the file is not UTF-8"


# Workbooks.

SHEETS: dict[str, list[list[object]]] = {
    "info": [["About this workbook"]],
    "library_meta": [
        ["type", "library"],
        ["urn", "urn:x:risk:library:demo"],
        ["locale", "en"],
        ["ref_id", "DEMO"],
        ["copyright", "© Demo"],
        ["version", 3],
    ],
    "fwk_meta": [
        ["type", "framework"],
        ["base_urn", "urn:x:risk:req_node:demo-1.0"],
        ["urn", "urn:x:risk:framework:demo-1.0"],
        ["name", "Demo"],
        ["name[fr]", "Démo"],
        ["scores_definition", "scale"],
    ],
    "fwk_content": [
        ["assessable", "depth", "ref_id", "name", "name[fr]", "weight"],
        [None, 1, "A", "First", "Premier", None],
        ["x", 2, "A 1", "One", None, 4],
        ["x", 2, None, "Two", None, None],
        [],
        ["x", 1, None, "Last", None, None],
    ],
    "scr_meta": [["type", "scores"], ["name", "scale"]],
    "scr_content": [["score", "name", "name[fr]"], [0, "No", "Non"], [1, "Yes", "Oui"]],
    "thrt_meta": [["type", "threats"]],
    "thrt_content": [["ref_id"], ["T1"], ["T2"]],
}


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_book(sheets: Mapping[str, Sequence[Sequence[object]]]) -> Imported:
    known = shipped_library(use_cache=False)
    return ciso_workbook.read(workbook(sheets), "demo.xlsx", Wish(), known)


def test_a_workbook_gives_what_its_library_would() -> None:
    found = read_book(SHEETS)
    assert found.head["title"] == {"fr": "Démo", "en": "Demo"}
    assert found.head["origin"]["urn"] == "urn:x:risk:framework:demo-1.0"
    assert [one["label"]["fr"] for one in found.head["grades"]] == ["Non", "Oui"]
    assert [one["id"] for one in found.chapters] == ["A", "chapter-last"]
    assert {key: one["parent"] for key, one in lines(found).items()} == {
        "A-1": "A",
        "a-1": "A",
        "last": "chapter-last",
    }
    counted = left_out(found)
    assert counted["weight of requirements"] == 1
    assert counted["threats of the library"] == 2
    assert counted["sheets that describe the workbook"] == 1


def test_a_workbook_may_hold_a_mapping_set() -> None:
    sheets = {
        "library_meta": SHEETS["library_meta"],
        "map_meta": [
            ["type", "requirement_mapping_set"],
            ["source_framework_urn", "urn:x:risk:framework:iso-9001-2015"],
            ["source_node_base_urn", "urn:x:risk:req_node:iso-9001-2015"],
            ["target_framework_urn", "urn:x:risk:framework:iso-13485-2016"],
            ["target_node_base_urn", "urn:x:risk:req_node:iso-13485-2016"],
        ],
        "map_content": [
            ["source_node_id", "target_node_id", "relationship"],
            ["4.1", "4.1.1", "subset"],
        ],
    }
    assert read_book(sheets).crosswalks[0]["relations"] == [
        {"from": "4.1", "relation": "subset", "to": "4.1.1"}
    ]
    sheets["map_content"][1][1] = "9.9.9"
    with pytest.raises(UsageError) as caught:
        read_book(sheets)
    assert str(caught.value.sentence).startswith(
        "demo.xlsx, map_content!B2: iso-13485-2016 has no requirement"
    )


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "sentence"),
    [
        ("fwk_content", 0, 1, "level", "demo.xlsx, fwk_content!A1: the column depth is missing"),
        ("fwk_content", 0, 5, "name", "demo.xlsx, fwk_content!D1: the column name stands twice"),
        ("fwk_content", 2, 1, 4, "demo.xlsx, fwk_content!B3: the depth 4 is none of 1 to 2"),
        ("fwk_content", 2, 1, "two", "demo.xlsx, fwk_content!B3: the depth two is none of 1 to 2"),
        ("fwk_content", 2, 0, "yes", "demo.xlsx, fwk_content!A3: yes is neither x nor nothing"),
        ("fwk_content", 3, 2, "A 1", "demo.xlsx, fwk_content!C4: the requirement"),
        ("fwk_content", 2, 3, "=1/0", "demo.xlsx, fwk_content!D3: the formula has no computed"),
        ("fwk_meta", 5, 1, "other", "demo.xlsx, fwk_meta!B6: no scale is called other"),
        ("scr_content", 1, 0, "low", "demo.xlsx, scr_content!A2: the score low is not a whole"),
        ("library_meta", 0, 1, "book", "demo.xlsx, library_meta: type: library is missing"),
    ],
)
def test_a_bad_workbook_is_refused_with_its_cell(
    sheet: str, row: int, column: int, value: object, sentence: str
) -> None:
    sheets = {name: [list(cells) for cells in rows] for name, rows in SHEETS.items()}
    sheets[sheet][row][column] = value
    with pytest.raises(UsageError) as caught:
        read_book(sheets)
    assert str(caught.value.sentences[0]).startswith(sentence)


@pytest.mark.parametrize("missing", ["fwk_content", "library_meta"])
def test_a_workbook_that_lacks_a_sheet_is_refused(missing: str) -> None:
    sheets = {name: rows for name, rows in SHEETS.items() if name != missing}
    with pytest.raises(UsageError, match=f"demo.xlsx: the sheet {missing} is missing"):
        read_book(sheets)


# Files that nobody on this project wrote.


def of_file(name: str) -> Imported:
    return ciso.read(
        (FRAMEWORKS / name).read_bytes(), name, Wish(), shipped_library(use_cache=False)
    )


@needs_the_files
@pytest.mark.parametrize(
    ("name", "identifier", "chapters", "nodes", "assessable"),
    [
        ("hds-v2.yaml", "hds-v2023-a", 11, 82, 71),
        ("nist-csf-1.1.yaml", "nist-csf-1-1", 5, 136, 108),
        ("nist-csf-2.0.yaml", "nist-csf-2-0", 6, 134, 106),
    ],
)
def test_the_frameworks_have_the_lines_of_their_files(
    name: str, identifier: str, chapters: int, nodes: int, assessable: int
) -> None:
    found = of_file(name)
    official = [one for one in found.chapters if one.get("official", True)]
    below = lines(found).values()
    assert found.head["id"] == identifier
    assert len(official) == chapters
    assert len(official) + len(below) == nodes
    assert sum(one.get("assessable", True) is True for one in below) == assessable


@needs_the_files
def test_french_and_english_are_kept_and_spanish_counted() -> None:
    found = of_file("nist-csf-2.0.yaml")
    line = lines(found)["GV.OC-01"]
    assert set(line["title"]) == {"fr", "en"}  # type: ignore[call-overload]
    assert left_out(found)["texts in es"] == 278
    assert left_out(found)["reference_controls of requirements"] == 266


@needs_the_files
def test_the_numbers_of_hds_are_readable() -> None:
    found = of_file("hds-v2.yaml")
    assert len(found.renamed) == 31
    assert tuple(found.renamed[0]) == ("[EXI 01]", "EXI-01")
    assert found.head["title"] == {"fr": "HDS v2.0"}


@needs_the_files
def test_the_authoring_workbook_is_read_as_its_own_converter_does() -> None:
    path = FRAMEWORKS / "example_framework.xlsx"
    known = shipped_library(use_cache=False)
    found = ciso_workbook.read(path.read_bytes(), Path(path).name, Wish(), known)
    below = lines(found)
    assert [one["id"] for one in found.chapters] == ["level1", "section-1", "section-2"]
    assert len(found.chapters) + len(below) == 38
    assert sum(one.get("assessable", True) is True for one in below.values()) == 27
    assert below["level3-5-2"]["parent"] == "level3-5"
    assert below["4.r10"]["parent"] == "level3-7"
    assert len(found.head["grades"]) == 6


SMALL_BOOK = {
    "library_meta": [["type", "library"], ["urn", "urn:x:risk:library:t"], ["locale", "en"]],
    "fw_meta": [["type", "framework"], ["urn", "urn:x:risk:framework:t"], ["name", "T"]],
    "fw_content": [["assessable", "depth", "ref_id", "name"], ["x", "1", "1", "One"]],
}


def test_a_sheet_without_a_type_is_what_its_name_says() -> None:
    sheets = {
        "library_meta": SMALL_BOOK["library_meta"],
        "framework_meta": SMALL_BOOK["fw_meta"][1:],
        "framework_content": SMALL_BOOK["fw_content"],
    }
    found = ciso_workbook.read(workbook(sheets), "t.xlsx", ENGLISH, shipped_library())
    assert set(lines(found)) == {"1"}


def test_a_name_translations_beside_a_translation_is_counted() -> None:
    sheets = {
        **SMALL_BOOK,
        "library_meta": [*SMALL_BOOK["library_meta"], ["translations", "x"], ["name[fr]", "Un"]],
        "fw_content": [
            ["assessable", "depth", "ref_id", "translations", "name[fr]"],
            ["x", "1", "1", "y", "Un"],
        ],
    }
    found = ciso_workbook.read(workbook(sheets), "t.xlsx", ENGLISH, shipped_library())
    assert lines(found)["1"]["title"] == {"fr": "Un"}
    counts = left_out(found)
    assert counts["translations[] of requirements"] == 1
    assert counts["translations[] of the library"] == 1


def test_of_a_line_that_the_base_knows_only_what_the_file_says_is_written() -> None:
    text = library(
        CHAPTER
        + node("a.1", "ref_id: A.1", "description: Bought text", parent="a")
        + node("a.2", "ref_id: A.2", "name: New", parent="a")
    )
    found = lines(read(text, Wish(language="en", known=frozenset({"A", "A.1"}))))
    assert found["A.1"] == {"id": "A.1", "asks": {"en": "Bought text"}}
    assert found["A.2"]["parent"] == "A"
    assert found["A.2"]["described_by"] == []


def test_many_lines_of_one_name_are_numbered_quickly() -> None:
    ids = Ids()
    given = [ids.mark("same") for _ in range(20_000)]
    assert (given[0], given[1], given[-1]) == ("same", "same-2", "same-20000")


def test_translations_that_have_no_place_are_counted() -> None:
    more = """\
    description: Other
    translations: {fr: {description: Autre}}
    scores_definition:
    - score: 1
      name: Good
      translations: {fr: {name: Bon, description: Bien}}
    requirement_nodes:
"""
    nodes = CHAPTER + node("a.1", "ref_id: A.1", "name: One", parent="a")
    text = library(nodes).replace("    requirement_nodes:\n", more)
    assert left_out(read(text))["description in fr"] == 2
