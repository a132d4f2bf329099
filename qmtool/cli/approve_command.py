"""`qm approve`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    CacheOption,
    DryRunOption,
    _,
    day,
    emit,
    in_turn,
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
    from qmtool.actions.approve import Decided
    from qmtool.model.document import OnPaper

HELP = _("Approve documents in review, or record that somebody reviewed or approved them.")
EXAMPLE = _("Example: qm approve PR-ACC-002 --as reviewed")


def command(
    documents: Annotated[
        list[str], typer.Argument(help=_("Ids or paths of documents in review, or POLICY."))
    ],
    meaning: Annotated[
        str, typer.Option("--as", metavar="reviewed|approved", help=_("What was done."))
    ] = "approved",
    person: Annotated[
        str, typer.Option("--for", metavar="PERSON", help=_("Who gave it on paper or by mail."))
    ] = "",
    on: Annotated[
        str, typer.Option("--on", metavar="YYYY-MM-DD", help=_("Day on which they gave it."))
    ] = "",
    medium: Annotated[
        str, typer.Option("--medium", metavar="paper|mail|…", help=_("How they gave it."))
    ] = "",
    proof: Annotated[
        str, typer.Option("--proof", metavar="TEXT", help=_("Where the proof lies."))
    ] = "",
    summary: Annotated[str, typer.Option("--summary", "-m", help=_("A remark, one line."))] = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Record reviews or approvals, each as one tag."""
    from qmtool.actions.approve import approve
    from qmtool.actions.last_commit import LastCommit
    from qmtool.actions.release_plan import Order
    from qmtool.model.approvals import APPROVED, REVIEWED
    from qmtool.model.identifier import POLICY

    if meaning not in (REVIEWED, APPROVED):
        raise UsageError(
            say(
                "--as {value} is none of {choices}",
                value=meaning,
                choices=listing((REVIEWED, APPROVED)),
            )
        )
    paper = _paper(person, on, medium, proof)
    repo = repository()
    last = LastCommit(repo, Order(now(), _one_line("--summary", summary)), cache)
    refs: list[str] = []

    def one(text: str) -> None:
        wanted = text if text == POLICY else named(repo, text)
        done = approve(repo, wanted, last, meaning, paper, dry_run=dry_run)
        _tell(done, dry_run)
        refs.extend(() if dry_run else (done.ref,))

    code = in_turn(documents, one)
    tell_to_share(repo, sorted({ref.removeprefix("refs/tags/") for ref in refs}), branch=False)
    return code


def _paper(person: str, on: str, medium: str, proof: str) -> "OnPaper | None":
    """Return what was given on paper or by mail, None if nothing was; raise UsageError in part."""
    from qmtool.model.document import OnPaper

    given = {"--for": person, "--on": on, "--medium": medium, "--proof": proof}
    if not any(given.values()):
        return None
    missing = [name for name, value in given.items() if not value.strip()]
    if missing:
        raise UsageError(
            say(
                "what was given on paper or by mail is recorded with --for, --on, --medium and "
                "--proof; add {missing}",
                missing=listing(missing),
            )
        )
    told = day(on)
    if told > now().date():
        raise UsageError(say("--on {day} is in the future", day=told))
    return OnPaper(
        person.strip(),
        told.isoformat(),
        _one_line("--medium", medium, 200),
        _one_line("--proof", proof),
    )


def _one_line(option: str, text: str, limit: int = 500) -> str:
    text = text.strip()
    if (text and not text.isprintable()) or len(text) > limit:
        raise UsageError(
            say("{option} is one line of at most {n} printable characters", option=option, n=limit)
        )
    return text


def _tell(done: "Decided", dry_run: bool) -> None:
    """Say what was recorded, what the text still lacks, and which tag holds it."""
    from qmtool.actions.approvals import discounted

    speak = language()
    said = [_recorded(done, dry_run), *_next(done)]
    emit(" ".join(safe(speak.render(text)) for text in said) + "\n")
    for reason in discounted(done.judgement):
        tell(reason)


def _recorded(done: "Decided", dry_run: bool) -> Text:
    from qmtool.actions.approvals import called
    from qmtool.model.approvals import REVIEWED

    given, policy = done.given, done.asked.case.policy
    values: dict[str, object] = {
        "document": done.asked.name,
        "version": done.asked.version,
        "act": say("reviewed") if given.meaning == REVIEWED else say("approved"),
        "person": called(policy, given.person),
    }
    if dry_run:
        return say(
            "Would record {document} v{version}: {act} by {person}. Nothing was changed.", **values
        )
    if given.medium:
        return say(
            "{document} v{version}: {act} by {person} on {day}, as {recorder} declares ({medium}: "
            "{proof}).",
            **values,
            day=given.on,
            recorder=called(policy, given.recorded_by),
            medium=given.medium,
            proof=given.proof,
        )
    if done.is_signed:
        return say("{document} v{version}: {act} by {person} (signed).", **values)
    return say("{document} v{version}: {act} by {person} (declared, not signed).", **values)


def _next(done: "Decided") -> list[Text]:
    """Return what the text still lacks, or who may release it."""
    from qmtool.actions.approvals import called, waits
    from qmtool.model.approvals import APPROVED
    from qmtool.model.identifier import POLICY

    judgement, name = done.judgement, done.asked.name
    if done.releasers:
        policy = judgement.case.policy
        return [
            say(
                "It may be released now by {people}, who types: qm release POLICY",
                people=listing(called(policy, one) for one in done.releasers),
            )
        ]
    if judgement.is_complete and name != POLICY:
        return [
            say(
                "Nothing is missing: a quality manager may type: qm release {document}",
                document=name,
            )
        ]
    said = [say("It lacks {missing}; {waits}.", missing=judgement.missing, waits=waits(judgement))]
    lacks_reviews_only = judgement.reviews_missing and not judgement.approvals_missing
    if done.given.meaning == APPROVED and lacks_reviews_only:
        said.append(
            say(
                "An approval is no review: who reviews it types: qm approve --as reviewed "
                "{document}",
                document=name,
            )
        )
    return said
