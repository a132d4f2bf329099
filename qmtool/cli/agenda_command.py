"""`qm agenda`."""

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    day,
    emit,
    file_language,
    language,
    repository,
    snapshot,
)
from qmtool.cli.filters import ProcessOption, SiteOption, one_of
from qmtool.model.text import say

if TYPE_CHECKING:
    from qmtool.model.agenda import Agenda, Wanted
    from qmtool.model.project import Project
    from qmtool.repository.load import Snapshot

HELP = _("Say what is due: steps of records, reviews, certificates; what is late first.")
EXAMPLE = _("Example: qm agenda --person rq1 --days 365 -o agenda.ics")


def command(
    person: Annotated[
        str, typer.Option("--person", metavar="ID", help=_("Only what this person answers for."))
    ] = "",
    process: ProcessOption = "",
    site: SiteOption = "",
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            help=_("Only this kind: action, event, procedure…; or document-review, surveillance…"),
        ),
    ] = "",
    until: Annotated[
        str,
        typer.Option("--until", metavar="YYYY-MM-DD", help=_("Up to this day; late always shown.")),
    ] = "",
    days: Annotated[
        int | None,
        typer.Option(
            "--days", metavar="N", min=0, help=_("Up to so many days ahead; default: 90.")
        ),
    ] = None,
    late: Annotated[bool, typer.Option("--late", help=_("Only what is late."))] = False,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, ics, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Say what is due, and what is late."""
    from qmtool.model.agenda import Wanted, agenda
    from qmtool.reports.agenda import AGENDA_FORMATS

    name = choose_format(format_, output, dict(AGENDA_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache, in_force=True)
    project = _with_certificates(found)
    wanted = Wanted(person, process, site, kind, late)
    _refuse_unknown(project, wanted)
    result = agenda(project, _last(project.on, until, days), wanted)
    if name == "ics":
        result = _discreet(project, result)
    emit(AGENDA_FORMATS[name](result, file_language(found) if output else language()), output)
    return 0


def _last(on: date, until: str, days: int | None) -> date:
    """Return the last day that is looked at."""
    from qmtool.errors import UsageError
    from qmtool.model.agenda import AHEAD_DAYS

    if until and days is not None:
        raise UsageError(say("give --until or --days, not both"))
    if not until:
        ahead = AHEAD_DAYS if days is None else days
        return on + timedelta(days=min(ahead, (date.max - on).days))
    last = day(until)
    if last < on:
        raise UsageError(
            say("--until {until} is before {on}, the day of the agenda", until=last, on=on)
        )
    return last


def _with_certificates(found: "Snapshot") -> "Project":
    """Return the project with the referentials of its certificates, adopted or not."""
    project, library = found.project, found.library
    names = {one.referential for one in project.settings.certificates}
    missing = sorted((names - set(project.referentials)) & set(library.referential_ids))
    more = {name: library.referential(name) for name in missing}
    return replace(project, referentials={**project.referentials, **more}) if more else project


def _refuse_unknown(project: "Project", wanted: "Wanted") -> None:
    """Raise UsageError if an option names what is not there: an empty agenda would say nothing."""
    from qmtool.model.agenda import Nature

    settings, documents = project.settings, project.documents
    people = [one.identifier for one in (*settings.policy.people, *project.policy.people)]
    processes = [one.identifier for one in settings.processes]
    one_of("--process", wanted.process, [*processes, *map(project.process_of, documents)])
    one_of("--person", wanted.person, [*people, *map(project.owner_of, documents)])
    one_of("--site", wanted.site, [one.identifier for one in settings.sites])
    one_of("--kind", wanted.kind, [*project.kinds, *Nature])


def _discreet(project: "Project", result: "Agenda") -> "Agenda":
    """Return *result* without the titles of documents that tell who somebody is.

    A calendar is copied to phones and to servers that are not the centre's.
    """
    from qmtool.rules.telling import telling

    paths = {one.path for one in result.items if one.path}
    hidden = telling(project, [project.by_path[path] for path in sorted(paths)])
    items = [one._replace(title="") if one.path in hidden else one for one in result.items]
    return replace(result, items=items)
