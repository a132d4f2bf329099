"""What differs between two sequences, in a time that no text can blow up.

`difflib` takes quadratic time, and cubic time where the same items come again and again. What would
cost too much is told as a whole: all of one side removed, all of the other added.
"""

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

MAX_ITEMS = 4_000
"""Items that a comparison may have on a side once what the ends share is left out."""

MAX_PAIRS = 50_000
"""How many pairs of equal items a comparison may look at."""

MAX_WORK = 60_000_000
"""What all comparisons of a run may cost in steps; a step takes about a twentieth microsecond."""


class Stretch(NamedTuple):
    """A stretch of both sequences that is the same (*same*), or that one gave way to the other."""

    same: bool
    start: int
    end: int
    other_start: int
    other_end: int


@dataclass
class Budget:
    """What is left to spend on comparisons; *spared* counts those that were not made."""

    left: int = MAX_WORK
    spared: int = 0

    def may_compare(self, first: Sequence[Hashable], second: Sequence[Hashable]) -> bool:
        """Return whether the two may be compared, and take the cost of it."""
        shorter = min(len(first), len(second))
        if not shorter:
            return True
        counted = Counter(second)
        pairs = sum(counted[item] for item in first)
        # Each of the blocks in common is found by one look at all the pairs and items.
        cost = (pairs + len(first)) * min(shorter, pairs + 1)
        if max(len(first), len(second)) > MAX_ITEMS or pairs > MAX_PAIRS or not self.spend(cost):
            self.spared += 1
            return False
        return True

    def spend(self, cost: int) -> bool:
        """Take *cost* if as much is left, and return whether it was."""
        if cost > self.left:
            return False
        self.left -= cost
        return True


def stretches(
    first: Sequence[Hashable], second: Sequence[Hashable], budget: Budget
) -> Iterator[Stretch]:
    """Yield the stretches of which *first* and *second* are made, in order."""
    head = _common(first, second)
    tail = _common(first[head:][::-1], second[head:][::-1])
    if head:
        yield Stretch(True, 0, head, 0, head)
    middle, other = first[head : len(first) - tail], second[head : len(second) - tail]
    for one in _middle(middle, other, budget):
        yield Stretch(one.same, *(place + head for place in one[1:]))
    if tail:
        yield Stretch(True, len(first) - tail, len(first), len(second) - tail, len(second))


def _common(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Return how many items the two begin with in common."""
    pairs = enumerate(zip(first, second, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(first), len(second)))


def _middle(
    first: Sequence[Hashable], second: Sequence[Hashable], budget: Budget
) -> Iterator[Stretch]:
    if not first and not second:
        return
    if not budget.may_compare(first, second):
        yield Stretch(False, 0, len(first), 0, len(second))
        return
    from difflib import SequenceMatcher  # 4 ms: only where something differs

    # Without autojunk: it would take the words that come often for noise in a long text.
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for tag, *places in matcher.get_opcodes():
        yield Stretch(tag == "equal", *places)
