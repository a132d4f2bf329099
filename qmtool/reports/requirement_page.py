"""The page of a requirement in `qm ref show`: what it asks, what relates, and who answers."""

from collections.abc import Iterable, Iterator

from qmtool.model.crosswalk import WHOLE, Loan, Related, loan
from qmtool.model.evidence import Evidence
from qmtool.model.label import LANGUAGES, Label
from qmtool.model.referential import ENTITY_WORDS, UNJUDGED, Referential, Requirement
from qmtool.model.text import Text, listing, say
from qmtool.reports.gap_view import state_words, status_words
from qmtool.reports.language import Language
from qmtool.reports.referential_page import Block, Page, node_line, said
from qmtool.reports.referential_words import CONFIDENCE_WORDS, RELATION_WORDS
from qmtool.reports.terminal import safe


def requirement_blocks(page: Page, language: Language) -> Iterator[Block]:
    """Yield the parts of the page of a requirement that hold something."""
    return (block for block in _blocks(page, language) if block[1])


def _blocks(page: Page, language: Language) -> Iterator[Block]:
    node, found = page.node, page.referential
    yield "", [f"{found.identifier}:{node.identifier}", said(_place(found, node), language)]
    yield language.gettext("What it asks"), list(_asks(found, node, language))
    if node.assessable:
        asked = _evidence_asked(page, language)
        lines = [language.pair(name, value) for name, value in asked if value]
        yield language.gettext("What evidence"), lines
    else:
        below = [node_line(found, one, language) for one in found.below(node.identifier)]
        yield language.gettext("It groups, and cannot be cited itself"), below
    yield language.gettext("What relates"), [_relation(page, one, language) for one in page.related]
    title = language.gettext("Which documents of this centre answer")
    yield title, list(_documents(page, language))
    yield language.gettext("How sure"), [_sure(node, language)]


def _place(found: Referential, node: Requirement) -> Text:
    """Return under which titles *node* stands, by their numbers."""
    above = [found.by_id[one].title for one in reversed(found.lineage(node.identifier)[1:])]
    name = Label(*(one.partition(" — ")[0] for one in found.title))
    chain = Label(*(" > ".join(one.of(code) for one in above) for code in LANGUAGES))
    here = found.cite(node.identifier)
    if not above:
        return say("{name}, {place}", name=name, place=here)
    return say("{name}, {place} ({above})", name=name, place=here, above=chain)


def _asks(found: Referential, node: Requirement, language: Language) -> Iterator[str]:
    """Yield what *node* asks; where it says nothing itself, what the nearest one above it asks."""
    for name in found.lineage(node.identifier):
        asks = said(found.by_id[name].asks, language)
        if asks:
            own = name == node.identifier
            yield asks if own else safe(language.pair(found.cite(name), asks))
            return


def _sure(node: Requirement, language: Language) -> str:
    source = f" – {safe(node.source)}" if node.source else ""
    return said(CONFIDENCE_WORDS[node.confidence], language) + source


# The evidence it calls for.


def _evidence_asked(page: Page, language: Language) -> Iterator[tuple[Text, str]]:
    node = page.node
    anything = language.gettext("any document in force")
    yield say("described by"), _classes(page, node.described_by, language) or anything
    nothing = language.gettext("none is named")
    yield say("proven by"), _classes(page, node.proven_by, language) or nothing
    yield say("usually seen"), _classes(page, node.usual, language)
    yield say("in practice"), said(node.note, language)
    yield _fresh(node, language)
    named = (*node.applies.activities, *node.applies.modalities)
    yield (
        say("only for"),
        ", ".join(said(page.activities.get(one, one), language) for one in named),
    )
    entities = (said(ENTITY_WORDS[one], language) for one in node.applies.entities)
    yield say("organisations"), listing(entities)
    yield say("text"), safe(node.reference)


def _fresh(node: Requirement, language: Language) -> tuple[Text, str]:
    """Return how long a record counts; without one, the rhythm is only what is usual."""
    months = (
        said(say("{months} months", months=node.fresh_months), language)
        if node.fresh_months
        else ""
    )
    if not node.proven_by:
        return say("usual rhythm"), months
    default = language.gettext("12 months, since it is on event or continuous")
    return say("a record counts for"), months or default


def _classes(page: Page, codes: Iterable[str], language: Language) -> str:
    return ", ".join(f"{said(page.classes.get(code, code), language)} ({code})" for code in codes)


# What relates to it.


def _relation(page: Page, one: Related, language: Language) -> str:
    """Return the line of a relation: what it leads to, of which sort, and what it is worth."""
    other, relation = page.others[one.other], one.relation
    lends = loan(relation, other, page.referential) is Loan.LENT
    told = [
        said(RELATION_WORDS[relation.reading], language),
        language.gettext("its evidence is lent") if lends else language.gettext("only suggests"),
    ]
    if relation.confidence != "high":
        told.append(
            language.gettext("confidence: {level}").format(
                level=said(CONFIDENCE_WORDS[relation.confidence], language)
            )
        )
    if any(relation.note):
        told.append(said(relation.note, language))
    ends = " + ".join(_end(other, end, language) for end in relation.target) or one.other
    return f"{ends} – {' · '.join(told)}"


def _end(other: Referential, end: str, language: Language) -> str:
    """Return an end of a relation with its title, `?` where it does not exist."""
    if end == WHOLE:
        return said(say("{referential} as a whole", referential=other.identifier), language)
    node = other.by_id.get(end)
    title = said(node.title, language) if node else "?"
    return f"{said(other.full(end), language)} {title}"


# The documents that answer.


def _documents(page: Page, language: Language) -> Iterator[str]:
    """Yield what the documents come to and why, then each: one that is named may not count."""
    found = page.answers.get(page.requirement)
    if found is None or page.referential.type in UNJUDGED:
        return
    word, _meaning = status_words(language)[found.status]
    reasons = "; ".join(said(one, language) for one in found.reasons)
    yield language.pair(word, reasons) if reasons else word
    declared = [one for one in found.evidence if one.via == "declared"]
    yield from (_answer(one, language) for one in declared)
    if not declared:
        yield language.gettext("none: name it under satisfies: in the front matter of a document")


def _answer(one: Evidence, language: Language) -> str:
    version = f" v{one.version}" if one.version else ""
    section = f", {one.section}" if one.section else ""
    state = state_words(language)[one.state]
    return safe(f"{one.document}{version} ({state}) – {one.path}:{one.line}{section}")
