"""Where a target leads, as it is written: to a file of the repository, outside, or nowhere."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from qmtool.model.advice import short
from qmtool.model.paths import join
from qmtool.model.text import Text, say

SCHEMES = ("https", "http", "mailto", "tel")
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)])
MAX_TARGET = 4_000
_DECODINGS = 5

NOWHERE = "//"
"""What begins no path inside a repository."""


class Place(NamedTuple):
    """Where a target leads: a *path* and *anchor* of the repository, *outside*, or nowhere."""

    path: str = ""
    anchor: str = ""
    outside: bool = False
    refusal: Text | None = None


def resolve(folder: str, target: str) -> Place:
    """Return where *target*, as written in a document of *folder*, leads.

    A target is refused when it, or anything that decoding makes of it, is more than a path inside
    the repository or one of the allowed schemes: a browser decodes more than once.
    """
    written, _, anchor = target.partition("#")
    written = written.partition("?")[0]
    if len(written) > MAX_TARGET:
        return Place(refusal=say("it is longer than {limit} characters", limit=MAX_TARGET))
    if is_plain(written):
        path = join(folder, written)
    else:
        scheme, refusal = _judge(written)
        if refusal is not None or scheme:
            return Place(outside=bool(scheme), refusal=refusal)
        path = join(folder, decoded(written))
        if join(folder, _bared(written).replace("\\", "/")) is None:
            path = None
    if path is None:
        return Place(refusal=say("it climbs out of the repository"))
    return Place(path, decoded(anchor))


def is_plain(written: str) -> bool:
    """Return whether *written* can be nothing but a path: no scheme, no host, no codes."""
    return not (
        ":" in written
        or "%" in written
        or "\\" in written
        or written.startswith(("//", " "))
        or not written.isprintable()
    )


class Resolver:
    """Tells where targets lead as `resolve` does, and at once where that is one of *paths*."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.known = frozenset(filter(spells_itself, paths))

    def resolve(self, folder: str, target: str) -> Place:
        """Return where *target*, as written in a document of *folder*, leads."""
        written, _, anchor = target.partition("#")
        rest = written.lstrip("./")
        up = written[: len(written) - len(rest)]
        is_plain_up = up[-1:] in ("", "/") and not up.startswith("//")
        if is_plain_up and "%" not in anchor and len(written) <= MAX_TARGET:
            path = top(folder, up) + rest
            if path in self.known:
                return Place(path, anchor)
        return resolve(folder, target)


def spells_itself(path: str) -> bool:
    """Return whether a link that is written as *path* is, from the top, leads there."""
    return "#" not in path and "?" not in path and path[-1:] != " " and is_plain(path)


@lru_cache(maxsize=1024)
def top(folder: str, up: str) -> str:
    """Return what paths begin with that begin with *up*, empty or with its `/`, in *folder*."""
    path = None if up == NOWHERE else join(folder, up)
    return NOWHERE if path is None else f"{path}/" if path else ""


def _judge(written: str) -> tuple[str, Text | None]:
    """Return the scheme of a target without anchor, and why it is refused."""
    judged = _bared(written)
    if judged.replace("\\", "/").startswith("//"):
        return "", say("it names another host without a scheme")
    head, colon, _ = judged.partition("/")[0].partition(":")
    if not colon:
        return "", None
    scheme = head.lower()
    if scheme not in SCHEMES:
        return "", say("it begins with {scheme}:", scheme=short(head))
    if not written.lower().startswith(f"{scheme}:"):
        return "", say("it spells {scheme}: in codes", scheme=scheme)
    return scheme, None


def decoded(text: str) -> str:
    """Return *text* percent-decoded once, as a browser asks for it."""
    if "%" not in text:
        return text
    from urllib.parse import unquote  # costly, and few links need it

    return unquote(text)


def _bared(text: str) -> str:
    """Return *text* decoded as often as it can be, without control characters."""
    for _ in range(_DECODINGS):
        plain = decoded(text)
        if not plain.isprintable():
            plain = plain.translate(_CONTROLS)
        plain = plain.strip()
        if plain == text:
            break
        text = plain
    return text
