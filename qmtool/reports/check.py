"""What `qm check` prints: a format is a function, and the table of formats is the option."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe

MAX_EXCERPT = 120

SEVERITY_WORDS: Mapping[Severity, Text] = {
    Severity.ERROR: say("error"),
    Severity.WARNING: say("warning"),
    Severity.INFO: say("info"),
}


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a check: its diagnostics, the lines they stand on, and how much was read."""

    diagnostics: Sequence[Diagnostic]
    lines: Mapping[tuple[str, int], str]
    documents: int
    suppressed: int = 0
    notes: Sequence[object] = ()


def _head(diagnostic: Diagnostic, language: Language) -> str:
    place = diagnostic.location
    severity = language.render(SEVERITY_WORDS[diagnostic.severity])
    return (
        f"{safe(place.path)}:{place.line}:{place.column}: {diagnostic.code} {severity}: "
        f"{safe(language.render(diagnostic.message))} [{diagnostic.name}]"
    )


def concise(report: CheckReport, language: Language) -> str:
    """Return one line a diagnostic, as compilers write it."""
    return "".join(_head(one, language) + "\n" for one in report.diagnostics)


def text(report: CheckReport, language: Language) -> str:
    """Return each diagnostic with its line, a caret and a way to mend it, then the count."""
    parts = []
    for one in report.diagnostics:
        parts.append(_head(one, language))
        excerpt = report.lines.get((one.location.path, one.location.line), "")
        if excerpt.strip():
            parts += _excerpt(one, excerpt)
        fix = language.gettext("fix: {fix}").format(fix=safe(language.render(one.fix)))
        parts.append(f"  {fix}")
        parts.append("")
    parts += [safe(language.render(note)) for note in report.notes]
    parts.append(_summary(report, language))
    return "\n".join(parts) + "\n"


def _excerpt(one: Diagnostic, line: str) -> list[str]:
    """Return the line a diagnostic stands on, cut around its column, and a caret under it."""
    start = max(0, one.location.column - 1 - MAX_EXCERPT // 2)
    if len(line) <= MAX_EXCERPT:
        start = 0
    before = safe(line[start : one.location.column - 1])
    shown = safe(line[start : start + MAX_EXCERPT])
    number = str(one.location.line)
    return [f"  {number} | {shown}", f"  {' ' * len(number)} | {' ' * len(before)}^"]


def _summary(report: CheckReport, language: Language) -> str:
    ngettext = language.ngettext
    found = Counter(one.severity for one in report.diagnostics)
    errors, warnings, remarks = (found[one] for one in sorted(Severity, reverse=True))
    read, kept = report.documents, report.suppressed
    words = [
        ngettext("{n} document", "{n} documents", read).format(n=read),
        ngettext("{n} error", "{n} errors", errors).format(n=errors),
    ]
    if warnings:
        words.append(ngettext("{n} warning", "{n} warnings", warnings).format(n=warnings))
    if remarks:
        words.append(ngettext("{n} remark", "{n} remarks", remarks).format(n=remarks))
    if kept:
        words.append(ngettext("{n} suppressed", "{n} suppressed", kept).format(n=kept))
    return ", ".join(words)


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
                "path": one.location.path.encode(errors="surrogateescape").decode(
                    errors="backslashreplace"
                ),
                "line": one.location.line,
                "column": one.location.column,
                "message": language.render(one.message),
                "fix": language.render(one.fix),
            }
            for one in report.diagnostics
        ],
        "summary": {
            "documents": report.documents,
            **{level.label: counts[level.label] for level in sorted(Severity, reverse=True)},
            "suppressed": report.suppressed,
        },
    }
    shown = json.dumps(value, ensure_ascii=False, indent=2)
    return shown.encode(errors="backslashreplace").decode() + "\n"


FORMATS: Mapping[str, Callable[[CheckReport, Language], str]] = {
    "text": text,
    "concise": concise,
    "json": json_report,
}
