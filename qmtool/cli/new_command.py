"""`qm new`."""

from typing import Annotated

import typer

from qmtool.cli.common import DryRunOption, OnOption, _, emit, language, repository, snapshot
from qmtool.model.text import say
from qmtool.reports.terminal import safe

HELP = _("Write a new document of a kind, with the next free id, where it belongs.")
EXAMPLE = _('Example: qm new procedure "Patient identification" --process accueil')


def command(
    kind: Annotated[str, typer.Argument(help=_("Kind of the document: procedure, form, record…"))],
    title: Annotated[str, typer.Argument(help=_("Title of the document."))],
    process: Annotated[str, typer.Option("--process", help=_("Id of its process."))] = "",
    owner: Annotated[str, typer.Option("--owner", help=_("Id of its owner."))] = "",
    identifier: Annotated[
        str, typer.Option("--id", help=_("Its id, instead of the next free one."))
    ] = "",
    folder: Annotated[
        str, typer.Option("--folder", help=_("Its folder, instead of that of its process."))
    ] = "",
    lang: Annotated[
        str, typer.Option("--lang", help=_("Language of the template: fr or en."))
    ] = "",
    dry_run: DryRunOption = False,
    on: OnOption = "",
) -> int:
    """Write a new document."""
    from qmtool.actions.new import Wanted, new
    from qmtool.errors import UsageError

    if not title.strip() or not title.isprintable():
        raise UsageError(say("the title is one line of printable characters"))
    repo = repository()
    wanted = Wanted(kind, title.strip(), process, owner, identifier, lang, folder)
    document = new(repo, wanted, lambda: snapshot(repo, on=on), dry_run=dry_run)
    if dry_run:
        text = say("Would write {path}. Nothing was changed.", path=document.path)
    else:
        text = say(
            "Wrote {path}. Edit it, commit, then a quality manager types: qm release {id}",
            path=document.path,
            id=document.identifier,
        )
    emit(safe(language().render(text)) + "\n")
    return 0
