"""`qm revise`: open the next draft of a released document; the released version stays in force."""

from dataclasses import dataclass

from qmtool.actions import stamp
from qmtool.actions.approvals import IN_REVIEW
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, is_clean, place_of_work
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.recovery import scratch
from qmtool.actions.release_plan import Order
from qmtool.actions.replace import replace_file
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.finding import find
from qmtool.repository.git import Repository
from qmtool.repository.load import load
from qmtool.repository.sources import WorkTree, read_file


@dataclass(frozen=True)
class Revision:
    """A draft that was opened; *commit* is empty where only the file on disk was changed."""

    document: Document
    commit: str


def revise(
    repo: Repository, wanted: str, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Revision:
    """Open the next draft of the document called *wanted*, or take it back from review.

    An unedited document is committed as a draft, alone. One with changes of the user is marked as
    a draft on disk only, and goes with the user's next commit.
    """

    def make() -> tuple[Document, Publication]:
        place = place_of_work(repo)
        project = load(repo, WorkTree(repo), on=order.on, use_cache=use_cache).project
        document = find(project, wanted)
        _may_revise(project, document)
        return document, Publication(
            branch=place.branch,
            base=place.base,
            changes=_changes(repo, place, document),
            tags=(),
            message=_title(document) + "\n",
            who=git.identity(repo),
            when=order.when,
        )

    if dry_run:
        return Revision(make()[0], "")
    with writing(repo):
        document, publication = make()
        if publication.changes:
            document, done = publish(repo, make)
            return Revision(document, done.commit)
        on_disk, _ = read_file(str(repo.root), document.path)
        assert on_disk is not None  # it was read a moment ago
        with scratch(repo) as folder:
            after = stamp.status(on_disk, "draft")
            replace_file(repo.root / document.path, on_disk, after, via=folder)
        return Revision(document, "")


def _title(document: Document) -> str:
    """Return the subject of the commit: a draft is opened, or taken back from review."""
    if document.status == IN_REVIEW:
        return f"take {document.identifier} back from review"
    return f"revise {document.identifier} after {document.version}"


def _changes(repo: Repository, place: Place, document: Document) -> tuple[FileChange, ...]:
    """Return the change of a document without changes of the user, none of one that has some."""
    head = git.tree_entry(repo, place.base, document.path)
    index = git.index_entry(repo, document.path)
    before = git.read_blob(repo, head.oid) if head else None
    if head is None or before is None or not is_clean(repo, document.path, head, index, before):
        return ()
    return (FileChange(document.path, before, stamp.status(before, "draft"), head.mode),)


def _may_revise(project: Project, document: Document) -> None:
    kind = project.kind_of(document)
    if kind is None or not kind.controlled:
        raise Refused(say("{document} is not a controlled document", document=document.name))
    unread = [one for one in document.faults if one.rule.startswith("unread")]
    if unread:
        raise Refused(
            say(
                "{path}:{line}: {message}",
                path=document.path,
                line=unread[0].line,
                message=unread[0].message,
            )
        )
    if document.status == "withdrawn":
        raise Refused(
            say(
                "{document} is withdrawn; to use it again: qm reinstate {document}",
                document=document.name,
            )
        )
    if document.status not in ("released", IN_REVIEW):
        raise Refused(
            say(
                "{document} is a draft already: edit {path}, commit, then type: qm submit "
                "{document}, or qm release {document} where no approval is needed",
                document=document.name,
                path=document.path,
            )
        )
