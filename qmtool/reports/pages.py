"""Pages of HTML from templates: those that ship, unless who asks draws with others."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from qmtool import __version__
from qmtool.reports.sandbox import sandbox
from qmtool.resources import shipped

if TYPE_CHECKING:
    from jinja2 import Template

Draw = Callable[[str, Iterable[Mapping[str, Any]]], list[str]]
"""What makes pages with a template, named by its path below `templates/`: one of each values."""


def shipped_pages(name: str, every: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the pages that the shipped template called *name* makes of *every* values."""
    template = _shipped(name)
    return [template.render({"qm_version": __version__, **values}) for values in every]


@cache
def _shipped(name: str) -> "Template":
    path = shipped("templates") / name
    return sandbox(autoescape=True).from_string(path.read_text(encoding="utf-8"))
