"""The shape of what every readable format of the gap shows: plain values in one language."""

from typing import TypedDict


class EvidenceRow(TypedDict):
    """One declaration, as people read it."""

    name: str
    version: str
    state: str
    state_word: str
    section: str
    place: str


class Row(TypedDict):
    """One requirement, as people read it; *names* are all its documents, *evidence* the first.

    *id* stands alone, *short* under the title of its chapter, *name* is what a document cites. What
    a crosswalk lends is no evidence of its own: *lent* says how much it is, *loans* from where.
    """

    id: str
    name: str
    short: str
    anchor: str
    title: str
    asks: str
    status: str
    status_word: str
    described: str
    described_word: str
    proven: str
    proven_word: str
    verified: str
    verified_word: str
    unverified: list[str]
    score: str
    confidence: str
    reasons: list[str]
    blocking: list[str]
    lent: str
    lent_word: str
    loans: list[str]
    names: list[str]
    evidence: list[EvidenceRow]
    more: int


class Count(TypedDict):
    """How many requirements have a status, and what the status means."""

    status: str
    word: str
    meaning: str
    count: int


class ChapterView(TypedDict):
    """One chapter, its requirements, and how many have each status."""

    id: str
    anchor: str
    title: str
    rows: list[Row]
    counts: list[Count]


class OutlookView(TypedDict):
    """What will have lapsed by a day to come: a table, or the sentence that nothing does."""

    title: str
    nothing: str
    heads: list[str]
    rows: list[list[str]]


class View(TypedDict):
    """The whole gap, as people read it; *rated* says whether proportions may be shown.

    *digest* is that of everything else here: two reports that show the same show it too. *at* is
    the whole id of a commit, *source* its beginning.
    """

    language: str
    referential: str
    name: str
    subtitle: str
    organisation: str
    site: str
    day: str
    at: str
    source: str
    issuer: str
    compared_on: str
    qm: str
    digest: str
    headline: str
    disclaimer: str
    warnings: list[str]
    rated: bool
    scored: bool
    grades: list[str]
    counts: list[Count]
    chapters: list[ChapterView]
    outlook: OutlookView | None
