"""Terminal curves, letter by letter: the same numbers give the same lines on every machine."""

import math

import pytest

from kdl.report.terminal import curve, heatmap, sparkline


def test_a_line_and_its_mirror():
    drawn = curve({"up": [0, 1, 2, 3, 4], "down": [4, 3, 2, 1, 0]}, title="Two lines", width=40, height=5)
    assert drawn == [
        "Two lines",
        "4 │○○○○○                           ●●●●●",
        "  │     ○○○○○○○○○         ●●●●●●●●●",
        "2 │              ●●●●●●●●●",
        "  │     ●●●●●●●●●         ○○○○○○○○○",
        "0 │●●●●●                           ○○○○○",
        "  └─────────────────────────────────────",
        "   0                                   4",
        "   ● up   ○ down",
    ]


def test_the_same_in_ascii_on_a_logarithmic_axis():
    drawn = curve(
        {"gradient": [1, 0.1, 0.01, 0.001]}, title="Log", width=40, height=4, log=True, x=("0 back", "3 back"), ascii=True
    )
    assert drawn == [
        "Log",
        "1e+00 |******",
        "      |      ***********",
        "1e-02 |                 **********",
        "1e-03 |                           ******",
        "      +---------------------------------",
        "       0 back                     3 back",
        "       * gradient",
    ]
    assert all(line.isascii() for line in drawn)


@pytest.mark.parametrize("width", [40, 60, 100])
def test_no_line_is_longer_than_asked_and_all_ends_line_up(width):
    drawn = curve({"a": [3.14159, 2.0, -1e-7], "b": [1e6, 0.0, 1.0]}, title="t", width=width, height=6)
    assert max(map(len, drawn)) == width
    walls = {line.index("│") for line in drawn if "│" in line} | {line.index("└") for line in drawn if "└" in line}
    assert len(walls) == 1


def test_gaps_stay_gaps():
    drawn = curve({"a": [0.0, math.nan, 0.0]}, title="t", width=40, height=3, ascii=True)
    inside = drawn[2].partition("|")[2]
    assert set(inside) <= {"*", " "}
    assert inside.count("*") == 2, "only the two ends are known"


def test_what_is_not_positive_stands_on_the_lowest_line_of_a_logarithmic_axis():
    drawn = curve({"a": [1.0, 0.1, 0.0, 0.0]}, title="t", width=40, height=4, log=True, ascii=True)
    assert drawn[4].rstrip().endswith("*")


def test_a_constant_has_a_range_around_it():
    drawn = curve({"a": [2.0, 2.0]}, title="t", width=40, height=3)
    assert "●" in drawn[2]


def test_one_value_and_no_values():
    assert (
        sum(line.count("*") for line in curve({"a": [1.0]}, title="t", width=40, height=3, ascii=True)) == 2
    )  # and the legend
    assert curve({"a": []}, title="t", width=40, height=3)


@pytest.mark.parametrize("wrong", [{"series": {}}, {"series": {str(n): [1.0] for n in range(7)}}, {"width": 39}, {"height": 2}])
def test_a_frame_that_cannot_hold_it_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        curve(**{"series": {"a": [1.0]}, "title": "t", **wrong})


def test_sparkline():
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert sparkline([7, 0, math.nan, 3.5]) == "█▁ ▅"
    assert sparkline([0, 7], ascii=True) == "_#"
    assert sparkline([5, 5]) == "▁▁"
    assert sparkline([]) == ""


CELLS = [[0, 1, 2, 3], [4, 8, None, 5]]


def test_a_heatmap():
    drawn = heatmap(CELLS, title="Two rows", rows=["Mon", ""], columns=["a", "", "b", ""])
    assert drawn == [
        "Two rows",
        "    a b",
        "Mon ·░░▒",
        "    ▒█ ▓",
        "    · none   ░ up to 2   ▒ up to 4   ▓ up to 6   █ over 6",
    ]


def test_the_same_heatmap_in_ascii_with_steps_of_its_own():
    drawn = heatmap(CELLS, title="Two rows", rows=["Mon", ""], columns=[""] * 4, steps=(1, 2, 3), ascii=True)
    assert drawn == [
        "Two rows",
        "",
        "Mon .:+*",
        "    ## #",
        "    . none   : up to 1   + up to 2   * up to 3   # over 3",
    ]


def test_a_label_that_would_touch_the_next_one_is_left_out():
    drawn = heatmap([[0] * 9], title="t", rows=[""], columns=["Nov", "", "Dec", "", "", "", "Jan", "", ""])
    assert drawn[1] == "   Dec Jan"


def test_a_heatmap_of_nothing_and_of_zeros():
    assert heatmap([[None, 0, -1]], title="t", rows=[""], columns=[""] * 3)[2] == "  ··"


@pytest.mark.parametrize(
    "wrong", [{"cells": []}, {"cells": [[1], [1, 2]]}, {"rows": ["a", "b"]}, {"columns": []}, {"steps": (1, 2)}]
)
def test_what_does_not_fit_a_heatmap_is_refused(wrong):
    with pytest.raises(ValueError, match="Received"):
        heatmap(**{"cells": [[1, 2]], "title": "t", "rows": ["a"], "columns": ["", ""]} | wrong)
