"""What `qm gap --on` tells of a day to come: what will have lapsed, and when to begin."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from qmtool.model.assessment import Status
from qmtool.model.forecast import Forecast, LapseKind
from qmtool.model.gap import Gap
from qmtool.model.text import Text, say
from qmtool.reports.gap_view import printed_id, said, status_words
from qmtool.reports.language import Language
from qmtool.reports.standing_words import json_page
from qmtool.reports.table import markdown_table, markdown_text, page_width, wrapped_table
from qmtool.reports.terminal import safe

_WHAT: Mapping[LapseKind, Text] = {
    LapseKind.REVIEW: say("review due"),
    LapseKind.RECORD: say("record too old"),
}


@dataclass(frozen=True)
class Page:
    """A gap on a day to come, and what lapses from the day *since* until then."""

    gap: Gap
    since: date
    lapses: Sequence[Forecast]


def title(page: Page, language: Language) -> str:
    """Return the title of what will have lapsed."""
    return said(
        say("What will have lapsed by {day}, seen from {today}", day=page.gap.on, today=page.since),
        language,
    )


def rows(page: Page, language: Language) -> list[list[str]]:
    """Return a row for each document that lapses: when, when to start, and what for."""
    found: dict[tuple[date, str, str, LapseKind], list[Forecast]] = {}
    for one in page.lapses:
        key = (one.lapses_on, one.document, one.version or "", one.kind)
        found.setdefault(key, []).append(one)
    return [
        [
            language.day(day),
            language.day(min(one.start_by for one in lapses)),
            safe(" ".join(filter(None, (document, version and f"v{version}")))),
            said(_WHAT[kind], language),
            ", ".join(_requirement(one, page, language) for one in lapses),
        ]
        for (day, document, version, kind), lapses in found.items()
    ]


def _requirement(one: Forecast, page: Page, language: Language) -> str:
    """Return the id of a requirement, and its two statuses where they differ."""
    referential = page.gap.referential
    node = referential.by_id[one.requirement.removeprefix(f"{referential.identifier}:")]
    shown = printed_id(referential, node, language)
    if one.now is one.then:
        return shown
    words: Mapping[Status, tuple[str, str]] = status_words(language)
    return f"{shown} ({words[one.now][0]} → {words[one.then][0]})"


def heads(language: Language) -> list[str]:
    """Return the heads of the columns of `rows`."""
    _ = language.gettext
    return [_("Lapses on"), _("Start by"), _("Document"), _("What"), _("Requirements")]


def after_text(page: Page, language: Language, shown: str) -> str:
    """Return *shown*, the gap as text, and below it what will have lapsed."""
    found = rows(page, language)
    lines = wrapped_table(found, page_width(), heads(language)) if found else [_nothing(language)]
    head = language.pair(title(page, language), "").rstrip()
    return "\n".join([shown, head, *(f"  {line}" for line in lines)]) + "\n"


def after_markdown(page: Page, language: Language, shown: str) -> str:
    """Return *shown*, the gap as Markdown, and below it what will have lapsed."""
    found = rows(page, language)
    table = markdown_table(heads(language), found) if found else f"{_nothing(language)}\n"
    return f"{shown}\n## {markdown_text(title(page, language))}\n\n{table}"


def _nothing(language: Language) -> str:
    return language.gettext("Nothing that counts today lapses by then.")


def in_json(page: Page, language: Language, shown: str) -> str:
    """Return *shown*, the gap as JSON, with `lapses` and the day that they are seen from."""
    import json

    del language
    value: dict[str, Any] = json.loads(shown)
    value["lapses_from"] = page.since.isoformat()
    value["lapses"] = [
        {
            "requirement": one.requirement,
            "document": one.document,
            "path": one.path,
            "version": one.version,
            "kind": one.kind,
            "lapses_on": one.lapses_on.isoformat(),
            "start_by": one.start_by.isoformat(),
            "status_now": one.now,
            "status_then": one.then,
        }
        for one in page.lapses
    ]
    return json_page(value)


FORECAST_FORMATS: Mapping[str, Callable[[Page, Language, str], str]] = {
    "text": after_text,
    "json": in_json,
    "markdown": after_markdown,
}
"""How what lapses is told with the gap, in the formats that tell it."""
