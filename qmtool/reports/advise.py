"""What `qm advise` prints: which schemes bind or serve the centre, and a table of them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from qmtool.model.applicability import CONCERNED, Advice, Group, is_held
from qmtool.model.gap import SELF_ASSESSMENT
from qmtool.model.settings import Certificate
from qmtool.model.text import say
from qmtool.reports.advise_table import COLUMNS, COMPARED, LENT, row, side_by_side
from qmtool.reports.advise_words import (
    Page,
    certificate_words,
    facts,
    heading,
    headline,
    line,
    profile_lines,
    said,
    statements,
    title,
    why,
)
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import (
    csv_table,
    markdown_table,
    markdown_text,
    terminal_width,
)
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

NARROW, WIDE = 80, 120
NEXT = say("Next: qm ref show ID, or qm gap ID.")


# Text, for a terminal.


def text(page: Page, language: Language) -> str:
    """Return the profile, the schemes by what they are to the centre, and their table."""
    width = min(max(terminal_width(), NARROW), WIDE)
    lines = [headline(page, language)]
    lines += [part for one in profile_lines(page, language) for part in _wrapped(one, width, 2)]
    for group in Group:
        found = page.of(group)
        if found:
            lines += ["", f"{heading(group, language)} ({len(found)})"]
        for one in found:
            lines += _entry(one, page, language, width)
    lines += ["", *side_by_side(page, language, width)]
    for remark in (SELF_ASSESSMENT, NEXT):
        lines += _wrapped(said(remark, language), width, 0)
    return "\n".join(lines) + "\n"


def _entry(one: Advice, page: Page, language: Language, width: int) -> Iterator[str]:
    """Yield the lines of a scheme: few where it does not concern the centre."""
    if not one.concerns:
        short = line(_name(one, language), _in_short(one, page, language), language)
        yield from _wrapped(short, width, 2)
        if one.group is not Group.NONE:
            for statement in statements(one, language):
                yield from _wrapped(statement, width, 4)
        return
    yield ""
    yield from _wrapped(f"{_name(one, language)} – {title(one, language)}", width, 2)
    for fact in facts(one, page, language):
        yield from _wrapped(fact, width, 4)


def _name(one: Advice, language: Language) -> str:
    name = safe(one.referential.identifier)
    adopted = language.gettext("adopted")
    return f"{name} ({adopted})" if one.is_adopted else name


def _in_short(one: Advice, page: Page, language: Language) -> str:
    certificate = one.certificate
    if certificate is None:
        return why(one, language)
    return f"{why(one, language)} ({certificate_words(certificate, page.on, language)})"


def _wrapped(shown: str, width: int, indent: int) -> list[str]:
    rest = " " * (indent + 2) if indent else ""
    return wrapped(shown, width, first=" " * indent, rest=rest)


# Markdown and CSV.


def markdown(page: Page, language: Language) -> str:
    """Return the same as Markdown, for a wiki or a merge request."""
    parts = [f"# {markdown_text(headline(page, language))}\n"]
    parts.append("".join(f"- {markdown_text(one)}\n" for one in profile_lines(page, language)))
    for group in Group:
        found = page.of(group)
        if found:
            parts.append(f"## {markdown_text(heading(group, language))}\n")
            parts.append("".join(_item(one, page, language) for one in found))
    rows = [row(one, page, language) for group in CONCERNED for one in page.of(group)]
    headers = [said(word, language) for word in COLUMNS]
    kept = [n for n, word in enumerate(COLUMNS) if word in COMPARED]
    if rows:
        parts.append(
            markdown_table([headers[n] for n in kept], [[row[n] for n in kept] for row in rows])
        )
    last = (*((LENT,) if page.answered else ()), SELF_ASSESSMENT)
    parts.append(" ".join(markdown_text(said(one, language)) for one in last) + "\n")
    return "\n".join(parts)


def _item(one: Advice, page: Page, language: Language) -> str:
    """Return a scheme as an item of a list, what is known of it below."""
    name = f"- **{markdown_text(_name(one, language))}** – {markdown_text(title(one, language))}\n"
    known = (
        facts(one, page, language)
        if one.concerns
        else (_in_short(one, page, language), *statements(one, language))
    )
    return name + "".join(f"  - {markdown_text(fact)}\n" for fact in known)


def csv_(page: Page, language: Language) -> str:
    """Return one line for every scheme."""
    rows = [row(one, page, language) for group in Group for one in page.of(group)]
    return csv_table([said(word, language) for word in COLUMNS], rows)


# JSON, for programs.


def json_(page: Page, language: Language) -> str:
    """Return the advice as JSON, version 1."""
    settings = page.settings
    value = {
        "version": 1,
        "on": page.on.isoformat(),
        "site": page.site or None,
        "profile": {
            "type": settings.organisation_type or None,
            "interventional_level": settings.interventional_level,
            "sites": [
                {
                    "id": one.identifier or None,
                    "activities": one.activities,
                    "modalities": one.modalities,
                }
                for one in settings.sites
            ],
            "certificates": [
                {"referential": one.referential, **_certificate(one, page)}
                for one in settings.certificates
            ],
        },
        "schemes": [_scheme(one, page, language) for one in page.advice],
    }
    return json_page(value)


def _certificate(one: Certificate, page: Page) -> dict[str, Any]:
    return {
        "by": one.by or None,
        "since": one.since.isoformat() if one.since else None,
        "until": one.until.isoformat() if one.until else None,
        "held": is_held(one, page.on),
    }


def _scheme(one: Advice, page: Page, language: Language) -> dict[str, Any]:
    """Return what there is to know of a scheme."""
    found, rule, code = one.referential, one.rule, language.code
    return {
        "id": found.identifier,
        "title": found.title.of(code),
        "type": found.type,
        "group": one.group,
        "level": rule.level,
        "to_confirm": one.lacks,
        "otherwise": one.otherwise,
        "why": why(one, language),
        "by": rule.by.of(code) or None,
        "since": rule.since or None,
        "confidence": rule.confidence,
        "source": rule.source or None,
        "statements": [
            {
                "by": told.by.of(code),
                "on": told.on or None,
                "says": told.says.of(code),
                "source": told.source or None,
            }
            for told in found.statements
        ],
        "evaluates": found.evaluates,
        "unit": found.unit.of(code) or None,
        "audited_by": found.audited_by.of(code) or None,
        "cycle": {
            "validity_months": found.cycle.validity_months,
            "check_months": found.cycle.check_months,
            "first_months": found.cycle.first_months,
            "note": found.cycle.note.of(code) or None,
        },
        "completeness": found.completeness,
        "requirements": len(found.assessable),
        "verified_on": found.verified_on.isoformat(),
        "stale": found.is_stale(page.on),
        "superseded_by": found.superseded_by or None,
        "extends": found.extends or None,
        "own": one.is_own,
        "adopted": one.is_adopted,
        "certificate": _certificate(one.certificate, page) if one.certificate else None,
        "answered": page.answered.get(found.identifier),
    }


ADVISE_FORMATS: Mapping[str, Callable[[Page, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
