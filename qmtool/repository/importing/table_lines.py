"""The lines of a foreign table, and the chapters that they stand in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qmtool.model.glossary import folded
from qmtool.repository.importing.columns import CHAPTER, TITLE, known_words
from qmtool.repository.importing.outline import identifier, slug
from qmtool.repository.schema import load_schema

_NUMBERED = re.compile(
    r"([A-Za-z]?[0-9]+(?:\.[0-9]+)*(?![^\W_])|(?:[A-Z]|[IVX]+)(?=\s*[.:)–—-]))[\s.:)–—-]*(.*)",
    re.DOTALL,
)
_GIVEN = ("title", "official", "assessable", "source", "confidence")
"""What a line may say without asking anything itself."""


OWN_CHAPTER = "requirements"
OWN_TITLE = {"fr": "Exigences", "en": "Requirements"}
"""The chapter of lines whose ids tell none."""


@dataclass(eq=False)
class Line:
    """One row that is a requirement or a heading; *above* is the line that it stands under.

    *outside* is the id of that line where it is one of the referential that the file completes.
    A line that *asks_only* has no title of its own; one that *completes* is known there already.
    """

    row: int
    written: str
    data: dict[str, Any]
    chapter: str = ""
    parent: str = ""
    depth: int = 0
    identifier: str = ""
    above: "Line | None" = None
    groups: bool = False
    outside: str = ""
    asks_only: bool = False
    completes: bool = False

    @property
    def top(self) -> "Line":
        """Return the line at the top of those that this one stands under."""
        one = self
        while one.above:
            one = one.above
        return one


def requirement(line: Line, parent: str) -> dict[str, Any]:
    """Return *line* as a chapter file holds it; one that only groups others is not assessable.

    Of a line that is known already, what the file says is all.
    """
    data = dict(line.data)
    is_heading = line.groups and not line.asks_only and not line.completes
    if is_heading and set(data) <= set(_GIVEN):
        data.setdefault("assessable", False)
    order = load_schema("chapter")["properties"]["requirements"]["items"]["properties"]
    sorted_data = {key: data[key] for key in order if key in data}
    under = {} if line.completes else {"parent": parent}
    return {"id": line.identifier, **under, **sorted_data}


def chapter_of(
    line: Line, top: Line, by_id: Mapping[str, Line], language: str
) -> tuple[dict[str, Any], str]:
    """Return the chapter that *line* is in, still empty, and what it is called in the file.

    That is what the column of chapters says, or the line at the top if it only groups others, or
    the first part of the ids.
    """
    if not line.chapter and _is_chapter(top):
        kept = {key: value for key, value in top.data.items() if key != "assessable"}
        return {"id": top.identifier, **kept, "requirements": []}, top.identifier
    names: dict[str, str] = {}
    official = True
    if line.chapter:
        number, title, official = heading(line.chapter)
        source = line.chapter
        names = {language: title} if title else {}
    elif top.groups:  # it says more than a chapter can hold
        number, names, official = (
            f"{CHAPTER}-{top.identifier}",
            dict(top.data.get(TITLE, {})),
            False,
        )
        source = top.identifier
    else:
        number, cut, _ = top.identifier.replace("-", ".").partition(".")
        source = number if cut else ""
        if not cut:
            number, names, official = OWN_CHAPTER, dict(OWN_TITLE), False
    if number in by_id:
        number, official = f"{CHAPTER}-{number}", False
    chapter = {"id": number, **({TITLE: names} if names else {})}
    return {**chapter, **({} if official else {"official": False}), "requirements": []}, source


def _is_chapter(line: Line) -> bool:
    """Return whether *line* groups others and says nothing that a chapter cannot hold."""
    held = set(load_schema("chapter")["properties"]) | {"assessable"}
    is_assessable = line.data.get("assessable", line.asks_only)
    return line.groups and set(line.data) <= held and not is_assessable


def heading(value: str) -> tuple[str, str, bool]:
    """Return the id and the title that a cell of the column of chapters gives.

    The third value says whether the id is a number of the text: « Chapitre 7 – Support ».
    """
    text = " ".join(value.split())
    first, _, rest = text.partition(" ")
    if rest and folded(first) in known_words()["columns"][CHAPTER]:
        text = rest
    found = _NUMBERED.fullmatch(text)
    if found:
        return identifier(found[1]), found[2], True
    return slug(text)[:40].rstrip("-") or CHAPTER, " ".join(value.split()), False
