"""`qm revise`."""

from typing import Annotated

import typer

from qmtool.cli.common import CacheOption, DryRunOption, _, emit, language, named, now, repository
from qmtool.model.text import say
from qmtool.reports.terminal import safe

HELP = _("Open the next draft of a released document; the released version stays in force.")
EXAMPLE = _("Example: qm revise PR-ACC-002")


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the document."))],
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Open the next draft of a released document."""
    from qmtool.actions.release_plan import Order
    from qmtool.actions.revise import revise

    repo = repository()
    done = revise(repo, named(repo, document), Order(now(), ""), dry_run=dry_run, use_cache=cache)
    name, version = done.document.name, done.document.version
    if dry_run:
        text = say(
            "Would open a draft of {document} after v{version}. Nothing was changed.",
            document=name,
            version=version,
        )
    elif done.commit:
        text = say(
            "Draft opened: {document}, after v{version}, which stays in force. Edit {path}, "
            "commit, then type: qm release {document}",
            document=name,
            version=version,
            path=done.document.path,
        )
    else:
        text = say(
            "Draft opened on disk: {document}, after v{version}, which stays in force. Your "
            "changes are not committed: commit {path}, then type: qm release {document}",
            document=name,
            version=version,
            path=done.document.path,
        )
    emit(safe(language().render(text)) + "\n")
    return 0
