"""What `qm ref list` prints."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

from qmtool.model.referential import Referential
from qmtool.model.text import Text, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_words import COMPLETENESS_WORDS, TYPE_WORDS
from qmtool.reports.table import csv_table, markdown_table, terminal_width, wrapped_table
from qmtool.reports.terminal import safe


class Entry(NamedTuple):
    """A referential, whether the centre keeps or completes it itself, and the day of the list."""

    referential: Referential
    is_own: bool
    on: date


_HEADERS = (
    say("id"),
    say("title"),
    say("type"),
    say("mandatory"),
    say("known"),
    say("requirements"),
    say("remark"),
)


def warnings(entry: Entry) -> Iterator[Text]:
    """Yield what must be known before the referential of *entry* is used."""
    found = entry.referential
    if found.superseded_by:
        yield say("replaced by {id}", id=found.superseded_by)
    if found.is_stale(entry.on):
        yield say("not compared with its source since {day}", day=found.verified_on)


def ownership(entry: Entry) -> Iterator[Text]:
    """Yield what the centre has to do with the referential of *entry*."""
    if entry.referential.extends:
        yield say("completes {id}", id=entry.referential.extends)
    elif entry.is_own:
        yield say("of this centre")


def _joined(texts: Iterator[Text], language: Language) -> str:
    return "; ".join(language.render(one) for one in texts)


def _headers(language: Language) -> list[str]:
    return [language.render(word) for word in _HEADERS]


def _row(entry: Entry, language: Language) -> list[str]:
    found = entry.referential
    return [
        found.identifier,
        found.title.of(language.code),
        language.render(TYPE_WORDS[found.type]),
        language.gettext("yes") if found.mandatory else "",
        language.render(COMPLETENESS_WORDS[found.completeness]),
        str(len(found.assessable)),
        _joined(chain(warnings(entry), ownership(entry)), language),
    ]


def text(entries: Sequence[Entry], language: Language) -> str:
    """Return the list as an aligned table, and a count."""
    count = len(entries)
    counted = language.ngettext("{n} referential", "{n} referentials", count).format(n=count)
    if not count:
        return counted + "\n"
    rows = [_short(entry, language) for entry in entries]
    headers = [_headers(language)[n] for n in (0, 5, 1)]
    return "\n".join([*wrapped_table(rows, terminal_width(), headers), counted]) + "\n"


def _short(entry: Entry, language: Language) -> list[str]:
    """Return the row of *entry* for a terminal: what warns stands before its title."""
    name, title, kind, mandatory, known, count, _ = _row(entry, language)
    told = [kind, language.gettext("mandatory") if mandatory else ""]
    told.append("" if entry.referential.completeness == "full" else known)
    told.append(_joined(ownership(entry), language))
    facts = ", ".join(one for one in told if one)
    parts = [_joined(warnings(entry), language), title.partition(" — ")[0], facts]
    return [name, f"{count:>3}", " – ".join(one for one in parts if one)]


def json_(entries: Sequence[Entry], language: Language) -> str:
    """Return the list as JSON, version 1 of `formats.md`."""
    referentials = [
        {
            "id": found.identifier,
            "title": found.title.of(language.code),
            "type": found.type,
            "mandatory": found.mandatory,
            "issuer": found.issuer,
            "completeness": found.completeness,
            "verified_on": found.verified_on.isoformat(),
            "superseded_by": found.superseded_by or None,
            "extends": found.extends or None,
            "own": is_own,
            "requirements": len(found.assessable),
        }
        for found, is_own, _ in entries
    ]
    value = {"version": 1, "referentials": referentials}
    return json_page(value)


def markdown(entries: Sequence[Entry], language: Language) -> str:
    """Return the list as a Markdown table."""
    return markdown_table(_headers(language), [_row(entry, language) for entry in entries])


def csv_(entries: Sequence[Entry], language: Language) -> str:
    """Return the list as CSV."""
    rows = [[safe(cell) for cell in _row(entry, language)] for entry in entries]
    return csv_table(_headers(language), rows)


REFERENTIAL_LIST_FORMATS: Mapping[str, Callable[[Sequence[Entry], Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
