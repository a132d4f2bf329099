"""`qm risks`."""

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
from qmtool.cli.filters import ProcessOption, SiteOption, one_of, refuse_unknown_site

HELP = _("Show the risks by severity and frequency, before and after the actions.")
EXAMPLE = _("Example: qm risks --process welcome -o risks.html")


def command(
    process: ProcessOption = "",
    site: SiteOption = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, csv, html, svg")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Show the risk matrix and the risks, the greatest first."""
    from qmtool.model.risk_map import risk_map
    from qmtool.reports.risks import RISK_FORMATS

    name = choose_format(format_, output, dict(RISK_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache)
    settings = found.project.settings
    one_of("--process", process, [one.identifier for one in settings.processes])
    refuse_unknown_site(settings, site)
    speak = file_language(found) if output else language()
    forms = with_own_pages(RISK_FORMATS, found.library)
    emit(forms[name](risk_map(found.project, process=process, site=site), speak), output)
    return 0
