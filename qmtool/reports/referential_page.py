"""What `qm ref show` prints: a referential, or one of its requirements."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qmtool.model.crosswalk import Crosswalk, Loan, Related, Relation, loan
from qmtool.model.evidence import Evidence
from qmtool.model.gap import Gap, notices_about
from qmtool.model.label import LANGUAGES, Label
from qmtool.model.referential import Referential, Requirement, Statement
from qmtool.model.text import Text, listing, say
from qmtool.reports.gap_view import state_words
from qmtool.reports.language import Language
from qmtool.reports.referential_words import (
    COMPLETENESS_WORDS,
    CONFIDENCE_WORDS,
    RELATION_WORDS,
    TYPE_WORDS,
)
from qmtool.reports.table import markdown_text
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

WIDTH = 100
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
    def evidence(self) -> tuple[Evidence, ...]:
        """Return the declarations of the centre's documents about it."""
        every = self.gap.requirements if self.gap else ()
        found = {one.requirement.identifier: one.evidence for one in every}
        return found.get(self.requirement, ())


Block = tuple[str, list[str]]
"""A title and its lines, plain text in one language."""


def _said(text: object, language: Language) -> str:
    if isinstance(text, Label):
        return safe(text.of(language.code))
    return safe(language.render(text))


# A referential.


def _facts(page: Page, language: Language) -> Iterator[tuple[Text, str]]:
    """Yield what a referential is, a name and a value at a time."""
    found = page.referential
    yield say("id"), found.identifier
    kind = _said(TYPE_WORDS[found.type], language)
    duty = say("mandatory") if found.mandatory else say("voluntary")
    yield say("type"), f"{kind}, {_said(duty, language)}"
    yield say("issuer"), safe(found.issuer)
    for name, label in (
        (say("scope"), found.scope),
        (say("concerns"), found.concerns),
        (say("unit"), found.unit),
        (say("legal basis"), found.basis),
        (say("audited by"), found.audited_by),
    ):
        yield name, _said(label, language)
    yield (
        say("dates"),
        " · ".join(
            f"{shown_date(one.on, language)} {_said(one.what, language)}" for one in found.dates
        ),
    )
    yield say("cycle"), " · ".join(_said(one, language) for one in cycle_words(found))
    yield say("grades"), ", ".join(_grades(found, language))
    yield say("replaces"), found.predecessor
    counts = say(
        "{count} requirements ({known})",
        count=len(found.assessable),
        known=COMPLETENESS_WORDS[found.completeness],
    )
    yield say("content"), _said(counts, language)
    yield say("compared with its source on"), language.day(found.verified_on)
    yield say("confidence"), _said(CONFIDENCE_WORDS[found.confidence], language)
    yield say("copyright"), _said(found.copyright, language)
    yield say("source"), safe(found.source)
    yield say("imported"), safe(", ".join(f"{key}: {value}" for key, value in found.origin.items()))


def _grades(found: Referential, language: Language) -> Iterator[str]:
    for grade in found.grades:
        blocks = language.gettext("blocking")
        yield _said(grade.label, language) + (f" ({blocks})" if grade.blocking else "")


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


def _referential_blocks(page: Page, language: Language) -> Iterator[Block]:
    """Yield the parts of the page of a referential."""
    found = page.referential
    yield (
        "",
        [language.pair(name, value) for name, value in _facts(page, language) if value],
    )
    statements = [_statement(one, language) for one in found.statements]
    yield language.gettext("What is said of it"), statements
    yield (
        language.gettext("Related referentials"),
        [
            f"{one.target if one.source == found.identifier else one.source} ({len(one.relations)})"
            for one in page.crosswalks
        ],
    )
    answered = (
        {one.requirement.identifier: len(one.evidence) for one in page.gap.requirements}
        if page.gap
        else {}
    )
    for chapter in (node for node in found.nodes if not node.parent):
        lines = [
            _line(found, node, answered.get(node.identifier, 0), language)
            for node in _inside(found, chapter)
        ]
        yield (
            f"{_said(found.cite(chapter.identifier), language)} {_said(chapter.title, language)}",
            lines,
        )


def _statement(one: Statement, language: Language) -> str:
    """Return what a body says, as its own words, with its name and the date."""
    by = Text("{by}", (("by", one.by),))
    if one.on:
        by = Text("{by} ({on})", (("by", one.by), ("on", shown_date(one.on, language))))
    return safe(language.pair(by, _said(one.says, language)))


def _inside(found: Referential, chapter: Requirement) -> Iterator[Requirement]:
    for node in found.nodes:
        if node.parent and found.lineage(node.identifier)[-1] == chapter.identifier:
            yield node


def _line(found: Referential, node: Requirement, answers: int, language: Language) -> str:
    """Return the line of *node* in the list of its chapter."""
    depth = len(found.lineage(node.identifier)) - 2
    doubt = f" [{_said(CONFIDENCE_WORDS['low'], language)}]" if node.confidence == "low" else ""
    told = (
        " – " + language.ngettext("{n} document", "{n} documents", answers).format(n=answers)
        if answers
        else ""
    )
    return f"{_INDENT * depth}{safe(node.identifier)} {_said(node.title, language)}{doubt}{told}"


# A requirement.


def _requirement_blocks(page: Page, language: Language) -> Iterator[Block]:
    """Yield the parts of the page of a requirement."""
    node, found = page.node, page.referential
    yield "", [f"{found.identifier}:{node.identifier}", _said(_place(found, node), language)]
    yield language.gettext("What it asks"), [_said(node.asks, language)] if any(node.asks) else []
    if node.assessable:
        yield (
            language.gettext("What evidence"),
            [
                language.pair(name, value)
                for name, value in _evidence_asked(page, language)
                if value
            ],
        )
    else:
        below = [
            f"{one.identifier} {_said(one.title, language)}" for one in found.below(node.identifier)
        ]
        yield language.gettext("It groups, and cannot be cited itself"), below
    yield language.gettext("What relates"), [_relation(page, one, language) for one in page.related]
    if page.gap is not None and node.assessable:
        nobody = language.gettext(
            "none: name it under satisfies: in the front matter of a document"
        )
        yield (
            language.gettext("Which documents of this centre answer"),
            [_answer(one, language) for one in page.evidence] or [nobody],
        )
    yield (
        language.gettext("How sure"),
        [
            f"{_said(CONFIDENCE_WORDS[node.confidence], language)}"
            + (f" – {safe(node.source)}" if node.source else "")
        ],
    )


def _place(found: Referential, node: Requirement) -> Text:
    """Return under which titles *node* stands, by their numbers."""
    above = [found.by_id[one].title for one in reversed(found.lineage(node.identifier)[1:])]
    name = Label(*(one.partition(" — ")[0] for one in found.title))
    chain = Label(*(" > ".join(one.of(code) for one in above) for code in LANGUAGES))
    here = found.cite(node.identifier)
    if not above:
        return say("{name}, {place}", name=name, place=here)
    return say("{name}, {place} ({above})", name=name, place=here, above=chain)


def _evidence_asked(page: Page, language: Language) -> Iterator[tuple[Text, str]]:
    node = page.node
    anything = language.gettext("any document in force")
    yield say("described by"), _classes(page, node.described_by, language) or anything
    nothing = language.gettext("no record is demanded")
    yield say("proven by"), _classes(page, node.proven_by, language) or nothing
    yield say("usually seen"), _classes(page, node.usual, language)
    yield say("in practice"), _said(node.note, language)
    if node.proven_by or node.fresh_months:
        yield (
            say("a record counts for"),
            _said(
                say("{months} months", months=node.fresh_months)
                if node.fresh_months
                else say("12 months, since it is on event or continuous"),
                language,
            ),
        )
    named = (*node.applies.activities, *node.applies.modalities)
    yield (
        say("only for"),
        ", ".join(_said(page.activities.get(one, one), language) for one in named),
    )
    yield say("organisations"), listing(node.applies.entities)
    yield say("text"), safe(node.reference)


def _classes(page: Page, codes: Iterable[str], language: Language) -> str:
    return ", ".join(f"{_said(page.classes.get(code, code), language)} ({code})" for code in codes)


def _relation(page: Page, one: Related, language: Language) -> str:
    """Return the line of a relation: what it leads to, of which sort, and what it is worth."""
    other = page.others[one.other]
    ends = [
        f"{one.other}:{end} {_title(other, end, language)}".rstrip() for end in one.relation.target
    ]
    told = [
        _said(RELATION_WORDS[one.relation.kind], language),
        _worth(page, one.relation, other, language),
    ]
    if one.relation.confidence != "high":
        told.append(
            language.gettext("confidence: {level}").format(
                level=_said(CONFIDENCE_WORDS[one.relation.confidence], language)
            )
        )
    if any(one.relation.note):
        told.append(_said(one.relation.note, language))
    return f"{' + '.join(ends)} – {' · '.join(told)}"


def _title(other: Referential, end: str, language: Language) -> str:
    node = other.by_id.get(end)
    return _said(node.title, language) if node else ""


def _worth(page: Page, relation: Relation, other: Referential, language: Language) -> str:
    lends = loan(relation, other, page.referential) is Loan.LENT
    return language.gettext("its evidence is lent") if lends else language.gettext("only suggests")


def _answer(one: Evidence, language: Language) -> str:
    version = f" v{one.version}" if one.version else ""
    section = f", {one.section}" if one.section else ""
    state = state_words(language)[one.state]
    return safe(f"{one.document}{version} ({state}) – {one.path}:{one.line}{section}")


# The formats.


def _title_of(page: Page, language: Language) -> str:
    return _said(page.node.title if page.requirement else page.referential.title, language)


def _blocks(page: Page, language: Language) -> list[Block]:
    blocks = _requirement_blocks if page.requirement else _referential_blocks
    return [block for block in blocks(page, language) if block[1]]


def text(page: Page, language: Language, width: int = WIDTH) -> str:
    """Return the page for a terminal: what warns comes first."""
    lines = [_said(one, language) for one in notices_about(page.referential, page.on)]
    lines = [part for line in lines for part in wrapped(f"! {line}", width)]
    lines += [""] if lines else []
    lines += wrapped(_title_of(page, language), width)
    for title, content in _blocks(page, language):
        if title:
            lines += ["", title]
        for one in content:
            deep = len(one) - len(one.lstrip())
            first = " " * (deep + (2 if title else 0))
            lines += wrapped(one.strip(), width, first=first, rest=" " * (deep + 6))
    return "\n".join(lines) + "\n"


def markdown(page: Page, language: Language) -> str:
    """Return the page as Markdown."""
    lines = [f"# {markdown_text(_title_of(page, language))}", ""]
    lines += [
        f"> {markdown_text(_said(one, language))}\n"
        for one in notices_about(page.referential, page.on)
    ]
    for title, content in _blocks(page, language):
        lines += [f"## {markdown_text(title)}", ""] if title else []
        lines += [
            f"{' ' * (len(one) - len(one.lstrip()))}- {markdown_text(one.strip())}"
            for one in content
        ]
        lines.append("")
    return "\n".join(lines)


def json_(page: Page, language: Language) -> str:
    """Return the page as JSON."""
    found = page.referential
    value: dict[str, Any] = {
        "version": 1,
        "referential": found.identifier,
        "title": found.title.of(language.code),
        "notices": [_said(one, language) for one in notices_about(found, page.on)],
    }
    if not page.requirement:
        value["facts"] = {name.message: shown for name, shown in _facts(page, language) if shown}
        value["requirements"] = [_node(found, node, language) for node in found.nodes]
    else:
        value["requirement"] = _node(found, page.node, language)
        value["related"] = [
            {
                "referential": one.other,
                "requirements": list(one.relation.target),
                "relation": one.relation.kind.value,
                "confidence": one.relation.confidence,
                "lends": loan(one.relation, page.others[one.other], found) is Loan.LENT,
                "source": one.relation.origin,
            }
            for one in page.related
        ]
        value["evidence"] = [
            {
                "document": one.document,
                "version": one.version,
                "state": one.state.value,
                "path": safe(one.path),
                "line": one.line,
                "section": one.section,
            }
            for one in page.evidence
        ]
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _node(found: Referential, node: Requirement, language: Language) -> dict[str, Any]:
    return {
        "id": node.identifier,
        "printed": _said(found.cite(node.identifier), language),
        "parent": node.parent or None,
        "title": node.title.of(language.code),
        "asks": node.asks.of(language.code),
        "assessable": node.assessable,
        "official": node.official,
        "reference": node.reference or None,
        "described_by": list(node.described_by),
        "proven_by": list(node.proven_by),
        "usual": list(node.usual),
        "fresh_months": node.fresh_months,
        "applies": {key: list(value) for key, value in node.applies._asdict().items()},
        "note": node.note.of(language.code),
        "confidence": node.confidence,
        "source": node.source,
    }


PAGE_FORMATS: Mapping[str, Callable[[Page, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
