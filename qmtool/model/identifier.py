"""Identifiers of documents: short, portable, and safe as a file name and as a Git ref."""

import re

from qmtool.model.text import Text, say

_FORM = re.compile(r"[A-Z0-9][A-Z0-9-]{1,63}")
_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10)}
)
POLICY = "POLICY"
"""The name under which the policy is released; no document may take it."""


def flaw(identifier: str) -> Text | None:
    """Return what is wrong with the form of *identifier*, or None if it is well formed."""
    if not identifier.isascii():
        odd = next(char for char in identifier if not char.isascii())
        return say(
            "the id {id} holds the character {odd} (U+{code})",
            id=identifier,
            odd=odd,
            code=f"{ord(odd):04X}",
        )
    if not _FORM.fullmatch(identifier):
        return say("the id {id} is not made of 2 to 64 capitals, digits and hyphens", id=identifier)
    if identifier in _DEVICES:
        return say("the id {id} is the name of a Windows device", id=identifier)
    if identifier == POLICY:
        return say("the id {id} is kept for the policy of the centre", id=identifier)
    return None


def names_file(identifier: str, file_name: str) -> bool:
    """Return whether *file_name* is *identifier* or begins with it and a separator."""
    stem = file_name.removesuffix(".md")
    return stem == identifier or (stem.startswith(identifier) and stem[len(identifier)] in "-_ .")
