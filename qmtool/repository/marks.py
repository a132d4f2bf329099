"""Marks: HTML comments that `qm` reads, with the section each stands in.

Three forms: `qm: satisfies <referential>:<id>, …`, `qm: allow <rule> until=… by=… reason="…"`, and
the short `[<word>:<id>,<id>]`, whose word `markers:` of `qm.yaml` gives a referential.
"""

import re
import shlex
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from qmtool.model.advice import nearest
from qmtool.model.calendar import parse_day
from qmtool.model.diagnostic import Fault
from qmtool.model.text import Text, say
from qmtool.repository.markdown import Body, Comment

_SHORT = re.compile(r"\[([^\]:\s]{1,40}):([^\]]*)\]\s*")
MAX_MARK = 2_000

_PREFIX = "qm:"
_VERBS = ("satisfies", "allow")


class Naming(NamedTuple):
    """A mark that names requirements: the *items* as written, and where it stands.

    *word* is that of a short mark, empty for the long form.
    """

    items: Sequence[str]
    line: int
    column: int
    section: str | None
    word: str = ""


@dataclass
class Marks:
    """The marks of a body, and what is wrong with the form of others.

    Those *allowing* something are the fields of a `Suppression`, with the day as text.
    """

    naming: list[Naming] = field(default_factory=list)
    allowing: list[tuple[str | int, ...]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_marks(body: Body, last_line: int) -> Marks:
    """Return the marks of *body*, a text that ends on *last_line*."""
    marks = Marks()
    starts = [heading.line for heading in body.headings]
    for comment in body.comments:
        section, first, last = _section(body, starts, comment.line, last_line)
        if comment.text.startswith(_PREFIX):
            problem = _long(comment, section, first, last, marks)
            if problem:
                rule, message, fix = problem
                marks.faults.append(Fault(rule, comment.line, comment.column, message, fix))
        else:
            found = _SHORT.fullmatch(comment.text)
            if found:
                place = comment.line, comment.column
                marks.naming.append(Naming(_items(found[2]), *place, section, found[1]))
    return marks


def _items(listed: str) -> list[str]:
    return [item.strip() for item in listed.split(",") if item.strip()]


def _section(
    body: Body, starts: Sequence[int], line: int, last_line: int
) -> tuple[str | None, int, int]:
    """Return the heading that *line* stands under, and the lines of its section.

    *starts* are the lines of the headings. What stands before the first is the whole document.
    """
    index = bisect_right(starts, line)
    if not index:
        return None, 1, last_line
    last = starts[index] - 1 if index < len(starts) else last_line
    return body.headings[index - 1].text, starts[index - 1], last


def _long(
    comment: Comment, section: str | None, first: int, last: int, marks: Marks
) -> tuple[str, Text, Text | None] | None:
    """Add the mark of a `qm:` comment to *marks*, or return the rule and text of what is wrong."""
    verb, _, rest = comment.text.removeprefix(_PREFIX).strip().partition(" ")
    if verb == "satisfies":
        items = _items(rest)
        if not items:
            return (
                "unresolvable-mark",
                say("the mark names no requirement"),
                say("Write for instance: qm: satisfies iso-9001-2015:7.5.2"),
            )
        marks.naming.append(Naming(items, comment.line, comment.column, section))
        return None
    if verb == "allow":
        return _allow(rest, comment, (first, last), marks)
    return (
        "unresolvable-mark",
        say("the mark qm: {verb} is not known", verb=verb[:40] or "…"),
        nearest(verb, list(_VERBS)) or say("Write qm: satisfies … or qm: allow …"),
    )


def _allow(
    rest: str, comment: Comment, section: tuple[int, int], marks: Marks
) -> tuple[str, Text, Text | None] | None:
    """Add a suppression to *marks*, or return what is wrong with it."""
    form = say('Write: qm: allow broken-link until=2027-01-01 by=rq1 reason="…"')
    if len(rest) > MAX_MARK:
        message = say("the mark has more than {limit} characters", limit=MAX_MARK)
        return "invalid-suppression", message, form
    try:
        words = shlex.split(rest)
    except ValueError:
        return "invalid-suppression", say("the quotes of the mark are not closed"), form
    pairs = dict(word.partition("=")[::2] for word in words[1:])
    if not words or "=" in words[0]:
        return "invalid-suppression", say("the mark does not say which rule it allows"), form
    for key in ("until", "by", "reason"):
        if not pairs.get(key):
            return "invalid-suppression", say("the mark lacks {key}=", key=key), form
    if not parse_day(pairs["until"]):
        return (
            "invalid-suppression",
            say("until={value} is not a day", value=pairs["until"]),
            form,
        )
    told = pairs["until"], pairs["by"], pairs["reason"]
    marks.allowing.append((words[0], *section, *told, comment.line, comment.column))
    return None
