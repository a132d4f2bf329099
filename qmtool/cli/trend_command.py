"""`qm trend`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    day,
    emit,
    file_language,
    language,
    repository,
    snapshot,
    tell,
    with_own_pages,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from qmtool.model.gap import Gap
    from qmtool.model.referential import Referential
    from qmtool.model.trend import Every
    from qmtool.repository.load import Snapshot
    from qmtool.repository.past import Branch

HELP = _("Tell how the gap of a referential went over the history of the branch.")
EXAMPLE = _("Example: qm trend iso-9001-2015 --every quarter -o trend.svg")


def command(
    referential: Annotated[str, typer.Argument(help=_("Id of a referential."))],
    every: Annotated[
        str, typer.Option("--every", help=_("A point for each week, month or quarter."))
    ] = "month",
    since: Annotated[
        str,
        typer.Option(
            "--since", metavar="YYYY-MM-DD", help=_("From this day on; default: the first commit.")
        ),
    ] = "",
    site: Annotated[str, typer.Option("--site", help=_("Only this site."))] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, csv, svg, html")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Tell how many requirements had each status, period by period."""
    from qmtool.cli.filters import refuse_unknown_site
    from qmtool.cli.gap_command import refuse_unjudged
    from qmtool.model.gap import gap
    from qmtool.model.trend import trend
    from qmtool.reports.trend import TREND_FORMATS
    from qmtool.repository.past import branch_of

    name, period = choose_format(format_, output, dict(TREND_FORMATS)), _period(every)
    found = snapshot(
        repository(), on=on, at=at, use_cache=cache, referentials=(referential,), in_force=True
    )
    asked = found.project.referentials[found.library.known(referential)]
    refuse_unjudged(asked)
    refuse_unknown_site(found.project.settings, site)
    branch = branch_of(found.source.repo, found.source.commit)
    first = max(day(since), branch.began) if since else branch.began
    _refuse_later(first, found.project.on)
    days = _days(first, found.project.on, period)
    gaps = list(_gaps(branch, days, asked, site, cache=cache))
    gaps.append(gap(found.project, asked, site=site or None))
    speak = file_language(found) if output else language()
    forms = with_own_pages(TREND_FORMATS, found.library)
    emit(forms[name](trend(gaps, period), speak), output)
    return 0


def _period(every: str) -> "Every":
    """Return the period that `--every` names."""
    from qmtool.errors import UsageError
    from qmtool.model.text import listing, say
    from qmtool.model.trend import Every

    if every not in list(Every):
        raise UsageError(
            say("{value} is none of {choices}", value=every, choices=listing(list(Every)))
        )
    return Every(every)


def _refuse_later(first: "date", on: "date") -> None:
    """Raise UsageError if a trend would begin after the day that it ends on."""
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    if first > on:
        raise UsageError(say("there is nothing to tell from {first} to {on}", first=first, on=on))


def _days(first: "date", on: "date", period: "Every") -> "list[date]":
    """Return the days of the points but the last, which is that of the source itself.

    Of the time to come only that last day is told: nothing happens in between.
    """
    from qmtool.model.trend import ends_of_periods

    today = day("")
    return [one for one in ends_of_periods(first, min(on, today), period) if one < on]


def _gaps(
    branch: "Branch", days: "list[date]", asked: "Referential", site: str, *, cache: bool
) -> "Iterator[Gap]":
    """Yield the gap on each of *days* on which there was a quality system that can be read.

    Which are left out is told.
    """
    from qmtool.errors import QmError
    from qmtool.model.gap import gap
    from qmtool.model.text import say

    without: list[date] = []
    past: Snapshot | None = None
    for on in days:
        commit = branch.on(on) or ""
        try:
            past = _past(past, branch, commit, on, cache=cache)
        except QmError as error:
            tell(
                say(
                    "left out, {day} (commit {commit}): {reason}",
                    day=on,
                    commit=commit[:10],
                    reason=error.sentences[0],
                )
            )
            continue
        if past.project.settings.present:
            yield gap(past.project, asked, site=site or None)
        else:
            without.append(on)
    if without:
        tell(
            say(
                "left out, as there was no qm.yaml then: {count} days, the last one {day}",
                count=len(without),
                day=without[-1],
            )
        )


def _past(
    before: "Snapshot | None", branch: "Branch", commit: str, on: "date", *, cache: bool
) -> "Snapshot":
    """Return the snapshot of *commit* on that day; that of the day *before* may be the same one."""
    from qmtool.repository.load import load_past, on_another_day
    from qmtool.repository.sources import open_source

    if before and before.source.commit == commit:
        return on_another_day(before, on)
    return load_past(branch.repo, open_source(branch.repo, commit), on=on, use_cache=cache)
