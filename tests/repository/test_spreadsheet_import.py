"""Referentials from spreadsheets: what is recognised, what is refused, and what is left out."""

import io
import warnings
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmtool.errors import SettingsError, UsageError
from qmtool.model import flat
from qmtool.reports.table import csv_table
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.importing import columns, workbook
from qmtool.repository.importing.csv_rows import rows_of_csv
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.limits import MAX_BYTES
from qmtool.repository.importing.spreadsheet import read
from qmtool.repository.schema import Validator, load_schema
from tests.conftest import SHARED

FRAMEWORK = SHARED / "data/frameworks/ciso-assistant/example_framework.xlsx"
FR, EN = Wish(language="fr"), Wish(language="en")

Rows = Sequence[Sequence[object]]


def book(sheets: Mapping[str, Rows]) -> bytes:
    """Return a workbook as another program writes it: shared strings, numbers, dates, formulas."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def rezipped(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Return the workbook *data* after *change* of its parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def requirements(found: Imported) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for chapter in found.chapters for one in chapter["requirements"]}


def refusals(
    data: bytes, shown: str = "grid.csv", mapping: Mapping[str, Any] | None = None
) -> list[str]:
    """Return the sentences with which *data* are refused."""
    with pytest.raises(UsageError) as refused:
        read(data, shown, EN, mapping)
    return [str(one) for one in refused.value.sentences]


def mapped(text: str) -> Any:
    """Return the typed content of a mapping file."""
    files = DataFiles(Cache("mapping", enabled=False))
    return files.read(text.encode(), "import-mapping", "mapping.yaml")


SMALL = book({"Grid": [["id", "title"], ["4", "Context"], ["4.1", "Issues"]]})


# --- what is recognised ------------------------------------------------------------------------


def test_ids_with_dots_say_what_stands_under_what() -> None:
    found = read(
        b"id,title,asks\n7,Support,\n7.5,Papers,\n7.5.1,Control,Papers are kept.\n",
        "a b.csv",
        EN,
        None,
    )
    assert found.head == {
        "id": "a-b",
        "type": "standard",
        "title": {"en": "a b"},
        "completeness": "partial",
    }
    assert found.chapters == [
        {
            "id": "7",
            "title": {"en": "Support"},
            "requirements": [
                {"id": "7.5", "parent": "7", "title": {"en": "Papers"}, "assessable": False},
                {
                    "id": "7.5.1",
                    "parent": "7.5",
                    "title": {"en": "Control"},
                    "asks": {"en": "Papers are kept."},
                },
            ],
        }
    ]
    assert (found.left_out, found.renamed) == ([], [])


def test_the_spreadsheet_of_a_french_excel_is_read() -> None:
    text = (
        "N°;Intitulé;Exigence;Preuves attendues;Périodicité (mois);Évaluable;Confiance\r\n"
        "4.1;Enjeux – œuvre;«\u00a0La qualité\u00a0» détermine;PRO, REC;12 mois;oui;élevée\r\n"
        '4.2;Périmètre;"Deux\r\nlignes";procédure;;non;à vérifier\r\n'
    )
    lines = requirements(read(text.encode("cp1252"), "grille.csv", FR, None))
    assert lines["4.1"] == {
        "id": "4.1",
        "parent": "4",
        "title": {"fr": "Enjeux – œuvre"},
        "asks": {"fr": "«\u00a0La qualité\u00a0» détermine"},
        "assessable": True,
        "usual": ["PRO", "REC"],
        "fresh_months": 12,
        "confidence": "high",
    }
    assert lines["4.2"]["asks"] == {"fr": "Deux\nlignes"}
    assert lines["4.2"]["usual"] == ["PRO"]
    assert (lines["4.2"]["assessable"], lines["4.2"]["confidence"]) == (False, "low")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_encoding_and_delimiter_are_recognised(encoding: str, mark: str) -> None:
    text = f"réf{mark}titre\n1.1{mark}Élément\n"
    lines = requirements(read(text.encode(encoding), "f.csv", FR, None))
    assert lines["1.1"]["title"] == {"fr": "Élément"}


def test_the_line_in_which_excel_names_the_delimiter_is_obeyed() -> None:
    lines = requirements(read(b"sep=;\r\nid;title\r\n1.1;a, b\r\n", "f.csv", EN, None))
    assert lines["1.1"]["title"] == {"en": "a, b"}
    assert refusals(b"sep=;\r\nid;title\r\n1.1;a\r\n1.1;b\r\n") == [
        "grid.csv:4, column id: the id 1.1 stands twice (first in grid.csv:3, column id)"
    ]


def test_a_header_may_tell_the_language() -> None:
    text = "Ref,Titre (FR),title[en],Asks EN\n1.1,Un,One,First\n"
    line = requirements(read(text.encode(), "f.csv", EN, None))["1.1"]
    assert line["title"] == {"fr": "Un", "en": "One"}
    assert line["asks"] == {"en": "First"}


def test_the_text_makes_the_title_where_there_is_none() -> None:
    asks = "The centre plans its audits. " * 9
    found = read(f"code,exigence\n1.1,{asks}\n1.2,Be brief\n".encode(), "f.csv", EN, None)
    lines = requirements(found)
    assert lines["1.1"]["title"]["en"].startswith("The centre plans")
    assert lines["1.1"]["asks"] == {"en": asks.strip()}
    assert lines["1.2"] == {"id": "1.2", "parent": "1", "title": {"en": "Be brief"}}


def test_a_column_of_chapters_groups_the_lines() -> None:
    text = (
        "Chapitre,N°,Titre\n"
        "Chapitre 7 – Support,,\n,7.1,Ressources\n,7.2,Compétences\n"
        "Réalisation des activités,8.1,Plan\n"
    )
    found = read(text.encode(), "f.csv", FR, None)
    heads = [(one["id"], one["title"], one.get("official", True)) for one in found.chapters]
    assert heads == [
        ("7", {"fr": "Support"}, True),
        ("realisation-des-activites", {"fr": "Réalisation des activités"}, False),
    ]
    assert [len(one["requirements"]) for one in found.chapters] == [2, 1]


def test_numbers_without_a_common_part_share_one_chapter() -> None:
    (chapter,) = read(b"id,title\n1,a\n2,b\n", "f.csv", EN, None).chapters
    assert (chapter["id"], chapter["official"]) == ("requirements", False)
    assert [one["parent"] for one in chapter["requirements"]] == ["requirements"] * 2


def test_a_heading_that_asks_something_stays_a_requirement() -> None:
    found = read(b"id,title,usual\n7,Support,PRO\n7.1,Means,\n", "f.csv", EN, None)
    assert [one["id"] for one in found.chapters] == ["chapter-7"]
    assert requirements(found)["7"]["usual"] == ["PRO"]
    assert requirements(found)["7.1"]["parent"] == "7"


def test_a_column_of_parents_goes_before_the_dots() -> None:
    text = b"id,parent,title\nA,,Top\nb,A,Middle\nc,b,Low\n"
    found = read(text, "f.csv", EN, None)
    assert [one["id"] for one in found.chapters] == ["A"]
    assert {one["id"]: one["parent"] for one in requirements(found).values()} == {
        "b": "A",
        "c": "b",
    }


def test_ids_that_cannot_be_are_rewritten_and_listed() -> None:
    text = "id,title\n§ 7.5.3 a),a\nArticle 6,b\n7.,c\n7.1,d\nÉ1,e\n"
    found = read(text.encode(), "f.csv", EN, None)
    assert [tuple(one) for one in found.renamed] == [
        ("§ 7.5.3 a)", "7.5.3-a"),
        ("Article 6", "Article-6"),
        ("7.", "7"),
        ("É1", "E1"),
    ]
    assert requirements(found)["7.1"]["parent"] == "7"


def test_a_repeated_header_is_no_requirement() -> None:
    found = read(b"id,title\n1.1,a\nid,title\n1.2,b\n", "f.csv", EN, None)
    assert list(requirements(found)) == ["1.1", "1.2"]
    assert [(str(one.what), one.times) for one in found.left_out] == [("repeated header lines", 1)]


def test_what_has_no_place_is_counted_with_examples() -> None:
    data = book(
        {
            "Grid": [
                ["My grid"],
                [],
                ["id", "title", "Comment", None],
                ["1.1", "a", "one", None],
                ["1.2", "b", None, "lost"],
                ["1.3", "c", "two", None],
            ],
            "Other": [["x"], ["y"]],
        }
    )

    def add(parts: dict[str, bytes]) -> None:
        parts["xl/vbaProject.bin"] = b"never run"
        parts["xl/media/image1.png"] = b"seen by nobody"

    found = read(rezipped(data, add), "f.xlsx", EN, None)
    assert [(str(one.what), one.times, one.examples) for one in found.left_out] == [
        ("macros", 1, ()),
        ("pictures", 1, ()),
        ("lines above the header", 1, ("My grid",)),
        ("the column Comment", 2, ("one", "two")),
        ("the column D", 1, ("lost",)),
        ("rows of the sheet Other", 2, ()),
    ]


def test_what_the_user_wishes_goes_before_the_file_and_the_mapping() -> None:
    wish = Wish("mine", "My title", "label", "bought copy", "", "en")
    mapping = mapped("mapping: 1\nhead: {id: theirs, type: audit, issuer: Them, source: found}\n")
    assert read(b"id,title\n1.1,a\n", "f.csv", wish, mapping).head == {
        "id": "mine",
        "type": "label",
        "title": {"en": "My title"},
        "issuer": "Them",
        "completeness": "partial",
        "source": "bought copy",
    }


# --- workbooks ---------------------------------------------------------------------------------


def test_cells_are_texts_as_people_see_them() -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    values = [7, 7.1, "7.10", True, date(2026, 3, 2), datetime(2026, 3, 2, 8, 30), None, "a\r\nb"]
    sheet.append(values)
    sheet["B1"].number_format = "0.00"
    out = io.BytesIO()
    made.save(out)
    assert workbook.sheets(out.getvalue(), "f.xlsx") == {
        "Sheet": [["7", "7.10", "7.10", "true", "2026-03-02", "2026-03-02 08:30:00", "", "a\nb"]]
    }


def test_a_number_that_became_a_day_is_no_id() -> None:
    data = book({"Grid": [["id", "title"], [datetime(2026, 1, 7), "a"]]})
    assert refusals(data, "f.xlsx") == [
        "f.xlsx, Grid!A2: the id 2026-01-07 is a day: a number such as 7.1 became one. "
        "Give the column the format Text and write the number again."
    ]


def test_a_formula_without_a_value_is_named_where_it_matters() -> None:
    rows = [["id", "title", "other"], ["1.1", "=A2&B9", "=1+1"], ["1.2", "b", ""]]
    assert refusals(book({"Grid": rows}), "f.xlsx") == [
        "f.xlsx, Grid!B2: the formula has no computed value. "
        "Open the file in a spreadsheet program, mend the cell and save it again.",
        "f.xlsx, Grid!B2: the line 1.1 has neither a title nor a text",
    ]


def test_an_error_value_is_named() -> None:
    rows = [["id", "title", "asks"], ["1.1", "a", "#REF!"]]
    assert refusals(book({"Grid": rows}), "f.xlsx") == [
        "f.xlsx, Grid!C2: the cell holds the error #REF!. "
        "Open the file in a spreadsheet program, mend the cell and save it again."
    ]


def test_the_sheet_with_the_most_known_columns_is_read() -> None:
    data = book(
        {
            "Notes": [["id", "name"], ["1", "x"]],
            "Requirements": [["id", "title", "asks"], ["4.1", "a", "b"]],
        }
    )
    assert list(requirements(read(data, "f.xlsx", EN, None))) == ["4.1"]


@pytest.mark.skipif(not FRAMEWORK.is_file(), reason="../shared/data is not on this machine")
def test_a_real_workbook_of_another_tool_is_read_with_a_mapping() -> None:
    mapping = mapped(
        'mapping: 1\nsheet: fwk_content\nmissing_ids: number\nignore: [weight, "annotation"]\n'
        "columns: {title.en: name, asks.en: description, title.fr: 'name[fr]'}\n"
        'values: {assessable: {x: true, "": false}}\n'
    )
    found = read(FRAMEWORK.read_bytes(), FRAMEWORK.name, FR, mapping)
    assert [one["id"] for one in found.chapters] == ["level1", "1", "2"]
    lines = requirements(found)
    assert lines["3.r7"]["title"] == {"en": "Requirement 7", "fr": "Exigence 7"}
    assert lines["level3.5.2"]["parent"] == "level3.5"
    assert lines["level3.5.2"]["official"] is False
    assert sum(one["assessable"] for one in lines.values()) == 27
    told = {str(one.what): one.times for one in found.left_out}
    assert told["the column typical_evidence"] == 5
    assert told["rows of the sheet thrt_content"] == 26
    assert "the column annotation" not in told


# --- a mapping file ----------------------------------------------------------------------------


def test_a_mapping_names_sheet_header_columns_and_values() -> None:
    data = book(
        {
            "Cover": [["id", "title"], ["1", "x"]],
            "Grille": [
                ["Version 2"],
                ["Item", "Texte long", "Coté", "Pièces", "Remarque"],
                ["4.1", "Le centre…", "X", "Doc A; PRO", "lu"],
                ["4.2", "Il prouve…", "", "", ""],
            ],
        }
    )
    mapping = mapped(
        "mapping: 1\nsheet: Grille\nheader_row: 2\nignore: [Remarque]\n"
        "columns: {id: ITEM, title.fr: texte LONG, assessable: cote, usual: Pieces}\n"
        "values: {assessable: {x: true, '': false}, usual: {doc a: DOC}}\n"
    )
    found = read(data, "f.xlsx", EN, mapping)
    assert requirements(found) == {
        "4.1": {
            "id": "4.1",
            "parent": "4",
            "title": {"fr": "Le centre…"},
            "assessable": True,
            "usual": ["DOC", "PRO"],
        },
        "4.2": {"id": "4.2", "parent": "4", "title": {"fr": "Il prouve…"}, "assessable": False},
    }
    assert [(str(one.what), one.times) for one in found.left_out] == [
        ("lines above the header", 1),
        ("rows of the sheet Cover", 2),
    ]


def test_a_mapping_knows_every_key_of_a_requirement() -> None:
    known = load_schema("import-mapping")["properties"]
    keys = {*columns.shapes(), "chapter", "depth"}
    keys |= {key.partition(".")[0] for key in keys if key.endswith(".fr")}
    assert set(known["columns"]["properties"]) == keys
    no_words = {"id", "parent", "chapter", "depth"}
    assert set(known["values"]["properties"]) == keys - no_words
    assert set(known["head"]["properties"]) <= set(load_schema("referential")["properties"])


def test_the_shipped_names_are_written_as_headers_are_compared() -> None:
    words = columns.known_words()
    for column, names in words["columns"].items():
        assert [columns.folded(name) for name in names] == names, column
        assert columns.key_of(column, "fr") in {*columns.shapes(), "chapter", "depth"}
        assert len(names) == len(set(names))
    for ones in words["values"]["booleans"].values():
        assert [columns.folded(one) for one in ones] == ones


def test_an_unknown_key_of_a_mapping_is_refused_with_a_suggestion() -> None:
    with pytest.raises(SettingsError) as refused:
        mapped("mapping: 1\ncolumns: {titel: Name}\n")
    assert [str(one) for one in refused.value.sentences] == [
        "mapping.yaml:2:11: unknown key titel. Did you mean title?"
    ]


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [
        ("sheet: Gird", "f.xlsx: no sheet is called Gird. Did you mean Grid?"),
        (
            "columns: {id: Number}",
            "f.xlsx, Grid!A1: no column is called Number; there are: id, title",
        ),
        ("ignore: [Why]", "f.xlsx, Grid!A1: no column is called Why; there are: id, title"),
        (
            "header_row: 2",
            "f.xlsx, Grid!A2: no column is known as id, title; there are: 4, Context. Name it "
            "under columns: in a mapping file (qm schema import-mapping).",
        ),
        (
            "head: {type: labell}",
            "f.xlsx: type is 'labell', which is none of {types}. Did you mean label?",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_one_sentence(mapping: str, sentence: str) -> None:
    types = ", ".join(load_schema("referential")["properties"]["type"]["enum"])
    expected = sentence.replace("{types}", types)
    assert refusals(SMALL, "f.xlsx", mapped(f"mapping: 1\n{mapping}\n")) == [expected]


def test_a_csv_file_has_no_sheets() -> None:
    assert refusals(b"id,title\n1.1,a\n", mapping=mapped("mapping: 1\nsheet: Grid\n")) == [
        "grid.csv: a CSV file has no sheets; leave sheet: out of the mapping"
    ]


# --- bad tables --------------------------------------------------------------------------------

NAME_IT = "Name it under columns: in a mapping file (qm schema import-mapping)."


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", ["grid.csv: the file holds no rows"]),
        ("\n\n", ["grid.csv: the file holds no rows"]),
        ("id,title\n", ["grid.csv:1: no requirement stands below the header"]),
        (
            "Name,Foo\n1,a\n",
            [f"grid.csv:1: no column is known as id; there are: Name, Foo. {NAME_IT}"],
        ),
        (
            "n°,Foo\n1,a\n",
            [f"grid.csv:1: no column is known as title; there are: n°, Foo. {NAME_IT}"],
        ),
        ("id,title,title\n1.1,a,b\n", ["grid.csv:1, column title: the column title stands twice"]),
        (
            "id,title\n1.1,a\n,\n1.1,b\n",
            ["grid.csv:4, column id: the id 1.1 stands twice (first in grid.csv:2, column id)"],
        ),
        (
            'id,title\n1.1,"a\nb"\n1.1,b\n',
            ["grid.csv:4, column id: the id 1.1 stands twice (first in grid.csv:2, column id)"],
        ),
        (
            "id,title\n6 a,a\n6-a,b\n",
            ["grid.csv:3, column id: 6-a and 6 a (grid.csv:2, column id) both become the id 6-a"],
        ),
        (
            "id,title\n,a\n",
            [
                "grid.csv:2, column id: the line has no id. Give it one, or write missing_ids: "
                "number in a mapping file."
            ],
        ),
        ("id,title\n–,a\n", ["grid.csv:2, column id: the id – has no letter and no digit"]),
        (
            f"id,title\n{'9' * 81},a\n",
            ["grid.csv:2, column id: id is longer than 80 characters"],
        ),
        (
            "id,title\n1.1,\n",
            ["grid.csv:2, column title: the line 1.1 has neither a title nor a text"],
        ),
        (
            "id,title,parent\n1,a,9\n",
            ["grid.csv:2, column parent: 1: the parent 9 is not known"],
        ),
        (
            "id,title,parent\n1,a,2\n2,b,3\n3,c,1\n",
            ["grid.csv:2, column parent: 1: it stands below itself"],
        ),
        (
            "id,title,parent\n1,a,1\n",
            ["grid.csv:2, column parent: 1: it stands below itself"],
        ),
        (
            "id,title,proven by\n1.1,a,RECC\n",
            ["grid.csv:2, column proven by: RECC is no evidence class. Did you mean REC?"],
        ),
        (
            "id,title,activités\n1.1,a,scannner\n",
            [
                "grid.csv:2, column activités: scannner is none of the known activities. "
                "Known: {activities}."
            ],
        ),
        (
            "id,title,assessable\n1.1,a,peut-être\n",
            ["grid.csv:2, column assessable: assessable is 'peut-être', not true or false"],
        ),
        (
            "id,title,confidence\n1.1,a,hihg\n",
            [
                "grid.csv:2, column confidence: confidence is 'hihg', which is none of high, "
                "medium, low. Did you mean high?"
            ],
        ),
        (
            "id,title,depth\n1.1,a,deep\n",
            ["grid.csv:2, column depth: the depth deep is not a whole number"],
        ),
        (
            "chapter,id,title\n7 Support,1.1,a\n7 Means,1.2,b\n",
            ["grid.csv:3, column chapter: the chapters 7 Support and 7 Means both become 7"],
        ),
    ],
)
def test_a_bad_table_is_told_by_cell(text: str, sentences: list[str]) -> None:
    known = ", ".join(dict.fromkeys(columns._vocabulary("applies.activities").values()))
    assert refusals(text.encode()) == [one.replace("{activities}", known) for one in sentences]


def test_every_fault_is_told_up_to_twenty() -> None:
    rows = "".join(f"1.{n},a,FOO\n" for n in range(25))
    told = refusals(f"id,title,usual\n{rows}".encode())
    assert len(told) == 21
    assert told[19].startswith("grid.csv:21, column usual: FOO is no evidence class.")
    assert told[20] == "and 5 more"


def test_a_line_nested_too_deep_is_refused() -> None:
    rows = "".join(f"{n},a,{n - 1 if n else ''}\n" for n in range(22))
    told = refusals(f"id,title,parent\n{rows}".encode())
    assert told[0] == "grid.csv:22, column id: nested more than 20 levels deep"


def test_a_long_chain_of_parents_is_refused_at_once() -> None:
    rows = "".join(f"{n},a,{n - 1 if n else ''}\n" for n in range(4_000))
    assert len(refusals(f"id,title,parent\n{rows}".encode())) == 21


# --- bad files ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            "id,title\n1,Qualité\n".encode() + "2,Sécurité\n".encode("cp1252"),
            "grid.csv:3: the file is UTF-8, but this line is not; save the whole file as CSV UTF-8",
        ),
        (
            b"\xef\xbb\xbfid,title\n1,S\xe9curit\xe9\n",
            "grid.csv:2: the file is UTF-8, but this line is not; save the whole file as CSV UTF-8",
        ),
        (
            "id,title\n1,générale\n".encode("mac_roman"),
            "grid.csv:2: the line is neither UTF-8 nor Windows-1252; save the file as CSV UTF-8",
        ),
        (
            b"id,title\n1,\x81\n",
            "grid.csv:2: the line is neither UTF-8 nor Windows-1252; save the file as CSV UTF-8",
        ),
        (
            "id,title\n1,a\n".encode("utf-16-le"),
            "grid.csv:1: the line holds zero bytes; save the file as CSV UTF-8",
        ),
        (b"\xff\xfei", "grid.csv: the file is no sound UTF-16"),
        (
            b'id,title\n1.1,a\n1.2,"b\n1.3,c\n',
            "grid.csv:3: a quotation mark that opens here is never closed",
        ),
        (
            b'id,title\n1.1,"a"b\n',
            "grid.csv:2: a quotation mark stands inside a cell; double it",
        ),
        (
            b'id,title\n1.1,"' + b"a" * 140_000,
            "grid.csv:2: a cell is too long, or its quotation mark is never closed",
        ),
        (b"," * 300, "grid.csv: a sheet has more than 256 columns"),
        (b"a\n" * 20_001, "grid.csv: a sheet has more than 20000 rows"),
        (b" " * (MAX_BYTES + 1), "grid.csv: the file is larger than 20971520 bytes"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "grid.csv: this is an old or a protected workbook; save it as XLSX without a "
            "password, and import that",
        ),
        (
            b"PK\x03\x04junk",
            "grid.csv: the workbook cannot be read (File is not a zip file); open it in a "
            "spreadsheet program and save it again as XLSX",
        ),
    ],
)
def test_a_bad_file_is_one_sentence(data: bytes, sentence: str) -> None:
    assert refusals(data) == [sentence]


def of_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return a ZIP file of *parts*, packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_sheet(old: bytes, new: bytes) -> Callable[[dict[str, bytes]], None]:
    """Return the change that puts *new* in place of *old* in the first sheet."""

    def change(parts: dict[str, bytes]) -> None:
        name = "xl/worksheets/sheet1.xml"
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><worksheet '


def test_a_file_of_zeros_is_not_unpacked() -> None:
    packed = of_parts({"[Content_Types].xml": b"", "xl/big.xml": b"\0" * (2 << 20)})
    assert len(packed) < 5_000
    assert refusals(packed, "f.xlsx") == [
        "f.xlsx: the part xl/big.xml unpacks to 1023 times its size"
    ]


def test_many_middling_parts_are_not_unpacked_either() -> None:
    part = bytes(range(256)) * 4 * 1024
    parts = {f"xl/{n}.xml": part for n in range(65)}
    assert refusals(of_parts(parts), "f.xlsx") == [
        "f.xlsx: the workbook is larger than 67108864 bytes once unpacked"
    ]


def test_a_part_that_lies_about_its_size_is_refused() -> None:
    packed = bytearray(rezipped(SMALL, lambda parts: None))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sizes = [part.file_size.to_bytes(4, "little") for part in archive.infolist()]
    directory = packed.index(b"PK\x01\x02")
    at = packed.index(sizes[0], directory)
    packed[at : at + 4] = (5).to_bytes(4, "little")
    (told,) = refusals(bytes(packed), "f.xlsx")
    assert told.startswith("f.xlsx: the workbook cannot be read (Bad CRC-32 for file ")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_entities_are_refused_in_any_encoding(encoding: str) -> None:
    def change(parts: dict[str, bytes]) -> None:
        text = parts["xl/worksheets/sheet1.xml"].replace(b"<worksheet ", ENTITIES, 1).decode()
        parts["xl/worksheets/sheet1.xml"] = text.encode(encoding)

    assert refusals(rezipped(SMALL, change), "f.xlsx") == [
        "f.xlsx: the part xl/worksheets/sheet1.xml declares XML entities"
    ]


def test_an_encoding_that_could_hide_entities_is_refused() -> None:
    hidden = b'<?xml version="1.0" encoding="cp037"?>' + ENTITIES.decode().encode("cp037")

    def change(parts: dict[str, bytes]) -> None:
        parts["xl/worksheets/sheet1.xml"] = hidden

    assert refusals(rezipped(SMALL, change), "f.xlsx") == [
        "f.xlsx: the part xl/worksheets/sheet1.xml declares XML entities"
    ]


def test_a_protected_workbook_is_refused() -> None:
    packed = bytearray(SMALL)
    packed[packed.index(b"PK\x01\x02") + 8] |= 1
    assert refusals(bytes(packed), "f.xlsx") == [
        "f.xlsx: the workbook is protected; save it without a password"
    ]


def test_a_part_that_stands_twice_is_refused() -> None:
    out = io.BytesIO(SMALL)
    with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("xl/workbook.xml", b"<workbook/>")
    assert refusals(out.getvalue(), "f.xlsx") == [
        "f.xlsx: the workbook holds the part xl/workbook.xml twice"
    ]


def test_another_zip_file_is_no_workbook() -> None:
    assert refusals(of_parts({"mimetype": b"text"}), "f.ods") == [
        "f.ods: this is a ZIP file but no XLSX workbook; save the workbook as XLSX"
    ]


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_workbook_is_refused(share: float) -> None:
    (told,) = refusals(SMALL[: int(len(SMALL) * share)], "f.xlsx")
    assert told.startswith("f.xlsx: the workbook cannot be read (")


@pytest.mark.parametrize(
    "name", ["[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"]
)
def test_a_broken_part_is_refused(name: str) -> None:
    (told,) = refusals(rezipped(SMALL, lambda parts: parts.update({name: b"<a"})), "f.xlsx")
    assert told.startswith("f.xlsx: the workbook cannot be read (")


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (b"A20001", "f.xlsx: a sheet has more than 20000 rows"),
        (b"IW9", "f.xlsx: a sheet has more than 256 columns"),
        (b"C2", "f.xlsx: the part xl/worksheets/sheet1.xml gives a row or a cell twice"),
    ],
)
def test_a_cell_that_would_be_lost_is_refused(cell: bytes, sentence: str) -> None:
    row = cell.lstrip(b"ACIW")
    change = with_sheet(
        b"</sheetData>", b'<row r="%s"><c r="%s"><v>1</v></c></row></sheetData>' % (row, cell)
    )
    assert refusals(rezipped(SMALL, change), "f.xlsx") == [sentence]


def test_rows_beyond_any_spreadsheet_end_the_reading() -> None:
    change = with_sheet(b"</sheetData>", b'<row r="99999999999"><c><v>1</v></c></row></sheetData>')
    assert refusals(rezipped(SMALL, change), "f.xlsx") == [
        "f.xlsx: the file has more than 500000 cells"
    ]


def test_coloured_blank_cells_are_no_table() -> None:
    change = with_sheet(b"</sheetData>", b'<row r="30000"><c r="XFD30000"/></row></sheetData>')
    assert list(requirements(read(rezipped(SMALL, change), "f.xlsx", EN, None))) == ["4.1"]


# --- texts of any kind -------------------------------------------------------------------------


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\0\r", codec="utf-8")), min_size=1))
def test_what_csv_marks_as_text_is_read_as_it_was(cells: list[str]) -> None:
    written = csv_table(["row"] * len(cells), [["=1+1", "'=1", "'", *cells]])
    rows = rows_of_csv(written.encode(), "f.csv")
    assert rows[1] == ["=1+1", "'=1", "'", *cells]


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10_000, 10_000),
    st.text(),
    st.sampled_from(["null", "[]", "{}", "'", "'null", "''[]", "true", "7"]),
    st.lists(st.one_of(st.text(), st.sampled_from(["null", "a, b", "", " x", "[a]"]))),
)


@settings(max_examples=120, deadline=None)
@given(VALUES)
def test_any_value_is_read_from_its_cell_as_it_was(value: Any) -> None:
    types = {type(None): "string", bool: "boolean", int: "integer", str: "string", list: "array"}
    assert flat.read(flat.written(value), {"type": types[type(value)]}) == value


def test_the_schema_of_the_mapping_is_sound() -> None:
    schema = load_schema("import-mapping")
    assert list(Validator(schema).flaws({"mapping": 1})) == []
    assert [str(one.message) for one in Validator(schema).flaws({})] == [
        "the key mapping is missing"
    ]


def test_of_a_row_that_the_base_knows_only_what_the_file_says_is_written() -> None:
    text = "id;title;text\n8;Work;\n8.5;;Bought text\n8.5.1;New;\n"
    wish = Wish(language="en", known=frozenset({"8", "8.5"}))
    found = requirements(read(text.encode(), "grid.csv", wish, None))
    assert found == {
        "8.5": {"id": "8.5", "asks": {"en": "Bought text"}},
        "8.5.1": {"id": "8.5.1", "parent": "8.5", "title": {"en": "New"}},
    }


def test_a_line_that_only_asks_is_a_requirement_whatever_stands_below_it() -> None:
    text = "n°;exigence\n5;Le centre évalue.\n5.1;Chaque an.\n5.1.1;Par écrit.\n"
    found = requirements(read(text.encode(), "grid.csv", FR, None))
    assert set(found) == {"5", "5.1", "5.1.1"}
    assert all(one.get("assessable", True) for one in found.values())


def test_a_part_made_of_half_rows_is_read_quickly() -> None:
    def put(parts: dict[str, bytes]) -> None:
        parts["xl/media/image1.png"] = b"<row " * 40_000 + bytes(range(256)) * 200
        name = "xl/worksheets/sheet1.xml"
        parts[name] = parts[name].replace(b"</sheetData>", b"</sheetData>" + b"<row " * 40_000)

    assert "the workbook cannot be read" in refusals(rezipped(SMALL, put), "grid.xlsx")[0]
