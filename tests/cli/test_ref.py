"""`qm ref`: what a referential is, what a requirement asks, and what answers it."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure

ADOPTED = SETTINGS.replace("adopts: [iso-9001-2015]", "adopts: [asn-2019-dc-0660]")
WHERE = "processes/welcome/applicables/PR-ACC-001.md"


@pytest.fixture
def answering(centre: Centre) -> Centre:
    """Return a quality system where one released procedure answers article 6."""
    text = procedure("PR-ACC-001", satisfies="[asn-2019-dc-0660:6.b, iso-9001-2015:8.6]")
    centre.commit({"qm.yaml": ADOPTED, WHERE: text})
    assert centre.qm("release", "PR-ACC-001", "--summary", "first").code == 0
    return centre


def in_french(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")


def test_the_list_tells_type_completeness_and_what_replaces_a_version(centre: Centre) -> None:
    shown = centre.qm("ref", "list", "--on", "2026-11-22").out
    assert "asn-2019-dc-0660" in shown
    found = json.loads(centre.qm("ref", "list", "--format", "json").out)
    assert found["version"] == 1
    by_id = {one["id"]: one for one in found["referentials"]}
    assert by_id["asn-2019-dc-0660"]["requirements"] == 47
    assert by_id["asn-2019-dc-0660"]["mandatory"] is True
    assert by_id["iso-9001-2008"]["superseded_by"] == "iso-9001-2015"
    assert by_id["labelix"]["completeness"] == "partial"
    assert "replaced by iso-9001-2015" in " ".join(shown.split())


def test_the_list_can_be_of_one_type(centre: Centre) -> None:
    shown = centre.qm("ref", "list", "--type", "context", "--format", "csv").out
    assert [line.split(",")[0] for line in shown.splitlines()] == ["id", "euratom-2013-59"]
    wrong = centre.qm("ref", "list", "--type", "law")
    assert wrong.code == 2
    assert "--type law is none of certification, label" in wrong.err


def test_a_referential_that_nobody_compared_for_a_year_says_so_first(centre: Centre) -> None:
    shown = centre.qm("ref", "show", "labelix", "--on", "2027-11-22").out
    assert shown.startswith("! This referential was last compared with its source on 2026-11-21")
    assert "of this centre" not in shown


def test_a_requirement_shows_what_it_asks_what_relates_and_who_answers(answering: Centre) -> None:
    shown = answering.qm("ref", "show", "asn-2019-dc-0660:6.b").out
    assert "art. 6, qm mark b" in shown
    assert "described by: Procedure (PRO)" in shown
    assert "iso-9001-2015:8.2.3.1" in shown
    assert f"PR-ACC-001 v1.0 (in force) – {WHERE}:5" in shown


def test_a_requirement_without_an_answer_says_how_to_give_one(answering: Centre) -> None:
    shown = answering.qm("ref", "show", "asn-2019-dc-0660:6.c").out
    assert "none: name it under satisfies: in the front matter of a document" in shown


def test_in_french_the_mark_and_the_words_are_french(
    answering: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_french(monkeypatch)
    shown = answering.qm("ref", "show", "asn-2019-dc-0660:6.b").out
    assert "art. 6, repère qm b" in shown
    assert "Analyse de la justification" in shown
    assert "décrite par\u202f: Procédure (PRO)" in shown
    found = answering.qm("ref", "search", "JUSTIFICATION", "--in", "asn-2019-dc-0660").out
    assert "asn-2019-dc-0660:6.b" in found
    assert "Pour en lire une\u202f: qm ref show asn-2019-dc-0660:6.b" in found


def test_a_group_shows_the_requirements_below_it(centre: Centre) -> None:
    shown = centre.qm("ref", "show", "asn-2019-dc-0660:6").out
    assert "6.b Analysis of justification" in shown
    assert "cannot be cited" in shown


def test_a_letter_after_an_id_means_the_id(centre: Centre) -> None:
    assert centre.qm("ref", "show", "iso-9001-2015:7.5.2b").out == (
        centre.qm("ref", "show", "iso-9001-2015:7.5.2").out
    )


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_every_referential_has_a_page_in_every_format(centre: Centre, format_: str) -> None:
    listed = json.loads(centre.qm("ref", "list", "--format", "json").out)["referentials"]
    assert len(listed) > 20
    for one in listed:
        shown = centre.qm("ref", "show", one["id"], "--format", format_)
        assert shown.code == 0
        assert one["title"].split()[0] in shown.out


def test_the_page_as_json_holds_every_field_of_a_requirement(answering: Centre) -> None:
    run = answering.qm("ref", "show", "asn-2019-dc-0660:6.b", "--format", "json")
    page = json.loads(run.out)
    assert page["requirement"]["official"] is False
    assert page["requirement"]["described_by"] == ["PRO"]
    assert page["requirement"]["printed"] == "art. 6, qm mark b"
    relation = next(one for one in page["related"] if one["requirements"] == ["8.2.3.1"])
    assert relation == {
        "referential": "iso-9001-2015",
        "requirements": ["8.2.3.1"],
        "relation": "superset",
        "confidence": "high",
        "lends": False,
        "source": relation["source"],
    }
    assert [one["document"] for one in page["evidence"]] == ["PR-ACC-001"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("iso-9001", "no referential is called iso-9001. Did you mean iso-9001-2015?"),
        ("iso-9001-2015:7.5.9", "iso-9001-2015 has no requirement 7.5.9. Did you mean 7.5"),
        ("iso-9001-2015:zz", "Type qm ref show iso-9001-2015 to see its requirements."),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(centre: Centre, name: str, said: str) -> None:
    run = centre.qm("ref", "show", name)
    assert run.code == 2
    assert said in run.err


def test_it_works_outside_of_a_repository(
    tmp_path: Path, centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", os.fspath(tmp_path))
    outside = tmp_path / "nowhere"
    outside.mkdir()
    run = centre.qm("-C", os.fspath(outside), "ref", "show", "asn-2019-dc-0660:6.b")
    assert run.code == 0
    assert "iso-9001-2015:8.2.3.1" in run.out
    assert "Which documents" not in run.out


def test_search_tells_the_preferred_word_of_the_glossary(centre: Centre) -> None:
    shown = centre.qm("ref", "search", "râlerie").out
    assert shown.startswith("glossary: complaint (réclamation)")
    assert "iso-15189-2022:7.7" in shown


def test_search_shows_the_first_and_says_how_many_there_are(centre: Centre) -> None:
    shown = centre.qm("ref", "search", "risk", "--limit", "2").out
    assert "of which the first 2 are shown (--limit 0: all)" in shown
    every = json.loads(centre.qm("ref", "search", "risk", "--limit", "0", "--format", "json").out)
    assert len(every["requirements"]) == every["found"] > 2


def test_a_search_without_a_hit_exits_with_1(centre: Centre) -> None:
    run = centre.qm("ref", "search", "zzzz")
    assert (run.code, run.out) == (1, "No requirement says so.\n")


def test_all_that_is_shipped_is_sound(centre: Centre) -> None:
    run = centre.qm("ref", "validate")
    assert run.code == 0
    assert run.out.endswith("all is sound\n")


HEAD = """\
id: own
type: standard
title: {en: Ours}
completeness: full
verified_on: 2026-01-01
superseded_by: own
applies: {activities: [ctt]}
chapters: [c.yaml]
"""
CHAPTER = """\
id: "1"
title: {en: Chapter}
requirements:
  - {id: "1.1", title: {en: First}, applies: {modalities: [mri]}}
"""
RELATIONS = """\
from: own
to: iso-9001-2016
new: ["9.9"]
relations:
  - {from: "1.2", relation: equal, to: "7.2"}
  - {from: "1.1", relation: dropped, to: "7.2"}
  - {from: "1.1", relation: equal, to: "7.2"}
"""


def test_every_flaw_of_the_centres_own_data_is_told_with_its_place(centre: Centre) -> None:
    folder = "referentials/own"
    crosswalk = "referentials/_crosswalks/own--iso-9001-2016.yaml"
    centre.write(
        {
            f"{folder}/referential.yaml": HEAD,
            f"{folder}/c.yaml": CHAPTER,
            crosswalk: RELATIONS,
        }
    )
    run = centre.qm("ref", "validate", "own")
    assert run.code == 1
    assert run.out.splitlines() == [
        f"{folder}/referential.yaml:7:24: ctt is none of the known activities. Did you mean ct?",
        f"{folder}/c.yaml:4:60: mri is none of the known modalities",
        f"{folder}/referential.yaml:6:1: superseded_by goes round in a circle: own > own",
        f"{crosswalk}:2:1: to: no referential is called iso-9001-2016. Did you mean iso-9001-2015?",
        f"{crosswalk}:5:6: own has no requirement 1.2. Did you mean 1.1?",
        f"{crosswalk}:6:38: what is dropped leads nowhere: write to: []",
        f"{crosswalk}:7:5: the relation of 1.1 with 7.2 stands twice",
        "1 referentials, 1 requirements, 1 crosswalks: 7 problems",
    ]
    found = json.loads(centre.qm("ref", "validate", "own", "--format", "json").out)
    assert len(found["problems"]) == 7
    assert found["problems"][0]["line"] == 7


def test_two_versions_are_compared_by_their_crosswalk(centre: Centre) -> None:
    found = json.loads(
        centre.qm("ref", "diff", "iso-9001-2008", "iso-9001-2015", "--format", "json").out
    )
    assert found["mapped"] is True
    assert found["summary"]["mapped"] == 67
    followed = {one["before"]: one["after"] for one in found["differences"] if one["before"]}
    assert followed["8.2.2"] == ["9.2"]
    new = [one["after"][0] for one in found["differences"] if one["change"] == "added"]
    assert new == ["4.1", "4.2", "6.1.1", "6.1.2", "7.1.6", "8.5.5", "8.5.6"]
    assert "by the crosswalk" in centre.qm("ref", "diff", "iso-9001-2008", "iso-9001-2015").out


def test_a_referential_is_not_compared_with_itself(centre: Centre) -> None:
    assert centre.qm("ref", "diff", "labelix", "labelix").code == 2


def test_nothing_is_written_by_reading(answering: Centre) -> None:
    before = answering.state()
    for words in (["list"], ["show", "labelix"], ["search", "risk"], ["validate"]):
        answering.qm("ref", *words)
    assert answering.state() == before


@pytest.mark.parametrize("name", ["euratom-2013-59", "cofrac-sh-ref-12-draft"])
def test_no_gap_is_told_against_what_asks_nothing_of_a_centre(answering: Centre, name: str) -> None:
    run = answering.qm("gap", name)
    assert run.code == 3
    assert f"there is no gap against {name}" in run.err


def gap_of(centre: Centre, referential: str) -> dict[str, dict[str, object]]:
    run = centre.qm("gap", referential, "--format", "json")
    return {one["id"].split(":")[1]: one for one in json.loads(run.out)["requirements"]}


def test_the_gap_tells_apart_what_a_crosswalk_lends_or_suggests(answering: Centre) -> None:
    relations = """\
from: own
to: iso-9001-2015
relations:
  - {from: "1.1", relation: equal, to: "8.6", confidence: high}
  - {from: "1.2", relation: intersects, to: "8.6", confidence: high}
"""
    head = HEAD.replace("superseded_by: own\n", "").replace("[ctt]", "[ct]")
    chapter = 'id: "1"\ntitle: {en: C}\nrequirements:\n' + "".join(
        f'  - {{id: "1.{n}", title: {{en: T}}, described_by: [PRO]}}\n' for n in (1, 2, 3)
    )
    answering.write(
        {
            "referentials/own/referential.yaml": head,
            "referentials/own/c.yaml": chapter,
            "referentials/_crosswalks/own--iso-9001-2015.yaml": relations,
        }
    )
    found = gap_of(answering, "own")
    assert [(one["status"], one["lent"]) for one in found.values()] == [
        ("open", "described"),
        ("open", "suggested"),
        ("open", None),
    ]
    assert found["1.1"]["evidence"][0]["via"] == "crosswalk"  # type: ignore[index]
    assert "lent: PR-ACC-001, by way of iso-9001-2015:8.6" in found["1.1"]["reasons"]  # type: ignore[operator]


def test_a_regulation_is_only_ever_suggested_to(answering: Centre) -> None:
    found = gap_of(answering, "asn-2019-dc-0660")
    assert found["8.b"]["status"] == "open"
    assert found["8.b"]["lent"] == "suggested"
    assert found["6.b"]["lent"] is None  # it is answered on its own


def test_a_misspelt_activity_frees_no_site_of_its_duties(centre: Centre) -> None:
    sites = "sites:\n  - {id: nord, activities: [ct, irm], modalities: [mri-scaner]}\n"
    centre.commit({"qm.yaml": SETTINGS + sites})
    before = centre.state()
    run = centre.qm("check")
    assert run.code == 2
    assert run.err.splitlines()[0].startswith(
        "qm: qm.yaml:11:33: irm is none of the known activities."
    )
    assert run.err.splitlines()[1] == (
        "qm: qm.yaml:11:52: mri-scaner is none of the known modalities. Did you mean mri-scanner?"
    )
    assert centre.state() == before


def test_a_certificate_of_an_unknown_referential_is_a_diagnostic(centre: Centre) -> None:
    held = "certificates: [{referential: iso-9001-2051, until: 2028-05-01}]\n"
    centre.commit({"qm.yaml": SETTINGS + held})
    assert "qm.yaml names the referential iso-9001-2051" in centre.qm("check").out
