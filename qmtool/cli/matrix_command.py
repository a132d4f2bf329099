"""`qm matrix`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    file_language,
    language,
    repository,
    snapshot,
    with_own_pages,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qmtool.repository.load import Snapshot

HELP = _("Tell which documents answer what, referentials side by side, and what each is worth.")
EXAMPLE = _("Example: qm matrix iso-9001-2015 labelix -o matrix.html")


def command(
    referential: Annotated[
        list[str] | None,
        typer.Argument(help=_("Ids of referentials; default: those that qm.yaml adopts.")),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, json, csv, html")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell which documents answer what, and which of them matter most."""
    from qmtool.cli.gap_command import refuse_unjudged
    from qmtool.model.matrix import matrix
    from qmtool.reports.matrix import MATRIX_FORMATS

    name = choose_format(format_, output, dict(MATRIX_FORMATS))
    found = snapshot(
        repository(),
        on=on,
        at=at,
        use_cache=cache,
        referentials=tuple(referential or ()),
        in_force=True,
    )
    names = _names(referential or (), found)
    wanted = [found.project.referentials[found.library.known(one)] for one in names]
    for one in wanted if referential else ():
        refuse_unjudged(one)
    speak = file_language(found) if output else language()
    forms = with_own_pages(MATRIX_FORMATS, found.library)
    emit(forms[name](matrix(found.project, wanted), speak), output)
    return 0


def _names(named: "Sequence[str]", found: "Snapshot") -> "Sequence[str]":
    """Return the referentials to set side by side: those *named*, else the adopted ones."""
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    names = list(dict.fromkeys(named or found.project.settings.adopts))
    if not names:
        raise UsageError(
            say("qm.yaml adopts no referential; name one, for instance: qm matrix iso-9001-2015")
        )
    return names
