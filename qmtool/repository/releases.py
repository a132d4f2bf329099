"""The release tags of a repository, and the policy they carry."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from qmtool.errors import Refused, SettingsError
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import git
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.commit_list import commits_before
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository, Tag
from qmtool.repository.settings_file import FILE, read_settings
from qmtool.repository.tag_objects import RELEASES, read_tag

if TYPE_CHECKING:
    from qmtool.repository.policy_chain import Link


class PolicyInForce(NamedTuple):
    """The policy that counts, and the object that carries it (None: the file at hand)."""

    policy: Policy
    oid: str | None


Key = tuple[str, str]
"""The id of a document and one of its versions."""


@dataclass
class Releases:
    """The release tags of a repository, and the history they stand in, each read once."""

    repo: Repository
    cache: Cache | None = None
    data: DataFiles = field(default_factory=lambda: DataFiles(Cache(SHARED)))
    _histories: dict[str, list[str]] = field(default_factory=dict)
    _policies: dict[str, str | None] = field(default_factory=dict)

    @cached_property
    def tags(self) -> dict[Key, Tag]:
        """Return the tags by id and version."""
        found = {}
        for tag in git.peeled_tags(self.repo, RELEASES):
            identifier, _, version = tag.name.removeprefix(RELEASES).partition("/")
            if _version(version):
                found[identifier, version] = tag
        return found

    @cached_property
    def by_document(self) -> dict[str, tuple[str, ...]]:
        """Return the released versions of each document, oldest first."""
        found: dict[str, list[str]] = {}
        for identifier, version in self.tags:
            if identifier != POLICY:
                found.setdefault(identifier, []).append(version)
        return {
            name: tuple(sorted(versions, key=_order)) if len(versions) > 1 else (versions[0],)
            for name, versions in found.items()
        }

    def _history(self, head: str) -> list[str]:
        """Return *head* and every commit before it, each with its parents, the oldest first."""
        if head not in self._histories:
            self._histories[head] = commits_before(self.repo, head, self.cache)
        return self._histories[head]

    def ancestors(self, head: str) -> frozenset[str]:
        """Return the ids of *head* and of every commit before it."""
        return frozenset(line.partition(" ")[0] for line in self._history(head))

    def policy_commit(self, head: str) -> str | None:
        """Return the commit whose `qm.yaml` is the policy in force on the branch of *head*.

        It is the last `release/POLICY/N.0` that the one before allows; before any, what
        `policy_chain.beginning` tells; before any release, None: then *head* itself decides. Only
        tags that Git and their own payload bear out count. Raise Refused if nothing can be told.
        """
        if not self.tags:
            return None
        if head not in self._policies:
            # What nothing was released of needs none of its signatures.
            from qmtool.repository.policy_chain import beginning, last_allowed

            by_commit: dict[str, list[Key]] = {}
            for key, tag in self.tags.items():
                by_commit.setdefault(tag.target, []).append(key)
            start = beginning(
                self.repo,
                self._history(head),
                lambda one: {key[0] for key in by_commit.get(one, ()) if self.is_sound(key)},
            )
            self._policies[head] = start and (
                last_allowed(self.repo, start, self._links(head), self._policy_at) or start
            )
        return self._policies[head]

    def _links(self, head: str) -> "list[Link]":
        """Return the policies that were released before *head*, in order."""
        from qmtool.repository.policy_chain import Link

        policies = [key for key in self.tags if key[0] == POLICY]
        known = self.ancestors(head) if policies else frozenset()
        found = []
        for key in sorted(policies, key=lambda one: _order(one[1])):
            tag, version = self.tags[key], _version(key[1])
            if version and tag.target in known and self.is_sound(key):
                read = read_tag(git.read_blob(self.repo, tag.oid) or b"")
                found.append(Link(version.major, tag.target, read))
        return found

    def _policy_at(self, commit: str) -> Policy | None:
        """Return the policy that the `qm.yaml` of *commit* gives, None if none can be read."""
        try:
            data = git.read_blob(self.repo, f"{commit}:{FILE}")
            return read_settings(data, self.data, FILE).policy if data is not None else None
        except SettingsError:
            return None

    def is_sound(self, key: Key) -> bool:
        """Return whether the tag of *key* says what its name, its commit and its blob say."""
        tag = self.tags[key]
        found = read_tag(git.read_blob(self.repo, tag.oid) or b"")
        payload = found.payload
        found_there = git.describe(self.repo, f"{tag.target}:{payload.get('path')}")
        version = _version(key[1])
        return (
            (found.type, found.target) == ("commit", tag.target)
            and (payload.get("document"), payload.get("version")) == key
            and found_there is not None
            and found_there[:2] == (payload.get("blob"), "blob")
            and version is not None
            and version.minor == 0
        )

    def policy(self, head: str | None) -> PolicyInForce | None:
        """Return the policy in force by the rule of `reliability.md` §6, or None without one.

        *head* is the commit that gives it before any release.
        """
        if head is None:
            return None
        released = self.policy_commit(head)
        commit = released or head
        settings = git.read_blob(self.repo, f"{commit}:{FILE}")
        if settings is None:
            if released:
                raise Refused(say("the policy in force, {commit}, has no qm.yaml", commit=released))
            return None
        try:
            found = read_settings(settings, self.data, f"{FILE}@{commit[:8]}")
        except SettingsError:
            if released:
                raise
            return None  # nothing was released under it, and the file at hand may mend it
        return PolicyInForce(found.policy, commit)

    def blobs(self, wanted: Iterable[Key]) -> dict[Key, bytes]:
        """Return the bytes of the documents that the tags of *wanted* (id, version) name."""
        found = [key for key in wanted if key in self.tags]
        payloads = git.read_blobs(self.repo, [self.tags[key].oid for key in found])
        oids = {
            key: read_tag(data or b"").payload.get("blob", "")
            for key, (_, data) in zip(found, payloads, strict=True)
        }
        named = {key: oid for key, oid in oids.items() if oid}
        read = git.read_blobs(self.repo, named.values())
        return {key: data for key, (_, data) in zip(named, read, strict=True) if data is not None}


@lru_cache(maxsize=1024)
def _version(text: str) -> Version | None:
    """Return the version that *text* spells; thousands of tags spell few of them."""
    return Version.parse(text)


def _order(version: str) -> tuple[int, ...]:
    return _version(version) or ()
