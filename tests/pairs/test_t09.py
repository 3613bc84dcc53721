"""T09, ReLU against leaky ReLU: what a silent unit can and cannot learn, and the figure's numbers."""

from statistics import fmean

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T09")
T09 = catalog.load(CARD)


def made(keras, slope, bias):
    keras.utils.set_random_seed(3)
    return T09.network(slope=slope, bias=bias, shape=(8, 8, 1), outputs=10, depth=1)


@pytest.mark.parametrize("slope", [0.0, 0.01])
def test_no_unit_is_silent_with_a_large_bias_and_every_one_with_its_opposite(keras, slope):
    assert T09.silent(made(keras, slope, 100.0)) == 0
    assert T09.silent(made(keras, slope, -100.0)) == 1


def trained_from(keras, slope):
    """Which units of the first layer were silent, and which had their weights changed by five steps."""
    from kdl.data import digits8
    from kdl.pairs import _probes

    (x, y), _ = digits8.split()
    model = made(keras, slope, -0.5)
    off = (_probes.activations(model, x)[0] <= 0).all(axis=0)
    kernel = model.get_layer("affine_1").kernel
    before = kernel.numpy()
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for first in range(0, 160, 32):
        model.train_on_batch(x[first : first + 32], y[first : first + 32])
    return off, np.abs(kernel.numpy() - before).max(axis=0) > 0


@pytest.mark.slow
def test_a_silent_relu_of_the_first_layer_does_not_move_and_a_leaky_one_does(keras):
    """Its slope is 0 for every picture, and so is its gradient; no later layer can change what comes in."""
    off, moved = trained_from(keras, 0.0)
    assert 0 < off.sum() < len(off)
    assert not moved[off].any()
    assert moved[~off].any()
    off, moved = trained_from(keras, 0.01)
    assert moved[off].all()


def test_the_figure_says_the_measured_shares():
    committed = results.load(CARD)
    scores = committed["scores"]
    ends = {arm: [fmean(scores[name][arm]["-1"]) for name in ("silent.start", "silent")] for arm in T09.ARMS}
    said = (f"{arm}: from {start:.2f} to {end:.2f}" for arm, (start, end) in ends.items())
    assert committed["figure"]["message"] == "; ".join(said)
    for arm, shares in committed["figure"]["series"].items():
        assert [shares[0], shares[-1]] == pytest.approx(ends[arm], abs=1e-4)


def test_no_silent_relu_came_back_from_a_bias_of_minus_1_and_most_leaky_units_did():
    scores = results.load(CARD)["scores"]
    assert scores["silent"]["relu"]["-1"] == scores["silent.start"]["relu"]["-1"]
    assert max(scores["silent"]["leaky-relu"]["-1"]) < 0.3 < 0.7 < min(scores["silent.start"]["leaky-relu"]["-1"])


def test_half_dead_relu_networks_read_or_guess_and_none_is_between():
    read = results.load(CARD)["scores"]["accuracy"]["relu"]["-0.5"]
    assert [sum(score > 0.88 for score in read), sum(score < 0.12 for score in read)] == [4, 6]
