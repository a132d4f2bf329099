"""Which files may go with a text that is published or handed to an auditor: none that runs."""

_PICTURES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp"))
_SCRIPTED = ".svg"
"""A picture that may hold a script: a page that shows it runs none, opening it alone would."""
_PAPERS = frozenset(
    (
        *(".pdf", ".txt", ".csv", ".rtf", ".tif", ".tiff"),
        *(".doc", ".docx", ".odt", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp"),
    )
)


def may_be_shown(path: str) -> bool:
    """Return whether a page may show the file at *path* as a picture."""
    return _extension(path) in _PICTURES or _extension(path) == _SCRIPTED


def may_be_opened(path: str) -> bool:
    """Return whether a page may link to the file at *path*: no browser runs what it holds."""
    return _extension(path) in _PICTURES | _PAPERS


def _extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""
