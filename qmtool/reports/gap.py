"""What `qm gap` prints: a format is a function, and the table of formats is the option."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping

from qmtool import __version__
from qmtool.model.assessment import Status
from qmtool.model.gap import Gap
from qmtool.reports.gap_view import Row, View, view
from qmtool.reports.language import Language
from qmtool.reports.table import (
    markdown_table,
    markdown_text,
    terminal_width,
    text_table,
    width_of,
)
from qmtool.reports.wrapping import wrapped
from qmtool.resources import shipped

WIDTH = 100
MAX_ID = 24
"""How wide an id may be before what is said of it begins on the next line."""
MD_EVIDENCE_SIZE = 200
"""How many characters of documents a cell of a Markdown table holds."""

_BELOW = " " * 6
_MISSING = (Status.PARTIAL, Status.OPEN)


# Text, for a terminal.


def text(gap: Gap, language: Language, width: int = 0) -> str:
    """Return the headline, a table of the requirements by chapter, and what is missing."""
    width = width or min(terminal_width(), WIDTH)
    shown = view(gap, language)
    lines = [line for warning in shown["warnings"] for line in wrapped(warning, width)]
    lines += [""] if lines else []
    lines += wrapped(f"{shown['headline']} {shown['disclaimer']}", width)
    lines += ["", *_table(shown, language, width)]
    missing = list(_missing(shown, width))
    if missing:
        first = next(row["name"] for row in _rows(shown) if row["status"] in _MISSING)
        how = language.gettext(
            "A document answers a requirement by naming it in its front matter, for instance: "
            "satisfies: [{id}]"
        ).format(id=first)
        lines += ["", language.gettext("What is missing:"), *missing, "", *wrapped(how, width)]
    return "\n".join(lines) + "\n"


def _table(shown: View, language: Language, width: int) -> Iterator[str]:
    """Yield the lines of the table, its columns aligned over all chapters."""
    rows = [_cells(row, width // 5) for row in _rows(shown)]
    lines = iter(text_table(_head(language), rows, width, shrink=1).splitlines())
    yield next(lines)
    yield next(lines)
    for chapter in shown["chapters"]:
        yield ""
        yield " ".join(filter(None, (chapter["id"], chapter["title"])))
        for _ in chapter["rows"]:
            yield next(lines)


def _head(language: Language) -> list[str]:
    _ = language.gettext
    return ["", _("Requirement"), _("Status"), _("Described"), _("Proven"), _("Evidence")]


def _cells(row: Row, size: int) -> list[str]:
    facts = (row["described_word"], row["proven_word"])
    return [row["short"], row["title"], row["status_word"], *facts, _names(row, size)]


def _names(row: Row, size: int) -> str:
    """Return the documents of *row*: as many as *size* columns hold, and how many more."""
    names = row["names"]
    shown = ", ".join(names[:1])
    for count, name in enumerate(names[1:], start=1):
        more = f" +{len(names) - count}"
        if width_of(f"{shown}, {name}{more}") > size:
            return shown + more
        shown = f"{shown}, {name}"
    return shown


def _missing(shown: View, width: int) -> Iterator[str]:
    """Yield, for what is partial or open, why."""
    rows = [row for row in _rows(shown) if row["status"] in _MISSING]
    size = min(MAX_ID, max((width_of(row["id"]) for row in rows), default=0))
    indent = " " * (size + 4)
    for row in rows:
        line = f"{row['title']} – {' · '.join(row['reasons'])}"
        if width_of(row["id"]) > size:
            yield f"  {row['id']}"
            yield from wrapped(line, width, first=_BELOW, rest=_BELOW)
        else:
            yield from wrapped(line, width, first=f"  {row['id']:{size}}  ", rest=indent)


def _rows(shown: View) -> Iterator[Row]:
    for chapter in shown["chapters"]:
        yield from chapter["rows"]


# JSON, for programs.


def json_(gap: Gap, language: Language) -> str:
    """Return the gap as JSON, version 1 of `formats.md`."""
    value = {
        "version": 1,
        "referential": gap.referential.identifier,
        "on": gap.on.isoformat(),
        "at": gap.at,
        "site": gap.site,
        "completeness": gap.referential.completeness,
        "superseded_by": gap.referential.superseded_by or None,
        "verified_on": gap.referential.verified_on.isoformat(),
        "notices": [language.render(one) for one in gap.notices],
        "requirements": [
            {
                "id": one.identifier,
                "title": one.requirement.title.of(language.code),
                "status": one.status,
                "described": one.described,
                "proven": one.proven,
                "verified": one.verified,
                "lent": one.lent,
                "confidence": one.requirement.confidence,
                "reasons": [_decoded(language.render(reason)) for reason in one.reasons],
                "evidence": [
                    {
                        "document": _decoded(piece.document),
                        "version": piece.version,
                        "state": piece.state,
                        "path": _decoded(piece.path),
                        "line": piece.line,
                        "section": piece.section,
                        "via": piece.via,
                    }
                    for piece in one.evidence
                ],
            }
            for one in gap.requirements
        ],
        "summary": gap.summary,
    }
    shown = json.dumps(value, ensure_ascii=False, indent=2)
    return shown.encode(errors="backslashreplace").decode() + "\n"


def _decoded(text: str) -> str:
    """Return *text* with the bytes of paths that are no UTF-8 written out."""
    return text.encode(errors="surrogateescape").decode(errors="backslashreplace")


# Markdown, for a wiki or a merge request.


def markdown(gap: Gap, language: Language) -> str:
    """Return the gap as Markdown with tables."""
    shown, _ = view(gap, language), language.gettext
    parts = [f"# {markdown_text(shown['name'])}\n"]
    parts += [f"> {markdown_text(warning)}\n" for warning in shown["warnings"]]
    parts.append(markdown_text(f"{shown['headline']} {shown['disclaimer']}") + "\n")
    counts = [[one["word"], str(one["count"]), one["meaning"]] for one in shown["counts"]]
    parts.append(markdown_table([_("Status"), _("Requirements"), _("Meaning")], counts))
    for chapter in shown["chapters"]:
        title = " ".join(filter(None, (chapter["id"], chapter["title"])))
        parts.append(f"## {markdown_text(title)}\n")
        cells = [_cells(row, MD_EVIDENCE_SIZE) for row in chapter["rows"]]
        parts.append(markdown_table(_head(language), cells))
        reasons = [_md_reasons(row) for row in chapter["rows"] if row["reasons"]]
        if reasons:
            parts.append("".join(reasons))
    return "\n".join(parts)


def _md_reasons(row: Row) -> str:
    reasons = markdown_text(" · ".join(row["reasons"]))
    return f"- **{markdown_text(row['id'])}** ({markdown_text(row['status_word'])}) {reasons}\n"


# HTML, to print and to hand over.


def html(gap: Gap, language: Language) -> str:
    """Return one page that needs no other file and runs nothing."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["csp_hash"] = _csp_hash
    path = shipped("templates") / "_reports" / "gap.html.j2"
    template = environment.from_string(path.read_text(encoding="utf-8"))
    return template.render(
        gap=view(gap, language),
        words=_page_words(language),
        qm_version=__version__,
    )


def _csp_hash(style: str) -> str:
    """Return the source under which a Content-Security-Policy lets *style* apply."""
    digest = hashlib.sha256(str(style).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _page_words(language: Language) -> dict[str, str]:
    """Return the words of the page that are not values of the gap."""
    _ = language.gettext
    return {
        "kind": _("Self-assessment"),
        "subject": _("What is described and proven"),
        "as_of": _("As of"),
        "site": _("Site"),
        "every_site": _("all"),
        "issuer": _("Published by"),
        "compared": _("Compared with its source on"),
        "first": _("Read this first"),
        "summary": _("Summary"),
        "chapters": _("By chapter"),
        "chapter": _("Chapter"),
        "status": _("Status"),
        "requirements": _("Requirements"),
        "requirement": _("Requirement"),
        "meaning": _("Meaning"),
        "described": _("Described"),
        "proven": _("Proven"),
        "evidence": _("Evidence"),
        "none": _("none"),
        "more": _("and {count} more"),
        "legend": _("How to read this page"),
        "legend_described": _(
            "a document in force, or one of its sections, names the requirement and is of a kind "
            "that fits."
        ),
        "legend_proven": _(
            "a dated record of a kind that fits names the requirement and is still recent enough."
        ),
        "legend_verified": _(
            "an audit by a person other than the author. No audit is recorded yet, so no "
            "requirement counts as verified and this page does not show it."
        ),
        "verified": _("Verified"),
        "lapsed": _("lapsed"),
        "legend_lapsed": _(
            "the only evidence is an expired record, or a document whose review is overdue."
        ),
        "draft": _("draft"),
        "legend_draft": _(
            "the only evidence is a document that is not in force, or a record that does not "
            "count yet."
        ),
        "source": _("Source: {at}"),
        "made_by": _("Made by qm {version}"),
    }


GAP_FORMATS: Mapping[str, Callable[[Gap, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
    "html": html,
}
