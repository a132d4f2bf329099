"""Whether the commits that tags name are on the branch, and change what they may."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from qmtool.model.identifier import POLICY
from qmtool.model.text import listing, say
from qmtool.model.verification.facts import (
    OF_A_DRAFT,
    REINSTATED,
    WITHDRAWN,
    Change,
    Facts,
    Statement,
    Violation,
    violation,
)

_PLAIN = "100644"


def judge_place(facts: Facts, one: Statement) -> Iterator[Violation]:
    """Yield what is wrong with the commit that the tag *one* names, and with its file there."""
    if one.commit not in facts.on_branch and one.meaning not in OF_A_DRAFT:
        yield violation(
            "not-on-branch",
            one,
            say(
                "{tag} names the commit {commit}, which the branch does not have",
                tag=one.tag,
                commit=one.commit[:10],
            ),
        )
    if one.oid in facts.trusted:
        return
    if one.makes_a_commit:
        yield from _changes(facts, one)
    elif facts.blobs.get((one.commit, one.payload["path"])) != one.payload["blob"]:
        yield _other_blob(one)


def _other_blob(one: Statement) -> Violation:
    return violation(
        "blob-mismatch",
        one,
        say(
            "{tag} does not describe the file {path} of its commit",
            tag=one.tag,
            path=one.payload["path"],
        ),
    )


def _changes(facts: Facts, one: Statement) -> Iterator[Violation]:
    """Yield what is wrong with the files that the commit of *one* changes."""
    changes = facts.changes.get(one.commit, {})
    path = one.payload["path"]
    others = sorted(set(changes) - {path})
    if others and not _moves(facts, one, changes, others):
        is_merge = len(facts.order.get(one.commit, ())) > 1
        yield violation(
            "merged-content" if is_merge else "mixed-commit",
            one,
            say(
                "the commit of {tag} also changes {paths}",
                tag=one.tag,
                paths=listing(others[:3]) + (", …" if len(others) > 3 else ""),
            ),
        )
    here = changes.get(path)
    if here is None or here.after != one.payload["blob"] or here.mode != _PLAIN:
        yield _other_blob(one)


def _moves(facts: Facts, one: Statement, changes: Mapping[str, Change], others: list[str]) -> bool:
    """Return whether *others* is the place that the document of *one* left for the archive."""
    left = changes[others[0]]
    if one.meaning not in (WITHDRAWN, REINSTATED) or len(others) > 1 or left.after:
        return False
    return facts.digest(left.before) == facts.digest(one.payload["blob"])


def judge_versions(statements: Iterable[Statement]) -> Iterator[Violation]:
    """Yield where the versions of a document do not follow each other, from 1.0 or an adoption."""
    by_document: dict[str, list[Statement]] = {}
    for one in statements:
        if one.number and not one.is_decision:
            by_document.setdefault(one.document, []).append(one)
    for found in by_document.values():
        found.sort(key=lambda one: one.number)
        before = 0
        for one in found:
            if one.number != before + 1 and not (before == 0 and one.is_adopted):
                yield _gap(one)
            before = one.number


def _gap(one: Statement) -> Violation:
    return violation(
        "version-gap",
        one,
        say(
            "{document} {version} exists, and {missing} before it has no tag",
            document=one.document,
            version=one.version,
            missing=f"{one.number - 1}.0",
        ),
    )


def _after(facts: Facts, start: str) -> set[str]:
    """Return the commit *start* and every one after it."""
    found = {start}
    for commit, parents in facts.order.items():
        if not found.isdisjoint(parents):
            found.add(commit)
    return found


def judge_adoption(facts: Facts, statements: Sequence[Statement]) -> Iterator[Violation]:
    """Yield the adoptions that are not the beginning of everything: one commit, the first."""
    adopted = [one for one in statements if one.is_adopted]
    if not adopted:
        return
    position = {commit: number for number, commit in enumerate(facts.order)}
    first = min(
        (one for one in statements if not one.is_decision),
        key=lambda one: position.get(one.commit, len(position)),
    )
    policies = {one.commit for one in adopted if one.document == POLICY}
    after = _after(facts, first.commit)
    is_first = all(one.is_decision or one.commit in after for one in statements)
    for one in adopted:
        if not is_first or one.commit != first.commit or one.commit not in policies:
            yield violation(
                "late-adoption",
                one,
                say(
                    "{tag} claims to be adopted from elsewhere, after versions were released here",
                    tag=one.tag,
                ),
            )
