"""`qm risks`: the matrix before and after the actions, in every format."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from tests.conftest import SETTINGS, Centre

FOLDER = "processes/welcome/enregistrements"
ON = ("--on", "2026-11-22")
HOSTILE = "</text><script>alert(1)</script>"
SVG = "{http://www.w3.org/2000/svg}"


def risk(name: str, *score: int, after: tuple[int, ...] = (), **keys: str) -> dict[str, str]:
    """Return the file of a risk with its severity, frequency and control level."""
    lines = [f"id: {name}", f"title: {json.dumps(f'Risk {name} {HOSTILE}')}", "kind: risk"]
    lines += ["date: 2026-01-05", f"status: {keys.pop('status', 'assessed')}"]
    for suffix, numbers in (("", score), ("_after", after)):
        names = ("severity", "frequency", "control")
        lines += [f"{key}{suffix}: {n}" for key, n in zip(names, numbers, strict=False)]
        if len(numbers) == 3:
            lines.append(f"score{suffix}: {numbers[0] * numbers[1] * numbers[2]}")
    lines += [f"{key}: {value}" for key, value in keys.items()]
    return {f"{FOLDER}/{name}.md": "---\n" + "\n".join(lines) + "\n---\n"}


@pytest.fixture
def rated(welcome: Centre) -> Centre:
    """Return a centre with four open risks and a closed one."""
    welcome.commit(
        {
            "qm.yaml": f"{SETTINGS}sites: [{{id: north}}, {{id: south}}]\n",
            **risk("RIS-1", 4, 4, 3, after=(4, 1, 1), sites="[north]"),
            **risk("RIS-2", 4, 4, 5),
            **risk("RIS-3", 1, 2, 1, sites="[south]"),
            **risk("RIS-4"),
            **risk("RIS-5", 5, 5, 5, status="closed"),
        }
    )
    return welcome


def ids(centre: Centre, *options: str) -> list[str]:
    """Return the ids of the risks that are shown, in order."""
    value = json.loads(centre.qm("risks", *ON, "--format", "json", *options).out)
    return [one["id"] for one in value["risks"]]


def test_the_greatest_risk_as_it_is_now_comes_first(rated: Centre) -> None:
    assert ids(rated) == ["RIS-2", "RIS-1", "RIS-3", "RIS-4"]
    assert ids(rated, "--site", "south") == ["RIS-2", "RIS-3", "RIS-4"]
    assert ids(rated, "--process", "welcome") == ids(rated)
    assert rated.qm("risks", "--process", "nowhere").code == 2
    assert rated.qm("risks", "--site", "nowhere").code == 2


def test_json_tells_both_scores_and_the_counts(rated: Centre) -> None:
    value = json.loads(rated.qm("risks", *ON, "--format", "json").out)
    first, second = value["risks"][:2]
    assert first["before"] == {
        **{"severity": 4, "frequency": 4, "control": 5, "weight": 16, "score": 80},
        "level": "high",
    }
    assert (first["after"], second["after"]["score"], second["after"]["level"]) == (None, 4, "low")
    assert value["summary"] == {
        "risks": 4,
        "reassessed": 1,
        "closed": 1,
        "before": {"low": 1, "medium": 0, "high": 2},
        "now": {"low": 2, "medium": 0, "high": 1},
        "control_before": [1, 0, 1, 0, 1],
        "control_now": [2, 0, 0, 0, 1],
    }


def test_the_text_counts_the_risks_of_each_cell_before_and_after(rated: Centre) -> None:
    shown = rated.qm("risks", *ON).out
    fours = [line.split("|")[1:6] for line in shown.splitlines() if line.strip().startswith("4 |")]
    assert [[cell.split()[0] for cell in row] for row in fours] == [
        [".", ".", ".", "2", "."],
        ["1", ".", ".", "1", "."],
    ]
    assert "After the actions (1 of 4 assessed again)" in shown
    assert "without severity or frequency, and in no cell: 1" in shown
    assert "closed, and left out: 1" in shown


def test_the_column_and_the_level_are_of_the_same_product(
    welcome: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    welcome.commit({**risk("RIS-1", 2, 2, 5), **risk("RIS-2", 3, 2, 1, after=(3, 2, 1))})
    shown = welcome.qm("risks", *ON).out.splitlines()
    rows = [" ".join(line.split()) for line in shown if "RIS-" in line]
    assert "6 (3×2) 6 (3×2) to reduce 1 → 1" in rows[0]  # above what is acceptable
    assert "4 (2×2) – acceptable 5" in rows[1]
    assert "×C" not in "".join(shown)


def test_a_row_of_the_csv_has_the_names_of_the_fields(rated: Centre) -> None:
    rows = list(csv.DictReader(io.StringIO(rated.qm("risks", *ON, "--format", "csv").out)))
    assert [row["score"] for row in rows] == ["80", "48", "2", ""]
    assert rows[1]["score_after"] == "4"


def test_the_picture_names_the_risks_of_each_cell_and_runs_nothing(rated: Centre) -> None:
    for name in ("a.svg", "b.svg", "a.html"):
        assert rated.qm("risks", *ON, "-o", name).code == 0
    picture = (rated.root / "a.svg").read_bytes()
    assert picture == (rated.root / "b.svg").read_bytes()
    root = ElementTree.fromstring(picture)  # noqa: S314 - our own
    cells = [one.text for one in root.findall(f".//{SVG}g/{SVG}title")]
    assert cells == ["RIS-2, RIS-1", "RIS-3", "RIS-1", "RIS-2", "RIS-3"]
    page = (rated.root / "a.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_full_cell_tells_how_many_more_there_are(welcome: Centre) -> None:
    welcome.commit({path: text for n in range(9) for path, text in risk(f"R-{n}", 3, 3, 3).items()})
    assert welcome.qm("risks", *ON, "-o", "a.svg").code == 0
    assert ">+ 6</text>" in (welcome.root / "a.svg").read_text()


def test_a_centre_without_risks_is_told_what_to_type(welcome: Centre) -> None:
    shown = welcome.qm("risks", *ON)
    assert shown.out == "No open risk. To write one down, type: qm log risk\n"
    assert welcome.qm("risks", *ON, "-o", "a.html").code == 0
    assert welcome.qm("risks", *ON, "-o", "a.svg").code == 0
