"""`qm submit`."""

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
)
from qmtool.cli.documents import tell_left_alone
from qmtool.model.text import Text, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.submit import Submission

HELP = _("Submit finished drafts: they wait for their reviews and approvals.")
EXAMPLE = _("Example: qm submit PR-ACC-002")


def command(
    documents: Annotated[list[str], typer.Argument(help=_("Ids or paths of the documents."))],
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Submit drafts, each as one commit."""
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order
    from qmtool.actions.submit import submit

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)

    def one(text: str) -> None:
        _tell(submit(repo, named(repo, text), last, dry_run=dry_run))

    return in_turn(documents, one)


def _tell(done: "Submission") -> None:
    """Say what became of one document, and what it waits for."""
    name, values = done.document.name, {"document": done.document.name, "version": done.version}
    if not done.commit:
        first = say("Would submit {document} for v{version}. Nothing was changed.", **values)
    else:
        first = say("In review: {document}, for v{version}.", **values)
    rest = " ".join(safe(language().render(text)) for text in (first, *_next(done, name)))
    emit(rest + "\n")
    tell_left_alone(done.left_alone)


def _next(done: "Submission", name: str) -> list[Text]:
    from qmtool.actions.approvals import waits

    if not done.judgement.case.needed.needed:
        return [
            say(
                "Documents of the kind {kind} need no approvals: a quality manager may type: "
                "qm release {document}",
                kind=done.document.kind,
                document=name,
            )
        ]
    if done.judgement.is_complete:
        return [
            say(
                "It has all its approvals: a quality manager may type: qm release {document}",
                document=name,
            )
        ]
    return [
        say(
            "It lacks {missing} (qm approve {document}); {waits}.",
            missing=done.judgement.missing,
            document=name,
            waits=waits(done.judgement),
        )
    ]
