"""What `qm doctor` says of the clone, its tags, what guards it, and what was left in it."""

import shlex
from collections.abc import Iterator, Sequence
from datetime import timedelta

from qmtool.model.condition import Condition, Lock, Remote
from qmtool.model.doctor_finding import Finding, error, note, warning
from qmtool.model.text import listing, say

_PATIENCE = timedelta(minutes=5)
_STALE = 60.0
_SHOWN = 3


def judge_clone(seen: Condition) -> Iterator[Finding]:
    """Yield what there is to say of the clone and of what surrounds it."""
    yield from _branch(seen)
    yield from _clone(seen)
    yield from _tags(seen)
    yield from _hooks(seen)
    yield from _host(seen)
    yield from _leftovers(seen)


# --- the clone -------------------------------------------------------------------------------


def _branch(seen: Condition) -> Iterator[Finding]:
    if seen.policy is None:
        return
    branch, name = seen.branch, seen.policy.release_branch
    if not branch.exists:
        start = f"--track {name} {branch.elsewhere}" if branch.elsewhere else name
        yield error(
            "no-release-branch",
            say("the release branch {branch} is not in this clone", branch=name),
            f"git branch {start}",
        )
    elif not seen.remotes:
        yield warning(
            "no-remote",
            say("this repository has no remote: nothing outside of this disk keeps its releases"),
            "git remote add origin …",
        )
    elif not branch.follows:
        yield warning(
            "no-upstream",
            say("the release branch {branch} follows no branch of a remote", branch=name),
            f"git branch --set-upstream-to={branch.elsewhere} {name}"
            if branch.elsewhere
            else f"git push --atomic --follow-tags -u {seen.remotes[0].name} {name}",
        )
    else:
        yield from _distance(seen, name)


def _distance(seen: Condition, name: str) -> Iterator[Finding]:
    branch = seen.branch
    remote = branch.follows.partition("/")[0]
    if branch.ahead and branch.behind:
        yield warning(
            "diverged",
            say(
                "the branch {branch} and {remote} have each gone their way (commits here: {ahead}, "
                "there: {behind})",
                branch=name,
                remote=branch.follows,
                ahead=branch.ahead,
                behind=branch.behind,
            ),
            "qm release --redo",
        )
    elif branch.behind:
        yield warning(
            "behind",
            say(
                "the branch {branch} is behind {remote} (commits: {count})",
                branch=name,
                count=branch.behind,
                remote=branch.follows,
            ),
            "git pull --ff-only",
        )
    elif branch.ahead:
        yield warning(
            "ahead",
            say(
                "the branch {branch} is ahead of {remote} (commits: {count}): its releases are not "
                "effective before they are pushed",
                count=branch.ahead,
                branch=name,
                remote=branch.follows,
            ),
            f"git push --atomic --follow-tags {remote} {name}",
        )


def _clone(seen: Condition) -> Iterator[Finding]:
    clone = seen.clone
    if clone.shallow:
        yield error(
            "shallow",
            say("this clone is shallow and lacks history: nothing can be verified or released"),
            "git fetch --unshallow",
        )
    if clone.partial:
        yield error(
            "partial",
            say("this clone is partial and lacks objects: clone it again without --filter"),
        )
    if clone.sparse:
        yield warning(
            "sparse",
            say("a sparse checkout hides documents from qm"),
            "git sparse-checkout disable",
        )
    if clone.grafts:
        yield error(
            "grafts",
            say("{path} shows another history than the real one", path=clone.grafts),
            f"rm {shlex.quote(clone.grafts)}",
        )
    if clone.replaced:
        yield error(
            "replaced",
            say("git shows other objects in the place of {oids}", oids=_few(clone.replaced)),
            f"git replace -d {' '.join(map(shlex.quote, clone.replaced))}",
        )
    if clone.alternates:
        yield warning(
            "alternates",
            say("this clone borrows its objects from {path}", path=listing(clone.alternates)),
            "git repack -a -d && rm .git/objects/info/alternates",
        )


def _tags(seen: Condition) -> Iterator[Finding]:
    tags = seen.tags
    if tags.missing:
        lost = shlex.quote(tags.missing[0])
        yield error(
            "missing-tags",
            say("released versions have no tag in this clone: {tags}", tags=_few(tags.missing)),
            "git fetch --tags" if seen.remotes else f"qm doctor --restore-tag {lost}",
        )
    if tags.unfinished:
        yield warning(
            "not-finalised",
            say(
                "the last version of these has no tag: {documents}; it was proposed and merged, "
                "or its tag was not fetched",
                documents=_few(tags.unfinished),
            ),
            ("git fetch --tags; " if seen.remotes else "")
            + f"qm release {tags.unfinished[0]} --finalise",
        )
    if tags.outside:
        yield error(
            "tags-outside",
            say(
                "tags name commits that are not on the release branch: {tags}",
                tags=_few(tags.outside),
            ),
            "git pull --ff-only" if seen.branch.behind else "qm verify",
        )
    if tags.last_at and tags.last_at > seen.now + _PATIENCE:
        yield error(
            "clock",
            say(
                "the clock of this machine is wrong, or the tag {tag} is: it is dated {moment}",
                tag=tags.last,
                moment=tags.last_at.isoformat(sep=" ", timespec="minutes"),
            ),
        )


def _few(names: Sequence[str]) -> str:
    """Return the first of *names*, and how many there are beside."""
    more = f", … (+{len(names) - _SHOWN})" if len(names) > _SHOWN else ""
    return listing(names[:_SHOWN]) + more


# --- what keeps mistakes out -----------------------------------------------------------------


def _hooks(seen: Condition) -> Iterator[Finding]:
    guards = seen.guards
    if guards.hooks_path:
        yield note("hooks-path", say("git takes its hooks from {path}", path=guards.hooks_path))
    if guards.vetoes:
        yield note("veto", say("the hook {path} may refuse a release", path=guards.vetoes))
    if guards.checks == "config":
        yield warning(
            "hook-not-installed",
            say(".pre-commit-config.yaml names qm, and its hook is not installed in this clone"),
            "pre-commit install",
        )
    elif not guards.checks:
        yield note("no-commit-hook", say("nothing runs qm check before a commit here"))


def _host(seen: Condition) -> Iterator[Finding]:
    if not seen.remotes or seen.policy is None:
        return
    guards = seen.guards
    if not guards.ci:
        yield note("no-ci", say("no CI file of the repository runs qm check"))
    if not guards.owners:
        yield note(
            "no-code-owners",
            say("no CODEOWNERS file says who must agree to a change, of qm.yaml above all"),
        )
    for remote in seen.remotes:
        if remote.folder:
            yield from _receiving(remote)
        else:
            yield note(
                "host-rules",
                say(
                    "what the host of {remote} refuses cannot be seen from here: protect the "
                    "branch {branch}, and the tags release/* and decision/*, which anyone who "
                    "may push can otherwise move and delete",
                    remote=remote.name,
                    branch=seen.policy.release_branch,
                ),
            )


def _receiving(remote: Remote) -> Iterator[Finding]:
    place = f"git --git-dir={shlex.quote(remote.folder)} config"
    if not remote.denies_forced:
        yield warning(
            "forced-pushes",
            say("{remote} accepts pushes that rewrite a branch", remote=remote.name),
            f"{place} receive.denyNonFastForwards true",
        )
    if not remote.denies_deleted:
        yield warning(
            "deletions",
            say("{remote} lets branches be deleted", remote=remote.name),
            f"{place} receive.denyDeletes true",
        )
    if not remote.has_hook:
        yield warning(
            "moved-tags",
            say(
                "{remote} lets the tags release/* and decision/* be moved and deleted: it needs an "
                "update hook that refuses it",
                remote=remote.name,
            ),
        )


# --- what was left ---------------------------------------------------------------------------


def _leftovers(seen: Condition) -> Iterator[Finding]:
    left = seen.leftovers
    if left.pending:
        yield warning(
            "pending",
            say(
                "{title} was interrupted, or is under way: the next command that writes finishes "
                "or undoes it",
                title=left.pending,
            ),
        )
    else:
        yield from map(_lock, left.locks)
    if left.unwritable_cache:
        yield warning(
            "cache",
            say("the cache folder {path} cannot be written", path=left.unwritable_cache),
            "export QM_CACHE_DIR=…",
        )


def _lock(lock: Lock) -> Finding:
    if lock.age < _STALE:
        return note("lock", say("a program holds {path} at this moment", path=lock.path))
    return warning(
        "stale-lock",
        say(
            "{path} is {minutes} min old: remove it if no git is running",
            path=lock.path,
            minutes=int(lock.age // 60),
        ),
        f"rm {shlex.quote(lock.path)}",
    )
