"""Every rule speaks where its cases say, and nowhere else."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from qmtool.model.diagnostic import Diagnostic, Rule
from qmtool.model.project import Project
from qmtool.rules import ALL_RULES
from qmtool.rules.engine import run


@cache
def said(fences: tuple[Any, ...], project_of: Callable[..., Project]) -> list[Diagnostic]:
    """Return what the rules say of a case, which several tests look at."""
    return run(project_of(fences)).diagnostics


def test_the_rules_speak_on_the_marked_lines_only(
    case: Any, project_of: Callable[..., Project]
) -> None:
    found = said(case.fences, project_of)
    shown = [(one.location.path, one.location.line, one.code) for one in found]
    assert sorted(shown) == case.finds, "\n".join(f"{one.location}: {one.message}" for one in found)


def test_messages_and_advice_are_sentences_of_their_kind(
    case: Any, project_of: Callable[..., Project]
) -> None:
    for one in said(case.fences, project_of):
        message, fix = str(one.message), str(one.fix)
        assert message, one.code
        assert not message.endswith("."), message
        assert "{" not in message + fix, message + fix
        assert fix.endswith((".", "?", "…", '"', "---", "7.5.2")), fix


def test_each_rule_has_a_case_where_it_speaks_and_one_where_it_does_not(
    rule: Rule, cases_of: Callable[[str], list[Any]]
) -> None:
    spoken = [any(code == rule.code for _, _, code in case.finds) for case in cases_of(rule.code)]
    assert set(spoken) == {True, False}


def test_each_file_of_cases_belongs_to_a_rule() -> None:
    names = {path.stem for path in Path(__file__).parent.glob("QM*.md")}
    assert names == {rule.code for rule in ALL_RULES}
