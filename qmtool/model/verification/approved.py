"""Whether as many people approved each version as the policy asks for, and the row names them."""

from collections.abc import Iterable, Iterator

from qmtool.model.approvals import Case, Given, judge
from qmtool.model.calendar import parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.identifier import POLICY
from qmtool.model.settings import Policy
from qmtool.model.text import listing, say
from qmtool.model.verification.facts import (
    APPROVED,
    OF_A_DRAFT,
    REVIEWED,
    Statement,
    Tip,
    Violation,
    violation,
)

Votes = dict[tuple[str, str, str], list[Statement]]


def votes(statements: Iterable[Statement]) -> Votes:
    """Return the reviews and approvals by document, version and digest."""
    found: Votes = {}
    for one in statements:
        if one.meaning in OF_A_DRAFT:
            found.setdefault(_text(one), []).append(one)
    return found


def _text(one: Statement) -> tuple[str, str, str]:
    return one.document, one.version, one.payload["digest"]


def judge_approvals(
    tip: Tip, one: Statement, policy: Policy, given: list[Statement], document: Document | None
) -> Iterator[Violation]:
    """Yield what the release *one*, made under *policy*, lacks of approvals.

    *given* are those of its text that hold; *document* is the one at the tip.
    """
    if one.document == POLICY:
        yield from _missing(one, policy, given, POLICY, ())
        return
    row = _row(document, one)
    if row is not None:
        yield from _unproven(one, row, given)
    if policy.approvals:
        read = document if document and document.digest == one.payload["digest"] else None
        read = read or tip.tagged(one.payload["blob"])
        kind = read.kind if read else ""
        authors = row.authors if row else ()
        yield from _missing(one, policy, given, kind, authors)


def votes_for(one: Statement, cast: Votes) -> list[Statement]:
    """Return those of the votes *cast* that are about the version and the text of *one*."""
    return cast.get(_text(one), [])


def _row(document: Document | None, one: Statement) -> HistoryRow | None:
    rows = document.history if document else ()
    return next((row for row in rows if row.version == one.version), None)


def _missing(
    one: Statement, policy: Policy, given: list[Statement], kind: str, authors: tuple[str, ...]
) -> Iterator[Violation]:
    needed = policy.approvals_of(kind)
    if not needed.needed:
        return
    case = Case(
        needed,
        one.payload["digest"],
        policy,
        one.day,
        authors,
        by_managers=kind == POLICY,
        releaser=one.payload["signer"] if kind == POLICY else "",
    )
    judged = judge(case, (_given(vote) for vote in given))
    if not judged.is_complete:
        message = say("{tag} lacks {missing}", tag=one.tag, missing=judged.missing)
        yield violation("approvals-missing", one, message)


def _given(vote: Statement) -> Given:
    said = vote.payload
    for_another = bool(said.get("person"))
    told = parse_day(said["effective"]) if for_another else None
    return Given(
        vote.person,
        vote.meaning,
        said["digest"],
        told or vote.day,
        said["signer"] if for_another else "",
        vote.day,
        said.get("medium", ""),
        said.get("proof", ""),
    )


def _unproven(one: Statement, row: HistoryRow, given: list[Statement]) -> Iterator[Violation]:
    """Yield a violation if *row* names a reviewer or an approver whom no tag bears out."""
    if not (row.reviewers or row.declared) and {*row.approvers} <= {one.payload["signer"]}:
        return
    by = {
        meaning: {vote.person for vote in given if vote.meaning == meaning}
        for meaning in OF_A_DRAFT
    }
    papers = {
        (vote.person, vote.payload["effective"], vote.payload["medium"], vote.payload["proof"])
        for vote in given
        if vote.payload.get("medium") and vote.payload.get("proof")
    }
    alone = [
        *(name for name in row.reviewers if name not in by[REVIEWED]),
        *(name for name in row.approvers if name not in {*by[APPROVED], one.payload["signer"]}),
        *(paper.by for paper in row.declared if tuple(paper) not in papers),
    ]
    if alone:
        message = say(
            "the row of {tag} names {people}, of whom no tag says that they approved",
            tag=one.tag,
            people=listing(dict.fromkeys(alone)),
        )
        yield violation("approver-unproven", one, message)
