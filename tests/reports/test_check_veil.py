"""No report of a check repeats what tells who somebody is, in any format."""

import json
import re

import pytest

from qmtool.model.veil import shown, shown_path
from qmtool.reports.check import FORMATS
from tests.conftest import SETTINGS, Centre, built_once, procedure

SECRETS = ("184127511108988", "1 84 12 75 111 089 88", "0098765432", "17/08/1961", "20260054321")
NAMES = ("LEMARCHAND", "Ghislaine", "Lemarchand")
BODY = """\
## Cas

NIR 1 84 12 75 111 089 88 de Ghislaine LEMARCHAND, voir [le dossier](dossier-184127511108988.md).

| Nom | IPP | Né(e) le |
|---|---|---|
| LEMARCHAND Ghislaine | 0098765432 | 17/08/1961 |

N° d'accession 20260054321 de Mme Lemarchand.

Mme Lemarchand a reçu 2,1 mSv. [Voir](rien.md)

<!-- qm: allow patient-number until=2099-01-01 by=rq1 reason="IPP 0098765432" -->
"""
PATH = "processes/welcome/applicables/PR-ACC-001-184127511108988.md"


@pytest.fixture
@built_once
def leaking(centre: Centre) -> Centre:
    """Return a quality system whose only document tells too much, in its name as well."""
    text = procedure("PR-ACC-001", BODY).replace("Title of PR-ACC-001", "IPP 0098765432")
    centre.commit(
        {"qm.yaml": SETTINGS, PATH: text.replace("kind:", "kinds: 184127511108988\nkind:")}
    )
    return centre


@pytest.mark.parametrize("name", FORMATS)
def test_no_format_repeats_a_number_a_day_or_a_name(leaking: Centre, name: str) -> None:
    done = leaking.qm("check", "--format", name)
    assert done.code == 1
    for secret in (*SECRETS, *NAMES):
        assert secret not in done.out + done.err
    assert {"QM601", "QM603"} <= set(re.findall(r"QM\d{3}", done.out))


def test_the_line_of_another_rule_is_veiled_too(leaking: Centre) -> None:
    shown_lines = leaking.qm("check", "--select", "QM301").out
    assert "dossier" not in shown_lines.split("fix:")[0].split("|", 1)[1]
    assert "•••" in shown_lines


def test_the_place_is_that_of_the_number(leaking: Centre) -> None:
    found = json.loads(leaking.qm("check", "--format", "json").out)["diagnostics"]
    places = {(one["code"], one["line"], one["column"]) for one in found}
    assert {("QM601", 1, 1), ("QM601", 10, 5), ("QM603", 14, 39), ("QM604", 16, 16)} <= places


def test_a_refused_release_says_nothing_of_the_number(leaking: Centre) -> None:
    done = leaking.qm("release", "PR-ACC-001", "--summary", "Première version")
    assert done.code == 3
    for secret in SECRETS:
        assert secret not in done.out + done.err


def test_a_path_keeps_its_folders_and_its_extension() -> None:
    assert shown_path("a/b/NIR-184127511108988.pdf") == "a/b/•••-•••••••••••••••.pdf"
    assert shown_path("processes/acc/PR-ACC-001.md") == "processes/acc/PR-ACC-001.md"


def test_a_text_that_tells_nothing_is_shown_as_it_is() -> None:
    assert shown("décision 2019-DC-0660") == "décision 2019-DC-0660"
    assert shown("IPP 0012345") == "••• •••••••"
