"""`qm audit report`."""

from typing import Annotated

import typer

from qmtool.cli.audits import AuditArgument, audit_in, body_of
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

HELP = _("Report on an audit: scope, what was seen, findings, and the answers so far.")
EXAMPLE = _("Example: qm audit report AUD-20260302-K7QD -o report.html")


def command(
    audit: AuditArgument,
    format_: Annotated[str, typer.Option("--format", help="text, json, markdown, html, pdf")] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Report on an audit."""
    from qmtool.model.audit_report import audit_report
    from qmtool.reports.audit_report import REPORT_FORMATS

    name = choose_format(format_, output, dict(REPORT_FORMATS))
    found, document, kind = audit_in(audit, at=at, on=on, cache=cache)
    made = audit_report(found.project, document, kind, body_of(found, document))
    spoken = file_language(found) if output else language()
    emit(REPORT_FORMATS[name](made, spoken), output)
    return 0
