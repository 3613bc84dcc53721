"""Drawn examples in a terminal, letter by letter, and on the page of a run."""

import dataclasses
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from kdl.errors import BadContent
from kdl.experiment.measured import Figure
from kdl.report import evidence, plots, samples, terminal_samples
from kdl.tasks import Samples

CORNERS = [(0.0, 0.0), (1.0, 1.0)]
SVG = "{http://www.w3.org/2000/svg}"


def test_two_heaps_stand_beside_each_other_on_the_same_axes():
    """One point below on the left; one above on the right, 12 times."""
    drawn = terminal_samples.scatter({"a": [CORNERS[0]], "b": [CORNERS[1]] * 12}, title="Two", width=43, height=3)

    key = ["points: · 1   ░ up to 2   ▒ up to 5", "▓ up to 10   █ more"]
    assert drawn == ["Two", "  a        b", "              █", "", "·", *key]


def test_panels_that_do_not_fit_stand_below_and_ascii_is_ascii():
    heaps = dict.fromkeys("abc", CORNERS)
    lines = terminal_samples.scatter(heaps, title="Three", width=40, height=10, ascii=True)

    assert all(line.isascii() and len(line) <= 40 for line in lines)
    assert [line.strip() for line in lines if line.strip() in "abc" and line.strip()] == ["a", "b", "c"]


def test_no_points_are_no_plot():
    with pytest.raises(ValueError, match="Received: none"):
        terminal_samples.scatter({"a": []}, title="None")


def test_a_picture_is_one_character_for_two_pixels_one_above_the_other():
    picture = np.array([[1, 0, 0.5], [1, 0, 0.5], [0, 1, 0], [0, 0, 0]])

    assert terminal_samples.pictures(picture[None], ascii=True) == ["# :", " :"]


def test_what_is_not_finite_is_no_point():
    figure = {"series": {"a": [1.0, None, 3.0]}, "across": {"a": [0.0, 1.0, None]}}

    assert terminal_samples.paired(figure) == {"a": [(0.0, 1.0)]}


def test_every_point_of_a_scatter_plot_is_on_the_page_once_in_each_shape():
    markup = plots.scatter("s", "Points", "Three and two.", {"a": [(0, 0), (1, 2), (2, 0)], "b": [(0, 1), (1, 1)]})
    for one in ElementTree.fromstring(f"<all>{markup}</all>"):
        assert one[0].text == "Points" and one[1].text == "Three and two."
        assert len(list(one.iter(SVG + "use"))) == 5


def test_the_ink_of_a_picture_is_that_of_its_pixels():
    """A box for each run of one shade: two of the darkest in the first row, one of three in the second."""
    picture = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 1.0]])
    markup = samples.pictures("p", "Pictures", "One.", [picture[None]])
    wide, narrow = ElementTree.fromstring(f"<all>{markup}</all>")
    (path,) = wide.iter(SVG + "path")

    assert path.get("class") == "h4" and path.get("d").count("M") == 3
    assert len(list(narrow.iter(SVG + "path"))) == 1


def test_a_damaged_file_is_one_error(tmp_path):
    (tmp_path / "arrays.npz").write_bytes(b"no zip")

    with pytest.raises(BadContent, match="is damaged") as told:
        samples.figure("x", Samples("points"), tmp_path / "arrays.npz", "Delete it.")
    assert told.value.fix == "Delete it."


def test_a_diverged_model_has_drawn_nothing(tmp_path):
    np.savez(tmp_path / "arrays.npz", prediction=np.full((3, 2), np.nan), answer=np.zeros((3, 2)))

    assert samples.figure("x", Samples("points"), tmp_path / "arrays.npz", "") == {
        "title": "Samples",
        "lines": ["none: of 3 points none is made of finite numbers"],
        "svg": "",
    }


FIGURE = Figure(
    title="Drawn",
    message="a: near",
    series={"a": [0.0, 2.0], "true": [1.0]},
    x=("", ""),
    across={"a": [0.0, 1.0], "true": [0.5]},
)


def test_a_figure_of_points_is_drawn_in_panels():
    found = FIGURE.as_json()
    wide, _ = ElementTree.fromstring(f"<all>{plots.signature('f', found)}</all>")

    assert wide[1].text == "Points, a panel for each of a, true. a: near."
    assert len(list(wide.iter(SVG + "use"))) == 3


@pytest.mark.parametrize("across", [{"a": [0.0, 1.0]}, {"a": [0.0], "true": [0.5]}, {"a": [0.0, "x"], "true": [0.5]}])
def test_a_figure_whose_points_are_no_pairs_of_numbers_is_refused(across):
    with pytest.raises(ValueError):
        evidence._drawable({**FIGURE.as_json(), "across": across})


def test_a_point_that_is_not_finite_is_left_out_and_the_others_are_drawn():
    """An arm that diverges leaves None, in `series` and in `across`; two of the five points are none."""
    series, across = {"a": [0.0, 2.0, np.inf], "true": [1.0, 3.0]}, {"a": [0.0, np.nan, 1.0], "true": [0.5, 0.5]}
    figure = evidence._drawable(dataclasses.replace(FIGURE, series=series, across=across).as_json())
    wide, _ = ElementTree.fromstring(f"<all>{plots.signature('f', figure)}</all>")

    assert figure["across"]["a"] == [0.0, None, 1.0]
    assert len(list(wide.iter(SVG + "use"))) == 3


def test_an_arm_of_which_no_point_is_finite_has_an_empty_panel():
    figure = dataclasses.replace(FIGURE, series={"a": [np.nan] * 2, "true": [1.0]}).as_json()
    wide, _ = ElementTree.fromstring(f"<all>{plots.signature('f', evidence._drawable(figure))}</all>")

    assert len(list(wide.iter(SVG + "use"))) == 1
