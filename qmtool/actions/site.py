"""What is published of a snapshot: which documents, and where their texts and files are read."""

import hashlib
from collections.abc import Set
from functools import cached_property

from qmtool.actions.site_folder import CLAIMED, OutputFolder, Told, Written, nobody
from qmtool.errors import RepositoryError
from qmtool.model.paths import folder_of, join
from qmtool.model.people import names_of
from qmtool.model.publication import Entry, Past, Publication, entries, without
from qmtool.model.standing import State
from qmtool.model.text import say
from qmtool.model.veil import tells_too_much, words_of_path
from qmtool.reports.language import Language
from qmtool.reports.site import Site
from qmtool.reports.site_links import Links
from qmtool.repository import front_matter, git
from qmtool.repository.front_matter import Split
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.lost_tags import not_here
from qmtool.repository.sources import kind_fault
from qmtool.rules.confidential import paths_that_tell
from qmtool.rules.telling import telling

MAX_FILE = 200 << 20
_AT_HAND = (State.RECORD, State.IN_FORCE, State.OVERDUE)
"""The states in which the file of the commit is the text that applies."""


def publication_of(found: Snapshot) -> Publication:
    """Return what is published of *found*, the snapshot of a commit with the versions in force."""
    project = found.project
    every = list(entries(project))
    kept, left_out = without(iter(every), telling(project, (one.told for one in every)))
    return Publication(
        on=project.on,
        at=project.at,
        centre=project.settings.organisation,
        entries=tuple(kept),
        processes=project.settings.processes,
        kinds={name: kind.label for name, kind in project.kinds.items()},
        names=names_of(project),
        left_out=tuple(left_out),
        records={name: kind for name, kind in project.kinds.items() if not kind.controlled},
        sites={one.identifier: one.name for one in project.settings.sites if one.name},
        referentials=project.referentials,
    )


def publish(
    repo: Repository,
    found: Snapshot,
    publication: Publication,
    language: Language,
    folder: OutputFolder,
    *,
    dry_run: bool = False,
    told: Told = nobody,
) -> Written:
    """Write the pages of *publication*, which is of *found*, in *folder*; *told* hears how far."""
    texts = Texts(repo, found)
    pieces = Site(publication, language, Links(publication, texts.is_file), texts).pieces()
    for name, piece in pieces.items():  # a file that is missing is told before anything is written
        if name.startswith("files/") and folder.known.get(name, CLAIMED).key != piece.key:
            piece.make()
    return folder.write(pieces, dry_run=dry_run, told=told)


class Texts:
    """Reads the texts of what is published of *found*: from its commit, or from a release tag."""

    def __init__(self, repo: Repository, found: Snapshot) -> None:
        self.repo = repo
        self.found = found
        self.tags = found.releases.tags

    @cached_property
    def files(self) -> Set[str]:
        """Return the plain files of the commit, but for those whose names tell of a patient."""
        entries = self.found.source.entries
        plain = {path for path, entry in entries.items() if kind_fault(entry) is None}
        return plain - paths_that_tell(self.found.project)

    @cached_property
    def known(self) -> frozenset[tuple[str, str]]:
        """Return the released versions whose text is there, by id and version."""
        return frozenset(self.tags)

    def is_file(self, entry: Entry, path: str) -> bool:
        """Return whether *path* is a file that *entry* may show.

        The draft of its next version may have removed one that the version in force still needs.
        """
        if path in self.files:
            return True
        tag = self.tags.get((entry.identifier, entry.standing.in_force))
        if tag is None or entry.standing.state in _AT_HAND or tells_too_much(words_of_path(path)):
            return False
        found = git.describe(self.repo, f"{tag.target}:{path}")
        return found is not None and found[1] == "blob"

    def body(self, entry: Entry) -> str:
        """Return the Markdown of a document in force."""
        one = entry.standing
        if one.state not in _AT_HAND:
            return self._released(entry.identifier, one.in_force).body
        path = one.document.path
        (found,) = self.found.source.read([path])
        _, data, fault = found
        if data is None:
            message = fault.message if fault else ""
            raise RepositoryError(say("{path}: {message}", path=path, message=message))
        return _split(data).body

    def _released(self, identifier: str, version: str) -> Split:
        """Return the text of a version, from the blob that its tag names."""
        data = self.found.releases.blobs([(identifier, version)]).get((identifier, version))
        if data is None:
            raise RepositoryError(not_here(identifier, version))
        return _split(data)

    def past_key(self, past: Past) -> str:
        """Return the key of the text of an earlier version."""
        return self.tags[past.identifier, past.row.version].oid

    def past(self, past: Past) -> tuple[str, str] | None:
        """Return title and Markdown of an earlier version, None if they tell who somebody is."""
        from qmtool.repository.yaml_events import read_yaml  # costly, and only old texts need it

        found = self._released(past.identifier, past.row.version)
        head = read_yaml(found.block or "").data
        title = str(head.get("title") or "") if isinstance(head, dict) else ""
        return None if tells_too_much(f"{title}\n{found.body}") else (title, found.body)

    def file_key(self, entry: Entry, path: str) -> str:
        """Return the key of a file that *entry* shows: where it is looked for."""
        tag = self.tags.get((entry.identifier, entry.standing.in_force))
        at_hand = self.found.source.entries.get(path)
        return f"{tag.target if tag else ''}:{at_hand.oid if at_hand else ''}"

    def file(self, entry: Entry, path: str) -> bytes:
        """Return the bytes of a file that *entry* shows: as it was released, if that is known."""
        tag = self.tags.get((entry.identifier, entry.standing.in_force))
        names = [f"{tag.target}:{path}"] if tag else []
        at_hand = self.found.source.entries.get(path)
        names += [at_hand.oid] if at_hand else []
        for name in names:
            data = git.read_blob(self.repo, name, MAX_FILE)
            if data is not None and _is_released(entry, path, data):
                return data
        raise RepositoryError(
            say(
                "{document}: the file {file} is not the one that was released; put that one back, "
                "or release a new version (qm revise {document})",
                document=entry.identifier,
                file=path,
            )
        )


def _is_released(entry: Entry, path: str, data: bytes) -> bool:
    """Return whether *data* have the digest with which *entry* introduces the file, if it has."""
    assert entry.shown is not None  # a withdrawn document shows nothing
    folder = folder_of(entry.shown.path)
    told = {one.sha256 for one in entry.shown.attachments if join(folder, one.file) == path}
    digest = hashlib.sha256(data).hexdigest()
    return all(one in ("", digest) for one in told)


def _split(data: bytes) -> Split:
    return front_matter.split(data.decode(errors="replace").replace("\r\n", "\n"))
