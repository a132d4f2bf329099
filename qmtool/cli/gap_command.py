"""`qm gap`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    emit,
    file_language,
    language,
    repository,
    snapshot,
    with_own_pages,
)

if TYPE_CHECKING:
    from datetime import date

    from qmtool.model.referential import Referential

HELP = _("Tell, for a referential and a day, what is described, what is proven, and what is not.")
EXAMPLE = _("Example: qm gap iso-9001-2015 --on 2027-01-15 -o gap.html")


def command(
    referential: Annotated[
        list[str], typer.Argument(help=_("Id of a referential; several may be named."))
    ],
    site: Annotated[str, typer.Option("--site", help=_("Only this site."))] = "",
    why: Annotated[
        str,
        typer.Option(
            "--why", metavar="REQUIREMENT", help=_("Why this requirement has its status, in words.")
        ),
    ] = "",
    chapter: Annotated[
        str, typer.Option("--chapter", help=_("All that is known of this chapter, as text."))
    ] = "",
    fail_under: Annotated[
        float,
        typer.Option(
            "--fail-under",
            metavar="PERCENT",
            help=_("Exit 1 if fewer requirements are ready."),
        ),
    ] = 0,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="REV|DAY",
            help=_("What was gained and lost since this day or commit."),
        ),
    ] = "",
    lead: Annotated[
        int,
        typer.Option(
            "--lead",
            min=0,
            max=3650,
            metavar="DAYS",
            help=_("Start so many days before something lapses, with --on a day to come."),
        ),
    ] = 30,
    by_site: Annotated[
        bool, typer.Option("--by-site", help=_("A line for each site and legal entity."))
    ] = False,
    sampling: Annotated[
        bool, typer.Option("--sampling", help=_("Also which sites an audit of several should see."))
    ] = False,
    format_: Annotated[
        str, typer.Option("--format", help="text, json, markdown, html, csv, xlsx, pdf")
    ] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell what is described and proven, and what is not."""
    from qmtool.cli.filters import refuse_unknown_site
    from qmtool.cli.gap_forms import forms_of, refuse_unknown_chapter
    from qmtool.cli.gap_views import Asked
    from qmtool.errors import UsageError
    from qmtool.model.gap import gap
    from qmtool.model.text import say

    if not 0 <= fail_under <= 100:
        raise UsageError(
            say("--fail-under {value} is no percentage: from 0 to 100", value=fail_under)
        )
    referential = list(dict.fromkeys(referential))
    asked = Asked(referential, site, since, lead, by_site, sampling, why, cache)
    others = {"--why": why, "--since": since, "--by-site": by_site, "--sampling": sampling}
    forms = forms_of(chapter, format_, output, others)
    name = asked.format_name(format_, output, forms)
    found = snapshot(
        repository(),
        on=on,
        at=at,
        use_cache=cache,
        referentials=tuple(referential),
        in_force=True,
        crosswalks=True,
    )
    project = found.project
    wanted = [project.referentials[found.library.known(one)] for one in referential]
    for one in wanted:
        refuse_unjudged(one)
        if fail_under:
            _refuse_unrated(one, project.on)
        if chapter:
            refuse_unknown_chapter(one, chapter)
    refuse_unknown_site(project.settings, site)
    results = [gap(project, one, site=site or None) for one in wanted]
    speak = file_language(found) if output else language()
    forms = with_own_pages(forms, found.library)
    emit(asked.told(name, found, results, forms, speak), output)
    shares = [one.ready_share() for one in results]
    # Where no requirement was judged, none is ready.
    return int(any((share or 0) * 100 < fail_under for share in shares))


def refuse_unjudged(referential: "Referential") -> None:
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
