"""What a person means by a word: an id of a list, or what people call it."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from qmtool.model.glossary import folded
from qmtool.model.label import Label


def called(wanted: str, labels: Mapping[str, Label]) -> list[str]:
    """Return the ids that *wanted* names: one as it stands, else all that have it as a *label*.

    Labels are compared in both languages, without case, accents and punctuation.
    """
    if wanted in labels:
        return [wanted]
    text = folded(wanted)
    return [name for name, label in labels.items() if text in map(folded, (name, *label))]


def begun(wanted: str, labels: Mapping[str, Label]) -> list[str]:
    """Return the ids that *wanted* names, or whose label begins with its words.

    Of several, those that are near it are meant: `evenement` is `event` rather than `esr`.
    """
    text = folded(wanted)
    found = called(wanted, labels) or [
        name for name, label in labels.items() if text and _begins(text, map(folded, label))
    ]
    near = get_close_matches(text, found) if len(found) > 1 else []
    return near if len(near) == 1 else found


def _begins(text: str, labels: Iterable[str]) -> bool:
    return any(one.startswith(text) for one in labels)
