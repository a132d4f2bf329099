"""Mutations of bytes: flips, splices, words of YAML and Markdown, deep nesting and long runs."""

import random
from collections.abc import Callable, Sequence

MAX_SIZE = 40_000
"""Longer inputs are cut: what is long has its own mutation, and its own tests."""

WORDS = tuple(
    word.encode()
    for word in (
        *("---\n", "\n---\n", "...", "--- ", ": ", ":\n", "- ", "\n- ", "? ", "&a ", "*a", "!t "),
        *("!!binary ", "!!python/object/apply:os.system ", "<<: ", "%YAML 1.1\n", "|\n", ">-\n"),
        *("|2\n", "{", "}", "[", "]", "{a: b}", "[a, b]", ", ", '"', "'", "''", '"\\x1b"', "\\"),
        *('"\\ud800"', '"\\u202e"', "#", " # ", "~", "null", "true", "NO", "1.10", "01", "1e3"),
        *(".inf", ".nan", "0x1F", "1_0", "2026-02-30", "9999-12-31", "0001-01-01", "10000-01-01"),
        *("2026-01-01T10:00:00+02:00", "999999999999999999999", "-1", "\t", "\r", "\r\n", "\n\n"),
        *("\x00", "\x07", "\x1b[2J", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\u200b"),
        *("\u00a0", "\ufeff", "é", "e\u0301", "１", "А", "🙂", "\U000e0001", "İ", "ß"),
        *("# ", "###### ", "===\n", "    ", "> ", "* ", "1. ", "1) ", "```\n", "~~~\n", "`", "``"),
        *("[a](b)", "![a](b)", "[a](<b c>)", "[a]: /u\n", "[a][a]", "[a]", "](", ")", "](../../"),
        *("<!-- ", " -->", "<!--", "-->", "<!-->", "<![CDATA[", "]]>", "<?", "?>", "<script>"),
        *("</script>", "<a id='x'>", "<div>", "&amp;", "&#0;", "&#x110000;", "\\[", "\\\n", "  \n"),
        *("| a | b |\n|---|---|\n", "|", "|-", ":-:", "<!-- [iso-9001-2015:4.1] -->", "{#a}"),
        *("<!-- qm: allow QM301 until 2027-01-01 by rq1: x -->", "<!-- qm: ", "qm: allow "),
        *("javascript:alert(1)", "//host/x", "%2e%2e/", "file:///etc/passwd", "#", "mailto:a@b"),
        *("<<<<<<< HEAD\n", "=======\n", ">>>>>>> x\n", "::error::x", "##[group]", "##teamcity["),
        *(
            "id: ",
            "title: ",
            "kind: procedure\n",
            "kind: record\n",
            "version: ",
            "status: released",
        ),
        *(
            "status: withdrawn\n",
            "status: draft\n",
            "history:\n",
            "satisfies: [",
            "digest: ",
            "date: ",
        ),
        *(
            "effective: ",
            "next_review: ",
            "extra: ",
            "declared: ",
            "successor: ",
            "sites: ",
            "owner: ",
        ),
        *(
            "1 85 05 78 006 084 36",
            "né le 01/02/1985",
            "1.2.840.113619.2.55.3",
            "Mme Dupont 20 mSv",
        ),
        *("\ufffd", "=cmd|x", "@SUM", "{{ insert: param, p }}", "null,", '":', "Infinity", "1E400"),
        *("<si><t>", "&lt;", "</c>", 't="s"', "<f>1+1</f>", "<!DOCTYPE a [", "<!ENTITY x 'y'>"),
    )
)
_RUNS = tuple(
    one.encode() for one in ("[", "(", "{", "> ", "- ", "#", "`", "*", "_", "<", "]", "![")
)
_RUNS += tuple(
    one.encode() for one in ("&a ", "  ", "\n", " \n", "\t", "|", "\\", "<!--", "a", "é", "- a\n")
)

Mutation = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def mutated(chance: random.Random, some: Sequence[bytes]) -> bytes:
    """Return one of the seeds *some*, changed in a few places by *chance*."""
    data = bytearray(chance.choice(some))
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 4, 8, 16))):
        chance.choice(MUTATIONS)(chance, data, some)
        del data[MAX_SIZE:]
    return bytes(data)


def _place(chance: random.Random, data: bytearray) -> int:
    """Return a place in *data*, half of the time near its beginning: that is the front matter."""
    end = len(data) if chance.random() < 0.5 else min(len(data), 300)
    return chance.randint(0, end)


def _flip(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    if data:
        data[min(_place(chance, data), len(data) - 1)] ^= 1 << chance.randrange(8)


def _byte(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    data.insert(_place(chance, data), chance.randrange(256))


def _word(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    data[at : at + chance.choice((0, 0, 1, 4))] = chance.choice(WORDS)


def _words(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    data[at:at] = b"".join(chance.choices(WORDS, k=chance.randint(2, 12)))


def _cut(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    del data[at : at + chance.choice((1, 2, 8, 40, 300))]


def _end(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    del data[_place(chance, data) :]


def _again(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    piece = bytes(data[at : at + chance.choice((1, 5, 20, 200))])
    data[at:at] = piece * chance.choice((1, 2, 5))


def _splice(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    other = chance.choice(some)
    start = chance.randint(0, len(other))
    at = _place(chance, data)
    data[at:at] = other[start : start + chance.choice((10, 50, 400))]


def _swap_lines(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    lines = bytes(data).split(b"\n")
    one, two = (min(chance.randrange(len(lines)), len(lines) - 1) for _ in range(2))
    lines[one], lines[two] = lines[two], lines[one]
    data[:] = b"\n".join(lines)


def _run(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    data[at:at] = chance.choice(_RUNS) * chance.choice((3, 10, 30, 100, 100, 1_000, 5_000))


def _nest(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    opening, closing = chance.choice(((b"[", b"]"), (b"{a: ", b"}"), (b"(", b")"), (b"*", b"*")))
    deep = chance.choice((3, 9, 12, 50, 400))
    data[at:at] = opening * deep + b"x" + closing * deep


def _steps(chance: random.Random, data: bytearray, some: Sequence[bytes]) -> None:
    del some
    at = _place(chance, data)
    mark = chance.choice((b"- a\n", b"1. a\n", b"k:\n", b"> a\n", b"| a\n"))
    data[at:at] = b"".join(b"  " * n + mark for n in range(chance.choice((3, 12, 40))))


MUTATIONS: tuple[Mutation, ...] = (
    *(_flip, _byte, _word, _word, _word, _words, _cut, _cut, _end, _again, _splice, _splice),
    *(_swap_lines, _run, _nest, _steps),
)
