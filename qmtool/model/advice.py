"""Ways to mend, worked out from what is near the mistake."""

import unicodedata
from collections.abc import Iterable

from qmtool.model.text import Text, say

MAX_SHOWN = 80


def short(value: str) -> str:
    """Return *value* as a message shows it: a document may hold one of a megabyte."""
    return value if len(value) <= MAX_SHOWN else f"{value[: MAX_SHOWN - 1]}…"


def nearest(value: str, choices: Iterable[str]) -> Text | None:
    """Return the advice that names the choice nearest to *value*, or None if none is near."""
    # difflib costs 4 ms to import: only where something is wrong.
    from difflib import get_close_matches

    folded = {choice.casefold(): choice for choice in sorted(choices)}
    found = get_close_matches(value[:100].casefold(), folded, n=1)
    return did_you_mean(folded[found[0]]) if found else None


def did_you_mean(choice: str) -> Text:
    """Return the advice to write *choice*."""
    return say("Did you mean {nearest}?", nearest=choice)


def bare(text: str) -> str:
    """Return the letters and digits of *text* without case and accents, to compare spellings."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain.casefold() if char.isalnum())
