"""Where a text tells who a patient is: numbers, birth dates and identifiers of exams.

Only lines with digits that may matter are searched (`digits.py`). No pattern goes back over what
it has read: each takes a time that grows with the text, and no more.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from qmtool.model.digits import MOST, Piece, pieces_of

NATIONAL_NUMBER = "national-number"
PATIENT_NUMBER = "patient-number"
BIRTH_DATE = "birth-date"
EXAM_IDENTIFIER = "exam-identifier"
UNSEARCHED = "unsearched"
"""Where the search of a text ends, as it holds more numbers than any document has."""

_CONTEXT = 200
"""How many characters before a number are searched for what it may be."""

_FIRST_BIRTH = 1890
MAX_FINDS = 100
"""How many are told of one text."""


class Find(NamedTuple):
    """Something that tells who a patient is: where in the text, from 1, and of which kind."""

    line: int
    column: int
    kind: str


_BLANK = "[ \u00a0\u202f]"
_BETWEEN = "[ .\\-_\u00a0\u202f]"
_MONTH = (
    "(?:jan|f[ée]v|feb|mar|avr|apr|mai|may|juin|jun|juil|jul|ao[uû]|aug|sep|oct|nov|d[ée]c)"
    "[a-zéû.]{0,7}"
)
_NATIONAL = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][.,])([1-478]{_BETWEEN}?[0-9]{{2}}{_BETWEEN}?"
    rf"(?:0[1-9]|1[0-2]|20|3[0-9]|4[0-2]|[5-9][0-9]){_BETWEEN}?(?:[0-9]{{2}}|2[ABab]){_BETWEEN}?"
    rf"[0-9]{{3}}{_BETWEEN}?[0-9]{{3}})(?:{_BETWEEN}?([0-9]{{2}}))?(?![0-9A-Za-z])(?!\.[0-9])"
)
_NATIONAL_LABEL = re.compile(
    r"(?:\b(?:NIR|NIA|INS|NSS)|s[ée]curit[ée] sociale|s[ée]cu|social security(?: number)?)"
    r"[^0-9A-Za-z\n]{0,8}\Z",
    re.IGNORECASE,
)
_KEEP_OF_NUMBER = re.compile("[0-9AB]")

_TO_VALUE = r"(?:[ \t\u00a0\u202f:=_#|(*\-]|n[°ºo]\.?){0,8}+"
_OF_PATIENT = r"[ \u00a0](?:de |du |of (?:the )?)?(?:dossier )?patients?"
_PATIENT = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?:IPP|N\.?I\.?P\.?|IEP|MRN|num[ée]ro{_OF_PATIENT}|n[°ºo]{_OF_PATIENT}"
    rf"|id(?:entifiant)?{_OF_PATIENT}|patiente?{_BLANK}(?:num[ée]ro|n[°ºo]|number|id)"
    rf"|hospital number){_TO_VALUE}([A-Z]?[0-9]{{5,12}})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_NAME = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,40}"
_TITLE = r"(?<![A-Za-z])(?:M\.|Mr\.?|Mme|Mlle|Mrs\.?|Ms\.?|Monsieur|Madame|[Pp]atiente?)"
_NUMBER_OF_NAMED = re.compile(
    rf"{_TITLE}{_BLANK}{_NAME}(?:{_BLANK}{_NAME}){{0,3}}{_BLANK}?[,;:|(–-]?{_BLANK}?"
    # A telephone number or a day is not that of a file.
    rf"(?:n[°ºo]{_BLANK}?)?(?!0[1-9][0-9]{{8}}(?![0-9])|(?:19|20)[0-9]{{6}}(?![0-9]))"
    r"([0-9]{6,10})(?![0-9A-Za-z])"
)

_DAY = (
    rf"(?:(?P<day>[0-9]{{1,2}})(?:er|st|nd|rd|th)?[ \u00a0./_-]"
    rf"(?:(?P<month>[0-9]{{1,2}})|(?P<word>{_MONTH})),?[ \u00a0./_-]"
    r"(?P<year>(?:18|19|20)?[0-9]{2})(?![0-9])"
    rf"|(?P<word2>{_MONTH}){_BLANK}(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?,?{_BLANK}"
    r"(?P<year2>(?:18|19|20)[0-9]{2})(?![0-9])"
    r"|(?P<year3>(?:18|19|20)[0-9]{2})[./_-](?P<month3>[0-9]{2})[./_-](?P<day3>[0-9]{2})(?![0-9]))"
)
_SURE = (
    r"n[ée]\(e\)(?:[ _-]le)?|n[ée][·.]e(?:[ _-]le)?|DDN|DOB"
    r"|(?:(?:date|jour)[ _-]de[ _-])?naissance|date[ _-]of[ _-]birth|birth[ _-]?da(?:te|y)"
)
_BIRTH = re.compile(
    rf"(?<![A-Za-zÀ-ÿ])(?:(?P<sure>{_SURE})|n[ée]e?(?:{_BLANK}{_NAME}){{0,2}}[ _-]le"
    r"|born(?:[ _-]on)?)"
    rf"[ \t\u00a0\u202f:=_#|(*\-]{{0,8}}+(?:le[ _-]|the )?{_DAY}",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"{_TITLE}{_BLANK}[A-ZÀ-ÖØ-Þ]|\b[Pp]atiente?\b|\b[Ee]nfant\b|\b(?:[Hh]e|[Ss]he)\b"
    # DURAND Nathalie, Nathalie DURAND; but not: Le GIE.
    r"|\b[A-ZÀ-Þ][A-ZÀ-Þ'’-]+[ \u00a0][A-ZÀ-Þ][a-zà-ÿ]+"
    r"|\b(?!Les?[ \u00a0]|La[ \u00a0]|Une?[ \u00a0]|Cet|Ce[ \u00a0]|Du[ \u00a0]|The[ \u00a0])"
    r"[A-ZÀ-Þ][a-zà-ÿ-]+[ \u00a0][A-ZÀ-Þ]{2,}\b"
)
_MONTHS = {
    **{"jan": 1, "fev": 2, "fév": 2, "feb": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5},
    **{"jui": 6, "jun": 6, "jul": 7, "aou": 8, "aoû": 8, "aug": 8, "sep": 9, "oct": 10, "nov": 11},
    **{"dec": 12, "déc": 12},
}
"""The months by their first three letters; June and July are two months of thirty days or more."""

_ROOTS = r"1\.2\.(?:840|250|276|392|410|528|752|826)|1\.3\.(?:6\.1\.4\.1|12|46)|2\.16\.840|2\.25"
_DICOM = re.compile(
    # Those of DICOM itself name classes and transfer syntaxes, not exams.
    rf"(?<![0-9.])(?!1\.2\.840\.10008\.)(?=[0-9.]{{30}})(?:{_ROOTS})(?:\.[0-9]{{1,39}}+){{1,30}}+"
    r"(?![0-9A-Za-z])"
)
_ACCESSION = re.compile(
    r"(?<![A-Za-zÀ-ÿ])(?:accession(?:[ _-](?:number|no|n[°ºo]))?"
    r"|(?:n[°ºo]|num[ée]ro)[ \u00a0]?d['’ ](?:accession|examen))"
    rf"{_TO_VALUE}([A-Z]?[0-9]{{5,16}}(?![0-9]))",
    re.IGNORECASE,
)


_HEADERS = (
    (
        re.compile(r"\b(?:IPP|NIP|IEP|MRN)\b|n[°ºo] (?:de )?patient|patient id", re.IGNORECASE),
        "IPP",
    ),
    (
        re.compile(r"naissance|\bn[ée]\b|\bn[ée]e\b|n[ée]\(e\)|\bDDN\b|\bDOB\b|birth|born", re.I),
        "DDN",
    ),
    (re.compile(r"accession|d['’]examen\b", re.IGNORECASE), "accession"),
)
"""What the header of a column of a table may say, and how the text of a line would say it."""

_TABLE_LINES = 50_000
_RULE_OF_TABLE = re.compile(r"[ \t|:-]*-[ \t|:-]*")


def key_of(number: str) -> int:
    """Return the key of a social security *number*, of which the thirteen characters are given.

    The departments of Corsica, 2A and 2B, count as 19 and 18.
    """
    return 97 - int(number.upper().replace("2A", "19").replace("2B", "18")) % 97


def finds_in(data: bytes, pieces: Sequence[Piece] | None = None) -> list[Find]:
    """Return what tells in the UTF-8 text of *data* who a patient is, in order.

    *pieces* are those of `pieces_of`, where they are known already.
    """
    pieces = list(pieces_of(data)) if pieces is None else pieces
    if not pieces:
        return []
    found: set[Find] = set()
    left, line, at = MOST, 1, 0
    for start, end in pieces:
        text = data[start : min(end, start + left)].decode(errors="replace")
        line, at = line + data.count(b"\n", at, start), start
        found.update(_placed(_in_piece(text), text, line))
        left -= end - start
        if left <= 0:
            found.add(Find(line, 1, UNSEARCHED))
        if left <= 0 or len(found) >= MAX_FINDS:
            break
    if any(data.find(b"|", *piece) >= 0 for piece in pieces):
        found.update(_in_tables(data[:MOST].decode(errors="replace")))
    return sorted(found)[:MAX_FINDS]


def _placed(found: Iterable[tuple[int, str]], text: str, line: int) -> Iterator[Find]:
    """Yield the first of what was *found* in *text*, which begins on *line*."""
    for start, kind in islice(found, MAX_FINDS):
        column = start - text.rfind("\n", 0, start)
        yield Find(line + text.count("\n", 0, start), column, kind)


def _in_piece(text: str) -> Iterator[tuple[int, str]]:
    """Yield where in *text* something tells who a patient is, and its kind."""
    for one in _NATIONAL.finditer(text):
        if _is_national(text, one):
            yield one.start(), NATIONAL_NUMBER
    for pattern in (_PATIENT, _NUMBER_OF_NAMED):
        for one in pattern.finditer(text):
            yield one.start(1), PATIENT_NUMBER
    for one in _BIRTH.finditer(text):
        if _is_birth(text, one):
            yield one.start(_first_of_day(one)), BIRTH_DATE
    for one in _DICOM.finditer(text):
        yield one.start(), EXAM_IDENTIFIER
    for one in _ACCESSION.finditer(text):
        yield one.start(1), EXAM_IDENTIFIER


def _is_national(text: str, found: re.Match[str]) -> bool:
    """Return whether *found* is a number with its key, or without one after its name."""
    number = "".join(_KEEP_OF_NUMBER.findall(found[1].upper()))
    if found[2]:
        return key_of(number) == int(found[2])
    return bool(_NATIONAL_LABEL.search(text[max(found.start() - 40, 0) : found.start()]))


def _first_of_day(found: re.Match[str]) -> str:
    """Return the name of the group with which the day of *found* begins."""
    return next(name for name in ("day", "word2", "year3") if found[name])


def _is_birth(text: str, found: re.Match[str]) -> bool:
    """Return whether *found* is a day, on which somebody who is spoken of was born."""
    year, month, day = _day_of(found)
    try:
        born = date(year, month, day)
    except ValueError:
        return False
    if born.year < _FIRST_BIRTH or found["sure"]:
        return born.year >= _FIRST_BIRTH
    first = max(text.rfind("\n", 0, found.start()) + 1, found.start() - _CONTEXT)
    return bool(_PERSON.search(text, first, found.start()))


def _day_of(found: re.Match[str]) -> tuple[int, int, int]:
    """Return the year, the month and the day that *found* spells."""
    day = found["day"] or found["day2"] or found["day3"]
    word = found["word"] or found["word2"]
    month = _MONTHS.get(word[:3].lower(), 0) if word else int(found["month"] or found["month3"])
    year = int(found["year"] or found["year2"] or found["year3"])
    return year + 1900 if year < 100 else year, month, int(day)


def _in_tables(text: str) -> Iterator[Find]:
    """Yield what stands in the columns of tables whose header says what it is."""
    labels: dict[int, str] = {}
    above = ""
    for number, line in enumerate(text.split("\n", _TABLE_LINES)[:_TABLE_LINES], 1):
        if "|" not in line:
            labels = {}
        elif _RULE_OF_TABLE.fullmatch(line):
            labels = dict(_labelled(above))
        elif labels:
            yield from _in_row(line, labels, number)
        above = line


def _labelled(header: str) -> Iterator[tuple[int, str]]:
    """Yield the columns whose *header* is that of a number or of a day, and its label."""
    for column, cell in enumerate(header.split("|")):
        for pattern, label in _HEADERS:
            if pattern.search(cell[:_CONTEXT]):
                yield column, label


def _in_row(row: str, labels: Mapping[int, str], line: int) -> Iterator[Find]:
    """Yield what stands in the columns of *labels* of a *row*, which is on that *line*."""
    column = 1
    for number, cell in enumerate(row.split("|")):
        label = labels.get(number)
        if label:
            for start, kind in _in_piece(f"{label}:{cell}"):
                yield Find(line, column + start - len(label) - 1, kind)
        column += len(cell) + 1
