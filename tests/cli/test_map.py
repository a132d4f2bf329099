"""`qm map`: the processes by family, and the interested parties by proximity."""

import json
from xml.etree import ElementTree

import pytest

from tests.conftest import SETTINGS, Centre

FOLDER = "processes/welcome/enregistrements"
ON = ("--on", "2026-11-22")
LONG = "Computers " * 12
HOSTILE = "</text><script>alert(1)</script>"
SVG = "{http://www.w3.org/2000/svg}"


def party(name: str, proximity: str, title: str = "", **keys: str) -> dict[str, str]:
    """Return the file of an interested party."""
    head = f"id: {name}\ntitle: {json.dumps(title or name)}\nkind: interested-party\n"
    held = {"date": "2026-10-05", "status": "mapped", "category": "suppliers", **keys}
    lines = "".join(f"{key}: {value}\n" for key, value in held.items())
    near = f"proximity: {proximity}\n" if proximity else ""
    return {f"{FOLDER}/{name}.md": f"---\n{head}{lines}{near}---\n"}


@pytest.fixture
def mapped(welcome: Centre) -> Centre:
    """Return a centre with four processes and five parties."""
    more = (
        "  - {id: lead, code: DIR, title: Lead, type: management, owner: mia}\n"
        f"  - {{id: it, code: IT, title: {json.dumps(LONG + HOSTILE)}, type: support}}\n"
        "  - {id: odd, code: ODD}\n"
    )
    welcome.commit(
        {
            "qm.yaml": SETTINGS.replace("adopts:", f"{more}adopts:"),
            **party("PI-1", "weak", "Banks"),
            **party("PI-2", "strong", HOSTILE, expectations="[Quick answers]", risks="[Shortage]"),
            **party("PI-3", "medium", "Host clinic"),
            **party("PI-4", "", "Press"),
            **party("PI-5", "strong", "Gone", status="ended"),
        }
    )
    return welcome


def test_a_process_counts_its_documents_in_force_and_its_late_reviews(welcome: Centre) -> None:
    assert welcome.qm("release", "PR-ACC-001", "--summary", "First").code == 0
    names = ("in_force", "late_reviews")
    for day, counts in (("2027-01-01", (1, 0)), ("2100-01-01", (1, 1))):
        value = json.loads(welcome.qm("map", "--on", day, "--format", "json").out)
        (one,) = value["processes"]
        assert tuple(one[name] for name in names) == counts
        assert (one["code"], one["owner"]) == ("ACC", "Quality Manager")


def test_the_families_come_in_their_order(mapped: Centre) -> None:
    shown = mapped.qm("map", *ON).out
    places = [shown.index(f"{one} processes") for one in ("Management", "Operational", "Support")]
    assert [*places, shown.index("Processes without a type")] == sorted(
        [*places, shown.index("Processes without a type")]
    )


def test_the_parties_are_numbered_from_the_closest_and_those_that_left_are_not_there(
    mapped: Centre,
) -> None:
    value = json.loads(mapped.qm("map", "--parties", *ON, "--format", "json").out)
    assert [(one["id"], one["number"], one["proximity"]) for one in value["parties"]] == [
        *(("PI-2", 1, "strong"), ("PI-3", 2, "medium"), ("PI-1", 3, "weak"), ("PI-4", 4, None))
    ]
    assert [one["assessed"] for one in value["parties"]] == [True, True, False, False]


def test_the_text_says_the_proximity_in_words_with_expectations_and_risks(mapped: Centre) -> None:
    shown = mapped.qm("map", "--parties", *ON).out
    assert "Strong proximity (1)" in shown
    assert "expectations: Quick answers – risks: Shortage" in shown
    assert "Weak proximity: not assessed (1)" in shown


@pytest.mark.parametrize("options", [(), ("--parties",)])
def test_pictures_and_pages_are_the_same_twice_and_run_nothing(
    mapped: Centre, options: tuple[str, ...]
) -> None:
    for name in ("a.svg", "b.svg", "a.html", "b.html"):
        assert mapped.qm("map", *options, *ON, "-o", name).code == 0
    for form in ("svg", "html"):
        made = (mapped.root / f"a.{form}").read_bytes()
        assert made == (mapped.root / f"b.{form}").read_bytes()
        assert b"<script" not in made
        assert b"&lt;script&gt;" in made
    root = ElementTree.parse(mapped.root / "a.svg").getroot()  # noqa: S314 - our own
    assert HOSTILE in root.findtext(f"{SVG}desc", "")


def test_strong_is_red_and_square_medium_green_and_weak_black_and_empty(mapped: Centre) -> None:
    assert mapped.qm("map", "--parties", *ON, "-o", "a.svg").code == 0
    root = ElementTree.parse(mapped.root / "a.svg").getroot()  # noqa: S314 - our own
    marks = {one.findtext(f"{SVG}text"): one[0] for one in root.findall(f"{SVG}g")}
    assert (marks["1"].tag, marks["1"].attrib["fill"]) == (f"{SVG}rect", "#b3261e")
    assert (marks["2"].tag, marks["2"].attrib["fill"]) == (f"{SVG}circle", "#17793f")
    assert (marks["3"].attrib["fill"], marks["3"].attrib["stroke"]) == ("#fff", "#000")


def test_a_long_title_goes_on_below_itself_within_its_box(mapped: Centre) -> None:
    assert mapped.qm("map", *ON, "-o", "a.svg").code == 0
    root = ElementTree.parse(mapped.root / "a.svg").getroot()  # noqa: S314 - our own
    lines = [
        one.text or "" for one in root.findall(f"{SVG}text") if "Computers" in (one.text or "")
    ]
    assert len(lines) == 4
    assert lines[-1].endswith("…")
    assert max(map(len, lines)) <= 23


def test_a_centre_without_processes_or_parties_is_told_what_to_type(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS.split("processes:")[0]})
    assert "qm.yaml names no process" in centre.qm("map", *ON).out
    assert "type: qm log interested-party" in centre.qm("map", "--parties", *ON).out
    assert centre.qm("map", "--parties", *ON, "-o", "a.svg").code == 0


def test_the_map_of_the_parties_is_named_by_a_word_too(mapped: Centre) -> None:
    assert mapped.qm("map", "parties", *ON).out == mapped.qm("map", "--parties", *ON).out
    assert mapped.qm("map", "processes", *ON).out == mapped.qm("map", *ON).out
    assert mapped.qm("map", "people").code == 2
    assert mapped.qm("map", "processes", "--parties").code == 2
