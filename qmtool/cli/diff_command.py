"""`qm diff`."""

import os
import sys
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
from qmtool.cli.documents import looked_up

if TYPE_CHECKING:
    from qmtool.model.commit import Commit
    from qmtool.model.edition import Edition
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

HELP = _("Tell what differs between two versions of a document, or a version and the draft.")
EXAMPLE = _("Example: qm diff PR-ACC-002 1.0 2.0")


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the document, or POLICY."))],
    first: Annotated[
        str,
        typer.Argument(
            metavar="[V1]", help=_("A version, draft or HEAD; default: the version in force.")
        ),
    ] = "",
    second: Annotated[
        str,
        typer.Argument(
            metavar="[V2]", help=_("A version, draft or HEAD; default: the file at hand.")
        ),
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help=_("Also the keys that qm writes: version, history…"))
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text, markdown, json")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell what differs between two texts of a document."""
    from qmtool.model.text_diff import compare
    from qmtool.reports.diff import DIFF_FORMATS, Comparison
    from qmtool.repository.editions import Editions
    from qmtool.repository.titles import titles_of

    name = choose_format(format_, output, dict(DIFF_FORMATS))
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache)
    editions = Editions(repo, found, looked_up(repo, found, document))
    before = editions.read(first) if first else editions.base()
    after = editions.read(second) if second else editions.at_hand()
    diff = compare(before, after, owned=every)
    comparison = Comparison(
        before,
        after,
        diff,
        commits=tuple(_commits(repo, found, before, after)),
        titles=titles_of(found.library, (*diff.gained, *diff.lost)),
        coloured=not output and sys.stdout.isatty() and not os.environ.get("NO_COLOR"),
    )
    emit(DIFF_FORMATS[name](comparison, file_language(found) if output else language()), output)
    return 0


def _commits(
    repo: "Repository", found: "Snapshot", before: "Edition", after: "Edition"
) -> "list[Commit]":
    """Return the commits that lead from one text to the other, the newest first."""
    from qmtool.repository import git
    from qmtool.repository.git_history import commits_of, is_readable

    until = after.commit or found.source.commit or git.resolve_commit(repo, "HEAD")
    if not before.commit or not until or not is_readable(repo):
        return []
    paths = sorted({before.document.path, after.document.path})
    return commits_of(repo, paths, until, before.commit)
