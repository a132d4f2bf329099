"""What `qm matrix` prints: documents and what they answer, referentials side by side."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qmtool import __version__
from qmtool.model.assessment import Status
from qmtool.model.evidence import EvidenceState
from qmtool.model.gap import SELF_ASSESSMENT
from qmtool.model.matrix import Answer, Matrix, Row
from qmtool.model.referential import Referential
from qmtool.model.text import Text, listing, say
from qmtool.reports.gap_view import printed_id, said, state_words, status_words
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.standing_words import origin_of, short_title
from qmtool.reports.table import csv_table, page_width, text_table
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

TEMPLATE = "_reports/matrix.html.j2"
"""The template of the page, shipped or, by the same name, of the centre."""
MAX_NAMED = 5
"""How many documents a sentence names before the others are only counted."""


def text(found: Matrix, language: Language) -> str:
    """Return how many requirements each document answers, and which documents matter most."""
    width = page_width()
    if not found.rows:
        lines = [language.gettext("No document answers any of these referentials.")]
    else:
        table = text_table(_heads(found, language), _rows(found), width, shrink=1)
        lines = [
            table,
            *(line for one in verdicts(found, language) for line in wrapped(one, width)),
            "",
            *(line for one in _legend(language) for line in wrapped(one, width, rest="  ")),
        ]
    lines += ["", *wrapped(said(SELF_ASSESSMENT, language), width)]
    lines += [line for one in found.gaps for line in wrapped(origin_of(one, language), width)]
    return "\n".join(lines) + "\n"


def _legend(language: Language) -> list[str]:
    """Return what the numbers of the table count."""
    words = _page_words(language)
    return [
        language.gettext(
            "A number counts the requirements that the document names, in force; +1 is one that "
            "it names as a draft or overdue."
        ),
        language.pair(words["serves"], words["legend_serves"]),
        language.pair(words["hurts"], words["legend_hurts"]),
    ]


def _heads(found: Matrix, language: Language) -> list[str]:
    _ = language.gettext
    names = [safe(one.referential.identifier) for one in found.gaps]
    return [_("Document"), _("Title"), *names, _("Serves"), _("Would hurt")]


def _rows(found: Matrix) -> list[list[str]]:
    names = [one.referential.identifier for one in found.gaps]
    return [
        [
            row.document,
            row.title,
            *(_count(row.answers.get(name, ())) for name in names),
            str(row.serves),
            str(len(row.harms)),
        ]
        for row in found.rows
    ]


def _count(answers: Sequence[Answer]) -> str:
    """Return how many of *answers* are in force, and apart how many are not."""
    others = sum(one.state is not EvidenceState.IN_FORCE for one in answers)
    return f"{len(answers) - others}" + (f" +{others}" if others else "")


def verdicts(found: Matrix, language: Language) -> list[str]:
    """Return which documents serve the most referentials, and whose lapse would hurt most."""
    serving, hurting = found.serving_most(), found.hurting_most()
    told = []
    if serving:
        told.append(
            say(
                "Serves the most referentials ({count} of {all}): {documents}",
                count=serving[0].serves,
                all=len(found.gaps),
                documents=_named(serving),
            )
        )
    if hurting:
        told.append(
            say(
                "The lapse that would hurt most (requirements whose status changes: {count}): "
                "{documents}",
                count=len(hurting[0].harms),
                documents=_named(hurting),
            )
        )
    return [said(one, language) for one in told]


def _named(rows: Sequence[Row]) -> Text:
    names = listing(row.document for row in rows[:MAX_NAMED])
    if len(rows) <= MAX_NAMED:
        return Text("{names}", (("names", names),))
    return say("{names} and {count} more", names=names, count=len(rows) - MAX_NAMED)


# A row for each document, a column for each requirement.


def csv_(found: Matrix, language: Language) -> str:
    """Return the whole grid: a requirement that nothing answers is an empty column."""
    _ = language.gettext
    words = state_words(language)
    columns = [one.identifier for each in found.gaps for one in each.requirements]
    heads = [_("Document"), _("Title"), _("Path"), _("Serves"), _("Would hurt"), *columns]
    made = "; ".join(origin_of(one, language) for one in found.gaps)
    notices = " ".join([*_warnings(found, language), said(SELF_ASSESSMENT, language)])
    rows = []
    for row in found.rows:
        states = {
            f"{name}:{one.requirement}": words[one.state]
            for name, answers in row.answers.items()
            for one in answers
        }
        start = [row.document, row.title, row.path, str(row.serves), str(len(row.harms))]
        cells = [*map(safe, start), *(states.get(one, "") for one in columns)]
        rows.append([*cells, made, notices])
    return csv_table([*heads, _("Made from"), _("Read this first")], rows)


def json_(found: Matrix, language: Language) -> str:
    """Return everything as JSON, version 1."""
    value = {
        "version": 1,
        "on": found.on.isoformat(),
        "at": found.at,
        "qm": __version__,
        "notices": [language.render(SELF_ASSESSMENT)],
        "referentials": [
            {
                "id": one.referential.identifier,
                "completeness": one.referential.completeness,
                "verified_on": one.referential.verified_on.isoformat(),
                "requirements": [each.identifier for each in one.requirements],
                "summary": one.summary,
            }
            for one in found.gaps
        ],
        "documents": [_document(row) for row in found.rows],
        "serves_most": [row.document for row in found.serving_most()],
        "hurts_most": [row.document for row in found.hurting_most()],
    }
    return json_page(value)


def _document(row: Row) -> dict[str, Any]:
    return {
        "document": row.document,
        "title": row.title,
        "path": row.path,
        "serves": row.serves,
        "answers": [
            {"requirement": f"{name}:{one.requirement}", "state": one.state}
            for name, answers in row.answers.items()
            for one in answers
        ],
        "without": [one._asdict() for one in row.harms],
    }


# HTML: the ids side by side, which fit on paper where a grid does not.


def html(found: Matrix, language: Language, draw: Draw = shipped_pages) -> str:
    """Return one page that needs no other file and runs nothing."""
    words = state_words(language)
    seen = {one.state for row in found.rows for each in row.answers.values() for one in each}
    values = {
        "words": _page_words(language),
        "language": language.code,
        "organisation": safe(found.gaps[0].organisation) if found.gaps else "",
        "day": language.day(found.on),
        "verdicts": verdicts(found, language),
        "disclaimer": said(SELF_ASSESSMENT, language),
        "warnings": _warnings(found, language),
        "referentials": [short_title(one.referential, language) for one in found.gaps],
        "rows": [_html_row(row, found, language) for row in found.rows],
        "states": [(state.value, words[state]) for state in EvidenceState if state in seen],
        "origins": [origin_of(one, language) for one in found.gaps],
    }
    return draw(TEMPLATE, [values])[0]


def _warnings(found: Matrix, language: Language) -> list[str]:
    return [
        f"{short_title(one.referential, language)} – {said(notice, language)}"
        for one in found.gaps
        for notice in one.notices
        if notice != SELF_ASSESSMENT
    ]


def _html_row(row: Row, found: Matrix, language: Language) -> dict[str, Any]:
    referentials = {one.referential.identifier: one.referential for one in found.gaps}
    return {
        "document": safe(row.document),
        "title": safe(row.title),
        "cells": [
            _html_cell(referential, row.answers.get(name, ()), language)
            for name, referential in referentials.items()
        ],
        "serves": row.serves,
        "harms": [
            language.pair(safe(one.requirement), _change(one.now, one.without, language))
            for one in row.harms
        ],
    }


def _html_cell(
    referential: Referential, answers: Sequence[Answer], language: Language
) -> list[dict[str, str]]:
    words = state_words(language)
    return [
        {
            "id": printed_id(referential, referential.by_id[one.requirement], language),
            "title": safe(referential.by_id[one.requirement].title.of(language.code)),
            "state": one.state,
            "word": words[one.state],
        }
        for one in answers
    ]


def _change(now: Status, without: Status, language: Language) -> str:
    words = status_words(language)
    return f"{words[now][0]} → {words[without][0]}"


def _page_words(language: Language) -> dict[str, str]:
    _ = language.gettext
    return {
        "kind": _("Self-assessment"),
        "title": _("Documents and requirements"),
        "as_of": _("As of"),
        "first": _("Read this first"),
        "documents": _("Documents and what they answer"),
        "document": _("Document"),
        "serves": _("Serves"),
        "hurts": _("Would hurt"),
        "none": _("No document answers any of these referentials."),
        "legend": _("How to read this page"),
        "legend_serves": _(
            "how many of these referentials the document serves: in force, it names a requirement "
            "of each. Any class of evidence counts here; qm gap tells whether it fits."
        ),
        "legend_hurts": _("how many requirements would change their status without the document."),
        "states": _("State of the document for the requirement"),
    }


MATRIX_FORMATS: Mapping[str, Callable[[Matrix, Language], str]] = {
    "text": text,
    "json": json_,
    "csv": csv_,
    "html": html,
}
