"""What the published pages say beside the texts: plain values in the words of one language."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from qmtool.model.calendar import parse_day
from qmtool.model.document import HistoryRow
from qmtool.model.label import Label
from qmtool.model.paths import folder_of, join
from qmtool.model.publication import Entry, Past, Publication
from qmtool.reports.history_words import who
from qmtool.reports.language import Language
from qmtool.reports.site_links import UP, Links, page_of, page_of_past
from qmtool.reports.site_records import NO_RECORD, Records
from qmtool.reports.site_words import fact_words, page_words, state_words
from qmtool.reports.terminal import safe

Facts = dict[str, Any]
"""What a template shows."""

_NO_LABEL = Label("", "")


class Teller:
    """Tells of the documents of *publication* in *language*; *links* says where they lead.

    *known* holds the earlier versions, by id and version, whose text this clone has.
    """

    def __init__(
        self,
        publication: Publication,
        language: Language,
        links: Links,
        known: frozenset[tuple[str, str]],
    ) -> None:
        self.publication = publication
        self.language = language
        self.links = links
        self.known = known
        self.words = page_words(language)
        self.names = fact_words(language)
        self.states = state_words(language)
        self.records = Records(publication, language)
        self.centre = safe(publication.centre)
        self.titles = {
            one.identifier: safe(one.title or one.identifier) for one in publication.processes
        }

    # A document.

    def document(self, entry: Entry, files: Mapping[str, str]) -> Facts:
        """Return what the page of a document in force says of it."""
        badge = self.badge(entry)
        return self._page(entry) | {
            "version": self.version(entry.standing.in_force),
            "badge": badge,
            "state": self.records.state(entry) or self.states[badge],
            "facts": self._facts(entry),
            **self.records.facts(entry),
            "attachments": list(self._attachments(entry, files)),
            "versions": [self.past_row(one, UP) for one in entry.past],
            "since": self._since(entry.standing.effective),
        }

    def _page(self, entry: Entry) -> Facts:
        process = entry.standing.process
        known = process in self.titles
        return {
            "id": entry.identifier,
            "title": safe(entry.told.title),
            "process": {"href": f"{UP}{self.links.process(process)}", "title": self.titles[process]}
            if known
            else None,
            "obsolete": "",
            "hidden": "",
        }

    def badge(self, entry: Entry) -> str:
        """Return the name that the style gives the state of a document in force."""
        if not entry.standing.in_force:
            return "b-record"
        return "b-overdue" if entry.standing.is_overdue(self.publication.on) else "b-in-force"

    def _facts(self, entry: Entry) -> list[tuple[str, str]]:
        one, names = entry.standing, self.names
        assert entry.shown is not None  # the text of a page
        pairs = (
            (names["effective"], self.day(one.effective)),
            (names["date"], "" if one.in_force else self.day(entry.shown.date)),
            (names["review"], self.day(one.next_review) if one.in_force else ""),
            (names["approvers"], self.people(entry.row)),
            (names["owner"], self.person(one.owner)),
            (names["kind"], self.kind(entry)),
            (names["sites"], self.records.sites(entry.shown)),
            (names["auditors"], self.records.auditors(entry.shown)),
        )
        return [(name, value) for name, value in pairs if value]

    def kind(self, entry: Entry) -> str:
        """Return what a document is."""
        label = self.publication.kinds.get(entry.told.kind, _NO_LABEL)
        return safe(label.of(self.language.code))

    def day(self, day: date | None) -> str:
        """Return *day* as people write it, nothing for none."""
        return self.language.day(day) if day else ""

    def person(self, identifier: str) -> str:
        """Return the name of a person."""
        return safe(self.language.render(who(self.publication.names, identifier)))

    def people(self, row: HistoryRow | None) -> str:
        """Return who approved the version of that *row*."""
        return ", ".join(map(self.person, row.approvers)) if row else ""

    def version(self, version: str) -> str:
        """Return a version as a page says it."""
        return f"v{safe(version)}" if version else ""

    def _attachments(self, entry: Entry, files: Mapping[str, str]) -> Iterator[Facts]:
        assert entry.shown is not None  # the text of a page
        for one in entry.shown.attachments:
            name = files.get(join(folder_of(entry.shown.path), one.file) or "")
            yield {
                "name": safe(one.file.rpartition("/")[2]),
                "href": f"{UP}{name}" if name else "",
            }

    # An earlier version.

    def past(self, entry: Entry, past: Past) -> Facts:
        """Return what the page of an earlier version says of it."""
        names = self.names
        pairs = (
            (names["effective"], self._day_of(past.row.in_force_from)),
            (names["until"], self.day(past.until)),
            (names["approvers"], self.people(past.row)),
        )
        return self._page(entry) | {
            "version": self.version(past.row.version),
            "badge": "b-old",
            "state": self.states["b-old"],
            "facts": [(name, value) for name, value in pairs if value],
            **NO_RECORD,
            "attachments": [],
            "versions": [],
            "obsolete": self._ended(past),
            "since": self._ended(past),
            "current": self._current(entry),
        }

    def _day_of(self, written: str) -> str:
        return self.day(parse_day(written))

    def _ended(self, past: Past) -> str:
        """Return the sentence that says why a version is not in force any more."""
        _ = self.language.gettext
        day = self.day(past.until)
        if past.by:
            return _("Replaced by version {version} on {day}. Do not use.").format(
                version=safe(past.by), day=day
            )
        if day:
            return _("Withdrawn on {day}. Do not use.").format(day=day)
        return _("Withdrawn. Do not use.")

    def _current(self, entry: Entry) -> Facts | None:
        if entry.shown is None:
            return None
        words = self.language.gettext("Open the version in force: {version}").format(
            version=self.version(entry.standing.in_force)
        )
        return {"href": f"{UP}{page_of(entry)}", "words": words}

    # Rows of lists.

    def row(self, entry: Entry, root: str) -> Facts:
        """Return the row of a document in force on a page whose way to the top is *root*."""
        assert entry.shown is not None  # what has no text has no row
        badge = self.badge(entry)
        is_late = badge == "b-overdue"
        return {
            "href": f"{root}{page_of(entry)}",
            "title": safe(entry.shown.title),
            "meta": self.meta(entry),
            "badge": badge if is_late else "",
            "state": self.states[badge] if is_late else "",
        }

    def meta(self, entry: Entry) -> str:
        """Return the line below the title of a document: id, version, since when."""
        one = entry.standing
        assert entry.shown is not None  # what has no text has no row
        if not one.in_force:
            day, state = self.day(entry.shown.date), self.records.state(entry)
            return " · ".join(filter(None, (entry.identifier, day, state)))
        return " · ".join(
            filter(None, (entry.identifier, self.version(one.in_force), self._since(one.effective)))
        )

    def _since(self, day: date | None) -> str:
        words = self.language.gettext("in force since {day}")
        return words.format(day=self.day(day)) if day else ""

    def past_row(self, past: Past, root: str, title: str = "") -> Facts:
        """Return the row of an earlier version, with the *title* of its document if it is told."""
        _ = self.language.gettext
        since, until = self._day_of(past.row.in_force_from), self.day(past.until)
        days = f"{since} – {until}" if until else since
        version = self.version(past.row.version)
        words = [f"{past.identifier} · {version}" if title else "", days]
        words += [safe(past.row.summary)] if past.row.summary and not title else []
        is_here = (past.identifier, past.row.version) in self.known
        words += [] if is_here else [_("the text is not in this clone")]
        return {
            "href": f"{root}{page_of_past(past)}" if is_here else "",
            "title": title,
            "version": version,
            "meta": " · ".join(filter(None, words)),
            "badge": "",
        }
