"""Referentials: one version of one scheme, as chapters and requirements."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from functools import cached_property
from typing import NamedTuple

from qmtool.model.calendar import add_months
from qmtool.model.label import Label

VERIFIED_FOR_MONTHS = 12
"""After this many months a referential says first that nobody compared it with its source."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a referential; a node that is not *assessable* only groups others."""

    identifier: str
    title: Label
    parent: str = ""
    asks: Label = Label("", "")
    assessable: bool = True
    official: bool = True
    described_by: tuple[str, ...] = ()
    proven_by: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    fresh_months: int | None = None
    activities: tuple[str, ...] = ()
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
    superseded_by: str = ""
    source: str = ""
    copyright: Label = Label("", "")
    activities: tuple[str, ...] = ()
    grades: Mapping[str, bool] = field(default_factory=dict)

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

    def below(self, identifier: str) -> Iterator[Requirement]:
        """Yield the assessable requirements under the node *identifier*, itself included."""
        for node in self.assessable:
            if identifier in self.lineage(node.identifier):
                yield node

    def lineage(self, identifier: str) -> tuple[str, ...]:
        """Return *identifier* and the ids of the nodes above it, nearest first."""
        chain: list[str] = []
        while identifier in self.by_id and identifier not in chain:
            chain.append(identifier)
            identifier = self.by_id[identifier].parent
        return tuple(chain)

    def is_stale(self, on: date) -> bool:
        """Return whether its content was last compared with its source too long before *on*."""
        return on > add_months(self.verified_on, VERIFIED_FOR_MONTHS)
