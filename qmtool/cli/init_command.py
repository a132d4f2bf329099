"""`qm init`."""

from typing import Annotated

import typer

from qmtool.cli.common import DryRunOption, _, emit, is_interactive, language, repository
from qmtool.model.text import say

HELP = _("Begin a quality system in this Git repository: writes qm.yaml.")
EXAMPLE = _('Example: qm init --name "Imaging centre" --adopt iso-9001-2015')


def command(
    name: Annotated[str, typer.Option("--name", help=_("Name of the centre."))] = "",
    lang: Annotated[str, typer.Option("--lang", help=_("Language of the files: fr or en."))] = "",
    adopt: Annotated[
        list[str] | None,
        typer.Option("--adopt", help=_("A referential the centre follows; may be repeated.")),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=_("Ask nothing."))] = False,
    dry_run: DryRunOption = False,
) -> int:
    """Begin a quality system."""
    from qmtool.actions.init import Answers, init, known_referentials, refuse_twice
    from qmtool.repository import git

    repo = repository()
    refuse_twice(repo)
    person, email = git.identity(repo)
    code = lang or language().code
    chosen = list(adopt or [])
    if is_interactive() and not yes:
        name = name or typer.prompt(_("Name of the centre"), default=repo.root.name, err=True)
        code = lang or typer.prompt(_("Language of the files (fr, en)"), default=code, err=True)
        known = ", ".join(known_referentials())
        chosen = (
            chosen
            or typer.prompt(
                _("Referentials to follow, among {known} (blank: none)").format(known=known),
                default="",
                show_default=False,
                err=True,
            )
            .replace(",", " ")
            .split()
        )
    answers = Answers(name or repo.root.name, code, chosen, person, email)
    text = init(repo, answers, dry_run=dry_run)
    if dry_run:
        emit(text)
        return 0
    speak = language()
    done = say(
        "Wrote qm.yaml: you, {email}, are its quality manager, with a first process map to edit.",
        email=email,
    )
    following = say('Next: git add qm.yaml && git commit -m "qm init", then qm new procedure "…"')
    emit(f"{speak.render(done)}\n{speak.render(following)}\n")
    return 0
