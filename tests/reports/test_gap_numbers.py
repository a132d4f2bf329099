"""Every form of the gap says the same numbers: each is read back and counted."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Mapping

import openpyxl  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from qmtool.model.assessment import Status
from qmtool.model.gap import Gap
from qmtool.reports.gap import GAP_FORMATS
from qmtool.reports.gap_view import status_words
from qmtool.reports.language import Language
from tests.gap_samples import EN, FR, audited, sample

Words = Mapping[str, str]


def by_word(words: Words, found: list[str]) -> Counter[str]:
    return Counter(name for word in found for name in words if words[name] == word)


def in_text(shown: bytes, words: Words) -> Counter[str]:
    any_word = "|".join(words.values())
    cells = re.findall(rf"^\S.*?\s{{2,}}({any_word})\s{{2,}}", shown.decode(), re.MULTILINE)
    return by_word(words, cells)


def in_json(shown: bytes, words: Words) -> Counter[str]:
    value = json.loads(shown)
    found = Counter(one["status"] for one in value["requirements"])
    assert +Counter(value["summary"]) == found
    return found


def in_markdown(shown: bytes, words: Words) -> Counter[str]:
    rows = [line.split(" | ") for line in shown.decode().splitlines() if line.startswith("| ")]
    found = by_word(words, [row[2] for row in rows if len(row) == 7])
    told = {row[0].removeprefix("| "): row[1] for row in rows if len(row) == 3}
    assert {name: int(told[word]) for name, word in words.items() if int(told[word])} == found
    return found


def in_bars(bars: list[str]) -> Counter[str]:
    drawn: Counter[str] = Counter()
    for name, count in re.findall(r'<rect class="b-([a-z-]+)"[^>]*width="(\d+)"', "".join(bars)):
        drawn[name] += int(count)
    return drawn


def in_html(shown: bytes, words: Words) -> Counter[str]:
    page = shown.decode()
    found = Counter(re.findall(r'<tr[^>]*class="s-row-([a-z-]+)"', page))
    told = re.findall(r's-([a-z-]+)"><span class="mark".*?<td class="n[^>]*>(\d+)', page)
    assert {name: int(count) for name, count in told if int(count)} == found
    whole, *chapters = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert in_bars([whole]) == in_bars(chapters) == found
    return found


def in_csv(shown: bytes, words: Words) -> Counter[str]:
    rows = list(csv.reader(io.StringIO(shown.decode())))
    return by_word(words, [row[4] for row in rows[1:]])


def in_xlsx(shown: bytes, words: Words) -> Counter[str]:
    grid, summary, _ = openpyxl.load_workbook(io.BytesIO(shown)).worksheets
    found = by_word(words, [row[4] for row in grid.values if row[4]])
    (heads,) = (row for row in summary.values if row[1] == words[Status.READY])
    total, *chapters = (row[1:] for row in summary.values if row[2] and row[2].isdigit())
    told = {name: int(total[heads[1:].index(word)]) for name, word in words.items()}
    assert +Counter(told) == found
    assert [sum(map(int, column)) for column in zip(*chapters, strict=True)] == [*map(int, total)]
    return found


def in_pdf(shown: bytes, words: Words) -> Counter[str]:
    page = "\n".join(one.extract_text() for one in PdfReader(io.BytesIO(shown)).pages)
    told = {
        name: int(count)
        for name, word in words.items()
        for count in re.findall(rf"^{word}\s+(\d+)\s", page, re.MULTILINE)[:1]
    }
    assert set(told) == set(words)
    return +Counter(told)


READERS: Mapping[str, Callable[[bytes, Words], Counter[str]]] = {
    "text": in_text,
    "json": in_json,
    "markdown": in_markdown,
    "html": in_html,
    "csv": in_csv,
    "xlsx": in_xlsx,
    "pdf": in_pdf,
}


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("name", GAP_FORMATS)
@pytest.mark.parametrize("found", [sample(), audited()], ids=["plain", "audited"])
def test_every_form_says_the_numbers_of_the_gap(name: str, language: Language, found: Gap) -> None:
    shown = GAP_FORMATS[name](found, language)
    words = {status: word for status, (word, _) in status_words(language).items()}
    read = READERS[name](shown if isinstance(shown, bytes) else shown.encode(), words)
    assert read == +Counter(found.summary)


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("name", GAP_FORMATS)
def test_no_form_claims_that_anything_is_covered_or_compliant(
    name: str, language: Language
) -> None:
    shown = GAP_FORMATS[name](audited(), language)
    if name == "pdf":
        assert isinstance(shown, bytes)
        shown = "".join(one.extract_text() for one in PdfReader(io.BytesIO(shown)).pages)
    elif name == "xlsx":
        cells = (row for sheet in openpyxl.load_workbook(io.BytesIO(shown)) for row in sheet.values)  # type: ignore[arg-type]
        shown = "".join(str(cell) for row in cells for cell in row)
    said = str(shown).lower()
    assert re.findall(r"\bcovered\b|\bcoverage\b|complian|\bconformes?\b|\bcouvert", said) == []
