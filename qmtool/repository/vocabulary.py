"""The discouraged words of drafts, by the glossary that ships with `qm`."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from qmtool.model.document import Use
from qmtool.model.outline import Heading
from qmtool.model.wording import Lexicon
from qmtool.repository.cache import SHARED, Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import Library

_DRAFT = ("", "draft")


@cache
def shipped_lexicon() -> Lexicon:
    """Return the words that the shipped glossary discourages."""
    cached = Cache(SHARED)
    library = Library(DataFiles(cached), (), lambda path: b"")
    lexicon = Lexicon(library.glossary)
    cached.save(whole=False)
    return lexicon


def uses_in(parsed: Mapping[str, Any], headings: Sequence[Heading], text: str) -> list[Use]:
    """Return the discouraged words of the title and the *headings* of the draft *parsed*.

    *text* is that of its file: the words of a heading are looked for as they are written there.
    """
    if parsed.get("status", "") not in _DRAFT:
        return []
    lexicon = shipped_lexicon()
    line, column = parsed.get("key_places", {}).get("title", (1, 1))
    found = [use._replace(column=column) for use in lexicon.uses(parsed.get("title", ""), line)]
    lines: list[str] = []
    for heading in headings:
        if lexicon.uses(heading.text, heading.line):
            lines = lines or text.split("\n")
            found += lexicon.uses(lines[heading.line - 1], heading.line)
    return found
