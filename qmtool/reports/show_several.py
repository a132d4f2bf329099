"""What `qm show` prints of several documents: one page after the other, in the order of a list."""

from collections.abc import Callable, Mapping, Sequence

from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.show import Page, page_value
from qmtool.reports.show import text as page_text
from qmtool.reports.table import page_width


def text(pages: Sequence[Page], language: Language) -> str:
    """Return the pages with a line between them, and a count."""
    count = len(pages)
    counted = language.ngettext("{n} document", "{n} documents", count).format(n=count)
    line = "=" * page_width()
    shown = [f"{page_text(page, language).rstrip()}\n\n{line}\n\n" for page in pages]
    return "".join(shown) + counted + "\n"


def json_pages(pages: Sequence[Page], language: Language) -> str:
    """Return every page as JSON, version 1; *language* changes nothing in it."""
    del language
    value = {"version": 1, "documents": [page_value(page) for page in pages]}
    return json_page(value)


SEVERAL_FORMATS: Mapping[str, Callable[[Sequence[Page], Language], str]] = {
    "text": text,
    "json": json_pages,
}
