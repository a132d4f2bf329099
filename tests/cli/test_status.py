"""`qm status` says what waits for a person, and what to type."""

import json

import pytest

from tests.conftest import SETTINGS, Centre, procedure

FORM = "processes/welcome/formulaires/FO-ACC-001.md"


def test_a_draft_says_whether_it_is_submitted_or_released(welcome: Centre) -> None:
    welcome.commit(
        {
            "qm.yaml": SETTINGS + "approvals: {procedure: {approve: 1}}\n",
            FORM: procedure("FO-ACC-001").replace("kind: procedure", "kind: form"),
        }
    )
    shown = welcome.qm("status").out
    submit = shown.index("Drafts to finish, then qm submit (2)")
    release = shown.index("Drafts to finish, then qm release (1)")
    assert submit < shown.index("PR-ACC-001: ") < release < shown.index("FO-ACC-001: ")


def test_who_is_not_of_the_policy_is_told_why_nothing_waits(welcome: Centre) -> None:
    welcome.iam("Somebody", "somebody@example.org")
    shown = welcome.qm("status")
    assert (shown.code, shown.out) == (0, "Nothing waits for you.\n")
    assert "you are somebody@example.org" in shown.err
    assert "qm status --everyone" in shown.err
    assert welcome.qm("status", "--everyone").err == ""


def test_the_status_is_written_as_its_language_puts_a_colon(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    assert "  PR-ACC-001\u202f: Title of PR-ACC-001\n" in welcome.qm("status").out


def test_a_long_line_is_wrapped_between_words(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    title = "A title of so many words that it takes more than one line"
    path = "processes/welcome/applicables/PR-ACC-001.md"
    welcome.commit({path: procedure("PR-ACC-001").replace("Title of PR-ACC-001", title)})
    shown = welcome.qm("status").out
    assert max(map(len, shown.splitlines())) <= 40
    assert title in " ".join(shown.split())


def test_a_program_reads_what_waits_whatever_the_language(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert welcome.qm("release", "PR-ACC-001", "-m", "why", "--effective", "2999-01-01").code == 0
    english = welcome.qm("status", "--format", "json").out
    monkeypatch.setenv("LANGUAGE", "fr")
    assert welcome.qm("status", "--format", "json").out == english
    told = {one["name"]: one["documents"] for one in json.loads(english)["sections"]}
    assert told["drafts"] == [{"name": "PR-ACC-002", "note": "Title of PR-ACC-002"}]
    assert told["scheduled"] == [{"name": "PR-ACC-001", "note": "v1.0 from 2999-01-01"}]
    assert told["errors"] == []
