"""`qm indicators`."""

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
    named,
    repository,
    snapshot,
    with_own_pages,
)
from qmtool.cli.filters import ProcessOption, SiteOption, one_of, period_of, refuse_unknown_site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmtool.model.project import Project

HELP = _("Follow the indicators: last values against their targets, run charts with limits.")
EXAMPLE = _("Example: qm indicators --period 2025..2026 -o indicators.html")


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help=_("Ids of indicators; default: all of them.")),
    ] = None,
    period: Annotated[
        str,
        typer.Option(
            "--period", metavar="FROM..TO", help=_("Only values of this time: 2026, 2025-07..2026.")
        ),
    ] = "",
    process: ProcessOption = "",
    site: SiteOption = "",
    format_: Annotated[
        str, typer.Option("--format", help="text, json, csv, markdown, html, svg")
    ] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell where the indicators stand."""
    from qmtool.model.indicators import indicators
    from qmtool.reports.indicators import INDICATOR_FORMATS, text_of_one
    from qmtool.repository.series import all_series

    shape = choose_format(format_, output, dict(INDICATOR_FORMATS))
    wanted = period_of(period)
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache)
    project = found.project
    one_of("--process", process, [one.identifier for one in project.settings.processes])
    asked = _known(project, [named(repo, one) for one in names or ()])
    if shape == "svg":
        _refuse_several(asked)
    refuse_unknown_site(project.settings, site)
    series = all_series(found.source, project)
    shown = indicators(project, series, names=asked, process=process, site=site, period=wanted)
    speak = file_language(found) if output else language()
    alone = shape == "text" and len(asked) == len(shown.found) == 1
    forms = with_own_pages(INDICATOR_FORMATS, found.library)
    emit((text_of_one if alone else forms[shape])(shown, speak), output)
    return 0


def _known(project: "Project", names: "Sequence[str]") -> list[str]:
    """Return the ids of the indicators *names*, or raise UsageError about one that is none."""
    from qmtool.errors import UsageError
    from qmtool.model.advice import nearest
    from qmtool.model.indicators import keeps_series
    from qmtool.model.text import say

    every = list(keeps_series(project))
    known = {key: one.identifier for one in every for key in (one.path, one.identifier) if key}
    for name in names:
        if name not in known:
            advice = nearest(name, list(known)) or say("Type qm indicators to see them.")
            raise UsageError(
                say("no indicator is called {name}. {advice}", name=name, advice=advice)
            )
    return list(dict.fromkeys(known[name] for name in names))


def _refuse_several(names: "Sequence[str]") -> None:
    """Raise UsageError unless one indicator is named: a picture shows one."""
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    if len(names) != 1:
        raise UsageError(
            say("a picture shows one indicator: name it, or write a page with -o FILE.html")
        )
