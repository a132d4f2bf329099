"""Where a line tells a dose, or the medical fitness, of a person whom it names."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from qmtool.model.document import Statement
from qmtool.model.glossary import folded

MAX_TOLD = 2_000
"""How many doses and words of fitness of one text are looked at."""

_CONTEXT = 200
_BLANK = "[ \u00a0\u202f]"
_QUICK = re.compile(rb"S[v]")
_NEEDLES = (b"napte", b"apte avec", b"unfit")
_DOSE = re.compile(
    rf"(?<![0-9.,])[0-9]{{1,4}}(?:[.,][0-9]{{1,4}})?{_BLANK}?[mµμ]Sv(?!{_BLANK}?/{_BLANK}?h)"
)
_FITNESS = re.compile(
    r"\binaptes?\b|\baptes? avec (?:r[ée]serve|restriction|am[ée]nagement)|\bunfit\b",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"seuil|limite|contrainte|sup[ée]rieure?s? |inf[ée]rieure?s? |plus de |moins de |d[ée]pass"
    r"|exc[èe]d|limit|constraint|threshold|over |above |below |under |more than |less than "
    r"|exceed|[<>≤≥]",
    re.IGNORECASE,
)
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
_TITLE = r"M\.|Mr\.?|Mme|Mlle|Mrs\.?|Ms\.?|Monsieur|Madame|Mademoiselle"
_DOCTOR = r"Dre?\.?|Pre?\.?|Docteure?|Professeure?"
_TITLED = re.compile(
    rf"(?<![\w.])(?:(?P<title>{_TITLE})|{_DOCTOR}){_BLANK}(?!Nom\b|NOM\b|Pr[ée]nom|PR[ÉE]NOM|Name\b|X+\b)"
    rf"{_NAME}"
)
_NAMES = re.compile(rf"{_NAME}(?:{_BLANK}{_NAME}){{1,3}}")


def statements_in(data: bytes, *, has_digits: bool = True) -> list[Statement]:
    """Return the doses and the fitness told in the UTF-8 text of *data* on lines with names.

    Without *has_digits*, it is known to tell no dose.
    """
    has_dose = has_digits and _QUICK.search(data)
    has_fitness = any(needle in data for needle in _NEEDLES)
    if not has_dose and not has_fitness:
        return []
    text = data.decode(errors="replace")
    told = sorted(
        (
            *(islice(_doses(text), MAX_TOLD) if has_dose else ()),
            *(islice(_FITNESS.finditer(text), MAX_TOLD) if has_fitness else ()),
        ),
        key=re.Match.start,
    )
    found: dict[int, Statement] = {}
    line = at = 1
    for one in told:
        line, at = line + text.count("\n", at - 1, one.start()), one.start() + 1
        statement = None if line in found else _statement(text, one, line)
        if statement is not None:
            found[line] = statement
    return list(found.values())


def names_person(statement: Statement, people: Sequence[frozenset[str]]) -> bool:
    """Return whether *statement* names somebody, by a title or as one of *people*."""
    return statement.titled or any(
        person <= frozenset(folded(names).split()) for names in statement.names for person in people
    )


def name_of_person(name: str) -> frozenset[str]:
    """Return the words of *name* if it is that of a person, else nothing.

    `Responsable qualité` is the name of a function, which may stand beside a dose.
    """
    words = name.split()
    return (
        frozenset(folded(name).split())
        if len(words) > 1 and _NAMES.fullmatch(name)
        else frozenset()
    )


def _statement(text: str, told: re.Match[str], line: int) -> Statement | None:
    """Return what is *told* on that *line* of *text*, if anybody is named there."""
    first = text.rfind("\n", 0, told.start()) + 1
    last = text.find("\n", told.end())
    start = max(told.start() - _CONTEXT, first)
    near = text[start : min(told.end() + _CONTEXT, len(text) if last < 0 else last)]
    # A physician who is named beside a fitness is the one who judges it.
    is_dose = told.re is _DOSE
    titled = any(is_dose or one["title"] for one in _TITLED.finditer(near))
    names = tuple(one[0] for one in _NAMES.finditer(near))
    column = told.start() - first + 1
    return Statement(line, column, titled, names) if titled or names else None


def _doses(text: str) -> Iterator[re.Match[str]]:
    """Yield the doses in *text* that are not limits."""
    for one in _DOSE.finditer(text):
        first = max(text.rfind("\n", 0, one.start()) + 1, one.start() - 40)
        if not _LIMIT.search(text, first, one.start()):
            yield one
