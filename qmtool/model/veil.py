"""What may be shown of a text that tells who somebody is: its shape, and none of its characters."""

import re

from qmtool.model.digits import pieces_of
from qmtool.model.text import Text

_CHARACTER = re.compile(r"\w")
_DOT = "•"
_LABELS = ("IPP", "NIP", "NIR", "INS", "DDN")


def veiled(text: str) -> str:
    """Return *text* with a dot in place of each letter and digit."""
    return _CHARACTER.sub(_DOT, text)


def tells_too_much(text: str) -> bool:
    """Return whether *text* tells who a patient is, or the health of a person with a title."""
    data = text.encode(errors="replace")
    if any(pieces_of(data)):
        from qmtool.model.identity import finds_in  # costly, and few texts need it

        if finds_in(data):
            return True
    from qmtool.model.staff_health import statements_in

    return any(one.titled for one in statements_in(data))


def shown(text: str) -> str:
    """Return *text*, veiled if it tells too much."""
    return veiled(text) if tells_too_much(text) else text


def words_of_path(path: str) -> str:
    """Return *path* as a text of words, in which no hyphen joins IPP to its number."""
    for label in _LABELS:
        path = path.replace(f"{label}-", f"{label}_")
    return path


def shown_path(path: str) -> str:
    """Return *path*; of its folders and its name, those that tell too much are veiled."""
    if not tells_too_much(words_of_path(path)):
        return path
    parts = [
        _name(part) if tells_too_much(words_of_path(part)) else part for part in path.split("/")
    ]
    together = "/".join(parts)
    return veiled(path) if tells_too_much(words_of_path(together)) else together


def _name(part: str) -> str:
    """Return the name of a file or folder veiled but for its extension."""
    stem, dot, extension = part.rpartition(".")
    return f"{veiled(stem)}{dot}{extension}" if dot else veiled(part)


def shown_message(message: Text) -> Text:
    """Return *message* with its values veiled where they tell too much."""
    return Text(message.message, tuple((key, _value(value)) for key, value in message.values))


def _value(value: object) -> object:
    if isinstance(value, Text):
        return shown_message(value)
    if not isinstance(value, str):
        return value
    return shown_path(value) if "/" in value else shown(shown_path(value))
