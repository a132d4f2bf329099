"""`qm review`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    emit,
    in_turn,
    language,
    named,
    now,
    repository,
    tell_to_share,
)
from qmtool.cli.documents import reason_given, tell_left_alone
from qmtool.model.text import Text, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.deciding import Decided

HELP = _("Confirm that a document in force needs no change: its next review is set anew.")
EXAMPLE = _('Example: qm review PR-ACC-002 --summary "Read with the team"')


def command(
    documents: Annotated[list[str], typer.Argument(help=_("Ids or paths of the documents."))],
    summary: Annotated[
        str, typer.Option("--summary", "-m", help=_("A remark on the review."))
    ] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Confirm that documents in force need no change."""
    from qmtool.actions.release_plan import Order
    from qmtool.actions.review import review

    repo = repository()
    tags: list[str] = []
    remark = reason_given(summary) if summary.strip() else ""
    with review(repo, Order(now(), remark), dry_run=dry_run, use_cache=cache) as confirm:

        def one(text: str) -> None:
            done = confirm(named(repo, text))
            emit(safe(language().render(_said(done, dry_run))) + "\n")
            tell_left_alone(done.left_alone)
            tags.extend(done.tags)

        code = in_turn(documents, one)
    tell_to_share(repo, tags)
    return code


def _said(one: "Decided", dry_run: bool) -> Text:
    values = {
        "document": one.plan.document.name,
        "version": one.plan.release.version,
        "day": one.plan.due,
    }
    if dry_run:
        return say(
            "Would confirm {document} v{version}; next review on {day}. Nothing was changed.",
            **values,
        )
    return say("Confirmed: {document} v{version}. Next review on {day}.", **values)
