"""What a document is worth to a requirement on the day of the snapshot (`formats.md`, Gap)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from qmtool.model.calendar import add_months, parse_day
from qmtool.model.document import Declaration, Document, HistoryRow
from qmtool.model.kind import Kind
from qmtool.model.project import Project
from qmtool.model.referential import Meant, Referential, Requirement, Resolved
from qmtool.model.text import Text, say

DEFAULT_FRESH_MONTHS = 12
"""How long a record proves what happens on event or all the time (`fresh_months: null`)."""


class Fact(StrEnum):
    """Whether something is so; `lapsed`: only expired or overdue, `draft`: only not in force."""

    YES = "yes"
    LAPSED = "lapsed"
    DRAFT = "draft"
    NO = "no"
    NOT_NEEDED = "not-needed"


FROM_BEST = (Fact.YES, Fact.LAPSED, Fact.DRAFT, Fact.NO)


class EvidenceState(StrEnum):
    """Where a piece of evidence stands on the day."""

    IN_FORCE = "in-force"
    OVERDUE = "overdue"
    DRAFT = "draft"


class Evidence(NamedTuple):
    """One declaration of a requirement, by a document (no *section*) or by one of its sections.

    *document* is its id, or its path without one; *item* holds the letters that
    its references kept.
    """

    document: str
    version: str | None
    state: EvidenceState
    path: str
    line: int
    section: str | None = None
    via: str = "declared"
    item: str = ""


class Declarer(NamedTuple):
    """One text of a document, its state, and *why* that is not in force."""

    name: str
    text: Document
    kind: Kind
    state: EvidenceState
    version: str | None = None
    why: Text | None = None


class Claim(NamedTuple):
    """A declaration of a text that stands somewhere, and the item letter it kept."""

    declarer: Declarer
    declaration: Declaration
    item: str


class Worth(NamedTuple):
    """A piece of evidence with what it makes of each fact; *why* says what keeps it from `yes`.

    *text* is the document, as it stands in the version that counts.
    """

    evidence: Evidence
    described: Fact
    proven: Fact
    sites: tuple[str, ...]
    day: date | None
    why: Text | None
    text: Document


def claims(project: Project, referential: Referential) -> Mapping[str, list[Claim]]:
    """Return the claims on each requirement of *referential*, by document then line."""
    found: dict[str, list[Claim]] = {}
    resolve = cache(referential.resolve)
    for document in _declaring(project, referential):
        told: set[tuple[str, str]] = set()
        for declarer in declarers(project, document):
            new = list(_resolved(declarer, referential.identifier, resolve))
            for identifier, claim in new:
                if (identifier, claim.item) not in told:
                    found.setdefault(identifier, []).append(claim)
            told |= {(identifier, claim.item) for identifier, claim in new}
    for one in found.values():
        one.sort(key=_place)
    return found


def _declaring(project: Project, referential: Referential) -> Iterator[Document]:
    """Yield the documents that name *referential*, now or in the version in force."""
    for document in project.documents:
        earlier = project.earlier.get(document.path)
        written = (*document.declarations, *(earlier.declarations if earlier else ()))
        if any(one.referential == referential.identifier for one in written):
            yield document


def _resolved(
    declarer: Declarer, referential: str, resolve: Callable[[str], Resolved]
) -> Iterator[tuple[str, Claim]]:
    """Yield what *declarer* claims, by requirement; a grouping node or no node claims nothing."""
    for declaration in declarer.text.declarations:
        if declaration.referential == referential:
            resolved = resolve(declaration.requirement)
            if resolved.meant is Meant.REQUIREMENT:
                yield resolved.identifier, Claim(declarer, declaration, resolved.item)


def _place(claim: Claim) -> tuple[str, str, int, int, str]:
    declarer, declaration, item = claim
    return declarer.name, declarer.text.path, declaration.line, declaration.column, item


def declarers(project: Project, document: Document) -> Iterator[Declarer]:
    """Yield the texts of *document* that may be evidence: the one in force first, then a draft."""
    kind = project.kind_of(document)
    if kind is None:
        return
    if not kind.controlled:
        yield _record(document, kind, project.on)
        return
    if document.status == "withdrawn":
        return
    earlier = project.earlier.get(document.path)
    if earlier is None:
        yield _at_hand(document, kind, project.on)
        return
    its_kind = project.kind_of(earlier)
    if its_kind is not None:
        version = _version(earlier)
        due = _review_due(project, document, earlier)
        yield _in_force(
            Declarer(document.name, earlier, its_kind, EvidenceState.IN_FORCE, version),
            due,
            project.on,
        )
    draft = _not_in_force(document, project.on)
    why = draft or say("the text of {document} is not the one in force", document=document.name)
    yield Declarer(
        document.name, document, kind, EvidenceState.DRAFT, _draft_version(document), why
    )


def _at_hand(document: Document, kind: Kind, on: date) -> Declarer:
    """Return where a controlled document stands of which no earlier version is in force."""
    name, why = document.name, _not_in_force(document, on)
    if why is not None:
        return Declarer(name, document, kind, EvidenceState.DRAFT, _draft_version(document), why)
    found = Declarer(name, document, kind, EvidenceState.IN_FORCE, _version(document))
    return _in_force(found, document.next_review, on)


def _in_force(declarer: Declarer, due: date | None, on: date) -> Declarer:
    """Return *declarer*, overdue where its review was *due* before the day."""
    if due is None or due >= on:
        return declarer
    why = say("{document}: review overdue (it was due on {day})", document=declarer.name, day=due)
    return declarer._replace(state=EvidenceState.OVERDUE, why=why)


def _not_in_force(document: Document, on: date) -> Text | None:
    """Return why the file of a controlled document is not in force, or None if it is."""
    name = document.name
    if not document.is_readable:
        return _unread(document)
    if document.status == "in-review":
        return say("{document} is in review", document=name)
    if document.status != "released":
        return say("{document} is a draft", document=name)
    if not document.is_intact():
        return say("{document} was changed after its release", document=name)
    last = document.last_release()
    day = document.effective or parse_day(last.in_force_from if last else "")
    if day is None:
        return say("{document} does not say when it takes effect", document=name)
    if day > on:
        return say("{document} takes effect on {day}", document=name, day=day)
    return None


def _version(document: Document) -> str | None:
    last = document.last_release()
    return document.version or (last.version if last else "") or None


def _draft_version(document: Document) -> str | None:
    """Return the version of a text that is released but not yet in force; a draft has none."""
    released = document.status == "released" and document.is_intact()
    return _version(document) if released else None


def _review_due(project: Project, document: Document, earlier: Document) -> date | None:
    """Return when the version in force is due for review; the file at hand knows the last ones."""
    if document.version == earlier.version:
        return document.next_review or earlier.next_review
    days = [parse_day(row.reviewed) for row in _reviews_of(document.history, earlier.version)]
    due = [add_months(day, project.settings.review_months) for day in days if day]
    return max([*due, *filter(None, [earlier.next_review])], default=None)


def _reviews_of(history: Iterable[HistoryRow], version: str) -> Iterator[HistoryRow]:
    """Yield the reviews of *version*: the rows between its own and that of the next version."""
    current = ""
    for row in history:
        current = row.version or current
        if row.reviewed and current == version:
            yield row


def _record(document: Document, kind: Kind, on: date) -> Declarer:
    """Return where an uncontrolled document stands: in force as soon as it counts."""
    document, name, why = dated(document, kind), document.name, None
    if not document.is_readable:
        why = _unread(document)
    elif kind.steps and (document.status or kind.assumed) not in kind.counts:
        why = say("{document} is not yet in a state that counts", document=name)
    elif document.date is not None and document.date > on:
        why = say("{document} is dated {day}, which is to come", document=name, day=document.date)
    return Declarer(
        name, document, kind, EvidenceState.DRAFT if why else EvidenceState.IN_FORCE, None, why
    )


def dated(document: Document, kind: Kind) -> Document:
    """Return *document* with the day of which it is proof: of a field where *kind* says so.

    What keeps values over time is proof of the end of the last period that has one.
    """
    if document.measured is not None:
        return replace(document, date=document.measured)
    for name in kind.dated:
        held = document.values.get(name)
        day = parse_day(held) if isinstance(held, str) else None
        if day is not None:
            return replace(document, date=day)
    return document


def _unread(document: Document) -> Text:
    """Return why a document counts for nothing of which the rest may say something else."""
    return say("{document} cannot be read whole; type qm check", document=document.name)


_DESCRIBED = {
    EvidenceState.IN_FORCE: Fact.YES,
    EvidenceState.OVERDUE: Fact.LAPSED,
    EvidenceState.DRAFT: Fact.DRAFT,
}


def worth(claim: Claim, requirement: Requirement, on: date) -> Worth:
    """Return what *claim* is worth to *requirement* on that day."""
    declarer, declaration, item = claim
    kind, text, state, why = declarer.kind, declarer.text, declarer.state, declarer.why
    described = proven = Fact.NO
    if not requirement.described_by or _meet(kind.evidence, requirement.described_by):
        described = _DESCRIBED[state]
    if not kind.controlled and _meet(kind.evidence, requirement.proven_by):
        proven = _proven(declarer, requirement, on)
        if proven is Fact.LAPSED:
            state = EvidenceState.OVERDUE
        elif proven is Fact.DRAFT:
            state, why = (
                EvidenceState.DRAFT,
                why or say("{document} has no date", document=declarer.name),
            )
    evidence = Evidence(
        declarer.name,
        declarer.version,
        state,
        text.path,
        declaration.line,
        declaration.section,
        item=item,
    )
    return Worth(evidence, described, proven, text.sites, text.date, why, text)


def authors_of(project: Project, text: Document) -> tuple[str, ...]:
    """Return who wrote the version that *text* is, else who owns it."""
    last = text.last_release()
    return (last.authors if last else ()) or tuple(filter(None, (project.owner_of(text),)))


def by_place(evidence: Iterable[Evidence]) -> Iterator[Evidence]:
    """Yield *evidence* once for each place: a mark that names several items is one declaration."""
    items: dict[Evidence, list[str]] = {}
    for one in evidence:
        if one.item:
            items.setdefault(one._replace(item=""), []).append(one.item)
        else:
            items.setdefault(one, [])
    for one, letters in items.items():
        yield one._replace(item=", ".join(letters)) if letters else one


@cache
def _meet(classes: tuple[str, ...], others: tuple[str, ...]) -> bool:
    return bool(set(classes) & set(others))


def _proven(declarer: Declarer, requirement: Requirement, on: date) -> Fact:
    """Return what a record proves: all, while it is fresh."""
    day = declarer.text.date
    if declarer.state is EvidenceState.DRAFT or day is None:
        return Fact.DRAFT
    return Fact.YES if on <= add_months(day, fresh_months(requirement)) else Fact.LAPSED


def fresh_months(requirement: Requirement) -> int:
    """Return how many months a record proves *requirement*."""
    return requirement.fresh_months or DEFAULT_FRESH_MONTHS


def best(facts: Iterable[Fact]) -> Fact:
    """Return the best of *facts*, `no` where there is none."""
    return min(facts, key=FROM_BEST.index, default=Fact.NO)


def worst(facts: Iterable[Fact]) -> Fact:
    """Return the worst of *facts*, of which there is at least one."""
    return max(facts, key=FROM_BEST.index)
