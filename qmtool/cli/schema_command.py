"""`qm schema`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from qmtool.cli.common import _, emit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qmtool.model.kind import Kind

HELP = _("Print the JSON Schema of a file format, or of the front matter of a kind, for editors.")
EXAMPLE = _("Example: qm schema settings > qm.schema.json")

FORMATS = (
    "settings",
    "adopt",
    "kind",
    "referential",
    "chapter",
    "crosswalk",
    "import-mapping",
    "glossary",
)
FRONT_MATTER = "front-matter"


def command(
    name: Annotated[
        str,
        typer.Argument(help=", ".join((*FORMATS, FRONT_MATTER, "KIND"))),
    ],
    kind: Annotated[
        str, typer.Option("--kind", help=_("With front-matter: the kind of the document."))
    ] = "",
) -> int:
    """Print the JSON Schema of a file format."""
    import json

    from qmtool.repository.editor_schema import for_editors
    from qmtool.repository.schema import load_schema

    schema = load_schema(name) if name in FORMATS else _front_matter(name, kind)
    emit(json.dumps(for_editors(schema), indent=2, ensure_ascii=False) + "\n")
    return 0


def _front_matter(name: str, kind: str) -> "dict[str, Any]":
    """Return the schema of the front matter of the kind that *name*, or *kind*, says."""
    from qmtool.cli.common import referentials
    from qmtool.errors import UsageError
    from qmtool.model.kind import front_matter_schema
    from qmtool.model.text import listing, say

    kinds: Mapping[str, Kind] = referentials()[0].kinds
    wanted = kind if name == FRONT_MATTER else name
    if wanted and wanted not in kinds:
        if name == FRONT_MATTER:
            raise UsageError(
                say("the kind {kind} is none of {choices}", kind=kind, choices=listing(kinds))
            )
        choices = listing((*FORMATS, FRONT_MATTER, *kinds))
        raise UsageError(say("the format {name} is none of {choices}", name=name, choices=choices))
    return front_matter_schema(kinds.get(wanted))
