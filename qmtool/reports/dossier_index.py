"""The indexes of an audit file: by requirement, by process, by device and by post."""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from qmtool.model.assessment import RequirementGap, Status
from qmtool.model.dossier import Copy, Dossier, about, is_in_force
from qmtool.model.evidence import Evidence, EvidenceState
from qmtool.model.text import say
from qmtool.reports.dossier_links import Places
from qmtool.reports.dossier_page import Bit, Cell, Page, Section, Table, one, said
from qmtool.reports.gap_shape import View
from qmtool.reports.gap_view import printed_id, view
from qmtool.reports.language import Language
from qmtool.reports.markdown_html import anchor_id
from qmtool.reports.terminal import safe

_TONES = {Status.READY: "good", Status.PARTIAL: "warn", Status.OPEN: "bad"}


def headline(shown: View) -> Section:
    """Return what a gap comes to, in a sentence, and that it is a self-assessment."""
    return Section(sentences=[shown["headline"], shown["disclaimer"]], tone="headline")


class Index:
    """What the indexes of *dossier* show, its copies standing at *places*."""

    def __init__(self, dossier: Dossier, places: Places, language: Language) -> None:
        self.dossier, self.places, self.language = dossier, places, language
        self._short = {
            one.requirement.identifier: printed_id(
                dossier.gap.referential, one.requirement, language
            )
            for one in dossier.gap.requirements
        }

    def by_requirement(self, name: str) -> Page:
        """Return the page that leads from each requirement to its evidence in force."""
        _ = self.language.gettext
        found = {safe(one.identifier): one for one in self.dossier.gap.requirements}
        shown = view(self.dossier.gap, self.language)
        head = (_("Requirement"), _("Title"), _("Status"), _("Evidence in force"))
        sections = [
            Section(
                title=" ".join(filter(None, (chapter["id"], chapter["title"]))),
                table=Table(
                    "requirements",
                    head,
                    [
                        (
                            one(row["id"]),
                            one(row["title"]),
                            one(row["status_word"], tone=_TONES.get(found[row["name"]].status, "")),
                            self._evidence(found[row["name"]]),
                        )
                        for row in chapter["rows"]
                    ],
                ),
            )
            for chapter in shown["chapters"]
        ]
        return Page(
            _("Evidence by requirement"),
            [headline(shown), *sections],
            name,
        )

    def _evidence(self, found: RequirementGap) -> Cell:
        """Return the links to what is in force for a requirement, each once."""
        bits = dict.fromkeys(
            self._piece(piece)
            for piece in found.evidence
            if is_in_force(piece.state, piece.via) and piece.path in self.dossier.copies
        )
        return list(bits) or [Bit("–")]

    def _piece(self, piece: Evidence) -> Bit:
        copy = self.dossier.copies[piece.path]
        headings = (one.anchor for one in copy.text.headings if one.text == piece.section)
        anchor = next(headings, "") if piece.section else ""
        notes = [copy.text.title, f"§ {piece.section}" if piece.section else ""]
        if piece.state is EvidenceState.OVERDUE:
            notes.append(self.language.gettext("overdue"))
        href = quote(self.places.page(piece.path))
        return Bit(
            safe(" ".join(filter(None, (piece.document, piece.version and f"v{piece.version}")))),
            href + (f"#{quote(anchor_id(anchor))}" if anchor else ""),
            safe(" · ".join(filter(None, notes))),
            "warn" if piece.state is EvidenceState.OVERDUE else "",
        )

    def by_process(self, name: str) -> Page:
        """Return the page that leads from each process to its evidence in force."""
        _ = self.language.gettext
        known = {one.identifier: one.title or one.identifier for one in self.dossier.processes}
        others = sorted({one.process for one in self.dossier.copies.values()} - known.keys() - {""})
        groups = [*known.items(), *((one, one) for one in others), ("", _("Without process"))]
        sections = [
            self._section(title, copies)
            for identifier, title in groups
            if (copies := [one for one in self.dossier.listed if one.process == identifier])
        ]
        if not sections:
            sections = [Section(sentences=[_("No evidence is in force: there is none to list.")])]
        return Page(_("Evidence by process"), sections, name)

    def by_device(self, name: str) -> Page:
        """Return the page that leads from each device to what names it."""
        _ = self.language.gettext
        return Page(
            _("Evidence by device"),
            self._named(
                about(self.dossier.listed, self.dossier.devices, lambda text: text.devices),
                _("No document of this audit file names a device (devices:)."),
            ),
            name,
        )

    def by_post(self, name: str) -> Page:
        """Return the page that leads from each post to what names it."""
        _ = self.language.gettext
        return Page(
            _("Evidence by post"),
            self._named(
                about(self.dossier.listed, (), lambda text: text.posts),
                _("No document of this audit file names a post (posts:)."),
            ),
            name,
        )

    def _named(self, found: dict[str, list[Copy]], nothing: str) -> Sequence[Section]:
        """Return a section for each name that something names, then those that nothing does."""
        sections = [self._section(name, copies) for name, copies in found.items() if copies]
        left = [name for name, copies in found.items() if not copies]
        if not sections:
            sections = [Section(sentences=[nothing])]
        if left:
            title = self.language.gettext("Named by no document of this audit file")
            sections.append(Section(title, sentences=[safe(", ".join(left))]))
        return sections

    def _section(self, title: str, copies: Sequence[Copy]) -> Section:
        _ = self.language.gettext
        head = (_("Document"), _("Title"), _("Kind"), _("Version or date"), _("Requirements"))
        rows = [
            (
                one(copy.document.name, quote(self.places.page(copy.document.path))),
                one(copy.text.title),
                one(self.kind(copy)),
                self.version(copy),
                one(", ".join(self.requirements(copy))),
            )
            for copy in copies
        ]
        return Section(safe(title), table=Table("documents", head, rows))

    def requirements(self, copy: Copy) -> Iterator[str]:
        """Yield the requirements that *copy* is evidence for, as they are printed."""
        for identifier in self.dossier.requirements.get(copy.document.path, ()):
            yield self._short[identifier]

    def kind(self, copy: Copy) -> str:
        """Return what the document of *copy* is, in words."""
        label = self.dossier.kinds.get(copy.text.kind)
        return label.of(self.language.code) if label else copy.text.kind

    def version(self, copy: Copy) -> Cell:
        """Return the version of *copy* and since when it applies, or the day of a record."""
        day = self.language.day(copy.since) if copy.since else ""
        if not copy.version:
            return one(day)
        since = said(say("since {day}", day=copy.since), self.language) if copy.since else ""
        tone = "warn" if copy.is_overdue else ""
        overdue = self.language.gettext("review overdue") if copy.is_overdue else ""
        return one(f"v{copy.version}", note=", ".join(filter(None, (since, overdue))), tone=tone)

    def links(self, paths: Iterable[str]) -> list[Bit]:
        """Return the links to the copies of the documents at *paths*."""
        found = []
        for path in paths:
            copy = self.dossier.copies[path]
            note = " · ".join(
                filter(None, (copy.text.title, *(bit.text for bit in self.version(copy))))
            )
            found.append(Bit(safe(copy.document.name), quote(self.places.page(path)), safe(note)))
        return found
