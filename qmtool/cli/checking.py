"""What `qm check` and `qm status` share: choosing diagnostics and preparing their report."""

from collections.abc import Sequence, Set

from qmtool.errors import SettingsError, UsageError
from qmtool.model.diagnostic import Diagnostic, Rule, Severity
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.model.text import Text, listing, say
from qmtool.reports.check_report import CheckReport
from qmtool.reports.check_veil import without_identities
from qmtool.repository.finding import find
from qmtool.repository.load import Snapshot
from qmtool.rules import ALL_RULES, engine
from qmtool.rules.changes import only_new
from qmtool.rules.engine import Outcome, Suppressed

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


def rules_named(selected: Sequence[str], ignored: Sequence[str]) -> list[Rule]:
    """Return the rules that the options choose, by codes, beginnings of codes or names."""
    chosen = _named(selected, "--select") if selected else {rule.code for rule in ALL_RULES}
    chosen -= _named(ignored, "--ignore")
    return [rule for rule in ALL_RULES if rule.code in chosen]


def _named(words: Sequence[str], option: str) -> set[str]:
    """Return the codes of the rules that *words* mean; commas separate too."""
    codes: set[str] = set()
    for word in (part.strip() for one in words for part in one.split(",")):
        found = {
            rule.code
            for rule in ALL_RULES
            if rule.name == word or (word.startswith("QM") and rule.code.startswith(word))
        }
        if not found:
            from qmtool.model.advice import nearest

            names = [rule.name for rule in ALL_RULES]
            advice = nearest(word, [*names, *(rule.code for rule in ALL_RULES)]) or Text("")
            raise UsageError(
                say(
                    "{option}: no rule is called {name}. {advice}",
                    option=option,
                    name=word,
                    advice=advice,
                )
            )
        codes |= found
    return codes


def judged(project: Project, rules: Sequence[Rule], told: Set[str] = frozenset()) -> Outcome:
    """Return what *rules* find in *project*.

    Of a change that is what its base does not have as well, and all there is in the files *told*.
    """
    outcome = engine.run(project, rules)
    if project.base is None:
        return outcome
    allowed = [one.diagnostic for one in outcome.suppressed]
    if all(one.location.path in told for one in (*outcome.diagnostics, *allowed)):
        return outcome
    before = engine.run(project.base, rules)
    new = set(only_new(project, _not_in(told, outcome.diagnostics), before.diagnostics))
    new |= set(
        only_new(project, _not_in(told, allowed), [one.diagnostic for one in before.suppressed])
    )
    return Outcome(
        [one for one in outcome.diagnostics if one in new or one.location.path in told],
        [
            one
            for one in outcome.suppressed
            if one.diagnostic in new or one.diagnostic.location.path in told
        ],
    )


def _not_in(told: Set[str], found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [one for one in found if one.location.path not in told]


def concerning(
    project: Project, diagnostics: Sequence[Diagnostic], wanted: Sequence[str]
) -> list[Diagnostic]:
    """Return the diagnostics located in the documents *wanted*, all of them by default."""
    if not wanted:
        return list(diagnostics)
    paths = _paths(project, wanted)
    return [one for one in diagnostics if one.location.path in paths]


def _paths(project: Project, wanted: Sequence[str]) -> set[str]:
    """Return the paths that the ids and paths *wanted* name."""
    return {
        name if name in project.files else find(project, name).path
        for name in (one.removeprefix("./") for one in wanted)
    }


def report_of(
    snapshot: Snapshot,
    diagnostics: Sequence[Diagnostic],
    suppressed: Sequence[Suppressed],
    notes: Sequence[Text],
    *,
    fail_on: Severity = Severity.ERROR,
    wanted: Sequence[str] = (),
) -> CheckReport:
    """Return the report of *diagnostics*, in the documents *wanted*, with their lines."""
    numbers: dict[str, set[int]] = {}
    for one in (*diagnostics, *(each.diagnostic for each in suppressed)):
        numbers.setdefault(one.location.path, set()).add(one.location.line)
    lines: dict[tuple[str, int], str] = {}
    present = [path for path in numbers if path in snapshot.source.entries]
    for path, data, _ in snapshot.source.read(present):
        if data is not None and b"\0" not in data:  # of a binary file no line can be read
            split = data.decode(errors="replace").split("\n")
            lines.update(
                {(path, n): split[n - 1].rstrip("\r") for n in numbers[path] if n <= len(split)}
            )
    project = snapshot.project
    report = CheckReport(
        diagnostics,
        lines,
        len(project.documents),
        suppressed,
        notes,
        paths=[*_paths(project, wanted)] if wanted else [one.path for one in project.documents],
        on=project.on,
        fail_on=fail_on,
    )
    return without_identities(report, project)


def exit_code(project: Project, diagnostics: Sequence[Diagnostic], threshold: Severity) -> int:
    """Return 4 if a file could not be read, 1 if something reaches *threshold*, else 0."""
    if project.unread:
        return EXIT_UNREAD
    return int(any(one.severity >= threshold for one in diagnostics))
