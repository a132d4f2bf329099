"""What the readers of foreign formats share: ids, short titles, chapters, and what is left out."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qmtool.model.label import LANGUAGES
from qmtool.model.text import Text
from qmtool.repository.importing.imported import LeftOut, Renamed

Texts = dict[str, str]
"""A text in each language that has one: `{fr: …, en: …}`."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-Ý«])")
_TITLE_LENGTH = 120
_SENTENCE_LENGTH = 20
"""A shorter beginning is a number, an abbreviation or a heading: it says too little."""
_NAME_LENGTH = 60
_EXAMPLES = 3


def plain(text: str) -> str:
    """Return *text* in ASCII, its letters without accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def identifier(written: str) -> str:
    """Return *written* as the id of a requirement: `[EXI 01]` is EXI-01; nothing may be left."""
    if _ID.fullmatch(written):
        return written
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain(written)).strip("-.")


def slug(text: str) -> str:
    """Return *text* as the id of a referential, or as a part of a file name."""
    words = re.sub(r"[^a-z0-9]+", "-", plain(text).lower()).strip("-")
    if len(words) <= _NAME_LENGTH:
        return words
    return words[: _NAME_LENGTH + 1].rpartition("-")[0] or words[:_NAME_LENGTH]


def short(text: str) -> str:
    """Return the beginning of *text* as a title: its first sentence, on one line."""
    line = " ".join(text.split())
    ends = (found.start() for found in _SENTENCE_END.finditer(line))
    first = line[: next((end for end in ends if end >= _SENTENCE_LENGTH), None)]
    if len(first) <= _TITLE_LENGTH:
        return first
    words = first[:_TITLE_LENGTH].rpartition(" ")[0].rstrip(" ,;:")
    return f"{words or first[:_TITLE_LENGTH]}…"


def titled(names: Texts, texts: Texts, fallback: Texts) -> tuple[Texts, Texts]:
    """Return the title and the text of a line that has *names*, *texts*, both or neither.

    Without a name the title is the beginning of the text; a text that says no more than the title
    is not given again.
    """
    title = dict(names) or {language: short(text) for language, text in texts.items()} or fallback
    more = {
        language: text
        for language, text in texts.items()
        if " ".join(text.split()) != title.get(language)
    }
    return title, more


class Tally:
    """What has no place in a referential, counted, with a few examples of each."""

    def __init__(self) -> None:
        self._found: dict[Text, tuple[int, list[str]]] = {}

    def add(self, what: Text, example: str = "", times: int = 1) -> None:
        """Count *what* as left out, in or of the line *example*."""
        known, examples = self._found.get(what, (0, []))
        if example and example not in examples and len(examples) < _EXAMPLES:
            examples = [*examples, example]
        self._found[what] = known + times, examples

    def left_out(self) -> list[LeftOut]:
        """Return what was counted, in the order in which it was met."""
        return [
            LeftOut(what, times, tuple(examples))
            for what, (times, examples) in self._found.items()
            if times
        ]


class Ids:
    """The ids of one referential: none is given twice."""

    def __init__(self) -> None:
        self.taken: set[str] = set()
        self.renamed: list[Renamed] = []
        self._last: dict[str, int] = {}

    def number(self, written: str, fallback: str) -> str:
        """Return the id that stands for *written*, a number of the text, and note a change."""
        given = self.mark(identifier(written) or fallback)
        if given != written:
            self.renamed.append(Renamed(written, given))
        return given

    def mark(self, wanted: str) -> str:
        """Return *wanted* as an id of our own, with a number if another line has it."""
        wanted = identifier(wanted) or "line"
        given, n = wanted, self._last.get(wanted, 1)
        while given in self.taken:
            n += 1
            given = f"{wanted}-{n}"
        self._last[wanted] = n
        self.taken.add(given)
        return given


@dataclass(frozen=True)
class Line:
    """A line of the text; *parent* is the id of another one, empty at the top.

    One that *completes* a line known elsewhere says no more than the file does.
    """

    identifier: str
    title: Texts
    parent: str = ""
    asks: Texts = field(default_factory=dict)
    note: Texts = field(default_factory=dict)
    assessable: bool = True
    official: bool = True
    source: str = ""
    completes: bool = False

    def requirement(self, parent: str) -> dict[str, Any]:
        """Return the line as a chapter file holds it, under *parent*."""
        found: dict[str, Any] = {"id": self.identifier}
        if not self.completes:
            found["parent"] = parent
        if self.title or not self.completes:
            found["title"] = self.title
        if self.asks:
            found["asks"] = self.asks
        if not self.assessable:
            found["assessable"] = False
        if not (self.official or self.completes):
            found["official"] = False
        if self.assessable and not self.completes:
            found |= {"described_by": [], "proven_by": [], "usual": [], "fresh_months": None}
        if self.note:
            found["note"] = self.note
        if self.source:
            found["source"] = self.source
        return found


def chapters(lines: Sequence[Line], ids: Ids, tally: Tally, lost: Text) -> list[dict[str, Any]]:
    """Return the chapters of *lines*: those at the top, with what is below them, in order.

    A chapter answers nothing itself: lines that can be answered and stand at the top share a
    chapter of our own, as far as they follow one another. *lost* says what a chapter cannot hold.
    """
    parents = {line.identifier: line.parent for line in lines}
    found: dict[str, dict[str, Any]] = {}
    run: dict[str, str] = {}
    shared = ""
    for line in lines:
        if line.parent:
            continue
        if line.assessable:
            shared = shared or ids.mark(f"{OWN_CHAPTER}{line.identifier}")
            run[line.identifier] = shared
            found.setdefault(shared, {"id": shared, "title": {}, "official": False})
            continue
        shared = ""
        if line.note:
            tally.add(lost, line.identifier, len(line.note))
        asks = {"asks": line.asks} if line.asks else {}
        mark = {} if line.official or line.completes else {"official": False}
        title = {"title": line.title} if line.title else {}
        found[line.identifier] = {"id": line.identifier, **title, **asks, **mark}
    for chapter in found.values():
        chapter["requirements"] = []
    for line in lines:
        top = line.identifier
        while parents[top]:
            top = parents[top]
        chapter = found[run.get(top, top)]
        if line.parent or line.assessable:
            chapter["requirements"].append(line.requirement(line.parent or chapter["id"]))
    _name_our_own(found, run)
    return list(found.values())


OWN_CHAPTER = "chapter-"
"""How the id of a chapter begins that the file does not have."""


def is_of_the_file(chapter: Mapping[str, Any]) -> bool:
    """Return whether *chapter* is a line of the file, and not one of our own."""
    first = next((one["id"] for one in chapter["requirements"]), "")
    return bool(chapter.get("official", True)) or chapter["id"] != f"{OWN_CHAPTER}{first}"


def _name_our_own(found: Mapping[str, dict[str, Any]], run: Mapping[str, str]) -> None:
    """Give each chapter of our own a title: that of its one line, or the first and last ids."""
    members: dict[str, list[str]] = {}
    for line, chapter in run.items():
        members.setdefault(chapter, []).append(line)
    for chapter, inside in members.items():
        first, last = inside[0], inside[-1]
        title = found[chapter]["requirements"][0].get("title") or dict.fromkeys(LANGUAGES, first)
        if first != last:
            title = {"fr": f"{first} à {last}", "en": f"{first} to {last}"}
        found[chapter]["title"] = title


_UNSAFE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff"
    "\ud800-\udfff]"
)
_BREAK = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def cleaned(value: Any) -> tuple[Any, int]:
    """Return *value* with the characters that `qm` never reads taken out of its texts, counted.

    Invisible line breaks become ordinary ones.
    """
    if isinstance(value, str):
        text, count = _UNSAFE.subn("", _BREAK.sub("\n", value))
        return text, count
    if isinstance(value, list):
        pairs = [cleaned(one) for one in value]
        return [one for one, _ in pairs], sum(count for _, count in pairs)
    if isinstance(value, dict):
        held = {key: cleaned(one) for key, one in value.items()}
        return {key: one for key, (one, _) in held.items()}, sum(n for _, n in held.values())
    return value, 0
