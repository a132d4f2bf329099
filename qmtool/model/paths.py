"""Paths inside a repository, as texts with `/`."""

from functools import lru_cache


def folder_of(path: str) -> str:
    """Return the folder that holds *path*, the top one as the empty text."""
    return path.rpartition("/")[0]


def join(folder: str, path: str) -> str | None:
    """Return *path* counted from *folder*, or from the top after `/`; None if it climbs out."""
    head, slash, name = path.rpartition("/")
    if name in ("", ".", ".."):
        return _walk(folder, path)
    top = _walk(folder, head + slash)
    return f"{top}/{name}" if top else None if top is None else name


@lru_cache(maxsize=1024)
def _walk(folder: str, path: str) -> str | None:
    """Return what `join` does, step by step; many links go through the same folders."""
    parts = folder.split("/") if folder and not path.startswith("/") else []
    for part in path.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
