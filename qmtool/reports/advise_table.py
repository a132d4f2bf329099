"""The schemes side by side: what they look at, who audits, how often, how much they ask."""

import textwrap
from collections.abc import Iterator, Sequence

from qmtool.model.applicability import CONCERNED, Advice
from qmtool.model.assessment import Status
from qmtool.model.referential import Cycle
from qmtool.model.text import say
from qmtool.reports.advise_words import (
    EVALUATES_WORDS,
    GROUP_WORDS,
    Page,
    certificate_words,
    doubt,
    heading,
    said,
    since,
    why,
)
from qmtool.reports.language import Language
from qmtool.reports.referential_words import COMPLETENESS_WORDS, CONFIDENCE_WORDS
from qmtool.reports.table import text_table, width_of
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

AUDITOR_LINES = 3
"""How many lines of the table say who audits; the other formats have the whole sentence."""

LENT = say(
    "Answered: the requirements that qm gap calls ready + partial. What a crosswalk lends is not "
    "counted."
)
DOUBTFUL = say("?: to confirm, since neither qm.yaml nor the options say enough.")


# In a terminal.


def side_by_side(page: Page, language: Language, width: int) -> Iterator[str]:
    """Yield the lines of the table of what concerns the centre, and of how to read it."""
    every = [(group, one) for group in CONCERNED for one in page.of(group)]
    if not every:
        return
    cells = [_cells(one, page, language) for _, one in every]
    headers = [said(word, language) for word in _HEADERS]
    if not page.answered:
        headers, cells = headers[:-1], [row[:-1] for row in cells]
    room = width - sum(
        max(width_of(row[n]) for row in (headers, *cells)) + 2
        for n in range(len(headers))
        if n != 2
    )
    blocks = [_block(row, max(room, 10)) for row in cells]
    lines = iter(
        text_table(headers, [row for block in blocks for row in block], width).splitlines()
    )
    yield next(lines)
    yield next(lines)
    before = None
    for (group, _), block in zip(every, blocks, strict=True):
        if group is not before:
            yield heading(group, language)
        before = group
        for _row in block:
            yield next(lines)
    yield ""
    remarks = [*_LEGEND, *[LENT] * bool(page.answered)]
    remarks += [DOUBTFUL] * any(one.lacks for _, one in every)
    for remark in remarks:
        yield from wrapped(said(remark, language), width)


_HEADERS = (
    say("scheme"),
    say("looks at"),
    say("audited by"),
    say("cycle"),
    say("asks"),
    say("answered"),
)

_LEGEND = (
    say("Looks at: S structure, P processes, C clinical practice, R risks."),
    say("Cycle: months from one full audit to the next (first→next), and /months between checks."),
    say("Asks: how many requirements; in brackets, lines that qm knows of a scheme known in part."),
)


def _cells(one: Advice, page: Page, language: Language) -> list[str]:
    found = one.referential
    doubtful = " ?" if one.lacks else ""
    letters = (
        letter if key in found.evaluates else "-" for key, (letter, _) in EVALUATES_WORDS.items()
    )
    counts = page.answered.get(found.identifier)
    return [
        safe(found.identifier) + doubtful,
        "".join(letters) if found.evaluates else "",
        said(found.audited_by, language),
        _cycle(found.cycle),
        _asks(one),
        f"{counts[Status.READY]} + {counts[Status.PARTIAL]}" if counts else "",
    ]


def _cycle(cycle: Cycle) -> str:
    """Return the months of *cycle* in few characters: `12→48/12`."""
    first = f"{cycle.first_months}→" if cycle.first_months else ""
    check = f"/{cycle.check_months}" if cycle.check_months else ""
    return f"{first}{cycle.validity_months or ''}{check}"


def _asks(one: Advice) -> str:
    count = len(one.referential.assessable)
    return str(count) if one.referential.completeness == "full" else f"({count})"


def _block(row: Sequence[str], room: int) -> list[list[str]]:
    """Return *row* as rows of a table, who audits wrapped to *room* columns."""
    parts = textwrap.wrap(row[2], room, max_lines=AUDITOR_LINES, placeholder=" …") or [""]
    first = [*row[:2], parts[0], *row[3:]]
    return [first, *(["", "", part, *[""] * (len(row) - 3)] for part in parts[1:])]


# In Markdown and CSV.


COMPARED = (
    say("scheme"),
    say("level"),
    say("looks at"),
    say("audited by"),
    say("validity in months"),
    say("check in months"),
    say("requirements"),
    say("known"),
    say("ready"),
    say("partial"),
)
"""The columns of the table in Markdown."""

COLUMNS = (
    *COMPARED[:2],
    say("to confirm"),
    say("adopted"),
    say("certificate"),
    say("why"),
    say("by"),
    say("since"),
    say("confidence"),
    say("source"),
    *COMPARED[2:],
)


def row(one: Advice, page: Page, language: Language) -> list[str]:
    """Return the cells of a scheme under `COLUMNS`."""
    found, rule = one.referential, one.rule
    counts = page.answered.get(found.identifier)
    certificate = one.certificate
    return [
        safe(found.identifier),
        said(GROUP_WORDS[one.group], language),
        doubt(one, language),
        language.gettext("yes") if one.is_adopted else "",
        certificate_words(certificate, page.on, language) if certificate else "",
        why(one, language),
        said(rule.by, language),
        since(one, page.on, language),
        said(CONFIDENCE_WORDS[rule.confidence], language),
        safe(rule.source),
        ", ".join(said(EVALUATES_WORDS[key][1], language) for key in found.evaluates),
        said(found.audited_by, language),
        str(found.cycle.validity_months or ""),
        str(found.cycle.check_months or ""),
        _asks(one),
        said(COMPLETENESS_WORDS[found.completeness], language),
        str(counts[Status.READY]) if counts else "",
        str(counts[Status.PARTIAL]) if counts else "",
    ]
