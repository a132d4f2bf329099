"""`qm list`."""

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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qmtool.model.master_list import Wanted
    from qmtool.model.project import Project

HELP = _("List the documents: which version is in force, in which state, and when to review it.")
EXAMPLE = _("Example: qm list --applicable -o documents-applicables.xlsx")


def command(
    kind: Annotated[str, typer.Option("--kind", help=_("Only documents of this kind."))] = "",
    process: Annotated[
        str, typer.Option("--process", help=_("Only documents of this process."))
    ] = "",
    state: Annotated[
        str, typer.Option("--state", help=_("in-force, overdue, scheduled, draft, …"))
    ] = "",
    owner: Annotated[str, typer.Option("--owner", help=_("Only documents of this person."))] = "",
    site: Annotated[
        str, typer.Option("--site", help=_("Only documents that apply to this site."))
    ] = "",
    category: Annotated[
        str, typer.Option("--category", help=_("applicable, form, record or archive"))
    ] = "",
    applicable: Annotated[
        bool,
        typer.Option("--applicable", help=_("The master list: only what is in force on the day.")),
    ] = False,
    overdue: Annotated[
        bool, typer.Option("--overdue", help=_("Only what should have been reviewed."))
    ] = False,
    due_before: Annotated[
        str,
        typer.Option(
            "--due-before", metavar="YYYY-MM-DD", help=_("Only what is to be reviewed before.")
        ),
    ] = "",
    sort: Annotated[
        str, typer.Option("--sort", help=_("id, title, process, owner, next-review, …"))
    ] = "id",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv, xlsx")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """List the documents."""
    from qmtool.model.master_list import MasterList, Wanted, chosen
    from qmtool.model.people import names_of
    from qmtool.model.standing import standings
    from qmtool.reports.master_list import LIST_FORMATS
    from qmtool.repository import git

    name = choose_format(format_, output, dict(LIST_FORMATS))
    due = day(due_before) if due_before else None
    wanted = Wanted(kind, process, owner, site, state, category, overdue, due, applicable)
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache, in_force=True)
    project = found.project
    _refuse_unknown(project, wanted, sort)
    result = MasterList(
        chosen(standings(project), wanted, project.on, sort),
        project.on,
        at=project.at,
        commit=found.source.commit or git.resolve_commit(repo, "HEAD") or "",
        centre=project.settings.organisation,
        is_applicable=applicable,
        people=names_of(project),
        processes={
            one.identifier: one.title or one.identifier for one in project.settings.processes
        },
        kinds={name: kind.label for name, kind in project.kinds.items()},
    )
    emit(LIST_FORMATS[name](result, file_language(found) if output else language()), output)
    return 0


def _refuse_unknown(project: "Project", wanted: "Wanted", sort: str) -> None:
    """Raise UsageError if an option names what is not there: an empty list would say nothing."""
    from qmtool.model.master_list import CATEGORIES, SORTS
    from qmtool.model.standing import State

    documents, settings = project.documents, project.settings
    people = [one.identifier for one in (*settings.policy.people, *project.policy.people)]
    _one_of("--kind", wanted.kind, [*project.kinds, *(one.kind for one in documents)])
    processes = [one.identifier for one in settings.processes]
    _one_of("--process", wanted.process, [*processes, *map(project.process_of, documents)])
    _one_of("--owner", wanted.owner, [*people, *map(project.owner_of, documents)])
    _one_of("--site", wanted.site, [one.identifier for one in settings.sites])
    _one_of("--state", wanted.state, list(State))
    _one_of("--category", wanted.category, CATEGORIES)
    _one_of("--sort", sort, SORTS)


def _one_of(option: str, value: str, choices: "Iterable[str]") -> None:
    """Raise UsageError unless *value* is empty or one of *choices*."""
    from qmtool.errors import UsageError
    from qmtool.model.text import listing, say

    known = sorted({one for one in choices if one}) if option != "--state" else list(choices)
    if value and value not in known:
        raise UsageError(
            say(
                "{option} {value} is none of {choices}",
                option=option,
                value=value,
                choices=listing(known) or "–",
            )
        )
