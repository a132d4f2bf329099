"""`qm act`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    emit,
    is_interactive,
    language,
    named,
    now,
    repository,
)
from qmtool.cli.documents import tell_left_alone
from qmtool.cli.records import CommentOption, SetOption, asked, tell_deadlines, written_values
from qmtool.errors import UsageError
from qmtool.model.text import say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.last_commit import LastCommit

HELP = _("Let an entry of a register enter its next state, with what that asks for.")
EXAMPLE = _('Example: qm act ACT-20261121-K7QD done --set "evidence_note=Photo on the wall"')


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the entry."))],
    state: Annotated[
        str,
        typer.Argument(
            help=_("The state it enters; without it, where it stands is told, or --set is written.")
        ),
    ] = "",
    given: SetOption = None,
    comment: CommentOption = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Let an entry of a register enter its next state."""
    from qmtool.actions.act import Step, act
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    wanted = named(repo, document)
    if not state and comment:
        raise UsageError(say("a comment belongs to a step: name the state that is entered"))
    if not state:
        return _edit(last, wanted, given, dry_run=dry_run) if given else _stand(last, wanted)
    values = list(given or [])
    if is_interactive():
        values += _answers(last, wanted, state, values)
    done = act(repo, Step(wanted, state, values, comment), last, dry_run=dry_run)
    said = {"document": done.document.name, "state": done.state.label}
    if dry_run:
        text = say("Would be {state}: {document}. Nothing was changed.", **said)
    else:
        text = say("{document} is now {state}.", **said)
    emit(safe(language().render(text)) + "\n")
    tell_left_alone(done.left_alone)
    project = last.now()[1].project
    tell_deadlines(done.deadlines, project)
    return 0


def _edit(last: "LastCommit", wanted: str, given: list[str], *, dry_run: bool) -> int:
    """Write fields of the entry, which stays in its state."""
    from qmtool.actions.record_edit import Edit, edit
    from qmtool.model.workflow import deadlines

    done = edit(last.repo, Edit(wanted, given), last, dry_run=dry_run)
    if dry_run:
        text = say(
            "Would be changed: {document}. Nothing was changed.", document=done.document.name
        )
    else:
        text = say("Changed: {document}.", document=done.document.name)
    emit(safe(language().render(text)) + "\n")
    tell_left_alone(done.left_alone)
    project = last.now()[1].project
    tell_deadlines(deadlines(done.document, done.kind, project), project)
    return 0


def _answers(last: "LastCommit", wanted: str, state: str, given: list[str]) -> list[str]:
    """Return what a person answers to what *state* asks for, as `key=value`."""
    from qmtool.actions.record_text import state_called, typed_values

    project, found = last.now()[1].project, last.document(wanted)[2]
    kind = project.kind_of(found)
    if kind is None or not kind.steps:
        return []  # the action says what is wrong
    values, entered = typed_values(kind, given), kind.states[state_called(kind, state)]
    return written_values(asked(project, kind, entered, {**found.values, **values}))


def _stand(last: "LastCommit", wanted: str) -> int:
    """Print where the entry stands, what may follow and what that takes."""
    from qmtool.errors import Refused
    from qmtool.model.workflow import deadlines
    from qmtool.reports.record_stand import stand
    from qmtool.reports.record_values import Names

    _place, snapshot, found = last.document(wanted)
    project = snapshot.project
    kind = project.kind_of(found)
    if kind is None or not kind.steps:
        raise Refused(say("{document} has no states that qm act could change", document=found.name))
    emit(stand(found, kind, Names.of(project), language()))
    tell_deadlines(deadlines(found, kind, project), project)
    return 0
