"""The revision table of a document: what its history says, and what the tags bear out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from qmtool.model.calendar import parse_day
from qmtool.model.commit import Commit
from qmtool.model.document import Document, HistoryRow, OnPaper
from qmtool.model.kind import Kind


class What(StrEnum):
    """What a row of the history tells; the names are those of the tags' meanings."""

    RELEASED = "released"
    ADOPTED = "adopted"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    REINSTATED = "reinstated"


ABOUT_A_DRAFT = ("reviewed", "approved")
"""The meanings of the tags that go before a release."""


@dataclass(frozen=True)
class Mark:
    """What a tag of qm says: *ref* without `refs/tags/`, who made it, and of which decision.

    *person* decided; where that was on paper, *signer* recorded it, with *medium* and *proof*.
    *has_signature* says that one is there, not that it is good: only `qm verify` tells that.
    """

    ref: str
    commit: str
    meaning: str
    version: str
    signer: str
    name: str
    person: str
    moment: str
    effective: str
    digest: str = ""
    reason: str = ""
    medium: str = ""
    proof: str = ""
    has_signature: bool = False

    @property
    def days(self) -> tuple[str, str]:
        """Return the days that may stand in the history for it: of the decision, of the tag."""
        return self.effective, self.moment[:10]


@dataclass(frozen=True)
class Revision:
    """A row of the revision table; *version* is the one it is about, *mark* its tag if there.

    *decisions* are the reviews and approvals that went before it.
    """

    what: What
    version: str
    row: HistoryRow
    mark: Mark | None = None
    decisions: tuple[Mark, ...] = ()

    @property
    def day(self) -> str:
        """Return the day of the row as it is written: adopted ones keep what was found."""
        row = self.row
        return row.date or row.reviewed or row.withdrawn or row.reinstated

    @property
    def people(self) -> tuple[str, ...]:
        """Return who decided it: the approvers of a version, else who confirmed or withdrew."""
        return self.row.approvers if self.row.version else tuple(filter(None, [self.row.by]))

    def on_paper(self, person: str) -> OnPaper | None:
        """Return where the proof lies of what *person* gave on paper, None if on none."""
        return next((one for one in self.row.declared if one.by == person), None)


@dataclass(frozen=True)
class History:
    """Everything there is to tell of a document's past, and of the draft that follows.

    *names* are those of people by id; *drafts* the commits since the last version, the newest
    first, None where they cannot be read; *pending* the decisions about the draft at hand. *kind*
    is that of an entry of a register, which has states and no versions.
    """

    document: Document
    revisions: tuple[Revision, ...]
    in_force: str
    on: date
    names: Mapping[str, str] = field(default_factory=dict)
    drafts: tuple[Commit, ...] | None = ()
    uncommitted: bool = False
    pending: tuple[Mark, ...] = ()
    kind: Kind | None = None


def version_in_force(document: Document, on: date) -> str:
    """Return the version of *document* that its history puts in force on the day, if any."""
    if document.status == "withdrawn":
        return ""
    found = ""
    for row in document.releases():
        day = parse_day(row.in_force_from)
        if day is not None and day <= on:
            found = row.version
    return found


def revisions(document: Document, marks: Sequence[Mark]) -> Iterator[Revision]:
    """Yield the rows of *document*'s history, each with the tags among *marks* that tell of it."""
    free = list(marks)
    version = ""
    for row in document.history:
        what = _what(row)
        if what is None:
            continue
        version = row.version or version
        mark = next((one for one in free if _tells_of(one, what, version, row)), None)
        if mark is not None:
            free.remove(mark)
        before = (
            tuple(
                one
                for one in free
                if one.meaning in ABOUT_A_DRAFT
                and (one.version, one.digest) == (row.version, row.digest)
            )
            if row.version
            else ()
        )
        yield Revision(what, version, row, mark, before)


def _what(row: HistoryRow) -> What | None:
    if row.version:
        return What.ADOPTED if row.origin == "adopted" else What.RELEASED
    if row.reviewed:
        return What.CONFIRMED
    if row.withdrawn:
        return What.WITHDRAWN
    return What.REINSTATED if row.reinstated else None


def _tells_of(mark: Mark, what: What, version: str, row: HistoryRow) -> bool:
    """Return whether *mark* is the tag of that row."""
    if mark.meaning != what.value or mark.version != version:
        return False
    if row.version:
        return True
    day = row.reviewed or row.withdrawn or row.reinstated
    return day in mark.days and row.by in ("", mark.person, mark.signer)


def pending(document: Document, marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Return the reviews and approvals of the text at hand, which no version carries yet."""
    told = {row.version for row in document.releases()}
    return tuple(
        one
        for one in marks
        if one.meaning in ABOUT_A_DRAFT
        and one.version not in told
        and one.digest == document.digest
    )
