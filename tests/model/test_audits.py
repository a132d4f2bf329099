"""Audits that are records: who audits, which came before, and what none of them saw."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from qmtool.model.answers import answers, is_finding, next_command
from qmtool.model.audit_grid import grid
from qmtool.model.audit_programme import Programme, programme
from qmtool.model.audit_sample import Wanted
from qmtool.model.audits import not_independent, previous_audit
from qmtool.model.document import Assessed, Document, HistoryRow
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Cycle, Grade
from qmtool.model.settings import Person, Policy, Process, Settings, Site
from tests.kinds import shipped_kinds
from tests.model.test_gap import REF, referential, requirement

ON = date(2026, 11, 21)
MAJOR = Grade("major", Label("majeur", "major"), blocking=True)
GOOD = Grade("strength", Label("point fort", "strength"), conforms=True)
SETTINGS = Settings(
    policy=Policy(people=(Person("ann", "Ann Audit", "ann@example.org"), Person("bob"))),
    processes=(
        Process("scan", "SCA", "Scanner", owner="ann"),
        Process("care", "CAR", "Care", owner="bob"),
    ),
    adopts=(REF,),
)


def audit(identifier: str, status: str = "planned", **values: Any) -> Document:
    """Return an audit against the referential of the tests."""
    own = {"referentials": [REF], "scope_processes": ["scan"], **values.pop("values", {})}
    return Document(
        **{
            "path": f"processes/qua/{identifier}.md",
            "identifier": identifier,
            "kind": "audit",
            "status": status,
            "date": date(2026, 1, 5),
            "values": own,
            **values,
        }
    )


def finding(identifier: str, status: str = "open", **values: str) -> Document:
    """Return a finding of AUD-1 about 1.1."""
    own = {"audit": "AUD-1", "grade": "major", "requirement": f"{REF}:1.1", **values}
    row = HistoryRow(9, state=status, date="2026-03-02")
    path = f"processes/qua/{identifier}.md"
    return Document(*(path, identifier), kind="finding", status=status, values=own, history=(row,))


def project(*documents: Document, **values: Any) -> Project:
    scheme = referential(
        requirement("1.1"), requirement("1.2"), grades=(MAJOR, GOOD), cycle=Cycle(None, 24)
    )
    defaults: dict[str, Any] = {"on": ON, "settings": SETTINGS, "referentials": {REF: scheme}}
    return Project(
        at="worktree",
        kinds=shipped_kinds(),
        documents=documents,
        files=frozenset(),
        **{**defaults, **values},
    )


@pytest.mark.parametrize("auditor", ["ann", "ANN", "Ann Audit", "Ann@Example.org"])
@pytest.mark.parametrize("process", ["scan", "SCA", "scanner"])
def test_an_owner_who_audits_is_found_whatever_they_are_called(auditor: str, process: str) -> None:
    one = audit("AUD-1", auditors=("bob", auditor), values={"scope_processes": ["care?", process]})
    assert [it.auditor for it in not_independent(project(), one)] == [auditor]


def test_somebody_else_is_independent() -> None:
    one = audit("AUD-1", auditors=("bob", "Cabinet", ""))
    assert not list(not_independent(project(), one))


def test_the_audit_before_is_the_one_that_is_named_else_the_last_against_the_same() -> None:
    old = audit("AUD-1", "closed", values={"performed_on": "2024-05-01"})
    last = audit("AUD-2", "closed", values={"performed_on": "2025-05-01"})
    given_up = audit("AUD-3", "cancelled", values={"performed_on": "2025-06-01"})
    other = audit("AUD-4", "closed", values={"performed_on": "2025-07-01", "referentials": ["x"]})
    now = audit("AUD-5", values={"planned_on": "2026-12-01"})
    whole = project(old, last, given_up, other, now)
    assert previous_audit(whole, now) == last
    named = replace(now, values={**now.values, "previous": "AUD-1"})
    assert previous_audit(whole, named) == old
    assert previous_audit(whole, old) is None


def test_every_grade_is_a_finding_but_one_that_means_conformance() -> None:
    assert is_finding(MAJOR, "major")
    assert is_finding(None, "odd")
    assert not is_finding(GOOD, "strength")
    assert not is_finding(None, "")


def test_answers_tell_records_and_lines_the_gravest_first() -> None:
    lines = (
        Assessed(REF, "1.2", 7, 5, "strength"),
        Assessed(REF, "1.2", 8, 5),
        Assessed(REF, "1.2", 9, 5, "major", closed=date(2026, 4, 1)),
    )
    one = audit("AUD-1", assessed=lines)
    whole = project(one, finding("CST-2", cause="Haste"), finding("CST-1", "verified"))
    found = answers(whole, one)
    assert [(it.name, it.requirement, it.is_over) for it in found] == [
        ("CST-1", f"{REF}:1.1", True),
        ("CST-2", f"{REF}:1.1", False),
        ("AUD-1", f"{REF}:1.2", True),
    ]
    assert found[1].command == "qm act CST-2 cause_analysed"


def test_a_resolved_finding_is_answered_and_still_to_be_verified() -> None:
    one = finding("CST-1", "resolved")
    (answer,) = answers(project(audit("AUD-1"), one), audit("AUD-1"))
    assert (answer.closed, answer.is_over) == (date(2026, 3, 2), False)
    kind = shipped_kinds()["finding"]
    assert next_command(one, kind) == "qm act CST-1 verified --set verified_by=…"


def covered(found: Programme) -> dict[str, bool]:
    return {one.name: one.is_due(found.on) for one in (*found.processes, *found.referentials)}


def test_a_process_is_due_after_a_year_and_a_referential_after_its_cycle() -> None:
    old = audit("AUD-1", "closed", values={"performed_on": "2025-11-20"})
    found = programme(project(old), 2026)
    assert covered(found) == {"scan": True, "care": True, REF: False}
    assert [one.last for one in found.processes] == [date(2025, 11, 20), None]
    assert covered(programme(project(old, on=date(2026, 11, 20)), 2026))["scan"] is False


def test_an_audit_that_was_given_up_covers_nothing() -> None:
    gone = audit("AUD-1", "cancelled", values={"performed_on": "2026-11-01"})
    assert covered(programme(project(gone), 2026)) == {"scan": True, "care": True, REF: True}


def test_a_report_without_a_plan_covers_its_referential() -> None:
    line = (Assessed(REF, "1.1", 7, 5),)
    report = Document(
        "p/RA-1.md", "RA-1", kind="audit-report", date=date(2026, 3, 2), assessed=line
    )
    found = programme(project(report), 2026)
    assert covered(found)[REF] is False
    assert not found.rows


def test_a_year_that_is_over_is_told_as_on_its_last_day() -> None:
    later = audit("AUD-1", "closed", values={"performed_on": "2026-03-02"})
    found = programme(project(later), 2025)
    assert found.on == date(2025, 12, 31)
    assert not found.rows
    assert found.processes[0].last is None
    assert found.processes[0].next == date(2026, 3, 2)


def test_an_audit_belongs_to_the_years_of_its_plan_and_of_its_day() -> None:
    one = audit(
        "AUD-1", "closed", values={"planned_on": "2025-12-20", "performed_on": "2026-01-10"}
    )
    for year, count in ((2024, 0), (2025, 1), (2026, 1)):
        assert len(programme(project(one), year).rows) == count


SITES = replace(SETTINGS, sites=tuple(Site(name) for name in ("a", "b", "c", "d", "e")))


def test_some_sites_of_several_are_seen_and_those_with_an_open_finding() -> None:
    before = audit("AUD-1", "closed", values={"performed_on": "2025-05-01"})
    still_open = replace(finding("CST-1"), sites=("e",))
    now = audit("AUD-2", sites=("b", "c", "d", "e"))
    whole = project(before, still_open, now, settings=SITES)
    scheme = whole.referentials[REF]
    found = grid(whole, now, [scheme], Wanted())
    assert found.sites == ["b", "c", "e"], "two of four are enough, and one more is looked at again"
    assert found.stops is not None
    given = grid(whole, now, [scheme], Wanted(), ["d"])
    assert (given.sites, given.stops) == (["d"], None)


def test_what_an_audit_recorded_changes_nothing_in_its_own_grid() -> None:
    one = audit("AUD-1", assessed=(Assessed(REF, "1.2", 7, 5),))
    scheme = project().referentials[REF]
    bare = replace(one, assessed=())
    alone = grid(project(bare), bare, [scheme], Wanted(1))
    after = grid(project(one, finding("CST-1")), one, [scheme], Wanted(1))
    assert [part.lines for part in after.parts] == [part.lines for part in alone.parts]
