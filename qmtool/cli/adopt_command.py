"""`qm adopt`."""

from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import DryRunOption, _, emit, language, now, repository, tell
from qmtool.model.text import Text, say

if TYPE_CHECKING:
    from qmtool.actions.adopt import Adoption

HELP = _(
    "Make a quality system of an existing Git repository of Markdown. The first call writes "
    "adopt.yaml, rules that you correct; the second carries them out as one commit."
)
EXAMPLE = _("Example: qm adopt")


def command(
    as_drafts: Annotated[
        bool, typer.Option("--as-drafts", help=_("Leave everything a draft, without a version."))
    ] = False,
    lang: Annotated[str, typer.Option("--lang", help=_("Language of the files: fr or en."))] = "",
    dry_run: DryRunOption = False,
) -> int:
    """Make a quality system of an existing repository, in two calls."""
    from qmtool.actions.adopt import adopt
    from qmtool.actions.release_plan import Order
    from qmtool.reports.adoption import AdoptionReport, adoption_text

    code = lang or language().code
    order = Order(now(), "adopted")
    done = adopt(repository(), order, language=code, as_drafts=as_drafts, dry_run=dry_run)
    report = AdoptionReport(
        [
            (one.path, one.identifier, one.kind, str(one.version or ""), one.title)
            for one in done.documents
        ],
        sorted(done.undecided.items()),
        done.ignored,
    )
    emit(adoption_text(report, language()))
    for path in done.left_alone:
        tell(say("{path} was edited meanwhile and was left as it is", path=path))
    emit(language().render(_next_step(done, dry_run)) + "\n")
    return 0


def _next_step(done: "Adoption", dry_run: bool) -> Text:
    """Return what to do after this call."""
    if dry_run:
        return say("Nothing was changed.")
    if done.commit:
        return say(
            "Adopted in one commit, {commit}. Next: qm check, then qm list.",
            commit=done.commit[:12],
        )
    return say("Wrote adopt.yaml. Correct its rules if needed, then type qm adopt again.")
