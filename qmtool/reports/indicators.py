"""What `qm indicators` prints: where each indicator stands, and its run chart."""

from collections.abc import Callable, Mapping
from typing import Any

from qmtool import __version__
from qmtool.model.indicators import Indicator, Indicators
from qmtool.model.text import say
from qmtool.reports.columns import SHORT_STATE, SHORT_TITLE, Column, fitted
from qmtool.reports.indicators_words import (
    every_word,
    limit_lines,
    origin_line,
    period,
    remarks,
    summary,
    target,
    value_row,
    way_word,
    with_unit,
    worth_word,
)
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.run_chart import description_of_last, run_chart
from qmtool.reports.run_chart_text import chart, sparkline
from qmtool.reports.standing_words import source
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    page_width,
    wrapped_table,
)
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

TEMPLATE = "_reports/indicators.html.j2"

_SIZES = (
    (0, SHORT_TITLE, 0, 0, 0, 0, 0, SHORT_STATE),
    (0, 0, 1, 0, 2, 0, 1, 0),
)
"""What the columns of the table need at least, and which of them a narrow terminal goes without."""

_EVOLUTION = 5
"""The column of the sparkline."""


def text(found: Indicators, language: Language) -> str:
    """Return a line for each indicator, then what some of them tell, and a count."""
    if not found.found:
        return _none(language) + "\n"
    rows = [_row(one, language) for one in found.found]
    columns = [Column(*one) for one in zip(_heads(language), *_SIZES, strict=True)]
    lines = [fitted(columns, rows, 1, language)]
    told = [(one.document.name, remark) for one in found.found for remark in remarks(one, language)]
    lines += [*wrapped_table(told, page_width()), ""] if told else []
    return "\n".join([*lines, summary(found, language)]) + "\n"


def _none(language: Language) -> str:
    return language.gettext("No indicator. To define one, type: qm log indicator")


def _heads(language: Language) -> list[str]:
    _ = language.gettext
    heads = [_("id"), _("title"), _("last period"), _("value"), _("target")]
    return [*heads, _("evolution"), _("trend"), _("state")]


def _row(one: Indicator, language: Language) -> list[str]:
    last = one.last
    return [
        one.document.name,
        one.document.title,
        period(last.slot, language) if last else "–",
        with_unit(last.value, one.unit, language) if last and last.value is not None else "–",
        target(one.goal, one.unit, language),
        sparkline(one),
        way_word(one, language),
        worth_word(one.worth, language),
    ]


def text_of_one(found: Indicators, language: Language) -> str:
    """Return one indicator: what it is, its chart, its values and what they tell."""
    one, width = found.found[0], page_width()
    title = language.pair(safe(one.document.name), safe(one.document.title))
    lines = [*wrapped(title, width)]
    for name, held in facts(one, found, language):
        lines += wrapped(language.pair(name, safe(held)), width, first="  ", rest="    ")
    lines += ["", *(safe(line) for line in chart(one, language, width))]
    lines += ["", *(f"  {line}" for line in limit_lines(one, language))]
    lines += [
        line
        for remark in remarks(one, language)
        for line in wrapped(remark, width, first="  ", rest="  ")
    ]
    if one.values:
        rows = [value_row(one, value, language) for value in one.values]
        lines += ["", *wrapped_table(rows, width, _value_heads(one, language))]
    return "\n".join(lines) + "\n"


def _value_heads(one: Indicator, language: Language) -> list[str]:
    _ = language.gettext
    value = f"{_('value')} ({one.unit})" if one.unit else _("value")
    return [_("period"), value, _("state"), _("comment")]


def facts(one: Indicator, found: Indicators, language: Language) -> list[tuple[str, str]]:
    """Return what an indicator is, as names and values; what it does not say is left out."""
    _, held = language.gettext, one.document.values
    computed = one.computed.of(language.code) if one.computed else ""
    register = f"{computed} – {one.register}" if computed and one.register else computed
    rows = [
        (_("Last value"), description_of_last(one, language)),
        (_("Definition"), str(held.get("definition") or "")),
        (_("Formula"), str(held.get("formula") or "")),
        (_("Source"), str(held.get("source") or "")),
        (_("Computed by qm"), register),
        (_("Measured"), every_word(one, language)),
        (_("Process"), found.processes.get(one.process, one.process)),
        (_("Owner"), found.people.get(one.owner, one.owner)),
        (_("State"), one.state.of(language.code)),
    ]
    return [(name, value) for name, value in rows if value]


def csv_(found: Indicators, language: Language) -> str:
    """Return a row for each value, as programs write numbers; *language* changes nothing."""
    del language
    heads = ["id", "title", "process", "unit", "target", "period", "value", "state", "comment"]
    rows = [
        [
            one.document.name,
            one.document.title,
            one.process,
            one.unit,
            _plain(one.goal.target),
            str(value.slot),
            _plain(value.value),
            (one.goal.worth(value.value) or "") if value.value is not None else "",
            value.comment,
        ]
        for one in found.found
        for value in one.values
    ]
    return csv_table(heads, rows)


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.6f}".rstrip("0").rstrip(".")


def json_(found: Indicators, language: Language) -> str:
    """Return everything as JSON, version 1."""
    return json_page(
        {
            "version": 1,
            "on": str(found.on),
            "at": found.at,
            "qm": __version__,
            "indicators": [_value(one, language) for one in found.found],
        }
    )


def _value(one: Indicator, language: Language) -> dict[str, Any]:
    document, goal, found = one.document, one.goal, one.limits
    return {
        "id": document.name,
        "title": document.title,
        "path": safe(document.path),
        "status": document.status or None,
        "process": one.process or None,
        "owner": one.owner or None,
        "unit": one.unit or None,
        "every": one.every or None,
        "computed": document.values.get("computed"),
        "register": one.register or None,
        "target": goal.target,
        "target_max": goal.highest,
        "alert_threshold": goal.alert,
        "direction": goal.direction or None,
        "state": one.worth,
        "trend": one.way,
        "action_proposed": one.needs_action and not one.answered,
        "actions_under_way": list(one.answered),
        "mean": found.mean if found else None,
        "limits": [found.low, found.high] if found and found.low is not None else None,
        "missing": [str(slot) for slot in one.missing],
        "unreadable_lines": one.faults,
        "remarks": remarks(one, language),
        "values": [
            {
                "period": str(value.slot),
                "value": value.value,
                "state": goal.worth(value.value) if value.value is not None else None,
                "outside_limits": found is not None
                and value in one.told
                and one.told.index(value) in found.outside,
                "comment": value.comment or None,
            }
            for value in one.values
        ],
    }


def markdown(found: Indicators, language: Language) -> str:
    """Return a title, the table and what some indicators tell."""
    lines = [f"# {markdown_text(title(found, language))}", ""]
    rows = [_row(one, language) for one in found.found]
    lines += [markdown_table(_heads(language), rows)] if rows else [_none(language), ""]
    lines += [
        f"- {markdown_text(language.pair(one.document.name, remark))}"
        for one in found.found
        for remark in remarks(one, language)
    ]
    return "\n".join([*lines, "", markdown_text(summary(found, language))]) + "\n"


def title(found: Indicators, language: Language) -> str:
    """Return the title of the report."""
    return language.render(say("Indicators on {day}", day=found.on))


def svg(found: Indicators, language: Language) -> str:
    """Return the run chart of the first indicator."""
    return run_chart(found.found[0], language)


def html(found: Indicators, language: Language, draw: Draw = shipped_pages) -> str:
    """Return one page with every chart and every value, that needs no other file."""
    _ = language.gettext
    values = {
        "language": language.code,
        "organisation": safe(found.centre),
        "kind": _("Indicators"),
        "title": title(found, language),
        "summary": summary(found, language),
        "none": _none(language),
        "heads": _heads(language),
        "evolution": _EVOLUTION,
        "values_of": _("Values"),
        "back": _("All indicators"),
        "rows": [
            {"anchor": f"u-{n}", "worth": one.worth or "none", "cells": _safe(_row(one, language))}
            for n, one in enumerate(found.found)
        ],
        "indicators": [_section(n, one, found, language) for n, one in enumerate(found.found)],
        "origin": origin_line(found, source(found.at, language), __version__, language),
    }
    return draw(TEMPLATE, [values])[0]


def _safe(cells: list[str]) -> list[str]:
    return [safe(cell) for cell in cells]


def _section(n: int, one: Indicator, found: Indicators, language: Language) -> dict[str, Any]:
    from markupsafe import Markup

    chart_ = run_chart(one, language, f"u-chart-{n}") if one.told else ""
    return {
        "anchor": f"u-{n}",
        "name": safe(one.document.name),
        "title": safe(one.document.title or one.document.name),
        "facts": [(safe(name), safe(held)) for name, held in facts(one, found, language)],
        "chart": Markup(chart_),  # noqa: S704 - every text in it is escaped
        "limits": _safe(limit_lines(one, language)),
        "remarks": _safe(remarks(one, language)),
        "needs_action": one.needs_action and not one.answered,
        "heads": _safe(_value_heads(one, language)),
        "rows": [
            {
                "worth": (one.goal.worth(value.value) or "none")
                if value.value is not None
                else "none",
                "cells": _safe(value_row(one, value, language)),
            }
            for value in one.values
        ],
    }


INDICATOR_FORMATS: Mapping[str, Callable[[Indicators, Language], str]] = {
    "text": text,
    "json": json_,
    "csv": csv_,
    "markdown": markdown,
    "html": html,
    "svg": svg,
}
