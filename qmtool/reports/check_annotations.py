"""What `qm check` says on the pages of GitHub and GitLab, beside the lines of a change."""

from collections import Counter
from collections.abc import Mapping

from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.text import say
from qmtool.reports.check_report import (
    SEVERITY_WORDS,
    CheckReport,
    advice,
    allowed,
    as_json,
    fingerprints,
    plain,
    summary,
)
from qmtool.reports.language import Language
from qmtool.reports.terminal import inert, safe, visible

GITHUB_SHOWS = 10
"""How many annotations of one severity GitHub shows for a step; the log has them all."""

_GITHUB_LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFO: "notice",
}
_GITLAB_LEVELS: Mapping[Severity, str] = {
    Severity.ERROR: "major",
    Severity.WARNING: "minor",
    Severity.INFO: "info",
}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = {**_DATA, ord(":"): "%3A", ord(","): "%2C"}


def github(report: CheckReport, language: Language) -> str:
    """Return a workflow command of GitHub for each diagnostic, and the rest as plain lines."""
    found = Counter(one.severity for one in report.diagnostics)
    rest = [allowed(one, language) for one in report.suppressed]
    rest += [safe(language.render(note)) for note in report.notes]
    if any(count > GITHUB_SHOWS for count in found.values()):
        limit = say(
            "GitHub shows {n} annotations of each severity at most; this log has them all",
            n=GITHUB_SHOWS,
        )
        rest.append(language.render(limit))
    rest.append(summary(report, language))
    lines = [_command(one, language) for one in report.diagnostics]
    return "\n".join([*lines, *(inert(line) for line in rest)]) + "\n"


def _command(one: Diagnostic, language: Language) -> str:
    """Return the command that annotates the place of a diagnostic."""
    place = one.location
    properties = {
        "file": visible(place.path),
        "line": str(place.line),
        "col": str(place.column),
        "title": f"{one.code} {one.name}",
    }
    said = ",".join(f"{key}={value.translate(_PROPERTY)}" for key, value in properties.items())
    words = f"{safe(language.render(one.message))}\n{advice(one, language)}"
    return f"::{_GITHUB_LEVELS[one.severity]} {inert(said)}::{inert(words).translate(_DATA)}"


def gitlab(report: CheckReport, language: Language) -> str:
    """Return the diagnostics as a Code Quality report of GitLab."""
    marks = fingerprints(report.diagnostics, report.lines)
    issues = [
        {
            "description": _description(one, language),
            "check_name": f"{one.code} {one.name}",
            "fingerprint": mark,
            "severity": _GITLAB_LEVELS[one.severity],
            "location": {"path": plain(one.location.path), "lines": {"begin": one.location.line}},
        }
        for one, mark in zip(report.diagnostics, marks, strict=True)
    ]
    return as_json(issues)


def _description(one: Diagnostic, language: Language) -> str:
    severity = language.render(SEVERITY_WORDS[one.severity])
    message = safe(language.render(one.message))
    return f"{one.code} {severity}: {message} ({advice(one, language)})"
