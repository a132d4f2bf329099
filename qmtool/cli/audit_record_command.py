"""`qm audit record`."""

from typing import Annotated

import typer

from qmtool.cli.audits import AuditArgument
from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    emit,
    language,
    named,
    now,
    repository,
)
from qmtool.cli.documents import tell_left_alone
from qmtool.cli.records import read_input
from qmtool.model.text import say
from qmtool.reports.terminal import safe

HELP = _("Take a grid that was filled in: what was seen, and each finding, as one commit.")
EXAMPLE = _("Example: qm audit record AUD-20260302-K7QD grid.xlsx")


def command(
    audit: AuditArgument,
    file: Annotated[str, typer.Argument(metavar="FILE", help=_("The grid, as XLSX or CSV."))],
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Take a grid that was filled in."""
    from qmtool.actions.audit_record import record
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order
    from qmtool.model.answers import next_command

    repo = repository()
    last = LastCommit(repo, Order(now(), ""), cache)
    grid = (read_input(file), file)
    done = record(repo, named(repo, audit), grid, last, dry_run=dry_run)
    values = {
        "lines": done.lines,
        "findings": len(done.findings),
        "same": done.same,
        "audit": done.audit.identifier,
    }
    if dry_run:
        text = say(
            "Would be recorded in {audit}: lines without a finding: {lines}; findings: {findings}; "
            "there already: {same}. Nothing was changed.",
            **values,
        )
    else:
        text = say(
            "Recorded in {audit}: lines without a finding: {lines}; findings: {findings}; there "
            "already: {same}.",
            **values,
        )
    lines = [text]
    lines += [
        say(
            "  {finding} ({grade}, {requirement}): {title}",
            finding=one.identifier if not dry_run else "–",
            grade=one.values.get("grade", ""),
            requirement=one.values.get("requirement", ""),
            title=one.title,
        )
        for one in done.findings
    ]
    following = next_command(done.audit, done.kind)
    if following and not dry_run:
        lines.append(say("Next: {command}", command=following))
    emit("".join(f"{safe(language().render(one))}\n" for one in lines))
    tell_left_alone(done.left_alone)
    return 0
