"""`qm move`."""

from collections.abc import Iterator
from pathlib import Path
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
    repository,
)
from qmtool.cli.documents import tell_left_alone
from qmtool.errors import UsageError
from qmtool.model.text import Text, listing, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.move_plan import MovePlan
    from qmtool.repository.git import Repository

HELP = _("Rename the file of a document, or move it to a folder, with the links that lead to it.")
EXAMPLE = _("Example: qm move PR-ACC-002 processes/scanner/applicables/")


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the document."))],
    target: Annotated[
        str, typer.Argument(help=_("New path, folder, or new name in the same folder."))
    ],
    revise: Annotated[
        bool,
        typer.Option(
            "--revise", help=_("Open drafts of the released documents whose links change.")
        ),
    ] = False,
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Rename the file of a document with the links that lead to it."""
    from qmtool.actions.move import Wish, move
    from qmtool.actions.release_plan import Order

    repo = repository()
    wish = Wish(named(repo, document), _from_top(repo, target), revise)
    done = move(repo, wish, Order(now(), ""), dry_run=dry_run, use_cache=cache)
    emit("".join(safe(language().render(text)) + "\n" for text in _said(done.plan, dry_run)))
    tell_left_alone(done.left_alone)
    return 0


def _from_top(repo: "Repository", target: str) -> str:
    """Return *target* counted from the top; a name alone stays one, for the same folder."""
    if "/" not in target and target.endswith(".md"):
        return target
    path = Path.cwd() / target
    real = path.parent.resolve() / path.name if target.endswith(".md") else path.resolve()
    root = repo.root.resolve()
    if not real.is_relative_to(root):
        raise UsageError(say("{path} is outside of the repository", path=target))
    found = real.relative_to(root).as_posix()
    return "" if found == "." else found


def _said(plan: "MovePlan", dry_run: bool) -> Iterator[Text]:
    """Yield what to say of a move, and of the other files it changed."""
    values = {"document": plan.document.name, "path": plan.path}
    if dry_run:
        yield say("Would move {document} to {path}. Nothing was changed.", **values)
    else:
        yield say("Moved: {document}, to {path}.", **values)
    if plan.new_process:
        yield say("It belongs to the process {process} now.", process=plan.new_process)
    if plan.relinked:
        yield say("Links corrected in: {paths}", paths=listing(plan.relinked))
    opened = listing(one.name for one in plan.revised if one.status == "released")
    if opened:
        yield say(
            "Drafts opened, while the released versions stay in force: {documents}",
            documents=opened,
        )
    again = listing(one.name for one in plan.revised if one.status != "released")
    if again:
        yield say("Drafts again, to be submitted anew: {documents}", documents=again)
