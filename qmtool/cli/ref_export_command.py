"""`qm ref export`."""

from pathlib import Path
from typing import Annotated

import typer

from qmtool.cli.common import (
    EXTENSIONS,
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    language,
    referentials,
)

HELP = _("Write a referential as a page or as a spreadsheet that qm ref import reads back.")
EXAMPLE = _("Example: qm ref export iso-9001-2015 -o iso-9001.xlsx")


def command(
    name: Annotated[str, typer.Argument(metavar="REF", help=_("Id of a referential."))],
    format_: Annotated[str, typer.Option("--format", help="markdown, csv, xlsx, json")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Write a referential as a page or as a spreadsheet."""
    from qmtool.errors import RepositoryError, UsageError
    from qmtool.model.text import say
    from qmtool.reports.referential_export import EXPORT_FORMATS, Exported

    extension = Path(output).suffix.lstrip(".").lower()
    tells = EXTENSIONS.get(extension, extension) in EXPORT_FORMATS
    chosen = choose_format(format_ or ("" if tells else "markdown"), output, dict(EXPORT_FORMATS))
    if chosen == "xlsx" and output in ("", "-"):
        raise UsageError(say("a workbook cannot be printed; give -o {name}", name=f"{name}.xlsx"))
    library, today = referentials(on=on, at=at, use_cache=cache)
    sheet = library.sheet(library.known(name))
    found = Exported(
        head=sheet.head,
        chapters=sheet.chapters,
        referential=library.referential(name),
        classes=library.evidence_classes,
        on=today,
    )
    library.save()
    try:
        content = EXPORT_FORMATS[chosen](found, language())
    except OSError as error:  # a workbook is put together in temporary files
        raise RepositoryError(
            say("{path} cannot be written ({error})", path=output, error=error.strerror)
        ) from error
    emit(content, output)
    return 0
