"""The formats of the gap: what programs read, what people read, and what no title can break."""

import base64
import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from qmtool import __version__
from qmtool.model.gap import Gap, gap
from qmtool.model.project import Project
from qmtool.model.settings import Settings
from qmtool.reports.gap import GAP_FORMATS
from qmtool.reports.gap_html import html
from qmtool.reports.gap_json import json_
from qmtool.reports.gap_markdown import markdown
from qmtool.reports.gap_text import text
from qmtool.reports.gap_view import MAX_EVIDENCE
from qmtool.reports.language import Language
from qmtool.reports.table import width_of
from tests.gap_samples import (
    EN,
    FR,
    HOSTILE,
    HOSTILE_GAP,
    KINDS,
    audited,
    procedure,
    referential,
    sample,
)

# JSON


def test_json_has_the_keys_of_its_format_in_their_order() -> None:
    value = json.loads(json_(sample(site="nord"), EN))
    assert list(value) == [
        *("version", "referential", "on", "at", "site", "completeness", "superseded_by"),
        *("verified_on", "notices"),
        *("requirements", "summary", "made_from"),
    ]
    first = value["requirements"][0]
    assert list(first) == [
        *("id", "title", "status", "described", "proven", "verified"),
        *("unverified", "score", "blocking", "lent", "loans", "confidence", "reasons", "evidence"),
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
    assert {key: first[key] for key in list(first)[:13]} == {
        "id": "demo-2026:7.1.1",
        "title": "Competence",
        "status": "partial",
        "described": "yes",
        "proven": "lapsed",
        "verified": "no",
        "unverified": [],
        "score": None,
        "blocking": [],
        "lent": None,
        "loans": [],
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
    assert columns == {4, 8}
    escaped = r"\<script\>alert(1)\</script\> \| \`x\` \[a\]"
    titles = [line for line in shown.splitlines() if line.startswith("#")]
    assert [escaped in title for title in titles] == [True, False, True, False]
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
    for kind, count in (("bar", 1), ("chapter-bar", 2)):
        assert [page.values("class").count(kind) for page in (full, part)] == [count, 0]


def test_html_tells_what_audits_found_and_what_is_lent_apart_from_what_is_missing() -> None:
    shown = html(audited(), EN)
    assert '<li class="blocks">Blocking findings: open finding of AUD-1: major gap</li>' in shown
    assert "<li>Why it is not verified: AUD-1: the audit is too old</li>" in shown
    assert '<li class="lends">suggested, to be confirmed: PR-9, by way of other:1</li>' in shown
    assert '<td role="cell" data-label="Score">2</td>' in shown
    assert shown.count(">Confidence: low, to verify<") == 1


def test_html_says_what_it_was_made_from() -> None:
    shown = html(sample(), EN)
    footer = shown[shown.index("<footer>") :]
    for fact in ("Referential: demo-2026", "Compared with its source on: 2026-11-21"):
        assert f"<span>{fact}</span>" in footer
    for fact in ("As of: 2027-01-15", "Source: work tree", f"Version of qm: {__version__}"):
        assert f"<span>{fact}</span>" in footer
    assert re.search("<span>Digest: [0-9a-f]{16}</span>", footer)


def test_html_has_landmarks_and_heads_that_say_what_they_are_the_head_of() -> None:
    page = Page(html(audited(), EN))
    tags = [tag for tag, _ in page.elements]
    assert [tags.count(one) for one in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    assert {attrs.get("scope") for tag, attrs in page.elements if tag == "th"} == {"row", "col"}
    bars = [attrs for tag, attrs in page.elements if tag == "svg"]
    assert bars[0]["aria-label"] == "1 ready, 1 partial, 1 open, 2 excluded, 1 to verify"
    assert {attrs["role"] for attrs in bars} == {"img"}


def luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return sum(one * weight for one, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


@pytest.mark.parametrize("ground", ["#ffffff", "#eaf3f8", "#fff8e6"])
def test_html_has_contrast_enough_on_every_ground(ground: str) -> None:
    (style,) = Page(html(sample(), EN)).styles
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", style))
    assert {"ink", "soft", "brand", "ready", "partial", "open", "aside", "verify"} <= set(colours)
    for name in set(colours) - {"line"}:
        ratio = (luminance(ground) + 0.05) / (luminance(colours[name]) + 0.05)
        assert ratio >= 4.5, name


def test_html_counts_the_evidence_that_it_does_not_list() -> None:
    many = [procedure(f"PR-{n:03}", "8.1") for n in range(MAX_EVIDENCE + 4)]
    assert "and 5 more" in html(sample(*many), EN)


# Every format


@pytest.mark.parametrize("language", [EN, FR], ids=["en", "fr"])
@pytest.mark.parametrize("name", GAP_FORMATS)
def test_the_same_gap_gives_the_same_bytes(name: str, language: Language) -> None:
    for found in (audited(), HOSTILE_GAP):
        first, second = (GAP_FORMATS[name](found, language) for _ in range(2))
        assert first == second
        assert isinstance(first, bytes) or first.endswith("\n")


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


MEASURE = """<meta charset="utf-8"><iframe width="390" height="900"></iframe>
<script>
const frame = document.querySelector("iframe");
frame.onload = () => {
  const root = frame.contentDocument.documentElement;
  document.title = `${root.scrollWidth} of ${root.clientWidth}`;
};
frame.srcdoc = PAGE;
</script>"""


@pytest.mark.skipif(not shutil.which("chromium"), reason="there is no Chromium here")
def test_html_never_scrolls_sideways_on_a_phone(tmp_path: Path) -> None:
    long = replace(HOSTILE_GAP, organisation="x" * 90)
    page = json.dumps(html(long, FR)).replace("</", "<\\/")
    (tmp_path / "phone.html").write_text(MEASURE.replace("PAGE", page))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--dump-dom"]
    shown = subprocess.run(
        ["chromium", *options, f"--user-data-dir={tmp_path}/user", tmp_path / "phone.html"],
        capture_output=True,
        check=True,
        timeout=60,
    )
    width, room = re.search(rb"<title>(\d+) of (\d+)</title>", shown.stdout).groups()  # type: ignore[union-attr]
    assert int(width) <= int(room) <= 390
