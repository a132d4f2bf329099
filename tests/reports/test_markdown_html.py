"""The body of a document as HTML: what a reader needs stays, what could harm is text."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmtool.reports.markdown_html import body_html, safe_image, safe_link
from qmtool.repository.markdown import parse_body

ALLOWED = {
    **{name: {"id"} for name in ("h2", "h3", "h4", "h5", "h6")},
    **{name: set() for name in ("p", "ul", "li", "em", "strong", "code", "pre", "blockquote")},
    **{name: set() for name in ("table", "thead", "tbody", "tr", "br", "hr", "span")},
    "a": {"href", "rel"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "div": {"class", "tabindex"},
    "th": {"scope", "class"},
    "td": {"class"},
}
for _classed in ("p", "pre", "span"):
    ALLOWED[_classed] = {"class"}

HOSTILE = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "\x01javascript:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;avascript&colon;alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,x",
    "data:image/png;base64,AAAA",
    "file:///etc/passwd",
    "ms-word:ofe|u|x",
    "//host/x",
    "/\\host/x",
    "\\\\host\\x",
    "/etc/passwd",
)


class Elements(HTMLParser):
    """The elements of a piece of HTML, as a browser finds them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)


def harmless(html: str) -> Elements:
    """Return the elements of *html*, all of them among those that a body may have."""
    elements = Elements(html)
    for tag, attributes in elements.found:
        assert tag in ALLOWED, html
        assert set(attributes) <= ALLOWED[tag], html
        for name in ("href", "src"):
            assert re.match(
                r"(?:https?:|mailto:|tel:|[^:/\\]*$|[^:/\\]+/)", attributes.get(name, "")
            )
    return elements


def as_written(target: str) -> str | None:
    """Return every *target*: a caller that looks at none of them."""
    return target


def test_a_page_has_the_headings_tables_and_links_of_the_document() -> None:
    html = body_html(
        "# Accueil\n\n[lire](PR-1.md) [plus](#accueil-1)\n\n## Accueil\n\n"
        "| a | b |\n|---|--:|\n| 1<br>2 | ![vue](img/vue 1.png) ![vue](img/vue.png) |\n",
        {"PR-1.md": "documents/PR-1.html", "img/vue.png": "files/vue.png"}.get,
    )
    assert '<h2 id="u-accueil">Accueil</h2>' in html
    assert '<h3 id="u-accueil-1">Accueil</h3>' in html
    assert '<a href="documents/PR-1.html">lire</a>' in html
    assert '<a href="#u-accueil-1">plus</a>' in html
    assert '<td class="right">' in html
    assert '<img src="files/vue.png" alt="vue">' in html
    assert "1<br>2" in html
    assert "style" not in html


def test_a_link_that_leads_nowhere_keeps_its_words() -> None:
    html = body_html("[lire **ceci**](draft.md) et ![la vue](x.png)", lambda target: None)
    assert html == ('<p>lire <strong>ceci</strong> et <span class="image">la vue</span></p>\n')


def test_a_link_to_the_web_tells_it_nothing_of_the_page() -> None:
    html = body_html("<https://example.org/a>", as_written)
    assert 'href="https://example.org/a" rel="noopener noreferrer"' in html


@pytest.mark.parametrize("target", HOSTILE)
def test_a_hostile_target_is_no_link_and_no_image(target: str) -> None:
    text = f"[a]({target}) ![b]({target}) [c](<{target}>) <{target}> [d][r]\n\n[r]: <{target}>\n"
    elements = harmless(body_html(text, as_written))
    assert not [tag for tag, _ in elements.found if tag in ("a", "img")]
    assert safe_link(None) is safe_image("https://example.org/x.png") is None


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("a <img src=x onerror=alert(1)> b", "a  b"),
        ("a <nom du patient> b", "a <nom du patient> b"),
        ("<svg onload=alert(1)>", "<svg onload=alert(1)>"),
        ('<p align="center"><b>Titre</b></p>', "Titre"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),
        ("x <!-- qm: satisfies a:1 --> y", "x  y"),
        ("<!-- qm: satisfies a:1 -->", ""),
        ("<br>\n", ""),
        ("<b <!-- --> onclick=x>", "<b  onclick=x>"),
        ('```html" onclick=x\n<b>\n```', "<b>"),
        ("`<b onclick=x>`", "<b onclick=x>"),
        ("**\u202egnp.exe**", "\\u202egnp.exe"),
        ("&#x202e;gnp.exe", "\\u202egnp.exe"),
    ],
)
def test_html_in_a_document_is_text(text: str, shown: str) -> None:
    assert harmless(body_html(text, as_written)).text.strip() == shown


def test_what_would_lose_content_or_take_long_is_shown_as_written() -> None:
    for text in ("> " * 50 + "deep", "[](x)" * 20_000, "x\n" * 60_000, "|" * 2_000 + "<b>"):
        html = body_html(text, as_written)
        assert html.startswith('<pre class="written">')
        assert Elements(html).text == text + "\n"


_PIECES = st.sampled_from(
    (
        *("# ", "a", "é ", "\n", "\n\n", "<b>", "<x y>", "<!--", "-->", "[", "](x.md)", "![", "`"),
        *("*", "| ", "|-|\n", "> ", "- ", "&lt;", '"', "'", "<script>", "javascript:", "](", ")"),
        *("```\n", "Été", "==\n", "\t", "\\", "<a href=x onclick=y>", "](javascript:x)", "<?x"),
        *("]]>", "\x00"),
    )
)


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_nothing_else_comes_of_any_text(text: str) -> None:
    harmless(body_html(text, as_written))


@given(st.lists(_PIECES, max_size=30).map("".join))
def test_a_heading_has_the_anchor_that_links_are_checked_against(text: str) -> None:
    elements = harmless(body_html(text, as_written))
    ids = [attributes["id"] for tag, attributes in elements.found if "id" in attributes]
    body = parse_body(text.replace("\x00", "\ufffd"), whole=True)
    if not body.faults:
        assert ids == [f"u-{one.anchor}" for one in body.headings]
