"""`qm check --fix`: what is safe to mend is mended, and what is left is told."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from qmtool.actions.fix import FileFix, FixPlan, Intended, apply, plan
from qmtool.actions.locks import writing
from qmtool.cli.check_run import Wish, judge, shown
from qmtool.cli.checking import exit_code, severity_named
from qmtool.cli.common import emit, tell, tell_pending
from qmtool.model.text import listing, say
from qmtool.model.veil import shown_path
from qmtool.reports.patch import patch
from qmtool.reports.terminal import inert
from qmtool.repository.sources import Source, WorkTree

if TYPE_CHECKING:
    from qmtool.model.diagnostic import Diagnostic
    from qmtool.model.project import Project
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

Load = Callable[[Source], "Snapshot"]


def preview(repo: "Repository", wish: Wish, load: Load, output: str) -> int:
    """Print what would be mended, as a patch, and return the exit code of the check."""
    tell_pending(repo)
    found = _plan(repo, wish, load)
    parts = [patch(one.path, one.before, one.after, found.project) for one in found.files]
    emit("".join(parts) if output not in ("", "-") else inert("".join(parts)), output)
    values = {"count": found.count, "files": len(found.files)}
    tell(say("would be mended: {count} (files: {files}); nothing was changed", **values))
    _tell_held(found)
    threshold = severity_named(wish.fail_on, found.project.settings)
    return exit_code(found.project, found.first, threshold)


def fix(repo: "Repository", wish: Wish, load: Load, output: str) -> int:
    """Mend what is safe to mend, print what is left, and return the exit code for that."""
    with writing(repo):
        found = _plan(repo, wish, load)
        left_alone = apply(repo, found)
    done = [one for one in found.files if one.path not in left_alone]
    for one in done:
        tell(say("{path}: mended {rules}", path=shown_path(one.path), rules=_rules(one)))
    for path in left_alone:
        tell(say("{path} changed meanwhile and was left alone", path=shown_path(path)))
    count = sum(len(one.mends) for one in done)
    tell(say("mended: {count} (files: {files})", count=count, files=len(done)))
    _tell_held(found)
    after = judge(repo, wish, load(WorkTree(repo)))
    emit(shown(after, wish), output)
    return after.exit_code


def _plan(repo: "Repository", wish: Wish, load: Load) -> FixPlan:
    def judged(source: Intended) -> "tuple[Project, Sequence[Diagnostic]]":
        found = judge(repo, wish, load(source))
        return found.found.project, found.kept

    return plan(repo, judged)


def _rules(one: FileFix) -> str:
    """Return the rules whose diagnostics were mended in a file, and how often each."""
    counts = Counter(each.code for each in one.mends)
    return listing(
        code if count == 1 else f"{code} × {count}" for code, count in sorted(counts.items())
    )


def _tell_held(found: FixPlan) -> None:
    """Say that more could be mended in texts that a program does not touch."""
    if found.held:
        tell(
            say(
                "left alone, in documents that are no drafts: {count}; for a released one, type: "
                "qm revise DOC, then qm check --fix",
                count=found.held,
            )
        )
