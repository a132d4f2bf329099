"""The keys that `qm` writes into a front matter, as byte patches."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from qmtool.actions.yaml_text import Value, line, row
from qmtool.errors import Refused
from qmtool.model.calendar import add_months
from qmtool.model.document import OnPaper
from qmtool.model.text import say
from qmtool.model.version import Version
from qmtool.repository import front_matter
from qmtool.repository.yaml_events import read_yaml


@dataclass(frozen=True)
class Stamp:
    """One release, as the front matter records it."""

    version: Version
    on: date
    effective: date
    review_months: int
    authors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    approver: Value = ()
    declared: tuple[OnPaper, ...] = ()
    summary: str = ""
    origin: str = ""
    imported: str = ""
    dated: str = ""
    attachments: Mapping[str, str] = field(default_factory=dict)


def lines_of(text: str) -> dict[str, list[str]]:
    """Return the lines of each top-level block of the front matter of *text*."""
    lines = text.split("\n")
    return {key: lines[first:last] for key, first, last in front_matter.blocks(text)}


def release(data: bytes, stamp: Stamp) -> bytes:
    """Return *data* with the keys of a released version; the body is kept byte for byte."""
    if stamp.attachments:
        data = front_matter.patch(data, {"attachments": _attachments(stamp.attachments)})
    text = data.decode().replace("\r\n", "\n")
    changes: dict[str, str | None] = {
        "version": f'version: "{stamp.version}"',
        "status": line("status", "released"),
        "effective": line("effective", stamp.effective.isoformat()),
        "next_review": line(
            "next_review", add_months(stamp.effective, stamp.review_months).isoformat()
        ),
        "history": _history(lines_of(text).get("history"), _row(stamp, text)),
    }
    return front_matter.patch(data, changes)


def status(data: bytes, value: str, attachments: Mapping[str, str] | None = None) -> bytes:
    """Return *data* with only its status, and the sums of its *attachments* if any, set."""
    changes: dict[str, str | None] = {"status": line("status", value)}
    if attachments:
        changes["attachments"] = _attachments(attachments)
    return front_matter.patch(data, changes)


def _attachments(sums: Mapping[str, str]) -> str:
    rows = [f"  - {row({'file': file, 'sha256': summed})}" for file, summed in sums.items()]
    return "\n".join(["attachments:", *rows])


def file_sum(data: bytes) -> str:
    """Return the SHA-256 of an attached file."""
    return hashlib.sha256(data).hexdigest()


def _row(stamp: Stamp, text: str) -> str:
    """Return the history row of *stamp* for the document of that *text*."""
    day = stamp.dated or stamp.on.isoformat()
    pairs: dict[str, Value] = {"version": f"{stamp.version}", "date": day}
    if stamp.effective.isoformat() != day:
        pairs["effective"] = stamp.effective.isoformat()
    if stamp.origin:
        pairs |= {"origin": stamp.origin, "imported": stamp.imported}
    else:
        pairs |= {"author": stamp.authors, "reviewer": stamp.reviewers}
    pairs["approver"] = stamp.approver
    if stamp.declared:
        pairs["declared"] = [one._asdict() for one in stamp.declared]
    if stamp.summary:
        pairs["summary"] = stamp.summary
    pairs["digest"] = front_matter.digest(text)
    return row(pairs)


def _history(block: list[str] | None, new: str) -> str:
    """Return the block `history:` with the row *new* added; the older rows stay as written."""
    rows = [one for one in (block or [])[1:] if one.lstrip().startswith("- ")]
    if rows:
        indent = rows[0][: len(rows[0]) - len(rows[0].lstrip())]
        return "\n".join([*(block or []), f"{indent}- {new}"])
    value = read_yaml("\n".join(block)).data if block else None
    if value and value.get("history"):
        raise Refused(say("history: write one row a line, each begun by a hyphen"))
    return f"history:\n  - {new}"


def decided(data: bytes, pairs: Mapping[str, Value], **keys: str) -> bytes:
    """Return *data* with the row of *pairs* at the end of its history, and *keys* set."""
    text = data.decode().replace("\r\n", "\n")
    changes: dict[str, str | None] = {key: line(key, value) for key, value in keys.items()}
    changes["history"] = _history(lines_of(text).get("history"), row(pairs))
    return front_matter.patch(data, changes)
