"""What `qm ref diff` prints."""

import json
from collections.abc import Callable, Iterator, Mapping

from qmtool.model.comparison import Change, Comparison, Difference
from qmtool.model.referential import Referential
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS, RELATION_WORDS
from qmtool.reports.table import csv_table, markdown_table, terminal_width, wrapped_table
from qmtool.reports.terminal import safe

_CHANGE_WORDS: Mapping[Change, Text] = {
    Change.SAME: say("same"),
    Change.CHANGED: say("changed"),
    Change.MAPPED: say("followed by"),
    Change.REMOVED: say("gone"),
    Change.ADDED: say("new"),
}


def _rows(found: Comparison, language: Language) -> Iterator[list[str]]:
    for one in found.differences:
        if one.change is not Change.SAME:
            yield [
                one.before,
                language.render(_CHANGE_WORDS[one.change]),
                ", ".join(one.after),
                _told(found, one, language),
            ]


def _told(found: Comparison, one: Difference, language: Language) -> str:
    """Return the titles of both ends, and the relation or the fields that changed."""
    before = _titles(found.first, (one.before,) if one.before else (), language)
    after = _titles(found.second, one.after, language)
    titles = before if before == after else " → ".join(part for part in (before, after) if part)
    if one.kind is not None:
        how = language.render(RELATION_WORDS[one.kind])
        if one.confidence == "low":
            how = f"{how}, {language.render(CONFIDENCE_WORDS['low'])}"
        return f"{titles} – {how}"
    return f"{titles} – {', '.join(one.details)}" if one.details else titles


def _titles(referential: Referential, names: tuple[str, ...], language: Language) -> str:
    nodes = (referential.by_id.get(name) for name in names)
    return " + ".join(node.title.of(language.code) for node in nodes if node)


def _headers(found: Comparison, language: Language) -> list[str]:
    _ = language.gettext
    return [found.first.identifier, _("change"), found.second.identifier, _("what")]


def text(found: Comparison, language: Language) -> str:
    """Return the differences as a table, and their count."""
    rows = list(_rows(found, language))
    lines = wrapped_table(rows, terminal_width(), _headers(found, language)) if rows else []
    return "\n".join([*lines, _summary(found, language)]) + "\n"


def _summary(found: Comparison, language: Language) -> str:
    counts = [
        f"{count} {language.render(_CHANGE_WORDS[change])}"
        for change, count in found.summary.items()
        if count
    ]
    how = (
        language.gettext("by the crosswalk")
        if found.is_mapped
        else language.gettext("by the ids: no crosswalk relates them")
    )
    return f"{', '.join(counts) or '–'} ({how})"


def markdown(found: Comparison, language: Language) -> str:
    """Return the differences as a Markdown table."""
    return markdown_table(_headers(found, language), list(_rows(found, language)))


def csv_(found: Comparison, language: Language) -> str:
    """Return the differences as CSV."""
    rows = [[safe(cell) for cell in row] for row in _rows(found, language)]
    return csv_table(_headers(found, language), rows)


def json_(found: Comparison, language: Language) -> str:
    """Return the differences as JSON; *language* changes nothing in it."""
    del language
    value = {
        "version": 1,
        "first": found.first.identifier,
        "second": found.second.identifier,
        "mapped": found.is_mapped,
        "summary": {change.value: count for change, count in found.summary.items()},
        "differences": [
            {
                "change": one.change.value,
                "before": one.before or None,
                "after": list(one.after),
                "relation": one.kind.value if one.kind else None,
                "confidence": one.confidence or None,
                "fields": list(one.details),
            }
            for one in found.differences
        ],
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


COMPARISON_FORMATS: Mapping[str, Callable[[Comparison, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
