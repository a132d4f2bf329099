"""Entries of registers are written down, go from state to state, and are taken over from tables."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import SETTINGS, Centre, Result

FACTS = (
    *("--set", "is_esr=no", "--set", "place=CT1"),
    *("--set", "description=Left knee instead of the right one"),
    *("--set", "immediate_correction=Exam done again"),
)
FOLDER = "processes/welcome/enregistrements/event"


@pytest.fixture
def centre(welcome: Centre) -> Centre:
    """Return a quality system with nothing in its registers."""
    return welcome


def logged(centre: Centre, *more: str) -> str:
    """Write an event down, and return its id."""
    done = centre.qm("log", "event", "Wrong side", *FACTS, *more)
    assert done.code == 0, done.err
    return done.out.split()[2].rstrip(",")


def file_of(centre: Centre, identifier: str) -> Path:
    """Return the file of an entry."""
    return next((centre.root / FOLDER).glob(f"{identifier}-*.md"))


def recorded(centre: Centre, identifier: str) -> Result:
    """Let an event be recorded."""
    return centre.qm(
        "act", identifier, "recorded", "--set", "type=near_miss", "--set", "process=welcome"
    )


def test_an_event_is_one_commit_of_one_file(centre: Centre) -> None:
    identifier = logged(centre)
    assert centre.git("status", "--porcelain") == ""
    assert centre.git("log", "-1", "--format=%s") == f"log {identifier}: Wrong side\n"
    changed = centre.git("show", "--name-only", "--format=", "HEAD").split()
    assert changed == [f"{FOLDER}/{identifier}-wrong-side.md"]
    assert "status: reported" in file_of(centre, identifier).read_text()


def test_a_yes_to_the_first_question_starts_the_delay_of_the_authority(centre: Centre) -> None:
    done = centre.qm(
        *("log", "event", "Wrong side", *FACTS),
        *("--set", "is_esr=yes", "--set", "date=2026-11-09"),
    )
    assert "Notification to the ASNR and the ARS" in done.out
    told = "Thursday 2026-11-12 (2 working days, guide n° 11; public holiday: 2026-11-11)"
    shown = " ".join(done.out.split())
    assert told in shown
    assert "Report (CRES) to the ASNR" in shown
    assert "2027-01-09" in shown


def test_the_record_of_the_authority_takes_over_the_delays_of_the_event(centre: Centre) -> None:
    event = logged(centre, "--set", "is_esr=yes")
    more = ("emergency=no", "lost_source=no", "description=Left", f"event={event}")
    given = [item for one in more for item in ("--set", one)]
    made = centre.qm("log", "esr", "Wrong side", *given)
    assert made.code == 0, made.err
    report = re.search(r"ESR-[0-9]{8}-[0-9A-Z]{4}", made.out)[0]

    def subjects() -> list[str]:
        items = json.loads(centre.qm("agenda", "--format", "json").out)["items"]
        duties = ("Notification to the ASNR and the ARS", "Report (CRES) to the ASNR")
        return sorted(one["subject"] for one in items if one["what"]["en"] in duties)

    assert subjects() == [report, report, event, event]
    refused = centre.qm("act", event, "--set", f"esr={report}")
    assert refused.code == 2
    assert "would be owed no more" in refused.err
    step = (event, "recorded", "--set", "type=adverse", "--set", "process=welcome")
    done = centre.qm("act", *step, "--set", f"esr={report}", "-m", "Followed as an ESR")
    assert done.code == 0, done.err
    assert subjects() == [report, report]


def test_what_is_missing_is_asked_for_field_by_field(centre: Centre) -> None:
    before = centre.state()
    done = centre.qm("log", "event", "Wrong side")
    assert done.code == 2
    assert "--set place=…   Place" in done.err
    assert "--set is_esr=true|false" in done.err
    assert centre.state() == before


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("severity=9", "the maximum is 5"),
        ("date=2026-02-30", "there is no such day"),
        ("date=2999-01-01", "2999-01-01 is not past"),
        ("sverity=2", "no field sverity. Did you mean severity"),
        ("type=big", "none of dysfunction"),
        ("participants=nobody", "nobody"),
        ("actions=ACT-1", "no document"),
        ("place", "not of the form key=value"),
    ],
)
def test_a_wrong_value_is_told_and_nothing_is_written(
    centre: Centre, given: str, said: str
) -> None:
    before = centre.state()
    done = centre.qm("log", "event", "Wrong side", *FACTS, "--set", given)
    assert done.code in (2, 3)
    assert said in done.err
    assert centre.state() == before


def test_the_number_of_a_patient_never_comes_into_a_commit(centre: Centre) -> None:
    before = centre.state()
    done = centre.qm(
        "log", "event", "Wrong side", *FACTS, "--set", "gaps=NIR 1 85 05 78 006 084 91"
    )
    assert done.code == 3
    assert "QM601" in done.err
    assert "006" not in done.err
    assert centre.state() == before


def test_who_is_none_of_the_people_may_declare_but_not_decide(centre: Centre) -> None:
    centre.iam("Somebody", "somebody@example.org")
    identifier = logged(centre)
    assert "by:" not in file_of(centre, identifier).read_text()
    done = recorded(centre, identifier)
    assert done.code == 3
    assert "somebody@example.org" in done.err


def test_a_form_is_filled_in_offline(centre: Centre, tmp_path: Path) -> None:
    form = centre.qm("log", "event", "--form").out
    filled = {
        "title:": "title: Wrong side",
        "is_esr:": "is_esr: false",
        "description:": 'description: "Left knee"',
        "place:": "place: CT1",
        "immediate_correction:": "immediate_correction: again",
    }
    lines = [filled.get(line, line) for line in form.splitlines()]
    path = tmp_path / "form.md"
    path.write_text("\n".join([*lines, "What was seen.", ""]))
    done = centre.qm("log", "event", "--from", str(path))
    assert done.code == 0, done.err
    assert file_of(centre, done.out.split()[2].rstrip(",")).read_text().endswith("What was seen.\n")


def test_a_form_with_an_unknown_field_is_refused_by_its_line(
    centre: Centre, tmp_path: Path
) -> None:
    path = tmp_path / "form.md"
    path.write_text("---\nkind: event\ntitle: Wrong side\nplcae: CT1\n---\n")
    done = centre.qm("log", "event", "--from", str(path))
    assert done.code == 2
    assert f"{path}:4: the kind event has no field plcae" in done.err


def test_a_state_that_may_not_follow_is_refused_with_those_that_may(centre: Centre) -> None:
    identifier = logged(centre)
    before = centre.state()
    done = centre.qm("act", identifier, "closed")
    assert done.code == 3
    assert f"{identifier} is reported and cannot become closed; next: recorded" in done.err
    assert centre.state() == before


def test_without_a_state_one_learns_where_the_entry_stands(centre: Centre) -> None:
    identifier = logged(centre)
    before = centre.state()
    shown = centre.qm("act", identifier).out
    assert f"{identifier} Wrong side: reported" in shown
    assert f"next: qm act {identifier} recorded" in shown
    assert "    type: Type" in shown
    assert centre.state() == before


def test_what_was_written_in_the_file_meanwhile_goes_along(centre: Centre) -> None:
    identifier = logged(centre)
    path = file_of(centre, identifier)
    path.write_text(path.read_text() + "\nThe patient was told.\n")
    assert recorded(centre, identifier).code == 0
    assert centre.git("status", "--porcelain") == ""
    text = path.read_text()
    assert "The patient was told." in text
    assert "status: recorded" in text


def test_a_refused_step_leaves_an_edited_file_as_it_is(centre: Centre) -> None:
    identifier = logged(centre)
    path = file_of(centre, identifier)
    path.write_text(path.read_text() + "\nThe patient was told.\n")
    before = centre.state()
    assert centre.qm("act", identifier, "recorded").code == 2
    assert centre.state() == before


def test_a_state_written_by_hand_is_not_gone_on_from(centre: Centre) -> None:
    identifier = logged(centre)
    path = file_of(centre, identifier)
    path.write_text(path.read_text().replace("status: reported", "status: recorded"))
    done = centre.qm("act", identifier, "qualified")
    assert done.code == 3
    assert "edited by hand" in done.err


ACTION = (
    *("log", "action", "New mark", "--set", "origin=event", "--set", "type=corrective"),
    *("--set", "description=Put a mark on the wall"),
)
ABANDONED = ("abandoned", "--set", "reason=Done by others")


def test_a_closed_entry_is_taken_up_again_with_a_reason(centre: Centre) -> None:
    identifier = centre.qm(*ACTION).out.split()[2].rstrip(",")
    assert centre.qm("act", identifier, *ABANDONED).code == 0
    refused = centre.qm("act", identifier, "accepted")
    assert refused.code == 3
    assert "it may only be taken up again: proposed" in refused.err
    assert centre.qm("act", identifier, "proposed").code == 2
    assert centre.qm("act", identifier, "proposed", "-m", "It was not done").code == 0
    assert centre.qm("check", "--diff", "HEAD~1").code == 0


def test_a_role_of_a_kind_of_the_centre_is_asked_for(centre: Centre) -> None:
    kind = (
        "label: {fr: Écart, en: Deviation}\ncategory: record\ncontrolled: false\nevidence: [REC]\n"
        "id: 'ECA-{date}-{rand}'\nstates:\n  open: {next: [closed]}\n"
        "  closed: {next: [], roles: [rq]}\ncounts: [closed]\n"
    )
    centre.commit(
        {
            "templates/deviation/kind.yaml": kind,
            "templates/deviation/template.en.md.j2": "---\n{{ front_matter }}---\n\n## Facts\n",
        }
    )
    done = centre.qm("log", "deviation", "Door open")
    assert done.code == 0, done.err
    identifier = done.out.split()[2].rstrip(",")
    centre.iam("Mia", "mia@example.org")
    refused = centre.qm("act", identifier, "closed")
    assert refused.code == 3
    assert "only rq may say so (Quality Manager)" in refused.err
    centre.iam("Quality Manager", "rq@example.org")
    assert centre.qm("act", identifier, "closed").code == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("next: [closed]", "next: [clsed]", "next names clsed, which is no state"),
        ("roles: [rq]", "requires: [cause]", "closed: cause is no field of the kind"),
        ("counts: [closed]", "counts: [gone]", "the state gone is not one of the kind"),
        ("roles: [rq]", "due: {days: 3, from: id}", "due"),
        (
            "states:",
            "fields: {a: {type: text}, b: {type: integer, product: [a, c]}}\nstates:",
            "b: a is no number to multiply",
        ),
    ],
)
def test_a_kind_that_names_nothing_is_refused(
    centre: Centre, old: str, new: str, said: str
) -> None:
    kind = (
        "label: {fr: Écart, en: Deviation}\ncategory: record\ncontrolled: false\nevidence: [REC]\n"
        "id: 'ECA-{date}-{rand}'\nstates:\n  open: {next: [closed]}\n"
        "  closed: {next: [], roles: [rq]}\ncounts: [closed]\n"
    )
    assert old in kind
    centre.commit({"templates/deviation/kind.yaml": kind.replace(old, new)})
    done = centre.qm("check")
    if said == "due":
        return
    assert done.code == 2
    assert said in done.err


def test_a_product_is_filled_in_and_follows_what_it_is_made_of(centre: Centre) -> None:
    identifier = logged(centre, "--set", "severity=3")
    assert "criticality" not in file_of(centre, identifier).read_text()
    identifier = logged(centre, "--set", "severity=3", "--set", "frequency=4")
    assert "criticality: 12\n" in file_of(centre, identifier).read_text()
    done = centre.qm(
        *("act", identifier, "recorded", "--set", "type=near_miss", "--set", "process=welcome"),
        *("--set", "severity=2"),
    )
    assert done.code == 0, done.err
    assert "criticality: 8\n" in file_of(centre, identifier).read_text()


def test_a_product_that_contradicts_its_factors_is_refused(centre: Centre) -> None:
    before = centre.state()
    rated = ("--set", "severity=3", "--set", "frequency=4", "--set", "criticality=9")
    done = centre.qm("log", "event", "Wrong side", *FACTS, *rated)
    assert done.code == 3
    assert "criticality is 9, and severity × frequency is 12" in done.err
    assert centre.state() == before


def test_a_register_is_counted_filtered_and_shown(centre: Centre) -> None:
    first = logged(centre, "--set", "severity=2", "--set", "date=2026-03-02")
    second = logged(centre, "--set", "severity=4", "--set", "date=2026-05-06")
    assert "event" in centre.qm("register").out
    shown = centre.qm("register", "event").out
    assert shown.index(first) < shown.index(second)
    assert "2 entries, 2 open, 2 late" in shown
    assert first not in centre.qm("register", "event", "--where", "severity=4").out
    assert second not in centre.qm("register", "event", "--period", "2026-03").out
    value = json.loads(centre.qm("register", "event", "--format", "json").out)
    assert value["summary"] == {"entries": 2, "open": 2, "late": 2}
    assert value["entries"][0]["fields"]["severity"] == 2
    assert centre.qm("register", "event", "--state", "clsed").code == 2
    assert centre.qm("register", "procedure").code == 2


@pytest.mark.parametrize("name", ["events.csv", "events.xlsx"])
def test_an_exported_register_is_read_back_as_it_is(
    centre: Centre, tmp_path: Path, name: str
) -> None:
    logged(centre)
    path = str(tmp_path / name)
    assert centre.qm("register", "event", "-o", path).code == 0
    before = centre.state()
    done = centre.qm("register", "event", "--import", path)
    assert done.out == "0 entries added, 0 changed, 1 as they were.\n", done.err
    assert centre.state() == before


def test_a_table_adds_entries_and_changes_some_in_one_commit(
    centre: Centre, tmp_path: Path
) -> None:
    identifier = logged(centre)
    before = centre.git("rev-parse", "HEAD").strip()
    path = tmp_path / "events.csv"
    path.write_text(
        "id;Title;Severity;is_esr;place;status;date\n"
        f"{identifier};Wrong side;3;non;CT1;reported;\n"
        "EI-2024-001;Fall in the corridor;2;oui;Corridor;closed;02/03/2024\n"
    )
    done = centre.qm("register", "event", "--import", str(path))
    assert done.out == "1 entries added, 1 changed, 0 as they were.\n", done.err
    assert centre.git("rev-list", "--count", f"{before}..HEAD") == "1\n"
    shown = centre.qm("register", "event", "--where", "severity=3").out
    assert identifier in shown
    assert "2024-03-02" in centre.qm("register", "event", "--state", "closed").out
    assert centre.git("status", "--porcelain") == ""


def test_each_wrong_cell_of_a_table_is_told_and_nothing_is_written(
    centre: Centre, tmp_path: Path
) -> None:
    identifier = logged(centre)
    path = tmp_path / "events.csv"
    path.write_text(
        "id,title,severity,status\n"
        f"{identifier},Wrong side,3,closed\n"
        ",Fall,9,reported\n"
        ",Delay,2,finished\n"
        ",,2,reported\n"
    )
    before = centre.state()
    done = centre.qm("register", "event", "--import", str(path))
    assert done.code == 2
    assert f"{path}:3, column severity: severity is 9; the maximum is 5" in done.err
    assert f"{path}:4, column status: there is no state finished" in done.err
    assert centre.state() == before
    path.write_text(f"id,title,severity,status\n{identifier},Wrong side,3,closed\n,,2,reported\n")
    done = centre.qm("register", "event", "--import", str(path))
    assert "a state changes with qm act" in done.err
    assert f"{path}:3, column title: the title is missing" in done.err
    assert centre.state() == before


def test_events_of_two_clones_merge_without_a_conflict(centre: Centre, tmp_path: Path) -> None:
    other = tmp_path / "other"
    subprocess.run(["git", "clone", "-q", str(centre.root), str(other)], check=True)
    clone = Centre(other, centre._capture)
    ids = {logged(centre) for _ in range(5)} | {logged(clone) for _ in range(5)}
    assert len(ids) == 10
    clone.git("pull", "-q", "--no-rebase", "--no-edit", "origin", "main")
    assert "10 entries" in clone.qm("register", "event").out
    assert clone.qm("check").code == 0


def test_settings_without_processes_are_told(centre: Centre) -> None:
    text = SETTINGS[: SETTINGS.index("processes:")] + "adopts: [iso-9001-2015]\n"
    centre.commit({"qm.yaml": text})
    done = centre.qm("log", "event", "Wrong side", *FACTS)
    assert done.code == 2
    assert "qm.yaml has no processes" in done.err


def test_what_is_due_waits_for_its_owner(centre: Centre) -> None:
    identifier = centre.qm(*ACTION).out.split()[2].rstrip(",")
    accepted = ("--set", "owner=mia", "--set", "due_date=2026-01-31", "--set", "priority=1")
    accepted += ("--set", "success_criterion=None", "--set", "resources=None")
    done = centre.qm("act", identifier, "accepted", *accepted)
    assert done.code == 0, done.err
    centre.iam("Mia", "mia@example.org")
    shown = centre.qm("status").out
    assert "Late in the registers: qm act (1)" in shown
    assert f"{identifier}: New mark: reach “done” by 2026-01-31" in shown


def form(centre: Centre, tmp_path: Path, **answers: str) -> Result:
    """Log an event from a form that is filled in with *answers*."""
    given = {"title": "Wrong side", "is_esr": "non", "description": "x", "place": "CT1"}
    given |= {"immediate_correction": "y", **answers}
    lines = "".join(f"{key}: {value}\n" for key, value in given.items())
    path = tmp_path / "form.md"
    path.write_text(f"---\nkind: event\n{lines}---\n\nText.\n", encoding="utf-8")
    return centre.qm("log", "event", "--from", str(path))


def test_a_form_is_read_as_options_are(centre: Centre, tmp_path: Path) -> None:
    done = form(centre, tmp_path, date="12/03/2026", is_esr="oui")
    assert done.code == 0, done.err
    text = file_of(centre, done.out.split()[2].rstrip(",.")).read_text()
    assert "date: 2026-03-12" in text
    assert "is_esr: true" in text


@pytest.mark.parametrize("day", ["2026-02-30", "12 novembre", "[x]"])
def test_a_day_that_is_none_is_never_taken_for_today(
    centre: Centre, tmp_path: Path, day: str
) -> None:
    before = centre.state()
    done = form(centre, tmp_path, date=day)
    assert done.code == 2
    assert "form.md:" in done.err
    assert centre.state() == before


@pytest.mark.parametrize(
    "given",
    [
        ("--set", "gaps=a\u2028b"),
        ("--set", "gaps=a\u202eb"),
        ("--set", "gaps=a\x07b"),
        ("--set", "gaps=a\udcffb"),
        ("-m", "a\u0085b"),
    ],
)
def test_a_character_that_no_one_sees_is_refused_by_its_field(
    centre: Centre, given: tuple[str, str]
) -> None:
    before = centre.state()
    done = centre.qm("log", "event", "Wrong side", *FACTS, *given)
    assert done.code == 2
    assert "holds the invisible character U+" in done.err
    assert centre.state() == before


def test_fields_are_written_without_a_step(centre: Centre) -> None:
    identifier = logged(centre, "--set", "is_esr=yes", "--set", "date=2026-11-09")
    done = centre.qm("act", identifier, "--set", "esr_notified_on=2026-11-10")
    assert done.code == 0, done.err
    assert f"Changed: {identifier}." in done.out
    assert "Notification to the ASNR" not in done.out
    assert "Report (CRES) to the ASNR by the evening of" in done.out
    assert centre.git("status", "--porcelain") == ""
    assert centre.qm("act", identifier, "-m", "why").code == 2


def test_what_was_done_is_not_done_on_a_day_to_come(centre: Centre) -> None:
    done = centre.qm(
        *("log", "event", "Wrong side", *FACTS),
        *("--set", "is_esr=yes", "--set", "esr_notified_on=2999-01-01"),
    )
    assert done.code == 2
    assert "esr_notified_on: 2999-01-01 is not past" in done.err


def test_a_legal_duty_is_dropped_with_a_reason_only(centre: Centre) -> None:
    identifier = logged(centre, "--set", "is_esr=yes")
    assert recorded(centre, identifier).code == 0
    qualified = (
        *("act", identifier, "qualified", "--set", "is_esr=no", "--set", "is_eias=no"),
        *("--set", "is_eigs=no", "--set", "vigilance=none", "--set", "severity=2"),
        *("--set", "frequency=2", "--set", "criticality=4", "--set", "consequences=None"),
    )
    refused = centre.qm(*qualified)
    assert refused.code == 2
    assert "would be owed no more" in refused.err
    assert "say why with --comment" in refused.err
    before = centre.state()
    assert centre.qm("act", identifier, "--set", "is_esr=no").code == 2
    assert centre.state() == before
    assert centre.qm(*qualified, "-m", "Seen before the acquisition").code == 0


def test_a_stranger_takes_over_nothing_and_only_a_manager_a_later_state(
    centre: Centre, tmp_path: Path
) -> None:
    identifier = logged(centre)
    path = tmp_path / "events.csv"
    path.write_text(f"id,title\n{identifier},Another title\n")
    before = centre.state()
    centre.iam("Somebody", "somebody@example.org")
    assert centre.qm("register", "event", "--import", str(path)).code == 3
    centre.iam("Mia", "mia@example.org")
    path.write_text("title,status,reason,decided_by\nFall,no_follow_up,x,mia\n")
    assert centre.qm("register", "event", "--import", str(path)).code == 3
    centre.iam("Quality Manager", "rq@example.org")
    assert centre.state() == before


def test_a_table_does_not_pass_over_an_edit_that_is_not_committed(
    centre: Centre, tmp_path: Path
) -> None:
    identifier = logged(centre)
    file = file_of(centre, identifier)
    file.write_text(file.read_text().replace("CT1", "MRI"))
    path = tmp_path / "events.csv"
    path.write_text(f"id,place\n{identifier},CT2\n")
    before = centre.state()
    done = centre.qm("register", "event", "--import", str(path))
    assert done.code == 2
    assert "has changes that are not committed" in done.err
    assert centre.state() == before


def test_only_a_quality_manager_closes_an_event(centre: Centre) -> None:
    identifier = logged(centre)
    centre.iam("Mia", "mia@example.org")
    assert recorded(centre, identifier).code == 0
    qualified = ("severity=2", "frequency=2", "criticality=4", "consequences=None", "is_eias=no")
    more = [item for one in (*qualified, "is_eigs=no", "vigilance=none") for item in ("--set", one)]
    assert centre.qm("act", identifier, "qualified", *more).code == 0
    done = centre.qm("act", identifier, "no_follow_up", "--set", "reason=Known")
    assert done.code == 3
    assert "only rq may say so" in done.err


@pytest.mark.parametrize("command", ["check", "agenda", "register", "status"])
def test_a_day_at_the_end_of_the_calendar_stops_no_command(centre: Centre, command: str) -> None:
    head = "id: EVT-99991231-0000\ntitle: T\nkind: event\ndate: 9999-12-31\nstatus: reported\n"
    centre.commit({f"{FOLDER}/EVT-99991231-0000.md": f"---\n{head}is_esr: true\n---\n"})
    assert centre.qm(command).code in (0, 1)
    assert centre.qm("status", "--on", "9999-12-31").code == 0


def test_the_agenda_names_a_step_that_may_be_made(centre: Centre) -> None:
    identifier = logged(centre, "--set", "is_esr=yes")
    items = json.loads(centre.qm("agenda", "--format", "json").out)["items"]
    commands = {one["command"] for one in items if one["subject"] == identifier}
    assert commands == {f"qm act {identifier} recorded"}


def test_the_number_of_a_patient_beside_an_indicator_is_found(centre: Centre) -> None:
    head = "id: TB-1\ntitle: T\nkind: indicator\ndate: 2026-03-02\nstatus: active\n"
    path = "processes/welcome/enregistrements/indicator/TB-1"
    values = "period,value,comment\n2026-03,4,NIR 1 85 05 78 006 084 91\n"
    centre.commit({f"{path}.md": f"---\n{head}---\n", f"{path}.csv": values})
    shown = centre.qm("check", "--format", "concise").out
    assert f"{path}.csv:2:" in shown
    assert "QM601" in shown


def test_a_table_drops_no_legal_duty(centre: Centre, tmp_path: Path) -> None:
    identifier = logged(centre, "--set", "is_esr=yes")
    path = tmp_path / "events.csv"
    path.write_text(f"id,is_esr\n{identifier},non\n")
    before = centre.state()
    done = centre.qm("register", "event", "--import", str(path))
    assert done.code == 2
    assert f"{path}:2: {identifier}: « Notification to the ASNR and the ARS »" in done.err
    assert centre.state() == before


def test_a_product_follows_its_factors_without_a_step(centre: Centre) -> None:
    identifier = logged(centre, "--set", "severity=2", "--set", "frequency=2")
    assert centre.qm("act", identifier, "--set", "severity=3").code == 0
    assert "criticality: 6" in file_of(centre, identifier).read_text()


def test_a_day_that_the_entry_itself_sets_is_told_by_its_name(centre: Centre) -> None:
    done = centre.qm(
        *("log", "action", "New mark", "--set", "origin=event", "--set", "type=corrective"),
        *("--set", "description=Mark the wall", "--set", "due_date=2030-12-17"),
    )
    assert done.code == 0, done.err
    assert "reach “done”: by Tuesday 2030-12-17 (Due date)" in " ".join(done.out.split())
