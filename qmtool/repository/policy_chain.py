"""Which of the released policies count: each must be allowed by the one before (TUF's root rule).

A tag called `release/POLICY/N.0` is no proof in itself: anybody who can push one can write one.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import NamedTuple

from qmtool.errors import Refused
from qmtool.model.identifier import POLICY
from qmtool.model.settings import RQ, Policy
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import TagObject, moment_of


class Link(NamedTuple):
    """A released policy: its number, its commit and its tag."""

    number: int
    commit: str
    tag: TagObject


def beginning(
    repo: Repository, history: Iterable[str], released: Callable[[str], Set[str]]
) -> str | None:
    """Return the commit whose policy counts before any is released, None before any release.

    The lines of *history* are commits with their parents, and *released* are the ids of what was
    released by a commit. It is the parent of the first release; where that is the policy itself
    or an adoption, its own commit. A line that left before the first release may bring a release
    and a policy of its own: what counts is then what all the lines started from. Raise Refused if
    there is no such commit.
    """
    after: set[str] = set()
    starts: set[str] = set()
    for line in history:
        commit, *parents = line.split(" ")
        if not after.isdisjoint(parents):
            after.add(commit)
        elif names := released(commit):
            after.add(commit)
            starts.add(commit if POLICY in names else parents[0] if parents else "")
    if not starts:
        return None
    if "" in starts:
        raise Refused(say("the first release has no commit before it: no policy"))
    for start in starts:
        if all(one == start or git.is_ancestor(repo, start, one) for one in starts):
            return start
    raise Refused(say("releases begin on two lines that have no policy in common; type: qm verify"))


def last_allowed(
    repo: Repository,
    start: str,
    links: Sequence[Link],
    read: Callable[[str], Policy | None],
) -> str | None:
    """Return the commit of the last of *links* that the chain leads to, None if to no one.

    The chain begins with the policy of the commit *start*. *links* are in order of their numbers;
    *read* gives the policy of a commit.
    """
    commit, number = start, 0
    for link in links:
        judge = read(commit) if link.number == number + 1 else None
        if judge is not None and _allows(repo, judge, link.tag):
            commit, number = link.commit, link.number
    return commit if number else None


def _allows(repo: Repository, policy: Policy, tag: TagObject) -> bool:
    """Return whether *policy* lets the signer of *tag* release, and the signature is theirs."""
    said: Mapping[str, str] = tag.payload
    signer, moment = policy.person(said.get("signer", "")), moment_of(said.get("date", ""))
    if signer is None or moment is None or not signer.holds(RQ, moment.date()):
        return False
    if not policy.is_signed:
        return True
    from qmtool.repository import signatures  # costly for every command, and only some sign

    flaw = signatures.flaw(repo, tag.signed, tag.signature, policy, signer.identifier, moment)
    return flaw is None
