"""The gap as a PDF with page numbers, through Typst: its fonts come with it, and nothing else."""

from qmtool.model.gap import Gap
from qmtool.reports.gap_csv import made_from
from qmtool.reports.gap_shape import View
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import legend, page_words
from qmtool.reports.language import Language
from qmtool.reports.typst_pdf import compiled


def pdf(gap: Gap, language: Language) -> bytes:
    """Return the gap as a PDF; the same view gives the same bytes."""
    return compiled("gap.typ", _data(gap, language))


def _data(gap: Gap, language: Language) -> dict[str, object]:
    """Return what the template shows, all of it as text."""
    shown, words = view(gap, language), page_words(language)
    return {
        "gap": _with_more(shown, words),
        "words": words,
        "facts": list(made_from(shown, words)),
        "footer": [
            shown["referential"],
            f"{words['compared']} {shown['compared_on']}",
            f"{words['as_of']} {shown['day']}",
            words["source"].format(at=shown["source"]),
            words["made_by"].format(version=shown["qm"]),
            language.pair(words["digest"], shown["digest"]),
        ],
        "legend": legend(words),
        "colon": language.pair("", ""),
    }


def _with_more(shown: View, words: dict[str, str]) -> dict[str, object]:
    """Return *shown* with the words for the evidence that no row lists."""
    chapters = [
        {
            **one,
            "rows": [
                {**row, "more_word": words["more"].format(count=row["more"])} for row in one["rows"]
            ],
        }
        for one in shown["chapters"]
    ]
    return {**shown, "chapters": chapters}
