"""Documents: one Markdown file and its front matter."""

import datetime
import marshal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self

from qmtool.model.diagnostic import Fault, Location
from qmtool.model.version import Version

_UNREADABLE = frozenset(("unread-file", "unreadable-file", "unreadable-front-matter"))
"""The rules whose faults mean that what a file says is not known whole."""


class Heading(NamedTuple):
    """A heading, with the anchor that GitHub gives it."""

    level: int
    text: str
    anchor: str
    line: int


class Link(NamedTuple):
    """A link or an image of the body, with its target as written."""

    is_image: bool
    target: str
    line: int
    column: int


class Declaration(NamedTuple):
    """A written reference to a requirement: by the whole document, or by one of its sections.

    *marker* is the word of a short mark such as `[13485:4.2.4]`, whose referential is then the
    one that `markers:` of `qm.yaml` gives; *section* is the heading the mark stands under.
    """

    referential: str
    requirement: str
    line: int
    column: int
    section: str | None = None
    marker: bool = False


def halves(written: str) -> tuple[str, str]:
    """Return the referential and the requirement of *written*: `iso-9001-2015:7.5.2`."""
    referential, _, requirement = written.partition(":")
    return referential.strip(), requirement.strip()


class Suppression(NamedTuple):
    """A `qm: allow` mark: which rule, on which lines, until when, by whom and why.

    *line* and *column* are those of the mark itself.
    """

    rule: str
    first_line: int
    last_line: int
    until: datetime.date | None
    by: str
    reason: str
    line: int = 1
    column: int = 1


class OnPaper(NamedTuple):
    """An approval that was given on paper or by mail, and where the proof of it lies."""

    by: str
    on: str
    medium: str
    proof: str


class HistoryRow(NamedTuple):
    """One row of a document's history.

    A release or an adoption has a *version*; a review without change, a withdrawal and its
    contrary have the day on which they were decided, and *by* whom. A row of a record has the
    *state* that it entered on a *date*.
    """

    line: int
    version: str = ""
    date: str = ""
    effective: str = ""
    origin: str = ""
    imported: str = ""
    authors: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    summary: str = ""
    digest: str = ""
    reviewed: str = ""
    by: str = ""
    reviewers: tuple[str, ...] = ()
    withdrawn: str = ""
    reinstated: str = ""
    reason: str = ""
    successor: str = ""
    state: str = ""
    comment: str = ""
    declared: tuple[OnPaper, ...] = ()

    @property
    def in_force_from(self) -> str:
        """Return the day from which the version applies, as written."""
        return self.effective or self.date


class Attachment(NamedTuple):
    """A file that a document introduces, with the SHA-256 it had when released."""

    file: str
    sha256: str
    line: int


class Statement(NamedTuple):
    """A dose or a fitness, where it stands, and the names on its line.

    *titled* says that one of them follows a title such as Mme, so that it is a person's; *names*
    are runs of words with a capital, among which may be a person of the centre.
    """

    line: int
    column: int
    titled: bool
    names: tuple[str, ...]


class Assessed(NamedTuple):
    """A line of an audit or a self-assessment: what it says of one requirement.

    *grade* is the id of a grade of the referential, *score* the number of one; without either,
    there was nothing to report. *site* is empty where every site was seen. A finding that was
    answered is *closed* on a day.
    """

    referential: str
    requirement: str
    line: int
    column: int
    grade: str = ""
    score: int | None = None
    site: str = ""
    closed: datetime.date | None = None


class Use(NamedTuple):
    """A discouraged *word* of a *language*, where it stands, and the *preferred* ones.

    *term* is the id of the term of the glossary that discourages it.
    """

    line: int
    column: int
    language: str
    word: str
    preferred: str
    term: str


class Named(NamedTuple):
    """What a field of a *type* names: another document, a person or a requirement."""

    type: str
    field: str
    value: str


class Values(Mapping[str, Any]):
    """What the fields of a document hold, packed until something is asked of it."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def _held(self) -> dict[str, Any]:
        held: dict[str, Any] = (
            marshal.loads(self._packed) if self._packed else {}  # noqa: S302 - of `pack_values`
        )
        return held

    def __getitem__(self, key: str) -> Any:
        return self._held[key]

    def __contains__(self, key: object) -> bool:
        return key in self._held

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)


def pack_values(values: Mapping[str, Any]) -> bytes:
    """Return *values* as `Values` takes them, empty for none."""
    return marshal.dumps(dict(values), 2) if values else b""


WHOLE = 0
"""The line under which `Document.answers` keeps the digest of the whole text."""


def pack_outline(
    headings: Sequence[Heading], links: Sequence[Link], keys: Mapping[str, tuple[int, int]]
) -> bytes:
    """Return *headings*, *links* without their targets and *keys* as `Document.outline` does."""
    places = [(link.is_image, link.line, link.column) for link in links]
    return marshal.dumps(([tuple(one) for one in headings], places, dict(keys)), 2)


@dataclass(frozen=True)
class Document:
    """One Markdown file and its front matter; dates are texts until they are known to be days.

    *health* are the doses and the fitness told beside names, *wording* the discouraged words of the
    title and the headings of a draft. *codes* may be ids that the text names, bare; *answers* are
    digests of what the text says, by the lines of the marks of its sections; *values* what the
    fields of its kind hold, where that is of the right type, and *names* what they name; nothing
    more is to come of a record that *is_done*; *measured* is the end of the last period of which
    one that keeps values over time has one. *anchor_lines* are all
    that a link may name, each between two line ends, *targets* what its links and images lead to,
    in order. The rest of its headings and links, and the places of its keys, are packed in
    *outline* until something is said about them: few documents of thousands need it.
    """

    path: str
    identifier: str = ""
    title: str = ""
    kind: str = ""
    process: str = ""
    owner: str = ""
    sites: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    version: str = ""
    status: str = ""
    date: datetime.date | None = None
    measured: datetime.date | None = None
    effective: datetime.date | None = None
    next_review: datetime.date | None = None
    history: tuple[HistoryRow, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    anchor_lines: str = ""
    targets: tuple[str, ...] = ()
    outline: bytes = b""
    faults: tuple[Fault, ...] = ()
    health: tuple[Statement, ...] = ()
    wording: tuple[Use, ...] = ()
    codes: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    assessed: tuple[Assessed, ...] = ()
    answers: Mapping[int, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    names: tuple[Named, ...] = ()
    is_done: bool = False
    digest: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Self:
        """Return the document with those *fields*, of the right types; others are as by default.

        It sets the fields that are given, few of many: the cache makes thousands of documents.
        """
        document = object.__new__(cls)
        put = object.__setattr__
        put(document, "answers", {})
        put(document, "values", {})
        for name, value in fields.items():
            put(document, name, value)
        return document

    @property
    def anchors(self) -> Sequence[str]:
        """Return all that a link may name."""
        return self.anchor_lines.split("\n")[1:-1]

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Return the headings, in order."""
        return tuple(map(Heading._make, self._outline[0]))

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """Return the links and images, in order."""
        places = self._outline[1]
        pairs = zip(self.targets, places, strict=True)
        return tuple(Link(is_image, target, *place) for target, (is_image, *place) in pairs)

    @cached_property
    def key_places(self) -> Mapping[str, tuple[int, int]]:
        """Return the line and column of each key of the front matter."""
        places: Mapping[str, tuple[int, int]] = self._outline[2]
        return places

    @cached_property
    def _outline(self) -> tuple[Any, Any, Any]:
        unpacked: tuple[Any, Any, Any] = (
            marshal.loads(self.outline)  # noqa: S302 - packed by `pack_outline`
            if self.outline
            else ((), (), {})
        )
        return unpacked

    def at(self, key: str) -> Location:
        """Return where the front-matter *key* stands, or the top of the file."""
        return Location(self.path, *self.place(key))

    def place(self, key: str) -> tuple[int, int]:
        """Return the line and column of the front-matter *key*, or the top of the file."""
        return self.key_places.get(key, (1, 1))

    @property
    def name(self) -> str:
        """Return what to call the document in a message: its id, or its path without one."""
        return self.identifier or self.path

    @property
    def is_readable(self) -> bool:
        """Return whether nothing kept its file, or its front matter, from being read whole."""
        return not any(one.rule in _UNREADABLE for one in self.faults)

    def releases(self) -> tuple[HistoryRow, ...]:
        """Return the rows of its history that are versions, oldest first."""
        return tuple(row for row in self.history if row.version) if self.history else ()

    def last_release(self) -> HistoryRow | None:
        """Return the row of its latest version, or None before the first."""
        rows = self.releases()
        return rows[-1] if rows else None

    def is_intact(self) -> bool:
        """Return whether the text is that of its latest version, by the digest of that row."""
        last = self.last_release()
        return last is not None and last.digest == self.digest

    def released_version(self) -> Version | None:
        """Return the latest released version, or None."""
        last = self.last_release()
        return Version.parse(last.version) if last else None
