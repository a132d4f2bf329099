"""The catalogue of rules: for `qm explain`, and for the table of the README."""

from collections.abc import Sequence

from qmtool.model.diagnostic import Rule
from qmtool.model.text import say
from qmtool.reports.check_report import SEVERITY_WORDS
from qmtool.reports.language import Language
from qmtool.reports.table import markdown_table, terminal_width, text_table

_HEADERS = (say("code"), say("name"), say("severity"), say("rule"))


def summary_of(rule: Rule) -> str:
    """Return the first line of the page of *rule*."""
    return rule.doc.strip().split("\n", 1)[0].rstrip(".")


def rule_page(rule: Rule, language: Language) -> str:
    """Return the page of *rule*, as its docstring gives it."""
    severity = language.render(SEVERITY_WORDS[rule.severity])
    return f"{rule.code} {rule.name} ({severity})\n\n{rule.doc.strip()}\n"


def rule_list(rules: Sequence[Rule], language: Language) -> str:
    """Return the rules, one a line."""
    headers = [language.render(word) for word in _HEADERS]
    rows = [
        [rule.code, rule.name, language.render(SEVERITY_WORDS[rule.severity]), summary_of(rule)]
        for rule in rules
    ]
    return text_table(headers, rows, terminal_width(), shrink=3)


def rule_table(rules: Sequence[Rule]) -> str:
    """Return the table of the README."""
    rows = [[rule.code, rule.name, rule.severity.label, summary_of(rule)] for rule in rules]
    return markdown_table(["code", "name", "severity", "rule"], rows)
