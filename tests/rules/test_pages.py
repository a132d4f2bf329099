"""The rules are listed, named alike everywhere, and their manual pages tell the truth."""

import ast
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import qmtool.repository
import qmtool.rules
from qmtool.model.diagnostic import Rule, Severity
from qmtool.model.project import Project
from qmtool.rules import ALL_RULES
from qmtool.rules.engine import run

SECTIONS = ["Why", "Bad", "Good", "How to fix"]
NOT_RUN = {
    "QM001": "bytes that are not UTF-8 cannot stand in a docstring",
    "QM004": "line ends cannot be seen in a docstring",
    "QM008": "the mode of a file is not in its text",
    "QM009": "a file that cannot be read has no text",
    "QM205": "releases are tags of Git",
    "QM206": "the policy in force is a tag of Git",
}

Page = Callable[[Rule], dict[str, Any]]


def _names(folder: Path, pattern: str) -> list[str]:
    return sorted(path.stem for path in folder.glob(pattern))


def test_all_rules_lists_the_files_in_order() -> None:
    folder = Path(qmtool.rules.__file__).parent
    listed = [f"{one.code.lower()}_{one.name.replace('-', '_')}" for one in ALL_RULES]
    assert listed == _names(folder, "qm[0-9]*.py")


def test_codes_and_names_are_used_once() -> None:
    assert len({rule.code for rule in ALL_RULES}) == len(ALL_RULES)
    assert len({rule.name for rule in ALL_RULES}) == len(ALL_RULES)


def test_every_fault_that_reading_finds_has_a_rule() -> None:
    used: set[str] = set()
    for path in Path(qmtool.repository.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = ast.unparse(node.func)
                name = node.args[0].value
                if (called == "Fault" or called.endswith(".fault")) and isinstance(name, str):
                    used.add(name)
    assert {"unreadable-file", "lost-content", "unportable-name", "executable-file"} <= used
    assert used <= {rule.name for rule in ALL_RULES}


def test_a_page_begins_with_a_sentence_and_has_the_four_sections(rule: Rule) -> None:
    assert rule.doc.partition("\n")[0].endswith(".")
    titles = [line[3:] for line in rule.doc.split("\n") if line.startswith("## ")]
    assert [title for title in titles if title in SECTIONS] == SECTIONS


def test_the_advice_of_a_rule_is_a_sentence(rule: Rule) -> None:
    fix = str(rule.fix)
    assert fix[0].isupper()
    assert fix.endswith((".", "…", '"'))


def test_the_bad_example_of_a_page_makes_its_rule_speak(
    rule: Rule, page_of: Page, project_of: Callable[..., Project]
) -> None:
    bad = page_of(rule)["Bad"]
    if rule.code in NOT_RUN:
        assert [fence.words for fence in bad.fences] == [("text",)], NOT_RUN[rule.code]
        return
    found = run(project_of(bad.fences)).diagnostics
    assert rule.code in {one.code for one in found}


def test_the_good_example_of_a_page_makes_no_rule_speak(
    rule: Rule, page_of: Page, project_of: Callable[..., Project]
) -> None:
    good = page_of(rule)["Good"]
    assert any(fence.is_document for fence in good.fences)
    assert run(project_of(good.fences)).diagnostics == []


@pytest.mark.parametrize(
    ("code", "severity"),
    [("QM101", Severity.WARNING), ("QM203", Severity.ERROR), ("QM307", Severity.WARNING)],
)
def test_severities_are_those_of_the_design(code: str, severity: Severity) -> None:
    assert next(rule for rule in ALL_RULES if rule.code == code).severity is severity


def test_a_rule_needs_settings_only_where_it_reads_them() -> None:
    needing = {rule.code for rule in ALL_RULES if rule.needs_settings}
    assert needing == {"QM101", "QM110", "QM111", "QM112", "QM113", "QM206"}
