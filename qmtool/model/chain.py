"""The chain of a record: what it comes from and what came of it, by the fields that name others.

A record that changed nothing leaves a loop open; the chain shows where it was closed: the action,
the version or the training that fixed the cause, and the check that it worked.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from qmtool.model.document import Document
from qmtool.model.label import Label
from qmtool.model.project import Project
from qmtool.model.revision import version_in_force
from qmtool.model.workflow import state_of

MAX_DEPTH = 5
"""How many documents away from its record a chain goes."""

MAX_WIDTH = 8
"""With more neighbours than this, another document is an end: a review names all the actions."""


class Node(NamedTuple):
    """A document of a chain as it stands; *document* is None where nothing has the identifier.

    *state* is that of a record. A controlled document has a *version* in force, or none.
    """

    identifier: str
    document: Document | None = None
    state: str = ""
    label: Label | None = None
    version: str = ""
    is_controlled: bool = False


class Edge(NamedTuple):
    """A *field* in which the document *source* names the document *target*."""

    source: str
    field: str
    target: str


class Branch(NamedTuple):
    """A node as it is reached: by the field of a document that names it, or that it names.

    *back* says that it is the node which names the document before. *more* counts the others around
    it where they are too many to follow.
    """

    node: Node
    field: Label
    back: bool
    branches: "Sequence[Branch]" = ()
    more: int = 0


@dataclass(frozen=True)
class Chain:
    """All the *edges* between the *nodes* of a chain, and a tree of *branches* from its record."""

    branches: Sequence[Branch] = ()
    edges: Sequence[Edge] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)


def chain(links: "Links", document: Document) -> Chain:
    """Return the chain of *document*."""
    walk = _Walk(links, {document.name})
    branches, _ = walk.from_node(document.name, MAX_DEPTH, is_first=True)
    edges = [
        one for name in walk.seen for one in links.out.get(name, ()) if one.target in walk.seen
    ]
    nodes = {name: links.node(name) for name in walk.seen}
    return Chain(branches, sorted(edges), nodes)


class Links:
    """The fields by which the documents of a project name each other, seen from both ends."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _edges(self) -> Sequence[Edge]:
        return [
            Edge(document.name, field, identifier)
            for document in self.project.documents
            for kind_of_field in ("reference", "references")
            for field, identifier in document.names.get(kind_of_field, ())
        ]

    @cached_property
    def out(self) -> Mapping[str, Sequence[Edge]]:
        """Return the fields of each document that name others."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges:
            found[edge.source].append(edge)
        return found

    @cached_property
    def into(self) -> Mapping[str, Sequence[Edge]]:
        """Return the fields of others that name each document."""
        found: dict[str, list[Edge]] = defaultdict(list)
        for edge in self._edges:
            found[edge.target].append(edge)
        return found

    def node(self, identifier: str) -> Node:
        """Return the document *identifier* as it stands on the day."""
        project = self.project
        document = project.by_id.get(identifier) or project.by_path.get(identifier)
        if document is None:
            return Node(identifier)
        kind = project.kind_of(document)
        if kind is None or kind.controlled:
            version = version_in_force(document, project.on)
            return Node(identifier, document, version=version, is_controlled=True)
        if not kind.steps:
            return Node(identifier, document)
        state = state_of(document, kind)
        return Node(identifier, document, state, kind.states[state].label)

    def around(self, name: str) -> Iterator[tuple[Edge, str]]:
        """Yield each edge of a document with its other end; of two to the same, its own first."""
        own = [(one, one.target) for one in self.out.get(name, ())]
        others = [(one, one.source) for one in self.into.get(name, ())]
        told = {name}
        for edge, other in (*own, *others):
            if other not in told:
                told.add(other)
                yield edge, other

    def label(self, edge: Edge) -> Label:
        """Return what people call the field of *edge*."""
        document = self.node(edge.source).document
        kind = self.project.kind_of(document) if document else None
        return kind.field_label(edge.field) if kind else Label.read(edge.field)

    def day(self, name: str) -> date:
        """Return the day of a record: what came first is shown first, documents last."""
        document = self.node(name).document
        return (document.date if document else None) or date.max


class _Walk:
    """Goes from a document to those around it, to each one once."""

    def __init__(self, links: Links, seen: set[str]) -> None:
        self.links = links
        self.seen = seen

    def from_node(self, name: str, depth: int, *, is_first: bool) -> tuple[list[Branch], int]:
        """Return the branches of the document *name*, and how many more there would be.

        What is under control is an end: many records name a procedure, of many loops.
        """
        if not depth or (self.links.node(name).is_controlled and not is_first):
            return [], 0
        found = [(edge, other) for edge, other in self.links.around(name) if other not in self.seen]
        if len(found) > MAX_WIDTH and not is_first:
            return [], len(found)
        found.sort(key=lambda one: (self.links.day(one[1]), one[1]))
        self.seen |= {other for _, other in found}
        return [self._branch(edge, other, depth - 1) for edge, other in found], 0

    def _branch(self, edge: Edge, name: str, depth: int) -> Branch:
        """Return what the document *name*, at an end of *edge*, leads to."""
        under, more = self.from_node(name, depth, is_first=False)
        return Branch(
            self.links.node(name), self.links.label(edge), edge.source == name, under, more
        )
