"""The outcome of a check as JUnit XML: one test for each document."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qmtool.model.diagnostic import Diagnostic
from qmtool.reports.check_report import CheckReport, advice, allowed, head, summary
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe, visible

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

NAME = "qm check"

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RUNNER_WORDS = re.compile(r"#(?=#(\[|teamcity\[))")
_COMMAND = re.compile(r"^(\s*):(?=:)", re.MULTILINE)


def junit(report: CheckReport, language: Language) -> str:
    """Return one test case for each document, failed by what reaches the severity that fails.

    What weighs less is in the output of the suite, where all schemas of JUnit let it stand.
    """
    from xml.etree.ElementTree import Element, SubElement, indent, tostring

    failing: dict[str, list[Diagnostic]] = {path: [] for path in report.paths}
    rest = []
    for one in report.diagnostics:
        failing.setdefault(one.location.path, [])
        if one.severity >= report.fail_on:
            failing[one.location.path].append(one)
        else:
            rest.append(f"{head(one, language)}\n  {advice(one, language)}")
    rest += [allowed(one, language) for one in report.suppressed]
    rest += [safe(language.render(note)) for note in report.notes]
    root = Element("testsuites")
    suite = SubElement(root, "testsuite", _suite(report, failing))
    SubElement(suite, "properties")
    for path in sorted(failing):
        _case(suite, path, failing[path], language)
    SubElement(suite, "system-out").text = _legal("\n".join([*rest, summary(report, language)]))
    SubElement(suite, "system-err")
    indent(root)
    written = tostring(root, encoding="unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_unheard(written)}\n'


def _suite(report: CheckReport, failing: dict[str, list[Diagnostic]]) -> dict[str, str]:
    """Return the attributes of the suite; its moment is the day judged on, never the clock."""
    return {
        "name": NAME,
        "package": NAME,
        "id": "0",
        "timestamp": f"{report.on.isoformat()}T00:00:00",
        "hostname": "localhost",
        "tests": str(len(failing)),
        "failures": str(sum(bool(found) for found in failing.values())),
        "errors": "0",
        "time": "0",
    }


def _case(suite: "Element", path: str, found: Sequence[Diagnostic], language: Language) -> None:
    from xml.etree.ElementTree import SubElement

    folder, _, _ = path.rpartition("/")
    names = {"name": _legal(visible(path)), "classname": _legal(visible(folder)) or "."}
    case = SubElement(suite, "testcase", {**names, "time": "0"})
    if found:
        message = "; ".join(safe(language.render(one.message)) for one in found)
        codes = " ".join(sorted({one.code for one in found}))
        failure = SubElement(case, "failure", {"type": codes, "message": _legal(message)})
        failure.text = _legal(
            "\n".join(f"{head(one, language)}\n  {advice(one, language)}" for one in found)
        )


def _legal(text: str) -> str:
    """Return *text* without the characters that XML 1.0 cannot hold."""
    return _ILLEGAL.sub("", text)


def _unheard(xml: str) -> str:
    """Return *xml* with references in place of what the runner of a CI service would obey."""
    return _COMMAND.sub(r"\1&#58;", _RUNNER_WORDS.sub("&#35;", xml))
