"""`qm reinstate`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    emit,
    language,
    named,
    now,
    reason_given,
    repository,
    tell,
    tell_to_share,
)
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
    wanted = [named(repo, one) for one in documents]
    for one in reinstate(repo, wanted, order, dry_run=dry_run, use_cache=cache):
        said = _said(one, dry_run, order.on)
        emit(" ".join(safe(language().render(text)) for text in said) + "\n")
        for path in one.left_alone:
            tell(say("{path} was edited meanwhile and was left as it is", path=path))
        tags += one.tags
    tell_to_share(repo, tags)
    return 0


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
