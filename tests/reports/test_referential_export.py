"""What `qm ref export` writes: it comes back whole, equal exports are equal bytes, and it reads."""

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
import yaml

from qmtool.errors import UsageError
from qmtool.reports.language import language_of
from qmtool.reports.referential_export import (
    EXPORT_FORMATS,
    MAX_CELL,
    Exported,
    csv_export,
    json_,
    markdown,
    xlsx,
)
from qmtool.repository.importing.imported import Imported, Wish
from qmtool.repository.importing.spreadsheet import read
from qmtool.repository.library import Library
from qmtool.repository.load import shipped_library
from qmtool.repository.referentials import Sheet, referential
from qmtool.resources import shipped
from tests.conftest import Centre

EN, FR = language_of("en"), language_of("fr")
NAMES = sorted(path.parent.name for path in shipped("referentials").glob("*/referential.yaml"))
TABLES = {
    "csv": lambda found: csv_export(found, EN).encode(),
    "xlsx": lambda found: xlsx(found, EN),
}
ON = date(2026, 11, 22)

each_table = pytest.mark.parametrize("name", TABLES)


@pytest.fixture(scope="module")
def library() -> Library:
    """Return the shipped data."""
    return shipped_library(use_cache=False)


def exported(sheet: Sheet, library: Library | None = None) -> Exported:
    classes = library.evidence_classes if library else {}
    return Exported(sheet.head, sheet.chapters, referential(sheet), classes, ON)


def without_files(head: Any) -> dict[str, Any]:
    """Return the *head* of a referential but for the names of its chapter files."""
    return {key: value for key, value in head.items() if key != "chapters"}


def again(data: bytes, shown: str = "export") -> Imported:
    return read(data, shown, Wish(), None)


HOSTILE = (
    *("=1+1", "+1", "-1", "@x", "\t=1", "＝1", "－1", ' "=1', "'=1", "''=1", "'", "'text", "''"),
    *("null", "'null", "[]", "{}", "true", "7.10", "12", " blanks ", "two\nlines\n", "a, b"),
    *("_x0041_", "_x000D_", "x005F_", "\ufffe", 'a "quoted" word', "a;b\tc", "<b>&amp;", "😀 é ﬁ"),
    *(
        "http://example.org",
        "file:///etc/passwd",
        "{=A1}",
        "#REF!",
        "2026-03-02",
        "https://x" * 300,
    ),
)


def hostile() -> Sheet:
    """Return a referential whose texts are those that spreadsheets spoil."""
    lines = [
        {"id": f"7.{n}", "title": {"fr": text}, "asks": {"en": text}, "reference": text}
        for n, text in enumerate(HOSTILE)
    ]
    lines += [
        {"id": "a-1", "parent": "7.1", "described_by": [], "proven_by": ["REC"], "usual": []},
        {
            "id": "a-2",
            "applies": {"activities": ["ct", "a, b", " c", "[x]"], "entities": ["office"]},
        },
        {"id": "a-3", "applies": {}, "fresh_months": None, "assessable": False},
        {"id": "a-4", "applies": {"modalities": ["null"]}, "fresh_months": 12, "official": True},
    ]
    head = {
        "id": "hostile",
        "type": "standard",
        "title": {"fr": "=Titre", "en": "null"},
        "issuer": "'Issuer",
        "completeness": "full",
        "verified_on": "2026-11-21",
        "superseded_by": None,
        "predecessor": "null",
        "cycle": {"validity_months": 36, "check_months": None},
        "grades": [
            {"id": "major", "label": {"fr": "=x", "en": "Major"}, "blocking": True, "score": 0},
            {"id": "minor", "label": {"en": "[]"}, "blocking": False},
        ],
        "applies": {},
        "dates": [],
        "evaluates": ["structure", "process"],
        "applicability": [
            {"level": "asked", "when": {"activities": ["ct"], "holds": []}, "why": {"en": "-"}}
        ],
        "origin": {"format": "", "file": "a\nb.xlsx"},
        "chapters": ["a.yaml"],
    }
    return Sheet(head, ({"id": "7", "title": {"en": "+"}, "requirements": lines}, EMPTY))


EMPTY: Any = {"id": "8", "official": False, "requirements": []}


# --- there and back ----------------------------------------------------------------------------


@each_table
@pytest.mark.parametrize("name_of", NAMES)
def test_a_shipped_referential_comes_back_key_by_key(
    library: Library, name: str, name_of: str
) -> None:
    sheet = library.sheet(name_of)
    found = again(TABLES[name](exported(sheet)))
    assert found.head == without_files(sheet.head)
    assert found.chapters == list(sheet.chapters)
    assert (found.left_out, found.renamed, found.crosswalks) == ([], [], [])


@each_table
def test_texts_that_spreadsheets_spoil_come_back(name: str) -> None:
    sheet = hostile()
    found = again(TABLES[name](exported(sheet)))
    assert found.head == without_files(sheet.head)
    assert found.chapters == list(sheet.chapters)


def test_the_json_holds_the_same_data(library: Library) -> None:
    sheet = library.sheet("iso-9001-2015")
    assert json.loads(json_(exported(sheet), EN)) == {
        "version": 1,
        "referential": without_files(sheet.head),
        "chapters": list(sheet.chapters),
    }


@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_equal_exports_are_equal_bytes(library: Library, name: str) -> None:
    found = exported(library.sheet("labelix"), library)
    assert EXPORT_FORMATS[name](found, FR) == EXPORT_FORMATS[name](found, FR)


def test_a_table_that_excel_saved_again_comes_back() -> None:
    """A French Excel writes semicolons and Windows-1252, and takes off what it takes as a mark."""
    sheet = hostile()
    one = {"id": "7.1", "title": {"fr": "Été – œuvre"}, "assessable": False, "fresh_months": 12}
    plain = Sheet(sheet.head, ({"id": "7", "requirements": [one]},))
    rows = list(csv.reader(io.StringIO(csv_export(exported(plain), EN), newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(
        [cell.replace("false", "FAUX").replace("true", "VRAI") for cell in row] for row in rows
    )
    found = again(out.getvalue().encode("cp1252"))
    assert found.head == without_files(sheet.head)
    assert found.chapters == list(plain.chapters)


def test_a_workbook_that_another_program_saved_again_comes_back(library: Library) -> None:
    sheet = library.sheet("labelix")
    book = openpyxl.load_workbook(io.BytesIO(xlsx(exported(sheet), EN)))
    out = io.BytesIO()
    book.save(out)
    found = again(out.getvalue())
    assert (found.head, found.chapters) == (without_files(sheet.head), list(sheet.chapters))


def test_the_user_may_wish_another_id_and_title(library: Library) -> None:
    data = TABLES["csv"](exported(library.sheet("labelix")))
    found = read(data, "f.csv", Wish("mine", "Mine", "audit", "bought", "", "fr"), None)
    head = {key: found.head[key] for key in ("id", "title", "type", "source")}
    assert head == {"id": "mine", "title": {"fr": "Mine"}, "type": "audit", "source": "bought"}


def test_columns_and_sheets_that_somebody_added_are_counted() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx(exported(hostile()), EN)))
    book["requirements"]["AA1"] = "Comment"
    book["requirements"]["AA3"] = "lost"
    book["referential"]["C2"] = "why"
    book.create_sheet("Mine")["A1"] = "x"
    out = io.BytesIO()
    book.save(out)
    assert [(str(one.what), one.times, one.examples) for one in again(out.getvalue()).left_out] == [
        ("the column C", 1, ("why",)),
        ("the column Comment", 1, ("lost",)),
        ("rows of the sheet Mine", 1, ()),
    ]


# --- an export that somebody spoilt ------------------------------------------------------------

Rows = list[list[str]]


def refusals(change: Callable[[Rows], object]) -> list[str]:
    """Return what is said of an export in CSV after *change* of its rows."""
    one = {"id": "7.1", "title": {"en": "a"}}
    two = {"id": "7.2", "parent": "7.1", "title": {"en": "b"}}
    sheet = hostile()
    head = {key: sheet.head[key] for key in ("id", "type", "title", "completeness", "verified_on")}
    small = Sheet(head, ({"id": "7", "requirements": [one, two]},))
    rows = list(csv.reader(io.StringIO(csv_export(exported(small), EN), newline="")))
    assert [row[:3] for row in rows[5:8]] == [
        ["referential", "completeness", "full"],
        ["referential", "verified_on", "2026-11-21"],
        ["chapter", "7", ""],
    ]
    change(rows)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    with pytest.raises(UsageError) as refused:
        again(out.getvalue().encode(), "f.csv")
    return [str(one) for one in refused.value.sentences]


def cell(row: int, column: int, text: str) -> Callable[[Rows], object]:
    def change(rows: Rows) -> None:
        rows[row][column] = text

    return change


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            cell(8, 0, "line"),
            "f.csv:9, column row: line is no sort of row. Write chapter or requirement.",
        ),
        (
            cell(9, 1, "7.1"),
            "f.csv:10, column id: the id 7.1 stands twice (first in f.csv:9, column id)",
        ),
        (cell(9, 1, ""), "f.csv:10, column id: the key id is missing"),
        (cell(9, 1, "7 2"), "f.csv:10, column id: id is '7 2', which is not allowed here"),
        (cell(9, 3, "9"), "f.csv:10, column parent: 7.2: the parent 9 is not known"),
        (cell(8, 3, "7.2"), "f.csv:9, column parent: 7.1: it stands below itself"),
        (cell(7, 3, "7"), "f.csv:8, column parent: a chapter has no parent"),
        (
            lambda rows: rows.insert(7, rows.pop()),
            "f.csv:8, column row: the requirement stands before the first chapter. Put the row of "
            "its chapter above it.",
        ),
        (cell(1, 1, "idd"), "f.csv:2, column id: unknown key idd. Did you mean id?"),
        (
            cell(2, 1, "id"),
            "f.csv:3, column id: the key id stands twice (first in f.csv:2, column id)",
        ),
        (
            cell(2, 1, "grades.2.id"),
            "f.csv:3, column id: the key grades.2.id does not follow the ones above it",
        ),
        (
            cell(5, 2, "fulll"),
            "f.csv:6, column value: completeness is 'fulll', which is none of full, partial, "
            "numbering. Did you mean full?",
        ),
        (
            cell(6, 2, "soon"),
            "f.csv:7, column value: verified_on is 'soon', not a day. Write the day as YYYY-MM-DD, "
            "for instance 2026-03-02.",
        ),
        (cell(0, 4, "id"), "f.csv:1, column id: the column id stands twice"),
    ],
)
def test_what_is_wrong_in_an_export_is_told_by_cell(
    change: Callable[[Rows], object], sentence: str
) -> None:
    assert sentence in refusals(change)


# --- what the files look like ------------------------------------------------------------------


def test_a_workbook_holds_nothing_but_text() -> None:
    data = xlsx(exported(hostile()), EN)
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        cells = [one for row in sheet.iter_rows() for one in row if one.value is not None]
        assert {one.data_type for one in cells} == {"s"}
        assert {one.number_format for one in cells} == {"@"}
        assert all(one.hyperlink is None for one in cells)
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name or "external" in name]
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_no_cell_of_the_csv_is_run_as_a_formula() -> None:
    rows = csv.reader(io.StringIO(csv_export(exported(hostile()), EN), newline=""))
    starts = tuple("=+-@\t\r＝＋－＠")
    assert not [one for row in rows for one in row if one.startswith(starts)]


@each_table
@pytest.mark.parametrize("text", ["a" * (MAX_CELL + 1), "_x005F_x000D_"])
def test_a_text_that_no_cell_keeps_is_refused(name: str, text: str) -> None:
    chapter = {"id": "7", "requirements": [{"id": "7.1", "title": {"en": text}}]}
    with pytest.raises(UsageError) as refused:
        TABLES[name](exported(Sheet(hostile().head, (chapter,))))
    assert str(refused.value.sentence) == (
        "requirement 7.1: a text does not fit in a cell of a spreadsheet; export as json"
    )


def test_the_page_says_first_what_warns_then_what_each_requirement_asks(library: Library) -> None:
    page = markdown(exported(library.sheet("asn-2019-dc-0660"), library), EN)
    assert page.startswith("# ")
    assert "| type | regulation, mandatory |" in page
    assert "## art. 6" in page
    assert "### art. 6, qm mark b –" in page
    assert "- a record counts for: " in page
    assert "| PRO | Procedure |" in page.partition("## Evidence classes")[2]
    old = markdown(exported(library.sheet("iso-9001-2008"), library), FR)
    assert "\n> " in old.partition("\n| ")[0]


def test_a_page_flags_what_is_to_be_verified_and_cannot_be_broken_by_a_text() -> None:
    text = "# x | y\n\n## <b>\x1b[31m"
    line = {"id": "7.1", "title": {"en": text}, "asks": {"en": text}, "confidence": "low"}
    page = markdown(exported(Sheet(hostile().head, ({"id": "7", "requirements": [line]},))), EN)
    assert "- confidence: low, to verify" in page
    assert "\x1b" not in page
    assert "\n## \\<b" not in page
    assert "\n### 7.1 – \\# x \\| y \\#\\# \\<b\\>" in page


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def demo(centre: Centre) -> Centre:
    """Return a repository that has a referential of its own."""
    sheet = hostile()
    chapters = [dict(one) for one in sheet.chapters]
    head = {**without_files(sheet.head), "id": "demo", "chapters": ["a.yaml", "b.yaml"]}
    texts = [yaml.safe_dump(one, allow_unicode=True) for one in (head, *chapters)]
    files = ("referential.yaml", "a.yaml", "b.yaml")
    centre.commit(
        {f"referentials/demo/{name}": text for name, text in zip(files, texts, strict=True)}
    )
    return centre


def test_the_command_writes_what_the_file_name_says(demo: Centre) -> None:
    for file in ("demo.xlsx", "demo.csv", "demo.json", "demo.md", "demo"):
        done = demo.qm("ref", "export", "demo", "-o", file)
        assert (done.code, done.out, done.err) == (0, "", "")
    found = [again((demo.root / file).read_bytes(), file) for file in ("demo.xlsx", "demo.csv")]
    assert found[0] == found[1]
    assert found[0].head["grades"][0]["label"]["fr"] == "=x"
    assert json.loads((demo.root / "demo.json").read_bytes())["referential"] == found[0].head
    assert (demo.root / "demo.md").read_bytes() == (demo.root / "demo").read_bytes()


def test_the_command_prints_a_page(demo: Centre) -> None:
    before = demo.state()
    assert demo.qm("ref", "export", "demo").out.startswith("# null\n")
    assert demo.qm("ref", "export", "demo", "--format", "csv").out.startswith("row,id,value,parent")
    assert demo.state() == before


def test_the_command_reads_an_older_commit(demo: Centre) -> None:
    demo.commit({"referentials/demo/b.yaml": "id: '8'\ntitle: {en: Newer}\nrequirements: []\n"})
    now = demo.qm("ref", "export", "demo", "--format", "json").out
    then = demo.qm("ref", "export", "demo", "--format", "json", "--at", "HEAD~1").out
    assert ("Newer" in now, "Newer" in then) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["demo", "--format", "xlsx"], "a workbook cannot be printed; give -o demo.xlsx"),
        (
            ["demo", "--format", "xlsx", "-o", "-"],
            "a workbook cannot be printed; give -o demo.xlsx",
        ),
        (["demoo"], "no referential is called demoo. Did you mean demo?"),
        (
            ["demo", "--format", "cvs"],
            "the format cvs is none of markdown, csv, xlsx, json. Did you mean csv?",
        ),
    ],
)
def test_a_wrong_export_is_one_sentence(demo: Centre, arguments: list[str], sentence: str) -> None:
    before = demo.state()
    done = demo.qm("ref", "export", *arguments)
    assert (done.code, done.out, done.err) == (2, "", f"qm: {sentence}\n")
    assert demo.state() == before


def test_a_refused_export_writes_nothing(demo: Centre) -> None:
    demo.commit(
        {"referentials/demo/b.yaml": f"id: '8'\ntitle: {{en: {'x' * 33_000}}}\nrequirements: []\n"}
    )
    done = demo.qm("ref", "export", "demo", "-o", "demo.xlsx")
    assert (done.code, (demo.root / "demo.xlsx").exists()) == (2, False)
    assert done.err == (
        "qm: chapter 8: a text does not fit in a cell of a spreadsheet; export as json\n"
    )


def test_outside_of_a_repository_the_shipped_referentials_are_exported(
    tmp_path: Any, centre: Centre
) -> None:
    done = centre.qm("-C", str(tmp_path), "ref", "export", "labelix", "--format", "json")
    assert json.loads(done.out)["referential"]["id"] == "labelix"


def test_the_format_of_the_mapping_is_published(centre: Centre) -> None:
    assert json.loads(centre.qm("schema", "import-mapping").out)["required"] == ["mapping"]
