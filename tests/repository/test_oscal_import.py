"""OSCAL catalogs: what of them becomes a referential, and what is counted instead."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qmtool.errors import UsageError
from qmtool.repository.importing import oscal, strict_json
from qmtool.repository.importing.imported import Imported, Wish
from tests.conftest import SHARED

CATALOGS = SHARED / "data/frameworks/oscal"
LOW = CATALOGS / "NIST_SP-800-53_rev5_LOW-baseline-resolved-profile_catalog.json"
needs_the_files = pytest.mark.skipif(
    not CATALOGS.is_dir(), reason="../shared/data is not on this machine"
)

ENGLISH = Wish(language="en")
METADATA: dict[str, Any] = {
    "title": "Demo Catalog",
    "version": "1.2",
    "published": "2024-02-01T12:00:00Z",
    "last-modified": "2024-05-01T12:00:00Z",
    "oscal-version": "1.1.2",
}


def label(text: str, **more: str) -> dict[str, str]:
    return {"name": "label", "value": text, **more}


def control(name: str, *parts: object, **more: object) -> dict[str, object]:
    """Return the control *name*, whose label is in capitals."""
    props = [label(name.upper(), **{"class": "padded"}), label(name.upper())]
    return {"id": name, "title": f"Title of {name}", "props": props, "parts": list(parts), **more}


def part(name: str, prose: str = "", *parts: object, mark: str = "") -> dict[str, object]:
    """Return a part, with the label *mark* if it has one."""
    found: dict[str, object] = {"name": name, "parts": list(parts)}
    if prose:
        found["prose"] = prose
    if mark:
        found["props"] = [label(mark)]
    return found


def catalog(*controls: object, **more: object) -> dict[str, Any]:
    group = {"id": "ac", "title": "Access Control", "controls": list(controls)}
    return {"catalog": {"uuid": "u1", "metadata": METADATA, "groups": [group], **more}}


def read(value: object, wish: Wish = ENGLISH) -> Imported:
    data = json.dumps(value, indent=1, ensure_ascii=False).encode()
    return oscal.read(data, "demo.json", wish)


def lines(found: Imported) -> dict[str, dict[str, Any]]:
    return {one["id"]: one for chapter in found.chapters for one in chapter["requirements"]}


def left_out(found: Imported) -> dict[str, int]:
    return {str(one.what): one.times for one in found.left_out}


def refused(text: str) -> str:
    with pytest.raises(UsageError) as caught:
        oscal.read(text.encode(), "demo.json", ENGLISH)
    return str(caught.value.sentence)


def test_the_head_says_what_the_metadata_say() -> None:
    metadata = {
        **METADATA,
        "rights": "Public domain",
        "parties": [{"uuid": "p1", "type": "organization", "name": "Office"}],
        "responsible-parties": [{"role-id": "creator", "party-uuids": ["p1"]}],
    }
    found = read(catalog(control("ac-1"), metadata=metadata))
    assert found.head["id"] == "demo-catalog"
    assert found.head["title"] == {"en": "Demo Catalog"}
    assert found.head["issuer"] == "Office"
    assert [one["date"] for one in found.head["dates"]] == ["2024-02-01", "2024-05-01"]
    assert found.head["completeness"] == "full"
    assert found.head["source"] == "OSCAL catalog u1"
    assert found.head["copyright"] == {"en": "Public domain"}
    origin = {"format": "OSCAL", "version": "1.2", "licence": "Public domain"}
    assert found.head["origin"] == origin
    assert (
        read(catalog(control("ac-1")), Wish(identifier="mine", language="fr")).head["id"] == "mine"
    )


def test_groups_are_chapters_and_controls_requirements_by_their_plain_label() -> None:
    inner = {"id": "s1", "title": "Inner", "controls": [control("ac-2")]}
    whole = catalog(control("ac-1", controls=[control("ac-1.1")]))
    whole["catalog"]["groups"][0]["groups"] = [inner]
    found = read(whole)
    assert [(one["id"], one["title"]["en"]) for one in found.chapters] == [("ac", "Access Control")]
    assert {key: one["parent"] for key, one in lines(found).items()} == {
        "s1": "ac",
        "AC-2": "s1",
        "AC-1": "ac",
        "AC-1.1": "AC-1",
    }
    assert lines(found)["s1"]["assessable"] is False
    assert lines(found)["AC-1.1"]["described_by"] == []


def test_a_label_that_no_id_can_hold_is_rewritten_and_listed() -> None:
    one = {**control("ac-2.1"), "props": [label("AC-2(1)")]}
    found = read(catalog(one))
    assert list(lines(found)) == ["AC-2-1"]
    assert [tuple(each) for each in found.renamed] == [("AC-2(1)", "AC-2-1")]


def test_controls_outside_of_any_group_stand_in_a_chapter_of_ours() -> None:
    whole = {"catalog": {"metadata": METADATA, "controls": [control("a"), control("b")]}}
    found = read(whole)
    assert [one["id"] for one in found.chapters] == ["chapter-A"]
    assert list(lines(found)) == ["A", "B"]


def test_a_statement_keeps_its_items_and_labels() -> None:
    statement = part(
        "statement",
        "The centre:",
        part("item", "keeps {{ insert: param, p1 }}:", part("item", "one", mark="1."), mark="a."),
        part("item", "reviews it.\nEvery year.", mark="b."),
    )
    params = [{"id": "p1", "label": "a register"}]
    found = read(catalog(control("ac-1", statement, part("guidance", "Help."), params=params)))
    assert lines(found)["AC-1"]["asks"]["en"] == (
        "The centre:\n  a. keeps [a register]:\n    1. one\n  b. reviews it.\n  Every year."
    )
    assert lines(found)["AC-1"]["note"] == {"en": "Help."}


def test_parameters_show_their_value_their_choices_or_their_label() -> None:
    params = [
        {"id": "value", "values": ["30 days", "{{ insert: param, label }}"]},
        {"id": "label", "label": "a period"},
        {"id": "one", "select": {"choice": ["now", "after {{ insert: param, label }}"]}},
        {"id": "many", "select": {"how-many": "one-or-more", "choice": ["here", "there"]}},
        {"id": "bare"},
        {"id": "round", "label": "{{ insert: param, round }}"},
        {"id": "unused", "label": "x", "guidelines": [{"prose": "y"}]},
    ]
    names = [str(one["id"]) for one in params[:-1]] + ["nowhere"]
    text = "; ".join(f"{{{{ insert: param, {name} }}}}" for name in names)
    found = read(catalog(control("ac-1", part("statement", text), params=params)))
    assert lines(found)["AC-1"]["asks"]["en"] == (
        "30 days, [a period]; [a period]; [selection: now; after [a period]]; "
        "[selection, one or more: here; there]; [bare]; [[round]]; [nowhere]"
    )
    counted = left_out(found)
    assert counted["parameters that are inserted and not defined"] == 2
    assert counted["parameters that no text inserts"] == 1
    assert counted["guidelines of parameters"] == 1


def test_withdrawn_controls_and_all_that_has_no_place_are_counted() -> None:
    gone = {**control("ac-3"), "props": [label("AC-3"), {"name": "status", "value": "Withdrawn"}]}
    objective = part("assessment-objective", "", part("assessment-objective", "x"))
    kept = control(
        "ac-1",
        objective,
        {"name": "statement", "prose": "Do it.", "links": [{"rel": "reference", "href": "#r"}]},
        links=[{"rel": "related", "href": "#ac-3"}],
        **{"class": "demo"},
    )
    back = {"back-matter": {"resources": [{"uuid": "r1"}, {"uuid": "r2"}]}}
    found = read(catalog(kept, gone, **back))
    assert list(lines(found)) == ["AC-1"]
    assert left_out(found) == {
        "withdrawn controls": 1,
        "parts named assessment-objective": 2,
        "properties named label": 1,
        "links named related": 1,
        "links named reference": 1,
        "class of controls and groups": 1,
        "ids of OSCAL, where a line has a label": 1,
        "oscal-version of the catalog": 1,
        "resources of the catalog": 2,
    }


def test_what_stands_below_a_withdrawn_control_is_kept() -> None:
    status = [label("AC-1"), {"name": "status", "value": "withdrawn"}]
    found = read(catalog({**control("ac-1", controls=[control("ac-1.1")]), "props": status}))
    assert {key: one["parent"] for key, one in lines(found).items()} == {"AC-1.1": "ac"}


# What is refused: one sentence, with the line.


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[]", "demo.json:1:1: the file is not a group of keys"),
        ('{"catalog": 1}', "demo.json:1:2: catalog is not a group of keys"),
        ('{"a": 1}', "demo.json:1:1: there is no catalog, only: a"),
        ('{"profile": {}}', "demo.json:1:1: this is an OSCAL profile: resolve it into a catalog"),
        ('{"assessment-plan": {}}', "demo.json:1:1: this is an OSCAL assessment-plan, not a"),
        ('{"catalog": {}}', "demo.json:1:2: the catalog has no control"),
        ('{"catalog":\n {"a": 1,\n  "a": 2}}', "demo.json:3:3: the key a stands twice"),
        ('{"catalog": {"x": [1, NaN]}}', "demo.json:1:23: NaN is no JSON"),
        ('{"catalog":\n {"x": -Infinity}}', "demo.json:2:8: -Infinity is no JSON"),
        ('{"catalog": {"x": 1,}}', "demo.json:1:21: the text cannot be read as JSON"),
        ('{"catalog": "\n"}', "demo.json:1:14: the text cannot be read as JSON"),
        ('{"catalog": {\n' + '"x": [' * 100 + "]" * 100 + "}}", "the text cannot be read as JSON"),
        ('{"x": ' + "[" * 100 + "]" * 100 + "}", "demo.json:1:71: nested more than 64 levels deep"),
        ('{"x": ' + "[" * 99_999 + "]" * 99_999 + "}", "nested more than 64 levels deep"),
    ],
)
def test_bad_json_is_refused_in_one_sentence_with_its_line(text: str, sentence: str) -> None:
    said = refused(text)
    assert sentence in said
    assert said.startswith("demo.json:")


def test_an_escaped_key_that_stands_twice_is_found_all_the_same() -> None:
    assert refused('{"\\u0061": {},\n "a": {}}') == "demo.json:2:2: the key a stands twice"


def test_a_number_is_no_text() -> None:
    whole = catalog({**control("ac-1"), "title": True})
    assert "demo.json:18:7: title is not a text" in refused(json.dumps(whole, indent=1))


def test_a_control_twice_is_refused_with_its_line() -> None:
    text = json.dumps(catalog(control("ac-1"), control("ac-1")), indent=1)
    assert refused(text) == "demo.json:33:7: the requirement AC-1 stands twice"
    other = {**control("ac-2"), "props": [label("AC-1")]}
    assert "the requirement AC-1 stands twice" in refused(
        json.dumps(catalog(control("ac-1"), other))
    )


def test_a_catalog_without_metadata_or_title_is_refused() -> None:
    assert "metadata is missing" in refused(json.dumps(catalog(control("a"), metadata=None)))
    assert "title is missing" in refused(json.dumps(catalog(control("a"), metadata={})))


@pytest.mark.parametrize("text", ["Infinity}{", '{"a": NaN x}', '{"a": 1, "a": 2]', "NaN,"])
def test_what_is_no_json_at_all_is_told_before_what_only_a_lenient_reader_takes(
    text: str,
) -> None:
    assert "the text cannot be read as JSON" in refused(text)


def test_a_file_in_another_encoding_is_refused() -> None:
    with pytest.raises(UsageError, match=r"demo\.json:2: the file is not UTF-8"):
        oscal.read('{\n"catalog": "é"}'.encode("latin-1"), "demo.json", ENGLISH)


JSON = st.recursive(
    st.none() | st.booleans() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=50)
@given(st.dictionaries(st.text(max_size=3), JSON, min_size=1, max_size=3))
def test_every_key_and_item_of_any_json_has_the_place_where_it_is_written(
    value: dict[str, Any],
) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    found = strict_json.read(text.encode("utf-8", "surrogatepass"), "f")
    assert found.value == value
    written = text.split("\n")

    def look(one: object, path: tuple[str | int, ...]) -> None:
        pairs = one.items() if isinstance(one, dict) else enumerate(one)  # type: ignore[arg-type]
        for key, inner in pairs:
            _, line, column = str(found.place((*path, key))).split(":")
            rest = "\n".join(written[int(line) - 1 :])[int(column) - 1 :]
            begins = json.dumps(key if isinstance(one, dict) else inner, ensure_ascii=False)
            assert rest.startswith(begins if isinstance(one, dict) else begins[:1])
            if isinstance(inner, dict | list):
                look(inner, (*path, key))

    look(value, ())


# Files that nobody on this project wrote.


@needs_the_files
def test_the_small_catalog_of_nist() -> None:
    data = (CATALOGS / "basic-catalog.json").read_bytes()
    found = oscal.read(data, "basic-catalog.json", ENGLISH)
    assert [one["id"] for one in found.chapters] == ["1", "2"]
    assert [key for key, one in lines(found).items() if one.get("assessable", True)] == [
        "1.1.1",
        "1.1.2",
        "2.1.1",
        "2.1.2",
    ]
    assert (
        "[selection, one or more: initiating a device lock after [a duration] of"
        in (lines(found)["1.1.1"]["asks"]["en"])
    )
    assert "ISO/IEC 27002:2013" in found.head["origin"]["licence"]
    assert left_out(found)["parts named overview"] == 5


@needs_the_files
def test_the_low_baseline_of_sp_800_53() -> None:
    found = oscal.read(LOW.read_bytes(), LOW.name, ENGLISH)
    requirements = [one for one in lines(found).values() if one.get("assessable", True)]
    assert len(found.chapters) == 18
    assert len(requirements) == len(lines(found)) == 149
    assert lines(found)["IA-2-1"]["parent"] == "IA-2"
    assert len(found.renamed) == 18
    asks = lines(found)["AC-1"]["asks"]["en"].split("\n")
    assert asks[0] == (
        "a. Develop, document, and disseminate to [organization-defined personnel or roles]:"
    )
    assert asks[1].startswith("  1. [selection, one or more: organization-level; mission/business")
    assert asks[2].startswith("    (a) Addresses purpose")
    counted = left_out(found)
    assert counted["parts named assessment-objective"] == 1346
    assert counted["links named related"] == 1523
    assert counted["resources of the catalog"] == 135


def test_parameters_that_insert_each_other_many_times_are_refused() -> None:
    def nested(count: int, times: int) -> str:
        params = [
            {"id": f"p{n}", "values": [f"{{{{ insert: param, p{n + 1} }}}}"] * times}
            for n in range(count)
        ]
        statement = part("statement", "{{ insert: param, p0 }}")
        last = {"id": f"p{count}", "label": "end"}
        value = catalog(control("a-1", statement), params=[*params, last])
        return refused(json.dumps(value))

    assert "inserted parameters make more than 20000 characters" in nested(15, 4)
    assert "nested more than 20 levels deep" in nested(400, 2)


def test_of_a_control_that_the_base_knows_only_what_the_file_says_is_written() -> None:
    value = catalog(control("a-1", part("statement", "Bought.")), control("a-2"))
    found = lines(read(value, Wish(language="en", known=frozenset({"ac", "A-1"}))))
    asked = {"title": {"en": "Title of a-1"}, "asks": {"en": "Bought."}}
    assert found["A-1"] == {"id": "A-1", **asked}
    assert found["A-2"]["parent"] == "ac"
    assert found["A-2"]["proven_by"] == []
