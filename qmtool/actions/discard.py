"""`qm revise --discard`: a draft is given up, and the file is the released version again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from qmtool.actions import stamp
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.preflight import is_clean
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.yaml_text import Value
from qmtool.errors import Refused, RepositoryError
from qmtool.model.calendar import add_months, parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.paths import folder_of, join
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.lost_tags import not_here
from qmtool.repository.parse import Parser
from qmtool.repository.record import build


@dataclass(frozen=True)
class Discard:
    """A draft that was given up: *draft* is the last commit that holds its text.

    *attachments* are the files it introduces that are not those of the released version.
    """

    document: Document
    version: str
    draft: str
    commit: str = ""
    attachments: tuple[str, ...] = ()
    left_alone: tuple[str, ...] = ()


def discard(repo: Repository, wanted: str, last: LastCommit, *, dry_run: bool = False) -> Discard:
    """Give up the draft called *wanted*: one commit, of that document alone."""
    if dry_run:
        return _plan(repo, wanted, last)[0]
    with writing(repo):
        planned, done = publish(repo, lambda: _plan(repo, wanted, last))
    last.moved(done.commit, planned.document.path)
    return replace(planned, commit=done.commit, left_alone=done.left_alone)


def _plan(repo: Repository, wanted: str, last: LastCommit) -> tuple[Discard, Publication]:
    """Return what giving up the draft would write, or raise Refused."""
    place, snapshot, document = last.document(wanted)
    row = _may_discard(snapshot.project, document)
    before = _unchanged(repo, snapshot, document)
    released = _released(snapshot, document, row)
    after = _with_later_rows(released, document, row, snapshot.project.settings.review_months)
    if front_matter.digest(after.decode().replace("\r\n", "\n")) != row.digest:
        raise RepositoryError(
            say(
                "the text of release/{document}/{version} is not the one that the history of "
                "{document} tells; type: qm verify",
                document=document.name,
                version=row.version,
            )
        )
    publication = Publication(
        branch=place.branch,
        base=place.base,
        changes=(FileChange(document.path, before, after),),
        tags=(),
        message=f"discard the draft of {document.identifier} after {row.version}\n",
        who=git.identity(repo),
        when=last.order.when,
    )
    changed = _changed_attachments(repo, snapshot, document, after)
    return Discard(document, row.version, place.base, attachments=changed), publication


def _may_discard(project: Project, document: Document) -> HistoryRow:
    """Return the last release of *document*, which must have a draft after it."""
    kind = project.kind_of(document)
    name, path = document.name, document.path
    if kind is None or not kind.controlled:
        raise Refused(say("{document} is not a controlled document", document=name))
    if document.status == "withdrawn":
        raise Refused(
            say("{document} is withdrawn; to use it again: qm reinstate {document}", document=name)
        )
    row = document.last_release()
    if row is None:
        raise Refused(
            say(
                "{document} was never released: there is no version to go back to; to give it up, "
                "type: git rm {path} && git commit -m …",
                document=name,
                path=path,
            )
        )
    if document.status == "released":
        raise Refused(
            say(
                "{document} has no draft: the last commit holds v{version}; to drop changes that "
                "are not committed, type: git restore --staged --worktree {path}",
                document=name,
                version=row.version,
                path=path,
            )
        )
    return row


def _unchanged(repo: Repository, snapshot: Snapshot, document: Document) -> bytes:
    """Return the committed bytes of *document*; raise Refused if the disk or the index differs."""
    path = document.path
    head = snapshot.source.entries[path]
    data = git.read_blob(repo, head.oid)
    if data is None or not is_clean(repo, path, head, git.index_entry(repo, path), data):
        raise Refused(
            say(
                "{path} has changes that are not committed; keep them with: git commit -m … -- "
                "{path}, or drop them with: git restore --staged --worktree {path}",
                path=path,
            )
        )
    return data


def _released(snapshot: Snapshot, document: Document, row: HistoryRow) -> bytes:
    """Return the bytes of the version of *row*, which its tag names."""
    key = document.identifier, row.version
    data = snapshot.releases.blobs([key]).get(key)
    if data is None:
        raise RepositoryError(not_here(document.name, row.version))
    return data


def _with_later_rows(
    data: bytes, document: Document, release: HistoryRow, review_months: int
) -> bytes:
    """Return the released *data* with what was decided about it since; as it is without any."""
    rows = document.history[document.history.index(release) + 1 :]
    for row in rows:
        data = stamp.decided(data, dict(_pairs(row)))
    days = [parse_day(row.reviewed) for row in rows]
    reviewed = max((day for day in days if day), default=None)
    if reviewed is None:
        return data
    since = max(reviewed, parse_day(release.in_force_from) or reviewed)
    due = add_months(since, review_months).isoformat()
    return front_matter.patch(data, {"next_review": f"next_review: {due}"})


def _pairs(row: HistoryRow) -> Iterator[tuple[str, Value]]:
    """Yield the keys of a *row* that is no version, in the order in which they are written."""
    for key in ("reviewed", "withdrawn", "reinstated", "by", "summary", "reason", "successor"):
        value = getattr(row, key)
        if value:
            yield key, value


def _changed_attachments(
    repo: Repository, snapshot: Snapshot, document: Document, after: bytes
) -> tuple[str, ...]:
    """Return the attachments of the released text *after* that are not as they were then."""
    project = snapshot.project
    parsed = Parser(project.kinds).parse(after)
    released = build(document.path, parsed, project.settings.markers)
    found = []
    for one in released.attachments:
        path = join(folder_of(document.path), one.file)
        entry = snapshot.source.entries.get(path) if path else None
        data = git.read_blob(repo, entry.oid) if entry else None
        if one.sha256 and (data is None or stamp.file_sum(data) != one.sha256):
            found.append(path or one.file)
    return tuple(found)
