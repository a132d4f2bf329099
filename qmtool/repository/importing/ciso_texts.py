"""The texts of CISO Assistant libraries, in the languages that `qm` keeps."""

from collections.abc import Collection

from qmtool.model.label import LANGUAGES
from qmtool.model.text import say
from qmtool.repository.importing.foreign import Part
from qmtool.repository.importing.outline import Tally, Texts

_URN_PARTS = 5
"""`urn:PACKAGER:risk:req_node:FRAMEWORK:` and then the name of the node, which may hold colons."""


def tail(urn: str) -> str:
    """Return the name that *urn* gives a node within its framework, or to anything else."""
    parts = urn.split(":", _URN_PARTS)
    return parts[-1] if len(parts) > _URN_PARTS else urn.rpartition(":")[2]


class Tongue:
    """The language of a library, and what is done with texts in others.

    French and English are kept. A text that has neither stays as it is, under *code*.
    """

    def __init__(self, locale: str, fallback: str, tally: Tally) -> None:
        self.locale = locale.replace("_", "-").partition("-")[0].lower() or fallback
        self.code = self.locale if self.locale in LANGUAGES else fallback
        self.tally = tally

    def texts(self, part: Part, key: str) -> Texts:
        """Return the text *key* of *part* in French and English, as far as there is one."""
        base = part.text(key)
        found = {}
        for language, one in self._translations(part):
            text = one.text(key)
            if text and language in LANGUAGES and language != self.locale:
                found[language] = text
        if base and (self.locale in LANGUAGES or not found):
            found[self.code] = base
        return {language: found[language] for language in LANGUAGES if language in found}

    def count_others(self, part: Part, example: str, *known: str) -> None:
        """Count the texts of *part* under *known* keys that have no place for their language."""
        translations = list(self._translations(part))
        kept = {language for language, _ in translations} & {*LANGUAGES} - {self.locale}
        for key in known:
            if part.text(key) and self.locale not in LANGUAGES:
                there = any(one.text(key) for language, one in translations if language in kept)
                what = (
                    say("texts in {language}", language=self.locale)
                    if there
                    else say(
                        "texts in {language}, kept where texts in {kept} stand",
                        language=self.locale,
                        kept=self.code,
                    )
                )
                self.tally.add(what, example)
        for language, one in translations:
            for key, count in one.others():
                if language not in kept:
                    self.tally.add(say("texts in {language}", language=language), example)
                elif key not in known:
                    what = say("{key} in {language}", key=key, language=language)
                    self.tally.add(what, example, count)

    def count_unsaid(self, part: Part, said: Collection[str], *known: str) -> None:
        """Count the translations of *part* under *known* keys that are none of those *said*."""
        for language, one in self._translations(part):
            if language in LANGUAGES and language != self.locale:
                for key in known:
                    if one.text(key) and one.text(key) not in said:
                        self.tally.add(say("{key} in {language}", key=key, language=language))

    @staticmethod
    def _translations(part: Part) -> list[tuple[str, Part]]:
        found = part.part("translations")
        if found is None:
            return []
        pairs = [(key, found.part(key)) for key in found.value]
        return [(key.lower(), one) for key, one in pairs if one is not None]
