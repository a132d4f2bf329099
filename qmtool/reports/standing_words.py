"""What the reports over time and over several referentials say alike: counts, sources, origin."""

from collections.abc import Mapping
from datetime import date

from qmtool import __version__
from qmtool.model.assessment import Status
from qmtool.model.gap import Gap
from qmtool.model.referential import Referential
from qmtool.model.text import say
from qmtool.reports.gap_view import said, status_words
from qmtool.reports.language import Language
from qmtool.reports.terminal import safe

COMMIT = 10
"""How many characters of a commit's id are shown to people."""


def source(at: str, language: Language) -> str:
    """Return what was read, in words: a commit by its short id."""
    words = {"worktree": language.gettext("work tree"), "index": language.gettext("index")}
    return words.get(at) or safe(at)[:COMMIT]


def short_title(referential: Referential, language: Language) -> str:
    """Return the title of *referential* without what follows its dash."""
    return safe(referential.title.of(language.code).partition(" — ")[0])


def status_heads(language: Language) -> list[str]:
    """Return the word for each status, in the order of `counts`."""
    return [word for word, _ in status_words(language).values()]


def counts(summary: Mapping[Status, int]) -> list[str]:
    """Return how many requirements have each status."""
    return [str(summary[status]) for status in Status]


def percent(share: float | None) -> str:
    """Return a share as people read it, rounded down; nothing where none may be told."""
    return "" if share is None else f"{int(share * 100)} %"


def origin(referential: Referential, on: date, at: str, language: Language) -> str:
    """Return the line that tells what a report was made from."""
    return said(
        say(
            "Made by qm {version} on {day} from: {at}; {referential}, compared with its source on "
            "{verified}",
            version=__version__,
            day=on,
            at=source(at, language),
            referential=referential.identifier,
            verified=referential.verified_on,
        ),
        language,
    )


def origin_of(gap: Gap, language: Language) -> str:
    """Return the line that tells what *gap* was made from."""
    return origin(gap.referential, gap.on, gap.at, language)
