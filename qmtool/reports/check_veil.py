"""The report of a check without what tells who somebody is, in whatever format it is printed."""

from collections.abc import Mapping
from dataclasses import replace

from qmtool.model.diagnostic import Diagnostic
from qmtool.model.project import Project
from qmtool.model.text import Text
from qmtool.model.veil import shown, shown_message, shown_path, tells_too_much, veiled
from qmtool.reports.check_report import CheckReport
from qmtool.rules.confidential import IDENTITY, paths_that_tell
from qmtool.rules.engine import Suppressed


def without_identities(report: CheckReport, project: Project) -> CheckReport:
    """Return *report* about *project* with dots for the names, lines and values that tell too much.

    A line is veiled whole, whichever rule speaks of it: beside a number stands a name.
    """
    telling = paths_that_tell(project)
    names = {path: shown_path(path) for path in telling}
    for one in (*report.diagnostics, *(each.diagnostic for each in report.suppressed)):
        path = one.location.path
        if path not in names:
            names[path] = path if path in project.files else shown_path(path)
    return replace(
        report,
        diagnostics=[_diagnostic(one, names) for one in report.diagnostics],
        lines=_lines(report.lines, project, names),
        suppressed=[
            Suppressed(
                _diagnostic(one.diagnostic, names),
                one.suppression._replace(reason=shown(one.suppression.reason)),
            )
            for one in report.suppressed
        ],
        notes=[shown_message(one) if isinstance(one, Text) else one for one in report.notes],
        paths=[names.get(path, path) for path in report.paths],
    )


def _diagnostic(one: Diagnostic, names: Mapping[str, str]) -> Diagnostic:
    return one._replace(
        location=one.location._replace(path=names[one.location.path]),
        message=shown_message(one.message),
        fix=shown_message(one.fix),
    )


def _lines(
    lines: Mapping[tuple[str, int], str], project: Project, names: Mapping[str, str]
) -> dict[tuple[str, int], str]:
    """Return *lines* by the *names* that are shown of their files, those that tell too much veiled.

    What reading found is asked first: the row of a table tells nothing without its header.
    """
    confidential = set()
    for path in {path for path, _ in lines}:
        document = project.by_path.get(path)
        if document is not None:
            confidential |= {(path, one.line) for one in document.faults if one.rule in IDENTITY}
            confidential |= {(path, one.line) for one in document.health}
    return {
        (names[path], number): veiled(line)
        if (path, number) in confidential or tells_too_much(line)
        else line
        for (path, number), line in lines.items()
    }
