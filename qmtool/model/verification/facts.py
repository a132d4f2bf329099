"""Facts about a history, read from Git, and what `qm verify` says of them: plain data."""

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from qmtool.model.document import Document
from qmtool.model.settings import Policy
from qmtool.model.text import Text
from qmtool.model.verification.checks import CHECKS
from qmtool.model.version import Version

SKEW = 300
"""By how many seconds the clocks of two machines may differ."""

RELEASED, ADOPTED = "released", "adopted"
REVIEWED, APPROVED = "reviewed", "approved"
CONFIRMED, WITHDRAWN, REINSTATED = "confirmed", "withdrawn", "reinstated"
OF_A_DRAFT = (REVIEWED, APPROVED)
OF_A_VERSION = (CONFIRMED, WITHDRAWN, REINSTATED)


@cache
def _number(version: str) -> int:
    found = Version.parse(version)
    return found.major if found and not found.minor else 0


class Statement(NamedTuple):
    """What a tag says: a release or a decision. *fault* names what is wrong with its form.

    *document* and *version* are those of the name of the tag, the payload's may differ. What
    *is_adopted* came from elsewhere.
    """

    ref: str
    oid: str
    document: str
    version: str
    is_decision: bool
    fault: str = ""
    commit: str = ""
    email: str = ""
    moment: int = 0
    date: datetime.datetime | None = None
    payload: Mapping[str, str] = MappingProxyType({})
    signed: bytes = b""
    signature: bytes = b""
    is_adopted: bool = False

    @property
    def tag(self) -> str:
        """Return the name of the tag as people type it."""
        return self.ref.removeprefix("refs/tags/")

    @property
    def number(self) -> int:
        """Return the N of the version N.0 of its name, 0 where it is none."""
        return _number(self.version)

    @property
    def meaning(self) -> str:
        """Return what was decided."""
        return self.payload.get("meaning", "")

    @property
    def person(self) -> str:
        """Return the id of who decided: the signer, or the person whom the signer speaks for."""
        return self.payload.get("person") or self.payload.get("signer", "")

    @property
    def makes_a_commit(self) -> bool:
        """Return whether `qm` made the commit of the tag, to change just that document."""
        if self.is_decision:
            return self.meaning in OF_A_VERSION
        return not self.is_adopted and self.document != "POLICY"

    @property
    def day(self) -> datetime.date:
        """Return the day of the tag, in its own offset."""
        return self.date.date() if self.date else datetime.date.min


class CommitFact(NamedTuple):
    """A commit that a tag names: who committed it, and when."""

    email: str
    moment: int


class Change(NamedTuple):
    """A file that a commit changes: its mode after, its blobs before and after (empty: none)."""

    mode: str
    before: str
    after: str


@dataclass(frozen=True)
class Facts:
    """The history of a branch up to *tip*, and the tags that speak of it.

    *order* holds every commit with its parents, the oldest first. *on_tip* are the commits up to
    *tip*, *on_branch* those up to any of the *tips* of the branch, here or as last fetched.
    *seen* is what the anchor knows. *policy* gives the policy of a commit, None if unreadable;
    *digest* that of the text of a blob, and *read_digests* reads those of many; *flaws* names what
    is wrong with each signature, and *key* the public key of one.
    """

    tip: str
    tips: tuple[str, ...]
    order: dict[str, tuple[str, ...]]
    on_tip: frozenset[str]
    on_branch: frozenset[str]
    statements: tuple[Statement, ...]
    commits: Mapping[str, CommitFact]
    changes: Mapping[str, Mapping[str, Change]]
    blobs: Mapping[tuple[str, str], str]
    seen: "Seen"
    now: int
    policy: Callable[[str], Policy | None]
    digest: Callable[[str], str]
    read_digests: Callable[[Iterable[str]], None]
    flaws: Callable[[Sequence[tuple[Statement, Policy]]], Sequence[str]]
    key: Callable[[Statement], str]

    @property
    def trusted(self) -> frozenset[str]:
        """Return the tag objects that need not be looked at again."""
        return self.seen.trusted


class Seen(NamedTuple):
    """What an earlier run saw: the last *commit*, and the *tags*, of which some are *trusted*."""

    commit: str = ""
    tags: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Tip:
    """The documents at the tip, the blob of each path, and the kinds that are controlled.

    *tagged* reads the document of any other blob, *prefetch* those of many together.
    """

    documents: tuple[Document, ...]
    blobs: Mapping[str, str]
    controlled: frozenset[str]
    review_months: int
    tagged: Callable[[str], Document | None]
    prefetch: Callable[[Iterable[str]], None]


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that does not hold: what was seen, of which tag, document or commit."""

    name: str
    message: Text
    tag: str = ""
    document: str = ""
    commit: str = ""

    @property
    def code(self) -> str:
        """Return the stable code of the check."""
        return CHECKS[self.name].code

    @property
    def promise(self) -> Text:
        """Return which promise is broken."""
        return CHECKS[self.name].promise

    @property
    def fix(self) -> Text:
        """Return what to do."""
        named = (("tag", self.tag), ("document", self.document), ("commit", self.commit))
        return Text(CHECKS[self.name].fix.message, named)


def violation(name: str, one: Statement, message: Text) -> Violation:
    """Return the violation of the check *name* by the tag *one*."""
    return Violation(name, message, one.tag, one.document, one.commit)


@dataclass(frozen=True)
class Verdict:
    """What a run of `qm verify` found."""

    level: int
    branch: str
    commit: str
    releases: int
    decisions: int
    violations: tuple[Violation, ...]
    notes: tuple[Text, ...]
    signed: int = 0
    anchor: Mapping[str, object] = field(default_factory=dict)
    """The anchor as it was before the run."""
    next_anchor: Mapping[str, object] = field(default_factory=dict)
    """What the next run is compared with; empty unless the history is sound."""

    @property
    def is_sound(self) -> bool:
        """Return whether every promise holds."""
        return not self.violations
