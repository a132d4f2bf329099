"""Who must approve a version before its release, who has, and who does not count, and why."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

from qmtool.model.document import OnPaper
from qmtool.model.settings import RQ, Approvals, Person, Policy
from qmtool.model.text import Text, joined, listing, say

REVIEWED = "reviewed"
APPROVED = "approved"


@dataclass(frozen=True)
class Given:
    """A review or an approval of a text (its *digest*), as the tag of the decision tells it.

    What was given on paper has a *medium* and a *proof*, and who recorded it. *flaw* is what is
    wrong with its signature, where the policy asks for one.
    """

    person: str
    meaning: str
    digest: str
    on: date
    recorded_by: str = ""
    recorded_on: date | None = None
    medium: str = ""
    proof: str = ""
    flaw: Text | None = None


@dataclass(frozen=True)
class Case:
    """A text that waits for its release: what it needs by the *policy*, and who wrote it.

    The policy itself is approved by the quality managers (*by_managers*), and the *releaser* is
    one of them.
    """

    needed: Approvals
    digest: str
    policy: Policy
    on: date
    authors: tuple[str, ...] = ()
    by_managers: bool = False
    releaser: str = ""

    def is_same(self, one: str, other: str) -> bool:
        """Return whether both ids are those of one person: of one key, or else of one email.

        Where nothing is signed, the email is all that tells who runs `qm`.
        """
        first, second = self.policy.person(one), self.policy.person(other)
        if one == other or first is None or second is None:
            return one == other
        if self.policy.is_signed:
            return not {key.text for key in first.keys}.isdisjoint(key.text for key in second.keys)
        return bool(first.email) and first.email.casefold() == second.email.casefold()

    def may(self, person: str, on: date) -> bool:
        """Return whether *person* may review and approve on that day."""
        return self.refusal(person, on) is None

    def refusal(self, identifier: str, on: date) -> Text | None:
        """Return why the person called *identifier* may not review or approve, None if allowed."""
        person = self.policy.person(identifier)
        if person is None:
            return say(
                "{person} is not one of the people of the policy in force", person=identifier
            )
        if self.needed.by and identifier not in self.needed.by:
            return say(
                "{person} is none of those who may (by: {allowed})",
                person=identifier,
                allowed=listing(self.needed.by),
            )
        if not _is_there(person, on):
            return say("{person} is not in office on {day}", person=identifier, day=on)
        if self.by_managers and not self.needed.by and not person.holds(RQ, on):
            return say("{person} is not a quality manager", person=identifier)
        return None


class Discounted(NamedTuple):
    """A review or an approval that does not count, and why."""

    given: Given
    reason: Text


@dataclass(frozen=True)
class Judgement:
    """What was given for a text: who counts, who does not, and what is still missing."""

    case: Case
    reviewers: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    declared: tuple[OnPaper, ...] = ()
    discounted: tuple[Discounted, ...] = field(default=(), repr=False)

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is missing."""
        return not self._lacks

    @cached_property
    def _counted(self) -> tuple[str, ...]:
        """Return who approved: for the policy, its releaser too if they may approve it."""
        case = self.case
        if not case.releaser or not case.may(case.releaser, case.on):
            return self.approvers
        if case.releaser in self.approvers or _twin(case, case.releaser, self._present):
            return self.approvers
        return (*self.approvers, case.releaser)

    @property
    def _present(self) -> tuple[str, ...]:
        """Return who decided without paper: each is who holds the email or the key."""
        papers = {paper.by for paper in self.declared}
        return tuple(one for one in (*self.reviewers, *self.approvers) if one not in papers)

    def _is_author(self, person: str) -> bool:
        """Return whether *person* is one of the authors, under this name or another."""
        authors = self.case.authors
        if person in authors:
            return True
        return person in self._present and _twin(self.case, person, authors) is not None

    @property
    def reviews_missing(self) -> int:
        """Return how many reviews are missing."""
        return max(0, self.case.needed.review - len(self.reviewers))

    @property
    def approvals_missing(self) -> int:
        """Return how many approvals are missing."""
        return max(0, self.case.needed.approve - len(self._counted))

    @property
    def people_missing(self) -> int:
        """Return how many people are missing where some gave both a review and an approval."""
        needed = self.case.needed
        found = {*self.reviewers, *self._counted}
        short = needed.review + needed.approve - len(found)
        return max(0, short - self.reviews_missing - self.approvals_missing)

    @property
    def only_authors(self) -> bool:
        """Return whether nobody but the authors gave what decides: an approval, else a review."""
        needed = self.case.needed
        if self.case.by_managers or not needed.needed:
            return False
        deciders = self._counted if needed.approve else self.reviewers
        return all(self._is_author(one) for one in deciders)

    @cached_property
    def _lacks(self) -> tuple[Text, ...]:
        """Return each thing that is missing, as words."""
        found = []
        if self.reviews_missing:
            found.append(_count_reviews(self.reviews_missing))
        if self.approvals_missing:
            found.append(_count_approvals(self.approvals_missing))
        if self.people_missing:
            found.append(_count_people(self.people_missing))
        if not found and self.only_authors:
            found.append(_by_another(self.case))
        return tuple(found)

    @property
    def missing(self) -> Text:
        """Return what is still missing, as words: `a review, 2 approvals`."""
        return joined(self._lacks)

    @cached_property
    def waits_for(self) -> Mapping[str, tuple[str, ...]]:
        """Return, for each meaning, who can still give what is missing."""
        if self.is_complete:
            return {REVIEWED: (), APPROVED: ()}
        needed = self.case.needed
        full = len({*self.reviewers, *self._counted}) >= needed.review + needed.approve
        allowed = [
            one.identifier
            for one in self.case.policy.people
            if self.case.may(one.identifier, self.case.on) and one.identifier != self.case.releaser
        ]
        used = set() if full else {*self.reviewers, *self._counted}
        either = bool(self.people_missing)
        review = either or self.reviews_missing or (self.only_authors and not needed.approve)
        approve = either or self.approvals_missing or (self.only_authors and needed.approve)
        return {
            REVIEWED: self._able(allowed, used, REVIEWED) if review else (),
            APPROVED: self._able(allowed, used, APPROVED) if approve else (),
        }

    def _able(self, allowed: Sequence[str], used: set[str], meaning: str) -> tuple[str, ...]:
        """Return those of *allowed* whose decision of that *meaning* would help.

        Where one is missing and only authors gave the others, it is not for an author. People who
        were not *used* yet come first: who was counts once.
        """
        is_review = meaning == REVIEWED
        missing = self.reviews_missing if is_review else self.approvals_missing
        decides = is_review != bool(self.case.needed.approve)
        barred = {*(self.reviewers if is_review else self._counted)}
        if decides and missing <= 1 and self.only_authors:
            barred |= {*self.case.authors}
        able = tuple(one for one in allowed if one not in barred)
        fresh = tuple(one for one in able if one not in used)
        return fresh if fresh or not missing else able

    @property
    def people(self) -> tuple[str, ...]:
        """Return everybody who can still give something that is missing."""
        return tuple(dict.fromkeys(one for some in self.waits_for.values() for one in some))


def judge(case: Case, given: Iterable[Given]) -> Judgement:
    """Return what was *given* for the text of *case*; who decided twice counts once."""
    counted: dict[str, list[str]] = {REVIEWED: [], APPROVED: []}
    papers: list[OnPaper] = []
    present: list[str] = []
    discounted = []
    for one in given:
        reason = _why_not(case, one)
        if reason is None and not one.medium:
            reason = _why_same(case, one.person, present)
        if reason is not None:
            discounted.append(Discounted(one, reason))
            continue
        if one.person in counted[one.meaning]:
            continue
        counted[one.meaning].append(one.person)
        if one.medium:
            papers.append(OnPaper(one.person, one.on.isoformat(), one.medium, one.proof))
        else:
            present.append(one.person)
    return Judgement(
        case,
        tuple(counted[REVIEWED]),
        tuple(counted[APPROVED]),
        tuple(dict.fromkeys(papers)),
        tuple(discounted),
    )


def needs(approvals: Approvals) -> Text:
    """Return what *approvals* ask for, as words: `a review, 2 approvals (by leo, ana)`."""
    counts = []
    if approvals.review:
        counts.append(_count_reviews(approvals.review))
    if approvals.approve:
        counts.append(_count_approvals(approvals.approve))
    if not approvals.by:
        return joined(counts)
    return say("{needed}, by {people}", needed=joined(counts), people=listing(approvals.by))


def _why_not(case: Case, given: Given) -> Text | None:
    """Return why *given* does not count, or None if it does."""
    if given.digest != case.digest:
        return say("the text has changed since")
    if given.flaw is not None:
        return given.flaw
    if given.on > case.on:
        return say("it is dated {day}, later than today", day=given.on)
    if given.recorded_by:
        recorder = case.policy.person(given.recorded_by)
        day = given.recorded_on or given.on
        if recorder is None or not recorder.holds(RQ, day):
            return say(
                "{person} is not a quality manager, who alone may record what another decided",
                person=given.recorded_by,
            )
        if not given.medium or not given.proof:
            return say("it does not say where the proof lies")
    return case.refusal(given.person, given.on)


def _twin(case: Case, person: str, others: Iterable[str]) -> str | None:
    """Return which of *others* is another name of *person*, None if none is."""
    return next((one for one in others if one != person and case.is_same(person, one)), None)


def _why_same(case: Case, person: str, present: Sequence[str]) -> Text | None:
    """Return that *person* is one of those *present* under another name, None if not."""
    twin = _twin(case, person, present)
    if twin is None:
        return None
    return say("{person} and {other} have the same email or key", person=person, other=twin)


def _is_there(person: Person, on: date) -> bool:
    """Return whether *person* is in office on that day."""
    return (person.since is None or person.since <= on) and (
        person.until is None or on <= person.until
    )


def _count_reviews(count: int) -> Text:
    return say("a review") if count == 1 else say("{n} reviews", n=count)


def _count_approvals(count: int) -> Text:
    return say("an approval") if count == 1 else say("{n} approvals", n=count)


def _count_people(count: int) -> Text:
    if count == 1:
        return say("one more person (who reviews and approves counts once)")
    return say("{n} more people (who reviews and approves counts once)", n=count)


def _by_another(case: Case) -> Text:
    """Return that an author does not decide alone."""
    if case.needed.approve:
        return say(
            "an approval by someone who is not an author ({authors})",
            authors=listing(case.authors),
        )
    return say(
        "a review by someone who is not an author ({authors})", authors=listing(case.authors)
    )
