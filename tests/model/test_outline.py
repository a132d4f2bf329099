"""What a document keeps of its headings and links is what was put in."""

from hypothesis import given
from hypothesis import strategies as st

from qmtool.model.outline import Heading, Link, Outline, pack_outline, unpack_outline

PIECES = st.sampled_from(["../", "./", "/", "a", "b.md", "#", "top", "?", "%20", "\n", "\0", "é"])
TARGETS = st.lists(PIECES, max_size=6).map("".join) | st.sampled_from(
    ["https://a.org/#top", "mailto:a@b.fr", "b.md#", "#", "#top", "#x", "../../a/b.md#top"]
)
LINKS = st.lists(
    st.builds(Link, st.booleans(), TARGETS, st.integers(1, 99), st.integers(1, 99)), max_size=8
)


@given(LINKS, st.lists(st.sampled_from(["top", "x-1", "é"]), unique=True))
def test_an_outline_is_unpacked_as_it_was_packed(links: list[Link], anchors: list[str]) -> None:
    headings = tuple(
        Heading(2, f"Text {number}", anchor, number) for number, anchor in enumerate(anchors[:2], 1)
    )
    outline = Outline(headings, tuple(links), {"id": (2, 1)})
    packed, aims = pack_outline(outline, anchors)
    assert unpack_outline(packed, anchors, aims) == outline


def test_only_what_may_become_wrong_elsewhere_is_an_aim() -> None:
    targets = ("#top", "#x", "https://a.org", "../b/c.md#top", "../b/d.md")
    links = tuple(Link(False, target, 1, 1) for target in targets)
    image = Link(True, "https://a.org/i.png", 1, 1)
    _, aims = pack_outline(Outline((), (*links, image)), ["top"])
    assert aims == {
        "": ("\nhttps://a.org/i.png", "\nx\n\0"),
        "../": ("b/c.md\nb/d.md", "\ntop\n\0"),
    }
