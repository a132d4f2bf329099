"""References are changed as bytes: all that is not one of them stays as it was written."""

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmtool.repository.front_matter import UnsafePatch
from qmtool.repository.references import listed, rewrite

HEAD = "---\nid: A-1  # an id\n"
REST = "title: T\n---\n\n## One\n\nText.\n"
BECOMES: Mapping[str, tuple[str, ...]] = {"o:1": ("n:1",), "o:2": ("n:2", "n:3"), "o:0": ()}


def changed(text: str, becomes: Mapping[str, tuple[str, ...]] = BECOMES) -> str:
    """Return *text* with each reference replaced by what it *becomes*."""
    data = text.encode()
    lists = list(listed(data))
    changes = [(one, [becomes.get(entry, (entry,)) for entry in one.entries]) for one in lists]
    return rewrite(data, changes).decode()


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("satisfies: [o:1]", "satisfies: [n:1]"),
        ("satisfies: [ x:1,o:2 , \"o:1\", 'o:2' ]  # c", None),
        ("'satisfies' : [o:2]", "'satisfies' : [n:2, n:3]"),
        ("satisfies: ['é😀:1', o:1]", "satisfies: ['é😀:1', n:1]"),
        ("satisfies: [x:1, o:0]", "satisfies: [x:1]"),
        ("satisfies: [ o:0, x:1 ]", "satisfies: [ x:1 ]"),
        ("satisfies: [x:1, o:0, o:0]", "satisfies: [x:1]"),
        ("satisfies: [o:0, o:0, x:1]", "satisfies: [x:1]"),
        ("satisfies: [x:1, o:0, ]", "satisfies: [x:1, ]"),
        ("satisfies: [x:1, o:0 , x:2]", "satisfies: [x:1, x:2]"),
        ("satisfies: [\n  x:1,\n  o:0,\n  x:2\n  ]", "satisfies: [\n  x:1,\n  x:2\n  ]"),
        ("satisfies: [\n  x:1,\n  o:0\n  ]", "satisfies: [\n  x:1\n  ]"),
        ("satisfies: [x:1,\n  o:0]", "satisfies: [x:1]"),
        ("satisfies: [x:1, o:0,\n  x:2]", "satisfies: [x:1,\n  x:2]"),
        ("satisfies: [x:1,  # c\n  o:0]", "satisfies: [x:1  # c\n  ]"),
        ("satisfies: [o:0,  # c\n  x:1]", "satisfies: [ # c\n  x:1]"),
        ("satisfies: [x:1,\n  o:0,  # c\n  x:2]", "satisfies: [x:1,\n  # c\n  x:2]"),
        ("satisfies:\n  - o:1  # c\n  - x:1", "satisfies:\n  - n:1  # c\n  - x:1"),
        ("satisfies:\n-   o:2  # c\n- x:1", "satisfies:\n-   n:2  # c\n-   n:3\n- x:1"),
        ('satisfies:\n  - "o:2"', 'satisfies:\n  - "n:2"\n  - "n:3"'),
        ("satisfies:\n  - x:1\n  - o:0", "satisfies:\n  - x:1"),
        ("satisfies:\n  # a\n  - o:0 # b\n\n  - x:1", "satisfies:\n  # a\n  # b\n\n  - x:1"),
        ("satisfies:\n- x:1\n- o:0 # b", "satisfies:\n- x:1\n# b"),
    ],
)
def test_a_list_keeps_its_style_comments_and_quotes(
    before: str, after: str | None, eol: str
) -> None:
    after = after or "satisfies: [ x:1,n:2, n:3 , \"n:1\", 'n:2', 'n:3' ]  # c"
    old, new = (f"{HEAD}{one}\n{REST}".replace("\n", eol) for one in (before, after))
    assert changed(old) == new


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<!-- qm: satisfies o:1 -->", "<!-- qm: satisfies n:1 -->"),
        ("<!--qm:satisfies o:1,o:2-->", "<!--qm:satisfies n:1,n:2, n:3-->"),
        ("<!-- qm: satisfies  o:0, x:1 -->", "<!-- qm: satisfies  x:1 -->"),
        ("<!-- qm: satisfies x:1, o:0 -->", "<!-- qm: satisfies x:1 -->"),
        ("<!-- qm: satisfies x:1, , o:1, -->", "<!-- qm: satisfies x:1, , n:1, -->"),
        ("<!-- qm: satisfies o:1,\n  o:2\n-->", "<!-- qm: satisfies n:1,\n  n:2, n:3\n-->"),
        ("> - a <!-- qm: satisfies o:1 --> b", "> - a <!-- qm: satisfies n:1 --> b"),
        (
            "a <!-- x --> <!-- qm: satisfies o:2 --> <!-- qm: satisfies o:1 -->",
            "a <!-- x --> <!-- qm: satisfies n:2, n:3 --> <!-- qm: satisfies n:1 -->",
        ),
        ("`<!-- qm: satisfies o:1 -->`", "`<!-- qm: satisfies o:1 -->`"),
        ("```\n<!-- qm: satisfies o:1 -->\n```", "```\n<!-- qm: satisfies o:1 -->\n```"),
        ("    <!-- qm: satisfies o:1 -->", "    <!-- qm: satisfies o:1 -->"),
        ("<!-- [9:o:1] -->", "<!-- [9:o:1] -->"),
        ("<!-- qm: satisfied o:1 -->", "<!-- qm: satisfied o:1 -->"),
    ],
)
@pytest.mark.parametrize("eol", ["\n", "\r\n"])
def test_a_mark_is_changed_where_markdown_sees_a_comment(before: str, after: str, eol: str) -> None:
    front = "---\nid: A-1\nsatisfies: [o:1]\n---\n\n# H\n\n"
    old = f"{front}{before}\n\n[l](x.md) o:1\n".replace("\n", eol)
    new = f"{front.replace('o:1', 'n:1')}{after}\n\n[l](x.md) o:1\n".replace("\n", eol)
    assert changed(old) == new


def test_a_mark_without_front_matter_is_changed() -> None:
    assert changed("# H\n\n<!-- qm: satisfies o:1 -->") == "# H\n\n<!-- qm: satisfies n:1 -->"


@pytest.mark.parametrize(
    "written",
    [
        "satisfies:\n  - >-\n    o:1",
        'satisfies: ["o\\\n  :1"]',
        "satisfies:\n  -\n    o:1",
        "satisfies: [x:1, o:0 # c\n  , x:2]",
        "satisfies: [x:1 # c\n  , o:0]",
    ],
)
def test_what_cannot_be_changed_alone_is_refused(written: str) -> None:
    with pytest.raises(UnsafePatch, match="line"):
        changed(f"{HEAD}{written}\n{REST}")


@pytest.mark.parametrize(
    "written",
    [
        "> <!-- qm: satisfies x:1,\n> o:1 -->",
        "`<!-- qm: satisfies o:1 -->` <!-- qm: satisfies o:1 -->",
    ],
)
def test_a_mark_that_is_not_where_it_seems_is_refused(written: str) -> None:
    with pytest.raises(UnsafePatch, match="line"):
        changed(f"{HEAD}{REST}\n{written}\n")


ENTRIES = st.lists(st.sampled_from(["o:0", "o:1", "o:2", "x:1", "x:2"]), max_size=6)
QUOTES = st.sampled_from(["", "'", '"'])
GAPS = st.sampled_from([", ", ",", " ,  ", ",\n  ", ", # c\n    "])
TAILS = st.sampled_from(["", "  # o:1", " #"])


@st.composite
def lists(draw: st.DrawFn, entries: Sequence[str]) -> str:
    """Draw the lines of a front matter that list *entries*."""
    words = [f"{quote}{entry}{quote}" for entry in entries for quote in (draw(QUOTES),)]
    if draw(st.booleans()):
        return "satisfies:\n" + "\n".join(f"  - {word}{draw(TAILS)}" for word in words)
    first, *others = words
    return f"satisfies: [{first}{''.join(draw(GAPS) + word for word in others)}]"


def front(text: str) -> tuple[list[str], list[str]]:
    """Return the comments and the blank lines of the front matter of *text*."""
    lines = text.replace("\r\n", "\n").split("---\n")[1].split("\n")[:-1]
    return [line.partition("#")[2] for line in lines if "#" in line], [
        line for line in lines if not line.strip()
    ]


@settings(deadline=None)  # the first example reads the schemas
@given(ENTRIES, st.sampled_from(["\n", "\r\n"]), st.data())
def test_any_list_becomes_what_is_planned_and_the_rest_stays(
    entries: list[str], eol: str, data: st.DataObject
) -> None:
    entries = [*entries, "x:3"]  # a list is never emptied: a target stands in it
    mark = f"<!-- qm: satisfies {','.join(entries)} -->\n"
    before = f"{HEAD}{data.draw(lists(entries))}\n{REST}{mark}"
    after = changed(before.replace("\n", eol))
    planned = [word for entry in entries for word in BECOMES.get(entry, (entry,))]
    assert [list(one.entries) for one in listed(after.encode())] == [planned] * 2
    assert after.startswith(HEAD.replace("\n", eol))
    assert REST.replace("\n", eol) in after
    assert after.count("\n") == after.count(eol)
    assert front(after) == front(before)
