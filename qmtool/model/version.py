"""Versions of documents: `1.0`, `2.0`, `3.0`… compared as pairs of numbers, never as decimals."""

import re
from typing import NamedTuple, Self

_FORM = re.compile(r"(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})")
_FOREIGN = re.compile(r"[vV]?([0-9]{1,6})(?:\.[0-9]{1,6}){0,3}")


class Version(NamedTuple):
    """A version `major.minor`; released ones have the minor number 0."""

    major: int
    minor: int = 0

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Return the version that *text* spells exactly, or None."""
        found = _FORM.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None

    def next_release(self) -> "Version":
        """Return the version that the next release takes."""
        return Version(self.major + 1)

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}"


FIRST_RELEASE = Version(1)


def looks_like_version(text: str) -> bool:
    """Return whether *text* is a version of some numbering: `2`, `2.1`, `v2.1.2`, `0.9`."""
    return _FOREIGN.fullmatch(text.strip()) is not None


def adopted_version(text: str) -> Version | None:
    """Return `M.0` for a foreign version `M`, `M.x` or `M.x.y` with M ≥ 1, else None."""
    found = _FOREIGN.fullmatch(text.strip())
    return Version(int(found[1])) if found and int(found[1]) >= 1 else None
