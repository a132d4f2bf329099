"""`qm ref migrate`."""

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
    may_write,
    repository,
    snapshot,
    tell,
)

if TYPE_CHECKING:
    from qmtool.repository.load import Snapshot

HELP = _(
    "Rewrite what documents cite of one referential into what follows it in another, by their "
    "crosswalk. Exit 1 while something is left to decide."
)
EXAMPLE = _("Example: qm ref migrate iso-9001-2008 iso-9001-2015 --dry-run")


def command(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help=_("Id of the referential that is cited."))
    ],
    new: Annotated[
        str, typer.Argument(metavar="NEW", help=_("Id of the referential to cite instead."))
    ],
    choose: Annotated[
        list[str] | None,
        typer.Option(
            "--choose",
            metavar="OLD=NEW[,NEW2]",
            help=_("What a requirement becomes, whatever the crosswalk says; may be repeated."),
        ),
    ] = None,
    dry_run: DryRunOption = False,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    cache: CacheOption = True,
) -> int:
    """Rewrite the references to a referential."""
    from qmtool.actions.migrate import Wanted, migrate
    from qmtool.model.text import say
    from qmtool.reports.language import language_of
    from qmtool.reports.migration import MIGRATION_FORMATS

    name = choose_format(format_, output, dict(MIGRATION_FORMATS))
    repo = repository()
    if output not in ("", "-"):
        may_write(Path(output))  # a report that cannot be kept is said before anything is written

    def read() -> "Snapshot":
        found = snapshot(repo, on="", use_cache=cache, referentials=(old, new))
        for one in (old, new):
            found.library.known(one)
        return found

    done = migrate(repo, Wanted(old, new, tuple(choose or ())), read, dry_run=dry_run)
    speak = language_of(done.language) if output else language()
    emit(MIGRATION_FORMATS[name](done.migration, speak), output)
    if dry_run:
        tell(say("Nothing was changed."))
    elif done.files:
        count = len(done.files)
        tell(
            language()
            .ngettext(
                "Rewritten: {n} file. Read it with git diff, then type: qm check",
                "Rewritten: {n} files. Read them with git diff, then type: qm check",
                count,
            )
            .format(n=count)
        )
    return int(not done.migration.is_settled)
