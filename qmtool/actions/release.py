"""`qm release`: plan what a release writes, then publish it as one commit and one tag."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qmtool.actions import stamp
from qmtool.actions.authority import Signer, quality_manager
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, is_clean, on_release_branch, place_of_work
from qmtool.actions.publish import BranchMoved, FileChange, NewTag, Publication, publish
from qmtool.errors import Busy, Refused
from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.document import Document
from qmtool.model.settings import RQ
from qmtool.model.text import Text, say
from qmtool.model.version import FIRST_RELEASE, Version
from qmtool.repository import front_matter, git
from qmtool.repository.finding import find
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot, load
from qmtool.repository.releases import Payload, Releases, tag_ref
from qmtool.repository.sources import BlobSource
from qmtool.rules import engine

ATTEMPTS = 5
BASELINE = "baseline"
"""The reason recorded by `qm release --all` when none is given."""


@dataclass(frozen=True)
class Order:
    """What the user asked for: the day, the reason, and from when the version applies."""

    now: datetime
    summary: str
    effective: date | None = None

    @property
    def on(self) -> date:
        """Return the day of the release."""
        return self.now.date()

    @property
    def when(self) -> str:
        """Return the moment as Git writes it: seconds and offset."""
        return f"{int(self.now.timestamp())} {self.now:%z}"


@dataclass(frozen=True)
class ReleasePlan:
    """What releasing one document would write."""

    document: Document
    version: Version
    effective: date
    before: bytes
    after: bytes
    signer: Signer
    policy: str
    summary: str


@dataclass(frozen=True)
class Release:
    """A version that was published."""

    identifier: str
    version: Version
    effective: date
    earlier: str
    commit: str
    left_alone: tuple[str, ...]


@dataclass(frozen=True)
class NotReleased:
    """A document that `--all` left, and the reason."""

    identifier: str
    path: str
    reason: object


@dataclass
class _Base:
    """What every release of a run shares: the last commit, read once."""

    repo: Repository
    place: Place
    snapshot: Snapshot
    diagnostics: Mapping[str, Sequence[Diagnostic]]
    signer: Signer
    policy: str
    order: Order


def release(
    repo: Repository, wanted: str, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> ReleasePlan | Release:
    """Release the document called *wanted*, or return the plan of it with *dry_run*."""
    for _ in range(ATTEMPTS):
        with writing(repo):
            base = _base(repo, order, use_cache)
            document = find(base.snapshot.project, wanted)
            plan = plan_release(base, document)
            if dry_run:
                return plan
            try:
                return _apply(base, plan)
            except BranchMoved:
                continue
    raise Busy(say("the branch keeps moving; nothing was changed, try again"))


def release_all(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Iterator[ReleasePlan | Release | NotReleased]:
    """Release every draft that may be, one commit each, and yield what became of each.

    The drafts are judged as they stand together in the last commit.
    """
    with writing(repo):
        base = _base(repo, order, use_cache)
        for document in base.snapshot.project.documents:
            kind = base.snapshot.project.kind_of(document)
            if kind is None or not kind.controlled or document.status not in ("", "draft"):
                continue
            try:
                plan = plan_release(base, document)
                if dry_run:
                    yield plan
                    continue
                done = _apply(base, plan)
            except (Refused, git.GitError) as error:
                yield NotReleased(document.name, document.path, error.sentence)
                continue
            base.place = Place(base.place.branch, done.commit)
            yield done


def _base(repo: Repository, order: Order, use_cache: bool) -> _Base:
    """Read the last commit and check what every release needs."""
    place = place_of_work(repo)
    source = BlobSource(repo, place.base, place.base)
    snapshot = load(repo, source, on=order.on, use_cache=use_cache)
    project = snapshot.project
    if not project.settings.present:
        raise Refused(say("there is no qm.yaml in the last commit; type: qm init, or: qm adopt"))
    on_release_branch(repo, place, project.policy.release_branch)
    signer = quality_manager(repo, project.policy, order.on)
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in engine.run(project).diagnostics:
        by_path.setdefault(diagnostic.location.path, []).append(diagnostic)
    policy = snapshot.releases.policy_commit() or place.base
    return _Base(repo, place, snapshot, by_path, signer, policy, order)


def plan_release(base: _Base, document: Document) -> ReleasePlan:
    """Return what releasing *document* would write, or raise Refused."""
    project = base.snapshot.project
    kind = project.kind_of(document)
    errors = [
        one for one in base.diagnostics.get(document.path, ()) if one.severity is Severity.ERROR
    ]
    if errors:
        raise Refused(_errors(document, errors))
    assert kind is not None  # an unknown kind is an error
    if not kind.controlled:
        raise Refused(
            say("{document} is a record: records are never released", document=document.name)
        )
    _state_allows(base, document)
    version = _next_version(document)
    _tag_is_free(base.snapshot.releases, document, version)
    before = _committed(base, document)
    effective = _effective(base.order, document)
    after = stamp.release(
        before,
        stamp.Stamp(
            version=version,
            on=base.order.on,
            effective=effective,
            review_months=project.settings.review_months,
            authors=_authors(base, document),
            approver=(base.signer.person.identifier,),
            summary=base.order.summary,
            attachments=_attachments(base, document),
        ),
        document.history,
    )
    return ReleasePlan(
        document, version, effective, before, after, base.signer, base.policy, base.order.summary
    )


def _errors(document: Document, errors: Sequence[Diagnostic]) -> list[Text]:
    """Return the sentences that say which errors keep a document from being released."""
    return [
        say("{document} has errors and was not released:", document=document.name),
        *(
            say(
                "{path}:{line}:{column}: {code} {message}",
                path=one.location.path,
                line=one.location.line,
                column=one.location.column,
                code=one.code,
                message=one.message,
            )
            for one in errors
        ),
    ]


def _state_allows(base: _Base, document: Document) -> None:
    """Raise Refused unless *document* is a draft that may be released without approvals."""
    name = document.name
    if document.status == "released":
        raise Refused(
            say(
                "{document} {version} is released already; to change it, type: qm revise "
                "{document}",
                document=name,
                version=document.version,
            )
        )
    if document.status == "withdrawn":
        raise Refused(say("{document} is withdrawn", document=name))
    approvals = base.snapshot.project.policy.approvals.get(document.kind, {})
    if any(approvals.values()):
        raise Refused(
            say(
                "{document} needs approvals ({kind}: {approvals}), which this version of qm "
                "cannot record",
                document=name,
                kind=document.kind,
                approvals=dict(approvals),
            )
        )


def _next_version(document: Document) -> Version:
    last = document.released_version()
    return last.next_release() if last else FIRST_RELEASE


def _tag_is_free(releases: Releases, document: Document, version: Version) -> None:
    name = document.identifier
    if (name, str(version)) in releases.tags:
        raise Refused(
            say(
                "the tag release/{document}/{version} exists already",
                document=name,
                version=version,
            )
        )
    newest = releases.by_document.get(name, ())
    if newest and not document.history:
        raise Refused(
            say(
                "the id {document} was released before as {version}; choose a new id",
                document=name,
                version=newest[-1],
            )
        )


def _committed(base: _Base, document: Document) -> bytes:
    """Return the committed bytes of *document*, which the disk and the index must agree with."""
    head = base.snapshot.source.entries[document.path]
    if head.mode != "100644":
        raise Refused(
            say(
                "{path} is marked as a program; type: chmod -x {path} && git commit -am …",
                path=document.path,
            )
        )
    index = git.index_entry(base.repo, document.path)
    if index is not None and index.flag in "Ssh":
        raise Refused(
            say(
                "git does not look at {path}; type: git update-index --no-assume-unchanged "
                "--no-skip-worktree {path}",
                path=document.path,
            )
        )
    if not is_clean(base.repo, document.path, head, index):
        raise Refused(
            say(
                "{path} has changes that are not committed; type: git commit -m … -- {path}",
                path=document.path,
            )
        )
    data = git.read_blob(base.repo, head.oid)
    assert data is not None
    return data


def _effective(order: Order, document: Document) -> date:
    """Return from when the new version applies; never earlier than now or than the last one."""
    effective = order.effective or order.on
    if effective < order.on:
        raise Refused(say("a version cannot apply before the day of its release"))
    rows = document.releases()
    last = parse_day(rows[-1].date) if rows else None
    if last and last > order.on:
        raise Refused(
            say(
                "the date would go back: {document} was last released on {day}; check the clock",
                document=document.name,
                day=last,
            )
        )
    return effective


def _authors(base: _Base, document: Document) -> tuple[str, ...]:
    """Return the people who committed the document since its last version."""
    last = document.last_release()
    tag = base.snapshot.releases.tags.get((document.identifier, last.version)) if last else None
    emails = git.authors_of(
        base.repo, document.path, tag.target if tag else None, base.snapshot.project.at
    )
    policy = base.snapshot.project.settings.policy
    people = (policy.by_email(email) for email in emails)
    return tuple(dict.fromkeys(one.identifier for one in people if one))


def _attachments(base: _Base, document: Document) -> dict[str, str]:
    """Return the SHA-256 of each file that *document* introduces."""
    folder = document.path.rpartition("/")[0]
    sums = {}
    for one in document.attachments:
        path = f"{folder}/{one.file}" if folder else one.file
        data = git.read_blob(base.repo, f"{base.snapshot.project.at}:{path}")
        if data is not None:
            sums[one.file] = stamp.file_sum(data)
    return sums


def _apply(base: _Base, plan: ReleasePlan) -> Release:
    """Publish *plan*: the branch and the tag move together, or neither does."""
    document = plan.document
    earlier = document.last_release()
    change = FileChange(document.path, plan.before, plan.after)
    tag = NewTag(
        tag_ref(document.identifier, str(plan.version)),
        lambda blobs, _: _payload(plan, base.order, blobs[document.path]).write(),
    )
    title = f"release {document.identifier} {plan.version}: {plan.summary}"
    publication = Publication(
        branch=base.place.branch,
        base=base.place.base,
        changes=(change,),
        tags=(tag,),
        message=title + "\n",
        who=(plan.signer.name, plan.signer.email),
        when=base.order.when,
    )
    done = publish(base.repo, publication)
    return Release(
        document.identifier,
        plan.version,
        plan.effective,
        earlier.version if earlier else "",
        done.commit,
        done.left_alone,
    )


def _payload(plan: ReleasePlan, order: Order, blob: str) -> Payload:
    return Payload(
        format="1",
        document=plan.document.identifier,
        version=str(plan.version),
        origin="released",
        path=plan.document.path,
        blob=blob,
        digest=front_matter.digest(plan.after.decode().replace("\r\n", "\n")),
        policy=plan.policy,
        signer=plan.signer.person.identifier,
        name=plan.signer.person.name or plan.signer.name,
        role=RQ,
        meaning="released",
        reason=plan.summary,
        effective=plan.effective.isoformat(),
        date=order.now.isoformat(timespec="seconds"),
    )
