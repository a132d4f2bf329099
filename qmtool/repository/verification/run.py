"""`qm verify`: the facts are read, judged, and compared with what others saw."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.text import Text, say
from qmtool.model.verification.facts import Facts, Seen, Verdict, Violation
from qmtool.model.verification.judge import Judged, judge_history
from qmtool.model.verification.witnesses import (
    judge_anchor,
    judge_log,
    judge_remote,
    judge_remote_branch,
    remote_notes,
)
from qmtool.repository import git
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository
from qmtool.repository.settings_file import FILE
from qmtool.repository.tag_objects import DECISIONS, RELEASES
from qmtool.repository.verification import plumbing, surroundings
from qmtool.repository.verification.anchor import (
    CHECKS,
    Anchor,
    Unusable,
    anchor_path,
    given_anchor,
    other_anchors,
    read_anchor,
    write_anchor,
)
from qmtool.repository.verification.branch import branch_called, branch_of
from qmtool.repository.verification.documents import Documents
from qmtool.repository.verification.reading import Branch, Reader, reachable


@dataclass(frozen=True)
class Order:
    """What the user asked for; *now* is the present moment in seconds."""

    now: int
    full: bool = False
    at: str = ""
    remote: str = ""
    anchor: str = ""
    use_cache: bool = True


def verify(repo: Repository, order: Order) -> Verdict:
    """Return whether the whole history holds, and what does not."""
    git.refuse_shallow(repo)
    grafts = surroundings.grafts(repo)
    if grafts is not None:
        return Verdict(0, "", "", 0, 0, (grafts,), ())
    try:
        return _Run(repo, order).verdict()
    except plumbing.Damaged as error:
        return _damaged(repo, [str(error.sentence)])
    except Unusable:
        raise
    except RepositoryError:
        found = plumbing.fsck(repo)
        if found.damaged:
            return _damaged(repo, found.damaged)
        _refuse_missing(found.missing or plumbing.promised(repo))
        raise


class Push(NamedTuple):
    """What a push makes of the release *branch*: its tip *before* (empty: none) and *after*.

    *tags* are the new ones, by full name.
    """

    branch: str
    before: str
    after: str
    tags: Mapping[str, str]


def verify_push(repo: Repository, order: Order, push: Push) -> list[Violation]:
    """Return the promises that *push* would break, and that were not broken before it."""
    found = _violations(repo, order, Branch(push.branch, push.after), push.tags)
    if not found or not push.before:
        return found
    known = {_subject(one) for one in _violations(repo, order, Branch(push.branch, push.before))}
    return [one for one in found if _subject(one) not in known]


def _violations(
    repo: Repository, order: Order, branch: Branch, tags: Mapping[str, str] | None = None
) -> list[Violation]:
    try:
        return list(_Run(repo, order, branch, tags).judged.violations)
    except plumbing.Damaged as error:
        return [Violation("damaged-object", say("Git says: {words}", words=error.sentence))]


def _subject(one: Violation) -> tuple[str, ...]:
    return one.name, one.tag, one.document, one.commit


def _refuse_missing(oids: Sequence[str]) -> None:
    """Raise RepositoryError if objects are missing from this clone."""
    if oids:
        raise RepositoryError(
            say(
                "the object {oid} is missing from this clone; type: git fetch, or clone again "
                "without --depth and --filter",
                oid=oids[0],
            )
        )


def _damaged(repo: Repository, words: Iterable[str]) -> Verdict:
    """Return the verdict of a repository of which objects cannot be read."""
    found = tuple(Violation("damaged-object", say("Git says: {words}", words=one)) for one in words)
    head = git.resolve_ref(repo, "HEAD") or ""
    return Verdict(0, git.head_branch(repo) or "", head, 0, 0, found, ())


class _Run:
    """One run: everything is read once, in this order."""

    def __init__(
        self,
        repo: Repository,
        order: Order,
        branch: Branch | None = None,
        pushed: Mapping[str, str] | None = None,
    ) -> None:
        self.repo, self.order, self._given = repo, order, branch
        self.shared = Cache(SHARED, enabled=order.use_cache)
        self.reader = Reader(repo, DataFiles(self.shared), order.now, pushed)

    @cached_property
    def branch(self) -> Branch:
        """Return the release branch, at its tip or at the commit that was asked for."""
        found = self._given or branch_of(self.reader)
        if not self.order.at:
            return found
        commit = git.resolve_commit(self.repo, self.order.at)
        if commit is None:
            raise UsageError(
                say(
                    "{revision} names no commit; try HEAD, a branch or a tag",
                    revision=self.order.at,
                )
            )
        return Branch(found.name, commit, (found.tip, *found.others))

    @cached_property
    def anchor_path(self) -> Path:
        """Return where the anchor of this repository stands."""
        return anchor_path(self.repo, self.reader.root(self.branch))

    @property
    def judged(self) -> Judged:
        """Return what is found without any witness of the past."""
        return self._judge(Seen())[1]

    def verdict(self) -> Verdict:
        """Return what this run finds; a sound one is anchored."""
        kept = read_anchor(self.anchor_path)
        given = given_anchor(Path(self.order.anchor)) if self.order.anchor else None
        known = [one for one in (kept, given) if one]
        facts, judged = self._judge(self._seen(kept))
        other = self._other_branch(judged)
        if other is not None:
            return _Run(self.repo, self.order, other).verdict()
        remote, remote_says = self._remote(facts)
        violations = (
            *judged.violations,
            *self._anchors(facts, known),
            *self._logs(),
            *remote,
            *self._objects(),
        )
        notes = [*self._notes(facts, judged), *remote_says]
        anchor = Anchor(
            self.branch.name, self.branch.tip, self.reader.tags, judged.policy_commit, CHECKS
        )
        if not violations and not self.order.at and anchor != kept:
            failed = write_anchor(self.anchor_path, anchor)
            notes += [failed] if failed else []
        return Verdict(
            level=(2 if known else 1) if judged.is_signed else 0,
            branch=self.branch.name,
            commit=self.branch.tip,
            releases=sum(not one.is_decision and not one.fault for one in facts.statements),
            decisions=sum(one.is_decision and not one.fault for one in facts.statements),
            violations=violations,
            notes=tuple(notes),
            signed=judged.signed,
            anchor=_told(known[0]) if known else {},
            next_anchor={} if violations else anchor.as_data(),
        )

    def _other_branch(self, judged: Judged) -> Branch | None:
        """Return the branch of the policy in force, where what was looked at is another one.

        The `qm.yaml` at hand names a branch too, and is not released.
        """
        name = judged.policy.release_branch if judged.policy else self.branch.name
        if self._given or self.order.at or name == self.branch.name:
            return None
        return branch_called(self.reader, name)

    def _judge(self, seen: Seen) -> tuple[Facts, Judged]:
        """Read the history and the documents, side by side, and judge them."""
        repo, tip = self.repo, self.branch.tip
        is_cached = self.order.use_cache and not self.order.full  # every text is read again
        with self.reader.looking_at(self.branch, seen) as read:
            settings = self.reader.settings(tip)
            documents = Documents(repo, tip, settings, self.reader.data, use_cache=is_cached)
            found = documents.tip()
            facts = read()
        judged = judge_history(facts, found, full=self.order.full)
        documents.save()
        self.shared.save()
        return facts, judged

    def _seen(self, kept: Anchor | None) -> Seen:
        """Return what the anchor that was *kept* knows, and what need not be looked at again."""
        if kept is None:
            return Seen()
        tags = frozenset(kept.tags.values())
        is_enough = kept.checks == CHECKS and not self.order.full
        return Seen(kept.commit, tags, tags if is_enough else frozenset())

    def _anchors(self, facts: Facts, anchors: list[Anchor]) -> Iterator[Violation]:
        seen = [
            violation
            for anchor in anchors
            for violation in judge_anchor(facts, self.reader.tags, anchor.commit, anchor.tags)
        ]
        yield from dict.fromkeys(seen)
        if not anchors:
            for path in other_anchors(self.repo, self.anchor_path):
                message = say(
                    "another history was verified in this folder; if this is another repository "
                    "on purpose, remove {path}",
                    path=path,
                )
                yield Violation("anchor-branch", message, commit=self.branch.tip)

    def _logs(self) -> Iterator[Violation]:
        """Yield what the logs of this clone tell."""
        tags = self.reader.tags
        for ref, log in surroundings.tag_logs(self.repo, tags):
            yield from judge_log(ref, tags[ref], log)

    def _objects(self) -> list[Violation]:
        """Return what is wrong with any object of the repository: `--full`."""
        if not self.order.full:
            return []
        found = plumbing.fsck(self.repo)
        _refuse_missing(found.missing)
        return list(_damaged(self.repo, found.damaged).violations)

    def _remote(self, facts: Facts) -> tuple[list[Violation], list[Text]]:
        """Compare with the remote repository that was named."""
        if not self.order.remote:
            return [], []
        name, branch = self.order.remote, self.branch.name
        full = f"refs/heads/{branch}"
        theirs = surroundings.remote_refs(self.repo, name, (RELEASES, DECISIONS, full))
        tip = theirs.pop(full, "")
        tags = {ref: oid for ref, oid in theirs.items() if ref.startswith("refs/tags/")}
        found = list(judge_remote(self.reader.tags, tags, name))
        notes = remote_notes(self.reader.tags, tags, name, branch)
        tracked = git.resolve_ref(self.repo, f"refs/remotes/{name}/{branch}") or ""
        is_there = tip and git.resolve_commit(self.repo, tip) is not None
        if tip and (not is_there or git.is_ancestor(self.repo, self.branch.tip, tip)):
            if tip == self.branch.tip:
                return found, notes
            words = say(
                "{remote} has commits that are not here; type: git fetch {remote}", remote=name
            )
            notes.append(words)
        elif tip and (
            tip not in facts.on_branch
            or (tracked in facts.order and tracked not in reachable(facts.order, [tip]))
        ):
            found.append(judge_remote_branch(branch, tip, name))
        return found, notes

    def _notes(self, facts: Facts, judged: Judged) -> list[Text]:
        notes = [*judged.notes, *surroundings.notes(self.repo)]
        behind = [
            one
            for one in facts.statements
            if one.commit in facts.on_branch and one.commit not in facts.on_tip
        ]
        if behind and not self.order.at:
            notes.append(
                say(
                    "the branch {branch} is behind its remote, which has more tags ({n}); type: "
                    "git pull --ff-only",
                    branch=self.branch.name,
                    n=len(behind),
                )
            )
        proposed = self.reader.policy(self.branch.tip)
        if judged.policy is not None and proposed != judged.policy:
            notes.append(
                say(
                    "{file} has a change of the policy that is not released: it has no effect",
                    file=FILE,
                )
            )
        if judged.policy is not None and judged.policy.release_branch != self.branch.name:
            notes.append(
                say(
                    "the policy in force releases on {branch}, and {here} was verified",
                    branch=judged.policy.release_branch,
                    here=self.branch.name,
                )
            )
        return notes


def _told(anchor: Anchor | None) -> dict[str, object]:
    if anchor is None:
        return {}
    return {
        "branch": anchor.branch,
        "commit": anchor.commit,
        "policy": anchor.policy,
        "tags": len(anchor.tags),
    }
