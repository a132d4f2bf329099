"""`qm ref list`."""

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

HELP = _("List the referentials that qm knows, and those of this centre.")
EXAMPLE = _("Example: qm ref list --type regulation")


def command(
    type_: Annotated[
        str, typer.Option("--type", help=_("Only this type: regulation, certification, label, …"))
    ] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """List the referentials."""
    from qmtool.cli.sound_referentials import sound
    from qmtool.errors import UsageError
    from qmtool.model.referential import TYPES
    from qmtool.model.text import listing, say
    from qmtool.reports.referential_list import REFERENTIAL_LIST_FORMATS, Entry

    name = choose_format(format_, output, dict(REFERENTIAL_LIST_FORMATS))
    if type_ and type_ not in TYPES:
        raise UsageError(
            say("--type {value} is none of {choices}", value=type_, choices=listing(TYPES))
        )
    library, today = referentials(on=on, at=at, use_cache=cache)
    entries = [
        Entry(found, found.identifier in library.own_referentials, today)
        for found in sound(library, library.referential_ids)
        if type_ in ("", found.type)
    ]
    library.save()
    emit(REFERENTIAL_LIST_FORMATS[name](entries, spoken(output)), output)
    return 0
