"""`qm ref import`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qmtool.cli.common import DryRunOption, _, day, emit, language, repository
from qmtool.model.text import Text, listing, say
from qmtool.reports.terminal import safe

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qmtool.actions.import_plan import Import
    from qmtool.reports.language import Language

HELP = _(
    "Import a referential of your own: a spreadsheet, a CISO Assistant library, an OSCAL catalog."
)
EXAMPLE = _("Example: qm ref import hds-v2.yaml --licence public")

_SHOWN = 5


def command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("CSV, XLSX, YAML or JSON file."))],
    identifier: Annotated[
        str, typer.Option("--id", help=_("Its id, instead of the file's own."))
    ] = "",
    title: Annotated[str, typer.Option("--title", help=_("Its title."))] = "",
    type_: Annotated[
        str, typer.Option("--type", help=_("What it is: standard, regulation, label…"))
    ] = "",
    source: Annotated[str, typer.Option("--source", help=_("Where the content comes from."))] = "",
    licence: Annotated[
        str, typer.Option("--licence", help=_("Its licence, or where you bought it."))
    ] = "",
    lang: Annotated[
        str, typer.Option("--language", help=_("Language of its texts: fr or en."))
    ] = "",
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE",
            help=_("YAML file that names the columns of a spreadsheet."),
        ),
    ] = None,
    extends: Annotated[
        str,
        typer.Option("--extends", metavar="REF", help=_("The referential that it completes.")),
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help=_("Put it in place of one imported before."))
    ] = False,
    form: Annotated[str, typer.Option("--from", help="ciso, oscal, spreadsheet")] = "",
    on: Annotated[
        str,
        typer.Option("--on", metavar="YYYY-MM-DD", help=_("Day to record as that of the import.")),
    ] = "",
    dry_run: DryRunOption = False,
) -> int:
    """Import a referential."""
    from qmtool.actions.import_referential import import_referential
    from qmtool.actions.import_source import Order
    from qmtool.repository.importing.imported import Wish

    repo = repository()
    wish = Wish(identifier, title.strip(), type_, source.strip(), licence.strip(), lang)
    order = Order(file, wish, day(on), form, mapping, extends, replace)
    done = import_referential(repo, order, dry_run=dry_run)
    speak = language()
    lines = [
        *_read(done, speak),
        *_written(done, dry_run=dry_run),
        *_remarks(done, dry_run=dry_run),
    ]
    emit("".join(f"{safe(speak.render(line))}\n" for line in lines))
    return 0


def _read(done: "Import", speak: "Language") -> "Iterator[Text]":
    """Yield what the file gave, counted."""
    if done.name:
        lines, requirements, chapters = done.lines, done.requirements, len(done.found.chapters)
        counts = (
            speak.ngettext("{n} line", "{n} lines", lines).format(n=lines),
            speak.ngettext("{n} requirement", "{n} requirements", requirements).format(
                n=requirements
            ),
            speak.ngettext("{n} chapter", "{n} chapters", chapters).format(n=chapters),
        )
        yield say("{name}: {counts}", name=done.name, counts=listing(counts))
    for one in done.found.crosswalks:
        name, count = f"{one['from']} – {one['to']}", len(one["relations"])
        counted = speak.ngettext("{n} relation", "{n} relations", count).format(n=count)
        yield say("{name}: {counts}", name=name, counts=counted)


def _written(done: "Import", *, dry_run: bool) -> "Iterator[Text]":
    """Yield where it stands now."""
    places = listing(done.targets)
    if dry_run:
        yield say("Would write {path}. Nothing was changed.", path=places)
    else:
        yield say("Wrote {path}.", path=places)


def _remarks(done: "Import", *, dry_run: bool) -> "Iterator[Text]":
    """Yield what is not as in the file, what is missing, and what to type next."""
    renamed = [f"{one.before} → {one.after}" for one in done.found.renamed]
    for what, names in (
        (say("Ids written in another way"), renamed),
        (say("Lines without a number in the file, with a mark of qm"), done.marks),
        (say("Chapters added for lines that stand in none"), done.added),
    ):
        if names:
            yield _counted(what, len(names), names)
    for one in done.found.left_out:
        yield _counted(say("No place for: {what}", what=one.what), one.times, one.examples)
    if done.name and not done.licence:
        yield say("The file names no licence; if there is one, record it with --licence.")
    if done.completeness in ("partial", "numbering"):
        yield say(
            "Once all of it is there, write completeness: full in {path}.",
            path=f"{done.targets[0]}/referential.yaml",
        )
    if not dry_run:
        shown = done.name or done.found.crosswalks[0]["from"]
        yield say("Next: qm ref show {id}, then git add referentials and git commit.", id=shown)


def _counted(what: Text, count: int, names: "Sequence[str]") -> Text:
    """Return *what* with its *count*, and the first of *names*."""
    if not names:
        return say("{what}: {count}", what=what, count=count)
    shown = listing(names[:_SHOWN])
    more = "…" if count > len(names[:_SHOWN]) else ""
    return say("{what}: {count} ({examples})", what=what, count=count, examples=f"{shown}{more}")
