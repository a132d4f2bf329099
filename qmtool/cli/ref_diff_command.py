"""`qm ref diff`."""

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
    referentials,
    spoken,
)

HELP = _("Compare two referentials: by their crosswalk if there is one, else by their ids.")
EXAMPLE = _("Example: qm ref diff iso-9001-2008 iso-9001-2015")


def command(
    first: Annotated[str, typer.Argument(help=_("Id of a referential."))],
    second: Annotated[str, typer.Argument(help=_("Id of the other one."))],
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Compare two referentials."""
    from qmtool.errors import UsageError
    from qmtool.model.comparison import compare
    from qmtool.model.text import say
    from qmtool.reports.comparison import COMPARISON_FORMATS, Compared

    name = choose_format(format_, output, dict(COMPARISON_FORMATS))
    library, today = referentials(on=on, at=at, use_cache=cache)
    library.known(first), library.known(second)
    if first == second:
        raise UsageError(say("{id} is the same referential twice", id=first))
    found = compare(library.referential(first), library.referential(second), library.crosswalks)
    library.save()
    emit(COMPARISON_FORMATS[name](Compared(found, today), spoken(output)), output)
    return 0
