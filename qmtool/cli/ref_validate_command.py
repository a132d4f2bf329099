"""`qm ref validate`."""

from typing import Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OutputOption,
    _,
    choose_format,
    emit,
    language,
    referentials,
)

HELP = _("Check that referentials and crosswalks are sound: schemas, ids, parents, both ends.")
EXAMPLE = _("Example: qm ref validate labelix-2024")


def command(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REF]...", help=_("Ids of referentials; none: all.")),
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="text, json")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    cache: CacheOption = True,
) -> int:
    """Check referentials and crosswalks."""
    from qmtool.errors import SettingsError
    from qmtool.reports.soundness import SOUNDNESS_FORMATS, Soundness
    from qmtool.repository.soundness import flaws

    chosen = choose_format(format_, output, dict(SOUNDNESS_FORMATS))
    library, _day = referentials(at=at, use_cache=cache)
    wanted = [library.known(one) for one in names or ()] or list(library.referential_ids)
    problems = list(dict.fromkeys(flaws(library, wanted)))
    requirements = 0
    for name in wanted:
        try:
            requirements += len(library.referential(name).assessable)
        except SettingsError:
            continue  # its flaw is told already
    try:
        crosswalks = [
            one for one in library.crosswalks if not {one.source, one.target}.isdisjoint(wanted)
        ]
    except SettingsError:
        crosswalks = []
    library.save()
    found = Soundness(len(wanted), requirements, len(crosswalks), problems)
    emit(SOUNDNESS_FORMATS[chosen](found, language()), output)
    return int(bool(problems))
