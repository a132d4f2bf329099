"""The audit file of a referential: pages, copies, attachments and their digests, in a folder."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping

from qmtool.model.dossier import Dossier
from qmtool.model.text import say
from qmtool.reports.dossier_index import headline
from qmtool.reports.dossier_links import Places
from qmtool.reports.dossier_page import Bit, Frame, Page, Section, drawn, said
from qmtool.reports.dossier_parts import SHORT, Parts
from qmtool.reports.gap_html import html as gap_html
from qmtool.reports.gap_view import view
from qmtool.reports.language import Language
from qmtool.reports.pages import Draw, shipped_pages
from qmtool.reports.terminal import safe
from qmtool.reports.verification import LEVELS

MANIFEST = "MANIFEST.sha256"
_INDEX, _GAP, _VERIFICATION = "index.html", "8-gap.html", "9-verification.html"
_PARTS = (
    *("1-audits.html", "2-requirements.html", "3-processes.html", "4-devices.html"),
    *("5-posts.html", "6-master-list.html", "7-revisions.html", _GAP, _VERIFICATION),
)
"""The parts in the order in which an auditor asks for them."""
_DAY = (1980, 1, 1, 0, 0, 0)
"""The date of every file of an archive: the first one that its format knows."""


def dossier_files(
    dossier: Dossier, language: Language, draw: Draw = shipped_pages
) -> dict[str, bytes]:
    """Return the files of the audit file by their paths, in order; the last one sums the others."""
    places = Places(dossier.copies)
    parts = Parts(dossier, places, language)
    index = parts.index
    makers = (
        *(parts.audits, index.by_requirement, index.by_process, index.by_device, index.by_post),
        *(parts.master_list, parts.revisions, None, parts.verification),
    )
    pages = {name: make(name) for name, make in zip(_PARTS, makers, strict=True) if make}
    frame = _frame(dossier, language)
    pages[_INDEX] = _first_page(dossier, parts, pages, language)
    for copy in dossier.listed:
        pages[places.page(copy.document.path)] = parts.copy(copy)
    texts = {
        **drawn(pages, frame, language, draw),
        _GAP: gap_html(dossier.gap, language, draw),
    }
    files = {name: text.encode(errors="backslashreplace") for name, text in texts.items()}
    for path, copy in dossier.copies.items():
        for file in copy.files:
            if file.data is not None:
                files[places.file(path, file)] = file.data
    ordered = {name: files[name] for name in sorted(files)}
    return {**ordered, MANIFEST: _manifest(ordered)}


def _frame(dossier: Dossier, language: Language) -> Frame:
    """Return what all pages show alike."""
    _ = language.gettext
    referential = dossier.gap.referential
    name = referential.title.of(language.code).partition(" — ")[0]
    origin = say(
        "Audit file frozen on {day} from commit {commit}; {referential}, compared with its source "
        "on {verified}",
        day=dossier.on,
        commit=dossier.commit[:SHORT],
        referential=referential.identifier,
        verified=referential.verified_on,
    )
    names = (
        *(_("Audit file"), _("Audits"), _("Requirements"), _("Processes"), _("Devices")),
        *(_("Posts"), _("Master list"), _("Revisions"), _("Gap report"), _("Verification")),
    )
    return Frame(
        safe(" · ".join(filter(None, (dossier.gap.organisation, _("Audit file"), name)))),
        [Bit(title, file) for title, file in zip(names, (_INDEX, *_PARTS), strict=True)],
        said(origin, language),
    )


def _first_page(
    dossier: Dossier, parts: Parts, pages: Mapping[str, Page], language: Language
) -> Page:
    """Return the page that tells what is in the audit file, in the order of its parts."""
    _ = language.gettext
    shown = view(dossier.gap, language)
    verdict = dossier.verdict
    sections = []
    if not verdict.is_sound:
        more = [Bit(_("Verification of the history"), _VERIFICATION)]
        broken = [parts.broken()]
        sections.append(
            Section(_("The history does not hold"), sentences=broken, links=more, tone="bad")
        )
    if shown["warnings"]:
        sections.append(Section(_("Read this first"), sentences=shown["warnings"], tone="warn"))
    sections.append(headline(shown))
    if verdict.is_sound:
        level = said(LEVELS[verdict.level], language)
        sections.append(Section(sentences=[language.pair(say("History verified"), level)]))
    how = _("To check that nothing was changed, type in this folder: {command}").format(
        command=f"sha256sum -c {MANIFEST}"
    )
    sections.append(Section(sentences=[how]))
    facts = [
        (_("Referential"), dossier.gap.referential.identifier),
        (_("Site"), dossier.gap.site or _("all")),
        (_("Frozen on"), language.day(dossier.on)),
        (_("Commit"), dossier.commit),
        (_("Controlled copies"), str(len(dossier.copies))),
    ]
    return Page(
        shown["name"],
        sections,
        _INDEX,
        facts=[(name, safe(value)) for name, value in facts],
        contents=list(_contents(dossier, pages, language)),
    )


def _contents(dossier: Dossier, pages: Mapping[str, Page], language: Language) -> Iterator[Bit]:
    """Yield what leads to each part, with what there is to find in it."""
    last = dossier.audits[0].document if dossier.audits else None
    listed = len(dossier.master.standings)
    documents = language.ngettext("{n} document", "{n} documents", listed).format(n=listed)
    day = language.day(last.date) if last and last.date else ""
    notes = {
        _PARTS[0]: " – ".join(filter(None, (day, last.title))) if last else "",
        _PARTS[5]: documents,
    }
    for name in _PARTS:
        title = language.gettext("Gap report") if name == _GAP else pages[name].title
        yield Bit(title, name, safe(notes.get(name, "")))


def _manifest(files: Mapping[str, bytes]) -> bytes:
    """Return the digest of each of *files* as `sha256sum` reads them."""
    lines = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    return "".join(lines).encode()


def zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    """Return an archive with *files* in that *folder*: the same bytes for the same files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the rights below are those of Unix
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], compresslevel=6)
    return made.getvalue()
