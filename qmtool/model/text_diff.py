"""What differs between two texts of a document: keys, sections, requirements, words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from qmtool.model.document import Document
from qmtool.model.edition import Edition
from qmtool.model.kind import OWNED_KEYS
from qmtool.model.outline import Heading
from qmtool.model.sequences import Budget, stretches
from qmtool.model.words import Fate, Piece, bag, likeness, paired, word_pieces

SAME_SECTION = 0.5
"""From this share of common words on, a section without namesake is another one renamed."""

MAX_RENAMED = 2_500
"""Pairs of sections that are compared to find those that were renamed."""

_OWN_LINE = re.compile(r"[ \t]*(?:[|#]|[-*+] |[0-9]{1,9}[.)] )")
"""What begins a paragraph of its own without a blank line before it: a row, an item, a heading."""


class Fortune(StrEnum):
    """What became of a section."""

    ADDED = "added"
    REMOVED = "removed"
    RENAMED = "renamed"
    MOVED = "moved"
    LEVEL = "level"


class KeyChange(NamedTuple):
    """A front-matter key whose value is another; None where there was, or is, none."""

    key: str
    before: Any
    after: Any


class SectionChange(NamedTuple):
    """A section that came, went, moved, or has another title or level; a title may be empty."""

    fortune: Fortune
    before: str
    after: str


class ParagraphChange(NamedTuple):
    """A paragraph of *section* that came, went or has other words; *line* is that of the file.

    The line is counted in the second text, in the first where the paragraph was removed.
    """

    section: str
    line: int
    pieces: tuple[Piece, ...]

    @property
    def fate(self) -> Fate | None:
        """Return `added` or `removed` where the whole paragraph was, None where words were."""
        fates = {piece.fate for piece in self.pieces}
        return fates.pop() if len(fates) == 1 else None


class AttachmentChange(NamedTuple):
    """A file that the document introduces no more, newly, or in another state."""

    file: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class TextDiff:
    """Everything that differs; *spared* counts what was too long to be compared word by word."""

    keys: tuple[KeyChange, ...]
    sections: tuple[SectionChange, ...]
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    attachments: tuple[AttachmentChange, ...]
    paragraphs: tuple[ParagraphChange, ...]
    spared: int = 0

    @property
    def is_empty(self) -> bool:
        """Return whether nothing differs."""
        return not any(
            (
                self.keys,
                self.sections,
                self.gained,
                self.lost,
                self.attachments,
                self.paragraphs,
            )
        )


class Paragraph(NamedTuple):
    """Some lines in a row that are read together, and the line of the file they begin on."""

    text: str
    line: int


class Section(NamedTuple):
    """What stands under one heading, up to the next one; level 0 is what comes before any."""

    level: int
    title: str
    paragraphs: tuple[Paragraph, ...]

    @property
    def words(self) -> str:
        """Return all its text."""
        return " ".join(one.text for one in self.paragraphs)


def compare(before: Edition, after: Edition, *, owned: bool = False) -> TextDiff:
    """Return what differs from *before* to *after*; the keys qm writes only with *owned*."""
    budget = Budget()
    old, new = sections_of(before), sections_of(after)
    changes, pairs = _match(old, new, budget)
    requirements = _requirements(before.document), _requirements(after.document)
    return TextDiff(
        keys=tuple(_keys(before.keys, after.keys, owned=owned)),
        sections=tuple(changes),
        gained=tuple(one for one in requirements[1] if one not in requirements[0]),
        lost=tuple(one for one in requirements[0] if one not in requirements[1]),
        attachments=tuple(_attachments(before.document, after.document)),
        paragraphs=tuple(one for pair in pairs for one in _paragraphs(*pair, budget)),
        spared=budget.spared,
    )


# Front matter.


def _keys(
    before: Mapping[str, Any], after: Mapping[str, Any], *, owned: bool
) -> Iterator[KeyChange]:
    """Yield the keys that differ; what is told in words of its own is left out."""
    told = {"satisfies", "attachments", *(() if owned else OWNED_KEYS)}
    for key in dict.fromkeys((*before, *after)):
        if key not in told and before.get(key) != after.get(key):
            yield KeyChange(str(key), before.get(key), after.get(key))


def _requirements(document: Document) -> dict[str, None]:
    """Return the requirements that *document* declares to answer, in order."""
    found = (f"{one.referential}:{one.requirement}" for one in document.declarations)
    return dict.fromkeys(found)


def _attachments(before: Document, after: Document) -> Iterator[AttachmentChange]:
    old = {one.file: one.sha256 for one in before.attachments}
    new = {one.file: one.sha256 for one in after.attachments}
    for file in dict.fromkeys((*old, *new)):
        if file not in old or file not in new or old[file] != new[file]:
            yield AttachmentChange(file, old.get(file), new.get(file))


# Sections.


def sections_of(edition: Edition) -> list[Section]:
    """Return the sections of the text, in order."""
    lines = edition.body.split("\n")
    headings = [Heading(0, "", "", edition.body_line - 1), *edition.document.headings]
    starts = [one.line - edition.body_line for one in headings]
    found = []
    for heading, start, end in zip(headings, starts, [*starts[1:], len(lines)], strict=True):
        own = lines[start + 1 : end] if heading.level else lines[:end]
        first = edition.body_line + (start + 1 if heading.level else 0)
        found.append(Section(heading.level, heading.text, tuple(_split(own, first))))
    return found


def _split(lines: Sequence[str], first: int) -> Iterator[Paragraph]:
    """Yield the paragraphs of *lines*, the first of which is line *first* of the file."""
    kept: list[str] = []
    for number, line in enumerate([*lines, ""], start=first):
        if kept and (not line.strip() or _OWN_LINE.match(line)):
            yield Paragraph("\n".join(kept), number - len(kept))
            kept = []
        if line.strip():
            kept.append(line)


def _match(
    old: Sequence[Section], new: Sequence[Section], budget: Budget
) -> tuple[list[SectionChange], list[tuple[Section | None, Section | None]]]:
    """Return what became of the sections, and each with what it became, in the second's order."""
    became: dict[int, int] = {}
    for same, start, end, other, _ in stretches(_titles(old), _titles(new), budget):
        if same:
            became |= {start + n: other + n for n in range(end - start)}
    elsewhere = dict(_namesakes(old, new, became))
    renamed = dict(_renamed(old, new, became | elsewhere))
    came_from = {second: first for first, second in (became | elsewhere | renamed).items()}
    stayed = set(came_from.values())
    changes = [
        *(SectionChange(Fortune.RENAMED, old[a].title, new[b].title) for a, b in renamed.items()),
        *(
            SectionChange(
                Fortune.MOVED if old[a].level == new[b].level else Fortune.LEVEL,
                old[a].title,
                new[b].title,
            )
            for a, b in elsewhere.items()
        ),
        *(
            SectionChange(Fortune.REMOVED, one.title, "")
            for n, one in enumerate(old)
            if one.level and n not in stayed
        ),
        *(
            SectionChange(Fortune.ADDED, "", one.title)
            for n, one in enumerate(new)
            if one.level and n not in came_from
        ),
    ]
    gone = [(one, None) for n, one in enumerate(old) if n not in stayed]
    kept = [(old[came_from[n]] if n in came_from else None, one) for n, one in enumerate(new)]
    return changes, [*gone, *kept]


def _titles(sections: Sequence[Section]) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in sections]


def _namesakes(
    old: Sequence[Section], new: Sequence[Section], became: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the sections that have the same title elsewhere, or at another level."""
    known = set(became.values())
    places: dict[str, list[int]] = {}
    for n in reversed(range(len(new))):
        if n not in known:
            places.setdefault(new[n].title, []).append(n)
    for n, one in enumerate(old):
        if n not in became and one.level and places.get(one.title):
            yield n, places[one.title].pop()


def _renamed(
    old: Sequence[Section], new: Sequence[Section], became: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    """Yield the sections with another title and nearly the same words, the likest first."""
    known = set(became.values())
    gone = {n: bag(one.words) for n, one in enumerate(old) if n not in became and one.level}
    come = {n: bag(one.words) for n, one in enumerate(new) if n not in known and one.level}
    if len(gone) * len(come) > MAX_RENAMED:
        return
    likes = [(-likeness(gone[a], come[b]), a, b) for a in gone for b in come]
    for unlike, a, b in sorted(likes):
        if -unlike >= SAME_SECTION and a in gone and b in come:
            del gone[a], come[b]
            yield a, b


# Paragraphs.


def _paragraphs(
    old: Section | None, new: Section | None, budget: Budget
) -> Iterator[ParagraphChange]:
    """Yield the paragraphs that differ from *old* to *new*."""
    title = (new or old or Section(0, "", ())).title
    first, second = old.paragraphs if old else (), new.paragraphs if new else ()
    before, after = [_flat(one.text) for one in first], [_flat(one.text) for one in second]
    for same, start, end, other_start, other_end in stretches(before, after, budget):
        if same:
            continue
        removed, added = first[start:end], second[other_start:other_end]
        yield from _changed(title, removed, added, budget)


def _flat(text: str) -> str:
    """Return *text* with one blank wherever some stand: where lines break is no change."""
    return " ".join(text.split())


def _changed(
    title: str, removed: Sequence[Paragraph], added: Sequence[Paragraph], budget: Budget
) -> Iterator[ParagraphChange]:
    """Yield the changes of paragraphs that gave way to others."""
    texts = [one.text for one in removed], [one.text for one in added]
    lines = iter(removed), iter(added)
    for before, after in paired(*texts, budget):
        old = next(lines[0]) if before else None
        new = next(lines[1]) if after else None
        pieces = word_pieces(before, after, budget)
        line = new.line if new else old.line if old else 0
        yield ParagraphChange(title, line, pieces)
