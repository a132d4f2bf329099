"""The targets of links change in place, and nothing beside them does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qmtool.actions import link_paths
from qmtool.actions.link_targets import retarget
from qmtool.repository.front_matter import UnsafePatch

FOLDER = "processes/welcome/applicables"
OLD, NEW = f"{FOLDER}/PR-1.md", "processes/scanner/applicables/PR-1-new name.md"
HERE = "../../scanner/applicables/PR-1-new%20name.md"


def changed(text: str) -> str:
    """Return *text*, a file of the same folder, after the move."""
    aims = (make(FOLDER, OLD, NEW) for make in (link_paths.toward, link_paths.attached_toward))
    return retarget(text.encode(), *aims).decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[a](PR-1.md)", f"[a]({HERE})"),
        ("[PR-1.md](PR-1.md)", f"[PR-1.md]({HERE})"),
        ('[a](PR-1.md#x "PR-1.md")', f'[a]({HERE}#x "PR-1.md")'),
        ("[a](./PR-1.md?plain=1#x)", f"[a]({HERE}?plain=1#x)"),
        ("[a](/processes/welcome/applicables/PR-1.md)", f"[a](/{NEW.replace(' ', '%20')})"),
        ("[a](P%52-1.md)", f"[a]({HERE})"),
        ("[a](<PR-1.md>)", f"[a](<{HERE}>)"),
        ("[a]( PR-1.md )", f"[a]( {HERE} )"),
        ("[a](\nPR-1.md)", f"[a](\n{HERE})"),
        ("![a](PR-1.md)", f"![a]({HERE})"),
        ("[![i](x.svg)](PR-1.md)", f"[![i](x.svg)]({HERE})"),
        (r"[a](PR\-1.md#a\(b\))", rf"[a]({HERE}#a\(b\))"),
        ("[a](PR-1.md#a&amp;b)", rf"[a]({HERE}#a\&b)"),
        ("[a][x], [x]\n\n[x]: PR-1.md 'PR-1.md'", f"[a][x], [x]\n\n[x]: {HERE} 'PR-1.md'"),
        ("[a][x]\n\n[x]: <PR-1.md>", f"[a][x]\n\n[x]: <{HERE}>"),
        ("> - [a](PR-1.md)", f"> - [a]({HERE})"),
        (
            "| a | b |\n|---|---|\n| [a](PR-1.md) | c |",
            f"| a | b |\n|---|---|\n| [a]({HERE}) | c |",
        ),
        ("# [a](PR-1.md)", f"# [a]({HERE})"),
        ("`[a](PR-1.md)` [a](PR-1.md)", f"`[a](PR-1.md)` [a]({HERE})"),
        ("```\n[a](PR-1.md)\n```\n[a](PR-1.md)", f"```\n[a](PR-1.md)\n```\n[a]({HERE})"),
        ("<!-- [a](PR-1.md) -->\n\n[a](PR-1.md)", f"<!-- [a](PR-1.md) -->\n\n[a]({HERE})"),
        ("[a](PR-1.md)\r\n[b](PR-1.md)\r\n", f"[a]({HERE})\r\n[b]({HERE})\r\n"),
        ("é\r\nà\n[a](PR-1.md)\r\n", f"é\r\nà\n[a]({HERE})\r\n"),
    ],
)
def test_a_link_to_the_moved_file_follows_it(before: str, after: str) -> None:
    assert changed(before) == after
    head = "---\nid: X-1\ntitle: PR-1.md\n---\n"
    assert changed(head + before) == head + after


@pytest.mark.parametrize(
    "text",
    [
        "[a](PR-10.md) [b](../PR-1.md) [c](#pr-1) [d](https://x.org/PR-1.md) PR-1.md",
        "[a](PR-1.md",
        r"\[a](PR-1.md)",
        "[a][x]",
        "    [a](PR-1.md)",
        "[a](..\\applicables\\PR-1.md)",
        "",
    ],
)
def test_what_is_no_link_to_it_stays(text: str) -> None:
    assert changed(text) == text


def test_accents_stay_in_codes_where_they_were() -> None:
    aim = link_paths.toward("", "é.md", "à b.md")
    assert retarget(b"[a](%C3%A9.md)", aim) == b"[a](%C3%A0%20b.md)"
    assert retarget("[a](é.md) [b](<é.md#x y>)".encode(), aim) == (
        "[a](à%20b.md) [b](<à%20b.md#x y>)".encode()
    )
    aim = link_paths.toward("", "a b.md", "c d.md")
    assert retarget(b"[a](<a b.md>) [b](a%20b.md)", aim) == b"[a](<c d.md>) [b](c%20d.md)"


def test_a_file_that_moves_takes_its_own_links_along() -> None:
    text = (
        "---\nattachments:\n  - {file: fiche.docx, sha256: aa}  # sheet\n"
        "  - file: 'l''annexe.pdf'\n  - {file: \"/top.pdf\"}\n---\n"
        "[a](PR-2.md#x) [b](../formulaires/) ![i](img/a.svg) [c](/qm.yaml) [d](#here) "
        "[e](PR-1.md#there) [f](mailto:a@b.fr) [g](nowhere.md) [h]()\n"
    )
    aims = link_paths.carried(OLD, NEW), link_paths.attached_carried(OLD, NEW)
    back = "../../welcome/applicables"
    assert retarget(text.encode(), *aims).decode() == (
        f'---\nattachments:\n  - {{file: "{back}/fiche.docx", sha256: aa}}  # sheet\n'
        f"  - file: '{back}/l''annexe.pdf'\n  - {{file: \"/top.pdf\"}}\n---\n"
        f"[a]({back}/PR-2.md#x) [b](../../welcome/formulaires/) ![i]({back}/img/a.svg) "
        "[c](/qm.yaml) [d](#here) [e](PR-1-new%20name.md#there) [f](mailto:a@b.fr) "
        f"[g]({back}/nowhere.md) [h]()\n"
    )


def test_a_link_that_cannot_be_changed_alone_is_refused() -> None:
    with pytest.raises(UnsafePatch, match="line 2"):
        changed("> [a](\n> PR-1.md)\n")


pieces = st.sampled_from(
    [
        *("[a](PR-1.md)", "[x]", "[x]: PR-1.md", "`", "\n", "\n\n", "    ", "> ", "- ", "| "),
        *("(", ")", "[", "]", "<", ">", "\\", "](", "]: ", "PR-1.md", "#x", " 'PR-1.md'", "é"),
        *("```", "<!--", "-->", "# ", "|---|---|", "\r\n", "&amp;", "<b>", "\t"),
    ]
)


@given(st.lists(pieces, max_size=14).map("".join))
def test_any_text_changes_in_its_links_alone_or_is_refused(text: str) -> None:
    try:
        after = changed(text)
    except UnsafePatch:
        return
    assert after.replace(HERE, "PR-1.md") == text
