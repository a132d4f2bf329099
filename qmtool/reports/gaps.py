"""Several gaps in one report: a table of their counts, then each as it is told alone."""

import json
from collections.abc import Callable, Mapping, Sequence

from qmtool.model.gap import Gap
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.standing_words import counts, percent, short_title, status_heads
from qmtool.reports.table import fitted_table, markdown_table, page_width

Shown = Sequence[tuple[Gap, str]]
"""Each gap, and how it is told alone in the format of the whole."""


def text(shown: Shown, language: Language) -> str:
    """Return the table, then each gap."""
    found = [one for one, _ in shown]
    table = fitted_table(_heads(language), _rows(found, language), page_width(), shrink=0)
    return "\n".join([table, *(f"{one.referential.identifier}\n\n{told}" for one, told in shown)])


def markdown(shown: Shown, language: Language) -> str:
    """Return the table, then each gap."""
    found = [one for one, _ in shown]
    table = markdown_table(_heads(language), _rows(found, language))
    title = language.gettext("Several referentials")
    return "\n".join([f"# {title}\n", table, *(told for _, told in shown)])


def json_(shown: Shown, language: Language) -> str:
    """Return the gaps as JSON, version 1, each as it is alone."""
    del language
    return json_page({"version": 1, "gaps": [json.loads(told) for _, told in shown]})


def _heads(language: Language) -> list[str]:
    _ = language.gettext
    return [_("Referential"), *status_heads(language), _("Ready share")]


def _rows(found: Sequence[Gap], language: Language) -> list[list[str]]:
    return [
        [
            short_title(one.referential, language),
            *counts(one.summary),
            percent(one.ready_share()) or "–",
        ]
        for one in found
    ]


SEVERAL_FORMATS: Mapping[str, Callable[[Shown, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
