"""The outcome of a check, and the parts of it that several formats write alike."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe
from qmtool.rules.engine import Suppressed

SEVERITY_WORDS: Mapping[Severity, Text] = {
    Severity.ERROR: say("error"),
    Severity.WARNING: say("warning"),
    Severity.INFO: say("info"),
}
CONFIDENTIAL = "QM6"
_RUNNER_WORDS = re.compile(r"#(?=#(\[|teamcity\[))")


@dataclass(frozen=True)
class CheckReport:
    """The outcome of a check: its diagnostics, the lines they stand on, and how much was read.

    *suppressed* are those that documents allow, with the marks that do so; *paths* are the
    documents that were judged, *on* a day, and *fail_on* is the severity that fails the check.
    """

    diagnostics: Sequence[Diagnostic]
    lines: Mapping[tuple[str, int], str]
    documents: int
    suppressed: Sequence[Suppressed] = ()
    notes: Sequence[object] = ()
    paths: Sequence[str] = ()
    on: date = date.min
    fail_on: Severity = Severity.ERROR


def head(diagnostic: Diagnostic, language: Language) -> str:
    """Return a diagnostic as one line, as compilers write it."""
    place = diagnostic.location
    severity = language.render(SEVERITY_WORDS[diagnostic.severity])
    return (
        f"{safe(place.path)}:{place.line}:{place.column}: {diagnostic.code} {severity}: "
        f"{safe(language.render(diagnostic.message))} [{diagnostic.name}]"
    )


def advice(diagnostic: Diagnostic, language: Language) -> str:
    """Return the line that tells how to mend what a diagnostic says."""
    return language.gettext("fix: {fix}").format(fix=safe(language.render(diagnostic.fix)))


def allowed(one: Suppressed, language: Language) -> str:
    """Return the line that tells a suppression: what it allows, until when, by whom and why."""
    found, mark = one
    words = language.gettext("allowed until {until} by {by}: {reason}").format(
        until=mark.until, by=mark.by, reason=mark.reason
    )
    place = found.location
    return f"{safe(place.path)}:{place.line}: {found.code} {safe(words)} [{found.name}]"


def summary(report: CheckReport, language: Language) -> str:
    """Return how many documents were read and how much of each severity was found."""
    ngettext = language.ngettext
    found = Counter(one.severity for one in report.diagnostics)
    errors, warnings, remarks = (found[one] for one in sorted(Severity, reverse=True))
    read, kept = report.documents, len(report.suppressed)
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


def plain(path: str) -> str:
    """Return *path* in characters that every encoding of Unicode can write."""
    return path.encode(errors="surrogateescape").decode(errors="backslashreplace")


def as_json(value: object) -> str:
    """Return *value* as JSON that no CI runner takes for a command, whatever its texts hold."""
    import json  # few checks write it

    from qmtool.reports.json_page import visible_json

    shown = json.dumps(value, ensure_ascii=False, indent=2)
    shown = _RUNNER_WORDS.sub(r"\\u0023", shown)  # outside of its texts JSON has no number sign
    return visible_json(shown) + "\n"


def fingerprints(
    found: Iterable[Diagnostic], lines: Mapping[tuple[str, int], str]
) -> Iterator[str]:
    """Yield, for each diagnostic, a text of its own that stays when the lines around it move.

    It is made of the rule, the file, the words of the line and, where these are the same, of the
    rank. No digit of a line with personal data goes into it: a hash of few digits tells them.
    """
    ranks: Counter[str] = Counter()
    for one in found:
        path, line, _ = one.location
        words = " ".join(lines.get((path, line), "").split())
        if one.code.startswith(CONFIDENTIAL):
            words = re.sub(r"\d", "0", words)
        key = "\0".join((one.code, path, words))
        rank = ranks[key]
        ranks[key] += 1
        whole = f"{key}\0{rank}".encode(errors="surrogatepass")
        yield hashlib.sha256(whole).hexdigest()
