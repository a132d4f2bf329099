"""Tables for a terminal: they fit, and no cell is lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from qmtool.reports.table import fitted_table, text_table, wrapped_table

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


AUDITS = [["Achats et prestataires", "2026-05-12 AUD-20260330-J3IN", "yes"]]
AUDIT_HEADS = ("what", "last audit", "in time")


def test_cells_go_on_below_themselves_where_a_table_is_too_wide() -> None:
    assert wrapped_table(AUDITS, 43, AUDIT_HEADS) == [
        "what             last audit         in time",
        "---------------  -----------------  -------",
        "Achats et        2026-05-12         yes",
        "prestataires     AUD-20260330-J3IN",
    ]


def test_where_words_do_not_fit_a_row_is_a_list() -> None:
    assert wrapped_table([*AUDITS, ["RH", "–", "no"]], 30, AUDIT_HEADS) == [
        "what        Achats et",
        "            prestataires",
        "last audit  2026-05-12",
        "            AUD-20260330-J3IN",
        "in time     yes",
        "",
        "what        RH",
        "last audit  –",
        "in time     no",
    ]


def test_a_blank_column_takes_no_more_room_than_it_needs() -> None:
    row = ["2026-12-01", "     ", "EVT-20261117-CV35     ", "cadre", "reach “closed”: waiting"]
    lines = wrapped_table([row], 40)
    assert all(word in " ".join(lines) for word in " ".join(row).split())
    assert wrapped_table([["a", "", "b"], ["", "", ""]], 80) == ["a     b", ""]


@given(
    st.lists(
        st.lists(st.text("ab é\u00a0\u202f日-", max_size=30), min_size=3, max_size=3), max_size=4
    ),
    st.integers(1, 60),
    st.booleans(),
)
def test_no_text_of_a_wrapped_table_is_lost(
    rows: list[list[str]], width: int, has_headers: bool
) -> None:
    lines = wrapped_table(rows, width, AUDIT_HEADS if has_headers else ())
    shown = Counter("".join(lines))
    for char, count in Counter("".join(cell for row in rows for cell in row)).items():
        assert char.isspace() or shown[char] >= count
