"""Documents: one Markdown file and its front matter."""

import datetime
import marshal
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple, Self, overload

from qmtool.model.diagnostic import Fault, Location
from qmtool.model.outline import Aims, Heading, Link, Outline, targets_of, unpack_outline
from qmtool.model.version import Version

_UNREADABLE = frozenset(("unread-file", "unreadable-file", "unreadable-front-matter"))
"""The rules whose faults mean that what a file says is not known whole."""


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


Names = Mapping[str, Sequence[tuple[str, str]]]
"""What fields name that stands elsewhere, by their type: the field and each of its values."""

HISTORY = "history"
"""The type under which `Names` tells who decided, by the rows of the history."""


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


class History(Sequence[HistoryRow]):
    """The rows of a history, packed until one is asked for."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed

    @cached_property
    def _held(self) -> tuple[HistoryRow, ...]:
        rows = marshal.loads(self._packed)  # noqa: S302 - of `pack_history`
        return tuple(map(_row, rows))

    @overload
    def __getitem__(self, index: int) -> HistoryRow: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[HistoryRow, ...]: ...

    def __getitem__(self, index: int | slice) -> HistoryRow | tuple[HistoryRow, ...]:
        return self._held[index]

    def __len__(self) -> int:
        return len(self._held)

    def __bool__(self) -> bool:
        return bool(self._packed)

    def __iter__(self) -> Iterator[HistoryRow]:
        return iter(self._held)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._held == tuple(other)

    def __hash__(self) -> int:
        return hash(self._held)


_OF_STEPS = ("line", "state", "date", "by", "comment")


def pack_history(rows: Sequence[HistoryRow]) -> bytes:
    """Return *rows* as `History` takes them, empty for none."""
    return marshal.dumps([_plain(row) for row in rows], 2) if rows else b""


def _plain(row: HistoryRow) -> tuple[Any, ...]:
    """Return *row* as plain data: of a step of a record only what it has, as there are many."""
    step = tuple(getattr(row, name) for name in _OF_STEPS)
    if row == HistoryRow(**dict(zip(_OF_STEPS, step, strict=True))):
        return step
    return *row[:-1], [tuple(one) for one in row.declared]


def _row(packed: tuple[Any, ...]) -> HistoryRow:
    """Return the row that `_plain` gave."""
    if len(packed) == len(_OF_STEPS):
        return HistoryRow(**dict(zip(_OF_STEPS, packed, strict=True)))
    *kept, declared = packed
    return HistoryRow._make((*kept, tuple(map(OnPaper._make, declared))))


def pack_values(values: Mapping[str, Any]) -> bytes:
    """Return *values* as `Values` takes them, empty for none."""
    return marshal.dumps(dict(values), 2) if values else b""


_NOTHING: Sequence[tuple[str, Mapping[str, Any]]] = tuple(
    (name, {}) for name in ("aims", "answers", "values", "names")
)
"""The fields of a `Document` that its class has no value of."""

WHOLE = 0
"""The line under which `Document.answers` keeps the digest of the whole text."""


@dataclass(frozen=True)
class Document:
    """One Markdown file and its front matter; dates are texts until they are known to be days.

    *health* are the doses and the fitness told beside names, *wording* the discouraged words of the
    title and the headings of a draft. *codes* may be ids that the text names, bare; *answers* are
    digests of what the text says, by the lines of the marks of its sections; *values* what the
    fields of its kind hold, where that is of the right type, and *names* what they name; nothing
    more is to come of a record that *is_done*; *measured* is the end of the last period of which
    one that keeps values over time has one. *anchor_lines* are all
    that a link may name, each between two line ends, *aims* where its links lead. Its
    headings, its links and the places of its keys are packed in *outline* until something is said
    about them: few documents of thousands need it.
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
    history: Sequence[HistoryRow] = ()
    attachments: tuple[Attachment, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    suppressions: tuple[Suppression, ...] = ()
    anchor_lines: str = ""
    aims: Aims = field(default_factory=dict)
    outline: bytes = b""
    faults: tuple[Fault, ...] = ()
    health: tuple[Statement, ...] = ()
    wording: tuple[Use, ...] = ()
    codes: tuple[str, ...] = ()
    auditors: tuple[str, ...] = ()
    assessed: tuple[Assessed, ...] = ()
    answers: Mapping[int, int] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Names = field(default_factory=dict)
    is_done: bool = False
    digest: str = ""

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        """Return the document with those *fields*, of the right types; others are as by default.

        It takes *fields* over, few of many: the cache makes thousands of documents.
        """
        document = object.__new__(cls)
        for name, nothing in _NOTHING:
            fields.setdefault(name, nothing)
        object.__setattr__(document, "__dict__", fields)
        return document

    @property
    def anchors(self) -> Sequence[str]:
        """Return all that a link may name."""
        return self.anchor_lines.split("\n")[1:-1]

    @property
    def headings(self) -> tuple[Heading, ...]:
        """Return the headings, in order."""
        return self._outline.headings

    @property
    def links(self) -> tuple[Link, ...]:
        """Return the links and images, in order."""
        return self._outline.links

    @property
    def targets(self) -> tuple[str, ...]:
        """Return what the links and images lead to, as written, in order; it is not kept."""
        return targets_of(self.outline, self.aims)

    @property
    def key_places(self) -> Mapping[str, tuple[int, int]]:
        """Return the line and column of each key of the front matter."""
        return self._outline.keys

    @cached_property
    def _outline(self) -> Outline:
        return unpack_outline(self.outline, self.anchors, self.aims)

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
        return self._releases if self.history else ()

    @cached_property
    def _releases(self) -> tuple[HistoryRow, ...]:
        return tuple([row for row in self.history if row.version])

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
