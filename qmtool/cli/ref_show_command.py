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
    known,
    language,
    referentials,
    repository,
    snapshot,
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
    from qmtool.reports.referential_page import PAGE_FORMATS

    chosen = choose_format(format_, output, dict(PAGE_FORMATS))
    page = _page(name, at=at, on=on, cache=cache)
    emit(PAGE_FORMATS[chosen](page, language()), output)
    return 0


def _page(name: str, *, at: str, on: str, cache: bool) -> "Page":
    """Return what is known of the referential or the requirement called *name*."""
    from qmtool.errors import UsageError
    from qmtool.model.crosswalk import related_to
    from qmtool.model.text import say
    from qmtool.reports.referential_page import Page

    library, today = referentials(on=on, at=at, use_cache=cache)
    wanted, colon, requirement = name.partition(":")
    found = library.referential(known(library, wanted))
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
    related = tuple(related_to(library.crosswalks, wanted, identifier)) if identifier else ()
    others = {wanted: found}
    others |= {one.other: library.referential(one.other) for one in related}
    pairs = [
        crosswalk
        for crosswalk in library.crosswalks
        if wanted in (crosswalk.source, crosswalk.target)
    ]
    library.save()
    return Page(
        referential=found,
        requirement=identifier,
        related=related,
        others=others,
        crosswalks=tuple(pairs),
        classes=library.evidence_classes,
        activities={**library.activities, **library.modalities},
        on=today,
        gap=_gap(wanted, at=at, on=on, cache=cache),
    )


def _gap(referential: str, *, at: str, on: str, cache: bool) -> "Gap | None":
    """Return what the documents here answer; None outside of a quality system."""
    from qmtool.errors import RepositoryError
    from qmtool.model.gap import gap

    try:
        repo = repository()
    except RepositoryError:
        return None
    found = snapshot(
        repo, on=on, at=at, use_cache=cache, referentials=(referential,), in_force=True
    )
    project = found.project
    if not project.settings.present:
        return None
    return gap(project, project.referentials[referential])
