"""`qm withdraw`: a released document is followed no more; its file goes to the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qmtool.actions import deciding, placing, readiness, stamp
from qmtool.actions.authority import quality_manager
from qmtool.actions.deciding import Base, Decided, Plan, Request, decide
from qmtool.actions.mentions import Mention, lost_requirements, mentions
from qmtool.actions.release_plan import Order
from qmtool.actions.yaml_text import Value
from qmtool.errors import Refused
from qmtool.model.document import Document
from qmtool.model.text import say
from qmtool.repository.decisions import Meaning
from qmtool.repository.finding import find
from qmtool.repository.git import Repository


@dataclass(frozen=True)
class Withdrawal:
    """A document that was withdrawn, what replaces it, and what that leaves to do.

    *mentions* are the documents that still name it, *lost* the requirements that no other
    document in force answers.
    """

    decided: Decided
    successor: Document | None
    mentions: tuple[Mention, ...]
    lost: tuple[str, ...]


def withdraw(
    repo: Repository,
    wanted: Sequence[str],
    order: Order,
    *,
    successor: str = "",
    dry_run: bool = False,
    use_cache: bool = True,
) -> Iterator[Withdrawal]:
    """Withdraw each document of *wanted*, which the document called *successor* may replace."""
    left: dict[str, tuple[Document | None, tuple[Mention, ...], tuple[str, ...]]] = {}

    def plan(base: Base, document: Document) -> Plan:
        project = base.snapshot.project
        found = _successor(base, wanted, successor) if successor else None
        planned = plan_withdrawal(base, document, found.identifier if found else "")
        if document.path not in left:
            gone = {readiness.find_committed(repo, base.snapshot, one).path for one in wanted}
            left[document.path] = (
                found,
                tuple(mentions(base.snapshot, document, gone)),
                tuple(lost_requirements(project, document, gone)),
            )
        return planned

    request = Request(wanted, order, quality_manager, plan, in_force=True)
    for done in decide(repo, request, dry_run=dry_run, use_cache=use_cache):
        yield Withdrawal(done, *left[done.plan.document.path])


def _successor(base: Base, wanted: Sequence[str], successor: str) -> Document:
    """Return the document called *successor*, or raise Refused if it can replace nothing."""
    project = base.snapshot.project
    found = find(project, successor)
    if any(find(project, one) is found for one in wanted):
        raise Refused(say("{document} cannot replace itself", document=found.name))
    kind = project.kind_of(found)
    if kind is None or not kind.controlled or not found.identifier:
        raise Refused(say("{document} is not a controlled document", document=found.name))
    if found.status == "withdrawn":
        raise Refused(say("{document} is withdrawn: it replaces nothing", document=found.name))
    return found


def plan_withdrawal(base: Base, document: Document, successor: str) -> Plan:
    """Return what withdrawing *document* would write, or raise Refused."""
    name, project = document.name, base.snapshot.project
    kind = project.kind_of(document)
    if document.status == "withdrawn":
        raise Refused(say("{document} is withdrawn already", document=name))
    if kind is not None and kind.controlled and not document.history:
        raise Refused(
            say(
                "{document} was never released; delete it: git rm {path}",
                document=name,
                path=document.path,
            )
        )
    last = deciding.released_row(base, document)
    if document.status != "released":
        raise Refused(
            say(
                "a draft of {document} is open; give it up first: qm revise --discard {document}",
                document=name,
            )
        )
    pairs: dict[str, Value] = {
        "withdrawn": base.order.on.isoformat(),
        "by": base.signer.person.identifier,
        "reason": base.order.summary,
    }
    if successor:
        pairs["successor"] = successor
    path = placing.archived(project, document.path)
    if path != document.path:
        entries = base.snapshot.source.entries
        placing.refuse_place(base.repo, project, entries, document.path, path)
    before = readiness.committed(base.repo, base.snapshot, document.path)
    after = stamp.decided(before, pairs, status="withdrawn")
    reason, due = base.order.summary, document.next_review
    return Plan(document, last, Meaning.WITHDRAWN, path, before, after, reason, due)
