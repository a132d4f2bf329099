"""Search in the referentials, with the help of the glossary."""

from datetime import date

import pytest

from qmtool.model.glossary import Term, folded, terms_for
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from qmtool.model.search import search

NODES = (
    Requirement("1", Label("Écoute", "Listening"), assessable=False),
    Requirement("1.1", Label("Traitement des réclamations", "Handling complaints"), "1"),
    Requirement(
        "1.2", Label("Enquêtes", "Surveys"), "1", asks=Label("réclamations suivies", "complaints")
    ),
    Requirement("2.1", Label("Préclamation", "Preclaim"), "1"),
)
REFERENTIAL = Referential("demo", "standard", Label("", ""), "full", date(2026, 1, 1), NODES)

GLOSSARY = (
    Term.read(
        "complaint",
        {
            "term": {"fr": "réclamation", "en": "complaint"},
            "avoid": {
                "fr": ["râlerie", {"word": "plainte", "when": {"fr": "orale", "en": "spoken"}}],
                "en": ["claim"],
            },
        },
    ),
)


def ids(*words: str) -> list[str]:
    return [hit.node.identifier for hit in search([REFERENTIAL], words, GLOSSARY).hits]


@pytest.mark.parametrize("word", ["réclamations", "RECLAMATION", "reclam", "complaint"])
def test_accents_case_plural_and_language_do_not_matter(word: str) -> None:
    assert ids(word) == ["1.1", "1.2"]


def test_a_title_counts_more_than_what_is_asked() -> None:
    assert ids("complaints")[0] == "1.1"


def test_every_word_must_stand_somewhere() -> None:
    assert ids("traitement", "réclamation") == ["1.1"]
    assert ids("traitement", "facture") == []


def test_a_discouraged_word_finds_what_the_preferred_one_says() -> None:
    assert ids("râlerie") == ["1.1", "1.2"]
    assert ids("claim") == ["1.1", "1.2"]


def test_a_word_discouraged_in_one_sense_only_does_not_stand_for_the_term() -> None:
    assert terms_for(GLOSSARY, "plainte") == []
    assert ids("plainte") == []


def test_an_id_is_found() -> None:
    assert ids("2.1") == ["2.1"]


def test_punctuation_and_spaces_are_one_space() -> None:
    assert folded("  Œuvre d'art\u202f: L’Été\t(2) ") == "œuvre d art l ete 2"
