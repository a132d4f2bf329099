"""`qm doctor`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    OutputOption,
    _,
    choose_format,
    emit,
    language,
    now,
    repository,
    spoken,
)
from qmtool.errors import UsageError
from qmtool.model.text import Text, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.restore_tag import Restored

HELP = _("Say what is wrong with this clone, its tools and its settings, and what to type.")
EXAMPLE = _("Example: qm doctor --restore-tag release/PR-ACC-001/1.0")


def command(
    restore: Annotated[
        str,
        typer.Option("--restore-tag", metavar="TAG", help=_("Bring a lost tag back, as it was.")),
    ] = "",
    source: Annotated[
        str, typer.Option("--from", metavar="PATH", help=_("The clone to take the tag from."))
    ] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json")] = "",
    output: OutputOption = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Examine the clone, or bring back one of its tags."""
    if restore:
        return _restore(restore, source, dry_run)
    if source or dry_run:
        raise UsageError(say("--from and --dry-run go with --restore-tag"))
    from qmtool.model.doctor import is_well, judge
    from qmtool.reports.doctor import DOCTOR_FORMATS
    from qmtool.repository.condition import read_condition

    name = choose_format(format_, output, dict(DOCTOR_FORMATS))
    findings = judge(read_condition(repository(), now(), use_cache=cache))
    emit(DOCTOR_FORMATS[name](findings, spoken(output)), output)
    return 0 if is_well(findings) else 1


def _restore(name: str, source: str, dry_run: bool) -> int:
    from qmtool.actions.restore_tag import restore_tag

    elsewhere = Path(source).expanduser().absolute() if source else None
    done = restore_tag(repository(), name, elsewhere, dry_run=dry_run)
    emit(safe(language().render(_outcome(done, dry_run))) + "\n")
    return 0


def _outcome(done: "Restored", dry_run: bool) -> Text:
    if done.was_there:
        return say("{tag} is there, and is what its name says", tag=done.tag)
    if dry_run:
        return say(
            "{tag} would be restored, on the commit {commit}", tag=done.tag, commit=done.commit[:10]
        )
    return say("{tag} is restored, on the commit {commit}", tag=done.tag, commit=done.commit[:10])
