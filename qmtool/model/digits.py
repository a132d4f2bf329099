"""The lines of a text that hold digits which may matter: few documents have any.

A look at every byte costs little where it is one table and one small pattern; what such digits
mean is the matter of `identity.py`, which need not be imported where there are none.
"""

import re
from collections.abc import Iterator

_NEAR = 200
"""Lines with digits that are no further apart, in bytes, are one piece."""

MOST = 500_000
"""How many bytes of lines with digits are searched in one text."""

Piece = tuple[int, int]
"""Where lines begin and end in a text."""

_BLANKS = "\u00a0\u202f°º–’“«".encode()
_SHAPES = bytes(
    ord("0")
    if chr(n) in "0123456789"
    # Among them the bytes of the blanks that do not break a line, of ° and of quotation marks.
    else ord(" ")
    if chr(n) in " \t\n:;=#|(\\<>\"'*_.,/" or n in _BLANKS
    else ord("A")
    if chr(n) in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    else ord("-")
    if n == ord("-")
    else ord("a")
    for n in range(256)
)
"""What the bytes of a text are, for a first look: digits, capitals, what may stand before, rest."""

_CANDIDATE = re.compile(
    # Digits after a blank or the like, glued to a word in capitals such as IPP, or after scan-;
    # but not those of an id, such as PR-ACC-00012:
    rb"0(?<!00)(?:(?:(?<=[ A]0)|(?<=a-0)|(?<!.0))(?:"
    # many of them, groups of them, a day in digits, 12 mars 1950, March 12, 1950, 2 mSv;
    rb"0000|0?[ -]{1,3}00?[ -]{1,3}00|000-00-00|0?a{0,3} [Aa]a{2,9} +0000|0? {2,4}0000"
    rb"|0{0,3}[ 0]{0,5}a{1,2}Aa)"
    # unless they are as many as only one number has.
    rb"|(?<=-0)0{12})"
)
_OWN_DAY = re.compile(rb"(?:\A|[\n{,-] ?|  )(?:date|effective|next_review|reviewed): ?\Z|until=\Z")
"""What stands before the days that qm writes, and that are nobody's birth."""


def pieces_of(data: bytes) -> Iterator[Piece]:
    """Yield from where to where the lines of *data* go that hold digits that may matter.

    It ends with the first piece that is longer than what is searched.
    """
    shape = data.translate(_SHAPES)
    start = end = place = 0
    while (candidate := _CANDIDATE.search(shape, place)) and end - start <= MOST:
        place = candidate.end()
        before = data[max(candidate.start() - 16, 0) : candidate.start()]
        if _OWN_DAY.search(before):
            continue
        first = data.rfind(b"\n", 0, place) + 1
        if not end or first - end > _NEAR:
            if end:
                yield start, end
            start = first
        end = data.find(b"\n", place)
        place = end = len(data) if end < 0 else end
    if end:
        yield start, end
