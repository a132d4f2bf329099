"""`qm review-pack`: the inputs of a management review as a draft, and its decisions as actions."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SETTINGS, Centre, built_once
from tests.review_samples import FIRST, FOLDER, LAST, ON, record, year

HOME = f"{FOLDER}/management-review"
INPUTS = ["a", "b", *(f"c{n}" for n in range(1, 8)), "d", "e", "f"]


@pytest.fixture
@built_once
def busy(centre: Centre) -> Centre:
    """Return a centre with a year of facts."""
    centre.commit({"qm.yaml": SETTINGS, **year()})
    return centre


def pack(centre: Centre, *options: str) -> dict[str, dict[str, Any]]:
    """Return the facts by input and subject."""
    done = centre.qm("review-pack", "--format", "json", *options)
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["version"] == 1
    return {
        one["item"].removeprefix("9.3.2-"): {fact["subject"]: fact for fact in one["facts"]}
        for one in told["inputs"]
    }


def ids(fact: dict[str, Any]) -> list[str]:
    """Return the ids in the table of a fact."""
    return [one["id"] for one in fact["entries"]]


def test_each_input_is_gathered_from_the_facts_of_the_period(busy: Centre) -> None:
    found = pack(busy, "--on", ON)
    assert list(found) == INPUTS
    assert found["a"]["previous_reviews"]["entries"][0]["date"] == "2025-05-20"
    assert ids(found["a"]["previous_actions"]) == ["ACT-1", "ACT-2"]
    assert found["a"]["previous_actions"]["counts"]["late"] == 1
    assert ids(found["b"]["watch"]) == ["VEI-1"]
    assert found["b"]["risk"]["counts"] == {"new": 1, "changed": 0}
    assert ids(found["c1"]["complaint"]) == ["REC-2", "REC-1"]
    assert found["c1"]["complaint"]["counts"] == {
        **{"received": 1, "justified": 1, "older": 1, "open": 2, "late": 2},
        **{"answer_days": 10},
    }
    assert found["c1"]["survey"]["entries"][0]["n"] == 120
    assert found["c2"]["objective"]["counts"]["reached"] == 1
    (indicator,) = found["c3"]["indicators"]["entries"]
    assert (indicator["value"], indicator["before"], indicator["worth"]) == (85, 92, "watch")
    assert found["c4"]["event"]["counts"]["new"] == 2
    assert ids(found["c4"]["event"]) == ["EVT-1"]
    assert found["c4"]["event_by_type"]["entries"] == [
        {"type": "adverse", "count": 1},
        {"type": "near_miss", "count": 1},
    ]
    assert found["c4"]["action"]["counts"]["effective"] == 1
    assert found["c5"]["quality-control"]["counts"]["non_compliant"] == 1
    assert found["c6"]["finding"]["counts"] == {"major": 1, "open": 1, "blocking": 1}
    assert found["c6"]["gap:iso-9001-2015"]["counts"]["open"] > 0
    assert found["c7"]["supplier-evaluation"]["entries"][0]["total"] == 82
    assert ids(found["c7"]["supplier"]) == ["FOU-2"]
    assert found["d"]["authorisation"]["counts"]["lapsed"] == 1
    assert found["d"]["equipment"]["counts"] == {"stopped": 1}
    (risk,) = found["e"]["risk"]["entries"]
    assert (risk["score"], risk["score_after"]) == (40, 12)
    assert risk["actions"] == [{"id": "ACT-2", "status": "effective"}]
    assert ids(found["f"]["action"]) == ["ACT-3"]


def test_what_is_of_another_time_is_left_out(busy: Centre) -> None:
    found = pack(busy, "--on", ON, "--period", "2024")
    assert ids(found["c1"]["complaint"]) == ["REC-2"]
    assert not found["a"]
    assert not found["f"]


def test_without_a_fact_that_is_what_is_said(welcome: Centre) -> None:
    assert [name for name, facts in pack(welcome).items() if facts] == ["c6"]
    told = welcome.qm("review-pack", "--format", "markdown").out
    assert told.count("\nNo fact recorded over the period.\n") == len(INPUTS) - 1


def test_the_draft_is_a_review_without_an_error(busy: Centre) -> None:
    (busy.root / HOME).mkdir()
    path = f"{HOME}/RDD-20260601-0000.md"
    assert busy.qm("review-pack", "--on", ON, "-o", path).code == 0
    text = (busy.root / path).read_text()
    assert "id: RDD-20260601-0000" in text
    assert f"period_from: {FIRST}" in text
    assert f"period_to: {LAST}" in text
    assert "status: planned" in text
    assert text.count("To be completed") == len(INPUTS) + 1
    assert text.count("| Decision | Owner | Due date | Action |") == 3
    checked = json.loads(busy.qm("check", "--on", ON, "--format", "json").out)
    errors = [one for one in checked["diagnostics"] if one["severity"] == "error"]
    assert [one for one in errors if one["path"] == path] == []
    assert busy.qm("review-pack", "--on", ON, "--format", "markdown").out == text


def test_the_draft_speaks_the_language_that_is_asked_for(busy: Centre) -> None:
    told = busy.qm("review-pack", "--on", ON, "--format", "markdown", "--lang", "fr").out
    assert "Atteinte des objectifs\n" in told
    assert "Degree to which" not in told
    assert "02/06/2025" in told
    assert busy.qm("review-pack", "--lang", "de").code == 2


def test_the_gap_is_compared_with_that_of_before_the_period(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2025-01-05T10:00:00+01:00")
    welcome.git("commit", "-q", "--amend", "--no-edit")
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-03-02T10:00:00+01:00")
    welcome.commit({f"{FOLDER}/RDD-1.md": record("RDD-1", "management-review", "closed")})
    gap = pack(welcome, "--on", ON)["c6"]["gap:iso-9001-2015"]
    ready = next(one for one in gap["entries"] if one["status"] == "ready")
    assert ready["before"] < ready["now"]


def test_a_site_has_its_own_facts_and_those_of_all(busy: Centre) -> None:
    sites = "sites: [{id: north}, {id: south}]\n"
    text = record("EVT-9", "event", "reported", sites="[south]")
    busy.write({"qm.yaml": SETTINGS + sites, f"{FOLDER}/EVT-9.md": text})
    for site, count in (("north", 2), ("south", 3)):
        found = pack(busy, "--on", ON, "--site", site)
        assert found["c4"]["event"]["counts"]["new"] == count
    assert busy.qm("review-pack", "--site", "nowhere").code == 2


def test_the_words_of_a_record_that_tells_who_somebody_is_are_left_out(busy: Centre) -> None:
    text = record("REC-9", "complaint", "received", cause='"NIR 1 85 05 78 006 084 91"')
    busy.write({f"{FOLDER}/REC-9.md": text.replace("Title of REC-9", "Secret title")})
    for form in ("text", "json", "markdown"):
        told = busy.qm("review-pack", "--on", ON, "--format", form).out
        assert "REC-9" in told
        assert "Secret title" not in told
        assert "006" not in told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--period", "then"], "--period then is no period"),
        (["--period", "2999"], "has not begun"),
        (["--log", "--on", ON], "--log writes the review of today"),
        (["--actions", "RDD-1", "--site", "north"], "goes with no other option"),
    ],
)
def test_a_wrong_option_is_told(busy: Centre, options: list[str], said: str) -> None:
    done = busy.qm("review-pack", *options)
    assert done.code == 2
    assert said in done.err


def test_the_draft_becomes_a_review_of_the_register(busy: Centre) -> None:
    before = busy.state()
    assert busy.qm("review-pack", "--log", "--dry-run").code == 0
    assert busy.state() == before
    done = busy.qm("review-pack", "--log", "--planned", "2999-01-15")
    assert done.code == 0, done.err
    identifier = done.out.split()[2].rstrip(",")
    assert busy.git("status", "--porcelain") == ""
    (path,) = busy.git("show", "--name-only", "--format=", "HEAD").split()
    text = (busy.root / path).read_text()
    assert "planned_on: 2999-01-15" in text
    assert "by: rq1" in text
    acted = busy.qm("act", identifier, "inputs_collected")
    assert acted.code == 0, acted.err


@pytest.fixture
def held(busy: Centre) -> tuple[Centre, Path]:
    """Return a review that was held, and the file of its minutes, where nothing is decided yet."""
    identifier = busy.qm("review-pack", "--log").out.split()[2].rstrip(",")
    assert busy.qm("act", identifier, "inputs_collected").code == 0
    people = ("--set", "top_management=Director", "--set", "participants=Director, Mia")
    assert busy.qm("act", identifier, "held", *people).code == 0
    return busy, next((busy.root / HOME).glob(f"{identifier}*.md"))


def decided(path: Path, output: str, *rows: str) -> int:
    """Write *rows* under the heading of *output*, and return the line of the first."""
    lines = path.read_text().split("\n")
    head = next(n for n, line in enumerate(lines) if line.startswith(f"### 9.3.3-{output}"))
    first = next(n for n in range(head, len(lines)) if lines[n].startswith("| ---")) + 1
    lines[first : first + 1] = rows
    path.write_text("\n".join(lines))
    return first + 1


def identifier_of(path: Path) -> str:
    return "-".join(path.stem.split("-")[:3])


def entries(centre: Centre, review: str) -> list[dict[str, Any]]:
    """Return the actions that came of *review*."""
    told = centre.qm("register", "action", "--where", f"source={review}", "--format", "json")
    found: list[dict[str, Any]] = json.loads(told.out)["entries"]
    return found


def test_each_decision_becomes_an_action_once(held: tuple[Centre, Path]) -> None:
    centre, path = held
    review = identifier_of(path)
    decided(
        path,
        "a",
        "| Second reading \\| chest CT | mia | 2999-03-31 |  |",
        "| Shorter waiting time | Quality Manager | 31/03/2999 | |",
    )
    decided(path, "c", "| A third technologist. | rq1 | 2999-06-30 |  |")
    before = centre.state()
    assert (
        "Would write down 3 actions"
        in centre.qm("review-pack", "--actions", review, "--dry-run").out
    )
    assert centre.state() == before
    done = centre.qm("review-pack", "--actions", review)
    assert done.code == 0, done.err
    assert centre.git("status", "--porcelain") == ""
    assert len(centre.git("show", "--name-only", "--format=", "HEAD").split()) == 4
    found = {one["fields"]["description"]: one for one in entries(centre, review)}
    assert len(found) == 3
    one = found["Second reading | chest CT"]
    assert (one["owner"], one["fields"]["due_date"]) == ("mia", "2999-03-31")
    assert (one["status"], one["fields"]["origin"]) == ("proposed", "review")
    text = path.read_text()
    for action in found.values():
        assert text.count(action["id"]) == 2  # in its row, and in the field `actions`
    head = centre.git("rev-parse", "HEAD")
    again = centre.qm("review-pack", "--actions", review)
    assert again.out == f"0 actions of {review} written down; 3 were there.\n"
    assert centre.git("rev-parse", "HEAD") == head
    decided(path, "b", "| One register of documents | rq1 | 2999-01-31 |  |")
    assert "1 actions" in centre.qm("review-pack", "--actions", review).out
    assert len(entries(centre, review)) == 4
    done = centre.qm("act", review, "minutes_validated")
    assert done.code == 0, done.err


def test_what_is_wrong_in_the_minutes_is_told_by_line(held: tuple[Centre, Path]) -> None:
    centre, path = held
    line = decided(
        path,
        "a",
        "| Second reading | nobody | 2999-02-31 |  |",
        "|  | mia | 2999-03-31 |  |",
        "| Shorter waiting time |  |  | ACT-9 |",
        "| second reading | mia | 2999-03-31 |  |",
    )
    before = centre.state()
    done = centre.qm("review-pack", "--actions", identifier_of(path))
    assert done.code == 2
    place = path.relative_to(centre.root).as_posix()
    for number, said in (
        (line, "nobody is called nobody"),
        (line, "2999-02-31: "),
        (line + 1, "the decision is missing"),
        (line + 2, "the owner is missing"),
        (line + 2, "the due date is missing"),
        (line + 2, "no action is called ACT-9"),
        (line + 3, f"the same decision stands on line {line}"),
    ):
        assert any(f"{place}:{number}: {said}" in one for one in done.err.splitlines()), said
    assert centre.state() == before


def test_the_identity_of_a_patient_does_not_come_into_an_action(held: tuple[Centre, Path]) -> None:
    centre, path = held
    decided(path, "a", "| Call NIR 1 85 05 78 006 084 91 | mia | 2999-03-31 |  |")
    before = centre.state()
    done = centre.qm("review-pack", "--actions", identifier_of(path))
    assert done.code == 3
    assert "QM601" in done.err
    assert "006" not in done.err
    assert centre.state() == before


def test_only_a_review_that_is_not_closed_has_decisions(busy: Centre) -> None:
    assert "RDD-1 is closed" in busy.qm("review-pack", "--actions", "RDD-1").err
    assert "no management review" in busy.qm("review-pack", "--actions", "ACT-1").err


def test_minutes_without_a_table_are_told(held: tuple[Centre, Path]) -> None:
    centre, path = held
    path.write_text(path.read_text().replace("| Decision |", "| What |"))
    done = centre.qm("review-pack", "--actions", identifier_of(path))
    assert done.code == 2
    assert "holds no table of decisions" in done.err


def why(centre: Centre, *options: str) -> list[str]:
    """Return what is said of 9.3.3, step by step."""
    done = centre.qm("gap", "iso-9001-2015", "--why", "9.3.3", "--format", "json", *options)
    assert done.code == 0, done.err
    return [
        line for step in json.loads(done.out)["steps"] for line in (step["said"], *step["because"])
    ]


NEEDED = "needed: a record of class REV, of the last 12 months"
NOT_PROVEN = "It is not proven any more: the last record is too old."


def test_without_a_review_of_the_last_12_months_the_outputs_are_not_proven(busy: Centre) -> None:
    assert NEEDED in why(busy, "--on", "2026-05-20")
    assert "It is proven: a record of a class that fits is recent enough." in why(
        busy, "--on", "2026-05-20"
    )
    told = why(busy, "--on", "2026-06-20")  # it was held 13 months ago, and planned before
    assert NOT_PROVEN in told
    assert f"RDD-1, overdue or too old ({FOLDER}/RDD-1.md:4)" in told
    assert "the last record RDD-1 of 2025-05-20 is older than 12 months" in told
    assert "So it is partial." in told


def test_a_new_review_proves_again_once_its_minutes_are_validated(busy: Centre) -> None:
    today = datetime.datetime.now().astimezone().date()
    old = today - datetime.timedelta(days=400)
    busy.commit(
        {
            f"{FOLDER}/RDD-1.md": record(
                "RDD-1", "management-review", "closed", str(old), held_on=str(old)
            )
        }
    )
    assert NOT_PROVEN in why(busy)
    identifier = busy.qm("review-pack", "--log").out.split()[2].rstrip(",")
    people = ("--set", "top_management=Director", "--set", "participants=Director")
    outputs = [f"--set=output_{one}=None" for one in "abc"]
    for state, given in (
        ("inputs_collected", ()),
        ("held", people),
        ("minutes_validated", (*outputs, "--set", "no_action_reason=Nothing decided")),
    ):
        assert NOT_PROVEN in why(busy)
        done = busy.qm("act", identifier, state, *given)
        assert done.code == 0, done.err
    assert "It is proven: a record of a class that fits is recent enough." in why(busy)


def test_without_any_review_the_outputs_are_not_proven(welcome: Centre) -> None:
    told = why(welcome)
    assert NEEDED in told
    assert "It is not proven: no record of a class that fits declares it." in told
    assert "So it is open." in told
