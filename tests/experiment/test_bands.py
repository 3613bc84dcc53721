"""The bands around the curves of a figure."""

import math
from statistics import geometric_mean

import pytest

from kdl.experiment.measured import Measured, banded, ranged


def test_a_band_goes_from_the_lowest_to_the_highest_seed_at_each_place_around_their_mean():
    assert banded({"a": [[1, 3], [2, 8]]}) == {"series": {"a": [2, 5]}, "spread": {"a": ([1, 2], [3, 8])}}


def test_another_mean_moves_the_curve_and_not_the_band():
    """The geometric mean of 2 and 8 is 4."""
    assert banded({"a": [[2, 8]]}, geometric_mean) == {"series": {"a": [4]}, "spread": {"a": ([2], [8])}}


def test_a_terminal_is_told_the_band_in_brackets():
    assert ranged([2, 8], ".1f") == "5.0 (2.0 to 8.0)"
    assert ranged([2, 8], ".1f", geometric_mean) == "4.0 (2.0 to 8.0)"


@pytest.mark.parametrize("found", [[1.0, math.nan, 3.0], [math.nan, 1.0, 3.0]])
def test_a_band_with_a_seed_that_diverged_is_no_band_whichever_it_was(found):
    drawn = banded({"a": [found]})

    assert all(math.isnan(one) for one in (*drawn["series"]["a"], *drawn["spread"]["a"][0], *drawn["spread"]["a"][1]))
    assert ranged(found, ".1f") == "nan (nan to nan)"


def test_what_diverged_is_nan_in_a_curve_and_no_hole_in_the_list():
    rows = [{"seed": 0, "condition": "c", "arm": "a", "values": {"loss": [1.0, None]}, "seconds": 0.0}]
    ((first, second),) = Measured(rows).curves("a", "c", "loss")
    assert first == 1.0
    assert math.isnan(second)
