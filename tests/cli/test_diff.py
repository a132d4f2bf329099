"""`qm diff` tells what differs between two texts of a document, in words a reader follows."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from qmtool.model.text_diff import compare
from qmtool.reports import diff
from qmtool.reports.language import language_of
from tests.conftest import Centre, built_once, procedure
from tests.editions import edition

PATH = "processes/welcome/applicables/PR-ACC-001.md"
BODY = "## Purpose\n\nEvery patient is greeted within five minutes.\n\n## Steps\n\n- one\n- two\n"


@pytest.fixture
@built_once
def revised(welcome: Centre) -> Centre:
    """Return a centre with a version, then a second that answers another requirement, a draft."""
    first = procedure("PR-ACC-001", BODY, satisfies="[iso-9001-2015:7.5.2]")
    welcome.commit({PATH: first})
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    path = welcome.root / PATH
    text = path.read_text().replace("7.5.2", "7.5.1").replace("five", "three")
    path.write_text(text.replace("title: Title of", "title: Welcome,"))
    welcome.commit(message="greet sooner")
    assert welcome.qm("release", "PR-ACC-001", "-m", "second").code == 0
    assert welcome.qm("revise", "PR-ACC-001").code == 0
    path.write_text(path.read_text() + "\n## Annex\n\n::error::[bold]x[/]\x1b\n")
    return welcome


def test_two_versions_differ_in_keys_requirements_and_words(revised: Centre) -> None:
    shown = revised.qm("diff", "PR-ACC-001", "1.0", "2.0")
    assert shown.code == 0, shown.err
    first = shown.out.split("\n")[0]
    assert first.startswith("PR-ACC-001: from version 1.0 of ")
    assert "title: Title of PR-ACC-001 → Welcome, PR-ACC-001" in shown.out
    assert "Requirements newly answered\n  iso-9001-2015:7.5.1 General" in shown.out
    assert "Requirements no longer answered\n  iso-9001-2015:7.5.2 Creating" in shown.out
    assert "greeted within [-five-] {+three+} minutes." in shown.out
    assert "greet sooner" in shown.out
    assert "history" not in shown.out
    assert "history" in revised.qm("diff", "PR-ACC-001", "1.0", "2.0", "--all").out


def test_the_draft_is_compared_with_the_version_in_force(revised: Centre) -> None:
    shown = revised.qm("diff", "PR-ACC-001")
    assert shown.out.split("\n")[0].endswith("to the file at hand")
    assert "Sections\n  added: Annex" in shown.out
    assert "five" not in shown.out
    assert shown.out == revised.qm("diff", PATH, "2.0", "draft").out


def test_what_a_text_holds_is_neither_markup_nor_a_command(revised: Centre) -> None:
    shown = revised.qm("diff", "PR-ACC-001").out
    assert "{+::error::[bold]x[/]\\x1b+}" in shown
    assert "\x1b" not in shown


def test_without_a_version_the_last_commit_is_compared(welcome: Centre) -> None:
    path = welcome.root / "processes/welcome/applicables/PR-ACC-002.md"
    path.write_text(path.read_text() + "\nMore.\n")
    shown = welcome.qm("diff", "PR-ACC-002")
    assert "from the last commit to the file at hand" in shown.out
    assert "{+More.+}" in shown.out
    welcome.write({"processes/welcome/applicables/PR-ACC-009.md": procedure("PR-ACC-009")})
    unknown = welcome.qm("diff", "PR-ACC-009")
    assert unknown.code == 2
    assert "is not in the last commit" in unknown.err


def test_equal_texts_are_said_to_be_equal(revised: Centre) -> None:
    shown = revised.qm("diff", "PR-ACC-001", "2.0", "2.0")
    assert (shown.code, "Nothing differs." in shown.out) == (0, True)


def test_an_unknown_version_and_a_missing_tag_are_told_apart(revised: Centre) -> None:
    assert revised.qm("diff", "PR-ACC-001", "9.0").code == 2
    revised.git("tag", "-d", "release/PR-ACC-001/1.0")
    assert revised.qm("diff", "PR-ACC-001", "1.0").code == 4


def test_programs_and_pages_get_the_same(revised: Centre) -> None:
    found = json.loads(revised.qm("diff", "PR-ACC-001", "1.0", "2.0", "--format", "json").out)
    assert found["requirements"] == {
        "gained": ["iso-9001-2015:7.5.1"],
        "lost": ["iso-9001-2015:7.5.2"],
    }
    assert ["removed", " five"] in found["paragraphs"][0]["pieces"]
    assert found["commits"][-1]["message"] == "revise PR-ACC-001 after 1.0"
    page = revised.qm("diff", "PR-ACC-001", "1.0", "2.0", "--format", "markdown").out
    assert "greeted within ~~five~~ **three** minutes." in page


def test_long_stretches_without_change_are_shortened(revised: Centre) -> None:
    path = revised.root / PATH
    words = " ".join(f"word{n}" for n in range(100))
    path.write_text(path.read_text() + f"\n{words} end.\n")
    revised.commit()
    path.write_text(path.read_text().replace("word50 ", "other "))
    shown = " ".join(revised.qm("diff", "PR-ACC-001", "HEAD").out.split())
    assert "… word38 word39" in shown
    assert "word49 [-word50-] {+other+} word51" in shown
    assert "word20 " not in shown


def test_colours_stand_for_the_marks_on_a_terminal() -> None:
    before, after = edition("one two three\n"), edition("one \x1b[0m four three\n")
    found = diff.Comparison(before, after, compare(before, after))
    shown = diff.text(replace(found, coloured=True), language_of("en"))
    assert "one \x1b[31;9mtwo\x1b[0m" in shown
    assert "\x1b[32;4m\\x1b" in shown


def test_a_coloured_text_is_wrapped_by_what_is_seen_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    words = " ".join(f"word{n}" for n in range(12))
    before, after = edition(f"{words}\n"), edition(f"{words.replace('word7', 'other')} end\n")
    found = diff.Comparison(before, after, compare(before, after), coloured=True)
    shown = diff.text(found, language_of("en"))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert max(map(len, plain.splitlines()[3:])) <= 40
    assert " ".join(plain.split()).endswith("word6 word7 other word8 word9 word10 word11 end")
    assert "\x1b[31;9mword7\x1b[0m" in shown
    assert "\x1b[32;4mother\x1b[0m" in shown
    assert "\x1b[32;4mend\x1b[0m" in shown


def test_a_document_that_moved_is_compared_with_where_it_was(revised: Centre) -> None:
    elsewhere = "processes/welcome/formulaires/PR-ACC-001.md"
    target: Path = revised.root / elsewhere
    target.parent.mkdir()
    (revised.root / PATH).rename(target)
    revised.commit(message="moved")
    found = json.loads(revised.qm("diff", "PR-ACC-001", "1.0", "--format", "json").out)
    assert (found["before"]["path"], found["after"]["path"]) == (PATH, elsewhere)
    assert "moved" in [one["message"] for one in found["commits"]]
