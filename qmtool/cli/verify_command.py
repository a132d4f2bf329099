"""`qm verify`."""

from typing import Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OutputOption,
    _,
    choose_format,
    emit,
    now,
    repository,
    spoken,
    tell_pending,
)

HELP = _("Prove the whole history offline, and say which promise each broken link breaks.")
EXAMPLE = _("Example: qm verify --full --remote origin")

EXIT_BROKEN = 6


def command(
    full: Annotated[
        bool, typer.Option("--full", help=_("Read every object and every released text again."))
    ] = False,
    remote: Annotated[
        str,
        typer.Option(
            "--remote",
            metavar="NAME",
            help=_("Compare with this remote: the one thing that qm may ask the network."),
        ),
    ] = "",
    anchor: Annotated[
        str, typer.Option("--anchor", metavar="FILE", help=_("Compare with a kept anchor, too."))
    ] = "",
    print_anchor: Annotated[
        bool,
        typer.Option("--print-anchor", help=_("Print the anchor of a sound record, to be kept.")),
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text, json")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    cache: CacheOption = True,
) -> int:
    """Prove the history."""
    from qmtool.reports.verification import VERIFY_FORMATS, anchor_text
    from qmtool.repository.verification.run import Order, verify

    name = choose_format(format_, output, dict(VERIFY_FORMATS))
    repo = repository()
    tell_pending(repo)
    moment = int(now().timestamp())
    verdict = verify(repo, Order(moment, full, at, remote, anchor, cache))
    if print_anchor and verdict.is_sound:
        emit(anchor_text(verdict), output)
    else:
        emit(VERIFY_FORMATS[name](verdict, spoken(output)), output)
    return 0 if verdict.is_sound else EXIT_BROKEN
