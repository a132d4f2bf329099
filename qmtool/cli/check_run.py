"""What every way to run `qm check` does with a snapshot: judge it, and print what is wrong."""

from collections.abc import Sequence, Set
from typing import NamedTuple

from qmtool.cli import checking
from qmtool.cli.common import language, named, note_without_settings
from qmtool.model.diagnostic import Diagnostic, Rule, Severity
from qmtool.reports.check import FORMATS, statistics
from qmtool.repository.git import Repository
from qmtool.repository.load import Snapshot
from qmtool.rules.engine import Suppressed


class Wish(NamedTuple):
    """What the user asked for: which documents and rules, and in which format."""

    documents: Sequence[str]
    rules: Sequence[Rule]
    shape: str
    fail_on: str = ""
    counts: bool = False


class Judgement(NamedTuple):
    """What is wrong with the *found* snapshot, as far as it was wanted."""

    found: Snapshot
    wanted: Sequence[str]
    kept: Sequence[Diagnostic]
    suppressed: Sequence[Suppressed]
    threshold: Severity

    @property
    def exit_code(self) -> int:
        """Return the exit code of the check."""
        return checking.exit_code(self.found.project, self.kept, self.threshold)


def judge(
    repo: Repository, wish: Wish, found: Snapshot, changed: Set[str] = frozenset()
) -> Judgement:
    """Return what is wrong with *found*; of the files *changed*, all of it."""
    threshold = checking.severity_named(wish.fail_on, found.project.settings)
    outcome = checking.judged(found.project, wish.rules, changed)
    wanted = [named(repo, one) for one in wish.documents]
    kept = checking.concerning(found.project, outcome.diagnostics, wanted)
    allowed = [one.diagnostic for one in outcome.suppressed]
    meant = set(checking.concerning(found.project, allowed, wanted))
    suppressed = [one for one in outcome.suppressed if one.diagnostic in meant]
    return Judgement(found, wanted, kept, suppressed, threshold)


def shown(judgement: Judgement, wish: Wish) -> str:
    """Return the report of *judgement* in the format of *wish*."""
    found, wanted, kept, suppressed, threshold = judgement
    notes = note_without_settings(found)
    report = checking.report_of(found, kept, suppressed, notes, fail_on=threshold, wanted=wanted)
    form = statistics if wish.counts and wish.shape == "text" else FORMATS[wish.shape]
    return form(report, language())
