"""`qm review-pack`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    DryRunOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    day,
    emit,
    file_language,
    language,
    named,
    now,
    repository,
    snapshot,
)
from qmtool.cli.filters import period_of, refuse_unknown_site
from qmtool.model.text import say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qmtool.model.period import Period
    from qmtool.model.project import Project
    from qmtool.model.review_audits import Compared
    from qmtool.model.review_pack import Pack
    from qmtool.reports.language import Language
    from qmtool.repository.load import Snapshot

HELP = _(
    "Gather the inputs of a management review, item by item, as a draft; turn its decisions into "
    "actions."
)
EXAMPLE = _("Example: qm review-pack --period 2026 -o review.md")


def command(
    period: Annotated[
        str,
        typer.Option(
            "--period",
            metavar="FROM..TO",
            help=_("The period examined: 2026, or two days; default: the last 12 months."),
        ),
    ] = "",
    site: Annotated[str, typer.Option("--site", help=_("Only this site."))] = "",
    planned: Annotated[
        str,
        typer.Option(
            "--planned", metavar="YYYY-MM-DD", help=_("The day of the review; default: today.")
        ),
    ] = "",
    lang: Annotated[str, typer.Option("--lang", help=_("Language of the draft: fr or en."))] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown")] = "",
    output: OutputOption = "",
    log_: Annotated[
        bool, typer.Option("--log", help=_("Write the draft down as a new review, as one commit."))
    ] = False,
    actions: Annotated[
        str,
        typer.Option(
            "--actions",
            metavar="ID",
            help=_("Write down an action for each decision of this review, as one commit."),
        ),
    ] = "",
    dry_run: DryRunOption = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Gather the inputs of a management review, or turn its decisions into actions."""
    _refuse_together(log_, actions, [format_, output, at, on], [period, site, planned, lang])
    if actions:
        return _actions(actions, dry_run=dry_run, cache=cache)
    if log_:
        return _log(period, site, planned, lang, dry_run=dry_run, cache=cache)
    from qmtool.reports.review_pack import PACK_FORMATS

    name = choose_format(format_, output, {**PACK_FORMATS, "markdown": str})
    found = snapshot(repository(), on=on, at=at, use_cache=cache, in_force=True)
    result = _pack(found, period, site, cache=cache)
    if name != "markdown":
        spoken = _spoken(lang, file_language(found) if output else language())
        emit(PACK_FORMATS[name](result, spoken), output)
        return 0
    from qmtool.actions.review_draft import draft, wish_for

    planned_on = day(planned) if planned else found.project.on
    wish = wish_for(found, result, planned_on, _spoken(lang, file_language(found)))
    emit(draft(found, wish), output)
    return 0


def _refuse_together(log_: bool, actions: str, reading: list[str], about: list[str]) -> None:
    """Raise UsageError where options are given that a command which writes does not heed."""
    from qmtool.errors import UsageError

    if actions and (log_ or any(reading) or any(about)):
        raise UsageError(say("--actions goes with no other option but --dry-run"))
    if log_ and any(reading):
        raise UsageError(
            say("--log writes the review of today: leave out --format, --output, --at and --on")
        )


def _spoken(lang: str, default: "Language") -> "Language":
    from qmtool.cli.filters import one_of
    from qmtool.model.label import LANGUAGES
    from qmtool.reports.language import language_of

    one_of("--lang", lang, LANGUAGES)
    return language_of(lang) if lang else default


def _pack(found: "Snapshot", period: str, site: str, *, cache: bool) -> "Pack":
    """Return the pack of what *found* holds, without the words that tell who somebody is."""
    from qmtool.model.indicators import indicators
    from qmtool.model.review_pack import pack
    from qmtool.repository.series import all_series

    refuse_unknown_site(found.project.settings, site)
    project, wanted = _discreet(found.project), _period(period, found.project.on)
    measured = indicators(project, all_series(found.source, project), period=wanted)
    gaps = _gaps(found, wanted, site, cache=cache)
    return pack(project, wanted, site=site, indicators=measured, gaps=gaps)


def _period(text: str, on: "date") -> "Period":
    from qmtool.errors import UsageError
    from qmtool.model.review_pack import months_before, within

    asked = period_of(text)
    if asked is None:
        return months_before(on)
    found = within(asked, on)
    if found is None:
        raise UsageError(say("--period {period} has not begun on {day}", period=text, day=on))
    return found


def _discreet(project: "Project") -> "Project":
    """Return *project* without the words of the records that tell who somebody is."""
    from qmtool.model.review_facts import discreet
    from qmtool.model.workflow import records
    from qmtool.rules.telling import telling

    return discreet(project, telling(project, (one for one, _kind in records(project))))


def _gaps(found: "Snapshot", period: "Period", site: str, *, cache: bool) -> "Iterator[Compared]":
    """Yield the gap of each referential that is adopted, and what it was before the period."""
    from qmtool.model.gap import gap
    from qmtool.model.review_audits import Compared

    project = found.project
    before = _before(found, period, cache=cache)
    for name in project.settings.adopts:
        scheme = project.referentials.get(name)
        if scheme is not None and scheme.assessable:
            then = gap(before, scheme, site=site or None) if before else None
            yield Compared(gap(project, scheme, site=site or None), then)


def _before(found: "Snapshot", period: "Period", *, cache: bool) -> "Project | None":
    """Return the project as it was the day before *period*; None where nobody can tell."""
    from datetime import timedelta

    from qmtool.errors import QmError
    from qmtool.repository.load import load_past
    from qmtool.repository.past import branch_of
    from qmtool.repository.sources import open_source

    eve = period.first - timedelta(days=1)
    try:
        branch = branch_of(found.source.repo, found.source.commit)
        commit = branch.on(eve)
        if commit is None:
            return None
        source = open_source(branch.repo, commit)
        past = load_past(branch.repo, source, on=eve, use_cache=cache).project
    except QmError:
        return None  # the past cannot be read; the present is told without it
    return past if past.settings.present and (not past.unread) else None


def _log(period: str, site: str, planned: str, lang: str, *, dry_run: bool, cache: bool) -> int:
    """Write the draft of a review down, from what the last commit holds."""
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.log import log
    from qmtool.actions.release_plan import Order
    from qmtool.actions.review_draft import wish_for
    from qmtool.cli.records import tell_deadlines

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    head = last.now()[0].base
    found = snapshot(repo, on="", at=head, use_cache=cache, in_force=True)
    result = _pack(found, period, site, cache=cache)
    planned_on = day(planned) if planned else found.project.on
    wish = wish_for(found, result, planned_on, _spoken(lang, file_language(found)))
    done = log(repo, wish, last, dry_run=dry_run)
    values = {"id": done.document.identifier, "path": done.document.path}
    if dry_run:
        first = say("Would write {path}. Nothing was changed.", **values)
    else:
        first = say("Written down: {id}, in {path}.", **values)
    emit(safe(language().render(first)) + "\n")
    tell_deadlines(done.deadlines, last.now()[1].project)
    return 0


def _actions(wanted: str, *, dry_run: bool, cache: bool) -> int:
    """Write down an action for each decision of the review called *wanted*."""
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order
    from qmtool.actions.review_actions import decide
    from qmtool.cli.documents import tell_left_alone

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    done = decide(repo, named(repo, wanted), last, dry_run=dry_run)
    lines = [f"{one.identifier}  {one.title}" for one in done.added]
    values = {"new": len(done.added), "known": done.known, "review": done.review.name}
    if dry_run:
        told = say(
            "Would write down {new} actions of {review}; {known} are there. Nothing was changed.",
            **values,
        )
    else:
        told = say("{new} actions of {review} written down; {known} were there.", **values)
    emit(
        "".join(f"{safe(one)}\n" for one in (*([] if dry_run else lines), language().render(told)))
    )
    tell_left_alone(done.left_alone)
    return 0
