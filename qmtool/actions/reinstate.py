"""`qm reinstate`: a withdrawn document is in force again, in its last version."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from qmtool.actions import placing, readiness, stamp
from qmtool.actions.authority import quality_manager
from qmtool.actions.deciding import Base, Decided, Plan, Request, deciding, released_row
from qmtool.actions.release_plan import Order
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.text import say
from qmtool.repository.decisions import Meaning
from qmtool.repository.git import Repository


def reinstate(
    repo: Repository, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> AbstractContextManager[Callable[[str], Decided]]:
    """Give what brings one withdrawn document back into force."""
    request = Request(order, partial(quality_manager, act=say("reinstate a document")), plan_return)
    return deciding(repo, request, dry_run=dry_run, use_cache=use_cache)


def plan_return(base: Base, document: Document) -> Plan:
    """Return what reinstating *document* would write, or raise Refused."""
    if document.status != "withdrawn":
        raise Refused(say("{document} is not withdrawn", document=document.name))
    last = released_row(base, document)
    project = base.snapshot.project
    path = placing.home(base.repo, project, document, last.version)
    if path != document.path:
        entries = base.snapshot.source.entries
        placing.refuse_place(base.repo, project, entries, document.path, path)
    before = readiness.committed(base.repo, base.snapshot, document.path)
    pairs = {
        "reinstated": base.order.on.isoformat(),
        "by": base.signer.person.identifier,
        "reason": base.order.summary,
    }
    after = stamp.decided(before, pairs, status="released")
    reason, due = base.order.summary, document.next_review
    return Plan(document, last, Meaning.REINSTATED, path, before, after, reason, due)
