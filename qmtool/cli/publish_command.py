"""`qm publish`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    DryRunOption,
    OnOption,
    _,
    emit,
    file_language,
    language,
    repository,
    snapshot,
    tell,
    tell_not_ignored,
)
from qmtool.errors import UsageError
from qmtool.model.text import listing, say

if TYPE_CHECKING:
    from qmtool.actions.site_folder import Written
    from qmtool.model.publication import Publication
    from qmtool.model.text import Text
    from qmtool.reports.language import Language
    from qmtool.repository.load import Snapshot

HELP = _("Publish what is in force in the last commit: plain HTML pages for a shared drive.")
EXAMPLE = _("Example: qm publish /srv/qualite/smq")


def command(
    folder: Annotated[
        str,
        typer.Argument(
            metavar="DIR", help=_("A new or an empty folder, or one that qm published in before.")
        ),
    ] = "",
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help=_("The same, as an option."))
    ] = "",
    language_: Annotated[
        str,
        typer.Option("--language", help=_("fr or en; default: the language of qm.yaml.")),
    ] = "",
    at: AtOption = "",
    on: OnOption = "",
    dry_run: DryRunOption = False,
    cache: CacheOption = True,
) -> int:
    """Publish what is in force in the last commit, or another: every page tells which one."""
    from qmtool.actions.site import publication_of, publish
    from qmtool.actions.site_folder import open_folder
    from qmtool.cli.progress import progress

    if bool(folder) is bool(output):
        raise UsageError(say("name one folder to publish in: qm publish DIR"))
    repo = repository()
    target = open_folder(Path(folder or output), repo)
    found = snapshot(repo, on=on, at=at or "HEAD", use_cache=cache, in_force=True)
    publication = publication_of(found)
    words = _spoken(language_, found)
    with progress() as told:
        written = publish(repo, found, publication, words, target, dry_run=dry_run, told=told)
    tell_not_ignored(repo, target.path)
    if publication.left_out:
        tell(
            say(
                "not published, as the text may tell who somebody is: {documents}; type: qm check",
                documents=listing(publication.left_out),
            )
        )
    if all(one.shown is None for one in publication.entries):
        tell(
            say(
                "no document is in force on {day}: drafts are never published; type: qm status",
                day=publication.on,
            )
        )
    emit(language().render(_summary(publication, target.path, written, dry_run)) + "\n")
    return 0


def _summary(publication: "Publication", folder: Path, written: "Written", dry_run: bool) -> "Text":
    """Return the line that tells what was done, or would be."""
    told = {
        "folder": folder,
        "count": sum(1 for one in publication.entries if one.shown is not None),
        "written": written.written,
        "removed": written.removed,
    }
    if dry_run:
        return say(
            "{folder}: {count} documents; {written} files to write, {removed} to remove", **told
        )
    return say("{folder}: {count} documents; {written} files written, {removed} removed", **told)


def _spoken(wanted: str, found: "Snapshot") -> "Language":
    """Return the language called *wanted*, by default that of `qm.yaml`."""
    from qmtool.model.label import LANGUAGES
    from qmtool.reports.language import language_of

    if wanted and wanted not in LANGUAGES:
        choices = listing(LANGUAGES)
        raise UsageError(
            say("the language {name} is none of {choices}", name=wanted, choices=choices)
        )
    return language_of(wanted) if wanted else file_language(found)
