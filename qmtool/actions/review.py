"""`qm review`: somebody read a document and found nothing to change; its review date moves."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from qmtool.actions import readiness, stamp
from qmtool.actions.authority import member
from qmtool.actions.deciding import Base, Decided, Plan, Request, deciding, released_row
from qmtool.actions.release_plan import Order
from qmtool.actions.yaml_text import Value
from qmtool.errors import Refused
from qmtool.model.calendar import add_months, parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.text import listing, say
from qmtool.repository.decisions import Meaning
from qmtool.repository.git import Repository

NO_REMARK = "confirmed without change"
"""What the tag gives as the reason of a review without one."""


def review(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> AbstractContextManager[Callable[[str], Decided]]:
    """Give what confirms the version in force of one document."""
    request = Request(order, member, plan_review)
    return deciding(repo, request, dry_run=dry_run, use_cache=use_cache)


def plan_review(base: Base, document: Document) -> Plan:
    """Return what confirming the version in force of *document* would write, or raise Refused.

    A draft of the next version may be open: the row then speaks of the version before it.
    """
    if document.status == "withdrawn":
        raise Refused(
            say(
                "{document} is withdrawn; to use it again: qm reinstate {document}",
                document=document.name,
            )
        )
    last = released_row(base, document)
    _may_confirm(base, document)
    on = base.order.on
    effective = document.effective or parse_day(last.in_force_from) or on
    if effective > on:
        raise Refused(
            say(
                "{document} v{version} takes effect on {day}: there is nothing to confirm before",
                document=document.name,
                version=last.version,
                day=effective,
            )
        )
    _refuse_twice(base, document, last)
    pairs: dict[str, Value] = {"reviewed": on.isoformat(), "by": base.signer.person.identifier}
    if base.order.summary:
        pairs["summary"] = base.order.summary
    due = add_months(on, base.snapshot.project.settings.review_months)
    before = readiness.committed(base.repo, base.snapshot, document.path)
    return Plan(
        document,
        last,
        Meaning.CONFIRMED,
        document.path,
        before,
        stamp.decided(before, pairs, next_review=due.isoformat()),
        base.order.summary or NO_REMARK,
        due,
    )


def _may_confirm(base: Base, document: Document) -> None:
    """Raise Refused unless who runs qm owns *document* or is a quality manager."""
    project = base.snapshot.project
    owner = project.owner_of(document)
    if base.is_manager or base.signer.person.identifier == owner:
        return
    managers = [one.identifier for one in project.policy.quality_managers(base.order.on)]
    raise Refused(
        say(
            "only its owner ({owner}) or a quality manager ({managers}) may confirm {document}; "
            "you are {person}. Nothing was changed",
            owner=owner or "–",
            managers=listing(managers) or "–",
            document=document.name,
            person=base.signer.person.identifier,
        )
    )


def _refuse_twice(base: Base, document: Document, last: HistoryRow) -> None:
    """Raise Refused if the version of *last* was confirmed today already."""
    since = document.history[document.history.index(last) :]
    if any(parse_day(row.reviewed) == base.order.on for row in since):
        raise Refused(
            say(
                "{document} v{version} was confirmed today already",
                document=document.name,
                version=last.version,
            )
        )
