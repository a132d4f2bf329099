"""Tables of decisions in the minutes of a review."""

import pytest

from qmtool.model.decisions import Row, decision_rows, with_action


def rows(text: str) -> list[Row]:
    """Return the rows of *text* that hold something."""
    found = decision_rows(text.split("\n"))
    assert found is not None
    return [one for one in found if not one.is_empty]


HEADED = """\
### 9.3.3-a: Improvement decisions

| Decision | Owner | Due date | Action |
| --- | --- | --- | --- |
| Two \\| three | mia | 2026-03-02 |  |
|  |  |  |  |

Text.

### 9\\.3.3-C : Besoins

| Décision | Pilote | Échéance |
|:--|--|--:|
| Un poste | rq1 | 02/03/2026 |
"""


def test_the_heading_above_a_table_names_the_output() -> None:
    one, other = rows(HEADED)
    assert (one.line, one.output, one.text("decision")) == (5, "a", "Two | three")
    assert (other.line, other.output, other.text("due_date")) == (14, "c", "02/03/2026")


@pytest.mark.parametrize("written", ["b", "B", "9.3.3-b"])
def test_a_column_names_the_output_of_its_row(written: str) -> None:
    text = (
        f"## Outputs\n\n| Decision | Owner | Due | Output |\n|-|-|-|-|\n| Do | mia | | {written} |"
    )
    (one,) = rows(text)
    assert one.output == "b"


def test_a_table_of_something_else_or_in_code_is_none() -> None:
    table = "| Decision | Owner |\n|---|---|\n| Do | mia |\n"
    assert decision_rows(["| Name | Owner |", "|---|---|", "| Do | mia |"]) is None
    assert decision_rows(f"```\n{table}```".split("\n")) is None
    assert decision_rows(["| Decision | Owner |", "| Do | mia |"]) is None
    assert len(rows(f"~~~\n{table}~~~\n\n{table}")) == 1


def test_a_row_without_its_last_bar_and_with_fewer_cells_is_read() -> None:
    (one,) = rows("| Decision | Owner | Due date |\n|---|---|---|\n| Do | mia")
    assert (one.text("owner"), one.text("due_date")) == ("mia", "")


def test_the_action_is_written_in_its_cell_and_nothing_else_changes() -> None:
    lines = HEADED.split("\n")
    one, other = rows(HEADED)
    assert with_action(lines[4], one, "ACT-1") == "| Two \\| three | mia | 2026-03-02 | ACT-1 |"
    assert with_action(lines[13], other, "ACT-1") == lines[13]
