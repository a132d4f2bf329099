"""`qm audit programme`."""

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
    file_language,
    language,
    repository,
    snapshot,
)

HELP = _("Show the audits of a year, and what no audit saw within its cycle.")
EXAMPLE = _("Example: qm audit programme 2026 -o programme.html")


def command(
    year: Annotated[
        int, typer.Argument(min=0, max=9998, help=_("The year; default: this one."))
    ] = 0,
    format_: Annotated[
        str, typer.Option("--format", help="text, json, markdown, html, csv, xlsx")
    ] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Show the audit programme of a year."""
    from qmtool.model.audit_programme import programme
    from qmtool.reports.audit_programme import PROGRAMME_FORMATS

    name = choose_format(format_, output, dict(PROGRAMME_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache)
    spoken = file_language(found) if output else language()
    year = year or found.project.on.year
    emit(PROGRAMME_FORMATS[name](programme(found.project, year), spoken), output)
    return 0
