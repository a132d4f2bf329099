"""Where the shipped data stands, in a wheel or in a checkout."""

from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


@cache
def shipped(name: str) -> Path:
    """Return the folder of shipped data called *name* (`referentials` or `templates`)."""
    packaged = PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else PACKAGE.parent / name


def schema_path(name: str) -> Path:
    """Return the JSON Schema of the file format called *name*."""
    return PACKAGE / "schemas" / f"{name}.schema.json"


def locale_folder() -> Path:
    """Return the folder of the gettext catalogues."""
    return PACKAGE / "locale"
