"""`qm history`, `show` and `diff` tell the policy as they tell a document."""

import json
from typing import Any

import pytest

from tests.conftest import SETTINGS, Centre, built_once

LEO = "  - {id: leo, name: Leo, email: leo@example.org}\nprocesses:"


@pytest.fixture
@built_once
def governed(welcome: Centre) -> Centre:
    """Return a centre with two versions of its policy, then a change that is not released."""
    assert welcome.qm("release", "POLICY", "-m", "the first rules").code == 0
    changed = SETTINGS.replace("processes:", LEO)
    welcome.commit({"qm.yaml": changed}, message="Leo comes")
    assert welcome.qm("release", "POLICY", "-m", "Leo comes").code == 0
    welcome.commit({"qm.yaml": f"{changed}review_months: 12\n"}, message="sooner")
    return welcome


def data(centre: Centre, *arguments: str) -> dict[str, Any]:
    """Return what a command prints as JSON."""
    done = centre.qm(*arguments, "--format", "json")
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_the_past_of_the_policy_is_that_of_its_tags(governed: Centre) -> None:
    told = data(governed, "history", "POLICY")
    first, second = told["revisions"]
    assert (first["version"], first["reason"]) == ("1.0", "the first rules")
    assert second["tag"]["ref"] == "refs/tags/release/POLICY/2.0"
    assert [one["id"] for one in second["approver"]] == ["rq1"]
    assert told["in_force"] == "2.0"
    assert [one["message"] for one in told["commits"]] == ["sooner"]
    assert "2.0  " in governed.qm("history", "POLICY").out
    assert len(data(governed, "history", "POLICY", "--at", "HEAD~2")["revisions"]) == 1


def test_a_version_of_the_policy_is_shown_as_it_was_released(governed: Centre) -> None:
    assert governed.qm("show", "POLICY@1.0").out == SETTINGS
    shown = governed.qm("show", "POLICY")
    assert shown.out == SETTINGS.replace("processes:", LEO)
    assert "there is a draft of the next version: qm show POLICY@draft" in shown.err
    assert "review_months: 12" in governed.qm("show", "POLICY@draft").out
    page = governed.qm("show", "POLICY", "--format", "text").out
    assert "version 2.0, in force on" in page
    assert "id: leo" in page
    assert data(governed, "show", "POLICY@1")["state"] == "replaced"
    assert governed.qm("show", "POLICY@9.0").code == 2


def test_what_differs_between_two_policies_is_told_by_settings(governed: Centre) -> None:
    told = data(governed, "diff", "POLICY", "1.0", "2.0")
    assert [one["key"] for one in told["keys"]] == ["people"]
    assert told["paragraphs"] == []
    shown = governed.qm("diff", "POLICY", "1.0", "2.0").out
    assert "Settings\n" in shown
    assert '+ {"id": "leo"' in shown
    assert [one["key"] for one in data(governed, "diff", "POLICY")["keys"]] == ["review_months"]


def test_before_its_first_release_the_policy_has_commits_only(welcome: Centre) -> None:
    told = data(welcome, "history", "POLICY")
    assert told["revisions"] == []
    assert len(told["commits"]) == 1
    assert welcome.qm("show", "POLICY").out == SETTINGS


def test_without_settings_there_is_no_policy(centre: Centre) -> None:
    centre.commit({"a.md": "# a\n"})
    for command in ("history", "show", "diff"):
        done = centre.qm(command, "POLICY")
        assert (done.code, "there is no qm.yaml" in done.err) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("revise", "POLICY"),
        ("submit", "POLICY"),
        ("review", "POLICY"),
        ("withdraw", "POLICY", "--reason", "x"),
        ("reinstate", "POLICY", "--reason", "x"),
        ("move", "POLICY", "a.md"),
    ],
)
def test_a_command_that_takes_no_policy_says_how_it_changes(
    welcome: Centre, arguments: tuple[str, ...]
) -> None:
    done = welcome.qm(*arguments)
    assert (done.code, "edit qm.yaml, commit, then type: qm release POLICY" in done.err) == (
        2,
        True,
    )
