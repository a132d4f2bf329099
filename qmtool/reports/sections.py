"""A report made of sections: sentences, a table, items or Markdown, in every readable format."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from qmtool.reports.language import Language
from qmtool.reports.pages import shipped_pages
from qmtool.reports.rendered import plain
from qmtool.reports.table import (
    markdown_table,
    markdown_text,
    page_width,
    wrapped_table,
)
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

T = TypeVar("T")

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HEADING = re.compile(r"^#{1,5} ", re.MULTILINE)


class Item(NamedTuple):
    """Something with a *head*, and what is said about it in *lines*."""

    head: str
    lines: Sequence[str] = ()


class Section(NamedTuple):
    """A *title*, *lines*, a table of *heads* and *rows*, *items*, and Markdown of a document."""

    title: str
    lines: Sequence[str] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    items: Sequence[Item] = ()
    body: str = ""


class Sheaf(NamedTuple):
    """A report: what it is called and of whom, what is to be said first, and its sections."""

    title: str
    kind: str
    centre: str
    notices: Sequence[str]
    sections: Sequence[Section]
    origin: str


def written(body: str) -> str:
    """Return the Markdown *body* of a record without the hints of its template.

    A heading under which nobody wrote anything goes with its hint.
    """
    kept: list[str] = []
    for part in re.split(r"^(?=#{1,6} )", _COMMENT.sub("", body), flags=re.MULTILINE):
        head, _, rest = part.partition("\n")
        if rest.strip() or (head.strip() and not head.startswith("#")):
            kept.append(part.strip())
    return "\n\n".join(kept)


def text(sheaf: Sheaf, language: Language) -> str:
    """Return the report for a terminal."""
    del language
    width = page_width()
    lines = [*wrapped(safe(sheaf.title), width), ""]
    for one in sheaf.notices:
        lines += wrapped(safe(one), width, first="! ", rest="  ")
    for section in sheaf.sections:
        if lines[-1]:
            lines.append("")
        lines += [safe(section.title), ""] if section.title else []
        for one in section.lines:
            lines += wrapped(safe(one), width)
        if section.rows:
            rows = [[_line(cell) for cell in row] for row in section.rows]
            lines += wrapped_table(rows, width, section.heads)
        for item in section.items:
            lines += wrapped(safe(item.head), width, rest="  ")
            for one in item.lines:
                lines += wrapped(safe(one), width, first="    ", rest="      ")
        if section.body:
            lines += plain(section.body).splitlines()
    return "\n".join([*lines, "", *wrapped(safe(sheaf.origin), width)]) + "\n"


def _line(cell: str) -> str:
    return " / ".join(cell.splitlines())


def markdown(sheaf: Sheaf, language: Language) -> str:
    """Return the report as Markdown."""
    del language
    parts = [f"# {markdown_text(sheaf.title)}\n"]
    parts += [f"> {markdown_text(one)}\n" for one in sheaf.notices]
    for section in sheaf.sections:
        parts += [f"## {markdown_text(section.title)}\n"] if section.title else []
        parts += [f"{markdown_text(one)}\n" for one in section.lines]
        if section.rows:
            rows = [[_line(cell) for cell in row] for row in section.rows]
            parts.append(markdown_table([markdown_text(one) for one in section.heads], rows))
        if section.items:
            parts.append("".join(f"{one}\n" for one in _listed(section.items)))
        if section.body:
            parts.append(_HEADING.sub(lambda found: f"#{found[0]}", section.body) + "\n")
    return "\n".join([*parts, f"{markdown_text(sheaf.origin)}\n"])


def _listed(items: Sequence[Item]) -> Iterator[str]:
    """Yield the lines of a Markdown list of *items*."""
    for item in items:
        yield f"- **{markdown_text(item.head)}**"
        yield from (f"  - {markdown_text(one)}" for one in item.lines)


def html(sheaf: Sheaf, language: Language) -> str:
    """Return the report as one page that needs no other file."""
    from qmtool.reports.markdown_html import body_html

    sections = [
        {
            "title": safe(one.title),
            "lines": [safe(line) for line in one.lines],
            "heads": [safe(head) for head in one.heads],
            "rows": [[_html_lines(cell) for cell in row] for row in one.rows],
            "items": [
                {"head": safe(item.head), "lines": [safe(line) for line in item.lines]}
                for item in one.items
            ],
            "body": body_html(one.body, lambda _target: None) if one.body else "",
        }
        for one in sheaf.sections
    ]
    values = {
        "language": language.code,
        "title": safe(sheaf.title),
        "kind": safe(sheaf.kind),
        "organisation": safe(sheaf.centre),
        "notices": [safe(one) for one in sheaf.notices],
        "first": language.gettext("Read this first"),
        "sections": sections,
        "origin": safe(sheaf.origin),
    }
    (made,) = shipped_pages("_reports/sections.html.j2", [values])
    return made


def _html_lines(cell: str) -> list[str]:
    return [safe(line) for line in cell.splitlines()] or [""]


def pdf(sheaf: Sheaf, language: Language) -> bytes:
    """Return the report as a PDF with page numbers."""
    from qmtool.reports.typst_pdf import compiled

    data: dict[str, Any] = {
        "language": language.code,
        "page": language.gettext("page"),
        "title": safe(sheaf.title),
        "kind": " · ".join(filter(None, (safe(sheaf.centre), safe(sheaf.kind)))),
        "notices": [safe(one) for one in sheaf.notices],
        "origin": safe(sheaf.origin),
        "sections": [
            {
                "title": safe(one.title),
                "lines": [safe(line) for line in _lines(one)],
                "heads": [safe(head) for head in one.heads],
                "rows": [["\n".join(_html_lines(cell)) for cell in row] for row in one.rows],
            }
            for one in sheaf.sections
        ],
    }
    return compiled("sections.typ", data)


def _lines(section: Section) -> Iterator[str]:
    """Yield what the PDF shows of *section* besides its table, line by line."""
    yield from section.lines
    for item in section.items:
        yield item.head
        yield from (f"    {one}" for one in item.lines)
    if section.body:
        yield from (line for line in plain(section.body).splitlines() if line.strip())


def formats_of(
    page: Callable[[T, Language], Sheaf], *also: str
) -> dict[str, Callable[[T, Language], str | bytes]]:
    """Return how what *page* makes a report of is written: as text, Markdown, HTML, and *also*."""
    known: Mapping[str, Callable[[Sheaf, Language], str | bytes]] = {
        "text": text,
        "markdown": markdown,
        "html": html,
        "pdf": pdf,
    }

    def written_as(name: str) -> Callable[[T, Language], str | bytes]:
        return lambda found, language: known[name](page(found, language), language)

    return {name: written_as(name) for name in ("text", "markdown", "html", *also)}
