"""A term of the glossary: what is preferred, what it means, and what is better not said."""

from collections.abc import Iterable, Iterator

from qmtool.model.glossary import Term, Word
from qmtool.model.text import Text, say
from qmtool.reports.language import Language
from qmtool.reports.table import page_width
from qmtool.reports.terminal import safe
from qmtool.reports.wrapping import wrapped


def term_line(term: Term, language: Language) -> str:
    """Return a term of the glossary in one sentence: what is preferred, and what is not."""
    here, other = _names(term, language)
    parts = [language.gettext("glossary: {term} ({other})").format(term=here, other=other)]
    if any(term.meaning):
        parts.append(f" – {safe(term.meaning.of(language.code))}")
    avoid = ", ".join(_words(term.avoid.get(language.code, ()), language))
    if avoid:
        parts.append(" – " + language.gettext("rather than: {words}").format(words=avoid))
    return "".join(parts)


def _words(words: tuple[Word, ...], language: Language) -> Iterator[str]:
    for word in words:
        when = f" ({word.when.of(language.code)})" if any(word.when) else ""
        yield safe(f"{word.text}{when}")


def _names(term: Term, language: Language) -> tuple[str, str]:
    """Return the name of *term* in *language*, then that in the other one."""
    here, other = (language.code, "en" if language.code == "fr" else "fr")
    return safe(term.term.of(here)), safe(term.term.of(other))


def term_page(term: Term, language: Language, width: int | None = None) -> str:
    """Return all that the glossary says of *term*, a line each."""
    width = width or page_width()
    lines = [" / ".join(_names(term, language))]
    for name, value in _facts(term, language):
        if value:
            line = language.pair(name, value)
            lines += wrapped(line, width, first="  ", rest="      ")
    return "\n".join(lines) + "\n"


def _facts(term: Term, language: Language) -> Iterator[tuple[Text, str]]:
    code = language.code
    yield say("means"), safe(term.meaning.of(code))
    yield say("in short"), _listed(term.abbreviations.get(code, ()), language)
    yield say("accepted too"), _listed(term.tolerated.get(code, ()), language)
    yield say("better not"), _listed(term.avoid.get(code, ()), language)
    yield say("remark"), safe(term.note.of(code))


def _listed(words: Iterable[Word], language: Language) -> str:
    return ", ".join(_words(tuple(words), language))
