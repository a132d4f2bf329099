"""Release tags: the one place that knows their names, their payload, and the policy they carry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from qmtool.errors import Refused, SettingsError
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import git
from qmtool.repository.data_files import DataFiles
from qmtool.repository.git import Repository, Tag
from qmtool.repository.settings_file import FILE, read_settings

PREFIX = "refs/tags/release/"


def tag_ref(identifier: str, version: str) -> str:
    """Return the full name of the tag of that version."""
    return f"{PREFIX}{identifier}/{version}"


class Payload(NamedTuple):
    """What a release tag says, one `key: value` a line, in this order (`reliability.md` §6)."""

    format: str
    document: str
    version: str
    origin: str
    path: str
    blob: str
    digest: str
    policy: str
    signer: str
    name: str
    role: str
    meaning: str
    reason: str
    effective: str
    date: str

    def write(self) -> str:
        """Return the lines of the payload; raise Refused if a value would break a line."""
        for key, value in self._asdict().items():
            if not value.isprintable():
                raise Refused(say("{key} holds a character that cannot be printed", key=key))
        return "".join(f"{key}: {value}\n" for key, value in self._asdict().items())


def read_payload(data: bytes) -> Mapping[str, str]:
    """Return the keys and values of a tag object of those bytes."""
    _, _, message = data.decode(errors="replace").partition("\n\n")
    pairs = (line.partition(": ") for line in message.split("\n"))
    return {key: value for key, colon, value in pairs if colon}


class PolicyInForce(NamedTuple):
    """The policy that counts, and the object that carries it (None: the file at hand)."""

    policy: Policy
    oid: str | None


@dataclass
class Releases:
    """The release tags of a repository, read once."""

    repo: Repository

    @cached_property
    def tags(self) -> dict[tuple[str, str], Tag]:
        """Return the tags by id and version."""
        found = {}
        for tag in git.tags_under(self.repo, PREFIX):
            identifier, _, version = tag.name.removeprefix(PREFIX).partition("/")
            if Version.parse(version) and tag.target:
                found[identifier, version] = tag
        return found

    @cached_property
    def by_document(self) -> dict[str, tuple[str, ...]]:
        """Return the released versions of each document, oldest first."""
        found: dict[str, list[Version]] = {}
        for identifier, version in self.tags:
            parsed = Version.parse(version)
            if parsed and identifier != POLICY:
                found.setdefault(identifier, []).append(parsed)
        return {name: tuple(map(str, sorted(versions))) for name, versions in found.items()}

    def policy_commit(self, head: str) -> str | None:
        """Return the commit whose `qm.yaml` is the policy in force on the branch of *head*.

        It is the last `release/POLICY/N.0`; before any, the parent of the first release; before
        any release, None: then *head* itself decides. Only tags that Git and their own payload
        bear out count. Raise Refused if the first release has no parent.
        """
        if not self.tags:
            return None
        known = git.ancestors(self.repo, head)
        policies = [key for key in self.tags if key[0] == POLICY]
        for key in sorted(policies, key=lambda one: Version.parse(one[1]) or (), reverse=True):
            if self.tags[key].target in known and self.is_sound(key):
                return self.tags[key].target
        by_commit: dict[str, list[tuple[str, str]]] = {}
        for key, tag in self.tags.items():
            by_commit.setdefault(tag.target, []).append(key)
        for commit, parents in git.history(self.repo, head):
            if any(self.is_sound(key) for key in by_commit.get(commit, ())):
                if not parents:
                    raise Refused(say("the first release has no commit before it: no policy"))
                return parents[0]
        return None

    def is_sound(self, key: tuple[str, str]) -> bool:
        """Return whether the tag of *key* says what its name, its commit and its blob say."""
        tag = self.tags[key]
        payload = read_payload(git.read_blob(self.repo, tag.oid) or b"")
        entry = git.tree_entry(self.repo, tag.target, payload.get("path") or ".")
        version = Version.parse(key[1])
        return (
            (payload.get("document"), payload.get("version")) == key
            and entry is not None
            and entry.oid == payload.get("blob")
            and version is not None
            and version.minor == 0
        )

    def policy(self, data: DataFiles, head: str | None) -> PolicyInForce | None:
        """Return the policy in force by the rule of `reliability.md` §6, or None without one.

        *head* is the commit that gives it before any release.
        """
        if head is None:
            return None
        released = self.policy_commit(head)
        commit = released or head
        entry = git.tree_entry(self.repo, commit, FILE)
        settings = git.read_blob(self.repo, entry.oid) if entry else None
        if settings is None:
            if released:
                raise Refused(say("the policy in force, {commit}, has no qm.yaml", commit=released))
            return None
        try:
            found = read_settings(settings, data, f"{FILE}@{commit[:8]}")
        except SettingsError:
            if released:
                raise
            return None  # nothing was released under it, and the file at hand may mend it
        return PolicyInForce(found.policy, commit)

    def blobs(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
        """Return the bytes of the documents that the tags of *wanted* (id, version) name."""
        found = [key for key in wanted if key in self.tags]
        payloads = git.read_blobs(self.repo, [self.tags[key].oid for key in found])
        oids = {
            key: read_payload(data or b"").get("blob", "")
            for key, (_, data) in zip(found, payloads, strict=True)
        }
        named = {key: oid for key, oid in oids.items() if oid}
        read = git.read_blobs(self.repo, named.values())
        return {key: data for key, (_, data) in zip(named, read, strict=True) if data is not None}
