"""`qm map`."""

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
    with_own_pages,
)
from qmtool.cli.filters import one_of
from qmtool.errors import UsageError
from qmtool.model.text import say

HELP = _("Draw the process map, or the map of the interested parties.")
EXAMPLE = _("Example: qm map --parties -o parties.svg")


def command(
    subject: Annotated[
        str, typer.Argument(metavar="[parties]", help=_("Of what: processes, or parties."))
    ] = "",
    parties: Annotated[
        bool, typer.Option("--parties", help=_("The interested parties, by proximity."))
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text, json, html, svg")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Draw a map of the centre."""
    from qmtool.model.process_map import party_map, process_map
    from qmtool.reports.map import PARTY_FORMATS, PROCESS_FORMATS

    one_of("MAP", subject, ("processes", "parties"))
    if parties and subject == "processes":
        raise UsageError(say("a map is of processes or of parties: name one of them"))
    name = choose_format(format_, output, dict(PROCESS_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache, in_force=True)
    speak = file_language(found) if output else language()
    if parties or subject == "parties":
        forms = with_own_pages(PARTY_FORMATS, found.library)
        emit(forms[name](party_map(found.project), speak), output)
    else:
        forms = with_own_pages(PROCESS_FORMATS, found.library)
        emit(forms[name](process_map(found.project), speak), output)
    return 0
