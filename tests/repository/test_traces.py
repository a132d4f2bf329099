"""What a text leaves: the ids that it names, and digests of what its sections say."""

from collections.abc import Callable

import pytest

from qmtool.model.document import WHOLE
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import Library
from qmtool.repository.parse import Parser
from qmtool.repository.record import Parsed
from qmtool.repository.traces import MIN_ANSWER, codes_in, digest_of

LONG = "Le patient est accueilli et son identité est vérifiée deux fois. " * 5
HEAD = "---\nid: PR-ACC-001\ntitle: Accueil\nkind: procedure\n---\n\n"


@pytest.fixture(scope="module")
def parse() -> Callable[[str], Parsed]:
    library = Library(DataFiles(Cache("t", enabled=False)), [], lambda path: b"")
    parser = Parser(library.kinds)
    return lambda text: parser.parse(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "Remplir FO-ACC-001.",
        "(FO-ACC-001)",
        "« FO_ACC_001 »",
        "Remplir FO ACC 001, puis signer",
        "Remplir FO ACC.001, puis signer",
        "VOIR FO-ACC-001",
        "| FO-ACC-001 | Fiche |",
        "form: FO-ACC-001",
        "l'étape FO-ACC-001",
    ],
)
def test_an_id_is_seen_however_people_write_it(text: str) -> None:
    assert "FOACC001" in codes_in(text.encode(), [], "")


@pytest.mark.parametrize(
    "text", ["FO-ACC-0012", "XFO-ACC-001", "FO-ACC-001B", "fo-acc-001", "FO-ACC", "FO\n\nACC"]
)
def test_another_word_is_not_that_id(text: str) -> None:
    assert "FOACC001" not in codes_in(text.encode(), [], "")


def test_the_own_id_and_what_links_spell_out_are_left_out() -> None:
    text = b"PR-ACC-001 [FO-ACC-001](../f/FO-ACC-001.md) et FO-ACC-002"
    assert codes_in(text, ["../f/FO-ACC-001.md"], "PR-ACC-001") == ["FOACC002"]


def test_texts_without_capitals_or_numbers_name_nothing() -> None:
    assert codes_in("l'accueil du patient, 12 minutes en 2026 — 1. étape".encode(), [], "") == []
    assert codes_in(b"", [], "") == []


def test_the_number_of_a_person_is_not_kept() -> None:
    text = b"IPP-12345678, NIR 1850578006084, IPP 1234567, A1234567890"
    assert codes_in(text, [], "") == []


def test_a_mark_keeps_the_digest_of_its_section(parse: Callable[[str], Parsed]) -> None:
    mark = "<!-- qm: satisfies iso-9001-2015:7.5.2 -->"
    parsed = parse(f"{HEAD}# Un\n\n{mark}\n\n{LONG}\n\n# Deux\n\n{mark}\n\nCourt.\n")
    assert parsed["answers"] == {9: digest_of(LONG), 15: 0}
    assert digest_of(LONG)


def test_a_mark_before_the_headings_and_a_key_stand_for_the_whole(
    parse: Callable[[str], Parsed],
) -> None:
    mark = "<!-- qm: satisfies iso-9001-2015:7.5.2 -->"
    before = parse(f"{HEAD}{mark}\n\n{LONG}\n\n# Un\n\n{LONG}\n")
    keyed = parse(
        f"{HEAD.replace('kind', f'satisfies: [iso-9001-2015:7.5.2]{chr(10)}kind')}"
        f"{LONG}\n\n# Un\n\n{LONG}\n"
    )
    assert before["answers"] == {7: keyed["answers"][WHOLE]}


def test_nothing_is_kept_of_a_document_that_answers_nothing(parse: Callable[[str], Parsed]) -> None:
    assert "answers" not in parse(f"{HEAD}# Un\n\n{LONG}\n")
    assert "answers" not in parse(f"{HEAD}# Un\n\n<!-- qm: satisfies x:1 -->\n\nCourt.\n")


@pytest.mark.parametrize(
    "other",
    [
        LONG.upper().replace("É", "é"),
        LONG.replace(" ", "\r\n"),
        f"**{LONG}** <!-- relu le 3 -->",
        LONG.replace(".", " !"),
        f"<!-- ouvert\nfermé -->{LONG}<!-- jamais fermé",
    ],
)
def test_form_makes_no_difference_to_an_answer(other: str) -> None:
    assert digest_of(other) == digest_of(LONG)


def test_another_word_makes_a_difference_to_an_answer() -> None:
    assert digest_of(LONG.replace("deux", "trois", 1)) != digest_of(LONG)
    assert digest_of("x" * (MIN_ANSWER - 1)) == 0 != digest_of("x" * MIN_ANSWER)
