"""What is told by all documents together, or by every text that was ever released."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

from qmtool.model.calendar import add_months, parse_day
from qmtool.model.document import Document
from qmtool.model.text import say
from qmtool.model.verification.documents import RELEASED_STATUS, Record, plain_rows
from qmtool.model.verification.facts import Tip, Violation, violation


@cache
def _due(day: str, months: int) -> date:
    """Return *months* after *day*, the end of the calendar if it is none."""
    found = parse_day(day)
    return add_months(found, months) if found else date.max


def is_late(document: Document, tip: Tip) -> bool:
    """Return whether the next review is later than any row of the history justifies."""
    if document.next_review is None:
        return False
    last = max((row.in_force_from or row.reviewed for row in document.history), default="")
    return document.next_review > _due(last, tip.review_months)


def judge_twins(tip: Tip, released: Mapping[str, object]) -> Iterator[Violation]:
    """Yield the documents that take the id of a released one."""
    seen: dict[str, str] = {}
    for document in tip.documents:
        name = document.identifier
        if name in seen and name in released:
            message = say(
                "{first} and {second} both have the id {document}",
                first=seen[name],
                second=document.path,
                document=name,
            )
            yield Violation("document-twice", message, document=name)
        seen.setdefault(name, document.path)


def judge_texts(tip: Tip, record: Record) -> Iterator[Violation]:
    """Yield where the file that a tag released tells another story than the tag, or than now.

    Every released file is read for it: `--full`.
    """
    for one in record.releases:
        tagged = tip.tagged(one.payload["blob"])
        rows = plain_rows(tagged.history) if tagged else []
        last = tagged.last_release() if tagged else None
        if (
            tagged is None
            or last is None
            or (tagged.identifier, tagged.status, last.version, last.digest)
            != (one.document, RELEASED_STATUS, one.version, one.payload["digest"])
        ):
            message = say("the file that {tag} released does not say so itself", tag=one.tag)
            yield violation("payload-mismatch", one, message)
        elif rows != plain_rows(record.rows[: len(rows)]):
            message = say(
                "the history of {document} tells of its past otherwise than when {tag} was made",
                document=record.identifier,
                tag=one.tag,
            )
            yield violation("history-rewritten", one, message)
