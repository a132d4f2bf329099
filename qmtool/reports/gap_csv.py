"""The gap as rows of texts: what CSV and the sheets of a workbook are made of."""

from collections.abc import Iterator

from qmtool.model.gap import Gap
from qmtool.reports.gap_shape import EvidenceRow, Row, View
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import page_words
from qmtool.reports.language import Language
from qmtool.reports.table import csv_table

COLUMNS = (
    *("chapter", "id", "requirement", "asks", "status", "described", "proven", "verified"),
    *("score", "confidence", "missing", "blocking", "unverified", "lent_name", "lent", "evidence"),
)
"""The columns of a requirement, by the name of their head."""


def csv_(gap: Gap, language: Language) -> str:
    """Return one line for each requirement, with what the report was made from at its end.

    A line may be read away from the others: each says whose it is, and what it is not.
    """
    shown, words = view(gap, language), page_words(language)
    origin = dict(made_from(shown, words))
    origin[words["notice"]] = " ".join([*shown["warnings"], shown["disclaimer"]])
    heads = [*(words[name] for name in COLUMNS), *origin]
    lines = [[*cells, *origin.values()] for cells in rows(shown, "; ")]
    return csv_table(heads, lines)


def made_from(shown: View, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what the report was made from, a name and a value at a time."""
    yield words["referential"], shown["referential"]
    yield words["compared"], shown["compared_on"]
    yield words["as_of"], shown["day"]
    yield words["site"], shown["site"] or words["every_site"]
    yield words["source_name"], shown["at"]
    yield words["version"], shown["qm"]
    yield words["digest"], shown["digest"]


def rows(shown: View, mark: str) -> Iterator[list[str]]:
    """Yield the cells of each requirement in the order of `COLUMNS`; *mark* parts what is many."""
    for chapter in shown["chapters"]:
        title = " ".join(filter(None, (chapter["id"], chapter["title"])))
        for row in chapter["rows"]:
            cells = {"chapter": title, **_cells(row, mark)}
            yield [cells[name] for name in COLUMNS]


def _cells(row: Row, mark: str) -> dict[str, str]:
    evidence = [evidence_line(one) for one in row["evidence"]]
    evidence += [f"+{row['more']}"] if row["more"] else []
    return {
        "id": row["name"],
        "requirement": row["title"],
        "asks": row["asks"],
        "status": row["status_word"],
        "described": row["described_word"],
        "proven": row["proven_word"],
        "verified": row["verified_word"],
        "score": row["score"],
        "confidence": row["confidence"],
        "missing": mark.join(row["reasons"]),
        "blocking": mark.join(row["blocking"]),
        "unverified": mark.join(row["unverified"]),
        "lent_name": row["lent_word"],
        "lent": mark.join(row["loans"]),
        "evidence": mark.join(evidence),
    }


def evidence_line(one: EvidenceRow) -> str:
    """Return a declaration on one line: which document, its state, and where it says so."""
    section = f", § {one['section']}" if one["section"] else ""
    version = f" {one['version']}" if one["version"] else ""
    return f"{one['name']}{version} ({one['state_word']}{section}, {one['place']})"


def how_much_lent(row: Row) -> list[str]:
    """Return the word for how much is lent to *row*, where the loans do not say it themselves."""
    return [row["lent_word"]] if row["lent"] not in ("", "suggested") else []
