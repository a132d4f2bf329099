"""One state of a document's text: a version, the draft at hand, or that of the last commit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qmtool.model.document import Document, HistoryRow

DRAFT, HEAD = "draft", "HEAD"
"""What may stand after `@` instead of a version: the file at hand, that of the last commit."""


@dataclass(frozen=True)
class Edition:
    """A text of a document, whole: its bytes, its front matter by key, and what they say.

    *label* is the version, `draft` or `HEAD`; *text* has line feeds only; *body_line* is the number
    of the first line of its *body*. *ref* and *commit* are those of the tag that it was read from.
    """

    label: str
    data: bytes
    text: str
    body: str
    body_line: int
    document: Document
    keys: Mapping[str, Any] = field(default_factory=dict)
    ref: str = ""
    commit: str = ""

    @property
    def row(self) -> HistoryRow | None:
        """Return the row of its history that tells of this version, None for a draft."""
        rows = self.document.releases()
        return next((row for row in rows if row.version == self.label), None)
