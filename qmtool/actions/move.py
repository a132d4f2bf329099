"""`qm move`: rename the file of a document together with the links that lead to it."""

from dataclasses import dataclass

from qmtool.actions import readiness
from qmtool.actions.locks import writing
from qmtool.actions.mentions import leads_to
from qmtool.actions.move_plan import MovePlan, plan_move
from qmtool.actions.preflight import place_of_work
from qmtool.actions.publish import Publication, publish
from qmtool.actions.release_plan import Order
from qmtool.errors import Refused
from qmtool.model.text import say
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import load
from qmtool.repository.sources import BlobSource, WorkTree


@dataclass(frozen=True)
class Moved:
    """A document that was moved, or only planned to be where *commit* is empty."""

    plan: MovePlan
    commit: str = ""
    left_alone: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What the user asked for: which document, where to, and whether released texts may change."""

    wanted: str
    target: str
    revise: bool = False


def move(
    repo: Repository, wish: Wish, order: Order, *, dry_run: bool = False, use_cache: bool = True
) -> Moved:
    """Move the document of *wish* in one commit on the current branch; anybody may."""

    def make() -> tuple[MovePlan, Publication]:
        place = place_of_work(repo)
        source = BlobSource(repo, place.base, place.base)
        snapshot = load(repo, source, on=order.on, use_cache=use_cache)
        document = readiness.find_committed(repo, snapshot, wish.wanted)
        plan = plan_move(repo, snapshot, document, wish.target, revise=wish.revise)
        _refuse_uncommitted(repo, plan, order, use_cache)
        return plan, Publication(
            branch=place.branch,
            base=place.base,
            changes=plan.changes,
            tags=(),
            message=_message(plan),
            who=git.identity(repo),
            when=order.when,
        )

    if dry_run:
        return Moved(make()[0])
    with writing(repo):
        plan, done = publish(repo, make)
    return Moved(plan, done.commit, done.left_alone)


def _message(plan: MovePlan) -> str:
    """Return the message of the commit: what moved, and which documents became drafts."""
    title = f"move {plan.document.name} to {plan.path}\n"
    opened = "".join(f"revise {one.name}\n" for one in plan.revised)
    return f"{title}\n{opened}" if opened else title


def _refuse_uncommitted(repo: Repository, plan: MovePlan, order: Order, use_cache: bool) -> None:
    """Raise Refused if a document on disk leads to the moved one by a link that no commit has."""
    old = plan.document.path
    known = {old, *plan.relinked}
    for one in load(repo, WorkTree(repo), on=order.on, use_cache=use_cache).project.documents:
        targets = () if one.path in known or one.status == "withdrawn" else one.targets
        if any(leads_to(one.path, target, old) for target in targets):
            raise Refused(
                say(
                    "{path} links to {document} and has changes that are not committed; "
                    "type: git add {path} && git commit -m …",
                    path=one.path,
                    document=plan.document.name,
                )
            )
