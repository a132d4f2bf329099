"""`qm show`."""

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from qmtool.cli.common import (
    AtOption,
    CacheOption,
    OnOption,
    OutputOption,
    _,
    choose_format,
    emit,
    file_language,
    language,
    repository,
    snapshot,
    tell,
)
from qmtool.cli.documents import looked_up
from qmtool.cli.filters import (
    DeviceOption,
    KindOption,
    PeriodOption,
    PostOption,
    ProcessOption,
    SiteOption,
    TextOption,
    kept,
    period_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qmtool.model.chain import Links
    from qmtool.model.document import Document
    from qmtool.model.edition import Edition
    from qmtool.model.master_list import Wanted
    from qmtool.model.project import Project
    from qmtool.reports.chain import RecordPage
    from qmtool.reports.show import Answer, Page
    from qmtool.repository.git import Repository
    from qmtool.repository.load import Snapshot

HELP = _("Show a document: the version in force, another one, or the draft.")
EXAMPLE = _("Example: qm show PR-ACC-002@1.0")


def command(
    document: Annotated[
        str,
        typer.Argument(
            metavar="DOC[@VERSION]",
            help=_(
                "Id or path, or POLICY; then @2.0, @draft or @HEAD if wanted. Without it, every "
                "document that the options choose."
            ),
        ),
    ] = "",
    kind: KindOption = "",
    process: ProcessOption = "",
    site: SiteOption = "",
    device: DeviceOption = "",
    post: PostOption = "",
    period: PeriodOption = "",
    text: TextOption = "",
    format_: Annotated[
        str,
        typer.Option(
            "--format", help=_("text, markdown (the file, byte for byte; default in a pipe), json")
        ),
    ] = "",
    output: OutputOption = "",
    at: AtOption = "",
    on: OnOption = "",
    cache: CacheOption = True,
) -> int:
    """Show a document, or those that the options choose."""
    from qmtool.model.chain import Links
    from qmtool.model.master_list import Wanted
    from qmtool.reports.show import SHOW_FORMATS, notes

    wanted = Wanted(kind, process, site=site, device=device, post=post, period=period_of(period))
    _refuse_both(document, is_filtered=wanted != Wanted() or bool(text))
    if not document:
        return _show_chosen(wanted, text, format_, output, Read(at, on, cache))
    piped = not (format_ or output or sys.stdout.isatty())
    name = choose_format("markdown" if piped else format_, output, dict(SHOW_FORMATS))
    repo = repository()
    found = snapshot(repo, on=on, at=at, use_cache=cache)
    path, version = _halves(found.project, document)
    shown = looked_up(repo, found, path)
    links = Links(found.project)
    page = _page(repo, found, shown, version, links, drawn=not output and _can_draw())
    for note in notes(page, asked=bool(version)):
        tell(note)
    emit(SHOW_FORMATS[name](page, file_language(found) if output else language()), output)
    return 0


class Read(NamedTuple):
    """What is read: which commit, as of which day, with the cache or without."""

    at: str
    on: str
    cache: bool


def _refuse_both(document: str, *, is_filtered: bool) -> None:
    """Raise UsageError unless a document is named, or else options choose some."""
    from qmtool.errors import UsageError
    from qmtool.model.text import say

    if document and is_filtered:
        raise UsageError(
            say(
                "{document} is named: options that choose documents go without one",
                document=document,
            )
        )
    if not document and not is_filtered:
        raise UsageError(
            say("name a document, or choose some with options such as --process or --period")
        )


def _show_chosen(wanted: "Wanted", text: str, format_: str, output: str, read: Read) -> int:
    """Show the documents that are *wanted*, one after the other."""
    from qmtool.model.chain import Links
    from qmtool.reports.show_several import SEVERAL_FORMATS

    name = choose_format(format_, output, dict(SEVERAL_FORMATS))
    repo = repository()
    found = snapshot(repo, on=read.on, at=read.at, use_cache=read.cache, in_force=True)
    drawn = not output and _can_draw()
    links, chosen = Links(found.project), kept(found, wanted, text)
    pages = [_page(repo, found, one.document, "", links, drawn=drawn) for one in chosen]
    emit(SEVERAL_FORMATS[name](pages, file_language(found) if output else language()), output)
    return 0


def _can_draw() -> bool:
    """Return whether stdout is a terminal that shows lines and letters of every language."""
    return sys.stdout.isatty() and sys.stdout.encoding.lower() in ("utf-8", "utf8")


def _halves(project: "Project", text: str) -> tuple[str, str]:
    """Return the document and the version that *text* names; a path may hold an @ itself."""
    head, at, version = text.rpartition("@")
    if not (head and at) or "/" in version or text in project.by_path:
        return text, ""
    return head, version


def _page(
    repo: "Repository",
    found: "Snapshot",
    document: "Document",
    version: str,
    links: "Links",
    drawn: bool,
) -> "Page":
    """Return the text of *document* that is wanted, with what is known of it."""
    from qmtool.model.label import Label
    from qmtool.model.people import names_of
    from qmtool.reports.show import Page
    from qmtool.repository.editions import Editions

    project = found.project
    edition = Editions(repo, found, document).read(version)
    shown = edition.document
    kind = project.kind_of(shown)
    process = project.settings.process(project.process_of(shown))
    return Page(
        edition=edition,
        document=document,
        on=project.on,
        is_controlled=kind is None or kind.controlled,
        kind=kind.label if kind else Label("", ""),
        process=project.process_of(shown),
        process_title=process.title if process else "",
        owner=project.owner_of(shown),
        names=names_of(project),
        answers=tuple(_answers(found, edition)),
        linked_from=tuple(_linking(project, document)),
        sites={one.identifier: one.name for one in project.settings.sites if one.name},
        record=_record(links, shown) if kind is not None and kind.steps else None,
        drawn=drawn,
    )


def _record(links: "Links", document: "Document") -> "RecordPage":
    """Return where an entry of a register stands, and its chain by *links*."""
    from qmtool.model.chain import chain
    from qmtool.model.workflow import deadlines
    from qmtool.reports.chain import RecordPage

    project = links.project
    kind = project.kinds[document.kind]
    due = deadlines(document, kind, project)
    return RecordPage(project, document, kind, due, chain(links, document))


def _answers(found: "Snapshot", edition: "Edition") -> "Iterator[Answer]":
    """Yield the requirements that the text declares to answer, each once."""
    from qmtool.model.label import Label
    from qmtool.reports.show import Answer
    from qmtool.repository.titles import titles_of

    declared = (f"{one.referential}:{one.requirement}" for one in edition.document.declarations)
    wanted = list(dict.fromkeys(declared))
    titles = titles_of(found.library, wanted)
    for one in wanted:
        yield Answer(one, titles.get(one, Label("", "")))


def _linking(project: "Project", document: "Document") -> "Iterator[Document]":
    """Yield the other documents that link to *document*."""
    from qmtool.model.paths import folder_of
    from qmtool.model.targets import resolve

    name = document.path.rpartition("/")[2]
    for other in project.documents:
        if other.path != document.path and any(
            (name in target or "%" in target)
            and resolve(folder_of(other.path), target).path == document.path
            for target in other.targets
        ):
            yield other
