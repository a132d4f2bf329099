"""The gap as Markdown, for a wiki or a merge request."""

from collections.abc import Iterator

from qmtool.model.gap import Gap
from qmtool.reports.gap_csv import how_much_lent, made_from
from qmtool.reports.gap_shape import Row
from qmtool.reports.gap_text import names
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import page_words
from qmtool.reports.language import Language
from qmtool.reports.table import markdown_table, markdown_text

MD_EVIDENCE_SIZE = 200
"""How many characters of documents a cell of a Markdown table holds."""

_COLUMNS = ("requirement", "status", "described", "proven", "verified", "evidence")


def markdown(gap: Gap, language: Language) -> str:
    """Return the gap as Markdown with tables."""
    shown, words = view(gap, language), page_words(language)
    parts = [f"# {markdown_text(shown['name'])}\n"]
    parts += [f"> {markdown_text(warning)}\n" for warning in shown["warnings"]]
    parts.append(markdown_text(f"{shown['headline']} {shown['disclaimer']}") + "\n")
    counts = [[one["word"], str(one["count"]), one["meaning"]] for one in shown["counts"]]
    parts.append(markdown_table([words["status"], words["requirements"], words["meaning"]], counts))
    heads = ["", *(words[name] for name in _COLUMNS)]
    for chapter in shown["chapters"]:
        title = " ".join(filter(None, (chapter["id"], chapter["title"])))
        parts.append(f"## {markdown_text(title)}\n")
        parts.append(markdown_table(heads, [_cells(row) for row in chapter["rows"]]))
        told = [line for row in chapter["rows"] for line in _told(row, words, language)]
        if told:
            parts.append("".join(told))
    ahead = shown["outlook"]
    if ahead is not None:
        parts.append(f"## {markdown_text(ahead['title'])}\n")
        rows = ahead["rows"]
        parts.append(markdown_table(ahead["heads"], rows) if rows else f"{ahead['nothing']}\n")
    parts.append(f"## {words['made_from']}\n")
    facts = (language.pair(name, value) for name, value in made_from(shown, words))
    parts.append("".join(f"- {markdown_text(fact)}\n" for fact in facts))
    return "\n".join(parts)


def _cells(row: Row) -> list[str]:
    facts = (row["described_word"], row["proven_word"], row["verified_word"])
    return [row["short"], row["title"], row["status_word"], *facts, names(row, MD_EVIDENCE_SIZE)]


def _told(row: Row, words: dict[str, str], language: Language) -> Iterator[str]:
    """Yield a line for each sort of thing that is told of *row* below the table."""
    lead = f"- **{markdown_text(row['id'])}**"
    if row["reasons"]:
        reasons = markdown_text(" · ".join(row["reasons"]))
        yield f"{lead} ({markdown_text(row['status_word'])}) {reasons}\n"
    for name, values in (
        ("blocking", row["blocking"]),
        ("unverified", row["unverified"]),
        ("lent_name", how_much_lent(row)),
        ("lent", row["loans"]),
        ("score", [row["score"]] if row["score"] else []),
        ("confidence", [row["confidence"]] if row["confidence"] else []),
    ):
        if values:
            yield f"{lead} {markdown_text(language.pair(words[name], ' · '.join(values)))}\n"
