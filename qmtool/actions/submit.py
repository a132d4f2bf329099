"""`qm submit`: a draft is finished, and waits for its reviews and approvals."""

from dataclasses import dataclass, replace

from qmtool.actions import stamp
from qmtool.actions.approvals import IN_REVIEW, asked_of, given_for
from qmtool.actions.authors import hands_of
from qmtool.actions.last_commit import LastCommit
from qmtool.actions.locks import writing
from qmtool.actions.publish import FileChange, Publication, publish
from qmtool.actions.readiness import (
    attachment_sums,
    committed,
    refuse_errors,
    refuse_published,
)
from qmtool.errors import Refused
from qmtool.model.approvals import Judgement, judge
from qmtool.model.document import Document
from qmtool.model.project import Project
from qmtool.model.text import say
from qmtool.repository import front_matter, git
from qmtool.repository.git import Repository


@dataclass(frozen=True)
class Submission:
    """A document that is in review, for a version; *commit* is empty if nothing was done."""

    document: Document
    version: str
    judgement: Judgement
    commit: str = ""
    left_alone: tuple[str, ...] = ()


def submit(repo: Repository, wanted: str, last: LastCommit, *, dry_run: bool = False) -> Submission:
    """Submit the draft called *wanted*: one commit, of that document alone."""
    if dry_run:
        return _plan(repo, wanted, last)[0]
    with writing(repo):
        planned, done = publish(repo, lambda: _plan(repo, wanted, last))
    last.moved(done.commit, planned.document.path)
    return Submission(
        planned.document, planned.version, planned.judgement, done.commit, done.left_alone
    )


def _plan(repo: Repository, wanted: str, last: LastCommit) -> tuple[Submission, Publication]:
    """Return what submitting the document would write, or raise Refused."""
    place, snapshot, document = last.document(wanted)
    project = snapshot.project
    _may_submit(project, document)
    headline = say("{document} has errors and was not submitted:", document=document.name)
    refuse_errors(document, last.diagnostics(), headline)
    before = committed(repo, snapshot, document.path)
    after = stamp.status(before, IN_REVIEW, attachment_sums(repo, snapshot, document))
    authors = hands_of(repo, snapshot, document, place.base).authors
    digest = front_matter.digest(after.decode().replace("\r\n", "\n"))
    asked = asked_of(replace(document, digest=digest), project.policy, project.on, authors)
    judgement = judge(asked.case, given_for(repo, asked))
    publication = Publication(
        branch=place.branch,
        base=place.base,
        changes=(FileChange(document.path, before, after),),
        tags=(),
        message=f"submit {document.identifier} {asked.version} for review\n",
        who=git.identity(repo),
        when=last.order.when,
    )
    return Submission(document, asked.version, judgement), publication


def _may_submit(project: Project, document: Document) -> None:
    """Raise Refused unless *document* is a draft of a controlled kind."""
    kind = project.kind_of(document)
    name = document.name
    if kind is not None and not kind.controlled:
        raise Refused(
            say("{document} is a record: records are never submitted or released", document=name)
        )
    if document.status == IN_REVIEW:
        raise Refused(
            say("{document} is in review already; type: qm approve {document}", document=name)
        )
    refuse_published(document)
