"""What `qm risks` prints: the matrix before and after the actions, and the risks by score."""

from collections.abc import Callable, Mapping
from typing import Any

from qmtool import __version__
from qmtool.model.risk_map import SIZE, Level, Risk, RiskMap, Score
from qmtool.model.text import Text, joined, listing, say
from qmtool.reports.columns import SHORT_NAME, SHORT_STATE, SHORT_TITLE, Column, fitted
from qmtool.reports.gap_view import said
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.risks_svg import LEVEL_WORDS, headline, risk_matrices
from qmtool.reports.standing_words import source
from qmtool.reports.table import csv_table
from qmtool.reports.terminal import safe

TEMPLATE = "_reports/risks.html.j2"

_MOST = 22
"""How many characters of a cell a terminal shows, the title left out, which takes the rest."""

_SIGNS: Mapping[Level, str] = {Level.LOW: " ", Level.MEDIUM: "!", Level.HIGH: "!!"}


def text(found: RiskMap, language: Language) -> str:
    """Return the two matrices with the number of risks in each cell, then the risks by score."""
    if not found.risks:
        return none(found, language) + "\n"
    lines = [title(found, language), ""]
    for now in (False, True):
        lines += [headline(found, language, now=now), *_matrix(found, language, now=now), ""]
    signs = [
        f"{_SIGNS[one]} {said(LEVEL_WORDS[one], language)}" for one in Level if _SIGNS[one].strip()
    ]
    lines += [listing(signs), ""]
    cells = [
        [
            one if n == 1 or len(one) <= _MOST else f"{one[: _MOST - 1]}…"
            for n, one in enumerate(row)
        ]
        for row in rows(found, language)
    ]
    columns = [Column(*one) for one in zip(heads(language), *_SIZES, strict=True)]
    lines += [fitted(columns, cells, 1, language)]
    lines += notes(found, language)
    return "\n".join(lines) + "\n"


_SIZES = (
    (0, SHORT_TITLE, SHORT_NAME, 0, 0, SHORT_NAME, 0, SHORT_NAME, SHORT_STATE),
    (0, 0, 1, 0, 0, 0, 1, 2, 0),
)
"""What the columns of the table need at least, and which of them a narrow terminal goes without."""


def none(found: RiskMap, language: Language) -> str:
    """Return that there is no risk on the map, and how many are closed."""
    words = language.gettext("No open risk. To write one down, type: qm log risk")
    closed = said(say("closed: {count}", count=found.closed), language)
    return f"{words} ({closed})" if found.closed else words


def title(found: RiskMap, language: Language) -> str:
    """Return the title of the report."""
    return said(say("Risks on {day}", day=found.on), language)


def _matrix(found: RiskMap, language: Language, *, now: bool) -> list[str]:
    """Return the lines of a matrix: frequencies from left to right, severities from the top."""
    side = said(say("Severity"), language)
    lines = []
    for severity in range(SIZE, 0, -1):
        cells = []
        for frequency in range(1, SIZE + 1):
            count = len(found.cell(severity, frequency, now=now))
            sign = _SIGNS[Score(severity, frequency).level]
            cells.append(f"{count or '.':>3} {sign:<2}")
        head = f"{side} {severity}" if severity == SIZE else f"{severity:>{len(side) + 2}}"
        lines.append(f"  {head} |{'|'.join(cells)}|".rstrip())
    below = "  ".join(f"{n:>3}  " for n in range(1, SIZE + 1)).rstrip()
    pad, name = " " * (len(side) + 5), said(say("Frequency"), language)
    lines.append(f"{pad}{below}   {name}")
    return lines


def notes(found: RiskMap, language: Language) -> list[str]:
    """Return what the matrix does not show."""
    told: list[Text] = []
    left = len(found.risks) - len(found.assessed)
    waiting = sum(one.after is None for one in found.assessed)
    if waiting:
        told.append(
            say("not assessed again yet, and shown where they were before: {count}", count=waiting)
        )
    if left:
        told.append(say("without severity or frequency, and in no cell: {count}", count=left))
    if found.closed:
        told.append(say("closed, and left out: {count}", count=found.closed))
    return [said(one, language) for one in told]


def heads(language: Language) -> list[str]:
    """Return the titles of the columns of the table."""
    _ = language.gettext
    return [
        *(_("id"), _("title"), _("process"), _("before (S×F)"), _("after (S×F)")),
        *(_("level now"), _("control (C)"), _("owner"), _("state")),
    ]


def rows(found: RiskMap, language: Language) -> list[list[str]]:
    """Return a row for each risk, the greatest first."""
    return [
        [
            one.document.name,
            one.document.title,
            found.processes.get(one.process, one.process),
            _score(one.before),
            _score(one.after),
            level_word(one, language),
            _control(one),
            found.people.get(one.owner, one.owner),
            one.state.of(language.code),
        ]
        for one in found.risks
    ]


def level_word(one: Risk, language: Language) -> str:
    """Return how much *one* weighs now."""
    return said(LEVEL_WORDS[one.now.level], language) if one.now else ""


def _score(score: Score | None) -> str:
    if score is None:
        return "–"
    return f"{score.weight} ({score.severity}×{score.frequency})"


def _control(one: Risk) -> str:
    """Return the control level of *one* before the actions, and after them."""
    levels = [str(score.control or "?") for score in (one.before, one.after) if score]
    return " → ".join(levels) or "–"


def csv_(found: RiskMap, language: Language) -> str:
    """Return a row for each risk, under the names of the fields; *language* changes nothing."""
    del language
    names = ("severity", "frequency", "control", "score")
    columns = ["id", "title", "process", "owner", "status", *names]
    columns += [*(f"{name}_after" for name in names), "level", "actions"]
    return csv_table(columns, [_csv_row(one) for one in found.risks])


def _csv_row(one: Risk) -> list[str]:
    document = one.document
    return [
        *(document.name, document.title, one.process, one.owner, document.status),
        *_cells(one.before),
        *_cells(one.after),
        one.now.level if one.now else "",
        " ".join(one.actions),
    ]


def _cells(score: Score | None) -> list[str]:
    if score is None:
        return [""] * 4
    control = str(score.control) if score.control is not None else ""
    return [str(score.severity), str(score.frequency), control, str(score.total)]


def json_(found: RiskMap, language: Language) -> str:
    """Return everything as JSON, version 1; *language* changes nothing in it."""
    del language
    return json_page(
        {
            "version": 1,
            "on": str(found.on),
            "at": found.at,
            "qm": __version__,
            "risks": [_value(one) for one in found.risks],
            "summary": {
                "risks": len(found.risks),
                "reassessed": found.reassessed,
                "closed": found.closed,
                "before": found.levels(now=False),
                "now": found.levels(now=True),
                "control_before": found.controls(now=False),
                "control_now": found.controls(now=True),
            },
        }
    )


def _value(one: Risk) -> dict[str, Any]:
    return {
        "id": one.document.name,
        "title": one.document.title,
        "path": safe(one.document.path),
        "process": one.process or None,
        "owner": one.owner or None,
        "sites": list(one.document.sites),
        "status": one.document.status or None,
        "before": _json_score(one.before),
        "after": _json_score(one.after),
        "actions": list(one.actions),
    }


def _json_score(score: Score | None) -> dict[str, Any] | None:
    if score is None:
        return None
    return {
        "severity": score.severity,
        "frequency": score.frequency,
        "control": score.control,
        "weight": score.weight,
        "score": score.total,
        "level": score.level,
    }


def svg(found: RiskMap, language: Language) -> str:
    """Return both matrices as a picture that stands alone."""
    return risk_matrices(found, language, title(found, language), notes(found, language))


def html(found: RiskMap, language: Language, draw: Draw = shipped_pages) -> str:
    """Return one page with the matrices and the table, that needs no other file."""
    from markupsafe import Markup

    _ = language.gettext
    made = say(
        "Made by qm {version} on {day} from: {at}",
        version=__version__,
        day=found.on,
        at=source(found.at, language),
    )
    picture = risk_matrices(found, language, "", ()) if found.risks else ""
    values = {
        "language": language.code,
        "organisation": safe(found.centre),
        "kind": _("A priori risk map"),
        "title": title(found, language),
        "none": "" if found.risks else none(found, language),
        "chart": Markup(picture),  # noqa: S704 - every text in it is escaped
        "table": _("Risks, the greatest first"),
        "heads": heads(language),
        "rows": [
            {"level": one.now.level if one.now else "none", "cells": [safe(cell) for cell in row]}
            for one, row in zip(found.risks, rows(found, language), strict=True)
        ],
        "notes": notes(found, language),
        "scale": said(SCALE, language),
        "origin": said(made, language),
    }
    return draw(TEMPLATE, [values])[0]


SCALE = joined(
    [
        say("S: severity, 1 minor to 5 catastrophic"),
        say("F: frequency, 1 rare to 5 very frequent"),
        say("C: control level, 1 full to 5 none"),
        say("level by S×F: acceptable to 4, to reduce to 12, priority from 15"),
    ]
)

RISK_FORMATS: Mapping[str, Callable[[RiskMap, Language], str]] = {
    "text": text,
    "json": json_,
    "csv": csv_,
    "html": html,
    "svg": svg,
}
