"""`qm release`."""

from collections.abc import Iterator, Sequence
from datetime import date
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
    tell_to_share,
)
from qmtool.errors import UsageError
from qmtool.model.text import Text, listing, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from qmtool.actions.redo import Abandoned
    from qmtool.actions.release import NotReleased, Release
    from qmtool.actions.release_plan import ReleasePlan
    from qmtool.repository.git import Repository

HELP = _("Release the next version of a document: 1.0, 2.0, 3.0… Only a quality manager may.")
EXAMPLE = _('Example: qm release PR-ACC-002 --summary "New request form"')


def command(
    documents: Annotated[
        list[str] | None, typer.Argument(help=_("Ids or paths of documents, or POLICY."))
    ] = None,
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
    propose: Annotated[
        bool, typer.Option("--propose", help=_("For a protected branch: commit on a branch."))
    ] = False,
    finalise: Annotated[
        bool, typer.Option("--finalise", help=_("Tag a proposed version that was merged."))
    ] = False,
    redo: Annotated[
        bool, typer.Option("--redo", help=_("Release again what a rejected push has lost."))
    ] = False,
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Release the next version of documents, of every draft, or of the policy."""
    from qmtool.model.identifier import POLICY

    wanted = documents or []
    _refuse_contradictions(wanted, (every, propose, finalise, redo), effective)
    applies = day(effective) if effective else None
    if redo:
        return _redo(dry_run, cache)
    if finalise:
        return _finalise(wanted[0], dry_run, cache)
    if wanted == [POLICY]:
        return _policy(summary, dry_run, cache)
    if len(wanted) == 1:
        return _one(wanted[0], summary, applies, propose, dry_run, cache)
    return _several(wanted, summary, applies, dry_run, cache)


def _refuse_contradictions(wanted: list[str], ways: tuple[bool, ...], effective: str) -> None:
    """Raise UsageError if the options do not go together."""
    from qmtool.model.identifier import POLICY

    every, propose, finalise, redo = ways
    if sum(ways) > 1:
        raise UsageError(say("--all, --propose, --finalise and --redo exclude each other"))
    if (every or redo) == bool(wanted):
        raise UsageError(say("name documents, or give --all or --redo"))
    if (propose or finalise) and len(wanted) != 1:
        raise UsageError(say("--propose and --finalise take one document"))
    if POLICY in wanted and (len(wanted) > 1 or propose or finalise or effective):
        raise UsageError(say("POLICY is released alone, and from the day of its release"))
    if effective and (finalise or redo):
        raise UsageError(say("--effective was decided when the version was released"))


def _one(
    wanted: str, summary: str, applies: date | None, propose: bool, dry_run: bool, cache: bool
) -> int:
    """Release or propose one document."""
    from qmtool.actions.release import BASELINE, release
    from qmtool.actions.release_plan import Order

    repo = repository()
    name = named(repo, wanted)
    if not summary.strip() and is_interactive():
        # Nobody is asked for the reason of a release that would be refused.
        release(repo, name, Order(now(), BASELINE, applies), dry_run=True, use_cache=cache)
    order = Order(now(), _reason(summary, ""), applies)
    done = release(repo, name, order, propose=propose, dry_run=dry_run, use_cache=cache)
    emit(_line(done))
    _share(repo, [done])
    return 0


def _several(
    wanted: list[str], summary: str, applies: date | None, dry_run: bool, cache: bool
) -> int:
    """Release several documents, or all; return the code of the first that was refused."""
    from qmtool.actions.release import BASELINE, NotReleased, release_all, release_each
    from qmtool.actions.release_plan import Order

    repo = repository()
    order = Order(now(), _reason(summary, "" if wanted else BASELINE), applies)
    if wanted:
        names = [named(repo, one) for one in wanted]
        found = release_each(repo, names, order, dry_run=dry_run, use_cache=cache)
    else:
        found = release_all(repo, order, dry_run=dry_run, use_cache=cache)
    code = 0
    done = []
    for one in found:
        if isinstance(one, NotReleased):
            code = code or (one.exit_code if wanted else 1)
        done.append(one)
        emit(_line(one))
    _share(repo, done)
    return code


def _policy(summary: str, dry_run: bool, cache: bool) -> int:
    """Release the policy."""
    from qmtool.actions.release_plan import Order
    from qmtool.actions.release_policy import release_policy

    order = Order(now(), _reason(summary, ""))
    repo = repository()
    version = release_policy(repo, order, dry_run=dry_run, use_cache=cache)
    emit(safe(language().render(_policy_line(version, dry_run))) + "\n")
    if not dry_run:
        tell_to_share(repo, [f"release/POLICY/{version}"])
    return 0


def _finalise(wanted: str, dry_run: bool, cache: bool) -> int:
    """Tag a version that was proposed and merged."""
    from qmtool.actions.finalise import finalise
    from qmtool.actions.release_plan import Order

    repo = repository()
    order = Order(now(), "")
    done = finalise(repo, named(repo, wanted), order, dry_run=dry_run, use_cache=cache)
    if dry_run:
        text = say(
            "Would tag {document} v{version} on the commit {commit}. Nothing was changed.",
            document=done.identifier,
            version=done.version,
            commit=done.commit[:10],
        )
        emit(safe(language().render(text)) + "\n")
    else:
        emit(_line(done))
        _share(repo, [done])
    return 0


def _redo(dry_run: bool, cache: bool) -> int:
    """Release again what a rejected push has lost."""
    from qmtool.actions.redo import Abandoned, redo
    from qmtool.actions.release import NotReleased
    from qmtool.actions.release_plan import Order

    code = 0
    repo = repository()
    done = []
    for one in redo(repo, Order(now(), ""), dry_run=dry_run, use_cache=cache):
        if isinstance(one, Abandoned):
            for text in _abandoned(one, dry_run):
                emit(safe(language().render(text)) + "\n")
            continue
        if isinstance(one, NotReleased):
            code = code or one.exit_code
        done.append(one)
        emit(_line(one))
    _share(repo, done)
    return code


def _share(repo: "Repository", done: Sequence[object]) -> None:
    """Say what to type so that the versions reach the others."""
    from qmtool.actions.release import Release

    tell_to_share(repo, [tag for one in done if isinstance(one, Release) for tag in one.tags])


def _abandoned(one: "Abandoned", dry_run: bool) -> Iterator[Text]:
    """Yield what was set aside, and what a person must decide again."""
    names = listing(lost.name for lost in one.lost)
    if dry_run:
        yield say(
            "Would set {tags} aside, take over {branch}, and release again. Nothing was changed.",
            tags=names,
            branch=one.upstream,
        )
        return
    yield say(
        "Set aside: {tags}, kept under refs/qm/abandoned. The branch is now that of {branch}.",
        tags=names,
        branch=one.upstream,
    )
    for lost in one.lost:
        if not lost.is_release:
            yield say("Not made again: {tag}. Decide it again by hand.", tag=lost.name)
    for path in one.left_alone:
        yield say("{path} was edited meanwhile and was left as it is", path=path)


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
    if one.branch:
        return [
            say(
                "Proposed: {document} v{version}, on the branch {branch}. Type: git push origin "
                "{branch}, have it merged, then type: qm release {document} --finalise",
                document=one.identifier,
                version=one.version,
                branch=one.branch,
            )
        ]
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


def _policy_line(version: object, dry_run: bool) -> Text:
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
