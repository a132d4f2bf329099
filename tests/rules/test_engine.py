"""The engine applies the settings and the suppressions, and gives one order."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

import pytest

from qmtool.model.diagnostic import Diagnostic, Fault, Location, Problem, Rule, Severity
from qmtool.model.document import Document, Suppression
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import say
from qmtool.rules import ALL_RULES
from qmtool.rules.engine import faults, once_per_project, per_document, run, unknown_rules

ON = date(2026, 11, 21)
PATH = "processes/accueil/applicables/PR-ACC-001.md"


def project(*documents: Document, settings: Settings | None = None) -> Project:
    return Project(
        on=ON,
        at="worktree",
        settings=settings or Settings(present=True),
        kinds={},
        documents=documents or (Document(PATH),),
        files=frozenset(),
    )


def rule_at(*places: tuple[str, int, int], name: str = "some-rule", code: str = "QM999") -> Rule:
    def check(project: Project) -> Iterator[Problem]:
        for place in places:
            yield Problem(Location(*place), say("something is wrong"))

    return Rule(code, name, Severity.WARNING, check, say("Mend it."), "")


def places(diagnostics: list[Diagnostic]) -> list[tuple[str, int, int, str]]:
    return [(*one.location, one.code) for one in diagnostics]


def allowed(first: int, last: int, until: date | None = ON, rule: str = "some-rule") -> Document:
    return Document(PATH, suppressions=(Suppression(rule, first, last, until, "rq1", "bientôt"),))


def test_a_diagnostic_has_the_code_the_severity_and_the_advice_of_its_rule() -> None:
    (found,) = run(project(), [rule_at((PATH, 3, 7))]).diagnostics
    expected = Location(PATH, 3, 7), "QM999", "some-rule", Severity.WARNING
    assert found[:4] == expected
    assert str(found.message) == "something is wrong"
    assert str(found.fix) == "Mend it."


def test_the_advice_of_a_problem_comes_before_that_of_its_rule() -> None:
    def check(document: Document) -> Iterator[Problem]:
        yield Problem(Location(document.path), say("wrong"), say("Do this."))

    rule = replace(rule_at(), check=per_document(check))
    assert [str(one.fix) for one in run(project(), [rule]).diagnostics] == ["Do this."]


def test_settings_change_the_severity_of_a_rule_by_its_name() -> None:
    settings = Settings(present=True, severities={"some-rule": Severity.ERROR})
    outcome = run(project(settings=settings), [rule_at((PATH, 1, 1))])
    assert [one.severity for one in outcome.diagnostics] == [Severity.ERROR]


def test_an_ignored_rule_does_not_run() -> None:
    def check(project: Project) -> Iterator[Problem]:
        raise AssertionError("the rule ran")

    rule = replace(rule_at(), check=check)
    settings = Settings(present=True, ignored_rules=("some-rule",))
    assert run(project(settings=settings), [rule]) == ([], [])
    with pytest.raises(AssertionError, match="the rule ran"):
        run(project(), [rule])


@pytest.mark.parametrize(("present", "expected"), [(True, 1), (False, 0)])
def test_a_rule_that_needs_settings_runs_only_with_them(present: bool, expected: int) -> None:
    rule = replace(rule_at((PATH, 1, 1)), needs_settings=True)
    outcome = run(project(settings=Settings(present=present)), [rule])
    assert len(outcome.diagnostics) == expected


def test_a_rule_that_needs_no_settings_runs_without_them() -> None:
    outcome = run(project(settings=Settings(present=False)), [rule_at((PATH, 1, 1))])
    assert len(outcome.diagnostics) == 1


def test_a_suppression_covers_its_lines_and_no_others() -> None:
    rule = rule_at(*((PATH, line, 1) for line in (9, 10, 15, 20, 21)))
    outcome = run(project(allowed(10, 20)), [rule])
    assert [one.location.line for one in outcome.diagnostics] == [9, 21]
    assert [one.diagnostic.location.line for one in outcome.suppressed] == [10, 15, 20]


def test_what_is_suppressed_keeps_the_reason() -> None:
    (found,) = run(project(allowed(1, 9)), [rule_at((PATH, 3, 1))]).suppressed
    assert (found.suppression.by, found.suppression.reason) == ("rq1", "bientôt")
    assert found.diagnostic.code == "QM999"


@pytest.mark.parametrize(
    ("until", "left"), [(ON, 0), (date(2026, 11, 22), 0), (date(2026, 11, 20), 1), (None, 1)]
)
def test_a_suppression_holds_until_its_day_included(until: date | None, left: int) -> None:
    outcome = run(project(allowed(1, 9, until)), [rule_at((PATH, 3, 1))])
    assert (len(outcome.diagnostics), len(outcome.suppressed)) == (left, 1 - left)


def test_a_suppression_covers_its_own_rule_and_document_only() -> None:
    others = [rule_at((PATH, 3, 1), name="another"), rule_at(("b.md", 3, 1), ("qm.yaml", 1, 1))]
    outcome = run(project(allowed(1, 9), Document("b.md")), others)
    assert len(outcome.diagnostics) == 3


def test_of_overlapping_suppressions_the_one_that_reaches_the_line_counts() -> None:
    marks = [(1, 30, ON), (5, 8, ON), (40, 50, date(2026, 1, 1)), (41, 42, ON)]
    made = tuple(Suppression("some-rule", *mark, "rq1", "bientôt") for mark in marks)
    rule = rule_at(*((PATH, line, 1) for line in (1, 6, 9, 30, 31, 40, 41, 43)))
    outcome = run(project(Document(PATH, suppressions=made)), [rule])
    assert [one.location.line for one in outcome.diagnostics] == [31, 40, 43]


@pytest.mark.parametrize("name", ["changed-after-release", "reused-id", "status-against-history"])
def test_no_document_allows_itself_to_betray_its_release(name: str) -> None:
    outcome = run(project(allowed(1, 9, rule=name)), [rule_at((PATH, 3, 1), name=name)])
    assert (len(outcome.diagnostics), len(outcome.suppressed)) == (1, 0)


def test_diagnostics_are_sorted_by_path_line_column_and_code() -> None:
    rules = [
        rule_at(("b.md", 1, 1), ("a.md", 10, 1), ("a.md", 2, 9), ("a.md", 2, 1), code="QM900"),
        rule_at(("a.md", 2, 1), code="QM100"),
    ]
    assert places(run(project(), rules).diagnostics) == [
        ("a.md", 2, 1, "QM100"),
        ("a.md", 2, 1, "QM900"),
        ("a.md", 2, 9, "QM900"),
        ("a.md", 10, 1, "QM900"),
        ("b.md", 1, 1, "QM900"),
    ]


def test_faults_of_reading_are_reported_by_the_rule_of_their_name() -> None:
    found = Fault("some-rule", 4, 2, say("the byte is wrong"), say("Save it."))
    other = Fault("another", 5, 1, say("not this one"))
    rule = replace(rule_at(), check=faults("some-rule"))
    (diagnostic,) = run(project(Document(PATH, faults=(other, found))), [rule]).diagnostics
    assert diagnostic.location == Location(PATH, 4, 2)
    assert (str(diagnostic.message), str(diagnostic.fix)) == ("the byte is wrong", "Save it.")


def test_names_of_rules_that_do_not_exist_are_told() -> None:
    settings = Settings(
        severities={"brocken-link": Severity.INFO, "broken-link": Severity.INFO},
        ignored_rules=("another", "missing-owner"),
    )
    assert unknown_rules(settings) == ["another", "brocken-link"]


def test_what_rules_share_is_computed_once_for_each_project() -> None:
    asked: list[Project] = []

    def remember(project: Project) -> int:
        asked.append(project)
        return len(asked)

    compute = once_per_project(remember)
    first, second = project(), project()
    assert [compute(first), compute(first), compute(second)] == [1, 1, 2]


def test_all_rules_run_by_default(project_of: Callable[..., Project]) -> None:
    outcome = run(project_of("```markdown a.md\n# No front matter\n```"))
    assert [one.code for one in outcome.diagnostics] == ["QM002"]


def test_an_expired_suppression_lets_the_diagnostic_through(
    project_of: Callable[..., Project],
) -> None:
    text = """
```markdown
---
id: PR-ACC-001
title: Accueil
kind: procedure
---

## Renvois

<!-- qm: allow broken-link until=2026-11-21 by=rq1 reason="le formulaire arrive" -->

[Formulaire](FO-ACC-001.md)

## Suite

[Formulaire](FO-ACC-001.md)
```
"""
    held = run(project_of(text))
    assert [one.location.line for one in held.diagnostics] == [15]
    assert [one.suppression.reason for one in held.suppressed] == ["le formulaire arrive"]
    late = run(project_of(text + "\n```yaml facts\nday: 2026-11-22\n```\n"))
    found = [(one.location.line, one.name) for one in late.diagnostics]
    assert found == [(9, "expired-suppression"), (11, "broken-link"), (15, "broken-link")]


def _unused_rule() -> Rule:
    def unused(marks: Iterable[tuple[Document, Suppression]]) -> Iterator[Problem]:
        for document, mark in marks:
            yield Problem(Location(document.path, mark.line, mark.column), say("unused"))

    return replace(rule_at(name="unused-suppression", code="QM998"), unused=unused)


def test_a_mark_that_allowed_nothing_is_told_once_all_the_rules_have_run() -> None:
    marked, late = project(allowed(2, 4)), project(allowed(2, 4, date(2026, 11, 20)))
    rules = [_unused_rule(), rule_at((PATH, 9, 1))]
    assert [one.code for one in run(marked, rules).diagnostics] == ["QM998", "QM999"]
    assert [one.code for one in run(late, rules).diagnostics] == ["QM999"]
    used = run(marked, [_unused_rule(), rule_at((PATH, 3, 1))])
    assert used.diagnostics == []
    assert len(used.suppressed) == 1


def test_a_mark_is_not_unused_where_its_rule_did_not_run_or_only_compares() -> None:
    marked = project(allowed(2, 4))
    assert run(marked, [_unused_rule()]).diagnostics == []
    assert run(marked, [_unused_rule(), replace(rule_at(), compares=True)]).diagnostics == []
    assert run(marked, [_unused_rule(), replace(rule_at(), needs_settings=True)]).diagnostics != []


def test_no_mark_allows_that_a_mark_is_of_no_use() -> None:
    marked = project(allowed(1, 9, rule="unused-suppression"))
    told = replace(marked.documents[0], suppressions=(*marked.documents[0].suppressions,) * 2)
    found = run(replace(marked, documents=(told,)), [_unused_rule()])
    assert found == ([], [])


def test_a_rule_that_needs_every_document_says_nothing_of_some_of_them() -> None:
    class Part(Project):
        @property
        def is_whole(self) -> bool:
            return False

    whole, part = project(allowed(2, 4)), Part(**vars(project(allowed(2, 4))))
    rules = [replace(rule_at((PATH, 9, 1)), every=True), _unused_rule()]
    assert [one.code for one in run(whole, rules).diagnostics] == ["QM998", "QM999"]
    assert run(part, rules).diagnostics == []


def test_the_rules_that_need_every_document_and_those_that_compare_say_so() -> None:
    every = {rule.code for rule in ALL_RULES if rule.every}
    assert every == {"QM701", "QM702", "QM704", "QM707", "QM708"}
    assert {one.code for one in ALL_RULES if one.compares} == {
        one.code for one in ALL_RULES if one.code.startswith("QM5")
    }
