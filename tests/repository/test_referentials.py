"""Referentials of the centre: its own, and those that complete a shipped one."""

from datetime import date

import pytest

from qmtool.errors import SettingsError
from qmtool.model.diagnostic import Problem
from qmtool.model.referential import Referential
from qmtool.repository.cache import Cache
from qmtool.repository.data_files import DataFiles
from qmtool.repository.library import Library
from qmtool.repository.soundness import flaws

HEAD = """\
id: own
type: standard
title: {fr: Le nôtre, en: Ours}
completeness: full
verified_on: 2026-01-01
chapters: [c.yaml]
"""
CHAPTER = """\
id: "1"
title: Chapter
requirements:
  - id: "1.1"
    title: First
  - id: "1.2"
    title: Second
"""
CHAPTER = (
    CHAPTER.replace("title: Chapter", "title: {en: Chapter}")
    .replace("title: First", "title: {en: First}")
    .replace("title: Second", "title: {en: Second}")
)


def library(files: dict[str, str]) -> Library:
    data = {path: text.encode() for path, text in files.items()}
    return Library(DataFiles(Cache("test", enabled=False)), data, data.__getitem__)


def own(name: str, head: str, chapter: str = CHAPTER) -> dict[str, str]:
    return {f"referentials/{name}/referential.yaml": head, f"referentials/{name}/c.yaml": chapter}


def complaint(files: dict[str, str], name: str) -> str:
    with pytest.raises(SettingsError) as raised:
        library(files).referential(name)
    (sentence,) = raised.value.sentences
    return str(sentence)


def titles(found: Referential) -> dict[str, str]:
    return {node.identifier: node.title.en for node in found.nodes}


def test_a_referential_of_the_centre_is_known_beside_those_that_ship() -> None:
    found = library(own("own", HEAD))
    assert "own" in found.referential_ids
    assert "iso-9001-2015" in found.referential_ids
    assert titles(found.referential("own")) == {"1": "Chapter", "1.1": "First", "1.2": "Second"}
    assert found.referential("own").verified_on == date(2026, 1, 1)


OVERLAY = "id: labelix\nextends: labelix\ncompleteness: full\nchapters: [c.yaml]\n"
ADDED = """\
id: "A"
title: {en: Bought chapter}
requirements:
  - id: "A.1"
    title: {en: A bought requirement}
    proven_by: [REC]
  - id: "LBX-P01"
    note: {fr: Notre registre}
    fresh_months: 6
"""


def test_an_overlay_completes_what_ships_requirement_by_requirement() -> None:
    before = library({}).referential("labelix")
    after = library(own("labelix", OVERLAY, ADDED)).referential("labelix")
    assert after.completeness == "full"
    assert after.title == before.title
    assert [node.identifier for node in after.nodes] == [
        *(node.identifier for node in before.nodes),
        *("A", "A.1"),
    ]
    known, changed = before.by_id["LBX-P01"], after.by_id["LBX-P01"]
    assert changed.title == known.title
    assert changed.parent == known.parent
    assert (changed.note.fr, changed.fresh_months) == ("Notre registre", 6)


def test_a_copy_of_its_own_name_extends_what_ships_and_leaves_it_as_it_is() -> None:
    head = "id: labelix-2024\nextends: labelix\ntitle: {fr: Labelix 2024}\nchapters: [c.yaml]\n"
    known = library(own("labelix-2024", head, ADDED))
    copy, shipped = known.referential("labelix-2024"), known.referential("labelix")
    assert copy.identifier == "labelix-2024"
    assert copy.title.fr == "Labelix 2024"
    assert copy.grades == shipped.grades
    assert "A.1" in copy.by_id
    assert "A.1" not in shipped.by_id


def test_an_overlay_goes_on_working_when_its_base_loses_a_line() -> None:
    lost = ADDED.replace("LBX-P01", "LBX-GONE")
    found = library(own("labelix", OVERLAY, lost)).referential("labelix")
    assert found.by_id["LBX-GONE"].title.en == "LBX-GONE"
    assert found.by_id["LBX-P01"].title.en == "Analyse risks"


def test_a_line_whose_parent_its_base_lost_stands_under_its_chapter() -> None:
    orphan = ADDED.replace('- id: "A.1"', '- id: "A.1"\n    parent: "LBX-GONE"')
    known = library(own("labelix", OVERLAY, orphan))
    assert known.referential("labelix").by_id["A.1"].parent == "A"
    (told,) = (str(one.message) for one in flaws(known, ["labelix"]) if isinstance(one, Problem))
    assert told == "A.1: the parent LBX-GONE is not known"


def test_the_id_of_a_shipped_referential_is_taken_unless_it_is_completed() -> None:
    head = HEAD.replace("id: own", "id: labelix")
    assert complaint(own("labelix", head), "labelix") == (
        "referentials/labelix/referential.yaml:1:1: labelix is shipped with qm. "
        "Add the line extends: labelix to complete it, or choose another id."
    )


@pytest.mark.parametrize("base", ["labelixx", "own"])
def test_only_a_known_other_referential_can_be_completed(base: str) -> None:
    said = complaint(own("own", HEAD + f"extends: {base}\n"), "own")
    assert said.startswith(
        f"referentials/own/referential.yaml:7:1: extends: {base} is not a referential"
    )
    assert ("Did you mean labelix?" in said) == (base == "labelixx")


def test_overlays_that_complete_each_other_are_refused() -> None:
    files = own("own", HEAD + "extends: other\n")
    files |= own("other", HEAD.replace("id: own", "id: other") + "extends: own\n")
    assert "extends: own is not a referential that can be completed" in complaint(files, "own")


@pytest.mark.parametrize(
    ("chapter", "expected"),
    [
        (
            CHAPTER.replace('"1.2"', '"1.1"'),
            "referentials/own/c.yaml:6:5: the id 1.1 stands twice (first in c.yaml)",
        ),
        (
            CHAPTER.replace('"1.2"', '"1.2"\n    parent: "9"'),
            "referentials/own/c.yaml:7:5: 1.2: the parent 9 is not known",
        ),
        (
            CHAPTER.replace('"1.1"', '"1.1"\n    parent: "1.2"').replace(
                '"1.2"\n    title: {en: Sec', '"1.2"\n    parent: "1.1"\n    title: {en: Sec'
            ),
            "referentials/own/c.yaml:5:5: 1.1: it stands below itself",
        ),
        (
            CHAPTER.replace("title: {en: First}", "titel: {en: First}"),
            "referentials/own/c.yaml:5:5: unknown key titel. Did you mean title?",
        ),
    ],
    ids=["twice", "unknown parent", "cycle", "unknown key"],
)
def test_a_flaw_is_told_with_its_file_and_line(chapter: str, expected: str) -> None:
    assert complaint(own("own", HEAD, chapter), "own") == expected


def test_a_chapter_file_that_is_not_there_is_named() -> None:
    files = own("own", HEAD)
    del files["referentials/own/c.yaml"]
    assert complaint(files, "own") == "referentials/own/c.yaml: there is no such file"


RELATIONS = """\
from: own
to: iso-9001-2015
relations:
  - {from: "1.1", relation: equal, to: "7.2", confidence: high}
"""


def crosswalk_complaint(files: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as raised:
        _ = library(files).crosswalks
    (sentence,) = raised.value.sentences
    return str(sentence)


def test_a_crosswalk_of_the_centre_is_read_with_the_others() -> None:
    files = own("own", HEAD) | {"referentials/_crosswalks/own--iso-9001-2015.yaml": RELATIONS}
    found = [one for one in library(files).crosswalks if one.source == "own"]
    assert [relation.target for relation in found[0].relations] == [("7.2",)]


def test_a_crosswalk_says_in_its_name_what_it_relates() -> None:
    files = {"referentials/_crosswalks/mine.yaml": RELATIONS}
    assert crosswalk_complaint(files).endswith(
        "mine.yaml:1:1: the file should be called own--iso-9001-2015.yaml"
    )


def test_an_unknown_relation_is_told_with_its_line() -> None:
    text = RELATIONS.replace("relation: equal", "relation: equals")
    said = crosswalk_complaint({"referentials/_crosswalks/own--iso-9001-2015.yaml": text})
    assert "yaml:4:19: relations.0.relation is 'equals', which is none of equal, superset" in said
