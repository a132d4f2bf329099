"""Short names in French and English, as data files give them."""

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
            return cls(value, value)
        french, english = value.get("fr", ""), value.get("en", "")
        return cls(french or english, english or french)

    def __str__(self) -> str:
        return self.en

    def of(self, language: str) -> str:
        """Return the name in *language* (`fr` or `en`)."""
        return self.fr if language == "fr" else self.en
