"""The references that a document writes, and byte patches of them.

Comments, order, quotes, line ends and the style of the list stay; the result is read again and
compared, as invariant I5 asks of the front matter.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import yaml

from qmtool.model.migration import Listed
from qmtool.model.text import say
from qmtool.repository.front_matter import Split, UnsafePatch, split
from qmtool.repository.markdown import Body, parse_body
from qmtool.repository.marks import read_marks
from qmtool.repository.yaml_events import read_yaml

Change = tuple[Listed, Sequence[tuple[str, ...]]]
"""A list of references, and what each of its entries becomes: itself, others, or nothing."""

_KEY = "satisfies"
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_FIRST_LINE = 2
"""The line of the file on which the keys of a front matter begin."""


def listed(data: bytes) -> Iterator[Listed]:
    """Yield the lists of references in *data*, without byte order mark; short marks are none."""
    cut = split(data.decode().replace("\r\n", "\n"))
    read = read_yaml(cut.block or "", first_line=_FIRST_LINE)
    written = read.data.get(_KEY) if isinstance(read.data, dict) else None
    entries = {
        read.place((_KEY, number)): entry
        for number, entry in enumerate(written if isinstance(written, list) else ())
        if isinstance(entry, str)
    }
    if entries:
        yield Listed(tuple(entries.values()), tuple(entries))
    body = parse_body(cut.body, cut.body_line)
    for mark in read_marks(body, cut.body_line + len(body.lines)).naming:
        if not mark.word:
            places = ((mark.line, mark.column),) * len(mark.items)
            yield Listed(tuple(mark.items), places, mark.section, is_mark=True)


def rewrite(data: bytes, changes: Iterable[Change]) -> bytes:
    """Return *data*, without byte order mark, with its lists of references changed.

    Raise UnsafePatch where that would not read back as meant.
    """
    before = text = data.decode()
    lines = _Lines(before)
    kept = sorted(changes, key=lambda change: change[0].places[0])
    # From the end on, so that the places of what comes before stay true.
    for one, becomes in reversed(kept):
        change = _in_mark if one.is_mark else _in_front_matter
        text = change(text, lines, one, becomes)
    _compare(before.replace("\r\n", "\n"), text.replace("\r\n", "\n"), kept)
    return text.encode()


class _Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a place that counts from 1."""
        return self.starts[line - 1] + column - 1


def _unsafe(line: int) -> UnsafePatch:
    return UnsafePatch(
        say(
            "line {line}: the references cannot be changed without changing more than meant; "
            "write one a line",
            line=line,
        )
    )


def _in_mark(text: str, lines: _Lines, mark: Listed, becomes: Sequence[tuple[str, ...]]) -> str:
    """Return *text* with the entries of a `qm: satisfies` comment changed."""
    start = lines.offset(*mark.places[0])
    end = text.find("-->", start)
    head, verb, rest = text[start:end].partition(_KEY)
    pieces = rest.split(",")
    if (
        end < 0
        or not verb
        or "".join(head.split()) != "<!--qm:"
        or [piece.strip() for piece in pieces if piece.strip()] != list(mark.entries)
    ):
        raise _unsafe(mark.places[0][0])
    new = iter(becomes)
    kept = []
    for piece in pieces:
        words = next(new) if piece.strip() else (piece,)
        if words:
            kept.append(piece.replace(piece.strip(), ", ".join(words)) if piece.strip() else piece)
    return text[:start] + head + verb + _joined(kept, rest) + text[end:]


def _joined(pieces: Sequence[str], rest: str) -> str:
    """Return *pieces* as one text, with the blanks that *rest* begins and ends with."""
    lead = rest[: len(rest) - len(rest.lstrip())]
    return lead + ",".join(pieces).strip() + rest[len(rest.rstrip()) :]


def _in_front_matter(
    text: str, lines: _Lines, one: Listed, becomes: Sequence[tuple[str, ...]]
) -> str:
    """Return *text* with the entries of `satisfies:` changed."""
    block = split(text.replace("\r\n", "\n")).block or ""
    sequence = _sequence(block)
    nodes = {
        (node.start_mark.line + _FIRST_LINE, node.start_mark.column + 1): rank
        for rank, node in enumerate(sequence.value)
    }
    for entry, place, words in reversed(list(zip(one.entries, one.places, becomes, strict=True))):
        if words == (entry,):
            continue
        rank = nodes.get(place, -1)
        node = sequence.value[rank]
        if rank < 0 or not _is_plain(node, entry):
            raise _unsafe(place[0])
        quote = node.style or ""
        new = [f"{quote}{word}{quote}" for word in words]
        start, end = lines.offset(*place), _end(node, lines)
        if not sequence.flow_style:
            text = _in_block(text, start, end, new)
        elif new:
            text = text[:start] + ", ".join(new) + text[end:]
        else:
            before = _end(sequence.value[rank - 1], lines) if rank else start
            text = _out_of_flow(text, before, start, end)
    return text


def _sequence(block: str) -> yaml.SequenceNode:
    """Return the node of `satisfies:`, a list by what was read before."""
    root = yaml.compose(block, Loader=yaml.CSafeLoader)
    assert root is not None
    found = {key.value: value for key, value in root.value}[_KEY]
    assert isinstance(found, yaml.SequenceNode)
    return found


def _is_plain(node: yaml.Node, entry: str) -> bool:
    """Return whether *node* is a scalar on one line that holds *entry* as it is written."""
    return (
        isinstance(node, yaml.ScalarNode)
        and node.value == entry
        and (node.style or "") in ("", "'", '"')
        and node.start_mark.line == node.end_mark.line
    )


def _end(node: yaml.Node, lines: _Lines) -> int:
    return lines.offset(node.end_mark.line + _FIRST_LINE, node.end_mark.column + 1)


def _in_block(text: str, start: int, end: int, new: Sequence[str]) -> str:
    """Return *text* with an entry of a list of hyphens changed; each of *new* takes a line."""
    line = text.rfind("\n", 0, start) + 1
    lead = text[line:start]
    if lead.strip() != "-":
        raise _unsafe(text.count("\n", 0, start) + 1)
    stop = text.index("\n", end)
    eol = "\r\n" if text[stop - 1] == "\r" else "\n"
    rest = text[end:stop].removesuffix("\r")
    if new:
        more = "".join(f"{eol}{lead}{word}" for word in new[1:])
        return text[:start] + new[0] + rest + more + eol + text[stop + 1 :]
    comment = lead.partition("-")[0] + rest.lstrip() + eol if rest.strip() else ""
    return text[:line] + comment + text[stop + 1 :]


def _out_of_flow(text: str, before: int, start: int, end: int) -> str:
    """Return *text* without the entry of a bracketed list from *start* to *end*, and its comma.

    *before* is where the entry before it ends.
    """
    gap = _GAP.match(text, end)
    assert gap is not None
    if text[gap.end()] == ",":
        if "#" in gap[0]:
            raise _unsafe(text.count("\n", 0, start) + 1)
        return _cut(text, start, gap.end() + 1)
    if "#" not in text[before:start]:
        return text[:before] + text[end:]
    comma = text.index(",", before)
    if text[before:comma].strip():
        raise _unsafe(text.count("\n", 0, start) + 1)
    text = _cut(text, start, end)
    return text[:comma] + text[comma + 1 :]


def _cut(text: str, start: int, end: int) -> str:
    """Return *text* without what stands from *start* to *end*; a line left blank goes as well."""
    while text[end] in " \t":
        end += 1
    if text[end] == "#":
        blank = "" if text[start - 1].isspace() else " "
        return text[:start] + blank + text[end:]
    if text[end] not in "\r\n":
        return text[:start] + text[end:]
    line = text.rfind("\n", 0, start) + 1
    if not text[line:start].strip():
        return text[:line] + text[text.index("\n", end) + 1 :]
    return text[:start].rstrip(" \t") + text[end:]


def _compare(before: str, after: str, changes: Sequence[Change]) -> None:
    """Raise UnsafePatch unless *after* differs from *before* by *changes* and nothing else."""
    old, new = split(before), split(after)
    expected = read_yaml(old.block or "").data
    read = read_yaml(new.block or "")
    for one, becomes in changes:
        if not one.is_mark:
            words = iter(becomes)
            expected[_KEY] = [
                each
                for item in expected[_KEY]
                for each in (next(words) if isinstance(item, str) else [item])
            ]
    marks = {one.places[0]: becomes for one, becomes in changes if one.is_mark}
    is_same = read.faults == [] and read.data == expected
    if not (is_same and _is_same_body(old, new.body, marks)):
        raise _unsafe(changes[0][0].places[0][0])


def _is_same_body(
    old: Split, after: str, marks: Mapping[tuple[int, int], Sequence[tuple[str, ...]]]
) -> bool:
    """Return whether the body *after* is that of *old* but for the entries of *marks*."""
    if not marks:
        return old.body == after
    before, body = parse_body(old.body, old.body_line), parse_body(after)
    comments = [_words(one.text) for one in body.comments]
    return _shape(before) == _shape(body) and _comments(before, marks) == comments


def _shape(body: Body) -> tuple[object, ...]:
    """Return what *body* holds besides comments, without the places."""
    return (
        [heading[:3] for heading in body.headings],
        [link[:2] for link in body.links],
        body.anchors,
        [fault.message for fault in body.faults],
    )


def _comments(
    body: Body, marks: Mapping[tuple[int, int], Sequence[tuple[str, ...]]]
) -> list[list[str]]:
    """Return the words of the comments of *body*, those of *marks* as they should become."""
    return [
        [f"qm: {_KEY}", *(word for words in becomes for word in words)]
        if (becomes := marks.get((one.line, one.column)))
        else _words(one.text)
        for one in body.comments
    ]


def _words(comment: str) -> list[str]:
    """Return a comment in words: those of a list of references, or the whole as one."""
    head, verb, rest = comment.partition(_KEY)
    if not verb or head.strip() != "qm:":
        return [comment]
    return [f"qm: {_KEY}", *(word.strip() for word in rest.split(",") if word.strip())]
