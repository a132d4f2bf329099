"""`qm check`."""

import sys
from collections.abc import Set
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    day,
    emit,
    language,
    named,
    note_without_settings,
    repository,
    snapshot,
    tell_pending,
)

if TYPE_CHECKING:
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

HELP = _("Check the documents against the rules, and say what is wrong, where, and how to mend it.")
EXAMPLE = _("Example: qm check --fail-on warning")


def command(
    documents: Annotated[
        list[str] | None,
        typer.Argument(help=_("Only say what concerns these documents (ids or paths).")),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="text, concise, json, sarif, junit, github, gitlab")
    ] = "",
    output: OutputOption = "",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help=_("error, warning or info; default: qm.yaml."))
    ] = "",
    staged: Annotated[
        bool, typer.Option("--staged", help=_("Read what is staged for the next commit."))
    ] = False,
    diff: Annotated[
        str,
        typer.Option(
            "--diff", metavar="REV", help=_("Only say what is new since this branch or commit.")
        ),
    ] = "",
    pushed: Annotated[
        bool,
        typer.Option("--receive", help=_("Judge a push, as the pre-receive hook of a server.")),
    ] = False,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE", help=_("Only these rules: QM301, QM3, a name.")),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE", help=_("Without these rules."))
    ] = None,
    counts: Annotated[
        bool, typer.Option("--statistics", help=_("Say how often each rule speaks, not where."))
    ] = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Check the documents against the rules."""
    from qmtool.cli import checking
    from qmtool.reports.check import FORMATS, statistics

    if pushed:
        from qmtool.cli.receiving import read_updates, receive
        from qmtool.repository import git

        updates = read_updates(sys.stdin)
        return receive(git.discover_receiving(Path.cwd()), updates, fail_on, day(on), cache)
    name = choose_format(format_, output, dict(FORMATS))
    rules = checking.rules_named(select or [], ignore or [])
    repo = repository()
    changed: Set[str] = frozenset()
    if diff or staged:
        tell_pending(repo)
        found, changed = _of_a_change(repo, diff, at, staged, day(on), cache)
    else:
        found = snapshot(repo, on=on, at=at, use_cache=cache)
    threshold = checking.severity_named(fail_on, found.project.settings)
    outcome = checking.judged(found.project, rules, changed)
    wanted = [named(repo, one) for one in documents or []]
    kept = checking.concerning(found.project, outcome.diagnostics, wanted)
    notes = note_without_settings(found)
    report = checking.report_of(
        found, kept, outcome.suppressed, notes, fail_on=threshold, wanted=wanted
    )
    shown = statistics if counts and name == "text" else FORMATS[name]
    emit(shown(report, language()), output)
    return checking.exit_code(found.project, kept, threshold)


def _of_a_change(
    repo: "Repository", into: str, at: str, staged: bool, on: date, use_cache: bool
) -> "tuple[Snapshot, Set[str]]":
    """Return the snapshot of what changes, and the paths of which all is told."""
    from qmtool.repository.change import load_change, load_staged
    from qmtool.repository.sources import open_source

    source = open_source(repo, at or None, staged=staged)
    if into:
        return load_change(repo, source, into, on=on, use_cache=use_cache), frozenset()
    return load_staged(repo, on=on, use_cache=use_cache)
