"""Under which policy each tag was made, and whether it allowed that: the walk along the branch.

The policy in force at a commit is the highest released one among the commits before it, each
verified under the one before, as the root of trust of TUF is. Before any it is that of the parent
of the first release, so that nobody gains a right from the change that grants it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
from qmtool.model.text import say
from qmtool.model.verification.dates import judge_dates
from qmtool.model.verification.facts import (
    OF_A_DRAFT,
    Facts,
    Statement,
    Violation,
    violation,
)
from qmtool.model.verification.signers import judge_people, judge_words

_NONE = (0, "")

_LAST = 2


@dataclass
class Walk:
    """What a walk along the branch found, of tags that are well formed.

    Those that are *spoilt* have another flaw already and give nobody a right. *policies* are the
    policies under which the tags were made, by ref, and *versions* their numbers; *in_force* is the
    version of the policy in force after each commit, with its commit; *questions* are the
    signatures still to be checked.
    """

    facts: Facts
    formed: list[Statement]
    spoilt: set[str]
    violations: list[Violation] = field(default_factory=list)
    policies: dict[str, Policy] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    in_force: dict[str, tuple[int, str]] = field(default_factory=dict)
    questions: list[tuple[Statement, Policy]] = field(default_factory=list)
    _released: list[tuple[int, int, str]] = field(default_factory=list)
    _start: dict[str, str] = field(default_factory=dict)
    _latest: dict[str, float] = field(default_factory=dict)

    @cached_property
    def _by_commit(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for one in self.formed:
            found.setdefault(one.commit, []).append(one)
        for some in found.values():
            if len(some) > 1:
                some.sort(key=_turn)
        return found

    def go(self) -> None:
        """Judge every tag in the order of the commits.

        A version that was proposed, merged and finalised got its tag later than its commit: it
        was made under the policy of that day.
        """
        later: list[tuple[Statement, float]] = []
        for commit, parents in self.facts.order.items():
            before, start, latest = self._before(parents)
            self.in_force[commit], self._start[commit] = before, start
            for one in self._by_commit.get(commit, ()):
                if self._is_finalised(one) and parents:
                    later.append((one, latest))
                    if one.ref not in self.spoilt:
                        self._start[commit] = self._start[commit] or parents[0]
                else:
                    latest = self._judge(one, before, latest)
            self._latest[commit] = latest
        for one, latest in later:
            self._judge(one, self._on(one), latest)

    def _before(self, parents: tuple[str, ...]) -> tuple[tuple[int, str], str, float]:
        """Return what was in force, what counted before any policy, and the latest date so far."""
        if len(parents) == 1:
            (one,) = parents
            return self.in_force[one], self._start[one], self._latest[one]
        return (
            max((self.in_force[one] for one in parents), default=_NONE),
            next((self._start[one] for one in parents if self._start[one]), ""),
            max((self._latest[one] for one in parents), default=0.0),
        )

    def _is_finalised(self, one: Statement) -> bool:
        made = self.facts.commits.get(one.commit)
        is_version = one.makes_a_commit and not one.is_decision
        return is_version and made is not None and made.moment < one.moment

    def _on(self, one: Statement) -> tuple[int, str]:
        """Return the version and the commit of the policy that was the last when *one* was made."""
        known = [(version, commit) for on, version, commit in self._released if on <= one.moment]
        return max(known, default=_NONE)

    @property
    def has_policies(self) -> bool:
        """Return whether any policy was released."""
        return bool(self._released)

    @property
    def starts(self) -> list[str]:
        """Return the commits whose policy was in force before any was released: one a line."""
        return [commit for commit in dict.fromkeys(self._start.values()) if commit]

    def policy_commit(self, commit: str) -> str:
        """Return the commit whose policy is in force after *commit*, itself if none was before."""
        return self.in_force[commit][1] or self._start[commit] or commit

    def _judge(self, one: Statement, before: tuple[int, str], latest: float) -> float:
        """Judge the tag *one*, made after the policy *before*; return the latest date so far."""
        commit, is_trusted = one.commit, one.oid in self.facts.trusted
        effective = self._effective(one, before)
        found = []
        policy = self.facts.policy(effective) if effective else None
        if policy is not None:
            self.policies[one.ref] = policy
            self.versions[one.ref] = before[0]
        if not is_trusted:
            found = [
                *self._policy_flaws(one, before, effective, policy),
                *judge_dates(self.facts, one, latest),
                *self._signature_flaws(one, policy),
            ]
            self.violations += found
        if found or one.ref in self.spoilt:
            return latest
        if not one.is_decision:
            parents = self.facts.order[commit]
            if not self._start[commit]:
                # An adoption begins with its own commit, and a policy may be the first release.
                own = one.is_adopted or one.document == POLICY
                self._start[commit] = commit if own or not parents else parents[0]
            if one.document == POLICY:
                self.in_force[commit] = max(self.in_force[commit], (one.number, commit))
                self._released.append((one.moment, one.number, commit))
        if one.meaning in OF_A_DRAFT or one.date is None:
            return latest
        return max(latest, one.date.timestamp())

    def _effective(self, one: Statement, before: tuple[int, str]) -> str:
        """Return the commit of the policy that decides about the tag *one*, or nothing."""
        commit = one.commit
        if one.is_adopted:
            return commit
        if one.makes_a_commit:
            parents = self.facts.order[commit]
            return before[1] or self._start[commit] or (parents[0] if parents else "")
        if one.document == POLICY and self.in_force[commit][0] >= one.number:
            # An approval of the policy that is released on this very commit came before it.
            return before[1] or self._start[commit] or commit
        if one.document == POLICY or one.payload["policy"] != before[1]:
            return self.policy_commit(commit)
        return before[1]

    def _policy_flaws(
        self, one: Statement, before: tuple[int, str], effective: str, policy: Policy | None
    ) -> Iterator[Violation]:
        if policy is None:
            message = say(
                "{tag}: the policy that decided about it cannot be read in {commit}",
                tag=one.tag,
                commit=effective[:10] or "–",
            )
            yield violation("policy-unreadable", one, message)
            return
        said = one.payload["policy"]
        if said != effective and self.facts.policy(said) != policy:
            message = say(
                "{tag} was made under the policy of {said}; the one in force was that of {commit}",
                tag=one.tag,
                said=said[:10] or "–",
                commit=effective[:10],
            )
            yield violation("policy-mismatch", one, message)
        if one.document == POLICY and not one.is_decision:
            yield from self._chain(one, before)
        yield from judge_people(self.facts, one, policy)
        yield from judge_words(one, policy)

    def _chain(self, one: Statement, before: tuple[int, str]) -> Iterator[Violation]:
        """Yield a violation unless the policy before *one* is the one that its version follows."""
        last = max(before, self.in_force[one.commit])[0]
        if one.number != last + 1:
            message = say(
                "{tag} does not follow the policy in force before it ({last})",
                tag=one.tag,
                last=f"{last}.0" if last else "–",
            )
            yield violation("policy-chain", one, message)

    def _signature_flaws(self, one: Statement, policy: Policy | None) -> Iterator[Violation]:
        """Yield what is wrong with the signature of a policy; ask for the others later."""
        if policy is None:
            return
        if one.document != POLICY or one.is_decision:
            self.questions.append((one, policy))
            return
        yield from judge_signatures(self.facts, [(one, policy)])


def _turn(one: Statement) -> tuple[int, int]:
    """Return the place of *one* among the tags of its commit: a policy comes after the versions."""
    if one.is_decision:
        return (_LAST if one.meaning in OF_A_DRAFT else 0), one.number
    return int(one.document == POLICY), one.number


def judge_signatures(
    facts: Facts, questions: Iterable[tuple[Statement, Policy]]
) -> Iterator[Violation]:
    """Yield the signatures of *questions* that do not hold, where the policy asks for them."""
    asked = [(one, policy) for one, policy in questions if policy.is_signed]
    for (one, _), name in zip(asked, facts.flaws(asked), strict=True):
        if name:
            yield violation(
                name,
                one,
                say(
                    "the signature of {tag} does not show that {person} signed it: {reason}",
                    tag=one.tag,
                    person=one.payload["signer"],
                    reason=_REASONS[name],
                ),
            )


_REASONS = {
    "unsigned": say("there is none"),
    "unknown-signer": say("the key is none of the policy"),
    "other-person": say("the key is that of somebody else"),
    "expired-key": say("the key was not valid on that day"),
    "revoked-key": say("the key was revoked"),
    "wrong-namespace": say("it was made for another purpose than git"),
    "bad-signature": say("it is not that of this text"),
}
