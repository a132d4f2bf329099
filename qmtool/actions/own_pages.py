"""The centre's own templates in place of the shipped ones, wherever a page is drawn."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from qmtool import __version__
from qmtool.errors import SettingsError
from qmtool.model.text import say
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.repository.library import Library


def drawn_with(library: Library) -> Draw:
    """Return what makes pages: with a template of the centre of *library*, where it has one."""
    return partial(_draw, library)


def _draw(library: Library, name: str, every: Iterable[Mapping[str, Any]]) -> list[str]:
    own = library.own_template(name)
    if own is None:
        return shipped_pages(name, every)
    from qmtool.actions.render import render_each  # it loads Jinja: only where a page is drawn

    source, shown = own
    values = ({"qm_version": __version__, **one} for one in every)
    made = list(render_each(source, shown, values, autoescape=True))
    if not all(text.strip() for text in made):
        raise SettingsError(
            say(
                "{path}: the template makes an empty page; write what the page is to show, or "
                "remove the file, and the page is that of qm",
                path=shown,
            )
        )
    return made
