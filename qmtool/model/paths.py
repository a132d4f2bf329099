"""Paths inside a repository, as texts with `/`."""


def path_from(document: str, written: str) -> str | None:
    """Return the path that *written* names from the folder of *document*; None if it climbs out."""
    parts = [] if written.startswith("/") else document.split("/")[:-1]
    for part in written.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
