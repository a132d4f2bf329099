"""`qm release --finalise`: the tag of a version that was proposed and has been merged.

The commit of the version came to the release branch by a merge, a squash or a fast-forward. The
tag of a quality manager on it is what makes the version one.
"""

from dataclasses import replace

from qmtool.actions import readiness
from qmtool.actions.approvals import IN_REVIEW, granted
from qmtool.actions.locks import writing
from qmtool.actions.publish import NewTag, Publication, publish
from qmtool.actions.release import Release, read_base, released_payload
from qmtool.actions.release_plan import Base, Order
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import git
from qmtool.repository.finding import find
from qmtool.repository.git import Repository
from qmtool.repository.tag_objects import release_ref


def finalise(
    repo: Repository, wanted: str, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Release:
    """Tag the version of the document called *wanted* that the last commit holds without a tag."""

    def make() -> tuple[Release, Publication]:
        base = read_base(repo, order, use_cache)
        document = find(base.snapshot.project, wanted)
        return _plan(base, document)

    if dry_run:
        return make()[0]
    with writing(repo):
        release, done = publish(repo, make)
    return replace(release, tags=done.tags)


def _plan(base: Base, document: Document) -> tuple[Release, Publication]:
    """Return the version to tag, and its publication; or raise Refused."""
    name = document.name
    headline = say("{document} has errors and was not released:", document=name)
    readiness.refuse_errors(document, base.diagnostics, headline)
    row, version = document.last_release(), document.released_version()
    if document.status != "released" or row is None or version is None:
        raise Refused(
            say(
                "{document} is not a merged proposal; type: qm release {document} --propose",
                document=name,
            )
        )
    _only_this_tag_is_missing(base, document, version)
    _still_approved(base, document)
    commit, blob = _merged_commit(base, document)
    payload = released_payload(
        base.order,
        base.signer,
        base.policy,
        document=document.identifier,
        version=str(version),
        path=document.path,
        blob=blob,
        digest=document.digest,
        reason=row.summary or base.order.summary,
        effective=str(document.effective or base.order.on),
    )
    tag = NewTag(release_ref(document.identifier, str(version)), lambda blobs, on: payload.write())
    earlier = document.releases()[-2].version if len(document.releases()) > 1 else ""
    effective = document.effective or base.order.on
    done = Release(document.identifier, version, effective, earlier, commit, ())
    return done, _publication(base, tag, commit)


def _publication(base: Base, tag: NewTag, commit: str) -> Publication:
    """Return what puts *tag* on *commit*, with the branch where it is."""
    signer, version = base.signer, tag.ref.removeprefix("refs/tags/")
    return Publication(
        branch=base.place.branch,
        base=base.place.base,
        changes=(),
        tags=(tag,),
        message=f"finalise {version}\n",
        who=(signer.name, signer.email),
        when=base.order.when,
        key=signer.key,
        tagged=commit,
    )


def _only_this_tag_is_missing(base: Base, document: Document, version: Version) -> None:
    """Raise Refused unless every version but the last has its tag, and the last has none."""
    told = tuple(row.version for row in document.releases())
    tagged = base.snapshot.releases.by_document.get(document.identifier, ())
    if tagged == told:
        raise Refused(
            say(
                "{document} {version} is released already; to change it, type: qm revise "
                "{document}",
                document=document.name,
                version=version,
            )
        )
    if tagged != told[:-1]:
        raise Refused(
            say(
                "the tags of {document} are not those of its history; type: git fetch --tags, "
                "then qm verify",
                document=document.name,
            )
        )


def _still_approved(base: Base, document: Document) -> None:
    """Raise Refused unless the text has the approvals that the policy in force asks for."""
    last = document.last_release()
    assert last is not None  # it was asked before
    rows = tuple(row for row in document.history if row is not last)
    proposed = replace(document, status=IN_REVIEW, history=rows)
    policy = base.snapshot.project.policy
    granted(base.repo, base.snapshot, proposed, policy, base.order.on, last.authors)


def _merged_commit(base: Base, document: Document) -> tuple[str, str]:
    """Return the commit of the release branch that brought this text alone, and its blob."""
    blob = base.snapshot.source.entries[document.path].oid
    for commit, parent in git.commits_of_path(base.repo, base.place.base, document.path):
        changed = git.changed_files(base.repo, parent, commit)
        if set(changed) == {document.path} and changed[document.path][1] == blob:
            return commit, blob
    raise Refused(
        say(
            "no commit changes {path} alone to this text: it was merged with other changes. Type: "
            "qm revise --discard {document}, then propose it again on its own",
            path=document.path,
            document=document.name,
        )
    )
