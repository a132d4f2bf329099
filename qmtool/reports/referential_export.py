"""What `qm ref export` writes: a page for people, and tables that `qm ref import` reads back."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from qmtool.errors import UsageError
from qmtool.model import flat
from qmtool.model.gap import notices_about
from qmtool.model.label import Label
from qmtool.model.referential import Referential, Requirement
from qmtool.model.text import Text, listing, say
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.referential_page import cycle_words, shown_date
from qmtool.reports.referential_words import COMPLETENESS_WORDS, CONFIDENCE_WORDS, TYPE_WORDS
from qmtool.reports.table import csv_table, markdown_table, markdown_text
from qmtool.reports.workbook import MAX_CELL, Sheet, workbook
from qmtool.resources import schema_path

_CHAIN = re.compile("_x[0-9A-Fa-f]{4}_x[0-9A-Fa-f]{4}_")
_WIDTHS = {"row": 13, "key": 28, "value": 80, "id": 12, "parent": 12, "source": 40}


class Exported(NamedTuple):
    """A referential: its data as its files hold them, and their value; *classes* are names."""

    head: Mapping[str, Any]
    chapters: Sequence[Mapping[str, Any]]
    referential: Referential
    classes: Mapping[str, Label]
    on: date


# Tables.


def _head_rows(found: Exported) -> list[tuple[str, str]]:
    """Return the keys of the head with their values; the chapters follow in rows of their own."""
    head = {key: value for key, value in found.head.items() if key != "chapters"}
    return list(flat.flat(head))


def _node_rows(found: Exported) -> list[dict[str, str]]:
    """Return a row for each chapter and requirement, by column."""
    rows = []
    for chapter in found.chapters:
        own = {key: value for key, value in chapter.items() if key != "requirements"}
        rows.append({"row": "chapter", **dict(flat.flat(own))})
        for one in chapter["requirements"]:
            rows.append({"row": "requirement", **dict(flat.flat(one))})
    return rows


def _columns(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Return the columns of chapters and requirements, those of the schema in its order."""
    schema = json.loads(schema_path("chapter").read_text(encoding="utf-8"))
    items = schema["properties"]["requirements"]["items"]
    known = ["row", *(key for key, _ in flat.leaves(items, schema))]
    return flat.columns(rows, known)


def csv_export(found: Exported, language: Language) -> str:
    """Return one table: the head in rows `referential`, then chapters and requirements."""
    del language
    rows = _node_rows(found)
    columns = _columns(rows)
    headers = [*columns[:2], "value", *columns[2:]]
    head = [{"row": "referential", "id": key, "value": value} for key, value in _head_rows(found)]
    cells = [[row.get(column, "") for column in headers] for row in [*head, *rows]]
    _fitting(cells)
    return csv_table(headers, cells)


def xlsx(found: Exported, language: Language) -> bytes:
    """Return a workbook of two sheets, all text: `referential` and `requirements`."""
    del language
    rows = _node_rows(found)
    columns = _columns(rows)
    head = _head_rows(found)
    cells = [[row.get(column, "") for column in columns] for row in rows]
    _fitting([*head, *cells])
    sheets = [
        Sheet("referential", ["key", "value"], head, _WIDTHS),
        Sheet("requirements", columns, cells, _WIDTHS),
    ]
    return workbook(found.head["id"], sheets)


def _fitting(rows: Sequence[Sequence[str]]) -> None:
    """Raise UsageError if a text cannot stand in a cell of a spreadsheet, whole and unchanged."""
    for cells in rows:
        for cell in cells:
            if len(cell) > MAX_CELL or _CHAIN.search(cell):
                raise UsageError(
                    say(
                        "{id}: a text does not fit in a cell of a spreadsheet; export as json",
                        id=" ".join(filter(None, cells[:2]))[:80],
                    )
                )


# JSON, for programs.


def json_(found: Exported, language: Language) -> str:
    """Return the data of the files as JSON, version 1."""
    del language
    head = {key: value for key, value in found.head.items() if key != "chapters"}
    value = {"version": 1, "referential": head, "chapters": list(found.chapters)}
    return json_page(value)


# Markdown, for people.


def markdown(found: Exported, language: Language) -> str:
    """Return a page: what warns, what the scheme is, and its chapters with their requirements."""
    referential = found.referential
    lines = [f"# {_text(referential.title, language)}", ""]
    for notice in notices_about(referential, found.on):
        lines += [f"> {_text(notice, language)}", ""]
    facts = [[language.render(name), value] for name, value in _facts(referential, language)]
    names = [language.gettext("fact"), language.gettext("value")]
    lines.append(markdown_table(names, [row for row in facts if row[1]]))
    below: dict[str, list[Requirement]] = {
        node.identifier: [] for node in referential.nodes if not node.parent
    }
    for node in referential.nodes:
        if node.parent:
            below[referential.lineage(node.identifier)[-1]].append(node)
    for chapter, nodes in below.items():
        lines += _node(found, referential.by_id[chapter], language)
        for node in nodes:
            lines += _node(found, node, language)
    lines += _legend(found, language)
    return "\n".join(lines).rstrip() + "\n"


def _text(value: object, language: Language) -> str:
    """Return a label or a text as a paragraph of Markdown."""
    shown = value.of(language.code) if isinstance(value, Label) else language.render(value)
    return markdown_text(shown.replace("\n", " "))


def _facts(found: Referential, language: Language) -> Iterator[tuple[Text, str]]:
    """Yield what the scheme is, a name and a value at a time."""

    def said(value: object) -> str:
        return value.of(language.code) if isinstance(value, Label) else language.render(value)

    binding = say("mandatory") if found.mandatory else say("voluntary")
    yield say("id"), found.identifier
    yield say("type"), f"{said(TYPE_WORDS[found.type])}, {said(binding)}"
    yield say("issuer"), found.issuer
    for name, label in (
        (say("scope"), found.scope),
        (say("concerns"), found.concerns),
        (say("unit"), found.unit),
        (say("legal basis"), found.basis),
        (say("audited by"), found.audited_by),
    ):
        yield name, said(label)
    dates = (f"{shown_date(one.on, language)} {said(one.what)}" for one in found.dates)
    yield say("dates"), " · ".join(dates)
    yield say("cycle"), " · ".join(said(one) for one in cycle_words(found))
    blocking = language.gettext("blocking")
    yield (
        say("grades"),
        ", ".join(said(one.label) + f" ({blocking})" * one.blocking for one in found.grades),
    )
    content = say(
        "{count} requirements ({known})",
        count=len(found.assessable),
        known=COMPLETENESS_WORDS[found.completeness],
    )
    yield say("content"), said(content)
    yield say("compared with its source on"), language.day(found.verified_on)
    yield say("confidence"), said(CONFIDENCE_WORDS[found.confidence])
    yield say("copyright"), said(found.copyright)
    yield say("source"), found.source


def _node(found: Exported, node: Requirement, language: Language) -> list[str]:
    """Return the lines of a chapter or a requirement: what it asks, and what evidence of it."""
    referential = found.referential
    level = min(6, 1 + len(referential.lineage(node.identifier)))
    cited = _text(referential.cite(node.identifier), language)
    title = _text(node.title, language)
    lines = [f"{'#' * level} {cited} – {title}", ""]
    if any(node.asks):
        lines += [_text(node.asks, language), ""]
    points = [
        say("{name}: {value}", name=name, value=value)
        for name, value in _points(node, language)
        if value
    ]
    return [*lines, *(f"- {_text(one, language)}" for one in points), *([""] if points else [])]


def _points(node: Requirement, language: Language) -> Iterator[tuple[Text, str]]:
    """Yield what is known of a requirement besides its text, a name and a value at a time."""
    if node.assessable:
        anything = language.gettext("any document in force")
        yield say("described by"), listing(node.described_by) or anything
        yield say("proven by"), listing(node.proven_by) or language.gettext("no record is demanded")
        yield say("usually seen"), listing(node.usual)
    if node.proven_by or node.fresh_months:
        months = say("{months} months", months=node.fresh_months)
        unset = say("12 months, since it is on event or continuous")
        yield say("a record counts for"), language.render(months if node.fresh_months else unset)
    yield say("only for"), listing((*node.applies.activities, *node.applies.modalities))
    yield say("organisations"), listing(node.applies.entities)
    yield say("in practice"), node.note.of(language.code)
    yield say("text"), node.reference
    if node.confidence != "high":
        yield say("confidence"), language.render(CONFIDENCE_WORDS[node.confidence])


def _legend(found: Exported, language: Language) -> Iterator[str]:
    """Yield what the codes of evidence mean that the page names."""
    nodes = found.referential.nodes
    named = {code for one in nodes for code in (*one.described_by, *one.proven_by, *one.usual)}
    rows = [[code, one.of(language.code)] for code, one in found.classes.items() if code in named]
    if rows:
        title = language.gettext("Evidence classes")
        yield f"## {title}\n"
        yield markdown_table([language.gettext("code"), language.gettext("meaning")], rows)


EXPORT_FORMATS: Mapping[str, Callable[[Exported, Language], str | bytes]] = {
    "markdown": markdown,
    "csv": csv_export,
    "xlsx": xlsx,
    "json": json_,
}
