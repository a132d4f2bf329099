"""Tables for a terminal that go without their least useful columns where it is narrow."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from qmtool.reports.language import Language
from qmtool.reports.table import Row, terminal_width, text_table, width_of

SHORT_TITLE = 28
"""What a title needs at least: a narrow terminal goes without other columns instead."""

SHORT_NAME = 14
"""What the name of a person, and any other text, needs at least."""

SHORT_STATE = 12
"""What the name of a state needs at least."""

_GAP = 2


class Column(NamedTuple):
    """A column under its *head*.

    It may be cut down to the size *least*, 0 where it may not. A narrow terminal goes without it
    where it is *spare*: first without those of 1, then without those of 2. *first* says that it is
    cut before the title.
    """

    head: str
    least: int = 0
    spare: int = 0
    first: bool = False


def fitted(
    columns: Sequence[Column], rows: Sequence[Row], title: int, language: Language, width: int = 0
) -> str:
    """Return *rows* as a table whose column *title* is the last to be cut below what it needs.

    Spare columns are left out from the end until the rest fits *width*, by default that of the
    terminal; a line names them.
    """
    width = width or terminal_width()
    sizes = [
        max(map(width_of, (one.head, *(row[n] for row in rows)))) for n, one in enumerate(columns)
    ]
    needs = {
        n: min(sizes[n], one.least) if one.least else sizes[n] for n, one in enumerate(columns)
    }
    hidden: list[int] = []
    spare = sorted((n for n in needs if columns[n].spare), key=lambda n: (columns[n].spare, -n))
    for n in spare:
        if sum(needs.values()) + _GAP * (len(needs) - 1) <= width:
            break
        del needs[n]
        hidden.append(n)
    kept = list(needs)
    table = text_table(
        [columns[n].head for n in kept],
        [[row[n] for n in kept] for row in rows],
        width,
        kept.index(title),
        [(kept.index(n), least) for n, least in _order(columns, needs, title)],
    )
    return table + _told([columns[n].head for n in sorted(hidden)], language)


def _order(
    columns: Sequence[Column], needs: Mapping[int, int], title: int
) -> list[tuple[int, int]]:
    """Return which columns are cut, and how far, in the order in which they are."""
    before = [n for n in needs if columns[n].first]
    after = [n for n in needs if columns[n].least and n != title and n not in before]
    return [(n, needs[n]) for n in (*before, title, *after)]


def _told(hidden: Sequence[str], language: Language) -> str:
    """Return the line that says which columns are not shown, nothing where all are."""
    if not hidden:
        return ""
    words = language.ngettext(
        "{n} column not shown: {names}", "{n} columns not shown: {names}", len(hidden)
    )
    return words.format(n=len(hidden), names=", ".join(hidden)) + "\n"
