"""`qm release`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    day,
    emit,
    is_interactive,
    language,
    named,
    now,
    repository,
    tell,
)
from qmtool.errors import UsageError
from qmtool.model.text import Text, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.release import NotReleased, Release
    from qmtool.actions.release_plan import ReleasePlan

HELP = _("Release the next version of a document: 1.0, 2.0, 3.0… Only a quality manager may.")
EXAMPLE = _('Example: qm release PR-ACC-002 --summary "New request form"')


def command(
    document: Annotated[str, typer.Argument(help=_("Id or path of the document."))] = "",
    summary: Annotated[
        str, typer.Option("--summary", "-m", help=_("Why this version; asked for on a terminal."))
    ] = "",
    every: Annotated[
        bool, typer.Option("--all", help=_("Release every draft without errors."))
    ] = False,
    effective: Annotated[
        str,
        typer.Option("--effective", metavar="YYYY-MM-DD", help=_("Day from which it applies.")),
    ] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Release the next version of one document, or of every draft."""
    from qmtool.actions.release import (
        BASELINE,
        NotReleased,
        release,
        release_all,
        release_policy,
    )
    from qmtool.actions.release_plan import Order
    from qmtool.model.identifier import POLICY

    if every == bool(document):
        raise UsageError(say("name one document, or give --all"))
    applies = day(effective) if effective else None
    repo = repository()
    if not every and document != POLICY and not summary.strip() and is_interactive():
        # Nobody is asked for the reason of a release that would be refused.
        asking = Order(now(), BASELINE, applies)
        release(repo, named(repo, document), asking, dry_run=True, use_cache=cache)
    order = Order(now(), _reason(summary, BASELINE if every else ""), applies)
    if document == POLICY:
        version = release_policy(repo, order, dry_run=dry_run, use_cache=cache)
        emit(safe(language().render(_policy(version, dry_run))) + "\n")
        return 0
    if not every:
        emit(_line(release(repo, named(repo, document), order, dry_run=dry_run, use_cache=cache)))
        return 0
    left = 0
    for one in release_all(repo, order, dry_run=dry_run, use_cache=cache):
        left += isinstance(one, NotReleased)
        emit(_line(one))
    return int(left > 0)


def _reason(summary: str, default: str) -> str:
    """Return the reason of a release: given, by default, or asked for."""
    summary = summary.strip() or default
    if not summary and is_interactive():
        summary = typer.prompt(_("Why this version (one line)"), err=True).strip()
    if not summary:
        raise UsageError(say('a release has a reason; add --summary "…"'))
    if not summary.isprintable() or len(summary) > 500:
        raise UsageError(say("the summary is one line of at most 500 printable characters"))
    return summary


def _line(one: "Release | ReleasePlan | NotReleased") -> str:
    """Return what to say of one release, plan, or document that was left."""
    from qmtool.actions.release import NotReleased
    from qmtool.actions.release_plan import ReleasePlan

    if isinstance(one, NotReleased):
        return _left(one)
    said = [_planned(one)] if isinstance(one, ReleasePlan) else _released(one)
    return " ".join(safe(language().render(text)) for text in said) + "\n"


def _released(one: "Release") -> list[Text]:
    said = [
        say(
            "Released: {document} v{version}, in force from {day}.",
            document=one.identifier,
            version=one.version,
            day=one.effective,
        )
    ]
    if one.earlier and one.effective > now().date():
        said.append(say("Until then, v{version} stays in force.", version=one.earlier))
    for path in one.left_alone:
        tell(say("{path} was edited meanwhile and was left as it is", path=path))
    return said


def _left(one: "NotReleased") -> str:
    speak = language()
    reasons = one.reason if isinstance(one.reason, list) else [one.reason]
    first, *rest = [safe(speak.render(reason)) for reason in reasons]
    lines = [speak.gettext("Not released: {reason}").format(reason=first)]
    return "\n".join(lines + [f"  {line}" for line in rest]) + "\n"


def _policy(version: object, dry_run: bool) -> Text:
    if dry_run:
        return say(
            "Would release the policy of qm.yaml, version {version}. Nothing was changed.",
            version=version,
        )
    return say("Released: the policy of qm.yaml, version {version}.", version=version)


def _planned(plan: "ReleasePlan") -> Text:
    return say(
        "Would release {document} v{version}, in force from {day}, approved by {person}: "
        "{summary}. Nothing was changed.",
        document=plan.document.name,
        version=plan.version,
        day=plan.effective,
        person=plan.signer.person.identifier,
        summary=plan.summary,
    )
