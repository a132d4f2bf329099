"""`qm status`."""

from typing import Annotated

import typer

from qmtool.cli.common import CacheOption, OnOption, _, emit, language, repository, snapshot
from qmtool.model.text import say

HELP = _("Say what waits for you: drafts, errors, overdue and coming reviews.")
EXAMPLE = _("Example: qm status --everyone")

SOON = 2
"""How many months before its date a review is announced (workflows: customary)."""


def command(
    everyone: Annotated[
        bool, typer.Option("--everyone", help=_("What waits for anyone, not only for you."))
    ] = False,
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Say what waits for the person who runs qm."""
    from qmtool.model.calendar import add_months
    from qmtool.model.diagnostic import Severity
    from qmtool.model.standing import State, standings
    from qmtool.reports.listing import status_text
    from qmtool.repository import git
    from qmtool.rules import engine

    repo = repository()
    project = snapshot(repo, on=on, use_cache=cache, in_force=True).project
    person = project.policy.by_email(git.config(repo, "user.email"), project.on)
    releases = person is not None and person in project.policy.quality_managers(project.on)
    mine = {
        one.document.path: one
        for one in standings(project)
        if everyone or (person is not None and one.owner == person.identifier)
    }
    errors: dict[str, int] = {}
    for one in engine.run(project).diagnostics:
        if one.severity is Severity.ERROR:
            errors[one.location.path] = errors.get(one.location.path, 0) + 1
    speak = language()

    def reviews(wanted: bool) -> list[tuple[str, str]]:
        return [
            (one.document.name, speak.day(one.next_review))
            for one in mine.values()
            if one.next_review
            and one.in_force
            and (one.next_review < project.on) is wanted
            and one.next_review <= add_months(project.on, SOON)
        ]

    drafts = [
        (one.document.name, one.document.title)
        for one in standings(project)
        if one.state is State.DRAFT and (everyone or releases or one.document.path in mine)
    ]
    sections = [
        (
            say("Errors to mend: qm check"),
            [
                (path, speak.ngettext("{n} error", "{n} errors", count).format(n=count))
                for path, count in sorted(errors.items())
                if everyone or releases or path in mine
            ],
        ),
        (
            say("Changed since their release: qm revise, or restore the text"),
            [
                (one.document.name, one.document.title)
                for one in mine.values()
                if one.state is State.CHANGED
            ],
        ),
        (say("Reviews overdue"), reviews(True)),
        (say("Reviews due within two months"), reviews(False)),
        (say("Drafts to finish, then qm release"), drafts),
    ]
    emit(status_text(sections, speak))
    return 0
