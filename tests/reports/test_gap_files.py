"""The files of the gap: CSV and XLSX that run nothing, a PDF that is the same everywhere."""

import csv
import io
import re
import subprocess
import sys
from itertools import pairwise
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from qmtool.errors import RepositoryError
from qmtool.model.gap import Gap
from qmtool.model.label import Label
from qmtool.reports.gap_csv import COLUMNS, csv_
from qmtool.reports.gap_pdf import pdf
from qmtool.reports.gap_view import view
from qmtool.reports.gap_xlsx import xlsx
from qmtool.reports.language import Language
from qmtool.resources import shipped
from tests.conftest import ROOT
from tests.gap_samples import EN, FR, audited, sample

FORMULAS = ('=HYPERLINK("http://b.example")', "+1", "-1", "@SUM(1)", "\uff1d1", ' "=1')


def lines(gap: Gap, language: Language = EN) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_(gap, language))))


def book(gap: Gap, language: Language = EN) -> Any:
    return openpyxl.load_workbook(io.BytesIO(xlsx(gap, language)))


def pages(gap: Gap, language: Language = EN) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf(gap, language))).pages]


# CSV


def test_csv_has_one_line_for_each_requirement_with_every_field() -> None:
    found = lines(audited())
    assert [line["Id"] for line in found] == [one.identifier for one in audited().requirements]
    first, second = found[:2]
    assert first == {
        **{"Chapter": "7 Support", "Id": "demo-2026:7.1.1", "Requirement": "Competence"},
        **{"What it asks": "", "Status": "partial", "Described": "yes", "Proven": "lapsed"},
        **{"Verified": "lapsed", "Score": "2", "Confidence": ""},
        "What is missing": "the last record EN-1 of 2025-03-02 is older than 12 months",
        "Blocking findings": "open finding of AUD-1: major gap",
        "Why it is not verified": "AUD-1: the audit is too old",
        "Lent": "",
        "Lent by other referentials": "",
        "Evidence": (
            "EN-1 (overdue, processes/rh/EN-1.md:4); "
            "PR-RH-001 v2.0 (in force, processes/rh/PR-RH-001.md:12)"
        ),
        **{key: first[key] for key in list(first)[len(COLUMNS) :]},
    }
    assert second["Lent"] == "suggested"
    assert second["Lent by other referentials"].startswith("suggested, to be confirmed: PR-9")


def test_csv_says_on_every_line_what_it_was_made_from_and_what_it_is_not() -> None:
    for line in lines(sample(completeness="partial")):
        assert (line["Referential"], line["As of"]) == ("demo-2026", "2027-01-15")
        assert (line["Compared with its source on"], line["Source"]) == ("2026-11-21", "work tree")
        assert re.fullmatch("[0-9a-f]{16}", line["Digest"])
        assert line["Notice"].startswith("Only a part of this referential is known.")
        assert line["Notice"].endswith("this is not an opinion on conformity.")


@pytest.mark.parametrize("title", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(title: str) -> None:
    found = lines(sample(last=title, chapter=title))[-1]
    assert found["Requirement"] == f"'{title}"
    assert all(cell[:1] not in ("=", "+", "-", "@", "\uff1d") for cell in found.values())


# XLSX


@pytest.mark.parametrize("title", [*FORMULAS, "http://b.example", "mailto:a@b.example"])
def test_every_cell_of_the_workbook_is_text(title: str) -> None:
    for sheet in book(sample(last=title, chapter=title)):
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
        assert not any(cell.hyperlink for cell in cells)


def test_the_auditor_chooses_among_yes_and_no_and_the_grades_of_the_referential() -> None:
    found = book(audited())
    grid, choices = found.worksheets[0], found.worksheets[2]
    heads = {cell.value: cell.column_letter for cell in grid[4]}
    rules = {str(one.sqref): one for one in grid.data_validations.dataValidation}
    column = heads["Grade"]
    rule = rules[f"{column}5:{column}10"]
    sheet, _, cells = rule.formula1.partition("!")
    assert sheet == f"'{choices.title}'"
    assert [row[0].value for row in choices[cells.replace("$", "")]] == [
        "major gap, to be closed",
        "minor gap",
    ]
    assert sorted(one.type for one in rules.values()) == ["date", "list", "list"]
    assert grid[f"{heads['Date']}5"].number_format == "yyyy-mm-dd"


def test_without_grades_any_grade_may_be_written() -> None:
    rules = book(sample()).worksheets[0].data_validations.dataValidation
    assert sorted(one.type for one in rules) == ["date", "list"]


def test_the_grid_keeps_its_head_in_view_and_filters_all_of_its_lines() -> None:
    grid = book(sample(), EN).worksheets[0]
    assert grid.freeze_panes == "B5"
    assert [cell.value for cell in grid["A"][:3]] == [
        "Demo 2026 – 2027-01-15",
        view(sample(), EN)["warnings"][0],
        "Self-assessment: this is not an opinion on conformity.",
    ]
    assert grid.auto_filter.ref == f"A4:{grid.cell(4, grid.max_column).column_letter}10"
    assert grid.print_title_rows == "$4:$4"


def test_every_sheet_is_printed_across_and_one_page_wide_with_its_head() -> None:
    for sheet in book(audited()).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        # One page wide is what no number means; none high is as many as it takes.
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (None, 0)
        assert sheet.print_title_rows == f"${sheet.auto_filter.ref[1]}:${sheet.auto_filter.ref[1]}"


def test_the_grid_is_narrow_enough_to_be_read_on_paper() -> None:
    grid = book(sample()).worksheets[0]
    # A4 across holds 150 of these units; at less than half of that size nobody reads.
    assert sum(one.width * (one.max - one.min + 1) for one in grid.column_dimensions.values()) < 300


def test_a_row_is_as_high_as_its_longest_cell_needs() -> None:
    title = "word " * 40
    grid = book(sample(last=title), EN).worksheets[0]
    assert grid.row_dimensions[grid.max_row].height >= 15 * len(title) / 26
    assert grid.row_dimensions[4].height is None  # that of one line


def test_a_column_that_says_nothing_is_no_part_of_the_grid() -> None:
    heads = {cell.value for cell in book(sample(), EN).worksheets[0][4]}
    assert {"Id", "What is missing", "Evidence", "Finding"} <= heads
    assert "Blocking findings" not in heads
    assert "Blocking findings" in {cell.value for cell in book(audited(), EN).worksheets[0][4]}


def test_the_second_sheet_tells_the_summary_and_what_it_was_made_from() -> None:
    rows = list(book(sample(), EN).worksheets[1].values)
    notes = {row[0]: row[1] for row in rows}
    assert notes["Total"] == "1"
    assert notes["7 Support"] == "0"
    assert notes["Referential"] == "demo-2026"
    assert notes["Digest"] == view(sample(), EN)["digest"]


# PDF


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
def test_every_page_of_the_pdf_has_its_number_and_what_it_was_made_from(
    language: Language,
) -> None:
    found = pages(sample(), language)
    digest = view(sample(), language)["digest"]
    assert len(found) > 1
    for number, page in enumerate(found, start=1):
        assert re.search(rf"page {number} / {len(found)}\b", page)
        assert {"demo-2026", digest} <= set(re.split(r"[\s()]+", page))
        assert language.day(sample().on) in page


def test_the_pdf_tells_what_audits_found_and_what_is_lent() -> None:
    shown = " ".join(" ".join(pages(audited())).split())
    assert "Blocking findings: open finding of AUD-1: major gap" in shown
    assert "suggested, to be confirmed: PR-9, by way of other:1" in shown
    assert "Confidence: low, to verify" in shown
    assert "by a person other than the author" in shown


def test_the_pdf_shows_a_hostile_title_as_text() -> None:
    hostile = '#import "@preview/a:1.0.0" $x$ *b* #read("/etc/passwd") <a> @b \\'
    found = PdfReader(io.BytesIO(pdf(sample(last=hostile, chapter=hostile), EN)))
    shown = "".join("".join(page.extract_text().split()) for page in found.pages)
    assert shown.count("".join(hostile.split())) == 3
    assert not any(page.annotations for page in found.pages)


def test_the_template_of_the_pdf_asks_for_no_file() -> None:
    page = (shipped("templates") / "_reports/gap.typ").read_text()
    assert re.findall(r"#?\b(?:import|include|read|image|plugin|eval)\b *[(\"@]", page) == []


def test_the_pdf_has_no_day_of_its_own_and_is_the_same_from_another_process() -> None:
    made = pdf(sample(), EN)
    assert PdfReader(io.BytesIO(made)).metadata.creation_date is None
    again = (
        "import sys, hashlib; from tests.gap_samples import EN, sample;"
        "from qmtool.reports.gap_pdf import pdf; sys.stdout.buffer.write(pdf(sample(), EN))"
    )
    done = subprocess.run(
        [sys.executable, "-c", again],
        cwd=ROOT,
        env={"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7", "TMPDIR": "/tmp", "HOME": "/"},
        capture_output=True,
        check=True,
    )
    assert done.stdout == made


def test_what_typst_cannot_show_is_told_in_one_sentence() -> None:
    with pytest.raises(RepositoryError, match=r"the PDF cannot be made .*; choose another format"):
        pdf(sample(), Language("no language"))


def test_what_makes_files_is_loaded_only_when_a_file_is_made() -> None:
    program = (
        "import sys, qmtool.reports.gap, qmtool.cli.main;"
        "sys.exit(' '.join({'typst', 'xlsxwriter', 'jinja2'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


# All


def test_the_digest_changes_with_what_is_shown() -> None:
    gaps = (sample(), sample(title=Label("x", "x")), audited(), sample(site="nord"))
    digests = [view(one, EN)["digest"] for one in gaps]
    assert all(one != other for one, other in pairwise(digests))
    assert view(sample(), EN)["digest"] == digests[0]
