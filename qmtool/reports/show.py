"""What `qm show` prints: one version of a document, and what there is to know of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document
from qmtool.model.edition import DRAFT, HEAD, Edition
from qmtool.model.identifier import POLICY
from qmtool.model.label import Label
from qmtool.model.revision import Revision, What, version_in_force
from qmtool.model.text import Text, say
from qmtool.model.version import Version
from qmtool.reports.chain import RecordPage, record_lines, record_value
from qmtool.reports.history_words import people_words
from qmtool.reports.json_page import json_page
from qmtool.reports.language import Language
from qmtool.reports.rendered import MAX_RENDERED, plain, rendered
from qmtool.reports.table import page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped


class Answer(NamedTuple):
    """A requirement that a document declares to answer, with its title if it is known."""

    requirement: str
    title: Label


class Stand(StrEnum):
    """What a text is worth on a day."""

    IN_FORCE = "in-force"
    REPLACED = "replaced"
    SCHEDULED = "scheduled"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    IN_REVIEW = "in-review"
    RECORD = "record"


@dataclass(frozen=True)
class Page:
    """A text of *document*, which is the file at hand, and what else is known on the day *on*.

    *record* is what there is to know of an entry of a register; *drawn* says that the page is for
    the eyes of a person at a terminal.
    """

    edition: Edition
    document: Document
    on: date
    is_controlled: bool
    kind: Label
    process: str = ""
    process_title: str = ""
    owner: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    answers: Sequence[Answer] = ()
    linked_from: Sequence[Document] = ()
    sites: Mapping[str, str] = field(default_factory=dict)
    record: RecordPage | None = None
    drawn: bool = False

    @property
    def in_force(self) -> str:
        """Return the version in force, if any."""
        return version_in_force(self.document, self.on) if self.is_controlled else ""

    @property
    def stand(self) -> Stand:
        """Return what the text is worth on the day."""
        label = self.edition.label
        if not self.is_controlled:
            return Stand.RECORD
        if label in (DRAFT, HEAD):
            is_review = self.edition.document.status == "in-review"
            return Stand.IN_REVIEW if is_review else Stand.DRAFT
        if self.document.status == "withdrawn":
            return Stand.WITHDRAWN
        if label == self.in_force:
            return Stand.IN_FORCE
        shown, current = Version.parse(label), Version.parse(self.in_force)
        is_later = shown is not None and (current is None or shown > current)
        return Stand.SCHEDULED if is_later else Stand.REPLACED

    @property
    def next_review(self) -> date | None:
        """Return the day of the next review; that of the file at hand counts reviews since."""
        is_last = self.edition.label == self.document.version
        return (self.document if is_last else self.edition.document).next_review


def stand_words(page: Page) -> Text:
    """Return what the text is worth, in words: the line that makes a copy a controlled one."""
    version, day = page.edition.label, page.on
    row = page.edition.row
    match page.stand:
        case Stand.IN_FORCE:
            return say("version {version}, in force on {day}", version=version, day=day)
        case Stand.REPLACED:
            current = page.in_force
            return say(
                "version {version}, replaced: on {day}, version {current} is in force",
                version=version,
                day=day,
                current=current,
            )
        case Stand.SCHEDULED:
            since = (parse_day(row.in_force_from) or row.in_force_from) if row else "–"
            return say("version {version}, applies from {day} only", version=version, day=since)
        case Stand.WITHDRAWN:
            return say("version {version}, withdrawn: not in force", version=version)
        case Stand.IN_REVIEW:
            return say("draft in review, not in force")
        case Stand.RECORD:
            return say("record")
    return say("draft, not in force")


def notes(page: Page, *, asked: bool) -> Iterator[Text]:
    """Yield what a reader must know besides; with *asked*, the version was named."""
    name, at_hand = page.document.name, page.document
    shown = page.edition
    told = {row.version: row.digest for row in at_hand.releases()}.get(shown.label)
    if told and shown.ref and told != shown.document.digest:
        yield say("the text is not the one that its history tells: type qm verify")
    if not page.is_controlled:
        return
    if page.stand is not Stand.IN_FORCE:
        yield say("{document}: {stand}", document=name, stand=stand_words(page))
    if asked:
        return
    if page.in_force and (at_hand.status in ("draft", "in-review") or not at_hand.is_intact()):
        yield say("there is a draft of the next version: qm show {document}@draft", document=name)
    for later in at_hand.releases():
        day = parse_day(later.in_force_from)
        if day is not None and day > page.on and later.version != page.edition.label:
            yield say(
                "version {version} applies from {day}: qm show {document}@{version}",
                version=later.version,
                day=day,
                document=name,
            )


def _facts(page: Page, language: Language) -> Iterator[tuple[Text, str]]:
    """Yield what is known of the text, a name and a value at a time."""
    shown, row = page.edition.document, page.edition.row
    yield say("kind"), page.kind.of(language.code) or shown.kind
    yield say("process"), page.process_title or page.process
    yield say("owner"), page.names.get(page.owner, page.owner)
    yield say("sites"), ", ".join(page.sites.get(one, one) for one in shown.sites)
    yield say("devices"), ", ".join(shown.devices)
    yield say("posts"), ", ".join(shown.posts)
    yield say("date"), language.day(shown.date) if shown.date else ""
    if row:
        since = parse_day(row.in_force_from)
        yield say("applies from"), language.day(since) if since else row.in_force_from
        yield say("next review"), language.day(page.next_review) if page.next_review else ""
        one = Revision(What.RELEASED, row.version, row)
        for title, people in (
            (say("author"), row.authors),
            (say("reviewer"), row.reviewers),
            (say("approver"), row.approvers),
        ):
            yield title, people_words(people, one, page.names, language)
        yield say("reason"), row.summary
    for answer in page.answers:
        asks = answer.title.of(language.code)
        yield say("answers"), f"{answer.requirement} {asks}".rstrip()
    for other in page.linked_from:
        yield say("linked from"), f"{other.name} {other.title}".rstrip()
    yield say("file"), shown.path


def text(page: Page, language: Language) -> str:
    """Return what is known of the text, then the text: drawn at a terminal, else as written."""
    width = page_width()
    document = page.edition.document
    lines = [f"{safe(document.name)}  {safe(document.title)}".rstrip()]
    if page.record is None:  # else its state is told below
        lines.append(safe(language.render(stand_words(page))))
    lines.append("")
    before = ""
    for name, value in _facts(page, language):
        if not value:
            continue
        title = language.pair(name, "").rstrip()
        shown = title if title != before else " " * len(title)
        before = title
        line = f"{shown} {safe(value)}"
        lines += wrapped(line, width, rest=" " * (len(title) + 1)) if shown.strip() else [line]
    if page.record is not None:
        lines += ["", *record_lines(page.record, language, width)]
    lines += ["-" * width, ""]
    is_policy = page.document.identifier == POLICY  # YAML, all of it
    body = page.edition.text if is_policy else page.edition.body.lstrip("\n")
    lost = any(fault.rule == "lost-content" for fault in document.faults)
    is_drawn = page.drawn and not is_policy and len(body) <= MAX_RENDERED and not lost
    return "\n".join(lines) + "\n" + (rendered(body, width) if is_drawn else plain(body))


def markdown(page: Page, language: Language) -> bytes:
    """Return the file as it was written, byte for byte."""
    del language
    return page.edition.data


def json_(page: Page, language: Language) -> str:
    """Return everything as JSON, version 1; *language* changes nothing in it."""
    del language
    value = {"version": 1, **page_value(page)}
    return json_page(value)


def page_value(page: Page) -> dict[str, Any]:
    """Return everything that is known of the text, as JSON says it."""
    shown, edition = page.edition.document, page.edition
    return {
        "document": {
            "id": shown.identifier or None,
            "title": shown.title,
            "kind": shown.kind,
            "path": safe(shown.path),
            "process": page.process or None,
            "owner": page.owner or None,
            "owner_name": page.names.get(page.owner),
        },
        "shown": edition.label or None,
        "state": page.stand.value,
        "on": str(page.on),
        "in_force": page.in_force or None,
        "effective": (edition.row.in_force_from or None) if edition.row else None,
        "next_review": str(page.next_review) if page.next_review else None,
        "tag": f"refs/tags/{edition.ref}" if edition.ref else None,
        "commit": edition.commit or None,
        "digest": shown.digest or None,
        "answers": [
            {"id": one.requirement, "title": one.title._asdict() if any(one.title) else None}
            for one in page.answers
        ],
        "linked_from": [
            {"id": one.identifier or None, "title": one.title, "path": safe(one.path)}
            for one in page.linked_from
        ],
        **(record_value(page.record) if page.record is not None else {}),
        "front_matter": edition.keys,
        "body": edition.body,
    }


SHOW_FORMATS: Mapping[str, Callable[[Page, Language], str | bytes]] = {
    "text": text,
    "markdown": markdown,
    "json": json_,
}
