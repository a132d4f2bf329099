"""`qm audit follow-up`."""

from typing import Annotated

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

HELP = _("Follow the findings of an audit: cause, actions, by when, and what to type next.")
EXAMPLE = _("Example: qm audit follow-up AUD-20260302-K7QD")


def command(
    audit: AuditArgument,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, html, csv")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Follow the findings of an audit."""
    from qmtool.model.audit_report import audit_report
    from qmtool.reports.audit_follow_up import FOLLOW_UP_FORMATS

    name = choose_format(format_, output, dict(FOLLOW_UP_FORMATS))
    found, document, kind = audit_in(audit, at=at, on=on, cache=cache)
    made = audit_report(found.project, document, kind)
    spoken = file_language(found) if output else language()
    emit(FOLLOW_UP_FORMATS[name](made, spoken), output)
    return 0
