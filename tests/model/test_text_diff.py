"""What differs between two texts is told by sections, requirements and words, in bounded time."""

from hypothesis import given, settings
from hypothesis import strategies as st

from qmtool.model.sequences import Budget, stretches
from qmtool.model.text_diff import Fortune, SectionChange, TextDiff, compare
from qmtool.model.words import Fate, paired, word_pieces
from tests.editions import HEAD, edition


def differences(before: str, after: str) -> TextDiff:
    """Return what differs between two bodies."""
    return compare(edition(before), edition(after))


def marked(found: TextDiff) -> list[str]:
    """Return the paragraphs that differ, with marks."""
    forms = {Fate.SAME: "{}", Fate.REMOVED: "[-{}-]", Fate.ADDED: "{{+{}+}}"}
    return [
        "".join(
            " " * piece.text.startswith(" ") + forms[piece.fate].format(piece.text.strip())
            for piece in one.pieces
        ).strip()
        for one in found.paragraphs
    ]


SECTIONS = (
    "## Purpose\n\nWhy we do this here.\n\n## Steps\n\n- first\n- second\n\n## End\n\nDone.\n"
)


def test_equal_texts_differ_in_nothing() -> None:
    assert differences(SECTIONS, SECTIONS).is_empty


def test_where_lines_break_is_no_difference() -> None:
    assert differences("One two three\nfour.\n", "One two\nthree four.\n").is_empty


def test_changed_words_are_told_within_their_paragraph() -> None:
    after = SECTIONS.replace("Why we do this here.", "Why we must do it here.")
    found = differences(SECTIONS, after)
    assert marked(found) == ["Why we {+must+} do [-this-] {+it+} here."]
    assert (found.paragraphs[0].section, found.paragraphs[0].line) == ("Purpose", 9)


def test_an_item_of_a_list_and_a_row_of_a_table_change_alone() -> None:
    before = "- one\n- two\n- three\n\n| a | b |\n| - | - |\n| c | d |\n"
    after = "- one\n- three\n\n| a | b |\n| - | - |\n| c | dd |\n"
    found = differences(before, after)
    assert marked(found) == ["[-- two-]", "| c | [-d-] {+dd+} |"]


def test_a_blank_that_is_all_that_differs_is_not_passed_over() -> None:
    assert marked(differences("a , b\n", "a, b\n")) == ["[-a , b-]{+a, b+}"]


def test_sections_come_and_go() -> None:
    after = SECTIONS.replace("## End\n\nDone.\n", "## Annex\n\nA wholly other matter.\n")
    found = differences(SECTIONS, after)
    assert found.sections == (
        SectionChange(Fortune.REMOVED, "End", ""),
        SectionChange(Fortune.ADDED, "", "Annex"),
    )
    assert marked(found) == ["[-Done.-]", "{+A wholly other matter.+}"]


def test_a_renamed_section_is_known_by_its_words() -> None:
    found = differences(SECTIONS, SECTIONS.replace("## Purpose", "## Why"))
    assert found.sections == (SectionChange(Fortune.RENAMED, "Purpose", "Why"),)
    assert not found.paragraphs


def test_a_moved_section_is_not_removed_and_added() -> None:
    purpose, steps, end = (f"## {part}" for part in SECTIONS.split("## ")[1:])
    found = differences(purpose + steps + end, steps + end + purpose)
    assert found.sections == (SectionChange(Fortune.MOVED, "Purpose", "Purpose"),)
    assert not found.paragraphs


def test_a_heading_at_another_level_is_told() -> None:
    found = differences(SECTIONS, SECTIONS.replace("## Steps", "### Steps"))
    assert found.sections == (SectionChange(Fortune.LEVEL, "Steps", "Steps"),)


def test_requirements_attachments_and_keys_are_told_apart() -> None:
    before = HEAD + 'satisfies: [a-1:1, a-1:2]\nversion: "1.0"\nsites: [nord]\n'
    after = HEAD.replace("Title", "Other") + 'satisfies: [a-1:2]\nversion: "2.0"\nsites: [sud]\n'
    files = "attachments: [{file: a.docx, sha256: x}, {file: b.docx}]\n"
    others = "attachments: [{file: a.docx, sha256: y}, {file: c.docx}]\n"
    mark = "## Records\n<!-- qm: satisfies b-2:3 -->\n"
    found = compare(edition("", before + files), edition(mark, after + others))
    assert [(one.key, one.before, one.after) for one in found.keys] == [
        ("title", "Title", "Other"),
        ("sites", ["nord"], ["sud"]),
    ]
    assert (found.gained, found.lost) == (("b-2:3",), ("a-1:1",))
    assert [tuple(one) for one in found.attachments] == [
        ("a.docx", "x", "y"),
        ("b.docx", "", None),
        ("c.docx", None, ""),
    ]
    owned = compare(edition("", before), edition("", after), owned=True)
    assert "version" in [one.key for one in owned.keys]


def test_paragraphs_are_paired_with_those_they_became() -> None:
    old = ["The radiographer greets the patient.", "A form is signed by the patient."]
    new = ["An entirely new duty.", "A form is signed by each patient."]
    found = list(paired(old, new, Budget()))
    assert (old[1], new[1]) in found
    assert ("", new[0]) in found
    assert (old[0], "") in found


def test_texts_that_would_take_too_long_are_compared_as_a_whole() -> None:
    # Thousands of times the same words: difflib alone would take minutes.
    before = "a b " * 2_000
    after = "b a c " * 2_000
    found = differences(before, after)
    assert found.spared > 0
    assert {piece.fate for piece in found.paragraphs[0].pieces} == {Fate.REMOVED, Fate.ADDED}
    rows = differences("| x |\n| y |\n" * 1_500, "| y |\n| z |\n| x |\n" * 8_000)
    assert rows.spared > 0
    assert rows.paragraphs


WORDS = st.lists(st.sampled_from(["a", "b", "c.", "d,", "e-f", "  ", "\n"]), max_size=30)


@settings(max_examples=120, deadline=None)
@given(WORDS, WORDS)
def test_the_pieces_give_back_both_texts(old: list[str], new: list[str]) -> None:
    before, after = " ".join(old), " ".join(new)
    pieces = word_pieces(before, after, Budget())
    for text, other in ((before, Fate.ADDED), (after, Fate.REMOVED)):
        kept = " ".join(piece.text for piece in pieces if piece.fate is not other)
        assert "".join(kept.split()) == "".join(text.split())


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)), st.sampled_from([0, 50, 10**6]))
def test_the_stretches_cover_both_sequences(old: list[int], new: list[int], left: int) -> None:
    at = other = 0
    for one in stretches(old, new, Budget(left)):
        assert (one.start, one.other_start) == (at, other)
        if one.same:
            assert old[one.start : one.end] == new[one.other_start : one.other_end]
        at, other = one.end, one.other_end
    assert (at, other) == (len(old), len(new))
