"""`qm status`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    note_without_settings,
    repository,
    snapshot,
    spoken,
    tell,
)
from qmtool.model.text import say
from qmtool.reports.language import language_of

if TYPE_CHECKING:
    from qmtool.actions.in_review import Pending
    from qmtool.model.document import Document
    from qmtool.model.project import Project
    from qmtool.model.standing import Standing
    from qmtool.model.workflow import Deadline
    from qmtool.reports.language import Language
    from qmtool.reports.listing import Section
    from qmtool.repository.git import Repository

HELP = _("Say what waits for you: errors, drafts, approvals to give or to get, and coming reviews.")
EXAMPLE = _("Example: qm status --everyone")

SOON_DAYS = 30
"""How many days before it is due a step of a record is announced."""

SOON = 2
"""How many months before its date a review is announced (workflows: customary)."""


def command(
    everyone: Annotated[
        bool, typer.Option("--everyone", help=_("What waits for anyone, not only for you."))
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text, json")] = "",
    output: OutputOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Say what waits for the person who runs qm."""
    from qmtool.actions.in_review import in_review
    from qmtool.model.standing import standings
    from qmtool.reports.listing import STATUS_FORMATS
    from qmtool.repository import git

    name = choose_format(format_, output, dict(STATUS_FORMATS))
    repo = repository()
    found = snapshot(repo, on=on, use_cache=cache, in_force=True)
    speak = language_of("en") if name == "json" else spoken(output)
    seen = _seen_by(repo, found.project, everyone, speak)
    email = git.config(repo, "user.email")
    if found.project.settings.present and not seen.person and not everyone:
        tell(
            say(
                "you are {email}, whom the policy in force in qm.yaml does not know; what waits "
                "for the others: qm status --everyone",
                email=email or "–",
            )
        )
    for note in note_without_settings(found):
        tell(note)
    all_of_them = list(standings(found.project))
    pending = in_review(repo, found)
    sections = [
        seen.errors(all_of_them),
        *seen.in_review(pending, all_of_them),
        *seen.records(),
        *seen.documents(all_of_them),
    ]
    emit(STATUS_FORMATS[name](sections, speak), output)
    return 0


def _seen_by(repo: "Repository", project: "Project", everyone: bool, speak: "Language") -> "_Seen":
    """Return what the person who runs qm sees of *project*."""
    from qmtool.repository import git

    person = project.policy.by_email(git.config(repo, "user.email"), project.on)
    manages = person is not None and person in project.policy.quality_managers(project.on)
    identifier = person.identifier if person is not None else ""
    return _Seen(project, identifier, manages, everyone, speak)


@dataclass(frozen=True)
class _Seen:
    """What one person sees: what they own, more as a quality manager, all of it as *everyone*."""

    project: "Project"
    person: str
    manages: bool
    everyone: bool
    speak: "Language"

    def owns(self, one: "Standing") -> bool:
        """Return whether a document concerns the person as its owner, or everyone was asked for."""
        return self.everyone or (self.person != "" and one.owner == self.person)

    def errors(self, standings: "Sequence[Standing]") -> "Section":
        """Return the documents with errors, and how many."""
        from qmtool.model.diagnostic import Severity
        from qmtool.reports.listing import Section
        from qmtool.rules import engine

        counts: dict[str, int] = {}
        for one in engine.run(self.project).diagnostics:
            if one.severity is Severity.ERROR:
                counts[one.location.path] = counts.get(one.location.path, 0) + 1
        mine = {one.document.path for one in standings if self.owns(one)}
        rows = [
            (path, self.speak.ngettext("{n} error", "{n} errors", count).format(n=count))
            for path, count in sorted(counts.items())
            if self.everyone or self.manages or path in mine
        ]
        return Section("errors", say("Errors to mend: qm check"), rows)

    def in_review(
        self, pending: "Sequence[Pending]", standings: "Sequence[Standing]"
    ) -> "Iterator[Section]":
        """Yield what waits for a review or an approval, and what has all of them."""
        from qmtool.reports.listing import Section

        mine = {one.document.path for one in standings if self.owns(one)}
        lacking = [one for one in pending if not one.judgement.is_complete]
        to_give = [one for one in lacking if self.person in one.judgement.people]
        title = say("Wait for your review or approval: qm approve")
        yield Section("to-approve", title, self._missing(to_give))
        submitted = [
            one for one in lacking if self.everyone or self.person in one.hands or one.path in mine
        ]
        title = say("In review, and what they lack")
        yield Section("in-review", title, self._missing(submitted, with_people=True))
        ready = [
            (one.name, self._title(one))
            for one in pending
            if one.judgement.is_complete
            and (self.manages or self.everyone or self.person in one.hands or one.path in mine)
        ]
        yield Section("to-release", say("Nothing missing, to be released: qm release"), ready)

    def _missing(
        self, pending: "Sequence[Pending]", *, with_people: bool = False
    ) -> list[tuple[str, str]]:
        from qmtool.actions.approvals import waits

        rows = []
        for one in pending:
            words = self.speak.render(one.judgement.missing)
            if with_people:
                words += "; " + self.speak.render(waits(one.judgement))
            rows.append((one.name, words))
        return rows

    def _title(self, one: "Pending") -> str:
        document = self.project.by_path.get(one.path)
        return document.title if document else ""

    def records(self) -> "Iterator[Section]":
        """Yield the entries of registers that are late, and those that are due soon."""
        from qmtool.model.calendar import add_days
        from qmtool.model.workflow import deadlines, records
        from qmtool.reports.listing import Section

        found: list[Deadline] = []
        last = add_days(self.project.on, SOON_DAYS)
        for document, kind in records(self.project):
            owner = self.project.owner_of(document)
            if not (self.everyone or self.manages or (self.person and owner == self.person)):
                continue
            found += (one for one in deadlines(document, kind, self.project)[:1] if one.day <= last)
        found.sort(key=lambda one: one.day)
        late = [one for one in found if one.day < self.project.on]
        title = say("Late in the registers: qm act")
        yield Section("late", title, list(map(self._step, late)))
        title = say("Due within 30 days: qm act")
        yield Section("due", title, list(map(self._step, found[len(late) :])))

    def _step(self, one: "Deadline") -> tuple[str, str]:
        """Return the name of a record, and what is to be done with it by when."""
        values = {"title": one.document.title, "duty": one.duty, "day": one.day}
        return one.document.name, self.speak.render(say("{title}: {duty} by {day}", **values))

    def documents(self, standings: "Sequence[Standing]") -> "Iterator[Section]":
        """Yield what is to be mended, reviewed, finished, and what applies later."""
        from qmtool.model.standing import State
        from qmtool.reports.listing import Section

        mine = [one for one in standings if self.owns(one)]
        title = say("Changed since their release: qm revise, or restore the text")
        changed = [one.document for one in mine if one.state is State.CHANGED]
        yield Section("changed", title, self._titles(changed))
        late, soon = self._reviews(mine, overdue=True), self._reviews(mine, overdue=False)
        yield Section("overdue", say("Reviews overdue"), late)
        yield Section("due-soon", say("Reviews due within two months"), soon)
        drafts = [
            one.document
            for one in standings
            if one.state is State.DRAFT and (self.manages or self.owns(one))
        ]
        approvals = self.project.policy.approvals_of
        submitted = [one for one in drafts if approvals(one.kind).needed]
        title = say("Drafts to finish, then qm submit")
        yield Section("to-submit", title, self._titles(submitted))
        others = [one for one in drafts if one not in submitted]
        title = say("Drafts to finish, then qm release")
        yield Section("drafts", title, self._titles(others))
        later = [one for one in standings if self.manages or self.owns(one)]
        title = say("Released, and not yet in force")
        yield Section("scheduled", title, list(self._later(later)))

    @staticmethod
    def _titles(documents: "Sequence[Document]") -> list[tuple[str, str]]:
        return [(one.name, one.title) for one in documents]

    def _reviews(self, standings: "Sequence[Standing]", *, overdue: bool) -> list[tuple[str, str]]:
        from qmtool.model.calendar import add_months

        on = self.project.on
        return [
            (one.document.name, self.speak.day(one.next_review))
            for one in standings
            if one.next_review
            and one.in_force
            and (one.next_review < on) is overdue
            and one.next_review <= add_months(on, SOON)
        ]

    def _later(self, standings: "Sequence[Standing]") -> Iterator[tuple[str, str]]:
        """Yield the versions that were released and apply from a later day."""
        from qmtool.model.calendar import parse_day

        for one in standings:
            row = one.document.last_release()
            day = parse_day(row.in_force_from) if row else None
            if row and day and day > self.project.on and one.document.status != "withdrawn":
                said = say("v{version} from {day}", version=row.version, day=day)
                yield one.document.name, self.speak.render(said)
