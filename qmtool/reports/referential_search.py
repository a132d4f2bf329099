"""What `qm ref search` prints."""

import json
from collections.abc import Callable, Mapping

from qmtool.model.label import LANGUAGES
from qmtool.model.search import Found, Hit
from qmtool.reports.glossary import term_line
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS
from qmtool.reports.table import csv_table, markdown_table, markdown_text, wrapped_table
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

WIDTH = 100


def text(found: Found, language: Language, limit: int, width: int = WIDTH) -> str:
    """Return the terms of the glossary and the requirements, best first."""
    lines = [
        part
        for term in found.terms
        for part in wrapped(term_line(term, language), width, rest="  ")
    ]
    lines += [""] if lines else []
    if not found.hits:
        return "\n".join([*lines, language.gettext("No requirement says so.")]) + "\n"
    rows = [_row(hit, language) for hit in found.hits[:limit]]
    lines += wrapped_table([(name, f"{title} ({place})") for name, title, place in rows], width)
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
    doubt = f" [{language.render(CONFIDENCE_WORDS['low'])}]" if hit.node.confidence == "low" else ""
    return [_name(hit), hit.node.title.of(language.code) + doubt, place]


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
            }
            for hit in found.hits[:limit]
        ],
        "found": len(found.hits),
    }
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


SEARCH_FORMATS: Mapping[str, Callable[[Found, Language, int], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
