"""The past of one document, read from its tags and its commits."""

from collections.abc import Iterable

from qmtool.model.commit import Commit
from qmtool.model.document import Document
from qmtool.model.kind import Kind
from qmtool.model.people import names_of
from qmtool.model.revision import ABOUT_A_DRAFT, History, Mark, pending, revisions, version_in_force
from qmtool.repository import git
from qmtool.repository.decisions import read_decisions
from qmtool.repository.git import Repository, Tag
from qmtool.repository.git_history import commits_of, is_readable
from qmtool.repository.load import Snapshot
from qmtool.repository.sources import WorkTree, read_file
from qmtool.repository.tag_objects import TagObject, read_tag


def history_of(repo: Repository, snapshot: Snapshot, document: Document) -> History:
    """Return the past of *document* as *snapshot* has it, with the commits since its last version.

    Those are looked for under the path at hand and under that of the last version.
    """
    project = snapshot.project
    objects = release_objects(repo, snapshot, document.identifier)
    marks = [_mark(*one) for one in objects.values()]
    if document.identifier:
        marks += [_mark(one.tag, one.object) for one in read_decisions(repo, document.identifier)]
    last = document.last_release()
    before = objects.get(last.version) if last else None
    until = snapshot.source.commit or git.resolve_commit(repo, "HEAD") or ""
    drafts: tuple[Commit, ...] | None = ()
    if not is_readable(repo):
        drafts = None
    elif until:
        paths = {document.path, before[1].payload.get("path", "") if before else ""} - {""}
        since = before[0].target if before else ""
        # A review or an approval is a tag only: its commit is that of whoever wrote the text.
        decided = {mark.commit for mark in marks if mark.meaning not in ABOUT_A_DRAFT}
        found = commits_of(repo, sorted(paths), until, since)
        drafts = tuple(one for one in found if one.oid not in decided)
    return History(
        document,
        tuple(revisions(document, marks)),
        version_in_force(document, project.on),
        project.on,
        names=names_of(project),
        drafts=drafts,
        uncommitted=_is_uncommitted(repo, snapshot, document, until),
        pending=pending(document, marks),
        kind=_register(snapshot, document),
    )


def _register(snapshot: Snapshot, document: Document) -> Kind | None:
    """Return the kind of *document* where it is an entry of a register."""
    kind = snapshot.project.kind_of(document)
    return kind if kind is not None and kind.steps else None


def release_objects(
    repo: Repository, snapshot: Snapshot, identifier: str
) -> dict[str, tuple[Tag, TagObject]]:
    """Return the release tags of the document called *identifier*, by version."""
    tags = snapshot.releases.tags
    found = {version: tag for (name, version), tag in tags.items() if name == identifier}
    return dict(zip(found, _objects(repo, found.values()), strict=True))


def _objects(repo: Repository, tags: Iterable[Tag]) -> list[tuple[Tag, TagObject]]:
    wanted = list(tags)
    read = git.read_blobs(repo, [tag.oid for tag in wanted])
    return [(tag, read_tag(data or b"")) for tag, (_, data) in zip(wanted, read, strict=True)]


def _mark(tag: Tag, found: TagObject) -> Mark:
    payload = found.payload
    name = payload.get("name") or found.tagger.partition(" <")[0]
    signer = payload.get("signer", "")
    return Mark(
        ref=tag.name.removeprefix("refs/tags/"),
        commit=tag.target,
        meaning=payload.get("meaning", ""),
        version=payload.get("version", ""),
        signer=signer,
        name=name,
        person=payload.get("person") or signer,
        moment=payload.get("date", ""),
        effective=payload.get("effective", ""),
        digest=payload.get("digest", ""),
        reason=payload.get("reason", ""),
        medium=payload.get("medium", ""),
        proof=payload.get("proof", ""),
        has_signature=bool(found.signature),
    )


def _is_uncommitted(repo: Repository, snapshot: Snapshot, document: Document, commit: str) -> bool:
    """Return whether the file on disk says something else than the last commit."""
    if not isinstance(snapshot.source, WorkTree):
        return False
    data, _ = read_file(str(repo.root), document.path)
    entry = git.tree_entry(repo, commit, document.path) if commit else None
    committed = git.read_blob(repo, entry.oid) if entry else None
    if data is None or committed is None:
        return data is not None
    return data.replace(b"\r\n", b"\n") != committed.replace(b"\r\n", b"\n")
