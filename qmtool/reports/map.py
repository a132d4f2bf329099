"""What `qm map` prints: the processes, or the interested parties, as a picture or as a list."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qmtool import __version__
from qmtool.model.process_map import FAMILIES, PartyMap, ProcessMap, Proximity
from qmtool.model.text import listing, say
from qmtool.reports.gap_view import said
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.map_parties import PROXIMITY_WORDS, party_picture
from qmtool.reports.map_processes import FAMILY_WORDS, process_picture
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.standing_words import source
from qmtool.reports.table import page_width, terminal_width, text_table, wrapped_table
from qmtool.reports.terminal import safe

TEMPLATE = "_reports/map.html.j2"


def process_title(found: ProcessMap, language: Language) -> str:
    """Return the title of the map of the processes."""
    return said(say("Process map on {day}", day=found.on), language)


def party_title(found: PartyMap, language: Language) -> str:
    """Return the title of the map of the parties."""
    return said(say("Interested parties on {day}", day=found.on), language)


# Processes


def _process_heads(language: Language) -> list[str]:
    _ = language.gettext
    return [_("code"), _("process"), _("owner"), _("in force"), _("late reviews")]


def _process_tables(found: ProcessMap, language: Language) -> Iterator[tuple[str, list[list[str]]]]:
    """Yield the rows of each family, with its name."""
    for family in (*FAMILIES, ""):
        boxes = found.of(family)
        if boxes or family:
            yield (
                said(FAMILY_WORDS[family], language),
                [
                    [one.code, one.title, one.owner or "–", str(one.in_force), str(one.overdue)]
                    for one in boxes
                ],
            )


def process_text(found: ProcessMap, language: Language) -> str:
    """Return the processes by family."""
    lines = [process_title(found, language), ""]
    for name, rows in _process_tables(found, language):
        table = text_table(_process_heads(language), rows, terminal_width(), 1) if rows else "–\n"
        lines += [name, table]
    return "\n".join([*lines, *process_notes(found, language)]).rstrip("\n") + "\n"


def process_notes(found: ProcessMap, language: Language) -> list[str]:
    """Return what the map does not show."""
    told = []
    if not found.boxes:
        told.append(say("qm.yaml names no process: add them under processes:"))
    if found.outside:
        told.append(say("documents in force outside of these processes: {n}", n=found.outside))
    return [said(one, language) for one in told]


def process_json(found: ProcessMap, language: Language) -> str:
    """Return the processes as JSON, version 1; *language* changes nothing in it."""
    del language
    return json_page(
        {
            "version": 1,
            "map": "processes",
            "on": str(found.on),
            "at": found.at,
            "qm": __version__,
            "processes": [
                {
                    "id": one.identifier,
                    "code": one.code,
                    "title": one.title,
                    "type": one.family or None,
                    "owner": one.owner or None,
                    "in_force": one.in_force,
                    "late_reviews": one.overdue,
                }
                for one in found.boxes
            ],
            "outside": found.outside,
        }
    )


def process_svg(found: ProcessMap, language: Language) -> str:
    """Return the map of the processes as a picture that stands alone."""
    return process_picture(found, language, process_title(found, language))


def process_html(found: ProcessMap, language: Language, draw: Draw = shipped_pages) -> str:
    """Return the map of the processes as a page that needs no other file."""
    groups = [
        {"name": name, "look": "", "heads": _process_heads(language), "rows": _safe(rows)}
        for name, rows in _process_tables(found, language)
    ]
    return _page(
        found,
        language,
        draw,
        title=process_title(found, language),
        kind=language.gettext("Process map"),
        chart=process_picture(found, language, process_title(found, language), alone=False),
        groups=groups,
        notes=process_notes(found, language),
    )


# Interested parties


def _party_heads(language: Language) -> list[str]:
    _ = language.gettext
    heads = [_("no."), _("party"), _("category"), _("expectations"), _("risks")]
    return [*heads, _("opportunities")]


def _party_tables(
    found: PartyMap, language: Language
) -> Iterator[tuple[Proximity, str, list[list[str]]]]:
    """Yield the rows of each proximity, with its name."""
    for proximity in Proximity:
        parties = found.of(proximity)
        if parties or proximity:
            yield (
                proximity,
                said(PROXIMITY_WORDS[proximity], language),
                [
                    [
                        str(found.numbers[one.document.path]),
                        one.document.title or one.document.name,
                        one.category.of(language.code),
                        listing(one.expectations),
                        listing(one.risks),
                        listing(one.opportunities),
                    ]
                    for one in parties
                ],
            )


def party_text(found: PartyMap, language: Language) -> str:
    """Return the parties by proximity, with what they expect and their risks."""
    lines = [party_title(found, language), ""]
    for _proximity, name, rows in _party_tables(found, language):
        lines.append(f"{name} ({len(rows)})")
        for number, title, category, expectations, risks, _opportunities in rows:
            told = [
                language.pair(word, held)
                for word, held in (
                    (say("expectations"), expectations),
                    (say("risks"), risks),
                )
                if held
            ]
            shown = " – ".join([f"{title} ({category})" if category else title, *told])
            lines += wrapped_table([[f"{number:>4}", shown]], page_width())
        lines.append("")
    return "\n".join([*lines, *party_notes(found, language)]).rstrip("\n") + "\n"


def party_notes(found: PartyMap, language: Language) -> list[str]:
    """Return what the map does not show."""
    if found.parties:
        return []
    return [
        language.gettext("No interested party. To write one down, type: qm log interested-party")
    ]


def party_json(found: PartyMap, language: Language) -> str:
    """Return the parties as JSON, version 1; *language* changes nothing in it."""
    del language
    return json_page(
        {
            "version": 1,
            "map": "interested-parties",
            "on": str(found.on),
            "at": found.at,
            "qm": __version__,
            "parties": [
                {
                    "id": one.document.name,
                    "number": found.numbers[one.document.path],
                    "title": one.document.title,
                    "path": safe(one.document.path),
                    "category": one.document.values.get("category"),
                    "proximity": one.proximity.value or None,
                    "assessed": one.proximity in (Proximity.STRONG, Proximity.MEDIUM),
                    "expectations": list(one.expectations),
                    "risks": list(one.risks),
                    "opportunities": list(one.opportunities),
                    "late": one.is_late,
                }
                for one in found.parties
            ],
        }
    )


def party_svg(found: PartyMap, language: Language) -> str:
    """Return the map of the parties as a picture that stands alone."""
    return party_picture(found, language, party_title(found, language))


def party_html(found: PartyMap, language: Language, draw: Draw = shipped_pages) -> str:
    """Return the map of the parties as a page that needs no other file."""
    groups = [
        {
            "name": f"{name} ({len(rows)})",
            "look": f"p-{proximity.value or 'unknown'}",
            "heads": _party_heads(language),
            "rows": _safe(rows),
        }
        for proximity, name, rows in _party_tables(found, language)
    ]
    return _page(
        found,
        language,
        draw,
        title=party_title(found, language),
        kind=language.gettext("Interested parties"),
        chart=party_picture(found, language, party_title(found, language), alone=False),
        groups=groups,
        notes=party_notes(found, language),
    )


def _safe(rows: list[list[str]]) -> list[list[str]]:
    return [[safe(cell) for cell in row] for row in rows]


def _page(
    found: ProcessMap | PartyMap, language: Language, draw: Draw, *, chart: str, **values: Any
) -> str:
    from markupsafe import Markup

    made = say(
        "Made by qm {version} on {day} from: {at}",
        version=__version__,
        day=found.on,
        at=source(found.at, language),
    )
    common = {
        "language": language.code,
        "organisation": safe(found.centre),
        "chart": Markup(chart),  # noqa: S704 - every text in it is escaped
        "origin": said(made, language),
    }
    return draw(TEMPLATE, [{**common, **values}])[0]


PROCESS_FORMATS: Mapping[str, Callable[[ProcessMap, Language], str]] = {
    "text": process_text,
    "json": process_json,
    "html": process_html,
    "svg": process_svg,
}

PARTY_FORMATS: Mapping[str, Callable[[PartyMap, Language], str]] = {
    "text": party_text,
    "json": party_json,
    "html": party_html,
    "svg": party_svg,
}
