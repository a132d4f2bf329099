"""How the lines of a referential are written, and when it is too old to be sure of."""

from datetime import date

import pytest

from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from qmtool.reports.language import language_of


def line(
    identifier: str, parent: str = "6", *, own: bool = True, reference: str = ""
) -> Requirement:
    return Requirement(identifier, Label("", ""), parent, official=not own, reference=reference)


def referential(*nodes: Requirement, citation: Label) -> Referential:
    chapter = Requirement("6", Label("", ""), assessable=False)
    return Referential(
        "demo",
        "regulation",
        Label("Démo", "Demo"),
        "full",
        date(2026, 11, 21),
        (chapter, *nodes),
        citation=citation,
    )


@pytest.mark.parametrize(
    ("node", "french", "english"),
    [
        (line("6.b"), "art. 6, repère qm b", "art. 6, qm mark b"),
        (line("6.1", own=False), "art. 6.1", "art. 6.1"),
        (line("RP-01"), "repère qm RP-01", "qm mark RP-01"),
        (
            line("RP-01", reference="CSP R. 1333-70"),
            "CSP R. 1333-70, repère qm RP-01",
            "CSP R. 1333-70, qm mark RP-01",
        ),
    ],
    ids=["item", "official", "own", "article of law"],
)
def test_an_id_of_qm_is_never_written_like_a_number_of_the_text(
    node: Requirement, french: str, english: str
) -> None:
    found = referential(node, citation=Label("art.", "art."))
    cited = found.cite(node.identifier)
    assert language_of("fr").render(cited) == french
    assert language_of("en").render(cited) == english


def test_a_mark_below_a_mark_cites_no_number_of_the_text() -> None:
    found = referential(line("X", "6"), line("X.a", "X"), citation=Label("art.", "art."))
    assert str(found.cite("X.a")) == "qm mark X.a"


def test_without_a_word_of_citation_a_number_stands_alone() -> None:
    found = referential(line("6.1", own=False), citation=Label("", ""))
    assert str(found.cite("6.1")) == "6.1"


def test_a_referential_is_stale_after_twelve_months() -> None:
    found = referential(citation=Label("", ""))
    assert not found.is_stale(date(2027, 11, 21))
    assert found.is_stale(date(2027, 11, 22))
