"""The shipped crosswalks and the glossary say what their sheets say, and hold together."""

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from jsonschema import Draft202012Validator

from qmtool.repository.library import read_shipped

ROOT = Path(__file__).resolve().parents[2]
SHEETS = ROOT.parent / "shared" / "domain"
CROSSWALKS = ROOT / "referentials" / "_crosswalks"
FILES = sorted(path.stem for path in CROSSWALKS.iterdir())

ISO_9001 = "iso-9001-2015"
COLUMNS = ("labelix", "asn-2019-dc-0660", "iso-15189-2022", "nf-s99-300")
MIGRATED = ("iso-9001-2008", "iso-15189-2012", "has-certification-2024")
INVERSE = {"superset": "subset", "subset": "superset"}
WHOLE = ("whole", "all", "1–11", "3.a–11.f")

LANGUAGES = ("fr", "en")
GROUPS = ("documents", "organisation", "evaluation", "improvement")
SOURCES = {"S": "seed", "U": "usage", "N": "norm"}
KEYS = {
    *("group", "term", "parts", "meaning", "avoid", "tolerated", "abbreviation", "note", "source"),
    "elsewhere",
}
ACCEPTED = {"tolerated", "accepted"}
ALWAYS = {"old", "spoken"}
OWN_MEANINGS = {
    *("medical-physics-organisation-plan", "occupational-risk-assessment", "practice-evaluation"),
    *("quality-manager", "referent", "top-management", "quality-meeting", "audit"),
    *("version", "process-families", "formal-complaint"),
}
"""Entries whose sheet says it in French, quotes a source or names one centre."""

needs_the_sheets = pytest.mark.skipif(
    not SHEETS.is_dir(), reason="the sheets of ../shared/domain are not on this machine"
)
each_file = pytest.mark.parametrize("name", FILES)
each_language = pytest.mark.parametrize("language", LANGUAGES)


class Link(NamedTuple):
    """A relation between requirements of two referentials; several ids act together."""

    source: str
    source_ids: tuple[str, ...]
    relation: str
    target: str
    target_ids: tuple[str, ...]
    confidence: str

    @property
    def turned(self) -> "Link":
        relation = INVERSE.get(self.relation, self.relation)
        ends = (self.target, self.target_ids, relation, self.source, self.source_ids)
        return Link(*ends, self.confidence)

    @property
    def either(self) -> "Link":
        """Return the one of the two readings that comes first, to compare links by."""
        return min(self, self.turned)


def tables(sheet: str, heading: str) -> list[list[list[str]]]:
    """Return the cells of each table of *sheet* whose first line is *heading*, line by line."""
    text = (SHEETS / sheet).read_text(encoding="utf-8")
    found = []
    for block in re.split(r"\n{2,}", text.strip()):
        lines = block.splitlines()
        if lines[0] == heading:
            found.append([[cell.strip() for cell in line.split("|")[1:-1]] for line in lines[2:]])
    return found


def one_table(heading: str) -> list[list[str]]:
    [found] = tables("crosswalk.md", heading)
    return found


def as_ids(value: str | list[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def expanded(cell: str) -> tuple[str, ...]:
    """Return the ids that a *cell* of the third section means."""
    if cell in WHOLE:
        return ("*",)
    span = re.fullmatch(r"(.*?)(\w+)(?:–\1|\.\.)(\w+)", cell)
    if not span:
        return tuple(re.split(r", | \+ ", cell))
    prefix, first, last = span.groups()
    if first.isdigit():
        return tuple(f"{prefix}{number}" for number in range(int(first), int(last) + 1))
    return tuple(f"{prefix}{chr(letter)}" for letter in range(ord(first), ord(last) + 1))


@cache
def crosswalk(name: str) -> Any:
    """Return what the crosswalk file *name* says; no test may change it."""
    return yaml.safe_load((CROSSWALKS / f"{name}.yaml").read_text(encoding="utf-8"))


def links(name: str) -> list[Link]:
    value = crosswalk(name)
    return [
        Link(
            *(value["from"], as_ids(one["from"]), one["relation"]),
            *(value["to"], as_ids(one["to"]), one["confidence"]),
        )
        for one in value["relations"]
    ]


def all_links() -> list[tuple[Link, Any]]:
    """Return the links of every file, migrations left out, each with its note."""
    return [
        (link, one.get("note"))
        for name in FILES
        if not name.startswith(MIGRATED)
        for link, one in zip(links(name), crosswalk(name)["relations"], strict=True)
    ]


def pairs() -> list[Link]:
    """Return the second section of the sheet."""
    rows = one_table("| source | source_id | relation | target | target_id | conf |")
    return [
        Link(source, (source_id,), relation, target, (target_id,), confidence)
        for source, source_id, relation, target, target_id, confidence in rows
    ]


def others() -> list[tuple[Link, str]]:
    """Return the third section of the sheet, each link with its note."""
    rows = one_table("| source | source_id | relation | target | target_id | conf | note |")
    return [
        (Link(source, expanded(first), relation, target, expanded(second), confidence), note)
        for source, first, relation, target, second, confidence, note in rows
    ]


def shared_themes() -> dict[Link, list[tuple[str, str]]]:
    """Return the links of the themes that ISO 9001 does not know, each with its themes."""
    heading = "| thème (fr) | theme (en) | ISO 9001:2015 | Labelix | ASN 0660 | ISO 15189:2022 |"
    found: dict[Link, list[tuple[str, str]]] = {}
    for fr, en, iso_9001, *cells in one_table(f"{heading} NF S99-300 |"):
        if iso_9001 == "—":
            column = zip(COLUMNS, cells, strict=True)
            ends = [(name, id) for name, cell in column for id in re.findall(r"(\S+) ·", cell)]
            for (source, first), (target, second) in combinations(ends, 2):
                if source != target:
                    link = Link(source, (first,), "intersects", target, (second,), "low")
                    found.setdefault(link.either, []).append((fr, en))
    return found


@cache
def known_ids(referential: str) -> frozenset[str]:
    """Return the ids of the chapters and requirements of *referential*."""
    folder = ROOT / "referentials" / referential
    head = yaml.safe_load((folder / "referential.yaml").read_text(encoding="utf-8"))
    found = set()
    for file in head["chapters"]:
        chapter = yaml.safe_load((folder / file).read_text(encoding="utf-8"))
        found |= {chapter["id"], *(line["id"] for line in chapter["requirements"])}
    return frozenset(found)


@cache
def glossary() -> Any:
    path = ROOT / "templates" / "_vocabulary" / "glossary.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def glossary_rows() -> Iterator[tuple[str, str, Any, list[str]]]:
    """Yield each line of the sheet, with its group, and the id and entry at the same place."""
    heading = "| préféré (fr) | preferred (en) | meaning | à éviter (fr) | avoid (en) | src |"
    rows = [
        (group, row)
        for group, table in zip(GROUPS, tables("glossary.md", heading), strict=True)
        for row in table
    ]
    for (group, row), (id, entry) in zip(rows, glossary().items(), strict=True):
        yield group, id, entry, row


def listed(entry: Any, key: str, language: str) -> list[Any]:
    found: list[Any] = entry.get(key, {}).get(language, [])
    return found


def plain(entry: Any, key: str, language: str) -> list[str]:
    """Return the words under *key* that hold whatever the sense."""
    return [one for one in listed(entry, key, language) if isinstance(one, str)]


def every_word(entry: Any, key: str, language: str) -> list[str]:
    """Return the words under *key*, those of one sense included."""
    return [one if isinstance(one, str) else one["word"] for one in listed(entry, key, language)]


def preferred(entry: Any, language: str) -> set[str]:
    """Return every word of *entry* that may be written, in lower case."""
    kept = [entry["term"][language], *listed(entry, "parts", language)]
    kept += every_word(entry, "tolerated", language) + listed(entry, "abbreviation", language)
    return {word.casefold() for word in kept}


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def without_abbreviation(cell: str) -> tuple[str, list[str]]:
    """Return the term of a *cell*, and the abbreviation that stands before or after it."""
    before, dash, after = cell.partition(" — ")
    if dash:
        return after, [before]
    found = re.fullmatch(r"(.+?) (?:\((?!HAS)([A-Z]+)\)|/ ([A-Z]+))", cell)
    return (found[1], [found[2] or found[3]]) if found else (cell, [])


def synonyms(cell: str) -> list[tuple[str, str]]:
    """Return each word of a *cell* of words to avoid, with the remark made on it."""
    if cell.startswith("–"):
        return []
    found = []
    for one in re.split(r",\s*(?![^(]*\))| / ", cell):
        match = re.fullmatch(r"« (.+) » (.+)|(.+?) \((.+)\)", one)
        found.append((match[1] or match[3], match[2] or match[4]) if match else (one, ""))
    return found


# --- crosswalks against their sheet ------------------------------------------------------------


@needs_the_sheets
@pytest.mark.parametrize("target", COLUMNS)
def test_the_pairs_of_iso_9001_stand_in_the_order_of_the_sheet(target: str) -> None:
    expected = [pair for pair in pairs() if pair.target == target]
    assert links(f"{ISO_9001}--{target}")[: len(expected)] == expected


@needs_the_sheets
def test_the_files_hold_the_199_pairs_the_28_other_links_and_the_shared_themes() -> None:
    expected = [*pairs(), *(link for link, _ in others()), *shared_themes()]
    assert (len(pairs()), len(others()), len(shared_themes())) == (199, 28, 17)
    assert sorted(link.either for link, _ in all_links()) == sorted(
        link.either for link in expected
    )


@needs_the_sheets
def test_a_link_has_a_note_where_the_sheet_has_one_or_a_theme_makes_it() -> None:
    noted = {link.either for link, note in others() if note} | set(shared_themes())
    found = {link.either for link, note in all_links() if note}
    assert found == noted


@needs_the_sheets
def test_a_link_made_by_a_theme_names_it_in_both_languages() -> None:
    notes = {link.either: note for link, note in all_links()}
    for link, themes in shared_themes().items():
        assert re.match(r"mêmes? thèmes?\u202f: ", notes[link]["fr"]), link
        assert re.match(r"same themes?: ", notes[link]["en"]), link
        for fr, en in themes:
            assert fr in notes[link]["fr"], link
            assert en in notes[link]["en"], link


# --- crosswalks on their own -------------------------------------------------------------------


@each_file
def test_a_crosswalk_fits_its_schema(name: str) -> None:
    path = ROOT / "qmtool" / "schemas" / "crosswalk.schema.json"
    validator = Draft202012Validator(json.loads(path.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(crosswalk(name))] == []


@each_file
def test_a_crosswalk_file_is_named_after_the_referentials_it_joins(name: str) -> None:
    assert name == f"{crosswalk(name)['from']}--{crosswalk(name)['to']}"


def test_two_referentials_have_one_crosswalk_at_most() -> None:
    ends = [frozenset(name.split("--")) for name in FILES]
    assert len(ends) == len(set(ends))


@each_file
def test_every_id_of_a_crosswalk_exists_at_its_end(name: str) -> None:
    value = crosswalk(name)
    for end in ("from", "to"):
        named = {id for one in value["relations"] for id in as_ids(one[end])}
        named |= set(value.get("new", ())) if end == "to" else set()
        assert named - {"*"} <= known_ids(value[end]), value[end]


@each_file
def test_a_note_of_a_crosswalk_is_written_in_both_languages(name: str) -> None:
    for one in [crosswalk(name), *crosswalk(name)["relations"]]:
        assert set(one.get("note", LANGUAGES)) == set(LANGUAGES), one.get("from")


@each_file
def test_a_relation_of_a_crosswalk_is_written_once_and_has_two_ends(name: str) -> None:
    ends = [(as_ids(one["from"]), as_ids(one["to"])) for one in crosswalk(name)["relations"]]
    assert len(ends) == len(set(ends))
    for one, (source, target) in zip(crosswalk(name)["relations"], ends, strict=True):
        assert source
        assert bool(target) == (one["relation"] != "dropped")
        for ids in (source, target):
            assert len(ids) == len(set(ids))
            assert "*" not in ids or len(ids) == 1


# --- the glossary against its sheet ------------------------------------------------------------


@needs_the_sheets
def test_the_glossary_has_the_95_terms_of_its_sheet_by_group_and_source() -> None:
    assert len(glossary()) == 95
    for group, id, entry, row in glossary_rows():
        assert entry["group"] == group, id
        assert entry["source"] == SOURCES[row[5][0]], id


@needs_the_sheets
@each_language
def test_a_term_and_its_abbreviation_are_those_of_the_sheet(language: str) -> None:
    for _, id, entry, row in glossary_rows():
        cell, abbreviation = without_abbreviation(row[LANGUAGES.index(language)])
        term = entry["term"][language]
        assert listed(entry, "abbreviation", language) == abbreviation, id
        if "(" not in cell:
            assert term == cell, id
            continue
        assert words(re.sub(r"\(.*?\)", "", cell)) <= words(term) <= words(cell), id
        # What the sheet adds in brackets is not lost.
        kept = [term, *listed(entry, "parts", language), *every_word(entry, "tolerated", language)]
        kept.append(entry.get("note", {}).get(language, ""))
        assert all(word in " ".join(kept) for word in words(cell)), id


@needs_the_sheets
@each_language
def test_words_to_avoid_and_tolerated_words_are_those_of_the_sheet(language: str) -> None:
    for _, id, entry, row in glossary_rows():
        column = LANGUAGES.index(language)
        found = synonyms(row[3 + column])
        tolerated = [word for word, remark in found if remark in ACCEPTED]
        avoided = [word for word, remark in found if remark not in ACCEPTED]
        assert every_word(entry, "avoid", language) == avoided, id
        for word in every_word(entry, "tolerated", language):
            assert word in tolerated or words(word) <= words(row[column]), id
        assert set(tolerated) <= set(every_word(entry, "tolerated", language)), id
        for word, remark in found:
            if remark in ALWAYS:
                assert all(word in text for text in entry["note"].values()), id
            elif remark and word in avoided:
                assert word not in plain(entry, "avoid", language), id


@needs_the_sheets
def test_a_meaning_stands_where_the_sheet_gives_one_and_says_the_same() -> None:
    for _, id, entry, row in glossary_rows():
        assert ("meaning" in entry) == (row[2] != "–"), id
        if "meaning" in entry and id not in OWN_MEANINGS:
            assert entry["meaning"]["en"] == row[2], id


# --- the glossary on its own -------------------------------------------------------------------


def test_qm_reads_the_glossary_as_it_is_written() -> None:
    assert read_shipped("templates", "_vocabulary/glossary.yaml") == glossary()


def test_an_entry_has_the_known_keys_and_no_empty_value() -> None:
    for id, entry in glossary().items():
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", id)
        assert {"group", "term", "source"} <= set(entry) <= KEYS, id
        assert entry["group"] in GROUPS, id
        assert entry["source"] in SOURCES.values(), id
        for key in set(entry) - {"group", "source"}:
            assert entry[key], id
            assert set(entry[key]) <= set(LANGUAGES), id
            assert all(entry[key].values()), id


def test_a_text_of_the_glossary_is_written_in_both_languages() -> None:
    for id, entry in glossary().items():
        texts = [entry[key] for key in ("term", "meaning", "note") if key in entry]
        for key in ("avoid", "tolerated"):
            for one in (one for language in LANGUAGES for one in listed(entry, key, language)):
                if not isinstance(one, str):
                    assert set(one) == {"word", "when"}, id
                    texts.append(one["when"])
        assert all(set(text) == set(LANGUAGES) for text in texts), id


@each_language
def test_the_separate_terms_of_an_entry_are_several(language: str) -> None:
    for id, entry in glossary().items():
        assert len(listed(entry, "parts", language)) != 1, id
        if "/" in entry["term"][language]:
            assert len(listed(entry, "parts", language)) > 1, id


@each_language
def test_a_word_to_avoid_whatever_the_sense_is_preferred_nowhere(language: str) -> None:
    kept = set().union(*(preferred(entry, language) for entry in glossary().values()))
    for id, entry in glossary().items():
        avoided = {word.casefold() for word in plain(entry, "avoid", language)}
        assert not avoided & kept, id


@each_language
def test_a_word_is_not_both_avoided_and_tolerated_in_an_entry(language: str) -> None:
    for id, entry in glossary().items():
        avoided = every_word(entry, "avoid", language)
        tolerated = every_word(entry, "tolerated", language)
        assert len({*avoided, *tolerated}) == len([*avoided, *tolerated]), id


def test_french_punctuation_is_never_at_the_beginning_of_a_line() -> None:
    texts = [(CROSSWALKS / f"{name}.yaml").read_text(encoding="utf-8") for name in FILES]
    texts.append((ROOT / "templates/_vocabulary/glossary.yaml").read_text(encoding="utf-8"))
    found = [
        line for text in texts for line in text.splitlines() if re.search(r" [;:?!»]|« ", line)
    ]
    assert found == [], "U+202F before ; : ? ! » and after «"
