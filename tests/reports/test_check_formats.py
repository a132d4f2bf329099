"""What CI services and editors read of a check: valid, stable, and deaf to what texts say."""

import json
import os
import re
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema

from qmtool.model.diagnostic import Diagnostic, Location, Severity
from qmtool.model.document import Suppression
from qmtool.model.text import say
from qmtool.reports.check import FORMATS
from qmtool.reports.check_report import CheckReport
from qmtool.reports.language import language_of
from qmtool.rules.engine import Suppressed
from tests.conftest import SHARED, Centre, procedure

EN = language_of("en")
SCHEMAS = Path(os.environ.get("QM_SCHEMAS", SHARED / "data" / "schemas"))
PATH = "processes/welcome/applicables/PR-ACC-001.md"
PLACE = Location(PATH, 12, 5)
LINE = "See [the form](FO-ACC-009.md) \N{GRINNING FACE} and [the other](FO-ACC-010.md)."

HOSTILE = {
    "S31": "\x1b[2J \x1b]8;;http://x\x07y \x1b]52;c;eA==\x07 \x9b1m over\rwritten\nnext",
    "S32": "[red]x[/] [/] [link=http://x]y[/link] :boom:",
    "S33": "::error file=x::y\n::set-output name=a::b\n  ::stop-commands::t\n##[error]z %0A::c",
    "S34": "section_start:1:x\r\x1b[0K ##teamcity[buildStatus text='x'] \r##teamcity[x]",
    "S35": "]]> <!-- & \" ' \x00\x08\x0b\ufffe\uffff\ud800 </failure><testcase/>",
    "S36": "released \u202e0.1\u202c\u2066\u200b\ufeff",
}


def found(
    code: str = "QM301",
    name: str = "broken-link",
    *,
    severity: Severity = Severity.ERROR,
    place: Location = PLACE,
    message: str = "PR-ACC-001 links to FO-ACC-009.md, which is not there",
    fix: str = "Name a file that is there.",
) -> Diagnostic:
    """Return a diagnostic, of a broken link by default."""
    return Diagnostic(place, code, name, severity, say("{m}", m=message), say("{f}", f=fix))


def report(*diagnostics: Diagnostic, **values: Any) -> CheckReport:
    """Return the report of *diagnostics* in a system of two documents."""
    lines = {(one.location.path, one.location.line): LINE for one in diagnostics}
    paths = [PATH, PATH.replace("001", "002")]
    values = {"lines": lines, "paths": paths, "on": date(2026, 11, 22), **values}
    return CheckReport(diagnostics, documents=2, **values)


def mark(reason: str = "the form is being written") -> Suppression:
    return Suppression("broken-link", 10, 14, date(2027, 1, 1), "rq1", reason)


def mixed() -> CheckReport:
    """Return a report with all that one can hold."""
    return report(
        found(),
        found(place=Location(PATH, 12, 34), message="PR-ACC-001 links to FO-ACC-010.md"),
        found("QM101", "missing-owner", severity=Severity.WARNING, place=Location(PATH, 2, 1)),
        found("QM106", "unknown-kind", severity=Severity.INFO, place=Location("qm.yaml", 3, 1)),
        suppressed=[Suppressed(found(place=Location(PATH, 13, 1)), mark())],
        notes=[say("there is no qm.yaml")],
    )


def hostile(row: str) -> CheckReport:
    """Return a report whose every text is that of a *row* of `reliability.md` §9."""
    text = HOSTILE[row]
    path = f"{text}.md".replace("\0", "\x01").replace("\ud800", "\udcff")
    one = found(place=Location(path, 1, 3), message=text, fix=text)
    return replace(
        report(one, replace_severity(one), suppressed=[Suppressed(one, mark(text))]),
        notes=[say("{t}", t=text)],
        lines={(path, 1): text.replace("\n", " ")},
        paths=[path],
    )


def replace_severity(one: Diagnostic) -> Diagnostic:
    return one._replace(severity=Severity.WARNING)


def shown(name: str, given: CheckReport) -> str:
    """Return the report as it reaches a pipe: bytes of UTF-8, read again."""
    return FORMATS[name](given, EN).encode(errors="backslashreplace").decode()


def results(given: CheckReport) -> list[dict[str, Any]]:
    run: dict[str, Any] = json.loads(shown("sarif", given))["runs"][0]
    listed: list[dict[str, Any]] = run["results"]
    return listed


def xml(text: str) -> ElementTree.Element:
    """Return the top of an XML *text* that qm wrote a moment ago."""
    return ElementTree.fromstring(text)  # noqa: S314


def all_reports() -> dict[str, CheckReport]:
    return {"empty": report(), "mixed": mixed()} | {row: hostile(row) for row in HOSTILE}


# --- the official schemas ------------------------------------------------------------------


@cache
def junit_schema(file: str) -> xmlschema.XMLSchema10:
    return xmlschema.XMLSchema10(str(SCHEMAS / file))


needs_the_schemas = pytest.mark.skipif(
    not SCHEMAS.is_dir(), reason="../shared/data is not on this machine"
)


@needs_the_schemas
@pytest.mark.parametrize("given", all_reports().values(), ids=all_reports())
def test_sarif_is_valid_by_the_schema_of_oasis(given: CheckReport) -> None:
    schema = json.loads((SCHEMAS / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.FormatChecker())
    assert list(checker.iter_errors(json.loads(shown("sarif", given)))) == []


@needs_the_schemas
@pytest.mark.parametrize("file", ["JUnit.xsd", "junit-10.xsd"])
@pytest.mark.parametrize("given", all_reports().values(), ids=all_reports())
def test_junit_is_valid_by_the_schemas_of_ant_and_of_jenkins(given: CheckReport, file: str) -> None:
    junit_schema(file).validate(xml(shown("junit", given)))


@needs_the_schemas
@pytest.mark.parametrize("given", all_reports().values(), ids=all_reports())
def test_code_quality_is_valid_by_the_schema_of_gitlab(given: CheckReport) -> None:
    schema = json.loads((SCHEMAS / "gitlab-codeclimate.json").read_text(encoding="utf-8"))
    for one in json.loads(shown("gitlab", given)):
        jsonschema.Draft7Validator(schema).validate(one)


# --- SARIF ---------------------------------------------------------------------------------


def test_sarif_counts_columns_in_units_of_utf_16() -> None:
    first, second, *_ = results(mixed())
    columns = [
        one["locations"][0]["physicalLocation"]["region"]["startColumn"] for one in (first, second)
    ]
    assert columns == [5, 35], "an emoji of two units stands between the two"


def test_sarif_takes_brackets_and_braces_for_text() -> None:
    (one,) = results(report(found(message=r"[click](http://x) {0} \ ")))
    assert one["message"]["text"].startswith(r"\[click\](http://x) {{0}} \\ ")


def test_sarif_encodes_paths_as_uris() -> None:
    place = Location("a:b/é #1%20?\udcff.md", 1, 1)
    (one,) = results(report(found(place=place)))
    artifact = one["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {
        "uri": "a%3Ab/%C3%A9%20%231%2520%3F%FF.md",
        "uriBaseId": "%SRCROOT%",
    }


def test_sarif_tells_what_a_document_allows_and_why() -> None:
    found_, allowed = results(mixed())[0], results(mixed())[-1]
    assert found_["suppressions"] == []
    assert allowed["suppressions"] == [
        {
            "kind": "inSource",
            "status": "accepted",
            "justification": "the form is being written",
            "properties": {"until": "2027-01-01", "by": "rq1"},
        }
    ]


def test_sarif_carries_the_page_of_each_rule_that_speaks() -> None:
    run = json.loads(shown("sarif", mixed()))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["QM101", "QM106", "QM301"]
    assert all("## How to fix" in rule["help"]["markdown"] for rule in rules)
    assert [rules[one["ruleIndex"]]["id"] for one in run["results"]] == [
        one["ruleId"] for one in run["results"]
    ]


# --- fingerprints --------------------------------------------------------------------------


def prints(given: CheckReport) -> list[str]:
    """Return the fingerprints of GitLab, which are those of SARIF."""
    gitlab = [one["fingerprint"] for one in json.loads(shown("gitlab", given))]
    sarif = [one["partialFingerprints"]["qmLine/v1"] for one in results(given)]
    assert sarif[: len(gitlab)] == gitlab
    return gitlab


def test_fingerprints_differ_even_on_one_line() -> None:
    assert len(set(prints(mixed()))) == len(mixed().diagnostics)


def test_fingerprints_stay_when_lines_move_and_when_the_language_changes() -> None:
    moved = report(
        *(
            one._replace(location=one.location._replace(line=40, column=1 + n))
            for n, one in enumerate((found(), found()))
        )
    )
    here = report(found(), found(message="PR-ACC-001 mène à FO-ACC-009.md, qui n'existe pas"))
    assert prints(moved) == prints(here)


def test_fingerprints_follow_the_words_of_the_line() -> None:
    place = (PATH, 12)
    changed = replace(report(found()), lines={place: "See [the form](FO-ACC-011.md)."})
    assert prints(changed) != prints(report(found()))


def test_a_fingerprint_tells_no_number_of_a_person() -> None:
    """The hash of a line that is one number could be found again by trying them all."""
    one = found("QM601", "patient-number")
    first, second = (
        shown("gitlab", replace(report(one), lines={(PATH, 12): f"NIR {number}"}))
        for number in ("2 69 05 49 588 157 80", "1 85 11 75 115 005 12")
    )
    assert first == second


# --- JUnit ---------------------------------------------------------------------------------


def test_junit_has_one_case_for_each_document_and_fails_from_the_chosen_severity() -> None:
    tree = xml(shown("junit", mixed()))
    (suite,) = tree
    cases = {case.get("name"): case.find("failure") for case in suite.iter("testcase")}
    assert list(cases) == [PATH, PATH.replace("001", "002"), "qm.yaml"]
    assert [name for name, failure in cases.items() if failure is not None] == [PATH]
    assert suite.get("tests") == "3"
    assert suite.get("failures") == "1"
    assert "QM101 warning" in (suite.findtext("system-out") or "")
    assert "allowed until 2027-01-01 by rq1" in (suite.findtext("system-out") or "")
    strict = xml(shown("junit", replace(mixed(), fail_on=Severity.INFO)))
    assert strict[0].get("failures") == "2"


# --- annotations ---------------------------------------------------------------------------


def test_github_gets_one_command_for_each_diagnostic() -> None:
    path = "a,b:c%.md"
    lines = shown("github", report(found(place=Location(path, 12, 5)))).splitlines()
    assert lines == [
        "::error file=a%2Cb%3Ac%25.md,line=12,col=5,title=QM301 broken-link::"
        "PR-ACC-001 links to FO-ACC-009.md, which is not there%0Afix: Name a file that is there.",
        "2 documents, 1 error",
    ]


def test_github_is_told_that_it_shows_ten_of_each() -> None:
    ten = shown("github", report(*[found()] * 10))
    assert "GitHub shows 10" not in ten
    assert "GitHub shows 10" in shown("github", report(*[found()] * 11))


def test_gitlab_knows_the_severities() -> None:
    levels = [one["severity"] for one in json.loads(shown("gitlab", mixed()))]
    assert levels == ["major", "major", "minor", "info"]


# --- S31–S36 -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("row", HOSTILE)
def test_no_text_of_a_document_is_a_command_of_a_runner(row: str, name: str) -> None:
    out = shown(name, hostile(row))
    assert "##[" not in out
    assert "##teamcity[" not in out
    commands = [line for line in re.split(r"[\n\r]", out) if line.lstrip().startswith("::")]
    if name != "github":
        assert commands == []
        return
    assert [line.split(" ")[0] for line in commands] == ["::error", "::warning"]
    assert all(line.count("::") >= 2 and " file=" in line for line in commands)


@pytest.mark.parametrize("name", ["text", "concise", "github", "junit"])
@pytest.mark.parametrize("row", HOSTILE)
def test_no_text_of_a_document_moves_the_cursor_or_hides(row: str, name: str) -> None:
    out = shown(name, hostile(row))
    assert (
        re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066\ufeff]", out)
        == []
    )


@pytest.mark.parametrize("row", HOSTILE)
def test_what_programs_read_stays_readable(row: str) -> None:
    given = hostile(row)
    for name in ("json", "sarif", "gitlab"):
        json.loads(shown(name, given))
    tree = xml(shown("junit", given))
    assert len(list(tree.iter("testcase"))) == 1
    assert all(one.get("type") == "QM301" for one in tree.iter("failure"))


def test_json_keeps_the_exact_text_that_it_hides_from_runners() -> None:
    text = "::error:: ##[error] ##teamcity[x]"
    (one,) = json.loads(shown("json", report(found(message=text))))["diagnostics"]
    assert one["message"] == text


# --- the command ---------------------------------------------------------------------------


def test_the_extension_of_the_output_chooses(welcome: Centre) -> None:
    welcome.write({PATH: procedure("PR-ACC-001", "## Purpose\n\n[x](no.md)\n")})
    assert welcome.qm("check", "-o", "out.sarif").code == 1
    assert json.loads((welcome.root / "out.sarif").read_text())["version"] == "2.1.0"
    assert welcome.qm("check", "-o", "out.xml").code == 1
    tree = xml((welcome.root / "out.xml").read_text())
    assert [case.get("name", "")[-13:] for case in tree.iter("testcase")] == [
        "PR-ACC-001.md",
        "PR-ACC-002.md",
    ]


def test_a_check_of_some_documents_says_nothing_of_the_others(welcome: Centre) -> None:
    out = welcome.qm("check", "--format", "junit", "PR-ACC-002").out
    assert len(list(xml(out).iter("testcase"))) == 1


def test_a_file_name_is_no_command(welcome: Centre) -> None:
    welcome.write({"processes/welcome/applicables/::error::x ##[y.md": "no front matter\n"})
    for name in FORMATS:
        out = welcome.qm("check", "--format", name).out
        assert "##[" not in out
        assert not re.search(r"^\s*::(?!error file=|warning file=)", out, re.MULTILINE)
