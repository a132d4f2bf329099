"""Tables for a terminal: they fit, and no cell is lost."""

from qmtool.reports.table import fitted_table, text_table

HEADS = ("Site", "not applicable", "Ready share")
ROWS = [("north", "0", "72 %"), ("south", "12", "5 %")]


def test_a_table_that_fits_is_left_alone() -> None:
    assert fitted_table(HEADS, ROWS, 80) == text_table(HEADS, ROWS, 80)


def test_headers_go_on_below_themselves_before_a_cell_is_cut() -> None:
    shown = fitted_table(HEADS, ROWS, 30, shrink=0).splitlines()
    assert shown == [
        "       not         Ready",
        "Site   applicable  share",
        "-----  ----------  -----",
        "north  0           72 %",
        "south  12          5 %",
    ]
