"""`qm audit crex`."""

from typing import Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    DryRunOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    file_language,
    language,
    named,
    now,
    repository,
    snapshot,
)
from qmtool.cli.documents import reason_given, tell_left_alone
from qmtool.model.text import say
from qmtool.reports.terminal import safe

HELP = _(
    "List the events of which nobody decided whether they are analysed or only counted; or decide."
)
EXAMPLE = _(
    'Example: qm audit crex EVT-20260302-K7QD counted --reason "Known, and corrected at once"'
)


def command(
    event: Annotated[
        str, typer.Argument(help=_("Id or path of an event; without it, all are listed."))
    ] = "",
    choice: Annotated[str, typer.Argument(help=_("analysed, or counted."))] = "",
    reason: Annotated[str, typer.Option("--reason", help=_("Why, in one line."))] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    dry_run: DryRunOption = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """List the undecided events, or decide about one."""
    from qmtool.errors import UsageError

    if not event:
        return _list(format_, output, at=at, on=on, cache=cache)
    if at or on or format_ or output:
        raise UsageError(
            say("--at, --on, --format and -o go with the list; a decision is of today")
        )
    if not choice:
        raise UsageError(
            say(
                'say which: qm audit crex {event} analysed --reason "…", or: qm audit crex '
                '{event} counted --reason "…"',
                event=event,
            )
        )
    return _decide(event, choice, reason_given(reason), dry_run=dry_run, cache=cache)


def _list(format_: str, output: str, *, at: str, on: str, cache: bool) -> int:
    from qmtool.model.undecided import undecided
    from qmtool.reports.undecided import UNDECIDED_FORMATS, Waiting

    name = choose_format(format_, output, dict(UNDECIDED_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache)
    spoken = file_language(found) if output else language()
    waiting = Waiting(found.project, undecided(found.project))
    emit(UNDECIDED_FORMATS[name](waiting, spoken), output)
    return 0


def _decide(event: str, choice: str, reason: str, *, dry_run: bool, cache: bool) -> int:
    """Record on an event how deeply it is looked into, and why."""
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.record_edit import Edit, edit
    from qmtool.actions.release_plan import Order
    from qmtool.errors import UsageError
    from qmtool.model.undecided import DEPTH, WHY, is_chosen_for

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    wanted = named(repo, event)
    project, document = last.now()[1].project, last.document(wanted)[2]
    kind = project.kind_of(document)
    if kind is None or not is_chosen_for(kind):
        raise UsageError(
            say(
                "{document} is no event that the committee chooses from; type: qm audit crex",
                document=document.name,
            )
        )
    given = [f"{DEPTH}={choice}", f"{WHY}={reason}"]
    done = edit(repo, Edit(wanted, given), last, dry_run=dry_run)
    label = kind.fields[DEPTH]["values"][choice]
    values = {"document": done.document.name, "choice": label.get(language().code) or choice}
    if dry_run:
        text = say("Would be written in {document}: {choice}. Nothing was changed.", **values)
    elif done.commit:
        text = say("{document}: {choice}.", **values)
    else:
        text = say("{document}: {choice}, as before.", **values)
    emit(safe(language().render(text)) + "\n")
    tell_left_alone(done.left_alone)
    return 0
