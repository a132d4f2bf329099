"""The words of a paragraph, and those that it lost and gained."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from qmtool.model.sequences import Budget, stretches

MAX_PAIRED = 30
"""Paragraphs in a row that are paired by likeness; more of them are taken in their order."""

ALIKE = 0.4
"""From this share of common words on, a paragraph is taken for another one changed."""

MAX_BAG = 4_000
"""Characters of a paragraph or a section that say what it is like."""

_LETTERS = re.compile(r"\w+")
_WORD = re.compile(r"\s*(?:\w+|[^\w\s])")


class Fate(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    """Some words in a row, with the blanks that stand before them."""

    fate: Fate
    text: str


def word_pieces(before: str, after: str, budget: Budget) -> tuple[Piece, ...]:
    """Return the words of both, in order: common, removed, added; where lines break is nothing."""
    old, new = _tokens(before), _tokens(after)
    pieces: list[Piece] = []
    bare = [token.strip() for token in old], [token.strip() for token in new]
    for same, start, end, other_start, other_end in stretches(*bare, budget):
        removed, added = "".join(old[start:end]), "".join(new[other_start:other_end])
        if same:
            blank = " " if removed[:1] == " " != added[:1] else ""
            pieces.append(Piece(Fate.SAME, blank + added))
            continue
        if removed:
            pieces.append(Piece(Fate.REMOVED, removed))
        if added:
            pieces.append(Piece(Fate.ADDED, added))
    if all(piece.fate is Fate.SAME for piece in pieces):  # blanks are all that differs
        return (Piece(Fate.REMOVED, before), Piece(Fate.ADDED, after))
    return tuple(pieces)


def _tokens(text: str) -> list[str]:
    """Return the words and signs of *text*, each after one blank where any stand before it."""
    found = _WORD.findall(text.strip())
    return [f" {token.lstrip()}" if token[:1].isspace() else token for token in found]


def bag(text: str) -> Counter[str]:
    """Return how often each word comes in *text*, or in the beginning of a long one."""
    return Counter(_LETTERS.findall(text[:MAX_BAG].casefold()))


def likeness(before: Counter[str], after: Counter[str]) -> float:
    """Return which share of their words two bags have in common, from 0 to 1."""
    total = before.total() + after.total()
    return 2 * (before & after).total() / total if total else 0.0


def paired(
    before: Sequence[str], after: Sequence[str], budget: Budget
) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of both in order: one with what it became, or alone ("" on a side)."""
    old = new = 0
    for first, second in [*_pairs(before, after, budget), (len(before), len(after))]:
        yield from ((one, "") for one in before[old:first])
        yield from (("", one) for one in after[new:second])
        if first < len(before):
            yield before[first], after[second]
        old, new = first + 1, second + 1


def _pairs(
    before: Sequence[str], after: Sequence[str], budget: Budget
) -> Sequence[tuple[int, int]]:
    """Return the places of the paragraphs that belong together, in order."""
    old, new = list(map(bag, before)), list(map(bag, after))
    cost = sum(map(len, old)) * len(new)
    if max(len(old), len(new)) <= MAX_PAIRED and budget.spend(cost):
        return _best_pairs([[likeness(one, other) for other in new] for one in old])
    shorter = range(min(len(old), len(new)))
    return [(n, n) for n in shorter if likeness(old[n], new[n]) >= ALIKE]


def _best_pairs(likes: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Return the pairs of places, in order, whose *likes* add up to the most."""
    rows, columns = len(likes), len(likes[0]) if likes else 0
    # best[i][j] is the sum for what follows the places i and j.
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in reversed(range(rows)):
        for j in reversed(range(columns)):
            both = likes[i][j] + best[i + 1][j + 1] if likes[i][j] >= ALIKE else 0.0
            best[i][j] = max(both, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs
