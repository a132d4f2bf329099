"""The policy as a document: `qm.yaml`, with the history that the tags of its versions tell."""

from collections.abc import Mapping

from qmtool.errors import UsageError
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.edition import DRAFT
from qmtool.model.identifier import POLICY
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.revisions import release_objects
from qmtool.repository.settings_file import FILE


def policy_document(repo: Repository, snapshot: Snapshot) -> Document:
    """Return `qm.yaml` as a document called POLICY; raise UsageError where there is none.

    Only the versions that were released before the commit of *snapshot* are told.
    """
    data = next((data for _, data, _ in snapshot.source.read([FILE])), None)
    if data is None:
        raise UsageError(say("there is no qm.yaml, and so no policy; type: qm init, or: qm adopt"))
    head = snapshot.source.commit or git.resolve_commit(repo, "HEAD")
    known = snapshot.releases.ancestors(head) if head else frozenset()
    objects = release_objects(repo, snapshot, POLICY)
    rows = tuple(
        _row(str(version), objects[str(version)][1].payload)
        for version in sorted(filter(None, map(Version.parse, objects)))
        if objects[str(version)][0].target in known
    )
    last = rows[-1] if rows else None
    digest = text_digest(data)
    return Document(
        FILE,
        POLICY,
        title=FILE,
        version=last.version if last else "",
        status="released" if last and last.digest == digest else DRAFT,
        effective=parse_day(last.in_force_from) if last else None,
        history=rows,
        digest=digest,
    )


def _row(version: str, payload: Mapping[str, str]) -> HistoryRow:
    """Return what a tag says of its version, as a history says it of a document."""
    return HistoryRow(
        line=1,
        version=version,
        date=payload.get("date", "")[:10],
        effective=payload.get("effective", ""),
        origin=payload.get("origin", ""),
        approvers=tuple(filter(None, [payload.get("signer")])),
        summary=payload.get("reason", ""),
        digest=payload.get("digest", ""),
    )


def text_digest(data: bytes) -> str:
    """Return the digest of a `qm.yaml`, as the tag of its release has it."""
    return front_matter.digest(data.decode(errors="replace").replace("\r\n", "\n"))
