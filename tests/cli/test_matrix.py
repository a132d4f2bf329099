"""`qm matrix`: its formats say the same, and nothing a document holds breaks them."""

import csv
import io
import json

import pytest

from tests.cli.test_gap_since import record
from tests.conftest import SETTINGS, Centre, built_once, procedure

HOSTILE = "</style><script>alert(1)</script> =cmd|x"
FOLDER = "processes/welcome/enregistrements"
ON = ("--on", "2026-11-22")


@pytest.fixture
@built_once
def centre_of_two(centre: Centre) -> Centre:
    """Return a centre with a record for one referential, a draft for two, and a hostile title."""
    declared = "['iso-9001-2015:8.6', 'asn-2019-dc-0660:6.b']"
    centre.commit(
        {
            "qm.yaml": SETTINGS,
            f"{FOLDER}/CR-20261101-K7QD.md": record(
                "CR-20261101-K7QD", "review", "2026-11-01", "9.3.3"
            ),
            "processes/welcome/applicables/PR-ACC-001.md": procedure(
                "PR-ACC-001", satisfies=declared
            ).replace("Title of PR-ACC-001", f'"{HOSTILE}"'),
        }
    )
    return centre


def test_the_adopted_referentials_are_the_default(centre_of_two: Centre) -> None:
    value = json.loads(centre_of_two.qm("matrix", *ON, "--format", "json").out)
    assert [one["id"] for one in value["referentials"]] == ["iso-9001-2015"]
    assert (value["version"], value["on"], value["at"]) == (1, "2026-11-22", "worktree")
    assert [one["document"] for one in value["documents"]] == ["CR-20261101-K7QD", "PR-ACC-001"]
    assert value["serves_most"] == value["hurts_most"] == ["CR-20261101-K7QD"]
    harm = value["documents"][0]["without"]
    assert harm == [{"requirement": "iso-9001-2015:9.3.3", "now": "ready", "without": "open"}]


def test_the_text_tells_which_document_matters_most(centre_of_two: Centre) -> None:
    shown = centre_of_two.qm("matrix", "iso-9001-2015", "asn-2019-dc-0660", *ON).out
    assert "Serves the most referentials (1 of 2): CR-20261101-K7QD" in shown
    assert "hurt most (requirements whose status changes: 1): CR-20261101-K7QD" in shown
    assert "Self-assessment: this is not an opinion on conformity." in shown


def test_the_text_counts_a_draft_apart_and_says_what_it_counts(centre_of_two: Centre) -> None:
    shown = centre_of_two.qm("matrix", "iso-9001-2015", "asn-2019-dc-0660", *ON).out
    of_record, of_draft = (line.split() for line in shown.splitlines()[2:4])
    assert of_record[-4:] == ["1", "0", "1", "1"]
    assert of_draft[-6:] == ["0", "+1", "0", "+1", "0", "0"]
    told = " ".join(shown.split())
    assert "+1 is one that it names as a draft or overdue." in told
    assert "Any class of evidence counts here" in told


def test_the_csv_is_a_grid_with_every_requirement_that_no_sheet_runs(centre_of_two: Centre) -> None:
    shown = centre_of_two.qm("matrix", "iso-9001-2015", "asn-2019-dc-0660", *ON, "--format", "csv")
    head, first, second = csv.reader(io.StringIO(shown.out))
    assert first[head.index("iso-9001-2015:9.3.3")] == "in force"
    assert second[head.index("asn-2019-dc-0660:6.b")] == "draft"
    assert second[head.index("iso-9001-2015:9.3.3")] == ""
    assert "iso-9001-2015:4.1" in head


def test_the_page_runs_nothing_and_names_every_document(centre_of_two: Centre) -> None:
    names = ("iso-9001-2015", "asn-2019-dc-0660")
    assert centre_of_two.qm("matrix", *names, *ON, "-o", "m.html").code == 0
    page = (centre_of_two.root / "m.html").read_text()
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert '<th scope="row">PR-ACC-001<span class="title">&lt;/style&gt;' in page
    assert '<li class="s-in-force"' in page
    assert centre_of_two.qm("matrix", *names, *ON, "-o", "n.html").code == 0
    assert (centre_of_two.root / "n.html").read_text() == page


def test_a_centre_that_adopts_nothing_is_asked_for_a_name(centre: Centre) -> None:
    centre.commit({"qm.yaml": SETTINGS.replace("adopts: [iso-9001-2015]\n", "")})
    shown = centre.qm("matrix")
    assert (shown.code, shown.out) == (2, "")
    assert "qm.yaml adopts no referential" in shown.err


def test_an_unknown_referential_is_refused_with_advice(centre_of_two: Centre) -> None:
    shown = centre_of_two.qm("matrix", "iso-9001")
    assert shown.code == 2
    assert "Did you mean iso-9001-2015?" in shown.err


def test_where_nothing_is_answered_it_is_said_so(centre_of_two: Centre) -> None:
    shown = centre_of_two.qm("matrix", "labelix", *ON)
    assert "No document answers any of these referentials." in shown.out
