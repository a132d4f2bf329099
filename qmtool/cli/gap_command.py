"""`qm gap`."""

from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    from datetime import date

    from qmtool.model.referential import Referential

HELP = _("Tell, for a referential and a day, what is described, what is proven, and what is not.")
EXAMPLE = _("Example: qm gap iso-9001-2015 --on 2027-01-15 -o gap.html")


def command(
    referential: Annotated[str, typer.Argument(help=_("Id of a referential."))],
    site: Annotated[str, typer.Option("--site", help=_("Only this site."))] = "",
    fail_under: Annotated[
        float,
        typer.Option(
            "--fail-under", metavar="PERCENT", help=_("Exit 1 if fewer requirements are ready.")
        ),
    ] = 0,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, html")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell what is described and proven, and what is not."""
    from qmtool.errors import UsageError
    from qmtool.model.gap import gap
    from qmtool.model.text import listing, say
    from qmtool.reports.gap import GAP_FORMATS

    name = choose_format(format_, output, dict(GAP_FORMATS))
    found = snapshot(
        repository(),
        on=on,
        at=at,
        use_cache=cache,
        referentials=(referential,),
        in_force=True,
        crosswalks=True,
    )
    project = found.project
    found.library.known(referential)
    _refuse_unjudged(project.referentials[referential])
    sites = [one.identifier for one in project.settings.sites]
    if site and site not in sites:
        raise UsageError(
            say("the site {site} is none of {choices}", site=site, choices=listing(sites) or "–")
        )
    if fail_under:
        _refuse_unrated(project.referentials[referential], project.on)
    result = gap(project, project.referentials[referential], site=site or None)
    speak = file_language(found) if output else language()
    emit(GAP_FORMATS[name](result, speak), output)
    share = result.ready_share()
    return int(share is not None and share * 100 < fail_under)


def _refuse_unjudged(referential: "Referential") -> None:
    """Raise Refused if *referential* asks nothing of a centre: no gap is told against it."""
    from qmtool.errors import Refused
    from qmtool.model.gap import notices_about
    from qmtool.model.referential import UNJUDGED
    from qmtool.model.text import say

    if referential.type in UNJUDGED:
        why = next(notices_about(referential, referential.verified_on))
        raise Refused(
            say(
                "there is no gap against {id}. {why} Type qm ref show {id} to read it",
                id=referential.identifier,
                why=why,
            )
        )


def _refuse_unrated(referential: "Referential", on: "date") -> None:
    """Raise UsageError if `--fail-under` would judge what no percentage is told of."""
    from qmtool.errors import UsageError
    from qmtool.model.gap import may_be_rated, notices_about
    from qmtool.model.text import say

    if not may_be_rated(referential, on):
        why = next(notices_about(referential, on))
        raise UsageError(
            say("--fail-under cannot judge {id}. {why}", id=referential.identifier, why=why)
        )
