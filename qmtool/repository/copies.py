"""Controlled copies: the texts in force as a commit and its tags hold them, with their files."""

import hashlib
from collections.abc import Iterable, Iterator

from qmtool.model.document import Document
from qmtool.model.dossier import Attached, Copy, Leads, text_in_force
from qmtool.model.edition import Edition
from qmtool.model.evidence import EvidenceState
from qmtool.model.handed_out import may_be_opened
from qmtool.model.paths import folder_of, join
from qmtool.repository import git
from qmtool.repository.editions import Editions
from qmtool.repository.git import Entry, Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.sources import kind_fault

MAX_FILE = 50 * 1024 * 1024
"""A longer file is named and not copied, nor is one that might run when it is opened."""


def copies(
    repo: Repository, found: Snapshot, documents: Iterable[Document], images: Leads
) -> dict[str, Copy]:
    """Return the copies of *documents* by their paths; *images* gives those that a text shows."""
    return {one.path: _copy(repo, found, one, images) for one in documents}


def _copy(repo: Repository, found: Snapshot, document: Document, images: Leads) -> Copy:
    """Return the copy of *document*, of which a text is in force."""
    project, head = found.project, found.source.commit or ""
    declarer = text_in_force(project, document)
    edition = Editions(repo, found, document).in_force()
    kind = project.kind_of(document)
    version = edition.label if kind is None or kind.controlled else ""
    tag = found.releases.tags.get((document.identifier, version))
    text = edition.document
    return Copy(
        document=document,
        text=text,
        version=version,
        since=text.effective if version else text.date,
        is_overdue=declarer is not None and declarer.state is EvidenceState.OVERDUE,
        commit=edition.commit or (tag.target if tag else head),
        body=edition.body,
        process=project.process_of(document),
        owner=project.owner_of(document),
        files=tuple(_files(repo, found, edition, images)),
    )


def _files(
    repo: Repository, found: Snapshot, edition: Edition, images: Leads
) -> Iterator[Attached]:
    """Yield the attachments of a text, then the images that it shows, as its commit holds them."""
    text = edition.document
    sums: dict[str, str] = {}
    for one in text.attachments:
        path = join(folder_of(text.path), one.file)
        if path is not None:
            sums.setdefault(path, one.sha256)
    shown = dict.fromkeys(path for path in images(text) if path not in sums)
    wanted = [*sums, *shown]
    entries = (
        git.tree_entries_of(repo, edition.commit, wanted) if edition.ref else found.source.entries
    )
    for path in wanted:
        if path in sums and not may_be_opened(path):
            yield Attached(path, None)
            continue
        data = _read(repo, entries.get(path))
        if path in shown:
            if data is not None:
                yield Attached(path, data, is_image=True)
            continue
        digest = sums[path]
        is_intact = data is not None and hashlib.sha256(data).hexdigest() == digest
        yield Attached(path, data, is_intact=is_intact or not digest)


def _read(repo: Repository, entry: Entry | None) -> bytes | None:
    """Return the bytes of a plain file of the commit, None where there are none to hand over."""
    if entry is None or kind_fault(entry) is not None:
        return None
    return git.read_blob(repo, entry.oid, MAX_FILE)
