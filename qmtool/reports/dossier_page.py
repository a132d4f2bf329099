"""What the pages of an audit file are made of: plain values, and one template for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

from qmtool import __version__
from qmtool.model.text import Text
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw
from qmtool.reports.terminal import safe

TEMPLATE = "_dossier/page.html.j2"
"""The template of every page but the gap report, shipped or, by the same name, of the centre."""


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


def drawn(
    pages: Mapping[str, Page], frame: Frame, language: Language, draw: Draw
) -> dict[str, str]:
    """Return *pages*, which need no other file but the pictures of their document, as HTML."""
    alike = {
        "frame": _plain(frame),
        "language": language.code,
        "words": {
            "parts": language.gettext("Parts of the audit file"),
            "made_by": language.gettext("Made by qm {version}").format(version=__version__),
        },
    }
    every = ({"page": _plain(one), **alike} for one in pages.values())
    return dict(zip(pages, draw(TEMPLATE, every), strict=True))


def _plain(value: Any) -> Any:
    """Return *value* as texts, lists and mappings: a template is handed nothing else."""
    if isinstance(value, str) or value is None:
        return value
    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(one) for name, one in value._asdict().items()}
    return [_plain(one) for one in value]
