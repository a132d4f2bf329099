"""The chart: well-formed whatever it is given, to scale, and told to who cannot see it."""

import re
from xml.etree import ElementTree

import pytest

from qmtool.reports.chart import Chart, Place, Series, stacked_areas

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</text><script>alert(1)</script> & 'q' \"q\" \x1b[31m\u202e\x00"


def chart(*values: list[int], title: str = "Title", places: int = 2, note: str = "") -> Chart:
    return Chart(
        title=title,
        description=f"What {title} shows",
        places=[Place(n / max(1, places - 1), f"day {n}") for n in range(places)],
        series=[Series(f"{title} {n}", "#123456", "", one) for n, one in enumerate(values)],
        notes=[note] if note else [],
    )


def drawn(of: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(stacked_areas(of))  # noqa: S314 - our own


def points(area: ElementTree.Element) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for x, y in (one.split(",") for one in area.attrib["points"].split(" "))
    ]


def test_a_hostile_title_stays_text() -> None:
    root = drawn(chart([1, 2], title=HOSTILE, note=HOSTILE))
    assert not root.findall(f".//{SVG}script")
    assert root.findtext(f"{SVG}title", "").startswith("</text><script>")
    assert "\\x1b" in root.findtext(f"{SVG}title", "")


def test_a_title_and_a_description_are_there_for_who_cannot_see_the_picture() -> None:
    root = drawn(chart([1, 2]))
    assert root.attrib["role"] == "img"
    named = {root.find(f"{SVG}{name}").attrib["id"] for name in ("title", "desc")}  # type: ignore[union-attr]
    assert set(root.attrib["aria-labelledby"].split()) == named


def test_each_area_lies_on_the_one_below_and_the_heights_are_to_scale() -> None:
    low, high = drawn(chart([1, 2], [3, 2])).findall(f"{SVG}polygon")
    bottom, above = points(low), points(high)
    assert above[2:] == list(reversed(bottom[:2]))
    ground = bottom[2][1]
    heights = [ground - y for _, y in (*bottom[:2], *above[:2])]
    assert heights == pytest.approx([heights[0] * n for n in (1, 2, 4, 4)], abs=0.2)


def test_places_stand_where_their_days_are() -> None:
    of = Chart(
        "t",
        "d",
        [Place(0, "a"), Place(0.25, "b"), Place(1, "c")],
        [Series("s", "#000", "", [1, 1, 1])],
    )
    across = [x for x, _ in points(drawn(of).findall(f"{SVG}polygon")[0])[:3]]
    assert (across[1] - across[0]) / (across[2] - across[0]) == pytest.approx(0.25, abs=0.001)


def test_a_single_day_is_drawn_as_a_bar_and_nothing_at_all_as_an_empty_chart() -> None:
    assert len(points(drawn(chart([2], places=1)).findall(f"{SVG}polygon")[0])) == 4
    assert not drawn(chart([0, 0])).findall(f"{SVG}polygon")


def test_the_legend_has_the_last_value_of_each_area() -> None:
    shown = [one.text for one in drawn(chart([1, 7], [2, 9])).findall(f"{SVG}text")]
    assert shown[-4:] == ["Title 1", "9", "Title 0", "7"]


def test_labels_of_many_days_leave_each_other_room_and_the_last_is_there() -> None:
    texts = [one.text or "" for one in drawn(chart([1] * 60, places=60)).findall(f"{SVG}text")]
    labels = [one for one in texts if re.fullmatch(r"day \d+", one)]
    assert 4 <= len(labels) <= 9
    assert labels[-1] == "day 59"


def test_the_axis_ends_on_a_round_number_above_the_highest_value() -> None:
    for value in (1, 4, 7, 23, 65, 99, 101, 340, 1234):
        texts = [one.text or "" for one in drawn(chart([value, value])).findall(f"{SVG}text")]
        top = max(int(one) for one in texts if one.isdigit())
        assert value <= top <= max(5, value * 2)
