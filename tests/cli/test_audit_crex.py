"""The committee decides of each event whether it is analysed, or only counted."""

import json

import pytest

from tests.conftest import Centre, built_once

FACTS = (
    *("--set", "is_esr=no", "--set", "place=CT1"),
    *("--set", "description=Left knee", "--set", "immediate_correction=Done again"),
)
QUALIFIED = (
    *("--set", "consequences=None", "--set", "frequency=2", "--set", "is_eias=no"),
    *("--set", "is_eigs=no", "--set", "vigilance=none"),
)
REASON = ("--reason", "Known, and corrected at once")


def logged(centre: Centre, title: str) -> str:
    """Write an event down and let it be recorded; return its id."""
    done = centre.qm("log", "event", title, *FACTS)
    event = done.out.split()[2].rstrip(",")
    done = centre.qm(
        "act", event, "recorded", "--set", "type=near_miss", "--set", "process=welcome"
    )
    assert done.code == 0, done.err
    return event


@pytest.fixture
@built_once
def events(welcome: Centre) -> Centre:
    """Return a centre with three events: one recorded, two qualified, one of them graver."""
    for title, severity in (("Recorded", 0), ("Light", 1), ("Grave", 4)):
        event = logged(welcome, title)
        if severity:
            more = (f"severity={severity}", f"criticality={2 * severity}")
            given = [one for value in more for one in ("--set", value)]
            assert welcome.qm("act", event, "qualified", *QUALIFIED, *given).code == 0
    welcome.qm("log", "event", "Reported", *FACTS)
    return welcome


def waiting(centre: Centre) -> dict[str, str]:
    """Return the ids of the events that wait for a choice, by their titles, in their order."""
    found = json.loads(centre.qm("audit", "crex", "--format", "json").out)["events"]
    return {one["title"]: one["id"] for one in found}


def test_the_most_critical_event_comes_first_and_what_nobody_qualified_last(
    events: Centre,
) -> None:
    assert list(waiting(events)) == ["Grave", "Light", "Recorded"]
    lines = events.qm("audit", "crex").out.splitlines()
    assert [line.split()[0] for line in lines[2:5]] == ["8", "2", "?"]
    assert "3 events wait for a choice" in lines[-1]


def test_a_choice_is_one_commit_and_leaves_the_state(events: Centre) -> None:
    event = waiting(events)["Light"]
    done = events.qm("audit", "crex", event, "counted", *REASON)
    assert done.code == 0, done.err
    assert events.git("log", "-1", "--format=%s") == f"{event}: depth, depth_reason\n"
    assert events.git("status", "--porcelain") == ""
    text = next((events.root / "processes").rglob(f"{event}-*.md")).read_text()
    assert "depth: counted" in text
    assert 'depth_reason: "Known, and corrected at once"' in text
    assert "status: qualified" in text
    assert list(waiting(events)) == ["Grave", "Recorded"]
    before = events.state()
    assert "as before" in events.qm("audit", "crex", event, "counted", *REASON).out
    assert events.state() == before


def test_what_was_written_in_the_event_meanwhile_goes_along(events: Centre) -> None:
    event = waiting(events)["Grave"]
    path = next((events.root / "processes").rglob(f"{event}-*.md"))
    path.write_text(path.read_text() + "\nSeen by two people.\n")
    assert events.qm("audit", "crex", event, "analysed", *REASON).code == 0
    assert events.git("status", "--porcelain") == ""
    assert "Seen by two people." in path.read_text()


def test_a_dry_run_writes_nothing(events: Centre) -> None:
    before, event = events.state(), waiting(events)["Grave"]
    done = events.qm("audit", "crex", event, "analysed", *REASON, "--dry-run")
    assert (done.code, events.state()) == (0, before)
    assert "Nothing was changed" in done.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("counted",), 2, "a decision has a reason"),
        (("sometimes", *REASON), 2, "none of analysed, counted"),
        (("", *REASON), 2, "say which"),
        (("counted", *REASON, "--on", "2026-01-01"), 2, "a decision is of today"),
        (("counted", "--reason", "NIR 1 85 05 78 006 084 91"), 3, "QM601"),
    ],
)
def test_a_wrong_choice_is_told_and_nothing_is_written(
    events: Centre, arguments: tuple[str, ...], code: int, said: str
) -> None:
    before, event = events.state(), waiting(events)["Grave"]
    done = events.qm("audit", "crex", event, *arguments)
    assert done.code == code
    assert said in done.err
    assert events.state() == before


def test_a_closed_event_stays_as_it_is(events: Centre) -> None:
    event = waiting(events)["Light"]
    events.qm("act", event, "no_follow_up", "--set", "reason=Nothing to do")
    done = events.qm("audit", "crex", event, "counted", *REASON)
    assert (done.code, "closed: it stays as it is" in done.err) == (3, True)


def test_who_is_none_of_the_people_decides_nothing(events: Centre) -> None:
    event = waiting(events)["Light"]
    events.iam("Somebody", "somebody@example.org")
    done = events.qm("audit", "crex", event, "counted", *REASON)
    assert (done.code, "somebody@example.org" in done.err) == (3, True)


def test_a_state_written_by_hand_is_refused(events: Centre) -> None:
    event = waiting(events)["Light"]
    path = next((events.root / "processes").rglob(f"{event}-*.md"))
    path.write_text(path.read_text().replace("status: qualified", "status: closed"))
    done = events.qm("audit", "crex", event, "counted", *REASON)
    assert (done.code, "edited by hand" in done.err) == (3, True)


def test_only_events_are_chosen_from(events: Centre) -> None:
    done = events.qm("audit", "crex", "PR-ACC-001", "counted", *REASON)
    assert (done.code, "no event that the committee chooses from" in done.err) == (2, True)


@pytest.mark.parametrize("name", ["text", "markdown", "csv"])
def test_the_list_has_several_formats(events: Centre, name: str) -> None:
    assert "Grave" in events.qm("audit", "crex", "--format", name).out
