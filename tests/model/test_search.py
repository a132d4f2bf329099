"""Search in the referentials, with the help of the glossary."""

from dataclasses import replace
from datetime import date

import pytest

from qmtool.model.glossary import Term, folded, terms_about, terms_for
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
    assert folded("  Œuvre d'art\u202f: L’Été\t(2) ") == "oeuvre d art l ete 2"


def test_what_was_replaced_comes_last() -> None:
    old = replace(REFERENTIAL, identifier="old", superseded_by="demo")
    hits = search([old, REFERENTIAL], ["réclamation"], GLOSSARY).hits
    found = [(hit.referential.identifier, hit.node.identifier) for hit in hits]
    assert found == [("demo", "1.1"), ("demo", "1.2"), ("old", "1.1"), ("old", "1.2")]


def test_what_is_typed_and_what_is_printed_find_the_node_itself_first() -> None:
    nodes = (
        Requirement("6", Label("Justification", "Justification"), assessable=False),
        Requirement("6.b", Label("Analyse", "Analysis"), "6", official=False),
        Requirement("7", Label("art. 6 et repère qm b", "art. 6 and qm mark b")),
    )
    law = replace(REFERENTIAL, identifier="law-1", nodes=nodes, citation=Label("art.", "art."))

    def first(*words: str) -> str:
        return search([law], words, (), [str]).hits[0].node.identifier

    assert first("law-1:6.b") == "6.b"
    assert first("art.", "6") == "6"
    assert first("art. 6, qm mark b") == "6.b"


def test_a_title_that_stands_more_than_once_comes_with_the_one_above() -> None:
    nodes = (
        Requirement("1", Label("Audit", "Audit"), assessable=False),
        Requirement("1.1", Label("Généralités", "General"), "1"),
        Requirement("2", Label("Revue", "Review"), assessable=False),
        Requirement("2.1", Label("Généralités", "General"), "2"),
        Requirement("2.2", Label("Données générales", "General data"), "2"),
    )
    hits = search([replace(REFERENTIAL, nodes=nodes)], ["general"], ()).hits
    assert {hit.node.identifier: hit.above.en for hit in hits} == {
        "1.1": "Audit",
        "2.1": "Review",
        "2.2": "",
    }


def test_a_term_is_asked_for_by_any_of_its_words_and_by_the_beginning_of_its_name() -> None:
    glossary = (
        *GLOSSARY,
        Term.read("spoken", {"term": {"fr": "plainte orale", "en": "spoken complaint"}}),
    )
    assert [one.identifier for one in terms_about(glossary, "Plainte")] == ["spoken", "complaint"]
    assert terms_about(glossary, "plain") == terms_about(glossary, "?") == []
