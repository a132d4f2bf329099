"""What `qm check` prints: a format is a function, and the table of formats is the option."""

from collections import Counter
from collections.abc import Callable, Mapping

from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.text import say
from qmtool.reports.check_annotations import github, gitlab
from qmtool.reports.check_report import (
    SEVERITY_WORDS,
    CheckReport,
    advice,
    allowed,
    as_json,
    head,
    plain,
    summary,
)
from qmtool.reports.check_sarif import sarif
from qmtool.reports.language import Language
from qmtool.reports.table import text_table
from qmtool.reports.terminal import inert, safe
from qmtool.rules.engine import Suppressed

MAX_EXCERPT = 120


def concise(report: CheckReport, language: Language) -> str:
    """Return one line a diagnostic, as compilers write it."""
    return inert("".join(head(one, language) + "\n" for one in report.diagnostics))


def text(report: CheckReport, language: Language) -> str:
    """Return each diagnostic with its line, a caret and a way to mend it, then the count."""
    parts = []
    for one in report.diagnostics:
        parts.append(head(one, language))
        excerpt = report.lines.get((one.location.path, one.location.line), "")
        if excerpt.strip():
            parts += _excerpt(one, excerpt)
        parts.append(f"  {advice(one, language)}")
        parts.append("")
    parts += [allowed(one, language) for one in report.suppressed]
    parts += [safe(language.render(note)) for note in report.notes]
    parts.append(summary(report, language))
    return inert("\n".join(parts) + "\n")


def statistics(report: CheckReport, language: Language) -> str:
    """Return how often each rule speaks, the most frequent first, then the count."""
    counts = Counter((one.code, one.name, one.severity) for one in report.diagnostics)
    rows = [
        (str(count), code, name, language.render(SEVERITY_WORDS[severity]))
        for (code, name, severity), count in sorted(
            counts.items(), key=lambda item: (-item[1], item[0])
        )
    ]
    words = (say("count"), say("rule"), say("name"), say("severity"))
    heads = tuple(language.render(word) for word in words)
    table = text_table(heads, rows, 100) if rows else ""
    return f"{table}{summary(report, language)}\n"


def _excerpt(one: Diagnostic, line: str) -> list[str]:
    """Return the line a diagnostic stands on, cut around its column, and a caret under it."""
    start = max(0, one.location.column - 1 - MAX_EXCERPT // 2)
    if len(line) <= MAX_EXCERPT:
        start = 0
    before = safe(line[start : one.location.column - 1])
    shown = safe(line[start : start + MAX_EXCERPT])
    number = str(one.location.line)
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * len(before)}^"]


def json_report(report: CheckReport, language: Language) -> str:
    """Return the diagnostics as JSON, version 1 of `formats.md`."""
    counts = Counter(one.severity.label for one in report.diagnostics)
    value = {
        "version": 1,
        "diagnostics": [
            {
                "code": one.code,
                "name": one.name,
                "severity": one.severity.label,
                "path": plain(one.location.path),
                "line": one.location.line,
                "column": one.location.column,
                "message": language.render(one.message),
                "fix": language.render(one.fix),
            }
            for one in report.diagnostics
        ],
        "suppressed": [_suppressed(one) for one in report.suppressed],
        "summary": {
            "documents": report.documents,
            **{level.label: counts[level.label] for level in sorted(Severity, reverse=True)},
            "suppressed": len(report.suppressed),
        },
    }
    return as_json(value)


def _suppressed(one: Suppressed) -> dict[str, object]:
    found, mark = one
    return {
        "code": found.code,
        "name": found.name,
        "path": plain(found.location.path),
        "line": found.location.line,
        "until": str(mark.until),
        "by": mark.by,
        "reason": mark.reason,
    }


def junit(report: CheckReport, language: Language) -> str:
    """Return a JUnit report, whose patterns cost every other format 9 ms if they were read here."""
    from qmtool.reports.check_junit import junit as written

    return written(report, language)


FORMATS: Mapping[str, Callable[[CheckReport, Language], str]] = {
    "text": text,
    "concise": concise,
    "json": json_report,
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "gitlab": gitlab,
}
