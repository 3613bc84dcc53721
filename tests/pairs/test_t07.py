"""T07, sigmoid against ReLU: the figure's numbers, and what the committed run must show."""

import math

import numpy as np
import pytest

from kdl import catalog
from kdl.data import digits8
from kdl.experiment import results
from kdl.pairs._networks import stack

CARD = catalog.find("pair", "T07")
T07 = catalog.load(CARD)


@pytest.fixture
def committed():
    return results.load(CARD)


def said(committed):
    """arm -> the number in the figure's message."""
    parts = (part.split(": layer 1 has ") for part in committed["figure"]["message"].split("; "))
    return {arm: float(text.removesuffix(" times layer 10's")) for arm, text in parts}


def test_the_figure_says_what_is_left_at_the_first_of_ten_layers(committed):
    """The quotient of geometric means is the geometric mean of the quotients, which are the claim's measure."""
    for arm, number in said(committed).items():
        norms, shares = committed["figure"]["series"][arm], committed["scores"]["first.start"][arm]["10"]
        assert len(norms) == 10
        assert number == pytest.approx(norms[0] / norms[-1], rel=0.06)
        assert number == pytest.approx(math.exp(math.fsum(map(math.log, shares)) / len(shares)), rel=0.06)


def test_sigmoids_lose_a_factor_of_about_four_at_each_of_nine_layers_and_relus_none(committed):
    left = {arm: number ** (1 / 9) for arm, number in said(committed).items()}
    assert 1 / 5 < left["sigmoid"] < 1 / 3
    assert 0.9 < left["relu"] < 1.2


def first_gradients(keras, activation):
    """dL/dW of each of ten layers at the start, by backpropagation in NumPy over 32 pictures."""
    keras.utils.set_random_seed(1000)
    model = stack(shape=(64,), outputs=10, depth=10, activation=activation)
    kernels = [np.float64(value) for value in model.get_weights()[::2]]  # all biases start at 0
    (x, digit), _ = digits8.split()
    given = [np.float64(x[:32]).reshape(32, 64)]
    for kernel in kernels[:-1]:
        z = given[-1] @ kernel
        given.append(1 / (1 + np.exp(-z)) if activation == "sigmoid" else np.maximum(z, 0))
    odds = np.exp(given[-1] @ kernels[-1])
    blame = (odds / odds.sum(axis=1, keepdims=True) - np.eye(10)[digit[:32]]) / 32
    found = []
    for h, before, kernel in zip(given[:0:-1], given[-2::-1], kernels[:0:-1], strict=True):
        blame = (blame @ kernel.T) * (h * (1 - h) if activation == "sigmoid" else h > 0)
        found.append(before.T @ blame)
    return found[::-1]


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_adams_first_step_does_not_shrink_with_the_gradient(keras, activation):
    """Keras divides by sqrt(v) + epsilon, and sqrt(v) = sqrt(1 - 0.999) |g| at the first step: it must be far above epsilon."""
    for gradient in first_gradients(keras, activation):
        assert math.sqrt(1 - 0.999) * np.median(np.abs(gradient[gradient != 0])) > 1000 * T07.EPSILON
    for arm in T07.ARMS.values():
        assert arm.parts["10-adam"].settings == {"epsilon": T07.EPSILON}


def test_with_keras_own_epsilon_the_step_of_the_first_sigmoid_layer_would_be_nearly_nothing(keras):
    """Less than a hundredth of the learning rate, where a ReLU's is more than nine tenths: why the pair has another."""
    for activation, least, most in (("sigmoid", 0, 0.01), ("relu", 0.9, 1)):
        gradient = first_gradients(keras, activation)[0]
        root = math.sqrt(1 - 0.999) * np.median(np.abs(gradient[gradient != 0]))
        assert least <= root / (root + keras.optimizers.Adam().epsilon) <= most


def test_ten_sigmoid_layers_stay_far_behind_ten_relu_layers(committed):
    """By SGD they guess in every seed; with Adam the best of them reads less than half of what the worst ReLUs read."""
    accuracy = committed["scores"]["accuracy"]
    assert max(accuracy["sigmoid"]["10"]) < 0.15
    assert sum(score > 0.7 for score in accuracy["relu"]["10"]) >= 8
    assert max(accuracy["sigmoid"]["10-adam"]) < min(accuracy["relu"]["10-adam"]) / 2
