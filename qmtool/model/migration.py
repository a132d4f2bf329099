"""A migration: what the references to one referential become in the one that follows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from qmtool.errors import UsageError
from qmtool.model.crosswalk import Crosswalk, Reading, Relation
from qmtool.model.document import halves
from qmtool.model.referential import Meant, Referential, Requirement
from qmtool.model.text import Text, listing, say

_ASKS_NO_MORE = (Reading.SAME, Reading.PART)


def _asks_no_more(relation: Relation) -> bool:
    """Return whether what follows surely asks no more; the rule is that of what may be lent."""
    return relation.reading in _ASKS_NO_MORE or (
        relation.reading is Reading.ASKS_LESS and relation.confidence == "high"
    )


class Decision(StrEnum):
    """Who says what a reference becomes: the crosswalk, a person, or nobody yet."""

    CERTAIN = "certain"
    CHOSEN = "chosen"
    UNCERTAIN = "uncertain"


class Candidate(NamedTuple):
    """A requirement that may follow another, and what the crosswalk says of it."""

    requirement: Requirement
    reading: Reading
    confidence: str


@dataclass(frozen=True)
class Answer:
    """What a requirement becomes: *targets*, or one of *candidates* for a person to choose.

    *why* says what keeps it uncertain where the candidates do not.
    """

    identifier: str
    decision: Decision
    item: str = ""
    targets: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    why: Text | None = None


class Listed(NamedTuple):
    """One list of references that a document holds: in its front matter, or in a mark.

    Each of *entries* is as written and stands at the place of the same rank.
    """

    entries: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    section: str | None = None
    is_mark: bool = False


class Reference(NamedTuple):
    """A citation in a document; *becomes* is empty where its targets stand there already."""

    document: str
    path: str
    line: int
    column: int
    section: str | None
    written: str
    answer: Answer
    becomes: tuple[str, ...]


class Manual(NamedTuple):
    """A citation that is left to a person, and what would follow it."""

    path: str
    line: int
    column: int
    written: str
    why: Text
    answer: Answer | None = None


class Draft(NamedTuple):
    """A released document whose text changes: it becomes the draft of the next version."""

    document: str
    path: str
    version: str


class Left(NamedTuple):
    """A document that is left as it is, and why."""

    document: str
    path: str
    why: object


@dataclass(frozen=True)
class Migration:
    """What a migration rewrites, and what it leaves to people.

    *alone* counts the withdrawn and archived documents that cite the old referential.
    """

    old: Referential
    new: Referential
    references: tuple[Reference, ...] = ()
    by_hand: tuple[Manual, ...] = ()
    drafts: tuple[Draft, ...] = ()
    left: tuple[Left, ...] = ()
    alone: int = 0
    to_create: tuple[Requirement, ...] = ()
    notices: tuple[Text, ...] = ()

    def of(self, decision: Decision) -> tuple[Reference, ...]:
        """Return the references that were decided in that way."""
        return tuple(one for one in self.references if one.answer.decision is decision)

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is uncertain and no document had to be left."""
        return not (self.left or self.of(Decision.UNCERTAIN))


@dataclass(frozen=True)
class Guide:
    """What leads from *old* to *new*: a crosswalk, and the *choices* of a person before it."""

    crosswalk: Crosswalk
    old: Referential
    new: Referential
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def answer(self, written: str) -> Answer | None:
        """Return what the requirement *written* becomes, None where *old* has no such one."""
        resolved = self.old.resolve(written)
        if resolved.meant is Meant.NOTHING:
            return None
        identifier, item = resolved.identifier, resolved.item
        chosen = self.choices.get(identifier + item) or self.choices.get(identifier)
        if chosen:
            return Answer(identifier, Decision.CHOSEN, item, chosen)
        relations = list(self.crosswalk.related(identifier))
        if len(relations) == 1 and self._is_certain(identifier, relations[0]):
            return Answer(identifier, Decision.CERTAIN, item, relations[0].target)
        candidates, why = self._candidates(identifier, relations)
        return Answer(identifier, Decision.UNCERTAIN, item, (), candidates, why)

    def _is_certain(self, identifier: str, relation: Relation) -> bool:
        """Return whether who answers *identifier* answers the other end of its only *relation*.

        A regulation never is answered through a crosswalk.
        """
        ends = [self.new.by_id.get(one) for one in relation.target]
        return (
            relation.source == (identifier,)
            and _asks_no_more(relation)
            and relation.confidence != "low"
            and self.old.by_id[identifier].assessable
            and len(ends) == 1
            and all(end and end.assessable for end in ends)
            and self.new.type != "regulation"
        )

    def _candidates(
        self, identifier: str, relations: Sequence[Relation]
    ) -> tuple[tuple[Candidate, ...], Text | None]:
        """Return what may follow *identifier*, by *relations* or by those of the nearest above."""
        lineage = self.old.lineage(identifier)
        related = ((node, list(self.crosswalk.related(node))) for node in lineage)
        node, found = next(((node, one) for node, one in related if one), (identifier, []))
        candidates: dict[str, Candidate] = {}
        for relation in found:
            for one in self._expanded(relation):
                candidates.setdefault(one.requirement.identifier, one)
        if not candidates:
            return (), say("nothing follows it")
        return tuple(candidates.values()), self._why(identifier, node, relations)

    def _expanded(self, relation: Relation) -> Iterator[Candidate]:
        """Yield the assessable requirements that *relation* leads to, those below a group too."""
        for target in relation.target:
            for node in self.new.below(target):
                yield Candidate(node, relation.reading, relation.confidence)

    def _why(self, identifier: str, node: str, relations: Sequence[Relation]) -> Text | None:
        if node != identifier:
            return say("only {above}, above it, is in the crosswalk", above=node)
        if not self.old.by_id[identifier].assessable:
            return say("it is a title, which cannot be cited itself")
        if self.new.type == "regulation":
            return say("a regulation is never answered through a crosswalk")
        if any(len(one.source) > 1 for one in relations):
            return say("it is followed together with other requirements")
        return None


def between(crosswalks: Iterable[Crosswalk], old: str, new: str) -> Crosswalk:
    """Return the crosswalk from *old* to *new*, else the one the other way round, reversed.

    Raise UsageError where there is none.
    """
    pairs = {(one.source, one.target): one for one in crosswalks}
    found = pairs.get((old, new)) or pairs.get((new, old))
    if found is not None and old != new:
        return found.seen_from(old)
    others = sorted({end for pair in pairs if old in pair for end in pair} - {old})
    raise UsageError(
        say(
            "no crosswalk leads from {old} to {new}; from {old} one leads to: {others}. "
            "Write referentials/_crosswalks/{old}--{new}.yaml",
            old=old,
            new=new,
            others=listing(others) or "–",
        )
    )


def becoming(entries: Sequence[str], guide: Guide) -> list[tuple[str, ...]]:
    """Return what each of *entries*, the references of one list, becomes.

    An entry that stays is itself; one whose targets stand in the list already becomes nothing.
    """
    answers = [answer_to(entry, guide) for entry in entries]
    seen = {
        halves(entry)
        for entry, answer in zip(entries, answers, strict=True)
        if answer is None or not answer.targets
    }
    found: list[tuple[str, ...]] = []
    for entry, answer in zip(entries, answers, strict=True):
        if answer is None or not answer.targets:
            found.append((entry,))
            continue
        ends = [(guide.new.identifier, target) for target in answer.targets]
        found.append(tuple(f"{name}:{one}" for name, one in ends if (name, one) not in seen))
        seen.update(ends)
    return found


def answer_to(entry: str, guide: Guide) -> Answer | None:
    """Return what the *entry* of a list becomes, None where it is no requirement of the old."""
    referential, requirement = halves(entry)
    return guide.answer(requirement) if referential == guide.old.identifier else None


def to_create(guide: Guide, declared: Iterable[str], excluded: Iterable[str]) -> list[Requirement]:
    """Return what the new referential asks and the old did not, but for what is *declared*.

    What stands below one of *excluded* does not concern the centre.
    """
    answered, away = set(declared), set(excluded)
    asked = {
        node.identifier: node for name in guide.crosswalk.new for node in guide.new.below(name)
    }
    return [
        node
        for name, node in asked.items()
        if name not in answered and away.isdisjoint(guide.new.lineage(name))
    ]
