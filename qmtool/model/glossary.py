"""The glossary: preferred terms in French and English, and the words that are discouraged."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from qmtool.model.label import LANGUAGES, Label


class Word(NamedTuple):
    """A synonym; *when* says in which sense it is meant, where it has other ones."""

    text: str
    when: Label = Label("", "")


class Term(NamedTuple):
    """An entry of the glossary; the mappings give words by language.

    Those of *elsewhere* are words to avoid that mean something else, too, in a centre: a person
    knows which is meant, a check does not.
    """

    identifier: str
    group: str
    term: Label
    meaning: Label
    parts: Mapping[str, tuple[Word, ...]]
    abbreviations: Mapping[str, tuple[Word, ...]]
    tolerated: Mapping[str, tuple[Word, ...]]
    avoid: Mapping[str, tuple[Word, ...]]
    note: Label = Label("", "")
    source: str = ""
    elsewhere: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def preferred(self) -> Iterator[str]:
        """Yield the words that may be used, in both languages."""
        yield from self.term
        for words in (self.parts, self.abbreviations):
            yield from (word.text for code in LANGUAGES for word in words.get(code, ()))

    def discouraged(self) -> Iterator[Word]:
        """Yield the other words that are used for it, in both languages."""
        for words in (self.tolerated, self.avoid):
            yield from (word for code in LANGUAGES for word in words.get(code, ()))

    def synonyms(self) -> Iterator[str]:
        """Yield every word that means this term and no other, discouraged ones included."""
        yield from self.preferred()
        yield from (word.text for word in self.discouraged() if not any(word.when))

    def words(self) -> Iterator[str]:
        """Yield every word that is used for it, in one sense or in all."""
        yield from self.preferred()
        yield from (word.text for word in self.discouraged())

    @classmethod
    def read(cls, identifier: str, value: Mapping[str, Any]) -> "Term":
        """Return the term that the glossary file gives."""
        lists = ("parts", "abbreviation", "tolerated", "avoid")
        parts, abbreviations, tolerated, avoid = (_words(value.get(key, {})) for key in lists)
        return cls(
            identifier,
            value.get("group", ""),
            Label.read(value["term"]),
            Label.read(value.get("meaning")),
            parts,
            abbreviations,
            tolerated,
            avoid,
            Label.read(value.get("note")),
            value.get("source", ""),
            {code: tuple(words) for code, words in value.get("elsewhere", {}).items()},
        )


def _words(value: Mapping[str, Any]) -> Mapping[str, tuple[Word, ...]]:
    return {
        code: tuple(
            Word(one) if isinstance(one, str) else Word(one["word"], Label.read(one["when"]))
            for one in words
        )
        for code, words in value.items()
    }


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Return *text* without case, accents, ligatures and punctuation, its words a space apart."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    kept = "".join(
        char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)
    )
    return " ".join(kept.split())


def terms_for(glossary: Iterable[Term], words: str) -> list[Term]:
    """Return the terms that *words* name, by any of their words in either language."""
    wanted = folded(words)
    return [term for term in glossary if wanted in {folded(one) for one in term.synonyms()}]


def terms_about(glossary: Iterable[Term], words: str) -> list[Term]:
    """Return the terms that a person who asks for *words* may mean, the surest first.

    They are those that *words* name, those whose preferred words begin with them (there are two
    accreditations), and those for which they are used in one sense only.
    """
    every = list(glossary)
    wanted = folded(words)
    if not wanted:
        return []
    begun = [
        term
        for term in every
        if any(folded(one).startswith(f"{wanted} ") for one in term.preferred())
    ]
    used = [term for term in every if wanted in {folded(one) for one in term.words()}]
    return list({one.identifier: one for one in (*terms_for(every, words), *begun, *used)}.values())
