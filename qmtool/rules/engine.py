"""Runs the rules, with the severities, the ignored rules and the suppressions of the project."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from itertools import accumulate
from typing import NamedTuple, TypeVar
from weakref import ref

from qmtool.model.diagnostic import Diagnostic, Fault, Location, Problem, Rule
from qmtool.model.document import Document, Suppression
from qmtool.model.project import Project
from qmtool.model.settings import Settings

Check = Callable[[Project], Iterator[Problem]]
T = TypeVar("T")

NEVER_ALLOWED = frozenset(
    {
        "changed-after-release",
        "reused-id",
        "status-against-history",
        "unused-suppression",
        "expired-suppression",
    }
)
"""The rules that no document may allow on itself: a change cannot excuse itself, nor a mark."""


class Suppressed(NamedTuple):
    """A diagnostic that a document allows, and the mark that does so, with its reason."""

    diagnostic: Diagnostic
    suppression: Suppression


class Outcome(NamedTuple):
    """What a run of the rules found, and what it would have found without suppressions."""

    diagnostics: list[Diagnostic]
    suppressed: list[Suppressed]


def per_document(check: Callable[[Document], Iterator[Problem]]) -> Check:
    """Return the check of a project that runs *check* on each of its documents."""

    def check_all(project: Project) -> Iterator[Problem]:
        for document in project.documents:
            yield from check(document)

    return check_all


def faults(name: str) -> Check:
    """Return the check that reports what reading the files found for the rule called *name*."""

    def check(project: Project) -> Iterator[Problem]:
        yield from project.problems.get(name, ())
        for document, fault in _faults_by_rule(project).get(name, ()):
            place = Location(document.path, fault.line, fault.column)
            yield Problem(place, fault.message, fault.fix)

    return check


def once_per_project(compute: Callable[[Project], T]) -> Callable[[Project], T]:
    """Return *compute* with a memory of its last project, for what several rules need."""
    last: tuple[ref[Project], T] | None = None

    def remembered(project: Project) -> T:
        nonlocal last
        if last is None or last[0]() is not project:
            last = ref(project), compute(project)
        return last[1]

    return remembered


@once_per_project
def _faults_by_rule(project: Project) -> Mapping[str, Sequence[tuple[Document, Fault]]]:
    """Return what reading the files found, by the name of the rule it is told by."""
    found: dict[str, list[tuple[Document, Fault]]] = defaultdict(list)
    for document in project.documents:
        for fault in document.faults:
            found[fault.rule].append((document, fault))
    return found


def run(project: Project, rules: Sequence[Rule] | None = None) -> Outcome:
    """Return what *rules* (all of them by default) say about *project*, sorted by place."""
    marks = _Marks(project)
    outcome = Outcome([], [])
    fit = [rule for rule in (_all_rules() if rules is None else rules) if _fits(rule, project)]
    for rule in fit:
        _judge(project, rule, rule.check(project), marks, outcome)
    unused = list(marks.unused({rule.name for rule in fit if not rule.compares}))
    for rule in fit:
        if rule.unused is not None:
            _judge(project, rule, rule.unused(unused), marks, outcome)
    outcome.diagnostics.sort(key=_order)
    outcome.suppressed.sort(key=lambda one: _order(one.diagnostic))
    return outcome


def _fits(rule: Rule, project: Project) -> bool:
    """Return whether *project* has what *rule* needs, and its settings do not ignore it."""
    settings = project.settings
    return not (
        rule.name in settings.ignored_rules
        or (rule.needs_settings and not settings.present)
        or (rule.every and not project.is_whole)
    )


def _judge(
    project: Project, rule: Rule, problems: Iterable[Problem], marks: "_Marks", outcome: Outcome
) -> None:
    """Add the *problems* that *rule* found to *outcome*, apart from those that a mark allows."""
    severity = project.settings.severities.get(rule.name, rule.severity)
    for place, message, fix, edit in problems:
        found = Diagnostic(place, rule.code, rule.name, severity, message, fix or rule.fix, edit)
        mark = marks.allowing(found)
        if mark is None:
            outcome.diagnostics.append(found)
        else:
            outcome.suppressed.append(Suppressed(found, mark))


def unknown_rules(settings: Settings, rules: Sequence[Rule] | None = None) -> list[str]:
    """Return the names under `check:` of `qm.yaml` that are those of no rule, sorted."""
    known = {rule.name for rule in (_all_rules() if rules is None else rules)}
    return sorted({*settings.severities, *settings.ignored_rules} - known)


def _all_rules() -> Sequence[Rule]:
    # The list imports the rules, which import this module.
    from qmtool.rules import ALL_RULES

    return ALL_RULES


def _order(diagnostic: Diagnostic) -> tuple[Location, str]:
    return diagnostic.location, diagnostic.code


class _Marks:
    """The suppressions of a project, searched by document, rule and line."""

    def __init__(self, project: Project) -> None:
        self.on = project.on
        self.documents = project.by_path
        self.every = project.documents
        self.searched: dict[tuple[str, str], tuple[list[int], list[Suppression]]] = {}
        self.used: set[tuple[str, Suppression]] = set()

    def allowing(self, diagnostic: Diagnostic) -> Suppression | None:
        """Return the suppression that covers *diagnostic*, or None."""
        path, line, _ = diagnostic.location
        document = self.documents.get(path)
        if document is None or not document.suppressions or diagnostic.name in NEVER_ALLOWED:
            return None
        key = path, diagnostic.name
        if key not in self.searched:
            self.searched[key] = _by_line(document, diagnostic.name, self.on)
        firsts, widest = self.searched[key]
        index = bisect_right(firsts, line)
        if not index or line > widest[index - 1].last_line:
            return None
        self.used.add((path, widest[index - 1]))
        return widest[index - 1]

    def unused(self, rules: Set[str]) -> Iterator[tuple[Document, Suppression]]:
        """Yield the marks that hold, and allowed nothing of what *rules* said."""
        judged = rules - NEVER_ALLOWED
        for document in self.every:
            for mark in document.suppressions:
                if (
                    mark.rule in judged
                    and mark.until is not None
                    and self.on <= mark.until
                    and (document.path, mark) not in self.used
                ):
                    yield document, mark


def _by_line(document: Document, rule: str, on: date) -> tuple[list[int], list[Suppression]]:
    """Return the first lines of the suppressions of *rule* that hold on that day, in order.

    Beside each stands, of the suppressions up to there, the one that reaches furthest: one search
    answers for a line, however many marks a document has.
    """
    marks = sorted(
        (
            one
            for one in document.suppressions
            if one.rule == rule and one.until is not None and on <= one.until
        ),
        key=lambda one: one.first_line,
    )
    return [one.first_line for one in marks], list(accumulate(marks, _furthest))


def _furthest(one: Suppression, two: Suppression) -> Suppression:
    return one if one.last_line >= two.last_line else two
