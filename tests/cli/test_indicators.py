"""`qm indicators`: from CSV files and registers to lines, charts and pages."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT, SETTINGS, Centre

FOLDER = "processes/welcome/enregistrements"
ON = ("--on", "2026-11-22")
HOSTILE = "</title><script>alert(1)</script> {{ 7 * 7 }} =cmd|x"
SVG = "{http://www.w3.org/2000/svg}"


def indicator(name: str, title: str = "Complete requests", **keys: object) -> dict[str, str]:
    """Return the file of an indicator that is better when it is higher."""
    held = {
        "status": "active",
        "definition": "Share of complete requests",
        "formula": "complete / received",
        "source": "RIS",
        "unit": '"%"',
        "period": "month",
        "target": 95,
        "alert_threshold": 90,
        "direction": "higher",
        **keys,
    }
    lines = "".join(f"{key}: {value}\n" for key, value in held.items() if value is not None)
    head = f"id: {name}\ntitle: {json.dumps(title)}\nkind: indicator\ndate: 2026-01-05\n"
    return {f"{FOLDER}/{name}.md": f"---\n{head}{lines}---\n\n## Definition\n"}


def values(name: str, *lines: str) -> dict[str, str]:
    """Return the file of the values of an indicator."""
    return {f"{FOLDER}/{name}.csv": "\n".join(["period,value,comment", *lines, ""])}


@pytest.fixture
def followed(welcome: Centre) -> Centre:
    """Return a centre with an indicator that went off target."""
    lines = ("2026-07,96,", "2026-08,93,holidays", "2026-09,88,", "2026-10,85.5,")
    welcome.commit({**indicator("TB-1"), **values("TB-1", *lines)})
    return welcome


def test_a_line_tells_the_last_value_its_target_and_where_it_stands(followed: Centre) -> None:
    shown = followed.qm("indicators", *ON)
    assert shown.code == 0, shown.err
    line = next(one for one in shown.out.splitlines() if one.startswith("TB-1 "))
    assert re.search(r"2026-10 +85\.5\s% +≥\s95\s% +█▆▃▁ +down +off target$", line), line
    assert "Indicators: 1 (0 on target, 0 to watch, 1 off target)" in shown.out


def test_two_values_off_target_propose_an_action_until_one_is_under_way(followed: Centre) -> None:
    told = "off target twice in a row (2026-09, 2026-10): an action is proposed"
    assert told in followed.qm("indicators", *ON).out
    action = (
        "id: ACT-1\ntitle: Call the referrers\nkind: action\ndate: 2026-10-20\nstatus: accepted"
    )
    followed.write({f"{FOLDER}/ACT-1.md": f"---\n{action}\n---\n"})
    followed.write(indicator("TB-1", actions="[ACT-1]"))
    shown = followed.qm("indicators", *ON).out
    assert told not in shown
    assert "off target twice in a row (2026-09, 2026-10); under way: ACT-1" in shown


def test_one_indicator_is_shown_with_its_chart_and_its_values(followed: Centre) -> None:
    shown = followed.qm("indicators", "TB-1", *ON).out
    assert "TB-1: Complete requests" in shown
    assert re.search(r"^ +95 \|=+ target$", shown, re.MULTILINE)
    assert re.search(r"^2026-08 +93 +to watch +holidays$", shown, re.MULTILINE)


def test_a_terminal_without_blocks_gets_plain_signs(followed: Centre) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qmtool", "indicators", *ON],
        cwd=followed.root,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=True,
    )
    assert b" #*-_ " in done.stdout


def test_the_values_of_a_commit_are_read_from_it(followed: Centre) -> None:
    followed.write(values("TB-1", "2026-07,96,"))
    now = json.loads(followed.qm("indicators", *ON, "--format", "json").out)
    then = json.loads(followed.qm("indicators", *ON, "--at", "HEAD", "--format", "json").out)
    assert [len(one["indicators"][0]["values"]) for one in (now, then)] == [1, 4]


def test_the_period_keeps_some_values_and_the_process_some_indicators(followed: Centre) -> None:
    shown = followed.qm("indicators", *ON, "--period", "2026-08..2026-09", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(shown)))
    assert [(row["period"], row["value"], row["state"]) for row in rows] == [
        ("2026-08", "93", "watch"),
        ("2026-09", "88", "off_target"),
    ]
    assert followed.qm("indicators", "--process", "nowhere").code == 2
    assert followed.qm("indicators", "--period", "soon").code == 2


def test_json_holds_what_was_measured_and_what_is_missing(followed: Centre) -> None:
    followed.write(values("TB-1", "2026-07,96,", "2026-08,,broken", "2026-10,91,"))
    (one,) = json.loads(followed.qm("indicators", *ON, "--format", "json").out)["indicators"]
    assert one["missing"] == ["2026-08", "2026-09"]
    assert (one["state"], one["trend"], one["action_proposed"]) == ("watch", "down", False)
    assert one["values"][1] == {
        "period": "2026-08",
        "value": None,
        "state": None,
        "outside_limits": False,
        "comment": "broken",
    }


def test_a_computed_indicator_counts_its_register(welcome: Centre) -> None:
    event = "title: Fall\nkind: event\nstatus: reported\n"
    files = {
        f"{FOLDER}/EVT-{n}.md": f"---\nid: EVT-{n}\ndate: 2026-0{n}-03\n{event}---\n"
        for n in (7, 8)
    }
    counted = indicator(
        *("TB-2", "Events"),
        **{"computed": "entries", "register": "event", "target": None, "direction": None},
    )
    welcome.commit({**counted, **files})
    (one,) = json.loads(welcome.qm("indicators", *ON, "--format", "json").out)["indicators"]
    assert [(each["period"], each["value"]) for each in one["values"]] == [
        *(("2026-07", 1), ("2026-08", 1), ("2026-09", 0), ("2026-10", 0))
    ]


def test_a_dashboard_without_values_is_left_out_and_an_empty_centre_says_what_to_type(
    welcome: Centre,
) -> None:
    board = f"{FOLDER}/TB-9.md"
    welcome.commit({board: "---\nid: TB-9\ntitle: Board\nkind: indicator\ndate: 2026-01-05\n---\n"})
    shown = welcome.qm("indicators", *ON)
    assert (shown.code, shown.out) == (0, "No indicator. To define one, type: qm log indicator\n")


def test_an_indicator_that_is_followed_no_more_is_shown_by_its_name_only(
    followed: Centre,
) -> None:
    followed.write(indicator("TB-1", status="retired"))
    assert "TB-1" not in followed.qm("indicators", *ON).out
    assert "TB-1: Complete requests" in followed.qm("indicators", "TB-1", *ON).out


def test_a_new_indicator_says_where_its_values_go(welcome: Centre) -> None:
    welcome.commit(indicator("TB-1"))
    assert f"no value yet; write them in {FOLDER}/TB-1.csv" in welcome.qm("indicators", *ON).out


def test_a_picture_is_of_one_indicator(followed: Centre) -> None:
    done = followed.qm("indicators", "-o", "all.svg", *ON)
    assert done.code == 2
    assert "a picture shows one indicator" in done.err
    assert not (followed.root / "all.svg").exists()


def test_an_unknown_indicator_is_refused_with_the_nearest(followed: Centre) -> None:
    done = followed.qm("indicators", "TB-11")
    assert done.code == 2
    assert "no indicator is called TB-11. Did you mean TB-1?" in done.err


def test_pictures_and_pages_are_the_same_twice_and_run_nothing(followed: Centre) -> None:
    followed.commit({**indicator("TB-1", HOSTILE, unit=json.dumps(HOSTILE))})
    for name in ("a.html", "b.html"):
        assert followed.qm("indicators", *ON, "-o", name).code == 0
    for name in ("a.svg", "b.svg"):
        assert followed.qm("indicators", "TB-1", *ON, "-o", name).code == 0
    page, picture = (followed.root / "a.html").read_bytes(), (followed.root / "a.svg").read_bytes()
    assert page == (followed.root / "b.html").read_bytes()
    assert picture == (followed.root / "b.svg").read_bytes()
    for made in (page, picture):
        assert b"<script" not in made
        assert b"{{ 7 * 7 }}" in made
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    assert root.findtext(f"{SVG}title") == HOSTILE
    assert "off target twice in a row" in root.findtext(f"{SVG}desc", "")


def test_the_ids_of_a_page_with_several_charts_are_all_different(followed: Centre) -> None:
    followed.write({**indicator("TB-2"), **values("TB-2", "2026-07,96,")})
    assert followed.qm("indicators", *ON, "-o", "a.html").code == 0
    ids = re.findall(r"""\bid=['"]([^'"]+)""", (followed.root / "a.html").read_text())
    assert len(set(ids)) == len(ids) > 6


def test_an_unreadable_line_is_told_by_the_check_and_by_the_report(followed: Centre) -> None:
    followed.write(values("TB-1", "2026-07,96,", "2026-08,93 %,"))
    done = followed.qm("check", "--format", "concise")
    assert done.code == 1
    assert f"{FOLDER}/TB-1.csv:3:9: QM807 error: TB-1: 93 % is no number" in done.out
    assert f"1 lines of {FOLDER}/TB-1.csv cannot be read" in followed.qm("indicators", *ON).out


def test_a_staged_file_of_values_is_judged_by_itself(followed: Centre) -> None:
    followed.write(values("TB-1", "2026-07,x,"))
    followed.git("add", f"{FOLDER}/TB-1.csv")
    followed.write(values("TB-1", "2026-07,96,"))
    assert "QM807" in followed.qm("check", "--staged").out
    assert "QM807" not in followed.qm("check").out


def test_values_that_are_no_text_are_told_and_not_read(followed: Centre) -> None:
    followed.write({f"{FOLDER}/TB-1.csv": b"period,value,comment\n2026-07,96,\xe9t\xe9\n"})
    assert "TB-1.csv:2:1: QM807 error: TB-1: the file is not in UTF-8" in (
        followed.qm("check", "--format", "concise").out
    )


def test_a_site_leaves_out_the_indicators_of_others(followed: Centre) -> None:
    sites = SETTINGS.replace("processes:", "sites: [{id: nord}, {id: sud}]\nprocesses:")
    south = indicator("TB-2", "Of the south", sites="[sud]")
    followed.commit({"qm.yaml": sites, **south})
    shown = followed.qm("indicators", "--site", "nord", *ON).out
    assert "TB-1" in shown
    assert "TB-2" not in shown
    assert "TB-2" in followed.qm("indicators", "--site", "sud", *ON).out
    assert followed.qm("indicators", "--site", "est", *ON).code == 2
