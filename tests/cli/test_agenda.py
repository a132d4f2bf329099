"""`qm agenda` says what is due, and what is late; a calendar of it gives nobody away."""

import csv
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from tests.conftest import SETTINGS, Centre, built_once, procedure

ON = ("--on", "2026-11-21")
PEOPLE = SETTINGS.replace("email: mia@example.org}", "email: mia@example.org, until: 2026-11-25}")
FOLDER = "processes/welcome/enregistrements"
EVENT = f"{FOLDER}/EVT-20261119-AAAA.md"
ACTION = f"{FOLDER}/ACT-20260901-AAAA.md"


def record(identifier: str, title: str, kind: str, day: str, *lines: str, body: str = "") -> str:
    """Return the text of a record."""
    keys = [f"id: {identifier}", f"title: {title}", f"kind: {kind}", f"date: {day}", *lines]
    return "".join(f"{one}\n" for one in ("---", *keys, "---")) + body


@pytest.fixture
@built_once
def busy(welcome: Centre) -> Centre:
    """Return a centre with an event to be notified, a late action, a review and certificates."""
    kind = """\
label: {fr: Incident, en: Incident}
category: record
controlled: false
evidence: [REC]
fields:
  told_on: {type: date}
  measure: {type: references, label: {fr: Mesure, en: Measure}}
states:
  seen: {label: {fr: constaté, en: seen}, next: [told]}
  told:
    label: {fr: déclaré, en: notified}
    next: [closed]
    due:
      - {days: 2, working: true, from: date, basis: guide, source: guide n° 11, until: told_on,
         duty: {fr: Déclarer à l'ASNR, en: Notify the ASNR}}
  closed: {label: {fr: clos, en: closed}, next: [], due: {days: 60, from: date}}
counts: [closed]
"""
    welcome.commit(
        {
            "qm.yaml": PEOPLE.replace("adopts:", "sites: [{id: north}, {id: south}]\nadopts:")
            + "review_months: 240\n"
            + "certificates: [{referential: labelix, by: LNE, from: 2024-12-20}]\n",
            "templates/incident/kind.yaml": kind,
            EVENT: record(
                "EVT-20261119-AAAA",
                "Wrong side, again",
                "incident",
                "2026-11-19",
                "owner: mia",
                "sites: [north]",
                "measure: [ACT-20260901-AAAA, PR-ACC-001]",
            ),
            ACTION: record(
                "ACT-20260901-AAAA",
                "Redo; the list",
                "incident",
                "2026-09-01",
                "status: told",
                "told_on: 2026-09-02",
                "history: [{state: seen, date: 2026-09-01, by: mia, comment: as told},"
                " {state: told, date: 2026-09-02, by: rq1}]",
            ),
        }
    )
    assert welcome.qm("release", "PR-ACC-001", "-m", "first").code == 0
    return welcome


def items(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    """Return what the agenda of a day holds."""
    shown = centre.qm("agenda", *ON, "--format", "json", *arguments)
    assert shown.code == 0, shown.err
    found: list[dict[str, Any]] = json.loads(shown.out)["items"]
    return found


def days(centre: Centre, *arguments: str) -> list[str]:
    """Return the days and the subjects of the agenda."""
    return [f"{one['day']} {one['subject']}" for one in items(centre, *arguments)]


def test_what_is_late_comes_first_and_then_each_day(busy: Centre) -> None:
    assert days(busy) == [
        "2026-10-31 ACT-20260901-AAAA",
        "2026-11-23 EVT-20261119-AAAA",
        "2026-11-25 mia",
        "2026-12-20 labelix",
        "2027-01-18 EVT-20261119-AAAA",
    ]


def test_a_terminal_of_80_columns_shows_a_line_for_each_and_the_law_stands_out(
    busy: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = busy.qm("agenda", *ON).out.splitlines()
    assert [line for line in lines if line[:1] not in ("", " ")] == [
        "Late (1)",
        "This month (2)",
        "Later (2)",
        "5 dates up to 2027-02-19, 1 late",
    ]
    assert max(map(len, lines)) <= 80
    assert "  2026-10-31         ACT-20260901-AAAA  rq1  reach “closed”: Redo; the list" in lines
    first = "  2026-11-23  LEGAL  EVT-20261119-AAAA  mia  Notify the ASNR: Wrong side, again"
    assert first in lines
    assert lines[lines.index(first) + 1].strip() == "(guide n° 11)"  # never cut
    later = next(line for line in lines if line.startswith("  2026-12-20"))
    assert later.endswith("…")


def test_a_week_ends_on_sunday(busy: Centre) -> None:
    shown = busy.qm("agenda", "--on", "2026-11-18").out
    assert "This week" not in shown
    shown = busy.qm("agenda", "--on", "2026-11-23").out
    week = shown.partition("This week (2)")[2].partition("\n\n")[0]
    assert "EVT-20261119-AAAA" in week  # due today
    assert "mia" in week


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--late"], ["2026-10-31"]),
        (["--days", "0"], ["2026-10-31"]),
        (["--days", "2"], ["2026-10-31", "2026-11-23"]),
        (["--until", "2026-11-25"], ["2026-10-31", "2026-11-23", "2026-11-25"]),
        (["--person", "mia"], ["2026-11-23", "2026-11-25", "2027-01-18"]),
        (["--kind", "surveillance"], ["2026-12-20"]),
        (["--kind", "incident", "--site", "south"], ["2026-10-31"]),
        (["--process", "welcome", "--person", "rq1"], ["2026-10-31"]),
    ],
)
def test_the_options_choose(busy: Centre, arguments: list[str], expected: list[str]) -> None:
    assert [one["day"] for one in items(busy, *arguments)] == expected


def test_a_version_in_force_is_to_be_reviewed(busy: Centre) -> None:
    shown = busy.qm("agenda", "--on", "2031-01-01", "--days", "36500", "--format", "json")
    (found,) = (one for one in json.loads(shown.out)["items"] if one["kind"] == "procedure")
    assert (found["nature"], found["subject"]) == ("document-review", "PR-ACC-001")
    assert found["what"] == {"fr": found["what"]["fr"], "en": "review of version 1.0"}
    assert found["command"] == "qm review PR-ACC-001"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--person", "nobody"], "--person nobody is none of mia, rq1"),
        (["--process", "x"], "--process x is none of welcome"),
        (["--site", "x"], "--site x is none of north, south"),
        (["--kind", "incidant"], "incident"),
        (["--days", "3", "--until", "2026-12-01"], "give --until or --days, not both"),
        (["--until", "2026-11-20"], "is before 2026-11-21"),
        (["--until", "soon"], "soon is not a day"),
        (["--format", "xlsx"], "the format xlsx is none of text, json, markdown, ics, csv"),
    ],
)
def test_what_would_say_nothing_is_refused(busy: Centre, arguments: list[str], said: str) -> None:
    shown = busy.qm("agenda", *ON, *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_an_empty_agenda_says_so(welcome: Centre) -> None:
    shown = welcome.qm("agenda", *ON, "--days", "0")
    assert (shown.code, shown.out) == (0, "Nothing is due up to 2026-11-21.\n")
    assert items(welcome, "--days", "0") == []


def test_csv_and_markdown_hold_the_same(busy: Centre) -> None:
    rows = list(csv.DictReader(io.StringIO(busy.qm("agenda", *ON, "--format", "csv").out)))
    assert [f"{row['day']} {row['subject']}" for row in rows] == days(busy)
    assert (rows[1]["what"], rows[1]["legal"], rows[1]["basis"]) == (
        "Notify the ASNR",
        "true",
        "guide",
    )
    shown = busy.qm("agenda", *ON, "--format", "markdown").out
    assert shown.startswith("# Agenda from 2026-11-21 to 2027-02-19\n")
    for one in days(busy):
        assert f"| {one.replace(' ', ' | ', 1)} |" in shown


def test_a_commit_is_read_as_it_was(busy: Centre) -> None:
    busy.commit({ACTION: procedure("PR-ACC-009")})
    assert "ACT-20260901-AAAA" not in busy.qm("agenda", *ON).out
    assert "ACT-20260901-AAAA" in busy.qm("agenda", *ON, "--at", "HEAD~1").out


def calendar(centre: Centre, *arguments: str) -> bytes:
    """Return the calendar that is written to a file."""
    assert centre.qm("agenda", *ON, "-o", "../agenda.ics", *arguments).code == 0
    return (centre.root.parent / "agenda.ics").read_bytes()


def test_the_calendar_holds_whole_days_with_an_alarm(busy: Centre) -> None:
    data = calendar(busy)
    events = Calendar.from_ical(data).walk("VEVENT")
    found = [(str(one["DTSTART"].dt), str(one["SUMMARY"])) for one in events]
    assert found[:2] == [
        ("2026-10-31", "LATE: ACT-20260901-AAAA: reach “closed”: Redo; the list"),
        (
            "2026-11-23",
            "URGENT: EVT-20261119-AAAA: Notify the ASNR: Wrong side, again (guide n° 11)",
        ),
    ]
    assert len(found) == len(days(busy))
    assert all(type(one["DTSTART"].dt) is date for one in events)
    assert {str(one["DTSTAMP"].dt) for one in events} == {"2026-11-21 00:00:00+00:00"}
    alarms = [[alarm["TRIGGER"].dt for alarm in one.walk("VALARM")] for one in events]
    assert alarms[:3] == [[], [timedelta(days=-1)], [timedelta(days=-14)]]
    assert "command: qm act EVT-20261119-AAAA told" in str(events[1]["DESCRIPTION"])
    assert "LEGAL" in [str(name) for name in events[1]["CATEGORIES"].cats]
    assert b"TZID" not in data
    assert max(map(len, data.split(b"\r\n"))) <= 75


def test_the_calendar_is_the_same_whoever_makes_it_and_whenever(busy: Centre) -> None:
    first = calendar(busy)
    assert calendar(busy) == first
    events = Calendar.from_ical(first).walk("VEVENT")
    uids = [str(one["UID"]) for one in events]
    assert len(set(uids)) == len(uids)
    moved = (busy.root / EVENT).read_text().replace("date: 2026-11-19", "date: 2026-11-20")
    busy.write({EVENT: moved})
    later = Calendar.from_ical(calendar(busy)).walk("VEVENT")
    assert [str(one["UID"]) for one in later] == uids  # what moved is moved, not doubled
    assert str(later[1]["DTSTART"].dt) == "2026-11-24"


def test_a_calendar_leaves_out_the_words_of_what_tells_who_somebody_is(busy: Centre) -> None:
    path = f"{FOLDER}/EVT-20261120-BBBB.md"
    told = record(
        "EVT-20261120-BBBB", "About Mr Durand", "incident", "2026-11-20", body="IPP 123456789\n"
    )
    number = f"{FOLDER}/EVT-20261121-CCCC.md"
    named = record("EVT-20261121-CCCC", "IPP 987654321", "incident", "2026-11-21")
    busy.write({path: told, number: named})
    text = calendar(busy).replace(b"\r\n ", b"").decode()
    assert "EVT-20261120-BBBB: Notify the ASNR (guide n° 11)" in text
    assert "Durand" not in text
    assert "987654321" not in text
    assert "EVT-20261121-CCCC" in text


def test_the_calendar_speaks_the_language_of_the_centre(busy: Centre) -> None:
    settings = (busy.root / "qm.yaml").read_text()
    busy.write({"qm.yaml": settings.replace("language: en", "language: fr")})
    assert "Déclarer à l'ASNR" in calendar(busy).replace(b"\r\n ", b"").decode()


def test_reading_changes_nothing(busy: Centre) -> None:
    before = busy.state()
    busy.qm("agenda", *ON)
    assert busy.state() == before


def test_show_tells_the_steps_the_deadlines_and_the_chain_of_a_record(
    busy: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    shown = busy.qm("show", "EVT-20261119-AAAA", *ON, "--format", "text").out
    head = shown.partition("-" * 80)[0]
    assert max(map(len, head.splitlines())) <= 80
    assert "state: seen\n" in head
    assert "URGENT: EVT-20261119-AAAA of Thursday 2026-11-19. Notify the ASNR by" in head
    assert "  → Measure: ACT-20260901-AAAA Redo; the list (notified since 2026-09-02)\n" in head
    shown = busy.qm("show", "ACT-20260901-AAAA", "--on", "2029-01-01", "--format", "text").out
    assert (
        "  2026-09-01  seen  Mia Author  as told\n  2026-09-02  notified  Quality Manager\n"
        in shown
    )
    assert "  ← Measure: EVT-20261119-AAAA Wrong side, again (seen)\n" in shown
    assert "     → Measure: PR-ACC-001 Title of PR-ACC-001 (version 1.0 in force)\n" in shown


def test_show_gives_the_chain_as_edges(busy: Centre) -> None:
    done = busy.qm("show", "EVT-20261119-AAAA", "--on", "2031-01-01", "--format", "json")
    value = json.loads(done.out)
    assert value["chain"] == [
        {
            "from": "EVT-20261119-AAAA",
            "field": "measure",
            "to": "ACT-20260901-AAAA",
            "state": "told",
            "from_state": "seen",
        },
        {
            "from": "EVT-20261119-AAAA",
            "field": "measure",
            "to": "PR-ACC-001",
            "state": "v1.0",
            "from_state": "seen",
        },
    ]
    assert [one["day"] for one in value["deadlines"]] == ["2026-11-23", "2027-01-18"]
    assert (value["step"], value["closed"]) == ("seen", False)
    assert "chain" not in json.loads(busy.qm("show", "PR-ACC-001", "--format", "json").out)
