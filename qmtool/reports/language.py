"""The language of what `qm` says: gettext catalogues, and days as people write them."""

import gettext
import os
from datetime import date
from functools import cache

from qmtool.model.label import LANGUAGES, Label
from qmtool.model.text import Text
from qmtool.resources import locale_folder


class Language:
    """One language; English is the one the messages are written in."""

    def __init__(self, code: str) -> None:
        self.code = code
        self._catalogue: gettext.NullTranslations = gettext.NullTranslations()
        if code != "en":
            self._catalogue = gettext.translation("qm", locale_folder(), [code], fallback=True)

    def gettext(self, message: str) -> str:
        """Return *message* in this language."""
        return self._catalogue.gettext(message) if message else ""

    def ngettext(self, one: str, many: str, count: int) -> str:
        """Return the form of the message that goes with *count*."""
        return self._catalogue.ngettext(one, many, count)

    def render(self, text: object) -> str:
        """Return a `Text`, or anything else, in this language."""
        return text.render(self.gettext, self._shown) if isinstance(text, Text) else str(text)

    def shown(self, value: Text | Label | str) -> str:
        """Return a text, a label or a string in this language."""
        return value.of(self.code) if isinstance(value, Label) else self.render(value)

    def pair(self, name: object, value: str) -> str:
        """Return *name* and its *value* on one line, as this language puts the colon."""
        return self.gettext("{name}: {value}").format(name=self.render(name), value=value)

    def _shown(self, value: object) -> object:
        if isinstance(value, date):
            return self.day(value)
        return value.of(self.code) if isinstance(value, Label) else value

    def day(self, day: date) -> str:
        """Return *day* as it is written in this language: 02/03/2026 in French, else ISO."""
        return _day(day, self.code)


@cache
def _day(day: date, code: str) -> str:
    return day.strftime("%d/%m/%Y") if code == "fr" else day.isoformat()


@cache
def language_of(code: str) -> Language:
    """Return the language called *code*, English where it is not one of `LANGUAGES`."""
    return Language(code if code in LANGUAGES else "en")


def in_both(value: Text | Label | str) -> dict[str, str]:
    """Return *value* in each language, by its code."""
    return {code: language_of(code).shown(value) for code in LANGUAGES}


def terminal_language() -> Language:
    """Return the language of the terminal, from the variables that gettext reads."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return language_of(value.split(":")[0][:2].lower())
    return language_of("en")
