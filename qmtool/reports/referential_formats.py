"""What `qm ref show` prints: the page of a referential or of a requirement, format by format."""

from collections.abc import Callable, Mapping
from typing import Any

from qmtool.model.crosswalk import Loan, loan
from qmtool.model.gap import notices_about
from qmtool.model.referential import Referential, Requirement
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_page import Block, Page, facts_data, referential_blocks, said
from qmtool.reports.requirement_page import requirement_blocks
from qmtool.reports.table import markdown_text, page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped


def _title(page: Page, language: Language) -> str:
    return said(page.node.title if page.requirement else page.referential.title, language)


def _blocks(page: Page, language: Language) -> list[Block]:
    blocks = requirement_blocks if page.requirement else referential_blocks
    return list(blocks(page, language))


def _notices(page: Page, language: Language) -> list[str]:
    return [said(one, language) for one in notices_about(page.referential, page.on)]


def text(page: Page, language: Language, width: int | None = None) -> str:
    """Return the page for a terminal: what warns comes first."""
    width = width or page_width()
    lines = [part for one in _notices(page, language) for part in wrapped(f"! {one}", width)]
    lines += [""] if lines else []
    lines += wrapped(_title(page, language), width)
    for title, content in _blocks(page, language):
        if title:
            lines += ["", *wrapped(title, width)]
        for one in content:
            deep = len(one) - len(one.lstrip())
            first = " " * (deep + (2 if title else 0))
            lines += wrapped(one.strip(), width, first=first, rest=" " * (deep + 6))
    return "\n".join(lines) + "\n"


def markdown(page: Page, language: Language) -> str:
    """Return the page as Markdown."""
    lines = [f"# {markdown_text(_title(page, language))}", ""]
    lines += [f"> {markdown_text(one)}\n" for one in _notices(page, language)]
    for title, content in _blocks(page, language):
        lines += [f"## {markdown_text(title)}", ""] if title else []
        lines += [
            f"{' ' * (len(one) - len(one.lstrip()))}- {markdown_text(one.strip())}"
            for one in content
        ]
        lines += [""] if content else []
    return "\n".join(lines)


def json_(page: Page, language: Language) -> str:
    """Return the page as JSON."""
    found = page.referential
    value: dict[str, Any] = {
        "version": 1,
        "referential": found.identifier,
        "title": found.title.of(language.code),
        "notices": _notices(page, language),
    }
    if page.requirement:
        value |= _requirement(page, language)
    else:
        value["facts"] = facts_data(found, language)
        value["requirements"] = [_node(found, node, language) for node in found.nodes]
    return json_page(value)


def _requirement(page: Page, language: Language) -> dict[str, Any]:
    """Return what is known of the requirement of *page*."""
    found = page.referential
    answer = page.answers.get(page.requirement)
    return {
        "requirement": _node(found, page.node, language),
        "related": [
            {
                "referential": one.other,
                "requirements": list(one.relation.target),
                "relation": one.relation.kind.value,
                "reversed": one.relation.inverted,
                "confidence": one.relation.confidence,
                "lends": loan(one.relation, page.others[one.other], found) is Loan.LENT,
                "source": one.relation.origin,
            }
            for one in page.related
        ],
        "status": answer.status.value if answer else None,
        "reasons": [said(one, language) for one in answer.reasons] if answer else [],
        "evidence": [
            {
                "document": one.document,
                "version": one.version,
                "state": one.state.value,
                "path": safe(one.path),
                "line": one.line,
                "section": one.section,
                "via": one.via,
            }
            for one in (answer.evidence if answer else ())
        ],
    }


def _node(found: Referential, node: Requirement, language: Language) -> dict[str, Any]:
    return {
        "id": node.identifier,
        "printed": said(found.cite(node.identifier), language),
        "parent": node.parent or None,
        "title": node.title.of(language.code),
        "asks": node.asks.of(language.code),
        "assessable": node.assessable,
        "official": node.official,
        "reference": node.reference or None,
        "described_by": list(node.described_by),
        "proven_by": list(node.proven_by),
        "usual": list(node.usual),
        "fresh_months": node.fresh_months,
        "applies": {key: list(value) for key, value in node.applies._asdict().items()},
        "note": node.note.of(language.code),
        "confidence": node.confidence,
        "source": node.source,
    }


PAGE_FORMATS: Mapping[str, Callable[[Page, Language], str]] = {
    "text": text,
    "json": json_,
    "markdown": markdown,
}
