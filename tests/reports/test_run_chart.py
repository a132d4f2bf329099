"""The run chart: to scale, each point told by its shape, whatever its values are."""

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from qmtool.model.document import Document
from qmtool.model.indicators import Indicator
from qmtool.model.label import Label
from qmtool.model.series import Value, parse_slot
from qmtool.model.series_state import Goal
from qmtool.reports.language import language_of
from qmtool.reports.run_chart import run_chart
from qmtool.reports.run_chart_text import chart, sparkline

SVG = "{http://www.w3.org/2000/svg}"
LOWER = Goal(10, 20, "lower")
ENGLISH = language_of("en")


def indicator(*values: float | None, goal: Goal = LOWER) -> Indicator:
    slots = [parse_slot(f"{2000 + n}") for n in range(len(values))]
    held = tuple(Value(slot, one) for slot, one in zip(slots, values, strict=True) if slot)
    document = Document("a.md", "TB-1", "Delay")
    return Indicator(document, Label("", ""), "", "", "d", "year", goal, held)


def drawn(one: Indicator) -> ElementTree.Element:
    return ElementTree.fromstring(run_chart(one, ENGLISH))  # noqa: S314 - our own


def test_each_state_has_a_shape_of_its_own() -> None:
    root = drawn(indicator(5, 15, 30))
    shapes = [one[0].tag.removeprefix(SVG) for one in root.findall(f"{SVG}g")]
    assert shapes == ["circle", "rect", "path"]


def test_the_line_is_broken_where_a_value_is_missing() -> None:
    runs = drawn(indicator(5, 6, None, 7, 8, 9)).findall(f"{SVG}polyline")
    assert [len(one.attrib["points"].split()) for one in runs] == [2, 3]


def test_a_value_outside_of_the_limits_has_a_ring_around_it() -> None:
    values = [10.0, 10.5] * 6
    root = drawn(indicator(*values, 14))
    ringed = [len(one.findall(f"{SVG}circle")) for one in root.findall(f"{SVG}g")][:13]
    assert ringed == [*[1 if value == 10 else 0 for value in values], 1]


def test_places_are_to_scale() -> None:
    points = drawn(indicator(0, 10, 20)).find(f"{SVG}polyline").attrib["points"].split()  # type: ignore[union-attr]
    heights = [float(one.split(",")[1]) for one in points]
    assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=0.2)


@pytest.mark.parametrize(
    "values", [(), (None,), (0,), (5, 5, 5), (-3, 1e12), (1e-9, 2e-9), tuple(range(200))]
)
def test_any_values_make_a_picture_and_a_chart_within_their_frame(
    values: tuple[float | None, ...],
) -> None:
    one = indicator(*values)
    root = drawn(one)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for text in root.findall(f"{SVG}text"):
        assert 0 <= float(text.attrib["x"]) <= width
        assert 0 <= float(text.attrib["y"]) <= height
    assert all(len(line) <= 100 for line in chart(one, ENGLISH, 100))
    assert len(sparkline(one)) <= 12


def test_labels_of_lines_that_are_close_do_not_stand_on_each_other() -> None:
    root = drawn(indicator(*[10.0, 10.1] * 4, goal=Goal(10, 10.05, "lower")))
    names = ("Target", "Alert", "Mean", "Upper limit", "Lower limit")
    heights = sorted(
        float(one.attrib["y"]) for one in root.findall(f"{SVG}text") if one.text in names
    )
    assert len(heights) == 5
    assert min(b - a for a, b in pairwise(heights)) >= 15
