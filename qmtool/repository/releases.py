"""Release tags: the one place that knows their names, their payload, and the policy they carry."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from qmtool.errors import SettingsError
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
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
        """Return the lines of the payload."""
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
            if Version.parse(version):
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

    def policy_commit(self) -> str | None:
        """Return the commit whose `qm.yaml` is the policy in force, or None before any release."""
        versions = [
            (Version.parse(version) or Version(0), tag)
            for (name, version), tag in self.tags.items()
            if name == POLICY
        ]
        if versions:
            return max(versions)[1].target
        return git.first_release_parent(self.repo, list(self.tags.values()))

    def policy(self, data: DataFiles, head: str | None) -> PolicyInForce | None:
        """Return the policy in force by the rule of `reliability.md` §6, or None without one.

        *head* is the commit that gives it before any release.
        """
        released = self.policy_commit()
        commit = released or head
        if commit is None:
            return None
        settings = git.read_blob(self.repo, f"{commit}:{FILE}")
        if settings is None:
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
