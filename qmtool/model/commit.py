"""Commits, as far as a reader of a document's history needs them."""

from datetime import datetime
from typing import NamedTuple


class Commit(NamedTuple):
    """Who changed something, when (in the offset of that place), and the first line of why."""

    oid: str
    author: str
    email: str
    when: datetime
    subject: str
