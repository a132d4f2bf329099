"""`qm audit grid`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.audits import AuditArgument, audit_in
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
)
from qmtool.cli.filters import refuse_unknown_site

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from qmtool.model.referential import Referential

HELP = _("Make the grid that an auditor fills in: all requirements of an audit, or a sample.")
EXAMPLE = _("Example: qm audit grid AUD-20260302-K7QD --sample 30 -o grid.xlsx")


def command(
    audit: AuditArgument,
    referential: Annotated[
        list[str] | None,
        typer.Option("--referential", metavar="REF", help=_("Only this one; may be repeated.")),
    ] = None,
    sample: Annotated[
        int,
        typer.Option(
            "--sample",
            min=0,
            metavar="N",
            help=_("So many requirements: those that must be seen, and others drawn by lot."),
        ),
    ] = 0,
    chapter: Annotated[
        list[str] | None,
        typer.Option("--chapter", help=_("Only what is below it; may be repeated.")),
    ] = None,
    site: Annotated[
        list[str] | None, typer.Option("--site", help=_("A site to see; may be repeated."))
    ] = None,
    format_: Annotated[str, typer.Option("--format", help="xlsx, csv, markdown, json")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Make the grid of an audit."""
    from qmtool.cli.gap_command import refuse_unjudged
    from qmtool.model.audit_grid import grid
    from qmtool.model.audit_sample import Wanted
    from qmtool.model.audits import referentials_of
    from qmtool.reports.audit_grid import GRID_FORMATS

    name = choose_format(format_ or ("" if output else "markdown"), output, dict(GRID_FORMATS))
    found, document, _kind = audit_in(audit, at=at, on=on, cache=cache, in_force=True)
    known = {one: found.project.referentials[one] for one in referentials_of(document)}
    schemes = _named(known, list(referential or []), document.name)
    for one in schemes:
        refuse_unjudged(one)
    for one_site in site or []:
        refuse_unknown_site(found.project.settings, one_site)
    wanted = Wanted(sample or None, _chapters(schemes, list(chapter or [])))
    sites = list(dict.fromkeys(site or []))
    made = grid(found.project, document, schemes, wanted, sites)
    spoken = file_language(found) if output else language()
    emit(GRID_FORMATS[name](made, spoken), output)
    return 0


def _named(
    known: "Mapping[str, Referential]", wanted: "Sequence[str]", audit: str
) -> "Sequence[Referential]":
    """Return the referentials of the audit that are *wanted*, all of them without a name."""
    from qmtool.errors import UsageError
    from qmtool.model.text import listing, say

    for one in wanted:
        if one not in known:
            raise UsageError(
                say(
                    "{audit} is not against {referential}; it names: {names}",
                    audit=audit,
                    referential=one,
                    names=listing(known),
                )
            )
    return [one for name, one in known.items() if not wanted or name in wanted]


def _chapters(
    schemes: "Sequence[Referential]", wanted: "Sequence[str]"
) -> "Mapping[str, Collection[str]]":
    """Return the nodes that *wanted* names, by referential; raise UsageError for an unknown one."""
    from qmtool.errors import UsageError
    from qmtool.model.text import listing, say

    found: dict[str, list[str]] = {}
    for text in wanted:
        prefix, colon, last = text.rpartition(":")
        holders = [
            one for one in schemes if last in one.by_id and (not colon or one.identifier == prefix)
        ]
        if not holders:
            raise UsageError(
                say(
                    "no chapter is called {chapter} in: {referentials}",
                    chapter=text,
                    referentials=listing(one.identifier for one in schemes),
                )
            )
        for one in holders:
            found.setdefault(one.identifier, []).append(last)
    return found
