"""What `qm ref diff` prints."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from qmtool.model.comparison import Change, Comparison, Difference
from qmtool.model.crosswalk import WHOLE
from qmtool.model.gap import notices_about
from qmtool.model.referential import Referential
from qmtool.model.text import Text, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS, RELATION_WORDS
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    terminal_width,
    wrapped_table,
)
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_CHANGE_WORDS: Mapping[Change, Text] = {
    Change.SAME: say("same"),
    Change.CHANGED: say("changed"),
    Change.MAPPED: say("followed by"),
    Change.RELATED: say("related to"),
    Change.REMOVED: say("gone"),
    Change.ADDED: say("new"),
    Change.UNMATCHED: say("without counterpart"),
}


class Compared(NamedTuple):
    """Two referentials beside each other, on a day."""

    comparison: Comparison
    on: date


def _notices(compared: Compared, language: Language) -> list[str]:
    """Return what makes either of the two less sure than it looks, under its name."""
    found, on = compared
    return [
        safe(language.pair(one.identifier, language.render(notice)))
        for one in (found.first, found.second)
        for notice in notices_about(one, on)
    ]


def _told(found: Comparison) -> Iterator[Difference]:
    """Yield the differences that are shown."""
    return (one for one in found.differences if one.change is not Change.SAME)


def _rows(found: Comparison, language: Language) -> Iterator[list[str]]:
    for one in _told(found):
        yield [
            ", ".join(_ends(found.first, _before(one), language)),
            language.render(_CHANGE_WORDS[one.change]),
            ", ".join(_ends(found.second, one.after, language)),
            _what(found, one, language),
        ]


def _before(one: Difference) -> tuple[str, ...]:
    return (one.before,) if one.before else ()


def _ends(referential: Referential, names: tuple[str, ...], language: Language) -> Iterator[str]:
    """Yield how each of *names* is cited, `?` after one that does not exist."""
    for name in names:
        if name == WHOLE:
            yield language.gettext("as a whole")
        else:
            doubt = "" if name in referential.by_id else " ?"
            yield language.render(referential.cite(name)) + doubt


def _what(found: Comparison, one: Difference, language: Language, *, cited: bool = False) -> str:
    """Return the titles of both ends, and the relation or the fields that changed.

    Ids of `qm`'s own are *cited* before their titles where the ids stand alone beside them.
    """
    before = _titles(found.first, _before(one), language, cited=cited)
    after = _titles(found.second, one.after, language, cited=cited)
    titles = before if before == after else " → ".join(part for part in (before, after) if part)
    how = ", ".join(one.details)
    if one.relation is not None:
        how = language.render(RELATION_WORDS[one.relation.reading])
        if one.relation.confidence == "low":
            how = f"{how}, {language.render(CONFIDENCE_WORDS['low'])}"
    return " – ".join(part for part in (titles, how) if part)


def _titles(
    referential: Referential, names: tuple[str, ...], language: Language, *, cited: bool
) -> str:
    titles = []
    for name in names:
        node = referential.by_id.get(name)
        title = node.title.of(language.code) if node else "?"
        if name == WHOLE:
            title = referential.title.of(language.code).partition(" — ")[0]
        if cited and node and not node.official:
            title = f"{language.render(referential.cite(name))} {title}"
        titles.append(title)
    return " + ".join(titles)


def _headers(found: Comparison, language: Language) -> list[str]:
    _ = language.gettext
    return [found.first.identifier, _("change"), found.second.identifier, _("what")]


def text(compared: Compared, language: Language) -> str:
    """Return what warns, the differences as a table, and their count."""
    found, width = compared.comparison, terminal_width()
    lines = [part for one in _notices(compared, language) for part in wrapped(f"! {one}", width)]
    lines += [""] if lines else []
    rows = list(_rows(found, language))
    lines += wrapped_table(rows, width, _headers(found, language)) if rows else []
    return "\n".join([*lines, _summary(found, language)]) + "\n"


def _summary(found: Comparison, language: Language) -> str:
    counts = [
        language.pair(_CHANGE_WORDS[change], str(count))
        for change, count in found.summary.items()
        if count
    ]
    how = (
        language.gettext("by the crosswalk")
        if found.is_mapped
        else language.gettext("by the ids: no crosswalk relates them")
    )
    return f"{' · '.join(counts) or '–'} ({how})"


def markdown(compared: Compared, language: Language) -> str:
    """Return the differences as a Markdown table, below what warns."""
    found = compared.comparison
    lines = [f"> {markdown_text(one)}\n" for one in _notices(compared, language)]
    table = markdown_table(_headers(found, language), list(_rows(found, language)))
    return "\n".join([*lines, table])


def csv_(compared: Compared, language: Language) -> str:
    """Return the differences as CSV, with the ids as they are typed."""
    found = compared.comparison
    rows = [
        [
            one.before,
            language.render(_CHANGE_WORDS[one.change]),
            ", ".join(one.after),
            _what(found, one, language, cited=True),
        ]
        for one in _told(found)
    ]
    return csv_table(_headers(found, language), [[safe(cell) for cell in row] for row in rows])


def json_(compared: Compared, language: Language) -> str:
    """Return the differences as JSON."""
    found = compared.comparison
    value = {
        "version": 1,
        "first": found.first.identifier,
        "second": found.second.identifier,
        "notices": _notices(compared, language),
        "mapped": found.is_mapped,
        "summary": {change.value: count for change, count in found.summary.items()},
        "differences": [
            {
                "change": one.change.value,
                "before": one.before or None,
                "after": list(one.after),
                "relation": one.relation.kind.value if one.relation else None,
                "reversed": one.relation.inverted if one.relation else None,
                "confidence": one.relation.confidence if one.relation else None,
                "fields": list(one.details),
            }
            for one in found.differences
        ],
    }
    return json_page(value)


COMPARISON_FORMATS: Mapping[str, Callable[[Compared, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
