"""Patterns of `documents:` and `ignore:`: `**` is any depth, none included.

No regular expression is ever taken from a repository.
"""

import fnmatch
import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

_NONE = re.compile("(?!)")


def is_document(path: str, documents: tuple[str, ...], ignore: tuple[str, ...]) -> bool:
    """Return whether *path* is a document by those settings; dot folders never count."""
    if not path.endswith(".md") or path.startswith(".") or "/." in path:
        return False
    folder, _, name = path.rpartition("/")
    wanted, unwanted = _names_in(folder, documents, ignore)
    return wanted.match(name) is not None and unwanted.match(name) is None


@lru_cache(maxsize=10_000)
def _names_in(
    folder: str, documents: tuple[str, ...], ignore: tuple[str, ...]
) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what the names of the documents of *folder* match, and of the files ignored there.

    A pattern of `ignore` without `/` is one of file names.
    """
    folders = folder.split("/") if folder else []
    wanted = (name for one in documents for name in _names(folders, one))
    bare = (one for one in ignore if "/" not in one)
    placed = (name for one in ignore if "/" in one for name in _names(folders, one))
    return _any_of(wanted), _any_of([*bare, *placed])


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Return what matches a name that one of the patterns *names* stands for."""
    found = list(map(fnmatch.translate, names))
    return re.compile("|".join(found)) if found else _NONE


def _names(folders: Sequence[str], pattern: str) -> list[str]:
    """Return what *pattern* asks of the name of a file in *folders*: nothing, if it is elsewhere.

    `*` stays within a folder.
    """
    parts = _parts(pattern)
    if not parts:
        return []
    *above, last = parts
    if last != "**":
        return [last] if _match(folders, above) else []
    if _match(folders, parts):
        return ["*"]
    return _names(folders, "/".join(above))


@cache
def _parts(pattern: str) -> tuple[str, ...]:
    return tuple(part for part in pattern.split("/") if part)


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
