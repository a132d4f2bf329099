"""What the pages of an audit file are made of: plain values, and one template for all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from qmtool import __version__
from qmtool.model.text import Text
from qmtool.reports.language import Language
from qmtool.reports.sandbox import sandbox
from qmtool.reports.terminal import safe
from qmtool.resources import shipped

if TYPE_CHECKING:
    from jinja2 import Environment


class Bit(NamedTuple):
    """A piece of a cell: what it says, where it leads, and what stands small beside it."""

    text: str
    href: str = ""
    note: str = ""
    tone: str = ""


Cell = Sequence[Bit]


class Table(NamedTuple):
    """A table; each cell holds one piece a line, and the first one names its row.

    The style knows the widths of its columns by its *name*.
    """

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Section:
    """A part of a page: sentences, a table, a text as it was written, safe HTML of a document."""

    title: str = ""
    anchor: str = ""
    sentences: Sequence[str] = ()
    links: Sequence[Bit] = ()
    table: Table | None = None
    written: str = ""
    body: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Page:
    """A page: *facts* tell what it is about, *running* what each printed sheet says of it."""

    title: str
    sections: Sequence[Section]
    name: str = ""
    facts: Sequence[tuple[str, str]] = ()
    banner: Sequence[str] = ()
    running: str = ""
    top: str = ""
    contents: Sequence[Bit] = field(default_factory=tuple)


class Frame(NamedTuple):
    """What every page shows: whose file it is, its parts, and from what it was made."""

    eyebrow: str
    parts: Sequence[Bit]
    origin: str


def one(text: str, href: str = "", note: str = "", tone: str = "") -> Cell:
    """Return the cell that holds one piece, or none for an empty *text*."""
    return [Bit(safe(text), href, note, tone)] if text else []


def said(text: Text, language: Language) -> str:
    """Return *text* in *language*, safe to show."""
    return safe(language.render(text))


def render(page: Page, frame: Frame, language: Language) -> bytes:
    """Return *page* as a file that needs no other but the pictures of its document."""
    template = _environment().get_template("page.html.j2")
    drawn = template.render(
        page=page,
        frame=frame,
        language=language.code,
        words={
            "parts": language.gettext("Parts of the audit file"),
            "made_by": language.gettext("Made by qm {version}").format(version=__version__),
        },
    )
    return drawn.encode(errors="backslashreplace")


@cache
def _environment() -> "Environment":
    from jinja2 import FileSystemLoader

    environment = sandbox(autoescape=True)
    environment.loader = FileSystemLoader(shipped("templates") / "_dossier")
    environment.filters["css_text"] = css_text
    return environment


def css_text(text: str) -> str:
    """Return *text* as it stands between the quotes of a style, its signs written in codes."""
    return "".join(
        char if char.isascii() and (char.isalnum() or char in " .,:-_") else f"\\{ord(char):x} "
        for char in text
    )
