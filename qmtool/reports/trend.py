"""What `qm trend` prints: the counts of each status over time, and a chart of them."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from qmtool import __version__
from qmtool.model.assessment import Status
from qmtool.model.gap import SELF_ASSESSMENT
from qmtool.model.text import say
from qmtool.model.trend import BY_TODAYS_TEXT, Point, Trend
from qmtool.reports.chart import Chart, Place, Series, stacked_areas
from qmtool.reports.gap_view import said, status_words
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.standing_words import (
    counts,
    origin,
    percent,
    short_title,
    source,
    status_heads,
)
from qmtool.reports.table import csv_table, fitted_table, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

TEMPLATE = "_reports/trend.html.j2"
"""The template of the page, shipped or, by the same name, of the centre."""

_BARS = "▁▂▃▄▅▆▇█"
_DIAGONAL = "<path d='M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4' stroke='{}' stroke-width='1.4'/>"
_DOTS = "<circle cx='2' cy='2' r='1.1' fill='{0}'/><circle cx='6' cy='6' r='1.1' fill='{0}'/>"
_LOOKS: Mapping[Status, tuple[str, str]] = {
    Status.READY: ("#17794a", ""),
    Status.PARTIAL: ("#f0b44c", _DIAGONAL.format("#9c5d00")),
    Status.OPEN: ("#f3c9c6", _DOTS.format("#b3261e")),
    Status.EXCLUDED: ("#d5dce3", ""),
    Status.NOT_APPLICABLE: ("#eef1f4", ""),
    Status.TO_VERIFY: ("#d9d6f5", _DOTS.format("#5a4fcf")),
}
"""The colour and the pattern of each status, from the bottom of the chart up."""


def text(trend: Trend, language: Language) -> str:
    """Return a line for each status that shows how it went, and the table of the counts."""
    width = page_width()
    lines = [line for one in warnings(trend, language) for line in wrapped(one, width)]
    lines += [*wrapped(title(trend, language), width), ""]
    lines += [f"  {one}" for one in _sparklines(trend, language)]
    heads, *rows = _that_occur([_heads(trend, language), *_rows(trend, language)])
    lines += ["", fitted_table(heads, rows, width)]
    told = f"{said(BY_TODAYS_TEXT, language)} {said(SELF_ASSESSMENT, language)}"
    lines += [*wrapped(told, width), *wrapped(_origin(trend, language), width)]
    return "\n".join(lines) + "\n"


def _that_occur(table: list[list[str]]) -> list[list[str]]:
    """Return *table* without the statuses that no point of it has: it has to fit a terminal."""
    last = len(Status)
    kept = [
        n
        for n in range(len(table[0]))
        if not 1 <= n <= last or any(row[n] != "0" for row in table[1:])
    ]
    return [[row[n] for n in kept] for row in table]


def warnings(trend: Trend, language: Language) -> list[str]:
    """Return what must be said first of the referential."""
    return [said(one, language) for one in trend.notices if one != SELF_ASSESSMENT]


def title(trend: Trend, language: Language) -> str:
    """Return what the trend is of, in one line."""
    name = short_title(trend.referential, language)
    first, last = trend.points[0].on, trend.points[-1].on
    if first == last:
        where = say("{name}, site {site}", name=name, site=trend.site) if trend.site else name
        told = say("{name} on {day}", name=where, day=first)
    elif trend.site:
        told = say(
            "{name}, site {site}, from {first} to {last}",
            name=name,
            site=trend.site,
            first=first,
            last=last,
        )
    else:
        told = say("{name}, from {first} to {last}", name=name, first=first, last=last)
    return said(told, language)


def _origin(trend: Trend, language: Language) -> str:
    last = trend.points[-1]
    return origin(trend.referential, last.on, last.at, language)


def _sparklines(trend: Trend, language: Language) -> list[str]:
    """Return a row of bars for each status that occurs: its share of all the requirements."""
    words = status_words(language)
    seen = [one for one in Status if any(point.summary[one] for point in trend.points)]
    size = max((len(words[one][0]) for one in seen), default=0)
    return [
        f"{words[one][0]:{size}}  {''.join(_bar(point, one) for point in trend.points)}  "
        f"{trend.points[0].summary[one]} → {trend.points[-1].summary[one]}"
        for one in seen
    ]


def _bar(point: Point, status: Status) -> str:
    count, every = point.summary[status], sum(point.summary.values())
    return _BARS[round(count / every * (len(_BARS) - 1))] if count else " "


def _heads(trend: Trend, language: Language) -> list[str]:
    _ = language.gettext
    rated = [_("Ready share")] if trend.is_rated else []
    return [_("Day"), *status_heads(language), *rated, _("Source")]


def _rows(trend: Trend, language: Language) -> list[list[str]]:
    return [
        [
            language.day(one.on),
            *counts(one.summary),
            *([percent(one.share)] if trend.is_rated else []),
            source(one.at, language),
        ]
        for one in trend.points
    ]


def csv_(trend: Trend, language: Language) -> str:
    """Return a row for each point, as programs write days, and what it was made from."""
    referential = trend.referential
    notices = " ".join(said(one, language) for one in (*trend.notices, BY_TODAYS_TEXT))
    made = [referential.identifier, referential.verified_on.isoformat(), __version__, notices]
    rated = ["ready-share"] if trend.is_rated else []
    rows = [
        [
            one.on.isoformat(),
            *counts(one.summary),
            *([f"{one.share:.4f}" if one.share is not None else ""] if rated else []),
            one.at,
            *made,
        ]
        for one in trend.points
    ]
    heads = ["on", *Status, *rated, "at", "referential", "verified_on", "qm", "notices"]
    return csv_table(heads, rows)


def json_(trend: Trend, language: Language) -> str:
    """Return everything as JSON, version 1."""
    referential = trend.referential
    value = {
        "version": 1,
        "referential": referential.identifier,
        "completeness": referential.completeness,
        "verified_on": referential.verified_on.isoformat(),
        "site": trend.site,
        "every": trend.every,
        "qm": __version__,
        "notices": [language.render(one) for one in (*trend.notices, BY_TODAYS_TEXT)],
        "points": [
            {
                "on": one.on.isoformat(),
                "at": one.at,
                "summary": one.summary,
                **({"ready_share": one.share} if trend.is_rated else {}),
            }
            for one in trend.points
        ],
    }
    return json_page(value)


def svg(trend: Trend, language: Language) -> str:
    """Return the chart with what must be said of it, as a picture that stands alone."""
    told = [said(BY_TODAYS_TEXT, language), said(SELF_ASSESSMENT, language)]
    notes = [*warnings(trend, language), " ".join(told), _origin(trend, language)]
    return stacked_areas(replace(_chart(trend, language), notes=notes))


def _chart(trend: Trend, language: Language) -> Chart:
    """Return the requirements of each status over time, as stacked areas."""
    words, points = status_words(language), trend.points
    first, days = points[0].on, max(1, (points[-1].on - points[0].on).days)
    return Chart(
        title=title(trend, language),
        description=_description(trend, language),
        places=[Place((one.on - first).days / days, language.day(one.on)) for one in points],
        series=[
            Series(words[status][0], *look, [one.summary[status] for one in points])
            for status, look in _LOOKS.items()
            if any(one.summary[status] for one in points)
        ],
    )


def _description(trend: Trend, language: Language) -> str:
    """Return the chart in words: the first and the last counts, and what they are not."""
    first, last = trend.points[0].summary, trend.points[-1].summary
    told = [
        language.pair(word, f"{first[status]} → {last[status]}")
        for status, (word, _) in status_words(language).items()
        if first[status] or last[status]
    ]
    notices = [*warnings(trend, language), said(BY_TODAYS_TEXT, language)]
    parts = [f"{' · '.join(told)}.", *notices, said(SELF_ASSESSMENT, language)]
    return " ".join([*parts, _origin(trend, language)])


def html(trend: Trend, language: Language, draw: Draw = shipped_pages) -> str:
    """Return one page with the chart and the table, that needs no other file."""
    from markupsafe import Markup

    _, chart = language.gettext, stacked_areas(_chart(trend, language))
    values = {
        "language": language.code,
        "organisation": safe(trend.organisation),
        "kind": _("Self-assessment"),
        "first": _("Read this first"),
        "title": title(trend, language),
        "warnings": warnings(trend, language),
        "notes": [said(BY_TODAYS_TEXT, language), said(SELF_ASSESSMENT, language)],
        "chart": Markup(chart),  # noqa: S704 - every text in it is escaped
        "heads": _heads(trend, language),
        "rows": _rows(trend, language),
        "origin": _origin(trend, language),
    }
    return draw(TEMPLATE, [values])[0]


TREND_FORMATS: Mapping[str, Callable[[Trend, Language], str]] = {
    "text": text,
    "json": json_,
    "csv": csv_,
    "svg": svg,
    "html": html,
}
