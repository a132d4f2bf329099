"""`qm audit record`: what a filled-in grid says of an audit, as one commit."""

from dataclasses import dataclass, replace

from qmtool.actions.act import as_committed, publish_edited, read_on_disk, refuse_stamped
from qmtool.actions.audit_rows import Reader
from qmtool.actions.audit_run import Run
from qmtool.actions.authority import member
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.record_text import Author, document_of
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.text import say
from qmtool.model.workflow import is_closed, state_of
from qmtool.repository import git
from qmtool.repository.audits import audit_of, schemes_of
from qmtool.repository.git import Repository
from qmtool.repository.importing.grid import Faults


@dataclass(frozen=True)
class Recorded:
    """What a grid changed: *lines* of the *audit* and new *findings*; *same* were there already."""

    audit: Document
    kind: Kind
    lines: int
    findings: tuple[Document, ...]
    same: int
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def record(
    repo: Repository,
    wanted: str,
    grid: tuple[bytes, str],
    last: LastCommit,
    *,
    dry_run: bool = False,
) -> Recorded:
    """Write what *grid*, bytes and their name, says of the audit *wanted*, or raise.

    Raise UsageError with a sentence for each cell that is wrong; then nothing is written.
    """
    tokens: list[str] = []
    path = last.document(wanted)[2].path
    on_disk = read_on_disk(repo, path)

    def make() -> tuple[Recorded, Publication]:
        return _plan(repo, last.document(wanted)[2], grid, last, (on_disk, tokens))

    planned, publication = make()
    if dry_run or not publication.changes:
        return planned
    with writing(repo):
        if any(one.path == path for one in publication.changes):
            planned, done = publish_edited(repo, path, on_disk, make)
        else:
            planned, done = publish(repo, make)
    return replace(planned, commit=done.commit, left_alone=done.left_alone)


def _plan(
    repo: Repository,
    committed: Document,
    grid: tuple[bytes, str],
    last: LastCommit,
    kept: tuple[bytes, list[str]],
) -> tuple[Recorded, Publication]:
    """Return what *grid* adds to the audit *committed*; *kept* are its file and the drawn ids."""
    place, snapshot = last.now()
    kind = audit_of(snapshot.project, committed)
    if is_closed(committed, kind):
        raise Refused(
            say(
                "{document} is {state}, and closed: it stays as it is",
                document=committed.name,
                state=kind.states[state_of(committed, kind)].label,
            )
        )
    signer = member(repo, snapshot.project.policy, last.order.on)
    schemes = schemes_of(snapshot.library, committed)
    known = {**snapshot.project.referentials, **schemes}
    snapshot = replace(snapshot, project=replace(snapshot.project, referentials=known))
    before = git.read_blob(repo, snapshot.source.entries[committed.path].oid) or b""
    data = as_committed(kept[0], before)
    audit = document_of(snapshot.project, committed.path, data)
    refuse_stamped(audit, committed)
    faults = Faults()
    rows = Reader(snapshot.project, audit, schemes, faults).rows(*grid)
    faults.stop()
    author = Author(signer.person.identifier, last.order.on)
    run = Run(snapshot, audit, data, author, faults)
    run.take(rows, kept[1])
    faults.stop()
    after = run.after()
    changes = [FileChange(audit.path, before, after)] if after != data else []
    changes += [FileChange(path, None, new) for path, new in run.files.items()]
    found = tuple(run.findings)
    message = f"audit {audit.identifier}: {len(run.lines)} lines, {len(found)} findings\n"
    publication = Publication(
        *(place.branch, place.base, changes, (), message),
        *(git.identity(repo), last.order.when),
    )
    now = document_of(snapshot.project, audit.path, after)
    return Recorded(now, kind, len(run.lines), found, run.same), publication
