"""The outline of a document: its headings, its links and its keys, each with its place."""

import marshal
import re
from collections.abc import Collection, Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple

from qmtool.model.targets import NOWHERE, is_plain, resolve

_CLIMB = re.compile(r"\A(?:\.\./)+")
_LINE_ENDS = re.compile(r"[\n\0]")

Aims = Mapping[str, tuple[str, str]]
"""Where links lead, by the `../` that they begin with: their paths, then their anchors.

The paths are lines; the anchors are cut by NUL, each between two line ends, or empty.
"""


class Heading(NamedTuple):
    """A heading, with the anchor that GitHub gives it."""

    level: int
    text: str
    anchor: str
    line: int


class Link(NamedTuple):
    """A link or an image of the body, with its target as written."""

    is_image: bool
    target: str
    line: int
    column: int


class Outline(NamedTuple):
    """The headings and the links, in order, and the line and column of each key."""

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    keys: Mapping[str, tuple[int, int]] = {}


def pack_outline(outline: Outline, anchors: Collection[str]) -> tuple[bytes, Aims]:
    """Return *outline*, packed without what *anchors* hold of it, and where its links lead.

    A link to one of these own anchors leads nowhere else, and neither does one to another site
    that is no image: they are no aims, as nothing that stands elsewhere can make them wrong.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    rows = []
    for is_image, target, *place in outline.links:
        up, path, anchor = _aim(target)
        is_aim = not _is_settled(target, anchors, is_image=is_image)
        is_whole = is_aim and _joined(up, path, anchor) == target
        if is_aim:
            found.setdefault(up if is_whole else NOWHERE, []).append((path, anchor))
        rows.append((is_whole, up if is_whole else target, is_image, *place))
    headings = [(one.level, one.text, one.line) for one in outline.headings]
    aims = {
        up: ("\n".join(path for path, _ in pairs), "\0".join(anchor for _, anchor in pairs))
        for up, pairs in found.items()
    }
    return marshal.dumps((headings, rows, dict(outline.keys)), 2), aims


def unpack_outline(packed: bytes, anchors: Sequence[str], aims: Aims) -> Outline:
    """Return the outline that `pack_outline` packed, of a document with these *anchors*."""
    if not packed:
        return Outline()
    headings, rows, keys = marshal.loads(packed)  # noqa: S302 - of `pack_outline`
    pairs = zip(headings, anchors, strict=False)  # HTML gives a document anchors without headings
    found = tuple(Heading(level, text, anchor, line) for (level, text, line), anchor in pairs)
    links = zip(rows, _targets(rows, aims), strict=True)
    return Outline(found, tuple(Link(row[2], target, *row[3:]) for row, target in links), keys)


def headings_of(packed: bytes) -> tuple[str, ...]:
    """Return the texts of the headings of the outline that `pack_outline` packed, in order."""
    headings = marshal.loads(packed)[0] if packed else ()  # noqa: S302 - of `pack_outline`
    return tuple(text for _level, text, _line in headings)


def targets_of(packed: bytes, aims: Aims) -> tuple[str, ...]:
    """Return the targets of the links of the outline that `pack_outline` packed, in order."""
    rows = marshal.loads(packed)[1] if packed else ()  # noqa: S302 - of `pack_outline`
    return tuple(_targets(rows, aims))


def _targets(rows: Sequence[tuple[Any, ...]], aims: Aims) -> list[str]:
    left = {
        up: map(_joined, repeat(up), paths.split("\n"), cuts.split("\0"))
        for up, (paths, cuts) in aims.items()
    }
    return [next(left[row[1]]) if row[0] else row[1] for row in rows]


def _aim(target: str) -> tuple[str, str, str]:
    """Return the `../` that *target* begins with, its path and its anchor, as `Aims` keeps them."""
    written, _, anchor = _LINE_ENDS.sub(" ", target).partition("#")
    path = _CLIMB.sub("", written)
    return written.removesuffix(path), path, f"\n{anchor}\n" if anchor else ""


def _joined(up: str, path: str, anchor: str) -> str:
    """Return the target of which `_aim` gave these parts, unless `Aims` cannot keep it whole."""
    return f"{up}{path}#{anchor[1:-1]}" if anchor else up + path


def _is_settled(target: str, anchors: Collection[str], *, is_image: bool) -> bool:
    """Return whether *target* is an own anchor, or another site where nobody looks for an image."""
    written, mark, anchor = target.partition("#")
    if mark and not written:
        return anchor in anchors
    return not is_image and not is_plain(written) and resolve("", target).outside
