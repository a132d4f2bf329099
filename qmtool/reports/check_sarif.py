"""The outcome of a check as SARIF 2.1.0, which code scanning and editors read."""

from collections.abc import Mapping, Sequence
from typing import Any

from qmtool import __version__
from qmtool.model.diagnostic import Diagnostic, Location, Rule, Severity
from qmtool.model.document import Suppression
from qmtool.reports.check_report import CheckReport, advice, as_json, fingerprints
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe
from qmtool.rules import ALL_RULES

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
ROOT = "%SRCROOT%"
FINGERPRINT = "qmLine/v1"

_LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "note",
}
_MARKUP = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})
"""In a message, brackets are links and braces are arguments (SARIF 2.1.0, 3.11)."""


def sarif(report: CheckReport, language: Language) -> str:
    """Return the diagnostics, those that documents allow among them, as one run of SARIF."""
    found = [*report.diagnostics, *(one.diagnostic for one in report.suppressed)]
    marks: list[Suppression | None] = [None] * len(report.diagnostics)
    marks += [one.suppression for one in report.suppressed]
    rules = _rules(found)
    ranks = {rule.code: rank for rank, rule in enumerate(rules)}
    results = [
        _result(one, ranks[one.code], report.lines, language)
        | {"partialFingerprints": {FINGERPRINT: fingerprint}, "suppressions": _suppressions(mark)}
        for one, mark, fingerprint in zip(
            found, marks, fingerprints(found, report.lines), strict=True
        )
    ]
    run = {
        "tool": {"driver": _driver(rules)},
        "columnKind": "utf16CodeUnits",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The top of the Git repository."}}},
        "results": results,
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rules(found: Sequence[Diagnostic]) -> list[Rule]:
    """Return the rules that speak in *found*."""
    codes = {one.code for one in found}
    return [rule for rule in ALL_RULES if rule.code in codes]


def _driver(rules: Sequence[Rule]) -> dict[str, Any]:
    return {
        "name": "qm",
        "semanticVersion": __version__,
        "rules": [_descriptor(rule) for rule in rules],
    }


def _descriptor(rule: Rule) -> dict[str, Any]:
    """Return what SARIF keeps of a rule; its page is the help, so that nobody needs a network."""
    title, _, page = rule.doc.strip().partition("\n")
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": title},
        "help": {"text": rule.doc.strip() + "\n", "markdown": page.strip() + "\n"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.name]},
    }


def _result(
    one: Diagnostic, index: int, lines: Mapping[tuple[str, int], str], language: Language
) -> dict[str, Any]:
    words = f"{safe(language.render(one.message))}\n{advice(one, language)}"
    return {
        "ruleId": one.code,
        "ruleIndex": index,
        "level": _LEVELS[one.severity],
        "message": {"text": words.translate(_MARKUP)},
        "locations": [{"physicalLocation": _place(one.location, lines)}],
    }


def _place(place: Location, lines: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    before = lines.get((place.path, place.line), "")[: place.column - 1]
    beyond = sum(ord(letter) > 0xFFFF for letter in before)  # these are two units of UTF-16
    return {
        "artifactLocation": {"uri": uri(place.path), "uriBaseId": ROOT},
        "region": {"startLine": place.line, "startColumn": place.column + beyond},
    }


def uri(path: str) -> str:
    """Return the relative URI of *path*, whatever bytes it is made of."""
    from urllib.parse import quote_from_bytes

    return quote_from_bytes(path.encode(errors="surrogateescape"), safe="/-._~")


def _suppressions(mark: Suppression | None) -> list[dict[str, Any]]:
    """Return the suppression of a result; an empty list says that nothing suppresses it."""
    if mark is None:
        return []
    why = {"until": str(mark.until), "by": mark.by}
    return [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": safe(mark.reason),
            "properties": why,
        }
    ]
