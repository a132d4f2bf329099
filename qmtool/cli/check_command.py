"""`qm check`."""

import sys
from collections.abc import Set
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    day,
    emit,
    repository,
    snapshot,
    tell_pending,
)
from qmtool.errors import UsageError
from qmtool.model.text import listing, say

if TYPE_CHECKING:
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot
    from qmtool.repository.sources import Source

HELP = _("Check the documents against the rules, and say what is wrong, where, and how to mend it.")
EXAMPLE = _("Example: qm check --fail-on warning")


def command(
    documents: Annotated[
        list[str] | None,
        typer.Argument(help=_("Only say what concerns these documents (ids or paths).")),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="text, concise, json, sarif, junit, github, gitlab")
    ] = "",
    output: OutputOption = "",
    fail_on: Annotated[
        str, typer.Option("--fail-on", help=_("error, warning or info; default: qm.yaml."))
    ] = "",
    staged: Annotated[
        bool, typer.Option("--staged", help=_("Read what is staged for the next commit."))
    ] = False,
    diff: Annotated[
        str,
        typer.Option(
            "--diff", metavar="REV", help=_("Only say what is new since this branch or commit.")
        ),
    ] = "",
    pushed: Annotated[
        bool,
        typer.Option("--receive", help=_("Judge a push, as the pre-receive hook of a server.")),
    ] = False,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE", help=_("Only these rules: QM301, QM3, a name.")),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="RULE", help=_("Without these rules."))
    ] = None,
    counts: Annotated[
        bool, typer.Option("--statistics", help=_("Say how often each rule speaks, not where."))
    ] = False,
    fix: Annotated[
        bool, typer.Option("--fix", help=_("Mend what is safe to mend, and say what is left."))
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("With --fix: show the changes, and make none."))
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help=_("Check again after each change, until Ctrl-C."))
    ] = False,
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Check the documents against the rules."""
    elsewhere = {"--at": bool(at), "--staged": staged, "--receive": pushed}
    if watch:
        others = {"--fix": fix, "--dry-run": dry_run, "--diff": bool(diff), "-o": bool(output)}
        _refuse_with("--watch", elsewhere | others)
    elif fix or dry_run:
        _refuse_with("--fix", elsewhere if fix else {"--dry-run": True})
    if pushed:
        from qmtool.cli.receiving import read_updates, receive
        from qmtool.repository import git

        updates = read_updates(sys.stdin)
        return receive(git.discover_receiving(Path.cwd()), updates, fail_on, day(on), cache)
    from qmtool.cli import check_run, checking
    from qmtool.reports.check import FORMATS

    name = choose_format(format_, output, dict(FORMATS))
    rules = checking.rules_named(select or [], ignore or [])
    wish = check_run.Wish(documents or [], rules, name, fail_on, counts)
    if watch:
        from qmtool.cli import watching

        return watching.watch(wish, partial(_work_tree, on=on, use_cache=cache))
    repo = repository()
    if fix:
        from qmtool.cli import fixing

        mend = fixing.preview if dry_run else fixing.fix
        load = partial(_work_tree, repo, into=diff, on=on, use_cache=cache)
        return mend(repo, wish, load, output)
    changed: Set[str] = frozenset()
    if diff or staged:
        tell_pending(repo)
        found, changed = _of_a_change(repo, diff, at, staged, day(on), cache)
    else:
        found = snapshot(repo, on=on, at=at, use_cache=cache)
    judgement = check_run.judge(repo, wish, found, changed)
    emit(check_run.shown(judgement, wish), output)
    return judgement.exit_code


def _refuse_with(option: str, others: dict[str, bool]) -> None:
    """Raise UsageError if any of the *others*, by name, is given beside *option*."""
    given = [name for name, is_given in others.items() if is_given]
    if given == ["--dry-run"] and option == "--fix":
        raise UsageError(say("--dry-run shows what --fix would change: add --fix"))
    if given:
        raise UsageError(
            say(
                "{option} goes with the files of the work tree only: leave out {others}",
                option=option,
                others=listing(given),
            )
        )


def _work_tree(
    repo: "Repository",
    source: "Source | None" = None,
    *,
    into: str = "",
    on: str = "",
    use_cache: bool = True,
) -> "Snapshot":
    """Return the snapshot of the files on disk, or of *source*, as a change *into* a revision."""
    from qmtool.repository.change import load_change
    from qmtool.repository.load import load
    from qmtool.repository.sources import WorkTree

    source = source or WorkTree(repo)
    if into:
        return load_change(repo, source, into, on=day(on), use_cache=use_cache)
    return load(repo, source, on=day(on), use_cache=use_cache)


def _of_a_change(
    repo: "Repository", into: str, at: str, staged: bool, on: date, use_cache: bool
) -> "tuple[Snapshot, Set[str]]":
    """Return the snapshot of what changes, and the paths of which all is told."""
    from qmtool.repository.change import load_change, load_staged
    from qmtool.repository.sources import open_source

    source = open_source(repo, at or None, staged=staged)
    if into:
        return load_change(repo, source, into, on=on, use_cache=use_cache), frozenset()
    return load_staged(repo, on=on, use_cache=use_cache)
