"""`qm revise`."""

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
    tell,
)
from qmtool.cli.documents import tell_left_alone
from qmtool.model.text import Text, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.discard import Discard
    from qmtool.actions.revise import Revision

HELP = _(
    "Open the next draft of a released document, which stays in force; take back one in review; "
    "or give a draft up."
)
EXAMPLE = _("Example: qm revise PR-ACC-002")


def command(
    documents: Annotated[list[str], typer.Argument(help=_("Ids or paths of the documents."))],
    give_up: Annotated[
        bool, typer.Option("--discard", help=_("Give the draft up: back to the released text."))
    ] = False,
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Open the next draft of released documents, or give drafts up."""
    from qmtool.actions.discard import discard
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order
    from qmtool.actions.revise import revise

    repo = repository()
    order = Order(now(), "")
    last = LastCommit(repo, order, cache)

    def one(text: str) -> None:
        wanted = named(repo, text)
        if give_up:
            _tell_discard(discard(repo, wanted, last, dry_run=dry_run))
            return
        done = revise(repo, wanted, order, dry_run=dry_run, use_cache=cache)
        emit(safe(language().render(_opened(done, dry_run))) + "\n")

    return in_turn(documents, one)


def _opened(done: "Revision", dry_run: bool) -> Text:
    """Return what to say of a draft that was opened, or taken back from review."""
    values = {"document": done.document.name, "version": done.document.version}
    path = done.document.path
    if done.document.status == "in-review":
        return _taken_back(done, dry_run)
    if dry_run:
        return say(
            "Would open a draft of {document} after v{version}. Nothing was changed.", **values
        )
    if done.commit:
        return say(
            "Draft opened: {document}, after v{version}, which stays in force. Edit {path}, "
            "commit, then type: qm submit {document}, or qm release {document} where no approval "
            "is needed",
            **values,
            path=path,
        )
    return say(
        "Draft opened on disk: {document}, after v{version}, which stays in force. Your "
        "changes are not committed: commit {path}, then type: qm submit {document}, or "
        "qm release {document} where no approval is needed",
        **values,
        path=path,
    )


def _taken_back(done: "Revision", dry_run: bool) -> Text:
    name, path = done.document.name, done.document.path
    if dry_run:
        return say("Would take {document} back from review. Nothing was changed.", document=name)
    if done.commit:
        return say(
            "Taken back from review: {document} is a draft again. What was approved no longer "
            "counts once its text changes. Edit {path}, commit, then type: qm submit {document}",
            document=name,
            path=path,
        )
    return say(
        "Taken back from review on disk: {document}. Your changes are not committed: commit "
        "{path}, then type: qm submit {document}",
        document=name,
        path=path,
    )


def _tell_discard(done: "Discard") -> None:
    """Say that a draft was given up, and where its text still lies."""
    values = {"document": done.document.name, "version": done.version}
    said = (
        say("Draft given up: {document} is v{version} again.", **values)
        if done.commit
        else say(
            "Would give up the draft of {document} after v{version}. Nothing was changed.", **values
        )
    )
    kept = say(
        "Its text stays in Git: git show {commit}:{path}",
        commit=done.draft[:12],
        path=done.document.path,
    )
    emit(" ".join(safe(language().render(text)) for text in (said, kept)) + "\n")
    for path in done.attachments:
        tell(
            say(
                "{path} is not the attachment of v{version}; type: git restore "
                "--source=release/{document}/{version} -- {path}",
                **values,
                path=path,
            )
        )
    tell_left_alone(done.left_alone)
