"""The chain of a record: what it comes from and what came of it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from qmtool.model.chain import MAX_DEPTH, MAX_WIDTH, Branch, Chain, Links, chain
from qmtool.model.document import Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.workflow import names_in

NAME = Label("nom", "name")
FIELDS: dict[str, dict[str, Any]] = {
    "actions": {"type": "references", "label": {"fr": "Actions", "en": "Actions"}},
    "source": {"type": "reference", "label": {"fr": "Née de", "en": "Arises from"}},
    "evidence": {"type": "references"},
}
STEPS: dict[str, Any] = {"open": {"next": ["done"]}, "done": {"next": [], "label": {"fr": "fait"}}}
KINDS = {
    "event": Kind("event", NAME, "record", False, ("REC",), fields=FIELDS, steps=STEPS),
    "training": Kind("training", NAME, "record", False, ("TRN",)),
    "procedure": Kind("procedure", NAME, "applicable", True, ("PRO",)),
}


def record(identifier: str, day: int = 1, status: str = "", **values: Any) -> Document:
    return Document(
        f"{identifier}.md",
        identifier=identifier,
        kind="event",
        status=status,
        date=date(2026, 3, day),
        values=values,
        names=names_in(values, KINDS["event"]),
    )


def procedure(identifier: str, version: str = "") -> Document:
    rows = (HistoryRow(9, version=version, date="2026-03-02"),) if version else ()
    return Document(f"{identifier}.md", identifier=identifier, kind="procedure", history=rows)


def of(first: Document, *others: Document) -> Chain:
    project = Project(
        on=date(2026, 11, 21),
        at="worktree",
        settings=Settings(),
        kinds=KINDS,
        documents=(*others, first),
        files=frozenset(),
    )
    return chain(Links(project), first)


def lines(branches: Sequence[Branch], depth: int = 0) -> Iterator[str]:
    """Yield the tree as text, each line with its depth and its direction."""
    for one in branches:
        more = f" +{one.more}" if one.more else ""
        yield f"{depth}{'<' if one.back else '>'}{one.field.en} {one.node.identifier}{more}"
        yield from lines(one.branches, depth + 1)


def test_the_chain_goes_from_the_event_to_the_document_that_was_changed() -> None:
    found = of(
        record("EVT-1", actions=["ACT-1"]),
        record("ACT-1", 2, "done", source="EVT-1", evidence=["PR-1", "FO-1"]),
        procedure("PR-1", "2.0"),
        Document("FO-1.md", identifier="FO-1", kind="training", date=date(2026, 3, 9)),
    )
    assert list(lines(found.branches)) == [
        "0>Actions ACT-1",
        "1>evidence FO-1",
        "1>evidence PR-1",
    ]
    assert [(one.source, one.field, one.target) for one in found.edges] == [
        ("ACT-1", "evidence", "FO-1"),
        ("ACT-1", "evidence", "PR-1"),
        ("ACT-1", "source", "EVT-1"),
        ("EVT-1", "actions", "ACT-1"),
    ]
    assert found.nodes["PR-1"].version == "2.0"
    assert (found.nodes["ACT-1"].state, found.nodes["ACT-1"].label) == (
        "done",
        Label("fait", "fait"),
    )
    assert (found.nodes["FO-1"].state, found.nodes["FO-1"].is_controlled) == ("", False)


def test_it_goes_back_as_well_to_what_names_the_record() -> None:
    found = of(record("ACT-1", 2), record("EVT-1", 1, actions=["ACT-1"]))
    assert list(lines(found.branches)) == ["0<Actions EVT-1"]


def test_what_came_first_is_told_first_and_documents_last() -> None:
    found = of(
        record("ACT-1", 5, evidence=["PR-1", "ACT-9"], source="EVT-1"),
        record("ACT-9", 9),
        record("EVT-1", 1),
        procedure("PR-1"),
    )
    assert list(lines(found.branches)) == [
        "0>Arises from EVT-1",
        "0>evidence ACT-9",
        "0>evidence PR-1",
    ]


def test_records_that_name_each_other_or_themselves_end_the_chain() -> None:
    found = of(
        record("A", actions=["B", "A"]), record("B", actions=["C"]), record("C", actions=["A"])
    )
    assert list(lines(found.branches)) == ["0>Actions B", "0<Actions C"]
    assert len(found.edges) == 4


def test_a_document_under_control_is_an_end_and_not_a_way_to_other_loops() -> None:
    found = of(
        record("ACT-1", evidence=["PR-1"]),
        record("ACT-2", evidence=["PR-1"], source="EVT-2"),
        record("EVT-2"),
        procedure("PR-1", "1.0"),
    )
    assert set(found.nodes) == {"ACT-1", "PR-1"}


def test_a_record_that_many_name_is_an_end_which_says_how_many() -> None:
    many = [record(f"ACT-{n:02}", 2, source="REV-1") for n in range(MAX_WIDTH + 2)]
    found = of(many[0], *many[1:], record("REV-1"))
    assert list(lines(found.branches)) == [f"0>Arises from REV-1 +{MAX_WIDTH + 1}"]
    whole = of(record("REV-1"), *many)
    assert len(whole.branches) == MAX_WIDTH + 2  # the one that is shown tells all of them


def test_it_goes_so_far_and_no_further() -> None:
    found = of(*(record(f"R-{n}", actions=[f"R-{n + 1}"]) for n in range(MAX_DEPTH + 3)))
    assert [line[0] for line in lines(found.branches)] == [str(n) for n in range(MAX_DEPTH)]
    assert f"R-{MAX_DEPTH + 1}" not in found.nodes


def test_what_does_not_exist_is_shown_as_such() -> None:
    found = of(record("EVT-1", actions=["ACT-9"]))
    assert found.nodes["ACT-9"].document is None
    assert list(lines(found.branches)) == ["0>Actions ACT-9"]


def test_a_version_that_is_not_yet_in_force_is_none() -> None:
    later = Document(
        "PR-1.md",
        identifier="PR-1",
        kind="procedure",
        history=(HistoryRow(9, version="1.0", date="2026-12-02"),),
    )
    assert of(record("ACT-1", evidence=["PR-1"]), later).nodes["PR-1"].version == ""


def test_a_record_that_names_nothing_has_no_chain() -> None:
    found = of(record("EVT-1"), record("EVT-2"))
    assert (list(found.branches), list(found.edges)) == ([], [])
