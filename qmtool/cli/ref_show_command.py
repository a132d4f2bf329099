"""`qm ref show`."""

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
    referentials,
    repository_if_any,
    snapshot,
    spoken,
)

if TYPE_CHECKING:
    from qmtool.model.gap import Gap
    from qmtool.reports.referential_page import Page

HELP = _(
    "Show a referential, or what one requirement asks, what relates to it, and who answers it."
)
EXAMPLE = _("Example: qm ref show asn-2019-dc-0660:6.b")


def command(
    name: Annotated[
        str, typer.Argument(metavar="REF[:REQ]", help=_("Id of a referential or a requirement."))
    ],
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Show a referential or a requirement."""
    from qmtool.reports.referential_formats import PAGE_FORMATS

    chosen = choose_format(format_, output, dict(PAGE_FORMATS))
    page = _page(name, at=at, on=on, cache=cache)
    emit(PAGE_FORMATS[chosen](page, spoken(output)), output)
    return 0


def _page(name: str, *, at: str, on: str, cache: bool) -> "Page":
    """Return what is known of the referential or the requirement called *name*."""
    from qmtool.errors import UsageError
    from qmtool.model.crosswalk import related_to
    from qmtool.model.referential import UNJUDGED
    from qmtool.model.text import say
    from qmtool.reports.referential_page import Page

    library, today = referentials(on=on, at=at, use_cache=cache)
    wanted, colon, requirement = name.partition(":")
    found = library.referential(library.known(wanted))
    identifier = found.resolve(requirement).identifier if requirement else ""
    if colon and not identifier:
        from qmtool.model.advice import nearest

        advice = nearest(requirement, found.by_id) or say(
            "Type qm ref show {referential} to see its requirements.", referential=wanted
        )
        raise UsageError(
            say(
                "{referential} has no requirement {requirement}. {advice}",
                referential=wanted,
                requirement=requirement,
                advice=advice,
            )
        )
    crosswalks = library.crosswalks
    related = [
        one
        for one in related_to(crosswalks, found, identifier)
        if one.other in library.referential_ids  # qm ref validate tells of the others
    ]
    names = {wanted, found.extends}
    pairs = [one for one in crosswalks if not names.isdisjoint((one.source, one.target))]
    others = {name: library.referential(name) for name in {one.other for one in related}}
    library.save()
    return Page(
        referential=found,
        requirement=identifier,
        related=tuple(related),
        others=others,
        crosswalks=tuple(pairs),
        classes=library.evidence_classes,
        activities={**library.activities, **library.modalities},
        on=today,
        gap=None if found.type in UNJUDGED else _gap(wanted, at=at, on=on, cache=cache),
    )


def _gap(referential: str, *, at: str, on: str, cache: bool) -> "Gap | None":
    """Return what the documents here answer; None outside of a quality system."""
    from qmtool.model.gap import gap

    repo = repository_if_any()
    if repo is None:
        return None
    found = snapshot(
        repo, on=on, at=at, use_cache=cache, referentials=(referential,), in_force=True
    )
    project = found.project
    if not project.settings.present:
        return None
    return gap(project, project.referentials[referential])
