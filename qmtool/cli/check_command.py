"""`qm check`."""

from typing import Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    language,
    named,
    note_without_settings,
    repository,
    snapshot,
)

HELP = _("Check the documents against the rules, and say what is wrong, where, and how to mend it.")
EXAMPLE = _("Example: qm check --fail-on warning")


def command(
    documents: Annotated[
        list[str] | None,
        typer.Argument(help=_("Only say what concerns these documents (ids or paths).")),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, concise, json")] = "",
    output: OutputOption = "",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help=_("error, warning or info; default: qm.yaml."))
    ] = "",
    staged: Annotated[
        bool, typer.Option("--staged", help=_("Read what is staged for the next commit."))
    ] = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Check the documents against the rules."""
    from qmtool.cli.checking import concerning, exit_code, report_of, severity_named
    from qmtool.reports.check import FORMATS
    from qmtool.rules import engine

    name = choose_format(format_, output, dict(FORMATS))
    repo = repository()
    found = snapshot(repo, on=on, at=at, staged=staged, use_cache=cache)
    threshold = severity_named(fail_on, found.project.settings)
    outcome = engine.run(found.project)
    kept = concerning(
        found.project, outcome.diagnostics, [named(repo, one) for one in documents or []]
    )
    report = report_of(found, kept, len(outcome.suppressed), note_without_settings(found))
    emit(FORMATS[name](report, language()), output)
    return exit_code(found.project, kept, threshold)
