"""Referentials: one version of one scheme, as chapters and requirements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.label import Label
from qmtool.model.text import Text, say

VERIFIED_FOR_MONTHS = 12
"""After this many months a referential says first that nobody compared it with its source."""

TYPES = (
    "certification",
    "label",
    "accreditation",
    "regulation",
    "standard",
    "audit",
    "individual",
    "context",
    "draft",
)
UNJUDGED = ("context", "draft")
"""Types that ask nothing of a centre: there is no gap against them."""

ENTITY_WORDS: Mapping[str, Text] = {
    "office": say("private practice"),
    "establishment": say("health establishment"),
    "group": say("group"),
}
"""Types of organisation, as `qm.yaml` writes them, in words."""

ENTITIES = tuple(ENTITY_WORDS)

NO_TEXT = Label("", "")


class Applies(NamedTuple):
    """Where something applies; an empty list restricts nothing."""

    activities: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()


class Event(NamedTuple):
    """Something that happened to a version of a scheme, on a day, in a month or in a year."""

    on: str
    what: Label


class Cycle(NamedTuple):
    """How many months the result of an audit is worth something; None: no end, or no check."""

    validity_months: int | None = None
    check_months: int | None = None
    first_months: int | None = None
    note: Label = NO_TEXT


class Grade(NamedTuple):
    """What an auditor may call a finding; *conforms* goes with a *score*."""

    identifier: str
    label: Label
    blocking: bool = False
    score: int | None = None
    conforms: bool = False


class Statement(NamedTuple):
    """What a professional body says about a scheme, as its own words and not those of `qm`."""

    by: Label
    says: Label
    on: str = ""
    source: str = ""


class ApplicabilityRule(NamedTuple):
    """Whom a scheme binds or serves: the *level*, if every condition on the profile holds.

    The levels are mandatory, asked, recommended, optional and none.
    """

    level: str
    why: Label
    applies: Applies = Applies()
    interventional_from: int = 0
    holds: tuple[str, ...] = ()
    by: Label = NO_TEXT
    since: str = ""
    confidence: str = "high"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a referential; a node that is not *assessable* only groups others.

    *reference* is the text of law that an id of `qm`'s own stands for; *citation* is what is
    written before its number where that is not the word of the referential.
    """

    identifier: str
    title: Label
    parent: str = ""
    asks: Label = NO_TEXT
    assessable: bool = True
    official: bool = True
    reference: str = ""
    citation: Label | None = None
    described_by: tuple[str, ...] = ()
    proven_by: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    fresh_months: int | None = None
    applies: Applies = Applies()
    note: Label = NO_TEXT
    confidence: str = "high"
    source: str = ""


class Meant(Enum):
    """What a written reference turns out to name."""

    REQUIREMENT = "requirement"
    GROUP = "group"
    NOTHING = "nothing"


class Resolved(NamedTuple):
    """A written reference, resolved: the id it means, and the item letter it kept."""

    meant: Meant
    identifier: str = ""
    item: str = ""


@dataclass(frozen=True)
class Referential:
    """One version of one scheme, with its nodes in the order of the text."""

    identifier: str
    type: str
    title: Label
    completeness: str
    verified_on: date
    nodes: tuple[Requirement, ...]
    mandatory: bool = False
    issuer: str = ""
    dates: tuple[Event, ...] = ()
    superseded_by: str = ""
    predecessor: str = ""
    extends: str = ""
    cycle: Cycle = Cycle()
    grades: tuple[Grade, ...] = ()
    applies: Applies = Applies()
    scope: Label = NO_TEXT
    concerns: Label = NO_TEXT
    unit: Label = NO_TEXT
    basis: Label = NO_TEXT
    audited_by: Label = NO_TEXT
    evaluates: tuple[str, ...] = ()
    citation: Label = NO_TEXT
    applicability: tuple[ApplicabilityRule, ...] = ()
    statements: tuple[Statement, ...] = ()
    copyright: Label = NO_TEXT
    rated: bool = True
    confidence: str = "high"
    source: str = ""
    origin: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, Requirement]:
        """Return every node by its id."""
        return {node.identifier: node for node in self.nodes}

    @cached_property
    def assessable(self) -> tuple[Requirement, ...]:
        """Return the requirements that can be answered, in order."""
        return tuple(node for node in self.nodes if node.assessable)

    def resolve(self, written: str) -> Resolved:
        """Return what *written* names: `4.1.3a` means 4.1.3 and keeps its letter.

        The rule is that of `formats.md`: an id plus one lower-case letter that is not itself an
        id means the id.
        """
        item = ""
        node = self.by_id.get(written)
        if node is None and written[-1:].isascii() and written[-1:].islower():
            item = written[-1]
            node = self.by_id.get(written[:-1])
        if node is None:
            return Resolved(Meant.NOTHING)
        meant = Meant.REQUIREMENT if node.assessable else Meant.GROUP
        return Resolved(meant, node.identifier, item)

    def grade(self, identifier: str, score: int | None = None) -> Grade | None:
        """Return the grade called *identifier*, or without one that of *score*."""
        for grade in self.grades:
            if grade.identifier == identifier:
                return grade
            if not identifier and score is not None and grade.score == score:
                return grade
        return None

    def below(self, identifier: str) -> Iterator[Requirement]:
        """Yield the assessable requirements under the node *identifier*, itself included."""
        for node in self.assessable:
            if identifier in self.lineage(node.identifier):
                yield node

    def lineage(self, identifier: str) -> tuple[str, ...]:
        """Return *identifier* and the ids of the nodes above it, nearest first."""
        chain: dict[str, None] = {}
        while identifier in self.by_id and identifier not in chain:
            chain[identifier] = None
            identifier = self.by_id[identifier].parent
        return tuple(chain)

    def is_stale(self, on: date) -> bool:
        """Return whether its content was last compared with its source too long before *on*."""
        return on > add_months(self.verified_on, VERIFIED_FOR_MONTHS)

    def cite(self, identifier: str, *, below: str = "") -> Text:
        """Return how the node *identifier* is written in a sentence: « art. 6, repère qm b ».

        An id that is `qm`'s own is never written like a number of the text: it follows the number
        it stands under, or the article of law it stands for. Under the title of its parent,
        *below*, the mark is enough.
        """
        node = self.by_id.get(identifier)
        if node is None or node.official:
            return self._number(identifier)
        if node.reference and node.parent != below:
            return say("{place}, qm mark {mark}", place=node.reference, mark=identifier)
        above = self.by_id.get(node.parent)
        if above and above.official and identifier.startswith(f"{node.parent}."):
            mark = identifier.removeprefix(f"{node.parent}.")
            if node.parent == below:
                return say("qm mark {mark}", mark=mark)
            return say("{place}, qm mark {mark}", place=self._number(node.parent), mark=mark)
        return say("qm mark {mark}", mark=identifier)

    def full(self, identifier: str) -> Text:
        """Return what a person types for the node *identifier*, and how it is cited if need be."""
        name = f"{self.identifier}:{identifier}"
        node = self.by_id.get(identifier)
        if node is None or node.official:
            return Text("{name}", (("name", name),))
        return Text("{name} ({place})", (("name", name), ("place", self.cite(identifier))))

    def _number(self, identifier: str) -> Text:
        node = self.by_id.get(identifier)
        word = (node and node.citation) or self.citation
        if not any(word):
            return Text("{id}", (("id", identifier),))
        return Text("{word} {id}", (("word", word), ("id", identifier)))
