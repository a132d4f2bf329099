"""What a text leaves to compare it with others: the ids it names, and digests of its answers.

All of it is found by passes of C over the bytes: a cold check does this for every document.
"""

import zlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from qmtool.repository.markdown import Body

_BEFORE_0, _AFTER_9 = ord("0") - 1, ord("9") + 1
_SMALL = bytes([*range(ord("a"), ord("z") + 1), *range(0x80, 0x100)])
_SHAPES = bytes(
    n if n in b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" else ord("-" if n in b"-_" else " ")
    for n in range(256)
)
"""What the bytes of a text are to who looks for ids: capitals, digits, hyphens, and what parts."""

_LOWER = bytes(range(256)).lower()
_BARE = bytes(n for n in range(256) if not (chr(n).isascii() and chr(n).isalnum()))
"""The bytes that make no difference to an answer: blanks, punctuation, letters with accents."""

_LENGTH_BITS = 24

MAX_DIGITS = 6
"""With how many digits an id ends at most; more may be the number of a person, and is not kept."""

MIN_ANSWER = 200
"""How many letters and digits an answer has at least: « see PR-QUA-001 » may stand anywhere."""


def codes_in(data: bytes, targets: Sequence[str], own: str) -> list[str]:
    """Return what may be ids of documents in *data*, without separators: `PRACC001`.

    People write `PR-ACC-001` as `PR ACC.001` too. What the *targets* of the links spell out is left
    out, and so is the id of the document's *own*.
    """
    words = data.translate(_SHAPES, _SMALL).split()
    places = [place for place, word in enumerate(words) if _BEFORE_0 < word[-1] < _AFTER_9]
    codes = {
        word
        for place in places
        if (word := words[place])[0] > _AFTER_9 and not word[-MAX_DIGITS - 1 :].isdigit()
    }
    for place in places:
        word = words[place]
        if 1 < len(word) <= MAX_DIGITS and word.isdigit() and words[place - 1].isalpha():
            codes.update(_spaced(words, place))
    spelled = " ".join(targets).encode(errors="surrogatepass").translate(_SHAPES, _SMALL).split()
    codes.difference_update(spelled, [own.encode(errors="surrogatepass")])
    return sorted({code.replace(b"-", b"").decode() for code in codes})


def _spaced(words: Sequence[bytes], place: int) -> Iterator[bytes]:
    """Yield the digits of the word at *place* behind the one or two words of capitals before it."""
    code = words[place]
    for word in reversed(words[max(place - 2, 0) : place]):
        if not word.isalpha():
            return
        code = word + code
        yield code


def answers_in(body: Body, first_line: int, places: Sequence[int]) -> dict[int, int]:
    """Return the digests of the sections of *body* that hold the lines *places*, by these.

    *body* begins on that *first_line* of its file.
    """
    starts = [heading.line for heading in body.headings]
    digests: dict[int, int] = {}
    found = {}
    for place in places:
        number = bisect_right(starts, place)
        if number not in digests:
            first = starts[number - 1] + 1 - first_line if number else 0
            last = starts[number] - first_line if 0 < number < len(starts) else None
            digests[number] = digest_of("\n".join(body.lines[first:last]))
        found[place] = digests[number]
    return found


def digest_of(text: str) -> int:
    """Return the digest of what *text* says, 0 if that is short.

    Texts that differ in case, blanks, punctuation or comments only have the same. Letters with
    accents do not count at all: what is left still tells texts apart, by one pass over the bytes.
    """
    first, *others = text.split("<!--")
    if others:
        text = first + "".join(other.partition("-->")[2] for other in others)
    bare = text.encode(errors="surrogatepass").translate(_LOWER, _BARE)
    if len(bare) < MIN_ANSWER:
        return 0
    return zlib.crc32(bare) << _LENGTH_BITS | len(bare) % (1 << _LENGTH_BITS)
