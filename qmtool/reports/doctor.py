"""What `qm doctor` prints."""

from collections.abc import Callable, Mapping, Sequence

from qmtool.model.diagnostic import Severity
from qmtool.model.doctor_finding import Finding
from qmtool.reports.check_report import SEVERITY_WORDS
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.table import page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped


def text(findings: Sequence[Finding], language: Language) -> str:
    """Return a line for each finding, with what to type below it, and the count."""
    lines = []
    for one in findings:
        said = language.pair(SEVERITY_WORDS[one.severity], language.render(one.message))
        lines += wrapped(safe(said), page_width(), rest="  ")
        if one.command:
            typed = language.gettext("type: {command}").format(command=one.command)
            lines.append(f"  {safe(typed)}")
    count = sum(one.severity is not Severity.INFO for one in findings)
    if count:
        told = language.ngettext("{n} thing to mend", "{n} things to mend", count)
        lines.append(told.format(n=count))
    else:
        lines.append(language.gettext("nothing is wrong"))
    return "\n".join(lines) + "\n"


def json_(findings: Sequence[Finding], language: Language) -> str:
    """Return the findings as JSON."""
    value = {
        "version": 1,
        "findings": [
            {
                "name": one.name,
                "severity": one.severity.label,
                "message": safe(language.render(one.message)),
                "command": safe(one.command) or None,
            }
            for one in findings
        ],
    }
    return json_page(value)


DOCTOR_FORMATS: Mapping[str, Callable[[Sequence[Finding], Language], str]] = {
    "text": text,
    "json": json_,
}
