"""`qm release POLICY`: the people, approvals and branch of `qm.yaml` come into force by one tag."""

from qmtool.actions.approvals import (
    asked_of_policy,
    granted_policy,
    next_policy_version,
    refuse_released_policy,
)
from qmtool.actions.locks import writing
from qmtool.actions.publish import NewTag, Publication, publish
from qmtool.actions.release import read_base, released_payload
from qmtool.actions.release_plan import Base, Order
from qmtool.errors import Refused
from qmtool.model.identifier import POLICY
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository.git import Repository
from qmtool.repository.settings_file import FILE as SETTINGS
from qmtool.repository.tag_objects import release_ref


def release_policy(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Version:
    """Release `qm.yaml` as it stands in the last commit: one tag, and no file changes.

    Who signs must be a quality manager of the policy in force before. Return the version, which
    *dry_run* only tells.
    """

    def make() -> tuple[Version, Publication]:
        base = read_base(repo, order, use_cache)
        return _plan(base)

    if dry_run:
        return make()[0]
    with writing(repo):
        return publish(repo, make)[0]


def _plan(base: Base) -> tuple[Version, Publication]:
    """Return the next version of the policy and what publishes it, or raise Refused."""
    order, signer, snapshot = base.order, base.signer, base.snapshot
    if not snapshot.project.settings.policy.quality_managers(order.on):
        raise Refused(say("qm.yaml names no quality manager (roles: [rq]) for today"))
    policy, releaser = snapshot.project.policy, signer.person.identifier
    asked = asked_of_policy(snapshot, policy, order.on, releaser)
    refuse_released_policy(base.repo, snapshot, asked)
    granted_policy(base.repo, snapshot, policy, order.on, releaser)
    payload = released_payload(
        order,
        signer,
        base.policy,
        document=POLICY,
        version=asked.version,
        path=SETTINGS,
        blob=snapshot.source.entries[SETTINGS].oid,
        digest=asked.case.digest,
        reason=order.summary,
        effective=order.on.isoformat(),
    )
    tag = NewTag(release_ref(POLICY, asked.version), lambda blobs, commit: payload.write())
    return next_policy_version(snapshot.releases), Publication(
        branch=base.place.branch,
        base=base.place.base,
        changes=(),
        tags=(tag,),
        message=f"release POLICY {asked.version}\n",
        who=(signer.name, signer.email),
        when=order.when,
        key=signer.key,
    )
