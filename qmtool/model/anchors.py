"""The anchors of headings, which links name after a `#`."""

import re
from collections import Counter

_DROPPED = re.compile(r"[^\w\- ]")


def slug(text: str) -> str:
    """Return the anchor that GitHub gives a heading of that *text*."""
    return _DROPPED.sub("", text.strip().lower()).replace(" ", "-")


class Anchors:
    """The anchors of one document: the second heading of a text gets another than the first."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()

    def of(self, text: str) -> str:
        """Return the anchor of the next heading, of that rendered *text*."""
        anchor = slug(text)
        count = self._given[anchor]
        self._given[anchor] += 1
        if count:
            anchor = f"{anchor}-{count}"
            self._given[anchor] += 1
        return anchor
