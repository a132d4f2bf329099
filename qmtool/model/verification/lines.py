"""Whether a tag is allowed by every policy that it met: those of the line that it was merged into.

A tag is made under the policy before its commit. A commit may stand on a line of its own that
leaves the branch long ago, where that policy is one of the past; its author chooses it, and the
dates as well. A release counts once the branch has it, so the policy in force there decides too.
"""

from collections.abc import Iterable, Iterator, Mapping

from qmtool.model.settings import Policy
from qmtool.model.verification.authority import Walk, judge_signatures
from qmtool.model.verification.facts import OF_A_DRAFT, Facts, Statement, Violation
from qmtool.model.verification.signers import judge_people

InForce = tuple[int, str]
"""The version of a policy, and the commit that carries it."""

_NONE: InForce = (0, "")


def judge_lines(facts: Facts, walk: Walk) -> Iterator[Violation]:
    """Yield why a policy that a tag met, and that is not the one before its commit, forbids it."""
    starts = [facts.policy(commit) for commit in walk.starts]
    met = met_on_branch(facts, walk)
    seen = walk.in_force.get(facts.seen.commit, _NONE)
    asked = []
    for one in walk.formed:
        own = walk.policies.get(one.ref)
        if own is None or one.oid in facts.trusted or one.is_adopted or one.meaning in OF_A_DRAFT:
            continue
        made_under = walk.versions[one.ref]
        latest = max(met.get(one.commit, _NONE), _NONE if one.oid in facts.seen.tags else seen)
        policies = [] if made_under else starts
        if latest[0] > made_under:
            policies = [*policies, facts.policy(latest[1])]
        for policy in policies:
            if policy is not None and policy != own:
                yield from judge_people(facts, one, policy)
                asked.append((one, policy))
    yield from judge_signatures(facts, asked)


def met_on_branch(facts: Facts, walk: Walk) -> Mapping[str, InForce]:
    """Return the policy that each commit met on the branch: before it there, or when merged."""
    found: dict[str, InForce] = {}
    if not walk.has_policies:
        return found
    for tip in facts.tips:
        known: set[str] = set()
        for commit, before in _line(facts, walk, tip):
            for one in _new(facts.order, commit, known):
                found[one] = max(found.get(one, _NONE), before)
    return found


def _line(facts: Facts, walk: Walk, tip: str) -> Iterable[tuple[str, InForce]]:
    """Return the commits of the branch up to *tip*, the oldest first, with the policy before each.

    At a merge, the line that knows the later policy is the branch.
    """
    found, commit = [], tip
    while parents := facts.order[commit]:
        before = max(parents, key=lambda one: walk.in_force[one][0])
        found.append((commit, walk.in_force[before]))
        commit = before
    return reversed([*found, (commit, _NONE)])


def _new(order: Mapping[str, tuple[str, ...]], commit: str, known: set[str]) -> Iterator[str]:
    """Yield *commit* and what it brings in that is not *known* yet, and is from now on."""
    left = [commit]
    while left:
        one = left.pop()
        if one not in known:
            known.add(one)
            left += order[one]
            yield one


def holds(facts: Facts, walk: Walk, vote: Statement, policy: Policy) -> bool:
    """Return whether the *vote* holds by *policy* too, if it was given under another one."""
    if walk.policies.get(vote.ref) == policy:
        return True
    if any(judge_people(facts, vote, policy)):
        return False
    return not any(judge_signatures(facts, [(vote, policy)]))
