"""What other witnesses saw: the anchor of an earlier run, another repository, the log of a tag."""

from collections.abc import Iterator, Mapping

from qmtool.model.text import Text, listing, say
from qmtool.model.verification.facts import Facts, Violation


def _document(ref: str) -> str:
    return ref.removeprefix("refs/tags/").split("/")[1]


def judge_anchor(
    facts: Facts, tags: Mapping[str, str], commit: str, anchored: Mapping[str, str]
) -> Iterator[Violation]:
    """Yield what an earlier run saw and is gone: its last *commit*, or a tag of *anchored*."""
    if commit not in facts.on_branch:
        message = say(
            "the branch no longer has the commit {commit}, which was its last when it was verified",
            commit=commit[:10],
        )
        yield Violation("anchor-branch", message, commit=commit)
    for ref, oid in anchored.items():
        if tags.get(ref) == oid:
            continue
        tag = ref.removeprefix("refs/tags/")
        message = (
            say("{tag} is another object than when it was verified", tag=tag)
            if ref in tags
            else say("{tag} was verified before, and is gone", tag=tag)
        )
        yield Violation("anchor-tag", message, tag, _document(ref))


def judge_remote(
    tags: Mapping[str, str], theirs: Mapping[str, str], remote: str
) -> Iterator[Violation]:
    """Yield the tags that are other objects in the remote repository."""
    for ref, oid in tags.items():
        if ref in theirs and theirs[ref] != oid:
            tag = ref.removeprefix("refs/tags/")
            message = say(
                "{tag} is another object in {remote} ({oid})",
                tag=tag,
                remote=remote,
                oid=theirs[ref][:10],
            )
            yield Violation("remote-tag", message, tag, _document(ref))


def judge_remote_branch(branch: str, their_tip: str, remote: str) -> Violation:
    """Return the violation of a branch of the remote repository that has gone another way."""
    message = say(
        "the branch {branch} of {remote} was reset or has gone another way: it is at {commit}",
        branch=branch,
        remote=remote,
        commit=their_tip[:10],
    )
    return Violation("remote-branch", message, commit=their_tip)


_SHOWN = 3


def remote_notes(
    tags: Mapping[str, str], theirs: Mapping[str, str], remote: str, branch: str
) -> list[Text]:
    """Return what only one of the two repositories has."""
    unpushed = sorted(ref.removeprefix("refs/tags/") for ref in tags if ref not in theirs)
    unfetched = sorted(ref.removeprefix("refs/tags/") for ref in theirs if ref not in tags)
    notes = []
    if unpushed:
        notes.append(
            say(
                "tags that are not in {remote} yet: {n}; type: git push --atomic {remote} {branch} "
                "{tags}",
                n=len(unpushed),
                remote=remote,
                branch=branch,
                tags=_some(unpushed).replace(",", ""),
            )
        )
    if unfetched:
        notes.append(
            say(
                "tags of {remote} that are not here: {n} ({tags}); type: git fetch --tags {remote}",
                n=len(unfetched),
                tags=_some(unfetched),
                remote=remote,
            )
        )
    return notes


def _some(names: list[str]) -> str:
    return listing(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")


def judge_log(ref: str, oid: str, log: bytes) -> Iterator[Violation]:
    """Yield a violation if the *log* of a tag tells that it was moved.

    It is created once; where Git was killed between the log and the tag, the log tells the same
    creation a second time.
    """
    moves = [line.split(b" ", 2)[:2] for line in log.split(b"\n") if line]
    if all(not old.strip(b"0") and [oid.encode()] == new for old, *new in moves):
        return
    tag = ref.removeprefix("refs/tags/")
    message = say("the log of this clone tells that {tag} was moved", tag=tag)
    yield Violation("tag-moved", message, tag, _document(ref))
