"""`qm list`."""

from typing import Annotated

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
from qmtool.cli.filters import (
    DeviceOption,
    KindOption,
    PeriodOption,
    PostOption,
    ProcessOption,
    SiteOption,
    TextOption,
    kept,
    period_of,
)

HELP = _("List the documents: which version is in force, in which state, and when to review it.")
EXAMPLE = _("Example: qm list --applicable -o documents-applicables.xlsx")


def command(
    kind: KindOption = "",
    process: ProcessOption = "",
    state: Annotated[
        str, typer.Option("--state", help=_("in-force, overdue, scheduled, draft, …"))
    ] = "",
    owner: Annotated[str, typer.Option("--owner", help=_("Only documents of this person."))] = "",
    site: SiteOption = "",
    device: DeviceOption = "",
    post: PostOption = "",
    period: PeriodOption = "",
    text: TextOption = "",
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
    from qmtool.model.master_list import MasterList, Wanted
    from qmtool.model.people import names_of, process_names
    from qmtool.reports.master_list import LIST_FORMATS
    from qmtool.repository import git

    name = choose_format(format_, output, dict(LIST_FORMATS))
    due = day(due_before) if due_before else None
    wanted = Wanted(
        *(kind, process, owner, site, state, category, overdue, due, applicable),
        *(device, post, period_of(period)),
    )
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache, in_force=True)
    project = found.project
    result = MasterList(
        kept(found, wanted, text, sort),
        project.on,
        at=project.at,
        commit=found.source.commit or git.resolve_commit(repo, "HEAD") or "",
        centre=project.settings.organisation,
        is_applicable=applicable,
        people=names_of(project),
        processes=process_names(project),
        kinds={name: kind.label for name, kind in project.kinds.items()},
        registers={name: kind for name, kind in project.kinds.items() if kind.steps},
    )
    emit(LIST_FORMATS[name](result, file_language(found) if output else language()), output)
    return 0
