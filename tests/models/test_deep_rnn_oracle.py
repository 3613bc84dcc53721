"""The deep RNN against Keras' stacked cells, against NumPy written from the displayed equations, and its published size."""

import numpy as np
import pytest

from kdl import catalog
from kdl.backend import value_and_grad

B, T, M, N, L = 2, 6, 4, 5, 3  # all unequal
each = pytest.mark.parametrize("name", ["deep-rnn"])


def oracle(test):
    for mark in (each, pytest.mark.content, pytest.mark.oracle):
        test = mark(test)
    return test


def filled():
    model = catalog.build("deep-rnn", features=M, units=N, num_layers=L, outputs=2)
    rng = np.random.default_rng(0)
    model.set_weights([rng.normal(scale=0.5, size=weight.shape) for weight in model.get_weights()])
    return model


def sequences():
    return np.random.default_rng(1).normal(size=(B, T, M)).astype("float32")


def assert_near(found, expected):
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5 * max(1.0, np.abs(expected).max()))


def twin(keras, model):
    """One recurrence whose cell is a stack of cells: Keras' other way to the same network."""
    stack = keras.layers.RNN([keras.layers.LSTMCell(N) for _ in range(L)])
    other = keras.Sequential([keras.Input((None, M)), stack, keras.layers.Dense(2)])
    other.set_weights(model.get_weights())
    return other


@oracle
def test_answers_and_gradients_equal_those_of_stacked_keras_cells(name, keras):
    """Layer by layer over the whole sequence, or step by step through all layers: the same numbers."""
    model = filled()
    weigh = np.random.default_rng(2).normal(size=(B, 2)).astype("float32")

    def gradients(one):
        def loss(x, *weights):
            outputs, _ = one.stateless_call(weights, [variable.value for variable in one.non_trainable_variables], x)
            return keras.ops.sum(outputs * weigh)

        return value_and_grad(loss, sequences(), *[variable.value for variable in one.trainable_variables])[1]

    found, expected = gradients(model), gradients(twin(keras, model))

    assert_near(model.predict_on_batch(sequences()), twin(keras, model).predict_on_batch(sequences()))
    assert len(found) == len(expected) == 1 + 3 * L + 2
    for one, other in zip(found, expected, strict=True):
        assert_near(np.asarray(one), np.asarray(other))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm(x, W, U, b):
    """One layer, x (B, T, anything) -> h (B, T, N)."""
    h = c = np.zeros((len(x), len(U)))
    hidden = []
    for t in range(x.shape[1]):
        i, f, g, o = np.split(x[:, t] @ W + h @ U + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        hidden.append(h)
    return np.stack(hidden, axis=1)


@oracle
def test_answers_equal_the_displayed_equations(name, keras):
    model = filled()
    *recurrent, V, d = (weight.astype(float) for weight in model.get_weights())
    h = sequences().astype(float)  # h^0
    for number in range(L):
        h = lstm(h, *recurrent[3 * number : 3 * number + 3])

    assert_near(model.predict_on_batch(sequences()), h[:, -1] @ V + d)


@oracle
def test_one_layer_is_the_lstm(name, keras):
    deep = catalog.build("deep-rnn", features=M, units=N, num_layers=1)
    flat = catalog.build("lstm", features=M, units=N)
    flat.set_weights(deep.get_weights())

    assert_near(deep.predict_on_batch(sequences()), flat.predict_on_batch(sequences()))


@oracle
def test_it_has_as_many_parameters_as_the_formula_says(name, keras):
    """4 N (N + M + 1) in the first layer, 4 N (2 N + 1) in each further one, and the head."""
    for m, n, depth, outputs in ((2, 20, 2, 1), (3, 5, 3, 4), (7, 4, 1, 2)):
        expected = 4 * n * (n + m + 1) + (depth - 1) * 4 * n * (2 * n + 1) + outputs * (n + 1)

        assert catalog.build(name, features=m, units=n, num_layers=depth, outputs=outputs).count_params() == expected


@oracle
def test_it_has_the_published_size(name, keras):
    """Table 1, CTC-3l-421h-uni: 3.8 million weights; the published cells have 3 N peepholes a layer besides."""
    ours = catalog.build("deep-rnn", "timit").count_params()

    assert ours == 3_783_168
    assert round((ours + 3 * 3 * 421) / 1e6, 1) == 3.8


@pytest.mark.parametrize("size", ["units", "num_layers"])
def test_a_size_below_one_is_refused(size, keras):
    with pytest.raises(ValueError, match=f"{size} must be at least 1. Received: {size}=0"):
        catalog.load(catalog.find("model", "deep-rnn")).build(**{size: 0})
