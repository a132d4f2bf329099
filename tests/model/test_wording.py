"""Discouraged words: whole ones, in the singular or the plural, and only those meant everywhere."""

import pytest

from qmtool.model.glossary import Term
from qmtool.model.wording import Lexicon

LEXICON = Lexicon(
    [
        Term.read(
            "sheet",
            {
                "term": {"fr": "fiche processus", "en": "process sheet"},
                "avoid": {
                    "fr": ["carte qualité", "MOP", "trame", {"word": "notice", "when": "ici"}],
                    "en": ["card"],
                },
                "elsewhere": {"fr": ["trame"]},
            },
        )
    ]
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("La carte qualité", ["carte qualité"]),
        ("LES CARTES QUALITE", ["carte qualité"]),
        ("Le MOP et les MOPs", ["MOP", "MOP"]),
        ("Le mop", []),
        ("Carte de qualité, cartequalité, encarte qualité", []),
        ("« carte qualité », `carte qualité`, [x](carte qualité)", []),
        ("La trame, la notice", []),
        ("Two cards", ["card"]),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, words: list[str]) -> None:
    assert [one.word for one in LEXICON.uses(text, 3)] == words


def test_a_use_says_where_and_what_instead() -> None:
    (found,) = LEXICON.uses("# La carte qualité", 3)
    assert (found.line, found.column, found.language) == (3, 6, "fr")
    assert (found.preferred, found.term) == ("fiche processus", "sheet")
