"""One pass over Markdown, for the little that `qm` needs: headings, links, images, comments.

markdown-it does the parsing. Two short cuts spare it most of the text, and a property test holds
them to the same result: a document without constructs that reach across blank lines is cut into
segments, of which only those that can hold a link or a comment are parsed; and inline text whose
brackets are all plain `[text](target)` links is read by one regular expression.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from qmtool.model.anchors import Anchors
from qmtool.model.outline import Heading, Link
from qmtool.model.text import Text, say
from qmtool.repository.yaml_events import YamlFault

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_NESTING = 20
MAX_COLUMNS = 1_000
MAX_LINES = 50_000
MAX_BLANKS = 1_000_000
"""How many blanks may stand before the texts of all the lines: each level of a list counts them."""

MAX_HEADING = 1_000
MAX_WORK = 50_000_000
"""What may be spent on the links and comments of a document, in tenths of a microsecond.

A bracket costs the length of its paragraph, in which its counterpart is searched for.
"""

_EACH = 400
_LONG_LINE = 2_000

_REACHES_ACROSS = re.compile(r"^[ \t>*+\-0-9.)]*(?:```|~~~|<(?!!--[^\n]*-->[ \t]*$))", re.MULTILINE)
_BOUNDARY = re.compile(r"\n[ \t]*\n(?=\S)")
# A heading, or nesting deep enough to lose content. The line feed that the pattern begins with
# lets the engine leap from line to line.
_LINE_THAT_MATTERS = re.compile(
    r"\n(?=#|[ \t>*+\-0-9.)=]++(?:#|$)|[ \t>*+\-0-9.)]{18})", re.MULTILINE
)
_PARAGRAPH = re.compile(r"(?:(?:[^\W\d_]|[\[(«\"'’])[^\n]*(?:\n|\Z))+")
_COMMENT_LINE = re.compile(r"<!--[^\n]*-->")
_PLAIN_LINK = re.compile(r"(!?)\[[^\[\]]*\]\(([^()\s<>&]*)\)")
_TRICKY = re.compile(r"[`<\\&]")
_SLOW = "[]<`\\&!"
_HTML_ANCHOR = re.compile(r"""<[a-zA-Z][^<>]{0,500}?\s(?:id|name)\s*=\s*["']?([^"'\s>]+)""")
_MARKUP = re.compile(r"[*_`\[\]<>\\&!~\n]")


@dataclass
class Comment:
    """An HTML comment: its inner text and where its `<!--` stands."""

    text: str
    line: int
    column: int


@dataclass
class Body:
    """What one pass over the Markdown of a document found, and its *lines*."""

    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    faults: list[YamlFault] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


@cache
def _parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # costly, and plain texts do not need it

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    parser.disable(["emphasis", "entity", "newline"], True)
    parser.inline.ruler2.enableOnly([])
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return parser


@cache
def _full_parser() -> "MarkdownIt":
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


class _Pass:
    """The state of one pass over one document."""

    def __init__(self, text: str, first_line: int) -> None:
        self.lines = text.split("\n")
        self.first_line = first_line
        self.body = Body(lines=self.lines)
        self.anchors = Anchors()
        self.columns: dict[tuple[int, str], int] = {}
        self.references: dict[str, Any] = {}
        self.work = 0

    def heading(self, level: int, text: str, line: int) -> None:
        """Note a heading of that rendered *text* on the 0-based *line*."""
        anchor = self.anchors.of(text)
        self.body.headings.append(Heading(level, text.strip(), anchor, line + self.first_line))

    def place(self, line: int, wanted: str) -> tuple[int, int]:
        """Return where the next *wanted* stands from the 0-based *line* on, from 1.

        On a long line, searching goes on from what was found last, whatever that was: a search
        from its beginning for each link would take time with the square of its length.
        """
        for number in range(line, min(line + 3, len(self.lines))):
            content = self.lines[number]
            key = (number, wanted if len(content) <= _LONG_LINE else "")
            start = self.columns.get(key, 0)
            column = content.find(wanted, start, start + _LONG_LINE)
            if column >= 0:
                self.columns[key] = column + len(wanted)
                return number + self.first_line, column + 1
        return line + self.first_line, 1

    def link(self, is_image: bool, target: str, line: int) -> None:
        """Note a link to *target* on the 0-based *line*."""
        where = self.place(line, target) if target else (line + self.first_line, 1)
        self.body.links.append(Link(is_image, target, *where))

    def html(self, text: str, line: int) -> None:
        """Note the comments and the anchors of a piece of raw HTML."""
        counted, start = 0, text.find("<!--")
        if start >= 0 and not self.may_spend(_EACH * text.count("<!--"), line):
            return
        while start >= 0:
            end = text.find("-->", start + 4)
            if end < 0:
                break
            line += text.count("\n", counted, start)
            where = self.place(line, "<!--")
            self.body.comments.append(Comment(text[start + 4 : end].strip(), *where))
            counted, start = start, text.find("<!--", end + 3)
        self.body.anchors += _HTML_ANCHOR.findall(text)

    def inline(self, text: str, line: int) -> None:
        """Note the links, images and comments of inline *text* that begins on that line."""
        brackets = text.count("[")
        if not brackets and "<" not in text:
            return
        if not _TRICKY.search(text):
            found = list(_PLAIN_LINK.finditer(text))
            if len(found) == brackets:
                self.plain_links(found, text, line)
                return
        work = len(text) * (brackets + text.count("<")) + 100 * sum(map(text.count, _SLOW))
        if self.may_spend(work, line):
            parsed: list[Token] = []
            _parser().inline.parse(text, _parser(), self.references, parsed)
            self.tokens(parsed, line)

    def plain_links(self, found: Sequence[re.Match[str]], text: str, line: int) -> None:
        """Note the links *found* in *text*, which begins on the 0-based *line*."""
        counted = 0
        if not self.may_spend(_EACH * len(found), line):
            return
        for one in found:
            line += text.count("\n", counted, one.start(2))
            counted = one.start(2)
            self.link(bool(one[1]), one[2], line)

    def may_spend(self, work: int, line: int) -> bool:
        """Return whether *work* is left to spend; note once, on that 0-based line, that none is."""
        if self.work > MAX_WORK:
            return False
        self.work += work
        if self.work > MAX_WORK:
            self.fault(
                line,
                say("from here on there are too many brackets to search for links"),
                say("Split the document, or the paragraph with blank lines."),
            )
        return self.work <= MAX_WORK

    def tokens(self, tokens: "Sequence[Token]", line: int) -> None:
        """Note what inline *tokens* hold, counting the lines they pass."""
        for token in tokens:
            if token.type == "link_open":
                self.link(False, str(token.attrs.get("href", "")), line)
            elif token.type == "image":
                self.link(True, str(token.attrs.get("src", "")), line)
                self.tokens([one for one in token.children or () if one.type == "image"], line)
            elif token.type == "html_inline":
                self.html(token.content, line)
            line += token.content.count("\n")

    def rendered(self, content: str, line: int) -> str:
        """Return the text of the heading on the 0-based *line* as a reader sees it."""
        if len(content) > MAX_HEADING:
            message = say("this heading has more than {limit} characters", limit=MAX_HEADING)
            self.fault(line, message, say("Shorten the heading."))
            return content[:MAX_HEADING]
        if not _MARKUP.search(content):
            return content
        tokens = _full_parser().parseInline(content, self.references)[0].children or []
        return "".join(_plain(tokens))

    def fault(self, line: int, message: Text, fix: Text) -> None:
        """Note a fault on the 0-based *line*."""
        self.body.faults.append(YamlFault(line + self.first_line, 1, message, fix))

    def blocks(self, text: str, line: int) -> None:
        """Note what the block structure of *text*, which begins on that line, holds."""
        tokens = _parser().parse(text, self.references)
        for index, token in enumerate(tokens):
            at = line + (token.map[0] if token.map else 0)
            if token.type == "inline":
                if index and tokens[index - 1].type == "heading_open":
                    level = int(tokens[index - 1].tag[1:])
                    self.heading(level, self.rendered(token.content, at), at)
                self.inline(token.content, at)
            elif token.type == "html_block":
                self.html(token.content, at)
            if token.nesting == 1 and token.level + 1 >= MAX_NESTING:
                self.fault(
                    at,
                    say("nested too deeply: the content would be dropped"),
                    say("Use fewer levels of lists and quotes."),
                )


def _plain(tokens: "Sequence[Token]") -> Iterator[str]:
    for token in tokens:
        if token.type in ("text", "code_inline"):
            yield token.content
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        elif token.type == "image":
            yield from _plain(token.children or [])


def parse_body(text: str, first_line: int = 1, *, whole: bool = False) -> Body:
    """Return what the Markdown *text*, whose first line is *first_line* of its file, holds.

    With *whole*, the short cut of segments is not taken; the result is the same.
    """
    state = _Pass(text, first_line)
    if _is_too_large(state, text):
        return state.body
    if whole or "]:" in text or _REACHES_ACROSS.search(text):
        state.blocks(text, 0)
    else:
        _segments(state, text)
    return state.body


def _is_too_large(state: _Pass, text: str) -> bool:
    """Return whether *text* has too many lines or columns to be read, and note which."""
    if len(state.lines) > MAX_LINES:
        message = say("the document has more than {limit} lines", limit=MAX_LINES)
        state.fault(MAX_LINES, message, say("Split the document."))
        return True
    if len(text) > MAX_BLANKS and _blanks(state.lines) > MAX_BLANKS:
        message = say("more than {limit} blanks begin the lines", limit=MAX_BLANKS)
        state.fault(0, message, say("Indent the lines by a few blanks only."))
        return True
    for number, content in enumerate(state.lines if text.count("|") > MAX_COLUMNS else ()):
        if content.count("|") > MAX_COLUMNS:
            message = say("a table of more than {limit} columns", limit=MAX_COLUMNS)
            state.fault(number, message, say("Split the table."))
            return True
    return False


def _blanks(lines: Sequence[str]) -> int:
    """Return how many blanks *lines* begin with in all."""
    return sum(len(line) - len(line.lstrip()) for line in lines)


def _segments(state: _Pass, text: str) -> None:
    """Read *text* segment by segment: what stands between two safe boundaries.

    A segment in which nothing stands that can matter is passed over without a look.
    """
    start = len(text) - len(text.lstrip("\n"))
    starts = [start, *(boundary.end() for boundary in _BOUNDARY.finditer(text, start)), len(text)]
    line = at = position = 0
    lines = (found.end() for found in _LINE_THAT_MATTERS.finditer(text, max(start - 1, 0)))
    brackets = (*_places("[", text, start), *_places("<", text, start))
    for place in sorted([*lines, *brackets] if start else [0, *lines, *brackets]):
        if place < starts[position]:
            continue
        position = bisect_right(starts, place, position)
        first, end = starts[position - 1], starts[min(position, len(starts) - 1)]
        line += text.count("\n", at, first)
        at = first
        _segment(state, text[first:end], line)


def _places(char: str, text: str, start: int) -> Iterator[int]:
    """Yield where *char* stands in *text* from *start* on, faster than a pattern would."""
    place = text.find(char, start)
    while place >= 0:
        yield place
        place = text.find(char, place + 1)


def _segment(state: _Pass, segment: str, line: int) -> None:
    if segment.startswith("#"):
        head, _, rest = segment.partition("\n")
        level = len(head) - len(head.lstrip("#"))
        is_heading = level <= 6 and head[level : level + 1] in ("", " ", "\t")
        if not is_heading or ("|" in head and rest):  # the head of a table begins so as well
            state.blocks(segment, line)
            return
        content = _atx_content(head[level:])
        state.heading(level, state.rendered(content, line), line)
        state.inline(content, line)
        segment, line = rest, line + 1
    segment = segment.rstrip()
    if not segment or not (
        "[" in segment or "<" in segment or _LINE_THAT_MATTERS.search("\n" + segment)
    ):
        return
    if _COMMENT_LINE.fullmatch(segment):
        state.html(segment, line)
    elif _is_paragraph(segment):
        state.inline(segment, line)
    else:
        state.blocks(segment, line)


def _atx_content(rest: str) -> str:
    """Return the text of a heading whose line goes on with *rest* after its first marks."""
    content = rest.strip(" \t")
    unclosed = content.rstrip("#")
    if unclosed != content and (not unclosed or unclosed[-1] in " \t"):
        return unclosed.rstrip(" \t")
    return content


def _is_paragraph(segment: str) -> bool:
    """Return whether every line of *segment* begins as text does: one paragraph, nothing else."""
    return "|" not in segment and bool(_PARAGRAPH.fullmatch(segment))
