"""The texts of a document: of any of its versions, of the file at hand, of the last commit."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from qmtool.errors import RepositoryError, UsageError
from qmtool.model.document import Document
from qmtool.model.edition import DRAFT, HEAD, Edition
from qmtool.model.identifier import POLICY
from qmtool.model.revision import version_in_force
from qmtool.model.text import listing, say
from qmtool.model.version import Version
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository, Tag
from qmtool.repository.load import Snapshot, version_to_read
from qmtool.repository.lost_tags import not_here
from qmtool.repository.parse import Parser
from qmtool.repository.policy_document import text_digest
from qmtool.repository.record import build
from qmtool.repository.revisions import release_objects
from qmtool.repository.tag_objects import TagObject
from qmtool.repository.text import MAX_DOCUMENT
from qmtool.repository.yaml_events import read_yaml

_SHORT = re.compile(r"v?([0-9]{1,6})(?:\.0)?")


@dataclass
class Editions:
    """Everything that was ever the text of *document*, as *snapshot* knows it."""

    repo: Repository
    snapshot: Snapshot
    document: Document

    @cached_property
    def tags(self) -> dict[str, tuple[Tag, TagObject]]:
        """Return the release tags of the document, by version."""
        return release_objects(self.repo, self.snapshot, self.document.identifier)

    @property
    def versions(self) -> tuple[str, ...]:
        """Return its versions, oldest first: those its history tells, else those of its tags."""
        told = [row.version for row in self.document.releases()]
        known = self.snapshot.project.released.get(self.document.identifier, ())
        found = {version for name in (*told, *known) if (version := Version.parse(name))}
        return tuple(map(str, sorted(found)))

    def read(self, wanted: str) -> Edition:
        """Return the text called *wanted*: a version, `draft` or `HEAD`; empty: that in force."""
        if not wanted:
            return self.in_force()
        if wanted == DRAFT:
            return self._draft()
        if wanted == HEAD:
            return self.last_commit()
        short = _SHORT.fullmatch(wanted)
        version = f"{short[1]}.0" if short else wanted
        if version not in self.versions:
            raise UsageError(
                say(
                    "{document} has no version {version}; there are: {versions}",
                    document=self.document.name,
                    version=wanted,
                    versions=listing((*self.versions, DRAFT, HEAD)),
                )
            )
        return self.released(version)

    def in_force(self) -> Edition:
        """Return the version in force on the day of the snapshot; without one, the file at hand."""
        earlier = self._to_read
        return self.released(earlier) if earlier else self.at_hand()

    def base(self) -> Edition:
        """Return what a draft is compared with: the version in force, else the last commit."""
        if self._to_read or self._label not in ("", DRAFT):
            return self.in_force()
        return self.last_commit()

    def at_hand(self) -> Edition:
        """Return the text of the source, called by its version while it is that version."""
        for _, data, fault in self.snapshot.source.read([self.document.path]):
            if data is not None:
                return self._edition(self._label, self.document.path, data)
            message = fault.message if fault else ""
            raise RepositoryError(
                say("{path}: {message}", path=self.document.path, message=message)
            )
        raise RepositoryError(say("{path}: there is no such file", path=self.document.path))

    def _draft(self) -> Edition:
        """Return the file at hand, or raise UsageError if it is a version."""
        if self._label not in ("", DRAFT):
            raise UsageError(
                say(
                    "{document} has no draft: the file at hand is version {version}",
                    document=self.document.name,
                    version=self._label,
                )
            )
        return self.at_hand()

    @property
    def _to_read(self) -> str | None:
        """Return the version in force on the day of the snapshot if it is not the file at hand."""
        project = self.snapshot.project
        if not self._is_policy:
            return version_to_read(project, self.document)
        in_force = version_in_force(self.document, project.on)
        return in_force if in_force not in ("", self._label) else None

    @property
    def _is_policy(self) -> bool:
        return self.document.identifier == POLICY

    @property
    def _label(self) -> str:
        """Return what to call the text of the source; a record has no versions."""
        kind = self.snapshot.project.kind_of(self.document)
        if kind is not None and not kind.controlled:
            return ""
        is_version = self.document.status in ("released", "withdrawn") and self.document.is_intact()
        return self.document.version if is_version else DRAFT

    def last_commit(self) -> Edition:
        """Return the text in the last commit."""
        commit = self.snapshot.source.commit or git.resolve_commit(self.repo, "HEAD")
        entry = git.tree_entry(self.repo, commit, self.document.path) if commit else None
        data = git.read_blob(self.repo, entry.oid) if entry else None
        if data is None:
            raise UsageError(say("{path} is not in the last commit", path=self.document.path))
        return self._edition(HEAD, self.document.path, data, commit=commit or "")

    def released(self, version: str) -> Edition:
        """Return the text of *version*, the blob that its tag names."""
        name = self.document.identifier
        if version not in self.tags:
            raise RepositoryError(not_here(name, version))
        tag, found = self.tags[version]
        blob = found.payload.get("blob", "")
        data = git.read_blob(self.repo, blob, MAX_DOCUMENT) if blob else None
        if data is None:
            raise RepositoryError(
                say(
                    "the text of {document} {version} is missing from this clone; type: git fetch",
                    document=name,
                    version=version,
                )
            )
        path = found.payload.get("path") or self.document.path
        ref = tag.name.removeprefix("refs/tags/")
        return self._edition(version, path, data, ref=ref, commit=tag.target)

    def _edition(
        self, label: str, path: str, data: bytes, *, ref: str = "", commit: str = ""
    ) -> Edition:
        if self._is_policy:
            return self._policy(label, data, ref=ref, commit=commit)
        project = self.snapshot.project
        parsed = Parser(project.kinds).parse(data)
        document = build(path, parsed, project.settings.markers)
        text = data.decode(errors="replace").replace("\r\n", "\n")
        cut = front_matter.split(text)
        keys = read_yaml(cut.block).data if cut.block else None
        return Edition(
            label=label,
            data=data,
            text=text,
            body=cut.body,
            body_line=cut.body_line,
            document=document,
            keys=keys if isinstance(keys, dict) else {},
            ref=ref,
            commit=commit,
        )

    def _policy(self, label: str, data: bytes, *, ref: str, commit: str) -> Edition:
        """Return a text of `qm.yaml`, which is keys only."""
        text = data.decode(errors="replace").replace("\r\n", "\n")
        keys = read_yaml(text).data
        return Edition(
            label=label,
            data=data,
            text=text,
            body="",
            body_line=1,
            document=replace(self.document, digest=text_digest(data)),
            keys=keys if isinstance(keys, dict) else {},
            ref=ref,
            commit=commit,
        )
