"""What the commands of the registers say is in the words of a reader, and they understand them."""

import csv
import io
import json

import pytest

from tests.conftest import SETTINGS, Centre

FOLDER = "processes/welcome/enregistrements/event"
SITES = SETTINGS.replace(
    "processes:", "sites: [{id: nord, name: North}, {id: sud, name: South}]\nprocesses:"
)
LONG = "Wrong side imaged at the scanner of the"
ON = ("--on", "2026-03-01")
GIVEN = (
    *("--set", "consequences=None", "--set", "frequency=3"),
    *("--set", "is_eias=no", "--set", "is_eigs=no"),
)
"""What qualifies an event whose gravity is known."""


def event(name: str, title: str, state: str = "recorded", more: str = "") -> dict[str, str]:
    """Return the file of an event of January 2026, recorded the day after."""
    steps = "  - {state: reported, date: 2026-01-05, by: mia}\n"
    steps += "  - {state: recorded, date: 2026-01-06, by: rq1, comment: Told by phone}\n"
    head = f"id: {name}\ntitle: {title}\nkind: event\ndate: 2026-01-05\nowner: rq1\n"
    text = f"---\n{head}status: {state}\nhistory:\n{steps}{more}---\n\nText.\n"
    return {f"{FOLDER}/{name}.md": text}


@pytest.fixture
def centre(welcome: Centre) -> Centre:
    """Return a centre of two sites with two events."""
    more = "sites: [sud]\nseverity: 3\ncriticality: 9\nvigilance: none\nparticipants: [mia, rq1]\n"
    more += "is_esr: false\ndescription: Left\nimmediate_correction: Done again\nplace: CT1\n"
    more += "process: welcome\ntype: near_miss\n"
    welcome.commit({"qm.yaml": SITES, **event("EVT-1", LONG, more=more), **event("EVT-2", "Fall")})
    return welcome


def test_what_is_late_is_told_as_still_to_be_done(centre: Centre) -> None:
    assert "EVT-1: " + LONG + ": reach “qualified” by 2026-01-07" in " ".join(
        centre.qm("status", "--everyone", *ON).out.split()
    )
    assert "EVT-1 is late: reach “qualified” by 2026-01-07" in centre.qm("check", *ON).out
    assert "reach “qualified”: " in centre.qm("agenda", *ON).out
    page = json.loads(centre.qm("agenda", "--format", "json", *ON).out)
    assert page["items"][0]["what"]["en"] == "reach “qualified”"


def test_what_is_late_longest_comes_first(centre: Centre) -> None:
    steps = event("EVT-0", "Later")[f"{FOLDER}/EVT-0.md"]
    centre.commit({f"{FOLDER}/EVT-0.md": steps.replace("2026-01-0", "2026-02-0")})
    shown = centre.qm("status", "--everyone", *ON).out
    assert shown.index("EVT-1: ") < shown.index("EVT-0: ")


def test_a_register_of_several_sites_tells_which(centre: Centre) -> None:
    shown = centre.qm("register", "event", "--format", "markdown", *ON).out
    assert "| id | date | title | sites | " in shown
    assert "| next due |" in shown
    assert "| South |" in shown


@pytest.mark.parametrize(("columns", "is_cut"), [("80", True), ("200", False)])
def test_a_narrow_terminal_says_which_columns_it_goes_without(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, columns: str, is_cut: bool
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    shown = centre.qm("register", "event", *ON).out
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert ("columns not shown: date, sites, Severity, Criticality" in shown) is is_cut
    assert LONG[:26] in shown
    assert "Quality Ma" in shown


def test_an_entry_is_shown_with_its_state_its_steps_and_its_fields(centre: Centre) -> None:
    shown = centre.qm("show", "EVT-1", "--format", "text", *ON).out
    assert "\nstate: recorded\n" in shown
    assert "\nsites: South\n" in shown
    assert "  2026-01-06  recorded  Quality Manager  Told by phone\n" in shown
    assert "  Vigilance: none\n" in shown
    assert "  Participants: Mia Author, Quality Manager\n" in shown
    assert "  Lesson: " not in shown


def test_the_history_of_an_entry_is_that_of_its_steps(centre: Centre) -> None:
    assert centre.qm("act", "EVT-1").out.startswith(f"EVT-1 {LONG}: recorded\n  2026-01-05")
    shown = centre.qm("history", "EVT-1").out
    assert "2026-01-06  recorded  Quality Manager  Told by phone\n" in shown
    assert "No version" not in shown
    rows = list(csv.DictReader(io.StringIO(centre.qm("history", "EVT-1", "--format", "csv").out)))
    assert [one["state"] for one in rows] == ["reported", "recorded"]
    page = json.loads(centre.qm("history", "EVT-1", "--format", "json").out)
    assert page["steps"][1]["comment"] == "Told by phone"


def test_a_commit_of_qm_is_told_by_the_state_that_it_brought(centre: Centre) -> None:
    assert centre.qm("act", "EVT-1", "qualified", *GIVEN, "--set", "vigilance=none").code == 0
    line = centre.qm("history", "EVT-1").out.splitlines()[-2]
    assert line.endswith("  Quality Manager  qualified")


@pytest.mark.parametrize("state", ["qualified", "Qualified", "QUALIFIE"])
def test_a_state_is_named_by_its_label_too(centre: Centre, state: str) -> None:
    done = centre.qm("act", "EVT-1", state, *GIVEN, "--set", "vigilance=Aucune", "--dry-run")
    assert "Would be qualified: EVT-1" in done.out


def test_a_label_of_two_states_is_refused(centre: Centre) -> None:
    kind = "states:\n  one: {next: [two], label: {fr: Un, en: Done}}\n"
    kind += "  two: {next: [], label: {fr: Deux, en: Done}}\n"
    head = "label: {fr: Écart, en: Gap}\ncategory: record\ncontrolled: false\nevidence: [REC]\n"
    record = "---\nid: GAP-1\ntitle: A gap\nkind: gap\ndate: 2026-01-05\n---\n\nText.\n"
    centre.commit(
        {
            "templates/gap/kind.yaml": f"{head}{kind}counts: [two]\n",
            "processes/welcome/enregistrements/GAP-1.md": record,
        }
    )
    done = centre.qm("act", "GAP-1", "done")
    assert done.code == 2
    assert "done may mean one (Done), two (Done): name one of them" in done.err


@pytest.mark.parametrize(
    "kind", ["event", "evenement", "Événement indésirable ou dysfonctionnement"]
)
def test_a_register_is_found_by_its_label_and_a_missing_title_is_asked_for(
    centre: Centre, kind: str
) -> None:
    done = centre.qm("log", kind)
    assert done.code == 2
    assert 'the title is missing; type: qm log event "What happened"' in done.err


def test_a_word_that_begins_several_labels_is_refused(centre: Centre) -> None:
    done = centre.qm("log", "revue ou", "x")
    assert "no register is called revue ou" in done.err
    done = centre.qm("log", "e", "x")
    assert done.code == 2
    assert "event (Adverse event or dysfunction)" in done.err
