"""The gap as a workbook: the grid that an auditor fills in, and what it was made from."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from qmtool.model.gap import Gap
from qmtool.reports.gap_csv import COLUMNS, made_from, rows
from qmtool.reports.gap_shape import View
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import auditor_words, page_words
from qmtool.reports.language import Language
from qmtool.reports.workbook import Entry, Sheet, below, cell, workbook

_TITLE = 255
"""Characters that the title of a workbook holds."""
_WIDTHS = {
    **{"id": 20, "chapter": 16, "requirement": 26, "asks": 32, "status": 10},
    **{"described": 10, "proven": 10, "verified": 10, "score": 7, "confidence": 10},
    **{"missing": 26, "blocking": 22, "unverified": 22, "lent_name": 10, "lent": 22},
    **{"evidence": 36},
}
"""The widths of the columns: they have to be legible when they stand side by side on A4."""
_ENTRY_WIDTHS = {"finding": 9, "grade": 14, "auditor": 12, "date": 11, "comment": 28}
_OPTIONAL = ("score", "confidence", "blocking", "unverified", "lent_name", "lent")
"""The columns that take no room where nothing stands in them."""


def xlsx(gap: Gap, language: Language) -> bytes:
    """Return a workbook of text: the grid, the summary, what is to lapse, and the choices."""
    shown, words = view(gap, language), page_words(language)
    told = auditor_words(language)
    title = cell(f"{shown['name']} – {shown['day']}")[:_TITLE]
    choices = [[told["yes"], told["no"]], list(map(cell, shown["grades"]))]
    sheets = [
        _grid(shown, words, told, language),
        _summary(shown, words),
        *_ahead(shown, told),
        Sheet(
            told["choices"],
            [told["finding"], told["grade"]],
            list(zip_longest(*choices, fillvalue="")),
        ),
    ]
    return workbook(title, sheets)


def _grid(shown: View, words: dict[str, str], told: dict[str, str], language: Language) -> Sheet:
    """Return the requirements, each with the cells that an auditor fills in."""
    told_of = [dict(zip(COLUMNS, one, strict=True)) for one in rows(shown, "\n")]
    columns = [
        name
        for name in COLUMNS[1:2] + COLUMNS[:1] + COLUMNS[2:]
        if name not in _OPTIONAL or any(one[name] for one in told_of)
    ]
    heads = [*(words[name] for name in columns), *(told[name] for name in _ENTRY_WIDTHS)]
    widths = {words[name]: size for name, size in _WIDTHS.items()}
    widths |= {told[name]: size for name, size in _ENTRY_WIDTHS.items()}
    blank = [""] * len(_ENTRY_WIDTHS)
    lines = [f"{shown['name']} – {shown['day']}", *shown["warnings"], shown["disclaimer"]]
    cells = [[*(cell(one[name]) for name in columns), *blank] for one in told_of]
    entries = dict(_entries(told, len(shown["grades"]), language))
    return Sheet(told["grid"], heads, cells, widths, list(map(cell, lines)), 1, entries)


def _entries(told: dict[str, str], grades: int, language: Language) -> Iterator[tuple[str, Entry]]:
    """Yield what an auditor may enter below each head; without *grades*, any text is one."""
    yield told["finding"], Entry(told["one_of"], below(told["choices"], 0, 2))
    among = below(told["choices"], 1, grades) if grades else ""
    yield told["grade"], Entry(told["one_of"], among)
    yield told["auditor"], Entry()
    yield told["date"], Entry(told["a_day"], day="dd/mm/yyyy" if language.code == "fr" else _ISO)
    yield told["comment"], Entry()


_ISO = "yyyy-mm-dd"


def _ahead(shown: View, told: dict[str, str]) -> list[Sheet]:
    """Return a sheet of what will have lapsed by a day to come."""
    ahead = shown["outlook"]
    if ahead is None:
        return []
    rows = [[cell(one) for one in row] for row in ahead["rows"]]
    lines = [cell(ahead["title"]), *([] if rows else [cell(ahead["nothing"])])]
    first, start, document, what, asked = ahead["heads"]
    widths = {first: 14, start: 14, document: 40, what: 24, asked: 60}
    return [Sheet(told["ahead"], ahead["heads"], rows, widths, lines)]


def _summary(shown: View, words: dict[str, str]) -> Sheet:
    """Return what was found, in all and by chapter, and what the workbook was made from."""
    heads = [words["chapter"], *(one["word"] for one in shown["counts"])]
    counted: list[Sequence[str]] = [
        [
            cell(" ".join(filter(None, (one["id"], one["title"])))) or "–",
            *(str(count["count"]) for count in one["counts"]),
        ]
        for one in shown["chapters"]
    ]
    total = [words["total"], *(str(one["count"]) for one in shown["counts"])]
    lines = [*shown["warnings"], shown["headline"], shown["disclaimer"]]
    return Sheet(
        words["summary"],
        heads,
        [total, *counted],
        {words["chapter"]: 60},
        list(map(cell, lines)),
        notes=[(cell(name), cell(value)) for name, value in made_from(shown, words)],
    )
