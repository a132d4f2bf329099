"""The Markdown of a document as HTML that is safe on a page (`reliability.md` §7).

Nothing of a document reaches the page as HTML: tags are left out or shown as text, comments are
left out, and only links and images that the caller names an address for are any.
"""

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import cache
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from qmtool.model.anchors import Anchors
from qmtool.model.handed_out import may_be_opened, may_be_shown
from qmtool.reports.terminal import safe

Href = Callable[[str], str | None]
"""What gives the address of a target as it is written, or None where there is nothing to open."""

MAX_TEXT = 500_000
MAX_LINES = 50_000
MAX_COLUMNS = 1_000
MAX_NESTING = 20
MAX_BLANKS = 1_000_000
MAX_WORK = 50_000_000
"""What links may cost: each bracket is looked for in the whole of its paragraph."""

_MAX_HEADING = 1_000
_LINKED = frozenset(("http", "https", "mailto", "tel"))
_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+")
_TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9-]*)[^<>]*>")
_FORMATTING = re.compile(
    "a|abbr|address|article|aside|b|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del"
    "|details|dfn|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|img|ins|kbd|li|main"
    "|mark|nav|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub|summary|sup|table|tbody|td"
    "|tfoot|th|thead|tr|tt|u|ul|var|wbr"
)
"""Tags that only say how the text looks: they are left out. Another, such as <name>, is shown."""


def body_html(text: str, href: Href) -> str:
    """Return the Markdown *text* of a document as safe HTML, its links leading where *href* says.

    Headings are one level down, below the title of the page; their ids are `u-` and their anchor.
    A text that cannot be read as Markdown whole is shown as it is written.
    """
    tokens = None if _is_too_much(text) else _parser().parse(text)
    if tokens is None or any(one.level + 1 >= MAX_NESTING for one in tokens if one.nesting == 1):
        drawn = f'<pre class="written">{escape(text)}</pre>\n'
    else:
        anchors = Anchors()
        for before, token in zip([None, *tokens], tokens, strict=False):
            if before is not None and before.type == "heading_open":
                before.attrs = {"id": anchor_id(anchors.of(_heading(token)))}
            token.children = list(_linked(token.children, href)) if token.children else None
        drawn = _Safe().render(tokens, _parser().options, {})
    return "".join(f"{safe(line.expandtabs(4))}\n" for line in drawn.split("\n")[:-1])


def anchor_id(anchor: str) -> str:
    """Return the id that the heading of that *anchor* has on a page."""
    return f"u-{anchor}"


def safe_link(url: str | None) -> str | None:
    """Return *url* as a page may link to it, or None: to a page beside, the web, mail, a phone.

    A picture beside that may hold a script is no page: it is shown, and never opened alone.
    """
    found = _address(url, _LINKED)
    if found is None or _SCHEME.match(found):
        return found
    path = re.split("[?#]", unquote(found), maxsplit=1)[0]
    return None if may_be_shown(path) and not may_be_opened(path) else found


def safe_image(url: str | None) -> str | None:
    """Return *url* as a page may show an image: of a file beside it, or None."""
    return _address(url, frozenset())


def _address(url: str | None, schemes: frozenset[str]) -> str | None:
    """Return *url*, percent-encoded, if it is relative or of one of *schemes*."""
    bare = _IGNORED.sub("", url or "")  # as a browser reads it
    scheme = _SCHEME.match(bare)
    if not bare or bare[0] in "/\\" or (scheme and scheme[1].lower() not in schemes):
        return None
    return normalizeLink(str(url).strip())


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


def _is_too_much(text: str) -> bool:
    """Return whether *text* would take long to draw."""
    if len(text) > MAX_TEXT or sum(_work(part) for part in text.split("\n\n")) > MAX_WORK:
        return True
    lines = text.split("\n")
    blanks = sum(len(line) - len(line.lstrip()) for line in lines)
    return (
        len(lines) > MAX_LINES
        or blanks > MAX_BLANKS
        or any(line.count("|") > MAX_COLUMNS for line in lines)
    )


def _work(part: str) -> int:
    return len(part) * (part.count("[") + part.count("<"))


def _heading(token: Token) -> str:
    """Return the text of the heading that *token* holds, as its anchor is made from it."""
    content = token.content
    if len(content) > _MAX_HEADING:
        return content[:_MAX_HEADING]
    return "".join(_plain(token.children or []))


def _plain(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "image":
            yield from _plain(token.children or [])


def _linked(tokens: Sequence[Token], href: Href) -> Iterator[Token]:
    """Yield the inline *tokens*, with the addresses of *href* in place of the targets."""
    opened: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            url = safe_link(_target(str(token.attrs.get("href", "")), href))
            opened.append(url is not None)
            token.attrs = {"href": url} if url is not None else {}
            if url and _SCHEME.match(url):
                token.attrs["rel"] = "noopener noreferrer"
        elif token.type == "image":
            url = safe_image(_target(str(token.attrs.get("src", "")), href))
            token.attrs = {"src": url, "alt": ""} if url is not None else {}
        if token.type not in ("link_open", "link_close") or (
            opened[-1] if token.type == "link_open" else opened.pop()
        ):
            yield token


def _target(written: str, href: Href) -> str | None:
    """Return the address of *written*; a heading of the same page needs nobody to know it."""
    if written.startswith("#"):
        return f"#{anchor_id(unquote(written[1:]))}" if written != "#" else None
    return href(written)


Tokens = Sequence[Token]
Env = MutableMapping[str, Any]


class _Safe(RendererHTML):
    """Draws what markdown-it found, and none of the HTML of the document."""

    def html_block(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return a block of HTML as the text that it holds."""
        words = _without_tags(tokens[idx].content).strip()
        return f'<p class="html">{words}</p>\n' if words.replace("<br>", "").strip() else ""

    def html_inline(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return a tag as nothing, as a line end, or as it is written."""
        return _without_tags(tokens[idx].content)

    def image(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return an image; one that is not there, or not here, as the words in its place."""
        token = tokens[idx]
        words = self.renderInlineAsText(token.children, options, env) if token.children else ""
        if "src" not in token.attrs:
            return f'<span class="image">{escape(words)}</span>' if words else ""
        return f'<img src="{escape(str(token.attrs["src"]))}" alt="{escape(words)}">'

    def fence(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return a block of code, whatever language it says."""
        return f"<pre><code>{escape(tokens[idx].content, quote=False)}</code></pre>\n"

    def heading_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the start of a heading, one level down."""
        return f'<{_level(tokens[idx])} id="{escape(str(tokens[idx].attrs["id"]))}">'

    def heading_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the end of a heading."""
        return f"</{_level(tokens[idx])}>\n"

    def table_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the start of a table, in a box that scrolls where the page is narrow."""
        return '<div class="wide" tabindex="0"><table>\n'

    def table_close(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the end of a table."""
        return "</table></div>\n"

    def th_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the start of a cell of the head; the page allows no style of its own."""
        return f'<th scope="col"{_side(tokens[idx])}>'

    def td_open(self, tokens: Tokens, idx: int, options: OptionsDict, env: Env) -> str:
        """Return the start of a cell."""
        return f"<td{_side(tokens[idx])}>"


def _level(token: Token) -> str:
    return f"h{min(int(token.tag[1:]) + 1, 6)}"


def _side(token: Token) -> str:
    """Return the class of the side that a cell stands on."""
    style = str(token.attrs.get("style", ""))
    return f' class="{style.removeprefix("text-align:")}"' if style else ""


def _without_tags(written: str) -> str:
    """Return the HTML *written* as text: without comments and tags of formatting, others shown."""
    bare, *rest = written.split("<!--")
    for part in rest:
        inside, closed, after = part.partition("-->")
        bare += after if closed else f"<!--{inside}"
    shown, at = "", 0
    for tag in _TAG.finditer(bare):
        name = tag[1].lower()
        shown += escape(bare[at : tag.start()], quote=False)
        shown += "<br>" if name == "br" else "" if _FORMATTING.fullmatch(name) else escape(tag[0])
        at = tag.end()
    return shown + escape(bare[at:], quote=False)
