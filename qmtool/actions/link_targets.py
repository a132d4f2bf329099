"""Byte patches of where a Markdown file leads: its links, its images and its attachments.

Only the target itself changes, in place: titles, anchors, line ends and all else stay. What looks
like a link in a code block is none; the parser itself is asked, by a text in which every possible
target is replaced by a word of our own, and the result is read again and compared.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import yaml

from qmtool.actions.yaml_text import scalar
from qmtool.model.outline import Link
from qmtool.model.text import say
from qmtool.repository.front_matter import Split, UnsafePatch, split
from qmtool.repository.markdown import Body, parse_body
from qmtool.repository.yaml_events import read_yaml

Aim = Callable[[str], str | None]
"""What a target becomes; None where it stays as it is."""

Choice = Callable[[Link], str | None]
"""What the target of a link becomes; None where it stays as it is."""

_ATTACHMENTS, _FILE = "attachments", "file"
_WORD = "qmlinktarget"
_SENTINEL = re.compile(_WORD + r"([0-9]+)")
_OPENING = re.compile(r"(?:\]\(|\]:)[ \t]*\n?[ \t]*")
_ANGLED = re.compile(r"<((?:\\.|[^<>\\\n])*)>")
_ESCAPED = re.compile(r"([\\&<>()])")


class _Span(NamedTuple):
    """What stands where in a text of lines that end with a line feed."""

    start: int
    end: int


def retarget(data: bytes, aim: Aim, attach: Aim | None = None) -> bytes:
    """Return *data* with the targets of its links as *aim* tells, its attachments as *attach* does.

    Raise UnsafePatch where that would not read back as meant.
    """
    text = data.decode()
    plain = text.replace("\r\n", "\n")
    cut = split(plain)
    edits = [*_body_edits(plain, cut, lambda link: aim(link.target))]
    if attach is not None and cut.block is not None:
        edits += _attachment_edits(cut.block, attach)
    return _applied(text, edits).encode() if edits else data


def relink(data: bytes, choice: Choice) -> bytes:
    """Return *data* with the targets of its links as *choice* tells, or raise UnsafePatch."""
    text = data.decode()
    plain = text.replace("\r\n", "\n")
    edits = [*_body_edits(plain, split(plain), choice)]
    return _applied(text, edits).encode() if edits else data


def _applied(text: str, edits: Sequence[tuple[_Span, str]]) -> str:
    """Return *text* with *edits*, whose places count as if its lines ended with a line feed."""
    returns = [found.start() - n for n, found in enumerate(re.finditer("\r\n", text))]
    for span, new in sorted(edits, reverse=True):
        shift = sum(1 for place in returns if place < span.start)
        text = text[: span.start + shift] + new + text[span.end + shift :]
    return text


# --- the links of the body -------------------------------------------------------------------


def _body_edits(plain: str, cut: Split, choice: Choice) -> Iterator[tuple[_Span, str]]:
    """Yield what changes in the body of *plain*."""
    before = parse_body(cut.body, cut.body_line)
    wanted = [choice(link) for link in before.links]
    if not any(wanted):
        return
    body = cut.body
    spans = [*_candidates(body)]
    real = _real(body, spans, before)
    edits: dict[_Span, str] = {}
    for link, number, new in zip(before.links, real, wanted, strict=True):
        if new is None:
            continue
        if number is None:
            raise _unsafe(link.line)
        span = spans[number]
        raw = body[span.start : span.end]
        edits[span] = new if raw == link.target else _ESCAPED.sub(r"\\\1", new)
    after = parse_body(_replaced(body, edits), cut.body_line)
    expected = [new or link.target for link, new in zip(before.links, wanted, strict=True)]
    if [link.target for link in after.links] != expected or _shape(after) != _shape(before):
        raise _unsafe(
            next(link.line for link, new in zip(before.links, wanted, strict=True) if new)
        )
    start = len(plain) - len(body)
    for span, new in edits.items():
        yield _Span(span.start + start, span.end + start), new


def _candidates(body: str) -> Iterator[_Span]:
    """Yield where a target may stand: after `](`, or after the `]:` of a definition."""
    for opening in _OPENING.finditer(body):
        start = opening.end()
        angled = _ANGLED.match(body, start)
        if angled:
            yield _Span(*angled.span(1))
        else:
            end = _end_of_bare(body, start)
            if end > start:
                yield _Span(start, end)


def _end_of_bare(body: str, start: int) -> int:
    """Return where a target without angle brackets ends: at a blank, or at the parenthesis."""
    depth, place = 0, start
    while place < len(body):
        char = body[place]
        if char.isspace() or (char == ")" and not depth):
            break
        if char == "\\":
            place += 1
        depth += (char == "(") - (char == ")")
        place += 1
    return min(place, len(body))


def _real(body: str, spans: Sequence[_Span], before: Body) -> list[int | None]:
    """Return, for each link of *before*, the number of the one of *spans* that gives its target."""
    probe = parse_body(
        _replaced(body, {span: f"{_WORD}{number}" for number, span in enumerate(spans)})
    )
    if [link.is_image for link in probe.links] != [link.is_image for link in before.links]:
        return [None] * len(before.links)
    found = (_SENTINEL.fullmatch(link.target) for link in probe.links)
    return [int(one[1]) if one else None for one in found]


def _replaced(body: str, edits: dict[_Span, str]) -> str:
    """Return *body* with *edits*."""
    pieces, at = [], 0
    for span, new in sorted(edits.items()):
        pieces += [body[at : span.start], new]
        at = span.end
    return "".join([*pieces, body[at:]])


def _shape(body: Body) -> tuple[object, ...]:
    """Return what *body* holds besides the targets of its links, whose places are only near."""
    return (
        body.headings,
        [link.is_image for link in body.links],
        [(comment.text, comment.line) for comment in body.comments],
        body.anchors,
        [(fault.line, fault.message) for fault in body.faults],
    )


def _unsafe(line: int) -> UnsafePatch:
    return UnsafePatch(
        say(
            "line {line}: the link cannot be changed without changing more than meant; write it "
            "as [text](path)",
            line=line,
        )
    )


# --- the attachments of the front matter -----------------------------------------------------


def _attachment_edits(block: str, attach: Aim) -> Iterator[tuple[_Span, str]]:
    """Yield what changes in the front matter *block*, which begins on the second line."""
    before = read_yaml(block)
    rows = before.data.get(_ATTACHMENTS) if isinstance(before.data, dict) else None
    files = [
        row
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and isinstance(row.get(_FILE), str) and attach(row[_FILE])
    ]
    if before.faults or not files:
        return
    edits = [*_scalar_edits(block, attach)]
    for row in files:
        row[_FILE] = attach(row[_FILE])
    after = read_yaml(_replaced(block, dict(edits)))
    if after.faults or after.data != before.data:
        raise UnsafePatch(say("attachments: write one file a line, as - file: name"))
    start = len("---\n")
    for span, new in edits:
        yield _Span(span.start + start, span.end + start), new


def _scalar_edits(block: str, attach: Aim) -> Iterator[tuple[_Span, str]]:
    """Yield the places of the names of files that *attach* changes, and the new names."""
    starts = [0, *(found.end() for found in re.finditer("\n", block))]
    for node in _file_nodes(block):
        new = attach(node.value)
        if new is not None:
            first, last = node.start_mark, node.end_mark
            span = _Span(starts[first.line] + first.column, starts[last.line] + last.column)
            quoted = "'" + new.replace("'", "''") + "'"
            styles = {"'": quoted, '"': json.dumps(new, ensure_ascii=False)}
            yield span, styles.get(node.style or "", scalar(new))


def _file_nodes(block: str) -> Iterator[yaml.ScalarNode]:
    """Yield the nodes of the names of the attached files."""
    root = yaml.compose(block, Loader=yaml.CSafeLoader)
    for key, rows in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value != _ATTACHMENTS or not isinstance(rows, yaml.SequenceNode):
            continue
        for row in rows.value:
            for name, node in row.value if isinstance(row, yaml.MappingNode) else ():
                if name.value == _FILE and isinstance(node, yaml.ScalarNode):
                    yield node
