"""`qm advise`."""

from collections.abc import Iterable
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
    repository,
    repository_if_any,
    snapshot,
    spoken,
    tell,
)

if TYPE_CHECKING:
    from qmtool.model.assessment import Status
    from qmtool.model.project import Project
    from qmtool.model.settings import Settings
    from qmtool.repository.library import Library

HELP = _("Tell which schemes are mandatory for this centre, which are asked for, and why.")
EXAMPLE = _("Example: qm advise --type office --activity ct --activity mri")


def command(
    activity: Annotated[
        list[str] | None,
        typer.Option("--activity", help=_("As if this were done: ct, mri, …; may be repeated.")),
    ] = None,
    modality: Annotated[
        list[str] | None,
        typer.Option("--modality", help=_("As if this device were there; may be repeated.")),
    ] = None,
    type_: Annotated[
        str, typer.Option("--type", help=_("As if it were an office, establishment or group."))
    ] = "",
    level: Annotated[
        int,
        typer.Option(
            "--level",
            show_default=False,
            help=_("As if interventional acts were of level 1, 2 or 3."),
        ),
    ] = 0,
    site: Annotated[str, typer.Option("--site", help=_("Only this site."))] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell which schemes bind or serve the centre."""
    from qmtool.cli.filters import refuse_unknown_site
    from qmtool.model.applicability import advise, profile, widened
    from qmtool.model.settings import Settings
    from qmtool.reports.advise import ADVISE_FORMATS
    from qmtool.reports.advise_words import Page

    name = choose_format(format_, output, dict(ADVISE_FORMATS))
    library, today = referentials(on=on, at=at, use_cache=cache)
    _refuse_unknown(library, activity or (), modality or (), type_, level)
    project = _project(library, at=at, on=on, cache=cache)
    told = project.settings if project else Settings()
    refuse_unknown_site(told, site)
    settings = profile(
        told,
        site=site,
        activities=widened(activity or (), library.parents_of_activities),
        modalities=tuple(modality or ()),
        organisation_type=type_,
        level=level or None,
    )
    known = (
        project.referentials
        if project
        else {one: library.referential(one) for one in library.referential_ids}
    )
    library.save()
    _tell_unknown_certificates(told, library)
    advice = advise(settings, known, today, library.own_referentials)
    concerned = [one.referential.identifier for one in advice if one.concerns]
    page = Page(
        on=today,
        settings=settings,
        advice=advice,
        site=site,
        names={**library.activities, **library.modalities},
        answered=_answered(project, settings, concerned, site) if project else {},
    )
    emit(ADVISE_FORMATS[name](page, spoken(output)), output)
    return 0


def _project(library: "Library", *, at: str, on: str, cache: bool) -> "Project | None":
    """Return the quality system here with every referential; None outside of a repository."""
    repo = repository() if at else repository_if_any()
    if repo is None:
        return None
    return snapshot(
        repo, on=on, at=at, use_cache=cache, referentials=library.referential_ids, in_force=True
    ).project


def _answered(
    project: "Project", settings: "Settings", names: Iterable[str], site: str
) -> "dict[str, dict[Status, int]]":
    """Return how much of each scheme the documents answer, for the profile of *settings*."""
    from dataclasses import replace

    from qmtool.model.gap import gap

    if not settings.present or not project.documents:
        return {}
    as_if = replace(project, settings=settings)
    return {
        name: dict(gap(as_if, project.referentials[name], site=site or None).summary)
        for name in names
    }


def _refuse_unknown(
    library: "Library",
    activities: Iterable[str],
    modalities: Iterable[str],
    organisation_type: str,
    level: int,
) -> None:
    """Raise UsageError if an option names nothing that `qm` knows."""
    from qmtool.errors import UsageError
    from qmtool.model.advice import nearest
    from qmtool.model.referential import ENTITIES
    from qmtool.model.text import listing, say

    levels = ("1", "2", "3")
    for option, values, choices in (
        ("--activity", activities, tuple(library.activities)),
        ("--modality", modalities, tuple(library.modalities)),
        ("--type", (organisation_type,), ("", *ENTITIES)),
        ("--level", (str(level),), ("0", *levels)),
    ):
        for value in values:
            if value not in choices:
                real = [one for one in choices if one not in ("", "0")]
                advice = nearest(value, real) or say("Choices: {choices}.", choices=listing(real))
                raise UsageError(
                    say(
                        "{option} {value} is not known. {advice}",
                        option=option,
                        value=value,
                        advice=advice,
                    )
                )


def _tell_unknown_certificates(settings: "Settings", library: "Library") -> None:
    """Print a note for each certificate of a referential that nobody knows: it decides nothing."""
    from qmtool.model.advice import nearest
    from qmtool.model.text import Text, say

    names = (one.referential for one in settings.certificates)
    for name in dict.fromkeys(names):
        if name not in library.referential_ids:
            advice = nearest(name, library.referential_ids) or Text("")
            tell(
                say(
                    "qm.yaml, {place}: {name} is not known and decides nothing. {advice}",
                    place="certificates",
                    name=name,
                    advice=advice,
                )
            )
