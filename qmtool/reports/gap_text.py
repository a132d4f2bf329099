"""The gap as text, for a terminal."""

from collections.abc import Iterator, Sequence

from qmtool.model.assessment import Status
from qmtool.model.evidence import Fact
from qmtool.model.gap import Gap
from qmtool.reports.columns import SHORT_NAME, SHORT_TITLE, Column, fitted
from qmtool.reports.gap_csv import evidence_line, how_much_lent
from qmtool.reports.gap_shape import ChapterView, Count, Row, View
from qmtool.reports.gap_view import view
from qmtool.reports.gap_words import page_words
from qmtool.reports.language import Language
from qmtool.reports.table import terminal_width, text_table, width_of, wrapped_table
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped

WIDTH = 100
MAX_ID = 24
"""How wide an id may be before what is said of it begins on the next line."""
BAR = 24
"""How many columns of a terminal a bar takes."""
BLOCKS = {Status.READY: "█", Status.PARTIAL: "▒", Status.OPEN: "░"}
"""What a bar is drawn with; the rest, which is not judged, is a line."""

_REST = "─"
_BELOW = " " * 6
_MISSING = (Status.PARTIAL, Status.OPEN)


def text(gap: Gap, language: Language, width: int = 0) -> str:
    """Return the headline, a table of the requirements by chapter, and what is missing."""
    width = width or min(terminal_width(), WIDTH)
    shown = view(gap, language)
    lines = [*_first(shown, width), *_bars(shown, width), "", *_table(shown, language, width)]
    missing = list(_missing(shown, width))
    if missing:
        first = next(row["name"] for row in _rows(shown) if row["status"] in _MISSING)
        how = language.gettext(
            "A document answers a requirement by naming it in its front matter, for instance: "
            "satisfies: [{id}]"
        ).format(id=first)
        lines += ["", language.gettext("What is missing:"), *missing, "", *wrapped(how, width)]
    lines += _ahead(shown, width, language)
    return "\n".join(lines) + "\n"


def _ahead(shown: View, width: int, language: Language) -> Iterator[str]:
    """Yield what will have lapsed by a day to come."""
    ahead = shown["outlook"]
    if ahead is None:
        return
    yield ""
    yield language.pair(ahead["title"], "").rstrip()
    rows = ahead["rows"]
    told = wrapped_table(rows, width - 2, ahead["heads"]) if rows else [ahead["nothing"]]
    yield from (f"  {line}" for line in told)


def chapter_text(gap: Gap, language: Language, *, chapter: str, width: int = 0) -> str:
    """Return everything about the requirements in *chapter*, which may be any node."""
    width = width or min(terminal_width(), WIDTH)
    shown, words = view(gap, language), page_words(language)
    wanted = {safe(f"u-{one.identifier}") for one in gap.referential.below(chapter)}
    for one in shown["chapters"]:
        one["rows"] = [row for row in one["rows"] if row["anchor"] in wanted]
    shown["chapters"] = [one for one in shown["chapters"] if one["rows"]]
    lines = [*_first(shown, width), "", *_table(shown, language, width)]
    for row in _rows(shown):
        lines += ["", *wrapped(f"{row['id']}  {row['title']}", width)]
        for told in _details(row, words, language):
            lines += wrapped(told, width, first="  ", rest=_BELOW)
    return "\n".join(lines) + "\n"


def _first(shown: View, width: int) -> Iterator[str]:
    """Yield what warns, then the headline."""
    for warning in shown["warnings"]:
        yield from wrapped(warning, width)
    if shown["warnings"]:
        yield ""
    yield from wrapped(f"{shown['headline']} {shown['disclaimer']}", width)


# The chapters at a glance.


def _bars(shown: View, width: int) -> Iterator[str]:
    """Yield a bar for each chapter, and what its signs mean; none where no share may be told."""
    if not shown["rated"] or len(shown["chapters"]) < 2:
        return
    titles = [_title(chapter) for chapter in shown["chapters"]]
    room = min(max(map(width_of, titles)), width - BAR - 10)
    bars = [f"{_bar(one['counts'])} {_share(one['counts'])}" for one in shown["chapters"]]
    table = text_table(["", ""], list(zip(titles, bars, strict=True)), room + BAR + 10, shrink=0)
    yield ""
    yield from table.splitlines()[2:]
    signs = [
        f"{BLOCKS.get(Status(one['status']), _REST)} {one['word']}"
        for one in shown["counts"]
        if one["count"]
    ]
    yield from wrapped("   ".join(signs), width)


def _bar(counts: Sequence[Count]) -> str:
    """Return a bar of *counts*: what is there shows, and the longest part gives what is left."""
    total = sum(one["count"] for one in counts)
    sizes = [max(bool(one["count"]), BAR * one["count"] // total) for one in counts]
    longest = max(range(len(sizes)), key=lambda n: counts[n]["count"])
    sizes[longest] += BAR - sum(sizes)
    signs = (BLOCKS.get(Status(one["status"]), _REST) for one in counts)
    return "".join(sign * size for sign, size in zip(signs, sizes, strict=True))


def _share(counts: Sequence[Count]) -> str:
    """Return how many requirements of a chapter are ready, of all that are judged."""
    found = {one["status"]: one["count"] for one in counts}
    judged = sum(found[status] for status in BLOCKS)
    return f"{found[Status.READY]}/{judged}" if judged else "–"


# The table.


def _table(shown: View, language: Language, width: int) -> Iterator[str]:
    """Yield the lines of the table, its columns aligned over all chapters."""
    verified = any(row["verified"] != Fact.NO for row in _rows(shown))
    rows = [_cells(row, width // 5, verified=verified) for row in _rows(shown)]
    head = _head(language, verified=verified)
    columns = [Column(one) for one in head]
    columns[1] = Column(head[1], SHORT_TITLE)
    columns[-1] = Column(head[-1], SHORT_NAME, spare=2, first=True)
    if verified:
        columns[-2] = Column(head[-2], spare=1)
    lines = iter(fitted(columns, rows, 1, language, width).splitlines())
    yield next(lines)
    yield next(lines)
    for chapter in shown["chapters"]:
        yield ""
        yield _title(chapter)
        for _ in chapter["rows"]:
            yield next(lines)
    yield from lines  # which columns are not shown


def _title(chapter: ChapterView) -> str:
    return " ".join(filter(None, (chapter["id"], chapter["title"])))


def _head(language: Language, *, verified: bool) -> list[str]:
    _ = language.gettext
    facts = [_("Described"), _("Proven"), *([_("Verified")] if verified else [])]
    return ["", _("Requirement"), _("Status"), *facts, _("Evidence")]


def _cells(row: Row, size: int, *, verified: bool) -> list[str]:
    facts = [row["described_word"], row["proven_word"]]
    facts += [row["verified_word"]] if verified else []
    return [row["short"], row["title"], row["status_word"], *facts, names(row, size)]


def names(row: Row, size: int) -> str:
    """Return the documents of *row*: as many as *size* columns hold, and how many more."""
    every = row["names"]
    shown = ", ".join(every[:1])
    for count, name in enumerate(every[1:], start=1):
        more = f" +{len(every) - count}"
        if width_of(f"{shown}, {name}{more}") > size:
            return shown + more
        shown = f"{shown}, {name}"
    return shown


# What is missing, and everything about one requirement.


def _missing(shown: View, width: int) -> Iterator[str]:
    """Yield, for what is partial or open, why."""
    rows = [row for row in _rows(shown) if row["status"] in _MISSING]
    size = min(MAX_ID, max((width_of(row["id"]) for row in rows), default=0))
    indent = " " * (size + 4)
    for row in rows:
        told = [*row["blocking"], *row["reasons"], *row["loans"]]
        line = f"{row['title']} – {' · '.join(told)}"
        if width_of(row["id"]) > size:
            yield f"  {row['id']}"
            yield from wrapped(line, width, first=_BELOW, rest=_BELOW)
        else:
            yield from wrapped(line, width, first=f"  {row['id']:{size}}  ", rest=indent)


def _details(row: Row, words: dict[str, str], language: Language) -> Iterator[str]:
    """Yield a line for each thing that is known of *row*."""
    facts = [
        language.pair(words[name], value)
        for name, value in (
            ("status", row["status_word"]),
            ("described", row["described_word"]),
            ("proven", row["proven_word"]),
            ("verified", row["verified_word"]),
            ("score", row["score"]),
            ("confidence", row["confidence"]),
        )
        if value
    ]
    yield " · ".join(facts)
    for name, values in (
        ("asks", [row["asks"]] if row["asks"] else []),
        ("blocking", row["blocking"]),
        ("missing", row["reasons"]),
        ("unverified", row["unverified"]),
        ("lent_name", how_much_lent(row)),
        ("lent", row["loans"]),
        ("evidence", [evidence_line(one) for one in row["evidence"]]),
    ):
        for value in values:
            yield language.pair(words[name], value)
    if row["more"]:
        yield words["more"].format(count=row["more"])


def _rows(shown: View) -> Iterator[Row]:
    for chapter in shown["chapters"]:
        yield from chapter["rows"]
