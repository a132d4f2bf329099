"""The agenda: everything with a date, what is late first."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qmtool.model.agenda import Agenda, Item, Nature, Wanted, agenda, items
from qmtool.model.document import Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Cycle, Referential, Requirement
from qmtool.model.settings import Certificate, Key, Person, Policy, Process, Settings

TODAY, YEAR_END = date(2026, 11, 21), date(2026, 12, 31)
NAME = Label("nom", "name")
STEPS: dict[str, dict[str, Any]] = {
    "open": {"next": ["told"]},
    "told": {
        "next": ["closed"],
        "due": [
            {"days": 2, "from": "date", "basis": "law", "source": "act", "until": "told_on"},
            {"days": 30, "from": "date"},
        ],
    },
    "closed": {"next": [], "due": {"months": 6, "from": "date"}},
}
EVENT = Kind("event", NAME, "record", False, ("REC",), fields={"told_on": {"type": "date"}})
KINDS = {
    "event": replace(EVENT, steps=STEPS),
    "procedure": Kind("procedure", NAME, "applicable", True, ("PRO",)),
}
SCHEME = Referential(
    "demo",
    "standard",
    Label("Démo", "Demo"),
    "full",
    date(2025, 12, 1),
    (Requirement("1", NAME),),
    cycle=Cycle(36, 12),
    issuer="Body",
)


def event(identifier: str, day: date, **values: Any) -> Document:
    return Document(
        f"processes/welcome/enregistrements/{identifier}.md",
        identifier=identifier,
        title=f"Title of {identifier}",
        kind="event",
        date=day,
        **values,
    )


def procedure(identifier: str, review: date, **values: Any) -> Document:
    row = HistoryRow(9, version="2.0", date="2024-03-02", digest="d")
    return Document(
        f"processes/welcome/applicables/{identifier}.md",
        identifier=identifier,
        kind="procedure",
        **{
            "version": "2.0",
            "status": "released",
            "digest": "d",
            "history": (row,),
            "effective": date(2024, 3, 2),
            "next_review": review,
            **values,
        },
    )


def project(*documents: Document, people: tuple[Person, ...] = (), **settings: Any) -> Project:
    return Project(
        on=TODAY,
        at="worktree",
        settings=Settings(
            processes=(Process("welcome", "ACC", "Welcome", owner="rq1"),), **settings
        ),
        kinds=KINDS,
        documents=documents,
        files=frozenset(),
        referentials={"demo": SCHEME},
        policy=Policy(people),
    )


def found(of: Project, until: date = YEAR_END, **wanted: Any) -> Agenda:
    return agenda(of, until, Wanted(**wanted))


def told(of: Agenda) -> list[tuple[str, str]]:
    return [(str(one.day), f"{one.subject} {one.nature}") for one in of.items]


def test_every_pending_deadline_of_a_record_is_there_and_the_late_ones_first() -> None:
    result = found(project(event("EVT-1", date(2026, 11, 12)), event("EVT-2", date(2026, 11, 20))))
    assert told(result) == [
        ("2026-11-14", "EVT-1 step"),
        ("2026-11-22", "EVT-2 step"),
        ("2026-12-12", "EVT-1 step"),
        ("2026-12-20", "EVT-2 step"),
    ]
    first = result.items[0]
    assert (first.is_late, first.is_legal, first.source, first.person) == (True, True, "act", "rq1")
    assert (first.process, first.command) == ("welcome", "qm act EVT-1 told")
    assert (result.late, result.legal) == (1, 2)


def test_on_one_day_what_a_law_sets_comes_first() -> None:
    law = event("EVT-9", date(2026, 11, 20))
    custom = event("EVT-1", date(2026, 10, 23), values={"told_on": date(2026, 10, 23)})
    assert told(found(project(custom, law), date(2026, 11, 30))) == [
        ("2026-11-22", "EVT-9 step"),
        ("2026-11-22", "EVT-1 step"),
    ]


def test_today_is_not_too_late_and_the_last_day_is_still_in() -> None:
    one = event("EVT-1", date(2026, 11, 19), values={})
    result = found(project(one), date(2026, 12, 19))
    assert [(str(item.day), item.is_late) for item in result.items] == [
        ("2026-11-21", False),
        ("2026-12-19", False),
    ]
    assert len(found(project(one), date(2026, 12, 18)).items) == 1


def test_what_is_late_is_there_however_old() -> None:
    result = found(project(event("EVT-1", date(2019, 1, 1))), TODAY)
    assert [one.is_late for one in result.items] == [True, True, True]


def test_a_closed_record_owes_only_what_has_its_own_field() -> None:
    open_, closed = date(2026, 11, 1), event("EVT-1", date(2026, 11, 1), status="closed")
    assert [one.mark for one in items(project(closed), YEAR_END)] == ["told.0"]
    done = replace(closed, values={"told_on": open_})
    assert list(items(project(done), YEAR_END)) == []


def test_the_two_deadlines_of_a_state_have_marks_of_their_own_that_no_day_changes() -> None:
    before = list(items(project(event("EVT-1", date(2026, 11, 12))), YEAR_END))
    after = list(items(project(event("EVT-1", date(2026, 11, 13))), YEAR_END))
    assert [one.mark for one in before] == ["told.0", "told.1"]
    assert [one.mark for one in after] == [one.mark for one in before]
    assert [one.day for one in after] != [one.day for one in before]


def test_reviews_are_those_of_versions_in_force() -> None:
    due = date(2026, 11, 1)
    draft = procedure("PR-2", due, status="draft", version="", history=())
    withdrawn = procedure("PR-3", due, status="withdrawn")
    later = procedure("PR-4", date(2027, 6, 1))
    result = found(project(procedure("PR-1", due), draft, withdrawn, later))
    assert told(result) == [("2026-11-01", "PR-1 document-review")]
    assert str(result.items[0].what) == "review of version 2.0"
    assert result.items[0].command == "qm review PR-1"


def test_while_a_new_version_is_drafted_the_one_in_force_is_to_be_reviewed() -> None:
    drafted = procedure("PR-1", date(2026, 11, 30), status="draft")
    in_force = procedure("PR-1", date(2026, 11, 30))
    now = replace(project(drafted), earlier={drafted.path: in_force})
    assert told(found(now)) == [("2026-11-30", "PR-1 document-review")]


def test_a_certificate_has_an_end_and_checks_in_between() -> None:
    held = Certificate("demo", "Body", date(2025, 3, 31), date(2028, 3, 30))
    result = found(project(certificates=(held,)), date(2029, 1, 1))
    assert told(result) == [
        ("2027-03-31", "demo surveillance"),
        ("2028-03-30", "demo certificate-end"),
    ]
    assert {one.basis for one in result.items} == {"scheme"}


def test_a_check_that_is_past_is_not_told_and_an_end_that_is_past_is_late() -> None:
    held = Certificate("demo", "Body", date(2023, 3, 1), date(2026, 2, 28))
    assert told(found(project(certificates=(held,)))) == [("2026-02-28", "demo certificate-end")]


def test_only_the_last_certificate_of_a_referential_counts() -> None:
    old = Certificate("demo", "Body", date(2022, 3, 1), date(2025, 2, 28))
    new = Certificate("demo", "Body", date(2025, 3, 1), date(2026, 12, 1))
    for both in ((old, new), (new, old)):
        shown = told(found(project(certificates=both)))
        assert shown == [("2026-12-01", "demo certificate-end")]
    endless = Certificate("demo", "Body")
    assert told(found(project(certificates=(endless, old)))) == []


def test_a_certificate_without_end_is_checked_until_its_validity_is_over() -> None:
    held = Certificate("demo", "Body", date(2025, 3, 1))
    days = [day for day, _ in told(found(project(certificates=(held,)), date.max))]
    assert days == ["2027-03-01"]


def test_a_certificate_of_an_unknown_referential_still_ends() -> None:
    held = Certificate("other", "Body", date(2025, 3, 1), date(2026, 12, 1))
    assert told(found(project(certificates=(held,)))) == [("2026-12-01", "other certificate-end")]


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((Key("a", until=date(2026, 12, 1)),), ["2026-12-01"]),
        ((Key("a", until=date(2026, 2, 1)),), ["2026-02-01"]),
        ((Key("a", until=date(2026, 12, 1)), Key("b")), []),
        ((Key("a", until=date(2026, 2, 1)), Key("b", until=date(2026, 12, 1))), ["2026-12-01"]),
        ((Key("a", until=date(2026, 12, 1)), Key("b", revoked=TODAY)), ["2026-12-01"]),
        ((Key("a"),), []),
    ],
)
def test_the_last_key_of_a_person_ends(keys: tuple[Key, ...], expected: list[str]) -> None:
    now = project(people=(Person("rq1", "Quality Manager", keys=keys),))
    assert [str(one.day) for one in found(now).items] == expected


def test_who_leaves_is_told_until_the_last_day() -> None:
    gone, leaves = Person("old", until=date(2026, 11, 20)), Person("mia", "Mia", until=TODAY)
    key = Key("a", until=date(2026, 11, 1))
    result = found(project(people=(replace(gone, keys=(key,)), leaves)))
    assert told(result) == [("2026-11-21", "mia departure")]
    assert (result.items[0].person, result.items[0].title) == ("mia", "Mia")


def test_adopted_referentials_are_to_be_compared_with_their_source_each_year() -> None:
    assert told(found(project(adopts=("demo", "unknown")))) == [("2026-12-01", "demo comparison")]
    assert told(found(project())) == []


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["EVT-1", "EVT-2", "PR-1"]),
        ({"person": "mia"}, ["EVT-2"]),
        ({"process": "welcome"}, ["EVT-1", "EVT-2", "PR-1"]),
        ({"process": "scanner"}, []),
        ({"site": "north"}, ["EVT-1", "PR-1"]),
        ({"kind": "procedure"}, ["PR-1"]),
        ({"kind": Nature.REVIEW.value}, ["PR-1"]),
        ({"kind": "step"}, ["EVT-1", "EVT-2"]),
        ({"late": True}, ["EVT-1"]),
    ],
)
def test_what_is_asked_for_is_kept(wanted: dict[str, Any], expected: list[str]) -> None:
    done = {"told_on": TODAY}
    now = project(
        event("EVT-1", date(2026, 10, 1), values=done),
        event("EVT-2", date(2026, 11, 1), values=done, owner="mia", sites=("south",)),
        procedure("PR-1", date(2026, 12, 5)),
    )
    assert [one.subject for one in found(now, **wanted).items] == expected


def test_what_to_type_is_safe_to_paste() -> None:
    odd = replace(event("", date(2026, 10, 1)), path="processes/a/x; rm y.md")
    first: Item = next(items(project(odd), YEAR_END))
    assert first.command == "qm act 'processes/a/x; rm y.md' told"
