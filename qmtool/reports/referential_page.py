"""The page of a referential in `qm ref show`: what it is, and its requirements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qmtool.model.assessment import RequirementGap
from qmtool.model.crosswalk import Crosswalk, Related
from qmtool.model.gap import Gap
from qmtool.model.label import Label
from qmtool.model.referential import UNJUDGED, Referential, Requirement, Statement
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.referential_words import (
    COMPLETENESS_WORDS,
    CONFIDENCE_WORDS,
    TYPE_WORDS,
)
from qmtool.reports.terminal import safe

_INDENT = "  "


@dataclass(frozen=True)
class Page:
    """What is known of *referential*, or of its *requirement*; *gap* only in a quality system."""

    referential: Referential
    on: date
    requirement: str = ""
    related: tuple[Related, ...] = ()
    others: Mapping[str, Referential] = field(default_factory=dict)
    crosswalks: tuple[Crosswalk, ...] = ()
    classes: Mapping[str, Label] = field(default_factory=dict)
    activities: Mapping[str, Label] = field(default_factory=dict)
    gap: Gap | None = None

    @property
    def node(self) -> Requirement:
        """Return the requirement that is shown."""
        return self.referential.by_id[self.requirement]

    @property
    def answers(self) -> Mapping[str, RequirementGap]:
        """Return what the documents of the centre answer, by requirement."""
        every = self.gap.requirements if self.gap else ()
        return {one.requirement.identifier: one for one in every}


Block = tuple[str, list[str]]
"""A title and its lines, plain text in one language."""


def said(text: object, language: Language) -> str:
    """Return a text or a label in *language*, safe to show."""
    if isinstance(text, Label):
        return safe(text.of(language.code))
    return safe(language.render(text))


# What it is.


def _facts(page: Page, language: Language) -> Iterator[tuple[Text, str]]:
    """Yield what a referential is, a name and a value at a time."""
    found = page.referential
    yield say("id"), found.identifier
    yield say("type"), _type(found, language)
    yield say("issuer"), safe(found.issuer)
    for name, label in (
        (say("scope"), found.scope),
        (say("concerns"), found.concerns),
        (say("unit"), found.unit),
        (say("legal basis"), found.basis),
        (say("audited by"), found.audited_by),
    ):
        yield name, said(label, language)
    yield (
        say("dates"),
        " · ".join(
            f"{shown_date(one.on, language)} {said(one.what, language)}" for one in found.dates
        ),
    )
    yield say("cycle"), " · ".join(said(one, language) for one in cycle_words(found))
    yield say("grades"), ", ".join(_grades(found, language))
    yield say("replaces"), found.predecessor
    counts = say(
        "{count} requirements ({known})",
        count=len(found.assessable),
        known=COMPLETENESS_WORDS[found.completeness],
    )
    yield say("content"), said(counts, language)
    yield say("compared with its source on"), language.day(found.verified_on)
    yield say("confidence"), said(CONFIDENCE_WORDS[found.confidence], language)
    yield say("copyright"), said(found.copyright, language)
    yield say("source"), safe(found.source)
    yield say("imported"), safe(", ".join(f"{key}: {value}" for key, value in found.origin.items()))


def _type(found: Referential, language: Language) -> str:
    """Return the type of *found*, and whether it binds, where it asks something of a centre."""
    kind = said(TYPE_WORDS[found.type], language)
    if found.type in UNJUDGED:
        return kind
    duty = say("mandatory") if found.mandatory else say("voluntary")
    return f"{kind}, {said(duty, language)}"


def facts_data(found: Referential, language: Language) -> dict[str, Any]:
    """Return what a referential is as plain data, under keys that no language changes."""
    code = language.code
    return {
        "type": found.type,
        "mandatory": found.mandatory,
        "issuer": found.issuer,
        "completeness": found.completeness,
        "verified_on": found.verified_on.isoformat(),
        "superseded_by": found.superseded_by or None,
        "predecessor": found.predecessor or None,
        "extends": found.extends or None,
        "cycle": {
            "validity_months": found.cycle.validity_months,
            "check_months": found.cycle.check_months,
            "first_months": found.cycle.first_months,
        },
        "grades": [
            {
                "id": one.identifier,
                "label": one.label.of(code),
                "blocking": one.blocking,
                "score": one.score,
                "conforms": one.conforms,
            }
            for one in found.grades
        ],
        "dates": [{"date": one.on, "what": one.what.of(code)} for one in found.dates],
        "scope": found.scope.of(code),
        "concerns": found.concerns.of(code),
        "unit": found.unit.of(code),
        "basis": found.basis.of(code),
        "audited_by": found.audited_by.of(code),
        "evaluates": list(found.evaluates),
        "confidence": found.confidence,
        "copyright": found.copyright.of(code),
        "source": found.source,
        "origin": dict(found.origin),
        "statements": [
            {
                "by": one.by.of(code),
                "says": one.says.of(code),
                "on": one.on or None,
                "source": one.source,
            }
            for one in found.statements
        ],
    }


def _grades(found: Referential, language: Language) -> Iterator[str]:
    for grade in found.grades:
        blocks = language.gettext("blocking")
        yield said(grade.label, language) + (f" ({blocks})" if grade.blocking else "")


def cycle_words(found: Referential) -> Iterator[Text | Label]:
    """Yield how long the result of an audit holds, and when it is checked."""
    cycle = found.cycle
    if cycle.validity_months:
        yield say("{months} months", months=cycle.validity_months)
    if cycle.first_months:
        yield say("the first one {months} months", months=cycle.first_months)
    if cycle.check_months:
        yield say("a check every {months} months", months=cycle.check_months)
    if any(cycle.note):
        yield cycle.note


def shown_date(on: str, language: Language) -> str:
    """Return a day, a month or a year as it is written in *language*."""
    parts = on.split("-")
    return "/".join(reversed(parts)) if language.code == "fr" else on


# Its parts.


def referential_blocks(page: Page, language: Language) -> Iterator[Block]:
    """Yield the parts of the page of a referential; a chapter may have no line."""
    found = page.referential
    yield "", [language.pair(name, value) for name, value in _facts(page, language) if value]
    statements = [_statement(one, language) for one in found.statements]
    if statements:
        yield language.gettext("What is said of it"), statements
    names = {found.identifier, found.extends}
    related = [
        f"{one.target if one.source in names else one.source} ({len(one.relations)})"
        for one in page.crosswalks
    ]
    if related:
        yield language.gettext("Related referentials"), related
    yield from _chapters(page, language)


def _chapters(page: Page, language: Language) -> Iterator[Block]:
    """Yield each chapter with what it asks itself, then the lines below it."""
    found = page.referential
    documents = {
        name: len({one.document for one in answer.evidence if one.via == "declared"})
        for name, answer in page.answers.items()
    }
    below: dict[str, list[str]] = {}
    for node in found.nodes:
        lineage = found.lineage(node.identifier)
        if not node.parent:
            asks = said(node.asks, language)
            below.setdefault(node.identifier, []).extend([asks] if asks else [])
        else:
            line = node_line(found, node, language, documents.get(node.identifier, 0))
            below.setdefault(lineage[-1], []).append(_INDENT * (len(lineage) - 2) + line)
    for name, lines in below.items():
        yield node_line(found, found.by_id[name], language, documents.get(name, 0)), lines


def _statement(one: Statement, language: Language) -> str:
    """Return what a body says, as its own words, with its name and the date."""
    by = Text("{by}", (("by", one.by),))
    if one.on:
        by = Text("{by} ({on})", (("by", one.by), ("on", shown_date(one.on, language))))
    return safe(language.pair(by, said(one.says, language)))


def node_line(found: Referential, node: Requirement, language: Language, documents: int = 0) -> str:
    """Return *node* as a line: how it is cited, its title, and how many *documents* name it."""
    doubt = f" [{said(CONFIDENCE_WORDS['low'], language)}]" if node.confidence == "low" else ""
    told = (
        " – " + language.ngettext("{n} document", "{n} documents", documents).format(n=documents)
        if documents
        else ""
    )
    place = said(found.cite(node.identifier), language)
    return f"{place} {said(node.title, language)}{doubt}{told}"
