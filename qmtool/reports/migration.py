"""What `qm ref migrate` prints: what is rewritten, what is left to people, and what to create."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from qmtool.model.migration import Answer, Candidate, Decision, Manual, Migration, Reference
from qmtool.model.referential import Referential
from qmtool.model.text import listing, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_words import CONFIDENCE_WORDS, RELATION_WORDS
from qmtool.reports.table import csv_table, markdown_text
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

WIDTH = 100
_INDENT = "  "
_ARROW = "→"

Block = tuple[str, list[str]]
"""A title and its lines, indented below one another, plain text in one language."""


def _headline(found: Migration, language: Language) -> str:
    """Return how many references there are, and in how many they are decided."""
    _ = language.gettext
    count = len(found.references)
    if not count and found.by_hand:
        return _("Nothing is rewritten; to change by hand: {count}").format(
            count=len(found.by_hand)
        )
    if not count:
        return _("No document cites {referential}.").format(referential=found.old.identifier)
    paths = len({one.path for one in found.references})
    certain, chosen, open_ = (len(found.of(decision)) for decision in Decision)
    states = [
        language.ngettext("{n} certain", "{n} certain", certain).format(n=certain),
        language.ngettext("{n} chosen", "{n} chosen", chosen).format(n=chosen) if chosen else "",
        language.ngettext("{n} uncertain", "{n} uncertain", open_).format(n=open_),
    ]
    return _("{references} in {documents}: {states}").format(
        references=language.ngettext("{n} reference", "{n} references", count).format(n=count),
        documents=language.ngettext("{n} document", "{n} documents", paths).format(n=paths),
        states=listing(filter(None, states)),
    )


def _blocks(found: Migration, language: Language) -> Iterator[Block]:
    """Yield the parts of the report, those without lines included."""
    _ = language.gettext
    decided = {decision: found.of(decision) for decision in Decision}
    yield _("Certain"), list(_decided(decided[Decision.CERTAIN], language))
    yield _("Chosen"), list(_decided(decided[Decision.CHOSEN], language))
    yield (
        _("Uncertain: settle each with --choose OLD=NEW"),
        list(_uncertain(decided[Decision.UNCERTAIN], language)),
    )
    yield _("To change by hand"), [_manual(one, language) for one in found.by_hand]
    yield (
        _("New drafts: their released version stays in force"),
        [f"{one.document} v{one.version} ({one.path})" for one in found.drafts],
    )
    yield (
        _("Left as they are"),
        [f"{one.path}: {language.render(one.why)}" for one in found.left]
        + ([_alone(found, language)] if found.alone else []),
    )
    yield (
        _("To create: asked by {referential}, without a source in {old}").format(
            referential=found.new.identifier, old=found.old.identifier
        ),
        [f"{one.identifier} {one.title.of(language.code)}" for one in found.to_create],
    )


def _decided(references: Sequence[Reference], language: Language) -> Iterator[str]:
    """Yield what each reference becomes, document by document."""
    for path, inside in groupby(references, key=lambda one: one.path):
        yield path
        for one in inside:
            note = _note(one, language)
            became = f"{one.written} {_ARROW} {listing(one.answer.targets)}"
            yield f"{_INDENT}{one.line}: {became}" + (f" ({note})" if note else "")


def _note(one: Reference, language: Language) -> str:
    """Return what a person must know of a reference that is decided."""
    notes = []
    if one.answer.item:
        notes.append(say("the letter {item} is not carried over", item=one.answer.item))
    if not one.becomes:
        notes.append(say("it stands there already"))
    return "; ".join(language.render(note) for note in notes)


def _uncertain(references: Sequence[Reference], language: Language) -> Iterator[str]:
    """Yield the references that a person decides, each with its candidates."""
    for one in references:
        why = f" – {language.render(one.answer.why)}" if one.answer.why else ""
        yield f"{one.path}:{one.line}: {one.written}{why}"
        for candidate in one.answer.candidates:
            node = candidate.requirement
            title = node.title.of(language.code)
            yield f"{_INDENT}{node.identifier} {title} – {_relation(candidate, language)}"


def _relation(candidate: Candidate, language: Language) -> str:
    """Return what the crosswalk says of *candidate*, and how sure that is."""
    level = language.render(CONFIDENCE_WORDS[candidate.confidence])
    confidence = language.gettext("confidence: {level}").format(level=level)
    return f"{language.render(RELATION_WORDS[candidate.reading])} · {confidence}"


def _manual(one: Manual, language: Language) -> str:
    targets = one.answer.targets if one.answer else ()
    became = f" {_ARROW} {listing(targets)}" if targets else ""
    return f"{one.path}:{one.line}: {one.written}{became} – {language.render(one.why)}"


def _alone(found: Migration, language: Language) -> str:
    return language.ngettext(
        "{n} withdrawn or archived document, which says what was",
        "{n} withdrawn or archived documents, which say what was",
        found.alone,
    ).format(n=found.alone)


# The formats.


def text(found: Migration, language: Language, width: int = WIDTH) -> str:
    """Return the report for a terminal."""
    lines = [f"{found.old.identifier} {_ARROW} {found.new.identifier}"]
    lines += [_headline(found, language)]
    for notice in found.notices:
        lines += wrapped(f"! {safe(language.render(notice))}", width)
    for title, content in _blocks(found, language):
        if content:
            lines += ["", title]
        for one in content:
            deep = len(one) - len(one.lstrip()) + len(_INDENT)
            rest = " " * (deep + 4)
            lines += wrapped(safe(one.strip()), width, first=" " * deep, rest=rest)
    return "\n".join(lines) + "\n"


def markdown(found: Migration, language: Language) -> str:
    """Return the report as Markdown."""
    lines = [f"# {found.old.identifier} {_ARROW} {found.new.identifier}", ""]
    lines += [markdown_text(_headline(found, language)), ""]
    lines += [f"> {markdown_text(language.render(one))}\n" for one in found.notices]
    for title, content in _blocks(found, language):
        if content:
            lines += [f"## {markdown_text(title)}", ""]
            lines += [
                f"{' ' * (len(one) - len(one.lstrip()))}- {markdown_text(one.strip())}"
                for one in content
            ]
            lines.append("")
    return "\n".join(lines)


_HEADERS = (
    *(say("state"), say("document"), say("path"), say("line"), say("section"), say("reference")),
    *(say("becomes"), say("title"), say("relation"), say("confidence"), say("note")),
)


def csv_(found: Migration, language: Language) -> str:
    """Return the report as CSV: a line for each target and each candidate of a reference."""
    rows = [row for one in found.references for row in _reference_rows(found, one, language)]
    for manual in found.by_hand:
        targets = listing(manual.answer.targets) if manual.answer else ""
        where = (manual.path, str(manual.line), "", manual.written)
        rows.append(["by-hand", "", *where, targets, "", "", "", language.render(manual.why)])
    for draft in found.drafts:
        rows.append(["new-draft", draft.document, draft.path, *[""] * 7, f"v{draft.version}"])
    for left in found.left:
        rows.append(["left", left.document, left.path, *[""] * 7, language.render(left.why)])
    for node in found.to_create:
        title = node.title.of(language.code)
        rows.append(["to-create", *[""] * 5, node.identifier, title, "", "", ""])
    return csv_table([language.render(one) for one in _HEADERS], rows)


def _reference_rows(found: Migration, one: Reference, language: Language) -> Iterator[list[str]]:
    where = (one.document, one.path, str(one.line), one.section or "", one.written)
    head = [one.answer.decision.value, *where]
    for target in one.answer.targets:
        yield [*head, target, _title(found.new, target, language), "", "", _note(one, language)]
    why = language.render(one.answer.why) if one.answer.why else ""
    for candidate in one.answer.candidates:
        node = candidate.requirement
        said = (candidate.reading.value, candidate.confidence, why)
        yield [*head, node.identifier, node.title.of(language.code), *said]
    if not (one.answer.targets or one.answer.candidates):
        yield [*head, "", "", "", "", why]


def _title(referential: Referential, identifier: str, language: Language) -> str:
    return referential.by_id[identifier].title.of(language.code)


def json_(found: Migration, language: Language) -> str:
    """Return the report as JSON."""
    states = {decision.value: len(found.of(decision)) for decision in Decision}
    value = {
        "version": 1,
        "from": found.old.identifier,
        "to": found.new.identifier,
        "notices": [language.render(one) for one in found.notices],
        "summary": {
            "references": len(found.references),
            "documents": len({one.path for one in found.references}),
            **states,
            "withdrawn_or_archived": found.alone,
        },
        "references": [
            {
                "document": one.document,
                **_place(one),
                "section": one.section,
                "reference": f"{found.old.identifier}:{one.written}",
                "already_there": bool(one.answer.targets) and not one.becomes,
                **_answer(one.answer, language),
            }
            for one in found.references
        ],
        "by_hand": [
            {
                **_place(one),
                "reference": one.written,
                "why": language.render(one.why),
                "becomes": list(one.answer.targets) if one.answer else [],
            }
            for one in found.by_hand
        ],
        "new_drafts": [
            {"document": one.document, "path": safe(one.path), "version": one.version}
            for one in found.drafts
        ],
        "left": [
            {"document": one.document, "path": safe(one.path), "why": language.render(one.why)}
            for one in found.left
        ],
        "to_create": [
            {"id": one.identifier, "title": one.title.of(language.code)} for one in found.to_create
        ],
    }
    return json_page(value)


def _place(one: Reference | Manual) -> dict[str, Any]:
    return {"path": safe(one.path), "line": one.line, "column": one.column}


def _answer(answer: Answer, language: Language) -> dict[str, Any]:
    return {
        "requirement": answer.identifier,
        "letter": answer.item or None,
        "state": answer.decision.value,
        "becomes": list(answer.targets),
        "why": language.render(answer.why) if answer.why else None,
        "candidates": [
            {
                "id": one.requirement.identifier,
                "title": one.requirement.title.of(language.code),
                "relation": one.reading.value,
                "confidence": one.confidence,
            }
            for one in answer.candidates
        ],
    }


MIGRATION_FORMATS: Mapping[str, Callable[[Migration, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "csv": csv_,
}
