"""Short names in French and English, as data files give them."""

import re
from collections.abc import Mapping
from typing import NamedTuple, Self

LANGUAGES = ("fr", "en")


class Label(NamedTuple):
    """A name in the two languages of `qm`; a missing one falls back on the other."""

    fr: str
    en: str

    @classmethod
    def read(cls, value: Mapping[str, str] | str | None) -> Self:
        """Return the label that a data file writes as `{fr: …, en: …}` or as one text."""
        if value is None:
            return cls("", "")
        if isinstance(value, str):
            return cls(_line(value), _line(value))
        french, english = _line(value.get("fr", "")), _line(value.get("en", ""))
        return cls(french or english, english or french)

    def __str__(self) -> str:
        return self.en

    def of(self, language: str) -> str:
        """Return the name in *language* (`fr` or `en`)."""
        return self.fr if language == "fr" else self.en


def _line(text: str) -> str:
    """Return *text* on one line: where YAML folds a long one says nothing."""
    return re.sub(r"\s*\n\s*", " ", text).strip() if "\n" in text else text
