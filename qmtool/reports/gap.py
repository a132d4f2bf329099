"""What `qm gap` prints: a format is a function, and the table of formats is the option."""

from collections.abc import Callable, Mapping

from qmtool.model.gap import Gap
from qmtool.reports.gap_csv import csv_
from qmtool.reports.gap_html import html
from qmtool.reports.gap_json import json_
from qmtool.reports.gap_markdown import markdown
from qmtool.reports.gap_pdf import pdf
from qmtool.reports.gap_text import text
from qmtool.reports.gap_xlsx import xlsx
from qmtool.reports.language import Language

GAP_FORMATS: Mapping[str, Callable[[Gap, Language], str | bytes]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "html": html,
    "csv": csv_,
    "xlsx": xlsx,
    "pdf": pdf,
}
