"""The parts of an audit file that are no index: audits, lists, revisions, copies, and proof."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from qmtool.model.assessments import Line
from qmtool.model.dossier import Audit, Copy, Dossier
from qmtool.model.handed_out import may_be_opened
from qmtool.model.revision import Revision, revisions
from qmtool.model.text import say
from qmtool.model.workflow import written
from qmtool.reports.audit_words import answer_of
from qmtool.reports.dossier_index import Index
from qmtool.reports.dossier_links import Places
from qmtool.reports.dossier_page import Bit, Cell, Page, Section, Table, one, said
from qmtool.reports.gap_view import printed_id
from qmtool.reports.history_words import WHAT_WORDS, day_words, people_words
from qmtool.reports.language import Language
from qmtool.reports.markdown_html import body_html
from qmtool.reports.master_list import head_cells, row_cells
from qmtool.reports.terminal import safe
from qmtool.reports.verification import LEVELS
from qmtool.reports.verification import text as verification_text

SHORT = 10
"""How many characters of a commit's id are shown."""

_MASTER = ("id", "title", "kind", "process", "in_force", "effective", "next_review", "owner")


class Parts:
    """The parts of *dossier* that are no index, its copies standing at *places*."""

    def __init__(self, dossier: Dossier, places: Places, language: Language) -> None:
        self.dossier, self.places, self.language = dossier, places, language
        self.index = Index(dossier, places, language)

    def audits(self, name: str) -> Page:
        """Return the page of the audits, the newest first and whole, each with its answers."""
        _ = self.language.gettext
        sections = [
            section
            for n, audit in enumerate(self.dossier.audits)
            for section in self._audit(audit, is_last=n == 0)
        ]
        if not sections:
            none = _("No audit report and no inspection letter names this referential.")
            sections = [Section(sentences=[none])]
        return Page(_("Audits and inspections"), sections, name)

    def _audit(self, audit: Audit, *, is_last: bool) -> Iterator[Section]:
        """Yield what is told of *audit*: its findings, what was answered, and the report."""
        _ = self.language.gettext
        path = audit.document.path
        copy = self.dossier.copies[path]
        day = self.language.day(audit.document.date) if audit.document.date else ""
        title = " – ".join(filter(None, (day, audit.document.title or audit.document.name)))
        who = ", ".join(self.dossier.names.get(one, one) for one in audit.document.auditors)
        sentences = [self.language.pair(say("Auditors"), who)] if who else []
        conclusion = "" if copy.is_withheld else written(audit.document, "conclusion")
        if conclusion:
            sentences.append(self.language.pair(say("Conclusion"), conclusion))
        yield Section(
            safe(title),
            sentences=[safe(one) for one in sentences],
            links=self.index.links([path]),
            table=self._findings(audit) if audit.lines else None,
        )
        answers = self.index.links(one.path for one in audit.answers)
        if answers:
            yield Section(sentences=[_("Answers and proofs:")], links=answers)
        if is_last and (copy.is_withheld or copy.body.strip()):
            yield self._text(copy, "", _("What it says"))

    def _findings(self, audit: Audit) -> Table:
        """Return the table of the findings of *audit*, with the answers that records tell."""
        _ = self.language.gettext
        head = (_("Requirement"), _("Title"), _("Grade"), _("Site"), _("Closed on"))
        lines = [self._finding(line) for line in audit.lines]
        if not audit.found:
            return Table("findings", head, lines)
        rows = [
            (*cells, self._answer(audit, line.name))
            for cells, line in zip(lines, audit.lines, strict=True)
        ]
        return Table("answered", (*head, _("Answer and proofs")), rows)

    def _answer(self, audit: Audit, name: str) -> Cell:
        """Return what was answered to the finding *name*, and the links to it and its proofs."""
        answer = audit.found.get(name)
        if answer is None or answer.record is None:
            return [Bit("–")]
        paths = [answer.record.path, *(one.path for one in audit.proofs[name])]
        links = self.index.links(dict.fromkeys(paths))
        if self.dossier.copies[answer.record.path].is_withheld:
            return links
        words = answer_of(answer, self.language).splitlines()
        return [links[0], *(Bit(safe(one)) for one in words), *links[1:]]

    def _finding(self, line: Line) -> Sequence[Cell]:
        """Return the cells of a line of an audit: what it found, and whether that is closed."""
        _, referential = self.language.gettext, self.dossier.gap.referential
        written = line.assessed.requirement
        node = referential.by_id.get(referential.resolve(written).identifier)
        grade = line.grade.label.of(self.language.code) if line.grade else line.assessed.grade
        closed = line.assessed.closed
        if closed is not None and closed <= self.dossier.on:
            end = one(self.language.day(closed), tone="good")
        else:
            end = one(_("not closed"), tone="warn") if grade else []
        return (
            one(printed_id(referential, node, self.language) if node else written),
            one(node.title.of(self.language.code) if node else ""),
            one(
                grade or _("nothing to report"), tone="bad" if line.is_open(self.dossier.on) else ""
            ),
            one(line.assessed.site or (", ".join(line.sites) if line.name else "")),
            end,
        )

    def master_list(self, name: str) -> Page:
        """Return the page of the documents in force, those that are held here as links."""
        found = self.dossier.master
        at = {
            one.document.path: quote(self.places.page(one.document.path))
            for one in self.dossier.listed
        }
        rows = [
            [
                one(text, at.get(standing.document.path, "") if n == 0 else "")
                for n, text in enumerate(cells)
            ]
            for standing, cells in zip(
                found.standings, row_cells(found, _MASTER, self.language), strict=True
            )
        ]
        head = [text[:1].upper() + text[1:] for text in head_cells(_MASTER, self.language)]
        title = self.language.gettext("Master list of the documents in force")
        section = Section(table=Table("master", head, rows)) if rows else self._nothing()
        return Page(title, [section], name)

    def _nothing(self) -> Section:
        """Return what stands where there is nothing to list."""
        nothing = say("No document is in force on {day}.", day=self.dossier.on)
        return Section(sentences=[said(nothing, self.language)])

    def revisions(self, name: str) -> Page:
        """Return the page of the revision tables of the controlled documents that are held."""
        _ = self.language.gettext
        sections = [self._revisions(copy) for copy in self.dossier.listed if copy.version]
        if not sections:
            none = _("This audit file holds no released document, so there is no revision to show.")
            sections = [Section(sentences=[none])]
        return Page(_("Revision tables"), sections, name)

    def _revisions(self, copy: Copy) -> Section:
        _ = self.language.gettext
        head = (
            *(_("Version"), _("Date"), _("Event"), _("Applies from"), _("Author")),
            *(_("Approver"), _("Reason"), _("Commit")),
        )
        rows = [self._revision(one, copy) for one in revisions(copy.document, ())]
        return Section(
            safe(f"{copy.document.name} – {copy.text.title}"),
            safe(copy.document.name),
            table=Table("revisions", head, rows),
        )

    def _revision(self, found: Revision, copy: Copy) -> Sequence[Cell]:
        row, language, names = found.row, self.language, self.dossier.names
        commit = self.dossier.commits.get((copy.document.identifier, found.version), "")
        return (
            one(found.version),
            one(day_words(found.day, language)),
            one(language.render(WHAT_WORDS[found.what])),
            one(day_words(row.in_force_from, language) if row.version else ""),
            one(people_words(row.authors, found, names, language)),
            one(people_words(found.people, found, names, language)),
            one(row.summary or row.reason),
            one(commit[:SHORT] if row.version else ""),
        )

    def verification(self, name: str) -> Page:
        """Return the page that says whether the whole history holds."""
        _ = self.language.gettext
        verdict = self.dossier.verdict
        if verdict.is_sound:
            section = Section(sentences=[said(LEVELS[verdict.level], self.language)])
        else:
            section = Section(_("The history does not hold"), sentences=[self.broken()], tone="bad")
        written = Section(
            _("Report of qm verify"), written=verification_text(verdict, self.language)
        )
        return Page(_("Verification of the history"), [section, written], name)

    def broken(self) -> str:
        """Return how many promises do not hold."""
        count = len(self.dossier.verdict.violations)
        return self.language.ngettext(
            "{n} promise of the record is broken: what is shown here may not be what was released.",
            "{n} promises of the record are broken: what is shown here may not be what was "
            "released.",
            count,
        ).format(n=count)

    def copy(self, found: Copy) -> Page:
        """Return the page of a controlled copy, with its banner and its attachments."""
        _, language = self.language.gettext, self.language
        document = found.document
        name = safe(" ".join(filter(None, (document.name, found.version and f"v{found.version}"))))
        frozen = said(
            say("controlled copy of the audit file, frozen on {day}", day=self.dossier.on),
            language,
        )
        banner = [safe(f"{name} – {found.text.title}"), f"{self._stand(found)} · {frozen}"]
        facts = [
            (_("Kind"), self.index.kind(found)),
            (_("Process"), self._process(found)),
            (_("Owner"), self.dossier.names.get(found.owner, found.owner)),
            (_("Devices"), ", ".join(found.text.devices)),
            (_("Posts"), ", ".join(found.text.posts)),
            (_("Answers"), ", ".join(self.index.requirements(found))),
        ]
        return Page(
            safe(found.text.title or document.name),
            [
                self._text(found, "../"),
                *self._attachments(found),
            ],
            facts=[(title, safe(value)) for title, value in facts if value],
            banner=banner,
            running=f"{name} · {frozen} · {found.commit[:SHORT]}",
            top="../",
        )

    def _text(self, found: Copy, top: str, title: str = "") -> Section:
        """Return what *found* says, or that this is withheld."""
        if found.is_withheld:
            why = self.language.gettext("Left out of this file: it tells who somebody is.")
            return Section(title, sentences=[why], tone="warn")
        return Section(title, body=body_html(found.body, self.places.href(found, top)))

    def _stand(self, found: Copy) -> str:
        """Return since when *found* applies, and the commit that holds it."""
        day, language = found.since or "–", self.language
        if not found.version:
            stand = say("record of {day}", day=day)
        elif found.is_overdue:
            stand = say("in force since {day}, review overdue", day=day)
        else:
            stand = say("in force since {day}", day=day)
        return said(
            say("{stand} · commit {commit}", stand=stand, commit=found.commit[:SHORT]), language
        )

    def _process(self, found: Copy) -> str:
        titles = {one.identifier: one.title for one in self.dossier.processes}
        return titles.get(found.process) or found.process

    def _attachments(self, found: Copy) -> Iterator[Section]:
        """Yield the list of the files that *found* introduces."""
        _ = self.language.gettext
        bits = []
        for file in found.files:
            if file.is_image:
                continue
            href, note = "../" + quote(self.places.file(found.document.path, file)), ""
            if not may_be_opened(file.path):
                href, note = "", _("not copied: a file of this type may run when it is opened")
            elif file.data is None:
                href, note = "", _("this file could not be copied")
            elif not file.is_intact:
                note = _("this is not the file whose digest the document holds")
            name = safe(file.path.rpartition("/")[2])
            bits.append(Bit(name, href, note, "bad" if note else ""))
        if bits:
            yield Section(_("Attachments"), links=bits)
