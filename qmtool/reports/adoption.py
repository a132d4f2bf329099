"""What `qm adopt` shows: what becomes of every file."""

from collections.abc import Sequence
from dataclasses import dataclass

from qmtool.model.text import Text
from qmtool.reports.language import Language
from qmtool.reports.table import terminal_width, text_table
from qmtool.reports.terminal import safe

MAX_TITLE = 40


@dataclass(frozen=True)
class AdoptionReport:
    """Files that become documents (path, id, kind, version, title), and those that do not."""

    documents: Sequence[tuple[str, str, str, str, str]]
    undecided: Sequence[tuple[str, Text]]
    ignored: Sequence[str]


def adoption_text(report: AdoptionReport, language: Language) -> str:
    """Return the preview of an adoption."""
    say = language.gettext
    headers = [say("file"), say("id"), say("kind"), say("version"), say("title")]
    rows = [
        (path, name, kind, version or say("draft"), title[:MAX_TITLE])
        for path, name, kind, version, title in report.documents
    ]
    parts = [text_table(headers, rows, terminal_width(), shrink=0)] if rows else []
    count = len(report.documents)
    parts.append(language.ngettext("{n} document", "{n} documents", count).format(n=count) + "\n")
    if report.undecided:
        parts.append("\n" + say("Undecided, left alone:") + "\n")
        parts += [
            f"  {safe(path)}: {safe(language.render(why))}\n" for path, why in report.undecided
        ]
    if report.ignored:
        paths = safe(", ".join(report.ignored))
        parts.append("\n" + say("Not documents: {paths}").format(paths=paths) + "\n")
    return "".join(parts) + "\n"
