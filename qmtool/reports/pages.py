"""A page of HTML from one of the shipped templates of reports."""

from typing import Any

from qmtool import __version__
from qmtool.reports.sandbox import sandbox
from qmtool.resources import shipped


def page(name: str, **values: Any) -> str:
    """Return the page that the shipped template called *name* makes of *values*."""
    path = shipped("templates") / "_reports" / name
    template = sandbox(autoescape=True).from_string(path.read_text(encoding="utf-8"))
    return template.render({"qm_version": __version__, **values})
