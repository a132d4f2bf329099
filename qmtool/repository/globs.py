"""Patterns of `documents:` and `ignore:`: `**` is any depth, none included.

No regular expression is ever taken from a repository.
"""

import fnmatch
from collections.abc import Sequence
from functools import cache, lru_cache


@cache
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(part for part in pattern.split("/") if part)


def matches(path: str, pattern: str) -> bool:
    """Return whether *path* is one that *pattern* names; `*` stays within a folder."""
    parts = _parts(pattern)
    if parts and parts[-1] != "**":
        folder, _, name = path.rpartition("/")
        return fnmatch.fnmatchcase(name, parts[-1]) and _folder_matches(folder, parts[:-1])
    return _match(path.split("/"), parts)


@lru_cache(maxsize=10_000)
def _folder_matches(folder: str, parts: tuple[str, ...]) -> bool:
    return _match(folder.split("/") if folder else [], parts)


def _match(names: Sequence[str], parts: Sequence[str]) -> bool:
    """Match by rows, so that time grows with the product of the two lengths at most."""
    reachable = [True] + [False] * len(names)
    for part in parts:
        if part == "**":
            first = next((n for n, ok in enumerate(reachable) if ok), len(reachable))
            reachable = [n >= first for n in range(len(names) + 1)]
        else:
            reachable = [False] + [
                reachable[n] and fnmatch.fnmatchcase(names[n], part) for n in range(len(names))
            ]
    return reachable[-1]


def is_ignored(path: str, patterns: Sequence[str]) -> bool:
    """Return whether one of *patterns* names *path*, or, without `/`, its file name."""
    name = path.rpartition("/")[2]
    return any(
        matches(path, pattern) if "/" in pattern else fnmatch.fnmatchcase(name, pattern)
        for pattern in patterns
    )


def is_document(path: str, documents: Sequence[str], ignore: Sequence[str]) -> bool:
    """Return whether *path* is a document by those settings; dot folders never count."""
    if not path.endswith(".md") or path.startswith(".") or "/." in path:
        return False
    return any(matches(path, pattern) for pattern in documents) and not is_ignored(path, ignore)
