"""`qm log`."""

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    emit,
    is_interactive,
    language,
    now,
    repository,
)
from qmtool.cli.documents import tell_left_alone
from qmtool.cli.records import CommentOption, SetOption, asked, tell_deadlines, title_asked
from qmtool.model.text import say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.log import Wish

HELP = _("Write down an event, a complaint, an action…: an entry of a register, as one commit.")
EXAMPLE = _(
    'Example: qm log event "Wrong side imaged" --set is_esr=true --set place=CT1 '
    '--set "description=…" --set "immediate_correction=…"'
)


def command(
    kind: Annotated[str, typer.Argument(help=_("Register: event, complaint, action, finding…"))],
    title: Annotated[
        str, typer.Argument(help=_("What happened, in a few words, without names."))
    ] = "",
    given: SetOption = None,
    comment: CommentOption = "",
    form: Annotated[
        str, typer.Option("--from", metavar="FILE", help=_("Take a form that was filled in."))
    ] = "",
    blank: Annotated[
        bool, typer.Option("--form", help=_("Print the blank form, to be filled in offline."))
    ] = False,
    lang: Annotated[
        str, typer.Option("--lang", help=_("Language of the template: fr or en."))
    ] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Write down an entry of a register."""
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.log import log
    from qmtool.actions.release_plan import Order

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    if blank:
        return _blank(last, kind, lang)
    wish = _filled_in(last, kind, form) if form else _wish(last, kind, title, given or [])
    wish = replace(wish, comment=comment, language=lang)
    done = log(repo, wish, last, dry_run=dry_run)
    values = {"id": done.document.identifier, "path": done.document.path}
    if dry_run:
        first = say("Would write {path}. Nothing was changed.", **values)
    else:
        first = say("Written down: {id}, in {path}. What comes next: qm act {id}", **values)
    emit(safe(language().render(first)) + "\n")
    tell_left_alone(done.left_alone)
    project = last.now()[1].project
    tell_deadlines(done.deadlines, project)
    return 0


def _wish(last: "LastCommit", kind: str, title: str, given: list[str]) -> "Wish":
    """Return what is to be written: from the options, and from answers where a person is there."""
    from qmtool.actions.log import Wish, register_kind
    from qmtool.actions.record_text import typed_values
    from qmtool.errors import UsageError

    project = last.now()[1].project
    found = register_kind(project, kind)
    values: dict[str, Any] = typed_values(found, given)
    if is_interactive():
        values |= asked(project, found, found.states[found.initial], values)
        title = title or title_asked()
    if not title.strip():
        raise UsageError(
            say('the title is missing; type: qm log {kind} "What happened"', kind=found.name)
        )
    if not title.isprintable():
        raise UsageError(say("the title is one line of printable characters"))
    return Wish(found.name, title.strip(), values)


def _filled_in(last: "LastCommit", kind: str, path: str) -> "Wish":
    from qmtool.actions.record_form import read_form
    from qmtool.cli.records import read_input

    return read_form(last.now()[1].project, kind, read_input(path), path)


def _blank(last: "LastCommit", kind: str, lang: str) -> int:
    """Print the form of *kind*, with what its first state asks for."""
    from qmtool.actions.record_form import blank_form
    from qmtool.reports.language import language_of

    _place, snapshot = last.now()
    spoken = language_of(lang or snapshot.project.settings.language)
    emit(blank_form(snapshot, kind, spoken))
    return 0
