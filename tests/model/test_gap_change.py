"""What changed between two gaps: in which direction, and which audit or text did it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from qmtool.model.commit import Commit
from qmtool.model.document import Assessed, Document
from qmtool.model.gap import gap
from qmtool.model.gap_change import GapChange, gap_change
from qmtool.model.project import Project
from qmtool.model.referential import Grade
from qmtool.model.settings import Settings, Site
from tests.model.test_forecast import DEMO, KINDS, NAME, TODAY, procedure

GRADED = replace(DEMO, grades=(Grade("major", NAME, blocking=True), Grade("remark", NAME)))
LATER = date(2028, 3, 2)
DAYS = datetime(2027, 1, 2, tzinfo=UTC), datetime(2027, 1, 3, tzinfo=UTC)


def project(*documents: Document, on: date = TODAY, sites: tuple[Site, ...] = ()) -> Project:
    return Project(
        on=on,
        at="worktree",
        settings=Settings(sites=sites),
        kinds=KINDS,
        documents=documents,
        files=frozenset(),
    )


def audit(identifier: str, day: date, grade: str = "") -> Document:
    """Return an audit by somebody who wrote nothing that was audited."""
    return Document(
        identifier=identifier,
        path=f"{identifier}.md",
        kind="audit-report",
        date=day,
        auditors=("ana",),
        assessed=(Assessed("demo", "1", 5, 1, grade),),
    )


def change(before: Project, after: Project) -> GapChange:
    return gap_change((before, gap(before, GRADED)), (after, gap(after, GRADED)))


def told(found: GapChange) -> list[tuple[str, str, list[tuple[str, str]]]]:
    return [
        (
            one.after.requirement.identifier,
            one.direction,
            [(cause.document, cause.how) for cause in one.causes],
        )
        for one in found.changes
    ]


def test_an_audit_that_verifies_is_gained_by_its_record() -> None:
    text = procedure("PR-1", LATER)
    found = change(project(text), project(text, audit("RA-1", date(2027, 1, 2))))
    assert told(found) == [("1", "gained", [("RA-1", "uncommitted")])]
    assert (found.changes[0].before.verified, found.changes[0].after.verified) == ("no", "yes")


def test_a_blocking_finding_is_lost_by_the_record_that_tells_it() -> None:
    text, clean = procedure("PR-1", LATER), audit("RA-1", date(2026, 12, 1))
    found = change(project(text, clean), project(text, clean, audit("RA-2", TODAY, "major")))
    assert [one[:2] for one in told(found)] == [("1", "lost")]
    assert ("RA-2", "uncommitted") in told(found)[0][2]
    assert (found.changes[0].before.status, found.changes[0].after.status) == ("ready", "partial")


def test_an_audit_that_grew_old_is_put_down_to_the_days() -> None:
    documents = procedure("PR-1", LATER), audit("RA-1", date(2026, 2, 1))
    found = change(project(*documents), project(*documents, on=date(2027, 2, 2)))
    assert told(found) == [("1", "lost", [("RA-1", "time")])]


def test_facts_decide_the_direction_where_the_status_is_the_same() -> None:
    draft = replace(procedure("PR-1", LATER), status="draft")
    assert [one[:2] for one in told(change(project(), project(draft)))] == [("1", "gained")]
    assert [one[:2] for one in told(change(project(draft), project()))] == [("1", "lost")]


def test_what_concerns_the_centre_no_more_is_neither_gained_nor_lost() -> None:
    only_ct = replace(GRADED, applies=GRADED.applies._replace(activities=("ct",)))
    before = project(sites=(Site("a", activities=("ct",)),))
    after = project(sites=(Site("a", activities=("mri",)),))
    found = gap_change((before, gap(before, only_ct)), (after, gap(after, only_ct)))
    assert {(one.direction, one.after.status) for one in found.changes} == {
        ("other", "not-applicable")
    }
    assert {cause.document for one in found.changes for cause in one.causes} == {"qm.yaml"}


def test_the_latest_commit_of_a_document_that_moved_explains_it() -> None:
    old = procedure("PR-1", LATER)
    new = replace(old, path="moved.md", declarations=())
    found = change(project(old), project(new))
    commits = {
        path: Commit(path, "Ana", "ana@example.org", when, "why")
        for path, when in zip(("PR-1.md", "moved.md"), DAYS, strict=True)
    }
    assert found.paths == {"PR-1.md", "moved.md"}
    cause = found.attributed(commits).changes[0].causes[0]
    assert (cause.how, cause.commit and cause.commit.oid) == ("commit", "moved.md")
