"""`qm check --receive`: what a server asks of a push before it accepts it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from qmtool.cli.common import emit, language, now
from qmtool.cli.verify_command import EXIT_BROKEN
from qmtool.errors import Refused, UsageError
from qmtool.model.text import Text, say
from qmtool.repository import git
from qmtool.repository.tag_objects import DECISIONS, RELEASES

if TYPE_CHECKING:
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot


class Update(NamedTuple):
    """A ref that a push moves, from *old* to *new*; an empty one is not there."""

    old: str
    new: str
    ref: str


def read_updates(lines: Iterable[str]) -> list[Update]:
    """Return what Git tells a `pre-receive` hook on its standard input."""
    updates = []
    for line in lines:
        fields = line.rstrip("\n").split(" ", 2)
        if len(fields) != 3 or not all(map(git.is_object_id, fields[:2])):
            raise UsageError(
                say("--receive reads the lines that Git gives to a pre-receive hook: OLD NEW REF")
            )
        old, new = ("" if not oid.strip("0") else oid for oid in fields[:2])
        updates.append(Update(old, new, fields[2]))
    return updates


def receive(
    repo: "Repository", updates: list[Update], threshold: str, on: date, use_cache: bool
) -> int:
    """Return 0 if the push may come in; otherwise say why not.

    3: it moves or removes what must stay; 6: it breaks a promise of the record; 1: the documents
    have errors that they did not have before.
    """
    name = f"refs/heads/{_release_branch(repo, updates)}"
    branch = next((one for one in updates if one.ref == name), None)
    refused = [*_moved(updates), *_rewritten(repo, branch)]
    if refused:
        raise Refused(refused)
    tags = {one.ref: one.new for one in updates if one.ref.startswith((RELEASES, DECISIONS))}
    tip = branch.new if branch else git.resolve_commit(repo, name) or ""
    if not tip or not (branch or tags):
        return 0
    before = branch.old if branch else tip
    return _verified(repo, name, (before, tip), tags, use_cache) or (
        _checked(repo, branch, threshold, on, use_cache) if branch else 0
    )


def _release_branch(repo: "Repository", updates: list[Update]) -> str:
    """Return the name of the release branch: by the policy in force, else by what is pushed."""
    from qmtool.repository.releases import Releases

    heads = [git.resolve_commit(repo, "HEAD")]
    heads += [one.new for one in updates if one.ref.startswith("refs/heads/") and one.new]
    for head in filter(None, heads):
        found = Releases(repo).policy(head)
        if found is not None:
            return found.policy.release_branch
    return "main"


def _moved(updates: list[Update]) -> Iterator[Text]:
    for one in updates:
        if one.ref.startswith((RELEASES, DECISIONS)) and one.old and one.old != one.new:
            tag = one.ref.removeprefix("refs/tags/")
            yield say(
                "{tag} is published: it neither moves nor goes away; what is wrong with it is "
                "mended by the next version",
                tag=tag,
            )


def _rewritten(repo: "Repository", branch: Update | None) -> Iterator[Text]:
    if branch is None or not branch.old:
        return
    name = branch.ref.removeprefix("refs/heads/")
    if not branch.new:
        yield say("{branch} is the release branch: it is not deleted", branch=name)
    elif not git.is_ancestor(repo, branch.old, branch.new):
        yield say(
            "the push rewrites {branch}, which holds what was released; type: git pull, then "
            "qm release --redo for what you released",
            branch=name,
        )


def _verified(
    repo: "Repository", name: str, tips: tuple[str, str], tags: dict[str, str], use_cache: bool
) -> int:
    from qmtool.reports.verification import violations_text
    from qmtool.repository.verification.run import Order, Push, verify_push

    order = Order(int(now().timestamp()), use_cache=use_cache)
    push = Push(name.removeprefix("refs/heads/"), *tips, tags)
    found = verify_push(repo, order, push)
    if not found:
        return 0
    emit(violations_text(found, language()))
    return EXIT_BROKEN


def _checked(repo: "Repository", branch: Update, threshold: str, on: date, use_cache: bool) -> int:
    from qmtool.cli import check_run
    from qmtool.rules import ALL_RULES

    wish = check_run.Wish((), ALL_RULES, "text", threshold)
    judgement = check_run.judge(repo, wish, _snapshot(repo, branch, on, use_cache))
    if judgement.exit_code:
        emit(check_run.shown(judgement, wish))
    return judgement.exit_code


def _snapshot(repo: "Repository", branch: Update, on: date, use_cache: bool) -> "Snapshot":
    from qmtool.repository.change import load_change
    from qmtool.repository.load import load
    from qmtool.repository.sources import BlobSource

    source = BlobSource(repo, branch.new, branch.new)
    if branch.old:
        return load_change(repo, source, branch.old, on=on, use_cache=use_cache)
    return load(repo, source, on=on, use_cache=use_cache)
