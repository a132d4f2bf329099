"""`qm release`: publish a version as one commit and one tag, or the policy as one tag."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date

from qmtool.actions.authority import quality_manager
from qmtool.actions.locks import writing
from qmtool.actions.preflight import Place, on_release_branch, place_of_work
from qmtool.actions.publish import (
    BranchMoved,
    FileChange,
    NewTag,
    Publication,
    publish,
    tag_content,
)
from qmtool.actions.release_plan import Base, Order, ReleasePlan, plan_release
from qmtool.errors import Busy, QmError, Refused
from qmtool.model.diagnostic import Diagnostic
from qmtool.model.identifier import POLICY
from qmtool.model.settings import RQ
from qmtool.model.text import say
from qmtool.model.version import FIRST_RELEASE, Version
from qmtool.repository import front_matter, git
from qmtool.repository.finding import find
from qmtool.repository.git import RefChange, Repository
from qmtool.repository.load import load
from qmtool.repository.releases import Payload, tag_ref
from qmtool.repository.settings_file import FILE as SETTINGS
from qmtool.repository.sources import BlobSource
from qmtool.rules import engine

ATTEMPTS = 5
BASELINE = "baseline"
"""The reason recorded by `qm release --all` when none is given."""


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


def release(
    repo: Repository, wanted: str, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> ReleasePlan | Release:
    """Release the document called *wanted*, or return the plan of it with *dry_run*."""
    for _ in range(ATTEMPTS):
        with nullcontext() if dry_run else writing(repo):
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
    with nullcontext() if dry_run else writing(repo):
        base = _base(repo, order, use_cache)
        for document in base.snapshot.project.documents:
            kind = base.snapshot.project.kind_of(document)
            if document.status in ("released", "withdrawn") or (kind and not kind.controlled):
                continue
            try:
                plan = plan_release(base, document)
                if dry_run:
                    yield plan
                    continue
                done = _apply(base, plan)
            except Busy:
                raise
            except QmError as error:
                yield NotReleased(document.name, document.path, error.sentence)
                continue
            base.place = Place(base.place.branch, done.commit)
            yield done


def _base(repo: Repository, order: Order, use_cache: bool) -> Base:
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
    policy = snapshot.releases.policy_commit(place.base) or place.base
    return Base(repo, place, snapshot, by_path, signer, policy, order)


def _apply(base: Base, plan: ReleasePlan) -> Release:
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


def release_policy(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Version:
    """Release `qm.yaml` as it stands in the last commit: one tag, and no file changes.

    Who signs must be a quality manager of the policy in force before. Return the version, which
    *dry_run* only tells.
    """
    with nullcontext() if dry_run else writing(repo):
        base = _base(repo, order, use_cache)
        entry = base.snapshot.source.entries[SETTINGS]
        if not base.snapshot.project.settings.policy.quality_managers(order.on):
            raise Refused(say("qm.yaml names no quality manager (roles: [rq]) for today"))
        versions = [
            Version.parse(version) or Version(0)
            for name, version in base.snapshot.releases.tags
            if name == POLICY
        ]
        version = max(versions).next_release() if versions else FIRST_RELEASE
        if dry_run:
            return version
        data = git.read_blob(repo, entry.oid) or b""
        payload = Payload(
            format="1",
            document=POLICY,
            version=str(version),
            origin="released",
            path=SETTINGS,
            blob=entry.oid,
            digest=front_matter.digest(data.decode().replace("\r\n", "\n")),
            policy=base.policy,
            signer=base.signer.person.identifier,
            name=base.signer.person.name or base.signer.name,
            role=RQ,
            meaning="released",
            reason=order.summary,
            effective=order.on.isoformat(),
            date=order.now.isoformat(timespec="seconds"),
        )
        ref = tag_ref(POLICY, str(version))
        who = base.signer.name, base.signer.email
        content = tag_content(ref, base.place.base, who, order.when, payload.write())
        git.move_refs(repo, [RefChange(ref, git.write_tag(repo, content), None)])
        return version
