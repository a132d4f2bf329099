"""Discouraged words: where a text uses one, and what the glossary says instead."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from qmtool.model.document import Use
from qmtool.model.glossary import Term, folded
from qmtool.model.label import LANGUAGES

_WORD = re.compile(r"[^\W_]+")
_QUOTED = re.compile(r"«[^»]*»|“[^”]*”|\"[^\"]*\"|`[^`]*`|\]\([^)]*\)|<[^>]*>")


class _Entry(NamedTuple):
    language: str
    word: str
    parts: tuple[str, ...]
    term: str
    preferred: str


class Lexicon:
    """The words that *terms* discourage wherever they stand.

    A word that is discouraged in one sense only, or that means something else elsewhere, is not
    one of them: nothing here could tell which is meant.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._by_first: dict[str, list[_Entry]] = {}
        # The headings of a thousand documents are a few dozen.
        self._kept = lru_cache(maxsize=4096)(self._found)
        for term in terms:
            for language in LANGUAGES:
                for word in term.avoid.get(language, ()):
                    if not any(word.when) and word.text not in term.elsewhere.get(language, ()):
                        self._add(term, language, word.text)

    def _add(self, term: Term, language: str, word: str) -> None:
        parts = tuple(folded(word).split())
        entry = _Entry(language, word, parts, term.identifier, term.term.of(language))
        self._by_first.setdefault(parts[0], []).append(entry)

    def uses(self, text: str, line: int) -> list[Use]:
        """Return the discouraged words of *text*, which stands on *line*, outside of quotations."""
        return [Use(line, column, *what) for column, what in self._kept(text)]

    def _found(self, text: str) -> tuple[tuple[int, tuple[str, str, str, str]], ...]:
        """Return in which column of *text* each use begins, and the rest of what is said of it."""
        return tuple(self._search(text))

    def _search(self, text: str) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
        bare = _QUOTED.sub(lambda found: " " * len(found[0]), text) if _has_marks(text) else text
        words = list(_WORD.finditer(bare))
        plain = [folded(one[0]) for one in words]
        for number, first in enumerate(plain):
            for entry in self._entries(first):
                last = number + len(entry.parts)
                if _same(plain[number:last], entry.parts):
                    start, end = words[number].start(), words[last - 1].end()
                    if not entry.word.isupper() or bare[start:end].removesuffix("s").isupper():
                        yield start + 1, (*entry[:2], entry.preferred, entry.term)

    def _entries(self, first: str) -> Iterator[_Entry]:
        """Yield what begins with the word *first*, or with that of which it is a plural."""
        yield from self._by_first.get(first, ())
        if first[-1:] in ("s", "x"):
            yield from self._by_first.get(first[:-1], ())


def _has_marks(text: str) -> bool:
    return any(mark in text for mark in '«“"`]<')


def _same(words: list[str], parts: tuple[str, ...]) -> bool:
    """Return whether *words* are *parts*, each in the singular or in the plural."""
    return len(words) == len(parts) and all(
        word == part or word in (f"{part}s", f"{part}x")
        for word, part in zip(words, parts, strict=True)
    )
