"""Edits put into the bytes of a document: exactly as meant, or not at all.

What stands at the place of an edit is looked at again, and the result is read and compared: only
what was meant may differ. Line ends and all that no edit names stay as they are.
"""

from collections.abc import Callable, Mapping, Sequence, Set

from markdown_it import MarkdownIt

from qmtool.actions.link_targets import relink
from qmtool.model.diagnostic import Edit, Mend
from qmtool.model.outline import Link
from qmtool.model.text import say
from qmtool.repository.front_matter import Split, UnsafePatch, split
from qmtool.repository.text import decode
from qmtool.repository.yaml_events import read_yaml

_BOM = b"\xef\xbb\xbf"


def mended(data: bytes, edits: Sequence[Edit]) -> tuple[bytes, Set[Edit]]:
    """Return *data* with as many of *edits* as are exact, and these.

    Of two that concern the same place, one is left: it is found again the next time.
    """
    bom = _BOM if data.startswith(_BOM) else b""
    data = data.removeprefix(_BOM)
    done: set[Edit] = set()
    for kind, apply in _STEPS.items():
        # The last ones first: those before them stay where they are.
        wanted = sorted({one for one in edits if one.mend is kind}, key=_place, reverse=True)
        data, exact = _as_many(data, wanted, apply)
        done.update(exact)
    without = {one for one in edits if one.mend is Mend.BOM and bom}
    return (data if without else bom + data), done | without


_Apply = Callable[[bytes, Sequence[Edit]], bytes]


def _as_many(data: bytes, edits: Sequence[Edit], apply: _Apply) -> tuple[bytes, Sequence[Edit]]:
    """Return *data* with as many of *edits*, the last one first, as *apply* can put in."""
    if not edits:
        return data, ()
    try:
        return apply(data, edits), edits
    except UnsafePatch:
        if len(edits) == 1:
            return data, ()
    half = len(edits) // 2
    data, later = _as_many(data, edits[:half], apply)
    data, earlier = _as_many(data, edits[half:], apply)
    return data, (*later, *earlier)


def _place(edit: Edit) -> tuple[int, int]:
    return edit.line, edit.column


def _not_exact(edit: Edit) -> UnsafePatch:
    return UnsafePatch(
        say("line {line} cannot be mended without changing more than meant", line=edit.line)
    )


def _targets(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return *data* with the targets of links replaced."""
    meant = {(one.line, one.column, one.old): one.new for one in edits}
    found = set()

    def choice(link: Link) -> str | None:
        key = link.line, link.column, link.target
        found.add(key)
        return None if link.is_image else meant.get(key)

    after = relink(data, choice)
    for one in edits:
        if (one.line, one.column, one.old) not in found:
            raise _not_exact(one)
    return after


def _comments(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return *data* without the marks that allow nothing, each of which has lines of its own."""
    lines = data.decode().split("\n")
    gone = []
    for one in edits:
        row, content = one.line - 1, _line(lines, one).strip()
        inner = content.removeprefix("<!--").removesuffix("-->").strip()
        words = inner.removeprefix("qm:").split()
        is_mark = content == f"<!--{content[4:-3]}-->" and "--" not in content[4:-3]
        if not is_mark or not inner.startswith("qm:") or words[:2] != ["allow", one.old]:
            raise _not_exact(one)
        gone.append(content)
        follows = lines[row + 1] if row + 1 < len(lines) else ""
        between_blanks = not lines[row - 1].strip() and not follows.strip()
        del lines[row - between_blanks : row + 1]
    after = "\n".join(lines).encode()
    shown = _rendered(data)
    for content in gone:
        shown = shown.replace(f"{content}\n", "", 1)
    if _rendered(after) != shown:
        raise _not_exact(edits[0])
    return after


def _line(lines: Sequence[str], edit: Edit) -> str:
    """Return the line of *edit*, empty if there are not so many."""
    return lines[edit.line - 1] if edit.line <= len(lines) else ""


def _rendered(data: bytes) -> str:
    """Return the body of *data* as a reader sees it."""
    return str(MarkdownIt("commonmark").enable("table").render(_split(data).body))


def _keys(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return *data* with keys of its front matter renamed."""
    lines = data.decode().split("\n")
    keys = {}
    for one in edits:
        line = _line(lines, one)
        if not line.startswith(f"{one.old}:") or one.column != 1:
            raise _not_exact(one)
        lines[one.line - 1] = one.new + line.removeprefix(one.old)
        keys[one.old] = one.new
    after = "\n".join(lines).encode()
    expected = [(keys.get(key, key), value) for key, value in _data(data).items()]
    return _compared(data, after, expected, edits[0])


def _quotes(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Return *data* with texts of its front matter in quotes."""
    lines = data.decode().split("\n")
    values = _data(data)
    for one in edits:
        whole = _line(lines, one)
        line = whole.rstrip("\r")
        key, _, rest = line.partition(":")
        text = rest.strip(" \t")
        if key != one.old or not _goes_on(values.get(key), text):
            raise _not_exact(one)
        quote = "'" if '"' in text or "\\" in text else '"'
        inside = text.replace("'", "''") if quote == "'" else text
        start = line[: len(line) - len(rest.lstrip(" \t"))]
        lines[one.line - 1] = f"{start}{quote}{inside}{quote}{whole[len(line) :]}"
        values[key] = text
    after = "\n".join(lines).encode()
    return _compared(data, after, list(values.items()), edits[0])


def _goes_on(value: object, text: str) -> bool:
    """Return whether *text* is *value* and what goes on after it, from a number sign with a digit.

    After any other sign, it may be a remark that nobody meant to be a part of the text.
    """
    if not isinstance(value, str) or not text.startswith(value):
        return False
    signs = text[len(value) :].replace("\t", " ").split(" #")
    return not signs[0].strip() and all(sign[:1].isdigit() for sign in signs[1:])


def _line_ends(data: bytes, _edits: Sequence[Edit]) -> bytes:
    """Return *data* with the line ends that most of its lines have; of as many, those of Unix."""
    pairs = data.count(b"\r\n")
    plain = data.replace(b"\r\n", b"\n")
    if b"\r" in plain:
        raise _not_exact(Edit(Mend.LINE_ENDS))
    return plain.replace(b"\n", b"\r\n") if pairs > plain.count(b"\n") - pairs else plain


def _split(data: bytes) -> Split:
    return split(decode(data).text or "")


def _data(data: bytes) -> dict[str, object]:
    """Return the front matter of *data*."""
    return dict(read_yaml(_split(data).block or "").data or {})


def _compared(before: bytes, after: bytes, expected: list[tuple[str, object]], edit: Edit) -> bytes:
    """Return *after* if its front matter is *expected*, and its body that of *before*."""
    cut = _split(after)
    read = read_yaml(cut.block or "")
    if read.faults or list((read.data or {}).items()) != expected:
        raise _not_exact(edit)
    if cut.body != _split(before).body:
        raise _not_exact(edit)
    return after


_STEPS: Mapping[Mend, _Apply] = {
    Mend.TARGET: _targets,
    Mend.COMMENT: _comments,
    Mend.KEY: _keys,
    Mend.QUOTES: _quotes,
    Mend.LINE_ENDS: _line_ends,
}
"""In an order in which what one changes is not where the next one looks."""
