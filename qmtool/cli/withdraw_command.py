"""`qm withdraw`."""

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
from qmtool.model.text import Text, listing, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.withdraw import Withdrawal

HELP = _(
    "Withdraw a released document: it is followed no more and goes to the archive. "
    "Only a quality manager may."
)
EXAMPLE = _('Example: qm withdraw PR-ACC-002 --reason "Merged" --successor PR-ACC-009')


def command(
    documents: Annotated[list[str], typer.Argument(help=_("Ids or paths of the documents."))],
    reason: Annotated[str, typer.Option("--reason", help=_("Why, in one line."))] = "",
    successor: Annotated[
        str, typer.Option("--successor", metavar="ID", help=_("The document that replaces it."))
    ] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Withdraw released documents."""
    from qmtool.actions.release_plan import Order
    from qmtool.actions.withdraw import withdraw

    order = Order(now(), reason_given(reason))
    repo = repository()
    tags: list[str] = []
    wanted = [named(repo, one) for one in documents]
    replaced_by = named(repo, successor) if successor else ""
    with withdraw(
        repo, wanted, order, successor=replaced_by, dry_run=dry_run, use_cache=cache
    ) as take_out:

        def one(name: str) -> None:
            done = take_out(name)
            emit("".join(safe(language().render(text)) + "\n" for text in _said(done, dry_run)))
            tell_left_alone(done.decided.left_alone)
            tags.extend(done.decided.tags)

        code = in_turn(wanted, one)
    tell_to_share(repo, tags)
    return code


def _said(one: "Withdrawal", dry_run: bool) -> Iterator[Text]:
    """Yield what to say of a withdrawal, and of what it leaves to do."""
    plan = one.decided.plan
    values = {
        "document": plan.document.name,
        "version": plan.release.version,
        "path": plan.path,
    }
    if dry_run:
        yield say("Would withdraw {document} v{version}, to {path}. Nothing was changed.", **values)
    else:
        yield say("Withdrawn: {document} v{version}, kept as {path}.", **values)
    if one.successor is not None:
        yield _successor(one)
    links = [mention.document.name for mention in one.mentions if mention.is_link]
    if links:
        yield say("These link to it and need a revision: {documents}", documents=listing(links))
    names = [mention.document.name for mention in one.mentions if not mention.is_link]
    if names:
        yield say("These name it and need a look: {documents}", documents=listing(names))
    if one.lost:
        yield say(
            "No document in force answers these any more: {requirements}",
            requirements=listing(one.lost),
        )


def _successor(one: "Withdrawal") -> Text:
    """Return whether what replaces the document may be followed yet."""
    found = one.successor
    assert found is not None  # the caller looked
    if found.releases():
        return say(
            "{successor} v{version} replaces it.", successor=found.name, version=found.version
        )
    return say(
        "{successor} replaces it, but was never released: until then nothing is in force.",
        successor=found.name,
    )
