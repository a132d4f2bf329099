"""`qm list`."""

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
    repository,
    snapshot,
)

HELP = _("List the documents: which version is in force, in which state, and when to review it.")
EXAMPLE = _("Example: qm list --process accueil --state in-force")


def command(
    kind: Annotated[str, typer.Option("--kind", help=_("Only documents of this kind."))] = "",
    process: Annotated[
        str, typer.Option("--process", help=_("Only documents of this process."))
    ] = "",
    state: Annotated[
        str, typer.Option("--state", help=_("in-force, overdue, scheduled, draft, …"))
    ] = "",
    owner: Annotated[str, typer.Option("--owner", help=_("Only documents of this person."))] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """List the documents."""
    from qmtool.errors import UsageError
    from qmtool.model.standing import State, standings
    from qmtool.model.text import listing, say
    from qmtool.reports.listing import LIST_FORMATS

    name = choose_format(format_, output, dict(LIST_FORMATS))
    if state and state not in list(State):
        raise UsageError(
            say("--state {value} is none of {choices}", value=state, choices=listing(State))
        )
    found = snapshot(repository(), on=on, at=at, use_cache=cache, in_force=True)
    kept = [
        one
        for one in standings(found.project)
        if kind in ("", one.document.kind)
        and process in ("", one.process)
        and owner in ("", one.owner)
        and state in ("", one.state.value)
    ]
    emit(LIST_FORMATS[name](kept, language()), output)
    return 0
