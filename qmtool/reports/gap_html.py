"""The gap as one page of HTML, to read, to print and to hand over."""

from typing import Any

from qmtool.model.gap import Gap
from qmtool.reports.gap_csv import made_from
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import legend, page_words
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages

TEMPLATE = "_reports/gap.html.j2"
"""The template of the page, shipped or, by the same name, of the centre."""


def html(gap: Gap, language: Language, draw: Draw = shipped_pages) -> str:
    """Return one page that needs no other file and runs nothing."""
    return draw(TEMPLATE, [_values(gap, language)])[0]


def _values(gap: Gap, language: Language) -> dict[str, Any]:
    """Return what a template of the page may name."""
    shown, words = view(gap, language), page_words(language)
    return {
        "gap": shown,
        "words": words,
        "legend": legend(words),
        "made_from": list(made_from(shown, words)),
        "pair": language.pair,
        "qm_version": shown["qm"],
    }
