"""What is in review, and what each of it lacks: read from the tags only where something is."""

from dataclasses import dataclass

from qmtool.actions.approvals import IN_REVIEW, Asked, asked_of, asked_of_policy, given_for
from qmtool.actions.authors import hands_of
from qmtool.model.approvals import Judgement, judge
from qmtool.model.identifier import POLICY
from qmtool.repository import git
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot


@dataclass(frozen=True)
class Pending:
    """A text in review: its *path*, who worked on it, and what was given for it."""

    name: str
    path: str
    hands: tuple[str, ...]
    judgement: Judgement


def in_review(repo: Repository, snapshot: Snapshot) -> list[Pending]:
    """Return the documents in review, and the policy if a change of it waits for approvals."""
    project = snapshot.project
    head = git.resolve_commit(repo, "HEAD")
    found = []
    for document in project.documents:
        kind = project.kind_of(document)
        if document.status != IN_REVIEW or kind is None or not kind.controlled or head is None:
            continue
        hands = hands_of(repo, snapshot, document, head)
        asked = asked_of(document, project.policy, project.on, hands.authors)
        judged = _judged(repo, asked)
        found.append(Pending(document.name, document.path, hands.all, judged))
    needed = project.policy.approvals_of(POLICY).needed
    if needed and project.settings.policy != project.policy:
        asked = asked_of_policy(snapshot, project.policy, project.on)
        found.append(Pending(POLICY, "", (), _judged(repo, asked)))
    return sorted(found, key=lambda one: one.name)


def _judged(repo: Repository, asked: Asked) -> Judgement:
    return judge(asked.case, given_for(repo, asked))
