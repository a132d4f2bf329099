"""`qm trend`: each point is the gap of its day, at the commit that the branch had then."""

import csv
import io
import json
from typing import Any

import pytest

from qmtool.repository.sources import BlobSource
from tests.cli.test_gap_since import past as past  # noqa: PLC0414 - a fixture
from tests.conftest import SETTINGS, Centre

ON = ("--on", "2026-05-20")
SHORT = (*ON, "--since", "2026-04-01")


def points(centre: Centre, *arguments: str) -> list[dict[str, Any]]:
    shown = centre.qm("trend", "iso-9001-2015", *ON, "--format", "json", *arguments)
    assert shown.code == 0, shown.err
    found: list[dict[str, Any]] = json.loads(shown.out)["points"]
    return found


def test_there_is_a_point_for_each_month_from_the_first_commit_on(past: Centre) -> None:
    days = [one["on"] for one in points(past)]
    assert days == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-20"]


def test_each_point_is_the_gap_of_that_day_at_the_commit_of_then(past: Centre) -> None:
    for one in points(past)[:4:3]:
        commit = past.git("rev-list", "-1", f"--before={one['on']}T23:59:59+02:00", "HEAD").strip()
        assert one["at"] == commit
        alone = past.qm(
            *("gap", "iso-9001-2015", "--at", commit, "--on", one["on"], "--format", "json")
        )
        assert one["summary"] == json.loads(alone.out)["summary"]


def test_the_last_point_is_the_work_tree(past: Centre) -> None:
    assert points(past, *SHORT)[-1]["at"] == "worktree"
    assert points(past, *SHORT, "--at", "HEAD")[-1]["at"] == past.git("rev-parse", "HEAD").strip()


def test_a_quarter_and_a_later_beginning_are_chosen(past: Centre) -> None:
    days = [one["on"] for one in points(past, "--every", "quarter")]
    assert days == ["2026-03-31", "2026-05-20"]
    days = [one["on"] for one in points(past, *SHORT)]
    assert days == ["2026-04-30", "2026-05-20"]


def test_one_that_may_not_be_rated_has_counts_and_no_percentage(past: Centre) -> None:
    shown = past.qm("trend", "labelix", *SHORT).out
    assert "%" not in shown
    assert "Ready share" not in shown
    value = json.loads(past.qm("trend", "labelix", *SHORT, "--format", "json").out)
    assert "ready_share" not in value["points"][0]
    assert "ready-share" not in past.qm("trend", "labelix", *SHORT, "--format", "csv").out
    assert 0 < points(past, *SHORT)[0]["ready_share"] < 1


def test_every_format_tells_the_same_counts(past: Centre) -> None:
    first, last = (one["summary"] for one in points(past, *SHORT))
    table = past.qm("trend", "iso-9001-2015", *SHORT, "--format", "csv").out
    row = next(csv.DictReader(io.StringIO(table)))
    assert {name: int(row[name]) for name in first} == first
    shown = past.qm("trend", "iso-9001-2015", *SHORT).out
    line = next(one for one in shown.splitlines() if one.startswith("2026-04-30  "))
    seen = [one for one in first if any(point["summary"][one] for point in points(past, *SHORT))]
    assert line.split()[1 : 1 + len(seen)] == [str(first[one]) for one in seen]
    assert "to verify" not in shown  # no column without anything in it: it has to fit
    assert past.qm("trend", "iso-9001-2015", *SHORT, "-o", "t.svg").code == 0
    assert f"ready: {first['ready']} → {last['ready']}" in (past.root / "t.svg").read_text()
    assert past.qm("trend", "iso-9001-2015", *SHORT, "-o", "t.html").code == 0
    page = (past.root / "t.html").read_text()
    assert "<polygon" in page
    assert "<script" not in page


def test_the_same_history_gives_the_same_bytes_with_and_without_the_cache(past: Centre) -> None:
    one = past.qm("trend", "iso-9001-2015", *SHORT, "--format", "html").out
    assert past.qm("trend", "iso-9001-2015", *SHORT, "--format", "html", "--no-cache").out == one


def test_a_text_that_was_parsed_once_is_not_read_again_for_another_commit(
    past: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    points(past, *SHORT)
    read: list[str] = []
    whole = BlobSource.read

    def counted(self: BlobSource, paths: Any) -> Any:
        wanted = list(paths)
        read.extend(path for path in wanted if path.endswith(".md"))
        return whole(self, wanted)

    monkeypatch.setattr(BlobSource, "read", counted)
    points(past, *SHORT)
    assert read == []


def test_a_commit_that_cannot_be_read_is_left_out_and_said_so(
    past: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = (past.root / "qm.yaml").read_text()
    for day, settings in (("2026-05-25", "qm: [\n"), ("2026-06-10", good)):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T10:00:00+02:00")
        past.commit({"qm.yaml": settings})
    arguments = ("--on", "2026-06-20", "--since", "2026-05-01", "--format", "csv")
    shown = past.qm("trend", "iso-9001-2015", *arguments)
    assert shown.code == 0
    assert [line.partition(",")[0] for line in shown.out.splitlines()] == ["on", "2026-06-20"]
    assert "left out, 2026-05-31 (commit " in shown.err
    assert "qm.yaml" in shown.err


def test_what_was_before_the_quality_system_is_left_out(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, files in (("2026-01-10", {"a.md": "# A\n"}), ("2026-03-10", {"qm.yaml": SETTINGS})):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"{day}T10:00:00+02:00")
        centre.commit(files)
    shown = centre.qm("trend", "iso-9001-2015", "--on", "2026-04-02", "--format", "csv")
    days = [line.partition(",")[0] for line in shown.out.splitlines()]
    assert days == ["on", "2026-03-31", "2026-04-02"]
    assert "no qm.yaml then: 2 days, the last one 2026-02-28" in shown.err


def test_a_clone_of_the_last_commits_only_has_no_past(past: Centre) -> None:
    past.git("clone", "-q", "--depth=1", f"file://{past.root}", "cut")
    for command in (("trend", "iso-9001-2015"), ("gap", "iso-9001-2015", "--since", "HEAD")):
        shown = past.qm("-C", "cut", *command)
        assert (shown.code, shown.out) == (4, "")
        assert "git fetch --unshallow" in shown.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--every", "day"], "day is none of week, month, quarter"),
        (["--since", "2026-06-01"], "nothing to tell from 2026-06-01 to 2026-05-20"),
        (["--site", "x"], "--site x: qm.yaml names none"),
        (["--format", "markdown"], "none of text, json, csv, svg, html"),
    ],
)
def test_what_cannot_be_told_is_refused(past: Centre, arguments: list[str], said: str) -> None:
    shown = past.qm("trend", "iso-9001-2015", *ON, *arguments)
    assert (shown.code, shown.out) == (2, "")
    assert said in shown.err


def test_a_trend_writes_nothing(past: Centre) -> None:
    before = past.state()
    points(past, *SHORT)
    assert past.state() == before
