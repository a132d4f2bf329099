"""`qm check` has an answer for any tree, and the short cuts of the parsers change no result."""

import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from qmtool.model.calendar import add_months, parse_day
from qmtool.model.kind import OWNED_KEYS
from qmtool.model.version import Version
from qmtool.repository import front_matter, markdown
from qmtool.repository.markdown import parse_body
from qmtool.repository.parse import Parser
from qmtool.repository.record import build
from qmtool.repository.yaml_events import read_yaml
from tests.bad_inputs.cases import FOLDER
from tests.conftest import SETTINGS, Centre

FRAGMENTS = """\
# Title|## A *b* `c` #|####### x|#|#x|# [a](b) #|#\ttab|Title¶===|===|---|***|- item
- [a](b)|* item|+ x|1. one|2) two|10. x|- - deep|-|1.|  - sub [s](t)|    indented [a](b)
\ttab [a](b)
   # three|> quote|> # quoted|> - x|> ```|```|```md¶[a](b)¶```|~~~|- ```|`code|a `b` [c](d) `e
<!-- one -->|<!-- one -->  |  <!-- two -->|<!-- open|close -->|<!-->|<!--->|<!---->|a <!-- in -->
<!-- a --> t <!-- b -->|<!-- a --> <!-- b|<div id="d">|</div>|<a name=x></a>|text <a id='y'> z
<script>|</script>|<?php|?>|<![CDATA[|]]>|<!DOCTYPE x>|<http://x.y>|[a](b)|![i](j.png)
[![i](j)](k)|[a](<b c>)|[a](b "t")|[a](b 't')|[a](b(c)d)|[a](b\\)c)|[a\\]](b)|[a]( b )|[a](¶b)
[a¶b](c)|[a]()|[](b)|[a] (b)|[[a]](b)|[a](b)[c](d)|\\[a](b)|&amp; [a](b&c)|[r]|[r][r]|[R][]
[r]: /url|[r]: <u> 'x'|[r¶r]: /u|[r r]|  [r]: /v|> [r]: /w|[^1]: note|]:|text|Text two|é accent
« guillemets »|(paren)|"quote"|'q'|word\\|two  |*em* **st**|x <y z|5 > 3|a¶=|- a¶  ---|- a¶===
> a¶---|   |%|\u00a0blank|\u2028line"""
TABLES = ("| a | b |", "|---|---|", "| [a](b) | `c|d` |", "a | b", "-|-", ":-:")
PIECES = st.tuples(
    st.sampled_from(["", "", "", "", " ", "  ", "    ", "\t", "> ", "- ", "1. ", ">", " - ", "# "]),
    st.sampled_from(
        [one.replace("¶", "\n") for one in (*FRAGMENTS.replace("\n", "|").split("|"), *TABLES)]
    ),
    st.sampled_from(["\n", "\n", "\n\n", "\n\n", "\n \n", "\n\t\n", "\n\n\n"]),
).map("".join)
ODD = st.text("ab[]()<>!-#=`~|\\&:\"'*_ \t\n\n\n1.>+/é\u00a0\x0b\x0c\u2028", max_size=60)
BODIES = st.one_of(st.lists(PIECES, max_size=14).map("".join), ODD)
KEYS = ("id", "title", "kind", "version", "status", "effective", "next_review", "history", "extra")
VALUES = (
    *("x", '"1.0"', "draft", "[a, b]", "{a: b}", "2026-01-01", "", "|\n  text\n  more", ">-\n  a"),
    *("\n  - {version: '1.0'}", "\n- a\n- b", "a # note", "'it''s'", "&a x", "*a", "!t x", "a: b"),
    *("[", '"', "\t", "\n  a:\n    b: c", "{a: b,\nstatus: x}", '"a\nstatus: x"', "@", "~", "é"),
)
LINES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)).map(": ".join),
        st.sampled_from(
            ["# comment", "", "  # deep", "---", "...", "? a", "- x", "\t", "%YAML 1.1"]
        ),
    ),
    max_size=8,
)
FRONT = LINES.map(lambda lines: "---\n" + "".join(f"{line}\n" for line in lines) + "---\n")
ANY_FILE = st.one_of(
    st.binary(max_size=60),
    st.tuples(FRONT, BODIES).map(lambda two: "".join(two).encode()),
    st.tuples(FRONT, BODIES).map(lambda two: "".join(two).replace("\n", "\r\n").encode()),
)
always = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("has_settings", [True, False])
def test_a_check_has_an_answer_for_any_tree(centre: Centre, has_settings: bool) -> None:
    count = 0

    @settings(always, max_examples=25)
    @given(st.lists(ANY_FILE, min_size=1, max_size=6), st.one_of(st.none(), st.binary(max_size=30)))
    def check(files: list[bytes], last: bytes | None) -> None:
        nonlocal count
        count += 1
        tree = {f"{FOLDER}/PR-ACC-{n:03}.md": data for n, data in enumerate(files)}
        centre.write({**tree, "README.md": last or b""})
        for path in set(centre.root.glob(f"{FOLDER}/*.md")):
            if path.relative_to(centre.root).as_posix() not in tree:
                path.unlink()
        done = centre.qm("check", "--format", "json")
        assert done.code in (0, 1), done.err
        assert json.loads(done.out)["summary"]["documents"] >= len(files)
        assert done.err == ""
        text = centre.qm("check", "--format", "text")
        assert text.code == done.code
        assert "\x1b" not in text.out

    if has_settings:
        centre.write({"qm.yaml": SETTINGS.replace("qm: 1", 'qm: 1\ndocuments: ["**/*.md"]')})
    check()
    assert count >= 15


@settings(always, max_examples=20)
@given(st.one_of(st.binary(max_size=80), LINES.map(lambda lines: "\n".join(lines).encode())))
def _settings_file(data: bytes) -> None:
    _checked.append(_centre[0])
    _centre[0].write({"qm.yaml": data})
    done = _centre[0].qm("check", "--format", "json")
    assert done.code == 2, done.out
    assert "qm.yaml" in done.err
    assert "Traceback" not in done.err


_centre: list[Centre] = []
_checked: list[Centre] = []


def test_any_bytes_of_qm_yaml_are_refused_with_a_sentence(centre: Centre) -> None:
    _centre[:] = [centre]
    _settings_file()
    assert _checked


def _all_of(text: str, **named: Any) -> tuple[Any, ...]:
    body = parse_body(text, **named)
    return body.headings, body.links, body.comments, body.anchors, body.faults


@settings(always, max_examples=250)
@given(BODIES)
@example("[r r]\n\n[r\nr]: /u\n")
@example("```\n\n[a](b)\n\n# c\n")
@example("- ~~~\n\n  [a](b)\n~~~\n\n# c\n")
@example("<!-- a\n\n[a](b)\n\n-->\n")
@example("<script>\n\n# c\n\n[a](b)\n</script>\n")
@example("# |é\n-|-\n")
def test_the_segments_of_a_body_hold_what_the_whole_holds(text: str) -> None:
    assert _all_of(text) == _all_of(text, whole=True)


@pytest.mark.parametrize("pattern", ["_TRICKY", "_MARKUP"])
def test_the_short_cuts_of_inline_text_find_what_the_parser_finds(
    monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    @settings(always, max_examples=120)
    @given(BODIES)
    @example("`[a](b)` [c](d)\n")
    @example("- a\n===\n  ===\n")
    def compare(text: str) -> None:
        short = _all_of(text, whole=True)
        with monkeypatch.context() as patched:
            patched.setattr(markdown, pattern, re.compile(""))
            assert short == _all_of(text, whole=True)

    compare()


@pytest.mark.parametrize(
    "text",
    [
        "A text.\n\n- item [a](b)\n- item\n\n<!-- one line -->\n\n## Heading\n\n[a](b), [c](d).\n",
        "« Text »\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| c | d |\n",
    ],
)
def test_an_ordinary_document_is_read_by_segments(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    taken = []
    segments = markdown._segments
    monkeypatch.setattr(
        markdown, "_segments", lambda state, body: (taken.append(body), segments(state, body))
    )
    parse_body(text)
    assert taken == [text]


SAFE = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp", "Cf"]), max_size=20
)


@st.composite
def patched_documents(draw: st.DrawFn) -> tuple[str, dict[str, str | None]]:
    """Return a document with valid front matter, in any order and style, and changes to it."""
    keys = draw(
        st.permutations(
            ["id", *draw(st.lists(st.sampled_from([*OWNED_KEYS, "zone"]), unique=True))]
        )
    )
    styles = (
        "{}: x",
        '{}: "x # y"',
        "'{}': x",
        "{}: x   # note",
        "{}:\n  - x\n  - {{a: b}}",
        "{}: |\n  x\n\n  y",
        "{}: [x,\n  y]",
        "{}:\n- x",
    )
    lines = []
    for key in keys:
        lines += draw(st.lists(st.sampled_from(["# note", "", "#", "# status: no"]), max_size=2))
        lines.append(draw(st.sampled_from(styles)).format(key))
    lines += draw(st.lists(st.sampled_from(["# end", ""]), max_size=2))
    block = "".join(f"{line}\n" for line in lines)
    changes = draw(
        st.dictionaries(
            st.sampled_from(OWNED_KEYS),
            st.sampled_from([None, "{}: new", '{}: "1.0"', "{}:\n  - {{version: '1.0'}}\n  - a"]),
        )
    )
    made = {key: None if form is None else form.format(key) for key, form in changes.items()}
    body = draw(st.lists(SAFE, max_size=4).map("\n".join))
    return f"---\n{block}---\n{body}", made


def _intended(data: Mapping[str, Any], changes: Mapping[str, str | None]) -> dict[str, Any]:
    kept = {key: value for key, value in data.items() if key not in changes}
    for block in changes.values():
        if block is not None:
            kept |= read_yaml(block).data
    return kept


@settings(always, max_examples=80)
@given(patched_documents(), st.booleans())
def test_a_patch_changes_the_keys_it_names_and_no_other_byte(
    made: tuple[str, dict[str, str | None]], crlf: bool
) -> None:
    text, changes = made
    data = (text.replace("\n", "\r\n") if crlf else text).encode()
    after = front_matter.patch(data, changes)
    plain = after.decode().replace("\r\n", "\n")
    before, patched = front_matter.split(text), front_matter.split(plain)
    assert patched.body == before.body
    assert patched.block is not None
    assert before.block is not None
    assert read_yaml(patched.block).data == _intended(read_yaml(before.block).data, changes)
    kept = [line for line in before.block.split("\n") if line.startswith("#")]
    assert [line for line in patched.block.split("\n") if line.startswith("#")] == kept
    if crlf:
        assert after.count(b"\n") == after.count(b"\r\n")
    assert front_matter.digest(plain) == front_matter.digest(text)
    assert front_matter.patch(after, changes) == after


@settings(always, max_examples=80)
@given(patched_documents(), st.data())
def test_a_digest_covers_every_line_that_is_not_of_a_key_of_qm(
    made: tuple[str, dict[str, str | None]], data: st.DataObject
) -> None:
    text, _ = made
    lines = text.split("\n")
    owned = {
        number
        for key, first, last in front_matter.blocks(text)
        if key in OWNED_KEYS
        for number in range(first, last)
    }
    others = [
        number for number in range(1, len(lines)) if number not in owned and lines[number] != "---"
    ]
    if not others:
        return
    number = data.draw(st.sampled_from(others))
    lines[number] += "z"
    assert front_matter.digest("\n".join(lines)) != front_matter.digest(text)


@pytest.mark.parametrize(
    "keys",
    [
        "extra: {a: b,\nstatus: hidden,\n c: d}",
        'summary: "one\nstatus: hidden"',
        "version : '1.0'",
        "? version\n: '1.0'",
        '"ver\\x73ion": "1.0"',
        "{a: b}",
    ],
)
def test_a_key_that_a_patch_would_not_see_as_yaml_does_is_refused(keys: str) -> None:
    text = f"---\nid: PR-ACC-002\ntitle: T\nkind: procedure\n{keys}\n---\n"
    faults = Parser({}).parse(text.encode()).get("faults", ())
    assert [fault[0] for fault in faults if fault[1] >= 5][:1] == ["unreadable-front-matter"]


@pytest.mark.parametrize(
    "text", ["a: [", "d:\nk:\n    n:\n  u", "a: 'x", "a:\n  - b\n  c", "{", "a: &x"]
)
def test_a_text_that_ends_too_early_is_told_at_one_of_its_lines(text: str) -> None:
    """Libyaml names the line after the last where none is."""
    (fault,) = read_yaml(text).faults
    lines = text.split("\n")
    assert 1 <= fault.line <= len(lines)
    assert 1 <= fault.column <= len(lines[fault.line - 1]) + 1


HOSTILE = {
    "links on one line": ("".join(f"[a](b{n})" for n in range(90_000)), 90_000),
    "lines of links": ("".join(f"a [a](b{n})\n" for n in range(40_000)), 40_000),
    "more links than are searched": ("[a](b) " * 700_000, "too many brackets"),
    "open brackets": ("[" * 1_000_000, "too many brackets"),
    "open images": ("![" * 500_000, "too many brackets"),
    "open comments": ("a " + "<!--" * 250_000, "too many brackets"),
    "brackets in a heading": ("# " + "[" * 1_000_000, "this heading has more"),
    "brackets a line": ("[\n" * 1_000_000, "lines"),
    "newlines": ("\n" * 5_000_000, "lines"),
    "blanks": ((" " * 2_000 + "- a\n") * 600, "blanks"),
    "quotes": (">" * 1_000_000, "dropped"),
    "marks": ("# a\n\n<!-- [13485:4.2] -->\n\n" * 12_000, 12_000),
    "marks on one line": ("<!-- [13485:4.2] -->" * 60_000, 60_000),
    "a long mark": ("<!-- qm: allow x " + "a " * 1_000_000 + "-->\n", "the mark has more"),
    "conflicts": ("<<<<<<< \n" * 40_000, "a merge left"),
    "columns": ("|a" * 20_000 + "\n" + "|-" * 20_000, "columns"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_is_read_or_refused_without_hanging(name: str) -> None:
    text, expected = HOSTILE[name]
    head = "---\nid: PR-ACC-002\ntitle: T\nkind: procedure\n---\n"
    parsed = Parser({}).parse(f"{head}{text}\n".encode())
    faults = parsed.get("faults", [])
    if isinstance(expected, int):
        assert faults == []
        links = build("a.md", parsed, {}).links
        kept = ("declarations", "short", "suppressions")
        assert len(links) + sum(len(parsed.get(name, ())) for name in kept) == expected
    else:
        assert any(expected in fault[3][0] for fault in faults)
        assert len(faults) < 200


def test_a_front_matter_without_keys_is_not_patched() -> None:
    with pytest.raises(front_matter.UnsafePatch):
        front_matter.patch(b"---\nonly words\n---\n", {"status": "status: released"})


NUMBER = st.integers(0, 999_999)


@settings(always, max_examples=100)
@given(st.tuples(NUMBER, NUMBER), st.tuples(NUMBER, NUMBER))
def test_versions_are_ordered_as_pairs_of_numbers(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    first, second = (Version.parse(f"{major}.{minor}") for major, minor in (one, two))
    assert first is not None
    assert second is not None
    assert (first < second) == (one < two)
    assert str(first) == f"{one[0]}.{one[1]}"
    assert first < first.next_release()


@settings(always, max_examples=150)
@given(st.text("0123456789.-+_ev １", max_size=8))
def test_a_version_is_read_only_as_it_is_written(text: str) -> None:
    found = Version.parse(text)
    assert (found is None) or str(found) == text


@settings(always, max_examples=150)
@given(st.dates(date(1900, 1, 1), date(2900, 1, 1)), st.integers(0, 1_200))
def test_months_are_added_to_the_same_day_or_the_end_of_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later.day < day.day and add_months(later, 0) == later)
    if later.day < day.day:
        assert (date.fromordinal(later.toordinal() + 1)).day == 1
    assert add_months(day, months) <= add_months(day, months + 1)
    assert parse_day(later.isoformat()) == later


def test_months_beyond_the_calendar_end_with_it() -> None:
    assert add_months(date(9999, 12, 31), 1) == date.max
