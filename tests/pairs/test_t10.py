"""T10, a naive start against Kaiming's: the weights that are drawn, and the figure's numbers against theory."""

import math

import numpy as np
import pytest

from kdl import catalog
from kdl.experiment import results

CARD = catalog.find("pair", "T10")
T10 = catalog.load(CARD)


def kernels(keras, deviation):
    keras.utils.set_random_seed(5)
    model = T10.network(deviation=deviation, shape=(50,), outputs=10, depth=3, units=300)
    return [model.get_layer(f"affine_{number}").kernel.numpy() for number in (1, 2, 3)]


def test_kaimings_weights_have_mean_0_and_variance_2_over_fan_in(keras):
    """E027: not "around 1". 15,000 numbers and more give their deviation to a hundredth."""
    for kernel, inputs in zip(kernels(keras, "sqrt(2/fan_in)"), (50, 300, 300), strict=True):
        deviation = math.sqrt(2 / inputs)
        assert kernel.std() == pytest.approx(deviation, rel=0.02)
        assert abs(kernel.mean()) < 0.03 * deviation


def test_the_naive_weights_do_not_ask_how_many_inputs_there_are(keras):
    for kernel in kernels(keras, 0.01):
        assert kernel.std() == pytest.approx(0.01, rel=0.02)


@pytest.mark.parametrize("deviation", [0.01, "sqrt(2/fan_in)"])
def test_two_layers_of_a_shape_do_not_get_the_same_numbers(keras, deviation):
    _, second, third = kernels(keras, deviation)
    assert not np.array_equal(second, third)


def test_the_figure_says_what_theory_says():
    """A ReLU layer of N inputs multiplies the deviation by sd sqrt(N/2): 0.01 sqrt(32) = 0.0566, and 1 for Kaiming's."""
    committed = results.load(CARD)
    parts = (part.split(": layer 20 has ") for part in committed["figure"]["message"].split("; "))
    said = {arm: float(text.removesuffix(" times layer 1's")) for arm, text in parts}
    for arm, number in said.items():
        each, kept = committed["figure"]["series"][arm], committed["scores"]["kept.start"][arm]["20"]
        assert len(each) == 20
        assert number == pytest.approx(each[-1] / each[0], rel=0.06)
        assert number == pytest.approx(math.exp(math.fsum(map(math.log, kept)) / len(kept)), rel=0.06)
    assert said["weight-initialization"] ** (1 / 19) == pytest.approx(0.01 * math.sqrt(64 / 2), rel=0.05)
    assert said["kaiming-initialization"] ** (1 / 19) == pytest.approx(1, rel=0.05)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_arms_start_from_the_same_numbers_times_another_factor(seed):
    """So their quotient after 19 more layers is (sqrt(2/64) / 0.01)^19 for each draw."""
    shares = T10.kept(seed, count=8)
    quotient = (math.sqrt(2 / 64) / 0.01) ** 19
    assert shares["kaiming-initialization"] / shares["weight-initialization"] == pytest.approx(quotient, rel=1e-4)


def test_in_the_networks_that_were_trained_the_quotient_is_the_same():
    """What the claim computes in NumPy, the committed run has measured in Keras, seed by seed."""
    measured = results.load(CARD)["scores"]["kept.start"]
    each = zip(measured["kaiming-initialization"]["20"], measured["weight-initialization"]["20"], strict=True)
    assert [kaiming / naive for kaiming, naive in each] == pytest.approx([(math.sqrt(2 / 64) / 0.01) ** 19] * 10, rel=1e-4)
