"""Which files hold some words."""

import re
import unicodedata
from collections.abc import Iterable

from qmtool.model.glossary import folded
from qmtool.repository.sources import Source

_MARKS = re.compile("[\u0300-\u036f]+")
"""Accents, once they are apart from their letters."""


def holding(source: Source, paths: Iterable[str], phrase: str) -> frozenset[str]:
    """Return those of *paths* whose file holds every word of *phrase*, in any order.

    Case and accents are ignored, and a word finds the words that begin with it.
    """
    words = folded(phrase).split()
    wanted = {word: re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in words}
    found = set()
    for path, data, _ in source.read(paths):
        text = _plain(data.decode(errors="replace")) if data is not None else ""
        if all(word in text and begins.search(text) for word, begins in wanted.items()):
            found.add(path)
    return frozenset(found)


def _plain(text: str) -> str:
    """Return *text* without case and accents; whole files are too long for `folded`."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text).casefold().replace("œ", "oe").replace("æ", "ae")
    return _MARKS.sub("", plain)
