"""`qm history`."""

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
)
from qmtool.cli.documents import looked_up

HELP = _("Tell the past of a document: its versions, who made and approved them, and why.")
EXAMPLE = _("Example: qm history PR-ACC-002 -o revisions.md")


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the document, or POLICY."))],
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell the past of a document."""
    from qmtool.reports.history import HISTORY_FORMATS
    from qmtool.repository.revisions import history_of

    name = choose_format(format_, output, dict(HISTORY_FORMATS))
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache)
    history = history_of(repo, found, looked_up(repo, found, document))
    emit(HISTORY_FORMATS[name](history, file_language(found) if output else language()), output)
    return 0
