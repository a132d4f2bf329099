"""Gaps to show: one requirement of each outcome, and one where every name is hostile."""

from dataclasses import replace
from datetime import date
from typing import Any

from qmtool.model.document import Declaration, Document, HistoryRow
from qmtool.model.evidence import Fact
from qmtool.model.gap import Gap, gap
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Grade, Referential, Requirement
from qmtool.model.settings import Exclusion, Settings
from qmtool.model.text import say
from qmtool.reports.language import language_of

EN, FR = language_of("en"), language_of("fr")
HOSTILE = '</style><script>alert(1)</script> | `x` [a](http://b.example) "q" \x1b[31m\u202e'
KINDS = {
    "procedure": Kind("procedure", Label("p", "p"), "applicable", True, ("PRO",)),
    "record": Kind("record", Label("r", "r"), "record", False, ("REC",)),
}


def node(identifier: str, parent: str, title: str, **values: Any) -> Requirement:
    return Requirement(identifier, Label(f"{title} (fr)", title), parent, **values)


def referential(**values: Any) -> Referential:
    """Return two chapters: one requirement of each outcome, and one group without any."""
    nodes = (
        node("7", "", "Support", assessable=False),
        node("7.1", "7", "Resources", assessable=False),
        node("7.1.1", "7.1", "Competence", described_by=("PRO",), proven_by=("REC",)),
        node("7.1.2", "7.1", "Awareness", proven_by=("REC",), asks=Label("qui", "who knows")),
        node("8", "", values.pop("chapter", "Operation"), assessable=False),
        node("8.a", "8", "Design", official=False),
        node("8.b", "8", "Purchasing", official=False),
        node("8.c", "8", "Delivery", confidence="low"),
        node("8.1", "8", values.pop("last", "A title that is much too long for any column " * 3)),
    )
    defaults: dict[str, Any] = {
        "type": "standard",
        "title": Label("NF Démo 2026 — Exigences", "Demo 2026 — Requirements"),
        "completeness": "full",
        "verified_on": date(2026, 11, 21),
        "issuer": "Issuer",
        "nodes": nodes,
    }
    return Referential("demo-2026", **{**defaults, **values})


def procedure(identifier: str, *ids: str, **values: Any) -> Document:
    row = HistoryRow(9, version="2.0", date="2026-03-02", digest="d")
    defaults: dict[str, Any] = {
        "path": f"processes/rh/{identifier}.md",
        "kind": "procedure",
        "version": "2.0",
        "status": "released",
        "effective": date(2026, 3, 2),
        "history": (row,),
        "digest": "d",
        "declarations": tuple(
            Declaration("demo-2026", one, 12 + n, 1, "Le § 2" if n else None)
            for n, one in enumerate(ids)
        ),
    }
    return Document(identifier=identifier, **{**defaults, **values})


def sample(*more: Document, site: str | None = None, **values: Any) -> Gap:
    old = Document(
        path="processes/rh/EN-1.md",
        identifier="EN-1",
        kind="record",
        date=date(2025, 3, 2),
        declarations=(Declaration("demo-2026", "7.1.1", 4, 1),),
    )
    project = Project(
        on=date(2027, 1, 15),
        at="worktree",
        settings=Settings(
            organisation="Centre d'imagerie",
            exclusions=(
                Exclusion("demo-2026", "8.a", "No design here."),
                Exclusion("demo-2026", "8.b", "No design here."),
            ),
        ),
        kinds=KINDS,
        documents=(procedure("PR-RH-001", "7.1.1", "8.1"), old, *more),
        files=frozenset(),
    )
    return gap(project, referential(**values), site=site)


HOSTILE_GAP = sample(
    procedure(
        HOSTILE,
        path=f"{HOSTILE}/\udcff.md",
        declarations=(Declaration("demo-2026", "8.1", 12, 1, HOSTILE),),
    ),
    chapter=HOSTILE,
    last=HOSTILE,
    title=Label(HOSTILE, HOSTILE),
    completeness="partial",
)


def audited() -> Gap:
    """Return a gap with all that audits and crosswalks tell, of a referential with grades."""
    grades = (
        Grade("major", Label("écart majeur, à lever", "major gap, to be closed"), blocking=True),
        Grade("minor", Label("écart mineur", "minor gap")),
    )
    found = sample(grades=grades)
    first, second, *others = found.requirements
    first = replace(
        first,
        verified=Fact.LAPSED,
        unverified=(say("AUD-1: the audit is too old"),),
        blocking=(say("open finding of AUD-1: major gap"),),
        score=2,
    )
    second = replace(
        second,
        lent="suggested",
        loans=(
            say(
                "suggested, to be confirmed: {documents}, by way of {requirement}",
                documents="PR-9",
                requirement="other:1",
            ),
        ),
    )
    return replace(found, requirements=(first, second, *others))
