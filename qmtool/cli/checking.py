"""What `qm check` and `qm status` share: choosing diagnostics and preparing their report."""

from collections.abc import Sequence

from qmtool.errors import SettingsError, UsageError
from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import Text, listing, say
from qmtool.reports.check import CheckReport
from qmtool.repository.finding import find
from qmtool.repository.load import Snapshot
from qmtool.rules import ALL_RULES, engine

EXIT_UNREAD = 4


def severity_named(name: str, settings: Settings) -> Severity:
    """Return the severity from which a check fails; refuse rules that `qm.yaml` misspells."""
    unknown = engine.unknown_rules(settings)
    if unknown:
        from qmtool.model.advice import nearest

        advice = nearest(unknown[0], [rule.name for rule in ALL_RULES]) or Text("")
        raise SettingsError(
            say(
                "qm.yaml: check: no rule is called {name}. {advice}", name=unknown[0], advice=advice
            )
        )
    if not name:
        return settings.fail_on
    labels = {severity.label: severity for severity in Severity}
    if name not in labels:
        raise UsageError(
            say("--fail-on {name} is none of {choices}", name=name, choices=listing(labels))
        )
    return labels[name]


def concerning(
    project: Project, diagnostics: Sequence[Diagnostic], wanted: Sequence[str]
) -> list[Diagnostic]:
    """Return the diagnostics located in the documents *wanted*, all of them by default."""
    if not wanted:
        return list(diagnostics)
    paths = {
        name if name in project.files else find(project, name).path
        for name in (one.removeprefix("./") for one in wanted)
    }
    return [one for one in diagnostics if one.location.path in paths]


def report_of(
    snapshot: Snapshot, diagnostics: Sequence[Diagnostic], suppressed: int, notes: Sequence[Text]
) -> CheckReport:
    """Return the report of *diagnostics* with the lines they stand on."""
    wanted: dict[str, set[int]] = {}
    for one in diagnostics:
        wanted.setdefault(one.location.path, set()).add(one.location.line)
    lines: dict[tuple[str, int], str] = {}
    present = [path for path in wanted if path in snapshot.source.entries]
    for path, data, _ in snapshot.source.read(present):
        if data is not None:
            split = data.decode(errors="replace").split("\n")
            lines.update(
                {(path, n): split[n - 1].rstrip("\r") for n in wanted[path] if n <= len(split)}
            )
    return CheckReport(diagnostics, lines, len(snapshot.project.documents), suppressed, notes)


def exit_code(project: Project, diagnostics: Sequence[Diagnostic], threshold: Severity) -> int:
    """Return 4 if a file could not be read, 1 if something reaches *threshold*, else 0."""
    if project.unread:
        return EXIT_UNREAD
    return int(any(one.severity >= threshold for one in diagnostics))
