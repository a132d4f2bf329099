"""The French catalogue says everything that `qm` says, and says it well; `make translations`."""

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
FRENCH = ROOT / "qmtool" / "locale" / "fr" / "LC_MESSAGES"

Id = str | tuple[str, ...] | list[str]

AVOIDED = {
    r"accréditation(?! \((Cofrac|HAS))": "habilitation, certification; or qualify the word",
    "conforme": "décrite et prouvée",
    "couvert": "décrite, prouvée",
    "critère": "exigence",
    "justificatif": "preuve",
    "péremption": "prochaine revue",
    "qualiticien": "responsable qualité",
    "remarque": "constat",
    "trame": "modèle",
}
"""Words that the glossary advises against, and what is said in their place."""


def in_the_code() -> set[tuple[str, ...]]:
    """Return the messages of the code."""
    keywords = {**DEFAULT_KEYWORDS, "say": None}
    found = extract_from_dir(ROOT, [("qmtool/**.py", "python")], keywords=keywords)
    return {forms(identifier) for _, _, identifier, _, _ in found if identifier}


def catalogue() -> Catalog:
    """Return the French catalogue as people edit it."""
    with (FRENCH / "qm.po").open("rb") as file:
        return read_po(file, locale="fr")


def messages(found: Catalog) -> list[Message]:
    """Return the messages of a catalogue, without its header."""
    return [message for message in found if message.id]


def forms(text: Id) -> tuple[str, ...]:
    """Return the forms of a message, one where it does not depend on a number."""
    return (text,) if isinstance(text, str) else tuple(text)


def translations() -> Iterator[tuple[str, str]]:
    """Yield each message with each form of its translation."""
    for message in messages(catalogue()):
        for form in forms(message.string):
            yield forms(message.id)[0], form


def fields(text: str) -> list[str]:
    """Return the placeholders of *text*."""
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_the_catalogue_holds_the_messages_of_the_code() -> None:
    coded = in_the_code()
    held = {forms(message.id) for message in messages(catalogue())}
    assert sorted(coded - held) == [], "missing: type make translations"
    assert sorted(held - coded) == [], "obsolete: type make translations"


def test_every_message_is_translated() -> None:
    found = messages(catalogue())
    assert [one.id for one in found if one.fuzzy or not all(forms(one.string))] == []
    assert [one.id for one in found if len(forms(one.id)) != len(forms(one.string))] == []


def test_translations_keep_the_placeholders() -> None:
    for message in messages(catalogue()):
        expected = {tuple(fields(form)) for form in forms(message.id)}
        found = {tuple(fields(form)) for form in forms(message.string)}
        assert found == expected, message.id


def test_translations_keep_the_blanks_at_both_ends() -> None:
    for message, translation in translations():
        assert message.endswith(" ") == translation.endswith(" "), message
        assert message.startswith(" ") == translation.startswith(" "), message


def test_french_punctuation_is_never_at_the_beginning_of_a_line() -> None:
    found = [text for _, text in translations() if re.search(r" [;:?!»]|« |’", text)]
    assert found == [], "U+202F before ; : ? ! » and after «, and ' as apostrophe"


@pytest.mark.parametrize("word", AVOIDED)
def test_words_that_the_glossary_advises_against_are_not_used(word: str) -> None:
    pattern = re.compile(rf"\b{word}e?s?\b", re.IGNORECASE)
    found = [text for _, text in translations() if pattern.search(text)]
    assert found == [], f"say: {AVOIDED[word]}"


def test_the_compiled_catalogue_is_that_of_the_edited_one() -> None:
    with (FRENCH / "qm.mo").open("rb") as file:
        compiled = read_mo(file)
    expected, found = (
        {(forms(one.id), forms(one.string)) for one in messages(each)}
        for each in (catalogue(), compiled)
    )
    assert sorted(expected ^ found) == [], "type make translations"
