"""What releasing one document would write: decided here, without changing anything."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from qmtool.actions import stamp
from qmtool.actions.authority import Signer
from qmtool.actions.preflight import Place, is_clean
from qmtool.errors import Refused
from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Diagnostic, Severity
from qmtool.model.document import Document
from qmtool.model.paths import folder_of, join
from qmtool.model.text import Text, listing, say
from qmtool.model.version import FIRST_RELEASE, Version
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.repository.releases import Releases


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


@dataclass
class Base:
    """What every release of a run shares: the last commit, read once."""

    repo: Repository
    place: Place
    snapshot: Snapshot
    diagnostics: Mapping[str, Sequence[Diagnostic]]
    signer: Signer
    policy: str
    order: Order


def plan_release(base: Base, document: Document) -> ReleasePlan:
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


def _state_allows(base: Base, document: Document) -> None:
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
    version = last.next_release() if last else FIRST_RELEASE
    if Version.parse(str(version)) is None:
        raise Refused(
            say(
                "{document} has no version left after {version}",
                document=document.name,
                version=last,
            )
        )
    return version


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
    tagged = releases.by_document.get(name, ())
    told = tuple(row.version for row in document.releases())
    if tagged != told:
        raise Refused(
            say(
                "the history of {document} says {told}, its tags say {tagged}; type git fetch "
                "--tags, or put the history back",
                document=name,
                told=listing(told) or "–",
                tagged=listing(tagged) or "–",
            )
        )


def _committed(base: Base, document: Document) -> bytes:
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
    data = git.read_blob(base.repo, head.oid)
    if data is None or not is_clean(base.repo, document.path, head, index, data):
        raise Refused(
            say(
                "{path} has changes that are not committed; type: git commit -m … -- {path}",
                path=document.path,
            )
        )
    return data


def _effective(order: Order, document: Document) -> date:
    """Return from when the new version applies: never earlier than the day of its release."""
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


def _authors(base: Base, document: Document) -> tuple[str, ...]:
    """Return the people who committed the document since its last version."""
    last = document.last_release()
    tag = base.snapshot.releases.tags.get((document.identifier, last.version)) if last else None
    emails = git.authors_of(
        base.repo, document.path, tag.target if tag else None, base.snapshot.project.at
    )
    policy = base.snapshot.project.settings.policy
    people = (policy.by_email(email, base.order.on) for email in emails)
    return tuple(dict.fromkeys(one.identifier for one in people if one))


def _attachments(base: Base, document: Document) -> dict[str, str]:
    """Return the SHA-256 of each file that *document* introduces, none if they are written."""
    sums = {}
    for one in document.attachments:
        path = join(folder_of(document.path), one.file)
        entry = base.snapshot.source.entries.get(path) if path else None
        data = git.read_blob(base.repo, entry.oid) if entry else None
        if data is None:
            raise Refused(
                say(
                    "{document}: the attachment {file} is not in the last commit",
                    document=document.name,
                    file=one.file,
                )
            )
        sums[one.file] = stamp.file_sum(data)
    written = {one.file: one.sha256 for one in document.attachments}
    return {} if sums == written else sums
