"""`qm ref`: what a referential is, what a requirement asks, and what answers it."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, procedure

ADOPTED = SETTINGS.replace("adopts: [iso-9001-2015]", "adopts: [asn-2019-dc-0660]")
WHERE = "processes/welcome/applicables/PR-ACC-001.md"

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
OWN_HEAD = HEAD.replace("superseded_by: own\n", "").replace("[ctt]", "[ct]")


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
    assert "replaced by iso-9001-2015 – ISO 9001:2008 –" in " ".join(shown.split())
    later = " ".join(centre.qm("ref", "list", "--on", "2027-11-22").out.split())
    told = "replaced by iso-9001-2015; not compared with its source since 2026-11-21"
    assert f"{told} – ISO 9001:2008 – certification, numbering only" in later


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
    assert "  art. 6, qm mark b Analysis of justification\n" in shown
    assert " 6.b " not in shown
    assert "cannot be cited" in shown


def test_a_page_lists_every_chapter_and_what_it_asks(centre: Centre) -> None:
    shown = centre.qm("ref", "show", "asn-2019-dc-0660").out
    assert "\nart. 2 Definitions\n  refers to the public health code" in shown
    assert "\n  art. 6, qm mark b Analysis of justification\n" in shown
    assert "\ntype: regulation, mandatory\n" in shown
    assert "\ntype: context\n" in centre.qm("ref", "show", "euratom-2013-59").out


def test_what_a_page_tells_as_json_has_stable_keys_and_plain_values(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_french(monkeypatch)
    page = json.loads(centre.qm("ref", "show", "iso-9001-2008", "--format", "json").out)
    facts = page["facts"]
    assert facts["verified_on"] == "2026-11-21"
    assert facts["superseded_by"] == "iso-9001-2015"
    assert facts["cycle"] == {"validity_months": 36, "check_months": 12, "first_months": None}
    assert set(facts["grades"][0]) == {"id", "label", "blocking", "score", "conforms"}


def test_what_is_asked_above_a_line_is_told_as_such(centre: Centre) -> None:
    shown = centre.qm("ref", "show", "asn-2019-dc-0660:6.b").out
    assert "\n  art. 6: processes, procedures and work instructions cover" in shown
    assert "\n  usual rhythm: 24 months\n" in shown
    assert "proven by: none is named" in shown
    assert "a record counts for" not in shown
    proven = centre.qm("ref", "show", "iso-9001-2015:9.3.3").out
    assert "usual rhythm" not in proven
    assert "a record counts for: 12 months" in proven


def test_a_document_that_does_not_count_is_told_with_the_reason_before_it(centre: Centre) -> None:
    draft = procedure("PR-ACC-001", satisfies="[asn-2019-dc-0660:6.b]")
    centre.commit({"qm.yaml": ADOPTED, WHERE: draft})
    shown = centre.qm("ref", "show", "asn-2019-dc-0660:6.b").out
    lines = shown.partition("Which documents of this centre answer\n")[2].splitlines()
    assert lines[0].startswith("  open: PR-ACC-001 is a draft")
    assert lines[1] == f"  PR-ACC-001 (draft) – {WHERE}:5"


def test_nobody_answers_what_asks_nothing_of_a_centre(answering: Centre) -> None:
    assert "Which documents" not in answering.qm("ref", "show", "euratom-2013-59:55").out
    assert "Which documents" in answering.qm("ref", "show", "iso-9001-2015:8.6").out


@pytest.mark.parametrize(
    ("kind", "forth", "back"),
    [
        ("equal", "same expectation", "same expectation"),
        ("superset", "a part of this one", "a wider subject"),
        ("subset", "same subject, asks more", "same subject, asks less"),
        ("intersects", "overlaps in part", "overlaps in part"),
    ],
)
def test_a_relation_is_told_as_it_is_seen_from_the_requirement(
    centre: Centre, kind: str, forth: str, back: str
) -> None:
    relations = f"""\
from: own
to: iso-9001-2015
relations:
  - {{from: "1.1", relation: {kind}, to: ["8.6", "99.9"]}}
"""
    centre.write(
        {
            "referentials/own/referential.yaml": OWN_HEAD,
            "referentials/own/c.yaml": CHAPTER,
            "referentials/_crosswalks/own--iso-9001-2015.yaml": relations,
        }
    )
    shown = " ".join(centre.qm("ref", "show", "own:1.1").out.split())
    title = "iso-9001-2015:8.6 Release of services"
    assert f"{title} + iso-9001-2015:99.9 ? – {forth} ·" in shown
    assert f"own:1.1 First – {back} ·" in centre.qm("ref", "show", "iso-9001-2015:8.6").out
    page = json.loads(centre.qm("ref", "show", "iso-9001-2015:8.6", "--format", "json").out)
    told = next(one for one in page["related"] if one["referential"] == "own")
    assert (told["relation"], told["reversed"]) == (kind, True)
    row = centre.qm("ref", "diff", "own", "iso-9001-2015", "--format", "csv").out.splitlines()[1]
    assert row.startswith('1.1,related to,"8.6, 99.9",')
    assert f" + ? – {forth}" in row
    table = centre.qm("ref", "diff", "own", "iso-9001-2015").out
    assert "clause 99.9 ?" in table


def test_the_lines_of_each_chapter_stand_below_it(centre: Centre) -> None:
    names = [f"c{n}.yaml" for n in range(3)]
    chapter = 'id: "{n}"\ntitle: {{en: C}}\nrequirements:\n  - {{id: "{n}.1", title: {{en: T}}}}\n'
    head = OWN_HEAD.replace("[c.yaml]", f"[{', '.join(names)}]")
    centre.write({"referentials/own/referential.yaml": head})
    centre.write({f"referentials/own/{name}": chapter.format(n=name[1]) for name in names})
    lines = centre.qm("ref", "show", "own").out.splitlines()
    assert lines[-8:] == ["0 C", "  0.1 T", "", "1 C", "  1.1 T", "", "2 C", "  2.1 T"]


def test_a_letter_after_an_id_means_the_id(centre: Centre) -> None:
    assert centre.qm("ref", "show", "iso-9001-2015:7.5.2b").out == (
        centre.qm("ref", "show", "iso-9001-2015:7.5.2").out
    )


def test_every_referential_has_a_page_and_some_every_format_of_it(centre: Centre) -> None:
    listed = json.loads(centre.qm("ref", "list", "--format", "json").out)["referentials"]
    assert len(listed) > 20
    some = ("asn-2019-dc-0660", "cofrac-sh-ref-12-draft")
    for one in listed:
        for format_ in ("text", "json", "markdown") if one["id"] in some else ("text",):
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
        "relation": "subset",
        "reversed": True,
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
        "1 referential, 1 requirement, 1 crosswalk: 7 problems",
    ]
    found = json.loads(centre.qm("ref", "validate", "own", "--format", "json").out)
    assert len(found["problems"]) == 7
    assert found["problems"][0]["line"] == 7


def test_a_file_that_breaks_its_schema_is_told_with_its_place_in_json_too(centre: Centre) -> None:
    centre.write({"referentials/own/referential.yaml": "id: own\ntype: law\n"})
    run = centre.qm("ref", "validate", "own", "--format", "json")
    assert run.code == 1
    problem = next(one for one in json.loads(run.out)["problems"] if one["line"] == 2)
    assert problem["path"] == "referentials/own/referential.yaml"
    assert problem["column"] == 1
    assert "law" in problem["message"]


def test_a_broken_referential_is_a_note_and_hides_no_other(centre: Centre) -> None:
    where = "referentials/own/referential.yaml"
    centre.write({where: OWN_HEAD, "referentials/own/c.yaml": "id: 1\n"})
    listed = centre.qm("ref", "list")
    assert listed.code == 0
    assert "labelix" in listed.out
    assert "\nown" not in listed.out
    assert "referentials/own/c.yaml:1:" in listed.err
    searched = centre.qm("ref", "search", "justification")
    assert searched.code == 0
    assert "asn-2019-dc-0660:6.b (art. 6, qm mark b) – Analysis of justification" in searched.out
    assert "referentials/own/c.yaml:1:" in searched.err
    asked = centre.qm("ref", "search", "justification", "--in", "own")
    assert (asked.code, asked.out) == (2, "")


def test_a_version_that_was_replaced_is_marked_in_a_search(centre: Centre) -> None:
    found = centre.qm("ref", "search", "internal", "audit")
    assert "iso-9001-2008:8.2.2 – Internal audit [replaced by iso-9001-2015]" in found.out
    found = centre.qm("ref", "search", "internal", "audit", "--format", "json")
    by_id = {one["id"]: one for one in json.loads(found.out)["requirements"]}
    assert by_id["iso-9001-2008:8.2.2"]["superseded_by"] == "iso-9001-2015"
    assert by_id["iso-9001-2015:9.2"]["superseded_by"] is None


def test_a_number_is_found_as_it_is_printed_in_any_language(centre: Centre) -> None:
    for words in ("asn-2019-dc-0660:6.b", "art. 6, qm mark b", "art. 6, repère qm b"):
        assert centre.qm("ref", "search", words).out.startswith("asn-2019-dc-0660:6.b (art. 6")


def test_a_term_is_explained_by_a_word_discouraged_in_one_sense(centre: Centre) -> None:
    shown = centre.qm("explain", "accréditation").out
    assert "accréditation Cofrac" in shown
    assert "accréditation HAS" in shown
    assert "dysfunction / " in centre.qm("explain", "incident").out
    unknown = centre.qm("explain", "accreditatoin")
    assert unknown.code == 2
    assert "no rule and no term is called accreditatoin. Did you mean accreditation?" in unknown.err


@pytest.mark.parametrize("columns", ["60", "200"])
def test_what_is_read_line_after_line_is_as_wide_as_the_terminal_up_to_100(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    for words in (
        ("ref", "show", "asn-2019-dc-0660"),
        ("ref", "search", "justification"),
        ("explain", "complaint"),
    ):
        longest = max(map(len, centre.qm(*words).out.splitlines()))
        assert longest <= min(int(columns), 100)


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
    shown = centre.qm("ref", "diff", "iso-9001-2008", "iso-9001-2015", "--on", "2026-11-22").out
    assert shown.startswith("! iso-9001-2008: This referential is replaced by iso-9001-2015.")
    assert shown.endswith("followed by: 67 · new: 7 (by the crosswalk)\n")


def test_two_schemes_beside_each_other_have_no_counterparts_instead_of_news(
    centre: Centre,
) -> None:
    words = ("ref", "diff", "nf-s99-300", "labelix", "--on")
    shown = centre.qm(*words, "2027-11-22").out
    assert "! labelix: This referential was last compared with its source on 2026-11-21" in (
        " ".join(shown.split())
    )
    rows = shown.splitlines()
    first = next(n for n, line in enumerate(rows) if line.startswith("-----"))
    assert rows[first + 1].split("  ")[0] == "as a whole"
    assert "qm mark S99-01  without counterpart" in shown
    assert " gone " not in shown
    page = centre.qm(*words, "2026-11-22", "--format", "markdown").out
    assert page.startswith("> nf-s99-300: Only a part of this referential is known.")


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
    chapter = 'id: "1"\ntitle: {en: C}\nrequirements:\n' + "".join(
        f'  - {{id: "1.{n}", title: {{en: T}}}}\n' for n in (1, 2, 3)
    )
    answering.write(
        {
            "referentials/own/referential.yaml": OWN_HEAD,
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
    assert "lent: PR-ACC-001, by way of iso-9001-2015:8.6" in found["1.1"]["loans"]  # type: ignore[operator]


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


def test_the_advice_to_cite_something_else_can_be_typed_as_it_is(centre: Centre) -> None:
    text = procedure("PR-ACC-001", satisfies="[asn-2019-dc-0660:6, asn-2019-dc-0660:2]")
    centre.commit({"qm.yaml": ADOPTED, WHERE: text})
    shown = centre.qm("check").out
    assert "Cite one of: asn-2019-dc-0660:6.a, asn-2019-dc-0660:6.b, " in shown
    assert "No requirement stands below it. Type qm ref show asn-2019-dc-0660 to see" in shown
