"""`qm revise`: open the next draft of a released document; the released version stays in force."""

from contextlib import nullcontext
from dataclasses import dataclass

from qmtool.actions import stamp
from qmtool.actions.locks import writing
from qmtool.actions.preflight import is_clean, place_of_work
from qmtool.actions.publish import FileChange, Publication, publish
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
    """Open the next draft of the document called *wanted*.

    An unedited document is committed as a draft, alone. One with changes of the user is marked as
    a draft on disk only, and goes with the user's next commit.
    """
    with nullcontext() if dry_run else writing(repo):
        place = place_of_work(repo)
        project = load(repo, WorkTree(repo), on=order.on, use_cache=use_cache).project
        document = find(project, wanted)
        _may_revise(project, document)
        if dry_run:
            return Revision(document, "")
        head = git.tree_entry(repo, place.base, document.path)
        index = git.index_entry(repo, document.path)
        before = git.read_blob(repo, head.oid) if head else None
        if head is None or before is None or not is_clean(repo, document.path, head, index, before):
            on_disk, _ = read_file(str(repo.root), document.path)
            assert on_disk is not None  # it was read a moment ago
            replace_file(repo.root / document.path, on_disk, stamp.status(on_disk, "draft"))
            return Revision(document, "")
        publication = Publication(
            branch=place.branch,
            base=place.base,
            changes=(FileChange(document.path, before, stamp.status(before, "draft"), head.mode),),
            tags=(),
            message=f"revise {document.identifier} after {document.version}\n",
            who=git.identity(repo),
            when=order.when,
        )
        return Revision(document, publish(repo, publication).commit)


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
    if document.status != "released":
        raise Refused(
            say(
                "{document} is not released (status: {status}): edit it, then release it",
                document=document.name,
                status=document.status or "draft",
            )
        )
