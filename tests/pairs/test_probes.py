"""What the probes see in a stack, against NumPy."""

import numpy as np
import pytest

from kdl.pairs import _probes
from kdl.pairs._networks import stack


@pytest.fixture
def small(keras):
    """Two layers of 3 sigmoids on 4 numbers, with 5 answers, and pictures and digits to look at."""
    keras.utils.set_random_seed(1)
    model = stack(shape=(4,), outputs=5, depth=2, units=3, activation="sigmoid")
    draw = np.random.default_rng(1)
    return model, np.float32(draw.normal(size=(6, 4))), draw.integers(5, size=6)


def weights(model):
    return [np.float64(value) for value in model.get_weights()]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def test_the_gradients_are_those_of_backpropagation(small):
    """dL/dlogits = (softmax - one hot) / B; back through a sigmoid it is multiplied by h (1 - h)."""
    model, x, y = small
    w1, b1, w2, b2, v, d = weights(model)
    first = sigmoid(x @ w1 + b1)
    second = sigmoid(first @ w2 + b2)
    odds = np.exp(second @ v + d)
    blame = (odds / odds.sum(axis=1, keepdims=True) - np.eye(5)[y]) / len(x)
    second_blame = (blame @ v.T) * second * (1 - second)
    first_blame = (second_blame @ w2.T) * first * (1 - first)
    expected = [np.linalg.norm(x.T @ first_blame), np.linalg.norm(first.T @ second_blame)]
    assert _probes.gradients(model, x, y) == pytest.approx(expected, rel=1e-4)
    assert _probes.first_to_last(model, x, y) == pytest.approx(expected[0] / expected[1], rel=1e-4)


def test_the_deviations_are_those_of_what_the_hidden_layers_give(small):
    model, x, y = small
    w1, b1, w2, b2, _, _ = weights(model)
    first = sigmoid(x @ w1 + b1)
    second = sigmoid(first @ w2 + b2)
    assert _probes.deviations(model, x, y) == pytest.approx([first.std(), second.std()], rel=1e-4)
    assert _probes.last_to_first(model, x, y) == pytest.approx(second.std() / first.std(), rel=1e-4)


def test_a_probe_leaves_the_model_as_it_was(small):
    model, x, y = small
    before = weights(model)
    for probe in (_probes.gradients, _probes.deviations):
        probe(model, x, y)
    assert all(np.array_equal(one, other) for one, other in zip(before, weights(model), strict=True))


def test_the_mean_of_curves_is_geometric():
    """sqrt(1 * 100) = 10, and with one 0 it is 0."""
    assert _probes.geometric([[1.0, 0.0], [100.0, 3.0]]) == pytest.approx([10.0, 0.0])
