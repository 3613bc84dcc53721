"""The tasks for models that draw: noise comes in, a heap of true examples stands beside it."""

import numpy as np
import pytest

from kdl.data import eight_gaussians, fashion_small
from kdl.metrics import modes
from kdl.tasks import draw_clothes, draw_points


def test_the_heaps_lie_evenly_on_the_circle_and_are_equally_likely():
    points = eight_gaussians.points(np.random.default_rng(0), 8000)
    which, distance = modes.nearest(points, eight_gaussians.centres())

    np.testing.assert_allclose(np.linalg.norm(eight_gaussians.centres(), axis=1), 2.0)
    assert np.abs(np.bincount(which) - 1000).max() < 5 * np.sqrt(8000 / 8 * 7 / 8)
    assert np.sqrt((distance**2).mean() / 2) == pytest.approx(0.1, rel=0.03)


def test_points_are_as_far_from_points_as_the_header_says_two_true_heaps_are():
    """Two heaps of N come to 2 E|x - x'| / N, here 2 * 2.53 / 1000, and more where the heaps are unequal by chance."""
    task = draw_points.make()
    found = [task.score(task.test(2 * seed)[1], task.test(2 * seed + 1)[1]) for seed in range(20)]

    assert np.mean(found) == pytest.approx(0.006, abs=0.002)
    assert max(found) < task.target


def test_a_model_that_leaves_out_one_of_eight_heaps_misses_the_target():
    task = draw_points.make()
    _, y = task.test(0)
    which, _ = modes.nearest(y, eight_gaussians.centres())

    for missing in range(8):
        assert task.score(y, y[which != missing]) > 0.035 > task.target


def test_the_noise_is_normal_and_knows_nothing_of_the_points():
    x, y = draw_points.make(latent=3).test(0)

    assert x.shape == (1000, 3) and y.shape == (1000, 2)
    assert np.abs(np.corrcoef(x.T, y.T)[:3, 3:]).max() < 5 / np.sqrt(1000)


def test_pictures_are_of_the_kinds_that_were_asked_for():
    (x, kinds), (held_out, their_kinds) = fashion_small.split()
    wanted = [fashion_small.KINDS.index(kind) for kind in ("bag", "sneaker")]
    task = draw_clothes.make(kinds="bag+sneaker")

    assert task.examples == np.isin(kinds, wanted).sum() == 1200
    np.testing.assert_array_equal(task.test(0)[1].reshape(-1, 28, 28, 1), held_out[np.isin(their_kinds, wanted)])
    _, batch = task.batches(0, 0, 0, 1200)
    np.testing.assert_array_equal(np.sort(batch.sum(axis=1)), np.sort(x[np.isin(kinds, wanted)].reshape(1200, -1).sum(axis=1)))


def test_what_is_told_of_samples_beside_the_score_is_measured_against_the_heaps_of_the_task():
    """All true points are good; of heaps of 0.1, where they should be of 0.01, 1 - exp(-0.03^2 / 0.02) = 4 %."""
    wide, narrow = draw_points.make(), draw_points.make(deviation=0.01)
    _, y = wide.test(0)

    assert wide.samples.measures(y)["good points"] > 0.97
    assert narrow.samples.measures(y)["good points"] < 0.1
    assert (wide.samples.draws, draw_clothes.make().samples.draws) == ("points", "pictures")
    assert np.prod(draw_clothes.make().samples.shape) == draw_clothes.make().sizes["outputs"]


def test_a_kind_that_is_none_is_refused():
    with pytest.raises(ValueError, match="Received: kinds='hat'"):
        draw_clothes.make(kinds="hat")


def test_a_deviation_that_is_none_is_refused():
    with pytest.raises(ValueError, match="deviation must be above 0"):
        eight_gaussians.points(np.random.default_rng(0), 3, deviation=0)
