"""`qm schema`."""

from typing import Annotated

import typer

from qmtool.cli.common import _, emit

HELP = _("Print the JSON Schema of a file format, for editors.")
EXAMPLE = _("Example: qm schema settings > qm.schema.json")

FORMATS = ("settings", "adopt", "kind", "referential", "chapter", "crosswalk", "import-mapping")
FRONT_MATTER = "front-matter"


def command(
    name: Annotated[
        str,
        typer.Argument(help=", ".join((*FORMATS, FRONT_MATTER))),
    ],
    kind: Annotated[
        str, typer.Option("--kind", help=_("With front-matter: the kind of the document."))
    ] = "",
) -> int:
    """Print the JSON Schema of a file format."""
    import json

    from qmtool.errors import UsageError
    from qmtool.model.kind import front_matter_schema
    from qmtool.model.text import listing, say
    from qmtool.repository.cache import Cache
    from qmtool.repository.data_files import DataFiles
    from qmtool.repository.library import Library
    from qmtool.repository.schema import load_schema

    if name == FRONT_MATTER:
        kinds = Library(DataFiles(Cache("schema", enabled=False)), (), lambda path: b"").kinds
        if kind and kind not in kinds:
            raise UsageError(
                say("the kind {kind} is none of {choices}", kind=kind, choices=listing(kinds))
            )
        schema = front_matter_schema(kinds.get(kind))
    elif name in FORMATS:
        schema = load_schema(name)
    else:
        choices = listing((*FORMATS, FRONT_MATTER))
        raise UsageError(say("the format {name} is none of {choices}", name=name, choices=choices))
    emit(json.dumps(schema, indent=2, ensure_ascii=False) + "\n")
    return 0
