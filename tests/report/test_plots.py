"""Figures by matplotlib: name and description, finite coordinates, colours of the page, the same bytes, the given numbers."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from kdl.report import drawing, paired_plots, plots
from kdl.report.paired_plots import Strip
from kdl.report.plots import Level

SVG = "{http://www.w3.org/2000/svg}"
FIGURE = {
    "title": "What is left",
    "message": "a: falls; b: stays",
    "series": {"a": [1.0, 0.1, 0.01, None], "b": [1.0, 1.0, None, 1.0]},
    "x": ["start", "end"],
    "log": True,
}


def drawn(markup, count=2):
    """The shapes of a figure, parsed; each must be sound."""
    found = list(ElementTree.fromstring(f"<all>{markup}</all>"))
    assert len(found) == count and {one.tag for one in found} == {SVG + "svg"}
    for one in found:
        assert [child.tag for child in one[:2]] == [SVG + "title", SVG + "desc"]
        assert one[0].text and one[1].text
        assert one.get("aria-labelledby") == f"{one[0].get('id')} {one[1].get('id')}" and one.get("role") == "img"
        width, height = map(float, one.get("viewBox").split()[2:])
        for element in one.iter():
            for name in ("d", "x", "y", "transform", "points"):
                assert not re.search(r"nan|inf", element.get(name, "")), ElementTree.tostring(element)
        for text in one.iter(SVG + "text"):
            x, y = place(text)
            assert -1 <= x <= width + 1 and -1 <= y <= height + 1
    names = re.findall(r'\bid="([^"]+)"', markup)
    assert len(names) == len(set(names))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', markup)) <= set(names)
    return found


def place(text):
    """Where a text stands; the lines of a name that is broken are moved there."""
    if text.get("x") is None:
        return [
            float(number) for number in re.fullmatch(r"translate\(([-\d.]+)[ ,]+([-\d.]+)\)", text.get("transform")).groups()
        ]
    return float(text.get("x")), float(text.get("y"))


def words(picture):
    return [text.text for text in picture.iter(SVG + "text")]


def tips(picture):
    """What shows when the pointer rests on something."""
    return [title.text for title in picture.iter(SVG + "title")][1:]


def test_the_same_numbers_give_the_same_bytes_and_others_do_not():
    first = plots.signature("s", FIGURE)

    assert plots.signature("s", FIGURE) == first
    assert plots.signature("s", {**FIGURE, "series": {"a": [1.0, 0.2], "b": [1.0, 1.0]}}) != first
    assert "202" not in re.sub(r"\d+\.\d|[a-z0-9]{10}", "", re.sub(r'd="[^"]*"', "", first)), "no date"


def test_no_figure_has_a_colour_a_ground_or_a_font_of_its_own():
    strips = [Strip("", {0: 0.1, 1: -0.1}, 0.0, None, None)]
    markup = plots.signature("s", FIGURE) + paired_plots.differences("d", "D", "d", strips, smallest=0.05)

    assert re.findall(r"#[0-9a-f]{6}|rgb\(|white|font-family", markup) == []
    assert {"var(--curve-1)", "var(--curve-2)", "var(--soft)", "var(--ink)"} <= set(re.findall(r"var\(--[a-z0-9-]+\)", markup))


def test_curves_differ_by_line_and_marker_beside_colour():
    (wide, _) = drawn(plots.signature("s", {**FIGURE, "series": {name: [1.0, 2.0] for name in "abcdef"}}))
    lines = [one.get("style") for one in wide.iter(SVG + "path") if "stroke-width: 2" in one.get("style", "")]
    legend = [style for style in lines if "var(--curve" in style]
    dashes = {re.search(r"stroke-dasharray: ([^;]+)", style)[1] for style in legend if "dasharray" in style}

    assert len(dashes) == 5, "and one that is solid"
    assert len({re.search(r"var\(--curve-\d\)", style)[0] for style in legend}) == 6


def test_a_signature_has_its_ends_its_names_and_its_message():
    for picture in drawn(plots.signature("s", FIGURE)):
        assert {"start", "end", "a", "b"} <= set(words(picture))
        assert picture[0].text == "What is left"
        assert "a: falls; b: stays" in picture[1].text and "logarithmic" in picture[1].text


def test_a_signature_has_its_levels_and_the_spread_of_its_seeds_and_says_so():
    more = {"levels": {"learned": 0.3}, "spread": {"a": [[0.9, 0.3], [1.1, 0.7]]}}
    for picture in drawn(plots.signature("s", {**FIGURE, "series": {"a": [1.0, 0.5], "b": [1.0, 1.0]}, **more})):
        assert "learned" in words(picture)
        assert "holds all seeds" in picture[1].text and "A line across: learned." in picture[1].text


def test_a_gap_stays_a_gap():
    """Two numbers, a gap, two numbers: the curve begins twice, and draws two strokes."""
    series = {"a": [1.0, 2.0, None, 2.0, 1.0]}
    (wide, _) = drawn(plots.signature("s", {**FIGURE, "series": series, "log": False}))
    (curve, *_) = [one.get("d") for one in wide.iter(SVG + "path") if one.get("clip-path") and "curve-1" in one.get("style")]

    assert (curve.count("M"), curve.count("L")) == (2, 2)


def test_zeros_stand_on_the_lowest_line_of_a_logarithmic_axis_and_it_says_so():
    (wide, _) = drawn(plots.signature("s", {**FIGURE, "series": {"a": [1.0, 0.01, 0.0]}}))

    assert "lowest line" in wide[1].text
    drawn(plots.signature("s", {**FIGURE, "series": {"a": [0.0, 0.0]}}))  # nothing above 0: an axis without logarithm


@pytest.mark.parametrize("values", [[1.0], [3.0, 3.0], [None, 1.0], [1e-30, 1e30], [-5.0, 5.0]])
@pytest.mark.parametrize("log", [True, False])
def test_odd_curves_are_drawn_too(values, log):
    drawn(plots.signature("s", {**FIGURE, "series": {"a": values}, "log": log}))


def test_every_seed_is_a_dot_or_a_cross_with_its_number():
    strips = [Strip("", {0: 0.3, 1: 0.1, 2: -0.2, 7: 0.0}, 0.05, -0.1, 0.2)]
    for picture in drawn(paired_plots.differences("d", "Differences", "four", strips, smallest=0.1)):
        assert tips(picture) == [
            "seed 0: 0.3",
            "seed 1: 0.1",
            "seed 2: -0.2",
            "seed 7: 0",
            "mean 0.05, 95 % interval -0.1 to 0.2",
        ]
        assert "smallest effect 0.1" in words(picture)


def test_the_mean_lies_at_the_mean_of_the_seeds():
    """Seeds at 1 and 3: the diamond stands half way between their dots."""
    (picture, _) = drawn(paired_plots.differences("d", "D", "d", [Strip("", {0: 1.0, 1: 3.0}, 2.0, None, None)], smallest=0.5))
    places = [
        float(group.find(f".//{SVG}use").get("x")) for group in picture.iter(SVG + "g") if group.find(SVG + "title") is not None
    ]

    assert places[2] == pytest.approx((places[0] + places[1]) / 2, abs=0.11)


def test_doublings_read_as_factors():
    strips = [Strip("", {0: 1.0, 1: 2.0}, 1.5, 1.0, 2.0)]
    (roomy, _) = drawn(paired_plots.differences("d", "D", "d", strips, smallest=1.0, ratio=True))

    assert tips(roomy) == ["seed 0: 2x", "seed 1: 4x", "mean 2.83x, 95 % interval 2x to 4x"]
    assert {"1x", "2x", "4x", "smallest effect 2x"} <= set(words(roomy))


def test_equal_marks_a_band_on_both_sides():
    strips = [Strip("", {0: 0.01, 1: -0.01}, 0.0, -0.01, 0.01)]
    (roomy, _) = drawn(paired_plots.differences("d", "D", "d", strips, smallest=0.02, equal=True))

    assert "equal: within 0.02 either way" in words(roomy)
    assert sum("stroke-dasharray" in one.get("style", "") for one in roomy.iter(SVG + "path")) == 2


def test_seeds_are_thin_and_their_mean_is_thick():
    curves = {"a": [[1.0, 0.0], [3.0, 2.0], [5.0, None]]}
    (wide, _) = drawn(plots.training("t", "Loss", "d", curves, ("0", "1"), levels=[Level(0.5, "target 0.5")]))
    styles = [one.get("style") for one in wide.iter(SVG + "path") if one.get("clip-path")]

    assert sum("stroke-width: 0.8" in style and "stroke-opacity: 0.35" in style for style in styles) == 3
    assert sum("stroke-width: 2;" in style + ";" and "curve-1" in style for style in styles) == 1
    assert "target 0.5" in words(wide)


def test_the_mean_leaves_out_what_diverged():
    assert plots._mean([[1.0, 4.0], [3.0, float("nan")]], log=False) == [2.0, 4.0]
    assert plots._mean([[1.0], [100.0]], log=True) == [pytest.approx(10.0)], "the geometric mean on a logarithmic axis"


def test_leads_by_condition_have_a_line_for_each_seed():
    gaps = {"near": {0: 0.1, 1: 0.2}, "far": {0: 0.3, 1: 0.1, 2: 9.0}}
    (roomy, _) = drawn(paired_plots.leads("l", "Lead", "d", gaps))
    styles = [one.get("style") for one in roomy.iter(SVG + "path") if one.get("clip-path")]

    assert {"near", "far"} <= set(words(roomy))
    assert sum("stroke-opacity: 0.45" in style for style in styles) == 2, "seed 2 was not measured under both"


def test_long_names_of_conditions_are_broken_into_lines_where_there_is_no_room():
    """Three names of 16 letters do not fit side by side into the narrow shape; two short ones do."""
    gaps = {f"both with rate {name}": {0: 0.1, 1: 0.2} for name in "123"}
    (_, tight) = drawn(paired_plots.leads("l", "Lead", "d", gaps))
    assert {"both with", "rate 1"} <= set(words(tight)) and "both with rate 1" not in words(tight)

    (_, tight) = drawn(paired_plots.leads("m", "Lead", "d", {"near by": {0: 0.1}, "far away": {0: 0.2}}))
    assert {"near by", "far away"} <= set(words(tight))


def test_long_names_of_strips_leave_room_for_fewer_marks():
    """From 1 to 2^24 in the narrow shape: four marks below a wide figure, two beside a name of 30 letters."""
    counts = []
    for label in ("", "gradient-descent, 1,000 passes"):
        strips = [Strip(label, {0: 0.0, 1: 24.0}, 12.0, 0.0, 24.0)]
        (_, tight) = drawn(paired_plots.differences("d", "D", "d", strips, smallest=1.0, ratio=True))
        counts.append(sum(bool(re.fullmatch(r"[\d⁰¹²³⁴-⁹]+x", word)) for word in words(tight)))
    assert counts[1] < counts[0] <= 5


def test_what_stands_in_a_title_cannot_become_markup():
    figure = {**FIGURE, "title": "<script>a & b", "series": {"<b>": [1.0, 2.0]}}
    (wide, _) = drawn(plots.signature("s", figure))

    assert wide[0].text == "<script>a & b" and "<b>" in words(wide)


def test_powers_of_ten_read_as_they_are_written():
    assert [drawing.power(value) for value in (1, 0.01, 100, 1e-5, 1e12, 0.5)] == ["1", "0.01", "100", "10⁻⁵", "10¹²", "0.5"]


def test_differences_of_many_doublings_have_powers_of_ten_on_their_axis():
    """10^24 is 79.7 doublings, 1,000,000 is 19.9."""
    strips = [Strip("", {0: 78.0, 1: 79.7}, 78.85, 78.0, 79.7)]
    (roomy, _) = drawn(paired_plots.differences("d", "D", "d", strips, smallest=19.93156856932417, ratio=True))

    assert {"1x", "10¹⁰x", "10²⁰x", "smallest effect 1,000,000x"} <= set(words(roomy))


def test_a_seed_speaks_for_equality_where_it_lies_within_the_band():
    strips = [Strip("", {0: 0.01, 1: -0.01, 2: 0.03}, 0.01, -0.01, 0.03)]
    (roomy, _) = drawn(paired_plots.differences("d", "D", "d", strips, smallest=0.02, equal=True))
    colours = [
        group.find(f".//{SVG}use").get("style") for group in roomy.iter(SVG + "g") if group.find(SVG + "title") is not None
    ]

    assert ["curve-1" in colour for colour in colours[:3]] == [True, True, False]
