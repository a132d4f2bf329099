"""`qm register`."""

from dataclasses import replace
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
    emit,
    file_language,
    language,
    now,
    repository,
    snapshot,
)
from qmtool.cli.filters import PeriodOption, ProcessOption, SiteOption, one_of, period_of
from qmtool.cli.records import read_input
from qmtool.model.text import say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.model.register import Wanted
    from qmtool.repository.load import Snapshot

HELP = _("Show a register: events, complaints, actions…; or take one over from a spreadsheet.")
EXAMPLE = _("Example: qm register action --late -o actions.xlsx")


def command(
    kind: Annotated[
        str, typer.Argument(help=_("The register; without it, all of them are counted."))
    ] = "",
    state: Annotated[str, typer.Option("--state", help=_("Only entries in this state."))] = "",
    process: ProcessOption = "",
    site: SiteOption = "",
    owner: Annotated[str, typer.Option("--owner", help=_("Only entries of this person."))] = "",
    period: PeriodOption = "",
    late: Annotated[bool, typer.Option("--late", help=_("Only what is late."))] = False,
    still_open: Annotated[bool, typer.Option("--open", help=_("Only what is not closed."))] = False,
    where: Annotated[
        list[str] | None,
        typer.Option("--where", metavar="FIELD=VALUE", help=_("Only where a field has a value.")),
    ] = None,
    source: Annotated[
        str,
        typer.Option("--import", metavar="FILE", help=_("Take over the rows of this CSV or XLSX.")),
    ] = "",
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, csv, xlsx")] = "",
    output: OutputOption = "",
    dry_run: DryRunOption = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Show a register, or take one over from a spreadsheet."""
    from qmtool.actions.log import register_kind
    from qmtool.actions.record_text import state_called
    from qmtool.model.register import Wanted, register
    from qmtool.reports.register import REGISTER_FORMATS, overview

    if source:
        return _take_over(kind, source, dry_run=dry_run, cache=cache)
    name = choose_format(format_, output, dict(REGISTER_FORMATS))
    found = snapshot(repository(), on=on, at=at, use_cache=cache)
    spoken = file_language(found) if output else language()
    if not kind:
        kinds = (one for one in found.project.kinds.values() if one.steps)
        counted = (register(found.project, one) for one in kinds)
        emit(overview([one for one in counted if one.entries], spoken), output)
        return 0
    wanted = Wanted(
        *(state, process, site, owner, period_of(period), late, still_open),
        _values(where or []),
    )
    known = register_kind(found.project, kind)
    if state:
        wanted = replace(wanted, state=state_called(known, state))
    _refuse_unknown(found, wanted)
    emit(REGISTER_FORMATS[name](register(found.project, known, wanted), spoken), output)
    return 0


def _values(given: list[str]) -> dict[str, str]:
    from qmtool.errors import UsageError

    pairs = [one.partition("=") for one in given]
    for key, equals, text in pairs:
        if not equals:
            raise UsageError(say("{text} is not of the form key=value", text=key + text))
    return {key.strip(): text.strip() for key, _equals, text in pairs}


def _refuse_unknown(found: "Snapshot", wanted: "Wanted") -> None:
    """Raise UsageError if an option names what is not there: an empty list would say nothing."""
    settings = found.project.settings
    one_of("--process", wanted.process, [one.identifier for one in settings.processes])
    one_of("--site", wanted.site, [one.identifier for one in settings.sites])
    one_of("--owner", wanted.owner, [one.identifier for one in settings.policy.people])


def _take_over(kind: str, path: str, *, dry_run: bool, cache: bool) -> int:
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.register_import import take_over
    from qmtool.actions.release_plan import Order

    last = LastCommit(repository(), Order(now(), ""), cache)
    done = take_over(last.repo, kind, read_input(path), path, last, dry_run=dry_run)
    values = {"new": len(done.added), "changed": len(done.changed), "same": done.same}
    if dry_run:
        words = say(
            "Would add {new} entries and change {changed}; {same} stay as they are. Nothing was "
            "changed.",
            **values,
        )
    else:
        words = say(
            "{new} entries added, {changed} changed, {same} as they were.",
            **values,
        )
    emit(safe(language().render(words)) + "\n")
    return 0
