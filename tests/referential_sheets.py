"""The tables of the sheets of ../shared/domain that list requirements, line by line."""

import re
from functools import cache
from typing import NamedTuple

from tests.referential_files import DOCUMENTS, RECORDS, SHEETS, read

CODE = re.compile(rf"\b({'|'.join(DOCUMENTS + RECORDS)})\b")
NOT_SCHEMES = {"crosswalk", "glossary", "qms-inventory", "workflows"}

COLUMNS = {
    "id": ("id", "id (own)", "id 2008", "id 2012", "article"),
    "fr": ("titre (fr)", "thème (fr)", "champ (fr)", "étape (fr)", "liste (fr)", "chapitre (fr)"),
    "en": ("title (en)", "topic (en)", "field (en)", "step (en)", "checklist (en)", "chapter (en)"),
    "answered": ("A",),
    "asks": ("what is required (paraphrase)", "requirement (paraphrase)", "rule"),
    "evidence": (
        *("evidence", "evidence kinds", "evidence expected", "evidence (usual practice)"),
        "evidence expected (usual practice)",
    ),
    "information": ("DI",),
    "review": ("rev",),
    "confidence": ("conf", "conf (topic covered)"),
    "reference": ("reference",),
    "more": ("→img", "objective V2025", "sub-items known"),
}
"""What each column is called, from sheet to sheet."""

TABLES = {
    "asn-2019-dc-0660": (("asn-2019-dc-0660", 0), ("asn-2019-dc-0660", 1)),
    "audit-pairs-fr": (("audit-par-les-pairs", 0),),
    "autorisation-imagerie": (("regime-autorisation", 0),),
    "autorisation-mednuc": (("regime-autorisation", 0),),
    "cpps": (("cpps", 0),),
    "csp-radioprotection": (("asn-2019-dc-0660", 2),),
    "dpc": (("dpc", 0),),
    "esr-esperanto": (("audit-par-les-pairs", 3),),
    "euratom-2013-59": (("euratom-2013-59", 0),),
    "has-accreditation-equipes": (("has-accreditation-equipes", 0),),
    "has-certification-2024": (("has-certification-etablissements", 1),),
    "has-certification-2025": (
        ("has-certification-etablissements", 0),
        ("has-certification-etablissements", 2),
    ),
    "iaea-quaadril": (("audit-par-les-pairs", 2),),
    "iaea-quanum": (("audit-par-les-pairs", 1),),
    "iso-13485-2016": (("iso-13485-2016", 0),),
    "iso-15189-2012": (("iso-15189-2022", 1),),
    "iso-15189-2022": (("iso-15189-2022", 0),),
    "iso-9001-2008": (("iso-9001-2008", 0),),
    "iso-9001-2015": (("iso-9001-2015", 0),),
    "labelix": (("labelix", 0), ("labelix", 1), ("labelix", 2), ("labelix", 3)),
    "nf-s99-300": (("afnor-imagerie", 0),),
}
"""The tables with ids that each referential is encoded from: the sheet, and which one of it."""

NOT_REQUIREMENTS = {("iso-9001-2015", 1)}
"""The inputs and outputs of a management review are the headings of the kind `review`."""

WITHOUT_REQUIREMENT = {"12 → end"}
"""Entry into force and execution ask nothing; the numbers of these articles are not known."""


class Row(NamedTuple):
    """A line of a sheet's table, as it is written there; what the table lacks is empty."""

    id: str
    fr: str
    en: str
    answered: str
    asks: str
    evidence: str
    information: str
    review: str
    confidence: str
    reference: str
    more: str


def unlinked(cell: str) -> str:
    """Return *cell* without bold marks, and with the words of its links only."""
    return re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", cell.replace("**", "")).strip()


def table_rows(lines: list[str]) -> tuple[Row, ...]:
    """Return the rows of a Markdown table whose first column is one of ids; none if it is not."""
    heading, _, *body = [[unlinked(cell) for cell in line.split("|")[1:-1]] for line in lines]
    if heading[0] not in COLUMNS["id"]:
        return ()
    places = [
        next((heading.index(name) for name in names if name in heading), None)
        for names in COLUMNS.values()
    ]
    return tuple(Row(*("" if n is None else cells[n] for n in places)) for cells in body)


@cache
def tables(sheet: str) -> tuple[tuple[Row, ...], ...]:
    """Return the tables with ids of *sheet*, in order."""
    text = (SHEETS / f"{sheet}.md").read_text(encoding="utf-8")
    blocks = re.findall(r"(?m)(?:^\|.*\n?)+", text)
    found = (table_rows(block.splitlines()) for block in blocks)
    return tuple(rows for rows in found if rows)


def sheet_rows(name: str) -> list[Row]:
    """Return every line of the sheet that the referential *name* must have."""
    return [
        row
        for sheet, number in TABLES.get(name, ())
        for row in tables(sheet)[number]
        if row.id not in WITHOUT_REQUIREMENT
    ]


def table_of_facts(sheet: str) -> dict[str, str]:
    """Return the facts that *sheet* gives of its scheme; none if it has no such sheet."""
    path = SHEETS / f"{sheet}.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found = re.search(r"(?m)^\| field \|.*\n(?:\|.*\n)+", text)
    rows = [line.split("|") for line in found[0].splitlines()[2:]] if found else []
    return {cells[1].strip(): cells[2].strip() for cells in rows}


def ids_of(cell: str) -> list[str]:
    """Return the id at the head of *cell*, then those it names in brackets: 5.7 (5.7.1, 5.7.2)."""
    head, _, inner = cell.partition(" (")
    found = [head]
    for one in inner.rstrip(")").split(", ") if inner else ():
        first, _, last = one.partition("–")
        prefix, _, start = first.rpartition(".")
        end = int((last or first).rpartition(".")[2])
        found += [f"{prefix}.{number}" for number in range(int(start), end + 1)]
    return found


def without_brackets(cell: str) -> str:
    return re.sub(r"\(.*?\)", "", cell)


def expected_classes(row: Row) -> dict[str, list[str]]:
    """Apply the encoding rule of `formats.md` to *row*."""
    usual = list(dict.fromkeys(CODE.findall(without_brackets(row.evidence))))
    described = [code for code in usual if code in DOCUMENTS]
    proven = [code for code in usual if code in RECORDS] or ["REC"]
    return {
        "described_by": described if "M" in row.information else [],
        "proven_by": proven if "R" in row.information else [],
        "usual": usual,
    }


def expected_freshness(row: Row, name: str) -> int | None:
    if row.review == "cycle":
        months: int = read(name)["cycle"]["validity_months"]
        return months
    found = re.match(r"(\d+)m", row.review)
    return int(found[1]) if found else None


def free_text(row: Row) -> str:
    """Return what *row* says about the usual evidence besides its classes."""
    cell = CODE.sub("", row.evidence.replace("[S3]", "")) + row.more
    return " ".join(re.findall(r"\w+", cell))
