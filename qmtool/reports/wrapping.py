"""Long lines on as many lines as they take."""

import textwrap


def wrapped(line: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Return *line* within *width* columns; ids and paths are never broken.

    *first* stands before the first line, *rest* before the others.
    """
    return textwrap.wrap(
        line,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
