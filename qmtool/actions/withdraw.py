"""`qm withdraw`: a released document is followed no more; its file goes to the archive."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from qmtool.actions import placing, readiness, stamp
from qmtool.actions.authority import quality_manager
from qmtool.actions.deciding import Base, Decided, Plan, Request, deciding, released_row
from qmtool.actions.mentions import Mention, lost_requirements, mentions
from qmtool.actions.release_plan import Order
from qmtool.actions.yaml_text import Value
from qmtool.errors import Refused, UsageError
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


@contextmanager
def withdraw(
    repo: Repository,
    wanted: Sequence[str],
    order: Order,
    *,
    successor: str = "",
    dry_run: bool = False,
    use_cache: bool = True,
) -> Iterator[Callable[[str], Withdrawal]]:
    """Give what withdraws one of *wanted*, which the document called *successor* may replace."""
    left: dict[str, tuple[Document | None, tuple[Mention, ...], tuple[str, ...]]] = {}
    gone: set[str] = set()

    def plan(base: Base, document: Document) -> Plan:
        found = _successor(base, wanted, successor) if successor else None
        planned = plan_withdrawal(base, document, found.identifier if found else "")
        if not gone:
            gone.update(_withdrawable(base, wanted))
        if document.path not in left:
            left[document.path] = (
                found,
                tuple(mentions(base.snapshot, document, gone)),
                tuple(lost_requirements(base.snapshot.project, document, gone)),
            )
        return planned

    allowed = partial(quality_manager, act=say("withdraw a document"))
    request = Request(order, allowed, plan, in_force=True)
    with deciding(repo, request, dry_run=dry_run, use_cache=use_cache) as decide:

        def one(name: str) -> Withdrawal:
            done = decide(name)
            return Withdrawal(done, *left[done.plan.document.path])

        yield one


def _withdrawable(base: Base, wanted: Sequence[str]) -> Iterator[str]:
    """Yield the paths of those of *wanted* that will be withdrawn together."""
    for name in wanted:
        try:
            document = readiness.find_committed(base.repo, base.snapshot, name)
            plan_withdrawal(base, document, "")
        except (Refused, UsageError):  # it is refused in its turn
            continue
        yield document.path


def _successor(base: Base, wanted: Sequence[str], successor: str) -> Document:
    """Return the document called *successor*, or raise Refused if it can replace nothing."""
    project = base.snapshot.project
    found = find(project, successor)
    if {found.path, found.identifier} & {*wanted}:
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
    last = released_row(base, document)
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
