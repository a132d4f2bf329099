"""Whether the documents at the tip are what their tags say: rows, state, dates and text."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qmtool.model.calendar import parse_day
from qmtool.model.document import Document, HistoryRow
from qmtool.model.identifier import POLICY
from qmtool.model.text import Text, listing, say
from qmtool.model.verification.facts import (
    CONFIRMED,
    OF_A_VERSION,
    REINSTATED,
    WITHDRAWN,
    Facts,
    Statement,
    Tip,
    Violation,
    violation,
)

_OWNED = ("version", "effective", "next_review")
_AT_WORK = ("draft", "in-review")
RELEASED_STATUS = "released"


@dataclass(frozen=True)
class Record:
    """A document at the tip (None: it is gone) and the tags that wrote it, in their order."""

    identifier: str
    document: Document | None
    written: Sequence[Statement]
    releases: Sequence[Statement]
    decisions: Sequence[Statement]

    @property
    def rows(self) -> Sequence[HistoryRow]:
        """Return the rows of the history."""
        return self.document.history if self.document else ()

    @property
    def told(self) -> list[HistoryRow]:
        """Return the rows that a tag must tell of; the steps of a record have none."""
        return [row for row in self.rows if not row.state]

    def said(self, name: str, message: Text, tag: str = "", commit: str = "") -> Violation:
        """Return the violation of the check *name* by the document."""
        return Violation(name, message, tag, self.identifier, commit)


def records(facts: Facts, tip: Tip, spoilt: set[str]) -> list[Record]:
    """Return every document that has a tag or a history, by id.

    The tags that are *spoilt* say nothing that could be compared.
    """
    position = {commit: number for number, commit in enumerate(facts.order)}
    written: dict[str, list[Statement]] = {}
    for one in facts.statements:
        if one.ref in spoilt or one.commit not in facts.on_tip or one.document == POLICY:
            continue
        if not one.is_decision or one.meaning in OF_A_VERSION:
            written.setdefault(one.document, []).append(one)
    for some in written.values():
        if len(some) > 1:
            some.sort(key=lambda one: (position[one.commit], one.moment))
    found: dict[str, Document] = {}
    for document in tip.documents:
        if document.identifier:
            found.setdefault(document.identifier, document)
    return [
        _record(name, found.get(name), written.get(name, ()))
        for name in dict.fromkeys((*found, *written))
    ]


def _record(name: str, document: Document | None, written: Sequence[Statement]) -> Record:
    releases = [one for one in written if not one.is_decision]
    return Record(name, document, written, releases, [one for one in written if one.is_decision])


def judge_record(
    facts: Facts, tip: Tip, record: Record, known: frozenset[str]
) -> Iterator[Violation]:
    """Yield where a document and its tags disagree; *known* are the names of every tag there is."""
    document = record.document
    if document is None:
        tag = record.written[-1].tag
        message = say(
            "{document} was released, and no document of the branch has this id now",
            document=record.identifier,
        )
        yield record.said("document-missing", message, tag)
        return
    if not (record.told or record.written):
        yield from _never_released(tip, record, document)
        return
    found = [*_rows(facts, record, known), *_decisions(record)]
    yield from found
    if record.releases:
        yield from _state(tip, record, document)
        yield from _keys(tip, record, document, without_history=bool(found))


def _never_released(tip: Tip, record: Record, document: Document) -> Iterator[Violation]:
    """Yield a violation if a document without any tag claims to be more than a draft."""
    if document.kind in tip.controlled and (
        document.version or document.status in ("released", "withdrawn")
    ):
        message = say(
            "{path} says {status} {version}, and no tag or history says so",
            path=document.path,
            status=document.status,
            version=document.version,
        )
        yield record.said("tag-missing", message, f"release/{record.identifier}/{document.version}")


def _rows(facts: Facts, record: Record, known: frozenset[str]) -> Iterator[Violation]:
    """Compare the rows of the versions with their tags."""
    rows: dict[str, HistoryRow] = {}
    for row in record.rows:
        if row.version in rows:
            message = say(
                "the history of {document} tells twice of version {version}",
                document=record.identifier,
                version=row.version,
            )
            yield record.said("row-mismatch", message, f"release/{record.identifier}/{row.version}")
        elif row.version:
            rows[row.version] = row
    tags = {one.version: one for one in record.releases}
    for version in rows:
        tag = f"release/{record.identifier}/{version}"
        if version not in tags and f"refs/tags/{tag}" not in known:
            message = say(
                "the history of {document} tells of version {version}, whose tag is missing",
                document=record.identifier,
                version=version,
            )
            yield record.said("tag-missing", message, tag)
    for version, one in tags.items():
        if version not in rows:
            message = say(
                "{tag} exists, and the history of {document} does not tell of it",
                tag=one.tag,
                document=one.document,
            )
            yield violation("row-missing", one, message)
            continue
        wrong = _wrong_cells(facts, rows[version], one)
        if wrong:
            message = say(
                "the row of version {version} in the history of {document} differs from its tag: "
                "{keys}",
                version=version,
                document=one.document,
                keys=listing(wrong),
            )
            yield violation("row-mismatch", one, message)


def _wrong_cells(facts: Facts, row: HistoryRow, one: Statement) -> list[str]:
    """Return the keys of *row* that disagree with the tag of its version."""
    cells = (
        ("origin", (row.origin == "adopted") == one.is_adopted),
        ("date", one.is_adopted or _is_dated(facts, row, one)),
        ("effective", row.in_force_from == one.payload["effective"]),
        ("digest", row.digest == one.payload["digest"]),
    )
    return [key for key, holds in cells if not holds]


def _is_dated(facts: Facts, row: HistoryRow, one: Statement) -> bool:
    """Return whether *row* has the day of its commit, and is in force no earlier than that.

    What was proposed, merged and finalised has the day of the proposal, earlier than both. The
    commit tells its day in another zone.
    """
    day, effective = parse_day(row.date), parse_day(row.in_force_from)
    if day is None or effective is None or not day <= min(one.day, effective):
        return False
    made = facts.commits.get(one.commit)
    if made is None or made.moment < one.moment:
        return True
    return day.toordinal() - _EPOCH >= made.moment // _DAY - 1


_DAY, _EPOCH = 86_400, date(1970, 1, 1).toordinal()


def _decisions(record: Record) -> Iterator[Violation]:
    """Compare the rows of other decisions with their tags."""
    if not record.decisions and all(row.version for row in record.told):
        return
    told = Counter(_told(row) for row in record.told if not row.version)
    tagged = Counter(
        (one.meaning, one.payload["effective"], one.person) for one in record.decisions
    )
    if told == tagged:
        return
    for meaning, day, person in told - tagged:
        message = say(
            "the history of {document} says {meaning} by {person} on {day}, and no tag says so",
            document=record.identifier,
            meaning=_WORDS[meaning],
            person=person or "–",
            day=day or "–",
        )
        yield record.said("decision-missing", message)
    missing = tagged - told
    for one in record.decisions:
        if (one.meaning, one.payload["effective"], one.person) in missing:
            message = say(
                "{tag} exists, and the history of {document} does not tell of it",
                tag=one.tag,
                document=one.document,
            )
            yield violation("row-missing", one, message)


def _told(row: HistoryRow) -> tuple[str, str, str]:
    """Return what was decided by a *row* that is no version: its meaning, its day, and by whom."""
    if row.reviewed:
        return CONFIRMED, row.reviewed, row.by
    if row.withdrawn:
        return WITHDRAWN, row.withdrawn, row.by
    return REINSTATED, row.reinstated, row.by


_WORDS = {
    CONFIRMED: say("confirmed"),
    WITHDRAWN: say("withdrawn"),
    REINSTATED: say("reinstated"),
}


def _state(tip: Tip, record: Record, document: Document) -> Iterator[Violation]:
    """Yield a violation if the state or the text is not the one that was decided last."""
    last = max(record.releases, key=lambda one: one.number)
    turns = [one for one in record.decisions if one.meaning != CONFIRMED]
    is_withdrawn = bool(turns) and turns[-1].meaning == WITHDRAWN
    allowed = ("withdrawn",) if is_withdrawn else (RELEASED_STATUS, *_AT_WORK)
    if document.status not in allowed or document.version != last.version:
        message = say(
            "{document} says {status} {version}; by its tags it is {wanted} {last}",
            document=record.identifier,
            status=document.status or "–",
            version=document.version or "–",
            wanted=say("withdrawn") if is_withdrawn else say("released"),
            last=last.version,
        )
        yield violation("state-mismatch", last, message)
    if (
        document.status in (RELEASED_STATUS, "withdrawn")
        and document.digest != last.payload["digest"]
    ):
        # The file of the tag itself: then the tag is wrong, and not the text.
        is_tagged = tip.blobs.get(document.path) == last.payload["blob"]
        message = say(
            "the text of {document} at the tip is not the one that {tag} released",
            document=record.identifier,
            tag=last.tag,
        )
        yield violation("digest-mismatch" if is_tagged else "text-changed", last, message)


def _keys(
    tip: Tip, record: Record, document: Document, *, without_history: bool
) -> Iterator[Violation]:
    """Yield a violation if a key that only decisions change differs from the last of them."""
    last = record.written[-1]
    tagged = document
    if wanted_blobs(tip, record, document):
        tagged = tip.tagged(last.payload["blob"]) or document
    changed = [key for key in _OWNED if getattr(document, key) != getattr(tagged, key)]
    release = max(record.releases, key=lambda one: one.number)
    if document.effective != parse_day(release.payload["effective"]) and "effective" not in changed:
        changed.append("effective")
    if not without_history and plain_rows(document.history) != plain_rows(tagged.history):
        changed.append("history")
    if changed:
        message = say(
            "{keys} of {document} changed without a decision since {tag}",
            keys=listing(changed),
            document=record.identifier,
            tag=last.tag,
        )
        yield violation("keys-changed", last, message)


def wanted_blobs(tip: Tip, record: Record, document: Document) -> list[str]:
    """Return the blob of the last tag that wrote *document*, where it is not the one at the tip."""
    blobs = [one.payload["blob"] for one in record.written[-1:]]
    return [blob for blob in blobs if tip.blobs.get(document.path) != blob]


def plain_rows(rows: Sequence[HistoryRow]) -> list[HistoryRow]:
    """Return *rows* without the lines that they stand on."""
    return [row._replace(line=0) for row in rows]
