"""Documents side by side: whom they serve, and what their lapse would do."""

from dataclasses import replace
from datetime import date

from qmtool.model.assessment import Status
from qmtool.model.document import Declaration, Document
from qmtool.model.gap import gap
from qmtool.model.matrix import Matrix, Row, matrix
from qmtool.model.project import Project
from qmtool.model.settings import Exclusion, Settings
from tests.model.test_forecast import DEMO, KINDS, TODAY, procedure, record

OTHER = replace(DEMO, identifier="other")
LATER = date(2028, 1, 1)


def also(document: Document, *requirements: str) -> Document:
    """Return *document*, which answers *requirements* of the other referential too."""
    more = tuple(Declaration("other", one, 9, 1) for one in requirements)
    return replace(document, declarations=(*document.declarations, *more))


def project(*documents: Document, settings: Settings | None = None) -> Project:
    return Project(
        on=TODAY,
        at="worktree",
        settings=settings or Settings(),
        kinds=KINDS,
        documents=documents,
        files=frozenset(),
    )


def found(*documents: Document, settings: Settings | None = None) -> Matrix:
    return matrix(project(*documents, settings=settings), [DEMO, OTHER])


def row(of: Matrix, name: str) -> Row:
    return next(one for one in of.rows if one.document == name)


def test_a_document_is_told_with_its_answers_in_each_referential() -> None:
    one = row(found(also(procedure("PR-1", LATER), "1")), "PR-1")
    assert {name: list(map(tuple, told)) for name, told in one.answers.items()} == {
        "demo": [("1", "in-force")],
        "other": [("1", "in-force")],
    }
    assert (one.serves, one.in_force) == (2, 2)


def test_a_draft_is_in_the_matrix_and_serves_nothing() -> None:
    one = row(found(replace(procedure("PR-1", LATER), status="draft")), "PR-1")
    assert [told.state for told in one.answers["demo"]] == ["draft"]
    assert (one.serves, one.harms) == (0, ())


def test_the_document_that_serves_most_referentials_is_named_and_a_draft_never() -> None:
    drafts = also(procedure("PR-0", LATER), "1"), also(procedure("PR-1", LATER), "1")
    of = found(replace(drafts[0], status="draft"), drafts[1], record("EN-1", TODAY))
    assert [one.document for one in of.serving_most()] == ["PR-1"]
    only_draft = found(replace(procedure("PR-0", LATER), status="draft"))
    assert (only_draft.serving_most(), only_draft.hurting_most()) == ((), ())


def test_the_only_document_hurts_and_one_of_two_does_not() -> None:
    alone = found(procedure("PR-1", LATER))
    assert [tuple(one) for one in row(alone, "PR-1").harms] == [
        ("demo:1", Status.READY, Status.OPEN)
    ]
    two = found(procedure("PR-1", LATER), procedure("PR-2", LATER))
    assert all(one.harms == () for one in two.rows)


def test_what_a_lapse_would_do_is_what_the_gap_says_without_the_document() -> None:
    documents = (
        also(procedure("PR-1", LATER), "1", "2"),
        procedure("PR-2", LATER),
        also(record("EN-1", TODAY), "1", "2"),
        also(record("EN-2", date(2026, 10, 1)), "1"),
    )
    of = found(*documents)
    for document in documents:
        left = project(*(one for one in documents if one is not document))
        changed = [
            (before.identifier, before.status, after.status)
            for referential in (DEMO, OTHER)
            for before, after in zip(
                gap(project(*documents), referential).requirements,
                gap(left, referential).requirements,
                strict=True,
            )
            if before.status is not after.status
        ]
        assert [tuple(one) for one in row(of, document.name).harms] == changed
    assert [one.document for one in of.hurting_most()] == ["EN-1", "PR-1"]


def test_what_is_excluded_is_hurt_by_no_lapse() -> None:
    settings = Settings(exclusions=(Exclusion("demo", "1", "No."),))
    assert row(found(procedure("PR-1", LATER), settings=settings), "PR-1").harms == ()


def test_a_document_that_answers_nothing_is_not_in_the_matrix() -> None:
    assert found(replace(procedure("PR-1", LATER), declarations=())).rows == ()
