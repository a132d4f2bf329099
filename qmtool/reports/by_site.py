"""What `qm gap --by-site` prints: a line per site and entity, and which sites to see."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from qmtool import __version__
from qmtool.model.gap import SELF_ASSESSMENT, Gap
from qmtool.model.sampling_plan import BASIS, Sites, Stop
from qmtool.model.text import Text, say
from qmtool.reports.gap_view import said
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.standing_words import (
    counts,
    origin_of,
    percent,
    short_title,
    status_heads,
)
from qmtool.reports.table import fitted_table, markdown_table, markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

_WORST = say("A legal entity is as ready as its worst applicable site.")
_CONVENTION = (
    say(
        "Custom: this plan is a convention of qm, the square root of the number of sites, rounded "
        "up. The usual source of such rules is IAF MD 1, which qm does not hold: read it, and ask "
        "the body that audits."
    ),
    say(
        "qm.yaml does not say where the central function is: its first site is taken for it and "
        "seen first; then come the sites where most is missing, and where more is done."
    ),
)


@dataclass(frozen=True)
class Page:
    """The gaps by site, and the sampling plan if it is wanted."""

    found: Sites
    plan: tuple[Stop, ...] | None = None


def text(page: Page, language: Language) -> str:
    """Return the table of the sites, and the plan below it."""
    width, whole = page_width(), page.found.whole
    lines = [line for one in _warnings(page, language) for line in wrapped(one, width)]
    lines += [*wrapped(_title(whole, language), width), ""]
    lines.append(fitted_table(_heads(page, language), _rows(page, language), width, shrink=0))
    lines += wrapped(f"{said(_WORST, language)} {said(SELF_ASSESSMENT, language)}", width)
    if page.plan is not None:
        lines += ["", language.pair(_plan_title(page, language), "").rstrip()]
        lines += [f"  {n}. {_stop(one, language)}" for n, one in enumerate(page.plan, start=1)]
        lines += [line for one in _CONVENTION for line in wrapped(said(one, language), width)]
    lines += ["", *wrapped(origin_of(whole, language), width)]
    return "\n".join(lines) + "\n"


def _warnings(page: Page, language: Language) -> list[str]:
    notices = page.found.whole.notices
    return [said(one, language) for one in notices if one != SELF_ASSESSMENT]


def _title(whole: Gap, language: Language) -> str:
    name = short_title(whole.referential, language)
    return said(say("{name} on {day}, by site", name=name, day=whole.on), language)


def _is_rated(page: Page) -> bool:
    return page.found.whole.ready_share() is not None


def _heads(page: Page, language: Language) -> list[str]:
    rated = [language.gettext("Ready share")] if _is_rated(page) else []
    return [language.gettext("Site"), *status_heads(language), *rated]


def _rows(page: Page, language: Language) -> list[list[str]]:
    sites = [(safe(site.identifier), one) for site, one in page.found.sites]
    entities = [(_entity(name, page, language), one) for name, one in page.found.entities]
    return [
        [name, *counts(one.summary), *([percent(one.ready_share())] if _is_rated(page) else [])]
        for name, one in (*sites, *entities)
    ]


def _entity(name: str, page: Page, language: Language) -> str:
    if name:
        return said(say("Legal entity {name}", name=name), language)
    if len(page.found.entities) > 1:
        return language.gettext("All legal entities")
    return language.gettext("Legal entity")


def _plan_title(page: Page, language: Language) -> str:
    assert page.plan is not None  # there is a plan to give a title to
    return said(
        say("Sites to see: {count} of {all}", count=len(page.plan), all=len(page.found.sites)),
        language,
    )


def _stop(one: Stop, language: Language) -> str:
    why: Text = say(
        "{site}: missing there: {missing}; activities and modalities: {activities}",
        site=one.site.identifier,
        missing=one.missing,
        activities=one.activities,
    )
    if one.is_first:
        why = say("{why} (central function)", why=why)
    return said(why, language)


def markdown(page: Page, language: Language) -> str:
    """Return the table of the sites and the plan as a page."""
    whole = page.found.whole
    parts = [f"# {markdown_text(_title(whole, language))}\n"]
    parts += [f"> {markdown_text(one)}\n" for one in _warnings(page, language)]
    parts.append(markdown_table(_heads(page, language), _rows(page, language)))
    parts.append(f"{said(_WORST, language)} {said(SELF_ASSESSMENT, language)}\n")
    if page.plan is not None:
        parts.append(f"## {_plan_title(page, language)}\n")
        stops = (markdown_text(_stop(one, language)) for one in page.plan)
        parts.append("".join(f"{n}. {one}\n" for n, one in enumerate(stops, start=1)))
        parts += [f"{markdown_text(said(one, language))}\n" for one in _CONVENTION]
    return "\n".join([*parts, f"{markdown_text(origin_of(whole, language))}\n"])


def json_(page: Page, language: Language) -> str:
    """Return everything as JSON, version 1."""
    whole = page.found.whole
    value: dict[str, Any] = {
        "version": 1,
        "referential": whole.referential.identifier,
        "on": whole.on.isoformat(),
        "at": whole.at,
        "completeness": whole.referential.completeness,
        "verified_on": whole.referential.verified_on.isoformat(),
        "qm": __version__,
        "notices": [language.render(one) for one in whole.notices],
        "sites": [
            {"site": site.identifier, "entity": site.entity or None, **_sums(one)}
            for site, one in page.found.sites
        ],
        "entities": [{"entity": name or None, **_sums(one)} for name, one in page.found.entities],
    }
    if page.plan is not None:
        value["sampling"] = {
            "basis": BASIS,
            "note": " ".join(language.render(one) for one in _CONVENTION),
            "sites": [
                {
                    "site": one.site.identifier,
                    "central_function": one.is_first,
                    "missing": one.missing,
                    "activities": one.activities,
                }
                for one in page.plan
            ],
        }
    return json_page(value)


def _sums(one: Gap) -> dict[str, Any]:
    return {"summary": one.summary, "ready_share": one.ready_share()}


SITE_FORMATS: Mapping[str, Callable[[Page, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
