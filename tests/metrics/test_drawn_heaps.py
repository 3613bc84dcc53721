"""Measures of heaps of drawn examples: the energy distance, and what a heap makes of the modes that it should have."""

import numpy as np
import pytest
from scipy import stats

from kdl.data import eight_gaussians
from kdl.metrics import energy_distance, modes

CENTRES, DEVIATION = eight_gaussians.centres(), eight_gaussians.DEVIATION


def drawn(count, width, seed=0):
    return np.random.default_rng(seed).normal(size=(count, width))


def test_the_energy_distance_on_the_line_is_that_of_scipy():
    """SciPy's is the root of ours."""
    x, y = drawn(50, 1), 0.3 + 2 * drawn(70, 1, seed=1)

    assert energy_distance.energy_distance(x, y) == pytest.approx(stats.energy_distance(x[:, 0], y[:, 0]) ** 2, rel=1e-9)


def test_the_energy_distance_is_the_mean_over_all_pairs():
    x, y = drawn(7, 3), drawn(5, 3, seed=1)

    def mean(a, b):
        return np.mean([np.linalg.norm(one - other) for one in a for other in b])

    assert energy_distance.energy_distance(x, y) == pytest.approx(2 * mean(x, y) - mean(x, x) - mean(y, y), rel=1e-6)


def test_a_heap_is_at_no_distance_from_itself_and_at_some_from_any_other():
    x = drawn(200, 2)

    assert energy_distance.energy_distance(x, x[::-1]) == pytest.approx(0, abs=1e-6)
    assert energy_distance.energy_distance(x, x + 0.3) > energy_distance.energy_distance(x, x + 0.1) > 1e-3
    assert energy_distance.energy_distance(x, 1.5 * x) > 1e-3


def test_true_points_are_good_as_often_as_the_formula_says_and_cover_every_mode():
    """Within three deviations in the plane: 1 - exp(-9/2) = 0.9889; its standard error with 10,000 points is 0.001."""
    points = eight_gaussians.points(np.random.default_rng(0), 10_000)

    assert modes.quality(points, CENTRES, DEVIATION) == pytest.approx(1 - np.exp(-4.5), abs=0.004)
    assert modes.coverage(points, CENTRES) == 1
    assert modes.spread(points, CENTRES, DEVIATION) == pytest.approx(1, abs=0.03)


def test_points_that_all_stand_on_one_centre_are_good_and_cover_an_eighth():
    points = np.repeat(CENTRES[3:4], 100, axis=0)

    assert modes.quality(points, CENTRES, DEVIATION) == 1
    assert modes.coverage(points, CENTRES) == 1 / 8
    assert modes.spread(points, CENTRES, DEVIATION) == 0


def test_a_mode_counts_from_a_fifth_of_its_due():
    """A fifth of an eighth of 400 points is 10 of them."""
    for few, covered in ((10, 2), (9, 1)):
        points = np.concatenate([np.repeat(CENTRES[:1], 400 - few, axis=0), np.repeat(CENTRES[1:2], few, axis=0)])
        assert modes.coverage(points, CENTRES) == covered / 8


def test_how_sharply_a_mode_is_drawn_has_no_part_in_its_coverage():
    """Three times the deviation, or a tenth of it: good or not, the points lie at their modes."""
    for deviation in (0.01, 0.1, 0.3):
        points = eight_gaussians.points(np.random.default_rng(0), 1000, deviation=deviation)
        assert modes.coverage(points, CENTRES) == 1
    assert modes.quality(points, CENTRES, DEVIATION) < 0.5


def test_a_point_is_near_up_to_a_quarter_of_the_way_to_the_next_mode():
    """From one centre straight to the next; the middle, and the middle of the circle, are near to none."""
    way = CENTRES[1] - CENTRES[0]
    for share, covered in ((0.24, 1 / 8), (0.26, 0), (0.5, 0), (0.76, 1 / 8)):
        assert modes.coverage(CENTRES[:1] + share * way, CENTRES) == covered
    assert modes.coverage(np.zeros((100, 2)), CENTRES) == 0


def test_a_single_mode_has_all_points_near():
    assert modes.coverage(drawn(10, 2), np.zeros((1, 2))) == 1


def test_a_point_is_good_up_to_three_deviations_and_not_beyond():
    for apart, good in ((2.99, 1.0), (3.01, 0.0)):
        assert modes.quality(CENTRES[:1] + [[apart * DEVIATION, 0]], CENTRES, DEVIATION) == good


def test_a_heap_of_twice_the_deviation_has_twice_the_spread():
    centres = np.array([[0.0, 0.0]])

    assert modes.spread(2 * drawn(20_000, 2), centres, 1.0) == pytest.approx(2, abs=0.03)


def test_what_is_met_is_counted_up_to_the_due_of_each_mode():
    """All of 80 points on one of 8 centres meet an eighth; 30, 10 and 5 on three of them meet 10 + 10 + 5 of 80."""
    assert modes.met(np.repeat(CENTRES[:1], 80, axis=0), CENTRES, DEVIATION) == 1 / 8

    lost = np.zeros((35, 2))
    points = np.concatenate([np.repeat(CENTRES[:3], [30, 10, 5], axis=0), lost])
    assert modes.met(points, CENTRES, DEVIATION) == pytest.approx(25 / 80)
    assert modes.quality(points, CENTRES, DEVIATION) == pytest.approx(45 / 80)


def test_the_overlap_is_what_remains_of_the_total_variation_on_the_rings():
    """Against a loop over points and rings, whose radii have the shares 1/4, 2/4 and 3/4 of a Rayleigh distribution within."""
    points = eight_gaussians.points(np.random.default_rng(1), 300, deviation=1.7 * DEVIATION)
    edges = [0.0, *stats.rayleigh.ppf([0.25, 0.5, 0.75]), modes.GOOD]
    counts = np.zeros((8, 4))
    for point in points:
        apart = np.linalg.norm(CENTRES - point, axis=1) / DEVIATION
        mode = apart.argmin()
        for ring in range(4):
            counts[mode, ring] += edges[ring] <= apart[mode] < edges[ring + 1]

    expected = np.minimum(counts / 300, 1 / 32).sum()
    assert 0.3 < expected < 0.8
    assert modes.overlap(points, CENTRES, DEVIATION) == pytest.approx(expected)


def test_a_thousand_true_points_have_the_overlap_that_the_text_says():
    """A share of p = 1/32 is off by sqrt(2 p (1 - p) / (1000 pi)) = 0.0044 in the mean: 16 times that is 0.070 of the overlap.

    Half of the 0.011 beyond three deviations is missing as well. The mean of 200 heaps is known to 0.009 / 14 = 0.0007.
    """
    rng = np.random.default_rng(0)
    found = [modes.overlap(eight_gaussians.points(rng, 1000), CENTRES, DEVIATION) for _ in range(200)]

    assert np.mean(found) == pytest.approx(0.925, abs=0.003) and np.std(found) == pytest.approx(0.009, abs=0.002)


def test_no_cheap_way_leads_to_an_overlap():
    """One point for ever: one cell of 32. All eight centres and nothing else: the inner ring of each, 8 of 32. Noise: few."""
    noise = np.random.default_rng(0).uniform(-3, 3, (1000, 2))
    true = eight_gaussians.points(np.random.default_rng(0), 1000)

    assert modes.overlap(np.repeat(CENTRES[:1] + 0.07, 500, axis=0), CENTRES, DEVIATION) == 1 / 32
    assert modes.overlap(np.repeat(CENTRES, 50, axis=0), CENTRES, DEVIATION) == 8 / 32
    assert modes.overlap(noise, CENTRES, DEVIATION) < 0.1
    assert modes.overlap(true, CENTRES, DEVIATION) == pytest.approx(0.92, abs=0.02)


def test_the_rings_are_those_of_the_plane():
    with pytest.raises(ValueError, match="plane"):
        modes.overlap(np.zeros((5, 3)), np.zeros((2, 3)), 1.0)
