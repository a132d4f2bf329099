"""`qm reinstate`."""

from collections.abc import Iterator
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
    from datetime import date

    from qmtool.actions.deciding import Decided

HELP = _(
    "Bring a withdrawn document back into force, in its last version. Only a quality manager may."
)
EXAMPLE = _('Example: qm reinstate PR-ACC-002 --reason "Still needed at the north site"')


def command(
    documents: Annotated[list[str], typer.Argument(help=_("Ids or paths of the documents."))],
    reason: Annotated[str, typer.Option("--reason", help=_("Why, in one line."))] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Bring withdrawn documents back into force."""
    from qmtool.actions.reinstate import reinstate
    from qmtool.actions.release_plan import Order

    order = Order(now(), reason_given(reason))
    repo = repository()
    tags: list[str] = []
    with reinstate(repo, order, dry_run=dry_run, use_cache=cache) as bring_back:

        def one(text: str) -> None:
            done = bring_back(named(repo, text))
            said = _said(done, dry_run, order.on)
            emit(" ".join(safe(language().render(text)) for text in said) + "\n")
            tell_left_alone(done.left_alone)
            tags.extend(done.tags)

        code = in_turn(documents, one)
    tell_to_share(repo, tags)
    return code


def _said(one: "Decided", dry_run: bool, on: "date") -> Iterator[Text]:
    """Yield what to say of a document that is back, and of its review if it is late."""
    document = one.plan.document
    values = {
        "document": document.name,
        "version": one.plan.release.version,
        "path": one.plan.path,
    }
    if dry_run:
        yield say(
            "Would reinstate {document} v{version}, as {path}. Nothing was changed.", **values
        )
    else:
        yield say("Reinstated: {document} v{version}, as {path}.", **values)
    if document.effective and document.effective > on:
        yield say("It is in force from {day}.", day=document.effective)
    if one.plan.due and one.plan.due < on:
        yield say(
            "Its review was due on {day}: confirm it (qm review {document}), or revise it "
            "(qm revise {document}).",
            day=one.plan.due,
            document=document.name,
        )
