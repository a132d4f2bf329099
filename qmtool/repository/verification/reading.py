"""The facts about a history, read in a few runs of Git."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from qmtool.errors import RepositoryError, SettingsError
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy, Settings
from qmtool.model.text import say
from qmtool.model.verification.facts import CommitFact, Facts, Seen, Statement
from qmtool.repository import git
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository
from qmtool.repository.settings_file import FILE, read_settings
from qmtool.repository.tag_objects import DECISIONS, RELEASES, release_ref
from qmtool.repository.verification import plumbing
from qmtool.repository.verification.plumbing import is_oid
from qmtool.repository.verification.statements import read_statements, target_of, unread

_COMMITTER = re.compile(rb"^committer [^\n]*<([^\n>]*)> ([0-9]{1,12}) [+-][0-9]{4}$", re.MULTILINE)
_NEVER = 1 << 62
"""The moment of a commit that tells none: no tag is later, so none of it holds."""

_SIGNERS = 2
"""How many signatures are checked at once: each is a program of its own."""


@dataclass(frozen=True)
class Branch:
    """The branch that is verified: its *tip*, and the commits of it elsewhere (*others*)."""

    name: str
    tip: str
    others: tuple[str, ...] = ()


class Reader:
    """Reads one repository, and keeps what it read; *pushed* are tags that it does not have yet."""

    def __init__(
        self, repo: Repository, data: DataFiles, now: int, pushed: Mapping[str, str] | None = None
    ) -> None:
        self.repo, self.data, self.now = repo, data, now
        self._pushed = pushed or {}
        self._settings: dict[str, Settings | None] = {}
        self._digests: dict[str, str] = {}
        self._orders: dict[Branch, dict[str, tuple[str, ...]]] = {}

    @cached_property
    def tags(self) -> dict[str, str]:
        """Return the tags of `qm` by full name."""
        here = plumbing.refs_below(self.repo, RELEASES.rstrip("/"), DECISIONS.rstrip("/"))
        return dict(sorted({**here, **self._pushed}.items())) if self._pushed else here

    @cached_property
    def _stored(self) -> dict[str, plumbing.Stored]:
        """Return the objects of the tags; raise RepositoryError if one is not in this clone."""
        stored = plumbing.objects(self.repo, self.tags.values())
        for ref, oid in unread(self.tags, stored):
            raise missing(oid, ref)
        return stored

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Return what the tags say."""
        return tuple(read_statements(self.tags, self._stored))

    @property
    def policies(self) -> list[Statement]:
        """Return what the tags of policies say, the last version first."""
        below = release_ref(POLICY, "")
        tags = {ref: oid for ref, oid in self.tags.items() if ref.startswith(below)}
        found = [one for one in read_statements(tags, self._stored) if not one.fault]
        return sorted(found, key=lambda one: one.number, reverse=True)

    def order(self, branch: Branch) -> dict[str, tuple[str, ...]]:
        """Return the commits of *branch* with their parents, the oldest first."""
        if branch not in self._orders:
            tips = [branch.tip, *branch.others]
            self._orders[branch] = plumbing.history(self.repo, tips)
        return self._orders[branch]

    def root(self, branch: Branch) -> str:
        """Return the first commit of the main line of *branch*."""
        order, commit = self.order(branch), branch.tip
        while order[commit]:
            commit = order[commit][0]
        return commit

    @contextmanager
    def looking_at(self, branch: Branch, seen: Seen) -> Iterator[Callable[[], Facts]]:
        """Begin to read the facts about *branch*, and yield what gives them once they are there.

        The tags that an earlier run has *seen* and trusted are not looked at again. Git compares
        the commits while others read the documents: which commits are meant is known before the
        tags are taken apart.
        """
        targets = (
            target_of(one.data) for oid, one in self._stored.items() if oid not in seen.trusted
        )
        with plumbing.changes(self.repo, self._pairs(branch, targets)) as changes:
            yield lambda: self._facts(branch, seen, changes)

    def _pairs(self, branch: Branch, commits: Iterable[str]) -> list[tuple[str, str]]:
        """Return those of *commits* that *branch* has and that have a parent, with the first.

        The newest come first, in which order Git unpacks their trees in the least time.
        """
        order, wanted = self.order(branch), frozenset(commits)
        history = reversed(order.items())
        return [(one, parents[0]) for one, parents in history if one in wanted and parents]

    def _facts(self, branch: Branch, seen: Seen, changes: Callable[[], plumbing.Changes]) -> Facts:
        named = [one for one in self.statements if not one.fault]
        objects = plumbing.objects(self.repo, (one.commit for one in named))
        for one in named:
            if one.commit not in objects:
                raise missing(one.commit, one.ref)
        order, changed = self.order(branch), changes()
        elsewhere = {one.commit for one in named if one.commit not in order}
        elsewhere = {commit for commit in elsewhere if objects[commit].kind == "commit"}
        if elsewhere:
            wider = Branch(branch.name, branch.tip, (*branch.others, *sorted(elsewhere)))
            order = self.order(wider)
            with plumbing.changes(self.repo, self._pairs(wider, elsewhere)) as more:
                changed = {**changed, **more()}
        plain = (
            (one.commit, one.payload["path"])
            for one in named
            if not one.makes_a_commit and one.commit in order and one.oid not in seen.trusted
        )
        return Facts(
            tip=branch.tip,
            tips=(branch.tip, *branch.others),
            order=order,
            on_tip=reachable(order, [branch.tip]),
            on_branch=reachable(order, [branch.tip, *branch.others]),
            statements=self.statements,
            commits={oid: _commit(one.data) for oid, one in objects.items()},
            changes=changed,
            blobs=plumbing.blobs_at(self.repo, plain),
            seen=seen,
            now=self.now,
            policy=self.policy,
            digest=self.digest,
            read_digests=self.read_digests,
            flaws=self.flaws,
            key=_key,
        )

    def settings(self, commit: str) -> Settings | None:
        """Return the settings that `qm.yaml` gives in *commit*, None if they cannot be read."""
        if commit not in self._settings:
            self._settings[commit] = self._read_settings(commit) if is_oid(commit) else None
        return self._settings[commit]

    def _read_settings(self, commit: str) -> Settings | None:
        data = git.read_blob(self.repo, f"{commit}:{FILE}")
        if data is None:
            return None
        try:
            return read_settings(data, self.data, f"{FILE}@{commit[:8]}")
        except SettingsError:
            return None

    def policy(self, commit: str) -> Policy | None:
        """Return the policy that `qm.yaml` gives in *commit*, None if it cannot be read."""
        found = self.settings(commit)
        return found.policy if found else None

    def digest(self, blob: str) -> str:
        """Return the digest of the text of *blob*, empty if it is no text."""
        if blob not in self._digests:
            self.read_digests([blob])
        return self._digests.get(blob, "")

    def read_digests(self, blobs: Iterable[str]) -> None:
        """Read the texts of *blobs* together, each compared with its id."""
        from qmtool.repository import front_matter  # with its parser: few runs need it
        from qmtool.repository.text import decode

        wanted = [blob for blob in dict.fromkeys(blobs) if is_oid(blob)]
        for blob, data in git.read_blobs(self.repo, wanted):
            text = decode(data).text if data is not None else None
            if data is not None and plumbing.id_of(self.repo, b"blob", data) != blob:
                raise plumbing.Damaged(blob, "hash mismatch")
            self._digests[blob] = front_matter.digest(text) if text is not None else ""

    def flaws(self, questions: Sequence[tuple[Statement, Policy]]) -> list[str]:
        """Return the name of what is wrong with each signature, empty where nothing is."""
        if not questions:
            return []
        from concurrent.futures import ThreadPoolExecutor  # these take time, and few need them

        from qmtool.repository import signatures

        def ask(question: tuple[Statement, Policy]) -> str:
            one, policy = question
            assert one.date is not None  # a tag without a date is not asked about
            found = signatures.flaw(
                self.repo, one.signed, one.signature, policy, one.payload["signer"], one.date
            )
            return found.value if found else ""

        with ThreadPoolExecutor(_SIGNERS) as pool:
            return list(pool.map(ask, questions))


def missing(oid: str, name: str) -> RepositoryError:
    """Return the error of a clone that lacks the object *oid* that *name* names."""
    return RepositoryError(
        say(
            "the object {oid} of {name} is not in this clone; type: git fetch --tags, or clone "
            "again without --depth and --filter",
            oid=oid,
            name=name,
        )
    )


def reachable(order: dict[str, tuple[str, ...]], tips: Iterable[str]) -> frozenset[str]:
    """Return *tips* and every commit before them; *order* has the oldest first."""
    found = set(tips)
    for commit, parents in reversed(order.items()):
        if commit in found:
            found.update(parents)
    return frozenset(found)


def _commit(raw: bytes) -> CommitFact:
    head = raw.partition(b"\n\n")[0]
    found = _COMMITTER.search(head)
    if found is None:
        return CommitFact("", _NEVER)
    return CommitFact(found[1].decode(errors="replace"), int(found[2]))


def _key(one: Statement) -> str:
    from qmtool.repository import signatures

    return signatures.key_of(one.signature) if one.signature else ""
