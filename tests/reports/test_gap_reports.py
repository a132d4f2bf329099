"""The formats of the gap: what programs read, what people read, and what no title can break."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from qmtool.model.document import Declaration, Document, HistoryRow
from qmtool.model.gap import Gap, gap
from qmtool.model.kind import Kind
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.referential import Referential, Requirement
from qmtool.model.settings import Exclusion, Settings
from qmtool.reports.gap import GAP_FORMATS, html, json_, markdown, text
from qmtool.reports.gap_view import MAX_EVIDENCE
from qmtool.reports.language import Language, language_of
from qmtool.reports.table import width_of

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


# JSON


def test_json_has_the_keys_of_its_format_in_their_order() -> None:
    value = json.loads(json_(sample(site="nord"), EN))
    assert list(value) == [
        *("version", "referential", "on", "at", "site", "completeness", "superseded_by"),
        *("verified_on", "notices"),
        *("requirements", "summary"),
    ]
    first = value["requirements"][0]
    assert list(first) == [
        *("id", "title", "status", "described", "proven", "verified"),
        *("lent", "confidence", "reasons", "evidence"),
    ]
    assert [list(piece) for piece in first["evidence"]] == [
        ["document", "version", "state", "path", "line", "section", "via"]
    ] * 2
    assert list(value["summary"]) == [
        *("ready", "partial", "open", "excluded", "not-applicable", "to-verify")
    ]


def test_json_has_the_values_of_the_gap() -> None:
    value = json.loads(json_(sample(), EN))
    assert (value["version"], value["referential"], value["on"]) == (1, "demo-2026", "2027-01-15")
    assert (value["at"], value["site"], value["completeness"]) == ("worktree", None, "full")
    first = value["requirements"][0]
    assert {key: first[key] for key in list(first)[:9]} == {
        "id": "demo-2026:7.1.1",
        "title": "Competence",
        "status": "partial",
        "described": "yes",
        "proven": "lapsed",
        "verified": "no",
        "lent": None,
        "confidence": "high",
        "reasons": ["the last record EN-1 of 2025-03-02 is older than 12 months"],
    }
    assert first["evidence"][1] == {
        "document": "PR-RH-001",
        "version": "2.0",
        "state": "in-force",
        "path": "processes/rh/PR-RH-001.md",
        "line": 12,
        "section": None,
        "via": "declared",
    }
    assert value["summary"] == {
        **{"ready": 1, "partial": 1, "open": 1},
        **{"excluded": 2, "not-applicable": 0, "to-verify": 1},
    }


def test_json_speaks_the_language_it_is_asked_for() -> None:
    first = json.loads(json_(sample(), FR))["requirements"][0]
    assert first["title"] == "Competence (fr)"
    assert "02/03/2025" in first["reasons"][0]


def test_json_keeps_hostile_titles_and_undecodable_paths_readable() -> None:
    shown = json_(HOSTILE_GAP, EN)
    last = json.loads(shown.encode().decode())["requirements"][-1]
    assert last["title"] == HOSTILE
    assert last["evidence"][0]["path"] == f"{HOSTILE}/\\xff.md"
    nameless = procedure("", "7.1.2", path="a\udcff\x1b.md", status="draft")
    second = json.loads(json_(sample(nameless), EN))["requirements"][1]
    assert second["evidence"][0]["document"] == "a\\xff\x1b.md"
    assert second["reasons"][0] == "a\\xff\x1b.md is a draft"


# Text


def words(shown: str) -> str:
    """Return *shown* on one line, each blank once."""
    return " ".join(shown.split())


def test_text_tells_the_headline_and_what_the_gap_is_not() -> None:
    assert (
        "Demo 2026 on 2027-01-15: 1 requirement described and proven, "
        "1 described without recent proof, 1 with nothing, 2 excluded, 1 to verify. "
        "Self-assessment: this is not an opinion on conformity."
    ) in words(text(sample(), EN))


def test_text_says_before_all_else_what_makes_the_gap_less_sure() -> None:
    shown = words(text(sample(completeness="partial"), EN))
    first, doubt = shown.index("Only a part of this referential"), shown.index("to be checked")
    assert first == 0
    assert first < doubt < shown.index("Demo 2026 on ")


def test_text_names_the_site_it_is_about() -> None:
    assert "\nDemo 2026, site nord, on 2027-01-15: 1 req" in text(sample(site="nord"), EN)


def test_what_is_only_drafted_is_not_told_as_nothing() -> None:
    shown = words(text(sample(procedure("PR-2", "7.1.2", status="draft")), EN))
    assert "1 only lapsed or drafted, 2 excluded" in shown


def test_what_is_proven_but_not_described_is_not_told_as_described() -> None:
    fresh = procedure("EN-2", "7.1.1", kind="record", status="", date=date(2027, 1, 1))
    only_record = Project(
        on=date(2027, 1, 15),
        at="worktree",
        settings=Settings(),
        kinds=KINDS,
        documents=(fresh,),
        files=frozenset(),
    )
    shown = words(text(gap(only_record, referential()), EN))
    assert "0 requirements described and proven, 1 proven but not described, 4 with" in shown


@pytest.mark.parametrize("width", [80, 100, 140])
def test_text_aligns_its_columns_and_stays_within_its_width(width: int) -> None:
    lines = text(sample(), EN, width).splitlines()
    head = next(line for line in lines if "Described" in line)
    rows = [line for line in lines if re.match(r"\d\S*\.\S|qm mark \S", line)]
    assert len(rows) == len(sample().requirements)
    assert {line[head.index("Described") - 1] for line in rows} == {" "}
    assert {line[head.index("Described") :].split()[0] for line in rows} == {"yes", "no"}
    assert max(map(width_of, lines)) <= width
    assert any("…" in line for line in rows)


def test_text_groups_by_chapter_and_lists_what_is_missing_with_its_reason() -> None:
    table, _, missing = text(sample(), EN).partition("What is missing:")
    assert re.search(r"\n\n7 Support\n7\.1\.1 .*\n7\.1\.2 .*\n\n8 Operation\nqm mark a ", table)
    assert missing.split("\n\n")[0].splitlines()[1:] == [
        "  7.1.1  Competence – the last record EN-1 of 2025-03-02 is older than 12 months",
        "  7.1.2  Awareness – no document declares it · no record of class REC declares it",
    ]


def test_text_counts_the_documents_that_its_column_cannot_hold() -> None:
    many = [procedure(f"PR-RH-{n:03}", "8.1") for n in range(2, 9)]
    assert re.search(r"^8\.1 .* PR-RH-001 \+7$", text(sample(*many), EN), re.MULTILINE)


# Markdown


def test_markdown_tables_keep_their_columns_whatever_a_title_holds() -> None:
    shown = markdown(HOSTILE_GAP, EN)
    rows = [line for line in shown.splitlines() if line.startswith("| ")]
    columns = {len(re.findall(r"(?<!\\)\|", row)) for row in rows}
    assert columns == {4, 7}
    escaped = r"\<script\>alert(1)\</script\> \| \`x\` \[a\]"
    titles = [line for line in shown.splitlines() if line.startswith("#")]
    assert [escaped in title for title in titles] == [True, False, True]
    assert any(escaped in row for row in rows)
    assert "<script>" not in shown


def test_markdown_tells_the_summary_the_chapters_and_the_reasons() -> None:
    shown = markdown(sample(), EN)
    assert "\n| partial | 1 | " in shown
    assert "\n## 7 Support\n\n| " in shown
    assert "\n- **7.1.1** (partial) the last record EN-1 of 2025-03-02" in shown


# HTML


class Page(HTMLParser):
    """What a page holds: its elements with their attributes, and the text of its styles."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.styles: list[str] = []
        self._open = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        (self.styles if self._open == "style" else self.texts).append(data)

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def values(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.elements if attribute in attrs]


def test_html_shows_a_hostile_title_as_text() -> None:
    page = Page(html(HOSTILE_GAP, EN))
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "object"}
    shown = "".join(page.texts)
    assert "</style><script>alert(1)</script> | `x` [a]" in shown
    assert r"\x1b[31m\u202e" in shown
    assert "\x1b" not in shown


@pytest.mark.parametrize("found", [sample(), HOSTILE_GAP], ids=["plain", "hostile"])
def test_html_refers_to_nothing_outside_itself_and_runs_nothing(found: Gap) -> None:
    page = Page(html(found, EN))
    assert all(value.startswith("#u-") for value in page.values("href"))
    names = {name for _, attrs in page.elements for name in attrs}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "style"})
    assert "url(" not in page.styles[0]
    assert "@import" not in page.styles[0]


def test_html_allows_only_the_style_it_holds() -> None:
    page = Page(html(sample(), EN))
    (policy,) = (
        attrs["content"]
        for _, attrs in page.elements
        if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    (style,) = page.styles
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}';" in str(policy)
    assert str(policy).startswith("default-src 'none'; img-src data:; ")


def test_html_ids_are_prefixed_and_every_inner_link_finds_its_own() -> None:
    page = Page(html(sample(), EN))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert all(value.startswith("u-") for value in ids)
    links = {value.removeprefix("#") for value in page.values("href")}
    assert links == {"u-7", "u-8"}
    assert {*links, *page.values("aria-labelledby")} <= set(ids)


def test_html_is_in_the_language_it_is_asked_for() -> None:
    page = Page(html(sample(), FR))
    assert page.elements[0] == ("html", {"lang": "fr"})
    shown = "".join(page.texts)
    assert "NF Démo 2026" in shown
    assert "Competence (fr)" in shown
    assert "15/01/2027" in shown


def test_html_tells_each_piece_of_evidence_with_its_version_section_and_place() -> None:
    shown = words("".join(Page(html(sample(), EN)).texts))
    assert "PR-RH-001 v2.0 · in force§ Le § 2processes/rh/PR-RH-001.md:13" in shown
    assert "EN-1 · overdueprocesses/rh/EN-1.md:4" in shown
    assert "who knows" in shown
    assert "Source: work tree" in shown


def test_html_says_the_reason_of_an_exclusion_once() -> None:
    shown = html(sample(), EN)
    assert shown.count("No design here") == 1
    assert "for the same reason as 8, qm mark a" in shown


def test_html_shows_proportions_only_where_they_may_be_told() -> None:
    full, part = Page(html(sample(), EN)), Page(html(sample(completeness="partial"), EN))
    assert [page.values("class").count("bar") for page in (full, part)] == [1, 0]


def test_html_counts_the_evidence_that_it_does_not_list() -> None:
    many = [procedure(f"PR-{n:03}", "8.1") for n in range(MAX_EVIDENCE + 4)]
    assert "and 5 more" in html(sample(*many), EN)


# Every format


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("name", GAP_FORMATS)
def test_the_same_gap_gives_the_same_bytes(name: str, language: Language) -> None:
    first, second = (GAP_FORMATS[name](sample(), language).encode() for _ in range(2))
    assert first == second
    assert first.endswith(b"\n")


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("name", GAP_FORMATS)
def test_no_format_claims_that_anything_is_covered_or_compliant(
    name: str, language: Language
) -> None:
    shown = GAP_FORMATS[name](sample(), language).lower()
    assert re.findall(r"\bcovered\b|\bcoverage\b|complian|\bconformes?\b|\bcouvert", shown) == []


@pytest.mark.parametrize("show", [text, markdown, html])
def test_what_people_read_has_no_control_character(show: Callable[[Gap, Language], str]) -> None:
    shown = show(HOSTILE_GAP, EN)
    assert not re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", shown)


@pytest.mark.parametrize("show", [text, markdown, html])
def test_an_id_that_is_not_the_text_s_own_is_told_as_a_mark_of_qm(
    show: Callable[[Gap, Language], str],
) -> None:
    shown = show(sample(), EN)

    assert "7.1, qm mark 1" not in shown
