"""The forms of the gap that a run may take: all of them, or text alone for one chapter."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from qmtool.cli.common import choose_format
from qmtool.errors import UsageError
from qmtool.model.text import listing, say

if TYPE_CHECKING:
    from qmtool.model.gap import Gap
    from qmtool.model.referential import Referential
    from qmtool.reports.language import Language

Forms = Mapping[str, "Callable[[Gap, Language], str | bytes]"]


def forms_of(chapter: str, chosen: str, output: str, others: Mapping[str, object]) -> Forms:
    """Return the forms by name; of one *chapter* there is only text, with all that is known.

    Raise UsageError if the *chosen* format, that of *output*, or one of the *others* does not go
    with a chapter.
    """
    from qmtool.reports.gap import GAP_FORMATS

    if not chapter:
        return GAP_FORMATS
    from qmtool.reports.gap_text import chapter_text

    if choose_format(chosen, output, dict(GAP_FORMATS)) != "text":
        raise UsageError(say("--chapter is told as text only; leave out --format, or -o FILE.txt"))
    for name, is_given in others.items():
        if is_given:
            raise UsageError(
                say("{one} and {other} exclude each other", one="--chapter", other=name)
            )
    return {"text": partial(chapter_text, chapter=chapter)}


def refuse_unknown_chapter(referential: "Referential", chapter: str) -> None:
    """Raise UsageError unless *chapter* is a node of *referential* that asks something."""
    if not any(referential.below(chapter)):
        known = [node.identifier for node in referential.nodes if not node.parent]
        raise UsageError(
            say(
                "{chapter} is no chapter of {id}; its chapters are {choices}",
                chapter=chapter,
                id=referential.identifier,
                choices=listing(known),
            )
        )
