"""`qm advise`: four centres, and what each is told (the sheets of `shared/domain`)."""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qmtool.reports.table import width_of
from tests.conftest import SETTINGS, SHARED, Centre, procedure

ON = ("--on", "2026-11-22")
SHEET = SHARED / "domain" / "README.md"

PRIVATE = """\
organisation: {type: office}
sites: [{id: nord, activities: [xray, mammography, ct, mri, ultrasound]}]
"""
HOSPITAL = """\
organisation: {type: establishment, interventional_level: 3}
sites: [{id: nord, activities: [xray, ct, mri, interventional]}]
"""
NUCLEAR = """\
organisation: {type: office}
sites: [{id: nord, activities: [nm, pet]}]
"""
MRI_ONLY = """\
organisation: {type: office}
sites: [{id: nord, activities: [mri]}]
"""
PROFILES = {"private": PRIVATE, "hospital": HOSPITAL, "nuclear": NUCLEAR, "mri": MRI_ONLY}

FOR_ALL = {"cpps", "dpc"}
X_RAYS = {"asn-2019-dc-0660", "csp-radioprotection"}
OPEN_TO_ALL = {"iso-15189-2022", "iso-9001-2015", "labelix", "nf-s99-300"}
RADIOLOGY_AUDITS = {"esr-esperanto", "iaea-quaadril"}
APART = {
    "context": {"euratom-2013-59"},
    "not-in-force": {
        "cofrac-sh-ref-12-draft",
        "has-certification-2024",
        "iso-15189-2012",
        "iso-9001-2008",
    },
}
EXPECTED: Mapping[str, Mapping[str, set[str]]] = {
    "private": {
        "mandatory": FOR_ALL | X_RAYS | {"autorisation-imagerie"},
        "asked": {"audit-pairs-fr"},
        "optional": OPEN_TO_ALL | RADIOLOGY_AUDITS,
        "none": {
            "autorisation-mednuc",
            "has-accreditation-equipes",
            "has-certification-2025",
            "iaea-quanum",
            "iso-13485-2016",
        },
    },
    "hospital": {
        "mandatory": FOR_ALL | X_RAYS | {"autorisation-imagerie", "has-certification-2025"},
        "asked": {"audit-pairs-fr"},
        "optional": OPEN_TO_ALL | RADIOLOGY_AUDITS | {"has-accreditation-equipes"},
        "none": {"autorisation-mednuc", "iaea-quanum", "iso-13485-2016"},
    },
    "nuclear": {
        "mandatory": FOR_ALL | X_RAYS | {"autorisation-mednuc"},
        "asked": {"audit-pairs-fr"},
        "optional": OPEN_TO_ALL | {"iaea-quanum"},
        "none": RADIOLOGY_AUDITS
        | {"autorisation-imagerie", "has-accreditation-equipes", "has-certification-2025"}
        | {"iso-13485-2016"},
    },
    "mri": {
        "mandatory": FOR_ALL | {"autorisation-imagerie"},
        "optional": OPEN_TO_ALL | RADIOLOGY_AUDITS,
        "none": X_RAYS
        | {
            "audit-pairs-fr",
            "autorisation-mednuc",
            "has-accreditation-equipes",
            "has-certification-2025",
            "iaea-quanum",
            "iso-13485-2016",
        },
    },
}


def advice(centre: Centre, *arguments: str) -> Any:
    """Return what `qm advise` gives to programs."""
    shown = centre.qm("advise", *ON, "--format", "json", *arguments)
    assert shown.code == 0, shown.err
    return json.loads(shown.out)


def groups(found: Any) -> dict[str, set[str]]:
    """Return the ids of the schemes by group."""
    by_group: dict[str, set[str]] = {}
    for one in found["schemes"]:
        by_group.setdefault(one["group"], set()).add(one["id"])
    return by_group


def scheme(found: Any, name: str) -> Any:
    return next(one for one in found["schemes"] if one["id"] == name)


@pytest.mark.parametrize("name", PROFILES)
def test_each_of_four_profiles_is_told_what_the_sheets_say(centre: Centre, name: str) -> None:
    centre.commit({"qm.yaml": SETTINGS + PROFILES[name]})
    found = advice(centre)
    assert groups(found) == {**EXPECTED[name], **APART}
    assert not any(one["to_confirm"] for one in found["schemes"])


@pytest.mark.parametrize("by_group", EXPECTED.values(), ids=list(EXPECTED))
def test_the_expected_answers_are_those_of_the_sheets(by_group: Mapping[str, set[str]]) -> None:
    if not SHEET.is_file():
        pytest.skip("the sheets of ../shared/domain are not on this machine")
    rows = [line.split("|") for line in SHEET.read_text(encoding="utf-8").splitlines()]
    says = {row[1].strip(): row[3].strip() for row in rows if len(row) > 6}
    names = {
        "ISO 9001:2015": "iso-9001-2015",
        "Labelix": "labelix",
        "ASN 2019-DC-0660": "asn-2019-dc-0660",
        "HAS teams (ACR-F)": "has-accreditation-equipes",
        "HAS establishments": "has-certification-2025",
        "CPPS": "cpps",
        "NF S99-300": "nf-s99-300",
        "QUANUM": "iaea-quanum",
    }
    mandatory = {name for title, name in names.items() if says[title].startswith("**yes**")}
    assert mandatory == {"asn-2019-dc-0660", "has-certification-2025", "cpps"}
    assert by_group["mandatory"] & set(names.values()) <= mandatory
    assert mandatory <= by_group["mandatory"] | by_group["none"]


def test_outside_of_a_repository_the_options_are_the_profile(
    centre: Centre, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    here = ("-C", str(elsewhere), "advise", *ON, "--format", "json")
    options = ("--type", "office", "--activity", "pet", "--modality", "pet-scanner")
    shown = centre.qm(*here, *options)
    found = json.loads(shown.out)
    assert groups(found) == {**EXPECTED["nuclear"], **APART}
    assert found["profile"]["sites"] == [
        {"id": None, "activities": ["pet", "nm"], "modalities": ["pet-scanner"]}
    ]
    assert {one["answered"] for one in found["schemes"]} == {None}
    assert "answered" not in centre.qm(*here[:-2], *options).out


def test_options_say_what_would_be_if(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS + MRI_ONLY})
    options = ("--type", "establishment", "--level", "3")
    acts = ("xray", "ct", "mri", "interventional")
    found = advice(centre, *options, *(part for one in acts for part in ("--activity", one)))
    assert groups(found) == {**EXPECTED["hospital"], **APART}


def test_one_site_is_advised_alone(centre: Centre) -> None:
    sites = "sites: [{id: irm, activities: [mri]}, {id: scan, activities: [ct, xray]}]\n"
    organisation = "organisation: {type: office}\n"
    centre.commit({"qm.yaml": SETTINGS + organisation + sites})
    assert scheme(advice(centre), "asn-2019-dc-0660")["group"] == "mandatory"
    assert scheme(advice(centre, "--site", "scan"), "asn-2019-dc-0660")["group"] == "mandatory"
    alone = advice(centre, "--site", "irm")
    assert groups(alone) == {**EXPECTED["mri"], **APART}
    assert alone["site"] == "irm"
    assert "Schemes for the site irm on 2026-11-22" in centre.qm("advise", *ON, "--site", "irm").out


def test_what_the_profile_does_not_say_is_to_be_confirmed(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS})
    found = advice(centre)
    shown = scheme(found, "has-certification-2025")
    assert (shown["group"], shown["to_confirm"]) == ("mandatory", ["organisation.type"])
    assert shown["otherwise"] == ["none"]
    assert scheme(found, "asn-2019-dc-0660")["to_confirm"] == ["sites.activities"]
    assert scheme(found, "dpc")["to_confirm"] == []
    text = centre.qm("advise", *ON).out
    assert "activities: not said" in text
    assert "to confirm: neither qm.yaml nor the options say the type of the organisation" in text
    assert "\nhas-certification-2025 ?  " in text
    assert "\ndpc  " in text


def test_a_certificate_is_told_while_it_is_held_and_once_it_has_expired(centre: Centre) -> None:
    certificates = (
        "certificates:\n"
        "  - {referential: iso-9001-2015, by: AFNOR, from: 2024-05-01, until: 2027-04-30}\n"
        "  - {referential: labelix, until: 2026-04-30}\n"
        "  - {referential: iaea-quanum, from: 2027-01-01}\n"
        "  - {referential: iso-9001-2008}\n"
    )
    centre.commit({"qm.yaml": SETTINGS + PRIVATE + certificates})
    text = centre.qm("advise", *ON).out
    assert "certificate: held until 2027-04-30, AFNOR" in text
    assert "certificate: expired on 2026-04-30" in text
    found = advice(centre)
    assert scheme(found, "labelix")["certificate"] == {
        "by": None,
        "since": None,
        "until": "2026-04-30",
        "held": False,
    }
    assert scheme(found, "iso-9001-2008")["group"] == "none"
    assert "(held)" in next(line for line in text.splitlines() if " iso-9001-2008: " in line)
    assert "(from 2027-01-01)" in text


def test_the_table_tells_what_the_evidence_answers(centre: Centre) -> None:
    answers = "[asn-2019-dc-0660:6.b, iso-9001-2015:8.1, iso-9001-2015:7.5.3.2]"
    path = "processes/welcome/applicables/PR-ACC-001.md"
    centre.commit({"qm.yaml": SETTINGS + PRIVATE, path: procedure("PR-ACC-001", satisfies=answers)})
    assert centre.qm("release", "PR-ACC-001", "-m", "first").code == 0
    found = json.loads(centre.qm("advise", "--format", "json").out)
    gap = json.loads(centre.qm("gap", "iso-9001-2015", "--format", "json").out)
    shown = scheme(found, "iso-9001-2015")
    assert shown["answered"] == gap["summary"]
    assert shown["answered"]["ready"] + shown["answered"]["partial"] == 2
    assert scheme(found, "has-certification-2025")["answered"] is None
    counts = f"{shown['answered']['ready']} + {shown['answered']['partial']}"
    lines = centre.qm("advise").out.splitlines()
    row = next(line for line in lines if line.startswith("iso-9001-2015  "))
    assert row.endswith(counts)
    assert f" {shown['requirements']} " in row
    partial = next(line for line in lines if line.startswith("labelix  "))
    assert f"({scheme(found, 'labelix')['requirements']})" in partial
    assert any("What a crosswalk lends is not counted" in line for line in lines)
    assert "%" not in "".join(line for line in lines if line.startswith(("iso-", "labelix")))


@pytest.mark.parametrize("width", [80, 100, 120])
def test_every_line_fits_the_terminal(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    centre.commit({"qm.yaml": SETTINGS, "processes/welcome/a.md": procedure("PR-ACC-001")})
    for code in ("C.UTF-8", "fr_FR.UTF-8"):
        monkeypatch.setenv("LC_ALL", code)
        lines = centre.qm("advise", *ON).out.splitlines()
        too_long = [line for line in lines if width_of(line) > width and "http" not in line]
        assert too_long == []


def test_a_statement_is_quoted_as_the_bodys_own_with_its_date(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.commit({"qm.yaml": SETTINGS + PRIVATE})
    assert "G4 (2018-11-19): about Cofrac's draft" in centre.qm("advise", *ON).out
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    french = centre.qm("advise", *ON).out
    assert "G4 (19/11/2018)" in french
    assert "01/07/2019" in french
    assert "ASN et CNP de radiologie (G4) (09/2023)" in french


def test_a_duty_that_is_not_yet_in_force_on_the_day_says_so(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS + PRIVATE})
    assert "since: 2019-07-01, not yet on this day" in centre.qm("advise", "--on", "2019-06-30").out
    assert "since: 2019-07-01\n" in centre.qm("advise", "--on", "2019-07-01").out


def test_what_is_old_or_partial_is_noted(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS + PRIVATE})
    assert "not compared with its source since" not in centre.qm("advise", *ON).out
    later = centre.qm("advise", "--on", "2028-01-01").out
    assert "not compared with its source since 2026-11-21 · only a part of it is known" in later


OWN = """\
id: grille-reseau
type: audit
title: {fr: Grille du réseau, en: Grid of the network}
completeness: full
verified_on: 2026-11-01
chapters: [a.yaml]
"""
CHAPTER = """\
id: A
title: {en: Chapter}
requirements: [{id: A1, title: {en: One}}, {id: A2, title: {en: Two}}]
"""
RULED = """\
applicability:
  - {level: asked, when: {activities: [mri]}, by: {en: the network}, why: {en: all that scan}}
"""


def test_the_referentials_of_the_centre_take_part(centre: Centre) -> None:
    files = {
        "qm.yaml": SETTINGS.replace("[iso-9001-2015]", "[grille-reseau]") + MRI_ONLY,
        "referentials/grille-reseau/referential.yaml": OWN,
        "referentials/grille-reseau/a.yaml": CHAPTER,
        "referentials/labelix-2024/referential.yaml": "id: labelix-2024\nextends: labelix\n",
    }
    centre.commit(files)
    found = advice(centre)
    assert scheme(found, "labelix-2024")["group"] == "optional"
    shown = scheme(found, "grille-reseau")
    assert (shown["group"], shown["adopted"], shown["own"]) == ("centre", True, True)
    assert shown["requirements"] == 2
    assert "Of this centre (1)\n\n  grille-reseau (adopted)" in centre.qm("advise", *ON).out
    centre.write({"referentials/grille-reseau/referential.yaml": OWN + RULED})
    assert scheme(advice(centre), "grille-reseau")["group"] == "asked"
    assert scheme(advice(centre, "--activity", "ct"), "grille-reseau")["group"] == "none"
    assert (
        "grille-reseau (adopted): no site does any of: mri"
        in centre.qm("advise", *ON, "--activity", "ct").out
    )


def test_the_other_formats_hold_the_same_schemes(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS + PRIVATE})
    rows = list(csv.DictReader(io.StringIO(centre.qm("advise", *ON, "--format", "csv").out)))
    found = advice(centre)
    assert sorted(row["scheme"] for row in rows) == [one["id"] for one in found["schemes"]]
    asn = next(row for row in rows if row["scheme"] == "asn-2019-dc-0660")
    assert (asn["level"], asn["since"], asn["known"]) == (
        "mandatory",
        "2019-07-01",
        "known in full",
    )
    assert centre.qm("advise", *ON, "-o", "advice.md").code == 0
    page = (centre.root / "advice.md").read_text(encoding="utf-8")
    assert "- **asn-2019-dc-0660** – " in page
    assert "| scheme | level | looks at |" in page
    assert "| labelix | optional | structure, processes, risks |" in page
    assert "- **iaea-quanum** – " in page
    assert "| iaea-quanum |" not in page


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--activity", "ctt"], "--activity ctt is not known. Did you mean ct?"),
        (["--activity", "irm"], "Choices: xray, "),
        (["--modality", "mri-scaner"], "Did you mean mri-scanner?"),
        (["--type", "clinic"], "Choices: office, establishment, group."),
        (["--level", "4"], "--level 4 is not known. Choices: 1, 2, 3."),
        (["--site", "sud"], "--site sud is none of nord"),
        (["--format", "html"], "the format html is none of text"),
        (["--on", "soon"], "write it as 2026-03-02"),
    ],
)
def test_a_wrong_option_is_one_clear_sentence(
    centre: Centre, arguments: list[str], words: str
) -> None:
    centre.commit({"qm.yaml": SETTINGS + PRIVATE})
    shown = centre.qm("advise", *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert words in shown.err


def test_a_certificate_of_what_nobody_knows_is_noted_because_it_decides_nothing(
    centre: Centre,
) -> None:
    centre.commit({"qm.yaml": SETTINGS + "certificates: [{referential: iso-9001}]\n"})
    shown = centre.qm("advise", *ON)
    assert shown.code == 0
    assert shown.err.splitlines() == [
        "qm.yaml, certificates: iso-9001 is not known and decides nothing. "
        "Did you mean iso-9001-2015?",
    ]


def test_no_text_of_the_centre_breaks_a_table(centre: Centre) -> None:
    odd = '"=x | <b> `y`"'
    ruled = f"applicability: [{{level: asked, by: {{en: {odd}}}, why: {{en: {odd}}}}}]\n"
    audited = f"audited_by: {{en: {odd}}}\n"
    centre.commit(
        {
            "qm.yaml": SETTINGS + PRIVATE,
            "referentials/grille-reseau/referential.yaml": OWN + ruled + audited,
            "referentials/grille-reseau/a.yaml": CHAPTER,
        }
    )
    page = centre.qm("advise", *ON, "--format", "markdown").out
    assert "\n  - why: =x \\| \\<b\\> \\`y\\`\n" in page
    assert "| grille-reseau | asked for |  | =x \\| \\<b\\> \\`y\\` |" in page
    table = centre.qm("advise", *ON, "--format", "csv").out
    assert ",'=x | <b> `y`," in table
