"""What `qm ref search` prints."""

from collections.abc import Callable, Mapping

from qmtool.model.label import LANGUAGES
from qmtool.model.search import Found, Hit
from qmtool.model.text import say
from qmtool.reports.glossary import term_line
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS
from qmtool.reports.table import csv_table, markdown_table, markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped


def text(found: Found, language: Language, limit: int, width: int | None = None) -> str:
    """Return the terms of the glossary and the requirements, best first."""
    width = width or page_width()
    lines = [
        part
        for term in found.terms
        for part in wrapped(term_line(term, language), width, rest="  ")
    ]
    lines += [""] if lines else []
    if not found.hits:
        return "\n".join([*lines, language.gettext("No requirement says so.")]) + "\n"
    for hit in found.hits[:limit]:
        name = language.render(hit.referential.full(hit.node.identifier))
        lines += wrapped(safe(f"{name} – {_title(hit, language)}"), width, rest="    ")
    lines += ["", _count(found, limit, language)]
    lines.append(language.gettext("To read one: qm ref show {id}").format(id=_name(found.hits[0])))
    return "\n".join(lines) + "\n"


def _count(found: Found, limit: int, language: Language) -> str:
    count = len(found.hits)
    told = language.ngettext("{n} requirement", "{n} requirements", count).format(n=count)
    if count <= limit:
        return told
    return language.gettext("{told}, of which the first {n} are shown (--limit 0: all)").format(
        told=told, n=limit
    )


def _headers(language: Language) -> list[str]:
    _ = language.gettext
    return [_("id"), _("title"), _("place")]


def _name(hit: Hit) -> str:
    return f"{hit.referential.identifier}:{hit.node.identifier}"


def _row(hit: Hit, language: Language) -> list[str]:
    place = language.render(hit.referential.cite(hit.node.identifier))
    return [_name(hit), _title(hit, language), place]


def _title(hit: Hit, language: Language) -> str:
    """Return the title of *hit*, the one above where it says little, and what to beware of."""
    above = f" ({hit.above.of(language.code)})" if any(hit.above) else ""
    beware = [CONFIDENCE_WORDS["low"]] if hit.node.confidence == "low" else []
    if hit.referential.superseded_by:
        beware.append(say("replaced by {id}", id=hit.referential.superseded_by))
    told = "".join(f" [{language.render(one)}]" for one in beware)
    return f"{hit.node.title.of(language.code)}{above}{told}"


def markdown(found: Found, language: Language, limit: int) -> str:
    """Return the hits as a Markdown table, below the terms of the glossary."""
    lines = [f"- {markdown_text(term_line(term, language))}\n" for term in found.terms]
    rows = [_row(hit, language) for hit in found.hits[:limit]]
    return "\n".join([*lines, markdown_table(_headers(language), rows)])


def csv_(found: Found, language: Language, limit: int) -> str:
    """Return the hits as CSV."""
    rows = [[safe(cell) for cell in _row(hit, language)] for hit in found.hits[:limit]]
    return csv_table(_headers(language), rows)


def json_(found: Found, language: Language, limit: int) -> str:
    """Return the terms and the hits as JSON."""
    value = {
        "version": 1,
        "terms": [
            {
                "id": term.identifier,
                "term": term.term._asdict(),
                "meaning": term.meaning._asdict(),
                "avoid": {
                    code: [word.text for word in term.avoid.get(code, ())] for code in LANGUAGES
                },
            }
            for term in found.terms
        ],
        "requirements": [
            {
                "id": _name(hit),
                "printed": language.render(hit.referential.cite(hit.node.identifier)),
                "title": hit.node.title.of(language.code),
                "assessable": hit.node.assessable,
                "confidence": hit.node.confidence,
                "superseded_by": hit.referential.superseded_by or None,
            }
            for hit in found.hits[:limit]
        ],
        "found": len(found.hits),
    }
    return json_page(value)


SEARCH_FORMATS: Mapping[str, Callable[[Found, Language, int], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
